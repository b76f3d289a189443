//! Decision regions with the samples on them, one small picture an objective.

use std::{collections::BTreeMap, sync::Arc};

use egui::{
    Align2, Color32, ColorImage, Context, Pos2, Rect, Sense, Stroke, StrokeKind, TextureHandle, TextureOptions, Ui,
    Vec2,
};

use super::{
    Classes, ConfusionTextures,
    batch::{common_scale, draw_batch},
    marks::{MarkStyle, marks_mesh, on_screen},
    squares::{best_columns, caption_font},
};
use crate::ui::theme;
use crate::{
    bounds::Bounded,
    experiment::sampling_in_words,
    state::{BatchPlotData, PlotData, REGION_SIDE, TrainingPlotData},
    ui::{
        fit::{fitting, inside},
        palette,
    },
};

/// One objective's regions.
#[derive(Debug, Clone)]
pub struct RegionPicture {
    /// The objective's name.
    pub name: String,
    /// The objective's colour.
    pub colour: usize,
    /// Predicted class, row by row from the top, shape `[REGION_SIDE, REGION_SIDE]`; `None` before training.
    pub regions: Option<Arc<[u16]>>,
    /// A word on why there are no regions.
    pub fault: Option<&'static str>,
    /// What its sampler did with the training part; `None` where every sample is used once.
    pub training: Option<Arc<TrainingPlotData>>,
    /// Its next batch, where batches are shown.
    pub batch: Option<Arc<BatchPlotData>>,
    /// Places of test samples that are marked by a cross.
    pub marked: Arc<[[f32; 2]]>,
    /// Probability of the class of each cell, from 0 (0) to 255 (1), where regions are to be paler for it.
    pub confidence: Option<Arc<[u8]>>,
    /// Regions of other objectives, by their colour, whose boundaries are drawn.
    pub ghosts: Vec<(usize, Arc<[u16]>)>,
}

/// What a texture was made of.
struct Ingredients {
    regions: Arc<[u16]>,
    confidence: Option<Arc<[u8]>>,
    ghosts: Vec<(usize, Arc<[u16]>)>,
    is_dark: bool,
    fineness: usize,
}

impl Ingredients {
    /// Whether a picture is still the same.
    fn are(&self, picture: &RegionPicture, regions: &Arc<[u16]>, is_dark: bool, fineness: usize) -> bool {
        let has_same_ghosts = self.ghosts.len() == picture.ghosts.len()
            && self.ghosts.iter().zip(&picture.ghosts).all(|(a, b)| a.0 == b.0 && Arc::ptr_eq(&a.1, &b.1));
        let has_same_confidence = match (&self.confidence, &picture.confidence) {
            (Some(a), Some(b)) => Arc::ptr_eq(a, b),
            (a, b) => a.is_none() && b.is_none(),
        };
        Arc::ptr_eq(&self.regions, regions)
            && has_same_confidence
            && has_same_ghosts
            && (self.is_dark, self.fineness) == (is_dark, fineness)
    }
}

/// Textures that are made anew only when a model has moved.
#[derive(Default)]
pub struct RegionTextures {
    /// Those of confusion matrices.
    pub confusion: ConfusionTextures,
    /// When models last changed from frame to frame, in seconds: regions are as coarse as they were worked out for a while.
    moved_at: Option<f64>,
    known: BTreeMap<usize, (Ingredients, TextureHandle)>,
}

impl RegionTextures {
    /// Takes note of whether models change from frame to frame; some time after they have come to rest, regions are drawn as
    /// fine as the screen.
    pub fn notice_motion(&mut self, ctx: &Context, moves: bool) {
        /// In seconds.
        const REST: f64 = 0.15;
        let now = ctx.input(|input| input.time);
        let moved_at = self.moved_at.filter(|moved_at| now - moved_at < REST);
        self.moved_at = if moves { Some(now) } else { moved_at };
        if let Some(moved_at) = self.moved_at.filter(|_| !moves) {
            ctx.request_repaint_after_secs((moved_at + REST - now) as f32);
        }
    }

