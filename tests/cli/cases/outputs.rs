//! Where results go: never over what they are made from, never in the place of a device, and with the mode and the links
//! that a file has.

use std::{
    fs,
    os::unix::fs::{MetadataExt, PermissionsExt, symlink},
    path::Path,
    process::Command,
};

use crate::support::{Folder, PROGRAM, REPOSITORY, Ran, check_is_refusal, check_runs_in, program, run_in};

const COUNTS: &str = "900\n90\n9\n";
const DATA: &str = "x,y,class\n1,2,a\n2,1,a\n3,4,b\n4,3,b\n5,5,a\n6,5,b\n7,1,a\n8,2,b\n";
const CASES: &str =
    r#"[{"head": "softmax", "gamma": 2, "class_weights": [1, 3], "logits": [[0.5, -1]], "labels": [1]}]"#;

/// A folder with an input of every kind.
fn inputs() -> Folder {
    let folder = Folder::new();
    folder.write("counts.txt", COUNTS).write("data.csv", DATA).write("cases.json", CASES);
    let runs = fs::read(Path::new(REPOSITORY).join("tests/data/cases/07-out-over-input/runs.jsonl"));
    folder.write("runs.jsonl", runs.expect("a case"));
    folder.write("plain.toml", "seeds = 1\n[training]\nepochs = 1\n");
    folder.write("of-data.toml", "[data]\nsource = \"file\"\npath = \"data.csv\"\n[training]\nepochs = 1\n");
    folder.write("sweep.toml", "objectives = [\"ce\"]\nexperiment_file = \"plain.toml\"\n[vary]\nl2 = [0, 0.1]\n");
    folder.write("of-data-sweep.toml", "objectives = [\"ce\"]\nexperiment_file = \"of-data.toml\"\n[vary]\nl2 = [0]\n");
    folder
}

/// Calls the program through a shell, in which `$P` is the program.
fn shell(folder: &Folder, script: &str) -> Ran {
    let mut command = Command::new("sh");
    command.current_dir(folder.path()).env("P", PROGRAM).env("XDG_DATA_HOME", folder.path());
    for name in ["DISPLAY", "WAYLAND_DISPLAY", "WAYLAND_SOCKET"] {
        command.env_remove(name);
    }
    command.args(["-c", script]).output().expect("a shell").into()
}

#[test]
fn no_subcommand_writes_over_what_it_reads() {
    let folder = inputs();
    let calls: [(&[&str], &str, &str); 22] = [
        (&["counts", "--counts-file", "counts.txt"], "--out", "counts.txt"),
        (&["weights", "--counts-file", "counts.txt"], "--out", "counts.txt"),
        (&["weights", "--counts-file", "counts.txt", "--snippet", "json"], "--out", "counts.txt"),
        (&["loss", "cases.json"], "--out", "cases.json"),
        (&["inspect", "data.csv"], "--out", "data.csv"),
        (&["report", "runs.jsonl"], "--out", "runs.jsonl"),
        (&["report", "runs.jsonl", "--format", "html"], "--out", "runs.jsonl"),
        (&["merge", "runs.jsonl", "runs.jsonl"], "--out", "runs.jsonl"),
        (&["train", "plain.toml"], "--out", "plain.toml"),
        (&["train", "plain.toml"], "--save", "plain.toml"),
        (&["train", "data.csv", "--epochs", "1"], "--out", "data.csv"),
        (&["train", "--data", "data.csv", "--epochs", "1"], "--out", "data.csv"),
        (&["train", "--data", "data.csv", "--epochs", "1"], "--save", "data.csv"),
        (&["train", "of-data.toml"], "--out", "data.csv"),
        (&["train", "of-data.toml"], "--save", "data.csv"),
        (&["train", "--counts-file", "counts.txt", "--epochs", "1"], "--out", "counts.txt"),
        (&["sweep", "sweep.toml"], "--out", "sweep.toml"),
        (&["sweep", "sweep.toml"], "--out", "plain.toml"),
        (&["sweep", "sweep.toml"], "--save", "plain.toml"),
        (&["sweep", "of-data-sweep.toml"], "--out", "data.csv"),
        (&["sweep", "--data", "data.csv", "--objective", "ce"], "--save", "data.csv"),
        (&["sweep", "data.csv", "--objective", "ce"], "--out", "data.csv"),
    ];
    let before = inputs();
    for (args, flag, name) in calls {
        fs::create_dir_all(folder.path().join("sub")).unwrap();
        let (soft, hard) = (folder.path().join("soft"), folder.path().join("hard"));
        symlink(name, &soft).unwrap();
        fs::hard_link(folder.path().join(name), &hard).unwrap();
        let absolute = folder.path().join(name).to_string_lossy().into_owned();
        let spellings = [name, &format!("./{name}"), &format!("sub/../{name}"), &absolute, "soft", "hard"];
        for spelling in spellings {
            let args = [args, &[flag, spelling]].concat();
            folder.check_refused(&args, "is the input itself, which would be lost");
            assert_eq!(folder.read(name), before.read(name), "{args:?}");
        }
        fs::remove_file(soft).unwrap();
        fs::remove_file(hard).unwrap();
    }
}

