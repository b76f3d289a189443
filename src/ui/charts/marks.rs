//! Marks of training samples: what a sampler uses once, repeats, leaves out or makes, each with a shape of its own.

use strum::{EnumCount, VariantArray};

use egui::{Color32, Mesh, Pos2, Rect, Response, RichText, Sense, Shape, Ui, Vec2};

use crate::ui::theme;
use crate::{
    bounds::Bounded,
    state::{ClassMarks, Mark, PlotData, TrainingPlotData, per_class_quota},
    ui::palette,
};

/// What becomes of a sample in an epoch.
#[derive(Debug, Clone, Copy, PartialEq, Eq, EnumCount, VariantArray)]
enum MarkKind {
    /// It is not looked at.
    Unused,
    /// It was made.
    Made,
    /// It is looked at once.
    Once,
    /// It is looked at more than once.
    Repeated,
}

impl MarkKind {
    /// Every kind, in the order of drawing: what lies on top comes last.
    const ALL: [Self; Self::COUNT] = crate::variants::all_of(Self::VARIANTS);

    fn label(self) -> &'static str {
        match self {
            Self::Unused => "left out",
            Self::Made => "made",
            Self::Once => "used once",
            Self::Repeated => "more than once (larger: more often)",
        }
    }

    fn explanation(self) -> &'static str {
        match self {
            Self::Unused => "Samples of the training part that are dropped, or not drawn in this epoch",
            Self::Made => "Samples between two neighbours of the same class, made by SMOTE",
            Self::Once => "Samples that are looked at once in an epoch",
            Self::Repeated => "Samples of which there are copies, or which are drawn again in this epoch",
        }
    }

    fn of(self, marks: &ClassMarks) -> &[Mark] {
        match self {
            Self::Unused => &marks.unused,
            Self::Made => &marks.made,
            Self::Once => &marks.once,
            Self::Repeated => &marks.repeated,
        }
    }

    /// Adds one mark; `edge` and `ink` set it off from light and dark grounds.
    fn draw(self, mesh: &mut Mesh, centre: Pos2, times: u32, radius: f32, fill: Color32, [edge, ink]: [Color32; 2]) {
        match self {
            Self::Once => {
                let square = |half: f32| Rect::from_center_size(centre, Vec2::splat(2.0 * half));
                mesh.add_colored_rect(square(radius + 0.6), edge);
                mesh.add_colored_rect(square(radius), fill);
            }
            Self::Repeated => {
                // Ten times as often is a step that is plainly seen and still leaves room for the neighbours.
                let radius = radius + 0.5 * (times as f32).log2();
                polygon(mesh, centre, radius + 1.0, DISC, ink);
                polygon(mesh, centre, radius, DISC, fill);
            }
            Self::Unused => {
                band(mesh, centre, [radius, radius + 1.4], SQUARE, fill);
            }
            Self::Made => {
                polygon(mesh, centre, radius + 2.2, DIAMOND, edge);
                polygon(mesh, centre, radius + 1.2, DIAMOND, ink);
                polygon(mesh, centre, radius + 0.2, DIAMOND, fill);
            }
        }
    }
}

/// Corners of a regular polygon, and the angle of the first one in turns.
type Corners = (u16, f32);
const SQUARE: Corners = (4, 0.125);
const DIAMOND: Corners = (4, 0.0);
const DISC: Corners = (10, 0.0);

/// A filled polygon.
fn polygon(mesh: &mut Mesh, centre: Pos2, radius: f32, corners: Corners, colour: Color32) {
    let first = mesh.vertices.len() as u32;
    for corner in around(corners) {
        mesh.colored_vertex(centre + radius * corner, colour);
    }
    for corner in 2..u32::from(corners.0) {
        mesh.add_triangle(first, first + corner - 1, first + corner);
    }
}

/// The band between an inner and an outer polygon.
fn band(mesh: &mut Mesh, centre: Pos2, [inner, outer]: [f32; 2], corners: Corners, colour: Color32) {
    let first = mesh.vertices.len() as u32;
    for corner in around(corners) {
        mesh.colored_vertex(centre + inner * corner, colour);
        mesh.colored_vertex(centre + outer * corner, colour);
    }
    let n = u32::from(corners.0);
    for corner in 0..n {
        let (here, next) = (first + 2 * corner, first + 2 * ((corner + 1) % n));
        mesh.add_triangle(here, here + 1, next + 1);
        mesh.add_triangle(here, next + 1, next);
    }
}

/// Directions of the corners.
fn around((n, turn): Corners) -> impl Iterator<Item = Vec2> {
    (0..n).map(move |corner| Vec2::angled(std::f32::consts::TAU * (f32::from(corner) / f32::from(n) + turn)))
}

/// How marks are drawn.
#[derive(Clone, Copy)]
pub(super) struct MarkStyle<'a> {
    /// Rank of each class, by which it has its colour.
    pub(super) rank_of_class: &'a [usize],
    /// The rank that is drawn alone and in full.
    pub(super) hovered: Option<usize>,
    /// The theme.
    pub(super) is_dark: bool,
    /// Whether test samples are drawn in place of those that are learnt from.
    pub(super) shows_test: bool,
}

