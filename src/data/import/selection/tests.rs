//! Whole texts through scan, inspection and import.

use super::*;
use crate::data::{DecimalMark, FileFormat, GroupMark, ManyValues, ReadHooks, TextEncoding, read_table};

fn settings(label: &str, drop: &[&str], keep: &[&str]) -> ImportSettings {
    let owned = |names: &[&str]| names.iter().map(|&name| name.to_owned()).collect();
    ImportSettings { label: Some(label.to_owned()), drop: owned(drop), keep: owned(keep), ..ImportSettings::default() }
}

fn inspect(text: &str, settings: &ImportSettings) -> Inspection {
    Scan::read(text.as_bytes(), None, settings, &ReadHooks::silent()).unwrap().inspect(settings)
}

fn report<'a>(inspection: &'a Inspection, name: &str) -> &'a ColumnReport {
    inspection.columns.iter().find(|column| column.name == name).unwrap()
}

fn check_refused(text: &str, expected: &str) {
    let refused = read_table(text.as_bytes(), &settings("y", &[], &[])).unwrap_err().to_string();
    assert!(refused.contains(expected), "{text:?}: {refused}");
}

#[test]
fn a_file_with_byte_order_mark_spaces_quotes_and_the_label_in_the_middle_is_read() {
    let text = "\u{feff}a, y ,b\r\n1,\"p, q\",2\r\n 3 ,r,-4e-1\r\n";
    let table = read_table(text.as_bytes(), &settings("y", &[], &[])).unwrap().table;
    assert_eq!(table.feature_names, ["a", "b"]);
    assert_eq!(table.features, ndarray::array![[1.0, 2.0], [3.0, -0.4]]);
    assert_eq!((&table.labels[..], &table.class_labels[..]), (&[0, 1][..], &["p, q".to_owned(), "r".to_owned()][..]));
}

#[test]
fn rows_with_gaps_are_dropped_counted_and_explained_and_columns_left_out_cost_no_row() {
    let text = "a,b,k,y\n1,?,u,p\n2,5,u,q\nNA,6,v,q\n4,7,,p\n5,8,w,\n6,?,v,p\n";
    let all = inspect(text, &settings("y", &[], &[]));
    assert_eq!((all.n_rows, all.n_dropped, all.n_without_label), (6, 5, 1));
    assert_eq!(report(&all, "b").n_missing, 2);
    assert_eq!(all.missing_marks, [("empty".to_owned(), 2), ("NA".to_owned(), 1), ("?".to_owned(), 2)]);
    assert_eq!(
        all.fault.as_deref(),
        Some("every row that can be used has the same label \"q\": a comparison needs at least 2 classes")
    );

    let some = inspect(text, &settings("y", &["b"], &[]));
    assert_eq!((some.n_dropped, &some.class_counts), (3, &vec![("p".to_owned(), 2), ("q".to_owned(), 1)]));
    assert_eq!(
        some.dropped(|n| n.to_string()).unwrap(),
        "3 rows with missing values are dropped (1 in a, 1 in k, 1 in label y)"
    );
    // The value w stands in dropped rows alone.
    assert_eq!((some.fault.clone(), report(&some, "k").role.clone(), some.n_features), (None, Role::OneHot(2), 3));
    let table = read_table(text.as_bytes(), &settings("y", &["b"], &[])).unwrap().table;
    assert_eq!(table.feature_names, ["a", "k=u", "k=v"]);
    assert_eq!(table.features, ndarray::array![[1.0, 1.0, 0.0], [2.0, 1.0, 0.0], [6.0, 0.0, 1.0]]);
    assert_eq!(table.labels, [0, 1, 0]);
}

