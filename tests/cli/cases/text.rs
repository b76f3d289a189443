//! Text from outside: thousands and decimal marks, separators, byte order marks, endless devices, names that would steer a
//! terminal or a spreadsheet.

use std::{
    fs::File,
    path::Path,
    process::{Command, Stdio},
};

use serde_json::Value;

use super::case;
use crate::support::{
    Folder, PROGRAM, Ran, check_is_refusal, check_runs, check_runs_in, program, run_in, without_display,
};

/// What `inspect` says of a text, as JSON, whether it can be imported or not.
fn inspected(name: &str, text: impl AsRef<[u8]>, flags: &[&str]) -> Value {
    let folder = Folder::new();
    folder.write(name, text);
    let ran = run_in(folder.path(), &[&["inspect", name, "--format", "json"], flags].concat());
    serde_json::from_str(&ran.stdout).unwrap_or_else(|error| panic!("{name}: {error}: {ran:?}"))
}

/// Name and role of every column.
fn roles(inspection: &Value) -> Vec<(String, String)> {
    let columns = inspection["columns"].as_array().expect("columns");
    columns.iter().map(|column| (text_of(&column["name"]), text_of(&column["role"]))).collect()
}

fn text_of(value: &Value) -> String {
    value.as_str().unwrap_or_else(|| panic!("{value} is no text")).to_owned()
}

/// Line and column of a table.
fn check_row(table: &str, column: &str, expected: &str) {
    let row = table.lines().find(|line| line.starts_with(&format!("{column} ")));
    let row = row.unwrap_or_else(|| panic!("no {column} in {table}"));
    assert!(row.contains(expected), "{row}");
}

/// Recall of training to the optimum, to be the same for the same numbers.
fn macro_recalls(folder: &Path, file: &str) -> (Vec<String>, String) {
    let args = ["train", "--data", file, "--label", "class", "--objective", "ce,balanced-ce", "--optimiser", "lbfgs"];
    let ran = run_in(folder, &[&args[..], &["--l2", "0", "--seeds", "3", "--format", "csv"]].concat());
    assert_eq!(ran.code, Some(0), "{ran:?}");
    let row = ran.stdout.lines().find(|line| line.starts_with("Macro recall")).expect("macro recall");
    (row.split(',').map(str::to_owned).collect(), ran.stderr)
}

// ---- Numbers ----

#[test]
fn csv_decimal_comma_after_row_200_is_found_from_all_rows() {
    let folder = case("csv_decimal_comma_after_row_200");
    for flags in [&[][..], &["--decimal", "comma"]] {
        let table = check_runs_in(&folder, &[&["inspect", "d.csv"], flags].concat());
        check_row(&table, "x", "numbers");
        check_row(&table, "y", "numbers");
        assert!(table.contains("295 rows, 2 features") && table.contains("decimal comma"), "{table}");
    }
}

#[test]
fn csv_thousands_proof_tells_for_the_columns_beside_it() {
    let folder = case("csv_thousands_proof");
    let ran = run_in(&folder, &["inspect", "d.csv"]);
    assert!(ran.stdout.contains("decimal point"), "{ran:?}");
    for column in ["price", "area"] {
        check_row(&ran.stdout, column, "numbers");
        check_row(&ran.stdout, column, "thousands are marked by commas");
    }
    assert!(ran.stderr.contains("price, area are read as numbers: thousands are marked by commas"), "{ran:?}");
}

#[test]
fn csv_thousands_quoted_silent_gives_what_the_plain_numbers_give_and_says_so() {
    let folder = case("csv_thousands_quoted_silent");
    let (plain, silence) = macro_recalls(&folder, "plain.csv");
    let (marked, note) = macro_recalls(&folder, "d.csv");
    assert_eq!((marked, silence.as_str()), (plain, ""));
    assert!(note.contains("\"4,952\" in line 3 can be 4952, where the decimal mark is a point, or 4.952"), "{note}");
    assert!(note.contains("It is taken for 4952, and so in income; say --decimal point or --decimal comma"), "{note}");
    let told = run_in(&folder, &["inspect", "d.csv", "--decimal", "point"]);
    assert!(!told.stderr.contains("can be 4952"), "{told:?}");
}

