//! Formulas as boxes of letters and lines. Each box hangs on the axis of its line, the height of a minus sign, on which
//! fraction bars lie.

use std::sync::Arc;

use egui::{Color32, FontFamily, FontId, Galley, Label, Painter, Pos2, Response, RichText, Sense, Stroke, Ui, Vec2};

use super::parse::{Math, parse};
use crate::ui::{palette, theme};

/// Colours of symbols, such as that of β where its curve or slider has one.
pub type Inks<'a> = &'a [(&'a str, Color32)];

/// Size of a script by its base, and the least one in points.
const SCRIPT: f32 = 0.72;
const LEAST: f32 = 10.0;
/// Size of what stands in a fraction by what stands around it.
const FRACTION: f32 = 0.86;

/// How letters look.
#[derive(Clone, Copy, PartialEq)]
enum Letters {
    Plain,
    /// In ink that steps back.
    Weak,
    /// As in titles.
    Strong,
}

/// Text with formulas in it, to be drawn; lines end at spaces where they must, and at line breaks.
#[must_use = "a formula is drawn by `show`"]
pub struct Formula<'a> {
    text: &'a str,
    size: f32,
    letters: Letters,
    is_wrapped: bool,
    has_parameters: bool,
    inks: Inks<'a>,
}

impl<'a> Formula<'a> {
    /// This text, as it is typed, in letters of 14 points.
    pub fn new(text: &'a str) -> Self {
        Self { text, size: 14.0, letters: Letters::Plain, is_wrapped: true, has_parameters: false, inks: &[] }
    }

    /// In letters of another size, before letters are enlarged with their card.
    pub fn size(self, size: f32) -> Self {
        Self { size, ..self }
    }

    /// In ink that steps back.
    pub fn weak(self) -> Self {
        Self { letters: Letters::Weak, ..self }
    }

    /// In the letters of titles.
    pub fn strong(self) -> Self {
        Self { letters: Letters::Strong, ..self }
    }

    /// On one line, however wide that is.
    pub fn on_one_line(self) -> Self {
        Self { is_wrapped: false, ..self }
    }

    /// With α, β and γ in the colours that their sliders have.
    pub fn coloured(self) -> Self {
        Self { has_parameters: true, ..self }
    }

    /// With colours for some symbols.
    pub fn inks(self, inks: Inks<'a>) -> Self {
        Self { inks, ..self }
    }

    /// Draws it from the left in the width there is.
    pub fn show(self, ui: &mut Ui) -> Response {
        let is_dark = ui.visuals().dark_mode;
        let pen = Pen {
            painter: ui.painter(),
            family: if self.letters == Letters::Strong { theme::strong_family() } else { FontFamily::Proportional },
            ink: if self.letters == Letters::Weak { palette::weak_text(is_dark) } else { palette::text(is_dark) },
            inks: self.inks,
            parameters: self.has_parameters.then_some(is_dark),
        };
        let size = theme::sized(self.size);
        let width = if self.is_wrapped { ui.available_width() } else { f32::INFINITY };
        let (placed, covered) = pen.lines(self.text, size, width);
        if covered.x > width {
            // A word that is wider than the line is cut where it must be.
            let text = RichText::new(self.text).font(FontId::new(size, pen.family)).color(pen.ink);
            return ui.add(Label::new(text).wrap());
        }
        let (rect, response) = ui.allocate_exact_size(covered, Sense::hover());
        for (place, word) in &placed {
            word.paint(ui.painter(), rect.min + *place);
        }
        // Screen readers and tests are told the formula as it is typed.
        response.widget_info(|| egui::WidgetInfo::labeled(egui::Role::Label, true, self.text));
        response
    }
}

/// Shows text with formulas in it under the pointer.
pub fn hover(response: Response, text: &str) -> Response {
    response.on_hover_ui(|ui| {
        ui.set_max_width(ui.spacing().tooltip_width);
        Formula::new(text).coloured().show(ui);
    })
}

/// A box whose left end lies on the axis of its line.
#[derive(Default)]
struct Laid {
    width: f32,
    /// Height over the axis, and under it.
    over: f32,
    under: f32,
    pieces: Vec<(Vec2, Piece)>,
}

enum Piece {
    Letters(Arc<Galley>),
    /// To the end of it, with its width.
    Line(Vec2, Stroke),
}

impl Laid {
    /// Puts another box into this one, which grows with it.
    fn put(&mut self, place: Vec2, other: Self) {
        self.over = self.over.max(other.over - place.y);
        self.under = self.under.max(other.under + place.y);
        self.width = self.width.max(place.x + other.width);
        self.pieces.extend(other.pieces.into_iter().map(|(at, piece)| (at + place, piece)));
    }

    fn put_line(&mut self, from: Vec2, to: Vec2, stroke: Stroke) {
        self.pieces.push((from, Piece::Line(to - from, stroke)));
    }

    fn paint(&self, painter: &Painter, at: Pos2) {
        for (place, piece) in &self.pieces {
            match piece {
                Piece::Letters(galley) => {
                    painter.galley(at + *place, Arc::clone(galley), Color32::PLACEHOLDER);
                }
                Piece::Line(way, stroke) => {
                    painter.line_segment([at + *place, at + *place + *way], *stroke);
                }
            }
        }
    }
}

struct Pen<'a> {
    painter: &'a Painter,
    family: FontFamily,
    ink: Color32,
    inks: Inks<'a>,
    /// Whether the theme is dark, where parameters have colours.
    parameters: Option<bool>,
}

