//! How far a file is read: bytes, share, time left.

use egui::{ProgressBar, Response, RichText, Stroke, StrokeKind, Ui};

use crate::{state::Reading, ui::palette};

/// Draws the bar across the width that there is.
pub fn reading_bar(ui: &mut Ui, reading: &Reading) {
    let share = reading.n_all.map(|n_all| reading.n_done as f32 / n_all.max(1) as f32);
    progress_bar(ui, share.unwrap_or(0.0), &words(reading), ui.available_width());
}

/// A bar that is full up to a share from 0 to 1, with words on it.
pub fn progress_bar(ui: &mut Ui, share: f32, words: &str, width: f32) -> Response {
    let is_dark = ui.visuals().dark_mode;
    let bar = ProgressBar::new(share)
        .desired_width(width)
        .text(RichText::new(words).size(14.0).color(ui.visuals().text_color()))
        .corner_radius(3.0)
        .fill(palette::progress(is_dark));
    let response = ui.add(bar);
    // On a card the empty part of the bar would not be seen.
    let line = Stroke::new(1.0, palette::line(is_dark));
    ui.painter().rect_stroke(response.rect, 3.0, line, StrokeKind::Inside);
    response.widget_info(|| egui::WidgetInfo::labeled(egui::Role::ProgressIndicator, true, words));
    response
}

/// "312 of 812 MB, 38 %, 9 s left".
fn words(reading: &Reading) -> String {
    const MEGABYTE: f64 = 1e6;
    if reading.n_done == 0 {
        return "nothing has come yet".to_owned();
    }
    let done = reading.n_done as f64 / MEGABYTE;
    let Some(n_all) = reading.n_all else { return format!("{done:.0} MB") };
    let percent = 100.0 * reading.n_done as f64 / n_all.max(1) as f64;
    let left = reading.secs_left.map_or_else(String::new, |secs| format!(", {}", time_left(secs)));
    format!("{done:.0} of {:.0} MB, {percent:.0} %{left}", n_all as f64 / MEGABYTE)
}

/// "9 s left", "4 min left".
pub fn time_left(secs: f64) -> String {
    if secs >= 90.0 { format!("{:.0} min left", (secs / 60.0).ceil()) } else { format!("{:.0} s left", secs.ceil()) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn progress_is_told_in_words() {
        let reading = |secs_left| Reading { n_done: 312_400_000, n_all: Some(812_000_000), secs_left };
        assert_eq!(words(&reading(Some(8.2))), "312 of 812 MB, 38 %, 9 s left");
        assert_eq!(words(&reading(Some(200.0))), "312 of 812 MB, 38 %, 4 min left");
        assert_eq!(words(&Reading { n_done: 0, n_all: None, secs_left: None }), "nothing has come yet");
        assert_eq!(words(&Reading { n_done: 5_000_000, n_all: None, secs_left: None }), "5 MB");
    }
}
