//! Data files of every kind: the sets in the repository, made-up tables that come back as they were, and texts that are
//! broken in every way, which are refused in a sentence and never panic.

use std::{fmt::Write, path::Path};

use longtail_lab::data::{
    DataError, DecimalMark, FileFormat, ImportSettings, Imported, ReadHooks, Scan, Separator, TextEncoding, read_table,
    read_table_file,
};
use proptest::{collection::vec, prelude::*, sample::select};

fn file(name: &str) -> Imported {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(name);
    let imported = read_table_file(&path, &ImportSettings::default(), &ReadHooks::silent());
    imported.unwrap_or_else(|error| panic!("{name}: {error}"))
}

/// Rows of each class, from head to tail.
fn sizes(imported: &Imported) -> Vec<u64> {
    let mut sizes = vec![0; imported.table.class_labels.len()];
    for &label in &imported.table.labels {
        sizes[label as usize] += 1;
    }
    sizes.sort_by_key(|&size| std::cmp::Reverse(size));
    sizes
}

// ---- Sets in the repository ----

#[test]
fn the_sets_in_the_repository_have_the_published_class_counts() {
    assert_eq!(sizes(&file("assets/data/page-blocks.csv")), [4913, 329, 115, 87, 28]);
    assert_eq!(sizes(&file("assets/data/yeast.csv")), [463, 429, 244, 163, 51, 44, 35, 30, 20, 5]);
    let digits = sizes(&file("assets/data/digits.csv"));
    assert_eq!((digits.len(), digits[0], digits[9], digits.iter().sum()), (10, 183, 174, 1797));
}

#[test]
fn page_blocks_are_the_same_in_keel_and_in_csv() {
    let (keel, csv) = (file("tests/data/page-blocks.dat"), file("assets/data/page-blocks.csv"));
    assert_eq!((keel.inspection.format, csv.inspection.format), (FileFormat::Keel, FileFormat::Delimited));
    assert_eq!(sizes(&keel), [4913, 329, 115, 87, 28]);
    assert_eq!(keel.table.features, csv.table.features);
    assert_eq!(keel.inspection.label.as_deref(), Some("Class"));
    // The classes have numbers in one file and names in the other.
    let names = ["text", "horizontal line", "graphic", "vertical line", "picture"];
    for (of_keel, of_csv) in keel.table.labels.iter().zip(&csv.table.labels) {
        let number: usize = keel.table.class_labels[*of_keel as usize].parse().expect("a number");
        assert_eq!(csv.table.class_labels[*of_csv as usize], names[number - 1]);
    }
}

#[test]
fn a_table_is_the_same_in_every_format() {
    let expected = file("tests/data/formats/wine.jsonl");
    assert_eq!((expected.inspection.n_features, sizes(&expected)), (13, vec![71, 59, 48]));
    for (name, format) in [
        ("wine.arff", FileFormat::Keel),
        ("wine.sparse.arff", FileFormat::Keel),
        ("wine.parquet", FileFormat::Parquet),
        ("wine.zstd.parquet", FileFormat::Parquet),
        ("wine.gzip.parquet", FileFormat::Parquet),
        ("wine.lz4.parquet", FileFormat::Parquet),
        ("wine.lz4.feather", FileFormat::Arrow),
        ("wine.arrow", FileFormat::Arrow),
        ("wine.arrows", FileFormat::Arrow),
        ("wine.zstd.arrow", FileFormat::Arrow),
        ("wine.xlsx", FileFormat::Excel),
        ("wine.svm", FileFormat::Svmlight),
        ("wine.npz", FileFormat::Numpy),
        ("wine.xy.npz", FileFormat::Numpy),
        ("wine.npy", FileFormat::Numpy),
    ] {
        let found = file(&format!("tests/data/formats/{name}"));
        assert_eq!(found.inspection.format, format);
        assert_eq!(
            (&found.table.features, &found.table.labels),
            (&expected.table.features, &expected.table.labels),
            "{name}"
        );
        // These have no names.
        if !matches!(name, "wine.svm" | "wine.xy.npz" | "wine.npy") {
            assert_eq!(found.table.feature_names, expected.table.feature_names, "{name}");
            assert_eq!(found.table.class_labels, expected.table.class_labels, "{name}");
        }
    }
}

