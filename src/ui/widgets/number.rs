//! The one field for numbers: it shows a number shortly, all of it while it has the keyboard, and changes it only when
//! somebody types another one, drags it or presses a key that does.

use egui::{
    Align2, CursorIcon, EventFilter, Id, Key, Modifiers, Response, Sense, TextEdit, Ui, Vec2, WidgetInfo, accesskit,
    text::CCursorRange, text_edit::TextEditState,
};

use super::{
    kinds::{Limits, Number},
    number_look::{paint_number, text_width},
    rail::steps,
    remarks::{is_finish_asked_for, remark},
    scale::{Scale, sum},
};
use crate::{distribution::exact_text, experiment::short, ui::palette};

/// Room beside the text of a field.
const PADDING: f32 = 8.0;
/// Widest field while it is typed in; a longer text is scrolled.
const WIDEST: f32 = 168.0;

/// How a number follows a drag.
#[derive(Debug, Clone, Copy)]
pub(super) enum Pull {
    /// By so much for each point; keys move it by as much as ten points, or by 1.
    Even(f64),
    /// Along the scale of the rail beside it, which is so wide.
    Along(Scale, f32),
}

/// Words for a number other than its digits, and the way back.
pub(super) struct Words<N> {
    pub(super) of: fn(N) -> String,
    pub(super) read: fn(&str) -> Option<N>,
}

/// A number that can be typed, dragged and stepped.
#[must_use = "a field is drawn by show"]
pub struct NumberField<'a, N: Number> {
    value: &'a mut N,
    name: &'a str,
    limits: Limits<N>,
    pull: Pull,
    prefix: &'a str,
    suffix: &'a str,
    width: Option<f32>,
    words: Option<Words<N>>,
}

impl<'a, N: Number> NumberField<'a, N> {
    /// A field; its name, unique where it stands, is for complaints, screen readers and tests.
    pub fn new(name: &'a str, value: &'a mut N) -> Self {
        let pull = Pull::Even(if N::IS_WHOLE { 0.25 } else { 0.01 });
        Self { value, name, limits: Limits::None, pull, prefix: "", suffix: "", width: None, words: None }
    }

    /// Takes no other numbers than these: they are refused in a sentence, and a drag ends there.
    pub fn limits(self, limits: Limits<N>) -> Self {
        Self { limits, ..self }
    }

    /// Change of the number for each point of a drag.
    pub fn speed(self, speed: f64) -> Self {
        Self { pull: Pull::Even(speed), ..self }
    }

    /// What stands before the number; not while it is typed.
    pub fn prefix(self, prefix: &'a str) -> Self {
        Self { prefix, ..self }
    }

    /// What stands behind the number; not while it is typed.
    pub fn suffix(self, suffix: &'a str) -> Self {
        Self { suffix, ..self }
    }

    pub(super) fn pull(self, pull: Pull) -> Self {
        Self { pull, ..self }
    }

    /// As wide as this instead of as its text.
    pub(super) fn width(self, width: f32) -> Self {
        Self { width: Some(width), ..self }
    }

    pub(super) fn words(self, words: Option<Words<N>>) -> Self {
        Self { words, ..self }
    }

    /// The width that the text asks for which it has now; more while it is typed in.
    pub(super) fn wanted_width(&self, ui: &Ui) -> f32 {
        let id = self.id(ui);
        if !ui.memory(|memory| memory.has_focus(id)) {
            return 0.0;
        }
        let typed = ui.data(|data| data.get_temp::<Typed>(id)).map(|typed| typed.text);
        let exact = text_width(ui, &self.exact());
        (typed.map_or(0.0, |text| text_width(ui, &text)).max(exact) + 2.0 * PADDING + 4.0).min(WIDEST)
    }

    fn id(&self, ui: &Ui) -> Id {
        ui.scope_id().with(("number", self.name))
    }

    fn exact(&self) -> String {
        self.words.as_ref().map_or_else(|| self.value.exact(), |words| (words.of)(*self.value))
    }

