//! Pictures of what comes out: differences to a baseline, confusion, head against tail, how one class is ranked and how far
//! its probabilities can be trusted, and how long the weight vectors are.

use egui::{Response, RichText, Ui};

use super::{View, shared::shown};
use crate::{
    bounds::Bounded,
    experiment::Series,
    state::{CellShare, Picture, RunSnapshot, class_label},
    train::{ClassScores, ReliabilityBin},
    ui::{
        charts::{
            Classes, Column, ColumnsLook, ConfusionPicture, Marked, RecallBars, RecallLook, RecallScale, UnitCurve,
            UnitLook, columns_chart, columns_legend_ui, confusion_chart, recall_chart, unit_chart,
        },
        fit::brief_names,
        widgets::choice_box,
    },
};

/// Whether a picture is one of these.
pub(super) fn is_of_outcome(picture: Picture) -> bool {
    use Picture::{Confusion, Differences, HeadTail, Norms, PrecisionRecall, Reliability};
    matches!(picture, Differences | Confusion | HeadTail | PrecisionRecall | Reliability | Norms)
}

/// The title of a picture, a sentence of fact, and what it means.
pub(super) fn title(view: &View<'_>, picture: Picture) -> (String, String) {
    let evaluated = view.session.evaluation().label();
    let class = || scored_label(view);
    match picture {
        Picture::Differences => (
            format!("Recall − {}", baseline_name(view)),
            format!("Recall of each class on the {evaluated} minus that of {}", baseline_name(view)),
        ),
        Picture::Confusion => (
            "Confusion matrices".to_owned(),
            format!(
                "True classes from top to bottom, predicted ones from left to right, head first, on the {evaluated}. {}",
                view.settings.compare.cell_share.explanation()
            ),
        ),
        Picture::HeadTail => (
            "Head recall against tail recall".to_owned(),
            format!(
                "Mean recall of the most frequent third of classes against that of the rarest third, on the {evaluated}; the trail is the way there over epochs. Up is better for the tail, right for the head"
            ),
        ),
        Picture::PrecisionRecall => (
            format!("Precision by recall, {}", class()),
            "One class against all others, over every threshold of its probability, on samples as frequent as in training where there are such. Choose a class, or click its bar, to see another".to_owned(),
        ),
        Picture::Reliability => (
            format!("Reliability, {}", class()),
            "How far the probabilities of the class can be trusted. Samples in tenths of the predicted probability of the class: how often it is right. On the diagonal a probability of 0.7 is right in 70 of 100 cases; re-weighting moves probabilities of rare classes below it".to_owned(),
        ),
        _ => (
            "Length of each class's weight vector".to_owned(),
            "‖W_j‖ of the linear model: under CE frequent classes have longer vectors, a trace of the imbalance (Kang et al. 2020)".to_owned(),
        ),
    }
}

/// Draws a picture; returns its response and the rank under the pointer.
pub(super) fn outcome_ui(
    view: &mut View<'_>,
    ui: &mut Ui,
    picture: Picture,
    classes: &Classes,
) -> (Response, Option<usize>) {
    match picture {
        Picture::Differences => differences_ui(view, ui, classes),
        Picture::Confusion => confusion_ui(view, ui, classes),
        Picture::HeadTail => (head_tail_ui(view, ui), None),
        Picture::PrecisionRecall => (precision_recall_ui(view, ui), None),
        Picture::Reliability => (reliability_ui(view, ui), None),
        _ => norms_ui(view, ui, classes),
    }
}

// ---- Differences ----

pub(super) fn baseline_name(view: &View<'_>) -> String {
    let spec = &view.session.spec;
    let baseline = spec.objectives.get(view.settings.compare.baseline_idx(spec));
    baseline.map_or_else(String::new, |objective| objective.name.clone())
}

/// The objective that the others are compared to.
pub(super) fn baseline_ui(view: &mut View<'_>, ui: &mut Ui) {
    let spec = &view.session.spec;
    let mut chosen = view.settings.compare.baseline_idx(spec);
    let before = chosen;
    let places: Vec<usize> = shown(view).map(|(idx, _)| idx).collect();
    let names: Vec<String> = spec.objectives.iter().map(|objective| objective.name.clone()).collect();
    let width = (ui.available_width() - 8.0).within(60.0, 150.0);
    choice_box(ui, "baseline", "Baseline", width, &mut chosen, &places, |idx| {
        (names.get(idx).cloned().unwrap_or_default(), "The objective that the others are compared to")
    });
    if chosen != before {
        view.settings.compare.baseline = view.session.spec.objectives.get(chosen).map(|objective| objective.colour);
    }
}

