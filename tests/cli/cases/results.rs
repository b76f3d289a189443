//! Results of a sweep that are damaged, made up, shared or looked at while they grow.

use std::{
    fs,
    process::{Child, Stdio},
    thread,
    time::{Duration, Instant},
};

use serde_json::Value;

use super::case;
use crate::support::{Folder, check_runs_in, n_lines, program, run_in};

/// Whole results of 12 runs, written by a program that knew no checksums.
fn old_results() -> String {
    fs::read_to_string(case("07-out-over-input/runs.jsonl")).expect("a case")
}

/// The sweep that the results are of.
const SWEEP: &str = "04-results-out-of-range/sweep.toml";

/// A folder with that sweep, and the results that this program writes of it.
fn folder_with_results() -> (Folder, String) {
    let folder = Folder::new();
    folder.write("sweep.toml", fs::read(case(SWEEP)).expect("a case"));
    let ran = run_in(folder.path(), &["sweep", "sweep.toml", "--out", "runs.jsonl"]);
    assert_eq!(ran.code, Some(0), "{ran:?}");
    let runs = folder.read("runs.jsonl");
    (folder, runs)
}

/// Results as the program wrote them before it kept checksums and how many samples were tested.
fn without_later_parts(results: &str) -> Vec<Value> {
    fn strip(value: &mut Value) {
        match value {
            Value::Object(entries) => {
                for name in ["checksum", "tested", "natural_tested", "longtail_lab_sweep"] {
                    entries.remove(name);
                }
                entries.values_mut().for_each(strip);
            }
            Value::Array(values) => values.iter_mut().for_each(strip),
            _ => {}
        }
    }
    let mut lines: Vec<Value> = results.lines().map(|line| serde_json::from_str(line).expect("JSON")).collect();
    lines.iter_mut().for_each(strip);
    lines
}

/// What every reader of results says of a file.
fn check_refused_everywhere(folder: &Folder, name: &str, expected: &str) {
    for format in ["table", "csv", "json", "html"] {
        folder.check_refused(&["report", name, "--format", format], expected);
    }
    folder.check_refused(&["merge", name], expected);
    folder.check_refused(&[name], expected);
}

#[test]
fn a_header_that_says_more_runs_than_its_sweep_has_is_refused_at_once() {
    let folder = Folder::new();
    folder.write("runs.jsonl", fs::read(case("03-results-header-runs/runs_huge.jsonl")).unwrap());
    let expected = "the header says 9223372036854775807 runs, its sweep has 12 (a sweep has at most 200000)";
    check_refused_everywhere(&folder, "runs.jsonl", expected);
    for (from, to, expected) in [
        ("\"runs\":12", "\"runs\":13", "the header says 13 runs, its sweep has 12"),
        ("\"runs\":12", "\"runs\":0", "the header says 0 runs, its sweep has 12"),
        ("\"seeds\":2", "\"seeds\":1000", "the header says 12 runs, its sweep has 6000"),
        ("\"separation\":3.0", "\"separation\":3.5", "its sweep is not the one that its fingerprint stands for"),
        ("\"number\":2", "\"number\":2000000000", "its sweep cannot be run"),
        ("\"class_labels\":[\"C0\"", "\"class_labels\":[\"c0\"", "its classes are not those of its sweep"),
        ("\"class_labels\":[\"C0\",", "\"class_labels\":[", "its classes are not those of its sweep"),
        ("\"evaluated_on\":\"balanced_test\"", "\"evaluated_on\":\"training\"", "is not evaluated on the training set"),
        ("303fe0e63ab014e7", "303fe0e63ab014e6", "its sweep is not the one that its fingerprint stands for"),
    ] {
        let changed = old_results().replacen(from, to, 1);
        assert_ne!(changed, old_results(), "{from}");
        folder.write("changed.jsonl", changed);
        check_refused_everywhere(&folder, "changed.jsonl", expected);
    }
}