#[test]
fn columns_that_say_nothing_are_left_out_with_their_reason_and_can_be_kept() {
    let row = |n: usize| format!("{},7,w{n},{},{},,{}", (n + 30) % 60, if n < 40 { "" } else { "1" }, n % 9, n % 2);
    let text = "id,seven,name,rare,x,none,y\n".to_owned() + &(0..60).map(row).collect::<Vec<_>>().join("\n");
    let inspection = inspect(&text, &settings("y", &[], &[]));
    let reasons: Vec<&Role> = inspection.columns.iter().map(|column| &column.role).collect();
    let left_out =
        [LeftOut::RowNumbers, LeftOut::Constant("7".into()), LeftOut::ManyValues(60), LeftOut::MostlyMissing];
    let mut expected: Vec<Role> = left_out.map(Role::LeftOut).to_vec();
    expected.extend([Role::Number, Role::LeftOut(LeftOut::Empty), Role::Label]);
    assert_eq!(reasons, expected.iter().collect::<Vec<_>>());
    assert_eq!((inspection.n_features, inspection.n_dropped), (1, 0));
    let why = report(&inspection, "name").explanation();
    assert_eq!(why, "text with 60 different values (\"w0\" in line 2), which can be grouped or hashed");

    let mut kept = settings("y", &[], &[]);
    for name in ["id", "rare", "none"] {
        kept.set_used(report(&inspection, name), true);
    }
    let inspection = inspect(&text, &kept);
    assert_eq!((inspection.n_features, inspection.n_dropped), (3, 40));
    kept.set_used(report(&inspection, "id"), false);
    assert_eq!(report(&inspect(&text, &kept), "id").role, Role::LeftOut(LeftOut::Chosen));
    kept.set_used(report(&inspect(&text, &kept), "id"), true);
    // What is taken back is as it was found.
    assert_eq!(report(&inspect(&text, &kept), "id").role, Role::LeftOut(LeftOut::RowNumbers));
}

#[test]
fn names_are_made_up_where_there_is_no_header_and_the_last_column_that_holds_something_is_the_label() {
    let inspection = inspect("1.5;2;a;\n2,5;3;b;\n", &ImportSettings::default());
    assert_eq!(
        inspection.columns.iter().map(|column| column.name.as_str()).collect::<Vec<_>>(),
        ["x1", "x2", "x3", "x4"]
    );
    assert_eq!(inspection.label.as_deref(), Some("x3"));
    assert_eq!(inspection.first_rows[1], ["2,5", "3", "b", ""]);
}

#[test]
fn a_keel_file_gives_what_the_same_table_in_csv_gives() {
    let keel = "@relation r\n@attribute a real [0, 9]\n@attribute k {1, 2}\n@attribute y {p, q}\n@inputs a, k\n@outputs y\n@data\n\
        1.5, 1, p\n% between\n2, 2, q\n<null>, 1, p\n";
    let of_keel = read_table(keel.as_bytes(), &ImportSettings::default()).unwrap();
    assert_eq!((of_keel.inspection.format, of_keel.inspection.n_dropped), (FileFormat::Keel, 1));
    // A nominal attribute holds names, even if these are numbers.
    assert_eq!(of_keel.table.feature_names, ["a", "k=1", "k=2"]);
    let csv = "a,k,y\n1.5,one,p\n2,two,q\n,one,p\n";
    let of_csv = read_table(csv.as_bytes(), &ImportSettings::default()).unwrap();
    assert_eq!((&of_keel.table.features, &of_keel.table.labels), (&of_csv.table.features, &of_csv.table.labels));
}

