//! Every colour of the window, for both themes.
//!
//! Objectives have the colours of Okabe and Ito ("Color Universal Design", 2008), class ranks those of viridis; a
//! marker goes with each objective, so that colour is never alone.

#![expect(clippy::disallowed_methods, reason = "this is the palette")]

use std::{cell::RefCell, sync::LazyLock};

use crate::bounds::Bounded;
use egui::Color32;
use egui_plot::{LineStyle, MarkerShape};

/// Colours of objectives in the light theme; yellow is darkened to be seen on white.
const OBJECTIVES_LIGHT: [Color32; 8] = [
    Color32::from_rgb(0, 114, 178),
    Color32::from_rgb(230, 159, 0),
    Color32::from_rgb(0, 158, 115),
    Color32::from_rgb(204, 121, 167),
    Color32::from_rgb(213, 94, 0),
    Color32::from_rgb(86, 180, 233),
    Color32::from_rgb(158, 140, 0),
    Color32::from_rgb(40, 40, 40),
];

/// Colours of objectives in the dark theme; blue and black are lightened.
const OBJECTIVES_DARK: [Color32; 8] = [
    Color32::from_rgb(58, 152, 219),
    Color32::from_rgb(230, 159, 0),
    Color32::from_rgb(0, 178, 130),
    Color32::from_rgb(220, 140, 184),
    Color32::from_rgb(226, 110, 20),
    Color32::from_rgb(126, 202, 245),
    Color32::from_rgb(240, 228, 66),
    Color32::from_rgb(220, 220, 220),
];

const MARKERS: [MarkerShape; 8] = [
    MarkerShape::Circle,
    MarkerShape::Square,
    MarkerShape::Diamond,
    MarkerShape::Up,
    MarkerShape::Down,
    MarkerShape::Left,
    MarkerShape::Right,
    MarkerShape::Asterisk,
];

/// The colour of an objective by its place in the palette.
pub fn objective(colour: usize, is_dark: bool) -> Color32 {
    let colours = if is_dark { &OBJECTIVES_DARK } else { &OBJECTIVES_LIGHT };
    colours[colour % colours.len()]
}

/// The marker of an objective by its place in the palette.
pub fn marker(colour: usize) -> MarkerShape {
    MARKERS[colour % MARKERS.len()]
}

/// What a series is drawn in: an objective has a colour and a marker that nothing else has.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Ink {
    /// An objective, by its place in the palette.
    Objective(usize),
    /// What is no objective, such as a scheme, a value of β, a loss as such or a space: a shade, a hollow marker and dashes,
    /// by its place among its kind.
    Neutral(usize),
}

impl Ink {
    /// Its colour.
    pub fn colour(self, is_dark: bool) -> Color32 {
        match self {
            Self::Objective(colour) => objective(colour, is_dark),
            Self::Neutral(place) => shade(place, is_dark),
        }
    }

    /// Its marker, and whether that is filled.
    pub fn marker(self) -> (MarkerShape, bool) {
        match self {
            Self::Objective(colour) => (marker(colour), true),
            Self::Neutral(place) => (marker(place), false),
        }
    }

    /// The style of its lines.
    pub fn line_style(self) -> LineStyle {
        match self {
            Self::Objective(colour) => match colour % 4 {
                1 => LineStyle::Dashed { length: 9.0 },
                2 => LineStyle::Dashed { length: 4.0 },
                _ => LineStyle::Solid,
            },
            Self::Neutral(place) => match place % 4 {
                0 => LineStyle::Solid,
                1 => LineStyle::Dashed { length: 12.0 },
                2 => LineStyle::Dashed { length: 6.0 },
                _ => LineStyle::Dotted { spacing: 5.0 },
            },
        }
    }
}

/// Shades of slate, neighbours far apart.
fn shade(place: usize, is_dark: bool) -> Color32 {
    const LIGHT: [u8; 8] = [0, 120, 60, 160, 30, 140, 90, 180];
    let light = f32::from(LIGHT[place % LIGHT.len()]) / 255.0;
    let (from, to) = if is_dark {
        (Color32::from_rgb(214, 222, 238), Color32::from_rgb(70, 84, 116))
    } else {
        (Color32::from_rgb(34, 46, 76), Color32::from_rgb(196, 206, 226))
    };
    from.lerp_to_gamma(to, light)
}

/// The colour of a class by its rank from head (0) to tail, on viridis without the end that the ground would swallow.
pub fn class(rank: usize, n_classes: usize, is_dark: bool) -> Color32 {
    let position = if n_classes > 1 { rank as f64 / (n_classes - 1) as f64 } else { 0.0 };
    let (first, last) = if is_dark { (0.2, 1.0) } else { (0.0, 0.93) };
    VIRIDIS[((first + (last - first) * position) * (N_STEPS - 1) as f64).round() as usize]
}

/// Steps of a scale of colours, more than are told apart.
const N_STEPS: usize = 1024;