#[test]
fn lines_that_their_sweep_cannot_have_written_are_named_and_trained_again() {
    let (folder, whole) = folder_with_results();
    for (name, expected) in [
        ("recall_1000", "line 4 is damaged: its recall is 1000;"),
        ("recall_huge", "line 4 is damaged: its recall is 9200000000000000000;"),
        ("wrong_obj", "line 4 is damaged: its objective is not that of run 2;"),
    ] {
        folder.write("r.jsonl", fs::read(case("04-results-out-of-range").join(format!("{name}.jsonl"))).unwrap());
        check_refused_everywhere(&folder, "r.jsonl", expected);
        let ran = run_in(folder.path(), &["sweep", "sweep.toml", "--out", "r.jsonl", "--resume"]);
        assert_eq!(ran.code, Some(0), "{ran:?}");
        let named = expected.trim_end_matches(';');
        assert!(ran.stderr.contains(named) && ran.stderr.contains("11 of 12 runs are there, 1 to go"), "{ran:?}");
        assert!(without_later_parts(&folder.read("r.jsonl")) == without_later_parts(&whole), "{name}");
    }
}

#[test]
fn whatever_a_line_says_that_cannot_be_is_named() {
    let folder = Folder::new();
    let old = old_results();
    let lines: Vec<&str> = old.lines().collect();
    for (from, to, expected) in [
        ("\"run\":2,", "\"run\":12,", "run 12 of a sweep of 12 runs"),
        ("\"run\":2,", "\"run\":-2,", "invalid value"),
        ("\"run\":2,", "\"run\":3,", "its seed is not that of run 3"),
        ("\"values\":{}", "\"values\":{\"gamma\":7.0}", "its point (values) is not that of run 2"),
        ("\"init_seed\":1", "\"init_seed\":2", "its seed is not that of run 2"),
        ("\"ending\":\"finished\"", "\"ending\":\"stopped\"", "it ended after 2 of 2 epochs"),
        ("\"ending\":\"finished\"", "\"ending\":\"diverged\"", "it diverged and has figures"),
        ("\"epochs\":2", "\"epochs\":1", "it ended after 1 of 2 epochs"),
        ("\"counts\":[60,", "\"counts\":[-60,", "invalid value"),
        ("\"counts\":[60,", "\"counts\":[", "it has 3 counts for 4 classes"),
        ("\"counts\":[60,", "\"counts\":[61,", "its counts are not those of run 2"),
        ("\"per_class_recall\":[0.95,", "\"per_class_recall\":[", "it has 3 recalls for 4 classes"),
        ("\"per_class_recall\":[0.95,", "\"per_class_recall\":[-0.95,", "its recall is -0.95"),
        ("\"per_class_recall\":[0.95,", "\"per_class_recall\":[NaN,", "expected value"),
        ("\"per_class_recall\":[0.95,", "\"per_class_recall\":[1e999,", "number out of range"),
        ("\"per_class_recall\":[0.95,", "\"per_class_recall\":[0.85,", "its mean recall is 0.95"),
        ("\"worst_recall\":0.85", "\"worst_recall\":0.8", "its worst recall is 0.8, by its classes it is 0.85"),
        ("\"head_recall\":0.975", "\"head_recall\":null", "its recall of the head is missing"),
        ("\"natural_accuracy\":0.", "\"natural_accuracy\":8.", "its accuracy is 8."),
        ("\"note\":null", "\"note\":null,\"x\":1", "unknown field"),
    ] {
        let changed = lines[3].replacen(from, to, 1);
        assert_ne!(changed, lines[3], "{from}");
        let text = [&lines[..3], &[changed.as_str()], &lines[4..]].concat().join("\n") + "\n";
        folder.write("r.jsonl", text);
        folder.check_refused(&["report", "r.jsonl"], "line 4 is damaged: ");
        folder.check_refused(&["merge", "r.jsonl"], expected);
    }
    let other = lines[3].replacen("\"natural_accuracy\":0.", "\"natural_accuracy\":0.0", 1);
    folder.write("r.jsonl", format!("{old}{other}\n"));
    folder.check_refused(&["report", "r.jsonl"], "line 14 is damaged: run 2 is there before with another result");
}