#[test]
fn thousands_are_read_alike_whatever_marks_and_separates_them() {
    // Mark, decimal mark, separator.
    for (mark, decimal, separator) in [
        (",", ".", ";"),
        (",", ".", "\t"),
        (",", ".", "|"),
        (",", ".", ","),
        (".", ",", ";"),
        (".", ",", ","),
        (".", ",", "\t"),
        ("'", ".", ","),
        ("’", ",", ";"),
        (" ", ",", ";"),
        (" ", ".", ","),
        ("\u{a0}", ",", ";"),
        ("\u{202f}", ",", "\t"),
        ("\u{2009}", ".", ","),
    ] {
        let quote = if [mark, decimal].contains(&separator) { "\"" } else { "" };
        // The last column tells the decimal mark; numbers of the first can be read in two ways where the mark is one.
        let row = |i: usize| {
            let number = format!("{quote}{}{mark}{:03}{quote}", i % 7 + 1, i * 37 % 1000);
            let told = format!("{quote}0{decimal}{}{quote}", i % 9);
            [number, told, if i.is_multiple_of(2) { "a" } else { "b" }.to_owned()].join(separator)
        };
        let rows = (0..300).map(row).collect::<Vec<_>>().join("\n");
        let text = format!("{}\n{rows}\n", ["big", "small", "class"].join(separator));
        let found = inspected("d.csv", &text, &[]);
        let name = format!("{mark:?} {decimal:?} {separator:?}: {found}");
        assert_eq!(found["dialect"]["decimal"], if decimal == "," { "comma" } else { "point" }, "{name}");
        assert_eq!((&found["n_rows"], &found["n_features"]), (&300.into(), &2.into()), "{name}");
        assert!(found["columns"][0]["thousands"].is_string(), "{name}");
        assert!(found["columns"][0]["two_readings"].is_null(), "{name}");
    }
}

#[test]
fn what_can_be_read_in_two_ways_is_named_unless_a_decimal_mark_is_chosen() {
    for (text, is_unsure, decimal) in [
        // Thousands beside small whole numbers.
        ("n;class\n185;a\n4.952;b\n3.369;b\n323;a\n", true, "comma"),
        ("n\tclass\n4.952\ta\n3.369\tb\n", true, "point"),
        ("n;class\n4,952;a\n3,369;b\n", true, "comma"),
        ("n,class\n\"4,952\",a\n\"3,369\",b\n", true, "point"),
        // A file in which columns contradict each other does not tell.
        ("n;p;c;class\n4,952;0.5;0,5;a\n3,369;0.7;0,7;b\n", true, "comma"),
        // Three decimals in a file with commas between fields, and a column that tells by itself.
        ("n,class\n4.952,a\n3.369,b\n", false, "point"),
        ("n;class\n4,952;a\n0,369;b\n", false, "comma"),
        ("n;class\n4.952;a\n3.36;b\n", false, "point"),
        ("n;class\n1.234.567;a\n2.345.678;b\n", false, "comma"),
    ] {
        let found = inspected("d.csv", text, &[]);
        let unsure = &found["columns"][0]["two_readings"];
        assert_eq!(unsure.is_object(), is_unsure, "{text}{found}");
        assert_eq!(found["dialect"]["decimal"], decimal, "{text}{found}");
        for decimal in ["point", "comma"] {
            let told = inspected("d.csv", text, &["--decimal", decimal]);
            assert!(told["columns"][0]["two_readings"].is_null(), "{text}{told}");
        }
    }
}