#[test]
fn a_compressed_table_is_the_table() {
    let expected = file("tests/data/formats/wine.jsonl");
    for (ending, compression) in [("gz", "gzip"), ("zst", "zstd"), ("bz2", "bzip2"), ("xz", "xz"), ("zip", "zip")] {
        let found = file(&format!("tests/data/formats/wine.csv.{ending}"));
        assert_eq!(found.table, expected.table, "{ending}");
        assert_eq!((found.inspection.format, found.inspection.compression), (FileFormat::Delimited, Some(compression)));
    }
}

#[test]
fn a_table_is_the_same_in_every_encoding() {
    for (language, codec, encoding) in [
        ("german", "cp1252", "windows-1252"),
        ("korean", "cp949", "EUC-KR"),
        ("korean", "utf-16", "UTF-16LE"),
        ("korean", "utf-16-le", "UTF-16LE"),
        ("korean", "utf-16-be", "UTF-16BE"),
        ("japanese", "shift_jis", "Shift_JIS"),
        ("chinese", "gbk", "GBK"),
    ] {
        let expected = file(&format!("tests/data/formats/{language}.utf-8.csv"));
        let name = format!("{language}.{codec}.csv");
        let found = file(&format!("tests/data/formats/{name}"));
        assert_eq!(found.table, expected.table, "{name}");
        let report = found.inspection.encoding.expect("an encoding");
        assert_eq!((report.name.name(), report.is_guessed, report.has_faults), (encoding, true, false), "{name}");
        assert!(found.inspection.notes().iter().any(|note| note.contains(encoding)), "{name}");
        let chosen = ImportSettings {
            encoding: Some(TextEncoding::parse(codec).expect("an encoding")),
            ..ImportSettings::default()
        };
        let again = read_table(&bytes_of(&name)[..], &chosen).expect("a table");
        assert_eq!((&again.table, again.inspection.notes().len()), (&expected.table, 0), "{name}");
    }
}

#[test]
fn the_first_sheet_with_cells_is_read_unless_another_is_chosen() {
    let bytes = bytes_of("wine.xlsx");
    let read = |sheet: &str| {
        let settings = ImportSettings { sheet: Some(sheet.to_owned()), ..ImportSettings::default() };
        read_table(&bytes[..], &settings)
    };
    let found = file("tests/data/formats/wine.xlsx").inspection;
    assert_eq!(found.sheet.as_ref().map(|sheet| sheet.name.as_str()), Some("Wine"));
    assert!(found.notes().iter().any(|note| note.contains("the sheet Wine is read")), "{:?}", found.notes());
    let ash = read("Ash").expect("a table");
    assert_eq!((&ash.table.feature_names[..], ash.inspection.notes().len()), (&["ash".to_owned()][..], 0));
    assert!(read("Empty").expect_err("an empty sheet").to_string().contains("is empty"));
    let refused = read("Ashes").expect_err("no sheet").to_string();
    assert!(refused.contains("no sheet \"Ashes\": the sheets are Empty, Wine, Ash"), "{refused}");
    let settings = ImportSettings { sheet: Some("Wine".to_owned()), ..ImportSettings::default() };
    let refused = read_table(&bytes_of("wine.csv.gz")[..], &settings).expect_err("no workbook").to_string();
    assert!(refused.contains("no sheet \"Wine\"") && refused.contains("not"), "{refused}");
}