#[test]
fn results_without_checksums_open_and_become_like_new_ones() {
    let (folder, whole) = folder_with_results();
    folder.write("old.jsonl", old_results());
    let report = |name: &str| check_runs_in(folder.path(), &["report", name, "--format", "csv"]);
    assert_eq!(report("old.jsonl"), report("runs.jsonl"));
    let merged = check_runs_in(folder.path(), &["merge", "old.jsonl"]);
    assert!(without_later_parts(&merged) == without_later_parts(&whole));
    assert_eq!(merged.matches("\"checksum\"").count(), 13);
    let half: Vec<String> = old_results().lines().take(6).map(|line| format!("{line}\n")).collect();
    folder.write("half.jsonl", half.concat());
    let ran = run_in(folder.path(), &["sweep", "sweep.toml", "--out", "half.jsonl", "--resume"]);
    assert!(ran.code == Some(0) && ran.stderr.contains("5 of 12 runs are there, 7 to go"), "{ran:?}");
    assert!(without_later_parts(&folder.read("half.jsonl")) == without_later_parts(&whole));
}

#[test]
fn marks_and_line_ends_of_other_systems_and_lines_that_come_twice_change_nothing() {
    let (folder, whole) = folder_with_results();
    let report = check_runs_in(folder.path(), &["report", "runs.jsonl"]);
    let (header, runs) = whole.split_once('\n').unwrap();
    let reversed = runs.lines().rev().fold(format!("{header}\n"), |text, line| text + line + "\n");
    for (name, text) in [
        ("bom", format!("\u{feff}{whole}")),
        ("crlf", whole.replace('\n', "\r\n")),
        ("bom and crlf", format!("\u{feff}{}", whole.replace('\n', "\r\n"))),
        ("doubled", format!("{whole}{runs}")),
        ("reversed", reversed),
    ] {
        folder.write("r.jsonl", &text);
        assert_eq!(check_runs_in(folder.path(), &["report", "r.jsonl"]), report, "{name}");
        assert!(check_runs_in(folder.path(), &["merge", "r.jsonl"]) == whole, "{name}");
        let ran = run_in(folder.path(), &["sweep", "sweep.toml", "--out", "r.jsonl", "--resume"]);
        assert!(ran.code == Some(0) && ran.stderr.contains("12 of 12 runs are there, 0 to go"), "{name}: {ran:?}");
        assert!(folder.read("r.jsonl") == whole, "{name}");
    }
    folder.write("r.jsonl", format!("{whole}\0\0\0\0\0\0"));
    let ran = run_in(folder.path(), &["report", "r.jsonl"]);
    assert!(ran.code == Some(0) && ran.stdout == report && ran.stderr.contains("half written"), "{ran:?}");
    let ran = run_in(folder.path(), &["sweep", "sweep.toml", "--out", "r.jsonl", "--resume"]);
    assert!(ran.code == Some(0) && folder.read("r.jsonl") == whole, "{ran:?}");
}

#[test]
fn a_line_of_another_sweep_and_a_changed_one_have_the_wrong_checksum() {
    let (folder, whole) = folder_with_results();
    // The same runs of the same points, seeds and counts, chosen by another metric.
    let toml = folder.read("sweep.toml").replace("metric = \"macro_recall\"", "metric = \"worst_class\"");
    folder.write("other.toml", toml);
    let ran = run_in(folder.path(), &["sweep", "other.toml", "--out", "other.jsonl"]);
    assert_eq!(ran.code, Some(0), "{ran:?}");
    let other = folder.read("other.jsonl");
    let lines: Vec<&str> = whole.lines().collect();
    let pasted = [&lines[..5], &[other.lines().nth(5).unwrap()], &lines[6..]].concat().join("\n") + "\n";
    folder.write("pasted.jsonl", pasted);
    folder.check_refused(&["report", "pasted.jsonl"], "line 6 is damaged: its checksum is not that of the line;");
    let key = "\"natural_accuracy\":0.";
    folder.write("nicer.jsonl", whole.replacen(key, "\"natural_accuracy\":0.1", 1));
    folder.check_refused(&["report", "nicer.jsonl"], "line 2 is damaged: its checksum is not that of the line;");
    let cut = whole.replacen(&lines[2][lines[2].len() - 23..], "}", 1);
    folder.write("bare.jsonl", cut);
    folder.check_refused(&["report", "bare.jsonl"], "line 3 is damaged: its checksum is missing;");
    folder.check_refused(&["merge", "runs.jsonl", "other.jsonl"], "another sweep");
}

