//! Whether runs on files have been trained long enough: the default reaches the optimum, and what does not says so.

use std::{path::Path, process::Command};

use serde_json::Value;

const PROGRAM: &str = env!("CARGO_BIN_EXE_longtail-lab");

/// Standard output of a call that succeeds.
fn check_runs(folder: &Path, args: &[&str]) -> String {
    let output = Command::new(PROGRAM).args(args).current_dir(folder).output().expect("the program starts");
    assert!(output.status.success(), "{args:?}: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).expect("text")
}

fn train(folder: &Path, more: &[&str]) -> Value {
    let args = [&["train", "--built-in", "page-blocks", "--format", "json"], more].concat();
    serde_json::from_str(&check_runs(folder, &args)).expect("JSON")
}

#[test]
fn a_table_is_trained_to_the_optimum_unless_something_is_said_of_training() {
    let folder = tempfile::tempdir().unwrap();
    let optimiser = |more: &[&str]| {
        let answer = train(folder.path(), more);
        let ending = answer["runs"][0]["ending"].as_str().unwrap().to_owned();
        (answer["experiment"]["training"]["optimiser"].as_str().unwrap().to_owned(), ending)
    };
    let is = |found: (String, String), expected: (&str, &str)| assert_eq!((&*found.0, &*found.1), expected);
    is(optimiser(&["--objective", "ce"]), ("lbfgs", "converged"));
    is(optimiser(&["--objective", "ce", "--epochs", "2"]), ("sgd", "finished"));
    is(optimiser(&["--objective", "ce", "--optimiser", "adam", "--epochs", "1"]), ("adam", "finished"));
    // Deferred weights change what is minimised.
    check_runs(
        folder.path(),
        &["train", "--built-in", "page-blocks", "--objective", "deferred-cb", "--save", "deferred.toml"],
    );
    let text = std::fs::read_to_string(folder.path().join("deferred.toml")).unwrap();
    assert!(text.contains("optimiser = \"sgd\""), "{text}");
    // An experiment keeps what it says.
    check_runs(folder.path(), &["train", "--built-in", "page-blocks", "--epochs", "3", "--save", "own.toml"]);
    let own = check_runs(folder.path(), &["train", "own.toml", "--save", "-"]);
    assert!(own.contains("optimiser = \"sgd\"") && own.contains("epochs = 3"), "{own}");
}

#[test]
fn runs_that_would_go_on_say_where_to_and_nothing_is_said_to_beat_ce() {
    let folder = tempfile::tempdir().unwrap();
    let args = ["--built-in", "page-blocks", "--objective", "ce,balanced-ce", "--seeds", "2"];
    let early = ["--epochs", "1", "--learning-rate", "0.0005"];
    let table = check_runs(folder.path(), &[&["train"], &args[..], &early].concat());
    assert!(table.contains("CE has not converged: ") && table.contains("or with L-BFGS"), "{table}");
    let answer = train(folder.path(), &[&args[2..], &early].concat());
    let trial = &answer["runs"][0]["optimum"];
    let number = |name: &str| trial[name].as_f64().unwrap();
    assert!(number("objective_at_optimum") < number("objective"), "{trial}");
    assert_eq!(answer["runs"][0]["macro_recall"].as_f64(), Some(number("macro_recall")));
    assert!(answer["runs"][2]["optimum"].is_null(), "the first seed tells");
    // The optimum that it names is the one that is reached.
    let optimum = train(folder.path(), &args[2..]);
    let reached = optimum["runs"][0]["training_objective"].as_f64().unwrap();
    assert!((number("objective_at_optimum") - reached).abs() < 0.02 * (number("objective") - reached), "{trial}");

    check_runs(folder.path(), &[&["sweep"], &args[..], &early, &["--out", "early.jsonl"]].concat());
    let report = check_runs(folder.path(), &["report", "early.jsonl"]);
    let report = report.split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(report.contains("2 of 2 points have not converged, so what beats CE is open."), "{report}");
    assert!(!report.contains("Nothing beats CE"), "{report}");
    check_runs(folder.path(), &[&["sweep"], &args[..], &["--out", "long.jsonl"]].concat());
    let report = check_runs(folder.path(), &["report", "long.jsonl"]);
    assert!(!report.contains("not converged"), "{report}");
}

#[test]
fn a_sweep_chooses_by_what_it_is_told_to() {
    let folder = tempfile::tempdir().unwrap();
    let sweep = ["sweep", "--built-in", "yeast", "--objective", "ce,balanced-ce", "--seeds", "2", "--epochs", "20"];
    let mut best = Vec::new();
    for metric in ["macro-f1", "average-precision", "calibration", "macro-recall"] {
        let out = format!("{metric}.jsonl");
        let answer =
            check_runs(folder.path(), &[&sweep[..], &["--metric", metric, "--out", &out, "--format", "json"]].concat());
        let answer: Value = serde_json::from_str(&answer).unwrap();
        let choice = &answer["choices"][0];
        let (place, name) = (choice["best"]["place"].as_u64().unwrap(), metric.replace('-', "_"));
        // The best mean of that figure over the runs.
        let mean = |point: u64| {
            let lines = std::fs::read_to_string(folder.path().join(&out)).unwrap();
            let runs = lines.lines().skip(1 + 2 * point as usize).take(2).map(|line| {
                let run: Value = serde_json::from_str(line).unwrap();
                run["validation"][&name].as_f64().unwrap_or_else(|| panic!("no {name} in {run}"))
            });
            runs.sum::<f64>() / 2.0
        };
        assert!(mean(place) >= mean(1 - place), "{metric}: {} {}", mean(place), mean(1 - place));
        best.push(choice["points"][place as usize]["objective"].as_str().unwrap().to_owned());
    }
    // Weights take from calibration what they give to recall.
    assert_eq!(best[2..], ["CE", "Balanced CE"]);
}
