//! Confusion matrices, one small picture an objective: which class is taken for which.

use std::{collections::BTreeMap, ops::Range, sync::Arc};

use egui::{
    Align2, Color32, ColorImage, Pos2, Rect, Response, Sense, Stroke, StrokeKind, TextureHandle, TextureId,
    TextureOptions, Ui, Vec2,
};

use super::{
    Classes,
    axes::{name_plot, tooltip},
    squares::{best_columns, caption_font},
};
use crate::ui::theme;
use crate::{
    state::CellShare,
    train::ConfusionMatrix,
    ui::{fit::fitting, palette},
};

/// Room for names of classes beside a matrix that is large enough for them.
const LABELS: f32 = 40.0;
/// Least side of a cell with a name or a number.
const NAMED_CELL: f32 = 15.0;
const NUMBERED_CELL: f32 = 27.0;

/// One objective's matrix.
#[derive(Debug, Clone)]
pub struct ConfusionPicture {
    /// The objective's name.
    pub name: String,
    /// The objective's colour.
    pub colour: usize,
    /// The matrix; `None` before training.
    pub matrix: Option<Arc<ConfusionMatrix>>,
}

/// True and predicted class of a cell, by index.
pub type ConfusionCell = (usize, usize);

/// What the pointer does to the matrices.
pub struct ConfusionResponse {
    /// The whole picture.
    pub response: Response,
    /// Rank of the true class under the pointer.
    pub hovered: Option<usize>,
    /// The cell that was clicked.
    pub clicked: Option<ConfusionCell>,
}

/// What a texture was made of.
#[derive(Clone, PartialEq)]
struct Ingredients {
    window: Range<usize>,
    share: CellShare,
    is_dark: bool,
}

/// Textures and sums that are made anew only when a matrix has changed.
#[derive(Default)]
pub struct ConfusionTextures {
    known: BTreeMap<usize, Known>,
}

/// What was made of a matrix.
struct Known {
    matrix: Arc<ConfusionMatrix>,
    made_of: Ingredients,
    texture: TextureHandle,
    sums: Arc<Sums>,
}

impl ConfusionTextures {
    /// The texture of an objective's matrix, and the sums of that.
    fn get(
        &mut self,
        ui: &Ui,
        colour: usize,
        matrix: &Arc<ConfusionMatrix>,
        classes: &Classes,
        share: CellShare,
    ) -> (TextureId, Arc<Sums>) {
        let made_of = Ingredients { window: classes.window.clone(), share, is_dark: ui.visuals().dark_mode };
        if let Some(known) = self.known.get(&colour)
            && Arc::ptr_eq(&known.matrix, matrix)
            && known.made_of == made_of
        {
            return (known.texture.id(), Arc::clone(&known.sums));
        }
        let sums = Arc::new(Sums::of(matrix, classes));
        let cells = Cells { matrix, classes, sums: &sums };
        let n = cells.n();
        let shades = shades(colour, made_of.is_dark);
        let pixels = (0..n * n).map(|k| shades[shade_of(cells.value(k / n, k % n, share))]);
        let image = ColorImage::new([n, n], pixels.collect());
        let texture = match self.known.remove(&colour) {
            Some(mut known) => {
                known.texture.set(image, TextureOptions::NEAREST);
                known.texture
            }
            None => ui.ctx().load_texture(format!("confusion {colour}"), image, TextureOptions::NEAREST),
        };
        let id = texture.id();
        let known = Known { matrix: Arc::clone(matrix), made_of, texture, sums: Arc::clone(&sums) };
        self.known.insert(colour, known);
        (id, sums)
    }
}

/// Sums over a matrix that shares are taken of.
struct Sums {
    /// Largest count of a shown cell, at least 1.
    largest: u32,
    /// Samples predicted as each class, by index.
    predicted: Vec<u64>,
    /// Samples of each class, by index.
    of_class: Vec<u64>,
}

impl Sums {
    fn of(matrix: &ConfusionMatrix, classes: &Classes) -> Self {
        let shown = &classes.order[classes.window.clone()];
        let cell = |&row: &usize| shown.iter().map(move |&column| matrix.row(row)[column]);
        let largest = shown.iter().flat_map(cell).max().unwrap_or(0).max(1);
        let of_class = (0..matrix.n_classes()).map(|class_idx| matrix.n_of_class(class_idx)).collect();
        Self { largest, predicted: matrix.n_predicted(), of_class }
    }
}

/// The shown part of a matrix, rows and columns from head to tail.
struct Cells<'a> {
    matrix: &'a ConfusionMatrix,
    classes: &'a Classes,
    sums: &'a Sums,
}

