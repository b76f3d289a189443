//! The place for weights: schemes side by side, what they do, the figures behind them, and code to take away.

use egui::{RichText, Ui};

use super::{
    View,
    covering::{self, covering_numbers, covering_ui},
    derivation::{self, derivation_numbers, derivation_ui},
    schemes::{Shown, all_schemes, betas, schemes},
    snippet::snippet_ui,
    tables::by_class,
};
use crate::{
    bounds::Bounded,
    distribution::ClassCounts,
    experiment::export::{Cell, Grid},
    state::{EffectiveFigure, Picture},
    ui::{
        charts::{
            Classes, Column, ColumnsLook, TermCurve, break_row_before, columns_chart, columns_legend_ui, terms_chart,
            thousands,
        },
        fit::brief,
        widgets::{beta_slider, toggle_swatch},
    },
    weighting::{
        BetaHint, BetaRange, Consequence, Normalisation, Scheme, beta_hint, beta_range, class_balanced_term,
        class_weights, effective_number, log_counts, n_prototypes,
    },
};

/// Points of a curve over counts.
const CURVE_POINTS: usize = 160;
/// About so many classes are marked on a curve.
const MARKED_CLASSES: usize = 30;

/// Whether a picture belongs to the place for weights.
pub(super) fn is_of_weights(picture: Picture) -> bool {
    use Picture::{Consequences, Covering, Derivation, EffectiveNumbers, Schemes, Snippet};
    matches!(picture, Schemes | Consequences | EffectiveNumbers | Snippet | Covering | Derivation)
}

/// Weights of a scheme under the experiment's normalisation, in class order.
fn weights(view: &View<'_>, counts: &ClassCounts, scheme: Scheme) -> Vec<f64> {
    let normalisation = view.session.spec.training.normalisation;
    class_weights(counts, scheme, normalisation).unwrap_or_else(|_| vec![0.0; counts.n_classes()])
}

fn consequence(view: &View<'_>, counts: &ClassCounts, scheme: Scheme) -> Consequence {
    Consequence::of(counts, &weights(view, counts, scheme))
}

/// The title of a picture, a sentence of fact, and what it means.
pub(super) fn title(view: &View<'_>, picture: Picture) -> (String, String) {
    let normalisation = view.session.spec.training.normalisation;
    let beta = view.session.weights_beta();
    let own = Scheme::EffectiveNumber { beta };
    let explanation = match picture {
        Picture::Covering => return covering::title(view),
        Picture::Derivation => return derivation::title(view),
        Picture::Schemes => format!("w = 1/n, 1/√n or 1/E_n with E_n = (1 − βⁿ)/(1 − β), normalised: {}", normalisation.formula()),
        Picture::Consequences => "Mean weight Σ n·w / Σ n: a factor on the learning rate under SGD and the batch mean. Head: the most frequent fifth of classes, its share of Σ n·w".to_owned(),
        Picture::EffectiveNumbers => "Against n: the class-balanced term (1 − β)/(1 − βⁿ) = 1/E_n, both axes log (Cui et al. 2019, figure 3); markers are the classes here. Per class: E_n (figure 6)".to_owned(),
        _ => "The code says how the weights came about, and computes the loss that this program computes".to_owned(),
    };
    let Some(counts) = view.session.counts() else { return ("Class weights".to_owned(), explanation) };
    let title = match picture {
        Picture::Schemes => {
            let ratio = consequence(view, counts, own).tail_to_head.map_or("n/a".to_owned(), figure);
            format!("Tail weighs {ratio} × head at β = {beta}")
        }
        Picture::Consequences if normalisation == Normalisation::MeanSampleWeightOne => {
            "Every scheme keeps the learning rate".to_owned()
        }
        Picture::Consequences => {
            let factor = figure(consequence(view, counts, Scheme::InverseFrequency).mean_sample_weight);
            format!("1/n acts like a learning rate of × {factor}")
        }
        Picture::EffectiveNumbers => {
            let effective = figure(effective_number(beta, counts.max()));
            format!("{} samples count as {effective}", thousands(counts.max()))
        }
        _ => format!("{} weights to take away", thousands(counts.n_classes() as u64)),
    };
    (title, explanation)
}

/// A number with three significant digits or so.
fn figure(value: f64) -> String {
    match value.abs() {
        size if size == 0.0 || (1e-2..0.9995).contains(&size) => format!("{value:.3}"),
        size if (0.9995..10.0).contains(&size) => format!("{value:.2}"),
        size if (10.0..100.0).contains(&size) => format!("{value:.1}"),
        size if (100.0..1e9).contains(&size) => thousands(value.round() as u64),
        _ => format!("{value:.2e}"),
    }
}

