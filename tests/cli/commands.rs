//! The program in the terminal, from the outside: what it prints, what it refuses, and how it ends.

use std::{
    collections::BTreeMap,
    fs,
    io::{BufRead, BufReader, Read},
    path::Path,
    process::{Command, Stdio},
};

use serde_json::Value;

use crate::support::{
    Folder, PROGRAM, REPOSITORY, Ran, check_cases_refused, check_close, check_refused, check_runs, check_runs_in,
    check_runs_with_input, json, keys, list, numbers, program, reference, run_in, without_display,
};

// ---- Help ----

#[test]
fn every_example_of_the_help_works_when_it_is_pasted() {
    let folder = Folder::new();
    for part in ["assets", "tests"] {
        std::os::unix::fs::symlink(Path::new(REPOSITORY).join(part), folder.path().join(part)).unwrap();
    }
    let programs = Path::new(PROGRAM).parent().unwrap().display().to_string();
    let path = format!("{programs}:{}", std::env::var("PATH").unwrap());
    for subcommand in [
        vec![],
        vec!["counts"],
        vec!["weights"],
        vec!["loss"],
        vec!["inspect"],
        vec!["lesson"],
        vec!["share"],
        vec!["figure"],
        vec!["film"],
        vec!["answers"],
        vec!["train"],
    ] {
        let help = check_runs(&[subcommand.as_slice(), &["--help"]].concat());
        let (_, examples) = help.split_once("Examples:\n").unwrap_or_else(|| panic!("{subcommand:?} has no examples"));
        assert!(examples.lines().all(|line| line.len() <= 80), "{examples}");
        let mut shell = Command::new("sh");
        shell.args(["-e", "-c", examples]).current_dir(folder.path()).env("PATH", &path);
        without_display(&mut shell);
        let ran = Ran::from(shell.output().unwrap());
        assert_eq!(ran.code, Some(0), "{examples}\n{}", ran.stderr);
    }
    let written = [
        "answer.txt",
        "answers.json",
        "assets",
        "counts.txt",
        "handout.pdf",
        "objective.py",
        "question.toml",
        "recall.gif",
        "recall.svg",
        "report.html",
        "run.png",
        "tests",
        "weights.pdf",
        "yeast.json",
    ];
    assert_eq!(folder.names(), written);
    assert!(folder.read("answer.txt").contains("Macro recall"));
}

#[test]
fn every_subcommand_explains_itself_and_its_flags() {
    for (subcommand, flags) in [
        ("counts", vec!["--profile", "--imbalance", "--counts-file", "--format", "--out"]),
        ("weights", vec!["--scheme", "--beta", "--normalise", "--format", "--out"]),
        ("loss", vec!["CASES.json", "loss_per_sample", "--format", "--out"]),
        (
            "inspect",
            vec!["FILE", "--label", "--separator", "--decimal", "--no-header", "--missing", "--format", "--out"],
        ),
        ("train", vec!["--data", "--objective", "--optimiser", "--test-share", "--save", "--jobs", "--out"]),
    ] {
        let help = check_runs(&[subcommand, "--help"]);
        for flag in flags {
            assert!(help.contains(flag), "{subcommand} {flag}");
        }
        assert!(check_runs(&["--help"]).contains(subcommand));
    }
    assert_eq!(check_runs(&["--version"]), format!("longtail-lab {}\n", env!("CARGO_PKG_VERSION")));
}

// ---- built-in data ----

#[test]
fn a_built_in_data_set_gives_what_its_file_gives() {
    let flags = ["--epochs", "2", "--objective", "ce"];
    let figures = |source: &[&str]| {
        let answer = json(&[&["train"], source, flags.as_slice()].concat());
        (answer["runs"][0]["confusion_matrix"].clone(), answer["runs"][0]["class_labels"].clone())
    };
    let from_file = figures(&["--data", "assets/data/yeast.csv"]);
    assert_eq!(figures(&["--built-in", "yeast"]), from_file);
    assert_eq!(from_file.1.as_array().map(Vec::len), Some(10));
    check_refused(&["train", "--built-in", "iris"], "there is no `iris`");
    check_refused(&["train", "--built-in", "yeast", "--classes", "5"], "do not go with a built-in data set");
}

// ---- inspect ----

#[test]
fn a_data_file_is_shown_as_table_csv_and_json_before_it_is_trained_on() {
    let folder = Folder::new();
    let rows = (0..60)
        .map(|n| format!("{n}|{}|{},5|{}\n", ["u", "v"][n % 2], n % 7, if n == 9 { "?" } else { ["p", "q"][n % 2] }));
    folder.write("mixed.data", format!("id|word|x|kind\n{}", rows.collect::<String>()));
    let ran = run_in(folder.path(), &["inspect", "mixed.data"]);
    assert_eq!(ran.code, Some(0), "{ran:?}");
    for line in [
        "separator pipe, decimal comma, header",
        "59 rows, 3 features, 2 classes",
        "Classes of kind: p 30, q 29",
        "text, one-hot 2",
    ] {
        assert!(ran.stdout.contains(line), "{line}: {}", ran.stdout);
    }
    let notes = "longtail-lab: note: 1 row with missing values is dropped (1 in label kind)\n\
        longtail-lab: note: id is left out: it numbers the rows\n";
    let found = ran.stdout.split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(found.contains("Warning: word alone tells the class (mean recall 1.000 on rows"), "{found}");
    assert!(found.contains("Warning: 45 rows of 59 are equal to an earlier one"), "{found}");
    assert_eq!(ran.stderr, notes);
    let csv = run_in(folder.path(), &["inspect", "mixed.data", "--keep", "id", "--drop", "word", "--format", "csv"]);
    assert_eq!(
        csv.stdout,
        "column,kind,missing,why\nid,numbers,0,\nword,left out,0,not to be used\nx,numbers,0,\nkind,label,1,\n"
    );
    let text = run_in(folder.path(), &["inspect", "mixed.data", "--label", "word", "--format", "json"]).stdout;
    let answer: Value = serde_json::from_str(&text).expect("JSON");
    assert_eq!((&answer["label"], &answer["dialect"]["decimal"]), (&"word".into(), &"comma".into()));
    assert_eq!(answer["columns"][3]["role"], "one_hot");

    // Training reads the file in the same way and says the same.
    let trained = run_in(folder.path(), &["train", "--data", "mixed.data", "--epochs", "1", "--objective", "ce"]);
    assert_eq!((trained.code, trained.stderr.as_str()), (Some(0), notes), "{trained:?}");
}

#[test]
fn what_is_found_out_of_a_data_file_can_be_overridden_and_is_saved() {
    let folder = Folder::new();
    folder.write("plain.csv", "1,5,p\n2,5,q\n3,5,p\n4,6,q\n5,7,p\n6,8,q\n");
    let flags = ["--no-header", "--separator", "comma", "--decimal", "point", "--missing", "8", "--label", "x3"];
    let json = |args: &[&str]| -> Value {
        let args = [&["inspect", "plain.csv", "--format", "json"], args].concat();
        serde_json::from_str(&run_in(folder.path(), &args).stdout).expect("JSON")
    };
    let found = json(&flags);
    assert_eq!(
        (&found["n_rows"], &found["n_dropped"], &found["dialect"]["header"]),
        (&6.into(), &1.into(), &false.into())
    );
    assert_eq!(json(&["--header"])["columns"][0]["name"], "1");
    let save = [&["train", "--data", "plain.csv", "--epochs", "1", "--save", "q.toml"][..], &flags[..]].concat();
    assert_eq!(run_in(folder.path(), &save).code, Some(0));
    for line in
        ["separator = \"comma\"", "decimal = \"point\"", "header = false", "missing = [\"8\"]", "label = \"x3\""]
    {
        assert!(folder.read("q.toml").contains(line), "{line}: {}", folder.read("q.toml"));
    }
    let again = run_in(folder.path(), &["train", "q.toml", "--objective", "ce"]);
    assert_eq!(again.stderr, "longtail-lab: note: 1 row with missing values is dropped (1 in x2)\n");
    folder.check_refused(&["inspect", "plain.csv", "--separator", "dash"], "there is no `dash`");
    folder.check_refused(&["inspect", "missing.csv"], "there is no such file: missing.csv");
    folder.check_refused(&["train", "--separator", "tab"], "name it with --data");
}

