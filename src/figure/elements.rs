//! What elements of an SVG document are made of: numbers, colours, paths of triangles, images.

use std::fmt::{self, Write as _};

use base64::{Engine as _, engine::general_purpose::STANDARD};
use egui::{Color32, ColorImage, Mesh, Pos2, Rect, epaint::WHITE_UV};

/// A number with at most two decimals.
pub(super) struct Short(pub(super) f32);

impl fmt::Display for Short {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let text = format!("{:.2}", self.0);
        let text = text.trim_end_matches('0').trim_end_matches('.');
        f.write_str(if text == "-0" || text.is_empty() { "0" } else { text })
    }
}

/// Text in which no character means markup; what XML cannot hold at all is a replacement character.
pub(super) fn escaped(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for letter in text.chars() {
        match letter {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '\n' | '\t' => escaped.push(' '),
            '\u{0}'..='\u{1F}' | '\u{FFFE}' | '\u{FFFF}' => escaped.push('\u{FFFD}'),
            letter => escaped.push(letter),
        }
    }
    escaped
}

/// A colour as an attribute, with its opacity where it has one; nothing is drawn in a transparent one.
pub(super) fn paint(attribute: &str, colour: Color32) -> String {
    let [red, green, blue, alpha] = colour.to_srgba_unmultiplied();
    let mut text = format!(" {attribute}=\"#{red:02x}{green:02x}{blue:02x}\"");
    if alpha < u8::MAX {
        let opacity = f32::from(alpha) / 255.0;
        let _ = write!(text, " {attribute}-opacity=\"{opacity:.3}\"");
    }
    text
}

/// Adds the plain triangles of a mesh.
pub(super) fn triangles(body: &mut String, mesh: &Mesh) {
    let mut path = String::new();
    let mut colour = Color32::TRANSPARENT;
    let mut flush = |path: &mut String, colour: Color32| {
        if !path.is_empty() {
            let _ = writeln!(body, "<path d=\"{path}\"{}/>", paint("fill", colour));
            path.clear();
        }
    };
    for corners in mesh.indices.chunks_exact(3) {
        let [a, b, c] = [corners[0], corners[1], corners[2]].map(|idx| mesh.vertices[idx as usize]);
        if [a, b, c].iter().any(|vertex| vertex.uv != WHITE_UV) {
            continue;
        }
        let own = mean_colour([a.color, b.color, c.color]);
        if own != colour {
            flush(&mut path, colour);
            colour = own;
        }
        let (along, across) = (b.pos - a.pos, c.pos - a.pos);
        let area = along.x * across.y - along.y * across.x;
        if area == 0.0 || own == Color32::TRANSPARENT {
            continue;
        }
        // All in one direction, so that neighbours in a path add up.
        let [second, third] = if area > 0.0 { [b.pos, c.pos] } else { [c.pos, b.pos] };
        let _ = write!(path, "M{}L{} {}Z", Point(a.pos), Point(second), Point(third));
    }
    flush(&mut path, colour);
}

fn mean_colour([a, b, c]: [Color32; 3]) -> Color32 {
    if a == b && b == c { a } else { a.lerp_to_gamma(b, 0.5).lerp_to_gamma(c, 1.0 / 3.0) }
}

/// A point in a path.
pub(super) struct Point(pub(super) Pos2);

impl fmt::Display for Point {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", Short(self.0.x), Short(self.0.y))
    }
}

/// A turn by radians, clockwise around a point.
pub(super) fn turned(angle: f32, around: Pos2) -> String {
    if angle == 0.0 {
        return String::new();
    }
    format!(" transform=\"rotate({} {})\"", Short(angle.to_degrees()), Point(around))
}

/// An image with every pixel in it.
pub(super) fn image_element(image: &ColorImage, place: Rect) -> String {
    let (x, y) = (Short(place.left()), Short(place.top()));
    let (width, height) = (Short(place.width()), Short(place.height()));
    let data = png_of(image).map(|png| STANDARD.encode(png)).unwrap_or_default();
    format!(
        "<image x=\"{x}\" y=\"{y}\" width=\"{width}\" height=\"{height}\" preserveAspectRatio=\"none\" xlink:href=\"data:image/png;base64,{data}\"/>\n"
    )
}

/// An image as a PNG.
fn png_of(image: &ColorImage) -> Option<Vec<u8>> {
    let mut bytes = Vec::new();
    let mut encoder = png::Encoder::new(&mut bytes, image.width() as u32, image.height() as u32);
    encoder.set_color(png::ColorType::Rgba);
    encoder.set_depth(png::BitDepth::Eight);
    let mut writer = encoder.write_header().ok()?;
    let pixels: Vec<u8> = image.pixels.iter().flat_map(Color32::to_srgba_unmultiplied).collect();
    writer.write_image_data(&pixels).ok()?;
    writer.finish().ok()?;
    Some(bytes)
}
