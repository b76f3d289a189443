//! Sweeps in the terminal, from the outside: the same file however it came about, and conclusions that hold.

use std::{
    collections::BTreeMap,
    fs,
    path::Path,
    process::{Child, Command, Output, Stdio},
    thread,
    time::{Duration, Instant, SystemTime, UNIX_EPOCH},
};

use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;
use serde_json::Value;

/// A sweep of 28 short runs.
const SMALL: [&str; 12] = [
    "--objective",
    "ce,balanced-ce,cb-focal",
    "--beta",
    "0.9,0.99,0.999",
    "--gamma",
    "0,1",
    "--seeds",
    "3",
    "--epochs",
    "4",
    "--test-per-class",
    "20",
];

fn program(folder: &Path, args: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_longtail-lab"));
    command.current_dir(folder).env("XDG_DATA_HOME", folder).stdin(Stdio::null()).args(args);
    command
}

fn call(folder: &Path, args: &[&str]) -> (Option<i32>, String, String) {
    let Output { status, stdout, stderr } = program(folder, args).output().expect("the program starts");
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).expect("text");
    (status.code(), text(stdout), text(stderr))
}

/// Calls the program and expects it to succeed; returns standard output.
fn check_runs(folder: &Path, args: &[&str]) -> String {
    let (code, stdout, stderr) = call(folder, args);
    assert_eq!(code, Some(0), "{args:?}: {stderr}");
    stdout
}

fn check_refused(folder: &Path, args: &[&str], expected: &str) {
    let (code, stdout, stderr) = call(folder, args);
    assert!(matches!(code, Some(1 | 2)) && stdout.is_empty(), "{args:?}: {code:?} {stdout}");
    assert!(stderr.starts_with("longtail-lab: ") && stderr.contains(expected), "{args:?}: {stderr}");
    assert_eq!(stderr.lines().count(), 1, "{stderr}");
}

/// Runs a sweep into a file and returns the file.
fn sweep_to(folder: &Path, name: &str, args: &[&str]) -> String {
    check_runs(folder, &[&["sweep", "--out", name], args].concat());
    fs::read_to_string(folder.join(name)).expect("results")
}

fn small(folder: &Path, name: &str, more: &[&str]) -> String {
    sweep_to(folder, name, &[&SMALL[..], more].concat())
}

fn n_lines(path: &Path) -> usize {
    fs::read(path).map_or(0, |bytes| bytes.split(|byte| *byte == b'\n').count() - 1)
}

/// Waits until a file has more lines than this; false where the program ended before.
fn wait_for_lines(child: &mut Child, path: &Path, more_than: usize) -> bool {
    let start = Instant::now();
    while n_lines(path) <= more_than {
        assert!(start.elapsed() < Duration::from_mins(2), "no run was finished");
        if child.try_wait().expect("a child").is_some() {
            return false;
        }
        thread::sleep(Duration::from_millis(1));
    }
    true
}

#[test]
fn one_thread_and_two_write_the_same_file() {
    let folder = tempfile::tempdir().unwrap();
    let one = small(folder.path(), "one.jsonl", &["--jobs", "1"]);
    let two = small(folder.path(), "two.jsonl", &["--jobs", "2"]);
    assert!(one == two);
    assert_eq!(one.lines().count(), 1 + 3 * (1 + 1 + 6));
    let (code, stdout, _) = call(folder.path(), &[&["sweep", "--out", "-"], &SMALL[..]].concat());
    assert!(code == Some(0) && stdout == one);
}

#[test]
fn a_sweep_that_is_killed_ten_times_loses_nothing_and_ends_in_the_same_file() {
    let folder = tempfile::tempdir().unwrap();
    let args = ["--objective", "ce,cb-softmax", "--beta", "0.9..0.9999:19", "--seeds", "5", "--epochs", "4"];
    let uninterrupted = sweep_to(folder.path(), "whole.jsonl", &args);
    let path = folder.path().join("runs.jsonl");
    let seed = SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_nanos() as u64;
    let mut generator = ChaCha8Rng::seed_from_u64(seed);
    let mut n_killed_under_way = 0;
    for _ in 0..10 {
        let before = n_lines(&path);
        let mut child = program(folder.path(), &[&["sweep", "--out", "runs.jsonl", "--resume"], &args[..]].concat())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        // Some are killed before they have done anything, the others after one run or a few.
        if generator.random_range(0..4) > 0 {
            wait_for_lines(&mut child, &path, before.max(1));
        }
        thread::sleep(Duration::from_micros(generator.random_range(0..30_000)));
        n_killed_under_way += usize::from(child.try_wait().unwrap().is_none());
        child.kill().unwrap();
        child.wait().unwrap();
        assert!(n_lines(&path) >= before, "seed {seed}: a finished run is lost");
    }
    let n_done = n_lines(&path).saturating_sub(1);
    assert!(n_killed_under_way > 0, "seed {seed}: every call had ended by itself");
    let (code, _, stderr) = call(folder.path(), &[&["sweep", "--out", "runs.jsonl", "--resume"], &args[..]].concat());
    assert_eq!(code, Some(0), "{stderr}");
    assert!(fs::read_to_string(&path).unwrap() == uninterrupted, "seed {seed}, {n_done} runs were done before");
}

