//! Shaping class counts in their chart: bars that are dragged, and by keyboard a class that is chosen, stepped and typed.

use egui::{EventFilter, Frame, Id, Key, Modifiers, RichText, TextEdit, Ui, UiBuilder};

use super::View;
use crate::{
    distribution::{Profile, plain_digits, stepped_count, typed_count},
    numbers::thousands,
    state::MOST_BARS,
    ui::{
        buttons::play_on_space,
        charts::{Classes, CountsResponse},
        fit::{fitting, inside},
        palette, theme,
        widgets::{is_finish_asked_for, remark},
    },
};

/// Size of the field with the count of the selected class.
const FIELD: egui::Vec2 = egui::vec2(212.0, 32.0);
/// Width of a class's name in it.
const WIDEST_NAME: f32 = 60.0;
/// Digits of the largest count that a class may have.
const MOST_DIGITS: usize = 16;

/// Digits that are not taken yet.
#[derive(Debug, Clone)]
struct Typed {
    class_idx: usize,
    text: String,
}

/// Takes what was done in the chart of counts, by pointer and by keyboard, and draws the field of the selected class.
pub(super) fn shaping_ui(view: &mut View<'_>, ui: &mut Ui, classes: &Classes, drawn: &CountsResponse) {
    let can_edit = view.session.spec.uses_distribution();
    if let Some((class_idx, count)) = drawn.dragged {
        view.session.held_order.get_or_insert_with(|| classes.order.clone());
        set_count(view, class_idx, count);
    }
    if drawn.is_curve_dragged {
        view.session.say(format!(
            "Zoom in to drag single classes: turn the wheel until {MOST_BARS} or fewer are shown. A click and typing works at once"
        ));
    }
    let chart = &drawn.response;
    if let (true, Some(rank)) = (chart.clicked_by(egui::PointerButton::Primary), drawn.hovered) {
        view.session.selected_class = Some(classes.order[rank]);
        chart.request_focus();
    }
    let field_id = ui.scope_id().with("count of the selected class");
    if chart.has_focus() {
        let filter = EventFilter { horizontal_arrows: true, vertical_arrows: true, ..EventFilter::default() };
        ui.memory_mut(|memory| memory.set_focus_lock_filter(chart.id, filter));
        keys(view, ui, classes, can_edit, field_id);
        play_on_space(view, ui, chart);
    }
    let Some(class_idx) = view.session.selected_class else { return };
    let is_in_field = field_ui(view, ui, classes, drawn, class_idx, can_edit, field_id);
    if !is_in_field && !chart.has_focus() && !ui.memory(|memory| memory.has_focus(field_id)) {
        view.session.selected_class = None;
    }
}

/// Left and right choose a class, up and down change its count, a digit or Enter begins to type.
fn keys(view: &mut View<'_>, ui: &Ui, classes: &Classes, can_edit: bool, field_id: Id) {
    let pressed = |modifiers: Modifiers, key: Key| ui.input_mut(|input| input.consume_key(modifiers, key));
    let selected = view.session.selected_class;
    let known = selected.and_then(|class_idx| classes.order.iter().position(|&other| other == class_idx));
    let Some(mut rank) = known.or(classes.window.clone().next()) else { return };
    let last = classes.len() - 1;
    // The first key of a person who came by Tab finds the first class already chosen.
    if pressed(Modifiers::NONE, Key::ArrowLeft) && known.is_some() {
        rank = rank.saturating_sub(1);
    }
    if pressed(Modifiers::NONE, Key::ArrowRight) && known.is_some() {
        rank = (rank + 1).min(last);
    }
    if pressed(Modifiers::NONE, Key::Home) {
        rank = 0;
    }
    if pressed(Modifiers::NONE, Key::End) {
        rank = last;
    }
    let class_idx = classes.order[rank];
    if selected != Some(class_idx) {
        view.session.selected_class = Some(class_idx);
        view.session.window.reveal(rank, classes.len());
    }
    if !can_edit {
        return;
    }
    // With Shift first, as without it any modifier would do.
    for (modifiers, by_ten) in [(Modifiers::SHIFT, true), (Modifiers::NONE, false)] {
        for (key, is_up) in [(Key::ArrowUp, true), (Key::ArrowDown, false)] {
            if pressed(modifiers, key) {
                set_count(view, class_idx, stepped_count(classes.counts[rank], is_up, by_ten));
            }
        }
    }
    let begins_to_type = ui.input(|input| {
        let is_digits = |event: &egui::Event| match event {
            egui::Event::Text(text) => !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit()),
            _ => false,
        };
        input.events.iter().any(is_digits)
    });
    if begins_to_type {
        // The field takes the digits itself, in this frame already.
        ui.data_mut(|data| data.insert_temp(field_id, Typed { class_idx, text: String::new() }));
        ui.memory_mut(|memory| memory.request_focus(field_id));
    } else if pressed(Modifiers::NONE, Key::Enter) {
        ui.memory_mut(|memory| memory.request_focus(field_id));
    }
}

