//! The numbers behind each picture: shown, sorted and copied.

use egui::{Key, accesskit::Role};
use egui_kittest::kittest::NodeT;

use super::bench::{Bench, name_of};

/// Turns a picture into its table. The button that does it stands before the picture and after the one before.
fn show_table(bench: &mut Bench, picture: &str) {
    let mut place = 0;
    for node in bench.nodes() {
        match (node.accesskit_node().role(), name_of(&node).as_str()) {
            (Role::Button, name) if name.starts_with("Table: ") => place += 1,
            (Role::Figure, name) if name == picture => break,
            _ => {}
        }
    }
    assert!(place > 0, "no button before {picture}");
    bench.click(Role::Button, "Table", place - 1);
}

/// The cells of a column of text separated by tabs, without its heading.
fn column(tsv: &str, heading: &str) -> Vec<String> {
    let mut lines = tsv.lines().map(|line| line.split('\t').collect::<Vec<_>>());
    let header = lines.next().expect("a header");
    let place = header.iter().position(|name| *name == heading).unwrap_or_else(|| panic!("{heading} in {header:?}"));
    lines.map(|cells| cells[place].to_owned()).collect()
}

#[test]
fn the_table_of_counts_shows_and_copies_the_counts() {
    let mut bench = Bench::new();
    show_table(&mut bench, "Class counts");
    assert!(!bench.has(Role::Figure, "Class counts") && bench.has(Role::Figure, "Class weights"));
    for cell in ["C0", "2000", "1198", "C9", "33", "20"] {
        assert!(bench.has(Role::Label, cell), "{cell}");
    }
    let tsv = bench.copied();
    bench.check_shows("The table is on the clipboard");
    assert_eq!(column(&tsv, "Class"), (0..10).map(|class_idx| format!("C{class_idx}")).collect::<Vec<_>>());
    let counts = ["2000", "1198", "718", "430", "258", "154", "92", "55", "33", "20"];
    assert_eq!(column(&tsv, "Samples"), counts);

    bench.press("Picture");
    assert!(bench.has(Role::Figure, "Class counts"));
}

#[test]
fn the_table_of_weights_follows_beta_in_full_precision() {
    let mut bench = Bench::new();
    show_table(&mut bench, "Class weights");
    let numbers = |tsv: &str, heading| -> Vec<f64> {
        column(tsv, heading).iter().map(|cell| cell.parse().expect("a number")).collect()
    };
    let tsv = bench.copied();
    let (counts, inverse) = (numbers(&tsv, "Samples"), numbers(&tsv, "Inverse frequency"));
    // The mean over samples is 1, and weight times count is the same for every class.
    let mean = counts.iter().zip(&inverse).map(|(n, w)| n * w).sum::<f64>() / counts.iter().sum::<f64>();
    assert!((mean - 1.0).abs() < 1e-12, "{mean}");
    assert!((counts[0] * inverse[0] - counts[9] * inverse[9]).abs() < 1e-9);
    // E_n = (1 − βⁿ)/(1 − β) at n = 20.
    let effective = |beta: f64| (1.0 - beta.powi(20)) / (1.0 - beta);
    assert!((numbers(&tsv, "E_n")[9] - effective(0.999)).abs() < 1e-9);
    bench.set("β", "0.5");
    let tsv = bench.copied();
    assert!((numbers(&tsv, "E_n")[9] - effective(0.5)).abs() < 1e-9);
}

#[test]
fn the_table_of_recall_has_the_figures_of_the_training() {
    let mut bench = Bench::new();
    bench.key(Key::S);
    bench.wait_for_epoch(1);
    show_table(&mut bench, "Recall per class");
    let tsv = bench.copied();
    for (idx, name) in ["CE", "Balanced CE", "Focal", "CB"].into_iter().enumerate() {
        let run = bench.run(idx);
        let figures = column(&tsv, name);
        assert_eq!(figures[15], "n/a", "no class has fewer than 20 samples");
        let shown: Vec<f64> = figures[..13].iter().map(|cell| cell.parse().expect("a number")).collect();
        let recalls = run.per_class_recall.iter().map(|recall| recall.expect("a recall"));
        assert_eq!(shown[..10], recalls.collect::<Vec<_>>(), "{name}");
        assert_eq!(Some(shown[10]), run.figures.macro_recall, "{name}");
        assert_eq!(Some(shown[11]), run.figures.natural_accuracy, "{name}");
        assert_eq!(Some(shown[12]), run.figures.worst_recall, "{name}");
    }
    let rows = column(&tsv, "Class");
    assert_eq!(rows[10..], ["Macro", "Natural", "Worst", "Many", "Med.", "Few"]);
}

