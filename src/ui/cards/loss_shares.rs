//! Shares of classes in the training loss over epochs.

use egui::Ui;

use super::{
    Card, Drawn, Needs, View,
    loss_lines::percent,
    shared::thinned,
    shared_loss::{before_training, objective, objective_ui, run, says_missing},
};
use crate::{
    experiment::{
        Bands, ObjectiveSpec,
        export::{Cell, Grid},
    },
    numbers::thousands,
    state::{LossShareView, RunSnapshot},
    train::{Ease, LossShares, Measure},
    ui::{
        charts::{AreaPoint, Areas, Band, Classes, areas_chart},
        fit::{brief, brief_names},
    },
};

/// Shares of the loss.
pub(super) struct SharesOfLoss;

impl Card for SharesOfLoss {
    fn name(&self) -> &'static str {
        "Shares of the loss"
    }

    fn title(&self, view: &View<'_>) -> String {
        let name = objective(view).map_or("", |objective| objective.name.as_str());
        let measure = view.settings.ownership.measure;
        match run(view).and_then(|run| easy_and_hard(&run.ownership.classes, measure)) {
            Some([_, hard]) => format!("Hard samples own {} of the {} of {name}", percent(Some(hard)), what(measure)),
            None => format!("Who owns the {} of {name}", what(measure)),
        }
    }

    fn meaning(&self, view: &View<'_>) -> String {
        let formula = match view.settings.ownership.measure {
            Measure::Loss => "Share of a class = Σ f·w·l over its training samples ÷ Σ f·w·l over all",
            Measure::GradientNorm => {
                "Share of a class = Σ f·w·‖∂l/∂θ‖ over its training samples ÷ the same over all, ‖∂l/∂θ‖ = ‖∂l/∂z‖·√(1 + ‖x‖²) for a single sample. Norms are added up: gradients that point against each other do not cancel here"
            }
        };
        format!(
            "{formula}\nw is the class weight, f how many times as often the sampler draws the class; a sample is easy where its class has p_t ≥ 1/2"
        )
    }

    fn explanation(&self, view: &View<'_>) -> Option<String> {
        let run = run(view)?;
        Some(before_training(run, explanation(view, run, objective(view)?)?))
    }

    fn needs(&self) -> Needs {
        Needs::Training
    }

    fn least_heights(&self) -> [f32; 2] {
        [318.0, 400.0]
    }

    fn above_table_ui(&self, view: &mut View<'_>, ui: &mut Ui) {
        choices_ui(view, ui);
    }

    fn body_ui(&self, view: &mut View<'_>, ui: &mut Ui, classes: &Classes) -> Option<Drawn> {
        /// Distance of points on the screen: between them shares are as good as straight.
        const SPACING: f32 = 6.0;
        choices_ui(view, ui);
        let points = points(view, ui.available_width() / SPACING).unwrap_or_default();
        if says_missing(view, ui, points.is_empty().then(|| "Nobody: the summed loss is 0".to_owned())) {
            return None;
        }
        let bands = bands(view, classes)?;
        let LossShareView { measure, ease, .. } = view.settings.ownership;
        let name = format!("Shares of the {} over epochs", what(measure));
        let areas = Areas { name: &name, what: what(measure), bands: &bands, points: &points, ease };
        let drawn = areas_chart(ui, classes, areas, view.session.goal, ui.available_size());
        Some(Drawn { zooms: false, ..Drawn::over_classes(drawn) })
    }

    fn table(&self, view: &mut View<'_>, classes: &Classes) -> Grid {
        shares_grid(view, classes)
    }
}

/// Shares through easy and through hard samples of all together.
fn easy_and_hard(shares: &LossShares, measure: Measure) -> Option<[f64; 2]> {
    let sum = |ease| Some(shares.shares(measure, ease)?.iter().sum::<f64>());
    Some([sum(Ease::Easy)?, sum(Ease::Hard)?])
}

/// What is shared out, in words.
fn what(measure: Measure) -> &'static str {
    match measure {
        Measure::Loss => "loss",
        Measure::GradientNorm => "gradient norm",
    }
}

