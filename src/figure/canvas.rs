//! A place to draw on that is no window: the same panels and charts, whose shapes are kept.

use std::sync::Arc;

use egui::{Context, Pos2, RawInput, Rect, Shape, Theme, Ui, Vec2, ViewportId, epaint::ClippedShape};

use super::{svg::Svg, textures::Textures};
use crate::{
    state::{Picture, Session, Settings},
    ui::{
        View,
        charts::RegionTextures,
        panels::{figure_ui, handout_ui},
        theme,
    },
};

/// Least and largest width and height of a picture, in points.
pub const LEAST_SIDE: f32 = 200.0;
/// See [`LEAST_SIDE`].
pub const MOST_SIDE: f32 = 4000.0;
/// Letters are placed on a grid as fine as this, in parts of a point.
const FINENESS: f32 = 4.0;
/// Frames until everything has found its place: sizes that depend on what was drawn before settle within them.
const FRAMES: usize = 4;

/// What does not fit is drawn with smaller letters, step by step, down to this share of the usual size.
const LEAST_SCALE: f32 = 0.4;
const SMALLER: f32 = 0.85;

/// How a picture is to look.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Look {
    /// Width and height in points, each from [`LEAST_SIDE`] to [`MOST_SIDE`].
    pub size: [f32; 2],
    /// Light letters on a dark ground.
    pub is_dark: bool,
}

impl Default for Look {
    fn default() -> Self {
        Self { size: [1200.0, 700.0], is_dark: false }
    }
}

/// A picture that was drawn.
#[derive(Debug, Clone, PartialEq)]
pub struct Figure {
    /// The document.
    pub svg: String,
}

impl Figure {
    /// The document as part of a page; what is referred to in it is called by names that begin with `prefix`, so that several
    /// pictures do not get into each other's way.
    pub(super) fn in_a_page(&self, prefix: &str) -> String {
        let named = self.svg.replace(" id=\"", &format!(" id=\"{prefix}"));
        named.replace("href=\"#", &format!("href=\"#{prefix}")).replace("url(#", &format!("url(#{prefix}"))
    }
}

/// Draws pictures without a window.
pub struct Canvas {
    ctx: Context,
    textures: Textures,
    regions: RegionTextures,
    frame: u32,
}

impl Default for Canvas {
    fn default() -> Self {
        let ctx = Context::default();
        theme::install(&ctx);
        ctx.add_font_provider(Arc::new(egui_system_font_provider::SystemFontProvider::new()));
        ctx.all_styles_mut(|style| style.animation_time = 0.0);
        Self { ctx, textures: Textures::default(), regions: RegionTextures::default(), frame: 0 }
    }
}

impl Canvas {
    /// Draws a picture of what a session shows, with a caption below it.
    pub fn draw(
        &mut self,
        session: &mut Session,
        settings: &Settings,
        picture: Picture,
        look: Look,
        caption: &[String],
    ) -> Figure {
        let size = Vec2::from(look.size);
        self.ctx.set_theme(if look.is_dark { Theme::Dark } else { Theme::Light });
        let mut settings = Settings { is_dark: look.is_dark, ..settings.clone() };
        // Nothing is pointed at.
        let pointed = (session.hovered_class.take(), session.marked_class.take());
        let mut shapes = Vec::new();
        let (mut scale, mut n_settled) = (1.0, 0);
        let mut regions = std::mem::take(&mut self.regions);
        while n_settled < FRAMES {
            let mut actions = Vec::new();
            let mut view = View {
                session,
                settings: &mut settings,
                actions: &mut actions,
                regions: &mut regions,
                is_figure: true,
            };
            let mut is_whole = true;
            shapes = self.frame(size, |ui| is_whole = figure_ui(&mut view, ui, picture, caption, scale));
            n_settled += 1;
            is_whole &= !shapes.iter().any(|shape| has_ellipsis(&shape.shape));
            if n_settled == FRAMES && !is_whole && scale > LEAST_SCALE {
                (scale, n_settled) = (scale * SMALLER, 0);
            }
        }
        self.regions = regions;
        (session.hovered_class, session.marked_class) = pointed;
        let title = crate::ui::cards::card(picture).name();
        self.document(size, &shapes, title, &caption.join("\n"))
    }
}

impl Canvas {
    /// Draws the scene that is taught on a sheet of A4.
    pub fn draw_sheet(&mut self, session: &mut Session, settings: &Settings) -> Figure {
        /// In points of 1/72 inch.
        const A4: Vec2 = Vec2::new(595.0, 842.0);
        self.ctx.set_theme(Theme::Light);
        let mut settings = Settings { is_dark: false, ..settings.clone() };
        let mut shapes = Vec::new();
        let mut regions = std::mem::take(&mut self.regions);
        for _ in 0..FRAMES {
            let mut actions = Vec::new();
            let mut view = View {
                session,
                settings: &mut settings,
                actions: &mut actions,
                regions: &mut regions,
                is_figure: true,
            };
            shapes = self.frame(A4, |ui| handout_ui(&mut view, ui));
        }
        self.regions = regions;
        let title = session.teaching.as_ref().map_or("", |teaching| teaching.lesson.key.as_str()).to_owned();
        self.document(A4, &shapes, &title, "")
    }

    /// The shapes of a frame.
    fn frame(&mut self, size: Vec2, mut contents: impl FnMut(&mut Ui)) -> Vec<ClippedShape> {
        let input = input_of(size, self.frame);
        let mut output = self.ctx.run_ui(input, &mut contents);
        self.frame += 1;
        self.textures.apply(&output.textures_delta);
        output.textures_delta.clear();
        output.shapes
    }

    /// Shapes as a document.
    fn document(&self, size: Vec2, shapes: &[ClippedShape], title: &str, description: &str) -> Figure {
        let svg = self.ctx.fonts_mut(|fonts| {
            let (definitions, discovered) = (fonts.definitions().clone(), fonts.discovered_fonts().to_vec());
            let mut svg = Svg::new(size, &self.textures, &definitions, &discovered);
            svg.add(shapes);
            svg.finish(title, description)
        });
        Figure { svg }
    }

    /// Looks at what a session shows without drawing it.
    pub(super) fn look_at<R>(
        &mut self,
        session: &mut Session,
        settings: &Settings,
        look: impl FnOnce(&mut View<'_>) -> R,
    ) -> R {
        let (mut settings, mut actions) = (settings.clone(), Vec::new());
        look(&mut View {
            session,
            settings: &mut settings,
            actions: &mut actions,
            regions: &mut self.regions,
            is_figure: true,
        })
    }
}

/// A screen of this size with nobody before it; time passes from frame to frame.
fn input_of(size: Vec2, frame: u32) -> RawInput {
    let mut input = RawInput {
        screen_rect: Some(Rect::from_min_size(Pos2::ZERO, size)),
        time: Some(f64::from(frame)),
        focused: false,
        ..RawInput::default()
    };
    if let Some(viewport) = input.viewports.get_mut(&ViewportId::ROOT) {
        viewport.native_pixels_per_point = Some(FINENESS);
    }
    input
}

/// Whether a text was cut to fit.
fn has_ellipsis(shape: &Shape) -> bool {
    match shape {
        Shape::Vec(shapes) => shapes.iter().any(has_ellipsis),
        Shape::Text(text) => text.galley.elided,
        _ => false,
    }
}