/// What there is to understand, with the numbers of the experiment.
pub(super) fn explanation(view: &View<'_>, picture: Picture) -> Option<String> {
    match picture {
        Picture::Covering => return Some(covering::explanation(view)),
        Picture::Derivation => return None,
        _ => {}
    }
    let counts = view.session.counts().filter(|_| is_of_weights(picture))?;
    let beta = view.session.weights_beta();
    let own = Scheme::EffectiveNumber { beta };
    let (n_max, n_min) = (counts.max(), counts.min_present());
    Some(match picture {
        Picture::Schemes => format!(
            "Counts go from {} to {}. 1/n makes up for all of it, 1/√n for half of it on the log axis, 1/E_n for as much as β says: nothing at β = 0, all of it for β → 1.",
            thousands(n_max),
            thousands(n_min)
        ),
        Picture::Consequences => {
            let got = consequence(view, counts, own);
            let share = got.head_share.map_or("n/a".to_owned(), |share| format!("{:.0} %", share * 100.0));
            format!(
                "At β = {beta} a sample weighs {} on average: under SGD and the batch mean this trains like that factor on the learning rate. The most frequent fifth of classes has {share} of the total weight.",
                figure(got.mean_sample_weight)
            )
        }
        Picture::EffectiveNumbers => format!(
            "Samples fall on N = 1/(1 − β) = {} prototypes; one that falls on a covered place adds nothing. The rarest class has n = {} and E_n = {}, the most frequent one n = {} and E_n = {}, never more than N.",
            figure(n_prototypes(beta)),
            thousands(n_min),
            figure(effective_number(beta, n_min)),
            thousands(n_max),
            figure(effective_number(beta, n_max))
        ),
        _ => format!(
            "One weight for each of the {} classes, normalised: {}. The comment in the code states scheme and counts, its functions the reduction.",
            thousands(counts.n_classes() as u64),
            view.session.spec.training.normalisation.label().to_lowercase()
        ),
    })
}

/// Draws a picture of this place; returns the chart and the rank under the pointer, where there is a chart.
pub(super) fn weighting_ui(
    view: &mut View<'_>,
    ui: &mut Ui,
    picture: Picture,
    classes: &Classes,
) -> Option<(egui::Response, Option<usize>)> {
    match picture {
        Picture::Schemes => {
            ticks_ui(view, ui);
            let normalisation = view.session.spec.training.normalisation;
            let is_relative = normalisation != Normalisation::None;
            let look = ColumnsLook { name: "Weights of schemes", is_log: view.settings.log_weights, is_relative };
            let columns = weight_columns(view, classes);
            Some(columns_chart(ui, classes, &columns, look, ui.available_size()))
        }
        Picture::EffectiveNumbers => {
            ui.horizontal(|ui| figure_choice_ui(view, ui));
            beta_ui(view, ui);
            if view.settings.effective_figure == EffectiveFigure::PerClass {
                let look = ColumnsLook { name: "Effective numbers", is_log: true, is_relative: false };
                let columns = effective_columns(view, classes);
                columns_legend_ui(ui, columns.iter().map(|column| (column.colour, column.name.as_str())));
                Some(columns_chart(ui, classes, &columns, look, ui.available_size()))
            } else {
                let curves = term_curves(view, classes);
                columns_legend_ui(ui, curves.iter().map(|curve| (curve.colour, curve.name.as_str())));
                let size = ui.available_size();
                Some((terms_chart(ui, classes, "Class-balanced term", &curves, size), None))
            }
        }
        Picture::Covering => Some((covering_ui(view, ui, classes)?, None)),
        Picture::Derivation => {
            derivation_ui(view, ui);
            None
        }
        Picture::Snippet => {
            snippet_ui(view, ui);
            None
        }
        _ => None,
    }
}

/// Which schemes are drawn and stand in the tables.
fn ticks_ui(view: &mut View<'_>, ui: &mut Ui) {
    ui.horizontal_wrapped(|ui| {
        ui.spacing_mut().item_spacing = egui::vec2(3.0, 0.0);
        for Shown { name, colour, scheme } in all_schemes(view) {
            break_row_before(ui, &name);
            let hidden = &mut view.settings.hidden_schemes;
            let mut is_shown = !hidden.contains(&colour);
            if toggle_swatch(ui, colour, &name, &mut is_shown).changed() {
                if is_shown { hidden.retain(|&other| other != colour) } else { hidden.push(colour) }
            }
            ui.label(RichText::new(name).size(12.0)).on_hover_text(scheme.kind().formula());
            ui.add_space(5.0);
        }
    });
}

/// The experiment's own β, and which of the two figures is shown.
fn beta_ui(view: &mut View<'_>, ui: &mut Ui) {
    let Some(objective) = view.session.beta_objective().and_then(|idx| view.session.spec.objectives.get_mut(idx))
    else {
        ui.label(RichText::new("No objective uses the effective number: β = 0.999 stands for it").weak());
        return;
    };
    let name = format!("β of {}", brief(&objective.name));
    ui.horizontal(|ui| {
        let width = (ui.available_width() - 90.0).within(120.0, 420.0);
        ui.allocate_ui(egui::vec2(width, 22.0), |ui| beta_slider(ui, &name, &mut objective.beta));
        ui.label(format!("N = {}", figure(n_prototypes(objective.beta)))).on_hover_text("N = 1/(1 − β) prototypes");
    });
}

