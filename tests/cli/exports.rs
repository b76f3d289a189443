//! Files that `train` writes besides the comparison: predictions, splits and models, each held to the figures of the run.

use std::{collections::BTreeMap, fs, path::Path, process::Command};

use serde_json::Value;

const PROGRAM: &str = env!("CARGO_BIN_EXE_longtail-lab");

fn call(folder: &Path, args: &[&str]) -> (bool, String, String) {
    let output = Command::new(PROGRAM).args(args).current_dir(folder).output().expect("the program starts");
    let text = |bytes| String::from_utf8(bytes).expect("text");
    (output.status.success(), text(output.stdout), text(output.stderr))
}

fn check_runs(folder: &Path, args: &[&str]) -> String {
    let (is_good, stdout, stderr) = call(folder, args);
    assert!(is_good, "{args:?}: {stderr}");
    stdout
}

/// Rows of a CSV file by the names of its columns.
fn rows(folder: &Path, name: &str) -> Vec<BTreeMap<String, String>> {
    let mut reader = csv::Reader::from_path(folder.join(name)).expect("a CSV file");
    reader.deserialize().map(|row| row.expect("a row")).collect()
}

/// 120 rows of three classes, of which two have a hole.
fn data() -> String {
    let row = |idx: usize| {
        let class = [0, 0, 0, 1, 1, 2][idx % 6];
        let noise = |k: usize| ((idx * k) as f64 * 1.7).sin();
        let first = if idx == 7 || idx == 50 { String::new() } else { format!("{}", 100.0 + class as f64 + noise(3)) };
        format!("{first},{},5,{}\n", 0.01 * (noise(5) - class as f64), ["a", "b", "c"][class])
    };
    "x,y,same,kind\n".to_owned() + &(0..120).map(row).collect::<Vec<_>>().concat()
}

#[test]
fn predictions_and_split_give_the_figures_of_the_run_again() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    fs::write(folder.join("data.csv"), data()).unwrap();
    let files = ["--predictions", "p.csv", "--split", "s.csv"];
    let flags =
        ["--data", "data.csv", "--objective", "ce,sigmoid-ce", "--seeds", "2", "--epochs", "5", "--keep", "same"];
    let text = check_runs(folder, &[&["train"], &flags[..], &files, &["--format", "json"]].concat());
    let answer: Value = serde_json::from_str(&text).unwrap();
    let (predictions, split) = (rows(folder, "p.csv"), rows(folder, "s.csv"));
    // Every row that is not dropped is in each split once, with its label; rows are counted as in the file.
    let lines: Vec<Vec<String>> =
        data().lines().skip(1).map(|line| line.split(',').map(str::to_owned).collect()).collect();
    for seed in ["1", "2"] {
        let of_seed: Vec<_> = split.iter().filter(|row| row["split_seed"] == seed).collect();
        let places: Vec<usize> = of_seed.iter().map(|row| row["row"].parse().unwrap()).collect();
        assert_eq!(places, (0..120).filter(|row| ![7, 50].contains(row)).collect::<Vec<_>>());
        assert!(of_seed.iter().zip(&places).all(|(row, &place)| row["label"] == lines[place][3]));
        assert!(of_seed.iter().all(|row| ["train", "test"].contains(&row["part"].as_str())));
    }
    for run in answer["runs"].as_array().unwrap() {
        let (seed, split_seed) = (run["seed"].to_string(), run["split_seed"].to_string());
        let own: Vec<_> = (predictions.iter())
            .filter(|row| row["objective"] == run["objective"].as_str().unwrap() && row["seed"] == seed)
            .collect();
        let tested: Vec<&String> = (split.iter())
            .filter(|row| row["split_seed"] == split_seed && row["part"] == "test")
            .map(|row| &row["row"])
            .collect();
        assert_eq!(own.iter().map(|row| &row["row"]).collect::<Vec<_>>(), tested);
        for (class_idx, label) in ["a", "b", "c"].into_iter().enumerate() {
            let of_class: Vec<_> = own.iter().filter(|row| row["truth"] == label).collect();
            let hits = of_class.iter().filter(|row| row["prediction"] == label).count();
            let recall = run["test_per_class_recall"][class_idx].as_f64().unwrap();
            assert!((hits as f64 / of_class.len() as f64 - recall).abs() < 1e-12, "{run}");
        }
        for row in own {
            let p = ["a", "b", "c"].map(|label| row[&format!("p({label})")].parse::<f64>().unwrap());
            let most = p.iter().copied().fold(0.0, f64::max);
            assert_eq!(row[&format!("p({})", row["prediction"])].parse::<f64>().unwrap(), most);
            let is_softmax = run["objective"] == "CE";
            assert!(!is_softmax || (p.iter().sum::<f64>() - 1.0).abs() < 1e-12, "{p:?}");
        }
    }
}

