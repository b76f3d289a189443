//! Rows of the set-up of a sweep: what is made as large as possible.

use egui::{Align, ComboBox, Label, Layout, TextEdit, Ui};

use super::View;
use crate::{
    experiment::sweep::{Metric, TailRule},
    state::TuneSettings,
    ui::{
        charts::Classes,
        fit::{brief_sentence, shorten},
        widgets::{Limits, NumberField, choice_box},
    },
};

/// Width of the names at the left of the set-up.
const NAME_WIDTH: f32 = 112.0;

/// A row of the set-up: a name, and what stands beside it.
pub(super) fn row<T>(ui: &mut Ui, name: &str, hint: &str, contents: impl FnOnce(&mut Ui) -> T) -> T {
    ui.horizontal(|ui| {
        let size = egui::vec2(NAME_WIDTH, ui.spacing().interact_size.y);
        let layout = Layout::left_to_right(Align::Center);
        ui.allocate_ui_with_layout(size, layout, |ui| {
            ui.set_min_width(NAME_WIDTH);
            ui.add(Label::new(name).truncate()).on_hover_text(hint);
        });
        contents(ui)
    })
    .inner
}

/// What is made as large as possible.
pub(super) fn metric_ui(settings: &mut TuneSettings, ui: &mut Ui) {
    row(ui, "Maximise", "By this figure on the validation part the best point is chosen", |ui| {
        choice_box(ui, "sweep metric", "Metric of the sweep", 150.0, &mut settings.metric, &Metric::ALL, |metric| {
            (metric.label(), metric.explanation())
        });
        let hint = "Only points whose recall of the head, on the validation part, is at least this are chosen";
        ui.checkbox(&mut settings.has_floor, "head at least").on_hover_text(hint);
        ui.add_enabled_ui(settings.has_floor, |ui| {
            let value = NumberField::new("Least recall of the head", &mut settings.head_floor).speed(0.005);
            value.limits(Limits::Within(0.0, 1.0)).show(ui).on_hover_text(hint);
        });
    });
}

/// What the metric takes: a class, a recall, a cost matrix.
pub(super) fn target_ui(view: &mut View<'_>, ui: &mut Ui, classes: &Classes) {
    const COSTS: &str = "A row for each true class, a cost for each predicted class; rows end with a semicolon. 0 1; 10 0 says that a missed sample of the second class costs ten times as much as a false alarm";
    let metric = view.settings.tune.metric;
    if metric.is_of_class() {
        let names = view.session.class_names();
        let settings = &mut view.settings.tune;
        if let Some(rarest) = classes.order.last().filter(|_| !names.contains(&settings.metric_class)) {
            settings.metric_class = names.get(*rarest).cloned().unwrap_or_default();
        }
        row(ui, "Class", "The class that the figure is of; the rarest where nothing else is chosen", |ui| {
            let shown = ComboBox::from_id_salt("class of the metric")
                .width(150.0)
                .truncate()
                .selected_text(brief_sentence(&settings.metric_class))
                .show_ui(ui, |ui| {
                    for name in classes.order.iter().filter_map(|class_idx| names.get(*class_idx)) {
                        ui.selectable_value(&mut settings.metric_class, name.clone(), shorten(name, 60));
                    }
                });
            shown.response.widget_info(|| egui::WidgetInfo::labeled(egui::Role::ComboBox, true, "Class of the metric"));
            if metric == Metric::PrecisionAtRecall {
                ui.label("recall at least");
                let value = NumberField::new("Least recall of the class", &mut settings.metric_recall).speed(0.005);
                value
                    .limits(Limits::Within(0.01, 1.0))
                    .show(ui)
                    .on_hover_text("Thresholds below this recall do not count");
            }
        });
    }
    if metric == Metric::ExpectedCost {
        let costs = &mut view.settings.tune.costs;
        row(ui, "Costs", COSTS, |ui| {
            let width = (ui.available_width() - 8.0).max(80.0);
            let id = egui::Id::unique("costs of decisions");
            let response = ui.add(TextEdit::singleline(costs).id(id).desired_width(width)).on_hover_text(COSTS);
            response.widget_info(|| egui::WidgetInfo::labeled(egui::Role::TextInput, true, "Costs of decisions"));
        });
    }
}

/// Which classes are head and tail.
pub(super) fn tail_ui(settings: &mut TuneSettings, ui: &mut Ui) {
    row(ui, "Head and tail", settings.tail.label(), |ui| {
        choice_box(ui, "sweep tail", "Head and tail of the sweep", 240.0, &mut settings.tail, &TailRule::ALL, |rule| {
            (
                match rule {
                    TailRule::RarestThird => "first and last third of the classes",
                    TailRule::FewGroup => "groups many and few",
                },
                rule.label(),
            )
        });
    });
}
