//! One setting a row: a name with a tooltip, and a control that takes the rest of the width.

use std::ops::RangeInclusive;

use egui::{ComboBox, Response, Slider, SliderClamping, Ui};

use crate::{
    bounds::Bounded,
    experiment::short,
    ui::fit::{brief, shorten},
};

/// Width of the names at the left.
const NAME_WIDTH: f32 = 92.0;
/// Characters of a name in a list that folds out at most.
const MOST_OF_AN_OPTION: usize = 60;
/// Width of the number beside a slider.
const VALUE_WIDTH: f32 = 66.0;

/// The name of a setting and what the pointer is told about it.
#[derive(Debug, Clone, Copy)]
pub struct Row<'a> {
    /// The name, also for screen readers and tests.
    pub name: &'a str,
    /// Meaning and formula.
    pub tooltip: &'a str,
}

impl<'a> Row<'a> {
    /// A row.
    pub fn new(name: &'a str, tooltip: &'a str) -> Self {
        Self { name, tooltip }
    }

    /// Draws the name and then a control in the rest of the width; the control bears the name.
    pub fn show(self, ui: &mut Ui, control: impl FnOnce(&mut Ui) -> Response) -> Response {
        ui.horizontal(|ui| {
            let size = egui::vec2(NAME_WIDTH, ui.spacing().interact_size.y);
            let layout = egui::Layout::left_to_right(egui::Align::Center);
            let name = ui
                .allocate_ui_with_layout(size, layout, |ui| {
                    ui.set_min_width(NAME_WIDTH);
                    ui.add(egui::Label::new(self.name).truncate())
                })
                .inner
                .on_hover_text(self.tooltip);
            control(ui).labelled_by(name.id).on_hover_text(self.tooltip)
        })
        .inner
    }

    /// Draws the name and a slider.
    fn slider(self, ui: &mut Ui, slider: Slider<'_>) -> Response {
        self.show(ui, |ui| {
            let space = ui.spacing().item_spacing.x;
            ui.spacing_mut().slider_width = (ui.available_width() - VALUE_WIDTH - space).max(40.0);
            ui.spacing_mut().interact_size.x = VALUE_WIDTH;
            ui.add(slider)
        })
    }
}

/// A number on a linear or, for wide ranges, logarithmic slider; a typed value may lie beyond it, the check decides.
pub fn number_slider(
    ui: &mut Ui,
    row: Row<'_>,
    value: &mut f64,
    range: RangeInclusive<f64>,
    is_logarithmic: bool,
) -> Response {
    let slider = Slider::new(value, range)
        .logarithmic(is_logarithmic)
        .clamping(SliderClamping::Never)
        .smallest_positive(1e-6)
        .custom_formatter(|value, _| short(value));
    row.slider(ui, slider)
}

/// A share between 0 and 1, both left out: anything else that is typed is not taken, so that it is never 0 on the way to 0.5.
pub fn share_slider(ui: &mut Ui, row: Row<'_>, share: &mut f64) -> Response {
    let slider = Slider::new(share, 0.01..=0.99)
        .clamping(SliderClamping::Never)
        .custom_formatter(|value, _| short(value))
        .custom_parser(|text| text.trim().parse().ok().filter(|&share: &f64| share > 0.0 && share < 1.0));
    row.slider(ui, slider)
}

/// A whole number on a slider.
pub fn whole_slider(ui: &mut Ui, row: Row<'_>, value: &mut usize, range: RangeInclusive<usize>) -> Response {
    row.slider(ui, Slider::new(value, range).clamping(SliderClamping::Never))
}

/// A count on a logarithmic slider.
pub fn count_slider(ui: &mut Ui, row: Row<'_>, value: &mut u64, range: RangeInclusive<u64>) -> Response {
    row.slider(ui, Slider::new(value, range).logarithmic(true).clamping(SliderClamping::Never))
}

/// β in [0, 1) on a slider that is linear in −log₁₀(1 − β): each step to the right makes N = 1/(1 − β) larger by as much.
pub fn beta_slider(ui: &mut Ui, name: &str, beta: &mut f64) -> Response {
    const LARGEST: f64 = 6.0;
    let tooltip = format!(
        "β of the effective number, on a scale of log(1 − β)\nE_n = (1 − βⁿ)/(1 − β), weight = 1/E_n\nNow β = {} and N = 1/(1 − β) = {}\nβ = 0 weighs all classes alike; β → 1 is inverse frequency",
        short(*beta),
        short(crate::weighting::n_prototypes(*beta)),
    );
    let slider = Slider::from_get_set(0.0..=LARGEST, |moved: Option<f64>| {
        if let Some(position) = moved {
            *beta = beta_at(position);
        }
        -(1.0 - *beta).log10()
    })
    .clamping(SliderClamping::Never)
    .smart_aim(false)
    .custom_formatter(|position, _| short(beta_at(position)))
    .custom_parser(|text| {
        let beta: f64 = text.trim().parse().ok()?;
        (0.0..1.0).contains(&beta).then(|| -(1.0 - beta).log10())
    });
    Row::new(name, &tooltip).slider(ui, slider)
}

/// β at a place of the slider, inside [0, 1) wherever the handle is dragged, and with six digits of 1 − β, as many as a
/// person would type.
fn beta_at(position: f64) -> f64 {
    const NEAREST: f64 = 12.0;
    let complement = 10_f64.powf(-position.within(0.0, NEAREST));
    let digits: f64 = format!("{complement:.5e}").parse().unwrap_or(complement);
    1.0 - digits
}

/// A choice among a few named things, with its name at the left.
pub fn choice<T: Copy + PartialEq>(
    ui: &mut Ui,
    id: &str,
    row: Row<'_>,
    value: &mut T,
    options: &[T],
    describe: impl Fn(T) -> (&'static str, &'static str),
) -> Response {
    row.show(ui, |ui| {
        let width = ui.available_width();
        choice_box(ui, id, row.name, width, value, options, describe)
    })
}

/// A choice among a few named things; `name` is for screen readers and tests, the explanations for the pointer.
pub fn choice_box<T: Copy + PartialEq, L: Into<String>>(
    ui: &mut Ui,
    id: &str,
    name: &str,
    width: f32,
    value: &mut T,
    options: &[T],
    describe: impl Fn(T) -> (L, &'static str),
) -> Response {
    let (selected, explanation) = describe(*value);
    let selected = brief(&selected.into()).into_owned();
    let shown = ComboBox::from_id_salt(id).width(width).truncate().selected_text(&selected).show_ui(ui, |ui| {
        for &option in options {
            let (label, explanation) = describe(option);
            let response = ui.selectable_value(value, option, shorten(&label.into(), MOST_OF_AN_OPTION));
            if !explanation.is_empty() {
                response.on_hover_text(explanation);
            }
        }
    });
    shown.response.widget_info(|| {
        let mut info = egui::WidgetInfo::labeled(egui::Role::ComboBox, true, name);
        info.current_text_value = Some(selected.clone());
        info
    });
    if explanation.is_empty() { shown.response } else { shown.response.on_hover_text(explanation) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_dragged_beta_stays_in_its_range_and_has_few_digits() {
        assert_eq!([-3.0, 0.0, 1.0, 3.0].map(beta_at), [0.0, 0.0, 0.9, 0.999]);
        assert_eq!(beta_at(2.5), 1.0 - 0.003_162_28);
        assert!(beta_at(300.0) < 1.0);
    }
}
