//! Shapes of the window as an SVG document.
//!
//! Every shape becomes an element of the same geometry: paths, rectangles, circles, groups of outlined letters. What is a texture
//! in the window (decision regions, confusion matrices) is an embedded PNG.

use std::fmt::Write as _;

use egui::{
    Color32, CornerRadius, FontDefinitions, Mesh, Pos2, Rect, Shape, Stroke, StrokeKind, TextureId, Vec2,
    epaint::{ClippedShape, ColorMode, PathStroke, RectShape, text::FontInsert},
};

use super::{
    elements::{Point, Short, escaped, image_element, paint, triangles, turned},
    letters::Letters,
    textures::Textures,
};
use crate::ui::palette;

/// The document while it is written.
pub(super) struct Svg<'a> {
    body: String,
    textures: &'a Textures,
    letters: Letters<'a>,
    /// Areas that shapes are cut to, by their element.
    clips: Vec<String>,
    size: Vec2,
}

impl<'a> Svg<'a> {
    /// An empty document of this size in points.
    pub(super) fn new(
        size: Vec2,
        textures: &'a Textures,
        definitions: &'a FontDefinitions,
        discovered: &'a [FontInsert],
    ) -> Self {
        Self { body: String::new(), textures, letters: Letters::new(definitions, discovered), clips: Vec::new(), size }
    }

    /// Adds shapes in the order in which they lie over each other.
    pub(super) fn add(&mut self, shapes: &[ClippedShape]) {
        for ClippedShape { clip_rect, shape, .. } in shapes {
            let bounds = shape.visual_bounding_rect();
            if !bounds.is_positive() && !matches!(shape, Shape::LineSegment { .. } | Shape::Path(_)) {
                continue;
            }
            if clip_rect.contains_rect(bounds) {
                self.shape(shape);
            } else if clip_rect.expand(0.5).intersects(bounds) {
                let start = self.body.len();
                self.shape(shape);
                if self.body.len() > start {
                    let clip = self.clip(*clip_rect);
                    self.body.insert_str(start, &format!("<g clip-path=\"url(#c{clip})\">"));
                    self.body.push_str("</g>\n");
                }
            }
        }
    }

    /// The document, with a title and a description for those who cannot see it.
    pub(super) fn finish(self, title: &str, description: &str) -> String {
        let (width, height) = (Short(self.size.x), Short(self.size.y));
        let mut text = format!(
            "<svg xmlns=\"http://www.w3.org/2000/svg\" xmlns:xlink=\"http://www.w3.org/1999/xlink\" width=\"{width}\" height=\"{height}\" viewBox=\"0 0 {width} {height}\" role=\"img\">\n<title>{}</title>\n<desc>{}</desc>\n<defs>\n",
            escaped(title),
            escaped(description)
        );
        for (idx, clip) in self.clips.iter().enumerate() {
            let _ = writeln!(text, "<clipPath id=\"c{idx}\">{clip}</clipPath>");
        }
        text.push_str(&self.letters.definitions_of_used());
        text.push_str("</defs>\n");
        text.push_str(&self.body);
        text.push_str("</svg>\n");
        text
    }

    /// The place of an area among those that shapes are cut to.
    fn clip(&mut self, area: Rect) -> usize {
        let area = area.intersect(Rect::from_min_size(Pos2::ZERO, self.size));
        let element = rect_element(area, "", "");
        self.clips.iter().position(|known| *known == element).unwrap_or_else(|| {
            self.clips.push(element);
            self.clips.len() - 1
        })
    }

    fn shape(&mut self, shape: &Shape) {
        match shape {
            Shape::Noop | Shape::Callback(_) => {}
            Shape::Vec(shapes) => shapes.iter().for_each(|shape| self.shape(shape)),
            Shape::Circle(circle) => {
                let (x, y, r) = (Short(circle.center.x), Short(circle.center.y), Short(circle.radius));
                let ink = fill_and_stroke(circle.fill, circle.stroke);
                let _ = writeln!(self.body, "<circle cx=\"{x}\" cy=\"{y}\" r=\"{r}\"{ink}/>");
            }
            Shape::Ellipse(ellipse) => {
                let (x, y) = (Short(ellipse.center.x), Short(ellipse.center.y));
                let (a, b) = (Short(ellipse.radius.x), Short(ellipse.radius.y));
                let turn = turned(ellipse.angle, ellipse.center);
                let ink = fill_and_stroke(ellipse.fill, ellipse.stroke);
                let _ = writeln!(self.body, "<ellipse cx=\"{x}\" cy=\"{y}\" rx=\"{a}\" ry=\"{b}\"{turn}{ink}/>");
            }
            Shape::LineSegment { points, stroke } => {
                if !stroke.is_empty() {
                    let ink = fill_and_stroke(Color32::TRANSPARENT, *stroke);
                    self.path(&line(points, false), &ink);
                }
            }
            Shape::Path(path) => self.drawn_path(&line(&path.points, path.closed), path.fill, &path.stroke),
            Shape::CubicBezier(curve) => {
                let [a, b, c, d] = curve.points.map(Point);
                let end = if curve.closed { "Z" } else { "" };
                self.drawn_path(&format!("M{a}C{b} {c} {d}{end}"), curve.fill, &curve.stroke);
            }
            Shape::QuadraticBezier(curve) => {
                let [a, b, c] = curve.points.map(Point);
                let end = if curve.closed { "Z" } else { "" };
                self.drawn_path(&format!("M{a}Q{b} {c}{end}"), curve.fill, &curve.stroke);
            }
            Shape::Band(band) => {
                let upper = band.points.iter().map(|point| Pos2::new(point.x, point.y.min));
                let lower = band.points.iter().rev().map(|point| Pos2::new(point.x, point.y.max));
                let around: Vec<Pos2> = upper.chain(lower).collect();
                let ink = fill_and_stroke(band.fill, band.stroke);
                self.path(&line(&around, true), &ink);
            }
            Shape::Rect(rect) => self.rect(rect),
            Shape::Text(text) => {
                self.letters.add(&mut self.body, self.textures, text);
            }
            Shape::Mesh(mesh) => self.mesh(mesh),
        }
    }