/// Differences of every shown objective but the baseline, from head to tail.
pub(super) fn differences(view: &View<'_>, classes: &Classes) -> Vec<RecallBars> {
    let baseline_idx = view.settings.compare.baseline_idx(&view.session.spec);
    let recall = |idx: usize, class_idx: usize| {
        view.session.trained_run(idx).and_then(|run| run.per_class_recall.get(class_idx).copied().flatten())
    };
    let bars = shown(view).filter(|(idx, _)| *idx != baseline_idx).map(|(idx, objective)| RecallBars {
        name: objective.name.clone(),
        colour: objective.colour,
        recall: classes
            .order
            .iter()
            .map(|&class_idx| Some(recall(idx, class_idx)? - recall(baseline_idx, class_idx)?))
            .collect(),
    });
    bars.collect()
}

fn differences_ui(view: &mut View<'_>, ui: &mut Ui, classes: &Classes) -> (Response, Option<usize>) {
    let bars = differences(view, classes);
    columns_legend_ui(ui, bars.iter().map(|bar| (bar.colour, bar.name.as_str())));
    let has_lines = view.settings.compare.has_lines;
    let look = RecallLook { name: "Differences of recall", scale: RecallScale::Difference, has_lines };
    let size = ui.available_size();
    recall_chart(ui, classes, &bars, look, size)
}

// ---- Confusion ----

/// What cells are shares of.
pub(super) fn cell_share_ui(view: &mut View<'_>, ui: &mut Ui) {
    let share = &mut view.settings.compare.cell_share;
    choice_box(ui, "cells", "Cells of the matrices", 92.0, share, &CellShare::ALL, |share| {
        (share.label(), share.explanation())
    });
}

fn confusion_ui(view: &mut View<'_>, ui: &mut Ui, classes: &Classes) -> (Response, Option<usize>) {
    let pictures: Vec<ConfusionPicture> = shown(view)
        .map(|(idx, objective)| ConfusionPicture {
            name: objective.name.clone(),
            colour: objective.colour,
            matrix: view.session.trained_run(idx).map(|run| run.outcome.confusion.clone()),
        })
        .collect();
    let share = view.settings.compare.cell_share;
    let selected = view.session.selected_cell;
    if let Some((true_idx, predicted_idx)) = selected {
        let name = |class_idx: usize| class_label(&brief_names(view.session.class_names()), class_idx);
        let text = format!("Marked in the regions: samples of {} taken for {}", name(true_idx), name(predicted_idx));
        ui.horizontal(|ui| {
            ui.add(egui::Label::new(RichText::new(text).size(12.0)).truncate());
            if ui.small_button("Unmark").on_hover_text("Mark no samples in the regions").clicked() {
                view.session.selected_cell = None;
            }
        });
    }
    let size = ui.available_size();
    let drawn = confusion_chart(ui, classes, &pictures, &mut view.regions.confusion, share, selected, size);
    if let Some(cell) = drawn.clicked {
        view.session.selected_cell = Some(cell).filter(|_| selected != Some(cell));
    }
    (drawn.response, drawn.hovered)
}

// ---- Head against tail ----

fn head_tail_ui(view: &View<'_>, ui: &mut Ui) -> Response {
    let curves: Vec<UnitCurve> = shown(view)
        .filter_map(|(idx, objective)| {
            let run = view.session.trained_run(idx)?;
            let (head, tail) = (run.history.points(Series::Head), run.history.points(Series::Tail));
            let points: Vec<[f64; 2]> = head.iter().zip(&tail).map(|(head, tail)| [head[1], tail[1]]).collect();
            let read_out = points.last().map_or_else(String::new, |[x, y]| format!("head {x:.3}, tail {y:.3}"));
            Some(UnitCurve { name: objective.name.clone(), colour: objective.colour, points, read_out })
        })
        .collect();
    let look = UnitLook {
        name: "Head against tail",
        axes: ["Recall, head third", "Recall, tail third"],
        marked: Marked::Last,
        has_diagonal: true,
    };
    let size = ui.available_size();
    unit_chart(ui, &curves, look, size)
}