#[test]
fn a_damaged_header_is_refused_and_mended_by_the_sweep_that_wrote_it() {
    let (folder, whole) = folder_with_results();
    let (header, runs) = whole.split_once('\n').unwrap();
    for (name, damaged, expected) in [
        (
            "changed label",
            header.replacen("\"spread\":0.9", "\"spread\":0.8", 1),
            "line 1 is damaged: its sweep is not",
        ),
        ("changed digit", header.replacen("\"checksum\":\"", "\"checksum\":\"0", 1), "line 1 is damaged"),
        ("no JSON", header.replacen('{', "[", 1), "holds no results of a sweep"),
        ("gone", String::new(), "holds no results of a sweep"),
    ] {
        folder.write("r.jsonl", format!("{damaged}\n{runs}"));
        folder.check_refused(&["report", "r.jsonl"], expected);
        folder.check_refused(&["r.jsonl"], expected);
        let ran = run_in(folder.path(), &["sweep", "sweep.toml", "--out", "r.jsonl", "--resume"]);
        assert!(ran.code == Some(0) && ran.stderr.contains("line 1 is damaged"), "{name}: {ran:?}");
        assert!(ran.stderr.contains("12 of 12 runs are there, 0 to go"), "{name}: {ran:?}");
        assert!(folder.read("r.jsonl") == whole, "{name}");
    }
    folder.write("notes.jsonl", "{\"a\":1}\n{\"b\":2}\n");
    folder.check_refused(&["sweep", "sweep.toml", "--out", "notes.jsonl", "--resume"], "no results of a sweep");
    assert_eq!(folder.read("notes.jsonl"), "{\"a\":1}\n{\"b\":2}\n");
}

#[test]
fn what_has_no_line_ends_or_no_end_is_refused() {
    let (folder, whole) = folder_with_results();
    folder.check_refused(&["report", "/dev/zero"], "line 1 has more than 64 MiB without a line end");
    let long = "x".repeat(300_000);
    folder.write("long.jsonl", format!("{whole}{long}\n"));
    folder.check_refused(&["report", "long.jsonl"], "line 14 is damaged: it is longer than any line of its sweep");
    folder.write("many.jsonl", whole.clone() + &"\n".repeat(20_000));
    folder.check_refused(&["report", "many.jsonl"], "it has more than 10240 lines for 12 runs");
    folder.check_refused(&["report", "."], "it is a folder");
    folder.write("empty.jsonl", "");
    folder.check_refused(&["report", "empty.jsonl"], "it has no complete line");
    folder.write("nuls.jsonl", "\0".repeat(5000));
    folder.check_refused(&["report", "nuls.jsonl"], "it has no complete line");
    folder.write("newer.jsonl", whole.replacen("_sweep\":2", "_sweep\":3", 1).replacen("\"checksum\"", "\"sum\"", 1));
    folder.check_refused(&["report", "newer.jsonl"], "format 3");
}

// ---- Two at once ----

/// A sweep that takes some seconds.
const LONG: [&str; 16] = [
    "sweep",
    "--max",
    "2000",
    "--epochs",
    "400",
    "--objective",
    "ce,balanced-ce,cb-focal",
    "--beta",
    "0.9..0.999:4",
    "--gamma",
    "0,1",
    "--seeds",
    "10",
    "--jobs",
    "1",
    "--resume",
];

fn start_long(folder: &Folder, name: &str) -> Child {
    let mut command = program(folder.path());
    let mut child = command.args(LONG).args(["--out", name]).stderr(Stdio::null()).spawn().expect("the program starts");
    let deadline = Instant::now() + Duration::from_mins(2);
    while n_lines(&folder.path().join(name)) < 3 {
        assert!(Instant::now() < deadline, "no run was finished");
        assert!(child.try_wait().expect("a child").is_none(), "it ended before it could be watched");
        thread::sleep(Duration::from_millis(1));
    }
    child
}

