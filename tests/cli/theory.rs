//! The theory in the terminal, from the outside: `covering`, `curve`, and what `weights` says and gives away.

use std::{
    path::Path,
    process::{Command, Stdio},
};

use serde_json::Value;

const PROGRAM: &str = env!("CARGO_BIN_EXE_longtail-lab");

// ---- Helpers ----

/// Exit code, standard output and standard error of a call.
fn call(args: &[&str]) -> (Option<i32>, String, String) {
    let mut command = Command::new(PROGRAM);
    command.args(args).current_dir(env!("CARGO_MANIFEST_DIR")).stdin(Stdio::null());
    let output = command.output().expect("the program starts");
    let text = |bytes| String::from_utf8(bytes).expect("text");
    (output.status.code(), text(output.stdout), text(output.stderr))
}

/// Expects a call to succeed; returns standard output.
fn check_runs(args: &[&str]) -> String {
    let (code, stdout, stderr) = call(args);
    assert_eq!((code, stderr.as_str()), (Some(0), ""), "{args:?}");
    stdout
}

fn json(args: &[&str]) -> Value {
    serde_json::from_str(&check_runs(&[args, &["--format", "json"]].concat())).expect("JSON")
}

/// Expects a call to be refused with one sentence.
fn check_refused(args: &[&str], expected: &str) {
    let (code, stdout, stderr) = call(args);
    assert!(matches!(code, Some(1 | 2)), "{args:?}: {code:?} {stderr}");
    assert_eq!((stdout.as_str(), stderr.lines().count()), ("", 1), "{args:?}: {stderr}");
    assert!(stderr.starts_with("longtail-lab: ") && stderr.contains(expected), "{args:?}: {stderr}");
}

fn number(value: &Value) -> f64 {
    value.as_f64().unwrap_or_else(|| panic!("{value} is no number"))
}

/// Expects a table that fits a terminal; returns its words, parted by single spaces.
fn table(args: &[&str]) -> Vec<String> {
    let table = check_runs(args);
    assert!(table.lines().all(|line| line.chars().count() <= 100), "{table}");
    table.lines().map(|line| line.split_whitespace().collect::<Vec<_>>().join(" ")).collect()
}

// ---- Help ----

#[test]
fn every_example_of_the_help_works_when_it_is_pasted() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let assets = folder.path().join("assets/data");
    std::fs::create_dir_all(&assets).expect("a folder");
    let yeast = Path::new(env!("CARGO_MANIFEST_DIR")).join("assets/data/yeast.csv");
    std::fs::copy(yeast, assets.join("yeast.csv")).expect("a copy");
    let programs = Path::new(PROGRAM).parent().unwrap().display().to_string();
    for (subcommand, flags) in [
        ("covering", vec!["--prototypes", "--samples", "--runs", "--seed", "--format", "--out"]),
        ("curve", vec!["--loss", "--gamma", "--alpha", "--p ", "--positives", "--negatives", "--format", "--out"]),
        (
            "weights",
            vec!["--snippet", "pytorch", "numpy", "python", "pytorch-focal", "torchvision", "keras", "sklearn"],
        ),
    ] {
        let help = check_runs(&[subcommand, "--help"]);
        assert!(flags.iter().all(|flag| help.contains(flag)), "{help}");
        assert!(check_runs(&["--help"]).contains(subcommand));
        let (_, examples) = help.split_once("Examples:\n").expect("examples");
        assert!(examples.lines().all(|line| line.len() <= 80), "{examples}");
        let path = format!("{programs}:{}", std::env::var("PATH").unwrap());
        let mut shell = Command::new("sh");
        let ran = shell.args(["-e", "-c", examples]).current_dir(folder.path()).env("PATH", path).output().unwrap();
        assert!(ran.status.success(), "{examples}\n{}", String::from_utf8_lossy(&ran.stderr));
    }
    assert!(folder.path().join("covering.csv").exists());
}

// ---- covering ----

