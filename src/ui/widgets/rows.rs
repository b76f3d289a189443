//! One setting a row: a name with a tooltip, and a control that takes the rest of the width.

use std::ops::RangeInclusive;

use egui::{ComboBox, Response, Ui};

use super::{
    kinds::{Limits, Number},
    number::{NumberField, Pull, Words},
    rail::{Asked, rail_ui},
    scale::Scale,
};
use crate::{
    distribution::exact_text,
    experiment::{self, Setting, short},
    ui::{
        fit::{brief, shorten},
        math::{self, Formula},
        palette,
    },
};

/// Width of the names at the left.
const NAME_WIDTH: f32 = 92.0;
/// Characters of a name in a list that folds out at most.
const MOST_OF_AN_OPTION: usize = 60;
/// Height of a list that folds out, before it scrolls.
const HEIGHT_OF_A_LIST: f32 = 400.0;
/// Width of the number beside a slider.
const VALUE_WIDTH: f32 = 66.0;
/// Width that a rail has at least.
const LEAST_RAIL: f32 = 40.0;

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

    /// Draws the name and then a control in the rest of the width; the control is labelled by the name.
    pub fn show(self, ui: &mut Ui, control: impl FnOnce(&mut Ui) -> Response) -> Response {
        ui.horizontal(|ui| {
            let size = egui::vec2(NAME_WIDTH, ui.spacing().interact_size.y);
            let layout = egui::Layout::left_to_right(egui::Align::Center);
            let name = ui.allocate_ui_with_layout(size, layout, |ui| {
                ui.set_min_width(NAME_WIDTH);
                name_ui(ui, self.name)
            });
            let name = math::hover(name.inner, self.tooltip);
            math::hover(control(ui).labelled_by(name.id), self.tooltip)
        })
        .inner
    }

    /// Draws the name, a rail and a field for the number on it.
    fn slider<N: Number>(self, ui: &mut Ui, slider: Slider<'_, N>) -> Response {
        self.show(ui, |ui| slider.show(ui, self.name))
    }
}

/// The name of a setting; that of a parameter has its colour.
fn name_ui(ui: &mut Ui, name: &str) -> Response {
    let is_dark = ui.visuals().dark_mode;
    let is_parameter = name.split(' ').next().is_some_and(|symbol| palette::parameter(symbol, is_dark).is_some());
    if is_parameter {
        Formula::new(name).coloured().strong().on_one_line().show(ui)
    } else {
        ui.add(egui::Label::new(name).truncate())
    }
}

/// A number with its rail.
struct Slider<'a, N> {
    value: &'a mut N,
    scale: Scale,
    limits: Limits<N>,
}

impl<N: Number> Slider<'_, N> {
    fn show(self, ui: &mut Ui, name: &str) -> Response {
        let Self { value, scale, limits } = self;
        let space = ui.spacing().item_spacing.x;
        let room = (ui.available_width() - LEAST_RAIL - space).max(VALUE_WIDTH);
        let value_width = NumberField::new(name, &mut *value).wanted_width(ui).max(VALUE_WIDTH).min(room);
        let rail_width = (ui.available_width() - value_width - space).max(LEAST_RAIL);
        let (mut rail, asked) = rail_ui(ui, rail_width, scale.share(value.to_f64()));
        let before = *value;
        // Half a point of the rail is as near as a pointer can be.
        let aim = 0.5 / f64::from(rail_width);
        let near = match asked {
            None => None,
            Some(Asked::Share(share)) => Some(scale.near(share, aim)),
            Some(Asked::Steps(n_steps)) => Some(scale.stepped(value.to_f64(), n_steps)),
            Some(Asked::Value(asked)) => Some(asked),
        };
        if let Some(near) = near {
            *value = limits.hold(N::from_f64(near));
        }
        if *value != before {
            rail.mark_changed();
        }
        let [low, high] = scale.ends();
        tell_slider(ui, &rail, name, value.to_f64(), [low, high]);
        let field = NumberField::new(name, value).limits(limits).pull(Pull::Along(scale, rail_width));
        let field = field.width(value_width).show(ui);
        // What has the keyboard is the slider, for whoever asks.
        if field.has_focus() || field.lost_focus() { field.union(rail) } else { rail.union(field) }
    }
}

/// Tells assistive technology and tests what a rail is.
pub(super) fn tell_slider(ui: &Ui, rail: &Response, name: &str, value: f64, [low, high]: [f64; 2]) {
    use egui::accesskit::Action;
    rail.widget_info(|| egui::WidgetInfo::slider(rail.enabled(), value, name));
    ui.ctx().accesskit_node_builder(rail.id, |node| {
        node.set_min_numeric_value(low);
        node.set_max_numeric_value(high);
        for action in [Action::SetValue, Action::Increment, Action::Decrement] {
            node.add_action(action);
        }
    });
}

/// A number on a linear or, for wide ranges, logarithmic slider; a typed value may lie beyond it, the check decides.
pub fn number_slider(
    ui: &mut Ui,
    row: Row<'_>,
    value: &mut f64,
    range: RangeInclusive<f64>,
    is_logarithmic: bool,
) -> Response {
    let scale = if is_logarithmic { Scale::log(range) } else { Scale::even(range) };
    row.slider(ui, Slider { value, scale, limits: Limits::None })
}

/// The slider of a setting, with its name, hint and numbers as the table of settings has them; a typed value may lie beyond
/// it, the check decides.
pub fn setting_slider<N: Number>(ui: &mut Ui, setting: Setting, value: &mut N) -> Response {
    setting_slider_with(ui, setting, setting.hint(), value)
}

