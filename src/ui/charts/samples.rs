//! The training samples, large, with a brush that adds and an eraser that takes away.

use egui::{Id, Ui, Vec2};
use egui_plot::{
    AxisHints, Line, MarkerShape, Plot, PlotBounds, PlotImage, PlotPoint, PlotPoints, PlotResponse, PlotUi, Points,
    Text,
};

use super::{Classes, RegionPicture, RegionTextures, axes::name_plot};
use crate::ui::theme;
use crate::{
    state::{Brush, PlotData, Tool},
    ui::{fit::fitting, palette},
};

/// What is drawn.
pub struct SamplesPicture<'a> {
    /// Classes from head to tail.
    pub classes: &'a Classes,
    /// The samples.
    pub plot_data: &'a PlotData,
    /// An objective's decision regions behind the samples.
    pub regions: Option<&'a RegionPicture>,
    /// What the pointer does.
    pub brush: Brush,
}

/// What a person did in the chart.
pub struct SamplesResponse {
    /// The chart itself.
    pub response: egui::Response,
    /// The rank of the class whose sample is under the pointer.
    pub hovered: Option<usize>,
    /// Where the brush or the eraser touches the plane.
    pub touched: Option<[f64; 2]>,
}

/// Share of the radius that the pointer moves before it touches again.
const SPACING: f64 = 0.6;

/// Draws every sample that is kept to be drawn, class by class.
pub fn samples_chart(
    ui: &mut Ui,
    picture: &SamplesPicture<'_>,
    textures: &mut RegionTextures,
    size: Vec2,
) -> SamplesResponse {
    let SamplesPicture { classes, plot_data, brush, .. } = *picture;
    let is_dark = ui.visuals().dark_mode;
    let is_painting = brush.tool != Tool::Look;
    let mut rank_of_class = vec![0; classes.len()];
    for (rank, &class_idx) in classes.order.iter().enumerate() {
        rank_of_class[class_idx] = rank;
    }
    let texture = picture.regions.and_then(|regions| textures.get(ui, regions, &rank_of_class, size.min_elem()));
    let names = if plot_data.n_features > 2 {
        ["First principal component", "Second principal component"]
    } else {
        ["Feature x1", "Feature x2"]
    };
    let font = theme::font(12.0);
    let spacing = egui::Rangef::new(40.0, 80.0);
    let x_axis = AxisHints::new_x().label_spacing(spacing);
    let y_axis = AxisHints::new_y().label_spacing(spacing);
    let plot = Plot::new("samples")
        .width(size.x.max(40.0))
        .height(size.y.max(40.0))
        .data_aspect(1.0)
        .allow_drag(!is_painting)
        .allow_boxed_zoom(false)
        .allow_double_click_reset(false)
        .show_background(false)
        .grid_color(palette::line(is_dark))
        .grid_fade(0.0)
        .grid_spacing(egui::Rangef::new(26.0, 120.0))
        .show_x(false)
        .show_y(false)
        .label_formatter(|_| None)
        .cursor_color(palette::weak_text(is_dark))
        .custom_x_axes(vec![x_axis.label(names[0]).tick_label_font(font.clone())])
        .custom_y_axes(vec![y_axis.label(names[1]).tick_label_font(font)]);
    let known = ui.scope_id().with("bounds of the samples");
    let bounds = new_bounds(ui, known, plot_data, size, is_painting);
    let shown = plot.show(ui, |plot_ui| {
        if let Some(bounds) = bounds {
            plot_ui.set_plot_bounds(bounds);
        }
        if let Some(texture) = texture {
            let [low, high] = [plot_data.bounds.min, plot_data.bounds.max];
            let centre = PlotPoint::new(f64::midpoint(low[0], high[0]), f64::midpoint(low[1], high[1]));
            let size = egui::vec2((high[0] - low[0]) as f32, (high[1] - low[1]) as f32);
            plot_ui.image(PlotImage::new("regions", texture, centre, size).allow_hover(false));
        }
        draw_points(plot_ui, classes, plot_data, is_dark);
        if classes.len() <= 20 {
            draw_names(plot_ui, classes, plot_data, is_dark);
        }
        if let (true, Some(pointer)) = (is_painting, plot_ui.pointer_coordinate()) {
            draw_brush(plot_ui, picture, [pointer.x, pointer.y], is_dark);
        }
    });
    name_plot(&shown.response, "Samples");
    let touched = if is_painting { touched(ui, &shown, brush.radius) } else { None };
    let hovered = if is_painting { None } else { nearest_rank(&shown, plot_data, &rank_of_class) };
    let response = match hovered {
        Some(rank) => {
            let text = format!("{}: {} training samples", classes.label(rank), classes.counts[rank]);
            shown.response.on_hover_text_at_pointer(text)
        }
        None => shown.response,
    };
    SamplesResponse { response, hovered, touched }
}