#[test]
fn each_fault_is_named_with_its_place() {
    check_refused("", "the data file is empty");
    check_refused(" \n\n", "the data file is empty");
    check_refused("a,y\n", "no rows");
    check_refused("@attribute a real\n@attribute a {p, q}\n@data\n1,p\n", "two columns are called \"a\"");
    check_refused("a,b\n1,2\n", "no column \"y\": the columns are a, b");
    check_refused("a,y\n1,p\n1,2,q\n", "line 3 has 3 fields, there are 2 columns");
    check_refused("a,y\n1,p\n2,p\n", "the same label \"p\"");
    check_refused("a,y\n1,\n2,?\n", "every one of the 2 rows has a missing value, most of them in \"y\"");
    check_refused("y\np\nq\n", "no feature column is left");
    check_refused("a,y\n1,\"p\n2,q\n", "line 2: a quote is opened and never closed");
    let refused = read_table("a,y\n1,p\n2,q\n".as_bytes(), &settings("y", &["b"], &[])).unwrap_err().to_string();
    assert!(refused.contains("no column \"b\""), "{refused}");
}

#[test]
fn too_many_labels_and_bytes_that_are_no_text_are_refused() {
    let many = |n: usize| "a,y\n".to_owned() + &(0..n).map(|i| format!("{},{i}", i % 7)).collect::<Vec<_>>().join("\n");
    check_refused(&many(1001), "1001 different values");
    check_refused(&many(20_000), "more than 10000 different values");
    let in_utf8 = ImportSettings { encoding: Some(TextEncoding::UTF_8), ..settings("y", &[], &[]) };
    for bytes in [&b"a,y\n\xff,p\n"[..], &b"a,y\n1,\xff\xfe\n"[..]] {
        let refused = read_table(bytes, &in_utf8).unwrap_err().to_string();
        assert!(refused.contains("line 2 is not text in UTF-8"), "{refused}");
    }
    // Zeros are in no text, whatever its encoding.
    let refused = read_table(&b"a,y\n1,\xff\0\n"[..], &settings("y", &[], &[])).unwrap_err().to_string();
    assert!(refused.contains("line 2 is not text in UTF-8"), "{refused}");
}

#[test]
fn an_inspection_shows_what_there_is_up_to_a_fault() {
    let inspection = inspect("a,y\n1,p\n1,2,q\n", &settings("y", &[], &[]));
    assert_eq!((inspection.n_rows, inspection.first_rows.len(), inspection.columns.len()), (1, 2, 2));
    assert!(inspection.fault.unwrap().contains("line 3"));
}

#[test]
fn columns_and_features_have_names_of_their_own() {
    let text = ",x1,k,k=u,k,y\n0.5,2,u,1,v,p\n1.5,3,v,7,u,q\n2.5,1,u,3,u,q\n";
    let imported = read_table(text.as_bytes(), &settings("y", &[], &[])).unwrap();
    let expected = ["x1 (2)", "x1", "k=u (2)", "k=v", "k=u", "k (2)=u", "k (2)=v"];
    assert_eq!(imported.table.feature_names, expected);
    assert_eq!(imported.inspection.notes(), ["k (2) is called k in the file, as others are"]);
}

#[test]
fn every_column_tells_how_it_is_written_and_what_is_open_is_asked() {
    let text = "big;n;small;y\n1.234;185;0,5;p\n2.345;4,952;0,25;q\n";
    let found = inspect(text, &settings("y", &[], &[]));
    assert_eq!((report(&found, "big").thousands, report(&found, "n").thousands), (Some(GroupMark::Point), None));
    assert_eq!((found.dialect.decimal, found.question()), (DecimalMark::Comma, None));
    assert_eq!(found.notes(), ["big is read as numbers: thousands are marked by points"]);
    let table = read_table(text.as_bytes(), &settings("y", &[], &[])).unwrap().table;
    assert_eq!(table.features, ndarray::array![[1234.0, 185.0, 0.5], [2345.0, 4.952, 0.25]]);

    let text = "big;other;y\n1.5;0,5;p\n2.5;0,25;q\n";
    let found = inspect(text, &settings("y", &[], &[]));
    assert_eq!(found.dialect.decimal, DecimalMark::Point);
    assert_eq!(report(&found, "other").explanation(), "the decimal mark is a comma here");

    let text = "n;m;y\n185;7;p\n4.952;1.250;q\n";
    let found = inspect(text, &settings("y", &[], &[]));
    assert_eq!(report(&found, "n").explanation(), "\"4.952\" in line 3 can be 4.952 or 4952");
    let question = found.question().unwrap();
    assert!(question.ends_with("It is taken for 4952, and so in n, m"), "{question}");
    let point = ImportSettings { decimal: Some(DecimalMark::Point), ..settings("y", &[], &[]) };
    assert_eq!(inspect(text, &point).question(), None);
    assert_eq!(inspect(text, &settings("y", &["n", "m"], &[])).question(), None);
}