/// As [`setting_slider`], with a hint that has more to say.
pub fn setting_slider_with<N: Number>(ui: &mut Ui, setting: Setting, hint: &str, value: &mut N) -> Response {
    let [low, high] = setting.numbers().map_or([0.0, 1.0], |numbers| numbers.slider);
    let scale = match setting.scale() {
        experiment::Scale::Linear if setting.numbers().is_some_and(|numbers| numbers.is_dense_below) => {
            Scale::squares(low..=high)
        }
        experiment::Scale::Linear => Scale::even(low..=high),
        experiment::Scale::Log => Scale::log(low..=high),
        experiment::Scale::LogOfDistanceToOne => Scale::towards_one(),
    };
    let scale = if N::IS_WHOLE { scale.whole() } else { scale };
    Row::new(setting.name(), hint).slider(ui, Slider { value, scale, limits: Limits::None })
}

/// As [`number_slider`] on a linear scale, for a number that is not checked elsewhere: others are refused.
pub fn limited_slider(
    ui: &mut Ui,
    row: Row<'_>,
    value: &mut f64,
    range: RangeInclusive<f64>,
    limits: Limits<f64>,
) -> Response {
    row.slider(ui, Slider { value, scale: Scale::even(range), limits })
}

/// A share between 0 and 1, both left out: anything else that is typed is not taken.
pub fn share_slider(ui: &mut Ui, row: Row<'_>, share: &mut f64) -> Response {
    limited_slider(ui, row, share, 0.01..=0.99, Limits::Between(0.0, 1.0))
}

/// A whole number on a slider.
pub fn whole_slider(ui: &mut Ui, row: Row<'_>, value: &mut usize, range: RangeInclusive<usize>) -> Response {
    let scale = Scale::even(*range.start() as f64..=*range.end() as f64).whole();
    row.slider(ui, Slider { value, scale, limits: Limits::None })
}

/// A count on a logarithmic slider.
pub fn count_slider(ui: &mut Ui, row: Row<'_>, value: &mut u64, range: RangeInclusive<u64>) -> Response {
    limited_count_slider(ui, row, value, range, Limits::None)
}

/// As [`count_slider`], for a count that is not checked elsewhere: others are refused.
pub fn limited_count_slider(
    ui: &mut Ui,
    row: Row<'_>,
    value: &mut u64,
    range: RangeInclusive<u64>,
    limits: Limits<u64>,
) -> Response {
    let scale = Scale::log(*range.start() as f64..=*range.end() as f64).whole();
    row.slider(ui, Slider { value, scale, limits })
}

/// β in [0, 1) on a slider that is linear in −log₁₀(1 − β): each step to the right makes N = 1/(1 − β) larger by as much.
pub fn beta_slider(ui: &mut Ui, name: &str, beta: &mut f64) -> Response {
    let tooltip = format!(
        "β of the effective number, on a scale of log(1 − β)\nE_n = (1 − βⁿ)/(1 − β), weight = 1/E_n\nNow β = {} and N = 1/(1 − β) = {}\nβ = 0 weighs all classes alike; β → 1 is inverse frequency",
        exact_text(*beta),
        short(crate::weighting::n_prototypes(*beta)),
    );
    let limits = Limits::From(0.0, 1.0);
    Row::new(name, &tooltip).slider(ui, Slider { value: beta, scale: Scale::towards_one(), limits })
}

/// A few named places on a slider with their names in a field, in which another name can be typed.
pub fn names_slider(
    ui: &mut Ui,
    name: &str,
    tooltip: &str,
    place: &mut usize,
    last: usize,
    name_of: fn(usize) -> String,
    read: fn(&str) -> Option<usize>,
) -> Response {
    let (rail, asked) = place_rail(ui, name, *place as u64, last as u64);
    if let Some(asked) = asked {
        *place = asked as usize;
    }
    let words = Words { of: name_of, read };
    let field = NumberField::new(name, place).limits(Limits::Within(0, last)).speed(0.1).words(Some(words));
    rail.on_hover_text(tooltip).union(field.show(ui).on_hover_text(tooltip))
}

/// A rail over the places 0 to `last` alone; returns the place that is asked for, where that is another one.
pub fn place_rail(ui: &mut Ui, name: &str, place: u64, last: u64) -> (Response, Option<u64>) {
    let most = last.max(1) as f64;
    let (rail, asked) = rail_ui(ui, ui.spacing().slider_width, place as f64 / most);
    let asked = asked.map(|asked| match asked {
        Asked::Share(share) => share * most,
        Asked::Steps(n_steps) => place as f64 + f64::from(n_steps),
        Asked::Value(value) => value,
    });
    let asked = asked.map(|asked| (asked.round() as u64).min(last)).filter(|&asked| asked != place);
    tell_slider(ui, &rail, name, asked.unwrap_or(place) as f64, [0.0, last as f64]);
    (rail, asked)
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
    let list = ComboBox::from_id_salt(id).width(width).height(HEIGHT_OF_A_LIST).truncate().selected_text(&selected);
    let shown = list.show_ui(ui, |ui| {
        for &option in options {
            let (label, explanation) = describe(option);
            let response = ui.selectable_value(value, option, shorten(&label.into(), MOST_OF_AN_OPTION));
            if !explanation.is_empty() {
                math::hover(response, explanation);
            }
        }
    });
    shown.response.widget_info(|| {
        let mut info = egui::WidgetInfo::labeled(egui::Role::ComboBox, true, name);
        info.current_text_value = Some(selected.clone());
        info
    });
    if explanation.is_empty() { shown.response } else { math::hover(shown.response, explanation) }
}
