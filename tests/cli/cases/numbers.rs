//! Numbers that were wrong: counts, intervals, standardising, long tails of tables; and some that were right and stay so.

use serde_json::Value;

use super::case;
use crate::support::{Folder, check_refused, check_runs, check_runs_in, json, numbers, run_in};

/// The counts that `counts` prints as CSV.
fn counts(args: &str) -> Vec<u64> {
    let args: Vec<&str> = args.split_whitespace().collect();
    let table = check_runs(&[&["counts", "--format", "csv"], &args[..]].concat());
    let mut reader = csv::Reader::from_reader(table.as_bytes());
    let column = reader.headers().expect("a header").iter().position(|name| name == "count").expect("counts");
    let rows = reader.records().map(|row| row.expect("a row")[column].parse().expect("a count"));
    rows.collect()
}

#[test]
fn counts_obey_their_formula_where_it_is_exact() {
    for (most, imbalance, last) in [(98, 49, 2), (4980, 996, 5), (1_000_000, 1_000_000, 1), (3000, 1000, 3)] {
        for profile in ["exponential", "step", "linear"] {
            for classes in [2, 5, 10, 365] {
                let got =
                    counts(&format!("--profile {profile} --classes {classes} --max {most} --imbalance {imbalance}"));
                let ends = (got[0], got[classes - 1]);
                assert_eq!(ends, (most, last), "{profile}, {classes} classes, {most} / {imbalance}");
            }
        }
    }
    // Powers of ten in between are exact too.
    let decades = counts("--profile exponential --classes 7 --max 1000000 --imbalance 1000000");
    assert_eq!(decades, [1_000_000, 100_000, 10_000, 1000, 100, 10, 1]);
    // As published for CIFAR-10-LT with an imbalance factor of 100.
    let cifar = counts("--profile exponential --classes 10 --max 5000 --imbalance 100");
    assert_eq!(cifar, [5000, 2997, 1796, 1077, 645, 387, 232, 139, 83, 50]);
}

#[test]
fn weights_of_large_counts_and_of_an_empty_class_are_exact() {
    let weights = |args: &str| {
        let args: Vec<&str> = args.split_whitespace().collect();
        let table = check_runs(&[&["weights", "--scheme", "effective-number", "--format", "csv"], &args[..]].concat());
        let mut reader = csv::Reader::from_reader(table.as_bytes());
        let columns: Vec<usize> = reader
            .headers()
            .expect("a header")
            .iter()
            .enumerate()
            .filter(|(_, name)| name.starts_with("weight") || name.contains('β') || name.contains("beta"))
            .map(|(idx, _)| idx)
            .collect();
        let rows: Vec<csv::StringRecord> = reader.records().map(|row| row.expect("a row")).collect();
        (columns, rows)
    };
    let check = |args: &str, expected: &[f64]| {
        let (_, rows) = weights(args);
        let cells: Vec<f64> = rows.iter().flatten().filter_map(|cell| cell.parse().ok()).collect();
        for value in expected {
            let is_there = cells.iter().any(|got| (got - value).abs() <= 1e-15 * value.abs());
            assert!(is_there, "{args}: no {value} in {rows:?}");
        }
    };
    check(
        "--counts 310,2489,114,17,0,725 --beta 0.999",
        &[
            0.248_833_681_145_232_72,
            0.072_352_992_985_678_2,
            0.615_584_686_262_825_9,
            3.934_595_236_827_599,
            0.0,
            0.128_633_402_778_662_98,
        ],
    );
    check(
        "--counts 900000,700000,60000 --beta 0.9999,0.999999 --normalise none",
        &[
            9.999_999_999_998_9e-5,
            1.002_484_164_393_637_3e-4,
            1.685_117_230_896_679_2e-6,
            1.986_433_177_832_070_7e-6,
            1.717_165_803_587_187_4e-5,
        ],
    );
}

#[test]
fn two_seeds_that_agree_by_the_grain_of_the_test_set_are_not_sure() {
    let args = "train --classes 3 --max 60 --imbalance 10 --epochs 2 --test-per-class 10 --objective ce,cb-softmax \
                --seeds 2 --seed 15 --baseline CE";
    let table = check_runs(&args.split_whitespace().collect::<Vec<_>>());
    assert!(!table.contains("± 0.000"), "{table}");
    let differences: Vec<&str> = table.lines().filter(|line| line.contains('−') && line.contains("over CE")).collect();
    let result = json(&args.split_whitespace().collect::<Vec<_>>());
    let half_widths = half_widths(&result["differences"]);
    assert!(!half_widths.is_empty(), "{result}");
    // 30 test samples a seed: one of them is 1/30, and none of the differences is farther from 0 than its interval.
    assert!(half_widths.iter().all(|half_width| *half_width > 1.0 / 30.0), "{half_widths:?} {differences:?}");
}

