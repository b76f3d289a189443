//! `train --labels`: rows with any number of labels.

use std::fmt::Write;

use serde_json::Value;

use crate::support::{Folder, check_refused, check_runs, check_runs_in, json, keys, numbers, reference, run_in};

const FILE: [&str; 5] =
    ["train", "--data", "tests/data/multilabel.csv", "--labels", "label1,label2,label3,label4,label5"];

fn with(more: &[&'static str]) -> Vec<&'static str> {
    [&FILE, more].concat()
}

/// Numbers of a list, `None` where there is null.
fn list(value: &Value) -> Vec<Option<f64>> {
    value.as_array().expect("a list").iter().map(Value::as_f64).collect()
}

#[test]
fn the_optima_of_scipy_are_reached_through_the_terminal() {
    let optima = reference("multilabel_optima.json");
    for (scheme, preset) in [("uniform", "bce"), ("inverse_frequency", "balanced-bce"), ("pos_weight", "pos-weight")] {
        for l2 in ["0.001", "0.1"] {
            let answer = json(&with(&["--test-share", "0", "--l2", l2, "--objective", preset]));
            let run = &answer["runs"][0];
            let expected = optima["cases"]
                .as_array()
                .unwrap()
                .iter()
                .find(|case| case["scheme"] == scheme && case["l2"].as_f64() == Some(l2.parse().unwrap()));
            let expected = expected.expect("a case");
            let (got, objective) = (&run["training_objective"], &expected["objective"]);
            assert!((got.as_f64().unwrap() / objective.as_f64().unwrap() - 1.0).abs() < 1e-6, "{scheme} {l2}: {got}");
            assert_eq!(run["positives"], expected["positives"]);
            for (recall, expected) in numbers(&run["recall"]).into_iter().zip(numbers(&expected["recall_at_half"])) {
                // One sample of the rarest label, of 14.
                assert!((recall - expected).abs() <= 1.0 / 14.0 + 1e-9, "{scheme} {l2}: {recall} {expected}");
            }
        }
    }
}

#[test]
fn a_run_has_everything_that_was_asked_for_and_follows_from_its_seed() {
    let args = with(&["--seeds", "2", "--threshold", "tuned", "--objective", "bce,asl"]);
    let answer = json(&args);
    assert_eq!((&answer["task"], answer["runs"].as_array().unwrap().len()), (&Value::from("multi_label"), 4));
    assert_eq!(answer, json(&args));
    for run in answer["runs"].as_array().unwrap() {
        for key in ["labels", "positives", "thresholds", "precision", "recall", "f1", "average_precision"] {
            assert_eq!(run[key].as_array().unwrap_or_else(|| panic!("{key}")).len(), 5, "{key}");
        }
        for key in ["macro_f1", "micro_f1", "map", "hamming_loss", "subset_accuracy", "training_objective"] {
            assert!(run[key].as_f64().is_some(), "{key}: {run}");
        }
        assert!(keys(run).contains(&"task"));
        let f1 = list(&run["f1"]);
        let mean = f1.iter().flatten().sum::<f64>() / f1.iter().flatten().count() as f64;
        assert!((run["macro_f1"].as_f64().unwrap() - mean).abs() < 1e-12);
    }
    let [first, .., last] = answer["runs"].as_array().unwrap().as_slice() else { panic!("runs") };
    assert_ne!(first["seed"], last["seed"]);
}

#[test]
fn thresholds_follow_their_rules() {
    let thresholds = |rule, objective| {
        let answer = json(&with(&["--threshold", rule, "--objective", objective]));
        let run = &answer["runs"][0];
        (numbers(&run["thresholds"]), numbers(&run["positives"]), run["n_train"].as_f64().unwrap())
    };
    let (prior, positives, n) = thresholds("prior", "bce");
    for ((weight, prior), positives) in thresholds("weight", "bce").0.iter().zip(&prior).zip(positives) {
        assert!((weight - prior).abs() < 1e-12 && (prior - positives / n).abs() < 1e-12);
    }
    assert!(thresholds("weight", "pos-weight").0.iter().all(|threshold| (threshold - 0.5).abs() < 1e-12));
    assert_eq!(thresholds("half", "bce").0, [0.5; 5]);
    assert!(thresholds("f1-half", "bce").0.iter().all(|threshold| *threshold > 0.0 && *threshold <= 0.5));
}

#[test]
fn the_table_tells_the_story_of_weights_and_thresholds_with_the_numbers_of_the_run() {
    let table = check_runs(&FILE);
    assert!(table.contains("F1 of each label on the test part, threshold 0.5"), "{table}");
    assert!(table.contains("pos_weight (w from 1.2222 to") && table.contains("plain BCE"), "{table}");
    let answer = json(&FILE);
    let macro_f1 = answer["runs"][1]["macro_f1"].as_f64().unwrap();
    assert!(answer["story"].as_str().unwrap().contains(&format!("macro F1 {macro_f1:.3} at threshold 0.5")));
    // A weight on the whole column is no weight: the optimum of each label stays where it was, but for the penalty.
    let columns = json(&with(&["--objective", "bce,column-bce", "--l2", "0"]));
    let [plain, column] = columns["runs"].as_array().unwrap().as_slice() else { panic!("two runs") };
    assert_eq!(plain["f1"], column["f1"]);
    let plain_alone = json(&with(&["--objective", "bce"]));
    assert!(plain_alone["story"].as_str().unwrap().contains("the same model and the same mAP"));
}

/// Rows with a feature that follows the labels, some of which are odd.
fn odd_file() -> String {
    let mut text = "x,y,a,b,never,always\n".to_owned();
    for i in 0..120_u32 {
        let (a, b) = (i % 3 == 0, i % 7 == 0);
        let x = f64::from(u8::from(a)) + f64::from(i % 10) / 10.0;
        writeln!(text, "{x},{},{},{},0,1", i % 11, u8::from(a), u8::from(b)).expect("text");
    }
    text
}

#[test]
fn labels_that_are_never_or_always_there_have_no_figures_and_a_note() {
    let folder = Folder::new();
    folder.write("d.csv", odd_file());
    let args = ["train", "--data", "d.csv", "--labels", "a,b,never,always", "--objective", "pos-weight,db-focal"];
    let table = check_runs_in(folder.path(), &args);
    assert!(table.contains("No training sample has never: no weight, no threshold and no figures (n/a)"), "{table}");
    assert!(table.contains("Every training sample has always"), "{table}");
    let answer = check_runs_in(folder.path(), &[&args[..], &["--format", "json"]].concat());
    let answer: Value = serde_json::from_str(&answer).unwrap();
    for run in answer["runs"].as_array().unwrap() {
        assert_eq!(list(&run["thresholds"]), [Some(0.5), Some(0.5), None, None]);
        assert_eq!(list(&run["f1"])[2..], [None, None]);
        assert_eq!(numbers(&run["positive_weights"])[2..], [0.0, 0.0]);
        assert!(run["macro_f1"].as_f64().is_some() && run["training_objective"].as_f64().is_some());
    }
}

/// The same table in several formats.
#[test]
fn list_columns_and_headers_of_meka_and_mulan_say_the_same_as_columns() {
    let folder = Folder::new();
    let rows: Vec<(u32, bool, bool)> = (0..90).map(|i| (i * i % 17, i % 2 == 0, i % 5 == 0)).collect();
    let (mut columns, mut lists, mut arff) = ("x,a,b\n".to_owned(), "x,tags\n".to_owned(), String::new());
    for (x, a, b) in &rows {
        let (a_is, b_is) = (u8::from(*a), u8::from(*b));
        writeln!(columns, "{x},{a_is},{b_is}").unwrap();
        let names = [a.then_some("a"), b.then_some("b")];
        writeln!(lists, "{x},{}", names.into_iter().flatten().collect::<Vec<_>>().join(";")).unwrap();
        writeln!(arff, "{a_is},{b_is},{x}").unwrap();
    }
    let header = "@attribute a {0,1}\n@attribute b {0,1}\n@attribute x numeric\n@data\n";
    folder
        .write("c.csv", &columns)
        .write("l.csv", &lists)
        .write("p.csv", lists.replace(';', "|"))
        .write("meka.arff", format!("@relation 'set: -C 2'\n{header}{arff}"))
        .write("mulan.arff", format!("@relation set\n{header}{arff}"))
        .write("mulan.xml", "<labels><label name=\"a\"></label><label name=\"b\"></label></labels>");
    let runs = |data: &str, labels: &str| {
        let args = ["train", "--data", data, "--labels", labels, "--format", "json"];
        let answer: Value = serde_json::from_str(&check_runs_in(folder.path(), &args)).unwrap();
        answer["runs"].clone()
    };
    let expected = runs("c.csv", "a,b");
    assert_eq!(expected[0]["labels"], serde_json::json!(["a", "b"]));
    for (data, labels) in [
        ("l.csv", "tags"),
        ("p.csv", "tags"),
        ("meka.arff", "declared"),
        ("mulan.arff", "declared"),
        ("mulan.arff", "mulan.xml"),
        ("mulan.arff", "a,b"),
    ] {
        assert_eq!(runs(data, labels), expected, "{data} {labels}");
    }
}

#[test]
fn bad_input_is_refused_in_a_sentence() {
    let folder = Folder::new();
    folder.write("d.csv", odd_file().replacen("0,1\n", "2,1\n", 1)).write("good.csv", odd_file());
    let refused = |args: &[&str], expected: &str| {
        folder.check_refused(&[&["train", "--data"], args].concat(), expected);
    };
    refused(&["d.csv", "--labels", "a,never"], "row 1 has \"2\" in the label column \"never\": a label column has 0");
    refused(&["good.csv", "--labels", "a,b,a"], "--labels names \"a\" twice: leave one out");
    refused(&["good.csv", "--labels", "a,,b"], "--labels has an empty name");
    refused(&["good.csv", "--labels", "a,q"], "there is no column \"q\": the columns are x, y, a, b, never, always");
    refused(&["good.csv", "--labels", "never"], "no row has any of the labels");
    refused(&["good.csv", "--labels", "declared"], "the file does not say which columns are labels");
    refused(&["good.csv", "--labels", "none.xml"], "there is no such file");
    refused(
        &["good.csv", "--labels", "a", "--objective", "ce"],
        "the objective ce goes with one class a row: with --labels",
    );
    refused(
        &["good.csv", "--label", "a", "--objective", "bce"],
        "the objective bce is for rows with any number of labels",
    );
    refused(&["good.csv", "--labels", "a", "--objective", "bce,bce"], "--objective names bce twice");
    refused(&["good.csv", "--labels", "a", "--objective", "hinge"], "there is no `hinge`, expected one of `ce`");
    refused(&["good.csv", "--labels", "a", "--sampler", "smote"], "--sampler goes with one class a row");
    refused(&["good.csv", "--labels", "a", "--folds", "5"], "--labels splits rows by their labels");
    refused(&["good.csv", "--labels", "a", "--ownership"], "--ownership goes with one class a row");
    refused(&["good.csv", "--labels", "a", "--model", "m.json"], "--model goes with one class a row");
    refused(&["good.csv", "--labels", "a", "--margin", "2", "--objective", "asl"], "the margin m of asymmetric loss");
    refused(&["good.csv", "--labels", "a", "--drop", "a"], "--drop names the label column \"a\"");
    refused(&["good.csv", "--labels", "a", "--validation-share", "0.8", "--test-share", "0.3"], "from 0 to 0.9");
    refused(
        &["good.csv", "--labels", "a", "--test-share", "0", "--threshold", "tuned"],
        "--threshold tuned needs rows to tune on",
    );
    refused(&["good.csv", "--label", "a", "--threshold", "prior"], "--threshold goes with --labels");
    check_refused(&["train", "--labels", "a"], "--labels goes with data from a file: name it with --data");
    let ran = run_in(folder.path(), &["train", "--data", "good.csv", "--labels", "a", "--label", "b"]);
    assert!(ran.stderr.contains("cannot be used with"), "{ran:?}");
}

#[test]
fn a_thousand_labels_and_rows_without_labels_are_trained() {
    let folder = Folder::new();
    let mut text = "x,z,tags\n".to_owned();
    for i in 0..300_u32 {
        let tags: Vec<String> =
            if i % 4 == 0 { vec![] } else { (0..7).map(|k| format!("t{}", (i * 7 + k) % 1000)).collect() };
        writeln!(text, "{},{},{}", i % 13, i * i % 29, tags.join(";")).unwrap();
    }
    folder.write("d.csv", text);
    let args =
        ["train", "--data", "d.csv", "--labels", "tags", "--objective", "bce", "--optimiser", "adam", "--epochs", "2"];
    let answer = check_runs_in(folder.path(), &[&args[..], &["--format", "json"]].concat());
    let answer: Value = serde_json::from_str(&answer).unwrap();
    assert!(answer["runs"][0]["labels"].as_array().unwrap().len() > 900);
    assert!(answer["runs"][0]["hamming_loss"].as_f64().is_some());
}

#[test]
fn inspect_tells_how_uneven_labels_are() {
    let args = ["inspect", "tests/data/multilabel.csv", "--labels", "label1,label2,label3,label4,label5"];
    let answer = json(&args);
    assert_eq!(numbers(&answer["positives"]), [315.0, 175.0, 84.0, 35.0, 14.0]);
    let mean_ir = (1.0 + 1.8 + 3.75 + 9.0 + 22.5) / 5.0;
    assert!((answer["mean_ir"].as_f64().unwrap() - mean_ir).abs() < 1e-12);
    assert_eq!((answer["n_rows"].as_u64(), answer["cardinality"].as_f64()), (Some(700), Some(0.89)));
    let pairs = answer["co_occurrence"].as_array().unwrap();
    assert_eq!((pairs.len(), pairs[0][0].as_u64(), &pairs[0][1]), (5, Some(315), &pairs[1][0]));
    let table = check_runs(&args);
    assert!(table.contains("Cardinality 0.89000, density 0.17800, 16 distinct label sets; MeanIR 7.6100"), "{table}");
    assert!(table.contains("Rows without any label:") && table.contains("Most often together: label1 and"), "{table}");
    check_refused(&["inspect", "tests/data/multilabel.csv", "--labels", "q"], "there is no column \"q\"");
}
