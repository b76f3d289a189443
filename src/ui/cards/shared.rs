//! What cards have in common: the classes in their order, the objectives that are drawn, tables over classes, and what stands
//! where there is nothing to draw.

use egui::{RichText, Ui};

use super::View;
use crate::{
    experiment::{
        ObjectiveSpec,
        export::{Cell, Grid},
    },
    state::Phase,
    ui::{
        charts::Classes,
        fit::{brief_names, brief_sentence},
    },
};

/// What stands in place of pictures when there is nothing to draw.
pub(super) fn empty_ui(view: &View<'_>, ui: &mut Ui) {
    let text = match (&view.session.snapshot().phase, view.session.checked()) {
        (_, Err(reason)) => reason.to_owned(),
        (Phase::Failed(reason), _) => reason.clone(),
        (Phase::Preparing, _) => "Preparing the samples…".to_owned(),
        _ => "No samples yet".to_owned(),
    };
    ui.centered_and_justified(|ui| ui.label(RichText::new(brief_sentence(&text)).weak()));
}

/// Classes from head to tail, as that was when the hand went down that drags a count.
pub(in crate::ui) fn classes(view: &View<'_>) -> Classes {
    let Some(counts) = view.session.counts() else { return Classes::default() };
    let held = view.session.held_order.as_ref().filter(|order| order.len() == counts.n_classes());
    let order = held.cloned().unwrap_or_else(|| counts.head_to_tail());
    let rank_of = |class_idx: usize| order.iter().position(|&other| other == class_idx);
    Classes {
        names: brief_names(view.session.class_names()),
        counts: order.iter().map(|&class_idx| counts.as_slice()[class_idx]).collect(),
        hovered: view.session.marked_class.and_then(rank_of),
        selected: view.session.selected_class.and_then(rank_of),
        window: view.session.window.ranks(order.len()),
        order,
    }
}

/// The objectives that are drawn, with their place.
pub(super) fn shown<'a>(view: &'a View<'_>) -> impl Iterator<Item = (usize, &'a ObjectiveSpec)> {
    view.session.spec.objectives.iter().enumerate().filter(|(_, objective)| objective.shown)
}

/// Class, samples, and named columns, each with a cell for every class from head to tail.
pub(super) fn by_class(classes: &Classes, columns: impl Iterator<Item = (String, Vec<Cell>)>) -> Grid {
    let mut header = vec!["Class".to_owned(), "Samples".to_owned()];
    let mut rows: Vec<Vec<Cell>> = (0..classes.len())
        .map(|rank| vec![Cell::Text(classes.label(rank)), Cell::Count(classes.counts[rank])])
        .collect();
    for (name, cells) in columns {
        header.push(name);
        for (row, cell) in rows.iter_mut().zip(cells) {
            row.push(cell);
        }
    }
    Grid { header, rows, ..Grid::default() }
}