#[test]
fn a_line_that_was_cut_anywhere_is_run_again() {
    let folder = tempfile::tempdir().unwrap();
    let whole = small(folder.path(), "whole.jsonl", &[]);
    let path = folder.path().join("cut.jsonl");
    let last = whole.trim_end().rfind('\n').unwrap() + 1;
    for cut in [last, last + 1, last + 40, whole.len() - 1] {
        fs::write(&path, &whole.as_bytes()[..cut]).unwrap();
        let (code, _, stderr) =
            call(folder.path(), &[&["sweep", "--resume", "--out", "cut.jsonl"], &SMALL[..]].concat());
        assert_eq!(code, Some(0), "{stderr}");
        assert_eq!(stderr.contains("half written"), cut > last, "{cut}: {stderr}");
        assert!(fs::read_to_string(&path).unwrap() == whole, "{cut}");
    }
    let (_, _, stderr) = call(folder.path(), &[&["sweep", "--resume", "--out", "cut.jsonl"], &SMALL[..]].concat());
    assert!(stderr.contains("24 of 24 runs are there, 0 to go"), "{stderr}");
}

#[test]
fn damaged_lines_are_run_again_and_the_others_are_kept() {
    let folder = tempfile::tempdir().unwrap();
    let whole = small(folder.path(), "whole.jsonl", &[]);
    let path = folder.path().join("damaged.jsonl");
    let mut lines: Vec<&str> = whole.lines().collect();
    (lines[3], lines[9]) = ("{\"run\":2,\u{0}", "");
    let other = lines[5].replacen("{\"run\":4,", "{\"run\":400,", 1);
    lines[5] = &other;
    fs::write(&path, lines.join("\n") + "\n").unwrap();
    let resume = [&["sweep", "--resume", "--out", "damaged.jsonl"], &SMALL[..]].concat();
    let (code, _, stderr) = call(folder.path(), &resume);
    assert_eq!(code, Some(0), "{stderr}");
    assert!(
        stderr.contains("3 damaged lines of the file are dropped")
            && stderr.contains("21 of 24 runs are there, 3 to go"),
        "{stderr}"
    );
    assert!(fs::read_to_string(&path).unwrap() == whole);
}

#[test]
fn results_open_without_a_subcommand_and_are_reported_where_there_is_no_window() {
    let folder = tempfile::tempdir().unwrap();
    small(folder.path(), "runs.jsonl", &[]);
    let output = program(folder.path(), &["runs.jsonl"])
        .env_remove("DISPLAY")
        .env_remove("WAYLAND_DISPLAY")
        .output()
        .expect("the program starts");
    let stderr = String::from_utf8(output.stderr).unwrap();
    assert!(output.status.success() && stderr.contains("reporting the results"), "{stderr}");
    assert_eq!(String::from_utf8(output.stdout).unwrap(), check_runs(folder.path(), &["report", "runs.jsonl"]));
}

#[test]
fn ctrl_c_keeps_what_is_finished_and_says_how_to_go_on() {
    let folder = tempfile::tempdir().unwrap();
    let args = ["--objective", "ce,cb-softmax", "--beta", "0.9..0.9999:9", "--seeds", "5", "--epochs", "40"];
    let path = folder.path().join("runs.jsonl");
    let mut child = program(folder.path(), &[&["sweep", "--out", "runs.jsonl"], &args[..]].concat())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    assert!(wait_for_lines(&mut child, &path, 2), "it ended before it could be interrupted");
    let id = child.id().to_string();
    assert!(Command::new("kill").args(["-INT", &id]).status().unwrap().success());
    let output = child.wait_with_output().unwrap();
    let stderr = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(130), "{stderr}");
    assert!(stderr.contains("are kept in runs.jsonl") && stderr.contains("--resume"), "{stderr}");
    let report = check_runs(folder.path(), &["report", "runs.jsonl"]);
    assert!(report.contains("of 50 runs are not finished"), "{report}");
}