#[test]
fn a_file_that_cannot_be_imported_is_shown_with_the_reason() {
    let folder = Folder::new();
    folder.write("ragged.csv", "a,y\n1,p\n1,2,q\n");
    let ran = run_in(folder.path(), &["inspect", "ragged.csv"]);
    assert_eq!(ran.code, Some(1));
    assert!(ran.stdout.contains("numbers") && ran.stderr.contains("line 3 has 3 fields"), "{ran:?}");
    folder.check_refused(&["inspect", "."], "it is a folder");
}

// ---- counts ----

#[test]
fn counts_come_as_table_csv_and_json() {
    let profile = ["counts", "--profile", "exponential", "--classes", "10", "--max", "5000", "--imbalance", "100"];
    let answer = json(&profile);
    let figures = ["effective_classes", "gini", "head_share", "nominal_imbalance", "realised_imbalance", "total"];
    assert_eq!(keys(&answer), [&["counts"], figures.as_slice()].concat());
    assert_eq!(list(&answer["counts"]), "5000,2997,1796,1077,645,387,232,139,83,50");
    assert_eq!((&answer["total"], &answer["realised_imbalance"]), (&12406.into(), &100.0.into()));
    let csv = check_runs(&[profile.as_slice(), &["--format", "csv"]].concat());
    assert_eq!(csv.lines().count(), 11);
    assert!(csv.starts_with("class,count,share,group\n0,5000,0.403"), "{csv}");
    let table = check_runs(&profile);
    assert!(table.contains("Imbalance factor 100 nominal, 100 realised"), "{table}");
    assert!(table.lines().all(|line| line.chars().count() <= 100), "{table}");
}

#[test]
fn exponential_counts_are_the_published_ones() {
    let file = reference("class_counts.json");
    for case in file["cases"].as_array().unwrap() {
        let number = |key: &str| case[key].to_string();
        let answer = json(&[
            "counts",
            "--classes",
            &number("classes"),
            "--max",
            &number("max_count"),
            "--imbalance",
            &number("imbalance_factor"),
        ]);
        assert_eq!(answer["counts"], case["counts"], "{}", case["name"]);
    }
}

#[test]
fn every_profile_gives_counts_and_says_which_flags_it_does_not_use() {
    for profile in ["exponential", "step", "linear", "zipf", "pareto", "uniform"] {
        let answer = json(&["counts", "--profile", profile, "--classes", "7", "--max", "70"]);
        assert_eq!((answer["counts"][0].as_u64(), answer["counts"].as_array().unwrap().len()), (Some(70), 7));
    }
    let ran = run_in(Path::new(REPOSITORY), &["counts", "--profile", "zipf", "--imbalance", "9"]);
    assert_eq!(ran.code, Some(0));
    assert_eq!(ran.stderr, "longtail-lab: note: --imbalance has no effect on the zipf profile\n");
}

#[test]
fn situations_are_listed_and_taken_by_name() {
    let listed: Vec<Value> = json(&["situations"]).as_array().unwrap().clone();
    assert_eq!(check_runs(&["situations", "--format", "csv"]).lines().count(), listed.len() + 1);
    for situation in &listed {
        let key = situation["key"].as_str().unwrap();
        if situation["total"].is_null() {
            check_refused(&["counts", "--situation", key], "real data set");
            continue;
        }
        let counts = json(&["counts", "--situation", key]);
        assert_eq!(counts["total"], situation["total"], "{key}");
        assert_eq!(counts["counts"].as_array().unwrap().len() as u64, situation["classes"].as_u64().unwrap(), "{key}");
    }
    let counts = json(&["counts", "--situation", "CIFAR-10-LT, factor 100", "--max", "2000"]);
    assert_eq!(counts["counts"][9], 20, "other flags change the situation");
    let weights = json(&["weights", "--situation", "fraud-1-500", "--scheme", "uniform"]);
    assert_eq!(numbers(&weights["counts"]), [10_000.0, 20.0]);
    let saved = check_runs(&["train", "--situation", "digits", "--seeds", "2", "--save", "-"]);
    assert!(saved.contains("built_in = \"digits\"") && saved.contains("seeds = 2"), "{saved}");
    let saved = check_runs(&["train", "--situation", "imagenet-lt-like-synthetic", "--save", "-"]);
    assert!(saved.contains("profile = \"fitted\"") && saved.contains("total = 115846"), "{saved}");
    check_refused(&["train", "--situation", "nowhere"], "longtail-lab situations lists");
    check_refused(&["train", "--situation", "inaturalist-2018-like-synthetic"], "at most 1000 for training");
}

#[test]
fn a_fitted_profile_has_the_published_totals() {
    for (classes, max, imbalance, total) in [("8142", "1000", "500", 437_513), ("1000", "1280", "256", 115_846)] {
        let total_text = total.to_string();
        let flags = ["--classes", classes, "--max", max, "--imbalance", imbalance, "--total", &total_text];
        let counts = json(&[&["counts", "--profile", "fitted"], &flags[..]].concat());
        assert_eq!(counts["total"], total);
        assert_eq!(counts["realised_imbalance"].as_f64().unwrap().to_string(), imbalance);
    }
    check_refused(&["counts", "--profile", "fitted", "--total", "10"], "the total must be 2180 to 18020");
}

#[test]
fn own_counts_come_from_a_list_a_file_or_standard_input() {
    let folder = Folder::new();
    folder.write("counts.txt", "900\r\n0 # empty for now\r\n9\r\n");
    let expected = "class,count,inverse_frequency\n0,900,0.01\n1,0,0.0\n2,9,1.0\n";
    let flags = ["--scheme", "inverse-frequency", "--normalise", "none", "--format", "csv"];
    let expected = expected.replace("0.01", "0.0011111111111111111").replace("1.0", "0.1111111111111111");
    let given = [["weights", "--counts", "900,0,9"], ["weights", "--counts-file", "counts.txt"]];
    for given in given {
        assert_eq!(check_runs_in(folder.path(), &[given.as_slice(), &flags].concat()), expected);
    }
    let piped = check_runs_with_input(&[["weights", "--counts-file", "-"].as_slice(), &flags].concat(), "900\n0\n9\n");
    assert_eq!(piped, expected);
}

// ---- weights ----

