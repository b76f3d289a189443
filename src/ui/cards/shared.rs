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

/// The same with their whole names.
pub fn whole_classes(view: &View<'_>) -> Classes {
    Classes { names: view.session.class_names(), ..classes(view) }
}

/// The objectives that are drawn, with their place.
pub(super) fn shown<'a>(view: &'a View<'_>) -> impl Iterator<Item = (usize, &'a ObjectiveSpec)> {
    view.session.spec.objectives.iter().enumerate().filter(|(_, objective)| objective.shown)
}

/// As many points of a curve as can be told apart on the screen: every one, every second, every fourth, …, so that the same ones
/// stay while others are added, and the last one; about `room` at most.
pub(super) fn thinned<T>(points: impl ExactSizeIterator<Item = T>, room: f32) -> impl Iterator<Item = T> {
    let n_points = points.len();
    let stride = n_points.div_ceil(room.max(1.0) as usize).next_power_of_two();
    let is_kept = move |idx: usize| idx.is_multiple_of(stride) || idx + 1 == n_points;
    points.enumerate().filter(move |(idx, _)| is_kept(*idx)).map(|(_, point)| point)
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

#[cfg(test)]
mod tests {
    use super::thinned;

    #[test]
    fn a_curve_has_no_more_points_than_room_and_keeps_them_while_it_grows() {
        let kept = |n: u32, room: f32| thinned((0..n).collect::<Vec<_>>().into_iter(), room).collect::<Vec<u32>>();
        assert_eq!(kept(5, 5.0), [0, 1, 2, 3, 4]);
        assert_eq!(kept(6, 5.0), [0, 2, 4, 5]);
        assert_eq!(kept(7, 5.0), [0, 2, 4, 6]);
        assert_eq!(kept(11, 5.0), [0, 4, 8, 10]);
        assert_eq!(kept(3, 0.0), [0, 2]);
        assert!(kept(0, 5.0).is_empty());
        assert!((1..2000).all(|n| kept(n, 100.0).len() <= 101));
    }
}
