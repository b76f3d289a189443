//! Formulas on one line, with their sub- and superscripts set lower, higher and smaller.

use egui::{Align, Response, TextFormat, Ui, text::LayoutJob};

use crate::ui::{palette, theme};

/// Draws a formula in which `_x`, `_{…}`, `^x` and `^(…)` are set as sub- and superscripts; it wraps where it must.
pub fn formula(ui: &mut Ui, text: &str, size: f32) -> Response {
    let ink = palette::text(ui.visuals().dark_mode);
    let mut job = LayoutJob::default();
    for (piece, level) in pieces(text) {
        let (size, valign) = match level {
            Level::Base => (size, Align::Center),
            Level::Below => (size * 0.7, Align::BOTTOM),
            Level::Above => (size * 0.7, Align::TOP),
        };
        job.append(&piece, 0.0, TextFormat { font_id: theme::font(size), color: ink, valign, ..Default::default() });
    }
    let response = ui.add(egui::Label::new(job).wrap());
    // Screen readers and tests are told the formula as it is typed.
    response.widget_info(|| egui::WidgetInfo::labeled(egui::Role::Label, true, text));
    response
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Level {
    Base,
    Below,
    Above,
}

/// The formula cut where its level changes.
fn pieces(text: &str) -> Vec<(String, Level)> {
    let mut found: Vec<(String, Level)> = Vec::new();
    let mut rest = text;
    while let Some(mark) = rest.find(['_', '^']) {
        let (before, after) = rest.split_at(mark);
        if !before.is_empty() {
            found.push((before.to_owned(), Level::Base));
        }
        let level = if after.starts_with('_') { Level::Below } else { Level::Above };
        let after = &after[1..];
        let (script, next) = match after.chars().next() {
            Some('{') => after[1..].split_once('}').unwrap_or((&after[1..], "")),
            Some('(') => after[1..].split_once(')').unwrap_or((&after[1..], "")),
            Some(letter) => after.split_at(letter.len_utf8()),
            None => ("", ""),
        };
        found.push((script.to_owned(), level));
        rest = next;
    }
    if !rest.is_empty() {
        found.push((rest.to_owned(), Level::Base));
    }
    found
}

#[cfg(test)]
mod tests {
    use super::{
        Level::{Above, Base, Below},
        *,
    };

    #[test]
    fn scripts_are_cut_out_and_the_rest_stays() {
        let check = |text: &str, expected: &[(&str, Level)]| {
            let got = pieces(text);
            let got: Vec<(&str, Level)> = got.iter().map(|(piece, level)| (piece.as_str(), *level)).collect();
            assert_eq!(got, expected);
        };
        check("p·E_{n−1} + 1", &[("p·E", Base), ("n−1", Below), (" + 1", Base)]);
        check("β^(n−1)/(1 − β)", &[("β", Base), ("n−1", Above), ("/(1 − β)", Base)]);
        check("E_1", &[("E", Base), ("1", Below)]);
        check("1 + β²", &[("1 + β²", Base)]);
        check("", &[]);
        check("E_", &[("E", Base), ("", Below)]);
        check("E_{n", &[("E", Base), ("n", Below)]);
    }
}