#[test]
fn what_comes_from_standard_input_is_not_written_over_either() {
    let folder = inputs();
    for script in [
        "$P loss - --out cases.json < cases.json",
        "$P loss - < cases.json 1<>cases.json",
        "$P counts --counts-file - --out counts.txt < counts.txt",
        "$P counts --counts-file counts.txt >> counts.txt",
        "$P sweep - --out sweep.toml < sweep.toml",
    ] {
        check_is_refusal(&shell(&folder, script), "is the input itself, which would be lost", script);
    }
    assert_eq!((folder.read("cases.json"), folder.read("counts.txt")), (CASES.to_owned(), COUNTS.to_owned()));
    // Another file with the same contents is no input, and a device is none that could be lost.
    folder.write("same.json", CASES);
    check_runs_in(folder.path(), &["loss", "cases.json", "--out", "same.json"]);
    let ran = shell(&folder, "$P counts --counts-file /dev/null --out /dev/null");
    assert!(ran.stderr.contains("count") && !ran.stderr.contains("input itself"), "{ran:?}");
}

#[test]
fn the_mode_of_a_file_stays_and_a_write_protected_one_is_refused() {
    let folder = inputs();
    let at = |name: &str| folder.path().join(name);
    let calls: [&[&str]; 5] = [
        &["counts", "--out", "r"],
        &["train", "plain.toml", "--out", "r"],
        &["train", "plain.toml", "--save", "r"],
        &["sweep", "sweep.toml", "--save", "r"],
        &["report", "runs.jsonl", "--format", "html", "--out", "r"],
    ];
    for args in calls {
        for (mode, is_refused) in [(0o600, false), (0o640, false), (0o755, false), (0o444, true), (0o400, true)] {
            let _ = fs::remove_file(at("r"));
            fs::write(at("r"), "old").unwrap();
            fs::set_permissions(at("r"), fs::Permissions::from_mode(mode)).unwrap();
            if is_refused {
                folder.check_refused(args, "it is write-protected");
            } else {
                assert_eq!(run_in(folder.path(), args).code, Some(0), "{args:?}");
            }
            assert_eq!(fs::metadata(at("r")).unwrap().mode() & 0o7777, mode, "{args:?}");
            assert_eq!(fs::read(at("r")).unwrap() == b"old", is_refused, "{args:?}");
        }
    }
    fs::remove_file(at("r")).unwrap();
    fs::write(at("x.jsonl"), "").unwrap();
    fs::set_permissions(at("x.jsonl"), fs::Permissions::from_mode(0o444)).unwrap();
    folder.check_refused(&["sweep", "sweep.toml", "--out", "x.jsonl"], "it is write-protected");
    fs::set_permissions(at("x.jsonl"), fs::Permissions::from_mode(0o600)).unwrap();
    assert_eq!(run_in(folder.path(), &["sweep", "sweep.toml", "--out", "x.jsonl"]).code, Some(0));
    assert_eq!(fs::metadata(at("x.jsonl")).unwrap().mode() & 0o7777, 0o600);
}

#[test]
fn links_stay_links_and_files_with_two_names_keep_both() {
    let folder = inputs();
    let at = |name: &str| folder.path().join(name);
    symlink("target.txt", at("dangling")).unwrap();
    let expected = check_runs_in(folder.path(), &["counts", "--counts", "3,2,1"]);
    for _ in 0..2 {
        check_runs_in(folder.path(), &["counts", "--counts", "3,2,1", "--out", "dangling"]);
        assert!(fs::symlink_metadata(at("dangling")).unwrap().is_symlink());
        assert_eq!(folder.read("target.txt"), expected);
    }
    fs::hard_link(at("target.txt"), at("twin.txt")).unwrap();
    check_runs_in(folder.path(), &["counts", "--counts", "30,20,10", "--out", "twin.txt"]);
    assert_eq!(folder.read("target.txt"), folder.read("twin.txt"));
    assert_ne!(folder.read("twin.txt"), expected);
    // Runs are appended to the file that the link names, under both of its names, where they stay in the order they came in.
    fs::write(at("runs-a.jsonl"), "").unwrap();
    fs::hard_link(at("runs-a.jsonl"), at("runs-b.jsonl")).unwrap();
    symlink("runs-b.jsonl", at("runs-c.jsonl")).unwrap();
    let sweep = ["sweep", "sweep.toml", "--objective", "ce,cb-focal", "--seeds", "3", "--out"];
    for name in ["runs-c.jsonl", "alone.jsonl"] {
        assert_eq!(run_in(folder.path(), &[&sweep[..], &[name]].concat()).code, Some(0));
    }
    let merged = check_runs_in(folder.path(), &["merge", "runs-a.jsonl"]);
    assert!(merged == folder.read("alone.jsonl") && folder.read("runs-a.jsonl") == folder.read("runs-b.jsonl"));
    assert_eq!(fs::metadata(at("runs-a.jsonl")).unwrap().nlink(), 2);
    assert!(!folder.names().iter().any(|name| name.starts_with('.')), "{:?}", folder.names());
}