    fn drawn_path(&mut self, path: &str, fill: Color32, stroke: &PathStroke) {
        let colour = match &stroke.color {
            ColorMode::Solid(colour) => *colour,
            // Nothing of ours has a line of several colours.
            ColorMode::UV(_) => Color32::TRANSPARENT,
        };
        let ink = fill_and_stroke(fill, Stroke::new(stroke.width, colour));
        self.path(path, &ink);
    }

    fn path(&mut self, path: &str, ink: &str) {
        if !ink.is_empty() && !path.is_empty() {
            let _ = writeln!(self.body, "<path d=\"{path}\"{ink}/>");
        }
    }

    fn rect(&mut self, shape: &RectShape) {
        if let Some(brush) = &shape.brush
            && brush.uv != Rect::ZERO
        {
            if let Some(image) = self.textures.part(brush.fill_texture_id, brush.uv, shape.fill) {
                self.body.push_str(&image_element(&image, shape.rect));
            }
            return;
        }
        let grown = match shape.stroke_kind {
            StrokeKind::Inside => -shape.stroke.width / 2.0,
            StrokeKind::Middle => 0.0,
            StrokeKind::Outside => shape.stroke.width / 2.0,
        };
        let drawn = if shape.stroke.is_empty() { shape.rect } else { shape.rect.expand(grown) };
        let ink = fill_and_stroke(shape.fill, shape.stroke);
        if ink.is_empty() || drawn.is_negative() {
            return;
        }
        let round = round_corners(shape.corner_radius);
        let element = rect_element(drawn, &(round + &turned(shape.angle, shape.rect.center())), &ink);
        self.body.push_str(&element);
        self.body.push('\n');
    }

    /// Triangles: those of one colour that follow each other are one path.
    fn mesh(&mut self, mesh: &Mesh) {
        let is_textured = mesh.texture_id != TextureId::default();
        if is_textured {
            let bounds = mesh.calc_bounds();
            let uv = mesh.vertices.iter().fold(Rect::NOTHING, |uv, vertex| uv.union(Rect::from_pos(vertex.uv)));
            let tint = mesh.vertices.first().map_or(palette::untinted(), |vertex| vertex.color);
            if let Some(image) = self.textures.part(mesh.texture_id, uv, tint) {
                self.body.push_str(&image_element(&image, bounds));
            }
            return;
        }
        triangles(&mut self.body, mesh);
    }
}

/// A path through points.
fn line(points: &[Pos2], is_closed: bool) -> String {
    let mut path = String::new();
    for (idx, &point) in points.iter().filter(|point| point.is_finite()).enumerate() {
        let _ = write!(path, "{}{}", if idx == 0 { "M" } else { "L" }, Point(point));
    }
    if is_closed && !path.is_empty() {
        path.push('Z');
    }
    path
}

/// Attributes of what is filled and outlined; empty where nothing is to be seen.
fn fill_and_stroke(fill: Color32, stroke: Stroke) -> String {
    let has_fill = fill != Color32::TRANSPARENT;
    let has_stroke = !stroke.is_empty() && stroke.color != Color32::TRANSPARENT;
    if !has_fill && !has_stroke {
        return String::new();
    }
    let mut ink = if has_fill { paint("fill", fill) } else { " fill=\"none\"".to_owned() };
    if has_stroke {
        ink += &paint("stroke", stroke.color);
        let _ = write!(ink, " stroke-width=\"{}\" stroke-linejoin=\"round\"", Short(stroke.width));
    }
    ink
}

fn round_corners(radius: CornerRadius) -> String {
    let most = radius.nw.max(radius.ne).max(radius.sw).max(radius.se);
    if most == 0 { String::new() } else { format!(" rx=\"{most}\"") }
}

fn rect_element(rect: Rect, more: &str, ink: &str) -> String {
    let (x, y) = (Short(rect.left()), Short(rect.top()));
    let (width, height) = (Short(rect.width().max(0.0)), Short(rect.height().max(0.0)));
    format!("<rect x=\"{x}\" y=\"{y}\" width=\"{width}\" height=\"{height}\"{more}{ink}/>")
}