/// Reads a model and the file, and predicts the rows of the test part; the loader of the README.
const LOADER: &str = r#"
import json, sys
import numpy as np
import pandas as pd
folder = sys.argv[1]
m = json.load(open(f"{folder}/model.json"))
a = np.load(f"{folder}/model.npz")
names = json.loads(bytes(a["names"]))
assert names["features"] == m["features"] and names["class_labels"] == m["class_labels"]
data = pd.read_csv(f"{folder}/data.csv")
expected = pd.read_csv(f"{folder}/p.csv")
x = data.loc[expected["row"], m["features"]].to_numpy(float)
for part in (m, a):
    z = (x - np.array(part["means"])) / part["deviations"] @ np.array(part["weights"]) + part["bias"]
    assert (np.array(m["class_labels"])[z.argmax(axis=1)] == expected["prediction"]).all()
    p = np.exp(z - z.max(axis=1, keepdims=True))
    p /= p.sum(axis=1, keepdims=True)
    probabilities = expected[[f"p({label})" for label in m["class_labels"]]].to_numpy()
    assert np.abs(p - probabilities).max() < 1e-5, np.abs(p - probabilities).max()
print("the same predictions")
"#;

#[test]
fn a_model_predicts_elsewhere_what_it_predicts_here() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    fs::write(folder.join("data.csv"), data()).unwrap();
    let flags = ["train", "--data", "data.csv", "--objective", "ce-adjusted", "--epochs", "5", "--keep", "same"];
    check_runs(folder, &[&flags[..], &["--model", "model.json", "--predictions", "p.csv"]].concat());
    check_runs(folder, &[&flags[..], &["--model", "model.npz"]].concat());
    let model: Value = serde_json::from_str(&fs::read_to_string(folder.join("model.json")).unwrap()).unwrap();
    // The same again by hand: logits of each test row from the numbers in the file.
    let list = |value: &Value| value.as_array().unwrap().iter().map(|x| x.as_f64().unwrap()).collect::<Vec<f64>>();
    let (means, deviations, bias) = (list(&model["means"]), list(&model["deviations"]), list(&model["bias"]));
    let lines: Vec<String> = data().lines().skip(1).map(str::to_owned).collect();
    let mut n_compared = 0;
    for row in rows(folder, "p.csv") {
        let line = &lines[row["row"].parse::<usize>().unwrap()];
        let x: Vec<f64> = line.split(',').take(3).map(|field| field.parse().unwrap()).collect();
        let mut logits = bias.clone();
        for (feature, x) in x.iter().enumerate() {
            let weights = list(&model["weights"][feature]);
            let z = (x - means[feature]) / deviations[feature];
            logits.iter_mut().zip(weights).for_each(|(logit, weight)| *logit += weight * z);
        }
        let total: f64 = logits.iter().map(|logit| logit.exp()).sum();
        for (logit, label) in logits.iter().zip(["a", "b", "c"]) {
            let p: f64 = row[&format!("p({label})")].parse().unwrap();
            assert!((logit.exp() / total - p).abs() < 1e-5, "{row:?}");
            n_compared += 1;
        }
    }
    assert_eq!(n_compared, 3 * 35);
    let python = std::env::var("LONGTAIL_PYTHON").unwrap_or_else(|_| "python3".to_owned());
    let has_pandas = Command::new(&python).args(["-c", "import numpy, pandas"]).output();
    if !has_pandas.is_ok_and(|output| output.status.success()) {
        eprintln!("skipped: {python} cannot import pandas, so the loader was not run");
        return;
    }
    let output = Command::new(python).args(["-c", LOADER]).arg(folder).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
}

#[test]
fn folds_test_every_row_once_a_shuffle() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    fs::write(folder.join("data.csv"), data()).unwrap();
    let flags = ["train", "--data", "data.csv", "--objective", "ce", "--epochs", "2", "--folds", "5", "--repeats", "2"];
    let table = check_runs(folder, &[&flags[..], &["--split", "s.csv"]].concat());
    assert!(table.contains("over 10 folds (2 shuffles of 5)") && table.contains("Nadeau and Bengio 2003"), "{table}");
    let mut tested: BTreeMap<(u64, String), u64> = BTreeMap::new();
    for row in rows(folder, "s.csv").into_iter().filter(|row| row["part"] == "test") {
        let seed: u64 = row["split_seed"].parse().unwrap();
        *tested.entry(((seed - 1) / 5, row["row"].clone())).or_default() += 1;
    }
    assert_eq!((tested.len(), tested.values().all(|&n| n == 1)), (2 * 118, true));
}

#[test]
fn what_cannot_be_written_is_refused_before_anything_is_trained() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    fs::write(folder.join("data.csv"), data()).unwrap();
    let check = |flags: &[&str], expected: &str| {
        let (is_good, stdout, stderr) = call(folder, &[&["train"], flags].concat());
        assert!(!is_good && stdout.is_empty() && stderr.contains(expected), "{flags:?}: {stderr}");
        assert_eq!(stderr.lines().count(), 1, "{stderr}");
    };
    check(&["--split", "s.csv"], "--split goes with data from a file");
    check(&["--model", "m.json"], "--model writes one model, and there are 4 objectives");
    check(&["--data", "data.csv", "--predictions", "data.csv"], "is the input itself");
    check(
        &["--data", "data.csv", "--predictions", "a.csv", "--split", "a.csv"],
        "names a file that is written already",
    );
    check(&["--objective", "ce", "--map", "quadratic", "--model", "m.json"], "leave out --map");
    check(&["--data", "data.csv", "--folds", "1"], "the number of folds must be 2 to 20, got 1");
    check(&["--folds", "5"], "--label, --drop, --test-share and the like go with data from a file");
    check(&["--data", "data.csv", "--folds", "5", "--seeds", "3"], "cannot be used with");
    let names: Vec<_> = fs::read_dir(folder).unwrap().collect();
    assert_eq!(names.len(), 1, "nothing is written");
}

