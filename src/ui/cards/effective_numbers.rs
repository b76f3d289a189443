//! The class-balanced term over counts, or the effective number of each class.

use egui::{RichText, Ui};

use super::{
    Card, Drawn, View,
    scheme_list::{Shown, betas},
    shared::by_class,
};
use crate::{
    bounds::Bounded,
    experiment::export::Grid,
    numbers::{thousands, three_digits},
    state::EffectiveFigure,
    ui::{
        charts::{Classes, Column, ColumnsLook, TermCurve, columns_chart, columns_legend_ui, terms_chart},
        fit::brief,
        palette::Ink,
        theme,
        widgets::beta_slider,
    },
    weighting::{class_balanced_term, effective_number, log_counts, n_prototypes},
};

/// Points of a curve over counts.
const CURVE_POINTS: usize = 160;

/// About this many classes are marked on a curve.
const MARKED_CLASSES: usize = 30;

/// Effective numbers.
pub(super) struct EffectiveNumbers;

impl Card for EffectiveNumbers {
    fn name(&self) -> &'static str {
        "Effective numbers"
    }

    fn title(&self, view: &View<'_>) -> String {
        let Some(counts) = view.session.counts() else { return "Class weights".to_owned() };
        let effective = three_digits(effective_number(view.session.weights_beta().get(), counts.max()));
        format!("E_n of {} samples: {effective}", thousands(counts.max()))
    }

    fn meaning(&self, _: &View<'_>) -> String {
        "Against n: the class-balanced term (1 − β)/(1 − βⁿ) = 1/E_n, both axes log (Cui et al. 2019, figure 3); markers are the classes here. Per class: E_n (figure 6)".to_owned()
    }

    fn explanation(&self, view: &View<'_>) -> Option<String> {
        let counts = view.session.counts()?;
        let beta = view.session.weights_beta().get();
        let (n_max, n_min) = (counts.max(), counts.min_present());
        Some(format!(
            "Samples fall on N = 1/(1 − β) = {} prototypes; one that falls on a covered place adds nothing. The rarest class has n = {} and E_n = {}, the most frequent one n = {} and E_n = {}, never more than N.",
            three_digits(n_prototypes(beta)),
            thousands(n_min),
            three_digits(effective_number(beta, n_min)),
            thousands(n_max),
            three_digits(effective_number(beta, n_max))
        ))
    }

    fn least_heights(&self) -> [f32; 2] {
        [330.0, 360.0]
    }

    fn body_ui(&self, view: &mut View<'_>, ui: &mut Ui, classes: &Classes) -> Option<Drawn> {
        if !view.is_figure {
            ui.horizontal(|ui| figure_choice_ui(view, ui));
            beta_ui(view, ui);
        }
        if view.settings.effective_figure == EffectiveFigure::PerClass {
            let look = ColumnsLook { name: "Effective numbers", is_log: true, is_relative: false };
            let columns = effective_columns(view, classes);
            columns_legend_ui(ui, columns.iter().map(|column| (column.ink, column.name.as_str())));
            return Some(Drawn::over_classes(columns_chart(ui, classes, &columns, look, ui.available_size())));
        }
        let curves = term_curves(view, classes);
        columns_legend_ui(ui, curves.iter().map(|curve| (curve.ink, curve.name.as_str())));
        let size = ui.available_size();
        Some(Drawn::chart(terms_chart(ui, classes, "Class-balanced term", &curves, size)))
    }

    fn table(&self, view: &mut View<'_>, classes: &Classes) -> Grid {
        let mut columns = effective_columns(view, classes);
        for column in &mut columns {
            column.name = format!("E_n, {}", column.name);
        }
        by_class(classes, columns.into_iter().map(Column::into_cells))
    }
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
        ui.label(format!("N = {}", three_digits(n_prototypes(objective.beta))))
            .on_hover_text("N = 1/(1 − β) prototypes");
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
        let text = RichText::new(label).size(theme::sized(12.0));
        ui.selectable_value(&mut view.settings.effective_figure, figure, text).on_hover_text(hint);
    }
    let words =
        if view.settings.effective_figure == EffectiveFigure::PerClass { "E_n of each class" } else { "1/E_n over n" };
    ui.add(egui::Label::new(RichText::new(words).size(theme::sized(12.0)).weak()).truncate());
}

/// E_n of each class, from head to tail.
fn effective_columns(view: &View<'_>, classes: &Classes) -> Vec<Column> {
    let column = |shown: Shown| {
        let beta = shown.scheme.beta()?;
        let values = classes.counts.iter().map(|&n| effective_number(beta, n)).collect();
        Some(Column { name: shown.name, ink: Ink::Neutral(shown.place), values })
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
            ink: Ink::Neutral(shown.place),
            points: log_counts(largest, CURVE_POINTS).into_iter().map(point).collect(),
            classes: marked.map(point).collect(),
        })
    };
    betas(view).into_iter().filter_map(curve).collect()
}