#[test]
fn ok_codes_with_e_are_words() {
    let table = check_runs_in(&case("ok_codes_with_E"), &["inspect", "d.csv"]);
    check_row(&table, "code", "text, one-hot 4");
}

#[test]
fn ok_na_class_said_and_marks_can_be_chosen() {
    let folder = case("ok_na_class_said");
    let ran = run_in(&folder, &["inspect", "d.csv"]);
    assert!(ran.stdout.contains("2 rows with missing values are dropped (2 in label continent)"), "{ran:?}");
    let table = check_runs_in(&folder, &["inspect", "d.csv", "--missing", "?"]);
    assert!(table.contains("EU 2, NA 2, SA 2"), "{table}");
}

// ---- Separators and names ----

#[test]
fn whitespace_data_is_read_as_columns() {
    let table = check_runs_in(&case("whitespace_data"), &["inspect", "d.data"]);
    assert!(table.contains("separator white_space") && table.contains("4 rows"), "{table}");
    assert!(table.contains("MIT 2") && table.contains("CYT 2"), "{table}");
    assert_eq!(table.lines().filter(|line| line.contains(" numbers ")).count(), 3, "{table}");
}

#[test]
fn white_space_of_any_kind_separates() {
    // As UCI's ecoli, german and auto-mpg are laid out.
    let ecoli = "AAT_ECOLI   0.49  0.29  0.48  0.50  0.56  0.24  0.35   cp\nACEA_ECOLI  0.07  0.40  0.48  0.50  0.54  0.35  0.44   im\n";
    let german = "A11 6 A34 A43 1169 A65 A75 4 1 \nA12 48 A32 A43 5951 A61 A73 2 2 \n";
    let auto = "18.0   8   307.0      130.0      3504.      12.0   70  1\t\"chevrolet chevelle malibu\"\n15.0   8   350.0      165.0      3693.      11.5   70  1\t\"buick skylark 320\"\n";
    let leading = "   1   0.5  a\n  12   0.25 b\n 123  10.5  a\n";
    let comma = "width  height  kind\n0,58  0,61  MIT\n0,43  0,67  CYT\n";
    for (text, n_columns, n_rows) in [(ecoli, 9, 2), (german, 9, 2), (auto, 9, 2), (leading, 3, 3), (comma, 3, 2)] {
        let found = inspected("d.data", text, &[]);
        assert_eq!(found["dialect"]["separator"], "white_space", "{found}");
        assert_eq!(
            (found["columns"].as_array().expect("columns").len(), &found["n_rows"]),
            (n_columns, &n_rows.into())
        );
    }
    // It can be chosen, and so can anything else.
    for name in ["white-space", "space", " "] {
        let found = inspected("d.csv", "a,b 1 x\na,c 2 y\n", &["--separator", name]);
        assert_eq!(roles(&found).len(), 3, "{found}");
    }
    assert_eq!(roles(&inspected("d.data", german, &["--separator", "comma"])).len(), 1);
}

#[test]
fn csv_unnamed_index_beside_x1_gets_a_name_of_its_own() {
    let folder = case("csv_unnamed_index_beside_x1");
    let ran = run_in(&folder, &["inspect", "d.csv"]);
    check_row(&ran.stdout, "x1 (2)", "left out");
    check_row(&ran.stdout, "x1", "numbers");
    assert!(ran.code == Some(0) && ran.stdout.contains("4 rows, 2 features"), "{ran:?}");
    assert!(ran.stderr.contains("x1 (2) is left out: it has no name and holds whole numbers"), "{ran:?}");
    let kept = check_runs_in(&folder, &["inspect", "d.csv", "--keep", "x1 (2)"]);
    check_row(&kept, "x1 (2)", "numbers");
}

