//! A film of a run: the experiment is trained again without a screen, and drawn at one epoch after the other.

use std::path::Path;

use super::Offscreen;
use crate::{
    experiment::ExperimentSpec,
    figure::{Film, FilmFormat, Look, drawable},
    state::Picture,
};

/// What a film shows.
#[derive(Debug, Clone, PartialEq)]
pub struct FilmPlan {
    /// Pictures beside each other.
    pub pictures: Vec<Picture>,
    /// The last epoch; `None` for all of the experiment.
    pub epochs: Option<u64>,
    /// How many epochs are drawn, from [`crate::figure::LEAST_FRAMES`] to [`crate::figure::MOST_FRAMES`].
    pub n_frames: usize,
    /// How many of them are shown a second.
    pub frames_per_second: u32,
    /// Size of each picture, and the theme.
    pub look: Look,
}

impl FilmPlan {
    /// The pictures of keys with commas between them.
    ///
    /// # Errors
    /// A sentence about a key that is not known.
    pub fn pictures_of(keys: &str) -> Result<Vec<Picture>, String> {
        let find = |key: &str| {
            let picture = drawable().find(|picture| picture.key() == key.trim());
            picture.ok_or_else(|| format!("there is no picture {key:?}: `longtail-lab figure --list` names them"))
        };
        keys.split(',').map(find).collect()
    }

    /// The epochs that are drawn, from 0 to the last one, each once.
    fn stops(&self, last: u64) -> Vec<u64> {
        let steps = self.n_frames.saturating_sub(1).max(1) as f64;
        let mut stops: Vec<u64> =
            (0..self.n_frames).map(|frame| (frame as f64 / steps * last as f64).round() as u64).collect();
        stops.dedup();
        stops
    }
}

/// Makes a film of an experiment; `on_frame` hears how many pictures are made of how many, and says whether to go on. `None`
/// where it said no.
///
/// # Errors
/// A sentence that says what went wrong.
pub fn film(
    spec: &ExperimentSpec,
    plan: &FilmPlan,
    format: FilmFormat,
    on_frame: &mut dyn FnMut(usize, usize) -> bool,
) -> Result<Option<Vec<u8>>, String> {
    let mut lab = Offscreen::with(spec)?;
    let last = plan.epochs.unwrap_or(spec.training.epochs);
    let stops = plan.stops(last);
    let mut film = Film::new(plan.frames_per_second);
    for (idx, &epoch) in stops.iter().enumerate() {
        if !on_frame(idx, stops.len()) {
            return Ok(None);
        }
        let drawings = plan.pictures.iter().map(|&picture| lab.draw_frame(picture, epoch, last, plan.look));
        film.add(&drawings.collect::<Result<Vec<_>, _>>()?).map_err(|error| error.to_string())?;
    }
    on_frame(stops.len(), stops.len());
    film.bytes(format).map(Some).map_err(|error| error.to_string())
}

/// The format of a film that a file's name ends with.
///
/// # Errors
/// A sentence, when it is none.
pub fn film_format(path: &Path) -> Result<FilmFormat, String> {
    FilmFormat::of(path).map_err(|error| error.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_epoch_is_drawn_once_from_the_first_to_the_last() {
        let plan = |n_frames| FilmPlan {
            pictures: vec![Picture::Recall],
            epochs: None,
            n_frames,
            frames_per_second: 10,
            look: Look::default(),
        };
        assert_eq!(plan(5).stops(20), [0, 5, 10, 15, 20]);
        assert_eq!(plan(300).stops(2), [0, 1, 2]);
        assert_eq!(plan(2).stops(0), [0]);
        assert_eq!(plan(3).stops(1), [0, 1]);
    }

    #[test]
    fn pictures_are_named_by_their_keys() {
        assert_eq!(FilmPlan::pictures_of("recall, regions"), Ok(vec![Picture::Recall, Picture::Regions]));
        assert!(FilmPlan::pictures_of("recall,nothing").unwrap_err().contains("nothing"));
        assert!(FilmPlan::pictures_of("").is_err());
    }
}