fn explanation(view: &View<'_>, run: &RunSnapshot, objective: &ObjectiveSpec) -> Option<String> {
    let measure = view.settings.ownership.measure;
    let (counts, shares) = (&view.session.plot_data()?.counts, &run.ownership.classes);
    let owned = shares.shares(measure, Ease::All)?;
    let order = counts.head_to_tail();
    let present = || order.iter().copied().filter(|&class_idx| counts.as_slice()[class_idx] > 0);
    let (head, tail) = (present().next()?, present().next_back()?);
    let n_samples = |class_idx: usize| thousands(counts.as_slice()[class_idx]);
    let total = shares.total();
    let n_easy = total.easy.n_samples as f64 / total.part(Ease::All).n_samples as f64;
    let [easy, hard] = easy_and_hard(shares, measure)?.map(|share| percent(Some(share)));
    let names = brief_names(view.session.class_names());
    let label = |class_idx: usize| crate::state::class_label(&names, class_idx);
    Some(format!(
        "Epoch {}, {}: {} ({} samples) owns {} of the {}, {} ({}) {}. {} of the samples are easy (their class has p_t ≥ 1/2) and own {easy}; the hard ones own {hard}.",
        thousands(run.epoch),
        brief(&objective.name),
        label(head),
        n_samples(head),
        percent(Some(owned[head])),
        what(measure),
        label(tail),
        n_samples(tail),
        percent(Some(owned[tail])),
        percent(Some(n_easy)),
    ))
}

/// What is shared out, and through which samples.
fn choices_ui(view: &mut View<'_>, ui: &mut Ui) {
    if view.is_figure {
        return;
    }
    ui.horizontal_wrapped(|ui| {
        objective_ui(view, ui);
        ui.add_space(4.0);
        for measure in Measure::ALL {
            let hint = match measure {
                Measure::Loss => "Shares of the summed loss Σ f·w·l",
                Measure::GradientNorm => {
                    "Shares of the summed gradient norms of single samples, Σ f·w·‖∂l/∂z‖·√(1 + ‖x‖²)"
                }
            };
            ui.selectable_value(&mut view.settings.ownership.measure, measure, measure.label()).on_hover_text(hint);
        }
        ui.add_space(4.0);
        for ease in Ease::ALL {
            let hint = match ease {
                Ease::All => "All training samples: the shares sum to 1",
                Ease::Easy => "What easy samples own, p_t ≥ 1/2 for their class; grey is what the hard ones own",
                Ease::Hard => "What hard samples own, p_t < 1/2 for their class; grey is what the easy ones own",
            };
            ui.selectable_value(&mut view.settings.ownership.ease, ease, ease.label()).on_hover_text(hint);
        }
    });
}

/// The bands with their names.
fn bands(view: &View<'_>, classes: &Classes) -> Option<Vec<Band>> {
    let plot_data = view.session.plot_data()?;
    if plot_data.counts.n_classes() != classes.len() {
        return None;
    }
    let band = |ranks: &std::ops::Range<usize>| {
        let (first, last) = (classes.label(ranks.start), classes.label(ranks.end - 1));
        let name = if ranks.len() == 1 { first } else { format!("{first}–{last}") };
        Band { name, ranks: ranks.clone() }
    };
    Some(Bands::of(&plot_data.counts).ranks().iter().map(band).collect())
}

/// Shares of the bands over epochs, about so many points at most; epochs at which nobody owned anything are left out.
fn points(view: &View<'_>, room: f32) -> Option<Vec<AreaPoint>> {
    let (run, measure) = (run(view)?, view.settings.ownership.measure);
    let point = |(epoch, shares): (u64, &std::sync::Arc<LossShares>)| {
        let [easy, hard] = [shares.shares(measure, Ease::Easy)?, shares.shares(measure, Ease::Hard)?];
        Some(AreaPoint { epoch: epoch as f64, easy, hard })
    };
    let points: Vec<_> = run.ownership.history.points().collect();
    Some(thinned(points.into_iter(), room).filter_map(point).collect())
}

/// A row for each epoch that is kept, a column for each band of classes.
fn shares_grid(view: &View<'_>, classes: &Classes) -> Grid {
    let (Some(bands), Some(points)) = (bands(view, classes), points(view, f32::INFINITY)) else {
        return Grid::default();
    };
    let ease = view.settings.ownership.ease;
    let names = bands.into_iter().map(|band| band.name);
    let header = std::iter::once("Epoch".to_owned()).chain(names).chain(["Sum".to_owned()]).collect();
    let row = |point: &AreaPoint| {
        let shares = (0..point.easy.len()).map(|band| Cell::Share(point.share(band, ease)));
        let start = std::iter::once(Cell::Count(point.epoch as u64));
        start.chain(shares).chain([Cell::Share(point.sum(ease))]).collect()
    };
    let samples = match ease {
        Ease::All => "all samples",
        Ease::Easy => "easy samples (p_t ≥ 1/2)",
        Ease::Hard => "hard samples (p_t < 1/2)",
    };
    let note = format!(
        "Shares of the {} of all samples, through {samples}{}",
        what(view.settings.ownership.measure),
        objective(view).map_or(String::new(), |objective| format!(", {}", objective.name))
    );
    Grid { header, rows: points.iter().map(row).collect(), notes: vec![note], ..Grid::default() }
}