#[test]
fn a_covering_follows_the_effective_number_in_every_format() {
    let args = ["covering", "--prototypes", "1000", "--samples", "500", "--runs", "200"];
    let answer = json(&args);
    let steps = answer["steps"].as_array().unwrap();
    assert_eq!((steps.len(), &answer["seed"], &answer["beta"]), (500, &1.into(), &0.999.into()));
    let mut expected = 0.0;
    for (idx, step) in steps.iter().enumerate() {
        assert!((number(&step["overlap"]) - expected / 1000.0).abs() < 1e-12, "{step}");
        expected = 1.0 + 0.999 * expected;
        assert_eq!(step["n_samples"], idx + 1);
        assert!((number(&step["expected"]) - expected).abs() < 1e-9, "{step}");
        // 200 runs: the mean is off by no more than a few of its half widths, or a fraction where all runs agree.
        let off = (number(&step["mean"]) - expected).abs();
        assert!(off <= 3.0 * number(&step["mean_half_width"]) + 0.1, "{step}");
        // While hardly a run has an overlap, the quantiles may both be n and the mean a little less.
        let band = number(&step["low"])..=number(&step["high"]);
        assert!(idx < 50 || band.contains(&number(&step["mean"])) && band.contains(&expected), "{step}");
    }

    let csv = check_runs(&[args.as_slice(), &["--format", "csv"]].concat());
    assert_eq!(csv.lines().count(), 501);
    assert!(csv.starts_with("n_samples,expected,mean,mean_half_width,low,high,overlap\n1,1.0,1.0,0.0,1.0,1.0,0.0\n"));

    let table = table(&args);
    assert_eq!(table[0], "samples n E_n mean ± 95 % 2.5 % 97.5 % overlap p");
    assert_eq!(table.iter().position(String::is_empty), Some(22), "20 rows below heading and rule");
    assert!(table[21].starts_with("500 393.62 "), "{}", table[21]);
    for line in [
        "E_1 = 1",
        "E_n = 1 + β·E_{n−1} = 1 + 0.999·393.01 = 393.62",
        "lim n → ∞ E_n = 1/(1 − β) = N = 1/(1 − 0.999) = 1000",
    ] {
        assert!(table.iter().any(|found| found == line), "{line} is not in {table:#?}");
    }
}

#[test]
fn a_covering_depends_on_its_seed_and_on_nothing_else() {
    let csv = |seed| check_runs(&["covering", "--samples", "50", "--runs", "20", "--format", "csv", "--seed", seed]);
    assert_eq!(csv("7"), csv("7"));
    assert_ne!(csv("7"), csv("8"));
}

#[test]
fn a_covering_says_when_there_is_no_interval() {
    let contains = |args: &[&str], sentence: &str| {
        let table = table(&[&["covering"], args].concat());
        assert!(table.iter().any(|line| line == sentence), "{table:#?}");
    };
    contains(&["--runs", "1"], "After 500 samples a single run has no interval");
    contains(&["--samples", "1"], "After 1 samples all runs cover the same volume");
}

#[test]
fn a_covering_of_nothing_or_too_much_is_refused() {
    check_refused(&["covering", "--prototypes", "0"], "the number of prototypes must be from 1 to 10000000, got 0");
    check_refused(&["covering", "--samples", "1000001"], "the number of samples must be from 1 to 1000000");
    check_refused(&["covering", "--runs", "0"], "the number of runs must be from 1 to 10000, got 0");
    check_refused(&["covering", "--runs", "10000", "--samples", "1000000"], "the number of samples times");
    check_refused(&["covering", "--runs", "many"], "'--runs <N>': give a whole number");
    check_refused(&["covering", "--prototypes", "-5"], "give a whole number from 0 up");
}

// ---- curve ----

#[test]
fn curves_pass_through_the_values_of_the_focal_loss_paper() {
    let args = ["curve", "--loss", "focal", "--gamma", "0,0.5,1,2,5"];
    let table = table(&args);
    assert_eq!(table[0], "p_t γ = 0 (CE) γ = 0.5 γ = 1 γ = 2 γ = 5");
    assert!(table.iter().any(|line| line.starts_with("0.1 2.3026 2.1844 2.0723 ")), "{table:#?}");
    assert!(table.iter().any(|line| line.starts_with("0.9 0.10536 0.033318 0.010536 ")), "{table:#?}");

    let answer = json(&args);
    assert_eq!(answer["p_t"].as_array().unwrap().len(), 99);
    let curves = answer["curves"].as_array().unwrap();
    assert_eq!(curves.iter().map(|curve| number(&curve["gamma"])).collect::<Vec<_>>(), [0.0, 0.5, 1.0, 2.0, 5.0]);
    // At p_t = 0.5 cross entropy falls by 1/p_t a unit of p_t, and by 1 − p_t a unit of the logit.
    let point = &curves[0]["points"][49];
    assert_eq!((number(&point["slope_p"]), number(&point["slope_logit"])), (-2.0, -0.5));

    let csv = check_runs(&["curve", "--loss", "ce", "--p", "0.5,1", "--format", "csv"]);
    assert_eq!(csv, "p_t,loss_0,slope_p_0,slope_logit_0\n0.5,0.6931471805599453,-2.0,-0.5\n1,0.0,-1.0,0.0\n");
}

