//! Samplers in the terminal, from the outside: flags, files, figures and refusals.
#![cfg(unix)]

use std::{
    fs,
    path::Path,
    process::{Command, Stdio},
};

use serde_json::Value;

/// Calls the program in a folder; returns its exit code, standard output and standard error.
fn call(folder: &Path, args: &[&str]) -> (Option<i32>, String, String) {
    let output = Command::new(env!("CARGO_BIN_EXE_longtail-lab"))
        .current_dir(folder)
        .env("XDG_DATA_HOME", folder)
        .stdin(Stdio::null())
        .args(args)
        .output()
        .expect("the program starts");
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).expect("text");
    (output.status.code(), text(output.stdout), text(output.stderr))
}

fn train(args: &[&str]) -> String {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let (code, stdout, stderr) = call(folder.path(), &[&["train", "--epochs", "2"], args].concat());
    assert_eq!((code, stderr.as_str()), (Some(0), ""), "{args:?}");
    stdout
}

fn train_json(args: &[&str]) -> Value {
    let text = train(&[args, &["--format", "json"]].concat());
    serde_json::from_str(&text).unwrap_or_else(|error| panic!("{args:?}: {error}\n{text}"))
}

fn check_refused(args: &[&str], expected: &str) {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let (code, stdout, stderr) = call(folder.path(), &[&["train", "--epochs", "2"], args].concat());
    assert!(matches!(code, Some(1 | 2)) && stdout.is_empty(), "{args:?}: {code:?} {stdout}");
    assert!(stderr.starts_with("longtail-lab: ") && stderr.contains(expected), "{args:?}: {stderr}");
    assert_eq!(stderr.lines().count(), 1, "{stderr}");
}

#[test]
fn every_sampler_trains_and_the_record_says_what_it_did() {
    for (sampler, in_epoch) in [
        ("instance", None),
        ("class-balanced", Some(4958)),
        ("square-root", Some(4958)),
        ("progressive", Some(4958)),
        ("over-sampling", Some(20_000)),
        ("under-sampling", Some(200)),
        ("smote", Some(20_000)),
    ] {
        let answer = train_json(&["--objective", "ce", "--sampler", sampler]);
        let run = &answer["runs"][0];
        assert_eq!(run["sampler"], sampler.replace('-', "_"));
        assert_eq!(run["neighbours"].as_u64(), (sampler == "smote").then_some(5), "{sampler}");
        let Some(in_epoch) = in_epoch else {
            assert!(run["sampling"].is_null());
            continue;
        };
        let classes = run["sampling"].as_array().expect("what became of each class");
        let sum = |figure: &str| classes.iter().map(|class| class[figure].as_u64().expect("a count")).sum::<u64>();
        assert_eq!(sum("used") + sum("duplicated") + sum("made"), in_epoch, "{sampler}");
        assert_eq!(sum("used") + sum("dropped"), 4958, "{sampler}");
        let shares: f64 = classes.iter().map(|class| class["batch_share"].as_f64().expect("a share")).sum();
        assert!((shares - 1.0).abs() < 1e-12, "{sampler}");
        assert_eq!(run["counts"], serde_json::json!([2000, 1198, 718, 430, 258, 154, 92, 55, 33, 20]));
    }
}

#[test]
fn one_objective_can_have_a_sampler_of_its_own_by_name_or_as_a_preset() {
    let objectives = ["--objective", "ce,cb-softmax,ce-smote"];
    let answer = train_json(
        &[
            &objectives[..],
            &["--sampler", "square-root", "--sampler-of", "CB=under-sampling", "--sampler-of", "ce=smote"],
        ]
        .concat(),
    );
    let samplers: Vec<_> = (0..3).map(|idx| answer["runs"][idx]["sampler"].clone()).collect();
    assert_eq!(samplers, ["smote", "under_sampling", "square_root"]);
    let answer = train_json(&[&objectives[..], &["--sampler-of", "cb-softmax=smote", "--neighbours", "9"]].concat());
    let neighbours: Vec<_> = (0..3).map(|idx| answer["runs"][idx]["neighbours"].as_u64()).collect();
    assert_eq!(neighbours, [None, Some(9), Some(9)]);
}

