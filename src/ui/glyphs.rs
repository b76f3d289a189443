//! What is drawn for a character that no font has: its code in a box, so that two of them can be told apart and looked up.

use egui::{Color32, ColorImage, Context, GlyphBitmap, GlyphRasterizer, GlyphRasterizerRequest, RasterizedGlyph, Vec2};

use super::palette;

/// The hexadecimal digits, three dots wide and five high; the leftmost dot of a row is its highest bit.
const DIGITS: [[u8; HEIGHT]; 16] = [
    [0b111, 0b101, 0b101, 0b101, 0b111],
    [0b010, 0b110, 0b010, 0b010, 0b111],
    [0b111, 0b001, 0b111, 0b100, 0b111],
    [0b111, 0b001, 0b011, 0b001, 0b111],
    [0b101, 0b101, 0b111, 0b001, 0b001],
    [0b111, 0b100, 0b111, 0b001, 0b111],
    [0b111, 0b100, 0b111, 0b101, 0b111],
    [0b111, 0b001, 0b010, 0b010, 0b010],
    [0b111, 0b101, 0b111, 0b101, 0b111],
    [0b111, 0b101, 0b111, 0b001, 0b111],
    [0b010, 0b101, 0b111, 0b101, 0b101],
    [0b110, 0b101, 0b110, 0b101, 0b110],
    [0b011, 0b100, 0b100, 0b100, 0b011],
    [0b110, 0b101, 0b101, 0b101, 0b110],
    [0b111, 0b100, 0b110, 0b100, 0b111],
    [0b111, 0b100, 0b110, 0b100, 0b100],
];
const WIDTH: usize = 3;
const HEIGHT: usize = 5;
/// Digits stand in two rows.
const ROWS: usize = 2;
/// Dots from the edge of the box to its digits, the frame among them.
const EDGE: usize = 2;
/// Size of text, in pixels, at which a dot is one pixel wide.
const SIZE_OF_A_DOT: f32 = 12.0;
/// Dots beside the box.
const BESIDE: usize = 1;

/// Draws the codes of characters that neither the program's fonts nor those of the machine have; once at the start.
pub(super) fn install(ctx: &Context) {
    ctx.add_glyph_rasterizer(GlyphRasterizer::new("longtail_lab::code_in_a_box", code_in_a_box));
}

/// Width in points of the box for a character, at a size of text in points; `None` where nothing is drawn for it.
pub(super) fn width_of_code(c: char, size: f32, pixels_per_point: f32) -> Option<f32> {
    let width = ((box_width(c) + 2 * BESIDE) * dot(size * pixels_per_point)) as f32;
    (!is_invisible(c)).then_some(width / pixels_per_point)
}

/// What has no glyph on purpose: a return, and marks that join, part or direct what stands around them.
fn is_invisible(c: char) -> bool {
    matches!(c, '\r' | '\u{200B}'..='\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2060}'..='\u{206F}' | '\u{FEFF}')
}

/// Pixels of a dot, at a size of text in pixels.
fn dot(size: f32) -> usize {
    ((size / SIZE_OF_A_DOT).floor() as usize).max(1)
}

/// Digits of a code in each of the two rows.
fn columns(c: char) -> usize {
    if c as u32 > 0xFFFF { 3 } else { 2 }
}

/// Width of the box in dots.
fn box_width(c: char) -> usize {
    columns(c) * (WIDTH + 1) - 1 + 2 * EDGE
}

