//! Decision regions: a small picture for each objective, or one large one with the boundaries of all others.

use egui::{Response, Ui};

use super::{View, shared::shown};
use crate::{
    state::RegionsLook,
    train::Status,
    ui::{
        charts::{Classes, RegionPicture, batch_legend_ui, columns_legend_ui, marks_legend_ui, regions_chart},
        widgets::choice_box,
    },
};

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
pub(super) fn regions_ui(view: &mut View<'_>, ui: &mut Ui, classes: &Classes) -> Option<(Response, Option<usize>)> {
    let scene = view.session.scene().cloned()?;
    let mut pictures = region_pictures(view);
    marks_legend_ui(ui, pictures.iter().filter_map(|picture| picture.training.as_deref()));
    let snapshot = view.session.snapshot();
    let batches = pictures.iter().filter_map(|picture| picture.batch.as_deref());
    batch_legend_ui(ui, &scene, (snapshot.batch, snapshot.n_batches), batches);
    if view.settings.compare.regions == RegionsLook::Overlay {
        columns_legend_ui(ui, pictures.iter().map(|picture| (picture.colour, picture.name.as_str())));
        pictures = overlaid(view, pictures);
    }
    let size = ui.available_size();
    let shows_test = shows_test(view);
    Some(regions_chart(ui, classes, &scene, &pictures, view.regions, shows_test, size))
}

/// Whether test samples are drawn: they are asked for, and there are some.
pub(super) fn shows_test(view: &View<'_>) -> bool {
    view.settings.compare.shows_test && has_test_points(view)
}

/// Whether there are test samples to be drawn.
pub(super) fn has_test_points(view: &View<'_>) -> bool {
    view.session.scene().is_some_and(|scene| !scene.test_points.is_empty())
}

/// How they are drawn.
pub(super) fn regions_look_ui(view: &mut View<'_>, ui: &mut Ui) {
    let look = &mut view.settings.compare.regions;
    choice_box(ui, "regions look", "Look of the regions", 104.0, look, &RegionsLook::ALL, |look| {
        (look.label(), look.explanation())
    });
}
