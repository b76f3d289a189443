//! Text and rectangles that are made to fit: names from outside may be of any length, and a place on the screen may be too
//! narrow for anything.

use std::{borrow::Cow, sync::Arc};

use egui::{Context, FontId, Pos2, Rect, Ui, Vec2};

use super::glyphs;
use crate::bounds::Bounded;

/// Characters of a name that are laid out at most: more than anybody reads, and few enough for every frame.
pub const MOST_OF_A_NAME: usize = 200;
/// Characters of a sentence that are laid out at most; names may be part of it.
pub const MOST_OF_A_SENTENCE: usize = 1200;

/// A name as it is shown: its first [`MOST_OF_A_NAME`] characters, with an ellipsis where there are more.
pub fn brief(name: &str) -> Cow<'_, str> {
    at_most(name, MOST_OF_A_NAME)
}

/// A sentence as it is shown: its first [`MOST_OF_A_SENTENCE`] characters, with an ellipsis where there are more.
pub fn brief_sentence(sentence: &str) -> Cow<'_, str> {
    at_most(sentence, MOST_OF_A_SENTENCE)
}

/// Names as they are shown, each as [`brief`] makes it; the same list where all of them are short.
pub fn brief_names(names: Arc<[String]>) -> Arc<[String]> {
    if names.iter().all(|name| name.len() <= MOST_OF_A_NAME) {
        return names;
    }
    names.iter().map(|name| brief(name).into_owned()).collect()
}

/// A name in at most this many characters, the last of which is an ellipsis where it is cut.
pub fn shorten(name: &str, most: usize) -> String {
    at_most(name, most).into_owned()
}

fn at_most(text: &str, most: usize) -> Cow<'_, str> {
    if text.len() <= most || text.char_indices().nth(most).is_none() {
        return Cow::Borrowed(text);
    }
    let end = most.checked_sub(1).and_then(|kept| text.char_indices().nth(kept)).map(|(end, _)| end);
    // No room for the ellipsis either.
    Cow::Owned(end.map_or_else(String::new, |end| format!("{}…", &text[..end])))
}

/// As much of a name as fits into this width in points, with an ellipsis where it is cut; nothing where not even one
/// character and the ellipsis do.
pub fn fitting(ctx: &Context, name: &str, font: &FontId, width: f32) -> String {
    let name = brief(name);
    let pixels_per_point = ctx.pixels_per_point();
    ctx.fonts_mut(|fonts| {
        let mut width_of = |c: char| match glyphs::width_of_code(c, font.size, pixels_per_point) {
            Some(of_code) if !fonts.has_glyph(font, c) => of_code,
            _ => fonts.glyph_width(font, c),
        };
        let ellipsis = width_of('…');
        let (mut used, mut cut) = (0.0, 0);
        for (start, c) in name.char_indices() {
            // As far as here the name fits with an ellipsis behind it.
            if used + ellipsis <= width {
                cut = start;
            }
            used += width_of(c);
            if used > width {
                return if cut > 0 { format!("{}…", &name[..cut]) } else { String::new() };
            }
        }
        name.into_owned()
    })
}

/// Width of a text on one line.
pub fn width_of(ui: &Ui, text: &str, font: &FontId) -> f32 {
    ui.painter().layout_no_wrap(text.to_owned(), font.clone(), ui.visuals().text_color()).size().x
}

/// A rectangle of this size around a place, moved into a frame as far as it is not; in the middle of a frame that is
/// smaller.
pub fn inside(frame: Rect, centre: Pos2, size: Vec2) -> Rect {
    let (low, high) = (frame.min + size / 2.0, frame.max - size / 2.0);
    Rect::from_center_size(egui::pos2(centre.x.within(low.x, high.x), centre.y.within(low.y, high.y)), size)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn with_fonts<T>(measure: impl FnOnce(&Context) -> T) -> T {
        let ctx = Context::default();
        crate::ui::theme::install(&ctx);
        ctx.run_ui(egui::RawInput::default(), |_| {}).drop_without_applying_deltas();
        let mut measure = Some(measure);
        let mut measured = None;
        ctx.run_ui(egui::RawInput::default(), |ui| {
            if let Some(measure) = measure.take() {
                measured = Some(measure(ui.ctx()));
            }
        })
        .drop_without_applying_deltas();
        measured.expect("a frame")
    }

    #[test]
    fn long_names_are_cut_at_whole_characters() {
        assert_eq!([0, 1, 2, 3, 4].map(|most| shorten("añb", most)), ["", "…", "a…", "añb", "añb"]);
        assert_eq!(shorten("", 0), "");
        let long = "한".repeat(65_536);
        assert_eq!(brief(&long).chars().count(), MOST_OF_A_NAME);
        assert!(brief(&long).ends_with("한…") && brief_sentence(&long).len() > brief(&long).len());
        let names: Arc<[String]> = vec!["a".to_owned(), long].into();
        let shown = brief_names(Arc::clone(&names));
        assert_eq!((shown[0].as_str(), shown[1].chars().count()), ("a", MOST_OF_A_NAME));
        let short: Arc<[String]> = vec!["a".to_owned()].into();
        assert!(Arc::ptr_eq(&brief_names(Arc::clone(&short)), &short), "nothing is copied without need");
    }

    #[test]
    fn what_is_cut_to_a_width_is_no_wider_and_the_rest_would_not_fit() {
        with_fonts(|ctx| {
            let font = FontId::proportional(12.0);
            let width = |text: &str| {
                let ink = egui::Color32::PLACEHOLDER;
                ctx.fonts_mut(|fonts| fonts.layout_no_wrap(text.to_owned(), font.clone(), ink).size().x)
            };
            let long = "W".repeat(65_536);
            for name in
                ["", "ok", "WWWWWWWWWWWW", "iiiiiiiiiiii", "한국어이름이길다", "שלום עולם", "a\u{301}e\u{301}", &long]
            {
                for room in [-5.0, 0.0, 3.0, 12.0, 30.0, 60.0, 90.0, 400.0] {
                    let got = fitting(ctx, name, &font, room);
                    assert!(width(&got) <= room.max(0.0) + 1.5, "{name} in {room}: {got} is {} wide", width(&got));
                    let is_whole = got == *name;
                    assert!(is_whole || got.is_empty() || got.ends_with('…'), "{name} in {room}: {got}");
                    let kept = got.chars().count().saturating_sub(1);
                    let more: String = name.chars().take(kept + 1).chain(['…']).collect();
                    assert!(is_whole || width(&more) > room - 1.5, "{name} in {room}: {more} would fit too");
                }
            }
        });
    }

    #[test]
    fn a_rectangle_stays_in_its_frame_or_in_the_middle_of_a_smaller_one() {
        let frame = Rect::from_min_max(egui::pos2(10.0, 10.0), egui::pos2(110.0, 30.0));
        let place = |x, y, size: [f32; 2]| inside(frame, egui::pos2(x, y), size.into());
        assert_eq!(place(0.0, 20.0, [20.0, 10.0]).min, egui::pos2(10.0, 15.0));
        assert_eq!(place(60.0, 90.0, [20.0, 10.0]).max, egui::pos2(70.0, 30.0));
        assert_eq!(place(0.0, 0.0, [300.0, 50.0]).center(), frame.center());
        let nothing = Rect::from_min_size(egui::pos2(5.0, 5.0), Vec2::splat(-3.0));
        assert_eq!(inside(nothing, egui::pos2(9.0, 9.0), Vec2::splat(2.0)).center(), egui::pos2(3.5, 3.5));
    }
}
