//! Published error rates beside the curves of a sweep: a second layer, of another model on other data.

use egui::{RichText, Ui};

use crate::{
    experiment::{
        Setting,
        sweep::{PUBLISHED_SOURCE, PublishedRate, published_rates},
    },
    state::TuneSettings,
    ui::{
        charts::sweep::{Horizontal, LinePoint, Rank, SweepCurve},
        widgets::choice_box,
    },
};

/// The data sets and factors of the published error rates.
fn publications() -> Vec<(String, f64)> {
    let mut all: Vec<(String, f64)> = Vec::new();
    for rate in published_rates() {
        let key = (rate.dataset.clone(), rate.imbalance_factor);
        if !all.contains(&key) {
            all.push(key);
        }
    }
    all
}

/// The switch that draws published error rates beside the sweep.
pub(super) fn published_ui(settings: &mut TuneSettings, ui: &mut Ui) {
    let all = publications();
    let hint = format!(
        "Published recall (100 % minus the error) of a ResNet-32, as a second layer: another model on other data. {PUBLISHED_SOURCE}"
    );
    let mut is_on = settings.published.is_some();
    if ui.checkbox(&mut is_on, "Published (Cui et al. 2019)").on_hover_text(&hint).changed() {
        settings.published = all.iter().find(|(_, factor)| *factor == 100.0).filter(|_| is_on).cloned();
    }
    let Some(chosen) = &settings.published else { return };
    let mut place = all.iter().position(|other| other == chosen).unwrap_or(0);
    let places: Vec<usize> = (0..all.len()).collect();
    choice_box(ui, "published", "Published data set and imbalance factor", 190.0, &mut place, &places, |place| {
        (format!("{}, factor {}", all[place].0, all[place].1), "")
    });
    settings.published = all.get(place).cloned();
    ui.label(RichText::new("ResNet-32, not this experiment").weak()).on_hover_text(hint);
}

/// Adds the published rates of a data set: losses with β as lines, without as horizontals.
pub(super) fn add_published(
    curves: &mut Vec<SweepCurve>,
    horizontals: &mut Vec<Horizontal>,
    marks: &mut Vec<(f64, String)>,
    dataset: &str,
    factor: f64,
) {
    let along = |beta: f64| Setting::Beta.scale().along(beta);
    let name = |rate: &PublishedRate| {
        let gamma = rate.gamma.map_or_else(String::new, |gamma| format!(", γ = {gamma}"));
        format!("{}{gamma}", rate.loss)
    };
    for rate in published_rates().iter().filter(|rate| rate.dataset == dataset && rate.imbalance_factor == factor) {
        let Some(beta) = rate.beta else {
            if rate.loss == "softmax" {
                let mean = rate.macro_recall();
                horizontals.push(Horizontal { name: "Cui: CE".to_owned(), colour: None, mean });
            }
            continue;
        };
        let name = name(rate);
        let point = LinePoint {
            x: along(beta),
            mean: rate.macro_recall(),
            interval: None,
            place: None,
            rank: Rank::Other,
            name: format!("Published: {name}, β = {beta}"),
            lines: vec![
                ("Recall".to_owned(), format!("{:.4}", rate.macro_recall())),
                ("Test error".to_owned(), format!("{} %", rate.test_error_percent)),
                ("Of".to_owned(), format!("ResNet-32 on {dataset}, factor {factor}; Cui et al. 2019")),
            ],
        };
        marks.push((along(beta), beta.to_string()));
        match curves.iter_mut().find(|curve| curve.colour.is_none() && curve.name == name) {
            Some(curve) => curve.points.push(point),
            None => {
                curves.push(SweepCurve { label: format!("Cui: {name}"), name, colour: None, points: vec![point] });
            }
        }
    }
    for curve in curves.iter_mut().filter(|curve| curve.colour.is_none()) {
        curve.points.sort_by(|a, b| a.x.total_cmp(&b.x));
    }
}