#[test]
fn weights_match_60_digit_arithmetic_in_all_432_cases() {
    let cases = reference("weights.json");
    let mut calls: BTreeMap<(String, String), Vec<&Value>> = BTreeMap::new();
    for case in cases.as_array().unwrap() {
        let key = (list(&case["counts"]), case["normalisation"].as_str().unwrap().to_owned());
        calls.entry(key).or_default().push(case);
    }
    let mut n_compared = 0;
    for ((counts, normalisation), cases) in calls {
        let mut schemes: Vec<&str> = cases.iter().map(|case| case["scheme"].as_str().unwrap()).collect();
        schemes.dedup();
        let betas: Vec<String> =
            cases.iter().filter(|case| !case["beta"].is_null()).map(|case| case["beta"].to_string()).collect();
        let (schemes, betas) = (schemes.join(","), betas.join(","));
        let args =
            ["weights", "--counts", &counts, "--normalise", &normalisation, "--scheme", &schemes, "--beta", &betas];
        if !counts.contains(',') {
            check_refused(&args, "there is only one class");
            continue;
        }
        let answer = json(&args);
        assert_eq!(list(&answer["counts"]), counts);
        let columns = answer["columns"].as_array().unwrap();
        assert_eq!(columns.len(), cases.len(), "{counts}");
        for (column, case) in columns.iter().zip(cases) {
            let name = format!("{} β = {} {normalisation}, counts {counts}", case["scheme"], case["beta"]);
            assert_eq!(keys(column), ["beta", "effective_numbers", "normalisation", "scheme", "weights"]);
            for key in ["scheme", "beta", "normalisation"] {
                assert_eq!(column[key], case[key], "{name}");
            }
            let tolerance = |expected: f64| 1e-12 * expected.abs();
            check_close(&column["weights"], &case["weights"], tolerance, &name);
            if case["beta"].is_null() {
                assert_eq!(column["effective_numbers"], Value::Null);
            } else {
                check_close(&column["effective_numbers"], &case["effective_numbers"], tolerance, &name);
            }
            n_compared += 1;
        }
    }
    let n_with_two_classes =
        cases.as_array().unwrap().iter().filter(|case| case["counts"].as_array().unwrap().len() > 1).count();
    assert_eq!((n_compared, n_with_two_classes), (396, 396));
}

#[test]
fn the_table_of_weights_names_scheme_normalisation_and_idle_betas() {
    let table = check_runs(&["weights", "--beta", "0.1,0.999"]);
    let heading = table.lines().next().unwrap();
    assert_eq!(
        heading.split_whitespace().collect::<Vec<_>>().join(" "),
        "class count inverse-frequency inverse-sqrt β = 0.1 β = 0.999"
    );
    assert!(table.contains("Normalisation sum-to-classes: Σ w_i = C"), "{table}");
    assert!(table.contains("β = 0.1: β is too small for these counts"), "{table}");
    assert!(!table.contains("β = 0.999: "), "{table}");
    assert!(table.lines().all(|line| line.chars().count() <= 100), "{table}");
}

#[test]
fn a_million_classes_have_weights() {
    let args = ["weights", "--classes", "1000000", "--scheme", "effective-number", "--beta", "0.999"];
    let csv = check_runs(&[args.as_slice(), &["--format", "csv"]].concat());
    assert_eq!(csv.lines().count(), 1_000_001);
    assert!(csv.ends_with('\n') && csv.lines().last().unwrap().starts_with("999999,20,"));
}

// ---- loss ----

#[test]
fn losses_and_gradients_match_60_digit_arithmetic() {
    let cases = reference("losses.json");
    let answer = json(&["loss", "tests/data/losses.json"]);
    let (cases, answer) = (cases.as_array().unwrap(), answer.as_array().unwrap());
    assert_eq!((cases.len(), answer.len()), (90, 90));
    let tolerance = |expected: f64| if expected.abs() < 1e-12 { 1e-12 } else { 1e-10 * expected.abs() };
    for (case, got) in cases.iter().zip(answer) {
        let name = case["note"].to_string();
        assert_eq!(keys(got), keys(case));
        for key in ["note", "head", "gamma", "alpha", "class_weights", "logits", "labels"] {
            assert_eq!(got[key], case[key], "{name}");
        }
        check_close(&got["loss_per_sample"], &case["loss_per_sample"], tolerance, &name);
        for (got, expected) in got["gradient"].as_array().unwrap().iter().zip(case["gradient"].as_array().unwrap()) {
            check_close(got, expected, tolerance, &name);
        }
    }
}

