//! Who owns the loss of the run: shares of classes over epochs, and the cumulative share by sample.

use egui::{RichText, Ui};

use super::{View, losses::percent, shared::empty_ui};
use crate::{
    bounds::Bounded,
    experiment::{
        Bands, CUMULATIVE_POINTS, ObjectiveSpec,
        export::{Cell, Grid},
        share_of_hardest,
    },
    state::{OwnershipView, Picture, RunSnapshot},
    train::{Ease, LossShares, Measure, Status},
    ui::{
        charts::{
            AreaPoint, Areas, Band, Classes, CumulativeCurve, areas_chart, columns_legend_ui, cumulative_chart,
            thousands,
        },
        fit::{brief, brief_names},
        widgets::choice_box,
    },
};

/// Places in the palette of the curves of all, many, medium and few.
const CURVE_COLOURS: [(&str, usize); 4] = [("All", 7), ("Many", 0), ("Medium", 2), ("Few", 4)];

/// The objective that is looked at.
fn objective<'a>(view: &'a View<'_>) -> Option<&'a ObjectiveSpec> {
    let objectives = &view.session.spec.objectives;
    objectives.get(view.settings.ownership.objective_idx(&view.session.spec))
}

/// What the worker told of it, if that is about the classes on the screen.
fn run<'a>(view: &'a View<'_>) -> Option<&'a RunSnapshot> {
    let scene = view.session.scene()?;
    let run = view.session.run(view.settings.ownership.objective_idx(&view.session.spec))?;
    (run.ownership.classes.owners.len() == scene.counts.n_classes()).then_some(run)
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

/// The title of a card, a sentence of fact, and what it means.
pub(super) fn title(view: &View<'_>, picture: Picture) -> (String, String) {
    let name = objective(view).map_or("", |objective| objective.name.as_str());
    let measure = view.settings.ownership.measure;
    if picture == Picture::CumulativeLoss {
        let hardest = run(view).and_then(|run| run.ownership.cumulative.as_ref()?.all.as_deref());
        let title = match hardest {
            Some(curve) => {
                format!("The hardest tenth owns {} of the loss", percent(Some(share_of_hardest(curve, 0.1))))
            }
            None => "Cumulative share of the loss by sample".to_owned(),
        };
        return (
            title,
            format!(
                "{name}: training samples in order of their weighted loss w·l, easiest first, against the share of Σ w·l that they own together; each curve about its own samples (Lin et al., ICCV 2017, figure 4, with groups of classes in place of foreground and background)"
            ),
        );
    }
    let shares = run(view).and_then(|run| easy_and_hard(&run.ownership.classes, measure));
    let title = match shares {
        Some([_, hard]) => format!("Hard samples own {} of the {} of {name}", percent(Some(hard)), what(measure)),
        None => format!("Who owns the {} of {name}", what(measure)),
    };
    let formula = match measure {
        Measure::Loss => "Share of a class = Σ f·w·l over its training samples ÷ Σ f·w·l over all",
        Measure::GradientNorm => {
            "Share of a class = Σ f·w·‖∂l/∂θ‖ over its training samples ÷ the same over all, ‖∂l/∂θ‖ = ‖∂l/∂z‖·√(1 + ‖x‖²) for a single sample. Norms are added up: gradients that point against each other do not cancel here"
        }
    };
    (
        title,
        format!(
            "{formula}\nw is the class weight, f how many times as often the sampler draws the class; a sample is easy where its class has p_t ≥ 1/2"
        ),
    )
}

/// What there is to understand, with the numbers of the run.
pub(super) fn explanation(view: &View<'_>, picture: Picture) -> Option<String> {
    if !OwnershipView::is_of_run(picture) {
        return None;
    }
    let (run, objective) = (run(view)?, objective(view)?);
    let mut text = match picture {
        Picture::CumulativeLoss => cumulative_explanation(run)?,
        _ => shares_explanation(view, run, objective)?,
    };
    if run.epoch == 0 {
        text += " This is the model before training: press Play (Space) to see it change.";
    }
    Some(text)
}

fn shares_explanation(view: &View<'_>, run: &RunSnapshot, objective: &ObjectiveSpec) -> Option<String> {
    let measure = view.settings.ownership.measure;
    let (counts, shares) = (&view.session.scene()?.counts, &run.ownership.classes);
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

fn cumulative_explanation(run: &RunSnapshot) -> Option<String> {
    let cumulative = run.ownership.cumulative.as_ref()?;
    let all = cumulative.all.as_deref()?;
    let text = format!(
        "Easiest samples first: the easier half owns {} of the loss, the hardest hundredth {}. On the dashed line all own alike; in the corner at the right few hard samples own everything, and there focal loss moves the curve.",
        percent(Some(1.0 - share_of_hardest(all, 0.5))),
        percent(Some(share_of_hardest(all, 0.01))),
    );
    let hardest: Vec<String> = cumulative
        .curves()
        .filter(|(name, _)| *name != "All")
        .map(|(name, curve)| format!("{} {}", name.to_lowercase(), percent(Some(share_of_hardest(curve, 0.1)))))
        .collect();
    let of_groups = format!(" Hardest tenth of each group: {}.", hardest.join(", "));
    Some(if hardest.len() > 1 { text + &of_groups } else { text })
}

/// Draws a card of this page; returns the chart and the rank under the pointer.
pub(super) fn ownership_ui(
    view: &mut View<'_>,
    ui: &mut Ui,
    picture: Picture,
    classes: &Classes,
) -> Option<(egui::Response, Option<usize>)> {
    let reason = missing(view, picture);
    // The legend of the curves stands beside the choice.
    if picture == Picture::LossShares || reason.is_some() {
        choices_ui(view, ui, picture);
    }
    if run(view).is_none() {
        empty_ui(view, ui);
        return None;
    }
    if let Some(reason) = reason {
        ui.centered_and_justified(|ui| ui.label(RichText::new(reason).weak()));
        return None;
    }
    if picture == Picture::CumulativeLoss {
        let cumulative = run(view)?.ownership.cumulative.clone()?;
        let curves: Vec<CumulativeCurve<'_>> = cumulative.curves().filter_map(named_curve).collect();
        ui.horizontal(|ui| {
            objective_ui(view, ui);
            columns_legend_ui(ui, curves.iter().map(|curve| (curve.colour, curve.name)));
        });
        return Some((cumulative_chart(ui, "Cumulative share of the loss", &curves, ui.available_size()), None));
    }
    let (bands, points) = (bands(view, classes)?, points(view)?);
    let OwnershipView { measure, ease, .. } = view.settings.ownership;
    let name = format!("Shares of the {} over epochs", what(measure));
    let areas = Areas { name: &name, what: what(measure), bands: &bands, points: &points, ease };
    Some(areas_chart(ui, classes, areas, view.session.goal, ui.available_size()))
}

fn named_curve<'a>((name, shares): (&str, &'a [f64])) -> Option<CumulativeCurve<'a>> {
    let (name, colour) = CURVE_COLOURS.into_iter().find(|(known, _)| *known == name)?;
    Some(CumulativeCurve { name, colour, shares })
}