/// The part of the plane to show when the samples or the size of the picture have changed: with one scale on both axes a plot
/// only ever grows when its shape changes. While somebody paints it stays where it is.
fn new_bounds(ui: &Ui, known: Id, plot_data: &PlotData, size: Vec2, is_painting: bool) -> Option<PlotBounds> {
    const MARGIN: f64 = 0.08;
    let (low, high) = (plot_data.bounds.min, plot_data.bounds.max);
    let now = (low, high, size);
    let before = ui.data(|data| data.get_temp::<([f64; 2], [f64; 2], Vec2)>(known));
    if before == Some(now) || (before.is_some() && is_painting) {
        return None;
    }
    ui.data_mut(|data| data.insert_temp(known, now));
    let margin = [0, 1].map(|axis| MARGIN * (high[axis] - low[axis]));
    let min = [0, 1].map(|axis| low[axis] - margin[axis]);
    let max = [0, 1].map(|axis| high[axis] + margin[axis]);
    Some(PlotBounds::from_min_max(min, max))
}

fn draw_points(plot_ui: &mut PlotUi<'_>, classes: &Classes, plot_data: &PlotData, is_dark: bool) {
    for (rank, &class_idx) in classes.order.iter().enumerate() {
        let Some(places) = plot_data.points.get(class_idx) else { continue };
        let places: Vec<[f64; 2]> = places.iter().map(|place| place.map(f64::from)).collect();
        let colour = palette::hue(rank, classes.len(), is_dark);
        // The others stay visible behind a marked class.
        let is_behind = classes.hovered.is_some_and(|hovered| hovered != rank);
        let points = Points::new("", places)
            .shape(MarkerShape::Circle)
            .radius(if is_behind { 2.4 } else { 3.2 })
            .color(if is_behind { colour.gamma_multiply(0.25) } else { colour })
            .allow_hover(false);
        plot_ui.points(points);
    }
}

/// The name of each class in the middle of its samples.
fn draw_names(plot_ui: &mut PlotUi<'_>, classes: &Classes, plot_data: &PlotData, is_dark: bool) {
    const WIDEST: f32 = 120.0;
    let font = theme::font(14.0);
    for (rank, &class_idx) in classes.order.iter().enumerate() {
        let Some([x, y]) = plot_data.centres.get(class_idx).copied().flatten() else { continue };
        let text = egui::RichText::new(format!(" {} ", fitting(plot_ui.ctx(), &classes.label(rank), &font, WIDEST)))
            .size(font.size)
            .strong()
            .background_color(palette::card(is_dark).gamma_multiply(0.85));
        let position = PlotPoint::new(f64::from(x), f64::from(y));
        plot_ui.text(Text::new("", position, text).color(palette::text(is_dark)).allow_hover(false));
    }
}

/// The rim of the brush in the colour of its class; the eraser's is plain and dashed.
fn draw_brush(plot_ui: &mut PlotUi<'_>, picture: &SamplesPicture<'_>, [x, y]: [f64; 2], is_dark: bool) {
    let brush = picture.brush;
    let rim = PlotPoints::from_parametric_callback(
        |t| (x + brush.radius * t.cos(), y + brush.radius * t.sin()),
        0.0..=std::f64::consts::TAU,
        64,
    );
    let line = Line::new("", rim).width(2.5).allow_hover(false);
    plot_ui.line(if brush.tool == Tool::Eraser {
        line.color(palette::text(is_dark)).style(egui_plot::LineStyle::dashed_dense())
    } else {
        let rank = picture.classes.order.iter().position(|&class_idx| class_idx == brush.class_idx).unwrap_or(0);
        line.color(palette::hue(rank, picture.classes.len(), is_dark))
    });
}

/// A press touches at once; a drag touches again whenever it has gone far enough.
fn touched<R>(ui: &Ui, shown: &PlotResponse<R>, radius: f64) -> Option<[f64; 2]> {
    let id = shown.response.id.with("last touch");
    let is_down = shown.response.is_pointer_button_down_on();
    let last = ui.data(|data| data.get_temp::<[f64; 2]>(id));
    // A click that is over within a frame was never seen to be down.
    let is_brief = last.is_none() && shown.response.clicked();
    let Some(position) = shown.response.interact_pointer_pos().filter(|_| is_down || is_brief) else {
        ui.data_mut(|data| data.remove::<[f64; 2]>(id));
        return None;
    };
    let PlotPoint { x, y } = shown.transform.value_from_position(position);
    if last.is_some_and(|last| (last[0] - x).hypot(last[1] - y) < SPACING * radius) {
        return None;
    }
    ui.data_mut(|data| data.insert_temp(id, [x, y]));
    Some([x, y])
}

/// The rank of the class of the nearest sample, if the pointer is close to it.
fn nearest_rank<R>(shown: &PlotResponse<R>, plot_data: &PlotData, rank_of_class: &[usize]) -> Option<usize> {
    const CLOSE: f32 = 8.0;
    let pointer = shown.response.hover_pos()?;
    let mut nearest = (CLOSE, None);
    for (places, &rank) in plot_data.points.iter().zip(rank_of_class) {
        for place in places {
            let position = shown.transform.position_from_point(&PlotPoint::new(place[0], place[1]));
            let distance = position.distance(pointer);
            if distance < nearest.0 {
                nearest = (distance, Some(rank));
            }
        }
    }
    nearest.1
}