#[test]
fn alpha_scales_the_curve_of_positives() {
    let value = |args: &[&str]| {
        number(&json(&[&["curve", "--loss", "ce", "--p", "0.3"], args].concat())["curves"][0]["points"][0]["value"])
    };
    assert_eq!(value(&["--alpha", "0.25"]), 0.25 * value(&[]));
}

#[test]
fn the_crowd_is_shared_out_and_shares_sum_to_one() {
    let crowd = ["curve", "--gamma", "0,2", "--alpha", "0.25", "--positives", "1@0.95", "--negatives", "1000@0.05"];
    let shares = json(&crowd);
    let shares = shares.as_array().unwrap();
    assert_eq!(shares.len(), 4);
    for share in shares {
        let sum = number(&share["share_of_positives"]) + number(&share["share_of_negatives"]);
        assert!((sum - 1.0).abs() < 1e-15, "{share}");
    }
    // Both kinds are classified equally well, so that counts alone, and α, decide.
    assert_eq!(shares[0]["loss_of_positive"], shares[0]["loss_of_negative"]);
    assert!((number(&shares[0]["share_of_positives"]) - 1.0 / 1001.0).abs() < 1e-12);
    assert!((number(&shares[3]["share_of_positives"]) - 0.25 / 750.25).abs() < 1e-12);
    let table = table(&crowd);
    assert_eq!(table[0], "loss of a positive of a negative share of positives share of negatives");
    assert!(table[2].starts_with("CE 0.051293 0.051293 0.00099900 0.99900"), "{table:#?}");
    assert!(table[5].starts_with("Focal γ = 2, α = 0.25 "), "{table:#?}");
}

#[test]
fn curves_that_make_no_sense_are_refused() {
    check_refused(&["curve", "--gamma", "-1"], "γ must be from 0 to 20, got -1");
    check_refused(&["curve", "--gamma", "1,1"], "--gamma names 1 twice");
    check_refused(&["curve", "--alpha", "1.5"], "α must be from 0 to 1, got 1.5");
    check_refused(&["curve", "--loss", "ce", "--gamma", "2"], "--gamma applies to the focal loss alone");
    check_refused(&["curve", "--loss", "hinge"], "there is no `hinge`, expected `ce` or `focal`");
    check_refused(&["curve", "--p", "0"], "p_t must be above 0");
    check_refused(&["curve", "--p", "nan"], "p_t must be above 0");
    check_refused(&["curve", "--positives", "1@0.5"], "--negatives <N@P>");
    check_refused(&["curve", "--positives", "1", "--negatives", "5@0.5"], "give a count and a probability");
    check_refused(
        &["curve", "--positives", "1@0", "--negatives", "5@0.5"],
        "the probability of positives must be above 0",
    );
    check_refused(&["curve", "--positives", "1@1", "--negatives", "5@1"], "the probability of negatives must be");
}

// ---- weights ----

#[test]
fn the_table_of_weights_tells_what_they_do() {
    let text = table(&["weights", "--counts", "30,10", "--scheme", "uniform,inverse-frequency"]).join(" ");
    for sentence in [
        "multiplies the learning rate in effect (SGD, batch mean): 1 (uniform), 0.75 (inverse-frequency)",
        "most frequent fifth of classes: 0.75 (uniform), 0.5 (inverse-frequency)",
        "Weight ratio tail : head: 1 (uniform), 3 (inverse-frequency)",
    ] {
        assert!(text.contains(sentence), "{sentence} is not in {text}");
    }
    assert!(!text.contains("β makes a difference"), "{text}");
    let text = table(&["weights", "--beta", "0.999"]).join(" ");
    assert!(text.contains("β makes a difference for these counts from about 0.79 to 0.999990"), "{text}");
}

#[test]
fn weights_in_json_come_with_their_consequences_and_the_range_of_beta() {
    let answer = json(&["weights", "--counts", "2,1", "--scheme", "inverse-frequency"]);
    assert_eq!(answer["consequences"][0]["tail_to_head"], 2.0);
    assert!((number(&answer["beta_range"]["low"]) - 0.01).abs() < 1e-12);
    assert_eq!(json(&["weights", "--counts", "5,5"])["beta_range"], Value::Null);
}

