//! Pictures of what comes out: each can stand in the lab, shows the run, and has its numbers as a table.

use egui::{Key, accesskit::Role};
use longtail_lab::{
    state::{CellShare, Picture},
    ui::cards::card,
};

use super::bench::Bench;

/// Puts a picture where another stands.
fn put(bench: &mut Bench, standing: &str, picture: &str) {
    bench.click(Role::Button, &format!("Picture here: {standing}"), 0);
    bench.press(picture);
}

/// A lab that has trained two epochs.
fn trained() -> Bench {
    let mut bench = Bench::new();
    for epoch in 1..=2 {
        bench.key(Key::S);
        bench.wait_for_epoch(epoch);
    }
    bench
}

/// Puts a picture into the first place, in which another stands, and takes its table.
fn table(bench: &mut Bench, standing: &str, picture: &str) -> Vec<Vec<String>> {
    put(bench, standing, picture);
    bench.press(&format!("Enlarge: {picture}"));
    bench.press("Table");
    let rows = bench.copied_rows();
    bench.press("Picture");
    bench.key(Key::Escape);
    rows
}

fn number(text: &str) -> f64 {
    text.parse().unwrap_or_else(|_| panic!("\"{text}\" is no number"))
}

#[test]
fn every_picture_for_the_lab_can_stand_in_each_place_before_and_after_training() {
    let mut bench = Bench::new();
    for is_trained in [false, true] {
        if is_trained {
            bench.key(Key::S);
            bench.wait_for_epoch(1);
        }
        for usual in Picture::OF_LAB {
            for picture in Picture::FOR_LAB {
                let standing = bench.lab().settings().compare.at(usual);
                put(&mut bench, card(standing).name(), card(picture).name());
                assert_eq!(bench.lab().settings().compare.at(usual), picture);
            }
        }
        let standing = bench.lab().settings().compare.at(Picture::Recall);
        put(&mut bench, card(standing).name(), "Usual pictures");
        assert!(bench.lab().settings().compare.instead.is_empty());
    }
}

#[test]
fn differences_are_those_of_recall_to_the_baseline_that_is_chosen() {
    let mut bench = trained();
    put(&mut bench, "Recall per class", "Differences to a baseline");
    bench.choose("Baseline", "Focal");
    let rows = table(&mut bench, "Differences to a baseline", "Differences to a baseline");
    assert_eq!(rows[0], ["Class", "Samples", "CE − Focal", "Balanced CE − Focal", "CB − Focal"]);
    for (rank, row) in rows[1..].iter().enumerate() {
        let recall = |objective_idx: usize| bench.run(objective_idx).per_class_recall[rank].expect("a recall");
        for (column, objective_idx) in [(2, 0), (3, 1), (4, 3)] {
            assert_eq!(number(&row[column]), recall(objective_idx) - recall(2), "class {rank}");
        }
    }
    bench.click(Role::Button, "Lines", 0);
    assert!(bench.has(Role::Button, "Bars") && bench.lab().settings().compare.has_lines);
}

#[test]
fn a_confusion_matrix_has_recall_on_its_diagonal_and_a_cell_marks_its_samples() {
    let mut bench = trained();
    let rows = table(&mut bench, "Recall per class", "Confusion matrices");
    assert_eq!(rows[0], ["Objective", "True class", "Predicted class", "Samples", "Row share", "Column share"]);
    let diagonal = rows.iter().find(|row| row[0] == "CB" && row[1] == "C0" && row[2] == "C0").expect("C0 under CB");
    assert_eq!(number(&diagonal[4]), bench.run(3).per_class_recall[0].expect("a recall"));
    bench.choose("Cells of the matrices", "Column %");
    assert_eq!(bench.lab().settings().compare.cell_share, CellShare::Column);

    // The upper left cell of the first matrix: the most frequent class, recognised.
    let area = bench.get(Role::Figure, "Confusion matrices").rect();
    bench.click_at(area.min + egui::vec2(6.0, 26.0), 1);
    assert_eq!(bench.session().selected_cell, Some((0, 0)));
    bench.wait_until("the marked samples", |lab| {
        lab.session().snapshot().runs.iter().all(|run| {
            let n = run.outcome.confusion.row(0)[0] as usize;
            run.outcome.marked.len() == n
        })
    });
    bench.press("Unmark");
    assert_eq!(bench.session().selected_cell, None);
    bench.wait_until("no marks", |lab| lab.session().snapshot().runs.iter().all(|run| run.outcome.marked.is_empty()));
}

