//! Square pictures side by side, each with a caption.

use crate::ui::theme;
use egui::{FontId, Vec2};

/// The font of captions.
pub(super) fn caption_font() -> FontId {
    theme::font(14.0)
}

/// The number of columns at which square pictures are largest, and their side.
pub(super) fn best_columns(n: usize, size: Vec2, caption: f32, gap: f32) -> (usize, f32) {
    (1..=n.max(1))
        .map(|columns| {
            let rows = n.max(1).div_ceil(columns);
            let width = (size.x - gap * (columns - 1) as f32) / columns as f32;
            let height = (size.y - gap * (rows - 1) as f32) / rows as f32 - caption;
            (columns, width.min(height).max(10.0))
        })
        // Of equal ones the one with the fewest columns: four pictures are two and two, not three and one.
        .fold((1, 0.0), |best, one| if one.1 > best.1 { one } else { best })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pictures_fill_wide_and_tall_places() {
        assert_eq!(best_columns(4, Vec2::new(500.0, 140.0), 20.0, 8.0).0, 4);
        assert_eq!(best_columns(4, Vec2::new(400.0, 440.0), 20.0, 8.0).0, 2);
        assert_eq!(best_columns(4, Vec2::new(900.0, 560.0), 20.0, 8.0).0, 2);
        assert_eq!(best_columns(1, Vec2::new(400.0, 440.0), 20.0, 8.0).0, 1);
    }
}