#[test]
fn no_two_columns_or_features_have_the_same_name() {
    let found = inspected("d.csv", "x2,,x2 (2),k,k=u,k,y\n1,2,3,u,5,v,p\n2,3,1,w,7,u,q\n3,1,1,u,1,v,q\n", &[]);
    let names: Vec<String> = roles(&found).into_iter().map(|(name, _)| name).collect();
    assert_eq!(names, ["x2", "x2 (3)", "x2 (2)", "k", "k=u", "k (2)", "y"]);
    let folder = Folder::new();
    folder.write("d.csv", "a,a,b,y\n1,2,3,p\n2,1,1,q\n3,4,1,q\n4,1,2,p\n");
    let ran = run_in(folder.path(), &["inspect", "d.csv"]);
    assert_eq!(ran.code, Some(0), "{ran:?}");
    assert!(ran.stderr.contains("note: a (2) is called a in the file, as others are"), "{ran:?}");
    let one = run_in(folder.path(), &["inspect", "d.csv", "--drop", "a,b", "--format", "json"]);
    assert!(one.code == Some(0) && one.stdout.contains("\"n_features\": 1"), "{one:?}");
}

#[test]
fn the_label_of_a_file_without_header_is_the_last_column_that_holds_anything() {
    let found = inspected("d.csv", "1.5,2,?\n2.5,3,a\n3.5,1,b\n", &[]);
    assert_eq!((&found["label"], &found["n_dropped"]), (&"x3".into(), &1.into()));
    let found = inspected("d.csv", "1.5,a,\n2.5,a,\n3.5,b,\n", &[]);
    assert_eq!(found["label"], "x2");
}

// ---- Byte order marks ----

#[test]
fn json_bom_is_no_part_of_the_text() {
    let csv = check_runs_in(&case("json_bom"), &["loss", "l.json", "--format", "csv"]);
    assert!(csv.contains("0.17328679513998632"), "{csv}");
}

#[test]
fn ok_bom_quoted_header_names_the_columns() {
    let found = check_runs_in(&case("ok_bom_quoted_header"), &["inspect", "d.csv", "--format", "csv"]);
    let names: Vec<&str> = found.lines().skip(1).filter_map(|line| line.split(',').next()).collect();
    assert_eq!(names, ["a", "b", "class"]);
}

#[test]
fn a_byte_order_mark_is_taken_off_every_text() {
    let folder = Folder::new();
    let marked = |text: &str| format!("\u{feff}{text}");
    let keel = "@relation r\n@attribute a real [0, 9]\n@attribute y {p, q}\n@data\n1, p\n2, q\n";
    folder
        .write("d.csv", marked("a,y\n1,p\n2,q\n"))
        .write("d.tsv", marked("a\ty\n1\tp\n2\tq\n"))
        .write("d.data", marked("a  y\n1  p\n2  q\n"))
        .write("d.dat", marked(keel))
        .write("counts.txt", marked("50\n5\n"))
        .write("e.toml", marked("[training]\nepochs = 1\n[distribution]\nmax_count = 60\n"))
        .write("s.toml", marked("experiment_file = \"e.toml\"\nobjectives = [\"ce\"]\n[vary]\nl2 = [0.0, 0.1]\n"))
        .write(
            "l.json",
            marked("[{\"head\":\"softmax\",\"gamma\":0,\"class_weights\":[1,1],\"logits\":[[0,0]],\"labels\":[1]}]"),
        );
    for name in ["d.csv", "d.tsv", "d.data", "d.dat"] {
        let table = check_runs_in(folder.path(), &["inspect", name]);
        check_row(&table, "a", "numbers");
    }
    check_runs_in(folder.path(), &["counts", "--counts-file", "counts.txt"]);
    check_runs_in(folder.path(), &["train", "e.toml"]);
    check_runs_in(folder.path(), &["sweep", "s.toml", "--save", "-"]);
    check_runs_in(folder.path(), &["loss", "l.json"]);
    let standard_input = File::open(folder.path().join("l.json")).expect("the file");
    let ran: Ran = program(folder.path()).args(["loss", "-"]).stdin(standard_input).output().expect("it starts").into();
    assert_eq!((ran.code, ran.stderr.as_str()), (Some(0), ""), "{ran:?}");
}

