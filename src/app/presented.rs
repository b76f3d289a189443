//! How large everything is while the lab is presented.

use eframe::egui::Context;

use crate::{bounds::Bounded, ui::panels::PRESENTED_HEIGHT};

/// Frames for which the window has another height before the size follows: one that is changed comes into force later.
const PATIENCE: u32 = 3;

/// The size of everything in per cent: the window is to be [`PRESENTED_HEIGHT`] points high, whatever it is in pixels.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct PresentedSize {
    pub(super) percent: u32,
    n_frames_off: u32,
}

impl PresentedSize {
    /// The present size, to be followed from.
    pub(super) fn of(ctx: &Context) -> Self {
        Self { percent: (100.0 * ctx.zoom_factor()).round() as u32, n_frames_off: 0 }
    }

    /// Follows the window's height; returns whether there is more to come.
    pub(super) fn follow(&mut self, ctx: &Context) -> bool {
        let height = ctx.content_rect().height();
        let is_off = (height - PRESENTED_HEIGHT).abs() > 0.02 * PRESENTED_HEIGHT;
        self.n_frames_off = if is_off { self.n_frames_off + 1 } else { 0 };
        if self.n_frames_off > PATIENCE {
            let percent = 100.0 * ctx.zoom_factor() * height / PRESENTED_HEIGHT;
            let percent = percent.within(30.0, 1000.0).round() as u32;
            // At the ends of the range it stays off.
            let is_new = percent != self.percent;
            *self = Self { percent, n_frames_off: 0 };
            return is_new;
        }
        is_off
    }
}