    /// The texture for an objective's regions, as fine as a square of this side in points shows; `rank_of_class` gives each
    /// class its colour. `None` before training.
    pub(super) fn get(
        &mut self,
        ui: &Ui,
        picture: &RegionPicture,
        rank_of_class: &[usize],
        side: f32,
    ) -> Option<egui::TextureId> {
        /// As fine as the screen; while the models change that would take too much of a frame, as would many classes, whose
        /// boundaries are everywhere.
        const FINEST: f32 = 16.0;
        const MANY_CLASSES: usize = 60;
        let regions = picture.regions.as_ref()?;
        let is_dark = ui.visuals().dark_mode;
        let fineness = (side * ui.ctx().pixels_per_point() / REGION_SIDE as f32).ceil();
        let finest = if self.moved_at.is_some() { 1.0 } else { FINEST };
        let fineness = if rank_of_class.len() > MANY_CLASSES { 1 } else { fineness.within(1.0, finest) as usize };
        if let Some((ingredients, texture)) = self.known.get(&picture.colour)
            && ingredients.are(picture, regions, is_dark, fineness)
        {
            return Some(texture.id());
        }
        let pixels = pixels(picture, regions, rank_of_class, is_dark, fineness);
        let image = ColorImage::new([REGION_SIDE * fineness; 2], pixels);
        let texture = match self.known.remove(&picture.colour) {
            Some((_, mut texture)) => {
                texture.set(image, TextureOptions::LINEAR);
                texture
            }
            None => ui.ctx().load_texture(format!("regions {}", picture.colour), image, TextureOptions::LINEAR),
        };
        let id = texture.id();
        let (confidence, ghosts) = (picture.confidence.clone(), picture.ghosts.clone());
        let ingredients = Ingredients { regions: Arc::clone(regions), confidence, ghosts, is_dark, fineness };
        self.known.insert(picture.colour, (ingredients, texture));
        Some(id)
    }
}

/// The colour of each cell: its class, paler where the model is less sure, with the boundaries of others on it; `fineness`
/// pixels along a side of a cell, shape `[REGION_SIDE · fineness, REGION_SIDE · fineness]`.
fn pixels(
    picture: &RegionPicture,
    regions: &[u16],
    rank_of_class: &[usize],
    is_dark: bool,
    fineness: usize,
) -> Vec<Color32> {
    let n_classes = rank_of_class.len();
    let colours: Vec<Color32> = rank_of_class.iter().map(|&rank| palette::region(rank, n_classes, is_dark)).collect();
    let mut cells: Vec<Color32> =
        regions.iter().map(|&c| colours.get(c as usize).copied().unwrap_or_default()).collect();
    if let Some(confidence) = &picture.confidence {
        let ground = palette::card(is_dark);
        for (cell, &p) in cells.iter_mut().zip(confidence.iter()) {
            *cell = ground.lerp_to_gamma(*cell, f32::from(p) / 255.0);
        }
    }
    let mut pixels = refined(regions, cells, fineness);
    let side = REGION_SIDE * fineness;
    for (colour, ghost) in &picture.ghosts {
        let ink = palette::objective(*colour, is_dark);
        for cell in boundary(ghost) {
            let (row, column) = (cell / REGION_SIDE * fineness, cell % REGION_SIDE * fineness);
            for line in pixels.chunks_mut(side).skip(row).take(fineness) {
                line[column..column + fineness].fill(ink);
            }
        }
    }
    pixels
}

