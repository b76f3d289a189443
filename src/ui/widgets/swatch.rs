//! The colour and marker of an objective, as it stands in lists and legends.

use egui::{Color32, Pos2, Rect, Response, Sense, Shape, Stroke, Ui, Vec2};
use egui_plot::MarkerShape;

use crate::ui::{
    fit::brief,
    palette::{self, Ink},
    theme,
};

/// Side of a swatch.
const SIDE: f32 = 18.0;

/// A marker in its colour.
pub fn marker_swatch(ui: &mut Ui, ink: Ink) -> Response {
    let (rect, response) = ui.allocate_exact_size(Vec2::splat(theme::sized(SIDE)), Sense::hover());
    ui.painter().add(marker_shape(ink, rect.center(), theme::sized(6.0), ui.visuals().dark_mode));
    response
}

/// A marker in its colour that shows or hides what it stands for.
pub fn toggle_swatch(ui: &mut Ui, ink: Ink, name: &str, shown: &mut bool) -> Response {
    let (rect, response) = switch(ui, name, shown);
    let is_dark = ui.visuals().dark_mode;
    if *shown {
        ui.painter().add(marker_shape(ink, rect.center(), 7.0, is_dark));
    } else {
        ui.painter().rect_stroke(
            rect.shrink(4.0),
            2.0,
            Stroke::new(1.5, palette::weak_text(is_dark)),
            egui::StrokeKind::Inside,
        );
    }
    if response.hovered() || response.has_focus() {
        ui.painter().rect_stroke(rect, 3.0, Stroke::new(1.0, palette::text(is_dark)), egui::StrokeKind::Inside);
    }
    response.on_hover_text(if *shown { "Hide" } else { "Show" })
}

/// An entry of a legend, marker and name, that shows or hides an objective in every picture; `text` is its name as far as
/// there is room for it.
pub fn legend_entry(ui: &mut Ui, ink: Ink, name: &str, text: &str, size: f32, shown: &mut bool) -> Response {
    const GAP: f32 = 4.0;
    let is_dark = ui.visuals().dark_mode;
    let colour = if *shown { palette::text(is_dark) } else { palette::weak_text(is_dark) };
    let galley = ui.painter().layout_no_wrap(text.to_owned(), theme::font(size), colour);
    let side = theme::sized(SIDE);
    let (rect, mut response) =
        ui.allocate_exact_size(egui::vec2(side + GAP + galley.size().x, side.max(galley.size().y)), Sense::click());
    if response.clicked() {
        *shown = !*shown;
        response.mark_changed();
    }
    let label = format!("Legend: {}", brief(name));
    response.widget_info(|| egui::WidgetInfo::selected(egui::Role::CheckBox, true, *shown, &label));
    let centre = egui::pos2(rect.left() + side / 2.0, rect.center().y);
    let place = egui::pos2(rect.left() + side + GAP, rect.center().y - galley.size().y / 2.0);
    let letters = Rect::from_min_size(place, galley.size());
    if *shown {
        ui.painter().add(marker_shape(ink, centre, theme::sized(6.0), is_dark));
    }
    ui.painter().galley(place, galley, colour);
    if !*shown {
        ui.painter().hline(letters.x_range(), letters.center().y, Stroke::new(1.0, colour));
    }
    if response.hovered() || response.has_focus() {
        ui.painter().rect_stroke(rect, 3.0, Stroke::new(1.0, palette::weak_text(is_dark)), egui::StrokeKind::Inside);
    }
    let hint = if *shown { "click hides it in every picture (it goes on training)" } else { "click shows it again" };
    response.on_hover_text(format!("{}: {hint}", brief(name)))
}

/// The place of a switch that shows or hides something of this name.
fn switch(ui: &mut Ui, name: &str, shown: &mut bool) -> (Rect, Response) {
    let (rect, mut response) = ui.allocate_exact_size(Vec2::splat(SIDE + 4.0), Sense::click());
    if response.clicked() {
        *shown = !*shown;
        response.mark_changed();
    }
    let label = format!("Show {}", brief(name));
    response.widget_info(|| egui::WidgetInfo::selected(egui::Role::CheckBox, true, *shown, &label));
    (rect, response)
}

/// An eye that shows or hides an objective; struck through where it is hidden.
pub fn eye_toggle(ui: &mut Ui, name: &str, shown: &mut bool) -> Response {
    let (rect, response) = switch(ui, name, shown);
    let is_dark = ui.visuals().dark_mode;
    let ink = Stroke::new(1.5, if *shown { palette::text(is_dark) } else { palette::weak_text(is_dark) });
    let centre = rect.center();
    ui.painter().add(Shape::ellipse_stroke(centre, egui::vec2(8.0, 5.0), ink));
    ui.painter().circle_filled(centre, 2.5, ink.color);
    if !*shown {
        let arm = egui::vec2(7.0, 7.0);
        ui.painter().line_segment([centre - arm, centre + arm], ink);
    }
    if response.hovered() || response.has_focus() {
        ui.painter().rect_stroke(rect, 3.0, Stroke::new(1.0, palette::text(is_dark)), egui::StrokeKind::Inside);
    }
    response.on_hover_text(if *shown { "Hide in every picture (it goes on training)" } else { "Show in every picture" })
}

/// A marker, filled for an objective and hollow for anything else.
fn marker_shape(ink: Ink, centre: Pos2, radius: f32, is_dark: bool) -> Shape {
    let (colour, (marker, is_filled)) = (ink.colour(is_dark), ink.marker());
    let (fill, stroke) =
        if is_filled { (colour, Stroke::NONE) } else { (Color32::TRANSPARENT, Stroke::new(2.0, colour)) };
    let polygon = |corners: &[[f32; 2]]| {
        let points = corners.iter().map(|corner| centre + radius * egui::vec2(corner[0], corner[1])).collect();
        Shape::convex_polygon(points, fill, stroke)
    };
    match marker {
        MarkerShape::Square => polygon(&[[-0.8, -0.8], [0.8, -0.8], [0.8, 0.8], [-0.8, 0.8]]),
        MarkerShape::Diamond => polygon(&[[0.0, -1.0], [1.0, 0.0], [0.0, 1.0], [-1.0, 0.0]]),
        MarkerShape::Up => polygon(&[[0.0, -1.0], [0.95, 0.7], [-0.95, 0.7]]),
        MarkerShape::Down => polygon(&[[0.0, 1.0], [-0.95, -0.7], [0.95, -0.7]]),
        MarkerShape::Left => polygon(&[[-1.0, 0.0], [0.7, -0.95], [0.7, 0.95]]),
        MarkerShape::Right => polygon(&[[1.0, 0.0], [-0.7, 0.95], [-0.7, -0.95]]),
        MarkerShape::Circle => egui::epaint::CircleShape { center: centre, radius: radius * 0.9, fill, stroke }.into(),
        MarkerShape::Cross | MarkerShape::Plus | MarkerShape::Asterisk => {
            let arm = |x: f32, y: f32| {
                let offset = radius * egui::vec2(x, y);
                Shape::line_segment([centre - offset, centre + offset], Stroke::new(2.0, colour))
            };
            Shape::Vec(vec![arm(1.0, 0.0), arm(0.5, 0.87), arm(-0.5, 0.87)])
        }
    }
}