#[test]
fn what_is_open_already_is_written_to_in_order_with_everything_else() {
    let folder = inputs();
    let lines = check_runs_in(folder.path(), &["counts", "--counts", "5,3", "--format", "csv"]);
    let expected = format!("first\n{lines}last\n");
    for (out, redirect) in [
        ("-", "> log"),
        ("/dev/stdout", "> log"),
        ("/dev/fd/1", "> log"),
        ("/proc/self/fd/1", "> log"),
        ("./link", "> log"),
        ("/dev/stderr", "2> log >&2"),
        ("/dev/fd/3", "3> log >&3"),
        ("/proc/self/fd/7", "7> log >&7"),
        ("/dev/stdout", ">> log"),
        ("/dev/stdout", "| cat > log"),
        ("/dev/fd/3", "3>&1 | cat > log"),
    ] {
        let _ = fs::remove_file(folder.path().join("log"));
        let _ = fs::remove_file(folder.path().join("link"));
        symlink("/dev/stdout", folder.path().join("link")).unwrap();
        let script = format!("(echo first; $P counts --counts 5,3 --format csv --out {out}; echo last) {redirect}");
        let ran = shell(&folder, &script);
        assert_eq!(ran.code, Some(0), "{script}: {ran:?}");
        assert_eq!(folder.read("log"), expected, "{script}");
        assert!(fs::symlink_metadata(folder.path().join("link")).unwrap().is_symlink());
    }
    for script in [
        "$P counts --out /dev/null && test -c /dev/null",
        "mkfifo pipe && (cat pipe > got &) && $P counts --out pipe && test -p pipe",
        "$P counts --classes 9999 --format csv --out /dev/stdout | head -1 > got",
        "$P counts --classes 9999 --format csv --out /dev/fd/3 3>&1 | head -1 > got",
        "$P train plain.toml --save /dev/stdout > saved.toml && $P train saved.toml > got",
    ] {
        let ran = shell(&folder, script);
        assert_eq!((ran.code, ran.stdout.as_str()), (Some(0), ""), "{script}: {ran:?}");
    }
}

#[test]
fn a_sweep_into_what_is_no_file_writes_all_its_runs_in_the_end() {
    let folder = inputs();
    assert_eq!(run_in(folder.path(), &["sweep", "sweep.toml", "--out", "x.jsonl"]).code, Some(0));
    for script in [
        "$P sweep sweep.toml --out /dev/stdout > y.jsonl",
        "$P sweep sweep.toml --out /dev/fd/4 4> y.jsonl",
        "mkfifo pipe; cat pipe > y.jsonl & $P sweep sweep.toml --out pipe; wait",
    ] {
        let _ = fs::remove_file(folder.path().join("y.jsonl"));
        let ran = shell(&folder, script);
        assert_eq!(ran.code, Some(0), "{script}: {ran:?}");
        assert!(folder.read("y.jsonl") == folder.read("x.jsonl"), "{script}");
    }
    folder.check_refused(&["sweep", "sweep.toml", "--out", "."], "it is a folder");
}

#[test]
fn places_that_cannot_be_written_to_are_refused_before_the_work() {
    let folder = inputs();
    symlink("circle", folder.path().join("circle")).unwrap();
    for (out, expected) in [
        ("no/such/folder.txt", "there is no such file or folder"),
        ("data.csv/x", "a part of the path is a file"),
        (".", "it is a folder"),
        ("new/", "it is a folder"),
        ("circle", "its links lead in a circle"),
        ("/proc/nothing", "/proc/nothing"),
    ] {
        for args in [&["counts"][..], &["train", "plain.toml"], &["sweep", "sweep.toml"]] {
            let ran =
                program(folder.path()).args(args).args(["--out", out]).output().expect("the program starts").into();
            check_is_refusal(&ran, expected, out);
        }
    }
}