#[test]
fn the_table_of_losses_tells_how_far_given_results_are_off() {
    let case = |results: &str| {
        format!(
            r#"[{{"head": "softmax", "gamma": 0, "class_weights": [2, 1], "logits": [[0, 0]], "labels": [0]{results}}}]"#
        )
    };
    let table = |results: &str| check_runs_with_input(&["loss", "-", "--format", "table"], &case(results));
    assert!(table("").contains("no results to compare with"));
    let given = table(r#", "loss_per_sample": [1.5248], "gradient": [[-1, 1]]"#);
    assert!(given.contains("loss 1.0e-1 (case 0, sample 0), gradient 0.0e0"), "{given}");
    let csv = check_runs_with_input(&["loss", "-", "--format", "csv"], &case(""));
    let expected = "case,sample,head,gamma,alpha,label,class_weight,loss,gradient\n\
                    0,0,softmax,0,,0,2.0,1.3862943611198906,-1.0 1.0\n";
    assert_eq!(csv, expected);
}

#[test]
fn cases_that_make_no_sense_are_refused_by_name() {
    let case = |changed: &str, to: &str| {
        let good = r#"[{"head": "softmax", "gamma": 2, "class_weights": [1, 1], "logits": [[0, 1], [2, 3]], "labels": [0, 1]}]"#;
        assert!(good.contains(changed));
        good.replace(changed, to)
    };
    check_runs_with_input(&["loss", "-"], &case("2,", "2,"));
    check_cases_refused(&case("[0, 1]}", "[0, 2]}"), "case 0: the label 2 of sample 1 is out of range");
    check_cases_refused(&case("[0, 1]}", "[0, -1]}"), "case 0: \"labels\" must be a list of class indices");
    check_cases_refused(&case("[0, 1]}", "[0]}"), "case 0: there are 1 labels for 2 rows");
    check_cases_refused(&case("[2, 3]", "[2]"), "case 0: row 1 of the logits has 1 values, row 0 has 2");
    check_cases_refused(&case("[1, 1]", "[1]"), "case 0: there are 1 class weights for 2 classes");
    check_cases_refused(&case("[1, 1]", "[1, -1]"), "case 0: the weight of class 1 must be at least 0");
    check_cases_refused(&case("\"gamma\": 2", "\"gamma\": -1"), "case 0: γ must be from 0 to 20, got -1");
    check_cases_refused(&case("\"gamma\": 2", "\"gamma\": 2, \"alpha\": 0.5"), "case 0: α applies to sigmoid losses");
    check_cases_refused(&case("\"gamma\": 2,", ""), "case 0: the field \"gamma\" is missing");
    check_cases_refused(
        &case("\"gamma\"", "\"gama\""),
        "case 0: there is no field \"gama\": the fields are note, head",
    );
    check_cases_refused(&case("softmax", "argmax"), "case 0: \"head\" must be \"softmax\" or \"sigmoid\"");
    check_cases_refused(&case("[2, 3]", "[2, NaN]"), "logits must be finite");
    check_cases_refused(&case("[2, 3]", "[2, null]"), "case 0: \"logits\" must be a list of rows of finite numbers");
    check_cases_refused(&case("[2, 3]", "[2, 1e999]"), "number out of range");
    check_cases_refused(&case("}]", ", \"loss_per_sample\": [1]}]"), "\"loss_per_sample\" must have one number");
    check_cases_refused(&case("}]", ", \"gradient\": [[1], [1]]}]"), "\"gradient\" must have the shape of the logits");
    let sigmoid = case("\"head\": \"softmax\"", "\"head\": \"sigmoid\", \"alpha\": 1.5");
    check_cases_refused(&sigmoid, "case 0: α must be from 0 to 1, got 1.5");
    check_cases_refused("[{", "this is not JSON");
    check_cases_refused("", "this is not JSON");
    check_cases_refused("{}", "a JSON array of cases");
    check_cases_refused("[1]", "case 0: a case must be an object");
    check_cases_refused("[]", "there are no cases");
    check_refused(&["loss", "nope.json"], "there is no such file or folder: nope.json");
    check_refused(&["loss", "tests"], "it is a folder, choose a file: tests");
}

// ---- train ----

#[test]
fn a_comparison_on_a_file_has_the_promised_shape() {
    let answer = json(&[
        "train",
        "--data",
        "assets/data/page-blocks.csv",
        "--label",
        "class",
        "--objective",
        "ce,balanced-ce,cb-softmax",
        "--seeds",
        "2",
        "--epochs",
        "5",
    ]);
    assert_eq!(keys(&answer), ["differences", "experiment", "longtail_lab_train", "runs", "summary"]);
    assert_eq!(answer["experiment"]["data"]["path"], "assets/data/page-blocks.csv");
    let runs = answer["runs"].as_array().unwrap();
    let order: Vec<_> = runs.iter().map(|run| (run["objective"].as_str().unwrap(), run["seed"].as_u64())).collect();
    let expected = [1, 2].map(|seed| ["CE", "Balanced CE", "CB"].map(|name| (name, Some(seed)))).concat();
    assert_eq!(order, expected);
    for run in runs {
        let has = keys(run);
        for key in [
            "class_labels",
            "counts",
            "class_weights",
            "train_per_class_recall",
            "test_per_class_recall",
            "macro_recall",
            "accuracy",
            "natural_accuracy",
            "training_objective",
            "epochs",
            "seconds",
            "samples_per_second",
        ] {
            assert!(has.contains(&key), "{key}");
        }
        assert_eq!(list(&run["counts"]), "20,230,80,3439,61");
        let sum: f64 = numbers(&run["class_weights"]).iter().zip(numbers(&run["counts"])).map(|(w, n)| w * n).sum();
        assert!((sum - 3830.0).abs() < 1e-6, "Σ n·w = {sum}");
        let recall = numbers(&run["test_per_class_recall"]);
        let mean = recall.iter().sum::<f64>() / recall.len() as f64;
        assert!((mean - run["macro_recall"].as_f64().unwrap()).abs() < 1e-12);
        assert!(run["seconds"].as_f64() > Some(0.0) && run["samples_per_second"].as_f64() > Some(0.0));
        assert_eq!(run["epochs"], 5);
    }
    let summary = answer["summary"].as_array().unwrap();
    assert_eq!(summary.len(), 3);
    assert_eq!(summary[0]["macro_recall"]["n"], 2);
    let gain = |idx: usize| summary[idx]["macro_recall"]["mean"].as_f64().unwrap();
    assert!(gain(1) > gain(0) + 0.1 && gain(2) > gain(0) + 0.1, "weights help the rare classes");
}

#[test]
fn the_table_of_a_comparison_fits_into_a_terminal() {
    let objectives = "ce,balanced-ce,inverse-sqrt,focal,cb-softmax,cb-focal,sigmoid-ce,sigmoid-focal";
    let table = check_runs(&["train", "--max", "200", "--epochs", "1", "--seeds", "2", "--objective", objectives]);
    assert!(table.lines().all(|line| line.chars().count() <= 100), "{table}");
    assert_eq!(table.matches("Macro recall").count(), 2, "{table}");
    assert!(table.contains("mean ± 95 % interval over 2 seeds"), "{table}");
    let csv = check_runs(&["train", "--max", "200", "--epochs", "1", "--objective", objectives, "--format", "csv"]);
    assert!(csv.starts_with("class,count,CE,Balanced CE,Inverse sqrt CE,Focal,CB,CB focal,Sigmoid CE,Sigmoid focal\n"));
}

#[test]
fn training_on_everything_reports_training_figures() {
    let args = ["train", "--data", "assets/data/yeast.csv", "--test-share", "0", "--epochs", "2", "--objective", "ce"];
    let run = &json(&args)["runs"][0];
    assert_eq!((&run["evaluated_on"], &run["test_per_class_recall"]), (&"training".into(), &Value::Null));
    assert_eq!(numbers(&run["counts"]).iter().sum::<f64>(), 1484.0);
    assert!(check_runs(&args).contains("Recall per class on the training set"));
}

#[test]
fn the_figures_do_not_depend_on_the_number_of_threads() {
    let runs = |jobs: &str| {
        let args = ["train", "--max", "300", "--epochs", "3", "--seeds", "2", "--jobs", jobs];
        let mut answer = json(&args);
        for run in answer["runs"].as_array_mut().unwrap() {
            let run = run.as_object_mut().unwrap();
            run.remove("seconds");
            run.remove("samples_per_second");
        }
        answer
    };
    assert_eq!(runs("1"), runs("3"));
}

#[test]
fn flags_override_the_file() {
    let folder = Folder::new();
    folder.write(
        "question.toml",
        "seed = 7\n[training]\nepochs = 3\nl2 = 0.5\n[distribution]\nmax_count = 60\nclasses = 4\n\
         [[objective]]\nname = \"Mine\"\nweights = \"effective_number\"\nbeta = 0.5\n\
         [[objective]]\nname = \"Other\"\ngamma = 3.0\n",
    );
    let experiment = |flags: &[&str]| -> Value {
        let args = ["train", "question.toml", "--format", "json"];
        let text = check_runs_in(folder.path(), &[&args, flags].concat());
        serde_json::from_str::<Value>(&text).unwrap()["experiment"].clone()
    };
    let plain = experiment(&[]);
    assert_eq!(
        (&plain["seed"], &plain["training"]["epochs"], &plain["training"]["l2"]),
        (&7.into(), &3.into(), &0.5.into())
    );
    let changed = experiment(&["--epochs", "2", "--seed", "3", "--beta", "0.9", "--gamma", "1", "--batch", "full"]);
    assert_eq!(
        (&changed["seed"], &changed["training"]["epochs"], &changed["training"]["l2"]),
        (&3.into(), &2.into(), &0.5.into())
    );
    assert_eq!(changed["training"]["batch"], "full");
    let objectives = &changed["objective"];
    assert_eq!((&objectives[0]["beta"], &objectives[0]["gamma"]), (&0.9.into(), &0.0.into()));
    assert_eq!((&objectives[1]["beta"], &objectives[1]["gamma"]), (&0.999.into(), &1.0.into()));
    let replaced = experiment(&["--objective", "cb_focal,sigmoid-focal", "--alpha", "0.75", "--counts", "40,30,4"]);
    assert_eq!(replaced["distribution"]["own_counts"], serde_json::json!([40, 30, 4]));
    assert_eq!(replaced["objective"].as_array().unwrap().len(), 2);
    assert_eq!((&replaced["objective"][0]["alpha"], &replaced["objective"][1]["alpha"]), (&Value::Null, &0.75.into()));
    let lbfgs = experiment(&["--optimiser", "lbfgs"]);
    assert_eq!((&lbfgs["training"]["optimiser"], &lbfgs["training"]["epochs"]), (&"lbfgs".into(), &5000.into()));
    assert_eq!(experiment(&["--optimiser", "lbfgs", "--epochs", "4"])["training"]["epochs"], 4);
}

#[test]
fn a_saved_experiment_comes_back_and_gives_the_same_answer() {
    let folder = Folder::new();
    let flags = ["--profile", "step", "--classes", "5", "--max", "80", "--objective", "ce,cb-focal", "--beta", "0.99"];
    let flags = [&flags[..], &["--epochs", "2", "--layout", "grid", "--seeds", "2", "--normalise", "none"]].concat();
    let ran = run_in(folder.path(), &[&["train", "--save", "a.toml"], &flags[..]].concat());
    assert_eq!((ran.code, ran.stdout.as_str()), (Some(0), ""));
    assert_eq!(ran.stderr, "longtail-lab: the experiment is written and was not run: a.toml\n");
    assert_eq!(run_in(folder.path(), &["train", "a.toml", "--save", "b.toml"]).code, Some(0));
    assert_eq!(folder.read("a.toml"), folder.read("b.toml"));
    assert_eq!(check_runs_in(folder.path(), &["train", "a.toml", "--save", "-"]), folder.read("a.toml"));
    let direct = check_runs_in(folder.path(), &[&["train"], &flags[..]].concat());
    assert_eq!(check_runs_in(folder.path(), &["train", "a.toml"]), direct);
}

#[test]
fn a_data_path_means_the_same_wherever_the_experiment_is_saved() {
    let folder = Folder::new();
    folder.write("data.csv", "x,y\n1,a\n2,a\n3,b\n4,b\n5,a\n6,b\n");
    fs::create_dir(folder.path().join("elsewhere")).unwrap();
    let save = ["train", "--data", "data.csv", "--epochs", "1", "--save"];
    for place in ["q.toml", "elsewhere/q.toml"] {
        assert_eq!(run_in(folder.path(), &[&save[..], &[place]].concat()).code, Some(0));
        assert!(check_runs(&["train", &folder.path().join(place).display().to_string()]).contains("Macro recall"));
    }
    assert!(folder.read("q.toml").contains("path = \"data.csv\""));
}

#[test]
fn a_class_without_samples_is_allowed_and_not_available() {
    let args = ["train", "--counts", "60,0,6", "--epochs", "2", "--objective", "cb-softmax"];
    let run = &json(&args)["runs"][0];
    assert_eq!((&run["test_per_class_recall"][1], &run["class_weights"][1]), (&Value::Null, &0.0.into()));
    assert!(run["macro_recall"].is_f64());
    assert!(check_runs(&args).contains("n/a"));
}

#[test]
fn a_comparison_in_which_every_run_diverges_says_so_and_fails() {
    let args = ["train", "--max", "100", "--epochs", "5", "--objective", "ce", "--learning-rate", "100000"];
    let ran = run_in(Path::new(REPOSITORY), &args);
    assert_eq!(ran.code, Some(1));
    assert!(ran.stdout.contains("CE, seed 1: diverged"), "{}", ran.stdout);
    assert!(ran.stderr.contains("every run diverged"), "{}", ran.stderr);
}

#[test]
fn ctrl_c_ends_cleanly_and_prints_what_is_finished() {
    // The first wait is enough for some runs on any usual machine; all of them take half a minute.
    for wait in [1, 3, 9] {
        let mut child = program(Path::new(REPOSITORY))
            .args(["train", "--max", "300", "--epochs", "300", "--seeds", "1000", "--objective", "ce"])
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        std::thread::sleep(std::time::Duration::from_secs(wait));
        let killed = Command::new("kill").args(["-INT", &child.id().to_string()]).status().unwrap();
        assert!(killed.success(), "it is still running");
        assert_eq!(child.wait().unwrap().code(), Some(130));
        let (mut stdout, mut stderr) = (String::new(), String::new());
        child.stdout.take().unwrap().read_to_string(&mut stdout).unwrap();
        child.stderr.take().unwrap().read_to_string(&mut stderr).unwrap();
        assert!(stderr.starts_with("longtail-lab: Stopped: ") && stderr.lines().count() == 1, "{stderr}");
        assert!(stderr.ends_with(" of 1000 runs finished\n"), "{stderr}");
        if stderr.contains(": 0 of") {
            assert_eq!(stdout, "");
            continue;
        }
        assert!(stdout.contains("Macro recall"), "{stdout}");
        return;
    }
    panic!("no run was finished in nine seconds");
}

// ---- train: tables made long-tailed ----

/// Runs on a table that is made long-tailed and expects nothing but sentences on what is kept.
fn kept_json_in(folder: &Path, args: &[&str]) -> Value {
    let ran = run_in(folder, &[args, &["--format", "json"]].concat());
    assert_eq!(ran.code, Some(0), "{args:?}: {}", ran.stderr);
    assert!(ran.stderr.starts_with("longtail-lab: Kept "), "{args:?}: {}", ran.stderr);
    serde_json::from_str(&ran.stdout).expect("an answer in JSON")
}

fn kept_json(args: &[&str]) -> Value {
    kept_json_in(Path::new(REPOSITORY), args)
}

#[test]
fn a_table_is_made_long_tailed_and_says_what_is_kept() {
    let args = ["train", "--epochs", "2", "--objective", "ce", "--format", "json", "--make-long-tailed"];
    let from_file = [&args[..], &["exponential:100", "--data", "assets/data/page-blocks.csv"]].concat();
    let ran = run_in(Path::new(REPOSITORY), &from_file);
    assert_eq!(ran.code, Some(0), "{}", ran.stderr);
    assert!(
        ran.stderr.contains("Kept 1063 of 5472 rows; 21 rows of each class for the balanced test set"),
        "{}",
        ran.stderr
    );
    assert!(ran.stderr.contains("The largest count is 730: for more, class \"horizontal line\""), "{}", ran.stderr);
    let answer: Value = serde_json::from_str(&ran.stdout).unwrap();
    let run = &answer["runs"][0];
    assert_eq!((list(&run["counts"]).as_str(), &run["evaluated_on"]), ("7,230,73,730,23", &"balanced_test".into()));
    let figure = |name: &str| run[name].as_f64().unwrap();
    assert!((figure("macro_recall") - figure("accuracy")).abs() < 1e-12, "as many rows of every class");
    assert!(figure("natural_accuracy") > figure("accuracy") + 0.05, "as frequent as in training");
    let built_in =
        kept_json(&[&args[..5], &["--built-in", "page-blocks", "--make-long-tailed", "exponential:100"]].concat());
    for figure in ["macro_recall", "natural_accuracy", "training_objective"] {
        assert_eq!(built_in["runs"][0][figure], run[figure], "{figure}");
    }
}

#[test]
fn training_counts_are_those_of_the_counts_subcommand() {
    let by_rank = |flags: &[&str]| {
        let args = [&["train", "--built-in", "digits", "--epochs", "1", "--objective", "ce"], flags].concat();
        list(&kept_json(&args)["runs"][0]["counts"])
    };
    for (profile, flags) in [
        ("exponential:50", &["--profile", "exponential", "--imbalance", "50"][..]),
        ("step:10", &["--profile", "step", "--imbalance", "10"]),
        ("linear:50", &["--profile", "linear", "--imbalance", "50"]),
        ("pareto:6", &["--profile", "pareto", "--pareto-power", "6"]),
        ("zipf:1", &["--profile", "zipf", "--zipf-exponent", "1"]),
        ("uniform", &["--profile", "uniform"]),
    ] {
        let expected = list(&json(&[&["counts", "--max", "90"], flags].concat())["counts"]);
        assert_eq!(
            by_rank(&["--make-long-tailed", profile, "--max", "90", "--class-order", "name"]),
            expected,
            "{profile}"
        );
    }
    let own = ["--make-long-tailed", "own", "--counts", "9,8,7,6,5,4,3,2,1,0", "--class-order", "1,0,2,3,4,5,6,7,8,9"];
    assert_eq!(by_rank(&own), "8,9,7,6,5,4,3,2,1,0");
}

#[test]
fn a_long_tailed_experiment_is_saved_and_its_flags_can_be_overridden() {
    let folder = Folder::new();
    let flags =
        ["--built-in", "digits", "--make-long-tailed", "exponential:100", "--class-order", "name", "--epochs", "1"];
    assert_eq!(run_in(folder.path(), &[&["train", "--save", "a.toml"], &flags[..]].concat()).code, Some(0));
    assert!(folder.read("a.toml").contains("long_tailed = true\nclass_order = \"by_name\"\n"));
    let counts = |flags: &[&str]| {
        list(&kept_json_in(folder.path(), &[&["train", "a.toml"], flags].concat())["runs"][0]["counts"])
    };
    assert!(counts(&[]).starts_with("125,74,"), "{}", counts(&[]));
    assert_eq!(counts(&["--imbalance", "1", "--max", "7"]), "7,7,7,7,7,7,7,7,7,7");
    let ran = run_in(folder.path(), &["train", "a.toml", "--make-long-tailed", "none", "--format", "json"]);
    // Pixels that are always black.
    assert!(ran.stderr.contains("pixel_39 are the same in every training row"), "{}", ran.stderr);
    let whole: Value = serde_json::from_str(&ran.stdout).unwrap();
    assert_eq!(list(&whole["runs"][0]["counts"]), "125,127,124,128,127,127,127,125,122,126");
}

#[test]
fn a_long_tail_that_makes_no_sense_is_refused() {
    let refused =
        |args: &[&str], expected: &str| check_refused(&[&["train", "--built-in", "yeast"], args].concat(), expected);
    let tail = "--make-long-tailed";
    refused(&[tail, "bell:3"], "there is no `bell`, expected one of `exponential`");
    refused(&[tail, "exponential:ten"], "give a number");
    refused(&[tail, "uniform:2"], "takes no number");
    refused(&[tail, "exponential:0.5"], "the imbalance factor must be from 1 to 1e9, got 0.5");
    refused(&[tail, "zipf:nan"], "the Zipf exponent must be from 0 to 10, got NaN");
    refused(&[tail, "step:10", "--max", "0"], "the largest class count must be 1 to");
    refused(&[tail, "step:10", "--imbalance", "5"], "--imbalance says again what follows the colon");
    refused(&[tail, "step:10", "--profile", "linear"], "cannot be used with");
    refused(&[tail, "step:10", "--classes", "5"], "the table has its own number of classes");
    refused(&[tail, "step:10", "--spread", "2"], "do not go with a built-in data set");
    refused(&[tail, "step:10", "--counts", "5,4"], "go with --make-long-tailed own, not with step");
    refused(&[tail, "own", "--counts", "5,4"], "the list has 2 class counts, the table has 10 classes");
    refused(
        &[tail, "own", "--counts", "5,4,3,3,3,3,3,3,3,30"],
        "class \"ERL\" cannot have 30 training rows: 3 of its 5 rows",
    );
    refused(&[tail, "step", "--class-order", "CYT,MIT"], "the class order leaves class \"ERL\" out");
    refused(&[tail, "step", "--class-order", "CYT,sky"], "the class order names \"sky\", which is no class");
    refused(&[tail, "step", "--class-order", "big"], "give size, name, or all labels");
    refused(&["--class-order", "name"], "--class-order goes with --make-long-tailed");
    refused(&["--max", "5"], "or add --make-long-tailed for class counts");
    check_refused(&["train", tail, "step:10"], "go with --data or --built-in");
}

// ---- The window that cannot be ----

#[test]
fn without_a_display_the_experiment_runs_in_the_terminal() {
    let folder = Folder::new();
    folder.write("quick.toml", "[training]\nepochs = 1\n[distribution]\nmax_count = 100\n");
    let ran = run_in(folder.path(), &["quick.toml"]);
    assert_eq!(ran.code, Some(0), "{ran:?}");
    assert!(ran.stderr.contains("display") && ran.stderr.lines().count() == 1, "{ran:?}");
    assert_eq!(ran.stdout, check_runs_in(folder.path(), &["train", "quick.toml"]));
    assert!(ran.stdout.contains("Macro recall"), "{ran:?}");
}

#[test]
fn a_file_that_cannot_be_opened_is_refused_before_any_window() {
    let folder = Folder::new();
    folder.write("broken.toml", "seed = \n").write("range.toml", "seeds = 0\n").write("empty.csv", "");
    folder.check_refused(&["broken.toml"], "this is not a valid experiment file: line 1");
    folder.check_refused(&["range.toml"], "the number of seeds must be 1 to 1000, got 0: range.toml");
    folder.check_refused(&["empty.csv"], "the data file is empty");
    folder.check_refused(&["missing.toml"], "there is no such file or folder: missing.toml");
    folder.check_refused(&["missing.csv"], "there is no such file: missing.csv");
    folder.check_refused(&["."], "it is a folder, choose a file");
    folder.check_refused(&["trian"], "there is no file and no subcommand \"trian\"");
}

// ---- Bad input ----

#[test]
fn beta_outside_its_range_is_refused() {
    check_refused(&["weights", "--counts", "5,3", "--beta", "1"], "β must be in [0, 1), got 1");
    check_refused(&["weights", "--counts", "5,3", "--beta", "NaN"], "β must be in [0, 1), got NaN");
    check_refused(&["weights", "--counts", "5,3", "--beta", "-0.5"], "β must be in [0, 1), got -0.5");
    check_refused(&["weights", "--counts", "5,3", "--beta", "0.9,high"], "invalid value 'high' for '--beta");
    check_refused(&["weights", "--counts", "5,3", "--beta", "0.9,0.9"], "--beta names 0.9 twice");
    check_refused(&["train", "--beta", "1"], "β must be in [0, 1), got 1");
    check_refused(&["train", "--beta", "inf"], "β must be in [0, 1), got inf");
}

#[test]
fn counts_that_are_none_are_refused() {
    let folder = Folder::new();
    folder.write("negative.txt", "5\n-3\n").write("empty.txt", "").write("binary.txt", [0xff, 0xf0]);
    folder.write("words.txt", "fünf\nzwei\n").write("one.txt", "5\n");
    for subcommand in ["counts", "weights", "train"] {
        let refused = |flag: &str, value: &str, expected: &str| {
            folder.check_refused(&[subcommand, flag, value], expected);
        };
        refused("--counts", "5,-3", "\"-3\" is not a class count");
        refused("--counts", "-5,3", "\"-5\" is not a class count");
        refused("--counts", "5,2.5", "\"2.5\" is not a class count");
        refused("--counts", "5,99999999999999999999", "is not a class count");
        refused("--counts", "9000000000000000000,9000000000000000000", "add up to more than 2^63");
        refused("--counts", "", "the list of class counts is empty");
        refused("--counts", "5", "there is only one class");
        refused("--counts", "0,0", "every class count is 0");
        refused("--counts-file", "negative.txt", "line 2: \"-3\" is not a class count");
        refused("--counts-file", "words.txt", "line 1: \"fünf\" is not a class count");
        refused("--counts-file", "empty.txt", "50: empty.txt");
        refused("--counts-file", "one.txt", "needs at least 2 classes: one.txt");
        refused("--counts-file", "binary.txt", "it is not text in UTF-8: binary.txt");
        refused("--counts-file", "missing.txt", "there is no such file or folder: missing.txt");
        refused("--counts-file", ".", "it is a folder");
        refused("--classes", "1", "the number of classes must be 2 to");
        refused("--classes", "-3", "invalid value '-3' for '--classes <C>': give a whole number");
        refused("--classes", "99999999999999999999", "the number is too large");
        refused("--max", "0", "the largest class count must be 1 to");
        refused("--imbalance", "0.5", "the imbalance factor must be from 1 to 1e9, got 0.5");
        refused("--imbalance", "nan", "the imbalance factor must be from 1 to 1e9, got NaN");
        refused("--profile", "ünï", "there is no `ünï`, expected one of `exponential`");
        refused("--profile", "own", "give your own counts with --counts");
        folder.check_refused(&[subcommand, "--counts", "5,3", "--classes", "2"], "cannot be used with");
    }
}

#[test]
fn data_that_cannot_be_trained_on_are_refused() {
    let folder = Folder::new();
    let many = (0..1001).map(|n| format!("{n},{n}\n")).collect::<Vec<_>>().concat();
    let texts = (0..60).map(|n| format!("t{n},{}\n", n % 2)).collect::<Vec<_>>().concat();
    folder.write("text.csv", format!("a,y\n{texts}")).write("ragged.csv", "a,y\n1,p\n1,2,q\n");
    folder.write("one.csv", "a,y\n1,p\n2,p\n").write("rowless.csv", "a,y\n").write("empty.csv", "");
    folder
        .write("gaps.csv", "a,y\n1,p\n,q\n")
        .write("twice.dat", "@attribute a real\n@attribute a {p}\n@data\n1,p\n")
        .write("binary.csv", b"a,y\n\xff\0,p\n");
    folder.write("many.csv", format!("a,y\n{many}")).write("good.csv", "a,y\n1,p\n2,q\n");
    let refused =
        |args: &[&str], expected: &str| folder.check_refused(&[&["train", "--data"], args].concat(), expected);
    refused(&["text.csv"], "besides the label \"y\" (a is left out: text with");
    refused(&["text.csv"], ": text.csv");
    refused(&["ragged.csv"], "line 3 has 3 fields, there are 2 columns");
    refused(&["one.csv"], "every row that can be used has the same label \"p\"");
    refused(&["rowless.csv"], "a header but no rows: add one sample a line: rowless.csv");
    refused(&["empty.csv"], "the data file is empty");
    refused(&["gaps.csv"], "every row that can be used has the same label \"p\"");
    refused(&["twice.dat"], "two columns are called \"a\"");
    refused(&["binary.csv"], "line 2 is not text in UTF-8");
    refused(&["many.csv"], "1001 different values, training takes at most 1000");
    refused(&["good.csv", "--label", "kind"], "there is no column \"kind\": the columns are a, y: good.csv");
    refused(&["good.csv", "--label"], "a value is required for '--label");
    refused(&["good.csv", "--drop", "a"], "no feature column is left");
    refused(&["good.csv", "--drop", "b"], "there is no column \"b\"");
    refused(&["good.csv", "--test-share", "1"], "the test share must be from 0 to 0.9, got 1");
    refused(&["good.csv", "--classes", "3"], "do not go with data from a file");
    refused(&["missing.csv"], "there is no such file: missing.csv");
    refused(&["."], "it is a folder");
    refused(&[""], "a value is required for '--data");
    check_refused(&["train", "--label", "y"], "name it with --data");
    check_refused(&["train", "--classes", "1001"], "at most 1000 for training");
    check_refused(&["train", "--max", "1000000000"], "at most 1000000 rows");
}

#[test]
fn experiment_files_that_are_none_are_refused() {
    let folder = Folder::new();
    folder.write("broken.toml", "seed = 1\n[data\n").write("unknown.toml", "seed = 1\nsede = 2\n");
    folder.write("newer.toml", "format = 9\nnovelty = true\n").write("binary.toml", [0xff]);
    folder
        .write("wrong.toml", "[training]\noptimiser = \"magic\"\n")
        .write("range.toml", "[training]\nmomentum = 1.0\n");
    folder.write("file.toml", "[data]\nsource = \"file\"\npath = \"missing.csv\"\n");
    let refused = |name: &str, expected: &str| folder.check_refused(&["train", name], expected);
    refused("broken.toml", "this is not a valid experiment file: line 2");
    refused("broken.toml", ": broken.toml");
    refused("unknown.toml", "line 2: unknown field `sede`");
    refused("newer.toml", "open it with a newer version of Longtail Lab: newer.toml");
    refused("binary.toml", "it is not text in UTF-8");
    refused("wrong.toml", "unknown variant `magic`");
    refused("range.toml", "momentum must be in [0, 1), got 1: range.toml");
    refused("file.toml", "there is no such file: missing.csv");
    refused("missing.toml", "there is no such file or folder: missing.toml");
    refused(".", "it is a folder");
}

#[test]
fn settings_outside_their_range_are_refused() {
    let refused = |args: &[&str], expected: &str| check_refused(&[&["train"], args].concat(), expected);
    refused(&["--seeds", "0"], "the number of seeds must be 1 to 1000, got 0");
    refused(&["--seeds", "1001"], "the number of seeds must be 1 to 1000, got 1001");
    refused(&["--seed", "18446744073709551615"], "the seed must be below 2^62");
    refused(&["--epochs", "0"], "the number of epochs must be 1 to 1000000, got 0");
    refused(&["--batch", "0"], "the batch size must be at least 1, or full");
    refused(&["--batch", "half"], "a whole number or \"full\", got \"half\"");
    refused(&["--batch", "-1"], "a whole number or \"full\", got \"-1\"");
    refused(&["--learning-rate", "0"], "the learning rate must be above 0");
    refused(&["--learning-rate", "nan"], "the learning rate must be above 0 and at most 1e6, got NaN");
    refused(&["--momentum", "1"], "momentum must be in [0, 1)");
    refused(&["--l2", "-1"], "L2 must be from 0 to 1e6, got -1");
    refused(&["--features", "1"], "the number of features must be 2 to 64");
    refused(&["--spread", "0"], "spread must be above 0");
    refused(&["--label-noise", "2"], "label noise must be from 0 to 1");
    refused(&["--test-per-class", "0"], "the number of test samples per class");
    refused(&["--jobs", "0"], "the number of threads must be 1 to 1024, got 0");
    refused(&["--gamma", "-1"], "γ must be from 0 to 20, got -1");
    refused(&["--objective", "sigmoid-focal", "--alpha", "2"], "α must be from 0 to 1, got 2");
    refused(&["--objective", "ce", "--beta", "1"], "β must be in [0, 1), got 1");
    refused(&["--objective", "ce", "--gamma", "-1"], "γ must be from 0 to 20");
    refused(&["--objective", "ce", "--alpha", "2"], "α must be from 0 to 1");
    refused(&["--objective", "ce,ce"], "--objective names ce twice");
    refused(&["--objective", "ce,hinge"], "there is no `hinge`, expected one of `ce`");
    refused(&["--objective", ""], "there is no ``");
    let nine = "ce,balanced-ce,inverse-sqrt,focal,cb-softmax,cb-focal,sigmoid-ce,sigmoid-focal,cb-sigmoid";
    refused(&["--objective", nine], "9 objectives, at most 8");
    refused(&["--optimiser", "magic"], "there is no `magic`, expected one of `sgd`");
    refused(&["--format", "xml"], "there is no `xml`, expected one of `table`, `csv`, `json`");
    refused(&["--epoch", "3"], "unexpected argument '--epoch' found; tip: a similar argument exists: '--epochs'");
    check_refused(
        &["weights", "--scheme", "uniform", "--beta", "0.9"],
        "--beta applies to the scheme effective-number",
    );
    check_refused(&["weights", "--scheme", "uniform,uniform"], "--scheme names uniform twice");
    check_refused(&["weights", "--normalise", "loud"], "there is no `loud`, expected one of `sum-to-classes`");
    check_refused(&["loss"], "the following required arguments were not provided: <CASES.json>");
}

// ---- Files and pipes ----

#[test]
fn results_go_into_a_file_whole_or_not_at_all() {
    let folder = Folder::new();
    folder.write("old.csv", "what was there");
    assert_eq!(check_runs_in(folder.path(), &["counts", "--format", "csv", "--out", "new.csv"]), "");
    assert_eq!(folder.read("new.csv"), check_runs(&["counts", "--format", "csv", "--out", "-"]));
    folder.check_refused(&["train", "--learning-rate", "-1", "--out", "old.csv"], "the learning rate");
    folder.check_refused(&["weights", "--beta", "2", "--out", "old.csv"], "β must be");
    folder.check_refused(&["loss", "new.csv", "--out", "old.csv"], "this is not JSON");
    folder.check_refused(&["train", "--data", "missing.csv", "--save", "old.csv"], "there is no such file");
    assert_eq!(folder.read("old.csv"), "what was there");
    assert_eq!(folder.names(), ["new.csv", "old.csv"]);
}

#[test]
fn a_place_that_cannot_be_written_to_is_refused_before_the_work() {
    let folder = Folder::new();
    folder.write("file", "");
    // Training this would take hours.
    let long = ["train", "--epochs", "1000000", "--seeds", "1000", "--out"];
    for (place, expected) in [
        ("no/such/folder.csv", "cannot write the file: there is no such file or folder: no/such/folder.csv"),
        (".", "it is a folder, give a file name"),
        ("file/below", "a part of the path is a file, not a folder"),
        ("", "a value is required for '--out"),
    ] {
        folder.check_refused(&[&long[..], &[place]].concat(), expected);
        folder.check_refused(&["counts", "--out", place], expected);
        folder.check_refused(&["loss", "-", "--out", place], expected);
        folder.check_refused(&["train", "--save", place], expected.trim_end_matches("--out"));
    }
    assert_eq!(folder.names(), ["file"]);
}

#[test]
fn a_device_is_written_to_and_not_replaced() {
    assert_eq!(check_runs(&["counts", "--out", "/dev/null"]), "");
    assert!(!fs::metadata("/dev/null").unwrap().is_file());
}

#[test]
fn a_reader_that_leaves_early_is_no_error() {
    for args in [["counts", "--classes", "300000"], ["weights", "--classes", "300000"]] {
        for format in ["table", "csv", "json"] {
            let mut child = program(Path::new(REPOSITORY))
                .args(args)
                .args(["--format", format])
                .stdout(Stdio::piped())
                .stderr(Stdio::piped())
                .spawn()
                .unwrap();
            let mut first_line = String::new();
            BufReader::with_capacity(64, child.stdout.take().unwrap()).read_line(&mut first_line).unwrap();
            let mut complaint = String::new();
            child.stderr.take().unwrap().read_to_string(&mut complaint).unwrap();
            assert_eq!(complaint, "", "{args:?} {format}");
            assert!(child.wait().unwrap().success() && !first_line.is_empty(), "{args:?} {format}");
        }
    }
}

// ---- Lessons ----

#[test]
fn lessons_are_listed_and_one_that_does_not_hold_is_told_line_by_line() {
    let list = check_runs(&["lesson", "list"]);
    for (key, title) in [("accuracy-lies", "Accuracy lies"), ("when-it-hurts", "When it hurts, and what else there is")]
    {
        assert!(list.contains(key) && list.contains(title), "{list}");
    }
    let folder = Folder::new();
    let script = "format = 1\nminutes = 1\n[[scene]]\nkey = \"a\"\npictures = [\"recall\"]\ntrain = \"at_once\"\nclaims = [\"recall(CE, macro) > 0.99\"]\n";
    fs::write(folder.path().join("lesson.toml"), script).unwrap();
    fs::write(folder.path().join("en.md"), "# Title\n## a: Scene\nText.\n").unwrap();
    let ran = run_in(folder.path(), &["lesson", "check", "lesson.toml"]);
    assert_eq!(ran.code, Some(1));
    let told = "lesson.toml, line 7: on seed 1 of 3, recall(CE, macro) > 0.99 does not hold";
    assert!(ran.stderr.contains(told), "{}", ran.stderr);
    check_refused(&["lesson", "check", "nothing.toml"], "nothing.toml");
}

// ---- Pictures, and what is handed on ----

#[test]
fn pictures_are_drawn_into_files_or_to_standard_output() {
    let folder = Folder::new();
    fs::write(folder.path().join("a.toml"), "[training]\nepochs = 2\n").unwrap();
    let list = check_runs(&["figure", "--list"]);
    assert!(list.lines().count() > 20 && list.contains("recall "), "{list}");
    let to_stdout = run_in(folder.path(), &["figure", "recall", "a.toml"]);
    assert_eq!(to_stdout.code, Some(0), "{}", to_stdout.stderr);
    assert!(to_stdout.stdout.starts_with("<svg ") && to_stdout.stdout.contains("figure recall a.toml"));
    let ran = run_in(folder.path(), &["figure", "counts", "a.toml", "--out", "a.png", "--size", "400x300"]);
    assert_eq!(ran.code, Some(0), "{}", ran.stderr);
    assert!(fs::read(folder.path().join("a.png")).unwrap().starts_with(b"\x89PNG"));
    fs::write(folder.path().join("b.toml"), "seeds = 2\n[training]\nepochs = 2\n").unwrap();
    let all = run_in(folder.path(), &["figure", "all", "b.toml", "--out", "all", "--format", "pdf"]);
    assert_eq!(all.code, Some(0), "{}", all.stderr);
    // All but the two that need the results of a sweep.
    let n_files = fs::read_dir(folder.path().join("all")).unwrap().count();
    assert_eq!(n_files, list.lines().count() - 2);
    for (arguments, complaint) in [
        (&["figure", "nothing"][..], "--list"),
        (&["figure", "recall", "no.toml"], "no.toml"),
        (&["figure", "recall", "a.toml", "--out", "a.jpg"], ".svg, .pdf or .png"),
        (&["figure", "recall", "a.toml", "--size", "10x10"], "from 200 to 4000"),
        (&["figure", "sweep_points", "a.toml"], ".jsonl"),
        (&["figure", "all", "a.toml"], "--out FOLDER"),
        (&["figure", "recall", "a.toml", "--out", "a.toml"], ".svg, .pdf or .png"),
        (&["figure"], "PICTURE"),
    ] {
        let ran = run_in(folder.path(), arguments);
        assert!(ran.code != Some(0) && ran.stderr.contains(complaint), "{arguments:?}: {}", ran.stderr);
    }
}

#[test]
fn what_is_shared_can_be_trained_and_a_damaged_text_says_so() {
    let folder = Folder::new();
    fs::write(folder.path().join("a.toml"), "seed = 9\n[training]\nepochs = 2\n").unwrap();
    let text = run_in(folder.path(), &["share", "a.toml"]).stdout;
    let text = text.trim_end();
    assert!(text.starts_with("longtail-lab:1:") && text.len() < 200, "{text}");
    let of = |experiment: &str| run_in(folder.path(), &["train", experiment, "--format", "csv"]).stdout;
    assert_eq!(of(text), of("a.toml"));
    check_refused(&["train", &text[..text.len() - 1]], "damaged");
    let scene = check_runs(&["share", "focal", "--scene", "2"]);
    assert!(scene.len() < 200, "{scene}");
    check_refused(&["share", "focal", "--scene", "99"], "--scene is 99");
    check_refused(&["share", "nothing.toml"], "nothing.toml");
    // Without a display it is trained at once.
    let ran = run_in(folder.path(), &[text]);
    assert_eq!(ran.code, Some(0), "{}", ran.stderr);
    assert!(ran.stderr.contains("there is no display") && ran.stdout.contains("Macro recall"), "{}", ran.stderr);
}