#[test]
fn shards_merge_into_the_file_of_one_machine() {
    let folder = tempfile::tempdir().unwrap();
    let whole = small(folder.path(), "whole.jsonl", &[]);
    for part in 1..=3 {
        small(folder.path(), &format!("{part}.jsonl"), &["--shard", &format!("{part}/3")]);
    }
    let (_, _, stderr) = call(folder.path(), &["merge", "3.jsonl", "1.jsonl", "--out", "two.jsonl"]);
    assert!(stderr.contains("16 of 24 runs are there, 8 are missing, the first of them run 1"), "{stderr}");
    let merged = check_runs(folder.path(), &["merge", "two.jsonl", "2.jsonl", "1.jsonl"]);
    assert!(merged == whole);
    small(folder.path(), "other.jsonl", &["--metric", "worst-class", "--shard", "1/3"]);
    check_refused(folder.path(), &["merge", "1.jsonl", "other.jsonl"], "another sweep");
    // As a program without checksums would have written them.
    let is_seal = |line: &str| line.rfind(",\"checksum\"").unwrap_or(line.len());
    let bare = whole.lines().fold(String::new(), |text, line| text + &line[..is_seal(line)] + "}\n");
    let bare = bare.replacen("_sweep\":2", "_sweep\":1", 1);
    let forged = bare.replace("\"natural_accuracy\":0.", "\"natural_accuracy\":0.0");
    fs::write(folder.path().join("forged.jsonl"), forged).unwrap();
    check_refused(folder.path(), &["merge", "1.jsonl", "forged.jsonl"], "run 0 is in two of the files with different");
}

#[test]
fn what_cannot_be_is_refused_in_a_sentence() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path();
    let mut first = vec!["sweep", "--out", "runs.jsonl"];
    first.extend(["--objective", "ce", "--seeds", "2", "--epochs", "1"]);
    check_runs(path, &first);
    check_refused(path, &first, "holds 2 of 2 runs of this sweep already: add --resume");
    check_refused(path, &[&first[..], &["--resume", "--l2", "0.1"]].concat(), "another sweep (its experiment differs)");
    fs::write(path.join("text.jsonl"), "hello\nworld\n").unwrap();
    check_refused(path, &["sweep", "--objective", "ce", "--out", "text.jsonl", "--resume"], "no results of a sweep");
    check_refused(path, &["report", "text.jsonl"], "no results of a sweep");
    check_refused(path, &["report", "missing.jsonl"], "no such file");
    let runs = fs::read_to_string(path.join("runs.jsonl")).unwrap();
    fs::write(path.join("damaged.jsonl"), runs.replacen("{\"run\":0,", "{\"run\":,", 1)).unwrap();
    check_refused(path, &["report", "damaged.jsonl"], "line 2 is damaged: expected value at column 8;");
    check_refused(path, &["damaged.jsonl"], "line 2 is damaged");
    check_refused(path, &["train", "runs.jsonl"], "it holds results of a sweep, which `report` reads");
    check_refused(path, &["sweep", "runs.jsonl", "--out", "none.jsonl"], "it holds results of a sweep");
    check_runs(path, &["sweep", "--objective", "ce", "--save", "sweep.toml"]);
    check_refused(path, &["train", "sweep.toml"], "it is a sweep, which `sweep` runs");
    for (args, expected) in [
        (vec!["--beta", "0.9,1"], "β must be in [0, 1), got 1"),
        (vec!["--beta", "x"], "--beta: give a number"),
        (vec!["--objective", "ce", "--beta", "0.9"], "β is varied, but nothing in the sweep uses it"),
        (vec!["--objective", "banana"], "no objective or preset \"banana\""),
        (vec!["--vary", "banana=1"], "there is no `banana`"),
        (vec!["--vary", "sampler=0..1"], "the sampler is varied by name"),
        (vec!["--metric", "class-f1"], "name it by metric_class"),
        (
            vec!["--metric", "class-f1", "--metric-class", "banana"],
            "there is no class \"banana\" to judge by: the classes are C0",
        ),
        (vec!["--costs", "0 1; 1 0"], "costs have no meaning for macro recall"),
        (vec!["--metric", "expected-cost", "--costs", "0 x"], "not \"x\""),
        (vec!["--metric", "expected-cost", "--costs", "0 1; 1 0"], "the costs are for 2 classes, the samples have 10"),
        (vec!["--vary", "optimiser=smote"], "there is no `smote`"),
        (vec!["--shard", "4/3"], "k/n"),
        (vec!["--shard", "0/3"], "k/n"),
        (vec!["--shard", "-1/3"], "k/n"),
        (vec!["--jobs", "0"], "1 to 1024"),
        (vec!["--built-in", "page-blocks", "--test-share", "0"], "raise the test share above 0"),
    ] {
        check_refused(path, &[&["sweep", "--out", "none.jsonl"], &args[..]].concat(), expected);
        assert!(!path.join("none.jsonl").exists(), "{args:?}");
    }
    check_refused(path, &["sweep", "--out", "no/folder.jsonl", "--epochs", "1"], "no such file or folder");
    check_refused(path, &["sweep", "--objective", "ce"], "--out");
}