/// Why there is nothing to draw, and what to do.
fn missing(view: &View<'_>, picture: Picture) -> Option<String> {
    let run = run(view)?;
    if let Status::Diverged(divergence) = &run.status {
        return Some(format!("Nobody: it {divergence}, then press Reset"));
    }
    match picture {
        Picture::CumulativeLoss => match &run.ownership.cumulative {
            None => Some("Adding up the losses of all samples…".to_owned()),
            Some(cumulative) if cumulative.all.is_none() => Some("Nobody: the summed loss is 0".to_owned()),
            Some(_) => None,
        },
        _ if points(view).is_none_or(|points| points.is_empty()) => Some("Nobody: the summed loss is 0".to_owned()),
        _ => None,
    }
}

/// The objective that is looked at.
fn objective_ui(view: &mut View<'_>, ui: &mut Ui) {
    let objectives = &view.session.spec.objectives;
    let mut idx = view.settings.ownership.objective_idx(&view.session.spec);
    let (before, places) = (idx, (0..objectives.len()).collect::<Vec<_>>());
    let describe = |idx: usize| (objectives.get(idx).map_or("", |objective| objective.name.as_str()), "");
    let width = (ui.available_width() - 30.0).within(60.0, 150.0);
    choice_box(ui, "objective", "Objective whose loss is shared", width, &mut idx, &places, describe)
        .on_hover_text("The objective whose loss is looked at");
    if idx != before {
        view.settings.ownership.objective = objectives.get(idx).map(|objective| objective.colour);
    }
}

/// Which objective is looked at, and of shares, what is shared out and through which samples; nothing for other pictures.
pub(super) fn choices_ui(view: &mut View<'_>, ui: &mut Ui, picture: Picture) {
    if !OwnershipView::is_of_run(picture) {
        return;
    }
    ui.horizontal_wrapped(|ui| {
        objective_ui(view, ui);
        if picture == Picture::CumulativeLoss {
            return;
        }
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
    let scene = view.session.scene()?;
    if scene.counts.n_classes() != classes.len() {
        return None;
    }
    let band = |ranks: &std::ops::Range<usize>| {
        let (first, last) = (classes.label(ranks.start), classes.label(ranks.end - 1));
        let name = if ranks.len() == 1 { first } else { format!("{first}–{last}") };
        Band { name, ranks: ranks.clone() }
    };
    Some(Bands::of(&scene.counts).ranks().iter().map(band).collect())
}

/// Shares of the bands over epochs; epochs at which nobody owned anything are left out.
fn points(view: &View<'_>) -> Option<Vec<AreaPoint>> {
    let (run, measure) = (run(view)?, view.settings.ownership.measure);
    let point = |(epoch, shares): (u64, &std::sync::Arc<LossShares>)| {
        let [easy, hard] = [shares.shares(measure, Ease::Easy)?, shares.shares(measure, Ease::Hard)?];
        Some(AreaPoint { epoch: epoch as f64, easy, hard })
    };
    Some(run.ownership.history.points().filter_map(point).collect())
}

/// The numbers behind a card: bands by epoch, or the curves at every half per cent of the samples.
pub(super) fn grid(view: &View<'_>, picture: Picture, classes: &Classes) -> Grid {
    if picture == Picture::CumulativeLoss {
        return cumulative_grid(view);
    }
    let (Some(bands), Some(points)) = (bands(view, classes), points(view)) else { return Grid::default() };
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

fn cumulative_grid(view: &View<'_>) -> Grid {
    let Some(cumulative) = run(view).and_then(|run| run.ownership.cumulative.as_ref()) else { return Grid::default() };
    let curves: Vec<(&str, &[f64])> = cumulative.curves().collect();
    let header = std::iter::once("Easiest").chain(curves.iter().map(|(name, _)| *name)).map(str::to_owned).collect();
    let row = |step: usize| {
        let share = step as f64 / (CUMULATIVE_POINTS - 1) as f64;
        let owned = curves.iter().map(|(_, curve)| Cell::Share(curve[step]));
        std::iter::once(Cell::Share(share)).chain(owned).collect()
    };
    let note = "Share of the loss that the easiest samples own, by their share of the samples";
    Grid { header, rows: (0..CUMULATIVE_POINTS).map(row).collect(), notes: vec![note.to_owned()], ..Grid::default() }
}
