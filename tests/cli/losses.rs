//! `loss` for samples with any number of labels, and `loss --check`.

use serde_json::{Value, json};

use crate::support::{
    Folder, check_cases_refused, check_close, check_refused, check_runs, check_runs_with_input, json as answer, keys,
    numbers, reference, run_in,
};

#[test]
fn losses_over_label_sets_match_60_digit_arithmetic() {
    let cases = reference("multilabel_losses.json");
    let answer = answer(&["loss", "tests/data/multilabel_losses.json"]);
    let (cases, answer) = (cases.as_array().unwrap(), answer.as_array().unwrap());
    assert_eq!((cases.len(), answer.len()), (105, 105));
    // Differences of 60 digits over a step of 1e-25 leave 35 places behind the point.
    let tolerance = |expected: f64| 1e-10 * expected.abs().max(1e-24);
    for (case, got) in cases.iter().zip(answer) {
        let name = case["note"].to_string();
        let sorted = |value| {
            let mut keys = keys(value);
            keys.sort_unstable();
            keys.into_iter().map(str::to_owned).collect::<Vec<_>>()
        };
        assert_eq!(sorted(got), sorted(case));
        for key in ["note", "loss", "positive_weights", "negative_weights", "logits", "labels"] {
            assert_eq!(got[key], case[key], "{name}");
        }
        check_close(&got["loss_per_sample"], &case["loss_per_sample"], tolerance, &name);
        for (got, expected) in got["gradient"].as_array().unwrap().iter().zip(case["gradient"].as_array().unwrap()) {
            check_close(got, expected, tolerance, &name);
        }
    }
}

const CASE: &str = r#"[{"loss": "asl", "gamma_positive": 0, "gamma_negative": 4, "margin": 0.05,
    "positive_weights": [1, 2], "negative_weights": [1, 1], "logits": [[0, 1], [2, -3]], "labels": [[1, 0], [0, 1]]}]"#;

fn changed(from: &str, to: &str) -> String {
    assert!(CASE.contains(from), "{from}");
    CASE.replace(from, to)
}

#[test]
fn one_file_can_hold_cases_of_both_kinds() {
    let class = r#"{"head": "softmax", "gamma": 0, "class_weights": [1, 1], "logits": [[0, 0]], "labels": [0]}"#;
    let both = CASE.trim_end().trim_end_matches(']').to_owned() + ", " + class + "]";
    let csv = check_runs_with_input(&["loss", "-", "--format", "csv"], &both);
    let lines: Vec<&str> = csv.lines().collect();
    assert_eq!((lines[0], lines.len()), ("case,sample,kind,numbers,labels,loss,gradient", 4));
    assert!(lines[1].starts_with("0,0,asl,\"γ₊ 0, γ₋ 4, m 0.05\",0,"), "{}", lines[1]);
    assert_eq!(lines[3], "1,0,softmax,γ 0,0,0.6931471805599453,-0.5 0.5");
    let table = check_runs_with_input(&["loss", "-", "--format", "table"], CASE);
    assert!(table.contains("largest slope") && table.contains("no results to compare with"), "{table}");
}

#[test]
fn cases_over_label_sets_that_make_no_sense_are_refused_by_name() {
    check_cases_refused(&changed("\"asl\"", "\"hinge\""), "case 0: \"loss\" must be \"bce\", \"focal\", \"asl\" or");
    check_cases_refused(&changed("\"margin\": 0.05,", ""), "case 0: the field \"margin\" is missing: it is a number");
    check_cases_refused(
        &changed("\"margin\": 0.05", "\"margin\": 1"),
        "the margin m of asymmetric loss must be from 0 up",
    );
    check_cases_refused(&changed("\"gamma_negative\": 4", "\"gamma_negative\": -4"), "γ must be from 0 to 20, got -4");
    check_cases_refused(&changed("\"margin\"", "\"alpha\": 0.5, \"margin\""), "there is no field \"alpha\"");
    check_cases_refused(&changed("[1, 0]", "[1, 2]"), "the value of label 1 of sample 0 must be 0 or 1, got 2");
    check_cases_refused(&changed("[1, 0]", "[1, -1]"), "sample 0 is -1: write 0 for a label that is not there");
    check_cases_refused(&changed("[1, 0]", "[1]"), "row 0 of the labels has 1 values for 2 labels");
    check_cases_refused(&changed(", [0, 1]]", "]"), "there are 1 rows of labels for 2 rows of logits");
    check_cases_refused(&changed("[2, -3]", "[2]"), "row 1 of the logits has 1 values, row 0 has 2");
    check_cases_refused(&changed("[1, 2]", "[1]"), "there are 1 weights of positives for 2 labels");
    check_cases_refused(&changed("[1, 1]", "[1]"), "there are 1 weights of negatives for 2 labels");
    check_cases_refused(&changed("[1, 1]", "[1, -2]"), "the weight of negatives of label 1 must be at least 0, got -2");
    check_cases_refused(&changed("[2, -3]", "[2, NaN]"), "logits must be finite");
    let bce = r#"[{"loss": "bce", "gamma": 2, "positive_weights": [1], "negative_weights": [1], "logits": [[0]], "labels": [[1]]}]"#;
    check_cases_refused(bce, "case 0: \"bce\" has no γ and no α");
    let balanced = |counts: &str| {
        format!(
            r#"[{{"loss": "distribution_balanced", "gamma": 0, "factor": 1, "rebalance": [0.1, 10, 0.2], "negative_scale": 2,
            "bias_scale": 0.05, {counts}, "positive_weights": [1], "negative_weights": [1], "logits": [[0]], "labels": [[1]]}}]"#
        )
    };
    check_runs_with_input(&["loss", "-"], &balanced("\"samples\": 9, \"positives\": [3]"));
    check_cases_refused(&balanced("\"samples\": 9, \"positives\": [10]"), "label 0 has 10 positives among 9 samples");
    check_cases_refused(
        &balanced("\"samples\": 9, \"positives\": [1, 1]"),
        "there are 2 numbers of positives for 1 labels",
    );
    check_cases_refused(&balanced("\"samples\": 9"), "the field \"positives\" is missing");
}

