//! The numbers behind the pictures of what comes out, as tables.

use super::{
    View,
    outcome::{baseline_name, differences, figure, norms, scores},
    shared::shown,
    tables::by_class,
};
use crate::{
    experiment::{
        Series,
        export::{Cell, Grid},
    },
    state::{Picture, class_label},
    ui::charts::Classes,
};

/// The numbers behind a picture.
pub(super) fn grid(view: &View<'_>, picture: Picture, classes: &Classes) -> Grid {
    match picture {
        Picture::Differences => by_class(
            classes,
            differences(view, classes).into_iter().map(|bars| {
                let cells = bars.recall.into_iter().map(|value| value.map_or(Cell::Missing, Cell::Share)).collect();
                (format!("{} − {}", bars.name, baseline_name(view)), cells)
            }),
        ),
        Picture::Confusion => confusion_grid(view, classes),
        Picture::HeadTail => head_tail_grid(view),
        Picture::PrecisionRecall => precision_recall_grid(view),
        Picture::Reliability => reliability_grid(view),
        _ => by_class(
            classes,
            norms(view, classes)
                .into_iter()
                .map(|column| (column.name, column.values.into_iter().map(Cell::Number).collect())),
        ),
    }
}

fn confusion_grid(view: &View<'_>, classes: &Classes) -> Grid {
    let header = ["Objective", "True class", "Predicted class", "Samples", "Row share", "Column share"];
    let mut rows = Vec::new();
    for (idx, objective) in shown(view) {
        let Some(run) = view.session.trained_run(idx) else { continue };
        let matrix = &run.outcome.confusion;
        let predicted = matrix.n_predicted();
        for &true_idx in &classes.order {
            let of_class = matrix.n_of_class(true_idx);
            for &predicted_idx in &classes.order {
                let count = u64::from(matrix.row(true_idx)[predicted_idx]);
                if count == 0 {
                    continue;
                }
                let name = |class_idx: usize| Cell::Text(class_label(&classes.names, class_idx));
                rows.push(vec![
                    Cell::Text(objective.name.clone()),
                    name(true_idx),
                    name(predicted_idx),
                    Cell::Count(count),
                    Cell::Share(count as f64 / of_class as f64),
                    Cell::Share(count as f64 / predicted[predicted_idx] as f64),
                ]);
            }
        }
    }
    let notes = vec!["Cells without a sample are left out".to_owned()];
    Grid { header: header.map(str::to_owned).to_vec(), rows, notes, ..Grid::default() }
}

fn head_tail_grid(view: &View<'_>) -> Grid {
    let mut rows = Vec::new();
    for (idx, objective) in shown(view) {
        let Some(run) = view.session.trained_run(idx) else { continue };
        let tail = run.history.points(Series::Tail);
        for (head, tail) in run.history.points(Series::Head).iter().zip(tail) {
            rows.push(vec![
                Cell::Text(objective.name.clone()),
                Cell::Count(head[0] as u64),
                Cell::Share(head[1]),
                Cell::Share(tail[1]),
            ]);
        }
    }
    let header = ["Objective", "Epoch", "Head recall", "Tail recall"].map(str::to_owned).to_vec();
    Grid { header, rows, ..Grid::default() }
}

fn precision_recall_grid(view: &View<'_>) -> Grid {
    let (mut rows, mut notes) = (Vec::new(), Vec::new());
    for (name, _, scores) in scores(view) {
        for point in &scores.precision_recall {
            rows.push(vec![Cell::Text(name.to_owned()), Cell::Share(point[0]), Cell::Share(point[1])]);
        }
        notes.push(format!(
            "{name}: average precision {}, {} of {} samples are of the class",
            figure(scores.average_precision),
            scores.n_positives,
            scores.n_samples
        ));
    }
    let header = ["Objective", "Recall", "Precision"].map(str::to_owned).to_vec();
    Grid { header, rows, notes, ..Grid::default() }
}

fn reliability_grid(view: &View<'_>) -> Grid {
    let (mut rows, mut notes) = (Vec::new(), Vec::new());
    for (name, _, scores) in scores(view) {
        for bin in &scores.bins {
            let [predicted, observed] = match bin.point() {
                Some(point) => point.map(Cell::Share),
                None => [Cell::Missing, Cell::Missing],
            };
            rows.push(vec![Cell::Text(name.to_owned()), Cell::Count(bin.n_samples as u64), predicted, observed]);
        }
        notes.push(format!("{name}: off by {} on average", figure(scores.calibration_error)));
    }
    let header = ["Objective", "Samples", "Predicted", "Observed"].map(str::to_owned).to_vec();
    Grid { header, rows, notes, ..Grid::default() }
}
