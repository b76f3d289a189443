//! Decision regions: a small picture for each objective, or one large one with the boundaries of all others.

use egui::{Response, Ui};

use super::{
    Card, Drawn, Needs, RunData, View,
    buttons::switch_ui,
    differences::baseline_ui,
    recall::recall_grid,
    sampling::{has_samplers, sampling_grid},
    shared::{empty_ui, shown},
};
use crate::{
    experiment::export::Grid,
    state::{Picture, RegionsLook, Settings},
    train::Status,
    ui::{
        charts::{Classes, RegionPicture, batch_legend_ui, columns_legend_ui, marks_legend_ui, regions_chart},
        palette::Ink,
        widgets::choice_box,
    },
};

/// Decision regions.
pub(super) struct Regions;

impl Regions {
    /// Whether the table says what the samplers do, in place of recall.
    fn is_of_samplers(view: &View<'_>) -> bool {
        has_samplers(view) && view.session.tables.contains(&Picture::Regions)
    }
}

impl Card for Regions {
    fn name(&self) -> &'static str {
        "Decision regions"
    }

    fn short_name(&self) -> &'static str {
        "Regions"
    }

    fn title(&self, view: &View<'_>) -> String {
        match view.session.plot_data() {
            _ if Self::is_of_samplers(view) => "What each sampler does with the training samples".to_owned(),
            Some(plot_data) if plot_data.n_features > 2 => {
                format!("Regions on 2 principal components ({:.0} % of variance)", plot_data.variance_share * 100.0)
            }
            _ if shows_test(view) => "Decision regions and test samples".to_owned(),
            _ => "Decision regions and training samples".to_owned(),
        }
    }

    fn meaning(&self, view: &View<'_>) -> String {
        if Self::is_of_samplers(view) {
            "Samples of the training part that an epoch uses, repeats, drops or makes; share of the class in an average batch"
        } else {
            "The colour of a place is the class predicted there, the squares are training samples, or test samples where they are asked for; of frequent classes only some are drawn. With more than two features the regions are those on the plane through the mean, and samples are projected onto it"
        }
        .to_owned()
    }

    fn needs(&self) -> Needs {
        Needs::Training
    }

    fn run_data(&self, settings: &Settings) -> Option<RunData> {
        (settings.compare.regions == RegionsLook::Confidence).then_some(RunData::Confidence)
    }

    fn least_heights(&self) -> [f32; 2] {
        [170.0, 240.0]
    }

    fn choices_ui(&self, view: &mut View<'_>, ui: &mut Ui) {
        let look = &mut view.settings.compare.regions;
        choice_box(ui, "regions look", "Look of the regions", 104.0, look, &RegionsLook::ALL, |look| {
            (look.label(), look.explanation())
        });
        if view.settings.compare.regions == RegionsLook::Overlay {
            baseline_ui(view, ui);
        }
    }

    fn buttons_ui(&self, view: &mut View<'_>, ui: &mut Ui) {
        if has_test_points(view) {
            let test = ("Test set", "Draw the test samples");
            let training = ("Train set", "Draw the samples that are trained on");
            switch_ui(ui, &mut view.settings.compare.shows_test, test, training);
        }
    }

    fn body_ui(&self, view: &mut View<'_>, ui: &mut Ui, classes: &Classes) -> Option<Drawn> {
        let Some(drawn) = regions_ui(view, ui, classes) else {
            empty_ui(view, ui);
            return None;
        };
        Some(Drawn { zooms: false, ..Drawn::over_classes(drawn) })
    }

    fn table(&self, view: &mut View<'_>, classes: &Classes) -> Grid {
        if has_samplers(view) { sampling_grid(view, classes) } else { recall_grid(view, classes) }
    }
}

/// What each shown objective predicts, and what it learns from.
pub(super) fn region_pictures(view: &View<'_>) -> Vec<RegionPicture> {
    let has_confidence = view.settings.compare.regions == RegionsLook::Confidence;
    shown(view)
        .filter_map(|(idx, objective)| {
            let run = view.session.run(idx)?;
            Some(RegionPicture {
                name: objective.name.clone(),
                colour: objective.colour,
                regions: view.session.trained_run(idx).map(|run| run.regions.clone()),
                fault: matches!(run.status, Status::Diverged(_)).then_some("diverged"),
                training: run.training.clone(),
                batch: run.batch.clone(),
                marked: run.outcome.marked.clone(),
                confidence: run.outcome.confidence.clone().filter(|_| has_confidence),
                ghosts: Vec::new(),
            })
        })
        .collect()
}

/// The baseline's picture with the boundaries of all others.
fn overlaid(view: &View<'_>, pictures: Vec<RegionPicture>) -> Vec<RegionPicture> {
    let spec = &view.session.spec;
    let below = spec.objectives.get(view.settings.compare.baseline_idx(spec)).map(|objective| objective.colour);
    let (mut ground, others): (Vec<_>, Vec<_>) =
        pictures.into_iter().partition(|picture| Some(picture.colour) == below);
    if let Some(ground) = ground.first_mut() {
        let ghost = |other: RegionPicture| Some((other.colour, other.regions?));
        ground.ghosts = others.into_iter().filter_map(ghost).collect();
    }
    ground
}

/// Draws the regions; `None` where there are no samples.
fn regions_ui(view: &mut View<'_>, ui: &mut Ui, classes: &Classes) -> Option<(Response, Option<usize>)> {
    let plot_data = view.session.plot_data().cloned()?;
    let mut pictures = region_pictures(view);
    marks_legend_ui(ui, pictures.iter().filter_map(|picture| picture.training.as_deref()));
    let snapshot = view.session.snapshot();
    let batches = pictures.iter().filter_map(|picture| picture.batch.as_deref());
    batch_legend_ui(ui, &plot_data, (snapshot.batch, snapshot.n_batches), batches);
    if view.settings.compare.regions == RegionsLook::Overlay {
        columns_legend_ui(ui, pictures.iter().map(|picture| (Ink::Objective(picture.colour), picture.name.as_str())));
        pictures = overlaid(view, pictures);
    }
    let size = ui.available_size();
    let shows_test = shows_test(view);
    Some(regions_chart(ui, classes, &plot_data, &pictures, view.regions, shows_test, size))
}

/// Whether test samples are drawn: they are asked for, and there are some.
fn shows_test(view: &View<'_>) -> bool {
    view.settings.compare.shows_test && has_test_points(view)
}

/// Whether there are test samples to be drawn.
fn has_test_points(view: &View<'_>) -> bool {
    view.session.plot_data().is_some_and(|plot_data| !plot_data.test_points.is_empty())
}
