//! A table with other class counts: the tick, the order of classes, and what is kept.

use egui::{RichText, ScrollArea, Ui};

use super::View;
use crate::{
    data::{ClassOrder, LongTail, TableClasses},
    ui::{
        fit::brief,
        widgets::{Row, choice},
    },
};

/// Rows of the list of an own order; the half one shows that there are more.
const LIST_ROWS: f32 = 6.5;

/// Draws the tick, and below it what belongs to a table that is made long-tailed; a change starts training over.
pub(super) fn long_tail_ui(view: &mut View<'_>, ui: &mut Ui) {
    let tick = ui.checkbox(&mut view.session.spec.data.long_tailed, "Make it long-tailed");
    tick.on_hover_text(
        "Train on so many rows of each class as the distribution below asks for, chosen at random, as CIFAR-LT is made. The other rows are there to test with: a balanced test set with as many rows of every class, and a natural one with the class shares of training. A change starts training over",
    );
    if !view.session.spec.data.long_tailed {
        return;
    }
    order_ui(view, ui);
    if let Some(long_tail) = view.session.long_tail() {
        let summary = ui.add(egui::Label::new(RichText::new(long_tail.summary()).weak()).wrap());
        summary.on_hover_text("Of each class the test share is held back; of the others the first n_i of a shuffle are kept. Nothing that is trained on is tested on. A smaller imbalance factor keeps the same rows and more");
        for remark in long_tail.test_remarks() {
            ui.add(egui::Label::new(remark).wrap());
        }
    }
}

fn order_ui(view: &mut View<'_>, ui: &mut Ui) {
    // As it was planned before this frame's choice: the own order begins as what is on the screen.
    let present = view.session.long_tail().map(LongTail::labels_by_rank);
    let classes = view.session.table_classes().cloned();
    let data = &mut view.session.spec.data;
    let before = data.class_order;
    let row =
        Row::new("Class order", "Which class is the head, with the most training rows, and which the end of the tail");
    choice(ui, "class order", row, &mut data.class_order, &ClassOrder::ALL, |order| {
        let explanation = match order {
            ClassOrder::BySize => "The class with the most rows is the head",
            ClassOrder::ByName => "In the order of the labels, as in CIFAR-LT",
            ClassOrder::Own => "Move classes up and down",
        };
        (order.label(), explanation)
    });
    if data.class_order != ClassOrder::Own {
        return;
    }
    if before != ClassOrder::Own {
        let is_of_table = |classes: &TableClasses| classes.head_to_tail(ClassOrder::Own, &data.own_order).is_ok();
        match (classes.as_deref().is_some_and(is_of_table), present) {
            (true, _) => {}
            (false, Some(labels)) => data.own_order = labels,
            // Nothing is known of the classes yet.
            (false, None) => data.class_order = before,
        }
    }
    own_order_ui(&mut data.own_order, classes.as_deref(), ui);
}

/// The labels from head to tail, each with buttons that move it and the rows of the class.
fn own_order_ui(order: &mut [String], classes: Option<&TableClasses>, ui: &mut Ui) {
    let row_height = ui.spacing().interact_size.y;
    let height = (row_height + ui.spacing().item_spacing.y) * LIST_ROWS.min(order.len() as f32);
    let n_classes = order.len();
    let mut moved = None;
    let list = ScrollArea::vertical().id_salt("own order").max_height(height).auto_shrink([false, true]);
    list.show_rows(ui, row_height, n_classes, |ui, ranks| {
        for rank in ranks {
            ui.horizontal(|ui| {
                for (sign, way, other) in [("▲", "up", rank.checked_sub(1)), ("▼", "down", Some(rank + 1))] {
                    let other = other.filter(|&other| other < n_classes);
                    let name = format!("Move {} {way}", brief(&order[rank]));
                    let button = ui.add_enabled(other.is_some(), egui::Button::new(sign).small());
                    button.widget_info(|| egui::WidgetInfo::labeled(egui::Role::Button, other.is_some(), &name));
                    if button.on_hover_text(&name).clicked() {
                        moved = other.map(|other| (rank, other));
                    }
                }
                let label = &order[rank];
                ui.with_layout(egui::Layout::right_to_left(egui::Align::Center), |ui| {
                    let class_idx = classes.and_then(|classes| classes.labels.iter().position(|other| other == label));
                    if let (Some(classes), Some(class_idx)) = (classes, class_idx) {
                        ui.label(RichText::new(format!("{} rows", classes.rows[class_idx])).weak());
                    }
                    ui.with_layout(egui::Layout::left_to_right(egui::Align::Center), |ui| {
                        ui.add(egui::Label::new(brief(label)).truncate());
                    });
                });
            });
        }
    });
    if let Some((rank, other)) = moved {
        order.swap(rank, other);
    }
}
