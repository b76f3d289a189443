//! Films that a person asks for in the window.

use std::path::Path;

use super::{
    Lab,
    film::{FilmPlan, film},
    film_job::{FilmJob, Make},
};
use crate::{
    figure::{FilmFormat, Look},
    state::{Contents, Picture},
};

/// Pictures of a film, and how many of them are shown a second.
const FRAMES: usize = 60;
const FRAMES_PER_SECOND: u32 = 10;
const SIZE: [f32; 2] = [640.0, 400.0];

impl Lab {
    /// Begins a film of the experiment up to the epoch at which it stops.
    pub(super) fn begin_film(&mut self, path: &Path, pictures: Vec<Picture>, replaces: bool) {
        let format = match FilmFormat::of(path) {
            Ok(format) => format,
            Err(error) => return self.session.complain(error.to_string()),
        };
        if let Err(reason) = self.session.checked() {
            let reason = format!("No film: {reason}");
            return self.session.complain(reason);
        }
        let look = Look { size: SIZE, is_dark: self.settings.is_dark };
        let epochs = Some(self.session.goal);
        let plan = FilmPlan { pictures, epochs, n_frames: FRAMES, frames_per_second: FRAMES_PER_SECOND, look };
        let spec = self.session.spec.clone();
        let make: Make = Box::new(move |on_frame| film(&spec, &plan, format, on_frame));
        self.film = FilmJob::begin(&self.waker, make, FRAMES, (path.to_owned(), replaces));
        if self.film.is_none() {
            self.session.complain("The system gives no thread for a film");
        }
    }

    /// Shows how far the film is, and has it written once it is made.
    pub(super) fn receive_film(&mut self) {
        self.session.handed_on.film = self.film.as_ref().map(FilmJob::progress);
        let Some(made) = self.film.as_ref().and_then(FilmJob::result) else { return };
        let Some(job) = self.film.take() else { return };
        self.session.handed_on.film = None;
        match made {
            Ok(bytes) => self.write(&job.path.clone(), Contents::Made(bytes), job.replaces),
            Err(fault) => self.session.complain(fault),
        }
    }
}