impl Cells<'_> {
    /// Shown classes.
    fn n(&self) -> usize {
        self.classes.window.len()
    }

    /// True and predicted class of a shown cell.
    fn at(&self, row: usize, column: usize) -> ConfusionCell {
        let order = &self.classes.order[self.classes.window.clone()];
        (order[row], order[column])
    }

    fn count(&self, row: usize, column: usize) -> u32 {
        let (class_idx, predicted_idx) = self.at(row, column);
        self.matrix.row(class_idx)[predicted_idx]
    }

    /// What a cell is coloured by, 0 to 1.
    fn value(&self, row: usize, column: usize, share: CellShare) -> f64 {
        let (class_idx, predicted_idx) = self.at(row, column);
        let whole = match share {
            CellShare::Count => u64::from(self.sums.largest),
            CellShare::Row => self.sums.of_class[class_idx],
            CellShare::Column => self.sums.predicted[predicted_idx],
        };
        f64::from(self.count(row, column)) / whole.max(1) as f64
    }
}

/// Draws the matrices in rows that fill the space: true classes from top to bottom, predicted ones from left to right, both
/// from head to tail. `selected` is outlined.
pub fn confusion_chart(
    ui: &mut Ui,
    classes: &Classes,
    pictures: &[ConfusionPicture],
    textures: &mut ConfusionTextures,
    share: CellShare,
    selected: Option<ConfusionCell>,
    size: Vec2,
) -> ConfusionResponse {
    const GAP: f32 = 8.0;
    let caption_height = theme::sized(20.0);
    let (area, response) = ui.allocate_exact_size(size, Sense::click());
    name_plot(&response, "Confusion matrices");
    let is_dark = ui.visuals().dark_mode;
    let (columns, side) = best_columns(pictures.len(), size, caption_height, GAP);
    let n = classes.window.len().max(1);
    let mut hovered = None;
    for (idx, picture) in pictures.iter().enumerate() {
        let place =
            egui::vec2((idx % columns) as f32 * (side + GAP), (idx / columns) as f32 * (side + caption_height + GAP));
        let corner = area.min + place;
        let caption = Rect::from_min_size(corner, egui::vec2(side, caption_height));
        ui.painter().with_clip_rect(caption).text(
            caption.left_center(),
            Align2::LEFT_CENTER,
            fitting(ui.ctx(), &picture.name, &caption_font(), side),
            caption_font(),
            palette::text(is_dark),
        );
        let outer = Rect::from_min_size(corner + egui::vec2(0.0, caption_height), Vec2::splat(side));
        let has_names = (side - LABELS) / n as f32 >= NAMED_CELL;
        let frame = if has_names {
            Rect::from_min_max(outer.min + egui::vec2(LABELS, 0.0), outer.max - egui::vec2(0.0, LABELS))
        } else {
            outer
        };
        let painter = ui.painter().with_clip_rect(frame.expand(2.0));
        painter.rect_stroke(
            frame,
            2.0,
            Stroke::new(2.0, palette::objective(picture.colour, is_dark)),
            StrokeKind::Outside,
        );
        let Some(matrix) = &picture.matrix else { continue };
        if classes.is_empty() || matrix.n_classes() != classes.len() {
            continue;
        }
        let (texture, sums) = textures.get(ui, picture.colour, matrix, classes, share);
        let cells = Cells { matrix, classes, sums: &sums };
        painter.image(texture, frame, Rect::from_min_max(Pos2::ZERO, egui::pos2(1.0, 1.0)), palette::untinted());
        let cell = frame.size() / n as f32;
        let rect_of = |row: usize, column: usize| {
            Rect::from_min_size(frame.min + egui::vec2(column as f32 * cell.x, row as f32 * cell.y), cell)
        };
        if cell.x >= NUMBERED_CELL {
            numbers(&painter, &cells, picture.colour, share, is_dark, rect_of);
        }
        if has_names {
            names(ui, classes, frame, cell, is_dark);
        }
        if let Some((true_idx, predicted_idx)) = selected {
            let place =
                |class_idx: usize| classes.order[classes.window.clone()].iter().position(|&other| other == class_idx);
            if let (Some(row), Some(column)) = (place(true_idx), place(predicted_idx)) {
                let stroke = Stroke::new(2.0, palette::text(is_dark));
                painter.rect_stroke(rect_of(row, column), 0.0, stroke, StrokeKind::Outside);
            }
        }
        if let Some(position) = response.hover_pos().filter(|&position| frame.contains(position)) {
            let place = ((position - frame.min) / cell).max(Vec2::ZERO);
            let (row, column) = ((place.y as usize).min(n - 1), (place.x as usize).min(n - 1));
            hovered = Some((classes.window.start + row, cells.at(row, column), told(&cells, row, column)));
        }
    }
    let Some((rank, cell, lines)) = hovered else {
        return ConfusionResponse { response, hovered: None, clicked: None };
    };
    let clicked = response.clicked().then_some(cell);
    let name = |class_idx: usize| crate::state::class_label(&classes.names, class_idx);
    let heading = format!("{} taken for {}", name(cell.0), name(cell.1));
    let response = tooltip(response, &heading, &lines);
    ConfusionResponse { response, hovered: Some(rank), clicked }
}