impl Pen<'_> {
    /// Where each word stands from the top left corner, and the size of all.
    fn lines(&self, text: &str, size: f32, width: f32) -> (Vec<(Vec2, Laid)>, Vec2) {
        let gap = size * 0.27;
        let mut placed: Vec<(Vec2, Laid)> = Vec::new();
        let mut covered = Vec2::ZERO;
        for line in text.lines() {
            let mut words = parse(line).into_iter().map(|word| self.lay(&word, size)).peekable();
            if words.peek().is_none() {
                covered.y += size;
            }
            while words.peek().is_some() {
                let mut x = 0.0;
                let mut row: Vec<(f32, Laid)> = Vec::new();
                while let Some(word) = words.next_if(|word| row.is_empty() || x + word.width <= width) {
                    let after = x + word.width;
                    row.push((x, word));
                    covered.x = covered.x.max(after);
                    x = after + gap;
                }
                let over = row.iter().map(|(_, word)| word.over).fold(0.0, f32::max);
                let under = row.iter().map(|(_, word)| word.under).fold(0.0, f32::max);
                placed.extend(row.into_iter().map(|(x, word)| (Vec2::new(x, covered.y + over), word)));
                covered.y += over + under;
            }
        }
        (placed, covered)
    }

    fn ink(&self, text: &str) -> Color32 {
        let own = self.inks.iter().find(|(symbol, _)| *symbol == text).map(|(_, ink)| *ink);
        own.or_else(|| palette::parameter(text, self.parameters?)).unwrap_or(self.ink)
    }

    fn lay(&self, math: &Math, size: f32) -> Laid {
        self.lay_in(math, size, self.ink)
    }

    fn lay_in(&self, math: &Math, size: f32, ink: Color32) -> Laid {
        match math {
            Math::Text(text) => {
                let own = self.ink(text);
                self.letters(text, size, if own == self.ink { ink } else { own })
            }
            Math::Row(parts) => self.row(parts, size, ink),
            Math::Scripts { base, below, above } => self.scripts(base, below.as_deref(), above.as_deref(), size, ink),
            Math::Fraction(above, below) => self.fraction(above, below, size, ink),
            Math::Root(inside) => self.root(inside, size, ink),
            Math::Limit(goal) => self.limit(goal, size, ink),
            Math::Group(inside) => self.group(inside, size, ink),
        }
    }

    fn letters(&self, text: &str, size: f32, ink: Color32) -> Laid {
        let galley = self.painter.layout_no_wrap(text.to_owned(), FontId::new(size, self.family.clone()), ink);
        let letters = galley.size();
        let half = letters.y / 2.0;
        let pieces = vec![(Vec2::new(0.0, -half), Piece::Letters(galley))];
        Laid { width: letters.x, over: half, under: half, pieces }
    }

    fn row(&self, parts: &[Math], size: f32, ink: Color32) -> Laid {
        let mut whole = Laid::default();
        for part in parts {
            let x = whole.width;
            whole.put(Vec2::new(x, 0.0), self.lay_in(part, size, ink));
        }
        whole
    }

    fn scripts(&self, base: &Math, below: Option<&Math>, above: Option<&Math>, size: f32, ink: Color32) -> Laid {
        // A symbol with its subscript is one name, such as E_n, and may have a colour as such.
        let ink = match (base, below) {
            (Math::Text(symbol), Some(Math::Text(script))) => match self.ink(&format!("{symbol}_{script}")) {
                own if own == self.ink => ink,
                own => own,
            },
            _ => ink,
        };
        let mut whole = self.lay_in(base, size, ink);
        let (x, small) = (whole.width + size * 0.03, (size * SCRIPT).max(LEAST));
        let tall = (whole.over - size * 0.68).max(0.0);
        if let Some(below) = below {
            whole.put(Vec2::new(x, size * 0.3 + tall), self.lay_in(below, small, ink));
        }
        if let Some(above) = above {
            whole.put(Vec2::new(x, -size * 0.36 - tall), self.lay_in(above, small, ink));
        }
        whole
    }

    fn fraction(&self, above: &Math, below: &Math, size: f32, ink: Color32) -> Laid {
        let inner = (size * FRACTION).max(LEAST);
        let (above, below) = (self.lay_in(above, inner, ink), self.lay_in(below, inner, ink));
        let margin = size * 0.1;
        let width = above.width.max(below.width) + 2.0 * margin;
        // Rows of letters have room of their own above and below.
        let tuck = inner * 0.08;
        let (up, down) = (tuck - above.under, below.over - tuck);
        let mut whole = Laid { width, ..Laid::default() };
        whole.put(Vec2::new((width - above.width) / 2.0, up), above);
        whole.put(Vec2::new((width - below.width) / 2.0, down), below);
        whole.put_line(Vec2::ZERO, Vec2::new(width, 0.0), Stroke::new((size / 15.0).max(1.0), ink));
        // Two fractions beside each other do not touch.
        whole.width += size * 0.06;
        whole
    }

    fn root(&self, inside: &Math, size: f32, ink: Color32) -> Laid {
        let inside = self.lay_in(inside, size, ink);
        let (over, under) = (inside.over - size * 0.1, inside.under - size * 0.18);
        let (hook, width) = (size * 0.5, inside.width);
        let line = Stroke::new((size / 15.0).max(1.0), ink);
        let mut whole = Laid::default();
        whole.put(Vec2::new(hook, 0.0), inside);
        let corners = [
            Vec2::new(size * 0.04, size * 0.08),
            Vec2::new(size * 0.16, 0.0),
            Vec2::new(size * 0.3, under),
            Vec2::new(hook - size * 0.02, -over),
            Vec2::new(hook + width, -over),
        ];
        for pair in corners.windows(2) {
            if let [from, to] = pair {
                whole.put_line(*from, *to, line);
            }
        }
        whole
    }

    fn limit(&self, goal: &Math, size: f32, ink: Color32) -> Laid {
        let (word, goal) = (self.letters("lim", size, ink), self.lay_in(goal, (size * SCRIPT).max(LEAST), ink));
        let width = word.width.max(goal.width);
        let mut whole = Laid { width, ..Laid::default() };
        whole.put(Vec2::new((width - word.width) / 2.0, 0.0), word);
        whole.put(Vec2::new((width - goal.width) / 2.0, size * 0.85), goal);
        whole
    }

    fn group(&self, inside: &Math, size: f32, ink: Color32) -> Laid {
        let inside = self.lay_in(inside, size, ink);
        let usual = self.letters("(", size, ink);
        let tall = (inside.over.max(inside.under) / usual.over).max(1.0);
        // Letters that fit a line need no taller parentheses; scripts reach out of them.
        let bracket = if tall > 1.35 { size * tall } else { size };
        let mut whole = Laid::default();
        for part in [self.letters("(", bracket, ink), inside, self.letters(")", bracket, ink)] {
            let x = whole.width;
            whole.put(Vec2::new(x, 0.0), part);
        }
        whole
    }
}
