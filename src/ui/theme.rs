//! Fonts, sizes and spacing, for both themes.

use std::{cell::Cell, sync::Arc};

use egui::{Context, FontData, FontDefinitions, FontFamily, FontId, Stroke, TextStyle, Theme, Visuals};

use super::{glyphs, palette};

/// Name of the text style for the title of a picture.
pub fn title_style() -> TextStyle {
    TextStyle::Name("title".into())
}

/// Sets up fonts and both themes; once at the start.
pub fn install(ctx: &Context) {
    ctx.set_fonts(fonts());
    glyphs::install(ctx);
    ctx.options_mut(|options| options.zoom_with_keyboard = false);
    for theme in [Theme::Light, Theme::Dark] {
        ctx.set_visuals_of(theme, visuals(theme == Theme::Dark));
    }
    ctx.all_styles_mut(|style| {
        let sizes = [
            (TextStyle::Small, 12.0),
            (TextStyle::Body, 14.0),
            (TextStyle::Button, 14.0),
            (TextStyle::Monospace, 13.5),
            (TextStyle::Heading, 17.0),
        ];
        for (text_style, size) in sizes {
            let family =
                if text_style == TextStyle::Monospace { FontFamily::Monospace } else { FontFamily::Proportional };
            style.text_styles.insert(text_style, FontId::new(size, family));
        }
        style.text_styles.insert(TextStyle::Heading, FontId::new(17.0, strong_family()));
        style.text_styles.insert(title_style(), FontId::new(14.0, strong_family()));
        style.spacing.item_spacing = egui::vec2(8.0, 5.0);
        style.spacing.button_padding = egui::vec2(8.0, 3.0);
        style.spacing.interact_size.y = 22.0;
        style.spacing.tooltip_width = 420.0;
        style.interaction.selectable_labels = false;
    });
}

thread_local! {
    /// How much larger than usual letters are drawn now; everything is drawn by one thread.
    static SCALE: Cell<f32> = const { Cell::new(1.0) };
}

/// Draws with larger letters: the styles of text, and every size that goes through [`sized`].
pub fn with_scale<R>(ui: &mut egui::Ui, scale: f32, contents: impl FnOnce(&mut egui::Ui) -> R) -> R {
    let before = SCALE.replace(scale);
    let shown = ui.scope(|ui| {
        let style = ui.style_mut();
        for font in style.text_styles.values_mut() {
            font.size *= scale / before;
        }
        style.spacing.interact_size.y *= scale / before;
        contents(ui)
    });
    SCALE.set(before);
    shown.inner
}

/// A size of letters, or of what holds them, as it is drawn now.
pub fn sized(points: f32) -> f32 {
    points * SCALE.get()
}

/// A font of this size, as it is drawn now.
pub fn font(points: f32) -> FontId {
    FontId::proportional(sized(points))
}

/// The family of titles.
pub fn strong_family() -> FontFamily {
    FontFamily::Name("strong".into())
}

/// The Hangul syllables in use, for machines that have no font with them.
const HANGUL: &str = "hangul";

/// Noto Sans in two weights; egui's own fonts, Hangul and the fonts of the machine stand behind it for what it lacks.
fn fonts() -> FontDefinitions {
    let mut fonts = FontDefinitions::default();
    let mut add = |name: &str, bytes: &'static [u8]| {
        fonts.font_data.insert(name.to_owned(), Arc::new(FontData::from_static(bytes)));
    };
    add("regular", include_bytes!("../../assets/fonts/NotoSans-Regular.ttf"));
    add("strong", include_bytes!("../../assets/fonts/NotoSans-Bold.ttf"));
    add(HANGUL, include_bytes!("../../assets/fonts/NotoSansKR-Regular.otf"));
    let fallback: Vec<String> = fonts.families.get(&FontFamily::Proportional).cloned().unwrap_or_default();
    let family = |first: &str| {
        let rest = fallback.iter().cloned().chain(["Hack", HANGUL].map(str::to_owned));
        std::iter::once(first.to_owned()).chain(rest).collect::<Vec<_>>()
    };
    fonts.families.insert(FontFamily::Proportional, family("regular"));
    fonts.families.insert(strong_family(), family("strong"));
    // Superscripts in code.
    fonts.families.entry(FontFamily::Monospace).or_default().push("regular".to_owned());
    fonts
}

fn visuals(is_dark: bool) -> Visuals {
    let mut visuals = if is_dark { Visuals::dark() } else { Visuals::light() };
    let line = Stroke::new(1.0, palette::line(is_dark));
    // Not as an override: what is selected has a text colour of its own.
    let widgets = &mut visuals.widgets;
    for state in [
        &mut widgets.noninteractive,
        &mut widgets.inactive,
        &mut widgets.hovered,
        &mut widgets.active,
        &mut widgets.open,
    ] {
        state.fg_stroke.color = palette::text(is_dark);
    }
    visuals.weak_text_color = Some(palette::weak_text(is_dark));
    visuals.panel_fill = palette::panel(is_dark);
    visuals.window_fill = palette::card(is_dark);
    visuals.extreme_bg_color = palette::card(is_dark);
    visuals.faint_bg_color = palette::desk(is_dark);
    visuals.warn_fg_color = palette::warning(is_dark);
    visuals.error_fg_color = palette::error(is_dark);
    visuals.selection.bg_fill = palette::accent(is_dark);
    // As wide as a field's frame otherwise, so that nothing moves when it gets the keyboard.
    visuals.selection.stroke = Stroke::new(1.0, palette::on_accent());
    visuals.slider_trailing_fill = true;
    visuals.window_stroke = line;
    visuals.widgets.noninteractive.bg_stroke = line;
    visuals.widgets.inactive.bg_stroke = line;
    visuals.widgets.inactive.weak_bg_fill = palette::card(is_dark);
    visuals.widgets.inactive.bg_fill = palette::line(is_dark);
    visuals.text_edit_bg_color = Some(palette::card(is_dark));
    visuals.hyperlink_color = palette::accent(is_dark);
    visuals
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_in_a_korean_file_have_every_glyph_in_both_weights() {
        let ctx = Context::default();
        install(&ctx);
        ctx.run_ui(egui::RawInput::default(), |ui| {
            let names = "고양이 자동차 비행기 꽃밭 트럭 새 사슴 개구리 말 배 희귀한 병변 햇볕";
            for family in [FontFamily::Proportional, strong_family()] {
                let font = FontId::new(14.0, family);
                let missing: String = names
                    .chars()
                    .filter(|&letter| !ui.ctx().fonts_mut(|fonts| fonts.has_glyph(&font, letter)))
                    .collect();
                assert_eq!(missing, "", "{font:?}");
            }
        })
        .drop_without_applying_deltas();
    }
}