#[test]
fn values_that_are_right_agree() {
    for (file, n_cases) in [("losses.json", 90), ("multilabel_losses.json", 105)] {
        let table = check_runs(&["loss", "--check", &format!("tests/data/{file}")]);
        assert!(table.contains(&format!("all {n_cases} cases agree")), "{table}");
    }
}

/// Checks cases that were changed, and gives the exit status, the summary and the faults that were named.
fn checked(cases: &Value) -> (Option<i32>, String, Vec<String>) {
    let folder = Folder::new();
    folder.write("r.json", cases.to_string());
    let ran = run_in(folder.path(), &["loss", "--check", "r.json", "--format", "json"]);
    assert_eq!(ran.stderr, "");
    let answer: Value = serde_json::from_str(&ran.stdout).expect("JSON");
    let faults =
        answer["cases"].as_array().expect("cases").iter().flat_map(|case| case["faults"].as_array().expect("faults"));
    let faults = faults.map(|fault| fault.as_str().expect("a name").to_owned()).collect();
    (ran.code, answer["summary"][0].as_str().expect("a sentence").to_owned(), faults)
}

#[test]
fn values_with_a_fault_are_told_with_its_name_and_an_exit_status() {
    let mut cases = reference("multilabel_losses.json");
    for case in cases.as_array_mut().unwrap() {
        let n_labels = case["logits"][0].as_array().unwrap().len() as f64;
        let means: Vec<f64> = numbers(&case["loss_per_sample"]).into_iter().map(|loss| loss / n_labels).collect();
        case["loss_per_sample"] = json!(means);
    }
    let (code, summary, faults) = checked(&cases);
    // With a single label the mean over labels is their sum.
    assert_eq!((code, summary.as_str()), (Some(1), "84 of 105 cases differ"));
    assert!(faults.iter().all(|fault| fault == "mean_of_labels") && faults.len() == 84, "{faults:?}");
    let batch = json!([{"head": "softmax", "gamma": 0, "class_weights": [1, 1], "logits": [[0, 0], [0, 0]],
        "labels": [0, 1], "batch_loss": 1.386_294_361_119_890_6}]);
    assert_eq!(checked(&batch), (Some(1), "1 of 1 case differs".to_owned(), vec!["sum_of_samples".to_owned()]));
}

#[test]
fn numbers_that_are_not_finite_are_read_as_python_prints_them() {
    let folder = Folder::new();
    let case = |loss: &str| {
        format!(
            r#"[{{"note": "a NaN \" here", "loss": "bce", "positive_weights": [1], "negative_weights": [1], "logits": [[-20]],
            "labels": [[1]], "loss_per_sample": [{loss}], "gradient": [[NaN]]}}]"#
        )
    };
    folder.write("r.json", case("Infinity"));
    let ran = run_in(folder.path(), &["loss", "--check", "r.json"]);
    assert_eq!((ran.code, ran.stderr.as_str()), (Some(1), ""));
    assert!(ran.stdout.contains("half precision, where an ε of 1e-8 is 0"), "{}", ran.stdout);
}

#[test]
fn results_that_are_no_numbers_come_with_a_case_and_logits_do_not() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("cases.json");
    let case = |logit: &str| {
        format!(
            r#"[{{"loss": "bce", "positive_weights": [1], "negative_weights": [1], "logits": [[{logit}]],
            "labels": [[1]], "loss_per_sample": [NaN], "gradient": [[-Infinity]]}}]"#
        )
    };
    std::fs::write(&path, case("0.5")).expect("a file");
    let name = path.display().to_string();
    let answer: Value = serde_json::from_str(&check_runs(&["loss", &name])).expect("JSON");
    let expected = (1.0 + (-0.5_f64).exp()).ln();
    assert!((answer[0]["loss_per_sample"][0].as_f64().expect("a number") - expected).abs() < 1e-15, "{answer}");
    assert!(check_runs(&["loss", &name, "--format", "table"]).contains("loss inf"));
    std::fs::write(&path, case("Infinity")).expect("a file");
    check_refused(&["loss", &name], "logits must be finite");
}

#[test]
fn results_with_nothing_to_compare_and_odd_flags_are_refused() {
    let folder = Folder::new();
    folder.write("r.json", CASE);
    folder
        .check_refused(&["loss", "--check", "r.json"], "no case has anything to compare: add what your implementation");
    folder.check_refused(
        &["loss", "--check", "r.json", "--tolerance", "0"],
        "--tolerance must be above 0 and below 1, got 0",
    );
    folder.check_refused(&["loss", "--check", "none.json"], "there is no such file or folder");
    check_refused(&["loss", "a.json", "--check", "b.json"], "cannot be used with");
    check_refused(&["loss", "a.json", "--tolerance", "0.1"], "--tolerance goes with --check alone");
}