// ---- One class ----

/// The name of the class whose scores are shown.
fn scored_label(view: &View<'_>) -> String {
    let scored = view.session.scored_class();
    scored.map_or_else(
        || "a class".to_owned(),
        |class_idx| class_label(&brief_names(view.session.class_names()), class_idx),
    )
}

/// The class that is told from all others; of very many it is chosen by a click on its bar.
pub(super) fn scored_class_ui(view: &mut View<'_>, ui: &mut Ui, classes: &Classes) {
    const MOST_NAMES: usize = 200;
    let Some(mut chosen) = view.session.scored_class() else { return };
    if classes.len() > MOST_NAMES {
        return;
    }
    let before = chosen;
    let width = (ui.available_width() - 8.0).within(60.0, 110.0);
    let name = |class_idx: usize| class_label(&classes.names, class_idx);
    choice_box(ui, "scored class", "Class against all others", width, &mut chosen, &classes.order, |class_idx| {
        (name(class_idx), "The class that is told from all others; it is marked in every picture")
    });
    if chosen != before {
        view.session.selected_class = Some(chosen);
    }
}

/// Scores of each shown objective.
pub(super) fn scores<'a>(view: &'a View<'_>) -> impl Iterator<Item = (&'a str, usize, &'a ClassScores)> {
    shown(view).filter_map(|(idx, objective)| {
        let scores = view.session.trained_run(idx)?.outcome.scores.as_deref()?;
        Some((objective.name.as_str(), objective.colour, scores))
    })
}

/// A figure, or that there is none.
pub(super) fn figure(value: Option<f64>) -> String {
    value.map_or_else(|| "n/a".to_owned(), |value| format!("{value:.3}"))
}

fn precision_recall_ui(view: &View<'_>, ui: &mut Ui) -> Response {
    let look = UnitLook {
        name: "Precision against recall",
        axes: ["Recall", "Precision"],
        marked: Marked::None,
        has_diagonal: false,
    };
    scores_ui(view, ui, look, |scores| {
        let read_out = format!("average precision {}", figure(scores.average_precision));
        (scores.precision_recall.clone(), read_out)
    })
}

fn reliability_ui(view: &View<'_>, ui: &mut Ui) -> Response {
    let look = UnitLook {
        name: "Observed against predicted",
        axes: ["Predicted probability", "Observed share"],
        marked: Marked::All,
        has_diagonal: true,
    };
    scores_ui(view, ui, look, |scores| {
        let points = scores.bins.iter().filter_map(ReliabilityBin::point).collect();
        (points, format!("off by {} on average", figure(scores.calibration_error)))
    })
}

/// A line for each objective, made of its scores: the points, and what is said of them.
fn scores_ui(
    view: &View<'_>,
    ui: &mut Ui,
    look: UnitLook,
    line: impl Fn(&ClassScores) -> (Vec<[f64; 2]>, String),
) -> Response {
    let curves: Vec<UnitCurve> = scores(view)
        .map(|(name, colour, scores)| {
            let (points, read_out) = line(scores);
            UnitCurve { name: name.to_owned(), colour, points, read_out }
        })
        .collect();
    columns_legend_ui(ui, curves.iter().map(|curve| (curve.colour, curve.name.as_str())));
    let size = ui.available_size();
    unit_chart(ui, &curves, look, size)
}

// ---- Norms ----

pub(super) fn norms(view: &View<'_>, classes: &Classes) -> Vec<Column> {
    let column = |(idx, objective): (usize, &crate::experiment::ObjectiveSpec)| {
        let run: &RunSnapshot = view.session.trained_run(idx)?;
        let norm = |&class_idx: &usize| run.outcome.weight_norms.get(class_idx).copied().unwrap_or(0.0);
        let values = classes.order.iter().map(norm).collect();
        Some(Column { name: objective.name.clone(), colour: objective.colour, values })
    };
    shown(view).filter_map(column).collect()
}

fn norms_ui(view: &View<'_>, ui: &mut Ui, classes: &Classes) -> (Response, Option<usize>) {
    let columns = norms(view, classes);
    columns_legend_ui(ui, columns.iter().map(|column| (column.colour, column.name.as_str())));
    let look = ColumnsLook { name: "Weight norms", is_log: false, is_relative: false };
    let size = ui.available_size();
    columns_chart(ui, classes, &columns, look, size)
}