#[test]
fn a_sweep_from_a_file_is_the_one_from_flags() {
    let folder = tempfile::tempdir().unwrap();
    let from_flags = small(folder.path(), "flags.jsonl", &[]);
    check_runs(folder.path(), &[&["sweep", "--save", "sweep.toml"], &SMALL[..]].concat());
    assert!(sweep_to(folder.path(), "file.jsonl", &["sweep.toml"]) == from_flags);
    check_runs(
        folder.path(),
        &["train", "--epochs", "4", "--seeds", "3", "--test-per-class", "20", "--save", "e.toml"],
    );
    let text = "experiment_file = \"e.toml\"\nobjectives = [\"CE\", \"balanced_ce\", \"cb_focal\"]\n[vary]\nbeta = { from = 0.9, to = 0.999, number = 3 }\ngamma = [0, 1]\n";
    fs::write(folder.path().join("refers.toml"), text).unwrap();
    // The two sweeps name their objectives differently, which the checksums of their lines tell.
    let runs = |text: &str| {
        let of_line = |line: &str| line.split_once(",\"checksum\"").map_or("no checksum", |(run, _)| run).to_owned();
        text.lines().skip(1).map(of_line).collect::<Vec<_>>()
    };
    assert!(runs(&sweep_to(folder.path(), "refers.jsonl", &["refers.toml"])) == runs(&from_flags));
}

/// The figures to judge by of the test part, one a run, under a metric.
fn targets(folder: &Path, name: &str, metric: &[&str], key: &str) -> Vec<f64> {
    let common = ["--built-in", "page-blocks", "--objective", "ce,balanced-ce", "--seeds", "2", "--epochs", "20"];
    let lines = sweep_to(folder, name, &[&common[..], metric].concat());
    let run = |line: &str| serde_json::from_str::<Value>(line).expect("JSON")["test"][key].as_f64().expect("a number");
    lines.lines().skip(1).map(run).collect()
}

#[test]
fn a_sweep_is_judged_by_one_class_or_by_what_decisions_cost() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path();
    // Where every error costs the same, what is spared is the accuracy.
    let row = |class_idx: usize| (0..5).map(|other| if other == class_idx { "0 " } else { "3 " }).collect::<String>();
    fs::write(path.join("costs.txt"), (0..5).map(row).collect::<Vec<_>>().join("\n")).unwrap();
    let by_cost = ["--metric", "expected-cost", "--costs", "costs.txt"];
    let spared = targets(path, "cost.jsonl", &by_cost, "target");
    assert_eq!(spared.len(), 4);
    for (spared, accuracy) in spared.iter().zip(targets(path, "plain.jsonl", &[], "natural_accuracy")) {
        assert!((spared - accuracy).abs() < 1e-12, "{spared} {accuracy}");
    }
    // The mean of F1 over the classes is macro F1.
    let mut sums = [0.0; 4];
    for class in ["text", "horizontal line", "graphic", "vertical line", "picture"] {
        let of_class = ["--metric", "class-f1", "--metric-class", class];
        let found = targets(path, &format!("{class}.jsonl"), &of_class, "target");
        sums.iter_mut().zip(found).for_each(|(sum, f1)| *sum += f1);
    }
    for (sum, macro_f1) in sums.iter().zip(targets(path, "f1.jsonl", &["--metric", "macro-f1"], "macro_f1")) {
        assert!((sum / 5.0 - macro_f1).abs() < 1e-12, "{sum} {macro_f1}");
    }
    // A higher recall can only be had at the same or a lower precision.
    let at = |recall: &str| {
        let of_class = ["--metric", "precision-at-recall", "--metric-class", "picture", "--metric-recall", recall];
        targets(path, &format!("at {recall}.jsonl"), &of_class, "target")
    };
    let (low, high) = (at("0.3"), at("0.9"));
    assert!(low.iter().zip(&high).all(|(low, high)| low >= high), "{low:?} {high:?}");
    assert_ne!(low, high);
    let report = check_runs(path, &["report", "at 0.3.jsonl"]);
    assert!(report.contains("precision of class picture at recall 0.3"), "{report}");
}