/// The test part of each row under a split of the data's own.
fn tested(folder: &Path, flags: &[&str]) -> Vec<u64> {
    let args = ["train", "--data", "own.csv", "--objective", "ce", "--epochs", "1", "--split", "s.csv"];
    check_runs(folder, &[&args, flags].concat());
    rows(folder, "s.csv")
        .iter()
        .filter(|row| row["part"] == "test")
        .map(|row| row["row"].parse().expect("a row"))
        .collect()
}

#[test]
fn the_data_say_which_rows_are_tested_on() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    let row = |idx: usize| {
        let part = ["train", "train", "val", "test"][idx % 4];
        format!("{}.5,{part},p{},2024-01-{:02},{}\n", idx * 7 % 13, idx % 9, 1 + idx % 28, ["a", "b", "a"][idx % 3])
    };
    let text = (0..60).map(row).collect::<Vec<_>>().concat();
    fs::write(folder.join("own.csv"), format!("x,set,patient,day,kind\n{text}")).unwrap();
    assert_eq!(tested(folder, &["--part", "set"]), (0..60).filter(|row| row % 4 == 3).collect::<Vec<u64>>());
    let of_groups = tested(folder, &["--group", "patient", "--drop", "set"]);
    let groups: std::collections::BTreeSet<u64> = of_groups.iter().map(|row| row % 9).collect();
    assert_eq!(of_groups, (0..60).filter(|row| groups.contains(&(row % 9))).collect::<Vec<u64>>());
    // A fifth of 60 rows are the last twelve days; two of their days come three times.
    let last = tested(folder, &["--time", "day", "--test-share", "0.2"]);
    assert!(last.len() >= 12 && last.iter().all(|row| row % 28 >= 22), "{last:?}");

    // A sweep chooses by the rows to validate and reports by those to test.
    let flags = ["--data", "own.csv", "--part", "set", "--objective", "ce,balanced-ce", "--seeds", "2"];
    check_runs(folder, &[&["sweep"], &flags[..], &["--out", "runs.jsonl"]].concat());
    let lines = fs::read_to_string(folder.join("runs.jsonl")).unwrap();
    let run: Value = serde_json::from_str(lines.lines().nth(1).unwrap()).unwrap();
    for part in ["validation", "test"] {
        assert_eq!(run[part]["tested"].as_array().unwrap().iter().map(|n| n.as_u64().unwrap()).sum::<u64>(), 15);
    }
    let report = check_runs(folder, &["report", "runs.jsonl"]);
    assert!(report.contains("2 starts on the split of the data") && !report.contains("Nadeau"), "{report}");

    // Files of their own, with their columns in another order.
    let other: Vec<String> = (0..10).map(|idx| format!("{},{idx}.25\n", ["b", "a"][idx % 2])).collect();
    fs::write(folder.join("test.csv"), "kind,x\n".to_owned() + &other.concat()).unwrap();
    fs::write(folder.join("bad.csv"), "kind,z\na,1\nb,2\n").unwrap();
    let drop = ["--drop", "set,patient,day", "--label", "kind"];
    let (is_good, _, stderr) =
        call(folder, &[&["train", "--data", "own.csv", "--test", "test.csv"], &drop[..]].concat());
    assert!(!is_good && stderr.contains("has no column \"set\""), "{stderr}");
    fs::write(
        folder.join("few.csv"),
        format!(
            "x,kind\n{}",
            (0..30).map(|idx| format!("{idx}.5,{}\n", ["a", "b"][idx % 2])).collect::<Vec<_>>().concat()
        ),
    )
    .unwrap();
    let args = ["train", "--data", "few.csv", "--test", "test.csv", "--objective", "ce", "--format", "json"];
    let answer: Value = serde_json::from_str(&check_runs(folder, &args)).unwrap();
    assert_eq!(answer["runs"][0]["counts"], serde_json::json!([15, 15]));
    assert_eq!(answer["runs"][0]["tested_counts"], serde_json::json!([5, 5]));
    let (is_good, _, stderr) = call(folder, &["train", "--data", "few.csv", "--test", "bad.csv"]);
    assert!(!is_good && stderr.contains("has no column \"x\"") && stderr.lines().count() == 1, "{stderr}");
    let (is_good, _, stderr) = call(folder, &["train", "--data", "few.csv", "--part", "kind"]);
    assert!(!is_good && stderr.lines().count() == 1, "{stderr}");
    let (is_good, _, stderr) = call(folder, &["train", "--built-in", "yeast", "--group", "x"]);
    assert!(!is_good && stderr.contains("--group says how a file is read"), "{stderr}");
}