/// Viridis in even steps: with many classes its splines would be a good part of a frame.
static VIRIDIS: LazyLock<[Color32; N_STEPS]> = LazyLock::new(|| {
    std::array::from_fn(|step| {
        let colour = colorous::VIRIDIS.eval_rational(step, N_STEPS);
        Color32::from_rgb(colour.r, colour.g, colour.b)
    })
});

thread_local! {
    /// The hues of one number of classes in one theme: a frame asks for them once a sample.
    static HUES: RefCell<(usize, bool, Vec<Color32>)> = const { RefCell::new((0, false, Vec::new())) };
}

/// The colour of a class where classes are told apart and not ranked: hues all around, in two lights by turns.
pub fn hue(rank: usize, n_classes: usize, is_dark: bool) -> Color32 {
    HUES.with_borrow_mut(|(known_classes, known_theme, hues)| {
        if (*known_classes, *known_theme) != (n_classes, is_dark) {
            (*known_classes, *known_theme) = (n_classes, is_dark);
            *hues = (0..n_classes).map(|rank| hue_of(rank, n_classes, is_dark)).collect();
        }
        hues.get(rank).copied().unwrap_or_else(|| hue_of(rank, n_classes, is_dark))
    })
}

fn hue_of(rank: usize, n_classes: usize, is_dark: bool) -> Color32 {
    let hue = (rank as f32 + 0.5) / n_classes.max(1) as f32;
    let (saturation, value) = match (is_dark, rank.is_multiple_of(2)) {
        (false, true) => (0.85, 0.72),
        (false, false) => (0.95, 0.45),
        (true, true) => (0.55, 0.95),
        (true, false) => (0.75, 0.65),
    };
    egui::ecolor::Hsva::new(hue, saturation, value, 1.0).into()
}

/// A class's decision region: its hue, thinned so that points and names stand out.
pub fn region(rank: usize, n_classes: usize, is_dark: bool) -> Color32 {
    hue(rank, n_classes, is_dark).lerp_to_gamma(card(is_dark), 0.62)
}

/// The tint of a texture that is drawn in its own colours.
pub fn untinted() -> Color32 {
    Color32::WHITE
}

/// The ground on which cards lie.
pub fn desk(is_dark: bool) -> Color32 {
    if is_dark { Color32::from_rgb(18, 19, 21) } else { Color32::from_rgb(232, 234, 238) }
}

/// The ground of panels.
pub fn panel(is_dark: bool) -> Color32 {
    if is_dark { Color32::from_rgb(30, 31, 34) } else { Color32::from_rgb(246, 247, 249) }
}

/// The ground of cards, on which charts are drawn.
pub fn card(is_dark: bool) -> Color32 {
    if is_dark { Color32::from_rgb(26, 27, 30) } else { Color32::WHITE }
}

/// Lines around cards and of grids.
pub fn line(is_dark: bool) -> Color32 {
    if is_dark { Color32::from_rgb(70, 72, 78) } else { Color32::from_rgb(205, 208, 214) }
}

/// Text; at least 12 : 1 on every ground.
pub fn text(is_dark: bool) -> Color32 {
    if is_dark { Color32::from_rgb(238, 238, 240) } else { Color32::from_rgb(22, 24, 29) }
}

/// Text on a coloured ground: dark on light and light on dark grounds.
pub fn text_on(ground: Color32) -> Color32 {
    let luma = 0.299 * f32::from(ground.r()) + 0.587 * f32::from(ground.g()) + 0.114 * f32::from(ground.b());
    text(luma < 118.0)
}

/// Text that steps back; at least 4.5 : 1 on every ground.
pub fn weak_text(is_dark: bool) -> Color32 {
    if is_dark { Color32::from_rgb(176, 178, 186) } else { Color32::from_rgb(78, 82, 92) }
}

/// The one thing to do: Play, and what is selected.
pub fn accent(is_dark: bool) -> Color32 {
    if is_dark { Color32::from_rgb(36, 106, 168) } else { Color32::from_rgb(0, 98, 158) }
}

/// Text on the accent.
pub fn on_accent() -> Color32 {
    Color32::WHITE
}

/// How far training is; text stands on it.
pub fn progress(is_dark: bool) -> Color32 {
    if is_dark { Color32::from_rgb(28, 72, 108) } else { Color32::from_rgb(172, 208, 232) }
}

/// A figure between the lowest (0) and the highest (1), on cividis: also in grey, and for colour-blind eyes, light is more.
pub fn figure(share: f64) -> Color32 {
    let colour = colorous::CIVIDIS.eval_continuous(share.within(0.0, 1.0));
    Color32::from_rgb(colour.r, colour.g, colour.b)
}

/// Something went wrong.
pub fn error(is_dark: bool) -> Color32 {
    if is_dark { Color32::from_rgb(255, 150, 120) } else { Color32::from_rgb(168, 40, 0) }
}

/// Worth a look.
pub fn warning(is_dark: bool) -> Color32 {
    if is_dark { Color32::from_rgb(245, 190, 80) } else { Color32::from_rgb(138, 84, 0) }
}

