//! `train --ownership` from the outside: who owns the training loss, as table, CSV and JSON.

use std::process::{Command, Stdio};

use serde_json::Value;

/// Calls `train` with these flags and expects it to succeed; returns standard output.
fn train(args: &[&str]) -> String {
    let mut command = Command::new(env!("CARGO_BIN_EXE_longtail-lab"));
    command.arg("train").args(args).current_dir(env!("CARGO_MANIFEST_DIR")).stdin(Stdio::null());
    let output = command.output().expect("the program starts");
    let text = |bytes| String::from_utf8(bytes).expect("text");
    assert_eq!((output.status.code(), text(output.stderr).as_str()), (Some(0), ""), "{args:?}");
    text(output.stdout)
}

const SMALL: [&str; 8] = ["--objective", "ce,focal", "--max", "300", "--epochs", "3", "--ownership", "--format"];

fn json(more: &[&str]) -> Value {
    serde_json::from_str(&train(&[&SMALL, ["json"].as_slice(), more].concat())).expect("JSON")
}

fn number(value: &Value) -> f64 {
    value.as_f64().unwrap_or_else(|| panic!("{value} is no number"))
}

fn sum(run: &Value, keys: &[&str]) -> f64 {
    let classes = run["classes"].as_array().expect("classes");
    classes.iter().flat_map(|class| keys.iter().map(|key| number(&class[*key]))).sum()
}

#[test]
fn shares_of_every_run_sum_to_one_over_classes_easy_and_hard() {
    let answer = json(&["--seeds", "2"]);
    let runs = answer["ownership"].as_array().expect("owners of each run");
    assert_eq!(runs.len(), 4, "two objectives on two seeds");
    for run in runs {
        assert!((sum(run, &["easy_loss", "hard_loss"]) - 1.0).abs() < 1e-9, "{run}");
        assert!((sum(run, &["easy_gradient_norm", "hard_gradient_norm"]) - 1.0).abs() < 1e-9, "{run}");
        let counts = &answer["runs"][0]["counts"];
        let n_samples: f64 = counts.as_array().expect("counts").iter().map(number).sum();
        assert_eq!(sum(run, &["easy_samples", "hard_samples"]), n_samples);
        let all = run["cumulative_loss"]["all"].as_array().expect("a curve");
        assert_eq!((all.len(), number(&all[0]), number(&all[200])), (201, 0.0, 1.0));
    }
}

#[test]
fn without_the_flag_the_answer_is_as_before() {
    let answer: Value = serde_json::from_str(&train(&["--max", "300", "--epochs", "1", "--format", "json"])).unwrap();
    assert!(answer.get("ownership").is_none() && answer["runs"][0].get("ownership").is_none());
}

#[test]
fn csv_has_a_row_for_each_class_and_one_for_all_of_each_objective() {
    let text = train(&[&SMALL, ["csv"].as_slice()].concat());
    let mut lines = text.lines();
    let header = lines.next().expect("a header");
    assert_eq!(header, "objective,class,easy,hard,loss,easy loss,hard loss,gradient,easy gradient,hard gradient");
    let rows: Vec<Vec<&str>> = lines.map(|line| line.split(',').collect()).collect();
    assert_eq!(rows.len(), 2 * 11);
    for rows in rows.chunks(11) {
        let value = |row: &[&str], column: usize| row[column].parse::<f64>().expect("a number");
        for column in 2..10 {
            let sum: f64 = rows[..10].iter().map(|row| value(row, column)).sum();
            assert!((sum - value(&rows[10], column)).abs() < 1e-9, "{} {column}", rows[10][0]);
        }
        let all = &rows[10];
        assert_eq!(all[1], "All");
        assert!((value(all, 4) - 1.0).abs() < 1e-9 && (value(all, 5) + value(all, 6) - 1.0).abs() < 1e-9, "{all:?}");
    }
}

#[test]
fn the_table_fits_a_terminal_and_says_what_it_is() {
    let text = train(&["--objective", "ce", "--max", "300", "--epochs", "3", "--ownership"]);
    assert!(text.contains("samples whose class has p_t of at least 1/2"), "{text}");
    assert!(text.contains("CE: the hardest tenth of the samples owns 0."), "{text}");
    let table = text.split("\n\n").next().expect("a table");
    assert!(table.lines().all(|line| line.chars().count() <= 100), "{text}");
}