#[test]
fn text_in_utf_16_is_read_as_data_and_named_elsewhere() {
    let folder = Folder::new();
    let of = |text: &str| format!("\u{feff}{text}").encode_utf16().flat_map(u16::to_le_bytes).collect::<Vec<u8>>();
    folder.write("d.csv", of("a,y\n1,p\n2,q\n")).write("e.toml", of("seed = 1\n")).write("l.json", of("[]"));
    folder.write("c.txt", of("5\n3\n"));
    let found = run_in(folder.path(), &["inspect", "d.csv"]);
    assert!(
        found.code == Some(0) && found.stdout.contains("UTF-16LE") && found.stdout.contains("p 1, q 1"),
        "{found:?}"
    );
    folder.check_refused(&["train", "e.toml"], "text in UTF-16, not text in UTF-8: save it as UTF-8");
    folder.check_refused(&["sweep", "e.toml", "--save", "-"], "text in UTF-16");
    folder.check_refused(&["counts", "--counts-file", "c.txt"], "text in UTF-16");
    folder.check_refused(&["loss", "l.json"], "text in UTF-16");
}

// ---- Endless devices (10-endless-device) ----

/// Calls the program with a limit to its memory, in KiB.
fn run_in_little_memory(folder: &Path, args: &[&str], standard_input: Stdio) -> Ran {
    const LIMIT: &str = "ulimit -v 4000000; exec \"$0\" \"$@\"";
    let mut command = Command::new("sh");
    command.args(["-c", LIMIT, PROGRAM]).args(args).current_dir(folder).env("XDG_DATA_HOME", folder);
    without_display(&mut command);
    command.stdin(standard_input).output().expect("the program starts").into()
}

#[test]
fn endless_devices_are_refused_by_every_reader() {
    let folder = Folder::new();
    for name in ["z.toml", "z.csv", "z.dat", "z.txt", "z.json", "z.jsonl"] {
        std::os::unix::fs::symlink("/dev/zero", folder.path().join(name)).expect("a link");
    }
    for args in [
        &["train", "/dev/zero"][..],
        &["train", "z.toml"],
        &["z.toml"],
        &["sweep", "z.toml", "--save", "-"],
        &["counts", "--counts-file", "z.txt"],
        &["loss", "z.json"],
        &["report", "z.jsonl"],
    ] {
        let ran = run_in_little_memory(folder.path(), args, Stdio::null());
        check_is_refusal(&ran, "more than 64 MiB without a line end", &args.join(" "));
    }
    for args in [&["inspect", "z.csv"][..], &["inspect", "z.dat"], &["train", "--data", "z.csv"], &["z.csv"]] {
        let ran = run_in_little_memory(folder.path(), args, Stdio::null());
        check_is_refusal(&ran, "67108864 bytes", &args.join(" "));
    }
    for args in [&["loss", "-"][..], &["counts", "--counts-file", "-"], &["sweep", "-", "--save", "-"]] {
        let zeros = File::open("/dev/zero").expect("zeros without end");
        let ran = run_in_little_memory(folder.path(), args, zeros.into());
        check_is_refusal(&ran, "more than 64 MiB without a line end", &args.join(" "));
    }
}

#[test]
fn a_text_without_end_is_refused_where_its_limit_is() {
    let folder = Folder::new();
    for (args, limit) in [(&["loss", "-"][..], "256 MiB"), (&["counts", "--counts-file", "-"], "64 MiB")] {
        let mut yes = Command::new("yes").stdout(Stdio::piped()).spawn().expect("yes");
        let ran = run_in_little_memory(folder.path(), args, yes.stdout.take().expect("its output").into());
        yes.kill().and_then(|()| yes.wait()).expect("yes ends");
        check_is_refusal(&ran, &format!("it has more than {limit}"), &args.join(" "));
    }
}

