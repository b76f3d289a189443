//! Programs that are killed, disks that are full and pipes that are closed: a file is as it was or as it is to be, and
//! nothing else is left.

use std::{
    fs,
    path::{Path, PathBuf},
    process::{Command, Stdio},
    thread,
    time::Duration,
};

use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;

use crate::support::{Folder, PROGRAM, Ran, check_is_refusal, check_runs_in, n_lines, program, run_in};

/// Kills the program after a time that is drawn.
fn kill_at_random(folder: &Folder, args: &[&str], generator: &mut ChaCha8Rng, most_micros: u64) {
    let mut command = program(folder.path());
    let mut child = command.args(args).stdout(Stdio::null()).stderr(Stdio::null()).spawn().expect("the program starts");
    thread::sleep(Duration::from_micros(generator.random_range(0..most_micros)));
    child.kill().expect("a child");
    child.wait().expect("a child");
}

/// How long a call takes, in microseconds, that is to be killed at any moment of it.
fn micros(folder: &Folder, args: &[&str]) -> u64 {
    let start = std::time::Instant::now();
    assert_eq!(run_in(folder.path(), args).code, Some(0), "{args:?}");
    start.elapsed().as_micros() as u64
}

#[test]
fn a_program_that_is_killed_while_it_writes_leaves_the_old_file_or_the_new_one() {
    let folder = Folder::new();
    folder.write("e.toml", "seeds = 1\n[training]\nepochs = 1\n[distribution]\nmax_count = 50\n");
    let calls: [(&[&str], &str); 4] = [
        (&["train", "e.toml", "--format", "json", "--out", "answer.json"], "answer.json"),
        (&["train", "e.toml", "--epochs", "7", "--save", "saved.toml"], "saved.toml"),
        (&["counts", "--classes", "9999", "--format", "csv", "--out", "counts.csv"], "counts.csv"),
        (&["report", "runs.jsonl", "--format", "html", "--out", "report.html"], "report.html"),
    ];
    let sweep = ["sweep", "e.toml.sweep", "--out", "runs.jsonl"];
    folder.write(
        "e.toml.sweep",
        "objectives = [\"ce\", \"cb_focal\"]\nexperiment_file = \"e.toml\"\n[vary]\ngamma = [0, 1]\n",
    );
    assert_eq!(run_in(folder.path(), &sweep).code, Some(0));
    let mut generator = ChaCha8Rng::seed_from_u64(14);
    for (args, name) in calls {
        let micros = micros(&folder, args);
        // Seconds and speed are different every time.
        let shape = |text: &str| text.lines().filter(|line| !line.contains("econd")).collect::<Vec<_>>().join("\n");
        let new = shape(&folder.read(name));
        for round in 0..25 {
            folder.write(name, "old");
            kill_at_random(&folder, args, &mut generator, micros + micros / 4);
            let found = folder.read(name);
            assert!(found == "old" || shape(&found) == new, "{args:?}, round {round}: {} bytes", found.len());
        }
        assert_eq!(run_in(folder.path(), args).code, Some(0), "{args:?}");
        assert_eq!(shape(&folder.read(name)), new);
        let left: Vec<String> = folder.names().into_iter().filter(|name| name.starts_with('.')).collect();
        assert!(left.is_empty(), "{args:?}: {left:?}");
    }
}

#[test]
fn a_sweep_that_is_killed_a_hundred_times_ends_in_the_same_file_and_leaves_nothing() {
    let folder = Folder::new();
    let args = [
        "sweep",
        "--resume",
        "--max",
        "200",
        "--test-per-class",
        "20",
        "--objective",
        "ce,cb-softmax",
        "--beta",
        "0.9..0.9999:29",
        "--seeds",
        "10",
        "--epochs",
        "3",
        "--out",
    ];
    let to = |name| [&args[..], &[name]].concat();
    let micros = micros(&folder, &to("whole.jsonl"));
    let whole = folder.read("whole.jsonl");
    let mut generator = ChaCha8Rng::seed_from_u64(41);
    let mut n_before = 0;
    for round in 0..100 {
        kill_at_random(&folder, &to("runs.jsonl"), &mut generator, micros / 4);
        let n_now = n_lines(&folder.path().join("runs.jsonl"));
        assert!(n_now >= n_before, "round {round}: {n_before} lines were there, {n_now} are");
        n_before = n_now;
        if n_now == whole.lines().count() && round % 2 == 0 {
            // Once all runs are there only the order is left to be killed in.
            fs::remove_file(folder.path().join("runs.jsonl")).expect("a file");
            n_before = 0;
        }
    }
    assert_eq!(run_in(folder.path(), &to("runs.jsonl")).code, Some(0));
    assert!(folder.read("runs.jsonl") == whole);
    assert_eq!(folder.names(), ["runs.jsonl", "whole.jsonl"]);
}

// ---- No room ----

/// A disk of its own for a test, of so many kilobytes; `None` where this user may not have one.
struct SmallDisk(PathBuf);

impl SmallDisk {
    fn mount(folder: &Path, n_kilobytes: usize) -> Option<Self> {
        let path = folder.join("disk");
        fs::create_dir(&path).expect("a folder");
        let size = format!("size={n_kilobytes}k");
        let mounted = Command::new("mount").args(["-t", "tmpfs", "-o", &size, "tmpfs"]).arg(&path).output();
        mounted.is_ok_and(|mounted| mounted.status.success()).then_some(Self(path))
    }
}

impl Drop for SmallDisk {
    fn drop(&mut self) {
        let _ = Command::new("umount").arg(&self.0).status();
    }
}