#[test]
fn the_table_of_curves_has_a_row_for_each_epoch() {
    let mut bench = Bench::new();
    for epoch in 1..=3 {
        bench.key(Key::S);
        bench.wait_for_epoch(epoch);
    }
    show_table(&mut bench, "Macro recall");
    let tsv = bench.copied();
    let rows: Vec<(String, String)> = column(&tsv, "Objective").into_iter().zip(column(&tsv, "Epoch")).collect();
    for name in ["CE", "Balanced CE", "Focal", "CB"] {
        for epoch in 0..=3 {
            assert!(rows.contains(&(name.to_owned(), epoch.to_string())), "{name} at epoch {epoch} in {rows:?}");
        }
    }
    let last = column(&tsv, "Macro recall").last().expect("a row").parse::<f64>().expect("a number");
    assert!((last - bench.macro_recall(3)).abs() < 1e-6);
}

#[test]
fn a_table_is_sorted_by_the_column_that_is_pressed() {
    let mut bench = Bench::new();
    show_table(&mut bench, "Class counts");
    let first_and_last = |bench: &Bench| {
        let is_class =
            |text: &String| text.len() == 2 && text.starts_with('C') && text.as_str() != "CE" && text.as_str() != "CB";
        let classes: Vec<String> = bench.texts().into_iter().filter(is_class).collect();
        assert_eq!(classes.len(), 10, "{classes:?}");
        (classes[0].clone(), classes[9].clone())
    };
    assert_eq!(first_and_last(&bench), ("C0".to_owned(), "C9".to_owned()));
    bench.press("Effective number");
    assert_eq!(first_and_last(&bench), ("C9".to_owned(), "C0".to_owned()));
    bench.press("Effective number ▼");
    assert_eq!(first_and_last(&bench), ("C0".to_owned(), "C9".to_owned()));
    bench.press("Effective number ▲");
    assert!(bench.has(Role::Button, "Effective number"));
}

#[test]
fn every_picture_has_a_table_before_and_after_training_and_enlarged() {
    let mut bench = Bench::new();
    for is_trained in [false, true] {
        if is_trained {
            bench.key(Key::S);
            bench.wait_for_epoch(1);
        }
        for picture in ["Recall per class", "Class counts", "Class weights", "Decision regions", "Macro recall"] {
            show_table(&mut bench, picture);
            assert!(!bench.has(Role::Figure, picture));
            assert!(bench.copied().lines().count() > 4, "{picture}");
            bench.press("Picture");
        }
    }
    show_table(&mut bench, "Class counts");
    bench.press("Enlarge: Class counts");
    bench.check_pictures(&[]);
    assert!(bench.has(Role::Label, "2000"));
    bench.press("Back");
    bench.check_pictures(&["Recall per class", "Class weights", "Decision regions", "Macro recall"]);
}

#[test]
fn scales_and_the_figure_over_epochs_can_be_chosen() {
    let mut bench = Bench::new();
    bench.key(Key::S);
    bench.wait_for_epoch(1);
    for place in 0..2 {
        bench.click(Role::Button, "Linear", 0);
        assert_eq!(bench.find_all(Role::Button, "Log").len(), place + 1);
    }
    assert!(!bench.lab().settings().log_counts && !bench.lab().settings().log_weights);
    for series in ["Training loss", "Natural accuracy", "Worst class"] {
        bench.click(Role::ComboBox, "Figure over epochs", 0);
        let entries = bench.find_all(Role::Button, series).len();
        if entries == 0 {
            let offered = bench.texts();
            panic!("{series} is not offered: {offered:?}");
        }
        bench.click(Role::Button, series, entries - 1);
        assert!(bench.has(Role::Figure, series), "{series}");
    }
}