/// Positives (y = 1) of a loss, and hard samples: bars, and symbols in formulas; at least 4.5 : 1 on cards.
pub fn positives(is_dark: bool) -> Color32 {
    if is_dark { Color32::from_rgb(190, 164, 250) } else { Color32::from_rgb(98, 54, 168) }
}

/// Negatives (y = 0) of a loss, and easy samples; as [`positives`].
pub fn negatives(is_dark: bool) -> Color32 {
    if is_dark { Color32::from_rgb(140, 150, 168) } else { Color32::from_rgb(96, 108, 128) }
}

/// The colour of a parameter, in formulas and at its slider; `None` for any other symbol. At least 4.5 : 1 on every ground.
pub fn parameter(symbol: &str, is_dark: bool) -> Option<Color32> {
    let [light, dark] = match symbol {
        "β" => [(140, 10, 90), (240, 150, 240)],
        "γ" => [(0, 92, 96), (128, 222, 200)],
        "α" | "α_t" => [(116, 62, 4), (226, 190, 150)],
        _ => return None,
    };
    let (r, g, b) = if is_dark { dark } else { light };
    Some(Color32::from_rgb(r, g, b))
}

/// Over what the spotlight leaves dark.
pub fn curtain() -> Color32 {
    Color32::from_black_alpha(190)
}

/// The blank screen.
pub fn blank() -> Color32 {
    Color32::BLACK
}

/// Behind what a camera reads.
pub fn paper() -> Color32 {
    Color32::WHITE
}

/// Behind the class under the pointer.
pub fn hovered(is_dark: bool) -> Color32 {
    if is_dark { Color32::from_rgb(58, 62, 72) } else { Color32::from_rgb(226, 232, 242) }
}

/// Bars that belong to no objective.
pub fn neutral(is_dark: bool) -> Color32 {
    if is_dark { Color32::from_rgb(140, 150, 168) } else { Color32::from_rgb(96, 108, 128) }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Contrast ratio of WCAG 2.
    fn contrast(a: Color32, b: Color32) -> f64 {
        let luminance = |colour: Color32| {
            let linear = |channel: u8| {
                let c = f64::from(channel) / 255.0;
                if c <= 0.040_45 { c / 12.92 } else { ((c + 0.055) / 1.055).powf(2.4) }
            };
            0.2126 * linear(colour.r()) + 0.7152 * linear(colour.g()) + 0.0722 * linear(colour.b())
        };
        let (a, b) = (luminance(a), luminance(b));
        (a.max(b) + 0.05) / (a.min(b) + 0.05)
    }

    #[test]
    fn text_can_be_read_on_every_ground_of_both_themes() {
        for is_dark in [false, true] {
            assert!(contrast(text(is_dark), progress(is_dark)) >= 4.5);
            for ground in [card(is_dark), panel(is_dark), desk(is_dark)] {
                for (ink, least) in
                    [(text(is_dark), 12.0), (weak_text(is_dark), 4.5), (error(is_dark), 4.5), (warning(is_dark), 4.5)]
                {
                    let ratio = contrast(ink, ground);
                    assert!(ratio >= least, "{ink:?} on {ground:?}: {ratio:.2}");
                }
            }
            assert!(contrast(on_accent(), accent(is_dark)) >= 4.5);
            for part in [positives(is_dark), negatives(is_dark)] {
                assert!(contrast(part, card(is_dark)) >= 4.5 && contrast(text_on(part), part) >= 4.5, "{part:?}");
            }
        }
    }

    #[test]
    fn parameters_differ_can_be_read_and_are_no_objectives() {
        for is_dark in [false, true] {
            let inks = ["α", "β", "γ"].map(|symbol| parameter(symbol, is_dark).unwrap());
            for (idx, ink) in inks.into_iter().enumerate() {
                assert!((0..8).all(|colour| ink != objective(colour, is_dark)) && !inks[..idx].contains(&ink));
                for ground in [card(is_dark), panel(is_dark)] {
                    assert!(contrast(ink, ground) >= 4.5, "{ink:?} on {ground:?}");
                }
            }
        }
        assert_eq!(parameter("E_n", false), None);
    }

    #[test]
    fn what_is_no_objective_has_no_colour_of_one_and_differs_from_others_of_its_kind() {
        for is_dark in [false, true] {
            for place in 0..8 {
                let ink = Ink::Neutral(place);
                assert!((0..8).all(|colour| ink.colour(is_dark) != objective(colour, is_dark)), "{place}");
                assert!((0..place).all(|other| Ink::Neutral(other).colour(is_dark) != ink.colour(is_dark)), "{place}");
            }
        }
    }

    #[test]
    fn objectives_differ_in_colour_and_marker() {
        for is_dark in [false, true] {
            for a in 0..8 {
                for b in 0..a {
                    assert_ne!(objective(a, is_dark), objective(b, is_dark));
                    assert_ne!(marker(a), marker(b));
                }
                assert!(contrast(objective(a, is_dark), card(is_dark)) > 1.9, "colour {a}");
            }
        }
    }
}