/// The choice between the two figures.
fn figure_choice_ui(view: &mut View<'_>, ui: &mut Ui) {
    let options = [
        (
            EffectiveFigure::AgainstCount,
            "Against n",
            "The term (1 − β)/(1 − βⁿ) over n, as in figure 3 of Cui et al. 2019",
        ),
        (EffectiveFigure::PerClass, "Per class", "E_n of each class, as in figure 6 of Cui et al. 2019"),
    ];
    for (figure, label, hint) in options {
        let text = RichText::new(label).size(12.0);
        ui.selectable_value(&mut view.settings.effective_figure, figure, text).on_hover_text(hint);
    }
    let words = if view.settings.effective_figure == EffectiveFigure::PerClass {
        "E_n of each class"
    } else {
        "1/E_n over n; markers: classes"
    };
    ui.add(egui::Label::new(RichText::new(words).size(12.0).weak()).truncate());
}

/// Weights of the ticked schemes, from head to tail.
fn weight_columns(view: &View<'_>, classes: &Classes) -> Vec<Column> {
    let Some(counts) = view.session.counts() else { return Vec::new() };
    let column = |shown: Shown| {
        let weights = weights(view, counts, shown.scheme);
        let values = classes.order.iter().map(|&class_idx| weights[class_idx]).collect();
        Column { name: shown.name, colour: shown.colour, values }
    };
    schemes(view).into_iter().map(column).collect()
}

/// E_n of each class, from head to tail.
fn effective_columns(view: &View<'_>, classes: &Classes) -> Vec<Column> {
    let column = |shown: Shown| {
        let beta = shown.scheme.beta()?;
        let values = classes.counts.iter().map(|&n| effective_number(beta, n)).collect();
        Some(Column { name: shown.name, colour: shown.colour, values })
    };
    betas(view).into_iter().filter_map(column).collect()
}

/// The term over counts for each β, with the classes of the experiment.
fn term_curves(view: &View<'_>, classes: &Classes) -> Vec<TermCurve> {
    let largest = classes.counts.first().copied().unwrap_or(1);
    let step = classes.len().div_ceil(MARKED_CLASSES).max(1);
    let curve = |shown: Shown| {
        let beta = shown.scheme.beta()?;
        let point = |n: u64| [n as f64, class_balanced_term(beta, n)];
        let marked = classes.counts.iter().copied().step_by(step).filter(|&n| n > 0);
        Some(TermCurve {
            name: shown.name,
            colour: shown.colour,
            points: log_counts(largest, CURVE_POINTS).into_iter().map(point).collect(),
            classes: marked.map(point).collect(),
        })
    };
    betas(view).into_iter().filter_map(curve).collect()
}

/// The numbers behind a picture of this place.
pub(super) fn grid(view: &View<'_>, picture: Picture, classes: &Classes) -> Grid {
    match picture {
        Picture::Consequences => consequences_grid(view),
        Picture::Covering => covering_numbers(view, classes),
        Picture::Derivation => derivation_numbers(view),
        Picture::EffectiveNumbers => {
            let mut columns = effective_columns(view, classes);
            for column in &mut columns {
                column.name = format!("E_n, {}", column.name);
            }
            by_class(classes, columns.into_iter().map(Column::into_cells))
        }
        _ => by_class(classes, weight_columns(view, classes).into_iter().map(Column::into_cells)),
    }
}

fn consequences_grid(view: &View<'_>) -> Grid {
    let Some(counts) = view.session.counts() else { return Grid::default() };
    let row = |shown: Shown| {
        let got = consequence(view, counts, shown.scheme);
        vec![
            Cell::Text(shown.name),
            Cell::Number(got.mean_sample_weight),
            Cell::share(got.head_share),
            got.tail_to_head.map_or(Cell::Missing, Cell::Number),
            Cell::Text(format!("rate × {}", figure(got.mean_sample_weight))),
        ]
    };
    let range = beta_range(counts)
        .map_or("β makes no difference: all counts are equal, or almost".to_owned(), BetaRange::sentence);
    let mut notes = vec![format!("{range}.")];
    notes.extend(schemes(view).into_iter().filter_map(|shown| {
        let hint = match beta_hint(counts, shown.scheme.beta()?)? {
            BetaHint::AlmostUniform => "uniform",
            BetaHint::AlmostInverseFrequency => "inverse frequency",
        };
        Some(format!("{} gives {hint} weights to within 1 % for these counts.", shown.name))
    }));
    notes.push(
        "Acts like a learning rate of × so much: under SGD and the batch mean; the weighted mean divides it out, and so does Adam.".to_owned(),
    );
    let header = ["Scheme", "Mean weight", "Head share", "Tail : head", "Acts like"].map(str::to_owned).to_vec();
    Grid { header, rows: schemes(view).into_iter().map(row).collect(), notes, ..Grid::default() }
}
