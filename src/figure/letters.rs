//! Letters as outlines: each glyph is defined once and placed where the window's own layout has put it.

use std::{collections::BTreeMap, fmt::Write as _, sync::Arc};

use egui::{
    Color32, FontData, FontDefinitions, FontFamily, Pos2, Rect, TextureId,
    epaint::{
        TextShape,
        text::{FontInsert, FontTweak},
    },
    text::ByteIndex,
};
use skrifa::{
    FontRef, MetadataProvider as _,
    instance::{LocationRef, Size},
    outline::{DrawSettings, OutlinePen},
};

use super::{
    elements::{Short, escaped, image_element, paint, triangles, turned},
    textures::Textures,
};
use crate::ui::palette;

/// A font that letters come from.
struct Face<'a> {
    font: FontRef<'a>,
    tweak: &'a FontTweak,
    units_per_em: f32,
}

impl<'a> Face<'a> {
    fn new(data: &'a FontData) -> Option<Self> {
        let font = FontRef::from_index((*data.font).as_ref(), data.index).ok()?;
        let units_per_em = f32::from(font.metrics(Size::unscaled(), LocationRef::default()).units_per_em);
        Some(Self { font, tweak: &data.tweak, units_per_em })
    }

    /// The outline of a character, in units of the font with y downwards; `None` where it has no such glyph.
    fn outline(&self, letter: char) -> Option<String> {
        let glyph = self.font.charmap().map(letter)?;
        let mut pen = Pen::default();
        let settings = DrawSettings::unhinted(Size::unscaled(), LocationRef::default());
        self.font.outline_glyphs().get(glyph)?.draw(settings, &mut pen).ok()?;
        Some(pen.0)
    }
}

/// The letters that a document uses.
pub(super) struct Letters<'a> {
    faces: Vec<Face<'a>>,
    /// Faces of each family, in the order in which they are asked.
    families: BTreeMap<FontFamily, Vec<usize>>,
    /// Where each character of a family is found: the face and the number of its outline.
    found: BTreeMap<(FontFamily, char), Option<(usize, usize)>>,
    outlines: Vec<String>,
}

impl<'a> Letters<'a> {
    pub(super) fn new(definitions: &'a FontDefinitions, discovered: &'a [FontInsert]) -> Self {
        let mut letters =
            Self { faces: Vec::new(), families: BTreeMap::new(), found: BTreeMap::new(), outlines: Vec::new() };
        let mut places = BTreeMap::new();
        for (name, data) in &definitions.font_data {
            if let Some(face) = Face::new(Arc::as_ref(data)) {
                places.insert(name.clone(), letters.faces.len());
                letters.faces.push(face);
            }
        }
        let first_discovered = letters.faces.len();
        letters.faces.extend(discovered.iter().filter_map(|insert| Face::new(&insert.data)));
        for (family, names) in &definitions.families {
            let own = names.iter().filter_map(|name| places.get(name).copied());
            letters.families.insert(family.clone(), own.chain(first_discovered..letters.faces.len()).collect());
        }
        letters
    }

    /// The outlines that were used, as elements to refer to.
    pub(super) fn definitions_of_used(&self) -> String {
        let mut text = String::new();
        for (idx, outline) in self.outlines.iter().enumerate() {
            let _ = writeln!(text, "<path id=\"g{idx}\" d=\"{outline}\"/>");
        }
        text
    }

    /// The face and the outline of a character.
    fn find(&mut self, family: &FontFamily, letter: char) -> Option<(usize, usize)> {
        let key = (family.clone(), letter);
        if let Some(found) = self.found.get(&key) {
            return *found;
        }
        let faces = self.families.get(family).map_or(&[][..], Vec::as_slice);
        let outline = faces.iter().find_map(|&face| Some((face, self.faces[face].outline(letter)?)));
        let found = outline.map(|(face, outline)| {
            self.outlines.push(outline);
            (face, self.outlines.len() - 1)
        });
        self.found.insert(key, found);
        found
    }