/// Cells in more pixels, without staircases: between cells of different classes each pixel has the class that weighs most
/// among the four nearest cells, by how near they are.
fn refined(regions: &[u16], cells: Vec<Color32>, fineness: usize) -> Vec<Color32> {
    if fineness == 1 {
        return cells;
    }
    let side = REGION_SIDE * fineness;
    let mut pixels = vec![Color32::TRANSPARENT; side * side];
    if regions.len() != REGION_SIDE * REGION_SIDE || cells.len() != regions.len() {
        return pixels;
    }
    let last = REGION_SIDE - 1;
    let at = |row: usize, column: usize| row.min(last) * REGION_SIDE + column.min(last);
    let is_whole = whole_squares(regions);
    for (row, lines) in pixels.chunks_mut(side * fineness).enumerate() {
        // Most of a row is the same in all its lines: it is written once and copied.
        let (first, others) = lines.split_at_mut(side);
        let colours = &cells[row * REGION_SIDE..(row + 1) * REGION_SIDE];
        for (pixels, colour) in first.chunks_mut(fineness).zip(colours) {
            pixels.fill(*colour);
        }
        others.chunks_mut(side).for_each(|line| line.copy_from_slice(first));
        for column in 0..REGION_SIDE {
            let here = at(row, column);
            let (above, left) = (row.saturating_sub(1), column.saturating_sub(1));
            let squares = [at(above, left), at(above, column), at(row, left), here];
            if squares.into_iter().all(|square| is_whole[square]) {
                continue;
            }
            for (y, line) in lines.chunks_mut(side).enumerate() {
                let line = &mut line[column * fineness..(column + 1) * fineness];
                let (above, down) = neighbours(row, y, fineness);
                for (x, pixel) in line.iter_mut().enumerate() {
                    let (left, along) = neighbours(column, x, fineness);
                    let corners = [
                        (at(above, left), (1.0 - down) * (1.0 - along)),
                        (at(above, left + 1), (1.0 - down) * along),
                        (at(above + 1, left), down * (1.0 - along)),
                        (at(above + 1, left + 1), down * along),
                    ];
                    let weight = |cell: usize| {
                        let same = corners.iter().filter(|(other, _)| regions[*other] == regions[cell]);
                        same.map(|(_, weight)| weight).sum::<f32>()
                    };
                    let heaviest = corners.map(|(cell, _)| (cell, weight(cell)));
                    let (cell, _) =
                        heaviest.into_iter().fold((here, 0.0), |best, one| if one.1 > best.1 { one } else { best });
                    *pixel = cells[cell];
                }
            }
        }
    }
    pixels
}

/// Whether each cell, the one at its right and the two below them are of one class; at the edges there are fewer.
fn whole_squares(regions: &[u16]) -> Vec<bool> {
    let mut is_whole = Vec::with_capacity(regions.len());
    for row in 0..REGION_SIDE {
        let line = |row: usize| &regions[row * REGION_SIDE..(row + 1) * REGION_SIDE];
        let (here, below) = (line(row), line((row + 1).min(REGION_SIDE - 1)));
        let pairs = here.windows(2).zip(below.windows(2));
        is_whole.extend(pairs.map(|(a, b)| a[0] == a[1] && a[0] == b[0] && a[0] == b[1]));
        is_whole.push(here.last() == below.last());
    }
    is_whole
}

/// The cell whose middle comes before a pixel's, and how far the pixel is from there to the next middle, 0 to 1.
fn neighbours(cell: usize, pixel: usize, fineness: usize) -> (usize, f32) {
    let place = cell as f32 + (pixel as f32 + 0.5) / fineness as f32 - 0.5;
    let before = place.max(0.0).floor();
    (before as usize, (place - before).max(0.0))
}

/// Cells that differ from their neighbour at the right or below.
fn boundary(regions: &[u16]) -> impl Iterator<Item = usize> {
    (0..regions.len()).filter(|&cell| {
        let differs = |other: Option<&u16>| other.is_some_and(|other| *other != regions[cell]);
        let is_last = (cell + 1).is_multiple_of(REGION_SIDE);
        differs(regions.get(cell + REGION_SIDE)) || !is_last && differs(regions.get(cell + 1))
    })
}