#[test]
fn a_snippet_holds_the_weights_that_are_asked_for() {
    let counts = ["weights", "--counts", "30,10"];
    let snippet = |flags: &[&str]| check_runs(&[&counts, flags].concat());
    let text = snippet(&["--snippet", "pytorch"]);
    assert!(text.contains("effective number, β = 0.999") && text.contains("nn.CrossEntropyLoss(weight="), "{text}");
    for kind in ["python", "numpy", "pytorch", "pytorch-focal", "torchvision", "keras", "sklearn", "json", "csv"] {
        let text = snippet(&["--snippet", kind, "--scheme", "inverse-frequency"]);
        let found = [
            "[0.5, 1.5]",
            "{0: 0.5, 1: 1.5}",
            "0.5,\n    1.5\n",
            "0,30,0.5,inverse_frequency,,sum_to_classes\n1,10,1.5,",
        ];
        assert_eq!(found.iter().filter(|weights| text.contains(**weights)).count(), 1, "{kind}: {text}");
    }
    let focal = snippet(&["--snippet", "torchvision", "--gamma", "0.5", "--alpha", "0.25", "--beta", "0.9"]);
    assert!(focal.contains("alpha=0.25, gamma=0.5") && focal.contains("β = 0.9:"), "{focal}");
    let focal = snippet(&["--snippet", "pytorch-focal", "--gamma", "0.5"]);
    assert!(focal.contains("gamma=0.5") && focal.contains("F.log_softmax"), "{focal}");
    let scaled = snippet(&["--snippet", "python", "--scheme", "uniform", "--normalise", "mean-sample-one"]);
    assert!(scaled.contains("mean sample weight one") && scaled.contains("class_weights = [1.0, 1.0]"), "{scaled}");
}

#[test]
fn a_snippet_of_several_vectors_or_none_is_refused() {
    check_refused(
        &["weights", "--snippet", "pytorch", "--beta", "0.9,0.99"],
        "a snippet holds one weight vector, not 2",
    );
    check_refused(
        &["weights", "--snippet", "numpy", "--scheme", "uniform,inverse-frequency"],
        "one weight vector, not 2",
    );
    check_refused(&["weights", "--snippet", "numpy", "--scheme", "uniform", "--beta", "0.9"], "--beta applies to");
    check_refused(&["weights", "--snippet", "numpy", "--gamma", "2"], "applies to the snippets pytorch-focal and");
    check_refused(&["weights", "--snippet", "pytorch-focal", "--alpha", "0.5"], "the snippet torchvision alone");
    check_refused(&["weights", "--snippet", "torchvision", "--gamma", "-2"], "γ must be from 0 to 20, got -2");
    check_refused(&["weights", "--snippet", "torchvision", "--alpha", "2"], "α must be from 0 to 1, got 2");
    check_refused(&["weights", "--snippet", "fortran"], "there is no `fortran`");
    check_refused(&["weights", "--snippet", "numpy", "--format", "csv"], "cannot be used with");
    check_refused(&["weights", "--gamma", "2"], "--snippet <NAME>");
}

#[test]
fn weights_of_a_data_file_carry_the_names_of_their_classes() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let rows: String = ["10", "9", "1", "9", "10", "10"].map(|label| format!("1.5,{label}\n")).concat();
    let path = folder.path().join("d.csv");
    std::fs::write(&path, format!("x,y\n{rows}")).expect("a file");
    let data = path.display().to_string();
    let weights = ["weights", "--data", &data, "--keep", "x", "--scheme", "inverse-frequency"];
    let answer = json(&weights);
    assert_eq!(answer["class_labels"], serde_json::json!(["1", "9", "10"]));
    assert_eq!(answer["counts"], serde_json::json!([1, 2, 3]));
    // N / (C · n), as scikit-learn's "balanced".
    assert_eq!(answer["columns"][0]["normalisation"], "mean_sample_weight_one");
    let got: Vec<f64> = serde_json::from_value(answer["columns"][0]["weights"].clone()).expect("numbers");
    assert!(got.iter().zip([2.0, 1.0, 2.0 / 3.0]).all(|(got, expected)| (got - expected).abs() < 1e-12), "{got:?}");
    let csv = check_runs(&[&weights[..], &["--format", "csv"]].concat());
    assert!(csv.contains("\n10,3,") && csv.contains("\n1,1,"), "{csv}");
    let code = check_runs(&[&weights[..], &["--snippet", "numpy"]].concat());
    assert!(code.contains("counts of all rows of d.csv") && code.contains("label_to_index = {1: 0, 9: 1, 10: 2}"));
    check_refused(&["weights", "--label", "y"], "name it with --data");
    check_refused(&["weights", "--data", &data, "--counts", "1,2"], "cannot be used with");
    check_refused(&["weights", "--data", "none.csv"], "there is no such file");
}