#[test]
fn the_table_tells_what_each_sampler_did() {
    let table = train(&["--objective", "ce,ce-smote", "--sampler-of", "ce=under-sampling", "--seeds", "2"]);
    assert!(table.contains("\nCE: Under-sampling: 4758 of 4958 samples dropped, 200 in an epoch\n"), "{table}");
    let line = "CE, SMOTE: SMOTE, k = 5: 15042 made beside 4958 samples, 20000 in an epoch";
    assert_eq!(table.lines().filter(|shown| *shown == line).count(), 1, "{table}");
}

#[test]
fn a_saved_experiment_keeps_its_samplers_and_gives_the_same_figures() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let flags = ["--objective", "ce", "--sampler", "smote", "--neighbours", "3", "--epochs", "2"];
    let (code, ..) = call(folder.path(), &[&["train"], &flags[..], &["--save", "question.toml"]].concat());
    assert_eq!(code, Some(0));
    let text = fs::read_to_string(folder.path().join("question.toml")).expect("the saved experiment");
    assert!(text.contains("sampler = \"smote\"\nneighbours = 3\n"), "{text}");
    let figures = |args: &[&str]| {
        let (code, stdout, stderr) = call(folder.path(), &[&["train"], args, &["--format", "csv"]].concat());
        assert_eq!(code, Some(0), "{stderr}");
        stdout
    };
    let expected = figures(&flags);
    assert_eq!(figures(&["question.toml"]), expected);
    assert_eq!(figures(&["question.toml", "--jobs", "1"]), expected);
    assert_eq!(figures(&["question.toml", "--jobs", "4"]), expected);
    assert_ne!(figures(&["question.toml", "--neighbours", "1"]), expected);
}

#[test]
fn a_table_is_resampled_in_its_training_part_alone() {
    let answer = train_json(&["--built-in", "yeast", "--objective", "ce", "--sampler", "over-sampling"]);
    let run = &answer["runs"][0];
    let counts: Vec<u64> = run["counts"].as_array().expect("counts").iter().filter_map(Value::as_u64).collect();
    let largest = counts.iter().max().expect("a class");
    for (class, n) in run["sampling"].as_array().expect("classes").iter().zip(&counts) {
        assert_eq!((class["used"].as_u64(), class["duplicated"].as_u64()), (Some(*n), Some(largest - n)));
    }
    // The confusion matrix counts the test part, which has as many samples as without a sampler.
    let tested = |answer: &Value| -> u64 {
        let rows = answer["runs"][0]["confusion_matrix"].as_array().expect("a confusion matrix");
        rows.iter().flat_map(|row| row.as_array().expect("a row")).filter_map(Value::as_u64).sum()
    };
    assert_eq!(tested(&answer), tested(&train_json(&["--built-in", "yeast", "--objective", "ce"])));
}

#[test]
fn what_cannot_be_sampled_is_refused_in_a_sentence() {
    check_refused(&["--sampler", "banana"], "there is no `banana`");
    check_refused(&["--sampler-of", "smote"], "give an objective and a sampler, as in CB=smote");
    check_refused(&["--sampler-of", "CE=banana"], "there is no `banana`");
    check_refused(
        &["--sampler-of", "CX=smote"],
        "there is no objective \"CX\": the objectives are CE; Balanced CE; Focal; CB",
    );
    check_refused(&["--sampler-of", "CE=smote", "--sampler-of", "CE=instance"], "names CE twice");
    check_refused(
        &["--sampler", "smote", "--neighbours", "0"],
        "the number of neighbours k of SMOTE must be 1 to 50, got 0",
    );
    check_refused(
        &["--sampler", "progressive", "--optimiser", "lbfgs"],
        "objective \"CE\": the progressively balanced sampler changes over the epochs",
    );
    check_refused(
        &["--max", "200000", "--sampler", "over-sampling"],
        "200000 samples in each of 10 classes make 2000000 rows of 2 features",
    );
}

#[test]
fn neighbours_without_smote_are_noted() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let (code, _, stderr) = call(folder.path(), &["train", "--epochs", "1", "--neighbours", "3"]);
    assert_eq!(code, Some(0));
    assert!(stderr.contains("note: --neighbours has no effect on the objectives compared"), "{stderr}");
}