/// What is said of a cell.
fn told(cells: &Cells<'_>, row: usize, column: usize) -> Vec<(String, String)> {
    let (true_idx, predicted_idx) = cells.at(row, column);
    let percent = |share: f64| format!("{:.1} %", share * 100.0);
    vec![
        ("Samples".to_owned(), cells.count(row, column).to_string()),
        (
            format!("of {} of the true class", cells.sums.of_class[true_idx]),
            percent(cells.value(row, column, CellShare::Row)),
        ),
        (
            format!("of {} predicted so", cells.sums.predicted[predicted_idx]),
            percent(cells.value(row, column, CellShare::Column)),
        ),
        ("Click".to_owned(), "marks these samples".to_owned()),
    ]
}

/// Shades of a cell.
const N_SHADES: usize = 256;

/// From the ground to the objective's colour; mixed once, since there are many more cells.
fn shades(colour: usize, is_dark: bool) -> [Color32; N_SHADES] {
    let (ground, full) = (palette::card(is_dark), palette::objective(colour, is_dark));
    std::array::from_fn(|shade| ground.lerp_to_gamma(full, shade as f32 / (N_SHADES - 1) as f32))
}

/// The shade of a share, 0 to 1; small ones are lifted so that they are seen.
fn shade_of(value: f64) -> usize {
    ((value.sqrt() * (N_SHADES - 1) as f64).round() as usize).min(N_SHADES - 1)
}

/// The number of each cell that is not 0.
fn numbers(
    painter: &egui::Painter,
    cells: &Cells<'_>,
    colour: usize,
    share: CellShare,
    is_dark: bool,
    rect_of: impl Fn(usize, usize) -> Rect,
) {
    let shades = shades(colour, is_dark);
    for row in 0..cells.n() {
        for column in 0..cells.n() {
            let count = cells.count(row, column);
            if count == 0 {
                continue;
            }
            let value = cells.value(row, column, share);
            let text = match share {
                CellShare::Count => count.to_string(),
                CellShare::Row | CellShare::Column => format!("{:.0}", value * 100.0),
            };
            let ink = palette::text_on(shades[shade_of(value)]);
            painter.text(rect_of(row, column).center(), Align2::CENTER_CENTER, text, theme::font(12.0), ink);
        }
    }
}

/// Names of true classes at the left, of predicted ones below.
fn names(ui: &Ui, classes: &Classes, frame: Rect, cell: Vec2, is_dark: bool) {
    let (font, ink) = (theme::font(12.0), palette::text(is_dark));
    for (place, rank) in classes.window.clone().enumerate() {
        let label = classes.label(rank);
        let middle = (place as f32 + 0.5) * cell;
        let left = egui::pos2(frame.left() - 6.0, frame.top() + middle.y);
        let beside = fitting(ui.ctx(), &label, &font, LABELS - 6.0);
        ui.painter().text(left, Align2::RIGHT_CENTER, beside, font.clone(), ink);
        let bottom = egui::pos2(frame.left() + middle.x, frame.bottom() + 4.0);
        let below = fitting(ui.ctx(), &label, &font, cell.x - 2.0);
        ui.painter().text(bottom, Align2::CENTER_TOP, below, font.clone(), ink);
    }
    let corner = egui::pos2(frame.center().x, frame.bottom() + LABELS);
    ui.painter().text(corner, Align2::CENTER_BOTTOM, "predicted →   true ↓", font, palette::weak_text(is_dark));
}

#[cfg(test)]
mod tests {
    use ndarray::array;

    use super::*;
    use crate::{data::Samples, train::LinearModel};

    #[test]
    fn cells_go_from_head_to_tail_and_shares_are_of_rows_columns_or_the_largest() {
        // One feature, three classes; the model says class 0 for x > 0, class 2 for x < 0.
        let mut model = LinearModel::<f64>::zeros(1, 3);
        model.params_mut()[..3].copy_from_slice(&[1.0, 0.0, -1.0]);
        let samples = Samples::new(array![[1.0], [1.0], [1.0], [-1.0], [-1.0]], vec![0, 1, 1, 1, 2]);
        let matrix = ConfusionMatrix::of(&model, &samples);
        let classes = Classes { order: vec![1, 0, 2], window: 0..3, counts: vec![3, 2, 1], ..Classes::default() };
        let sums = Sums::of(&matrix, &classes);
        let cells = Cells { matrix: &matrix, classes: &classes, sums: &sums };
        assert_eq!((cells.n(), cells.at(0, 1), cells.count(0, 1)), (3, (1, 0), 2));
        assert_eq!(cells.value(0, 1, CellShare::Row), 2.0 / 3.0);
        assert_eq!(cells.value(0, 1, CellShare::Column), 2.0 / 3.0);
        assert_eq!(cells.value(1, 1, CellShare::Count), 0.5);
        assert_eq!(cells.value(0, 0, CellShare::Column), 0.0, "a class that is never predicted");
        let window = Classes { window: 1..3, ..classes.clone() };
        let sums = Sums::of(&matrix, &window);
        let cells = Cells { matrix: &matrix, classes: &window, sums: &sums };
        assert_eq!((cells.n(), cells.at(0, 0), sums.largest), (2, (0, 0), 1));
    }
}
