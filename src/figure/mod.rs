//! Pictures as files: the shapes that the window draws, written as SVG, and from that as PDF and PNG.

mod canvas;
mod caption;
mod elements;
mod film;
mod formats;
mod letters;
mod page;
mod svg;
mod textures;

use crate::state::Picture;
pub use canvas::{Canvas, Figure, LEAST_SIDE, Look, MOST_SIDE};
pub use caption::{Files, caption, experiment_line, is_trained};
pub use film::{FASTEST_FILM, Film, FilmFormat, LEAST_FRAMES, MOST_FRAMES};
pub use formats::{FigureError, Format, pages};
pub use page::page;

/// The pictures that can be drawn of an experiment: all but forms to fill in, and those of label sets, which no experiment has.
pub fn drawable() -> impl Iterator<Item = Picture> {
    Picture::ALL.into_iter().filter(|picture| *picture != Picture::SweepSetup && !picture.is_of_label_sets())
}