/// The samples of a picture in one mesh, as many as leave the regions visible; a marked class is drawn alone and in full.
///
/// Without a training set of its own, a picture shows the training part.
pub(super) fn marks_mesh(
    plot_data: &PlotData,
    training: Option<&TrainingPlotData>,
    frame: Rect,
    style: MarkStyle<'_>,
) -> Shape {
    const AREA_OF_A_POINT: f32 = 70.0;
    let MarkStyle { rank_of_class, hovered, is_dark, shows_test } = style;
    let points = if shows_test { &plot_data.test_points } else { &plot_data.points };
    let training = training.filter(|_| !shows_test);
    let radius = (frame.width() / 130.0).within(1.2, 2.6);
    let most = ((frame.area() / AREA_OF_A_POINT) as usize).max(1);
    let n_classes = rank_of_class.len();
    let edges = [palette::card(is_dark), palette::text(is_dark)];
    let sizes = (0..n_classes).flat_map(|class_idx| match training {
        Some(training) => {
            MarkKind::ALL.map(|kind| training.marks.get(class_idx).map_or(0, |marks| kind.of(marks).len()))
        }
        None => [points.get(class_idx).map_or(0, Vec::len), 0, 0, 0],
    });
    // Two squares for most marks; a mesh that grows by doubling is copied again and again.
    let n_marks = sizes.clone().sum::<usize>().min(most);
    let quota = per_class_quota(sizes, most);
    let step = |n: usize| if hovered.is_some() { 1 } else { n.div_ceil(quota).max(1) };
    let mut mesh = Mesh::default();
    mesh.reserve_triangles(4 * n_marks);
    mesh.reserve_vertices(8 * n_marks);
    for kind in MarkKind::ALL {
        for (class_idx, &rank) in rank_of_class.iter().enumerate() {
            if hovered.is_some_and(|hovered| hovered != rank) {
                continue;
            }
            let fill = palette::hue(rank, n_classes, is_dark);
            let mut draw = |place: [f32; 2], times: u32| {
                kind.draw(&mut mesh, on_screen(plot_data, place, frame), times, radius, fill, edges);
            };
            match training {
                Some(training) => {
                    let marks = training.marks.get(class_idx).map_or(&[][..], |marks| kind.of(marks));
                    marks.iter().step_by(step(marks.len())).for_each(|mark| draw(mark.place, mark.times));
                }
                None if kind == MarkKind::Once => {
                    let places = points.get(class_idx).map_or(&[][..], Vec::as_slice);
                    places.iter().step_by(step(places.len())).for_each(|&place| draw(place, 1));
                }
                None => {}
            }
        }
    }
    Shape::mesh(mesh)
}

/// Where a place on the plane lies in a picture.
pub(super) fn on_screen(plot_data: &PlotData, position: [f32; 2], frame: Rect) -> Pos2 {
    let share = |axis: usize| {
        let (low, high) = (plot_data.bounds.min[axis] as f32, plot_data.bounds.max[axis] as f32);
        (position[axis] - low) / (high - low)
    };
    egui::pos2(frame.left() + share(0) * frame.width(), frame.bottom() - share(1) * frame.height())
}

/// What the marks of these training sets mean, in a line; nothing where every sample is used once.
pub fn marks_legend_ui<'a>(ui: &mut Ui, sets: impl Iterator<Item = &'a TrainingPlotData> + Clone) {
    let occurs = |kind: &MarkKind| sets.clone().any(|set| set.marks.iter().any(|marks| !kind.of(marks).is_empty()));
    let kinds: Vec<MarkKind> = MarkKind::ALL.into_iter().rev().filter(occurs).collect();
    if kinds.is_empty() {
        return;
    }
    ui.horizontal(|ui| {
        ui.spacing_mut().item_spacing.x = 5.0;
        ui.label(RichText::new("In an epoch").size(theme::sized(12.0)).weak());
        for kind in kinds {
            mark_swatch(ui, kind).on_hover_text(kind.explanation());
            ui.label(RichText::new(kind.label()).size(theme::sized(12.0))).on_hover_text(kind.explanation());
            ui.add_space(6.0);
        }
    });
}

/// A mark, large enough to be recognised.
fn mark_swatch(ui: &mut Ui, kind: MarkKind) -> Response {
    let (rect, response) = ui.allocate_exact_size(Vec2::splat(14.0), Sense::hover());
    let is_dark = ui.visuals().dark_mode;
    let mut mesh = Mesh::default();
    let edges = [palette::card(is_dark), palette::text(is_dark)];
    kind.draw(&mut mesh, rect.center(), 4, 3.2, palette::neutral(is_dark), edges);
    ui.painter().add(Shape::mesh(mesh));
    response
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_kind_of_mark_is_a_shape_of_its_own_around_its_place() {
        let centre = egui::pos2(50.0, 30.0);
        let ink = palette::text(false);
        let shapes = MarkKind::ALL.map(|kind| {
            let mut mesh = Mesh::default();
            kind.draw(&mut mesh, centre, 2, 2.0, ink, [ink, ink]);
            assert!(mesh.is_valid() && mesh.calc_bounds().expand(0.01).contains(centre));
            assert!((mesh.calc_bounds().center() - centre).length() < 0.01, "{kind:?}");
            mesh.vertices.iter().map(|vertex| (vertex.pos.x.to_bits(), vertex.pos.y.to_bits())).collect::<Vec<_>>()
        });
        for a in 0..shapes.len() {
            assert!(shapes[..a].iter().all(|other| *other != shapes[a]), "{:?}", MarkKind::ALL[a]);
        }
    }
}