    /// The number as it is shown while nobody types: whole where there is room, else with fewer digits.
    fn brief(&self, ui: &Ui) -> String {
        if self.words.is_some() {
            return self.exact();
        }
        let brief = self.value.brief();
        let is_tight = self.width.is_some_and(|width| text_width(ui, &brief) > width - PADDING);
        if is_tight && !N::IS_WHOLE { near_one(self.value.to_f64()).unwrap_or(brief) } else { brief }
    }

    /// Draws the field and takes what is done to it; the response says whether the number has changed.
    pub fn show(mut self, ui: &mut Ui) -> Response {
        let id = self.id(ui);
        let before = *self.value;
        let is_typing = ui.is_enabled()
            && ui.memory_mut(|memory| {
                memory.interested_in_focus(id, ui.layer_id());
                memory.has_focus(id)
            });
        match ui.data(|data| data.get_temp::<Typed>(id)) {
            // Typed in before the keyboard went elsewhere and came back.
            Some(typed) if typed.pass_nr + 1 < ui.ctx().cumulative_pass_nr() => {
                ui.data_mut(|data| data.remove::<Typed>(id));
            }
            Some(_) if !is_typing => self.finish(ui, id),
            _ => {}
        }
        self.take_requests(ui, id);
        let brief = self.brief(ui);
        let shown = format!("{}{brief}{}", self.prefix, self.suffix);
        let mut response = if is_typing { self.edit_ui(ui, id) } else { self.button_ui(ui, id, &shown) };
        if *self.value != before {
            response.mark_changed();
        }
        self.tell(ui, &response, (!is_typing).then_some(shown));
        if !is_typing && brief != self.exact() {
            return response.on_hover_text(format!("{} = {}", self.name, self.exact()));
        }
        response
    }

    // ---- While somebody types ----

    fn edit_ui(&mut self, ui: &mut Ui, id: Id) -> Response {
        let exact = self.exact();
        let known = ui.data(|data| data.get_temp::<Typed>(id)).filter(|typed| typed.of == exact);
        let mut typed = known.unwrap_or_else(|| {
            // Another number than before is there; all of it is marked, so that typing replaces it.
            let mut state = TextEditState::load(ui.ctx(), id).unwrap_or_default();
            state.cursor.set_char_range(Some(CCursorRange::select_all_str(&exact)));
            state.store(ui.ctx(), id);
            Typed { text: exact.clone(), of: exact, pass_nr: 0 }
        });
        typed.pass_nr = ui.ctx().cumulative_pass_nr();
        let n_steps = ui.input_mut(|input| {
            let mut pressed = |key| steps(input.count_and_consume_key(Modifiers::NONE, key));
            pressed(Key::ArrowUp) - pressed(Key::ArrowDown)
        });
        if n_steps != 0 {
            ui.data_mut(|data| data.insert_temp(id, typed));
            self.finish(ui, id);
            self.step(n_steps);
            return self.edit_ui(ui, id);
        }
        // Before the text field: it would take the key for the end of typing.
        let is_dropped = ui.input_mut(|input| input.consume_key(Modifiers::NONE, Key::Escape));
        if is_dropped {
            typed.text.clone_from(&typed.of);
        }
        let width = self.width.unwrap_or_else(|| self.wanted_width(ui).max(ui.spacing().interact_size.x));
        let (rect, _) = ui.allocate_exact_size(Vec2::new(width, ui.spacing().interact_size.y), Sense::hover());
        let is_wrong = typed.text != typed.of && self.read(&typed.text).is_err();
        let ink = is_wrong.then(|| palette::error(ui.visuals().dark_mode));
        let edit = TextEdit::singleline(&mut typed.text)
            .id(id)
            .font(ui.style().drag_value_text_style.clone())
            .align(Align2::LEFT_CENTER)
            .margin(egui::Margin::symmetric(4, 0))
            .text_color_opt(ink)
            .desired_width(rect.width())
            .min_size(rect.size());
        let mut response = ui.place(rect, edit);
        // Each letter is a change of the text and none of the number.
        response.flags.remove(egui::response::Flags::CHANGED);
        let is_over = response.lost_focus() || is_finish_asked_for(ui.ctx());
        ui.data_mut(|data| data.insert_temp(id, typed));
        if is_dropped {
            ui.memory_mut(|memory| memory.surrender_focus(id));
            ui.data_mut(|data| data.remove::<Typed>(id));
        } else if is_over {
            self.finish(ui, id);
        } else {
            // Escape leaves the field alone, and not at the same time the picture in which it stands.
            let filter = EventFilter { escape: true, horizontal_arrows: true, vertical_arrows: true, tab: false };
            ui.memory_mut(|memory| memory.set_focus_lock_filter(id, filter));
        }
        response
    }