// ---- Terminals (12-terminal-escapes) ----

/// Whether a text is free of what steers a terminal.
fn check_harmless(ran: &Ran, name: &str) {
    for text in [&ran.stdout, &ran.stderr] {
        let harmful = |c: char| c != '\n' && (c.is_control() || "\u{202e}\u{2066}\u{200b}\u{feff}".contains(c));
        assert!(!text.contains(harmful), "{name}: {text:?}");
    }
}

#[test]
fn names_do_not_steer_the_terminal() {
    let folder = case("12-terminal-escapes");
    let table = run_in(&folder, &["inspect", "evil.csv"]);
    check_harmless(&table, "inspect");
    check_row(&table.stdout, "\\x1b[2Jcol", "numbers");
    let trained = run_in(&folder, &["train", "evil.toml", "--epochs", "1"]);
    check_harmless(&trained, "train");
    assert_eq!(trained.code, Some(0), "{trained:?}");
    assert!(trained.stdout.contains("\\x1b[31m\\x1b]0;pwned\\x07"), "{trained:?}");
    let refused = run_in(&folder, &["train", "--data", "evil.csv", "--label", "nope"]);
    check_is_refusal(&refused, "\\x1b[2Jcol", "train");
    check_harmless(&refused, "a refusal");
}

#[test]
fn paths_and_arguments_do_not_steer_the_terminal() {
    let folder = Folder::new();
    let evil = "\u{1b}[31mred\n\u{202e}\u{200b}\u{7f}\u{9b}";
    let path = format!("{evil}.csv");
    folder.write(&path, "a,y\n1,p\n2,q\n");
    let table = run_in(folder.path(), &["inspect", &path]);
    check_harmless(&table, "a path");
    assert!(table.stdout.contains("\\x1b[31mred\\n\\u{202e}\\u{200b}\\x7f\\u{9b}.csv: separator"), "{table:?}");
    for args in [
        &["inspect", evil][..],
        &[evil],
        &["train", evil],
        &["train", "--objective", evil],
        &["train", &format!("--{evil}")],
        &["counts", "--counts", evil],
        &["counts", "--classes", evil],
        &["counts", "--profile", evil],
        &["loss", evil],
        &["report", evil],
        &["sweep", "--vary", evil, "--out", "r.jsonl"],
        &["counts", "--out", &format!("{evil}/x")],
        &["inspect", &path, "--label", evil],
        &["inspect", &path, "--separator", evil],
        &["weights", "Usage: \nUsage: x", "--scheme"],
    ] {
        let ran = run_in(folder.path(), args);
        check_harmless(&ran, &format!("{args:?}"));
        assert!(matches!(ran.code, Some(1 | 2)), "{args:?}: {ran:?}");
        let sentences = ran.stderr.lines().filter(|line| line.starts_with("longtail-lab: ")).count();
        assert_eq!((sentences, ran.stderr.lines().count()), (1, 1), "{args:?}: {ran:?}");
    }
}

#[test]
fn names_break_no_table_and_stay_whole_for_programs() {
    let folder = Folder::new();
    let names = ["크기", "e\u{301}toile", "a\\nb", "two\nlines", "plain"];
    let rows = (0..100).fold(String::new(), |rows, i| rows + &format!("{},{},\"{}\"\n", i % 7, i % 3, names[i % 5]));
    folder.write("d.csv", format!("x,\"wide 너비\",class\n{rows}"));
    let ran = run_in(folder.path(), &["train", "--data", "d.csv", "--epochs", "1"]);
    let table: Vec<&str> = ran.stdout.lines().take_while(|line| !line.starts_with("Macro")).collect();
    assert_eq!(table.iter().filter(|line| line.contains("two\\nlines")).count(), 1, "{table:?}");
    assert_eq!(table.len(), 2 + names.len() + 1, "{table:?}");
    let csv = check_runs_in(folder.path(), &["train", "--data", "d.csv", "--epochs", "1", "--format", "csv"]);
    assert!(csv.contains("\"two\nlines\"") && csv.contains("e\u{301}toile"), "{csv}");
}

