//! `train --seeds` from the outside: paired differences as rows, words and JSON, and macro recall over epochs.

use std::process::{Command, Output, Stdio};

use serde_json::Value;

const SMALL: [&str; 8] = ["--objective", "ce,cb-softmax,focal", "--max", "300", "--epochs", "4", "--classes", "5"];

fn call(args: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_longtail-lab"));
    command.arg("train").args(SMALL).args(args).current_dir(env!("CARGO_MANIFEST_DIR")).stdin(Stdio::null());
    command.output().expect("the program starts")
}

/// Calls `train` with these flags and expects it to succeed; returns standard output.
fn train(args: &[&str]) -> String {
    let output = call(args);
    let text = |bytes| String::from_utf8(bytes).expect("text");
    assert_eq!((output.status.code(), text(output.stderr).as_str()), (Some(0), ""), "{args:?}");
    text(output.stdout)
}

fn json(args: &[&str]) -> Value {
    serde_json::from_str(&train(&[args, &["--format", "json"]].concat())).expect("JSON")
}

fn number(value: &Value) -> f64 {
    value.as_f64().unwrap_or_else(|| panic!("{value} is no number"))
}

#[test]
fn differences_in_json_are_means_over_seeds_of_what_the_runs_say() {
    let answer = json(&["--seeds", "4", "--baseline", "cb-softmax"]);
    let differences = answer["differences"].as_array().expect("differences");
    let named = |key: &str| differences.iter().map(|one| one[key].as_str().unwrap().to_owned()).collect::<Vec<_>>();
    assert_eq!((named("objective"), named("baseline")), (vec!["CE".into(), "Focal".into()], vec!["CB".into(); 2]));
    let runs = answer["runs"].as_array().expect("runs");
    let of = |name: &str| {
        let of_objective = runs.iter().filter(|run| run["objective"] == name);
        of_objective.map(|run| number(&run["macro_recall"])).collect::<Vec<_>>()
    };
    let values: Vec<f64> = of("CE").iter().zip(of("CB")).map(|(ce, cb)| ce - cb).collect();
    let mean = values.iter().sum::<f64>() / 4.0;
    let variance = values.iter().map(|value| (value - mean).powi(2)).sum::<f64>() / 3.0;
    // t(0.975, 3).
    let half_width = 3.182_446_305 * (variance / 4.0).sqrt();
    let told = &differences[0]["macro_recall"];
    assert!((number(&told["mean"]) - mean).abs() < 1e-12, "{told}");
    assert!((number(&told["half_width"]) - half_width).abs() < 1e-7, "{told}");
    assert_eq!(told["within_noise"], Value::Bool(mean.abs() <= half_width));
    assert_eq!((&told["n"], &differences[0]["pairs"]), (&Value::from(4), &Value::from(4)));
    assert_eq!(differences[0]["per_class_recall"].as_array().map(Vec::len), Some(5));
}

#[test]
fn with_several_seeds_the_first_objective_is_the_baseline_in_words() {
    let text = train(&["--seeds", "3"]);
    for name in ["CB", "Focal"] {
        assert!(text.contains(&format!("\n{name} − CE over 3 seeds: macro recall ")), "{text}");
    }
    assert!(!text.contains("C0 − CE"), "rows come where they are asked for: {text}");
    assert!(json(&["--seeds", "3"])["differences"].is_array());
    assert!(!train(&[]).contains("−"), "one seed has no differences unless they are asked for");
    assert!(json(&[]).get("differences").is_none());
}

#[test]
fn rows_of_differences_stand_below_in_table_and_csv() {
    let text = train(&["--seeds", "3", "--baseline", "CE"]);
    assert!(text.contains("\nC0 − CE ") && text.contains("\nMacro recall − CE "), "{text}");
    assert!(text.contains("≈ marks a difference within noise"), "{text}");
    let csv = train(&["--seeds", "3", "--baseline", "CE", "--format", "csv"]);
    let rows: Vec<Vec<&str>> = csv.lines().map(|line| line.split(',').collect()).collect();
    assert_eq!(rows[0], ["class", "count", "CE", "CE ±95%", "CB", "CB ±95%", "Focal", "Focal ±95%"]);
    let row = |name: &str| rows.iter().find(|row| row[0] == name).unwrap_or_else(|| panic!("no {name} in {csv}"));
    let value = |name: &str, column: usize| row(name)[column].parse::<f64>().expect("a number");
    assert_eq!(row("C4 − CE")[2..4], ["", ""]);
    assert!((value("C4", 4) - value("C4", 2) - value("C4 − CE", 4)).abs() < 1e-12);
    assert!(value("Macro recall − CE", 5) > 0.0);
}

#[test]
fn one_seed_says_that_noise_is_unknown() {
    let text = train(&["--baseline", "CE"]).replace("\n  ", " ");
    assert!(text.contains("CB − CE on 1 seed: macro recall "), "{text}");
    assert!(text.contains("one does not tell how much of it is noise"), "{text}");
}

#[test]
fn a_baseline_that_is_not_there_is_refused_before_anything_is_trained() {
    let output = call(&["--baseline", "LDAM"]);
    let error = String::from_utf8(output.stderr).expect("text");
    assert_ne!(output.status.code(), Some(0));
    assert!(error.contains("there is no objective \"LDAM\": the objectives are CE; CB; Focal"), "{error}");
    assert!(output.stdout.is_empty());
}

#[test]
fn curves_give_macro_recall_by_epoch_up_to_the_figure_of_the_comparison() {
    let csv = train(&["--seeds", "2", "--curves", "--format", "csv"]);
    let rows: Vec<Vec<&str>> = csv.lines().map(|line| line.split(',').collect()).collect();
    assert_eq!(rows[0], ["epoch", "CE", "CE ±95%", "CB", "CB ±95%", "Focal", "Focal ±95%"]);
    let epochs: Vec<&str> = rows[1..].iter().map(|row| row[0]).collect();
    assert_eq!(epochs, ["0", "1", "2", "3", "4"]);
    let answer = json(&["--seeds", "2", "--curves"]);
    for (place, column) in [1, 3, 5].into_iter().enumerate() {
        let value: f64 = rows[5][column].parse().expect("a number");
        assert_eq!(value, number(&answer["summary"][place]["macro_recall"]["mean"]));
    }
    let curve = answer["runs"][0]["macro_recall_by_epoch"].as_array().expect("a curve");
    assert_eq!((curve.len(), &curve[4][1]), (5, &answer["runs"][0]["macro_recall"]));
    assert!(json(&[])["runs"][0].get("macro_recall_by_epoch").is_none());
}
