//! What people expect of a program in the terminal: completions, a manual page, quiet, tidy tables, and JSON as described.

use std::{fs, path::Path, process::Command};

use serde_json::Value;

const PROGRAM: &str = env!("CARGO_BIN_EXE_longtail-lab");

/// Exit code, standard output and standard error.
fn call(folder: &Path, args: &[&str]) -> (Option<i32>, String, String) {
    let output = Command::new(PROGRAM).args(args).current_dir(folder).output().expect("the program starts");
    let text = |bytes| String::from_utf8(bytes).expect("text");
    (output.status.code(), text(output.stdout), text(output.stderr))
}

fn check_runs(folder: &Path, args: &[&str]) -> String {
    let (code, stdout, stderr) = call(folder, args);
    assert_eq!(code, Some(0), "{args:?}: {stderr}");
    stdout
}

#[test]
fn completions_and_the_manual_page_know_every_subcommand() {
    let folder = tempfile::tempdir().unwrap();
    let help = check_runs(folder.path(), &["--help"]);
    let (_, list) = help.split_once("Commands:\n").expect("subcommands");
    let is_name = |line: &&str| line.starts_with("  ") && !line.starts_with("   ");
    let names: Vec<&str> = list
        .lines()
        .take_while(|line| !line.is_empty())
        .filter(is_name)
        .filter_map(|line| line.split_whitespace().next())
        .collect();
    assert!(names.len() > 15, "{names:?}");
    let manual = check_runs(folder.path(), &["man"]);
    assert!(manual.contains(".TH longtail-lab 1"), "{manual}");
    for shell in ["bash", "zsh", "fish"] {
        let script = check_runs(folder.path(), &["completions", shell]);
        for name in names.iter().filter(|name| **name != "help") {
            assert!(script.contains(name), "{shell} does not know {name}");
            assert!(manual.contains(name), "the manual page does not know {name}");
        }
    }
    assert!(manual.contains("normalise") && manual.contains("folds"), "flags of subcommands");
    let (code, stdout, stderr) = call(folder.path(), &["completions", "tcsh"]);
    assert_eq!((code, stdout.as_str(), stderr.lines().count()), (Some(2), "", 1), "{stderr}");
}

#[test]
fn quiet_says_results_and_faults_alone() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("a.csv"), "x,same,y\n1,5,a\n2,5,b\n3,5,a\n4,5,b\n").unwrap();
    let args = ["train", "--data", "a.csv", "--objective", "ce", "--epochs", "1", "--format", "csv"];
    let (_, loud, notes) = call(folder.path(), &args);
    assert!(notes.contains("same"), "{notes}");
    let (code, stdout, stderr) = call(folder.path(), &[&args[..], &["--quiet"]].concat());
    assert_eq!((code, stdout, stderr.as_str()), (Some(0), loud, ""));
    let (code, _, stderr) = call(folder.path(), &["train", "--quiet", "--data", "none.csv"]);
    assert!(code == Some(1) && stderr.contains("there is no such file"), "{stderr}");
}

