//! Many easy losses piled up beside a hard one: the area of a square is a loss, on one scale in the whole picture.

use egui::{Align2, Color32, Rect, Response, Sense, Stroke, Ui, Vec2};

use super::axes::name_plot;
use crate::{
    numbers::{thousands, three_digits},
    state::LossPile,
    ui::{fit::width_of, palette, theme},
};

/// Rows of words under the squares.
const N_ROWS: f32 = 3.0;
/// Width of a cell from which its sides are drawn.
const LEAST_CELL: f32 = 3.5;

/// A pile of easy losses and a hard one for each loss function, with their numbers; `name` is for screen readers
/// and tests.
pub fn pile_chart(ui: &mut Ui, name: &str, piles: &[LossPile], n_easy: u64, size: Vec2) -> Response {
    let is_dark = ui.visuals().dark_mode;
    let (rect, response) = ui.allocate_exact_size(size, Sense::hover());
    let row = theme::sized(19.0);
    let column = rect.width() / piles.len().max(1) as f32;
    let ground = rect.bottom() - row * N_ROWS - 4.0;
    let gap = theme::sized(10.0);
    let scale = scale(piles, Vec2::new(column - 2.0 * gap, ground - rect.top()), gap);
    for (place, pile) in piles.iter().enumerate() {
        let middle = rect.left() + column * (place as f32 + 0.5);
        let [all, hard] = [pile.all_easy, pile.hard].map(|loss| (loss.sqrt() * scale) as f32);
        let left = middle - (all + gap + hard) / 2.0;
        let standing = |x: f32, side: f32| Rect::from_min_size(egui::pos2(x, ground - side), Vec2::splat(side));
        let (pile_square, hard_square) = (standing(left, all), standing(left + all + gap, hard));
        square(ui, pile_square, palette::negatives(is_dark));
        cells(ui, pile_square, n_easy, palette::card(is_dark));
        square(ui, hard_square, palette::positives(is_dark));
        let words = |line: f32, text: String, size: f32, ink: Color32| {
            let place = egui::pos2(middle, ground + 4.0 + line * row);
            let galley = ui.painter().layout_no_wrap(text, fitting(ui, size, column, 30.0), ink);
            let place = Align2::CENTER_TOP.anchor_size(place, galley.size());
            ui.painter().galley(place.min, galley, ink);
        };
        words(0.0, pile.name.clone(), 14.0, palette::text(is_dark));
        let easy = format!("{} × {} = {}", thousands(n_easy), three_digits(pile.easy), three_digits(pile.all_easy));
        words(1.0, easy, 14.0, palette::negatives(is_dark));
        words(2.0, format!("1 × {}", three_digits(pile.hard)), 14.0, palette::positives(is_dark));
    }
    name_plot(&response, name);
    response
}

/// Points by the root of a loss, with which the largest pair of squares fits its column.
fn scale(piles: &[LossPile], room: Vec2, gap: f32) -> f64 {
    let room = [f64::from((room.x - gap).max(0.0)), f64::from(room.y.max(0.0))];
    let fits = |pile: &LossPile| {
        let [all, hard] = [pile.all_easy, pile.hard].map(f64::sqrt);
        (room[0] / (all + hard)).min(room[1] / all.max(hard))
    };
    piles.iter().map(fits).filter(|scale| scale.is_finite()).fold(f64::INFINITY, f64::min).min(1e6)
}

fn square(ui: &Ui, rect: Rect, ground: Color32) {
    // What is too small for a point of the screen is still there.
    let seen = Rect::from_center_size(rect.center(), rect.size().max(Vec2::splat(1.0)));
    ui.painter().rect_filled(seen, 0.0, ground);
}

/// The sides of single losses, where they can be seen.
fn cells(ui: &Ui, rect: Rect, n: u64, ink: Color32) {
    let per_side = (n as f32).sqrt();
    let cell = rect.width() / per_side;
    if cell < LEAST_CELL {
        return;
    }
    let line = Stroke::new(0.7, ink);
    for k in 1..per_side.ceil() as u32 {
        let way = cell * k as f32;
        ui.painter().vline(rect.left() + way, rect.y_range(), line);
        ui.painter().hline(rect.x_range(), rect.bottom() - way, line);
    }
}

/// Letters of this size, smaller where a column is too narrow for so many.
fn fitting(ui: &Ui, size: f32, column: f32, n_letters: f32) -> egui::FontId {
    let font = theme::font(size);
    let wanted = width_of(ui, "0", &font) * n_letters;
    egui::FontId { size: font.size * (column / wanted).min(1.0), ..font }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_largest_pair_of_squares_just_fits() {
        let pile = |all_easy: f64, hard: f64| LossPile { name: String::new(), easy: 0.0, all_easy, hard };
        // Side by side 9 + 3 roots of a loss in 120 points, or 9 of them in 45.
        let piles = [pile(81.0, 9.0), pile(1.0, 4.0)];
        assert!((scale(&piles, Vec2::new(130.0, 1000.0), 10.0) - 10.0).abs() < 1e-9);
        assert!((scale(&piles, Vec2::new(130.0, 45.0), 10.0) - 5.0).abs() < 1e-9);
        assert!(scale(&[pile(0.0, 0.0)], Vec2::splat(100.0), 10.0).is_finite());
        assert!(scale(&[], Vec2::ZERO, 10.0).is_finite());
    }
}
