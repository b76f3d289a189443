//! Signals: what was made ignored stays ignored, and a read that blocks ends with the first one.

use std::{
    fs::{self, File, OpenOptions},
    os::unix::process::ExitStatusExt,
    path::{Path, PathBuf},
    process::{Child, Command, ExitStatus, Stdio},
    time::{Duration, Instant},
};

use crate::support::{PROGRAM, program, without_display};

/// How long anything may take.
const PATIENCE: Duration = Duration::from_mins(1);

fn send(signal: &str, child: &Child) {
    let sent = Command::new("kill").args([&format!("-{signal}"), &child.id().to_string()]).status();
    assert!(sent.is_ok_and(|status| status.success()), "{signal}");
}

#[track_caller]
fn wait_until(what: &str, mut is_met: impl FnMut() -> bool) {
    let deadline = Instant::now() + PATIENCE;
    while !is_met() {
        assert!(Instant::now() < deadline, "waited for {what}");
        std::thread::sleep(Duration::from_millis(5));
    }
}

#[track_caller]
fn end_of(child: &mut Child) -> ExitStatus {
    let mut ended = None;
    wait_until("the end of the program", || {
        ended = child.try_wait().expect("a child that can be asked");
        ended.is_some()
    });
    ended.expect("an end")
}

fn n_lines(path: &Path) -> usize {
    fs::read_to_string(path).map_or(0, |text| text.lines().count())
}

/// A sweep that takes some seconds, started by a shell that has made signals ignored, as `nohup` and shells without job control
/// do.
fn sweep_with_ignored(folder: &Path, ignored: &str) -> Child {
    let script = format!(
        "trap '' {ignored}; exec \"$0\" sweep --max 300 --epochs 60 --seeds 20 --objective ce,cb-softmax --beta 0.9,0.99 --jobs 1 --out n.jsonl"
    );
    let mut command = Command::new("sh");
    command.args(["-c", &script, PROGRAM]).current_dir(folder).stdin(Stdio::null()).stderr(Stdio::piped());
    without_display(&mut command);
    command.spawn().expect("a shell")
}

#[test]
fn signals_that_were_made_ignored_stay_so_and_others_end_the_sweep() {
    for (ignored, sent, expected) in [
        ("HUP", vec!["HUP"], Some(0)),
        ("HUP INT TERM", vec!["INT", "TERM", "HUP"], Some(0)),
        ("INT", vec!["INT", "TERM"], Some(130)),
        ("USR1", vec!["HUP"], Some(130)),
    ] {
        let folder = tempfile::tempdir().unwrap();
        let results = folder.path().join("n.jsonl");
        let mut child = sweep_with_ignored(folder.path(), ignored);
        wait_until("a finished run", || n_lines(&results) > 1);
        for signal in &sent {
            send(signal, &child);
        }
        assert!(n_lines(&results) < 61, "{ignored}: the sweep was over before the signal came");
        let ended = end_of(&mut child);
        assert_eq!(ended.code(), expected, "{ignored} ignored, {sent:?} sent");
        assert_eq!(n_lines(&results) == 61, expected == Some(0), "{ignored} ignored, {sent:?} sent");
    }
}

/// A pipe that somebody has opened to write to, once the program reads it; nothing is written.
fn pipe(folder: &Path, name: &str) -> PathBuf {
    let path = folder.join(name);
    assert!(Command::new("mkfifo").arg(&path).status().is_ok_and(|status| status.success()));
    path
}

/// Runs the program on a pipe and sends it a signal once it reads; expects it to end with that, and to have written nothing.
#[track_caller]
fn check_ends(args: &[&str], name: &str, beginning: &str, signal: &str) {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let path = pipe(folder.path(), name);
    let mut child = program(folder.path())
        .args(args)
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the program starts");
    // Returns when the program has opened the other end.
    let mut held: File = OpenOptions::new().write(true).open(&path).expect("a reader");
    std::io::Write::write_all(&mut held, beginning.as_bytes()).expect("a reader");
    send(signal, &child);
    let ended = end_of(&mut child);
    drop(held);
    let number = if signal == "INT" { 2 } else { 15 };
    // Where nothing listens to signals, the system ends the program.
    assert!(ended.code() == Some(130) || ended.signal() == Some(number), "{args:?} {signal}: {ended:?}");
    let output = child.wait_with_output().expect("what it said");
    assert_eq!(output.stdout, b"", "{args:?}");
    let said = String::from_utf8(output.stderr).expect("text");
    if ended.code() == Some(130) {
        assert_eq!(said, "longtail-lab: Stopped while the data file was read\n", "{args:?}");
    }
    let names: Vec<_> =
        fs::read_dir(folder.path()).expect("the folder").map(|entry| entry.expect("one").file_name()).collect();
    assert_eq!(names, [name], "{args:?}: nothing but the pipe");
}

#[test]
fn a_read_that_blocks_ends_with_the_first_signal_and_leaves_nothing_behind() {
    let train = ["train", "--data", "p.csv", "--epochs", "1", "--out", "out.txt"];
    let sweep = ["sweep", "--data", "p.csv", "--objective", "ce,cb-softmax", "--beta", "0.9", "--out", "n.jsonl"];
    for signal in ["TERM", "INT"] {
        check_ends(&train, "p.csv", "", signal);
        check_ends(&train, "p.csv", "x,y\n1,a\n", signal);
        check_ends(&["inspect", "p.csv", "--out", "out.txt"], "p.csv", "x,y\n1,a\n", signal);
        check_ends(&sweep, "p.csv", "x,y\n1,a\n", signal);
        check_ends(&["train", "p.toml", "--out", "out.txt"], "p.toml", "seed = 1\n", signal);
        check_ends(&["report", "p.jsonl", "--out", "out.txt"], "p.jsonl", "", signal);
        check_ends(&["merge", "p.jsonl", "--out", "out.jsonl"], "p.jsonl", "", signal);
        check_ends(&["loss", "p.json", "--out", "out.json"], "p.json", "[", signal);
        check_ends(&["weights", "--counts-file", "p.txt", "--out", "out.txt"], "p.txt", "5\n", signal);
    }
}

#[test]
fn reading_standard_input_ends_with_the_first_signal() {
    for args in [vec!["loss", "-"], vec!["sweep", "-", "--out", "n.jsonl"]] {
        let folder = tempfile::tempdir().unwrap();
        let mut child = program(folder.path()).args(&args).stdin(Stdio::piped()).spawn().expect("the program starts");
        let status = format!("/proc/{}/status", child.id());
        // Where there is no such file, a signal that comes early ends the program as well.
        let is_waiting = || fs::read_to_string(&status).map_or(true, |text| text.contains("(sleeping)"));
        wait_until("a program that waits", is_waiting);
        send("TERM", &child);
        let ended = end_of(&mut child);
        assert!(ended.code() == Some(130) || ended.signal() == Some(15), "{args:?}: {ended:?}");
        assert_eq!(fs::read_dir(folder.path()).expect("the folder").count(), 0);
    }
}