/// Name and count of the selected class beside its bar; returns whether the pointer is at work in it.
fn field_ui(
    view: &mut View<'_>,
    ui: &mut Ui,
    classes: &Classes,
    drawn: &CountsResponse,
    class_idx: usize,
    can_edit: bool,
    field_id: Id,
) -> bool {
    let Some(rank) = classes.order.iter().position(|&other| other == class_idx) else { return false };
    let is_dark = ui.visuals().dark_mode;
    let bounds = drawn.response.rect.shrink(2.0);
    // At the bar's end, but beside the number on top of it; in the corner where the bar is not in sight.
    let end = drawn.selected.unwrap_or(bounds.right_top());
    let middle = end + egui::vec2(0.0, -FIELD.y / 2.0 - 20.0);
    let rect = inside(bounds, middle, FIELD);
    let frame = Frame::new()
        .fill(palette::panel(is_dark))
        .stroke(egui::Stroke::new(1.5, palette::accent(is_dark)))
        .corner_radius(4.0);
    ui.painter().add(frame.paint(rect));
    let layout = egui::Layout::left_to_right(egui::Align::Center);
    let builder =
        UiBuilder::new().id_salt("selected class").max_rect(rect.shrink2(egui::vec2(8.0, 3.0))).layout(layout);
    ui.scope_builder(builder, |ui| {
        let font = theme::font(14.0);
        let name = format!("Samples of {}", fitting(ui.ctx(), &classes.label(rank), &font, WIDEST_NAME));
        if !can_edit {
            ui.label(format!("{name}: {}", thousands(classes.counts[rank])));
            return false;
        }
        let label = ui.label(RichText::new(name).size(theme::sized(14.0)));
        let listed = classes.counts[rank].to_string();
        // What is typed belongs to the class for which it was begun, also when another one is clicked meanwhile.
        let typed = ui.data(|data| data.get_temp::<Typed>(field_id));
        let mut text = match &typed {
            Some(typed) if typed.class_idx == class_idx => typed.text.clone(),
            _ => listed.clone(),
        };
        // Escape leaves the field alone, and not at the same time the picture in which it stands.
        let is_dropped = ui.memory(|memory| memory.has_focus(field_id))
            && ui.input_mut(|input| input.consume_key(Modifiers::NONE, Key::Escape));
        let field = ui
            .add(
                TextEdit::singleline(&mut text)
                    .id(field_id)
                    .char_limit(MOST_DIGITS)
                    .desired_width(ui.available_width())
                    .align(egui::Align2::RIGHT_CENTER),
            )
            .labelled_by(label.id)
            .on_hover_text("Type a whole number and press Enter; Escape leaves it as it was\nUp and down change it in steps, with Shift tenfold");
        // Letters are no part of a number; whether the marks between digits make one is seen when it is taken.
        text = plain_digits(&text);
        text.retain(|c| c.is_ascii_digit() || ".,-".contains(c));
        let is_over = is_dropped || !field.has_focus() || is_finish_asked_for(ui.ctx());
        if !is_over {
            ui.data_mut(|data| data.insert_temp(field_id, Typed { class_idx, text }));
            let filter = EventFilter { escape: true, horizontal_arrows: true, vertical_arrows: true, tab: false };
            ui.memory_mut(|memory| memory.set_focus_lock_filter(field_id, filter));
        } else if let Some(Typed { class_idx, text: before }) = typed {
            let text = if field.has_focus() { text } else { before };
            if !is_dropped && !text.is_empty() {
                match typed_count(&text) {
                    Ok(count) => set_count(view, class_idx, count),
                    Err(fault) => remark(ui.ctx(), format!("{fault}. The class keeps its samples")),
                }
            }
            if is_dropped || ui.input(|input| input.key_pressed(Key::Enter)) {
                drawn.response.request_focus();
            }
            ui.data_mut(|data| data.remove::<Typed>(field_id));
        }
        field.contains_pointer() && ui.input(|input| input.pointer.any_down())
    })
    .inner
}

/// Gives a class another count: the profile becomes a list of own counts. A table has no more than its rows.
fn set_count(view: &mut View<'_>, class_idx: usize, count: u64) {
    if view.session.spec.data.counts_follow_samples() && view.session.plot_data().is_none() {
        // The counts on the screen are those before the last change: what is painted could not be told apart.
        return;
    }
    let Some(shown) = view.session.counts().map(|counts| counts.as_slice().to_vec()) else { return };
    if shown.get(class_idx).is_none_or(|&shown| shown == count) {
        return;
    }
    if let Some(long_tail) = view.session.long_tail() {
        let mut by_rank = long_tail.counts_by_rank();
        let rank = long_tail.order.iter().position(|&other| other == class_idx);
        if let Some(place) = rank.and_then(|rank| by_rank.get_mut(rank)) {
            let available = long_tail.available[class_idx];
            *place = count.min(available);
            if count > available {
                let text = format!(
                    "The table has {} rows to train on of this class, so that is its count",
                    thousands(available)
                );
                view.session.say(text);
            }
        }
        return own_counts(view, by_rank);
    }
    let Ok(generated) = view.session.spec.distribution.counts() else { return };
    let mut counts = generated.as_slice().to_vec();
    if let Some(place) = counts.get_mut(class_idx) {
        // What is painted stays: the bar is moved by as much as the generated part.
        *place = (*place + count).saturating_sub(shown[class_idx]);
    }
    own_counts(view, counts);
}

/// Takes a list of counts for the profile.
fn own_counts(view: &mut View<'_>, counts: Vec<u64>) {
    if counts.iter().all(|&n| n == 0) {
        view.session.say("The last class that has samples cannot be emptied");
        return;
    }
    view.session.spec.distribution.profile = Profile::Own;
    view.session.spec.distribution.own_counts = counts;
}
