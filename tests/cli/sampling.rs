//! Samplers, offsets, deferred weights and starts in the terminal, from the outside: flags, files, figures and refusals.

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
    let line = "CE, SMOTE: SMOTE, k = 5: 15042 made in addition to 4958 samples, 20000 in an epoch";
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

#[test]
fn offsets_deferral_and_start_stand_in_the_record_with_their_numbers() {
    let list = "balanced-softmax,ce-adjusted,ldam,ldam-drw,deferred-cb,sigmoid-ce";
    let flags = ["--tau", "2", "--max-margin", "0.4", "--defer", "0.5", "--bias-start", "class-shares"];
    let answer = train_json(&[&["--objective", list], flags.as_slice()].concat());
    let run = |idx: usize| &answer["runs"][idx];
    let first = |idx: usize, list: &str| run(idx)[list][0].as_f64().unwrap_or(f64::NAN);
    let log_share = (2000.0_f64 / 4958.0).ln();
    assert!((first(0, "training_offsets") - 2.0 * log_share).abs() < 1e-12);
    assert!((first(1, "test_offsets") + 2.0 * log_share).abs() < 1e-12);
    assert!((first(2, "margins") - 0.4 * 0.01_f64.powf(0.25)).abs() < 1e-12);
    assert_eq!((run(3)["unweighted_epochs"].as_u64(), run(4)["unweighted_epochs"].as_u64()), (Some(1), Some(1)));
    assert_eq!((run(0)["unweighted_epochs"].as_u64(), run(0)["margins"].as_array().map(Vec::len)), (Some(0), Some(0)));
    assert_eq!(
        run(3)["formula"],
        "1/E_n · −ln p_y, β = 0.9999, z_y − m_y with m_y = 0.4·(n_min/n_y)^¼; weights after 50 % of the run; b starts at the class shares"
    );
}

#[test]
fn a_saved_objective_comes_back_with_its_offsets() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let flags = ["--objective", "balanced-softmax,ldam-drw", "--tau", "0.5", "--defer", "0.25", "--epochs", "4"];
    let run = |start: &[&str]| call(folder.path(), &[start, flags.as_slice()].concat());
    assert_eq!(run(&["train", "--save", "question.toml"]).0, Some(0));
    let (_, saved, stderr) = run(&["train", "--format", "json"]);
    assert_eq!(stderr, "");
    let (code, opened, stderr) = call(folder.path(), &["train", "question.toml", "--format", "json"]);
    assert_eq!((code, stderr.as_str()), (Some(0), ""));
    let figures = |text: &str| {
        let answer: Value = serde_json::from_str(text).expect("JSON");
        let runs = answer["runs"].as_array().expect("runs").clone();
        runs.iter().map(|run| (run["formula"].clone(), run["macro_recall"].clone())).collect::<Vec<_>>()
    };
    assert_eq!(figures(&saved), figures(&opened));
}

#[test]
fn offsets_that_make_no_sense_are_refused_in_a_sentence() {
    check_refused(
        &["--objective", "balanced-softmax", "--tau", "-1"],
        "τ of the logit adjustment must be from 0 to 10",
    );
    check_refused(&["--objective", "ldam", "--max-margin", "99"], "the largest margin of LDAM must be from 0 to 10");
    check_refused(&["--objective", "cb-softmax", "--defer", "1"], "a share of the run from 0 to below 1, got 1");
    check_refused(&["--objective", "ce", "--bias-start", "probability"], "goes with a sigmoid head only");
    check_refused(&["--objective", "sigmoid-ce", "--prior", "0"], "between 0 and 1, got 0");
    check_refused(&["--objective", "deferred-cb", "--optimiser", "lbfgs"], "deferred weights change during the run");
    check_refused(&["--offsets", "banana"], "there is no `banana`");
}