#[test]
fn the_feature_map_the_optimiser_and_the_epochs_are_varied() {
    let folder = tempfile::tempdir().unwrap();
    let vary = ["--objective", "ce", "--seeds", "2", "--vary", "map=linear,quadratic", "--vary", "optimiser=sgd,lbfgs"];
    let more = ["--vary", "epochs=2..6:2", "--vary", "momentum=0,0.9", "--test-per-class", "20"];
    let lines = sweep_to(folder.path(), "runs.jsonl", &[&vary[..], &more].concat());
    // Two maps, SGD with two momenta and L-BFGS without one, two numbers of epochs, two seeds.
    assert_eq!(lines.lines().count(), 1 + 2 * 3 * 2 * 2);
    assert!(lines.contains(r#""values":{"map":"quadratic","optimiser":"lbfgs","epochs":6.0}"#), "{lines}");
    let report = check_runs(folder.path(), &["report", "runs.jsonl"]);
    assert!(report.contains("feature map = quadratic"), "{report}");
    // One thread writes the same file: runs that share samples share their features too.
    let alone = sweep_to(folder.path(), "alone.jsonl", &[&vary[..], &more, &["--jobs", "1"]].concat());
    assert!(alone == lines);
}

#[test]
fn two_results_are_laid_side_by_side() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path();
    let common = ["--built-in", "page-blocks", "--objective", "ce,balanced-ce", "--seeds", "3"];
    let sweep = |name: &str, l2: &str| sweep_to(path, name, &[&common[..], &["--vary", &format!("l2={l2}")]].concat());
    let (first, second) = (sweep("a.jsonl", "0.0001,0.01"), sweep("b.jsonl", "0.01,0.1"));
    let compared = |args: &[&str]| -> Value {
        serde_json::from_str(&check_runs(path, &[&["compare"], args, &["--format", "json"]].concat())).expect("JSON")
    };
    let found = compared(&["a.jsonl", "b.jsonl"]);
    let pairs = found["pairs"].as_array().unwrap();
    // The best of both, and the two points that are in both.
    assert_eq!((pairs[0]["are_best"].as_bool(), pairs.len()), (Some(true), 3), "{found}");
    assert_eq!(pairs[1]["names"], serde_json::json!(["CE, L2 = 0.01", "CE, L2 = 0.01"]));
    assert_eq!((&pairs[1]["macro_recall"]["difference"]["mean"], &pairs[1]["splits"]), (&0.0.into(), &3.into()));
    // The difference of the best, from the lines themselves.
    let recalls = |lines: &str, name: &Value| -> Vec<f64> {
        let name = name.as_str().unwrap();
        let runs = lines.lines().skip(1).map(|line| serde_json::from_str::<Value>(line).expect("JSON"));
        let of_name =
            |run: &Value| format!("{}, L2 = {}", run["objective"].as_str().unwrap(), run["values"]["l2"]) == name;
        runs.filter(of_name).map(|run| run["test"]["macro_recall"].as_f64().unwrap()).collect()
    };
    let (a, b) = (recalls(&first, &pairs[0]["names"][0]), recalls(&second, &pairs[0]["names"][1]));
    assert_eq!((a.len(), b.len()), (3, 3));
    let expected = a.iter().zip(&b).map(|(a, b)| b - a).sum::<f64>() / 3.0;
    let got = pairs[0]["macro_recall"]["difference"]["mean"].as_f64().unwrap();
    assert!((got - expected).abs() < 1e-12, "{got} {expected}");
    // Runs of train: one objective each, on the same splits, through two feature maps.
    for (map, name) in [("linear", "linear.json"), ("quadratic", "quadratic.json")] {
        let args = ["train", "--built-in", "page-blocks", "--objective", "ce", "--seeds", "2", "--epochs", "20"];
        check_runs(path, &[&args[..], &["--map", map, "--format", "json", "--out", name]].concat());
    }
    let found = compared(&["linear.json", "quadratic.json"]);
    assert_eq!((&found["pairs"][0]["are_best"], &found["pairs"][0]["splits"]), (&true.into(), &2.into()));
    let table = check_runs(path, &["compare", "linear.json", "quadratic.json"]);
    assert!(table.contains("best: CE") && table.contains("paired over the splits"), "{table}");
    // What does not agree is not paired, and what is something else is refused.
    let found = compared(&["linear.json", "a.jsonl"]);
    assert_eq!(found["pairs"][0]["splits"], 0);
    assert!(found["notes"][0].as_str().unwrap().contains("half of the test samples"), "{found}");
    check_runs(path, &["train", "--epochs", "1", "--save", "e.toml"]);
    check_refused(path, &["compare", "a.jsonl", "e.toml"], "neither a sweep's results");
    check_refused(path, &["compare", "a.jsonl", "missing.json"], "no such file");
}

#[test]
fn a_halved_sweep_has_fewer_runs_which_are_those_of_the_whole() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path();
    let whole = small(path, "whole.jsonl", &[]);
    let halved = small(path, "halved.jsonl", &["--halving", "--jobs", "1"]);
    let runs = |text: &str| {
        let of_line = |line: &str| line.split_once(",\"checksum\"").map_or("no checksum", |(run, _)| run).to_owned();
        text.lines().skip(1).map(of_line).collect::<Vec<_>>()
    };
    let (whole, few) = (runs(&whole), runs(&halved));
    // 8 points with the first seed, 4 (or 5 with CE) with the second, 2 (or 3) with the third, of 24 runs.
    assert!((14..=16).contains(&few.len()) && few.iter().all(|run| whole.contains(run)), "{} runs", few.len());
    assert!(small(path, "again.jsonl", &["--halving"]) == halved);
    let said = check_runs(path, &["report", "halved.jsonl"]);
    assert!(said.contains("dropped by successive halving") && said.contains("dropped"), "{said}");
    // What was ended goes on to the same file.
    let cut: Vec<&str> = halved.lines().take(5).collect();
    fs::write(path.join("cut.jsonl"), cut.join("\n") + "\n").unwrap();
    assert!(small(path, "cut.jsonl", &["--halving", "--resume"]) == halved);
    check_refused(
        path,
        &[&["sweep", "--out", "none.jsonl", "--halving", "--shard", "1/2"][..], &SMALL].concat(),
        "shard",
    );
    check_refused(
        path,
        &["sweep", "--out", "none.jsonl", "--halving", "--objective", "ce"],
        "raise the number of seeds",
    );
}

