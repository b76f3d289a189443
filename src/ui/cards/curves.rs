//! Learning curves: a figure of every objective over epochs, with marks where settings were changed.

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
    train::{Optimiser, Status},
    ui::charts::{Classes, Curve, CurvesLook, curves_chart, objectives_legend_ui},
};

/// Learning curves.
pub(super) struct Curves;

impl Card for Curves {
    fn name(&self) -> &'static str {
        "Learning curves"
    }

    fn short_name(&self) -> &'static str {
        "Curves"
    }

    fn title(&self, _: &View<'_>) -> String {
        "Learning curves".to_owned()
    }

    fn meaning(&self, view: &View<'_>) -> String {
        let series = view.settings.series;
        let what = if series.is_share() { view.session.evaluation().label() } else { "training samples" };
        format!("{} on the {what}, one line an objective", series.label())
    }

    fn needs(&self) -> Needs {
        Needs::Training
    }

    fn least_heights(&self) -> [f32; 2] {
        [170.0, 200.0]
    }

    fn choices_ui(&self, view: &mut View<'_>, ui: &mut Ui) {
        series_ui(view, ui);
    }

    fn body_ui(&self, view: &mut View<'_>, ui: &mut Ui, _: &Classes) -> Option<Drawn> {
        /// Distance of points on the screen.
        const SPACING: f32 = 2.0;
        objectives_legend_ui(ui, &mut view.session.spec.objectives);
        let series = view.settings.series;
        let snapshot = view.session.snapshot();
        // The solver ends by itself, long before an epoch that is meant for other optimisers.
        let is_solver = view.session.spec.training.optimiser == Optimiser::Lbfgs;
        let look = CurvesLook {
            end: if is_solver { solver_end(snapshot.epoch).min(view.session.goal) } else { view.session.goal },
            unit: if is_solver { "Iteration" } else { "Epoch" },
            is_share: series.is_share(),
            changes: &snapshot.changes,
            looked_at: snapshot.looked_at,
        };
        let size = ui.available_size();
        Some(Drawn::chart(curves_chart(ui, series.label(), &curves(view, size.x / SPACING), look, size)))
    }

    fn table(&self, view: &mut View<'_>, _: &Classes) -> Grid {
        curves_grid(view)
    }
}

/// End of the axis after so many iterations of a solver; it moves in few steps while it runs.
fn solver_end(iterations: u64) -> u64 {
    const LEAST: u64 = 10;
    let mut ends =
        std::iter::successors(Some(LEAST), |end| end.checked_mul(10)).flat_map(|end| [end, end * 2, end * 5]);
    ends.find(|&end| end >= iterations).unwrap_or(iterations)
}

/// The figure that the learning curves follow.
fn series_ui(view: &mut View<'_>, ui: &mut Ui) {
    let shown = egui::ComboBox::from_id_salt("series")
        .width(100.0)
        .selected_text(view.settings.series.label())
        .show_ui(ui, |ui| {
            for series in Series::ALL {
                ui.selectable_value(&mut view.settings.series, series, series.label());
            }
        });
    shown.response.widget_info(|| egui::WidgetInfo::labeled(egui::Role::ComboBox, true, "Figure over epochs"));
    shown.response.on_hover_text("The figure that is followed over epochs");
}

/// The curves of the shown objectives, each with about so many points at most.
fn curves(view: &View<'_>, room: f32) -> Vec<Curve> {
    shown(view)
        .filter_map(|(idx, objective)| {
            let run = view.session.run(idx)?;
            let points = thinned(run.history.points(view.settings.series).into_iter(), room).collect();
            let diverged = match &run.status {
                Status::Diverged(divergence) => Some(divergence.epoch),
                _ => None,
            };
            Some(Curve { name: objective.name.clone(), colour: objective.colour, points, diverged })
        })
        .collect()
}

/// Every figure of every objective over epochs, with what was changed since the row before.
fn curves_grid(view: &View<'_>) -> Grid {
    let header = ["Objective", "Epoch"].into_iter().chain(Series::ALL.map(Series::label)).chain(["Changed before"]);
    let changes = &view.session.snapshot().changes;
    let mut rows = Vec::new();
    for (idx, objective) in shown(view) {
        let Some(run) = view.session.run(idx) else { continue };
        let columns = Series::ALL.map(|series| run.history.points(series));
        let mut last_epoch = None;
        for (place, point) in run.history.points(Series::Objective).iter().enumerate() {
            let value = |points: &Vec<[f64; 2]>| {
                let found = points.get(place).filter(|found| found[0] == point[0]);
                found
                    .or_else(|| points.iter().find(|found| found[0] == point[0]))
                    .map_or(Cell::Missing, |found| Cell::Number(found[1]))
            };
            let epoch = point[0] as u64;
            // A change after epoch e takes effect in the next epoch.
            let made: Vec<String> = changes
                .iter()
                .filter(|mark| mark.until < epoch && last_epoch.is_some_and(|last| mark.until >= last))
                .filter(|mark| mark.change.objective.as_ref().is_none_or(|(colour, _)| *colour == objective.colour))
                .map(|mark| mark.change.to_string())
                .collect();
            last_epoch = Some(epoch);
            let start = [Cell::Text(objective.name.clone()), Cell::Count(epoch)];
            let made = Cell::Text(made.join("; "));
            rows.push(start.into_iter().chain(columns.iter().map(value)).chain([made]).collect());
        }
    }
    Grid { header: header.map(str::to_owned).collect(), rows, ..Grid::default() }
}

#[cfg(test)]
mod tests {
    use super::solver_end;

    #[test]
    fn the_axis_of_a_solver_ends_near_its_iterations_and_moves_in_steps() {
        assert_eq!([0, 10, 11, 47, 51, 120].map(solver_end), [10, 10, 20, 50, 100, 200]);
    }
}
