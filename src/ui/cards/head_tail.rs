//! Head recall against tail recall, with the way there over epochs.

use egui::Ui;

use super::{
    Card, Drawn, Needs, View,
    shared::{shown, thinned},
};
use crate::{
    experiment::{
        Series,
        export::{Cell, Grid},
    },
    ui::charts::{Classes, Marked, UnitCurve, UnitLook, objectives_legend_ui, unit_chart},
};

/// Head against tail recall.
pub(super) struct HeadTail;

impl Card for HeadTail {
    fn name(&self) -> &'static str {
        "Head against tail recall"
    }

    fn short_name(&self) -> &'static str {
        "Head and tail"
    }

    fn title(&self, _: &View<'_>) -> String {
        "Head recall against tail recall".to_owned()
    }

    fn meaning(&self, view: &View<'_>) -> String {
        format!(
            "Mean recall of the most frequent third of classes against that of the rarest third, on the {}; the trail is the way there over epochs. Up is better for the tail, right for the head",
            view.session.evaluation().label()
        )
    }

    fn needs(&self) -> Needs {
        Needs::Training
    }

    fn body_ui(&self, view: &mut View<'_>, ui: &mut Ui, _: &Classes) -> Option<Drawn> {
        let look = UnitLook {
            name: "Head against tail",
            axes: ["Recall, head third", "Recall, tail third"],
            marked: Marked::Last,
            has_diagonal: true,
        };
        objectives_legend_ui(ui, &mut view.session.spec.objectives);
        let size = ui.available_size();
        Some(Drawn::chart(unit_chart(ui, &trails(view, size.x / SPACING), look, size)))
    }

    fn table(&self, view: &mut View<'_>, _: &Classes) -> Grid {
        head_tail_grid(view)
    }
}

/// Points of a trail as if they stood this far apart: more of them would lie over each other.
const SPACING: f32 = 3.0;

/// Head and tail recall of each shown objective over epochs, about so many points at most.
fn trails(view: &View<'_>, room: f32) -> Vec<UnitCurve> {
    shown(view)
        .filter_map(|(idx, objective)| {
            let run = view.session.trained_run(idx)?;
            let (head, tail) = (run.history.points(Series::Head), run.history.points(Series::Tail));
            let points = head.iter().zip(&tail).map(|(head, tail)| [head[1], tail[1]]);
            let points: Vec<[f64; 2]> = thinned(points, room).collect();
            let read_out = points.last().map_or_else(String::new, |[x, y]| format!("head {x:.3}, tail {y:.3}"));
            Some(UnitCurve { name: objective.name.clone(), colour: objective.colour, points, mark: None, read_out })
        })
        .collect()
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