#[test]
fn preview_and_import_agree() {
    let text = "id,a,k,y\n1,1.5,u,p\n2,?,v,q\n3,2,u,q\n4,8,,p\n5,1,v,q\n";
    let settings = settings("y", &[], &[]);
    let imported = read_table(text.as_bytes(), &settings).unwrap();
    let inspection = inspect(text, &settings);
    assert_eq!(*imported.inspection, inspection);
    assert_eq!(imported.table.features.dim(), (3, inspection.n_features));
    let counts: Vec<u64> =
        (0..2).map(|class| imported.table.labels.iter().filter(|&&l| l == class).count() as u64).collect();
    assert_eq!(counts, inspection.class_counts.iter().map(|(_, count)| *count).collect::<Vec<_>>());
}

/// As a person opens it, nothing chosen.
fn open(text: &str) -> Inspection {
    inspect(text, &ImportSettings::default())
}

#[test]
fn classes_with_numbers_for_names_are_in_numeric_order() {
    let rows =
        [10, 9, 1, 2, 28, 10].iter().enumerate().map(|(x, y)| format!("{x}.5,{y}\n")).collect::<Vec<_>>().concat();
    let table = read_table(format!("x,y\n{rows}").as_bytes(), &ImportSettings::default()).unwrap().table;
    assert_eq!(table.class_labels, ["1", "2", "9", "10", "28"]);
    assert_eq!(table.labels, [3, 2, 0, 1, 4, 3]);
}

#[test]
fn the_label_is_guessed_by_its_name_and_numbers_of_a_regression_are_refused_unless_they_are_chosen() {
    let found = open("a,Target,b\n1,p,2.5\n2,q,3.5\n");
    assert_eq!((found.label.as_deref(), found.label_by_name, found.fault), (Some("Target"), true, None));
    let found = open("a,b,species\n1,2.5,p\n2,3.5,q\n");
    assert_eq!((found.label.as_deref(), found.label_by_name), (Some("species"), false), "it is the last column, too");
    let rows = (0..100).map(|n| format!("{n},{}\n", f64::from(n) / 4.0)).collect::<Vec<_>>().concat();
    let text = format!("a,price\n{rows}");
    let refused = open(&text).fault.unwrap();
    assert!(refused.contains("price") && refused.contains("100 different numbers") && refused.contains("--label"));
    let chosen = inspect(&text, &settings("price", &[], &["a"]));
    assert_eq!((chosen.fault, chosen.class_counts.len()), (None, 100));
}

#[test]
fn an_index_without_a_name_is_left_out_with_gaps_and_in_any_order() {
    for (header, cells, expected) in [
        (",a,y", ["7", "3", "12"], Role::LeftOut(LeftOut::Index)),
        ("Unnamed: 0,a,y", ["7", "3", "12"], Role::LeftOut(LeftOut::Index)),
        ("n,a,y", ["7", "3", "12"], Role::Number),
        (",a,y", ["7", "3", "7"], Role::Number),
        (",a,y", ["7", "3.5", "12"], Role::Number),
    ] {
        let rows = cells
            .iter()
            .zip(["1,p", "2,q", "3,p"])
            .map(|(cell, rest)| format!("{cell},{rest}\n"))
            .collect::<Vec<_>>()
            .concat();
        assert_eq!(open(&format!("{header}\n{rows}")).columns[0].role, expected, "{header} {cells:?}");
    }
}