#[test]
fn a_second_sweep_into_the_same_file_is_refused_and_no_run_is_lost() {
    let folder = Folder::new();
    let mut first = start_long(&folder, "x.jsonl");
    for shard in ["1/2", "2/2"] {
        let second = [&LONG[..], &["--shard", shard, "--out", "./x.jsonl"]].concat();
        folder.check_refused(&second, "the file is in use, another sweep writes its runs into it");
    }
    // Looking at it is no use of that kind.
    let report = run_in(folder.path(), &["report", "x.jsonl"]);
    assert!(report.code == Some(0) && report.stdout.contains("of 100 runs are not finished"), "{report:?}");
    for out in ["x.jsonl", "sub/../x.jsonl"] {
        fs::create_dir_all(folder.path().join("sub")).expect("a folder");
        folder.check_refused(&["counts", "--out", out], "is in use, a sweep writes its runs into it");
        folder.check_refused(&["train", "--epochs", "1", "--save", out], "is in use");
    }
    let merged = run_in(folder.path(), &["merge", "x.jsonl", "--out", "so-far.jsonl"]);
    assert!(merged.code == Some(0) && merged.stderr.contains("are missing"), "{merged:?}");
    first.kill().expect("a child");
    first.wait().expect("a child");
    let n_before = n_lines(&folder.path().join("x.jsonl"));
    // The lock went with its program.
    let mut third = start_long(&folder, "x.jsonl");
    assert!(n_lines(&folder.path().join("x.jsonl")) >= n_before);
    third.kill().expect("a child");
    third.wait().expect("a child");
}

#[test]
fn runs_that_somebody_has_put_into_the_file_without_its_lock_are_kept() {
    let (folder, whole) = folder_with_results();
    let flags = ["--epochs", "20000", "--jobs", "1"];
    let all = [&["sweep", "sweep.toml", "--out", "all.jsonl"], &flags[..]].concat();
    assert_eq!(run_in(folder.path(), &all).code, Some(0));
    let all = folder.read("all.jsonl");
    let path = folder.path().join("x.jsonl");
    let begun = |args: &[&str]| {
        let child = program(folder.path()).args(args).args(flags).stderr(Stdio::piped()).spawn();
        let mut child = child.expect("the program starts");
        let deadline = Instant::now() + Duration::from_mins(2);
        while n_lines(&path) < 2 {
            assert!(Instant::now() < deadline && child.try_wait().expect("a child").is_none(), "too late");
            thread::sleep(Duration::from_millis(1));
        }
        child
    };
    // An older program writes a file of its own and puts it into the place.
    let child = begun(&["sweep", "sweep.toml", "--out", "x.jsonl", "--shard", "1/2"]);
    let is_of_part = |(idx, line): &(usize, &str)| *idx == 0 || line.contains("\"seed\":2");
    let part = all.lines().enumerate().filter(is_of_part).map(|(_, line)| line);
    folder.write("other.jsonl", part.fold(String::new(), |text, line| text + line + "\n"));
    fs::rename(folder.path().join("other.jsonl"), &path).expect("a file");
    let ended = child.wait_with_output().expect("a child");
    assert!(ended.status.success(), "{ended:?}");
    assert!(folder.read("x.jsonl") == all);
    fs::remove_file(&path).expect("a file");

    // Something else altogether is in the place: it stays, and the runs are beside.
    let child = begun(&["sweep", "sweep.toml", "--out", "x.jsonl"]);
    folder.write("notes", "my notes\n");
    fs::rename(folder.path().join("notes"), &path).expect("a file");
    let ended = child.wait_with_output().expect("a child");
    let stderr = String::from_utf8(ended.stderr).expect("text");
    assert!(!ended.status.success() && stderr.contains("the runs of this sweep are in x-2.jsonl"), "{stderr}");
    assert_eq!(folder.read("x.jsonl"), "my notes\n");
    assert!(folder.read("x-2.jsonl") == all);
    assert_eq!(whole.lines().count(), all.lines().count());
}
