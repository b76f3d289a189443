//! Pictures of a sweep; each gets the points it draws and tells which one was clicked.

mod front;
mod heat;
mod lines;
mod parallel;

pub use front::{FrontPoint, front_chart};
pub use heat::{HeatCell, HeatLook, HeatPicture, heat_chart};
pub use lines::{Horizontal, LinePoint, LinesLook, SweepCurve, lines_chart};
pub use parallel::{MOST_LINES, ParallelAxis, ParallelLine, parallel_chart};

use egui::{Color32, Response};
use egui_plot::{GridInput, GridMark};

use crate::ui::palette;

/// How a point compares with the best one, as far as pictures show it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Rank {
    /// The best.
    Best,
    /// Not distinguishable from the best.
    Alike,
    /// Any other.
    Other,
}

/// What the pointer did to a picture.
pub struct SweepResponse {
    /// The whole picture.
    pub response: Response,
    /// Place of the point that was clicked.
    pub clicked: Option<usize>,
}

/// At most about seven marks at 1, 2 or 5 times a power of ten, all alike.
fn few_marks(input: GridInput) -> Vec<GridMark> {
    const MOST: f64 = 7.0;
    let (low, high) = input.bounds;
    let least = (high - low) / MOST;
    if !(least > 0.0 && least.is_finite()) {
        return Vec::new();
    }
    let decade = 10_f64.powf(least.log10().floor());
    let step = [1.0, 2.0, 5.0, 10.0].map(|factor| factor * decade).into_iter().find(|step| *step >= least);
    let step = step.unwrap_or(least);
    let (first, last) = ((low / step).ceil() as i64, (high / step).floor() as i64);
    (first..=last).map(|k| GridMark { value: k as f64 * step, step_size: 1e6 }).collect()
}

/// The colour of a figure between the lowest and the highest, on cividis: read by everybody, also in grey.
fn figure_colour(value: f64, [low, high]: [f64; 2]) -> Color32 {
    let share = if high > low { (value - low) / (high - low) } else { 0.5 };
    palette::figure(share)
}