#[test]
fn comments_before_the_header_are_skipped_and_lines_keep_their_numbers() {
    let found = open("# made by me\n# really\na,y\n1,p\n2\n");
    assert_eq!((found.n_comments, found.label.as_deref()), (2, Some("y")));
    assert!(found.fault.unwrap().contains("line 5"));
    let notes = open("# one\na,y\n1,p\n2,q\n").notes();
    assert_eq!(notes, ["1 line before the header that begins with # is skipped"]);
    // A header that begins with the sign is none.
    let found = open("#a,y\n1,p\n2,q\n");
    assert_eq!((found.n_comments, found.columns[0].name.as_str()), (0, "#a"));
}

#[test]
fn labels_that_may_be_one_class_are_named() {
    let found = open("x,y\n1,A\n2,a\n3,\"A \"\n4,b\n5,1\n6,1.0\n");
    let notes = found.notes().join("\n");
    assert!(notes.contains("\"1\" and \"1.0\", \"A\" and \"a\""), "{notes}");
    assert!(notes.contains("with and without white space around them are one class: \"A\""), "{notes}");
    assert_eq!(open("x, y\n1, A\n2, b\n").notes(), Vec::<String>::new(), "blanks behind every comma are no matter");
}

#[test]
fn stray_words_and_marks_of_every_kind_are_missing_values_and_told() {
    let rows = (0..1100)
        .map(|n| format!("{},{}\n", f64::from(n) / 8.0, ["p", "q"][n as usize % 2]))
        .collect::<Vec<_>>()
        .concat();
    let found = open(&format!("x,y\n{rows}broken,p\n"));
    assert_eq!((report(&found, "x").n_missing, found.n_dropped), (1, 1));
    let notes = found.notes().join("\n");
    assert!(notes.contains("x: \"broken\" in line 1102 is no number and is taken for a missing value"), "{notes}");
    let found =
        open("x,s,y\n1,+,p\nNone,-,q\n<NA>,+,p\n#N/A,+,q\n.,-,p\n-,-,q\n2,-,q\n3,+,p\n4,+,p\n5,-,q\n6,+,q\n7,+,p\n");
    assert_eq!((report(&found, "x").n_missing, &report(&found, "s").role), (5, &Role::OneHot(2)));
}

#[test]
fn missing_values_are_filled_in_on_demand_with_a_feature_that_says_where() {
    let text = "a,k,full,y\n1,u,5,p\n,v,6,q\n3,,7,p\n4,u,8,\n5,v,9,q\n";
    let impute = ImportSettings { impute: true, ..settings("y", &[], &[]) };
    let inspection = inspect(text, &impute);
    assert_eq!((inspection.n_dropped, inspection.n_features, &inspection.fault), (1, 6, &None));
    assert_eq!(inspection.imputed, ["a", "k"]);
    let notes = inspection.notes();
    assert_eq!(notes[0], "1 row with missing values is dropped (1 in label y)");
    assert!(notes.iter().any(|note| note.starts_with("missing values of a, k are filled in")), "{notes:?}");
    let table = read_table(text.as_bytes(), &impute).unwrap().table;
    assert_eq!(table.feature_names, ["a", "a is missing", "k=u", "k=v", "k is missing", "full"]);
    assert_eq!(table.gaps, [Gap::Number(0), Gap::Text(2..4)]);
    assert_eq!(table.features.column(1), ndarray::array![0.0, 1.0, 0.0, 0.0]);
    assert_eq!(table.features.column(4), ndarray::array![0.0, 0.0, 1.0, 0.0]);
    assert!(table.features[[1, 0]].is_nan() && table.features[[2, 2]].is_nan() && table.features[[2, 3]].is_nan());
    let dataset = crate::data::split_table(&table, 0.0, 1).unwrap();
    assert!(dataset.train.feature_slice().iter().all(|value| value.is_finite()));
    // Without a gap in a row that is used there is nothing to fill in.
    let whole = inspect("a,y\n1,p\n2,q\n,\n", &impute);
    assert_eq!((whole.n_features, whole.imputed.len(), whole.n_dropped), (1, 0, 1));
}

