//! The preview of a data file: what it shows, what can be changed, and that nothing changes before the import.

use egui::{Key, accesskit::Role};
use longtail_lab::{
    data::{DecimalMark, Dialect, Role as ColumnRole, Separator},
    distribution::ClassCounts,
    experiment::DataSource,
};

use super::bench::{Bench, ENDLESS, page_blocks, write};

/// A file with a bit of everything: row numbers, text, gaps, decimal commas.
fn mixed(folder: &std::path::Path) -> std::path::PathBuf {
    let row = |i: usize| {
        let value = if i % 20 == 3 { "NA".to_owned() } else { format!("{},5", i % 9) };
        format!("{i};{};{value};{}", ["red", "green", "blue"][i % 3], ["p", "q", "q", "q"][i % 4])
    };
    let rows = (0..100).map(row).collect::<Vec<_>>().join("\n");
    write(folder, "mixed.csv", &format!("id;colour;x;kind\n{rows}\n"))
}

/// What becomes of a column.
fn role(bench: &Bench, column: &str) -> ColumnRole {
    let preview = bench.session().preview.as_ref().expect("a preview");
    let found = preview.inspection.as_ref().expect("what was found");
    found.columns.iter().find(|report| report.name == column).expect("the column").role.clone()
}

#[test]
fn a_preview_shows_what_was_found_and_the_import_gives_just_that() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut bench = Bench::with_toml(ENDLESS);
    bench.press("Play");
    bench.wait_for_epoch(2);
    let (before, run_id) = (bench.spec().clone(), bench.session().run_id);
    bench.look_at(&mixed(folder.path()));
    bench.check_pictures(&[]);
    bench.check_shows("Import mixed.csv");
    bench.check_shows("it numbers the rows");
    let dialect = bench.session().preview.as_ref().and_then(|preview| preview.inspection.as_ref()).map(|f| f.dialect);
    let expected = Dialect { separator: Separator::Semicolon, decimal: DecimalMark::Comma, header: true };
    assert_eq!(dialect, Some(expected));
    bench.check_shows(
        "95 rows, 4 features, 2 classes; 5 rows with missing values are dropped (5 in x); 1 column is left out",
    );
    bench.check_shows("text, one-hot 3");
    bench.check_shows("Rows per class of kind");
    bench.harness.check_accessibility();
    // The experiment goes on as it was.
    let epoch = bench.epoch();
    bench.wait_for_epoch(epoch + 2);
    assert_eq!((bench.spec(), bench.session().run_id), (&before, run_id));

    bench.key(Key::Enter);
    bench.wait_until_ready();
    let data = &bench.spec().data;
    assert_eq!((data.source, data.label.as_deref(), data.separator), (DataSource::File, Some("kind"), None));
    let plot_data = bench.session().plot_data().expect("samples");
    assert_eq!((plot_data.n_features, plot_data.counts.n_classes()), (4, 2));
    assert!(!bench.session().is_playing && bench.session().preview.is_none());
    bench.set("Test share", "0");
    bench.wait_until_ready();
    assert_eq!(bench.session().plot_data().expect("samples").counts.total(), 95);
    bench.command(Key::Z);
    bench.command(Key::Z);
    bench.wait_until_ready();
    assert_eq!(bench.spec(), &before);
}

#[test]
fn label_columns_and_dialect_can_be_changed_before_the_import() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut bench = Bench::new();
    bench.look_at(&mixed(folder.path()));
    bench.click(Role::RadioButton, "Label colour", 0);
    bench.wait_for_preview();
    bench.check_shows("Rows per class of colour");
    assert_eq!(role(&bench, "kind"), ColumnRole::OneHot(2));
    bench.click(Role::CheckBox, "Use id", 0);
    bench.wait_for_preview();
    assert_eq!(role(&bench, "id"), ColumnRole::Number);
    bench.click(Role::CheckBox, "Use x", 0);
    bench.wait_for_preview();
    bench.check_shows("100 rows, 3 features, 3 classes; 1 column is left out");

    bench.choose("Decimals", "Point 0.5");
    bench.wait_for_preview();
    assert_eq!(bench.session().preview.as_ref().map(|p| p.settings.decimal), Some(Some(DecimalMark::Point)));
    bench.fill(Role::TextInput, "Missing", "green");
    bench.wait_for_preview();
    bench.check_shows("67 rows, 3 features, 2 classes; 33 rows with missing values are dropped (33 in label colour)");
    bench.fill(Role::TextInput, "Missing", "NA");
    bench.wait_for_preview();
    bench.press("Import");
    bench.wait_until_ready();
    let data = bench.spec().data.clone();
    assert_eq!(
        (data.label.as_deref(), &data.drop[..], &data.keep[..]),
        (Some("colour"), &["x".to_owned()][..], &["id".to_owned()][..])
    );
    assert_eq!((data.decimal, data.missing), (Some(DecimalMark::Point), Some(vec!["NA".to_owned()])));
    assert_eq!(bench.session().plot_data().expect("samples").n_features, 3);

    // The same file can be looked at again as it was imported.
    bench.press("Import settings…");
    bench.wait_for_preview();
    assert_eq!(role(&bench, "colour"), ColumnRole::Label);
    bench.choose("Separator", "Comma");
    bench.wait_for_preview();
    let preview = bench.session().preview.as_ref().expect("a preview");
    assert_eq!((preview.settings.separator, preview.settings.label.as_ref()), (Some(Separator::Comma), None));
    bench.press("Cancel");
    assert_eq!(bench.spec().data.separator, None);
}