    /// Takes what was typed, where it differs from what stood there.
    fn finish(&mut self, ui: &Ui, id: Id) {
        let Some(typed) = ui.data(|data| data.get_temp::<Typed>(id)) else { return };
        ui.data_mut(|data| data.remove::<Typed>(id));
        // A number that has been changed from elsewhere meanwhile is not put back.
        if typed.text.trim() == typed.of || typed.of != self.exact() {
            return;
        }
        match self.read(&typed.text) {
            Ok(value) => {
                *self.value = value;
                // What there was to say of the last attempt is over.
                remark(ui.ctx(), String::new());
            }
            Err(fault) => remark(ui.ctx(), format!("{fault}. {} stays {}", self.name, typed.of)),
        }
    }

    fn read(&self, text: &str) -> Result<N, String> {
        let value = match &self.words {
            Some(words) => {
                (words.read)(text).ok_or_else(|| format!("\"{}\" is no number that can be read here", text.trim()))?
            }
            None => N::read(text).map_err(|error| error.to_string())?,
        };
        self.allowed(value, text.trim())
    }

    fn allowed(&self, value: N, text: &str) -> Result<N, String> {
        if self.limits.allow(value) {
            return Ok(value);
        }
        Err(format!("{} must be {}, got {text}", self.name, self.limits.in_words()))
    }

    // ---- Other ways to change it ----

    fn step(&mut self, n_steps: i32) {
        let now = self.value.to_f64();
        let next = match self.pull {
            Pull::Along(scale, _) => scale.stepped(now, n_steps),
            Pull::Even(_) if N::IS_WHOLE => now + f64::from(n_steps),
            Pull::Even(speed) => sum(now, f64::from(n_steps) * 10.0 * speed),
        };
        self.put(next);
    }

    /// Takes a number near a place on the scale, as far as the limits go.
    fn put(&mut self, value: f64) {
        if value == self.value.to_f64() || value.is_nan() {
            return;
        }
        let value = self.limits.hold(N::from_f64(value));
        if self.limits.allow(value) {
            *self.value = value;
        }
    }

    /// What assistive technology asks for.
    fn take_requests(&mut self, ui: &Ui, id: Id) {
        use accesskit::{Action, ActionData};
        if !ui.is_enabled() {
            return;
        }
        let n_steps = ui.input(|input| {
            let asked = |action| steps(input.num_accesskit_action_requests(id, action));
            asked(Action::Increment) - asked(Action::Decrement)
        });
        if n_steps != 0 {
            self.step(n_steps);
        }
        let texts: Vec<String> = ui.input(|input| {
            let requests = input.accesskit_action_requests(id, Action::SetValue);
            let text = |request: &accesskit::ActionRequest| match &request.data {
                Some(ActionData::NumericValue(value)) => Some(exact_text(*value)),
                Some(ActionData::Value(text)) => Some(text.to_string()),
                _ => None,
            };
            requests.filter_map(text).collect()
        });
        for text in texts {
            match self.read(&text) {
                Ok(value) => *self.value = value,
                Err(fault) => remark(ui.ctx(), format!("{fault}. {} stays {}", self.name, self.exact())),
            }
        }
    }