/// Every half width of a 95 % interval below a value.
fn half_widths(value: &Value) -> Vec<f64> {
    match value {
        Value::Object(entries) => entries
            .iter()
            .flat_map(|(key, value)| match value.as_f64() {
                Some(number) if key.contains("ci95") || key.contains("half_width") => vec![number],
                _ => half_widths(value),
            })
            .collect(),
        Value::Array(values) => values.iter().flat_map(half_widths).collect(),
        _ => Vec::new(),
    }
}

/// Macro recall of a data file under CE, as printed.
fn macro_recall(folder: &std::path::Path, file: &str) -> String {
    let args = ["train", "--data", file, "--label", "class", "--objective", "ce", "--epochs", "100", "--format", "csv"];
    let table = check_runs_in(folder, &args);
    let row = table.lines().find(|line| line.starts_with("Macro recall")).expect("macro recall");
    row.split(',').next_back().expect("a figure").to_owned()
}

#[test]
fn columns_of_any_offset_and_unit_are_standardised() {
    for file in ["hz.csv", "ns.csv"] {
        assert_eq!(macro_recall(&case("standardise_large_offset"), file), "1.0", "{file}");
    }
    for file in ["d.csv", "same.csv"] {
        assert_eq!(macro_recall(&case("standardise_scale_small"), file), "1.0", "{file}");
    }
}

#[test]
fn a_fitted_long_tail_counts_the_classes_of_its_table() {
    let train = |total: &str| {
        let args = ["train", "--built-in", "digits", "--make-long-tailed", total, "--max", "100", "--imbalance", "10"];
        run_in(Folder::new().path(), &[&args[..], &["--epochs", "1", "--format", "json"]].concat())
    };
    let ran = train("fitted:500");
    assert_eq!(ran.code, Some(0), "{ran:?}");
    let result: Value = serde_json::from_str(&ran.stdout).expect("JSON");
    let n_trained: f64 = numbers(&result["runs"][0]["counts"]).iter().sum();
    assert_eq!(n_trained, 500.0);
    let ran = train("fitted:110");
    assert!(ran.code != Some(0) && ran.stderr.contains("for 10 classes"), "{ran:?}");
}

#[test]
fn offsets_and_margins_of_an_empty_class_are_numbers() {
    let result =
        json(&["train", "--counts", "200,50,0,5", "--epochs", "5", "--objective", "balanced-softmax,ldam-drw"]);
    let text = result.to_string();
    for expected in ["0.19881768219176266", "0.28117066259517454", "0.5"] {
        assert!(text.contains(expected), "no {expected} in {text}");
    }
    assert!(result["runs"][0]["final"]["recall"][2].is_null(), "{text}");
}

#[test]
fn an_output_that_cannot_be_written_is_refused_before_training() {
    // A hundred thousand epochs of three seeds would take minutes.
    let args = ["train", "--epochs", "100000", "--seeds", "3", "--format", "json", "--out", "nodir/x.json"];
    check_refused(&args, "there is no such file or folder");
}

#[test]
fn a_sweep_goes_on_from_half_a_line_to_the_same_file() {
    let folder = Folder::new();
    let sweep = "sweep --classes 3 --max 60 --imbalance 10 --epochs 2 --test-per-class 20 --objective ce,cb-softmax \
                 --beta 0.9,0.99 --seeds 2 --out";
    let sweep: Vec<&str> = sweep.split_whitespace().collect();
    assert_eq!(run_in(folder.path(), &[&sweep[..], &["a.jsonl"]].concat()).code, Some(0));
    let whole = folder.read("a.jsonl");
    folder.write("b.jsonl", &whole[..whole.len() - 40]);
    let ran = run_in(folder.path(), &[&sweep[..], &["b.jsonl", "--resume"]].concat());
    assert!(ran.code == Some(0) && ran.stderr.contains("only half written"), "{ran:?}");
    assert_eq!(folder.read("b.jsonl"), whole);
}