    /// Adds a piece of text, row by row; a letter without an outline is a picture of itself.
    pub(super) fn add(&mut self, body: &mut String, textures: &Textures, shape: &TextShape) {
        let galley = &shape.galley;
        let rest = galley.text();
        if galley.is_empty() || shape.opacity_factor <= 0.0 {
            return;
        }
        let opacity = if shape.opacity_factor < 1.0 {
            format!(" opacity=\"{}\"", Short(shape.opacity_factor))
        } else {
            String::new()
        };
        let turn = turned(shape.angle, shape.pos);
        let _ = write!(body, "<g aria-label=\"{}\"{opacity}{turn}>", escaped(rest));
        let mut at = 0;
        for row in &galley.rows {
            let origin = shape.pos + row.pos.to_vec2();
            let mut decorations = row.visuals.mesh.clone();
            decorations.translate(origin.to_vec2());
            triangles(body, &decorations);
            let mut colour = Color32::TRANSPARENT;
            for glyph in &row.glyphs {
                // What the layout added, as an ellipsis, has the format of the letter that it stands for.
                let format = &galley.job.format_at_byte(ByteIndex(at));
                if rest.get(at..).is_some_and(|rest| rest.starts_with(glyph.chr)) {
                    at += glyph.chr.len_utf8();
                }
                if glyph.uv_rect.is_nothing() {
                    continue;
                }
                let own = row.visuals.mesh.vertices.get(glyph.first_vertex as usize).map(|vertex| vertex.color);
                let own = match (shape.override_text_color, own) {
                    (None, Some(Color32::PLACEHOLDER) | None) => shape.fallback_color,
                    (Some(colour), _) | (None, Some(colour)) => colour,
                };
                let place = origin + glyph.pos.to_vec2();
                let found = if is_joined(glyph.chr) || glyph.is_color {
                    None
                } else {
                    self.find(&format.font_id.family, glyph.chr)
                };
                let Some((face, outline)) = found else {
                    let tint = if glyph.is_color { palette::untinted() } else { own };
                    let corner = |corner: [u16; 2]| corner.map(usize::from);
                    let (min, max) = (corner(glyph.uv_rect.min), corner(glyph.uv_rect.max));
                    if let Some(image) = textures.cut(TextureId::default(), min, max, tint) {
                        let frame = Rect::from_min_size(place + glyph.uv_rect.offset, glyph.uv_rect.size);
                        body.push_str(&image_element(&image, frame));
                    }
                    continue;
                };
                if own != colour {
                    body.push_str(if colour == Color32::TRANSPARENT { "" } else { "</g>" });
                    let _ = write!(body, "<g{}>", paint("fill", own));
                    colour = own;
                }
                let Face { tweak, units_per_em, .. } = &self.faces[face];
                let size = format.font_id.size * tweak.scale;
                let Pos2 { x, y } = place;
                let y = y + size * tweak.y_offset_factor + tweak.y_offset;
                let _ = write!(
                    body,
                    "<use xlink:href=\"#g{outline}\" transform=\"translate({} {})scale({:.5})\"/>",
                    Short(x),
                    Short(y),
                    size / units_per_em
                );
            }
            body.push_str(if colour == Color32::TRANSPARENT { "" } else { "</g>" });
            if row.ends_with_newline {
                at += 1;
            }
        }
        body.push_str("</g>\n");
    }
}

/// Whether the form of a letter depends on its neighbours, so that its glyph alone does not say how it looks: the scripts from
/// Hebrew to Myanmar, Khmer and Mongolian, and the forms of Arabic for compatibility.
fn is_joined(letter: char) -> bool {
    matches!(letter, '\u{590}'..='\u{109F}' | '\u{1780}'..='\u{18AF}' | '\u{FB1D}'..='\u{FDFF}' | '\u{FE70}'..='\u{FEFE}')
}

/// Writes an outline as a path.
#[derive(Default)]
struct Pen(String);

impl OutlinePen for Pen {
    fn move_to(&mut self, x: f32, y: f32) {
        let _ = write!(self.0, "M{} {}", Short(x), Short(-y));
    }

    fn line_to(&mut self, x: f32, y: f32) {
        let _ = write!(self.0, "L{} {}", Short(x), Short(-y));
    }

    fn quad_to(&mut self, cx0: f32, cy0: f32, x: f32, y: f32) {
        let _ = write!(self.0, "Q{} {} {} {}", Short(cx0), Short(-cy0), Short(x), Short(-y));
    }

    fn curve_to(&mut self, cx0: f32, cy0: f32, cx1: f32, cy1: f32, x: f32, y: f32) {
        let [cx0, cy0, cx1, cy1, x, y] = [cx0, -cy0, cx1, -cy1, x, -y].map(Short);
        let _ = write!(self.0, "C{cx0} {cy0} {cx1} {cy1} {x} {y}");
    }

    fn close(&mut self) {
        self.0.push('Z');
    }
}