/// Draws the pictures in rows that fill the space; returns the rank of the class whose region is under the pointer.
pub fn regions_chart(
    ui: &mut Ui,
    classes: &Classes,
    plot_data: &PlotData,
    pictures: &[RegionPicture],
    textures: &mut RegionTextures,
    shows_test: bool,
    size: Vec2,
) -> (egui::Response, Option<usize>) {
    const GAP: f32 = 8.0;
    const ROOM_FOR_NAMES: f32 = 260.0;
    let caption_height = theme::sized(20.0);
    let (area, response) = ui.allocate_exact_size(size, Sense::click());
    super::axes::name_plot(&response, "Decision regions");
    let mut rank_of_class = vec![0; classes.len()];
    for (rank, &class_idx) in classes.order.iter().enumerate() {
        rank_of_class[class_idx] = rank;
    }
    let (columns, side) = best_columns(pictures.len(), size, caption_height, GAP);
    let mut hovered = None;
    let is_dark = ui.visuals().dark_mode;
    let scale = common_scale(pictures.iter().filter_map(|picture| picture.batch.as_deref()), plot_data);
    for (idx, picture) in pictures.iter().enumerate() {
        let cell =
            egui::vec2((idx % columns) as f32 * (side + GAP), (idx / columns) as f32 * (side + caption_height + GAP));
        let corner = area.min + cell;
        let frame = Rect::from_min_size(corner + egui::vec2(0.0, caption_height), Vec2::splat(side));
        let ink = palette::objective(picture.colour, is_dark);
        let caption = Rect::from_min_size(corner, egui::vec2(side, caption_height));
        let painter = ui.painter().with_clip_rect(caption);
        painter.text(
            caption.left_center(),
            Align2::LEFT_CENTER,
            caption_text(ui.ctx(), picture, side),
            caption_font(),
            palette::text(is_dark),
        );
        let painter = ui.painter().with_clip_rect(frame.expand(2.0));
        if let Some(texture) = textures.get(ui, picture, &rank_of_class, side) {
            let uv = Rect::from_min_max(Pos2::ZERO, egui::pos2(1.0, 1.0));
            painter.image(texture, frame, uv, palette::untinted());
        }
        let style = MarkStyle { rank_of_class: &rank_of_class, hovered: classes.hovered, is_dark, shows_test };
        ui.painter().with_clip_rect(frame).add(marks_mesh(plot_data, picture.training.as_deref(), frame, style));
        if let Some(batch) = &picture.batch {
            let painter = ui.painter().with_clip_rect(frame);
            draw_batch(&painter, plot_data, batch, scale, frame, &rank_of_class, is_dark);
        }
        if !picture.marked.is_empty() {
            ui.painter().with_clip_rect(frame).add(crosses(plot_data, &picture.marked, frame, is_dark));
        }
        // In a small picture names would cover what is lit.
        if classes.len() <= 20 && (picture.batch.is_none() || side > ROOM_FOR_NAMES) {
            class_names(ui, plot_data, classes, &rank_of_class, frame);
        }
        painter.rect_stroke(frame, 2.0, Stroke::new(2.0, ink), StrokeKind::Outside);
        if let Some(position) = response.hover_pos().filter(|&position| frame.contains(position)) {
            let cell = ((position - frame.min) / side * REGION_SIDE as f32).max(Vec2::ZERO);
            let (column, row) = ((cell.x as usize).min(REGION_SIDE - 1), (cell.y as usize).min(REGION_SIDE - 1));
            let predicted = picture.regions.as_ref().and_then(|regions| regions.get(row * REGION_SIDE + column));
            let rank = predicted.and_then(|&class_idx| rank_of_class.get(class_idx as usize).copied());
            hovered = rank.map(|rank| (rank, picture));
        }
    }
    let response = match hovered {
        Some((rank, picture)) => {
            let (label, count) = (classes.label(rank), classes.counts[rank]);
            let mut text = format!("Predicted here: {label} ({count} training samples)");
            if let Some(training) = &picture.training {
                text += "\n";
                text += &sampling_in_words(training.sampling, &training.uses);
            }
            response.on_hover_text_at_pointer(text)
        }
        None => response,
    };
    (response, hovered.map(|(rank, _)| rank))
}

/// Crosses at the marked test samples, in one mesh; dark on a light edge, or the other way round.
fn crosses(plot_data: &PlotData, places: &[[f32; 2]], frame: Rect, is_dark: bool) -> egui::Shape {
    let (ink, edge) = (palette::text(is_dark), palette::card(is_dark));
    let arm = (frame.width() / 45.0).within(3.5, 7.0);
    let mut mesh = egui::Mesh::default();
    for &place in places {
        let centre = on_screen(plot_data, place, frame);
        for (half, colour) in [(1.7, edge), (0.8, ink)] {
            mesh.add_colored_rect(Rect::from_center_size(centre, egui::vec2(2.0 * arm, 2.0 * half)), colour);
            mesh.add_colored_rect(Rect::from_center_size(centre, egui::vec2(2.0 * half, 2.0 * arm)), colour);
        }
    }
    egui::Shape::mesh(mesh)
}