fn bytes_of(name: &str) -> Vec<u8> {
    std::fs::read(Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/formats").join(name)).expect("a file")
}

/// Half a file is refused in a sentence that says what it is; a file with changed bits becomes a table or a sentence.
fn check_damages(name: &str, told: &str) {
    let whole = bytes_of(name);
    let settings = ImportSettings::default();
    for n_bytes in [8, 100, whole.len() / 2, whole.len() - 1] {
        let refused = match Scan::read(&whole[..n_bytes], None, &settings, &ReadHooks::silent()) {
            Ok(scan) => scan.into_table(&settings).map(|_| String::new()),
            Err(error) => Err(error),
        };
        let refused = refused.expect_err("half a file").to_string();
        assert!(refused.contains(told), "{name}, {n_bytes} bytes: {refused}");
    }
    let mut dice = 12345_u64;
    for _ in 0..300 {
        let mut bytes = whole.clone();
        for _ in 0..3 {
            dice = dice.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            let place = (dice >> 33) as usize % bytes.len();
            bytes[place] ^= 1 << (dice >> 24 & 7);
        }
        if let Err(error) = read_table(&bytes[..], &settings) {
            assert!(error.to_string().split(' ').count() > 2, "{name}: {error}");
        }
    }
}

#[test]
fn damaged_files_are_refused_in_a_sentence() {
    for name in ["wine.parquet", "wine.zstd.parquet", "wine.gzip.parquet", "wine.lz4.parquet"] {
        check_damages(name, "Parquet file cannot be read");
    }
    for name in ["wine.arrow", "wine.arrows", "wine.lz4.feather", "wine.zstd.arrow"] {
        check_damages(name, "Arrow file cannot be read");
    }
    check_damages("wine.xlsx", "cannot be read");
    // The beginning of an archive does not say of what it is one.
    for name in ["wine.npz", "wine.xy.npz"] {
        check_damages(name, "cannot be read");
    }
    check_damages("wine.npy", "NumPy file cannot be read");
    for (ending, told) in [("gz", "gzip"), ("zst", "zstd"), ("bz2", "bzip2"), ("xz", "xz"), ("zip", "zip archive")] {
        check_damages(&format!("wine.csv.{ending}"), told);
    }
}

// ---- Tables that come back as they were ----

const SEPARATORS: [(Separator, char); 4] =
    [(Separator::Comma, ','), (Separator::Semicolon, ';'), (Separator::Tab, '\t'), (Separator::Pipe, '|')];

/// A table as somebody could have it.
#[derive(Debug, Clone)]
struct Made {
    /// Values, row by row.
    rows: Vec<[f64; 3]>,
    /// Class of each row.
    labels: Vec<usize>,
    separator_idx: usize,
    has_comma: bool,
    has_header: bool,
    line_end: &'static str,
}

const LABELS: [&str; 3] = ["head", "middle, \"quoted\"", "tail; end"];

fn made() -> impl Strategy<Value = Made> {
    let row = [-1e6..1e6, -1.0..1.0, 0.0..1e-3].prop_map(|row: [f64; 3]| row);
    (vec((row, 0..3_usize), 5..40), 0..4_usize, any::<bool>(), any::<bool>(), select(vec!["\n", "\r\n"])).prop_map(
        |(rows, separator_idx, has_comma, has_header, line_end)| {
            let (rows, mut labels): (Vec<_>, Vec<_>) = rows.into_iter().unzip();
            (labels[0], labels[1]) = (0, 1);
            Made { rows, labels, separator_idx, has_comma, has_header, line_end }
        },
    )
}

impl Made {
    fn text(&self) -> String {
        let separator = SEPARATORS[self.separator_idx].1.to_string();
        let quoted = |text: &str| format!("\"{}\"", text.replace('"', "\"\""));
        let number = |value: &f64| {
            let text = value.to_string();
            let text = if self.has_comma { text.replace('.', ",") } else { text };
            if text.contains(&separator) { quoted(&text) } else { text }
        };
        let mut lines: Vec<String> = Vec::new();
        if self.has_header {
            lines.push(["a", "b", "c", "kind"].join(&separator));
        }
        for (row, label) in self.rows.iter().zip(&self.labels) {
            let mut fields: Vec<String> = row.iter().map(number).collect();
            fields.push(quoted(LABELS[*label]));
            lines.push(fields.join(&separator));
        }
        lines.join(self.line_end)
    }

    /// What a reader should find out by itself.
    fn settings(&self) -> ImportSettings {
        ImportSettings {
            separator: Some(SEPARATORS[self.separator_idx].0),
            decimal: Some(if self.has_comma { DecimalMark::Comma } else { DecimalMark::Point }),
            header: Some(self.has_header),
            ..ImportSettings::default()
        }
    }
}

proptest! {
    #[test]
    fn a_table_comes_back_as_it_was_and_how_it_is_written_is_found_out(made in made()) {
        let imported = read_table(made.text().as_bytes(), &ImportSettings::default()).expect("a table");
        let table = &imported.table;
        prop_assert_eq!(table.features.dim(), (made.rows.len(), 3));
        for (row, values) in made.rows.iter().enumerate() {
            prop_assert_eq!(table.features.row(row).to_vec(), values.to_vec());
        }
        let labels: Vec<&str> = table.labels.iter().map(|&label| table.class_labels[label as usize].as_str()).collect();
        let expected: Vec<&str> = made.labels.iter().map(|&label| LABELS[label]).collect();
        prop_assert_eq!(labels, expected);
        let told = read_table(made.text().as_bytes(), &made.settings()).expect("a table");
        prop_assert_eq!(&told.table, &imported.table);
        let dialect = imported.inspection.dialect;
        prop_assert_eq!((Some(dialect.separator), Some(dialect.header)), (made.settings().separator, made.settings().header));
    }

    #[test]
    fn a_table_in_keel_comes_back_as_it_was(made in made()) {
        let mut text = "@relation made\n".to_owned();
        for name in ["a", "b", "c"] {
            writeln!(text, "@attribute {name} real [0, 1]").expect("writing into a string");
        }
        text += "@attribute kind {0, 1, 2}\n@inputs a, b, c\n@outputs kind\n@data\n";
        for (row, label) in made.rows.iter().zip(&made.labels) {
            let [a, b, c] = row;
            write!(text, "{a}, {b}, {c}, {label}{}", made.line_end).expect("writing into a string");
        }
        let imported = read_table(text.as_bytes(), &ImportSettings::default()).expect("a table");
        prop_assert_eq!(imported.inspection.format, FileFormat::Keel);
        for (row, values) in made.rows.iter().enumerate() {
            prop_assert_eq!(imported.table.features.row(row).to_vec(), values.to_vec());
        }
        let labels = imported.table.labels.iter().map(|&label| imported.table.class_labels[label as usize].parse());
        prop_assert_eq!(labels.collect::<Result<Vec<usize>, _>>().expect("numbers"), made.labels);
    }
}

// ---- Texts that are broken ----

fn any_settings() -> impl Strategy<Value = ImportSettings> {
    let name = select(vec!["a", "b", "x1", "kind", "", "nobody"]).prop_map(str::to_owned);
    (
        proptest::option::of(select(Separator::ALL.to_vec())),
        proptest::option::of(select(DecimalMark::ALL.to_vec())),
        proptest::option::of(any::<bool>()),
        proptest::option::of(vec("[a-z?-]{0,3}", 0..3)),
        proptest::option::of(name.clone()),
        vec(name.clone(), 0..2),
        vec(name, 0..2),
    )
        .prop_map(|(separator, decimal, header, missing, label, drop, keep)| ImportSettings {
            separator,
            decimal,
            header,
            missing,
            label,
            drop,
            keep,
            ..ImportSettings::default()
        })
}

/// Reads, inspects and imports; whatever comes out fits together or is a sentence.
fn check_harmless(bytes: &[u8], settings: &ImportSettings) -> Result<(), TestCaseError> {
    let is_sentence = |error: &DataError| error.to_string().split(' ').count() > 2;
    let scan = match Scan::read(bytes, Some(bytes.len() as u64), settings, &ReadHooks::silent()) {
        Ok(scan) => scan,
        Err(error) => {
            prop_assert!(is_sentence(&error), "{}", error);
            return Ok(());
        }
    };
    let inspection = scan.inspect(settings);
    prop_assert!(inspection.notes().iter().all(|note| !note.is_empty()));
    match scan.into_table(settings) {
        Ok(imported) => {
            prop_assert_eq!(&*imported.inspection, &inspection);
            let n_left = inspection.n_rows - inspection.n_dropped;
            prop_assert_eq!(imported.table.features.dim(), (n_left as usize, inspection.n_features));
            prop_assert_eq!(imported.table.feature_names.len(), inspection.n_features);
            prop_assert!(imported.table.features.iter().all(|value| value.is_finite()));
            prop_assert_eq!(inspection.class_counts.iter().map(|(_, n)| n).sum::<u64>(), n_left);
        }
        Err(error) => {
            prop_assert!(is_sentence(&error), "{}", error);
            prop_assert_eq!(Some(error.to_string()), inspection.fault);
        }
    }
    Ok(())
}

/// Pieces of which tables are made, and of which they should not be.
const PIECES: [&str; 40] = [
    ",",
    ";",
    "\t",
    "|",
    "\n",
    "\r\n",
    "\r",
    "\"",
    "\"\"",
    "1",
    "2.5",
    "-3e2",
    "0,5",
    "1e999",
    "inf",
    "NaN",
    "?",
    "-",
    "NA",
    "<null>",
    "a",
    "b",
    "kind",
    "Ä",
    "\u{feff}",
    "\0",
    " ",
    "%",
    "@relation r",
    "@attribute a real",
    "@attribute b {u, v}",
    "@attribute",
    "@inputs a",
    "@outputs b",
    "@outputs nobody",
    "@data",
    "{",
    "}",
    "[0, 1]",
    "'",
];

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2000))]

    #[test]
    fn bytes_of_any_kind_do_no_harm(bytes in vec(any::<u8>(), 0..300), settings in any_settings()) {
        check_harmless(&bytes, &settings)?;
    }

    #[test]
    fn pieces_of_tables_in_any_order_do_no_harm(pieces in vec(select(PIECES.to_vec()), 0..80), settings in any_settings()) {
        check_harmless(pieces.concat().as_bytes(), &settings)?;
    }

    #[test]
    fn a_table_with_a_broken_place_does_no_harm(
        made in made(),
        at in 0.0..1.0_f64,
        length in 0..4_usize,
        piece in select(PIECES.to_vec()),
        settings in any_settings(),
    ) {
        let mut bytes = made.text().into_bytes();
        let at = (at * bytes.len() as f64) as usize;
        let end = (at + length).min(bytes.len());
        bytes.splice(at..end, piece.bytes());
        check_harmless(&bytes, &ImportSettings::default())?;
        check_harmless(&bytes, &settings)?;
    }

    #[test]
    fn a_keel_file_with_a_broken_place_does_no_harm(
        lines in vec(select(PIECES.to_vec()), 1..6),
        at in 0..8_usize,
        settings in any_settings(),
    ) {
        let whole = ["@relation r", "@attribute a real [0, 1]", "@attribute b {u, v}", "@inputs a", "@outputs b", "@data", "1, u", "2, v"];
        let mut text: Vec<&str> = whole.to_vec();
        text.splice(at..(at + 1).min(whole.len()), lines);
        let text = text.join("\n");
        check_harmless(text.as_bytes(), &ImportSettings::default())?;
        check_harmless(text.as_bytes(), &settings)?;
    }
}