fn code_in_a_box(request: &GlyphRasterizerRequest<'_>) -> Option<RasterizedGlyph> {
    let c = request.cluster.chars().next().filter(|&c| !is_invisible(c))?;
    let (columns, dot) = (columns(c), dot(request.font_size_px));
    let (width, height) = (box_width(c), ROWS * (HEIGHT + 1) - 1 + 2 * EDGE);
    let is_ink = |x: usize, y: usize| {
        if x == 0 || y == 0 || x == width - 1 || y == height - 1 {
            return true;
        }
        let (Some(x), Some(y)) = (x.checked_sub(EDGE), y.checked_sub(EDGE)) else { return false };
        let (column, row) = (x / (WIDTH + 1), y / (HEIGHT + 1));
        let (in_digit, in_row) = (x % (WIDTH + 1), y % (HEIGHT + 1));
        if column >= columns || row >= ROWS || in_digit == WIDTH || in_row == HEIGHT {
            return false;
        }
        let place = ROWS * columns - 1 - (row * columns + column);
        let digit = (c as u32 >> (4 * place)) & 0xF;
        DIGITS[digit as usize][in_row] >> (WIDTH - 1 - in_digit) & 1 == 1
    };
    let size = [width * dot, height * dot];
    let paint = |pixel: usize| {
        let (x, y) = (pixel % size[0] / dot, pixel / size[0] / dot);
        // The text's own colour is put in its place later.
        if is_ink(x, y) { palette::untinted() } else { Color32::TRANSPARENT }
    };
    let image = ColorImage::new(size, (0..size[0] * size[1]).map(paint).collect());
    // The middle of the box stands where the middle of capital letters is.
    let top = -(0.36 * request.font_size_px + size[1] as f32 / 2.0).round();
    let bitmap = GlyphBitmap { image, offset_px: Vec2::new((BESIDE * dot) as f32, top), is_color: false };
    Some(RasterizedGlyph { bitmap, advance_px: ((width + 2 * BESIDE) * dot) as f32 })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Rows of the box, a hash for ink.
    fn drawn(text: &str, size: f32) -> Vec<String> {
        let family = egui::FontFamily::Proportional;
        let request =
            GlyphRasterizerRequest { cluster: text, family: &family, font_size_px: size, subpixel_offset_px: 0.0 };
        let Some(RasterizedGlyph { bitmap, advance_px }) = code_in_a_box(&request) else { return Vec::new() };
        let [width, height] = bitmap.image.size;
        assert!(advance_px > width as f32, "boxes do not touch");
        let dot = |x: usize, y: usize| if bitmap.image[(x, y)] == Color32::TRANSPARENT { ' ' } else { '#' };
        (0..height).map(|y| (0..width).map(|x| dot(x, y)).collect()).collect()
    }

    #[test]
    fn the_code_of_a_character_can_be_read_in_its_box() {
        let expected = [
            "###########",
            "#         #",
            "# ##  ### #",
            "# # # #   #",
            "# # # ### #",
            "# # #   # #",
            "# ##  ### #",
            "#         #",
            "# ###  ## #",
            "# #   #   #",
            "# ### #   #",
            "#   # #   #",
            "# ###  ## #",
            "#         #",
            "###########",
        ];
        assert_eq!(drawn("한", 14.0), expected, "U+D55C");
    }

    #[test]
    fn boxes_grow_with_the_text_and_with_the_code() {
        let [small, large] = [14.0, 28.0].map(|size| drawn("한", size));
        assert_eq!((large.len(), large[0].len()), (2 * small.len(), 2 * small[0].len()));
        assert_eq!(drawn("🦀", 14.0)[0].len(), small[0].len() + WIDTH + 1, "a code of five digits");
        assert_eq!(drawn("\u{301}", 3.0)[0].len(), small[0].len(), "small text too");
    }

    #[test]
    fn characters_differ_and_marks_that_are_meant_to_be_invisible_are() {
        let boxes = ["한", "국", "ع", "א", "日", "я", "\u{1b}", "\n"].map(|text| drawn(text, 14.0));
        for (idx, one) in boxes.iter().enumerate() {
            assert!(!one.is_empty() && !boxes[..idx].contains(one), "{idx}");
        }
        for text in ["", "\r", "\u{200B}", "\u{202E}", "\u{2069}", "\u{FEFF}"] {
            assert!(drawn(text, 14.0).is_empty(), "{text:?}");
        }
    }
}