/// The objective's name, as much of it as fits, and why there are no regions; its sampler where there is room for it.
fn caption_text(ctx: &Context, picture: &RegionPicture, width: f32) -> String {
    /// About the width of a letter.
    const LETTER: f32 = 7.8;
    let font = caption_font();
    if let Some(fault) = picture.fault {
        let name = fitting(ctx, &picture.name, &font, width - (fault.len() + 2) as f32 * LETTER);
        return if name.is_empty() { fitting(ctx, fault, &font, width) } else { format!("{name}: {fault}") };
    }
    let sampling = picture.training.as_ref().map(|training| training.sampling);
    let sampling = sampling.filter(|sampling| !picture.name.contains(sampling.sampler().label()));
    let whole = sampling.map(|sampling| format!("{} · {}", picture.name, sampling.label()));
    whole
        .filter(|whole| fitting(ctx, whole, &font, width) == *whole)
        .unwrap_or_else(|| fitting(ctx, &picture.name, &font, width))
}

/// The name of each class in the middle of its samples; left out where the picture is narrower.
fn class_names(ui: &Ui, plot_data: &PlotData, classes: &Classes, rank_of_class: &[usize], frame: Rect) {
    /// Widest name, and the ground at both sides of it.
    const MOST_OF_A_CLASS: f32 = 90.0;
    const BESIDE: f32 = 2.5;
    let is_dark = ui.visuals().dark_mode;
    let painter = ui.painter().with_clip_rect(frame);
    for (class_idx, centre) in plot_data.centres.iter().enumerate() {
        let (Some(centre), Some(&rank)) = (centre, rank_of_class.get(class_idx)) else { continue };
        let position = on_screen(plot_data, *centre, frame);
        let font = theme::font(12.0);
        let room = frame.shrink(2.0);
        let name = fitting(ui.ctx(), &classes.label(rank), &font, MOST_OF_A_CLASS.min(room.width() - 2.0 * BESIDE));
        if name.is_empty() {
            continue;
        }
        let ink = palette::text(is_dark);
        let text = painter.layout_no_wrap(name, font, ink);
        // A name at the edge moves inside rather than be cut.
        let rect = inside(room, position, text.size() + egui::vec2(2.0 * BESIDE, 0.0));
        let place = rect.min + egui::vec2(BESIDE, 0.0);
        // An edge around the letters, so that samples are seen between them.
        for shift in [[-1.0, 0.0], [1.0, 0.0], [0.0, -1.0], [0.0, 1.0]] {
            painter.galley_with_override_text_color(
                place + Vec2::from(shift),
                Arc::clone(&text),
                palette::card(is_dark),
            );
        }
        painter.galley(place, text, ink);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_boundary_is_where_neighbours_differ_and_not_where_a_row_ends() {
        let mut regions = vec![0_u16; REGION_SIDE * REGION_SIDE];
        // The upper right corner is of another class.
        regions[REGION_SIDE - 1] = 1;
        assert_eq!(boundary(&regions).collect::<Vec<_>>(), [REGION_SIDE - 2, REGION_SIDE - 1]);
        assert_eq!(boundary(&[]).count(), 0);
    }

    #[test]
    fn a_slanted_boundary_has_no_staircase_when_it_is_refined() {
        // Below the diagonal one class, above it the other.
        let regions: Vec<u16> =
            (0..REGION_SIDE * REGION_SIDE).map(|cell| u16::from(cell % REGION_SIDE > cell / REGION_SIDE)).collect();
        let colours = [Color32::TRANSPARENT, palette::untinted()];
        let cells: Vec<Color32> = regions.iter().map(|&class_idx| colours[class_idx as usize]).collect();
        assert_eq!(refined(&regions, cells.clone(), 1), cells, "a pixel a cell is the cell");
        let (fineness, side) = (3, 3 * REGION_SIDE);
        let fine = refined(&regions, cells.clone(), fineness);
        let first = |row: usize| fine[row * side..(row + 1) * side].iter().position(|&pixel| pixel == colours[1]);
        let steps: Vec<usize> = (30..60).map(|row| first(row + 1).unwrap() - first(row).unwrap()).collect();
        assert!(steps.iter().all(|&step| step <= 2), "a staircase has steps of {fineness}: {steps:?}");
        assert!(refined(&[], Vec::new(), 2).iter().all(|&pixel| pixel == Color32::TRANSPARENT));
    }
}