// ---- Long names (02-table-panic-65536) ----

#[test]
fn names_longer_than_a_table_can_be_wide_are_cut_there_and_whole_elsewhere() {
    let folder = Folder::new();
    let long = "a".repeat(65_540);
    folder.write("longname.csv", format!("{long},y\n1,p\n2,q\n"));
    let rows = (0..40).fold(String::new(), |rows, i| rows + &format!("{i},{}\n", if i % 2 == 0 { "q" } else { &long }));
    folder.write("longlabel.csv", format!("x,y\n{rows}"));
    folder.write(
        "longobj.toml",
        format!("[training]\nepochs = 1\n[distribution]\nmax_count = 60\n[[objective]]\nname = \"{long}\"\n[[objective]]\nname = \"b\"\ngamma = 2.0\n"),
    );
    for args in [
        &["inspect", "longname.csv"][..],
        &["train", "longlabel.csv", "--epochs", "1"],
        &["train", "longlabel.csv", "--epochs", "1", "--ownership"],
        &["train", "longlabel.csv", "--epochs", "1", "--seeds", "2"],
        &["train", "longobj.toml"],
        &["train", "longobj.toml", "--curves"],
        &["train", "longobj.toml", "--ownership"],
        &["longobj.toml"],
    ] {
        let ran = run_in(folder.path(), args);
        assert_eq!(ran.code, Some(0), "{args:?}: {}", ran.stderr);
        assert!(ran.stdout.contains('…'), "{args:?}: {}", ran.stdout);
        let widest = ran.stdout.lines().map(|line| line.chars().count()).max();
        assert!(widest < Some(1000), "{args:?}: {widest:?}");
    }
    let csv = run_in(folder.path(), &["inspect", "longname.csv", "--format", "csv"]).stdout;
    assert!(csv.contains(&long));
    let json = run_in(folder.path(), &["train", "longlabel.csv", "--epochs", "1", "--format", "json"]).stdout;
    assert!(json.contains(&long));
}

// ---- Spreadsheets ----

#[test]
fn csv_comes_back_as_it_was_and_is_safe_in_spreadsheets_when_it_is_asked_for() {
    let folder = Folder::new();
    let names = ["=1+1", "+a", "-2+3", "@SUM(1)", "-5", "plain"];
    let rows = (0..120).fold(String::new(), |rows, i| rows + &format!("{},{}\n", i % 7, names[i % 6]));
    folder.write("d.csv", format!("=x,class\n{rows}"));
    let train = ["train", "--data", "d.csv", "--epochs", "1", "--format", "csv"];
    let first_cells = |csv: &str| -> Vec<String> {
        csv.lines()
            .skip(1)
            .take(names.len())
            .map(|line| line.split(',').next().unwrap_or_default().to_owned())
            .collect()
    };
    let mut raw = first_cells(&check_runs_in(folder.path(), &train));
    raw.sort();
    let mut expected = names.map(str::to_owned);
    expected.sort();
    assert_eq!(raw, expected);
    let mut safe = first_cells(&check_runs_in(folder.path(), &[&train[..], &["--spreadsheet"]].concat()));
    safe.sort();
    assert_eq!(safe, ["'+a", "'-2+3", "'=1+1", "'@SUM(1)", "-5", "plain"]);
    let columns = check_runs_in(folder.path(), &["inspect", "d.csv", "--format", "csv", "--spreadsheet"]);
    assert!(columns.contains("\n'=x,"), "{columns}");
    for help in [&["train", "--help"][..], &["inspect", "--help"], &["report", "--help"]] {
        assert!(check_runs(help).contains("--spreadsheet"), "{help:?}");
    }
}
