//! The objectives that are compared: base loss × class weights + offsets over a sampler, each with its own numbers.

use egui::{RichText, Ui};

use super::{
    View,
    buttons::action_button,
    composition::{composition_menu_ui, composition_ui},
    sampling::{sampler_menu_ui, sampler_ui},
};
use crate::{
    experiment::{MAX_OBJECTIVES, ObjectiveSpec, Preset, Setting},
    loss::{Head, OffsetKind},
    state::{Action, LossesPage, Place},
    train::BiasStart,
    ui::{
        fit::brief,
        math,
        palette::Ink,
        widgets::{beta_slider, choice_box, eye_toggle, marker_swatch, setting_slider},
    },
    weighting::{SchemeKind, beta_hint},
};

/// Draws every objective; changes take effect while it trains.
pub(super) fn objectives_ui(view: &mut View<'_>, ui: &mut Ui) {
    for idx in 0..view.session.spec.objectives.len() {
        ui.push_id(view.session.spec.objectives[idx].colour, |ui| objective_ui(view, ui, idx));
        ui.add(egui::Separator::default().spacing(3.0));
    }
    let is_full = view.session.spec.objectives.len() >= MAX_OBJECTIVES;
    ui.add_enabled_ui(!is_full, |ui| {
        ui.menu_button("Add objective…", |ui| {
            for preset in Preset::ALL {
                let entry = math::hover(ui.button(preset.label()), &preset.objective().formula());
                if entry.clicked() {
                    view.actions.push(Action::AddObjective(preset));
                    ui.close();
                }
            }
        })
        .response
        .on_hover_text(Action::AddObjective(Preset::Ce).tooltip())
        .on_disabled_hover_text("Eight objectives are as many as can be told apart");
    });
}

fn objective_ui(view: &mut View<'_>, ui: &mut Ui, idx: usize) {
    head_ui(view, ui, idx);
    let counts = view.session.counts().cloned();
    let generation = view.session.generation;
    let objective = &mut view.session.spec.objectives[idx];
    // A focal loss whose γ is dragged to 0 stays a focal loss in the menu, so that the slider does not vanish in hand; one
    // of another experiment that has this colour is another objective.
    let id = ui.scope_id().with(("is focal", &objective.name, generation));
    let was_focal = objective.gamma > 0.0 || ui.data(|data| data.get_temp(id)).unwrap_or(false);
    let mut base = Base { head: objective.head, is_focal: was_focal };
    ui.horizontal(|ui| {
        let width = ui.available_width() - ui.spacing().item_spacing.x;
        let (base_width, weights_width) = (width * 0.44, width * 0.56);
        let name = format!("Loss of {}", brief(&objective.name));
        choice_box(ui, "base", &name, base_width, &mut base, &BASES, describe_base);
        let name = format!("Weights of {}", brief(&objective.name));
        let describe = |kind: SchemeKind| (kind.label(), kind.formula());
        choice_box(ui, "weights", &name, weights_width, &mut objective.weights, &SchemeKind::ALL, describe);
    });
    if base.is_focal != was_focal {
        objective.gamma = if base.is_focal { 2.0 } else { 0.0 };
    }
    if base.head != objective.head {
        objective.head = base.head;
        objective.alpha = None;
        // What does not go with the new head is taken away, and comes back with Undo.
        if base.head == Head::Sigmoid {
            objective.offsets = OffsetKind::None;
        } else if objective.bias_start == BiasStart::Probability {
            objective.bias_start = BiasStart::Standard;
        }
    }
    ui.data_mut(|data| data.insert_temp(id, base.is_focal));
    parameters_ui(ui, objective, base.is_focal);
    composition_ui(ui, objective);
    sampler_ui(ui, objective, counts.as_ref());
    if objective.weights == SchemeKind::EffectiveNumber
        && let Some(hint) = counts.and_then(|counts| beta_hint(&counts, objective.beta))
    {
        ui.add(egui::Label::new(RichText::new(hint.sentence()).color(ui.visuals().warn_fg_color)).wrap());
    }
}

/// The sliders that the objective has.
fn parameters_ui(ui: &mut Ui, objective: &mut ObjectiveSpec, is_focal: bool) {
    if objective.weights == SchemeKind::EffectiveNumber {
        beta_slider(ui, "β", &mut objective.beta);
    }
    if is_focal {
        setting_slider(ui, Setting::Gamma, &mut objective.gamma);
    }
    if objective.head == Head::Sigmoid {
        let mut alpha = objective.alpha.unwrap_or(0.5);
        if setting_slider(ui, Setting::Alpha, &mut alpha).changed() {
            objective.alpha = Some(alpha);
        }
    }
}

/// Swatch, name, and what can be done with the objective.
fn head_ui(view: &mut View<'_>, ui: &mut Ui, idx: usize) {
    ui.horizontal(|ui| {
        let objective = &mut view.session.spec.objectives[idx];
        marker_swatch(ui, Ink::Objective(objective.colour));
        let width = ui.available_width() - 96.0;
        let formula = objective.formula();
        let label = format!("Name of objective {}", idx + 1);
        // A name is laid out in every frame, so that one of any length is cut; what is typed then is the whole of it.
        let mut name = brief(&objective.name).into_owned();
        let editor = egui::TextEdit::singleline(&mut name).desired_width(width).char_limit(30).frame(egui::Frame::NONE);
        let editor = editor.font(egui::FontId::new(15.0, crate::ui::theme::strong_family()));
        let response = math::hover(ui.add(editor), &format!("{formula}\nClick to rename"));
        response.widget_info(|| egui::WidgetInfo::labeled(egui::Role::TextInput, true, &label));
        if response.changed() {
            objective.name = name;
        }
        eye_toggle(ui, &objective.name, &mut objective.shown);
        let is_last = view.session.spec.objectives.len() == 1;
        let is_full = view.session.spec.objectives.len() >= MAX_OBJECTIVES;
        ui.menu_button("More", |ui| {
            sampler_menu_ui(ui, &mut view.session.spec.objectives[idx]);
            composition_menu_ui(ui, &mut view.session.spec.objectives[idx]);
            let hint = "Its formula, with its numbers for the most frequent and the rarest class";
            if ui.button("Show its formula").on_hover_text(hint).clicked() {
                view.settings.ownership.page = LossesPage::Composition;
                view.actions.push(Action::Go(Place::Losses));
                ui.close();
            }
            ui.separator();
            action_button(view, ui, Action::CopyObjective(idx), !is_full);
            action_button(view, ui, Action::RemoveObjective(idx), !is_last);
        });
    });
}

/// A base loss as a menu names it.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Base {
    head: Head,
    is_focal: bool,
}

const BASES: [Base; 4] = [
    Base { head: Head::Softmax, is_focal: false },
    Base { head: Head::Softmax, is_focal: true },
    Base { head: Head::Sigmoid, is_focal: false },
    Base { head: Head::Sigmoid, is_focal: true },
];

fn describe_base(base: Base) -> (&'static str, &'static str) {
    match (base.head, base.is_focal) {
        (Head::Softmax, false) => ("Softmax CE", "−ln p_y: cross entropy"),
        (Head::Softmax, true) => {
            ("Softmax focal", "−(1 − p_y)^γ · ln p_y: samples that are classified well count less")
        }
        (Head::Sigmoid, false) => ("Sigmoid CE", "−Σ ln p_t: a yes-or-no question for each class"),
        (Head::Sigmoid, true) => ("Sigmoid focal", "−Σ (1 − p_t)^γ · ln p_t, the loss of RetinaNet"),
    }
}