#[test]
fn tidy_tables_have_a_row_for_each_class_or_figure() {
    let folder = tempfile::tempdir().unwrap();
    let args = ["train", "--classes", "4", "--objective", "ce,focal", "--seeds", "2", "--epochs", "2"];
    let answer: Value =
        serde_json::from_str(&check_runs(folder.path(), &[&args[..], &["--format", "json"]].concat())).unwrap();
    let runs = answer["runs"].as_array().unwrap();
    let table = |of: &str| {
        let text = check_runs(folder.path(), &[&args[..], &["--tidy", of]].concat());
        let mut reader = csv::Reader::from_reader(text.as_bytes());
        let header: Vec<String> = reader.headers().unwrap().iter().map(str::to_owned).collect();
        let rows: Vec<Vec<String>> =
            reader.records().map(|row| row.unwrap().iter().map(str::to_owned).collect()).collect();
        (header, rows)
    };
    let (header, rows) = table("classes");
    assert_eq!(header[4..], ["class", "train_count", "test_count", "class_weight", "recall"]);
    assert_eq!(rows.len(), 2 * 2 * 4);
    for (place, row) in rows.iter().enumerate() {
        let (run, class) = (&runs[place / 4], place % 4);
        assert_eq!(
            (&row[0], row[1].parse().ok()),
            (&run["objective"].as_str().unwrap().to_owned(), run["seed"].as_u64())
        );
        assert_eq!(row[5].parse::<u64>().ok(), run["counts"][class].as_u64());
        assert_eq!(row[8].parse::<f64>().ok(), run["test_per_class_recall"][class].as_f64());
    }
    let (header, rows) = table("metrics");
    assert_eq!(header[4..], ["metric", "value"]);
    assert_eq!(rows.len(), 4 * 10);
    for (place, row) in rows.iter().enumerate() {
        assert_eq!(row[5].parse::<f64>().ok(), runs[place / 10][&row[4]].as_f64(), "{row:?}");
    }
}

#[test]
fn a_sweep_and_a_merge_can_say_what_they_found_at_once() {
    let folder = tempfile::tempdir().unwrap();
    let sweep = ["sweep", "--classes", "3", "--max", "60", "--imbalance", "6", "--epochs", "2", "--seeds", "2"];
    let all = [&sweep[..], &["--objective", "ce,cb-softmax", "--beta", "0.9,0.99"]].concat();
    let table = check_runs(folder.path(), &[&all[..], &["--out", "a.jsonl", "--format", "table"]].concat());
    assert_eq!(table, check_runs(folder.path(), &["report", "a.jsonl"]));
    let (_, notes) = table.split_once("\n\n").expect("notes below the table");
    assert!(notes.lines().all(|line| line.chars().count() <= 100), "{notes}");
    for half in ["1/2", "2/2"] {
        let name = format!("{}.jsonl", &half[..1]);
        check_runs(folder.path(), &[&all[..], &["--shard", half, "--out", &name]].concat());
    }
    let merged = ["merge", "1.jsonl", "2.jsonl", "--out", "b.jsonl", "--format", "json"];
    assert_eq!(
        check_runs(folder.path(), &merged),
        check_runs(folder.path(), &["report", "a.jsonl", "--format", "json"])
    );
    let (code, _, stderr) = call(folder.path(), &[&all[..], &["--out", "-", "--format", "csv"]].concat());
    assert!(code == Some(1) && stderr.contains("keep the runs in a file"), "{stderr}");
}

// ---- JSON ----

/// Makes sure that a value is as a schema describes it, as far as ours go.
fn check_value(value: &Value, schema: &Value, path: &str) {
    let known = [
        "$schema",
        "title",
        "description",
        "type",
        "properties",
        "required",
        "additionalProperties",
        "items",
        "enum",
        "const",
        "minimum",
        "maximum",
    ];
    for key in schema.as_object().expect("a schema").keys() {
        assert!(known.contains(&key.as_str()), "{path}: this test does not know {key}");
    }
    if let Some(expected) = schema.get("const") {
        assert_eq!(value, expected, "{path}");
    }
    if let Some(choices) = schema.get("enum") {
        assert!(choices.as_array().expect("choices").contains(value), "{path}: {value}");
    }
    if let Some(types) = schema.get("type") {
        let types = types.as_array().cloned().unwrap_or_else(|| vec![types.clone()]);
        let is_one = types.iter().any(|one| match one.as_str().expect("a type") {
            "object" => value.is_object(),
            "array" => value.is_array(),
            "string" => value.is_string(),
            "integer" => value.is_u64() || value.is_i64(),
            "number" => value.is_number(),
            "boolean" => value.is_boolean(),
            "null" => value.is_null(),
            other => panic!("{path}: no type {other}"),
        });
        assert!(is_one, "{path}: {value} is none of {types:?}");
    }
    if let Some(number) = value.as_f64() {
        assert!(schema.get("minimum").and_then(Value::as_f64).is_none_or(|least| number >= least), "{path}: {number}");
        assert!(schema.get("maximum").and_then(Value::as_f64).is_none_or(|most| number <= most), "{path}: {number}");
    }
    if let (Some(items), Some(schema)) = (value.as_array(), schema.get("items")) {
        items.iter().enumerate().for_each(|(idx, item)| check_value(item, schema, &format!("{path}[{idx}]")));
    }
    if let (Some(fields), Some(properties)) = (value.as_object(), schema.get("properties")) {
        for (name, field) in fields {
            let described = properties.get(name).unwrap_or_else(|| panic!("{path}: {name} is not described"));
            check_value(field, described, &format!("{path}.{name}"));
        }
        for name in schema["required"].as_array().expect("names") {
            assert!(fields.contains_key(name.as_str().expect("a name")), "{path}: {name} is missing");
        }
    }
}

