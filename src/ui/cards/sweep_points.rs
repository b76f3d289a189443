//! The points of a sweep: as pictures, and as tables from which a run is loaded.

use std::sync::Arc;

use egui::{Align, Layout, RichText, Ui};

use super::{Card, Drawn, Needs, Numbers, View, sweep_pictures::picture_ui};
use crate::ui::theme;
use crate::{
    experiment::export::Grid,
    state::{Action, Picture, SweepCommand, SweepResults, TunePage},
    text::capitalised,
    ui::{
        charts::Classes,
        widgets::{pick_table_ui, tsv},
    },
};

/// The switch between the pages, at the right of the card's head.
fn pages_ui(view: &mut View<'_>, ui: &mut Ui) {
    let page = &mut view.settings.tune.page;
    for other in TunePage::ALL {
        let label = RichText::new(other.label()).size(theme::sized(13.0));
        ui.selectable_value(page, other, label).on_hover_text(other.tooltip());
    }
}

/// Points of the sweep.
pub(super) struct SweepPoints;

impl Card for SweepPoints {
    fn name(&self) -> &'static str {
        "Points of the sweep"
    }

    fn title(&self, view: &View<'_>) -> String {
        let set_up = || view.settings.tune.metric.label().to_owned();
        let metric = view.session.tune.results().map_or_else(set_up, |results| results.checked.spec().metric_label());
        let metric = capitalised(&metric);
        match view.settings.tune.page {
            TunePage::HeatMap => format!("{metric} on the validation part"),
            TunePage::Against => format!("{metric} on the validation part, ± 95 %"),
            TunePage::HeadTail => "Recall of head and tail on the test part".to_owned(),
            TunePage::Parallel => format!("{metric} of each point, validation part"),
            TunePage::Points => "Points, best first; click one to load it".to_owned(),
            TunePage::Runs => "Finished runs; click one to load it".to_owned(),
        }
    }

    fn meaning(&self, view: &View<'_>) -> String {
        view.settings.tune.page.tooltip().to_owned()
    }

    fn needs(&self) -> Needs {
        Needs::Nothing
    }

    fn numbers(&self, view: &View<'_>) -> Numbers {
        match view.settings.tune.page {
            TunePage::Points | TunePage::Runs => Numbers::Never,
            TunePage::HeatMap | TunePage::Against | TunePage::HeadTail | TunePage::Parallel => Numbers::InBody,
        }
    }

    fn least_heights(&self) -> [f32; 2] {
        [340.0, 360.0]
    }

    fn choices_ui(&self, view: &mut View<'_>, ui: &mut Ui) {
        pages_ui(view, ui);
    }

    fn body_ui(&self, view: &mut View<'_>, ui: &mut Ui, _: &Classes) -> Option<Drawn> {
        points_ui(view, ui).map(Drawn::chart)
    }

    fn table(&self, view: &mut View<'_>, _: &Classes) -> Grid {
        let Some(results) = results(view) else { return Grid::default() };
        view.session.tune.table(&results, view.settings.tune.page == TunePage::Runs).grid.clone()
    }
}

/// What is finished, where something is.
fn results(view: &View<'_>) -> Option<Arc<SweepResults>> {
    view.session.tune.results().filter(|results| !results.lines.records.is_empty()).cloned()
}

/// Draws the page that was chosen, or its numbers.
fn points_ui(view: &mut View<'_>, ui: &mut Ui) -> Option<egui::Response> {
    let Some(results) = results(view) else {
        let text = "Points appear here as soon as their runs are finished";
        ui.centered_and_justified(|ui| ui.label(RichText::new(text).weak()));
        return None;
    };
    let is_table = matches!(view.settings.tune.page, TunePage::Points | TunePage::Runs);
    if is_table || view.session.tables.contains(&Picture::SweepPoints) {
        tables_ui(view, ui, &results);
        return None;
    }
    let drawn = picture_ui(view, ui, &results)?;
    if let Some(point_idx) = drawn.clicked {
        view.actions.push(Action::Sweep(SweepCommand::Load { point_idx, seed_idx: 0 }));
    }
    // In the others a double click is on a cell, which loads it, or on an axis.
    matches!(view.settings.tune.page, TunePage::Against | TunePage::HeadTail).then_some(drawn.response)
}

/// The points or the runs, sorted by a click on a column; a click on the first cell of a row loads it.
fn tables_ui(view: &mut View<'_>, ui: &mut Ui, results: &Arc<SweepResults>) {
    let is_runs = view.settings.tune.page == TunePage::Runs;
    let table = view.session.tune.table(results, is_runs);
    let copied = !view.is_figure
        && ui
            .horizontal(|ui| {
                let copied = ui.button("Copy").on_hover_text("Copy all rows, separated by tabs").clicked();
                ui.with_layout(Layout::left_to_right(Align::Center), |ui| {
                    ui.label(RichText::new("Click a name to load it in the lab").weak());
                });
                copied
            })
            .inner;
    if copied {
        view.actions.push(Action::Copy(tsv(&table.grid), "The table"));
    }
    if let Some(row) = pick_table_ui(ui, "sweep", &table.grid, &mut view.session.sort)
        && let Some(&(point_idx, seed_idx)) = table.places.get(row)
    {
        view.actions.push(Action::Sweep(SweepCommand::Load { point_idx, seed_idx }));
    }
}