#[test]
fn data_and_results_come_from_standard_input_too() {
    let folder = tempfile::tempdir().unwrap();
    let piped = |args: &[&str], input: &str| {
        let file = fs::File::open(input).expect("a file");
        let output = program(folder.path(), args).stdin(file).output().expect("the program starts");
        assert_eq!(String::from_utf8_lossy(&output.stderr), "", "{args:?}");
        String::from_utf8(output.stdout).expect("text")
    };
    let data = concat!(env!("CARGO_MANIFEST_DIR"), "/assets/data/page-blocks.csv");
    for args in [&["inspect"][..], &["weights", "--data"], &["train", "--objective", "ce", "--epochs", "2", "--data"]] {
        let from_file = check_runs(folder.path(), &[args, &[data]].concat());
        assert_eq!(piped(&[args, &["-"]].concat(), data), from_file.replace(data, "standard input"));
    }
    sweep_to(folder.path(), "runs.jsonl", &["--objective", "ce", "--seeds", "2", "--epochs", "2"]);
    let runs = folder.path().join("runs.jsonl").display().to_string();
    assert_eq!(piped(&["report", "-"], &runs), check_runs(folder.path(), &["report", &runs]));
}

// ---- The recommendation, computed a second time ----

/// Quantile of Student's t at 97.5 % with two degrees of freedom.
const T2: f64 = 4.302_652_729_911_275;

/// Mean and half width of the interval by the spread over seeds, which are splits of the same rows: the variance of the mean
/// is s² (1/J + n_test/n_train).
fn mean_and_half_width(values: &[f64; 3], n_test_by_n_train: f64) -> (f64, f64) {
    let mean = values.iter().sum::<f64>() / 3.0;
    let squares: f64 = values.iter().map(|value| (value - mean) * (value - mean)).sum();
    (mean, T2 * (squares / 2.0 * (1.0 / 3.0 + n_test_by_n_train)).sqrt())
}

fn number(value: &Value) -> f64 {
    value.as_f64().unwrap_or_else(|| panic!("a number, not {value}"))
}

/// Macro recall on the validation and on the test part of each point under each seed, by objective and β.
fn macro_recalls(runs: &[Value]) -> BTreeMap<String, [[f64; 3]; 2]> {
    let mut recalls: BTreeMap<String, [[f64; 3]; 2]> = BTreeMap::new();
    for run in runs {
        let key = format!("{} {}", run["objective"].as_str().expect("a name"), run["values"]["beta"]);
        let seed_idx = run["seed"].as_u64().expect("a seed") as usize - 1;
        for (part_idx, part) in ["validation", "test"].into_iter().enumerate() {
            let recalls_of_classes = run[part]["per_class_recall"].as_array().expect("recalls");
            let mean = recalls_of_classes.iter().map(number).sum::<f64>() / recalls_of_classes.len() as f64;
            recalls.entry(key.clone()).or_default()[part_idx][seed_idx] = mean;
        }
    }
    recalls
}