#[test]
fn json_is_as_the_schema_describes_it() {
    let text = fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/train.schema.json")).unwrap();
    let schema: Value = serde_json::from_str(&text).expect("JSON");
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("same.csv"), "x,same,y\n1,5,a\n2,5,b\n3,5,a\n4,5,b\n").unwrap();
    let mut seen = std::collections::BTreeSet::new();
    for args in [
        &["--built-in", "yeast", "--objective", "ce,ldam,ce-smote,sigmoid-focal", "--seeds", "2", "--epochs", "2"][..],
        &["--objective", "ce,ce-adjusted", "--epochs", "2", "--ownership"],
        &["--built-in", "page-blocks", "--test-share", "0", "--objective", "ce", "--epochs", "1", "--curves"],
        &["--counts", "50,0,5", "--objective", "ce", "--epochs", "1"],
        &["--data", "same.csv", "--keep", "same", "--objective", "ce", "--epochs", "1"],
    ] {
        let text = check_runs(folder.path(), &[&["train"], args, &["--format", "json"]].concat());
        let answer: Value = serde_json::from_str(&text).expect("JSON");
        check_value(&answer, &schema, "answer");
        seen.extend(answer.as_object().unwrap().keys().cloned());
        seen.extend(answer["runs"][0].as_object().unwrap().keys().cloned());
    }
    // What is described is there in one of these answers.
    let described = ["/properties", "/properties/runs/items/properties"].map(|place| schema.pointer(place).unwrap());
    for name in described.iter().flat_map(|properties| properties.as_object().unwrap().keys()) {
        assert!(seen.contains(name), "{name} is described and never there");
    }
}

#[test]
fn json_of_label_sets_is_as_the_schema_describes_it() {
    let text = fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/train.labels.schema.json")).unwrap();
    let schema: Value = serde_json::from_str(&text).expect("JSON");
    let mut seen = std::collections::BTreeSet::new();
    let folder = Path::new(env!("CARGO_MANIFEST_DIR"));
    let labels = "label1,label2,label3,label4,label5";
    for args in [
        &["--objective", "bce,focal-bce,asl,db-focal", "--threshold", "tuned", "--seeds", "2"][..],
        &["--objective", "asl,cb-bce", "--test-share", "0"],
    ] {
        let file = ["train", "--data", "tests/data/multilabel.csv", "--labels", labels, "--format", "json"];
        let answer: Value = serde_json::from_str(&check_runs(folder, &[&file, args].concat())).expect("JSON");
        check_value(&answer, &schema, "answer");
        seen.extend(answer.as_object().unwrap().keys().cloned());
        for run in answer["runs"].as_array().unwrap() {
            seen.extend(run.as_object().unwrap().keys().cloned());
        }
    }
    // What is described is there in one of these answers.
    let described = ["/properties", "/properties/runs/items/properties"].map(|place| schema.pointer(place).unwrap());
    for name in described.iter().flat_map(|properties| properties.as_object().unwrap().keys()) {
        assert!(seen.contains(name), "{name} is described and never there");
    }
}