/// Rows with a city of so many.
fn cities(n: usize) -> String {
    let rows = (0..n).map(|n| format!("{},city {n},{}\n", n % 7, ["p", "q"][n % 2])).collect::<Vec<_>>().concat();
    format!("x,city,y\n{rows}0,city 3,p\n")
}

#[test]
fn text_of_many_values_is_left_out_grouped_or_hashed_as_is_chosen() {
    let text = cities(60);
    let many = |many_values| ImportSettings { many_values, ..settings("y", &[], &[]) };
    for (settings, role, n_features, told) in [
        (many(None), Role::LeftOut(LeftOut::ManyValues(60)), 1, "text with 60 different values"),
        (many(Some(ManyValues::LeaveOut)), Role::LeftOut(LeftOut::ManyValues(60)), 1, "can be grouped or hashed"),
        (many(Some(ManyValues::Group)), Role::Grouped(50), 51, "60 values: the 49 most frequent have a feature each"),
        (settings("y", &[], &["city"]), Role::Grouped(50), 51, "60 values: the 49 most frequent have a feature each"),
        (many(Some(ManyValues::Hash)), Role::Hashed(42), 43, "60 values, spread over 42 features"),
    ] {
        let inspection = inspect(&text, &settings);
        assert_eq!((&report(&inspection, "city").role, inspection.n_features), (&role, n_features));
        assert!(inspection.notes().iter().any(|note| note.contains(told)), "{:?}", inspection.notes());
        let imported = read_table(text.as_bytes(), &settings).unwrap();
        assert_eq!((imported.table.features.ncols(), &*imported.inspection), (n_features, &inspection));
        // Each row has a 1 in one of the features.
        let sums = imported.table.features.slice(ndarray::s![.., 1..]).sum_axis(ndarray::Axis(1));
        assert!(sums.iter().all(|sum| *sum == f64::from(u8::from(n_features > 1))));
    }
    let grouped = read_table(text.as_bytes(), &many(Some(ManyValues::Group))).unwrap().table;
    let names = &grouped.feature_names;
    assert!(names.contains(&"city=city 3".to_owned()) && names.contains(&"city=(other)".to_owned()), "{names:?}");
}

#[test]
fn text_of_too_many_values_is_not_kept_in_silence() {
    let text = cities(10_001);
    assert_eq!(report(&open(&text), "city").role, Role::LeftOut(LeftOut::TooManyValues));
    let fault = inspect(&text, &settings("y", &[], &["city"])).fault.unwrap();
    assert!(fault.contains("city is to be kept, but is text with over 10000 different values"), "{fault}");
}

#[test]
fn columns_of_dates_percentages_and_amounts_are_numbers_and_it_is_said() {
    let text = "day,share,price,y\n2020-01-31,5%,$1,p\nNA,7.5%,$2.50,q\n1970-01-02,1%,$3,q\n1970-01-03,2%,$4,p\n";
    let found = open(text);
    let notes = found.notes().join("\n");
    assert!(
        notes.contains("day is read as numbers: dates, in days since 1970-01-01: \"2020-01-31\" is 18292"),
        "{notes}"
    );
    assert!(notes.contains("share is read as numbers: percentages: \"5%\" is 5"), "{notes}");
    assert!(notes.contains("price is read as numbers: amounts of money: \"$1\" is 1"), "{notes}");
    let table = read_table(text.as_bytes(), &settings("y", &[], &[])).unwrap().table;
    assert_eq!(table.features, ndarray::array![[18_292.0, 5.0, 1.0], [1.0, 1.0, 3.0], [2.0, 2.0, 4.0]]);
}