#[test]
fn the_recommendation_on_page_blocks_agrees_with_the_single_runs() {
    let folder = tempfile::tempdir().unwrap();
    let common = ["--built-in", "page-blocks", "--seeds", "3", "--epochs", "8"];
    let objectives = ["--objective", "ce,balanced-ce,cb-softmax"];
    let betas = ["0.9", "0.99", "0.999"];
    let lines =
        sweep_to(folder.path(), "runs.jsonl", &[&common[..], &objectives, &["--beta", &betas.join(",")]].concat());
    let runs: Vec<Value> = lines.lines().skip(1).map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(runs.len(), 3 * (1 + 1 + 3));

    // Each run is the one that `train` makes: of every class, it recognises as many samples in both halves together.
    let mut n_compared = 0;
    for beta in betas {
        let text = check_runs(
            folder.path(),
            &[&["train"], &common[..], &objectives, &["--beta", beta, "--format", "json"]].concat(),
        );
        let answer: Value = serde_json::from_str(&text).unwrap();
        for record in answer["runs"].as_array().unwrap() {
            let is_same = |run: &&Value| {
                let run_beta = run["values"]["beta"].as_f64();
                let has_beta = run_beta.is_none_or(|run_beta| run_beta.to_string() == beta);
                run["objective"] == record["objective"] && run["seed"] == record["seed"] && has_beta
            };
            let run = runs.iter().find(is_same).unwrap();
            for (class_idx, row) in record["confusion_matrix"].as_array().unwrap().iter().enumerate() {
                let n: u64 = row.as_array().unwrap().iter().map(|cell| cell.as_u64().unwrap()).sum();
                let halves = [("validation", n / 2), ("test", n - n / 2)];
                let n_correct = halves.map(|(part, n)| number(&run[part]["per_class_recall"][class_idx]) * n as f64);
                for n_correct in n_correct {
                    assert!((n_correct - n_correct.round()).abs() < 1e-9, "{n_correct} samples");
                }
                let expected = number(&row[class_idx]);
                assert!((n_correct[0] + n_correct[1] - expected).abs() < 1e-9, "{n_correct:?} {expected}");
                n_compared += 1;
            }
        }
    }
    assert_eq!(n_compared, 3 * 3 * 3 * 5);

    let report: Value =
        serde_json::from_str(&check_runs(folder.path(), &["report", "runs.jsonl", "--format", "json"])).unwrap();
    let choice = &report["choices"][0];
    let best = &choice["best"];
    let recalls = macro_recalls(&runs);
    let sum = |list: &Value| list.as_array().unwrap().iter().map(number).sum::<f64>();
    let [validation, test] = ["validation", "test"].map(|part| sum(&runs[0][part]["tested"]) / sum(&runs[0]["counts"]));
    let (name, best_recalls) =
        recalls.iter().max_by(|a, b| a.1[0].iter().sum::<f64>().total_cmp(&b.1[0].iter().sum::<f64>())).unwrap();
    let point = |place: &Value| &choice["points"][place.as_u64().unwrap() as usize];
    let name_of = |point: &Value| format!("{} {}", point["objective"].as_str().unwrap(), point["values"]["beta"]);
    assert_eq!(name_of(point(&best["place"])), *name);
    // The interval is that of the spread, or wider where so few test samples allow no better.
    let check = |estimate: &Value, values: &[f64; 3], ratio: f64| {
        let (mean, half_width) = mean_and_half_width(values, ratio);
        let (reported, reported_half_width) = (number(&estimate["mean"]), number(&estimate["half_width"]));
        assert!(
            (reported - mean).abs() < 1e-12 && reported_half_width > half_width - 1e-8,
            "{estimate} {mean} ± {half_width}"
        );
        (mean, reported_half_width)
    };
    check(&point(&best["place"])["test"]["macro_recall"], &best_recalls[1], test);
    let ce = &recalls["CE null"];
    let gains = [0, 1, 2].map(|seed_idx| best_recalls[1][seed_idx] - ce[1][seed_idx]);
    let (gain, half_width) = check(&best["gain"], &gains, test);
    assert_eq!(best["beats_ce"], gain > half_width);
    assert!(gain > 0.05, "weighting helps on these data: {gain}");
    for other in choice["points"].as_array().unwrap() {
        let others = &recalls[&name_of(other)];
        let behind = [0, 1, 2].map(|seed_idx| best_recalls[0][seed_idx] - others[0][seed_idx]);
        let (mean, half_width) = check(&other["behind"], &behind, validation);
        let expected = match name_of(other) == *name {
            true => "best",
            false if mean.abs() <= half_width => "not_distinguishable",
            false => "worse",
        };
        assert_eq!(other["standing"], expected, "{other}");
    }

    // The weights are those of the subcommand that gives them away.
    let counts: Vec<String> = best["counts"].as_array().unwrap().iter().map(ToString::to_string).collect();
    let beta = &point(&best["place"])["values"]["beta"];
    let scheme = if beta.is_null() { vec!["--scheme", "inverse-frequency"] } else { vec![] };
    let beta = beta.to_string();
    let with_beta = if scheme.is_empty() { vec!["--beta", beta.as_str()] } else { vec![] };
    let weights: Value = serde_json::from_str(&check_runs(
        folder.path(),
        &[
            &["weights", "--counts", &counts.join(","), "--normalise", "mean-sample-one", "--snippet", "json"],
            &scheme[..],
            &with_beta,
        ]
        .concat(),
    ))
    .unwrap();
    let expected: Vec<f64> = weights["weights"].as_array().unwrap().iter().map(number).collect();
    let got: Vec<f64> = best["class_weights"].as_array().unwrap().iter().map(number).collect();
    assert!(
        got.len() == 5 && got.iter().zip(&expected).all(|(a, b)| (a - b).abs() <= 1e-12 * b),
        "{got:?} {expected:?}"
    );

    // People read them behind the names of the classes.
    let table = check_runs(folder.path(), &["report", "runs.jsonl"]);
    let all_rows = "Its class weights for all rows of the table: graphic ";
    assert!(table.contains(all_rows) && table.contains("for the training part alone: graphic "), "{table}");
    assert!(table.contains(", horizontal line ") && table.contains("(mean sample weight one)"), "{table}");
}

