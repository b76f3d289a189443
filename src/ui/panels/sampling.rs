//! The sampler of an objective: where it is chosen, and a warning where it corrects twice.

use egui::{RichText, Ui};

use crate::{
    data::Sampler,
    distribution::ClassCounts,
    experiment::{ObjectiveSpec, Setting, corrects_twice, export::significant},
    ui::widgets::{Row, choice, setting_slider},
};

/// The entry of an objective's menu in which its sampler is chosen.
pub(super) fn sampler_menu_ui(ui: &mut Ui, objective: &mut ObjectiveSpec) {
    ui.menu_button("Sampler", |ui| {
        for sampler in Sampler::ALL {
            let is_chosen = objective.sampler == sampler;
            if ui.selectable_label(is_chosen, sampler.label()).on_hover_text(sampler.explanation()).clicked() {
                objective.sampler = sampler;
                ui.close();
            }
        }
    })
    .response
    .on_hover_text("Which training samples an epoch looks at; the other remedy for imbalance, in place of weights");
}

/// The sampler of an objective that has another than the ordinary one, with its parameter, and a warning where it corrects twice.
pub(super) fn sampler_ui(ui: &mut Ui, objective: &mut ObjectiveSpec, counts: Option<&ClassCounts>) {
    if objective.sampler == Sampler::Instance {
        return;
    }
    let row = Row::new("Sampler", "Which training samples an epoch looks at");
    choice(ui, "sampler", row, &mut objective.sampler, &Sampler::ALL, |sampler| {
        (sampler.label(), sampler.explanation())
    });
    if objective.sampler == Sampler::Smote {
        setting_slider(ui, Setting::Neighbours, &mut objective.neighbours);
    }
    if let Some(ratio) = counts.and_then(|counts| corrects_twice(objective, counts)) {
        let text = format!(
            "Corrects twice: sampler and weights together count the rarest class {} times as much as the most frequent. One of them is enough",
            short(ratio)
        );
        ui.add(egui::Label::new(RichText::new(text).color(ui.visuals().warn_fg_color)).wrap());
    }
}

/// A ratio as people say it.
fn short(ratio: f64) -> String {
    if ratio < 10.0 {
        format!("{ratio:.1}")
    } else if ratio < 1e6 {
        format!("{ratio:.0}")
    } else {
        significant(ratio)
    }
}