    fn button_ui(&mut self, ui: &mut Ui, id: Id, shown: &str) -> Response {
        let least = ui.spacing().interact_size;
        let width =
            self.width.unwrap_or_else(|| least.x.max(text_width(ui, shown) + 2.0 * ui.spacing().button_padding.x));
        let (rect, _) = ui.allocate_exact_size(Vec2::new(width, least.y), Sense::hover());
        let response = ui.interact(rect, id, Sense::click_and_drag()).on_hover_cursor(CursorIcon::ResizeHorizontal);
        paint_number(ui, rect, &response, shown);
        if response.clicked() {
            response.request_focus();
        }
        if response.drag_started() {
            // What the pointer has moved before it was a drag counts too, so that the way back leads to the beginning.
            let before = response.total_drag_delta().unwrap_or_default() - response.drag_delta();
            let drag = Drag { start: *self.value, points: before.x - before.y };
            ui.data_mut(|data| data.insert_temp(id, drag.to_stored()));
        }
        if response.dragged()
            && let Some(stored) = ui.data(|data| data.get_temp::<(String, f32)>(id))
            && let Some(mut drag) = Drag::<N>::from_stored(&stored)
        {
            let moved = response.drag_delta();
            let is_slow = ui.input(|input| input.modifiers.shift_only());
            drag.points += (moved.x - moved.y) * if is_slow { 0.1 } else { 1.0 };
            self.follow(drag);
            ui.data_mut(|data| data.insert_temp(id, drag.to_stored()));
        }
        response
    }

    /// The number that a drag leads to; where it is back at its beginning, the one that was there.
    fn follow(&mut self, drag: Drag<N>) {
        let points = f64::from(drag.points);
        let start = drag.start.to_f64();
        if points.abs() < 0.5 {
            *self.value = drag.start;
            return;
        }
        match self.pull {
            Pull::Along(scale, width) => {
                let width = f64::from(width.max(40.0));
                self.put(scale.near(scale.share(start) + points / width, 0.5 / width));
            }
            Pull::Even(speed) if N::IS_WHOLE => self.put((start + (points * speed).trunc()).max(0.0)),
            Pull::Even(speed) => {
                let n_decimals = (-speed.log10()).ceil().max(0.0) as usize;
                let value = start + points * speed;
                self.put(format!("{value:.n_decimals$}").parse().unwrap_or(value));
            }
        }
    }

    /// Tells assistive technology and tests what this is.
    fn tell(&self, ui: &Ui, response: &Response, shown: Option<String>) {
        use accesskit::Action;
        let value = self.value.to_f64();
        response.widget_info(|| WidgetInfo::drag_value(ui.is_enabled(), value));
        ui.ctx().accesskit_node_builder(response.id, |node| {
            if let Some([low, high]) = self.limits.ends() {
                node.set_min_numeric_value(low);
                node.set_max_numeric_value(high);
            }
            for action in [Action::SetValue, Action::Increment, Action::Decrement] {
                node.add_action(action);
            }
            node.set_label(self.name);
            if let Some(shown) = shown {
                node.set_value(shown);
            }
        });
    }
}

/// A text that is not taken yet.
#[derive(Debug, Clone)]
struct Typed {
    text: String,
    /// The number as it stood there when somebody began.
    of: String,
    /// The pass of egui in which the field was drawn last.
    pass_nr: u64,
}

/// A number in hand.
#[derive(Debug, Clone, Copy)]
struct Drag<N> {
    start: N,
    points: f32,
}

impl<N: Number> Drag<N> {
    /// All of the number as text, so that one kind of memory does for all kinds.
    fn to_stored(self) -> (String, f32) {
        (self.start.exact(), self.points)
    }

    fn from_stored((start, points): &(String, f32)) -> Option<Self> {
        Some(Self { start: N::read(start).ok()?, points: *points })
    }
}

/// A number just below 1 as its distance to it, as in 1 − 1e-9.
fn near_one(value: f64) -> Option<String> {
    (value < 1.0 && value > 0.999).then(|| format!("1 − {}", short(1.0 - value)))
}