#[test]
fn numbers_that_can_be_read_in_two_ways_are_asked_about() {
    let folder = tempfile::tempdir().expect("a folder");
    let text = "income,class\n185,a\n\"4,952\",b\n\"3,369\",b\n323,a\n";
    let mut bench = Bench::new();
    bench.look_at(&write(folder.path(), "money.csv", text));
    bench.check_shows("\"4,952\" in line 3 can be read in two ways, and so can income. It is");
    bench.check_shows("Cannot be imported: say first what the decimal mark of its numbers is");
    bench.key(Key::Enter);
    assert!(bench.session().preview.is_some());
    bench.press("4952 (decimal point)");
    bench.wait_for_preview();
    bench.check_shows("thousands are marked by commas");
    bench.check_shows("4 rows, 1 features, 2 classes");
    bench.press("Import");
    bench.wait_until_ready();
    assert_eq!(bench.spec().data.decimal, Some(DecimalMark::Point));
}

#[test]
fn columns_between_white_space_are_found_and_can_be_chosen() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut bench = Bench::new();
    bench.look_at(&write(folder.path(), "lined-up.data", "ADT1  0.58  0.61  MIT\nADT2  0.43  0.67  CYT\n"));
    let columns = |bench: &Bench| {
        let found = bench.session().preview.as_ref().and_then(|preview| preview.inspection.clone());
        found.expect("what was found").columns.len()
    };
    assert_eq!(columns(&bench), 4);
    bench.choose("Separator", "Comma");
    bench.wait_for_preview();
    assert_eq!(columns(&bench), 1);
    bench.choose("Separator", "White space");
    bench.wait_for_preview();
    assert_eq!(columns(&bench), 4);
}

#[test]
fn a_preview_gives_way_to_an_experiment_and_to_escape() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut bench = Bench::new();
    bench.look_at(&page_blocks());
    bench.check_shows("5,472 rows, 10 features, 5 classes");
    bench.key(Key::Escape);
    assert!(bench.session().preview.is_none());
    bench.check_shows("Recall per class");
    bench.look_at(&page_blocks());
    bench.open(&write(folder.path(), "other.toml", ENDLESS));
    assert!(bench.session().preview.is_none());
    bench.wait_until_ready();
    assert_eq!(bench.session().counts().map(ClassCounts::n_classes), Some(10));
}

#[test]
fn a_keel_file_is_previewed_and_imported() {
    let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/page-blocks.dat");
    let mut bench = Bench::new();
    bench.look_at(&path);
    bench.check_shows("A KEEL or ARFF file");
    bench.check_shows("4,913");
    bench.key(Key::Enter);
    bench.wait_until_ready();
    assert_eq!(bench.session().plot_data().expect("samples").counts.n_classes(), 5);
}

#[test]
fn a_wide_file_and_one_with_many_classes_fit_on_the_page() {
    let folder = tempfile::tempdir().expect("a folder");
    let names = (0..3000).map(|n| format!("f{n}")).collect::<Vec<_>>().join(",");
    let row = |i: usize| (0..3000).map(|n| ((i * n) % 7).to_string()).collect::<Vec<_>>().join(",");
    let rows = (0..900).map(|i| format!("{},c{i}", row(i))).collect::<Vec<_>>().join("\n");
    let path = write(folder.path(), "wide.csv", &format!("{names},kind\n{rows}\n"));
    for size in [[1280.0, 800.0], [700.0, 480.0]] {
        let mut bench = Bench::sized(size);
        bench.look_at(&path);
        bench.check_shows("900 rows, 2,571 features, 900 classes; 429 columns are left out");
        bench.check_shows("every value is 0");
        bench.key(Key::Escape);
        assert!(bench.session().preview.is_none());
    }
}
