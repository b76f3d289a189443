//! The images that shapes refer to: regions, confusion matrices, and the letters that have no outline.

use std::collections::BTreeMap;

use egui::{Color32, ColorImage, ImageData, Pos2, Rect, TextureId, TexturesDelta, Vec2};

/// The images that shapes refer to, as they are after some frames.
#[derive(Default)]
pub(super) struct Textures(BTreeMap<TextureId, ColorImage>);

impl Textures {
    /// Takes over what a frame has changed.
    pub(super) fn apply(&mut self, delta: &TexturesDelta) {
        let changes = delta.set.iter().flat_map(|(id, changes)| changes.iter().map(move |change| (id, change)));
        for (id, change) in changes {
            let ImageData::Color(patch) = &change.image;
            match (change.pos, self.0.get_mut(id)) {
                (Some([left, top]), Some(whole)) => {
                    for (row, line) in patch.pixels.chunks(patch.width().max(1)).enumerate() {
                        let start = (top + row) * whole.width() + left;
                        if let Some(place) = whole.pixels.get_mut(start..start + line.len()) {
                            place.copy_from_slice(line);
                        }
                    }
                }
                _ => {
                    self.0.insert(*id, ColorImage::clone(patch));
                }
            }
        }
    }

    /// The part of an image between two corners, in shares of its size; `tint` is multiplied into every pixel.
    pub(super) fn part(&self, id: TextureId, uv: Rect, tint: Color32) -> Option<ColorImage> {
        let whole = self.0.get(&id)?;
        let size = Vec2::new(whole.width() as f32, whole.height() as f32);
        let corner = |share: Pos2| [(share.x * size.x).round() as usize, (share.y * size.y).round() as usize];
        self.cut(id, corner(uv.min), corner(uv.max), tint)
    }

    /// The pixels of an image from one corner to another.
    pub(super) fn cut(&self, id: TextureId, min: [usize; 2], max: [usize; 2], tint: Color32) -> Option<ColorImage> {
        let whole = self.0.get(&id)?;
        let max = [max[0].min(whole.width()), max[1].min(whole.height())];
        let (width, height) = (max[0].checked_sub(min[0])?, max[1].checked_sub(min[1])?);
        let line = |row: usize| &whole.pixels[row * whole.width() + min[0]..][..width];
        let pixels = (min[1]..max[1]).flat_map(line).map(|pixel| *pixel * tint).collect();
        (width > 0 && height > 0).then(|| ColorImage::new([width, height], pixels))
    }
}