/// Calls the program with a limit on the size of its files, in blocks of 512 bytes.
fn run_limited(folder: &Folder, n_blocks: usize, args: &[&str]) -> Ran {
    let script = format!("trap '' XFSZ; ulimit -f {n_blocks}; exec {PROGRAM} \"$@\"");
    let mut command = Command::new("sh");
    command.current_dir(folder.path()).env("XDG_DATA_HOME", folder.path()).args(["-c", &script, "sh"]).args(args);
    command.output().expect("a shell").into()
}

const SWEEP: [&str; 13] = [
    "sweep",
    "--max",
    "200",
    "--test-per-class",
    "20",
    "--objective",
    "ce,cb-softmax",
    "--beta",
    "0.9..0.9999:19",
    "--seeds",
    "10",
    "--epochs",
    "1",
];

#[test]
fn a_file_that_would_be_too_large_is_refused_with_its_size_and_the_old_one_stays() {
    let folder = Folder::new();
    folder.write("counts.csv", "old");
    let args = ["counts", "--classes", "9999", "--format", "csv", "--out", "counts.csv"];
    let ran = run_limited(&folder, 16, &args);
    check_is_refusal(&ran, "a limit of the system on files", "limit");
    assert!(ran.stderr.contains("kB are needed") && ran.stderr.contains("counts.csv"), "{ran:?}");
    assert_eq!((folder.read("counts.csv"), folder.names().len()), ("old".to_owned(), 1));
    // Of a sweep every run that was finished stays, and with more room it goes on.
    let sweep = [&SWEEP[..], &["--resume", "--out", "x.jsonl"]].concat();
    let ran = run_limited(&folder, 64, &sweep);
    assert!(ran.code == Some(1) && ran.stderr.contains("a limit of the system on files"), "{ran:?}");
    let kept = folder.read("x.jsonl");
    assert!(kept.ends_with('\n') && kept.lines().count() > 10, "{} bytes", kept.len());
    let ran = run_in(folder.path(), &sweep);
    assert!(
        ran.code == Some(0) && ran.stderr.contains(&format!("{} of 200 runs are there", kept.lines().count() - 1)),
        "{ran:?}"
    );
    check_runs_in(folder.path(), &["report", "x.jsonl"]);
}

#[test]
fn a_full_disk_is_named_and_a_sweep_needs_no_room_for_its_file_twice() {
    let folder = Folder::new();
    let whole = [&SWEEP[..], &["--out", "whole.jsonl"]].concat();
    assert_eq!(run_in(folder.path(), &whole).code, Some(0));
    let whole = folder.read("whole.jsonl");
    // Room for the file and a third of it; a second copy has none.
    let Some(disk) = SmallDisk::mount(folder.path(), whole.len() * 13 / 10 / 1000) else {
        // Not everybody may have a disk of a chosen size; a device that is always full is there for all.
        let ran = run_in(folder.path(), &["counts", "--out", "/dev/full"]);
        return check_is_refusal(&ran, "the disk is full", "a full device");
    };
    let ran = run_in(folder.path(), &[&SWEEP[..], &["--out", "disk/runs.jsonl"]].concat());
    assert_eq!(ran.code, Some(0), "{ran:?}");
    assert!(ran.stderr.contains("no room for a second copy"), "{ran:?}");
    let merged = run_in(folder.path(), &["merge", "disk/runs.jsonl", "--out", "merged.jsonl"]);
    assert!(merged.code == Some(0) && folder.read("merged.jsonl") == whole, "{merged:?}");
    folder.write("disk/answer.txt", "old");
    let ran = run_in(folder.path(), &["merge", "whole.jsonl", "--out", "disk/answer.txt"]);
    check_is_refusal(&ran, "the disk is full, ", "a full disk");
    for part in [" kB are needed and ", " are free: make room, or name a file on another disk", "disk/answer.txt"] {
        assert!(ran.stderr.contains(part), "{part}: {ran:?}");
    }
    assert_eq!(folder.read("disk/answer.txt"), "old");
    let mut names: Vec<_> =
        fs::read_dir(&disk.0).expect("a disk").map(|entry| entry.expect("an entry").file_name()).collect();
    names.sort();
    assert_eq!(names, ["answer.txt", "runs.jsonl"]);

    // Runs that do not fit are trained again when there is room; those that are there stay.
    fs::remove_file(disk.0.join("runs.jsonl")).expect("a file");
    fs::write(disk.0.join("ballast"), vec![0; whole.len() * 7 / 10]).expect("room");
    let sweep = [&SWEEP[..], &["--resume", "--out", "disk/runs.jsonl"]].concat();
    let ran = run_in(folder.path(), &sweep);
    assert!(ran.code == Some(1) && ran.stderr.contains("the disk is full"), "{ran:?}");
    let kept = fs::read_to_string(disk.0.join("runs.jsonl")).expect("results");
    assert!(kept.ends_with('\n') && kept.lines().count() > 20, "{} bytes", kept.len());
    fs::remove_file(disk.0.join("ballast")).expect("a file");
    let ran = run_in(folder.path(), &sweep);
    assert!(
        ran.code == Some(0) && ran.stderr.contains(&format!("{} of 200 runs are there", kept.lines().count() - 1)),
        "{ran:?}"
    );
    let merged = run_in(folder.path(), &["merge", "disk/runs.jsonl", "--out", "merged.jsonl"]);
    assert!(merged.code == Some(0) && folder.read("merged.jsonl") == whole, "{merged:?}");
}