#[test]
fn figures_of_other_classes_are_never_drawn_over_those_on_the_screen() {
    for is_table in [false, true] {
        let mut bench = trained();
        put(&mut bench, "Recall per class", "Confusion matrices");
        if is_table {
            bench.press("Enlarge: Confusion matrices");
            bench.press("Table");
        }
        for n_classes in [14.0, 3.0, 20.0, 2.0] {
            bench.key(Key::S);
            bench.wait_for_epoch(1);
            bench.get(Role::Slider, "Classes").set_value_accesskit(n_classes);
            // The frames before the worker has answered, and those after.
            for _ in 0..6 {
                bench.step();
                let n_shown = bench.session().counts().expect("generated data have counts at once").n_classes();
                for run in (0..4).filter_map(|idx| bench.session().run(idx)) {
                    assert_eq!(run.per_class_recall.len(), n_shown);
                }
            }
            bench.wait_until_ready();
        }
    }
}

#[test]
fn one_class_is_told_from_all_others_and_only_while_that_is_on_the_screen() {
    let mut bench = trained();
    assert!(bench.run(0).outcome.scores.is_none());
    put(&mut bench, "Recall per class", "Precision and recall of a class");
    let scored = |lab: &longtail_lab::app::Lab, class_idx: usize| {
        let of = |run: &longtail_lab::state::RunSnapshot| run.outcome.scores.as_ref().map(|scores| scores.class_idx);
        lab.session().snapshot().runs.iter().all(|run| of(run) == Some(class_idx))
    };
    bench.wait_until("scores of the rarest class", |lab| scored(lab, 9));
    bench.choose("Class against all others", "C1");
    bench.wait_until("scores of another class", |lab| scored(lab, 1));
    let rows = table(&mut bench, "Precision and recall of a class", "Precision and recall of a class");
    assert_eq!(rows[0], ["Objective", "Recall", "Precision"]);
    assert_eq!(number(&rows.iter().rfind(|row| row[0] == "CE").expect("a row of CE")[1]), 1.0);
    put(&mut bench, "Precision and recall of a class", "Reliability of a class");
    let rows = table(&mut bench, "Reliability of a class", "Reliability of a class");
    let n: f64 = rows[1..].iter().filter(|row| row[0] == "CE").map(|row| number(&row[1])).sum();
    assert_eq!((rows.len(), n), (1 + 4 * 10, bench.run(0).outcome.scores.as_ref().expect("scores").n_samples as f64));
    put(&mut bench, "Reliability of a class", "Recall per class");
    bench.wait_until("no scores", |lab| lab.session().snapshot().runs.iter().all(|run| run.outcome.scores.is_none()));
}

#[test]
fn head_and_tail_recall_are_means_of_thirds_and_norms_those_of_the_model() {
    let mut bench = trained();
    let rows = table(&mut bench, "Recall per class", "Head against tail recall");
    let last = rows.iter().rfind(|row| row[0] == "Focal").expect("rows of Focal");
    let recall = bench.run(2).per_class_recall.clone();
    let mean = |classes: &[usize]| {
        classes.iter().map(|&class_idx| recall[class_idx].expect("a recall")).sum::<f64>() / classes.len() as f64
    };
    assert_eq!(last[1], "2");
    assert!((number(&last[2]) - mean(&[0, 1, 2, 3])).abs() < 1e-12, "{last:?}");
    assert!((number(&last[3]) - mean(&[7, 8, 9])).abs() < 1e-12, "{last:?}");
    let rows = table(&mut bench, "Head against tail recall", "Weight norms");
    assert_eq!(number(&rows[1][2]), bench.run(0).outcome.weight_norms[0]);
}

#[test]
fn test_samples_are_drawn_on_the_regions_where_they_are_asked_for() {
    let mut bench = trained();
    bench.check_shows("Decision regions and training samples");
    bench.press("Test set");
    assert!(bench.lab().settings().compare.shows_test);
    bench.check_shows("Decision regions and test samples");
    bench.press("Train set");
    bench.check_shows("Decision regions and training samples");
}