#[test]
fn the_code_of_the_best_point_is_that_of_its_objective_for_all_rows() {
    let folder = tempfile::tempdir().unwrap();
    let common = ["--built-in", "page-blocks", "--seeds", "2", "--epochs", "3"];
    let objectives = ["--objective", "ce,balanced-ce"];
    sweep_to(folder.path(), "runs.jsonl", &[&common[..], &objectives].concat());
    let report = check_runs(folder.path(), &["report", "runs.jsonl", "--format", "json"]);
    let report: Value = serde_json::from_str(&report).unwrap();
    let choice = &report["choices"][0];
    let best = &choice["best"];
    let counts = best["all_rows"]["counts"].as_array().unwrap();
    assert_eq!(counts.iter().map(number).sum::<f64>(), 5472.0);
    let name = choice["points"][best["place"].as_u64().unwrap() as usize]["objective"].as_str().unwrap();
    let preset = if name == "CE" { "ce" } else { "balanced-ce" };
    let module = check_runs(folder.path(), &["report", "runs.jsonl", "--snippet", "numpy"]);
    let one = ["--objective", preset, "--snippet", "numpy"];
    assert_eq!(module, check_runs(folder.path(), &[&["train"], &common[..], &one].concat()));
    let weight = &best["all_rows"]["class_weights"][0];
    assert!(module.contains(&format!("    {weight},  # 0: \"graphic\", {} samples\n", counts[0])), "{module}");
    let both = [&["train"], &common[..], &objectives, &["--snippet", "numpy"]].concat();
    check_refused(folder.path(), &both, "--snippet writes one objective, and there are 2: CE; Balanced CE; name one");
}

#[test]
fn the_page_stands_alone_and_holds_the_experiment() {
    let folder = tempfile::tempdir().unwrap();
    small(folder.path(), "runs.jsonl", &[]);
    check_runs(folder.path(), &["report", "runs.jsonl", "--format", "html", "--out", "report.html"]);
    let page = fs::read_to_string(folder.path().join("report.html")).unwrap();
    for foreign in ["<script", "http:", "https:", "src=", "url("] {
        assert!(!page.contains(foreign), "{foreign}");
    }
    // A heat map, the metric against β and against γ, head against tail.
    assert_eq!(page.matches("<svg").count(), 4);
    for tag in ["svg", "table", "figure", "details", "pre", "g", "text", "title", "p"] {
        let (open, close) = (
            page.matches(&format!("<{tag}>")).count() + page.matches(&format!("<{tag} ")).count(),
            page.matches(&format!("</{tag}>")).count(),
        );
        assert_eq!(open, close, "<{tag}>");
    }
    let trained = check_runs(folder.path(), &["train", "report.html", "--epochs", "1", "--format", "json"]);
    let answer: Value = serde_json::from_str(&trained).unwrap();
    let report: Value =
        serde_json::from_str(&check_runs(folder.path(), &["report", "runs.jsonl", "--format", "json"])).unwrap();
    let choice = &report["choices"][0];
    let best = &choice["points"][choice["best"]["place"].as_u64().unwrap() as usize];
    assert_eq!(answer["experiment"]["objective"][0]["name"], best["objective"]);
    let csv = check_runs(folder.path(), &["report", "runs.jsonl", "--format", "csv"]);
    assert_eq!(csv.lines().count(), 25);
    assert!(csv.starts_with("run,objective,beta,gamma,seed,ending,epochs,validation_macro_recall,"), "{csv}");
}
