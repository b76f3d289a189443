//! The lab without a screen: an experiment is opened and trained as in the window, and its pictures are drawn for files.

use std::{
    path::{Path, PathBuf},
    sync::Arc,
    time::Duration,
};

use eframe::egui::{Context, Pos2, RawInput, Rect};

use super::Lab;
use crate::{
    experiment::ExperimentSpec,
    figure::{Figure, Files, Format, Look, caption, drawable, experiment_line, is_trained, page},
    state::{
        Action, CoveringCommand, CoveringView, Ending, FASTEST, LessonCommand, Phase, Picture, Session, Settings,
        Teaching, TrainingSpeed,
    },
    ui::cards::card,
};

/// Time between two looks at how far the worker is.
const PAUSE: Duration = Duration::from_millis(2);
/// Points of a curve at most.
const STOPS: u64 = 200;
/// The screen that there would be.
const SCREEN: [f32; 2] = [1280.0, 800.0];

/// A lab that nobody looks at.
pub struct Offscreen {
    ctx: Context,
    lab: Lab,
    file: Option<PathBuf>,
    n_frames: u32,
    /// Whether it was chosen what pictures show.
    has_choices: bool,
}

impl Offscreen {
    /// The lab with the default experiment, or with the one of a file, or with results of a sweep.
    ///
    /// # Errors
    /// A sentence that says why there is no worker, or what is wrong with the file.
    pub fn open(file: Option<&Path>) -> Result<Self, String> {
        let ctx = Context::default();
        let settings = Settings { speed_idx: TrainingSpeed::ALL.len() - 1, ..Settings::default() };
        let lab = Lab::new(&ctx, settings).map_err(|error| error.to_string())?;
        let mut offscreen = Self { ctx, lab, file: file.map(Path::to_owned), n_frames: 0, has_choices: false };
        offscreen.frame();
        if let Some(path) = file {
            offscreen.lab.open_path(path);
            offscreen.frame();
            while offscreen.lab.is_waiting_for_files() {
                offscreen.wait();
            }
            offscreen.frame();
            if offscreen.session().preview.is_some() {
                return Err(
                    "this is a data file: import it in the window, save the experiment, and draw that".to_owned()
                );
            }
        }
        offscreen.until_ready()?;
        Ok(offscreen)
    }

    /// Shows in pictures what the command of a caption has chosen.
    ///
    /// # Errors
    /// A sentence, when the text holds no choices.
    pub fn choose(&mut self, choices: &str) -> Result<(), String> {
        let Settings { speed_idx, language, .. } = self.lab.settings.clone();
        let usual = Settings { speed_idx, language, ..Settings::default() };
        self.lab.settings = usual.with_picture_choices(choices)?;
        self.has_choices = true;
        self.frame();
        Ok(())
    }

    /// The lab with an experiment.
    ///
    /// # Errors
    /// A sentence, when it cannot be trained.
    pub(super) fn with(spec: &ExperimentSpec) -> Result<Self, String> {
        let mut lab = Self::open(None)?;
        lab.lab.replace(spec.clone(), None);
        lab.frame();
        lab.until_ready()?;
        Ok(lab)
    }

    /// A picture at an epoch of a run that goes on to the last one.
    pub(super) fn draw_frame(&mut self, picture: Picture, epoch: u64, last: u64, look: Look) -> Result<Figure, String> {
        self.show(picture);
        self.train_to(epoch, &mut |_, _| ())?;
        let Lab { canvas, session, settings, .. } = &mut self.lab;
        // The axis of epochs is the same in every frame.
        session.goal = last;
        let caption = [experiment_line(session)];
        Ok(canvas.get_or_insert_default().draw(session, settings, picture, look, &caption))
    }

    /// The report of an experiment that is known to be valid, after all its epochs and seeds.
    ///
    /// # Errors
    /// A sentence that says what went wrong.
    pub fn report(spec: &ExperimentSpec, on_epoch: &mut dyn FnMut(u64, u64)) -> Result<String, String> {
        let mut lab = Self::with(spec)?;
        lab.train_to(spec.training.epochs, on_epoch)?;
        if spec.seeds > 1 {
            lab.train_seeds()?;
        }
        let Lab { canvas, session, settings, .. } = &mut lab.lab;
        page(canvas.get_or_insert_default(), session, settings)
    }

    /// The language of lessons.
    pub(super) fn speak(&mut self, language: &str) {
        language.clone_into(&mut self.lab.settings.language);
    }

    /// Does something with a lesson, and trains what the scene trains.
    ///
    /// # Errors
    /// A sentence, when the scene cannot be trained.
    pub(super) fn teach(&mut self, command: LessonCommand) -> Result<(), String> {
        self.lab.teach(command);
        self.frame();
        self.until_ready()?;
        if self.session().teaching.as_ref().is_some_and(Teaching::trains) {
            // Straight to the end: the worker has been told where that is.
            while self.session().is_playing || !self.session().snapshot().is_measured {
                self.wait();
                self.fault()?;
            }
        }
        Ok(())
    }

    /// The scene that is taught on a sheet of paper.
    pub(super) fn sheet(&mut self) -> Figure {
        let Lab { canvas, session, settings, .. } = &mut self.lab;
        canvas.get_or_insert_default().draw_sheet(session, settings)
    }

    /// What is shown.
    pub fn session(&self) -> &Session {
        self.lab.session()
    }

    /// The experiment, to be changed as its controls do; training starts over where they would start it over.
    ///
    /// # Errors
    /// When the experiment cannot be trained.
    pub fn change(&mut self, change: impl FnOnce(&mut ExperimentSpec)) -> Result<(), String> {
        change(&mut self.lab.session_mut().spec);
        self.frame();
        self.until_ready()
    }

    /// Keys of the pictures of which there is something to draw.
    pub fn keys_to_draw(&self) -> Vec<String> {
        drawable().filter(|&picture| self.has(picture)).map(Picture::key).collect()
    }

    /// As [`Offscreen::draw`], by the picture's key, in the format that the file's name ends with.
    ///
    /// # Errors
    /// As [`check_figure`] and [`Offscreen::draw`], and when the picture cannot be turned into the format.
    pub fn draw_file(
        &mut self,
        key: &str,
        epoch: Option<u64>,
        look: Look,
        path: &Path,
        on_epoch: &mut dyn FnMut(u64, u64),
    ) -> Result<Vec<u8>, String> {
        let (picture, format) = check_figure(key, path)?;
        let figure = self.draw(picture, epoch, look, &path.to_string_lossy(), on_epoch)?;
        format.bytes_of(&figure).map_err(|error| error.to_string())
    }

    /// Whether there is anything to draw: pictures of sweeps need the results of one.
    pub fn has(&self, picture: Picture) -> bool {
        let is_of_sweep = matches!(picture, Picture::SweepAnswer | Picture::SweepPoints);
        !is_of_sweep || self.session().tune.results().is_some()
    }

    /// Trains what a picture needs up to an epoch, `None` for all epochs of the experiment, and draws it; `out` is the file's
    /// name in the caption.
    ///
    /// # Errors
    /// When the experiment cannot be trained.
    pub fn draw(
        &mut self,
        picture: Picture,
        epoch: Option<u64>,
        look: Look,
        out: &str,
        on_epoch: &mut dyn FnMut(u64, u64),
    ) -> Result<Figure, String> {
        if !self.has(picture) {
            return Err("this picture is of a sweep: give the file with its results (.jsonl)".to_owned());
        }
        // Before a step of the derivation is chosen for the picture.
        let choices = self.lab.settings.picture_choices();
        self.show(picture);
        if is_trained(picture) {
            let goal = epoch.unwrap_or(self.session().spec.training.epochs);
            self.train_to(goal, on_epoch)?;
        }
        match picture {
            Picture::Seeds => self.train_seeds()?,
            Picture::Covering | Picture::Derivation => self.cover(),
            _ => {}
        }
        let files = Files { experiment: self.file.as_deref(), out };
        let caption = caption(self.session(), choices.as_deref(), picture, look, files);
        let Lab { canvas, session, settings, .. } = &mut self.lab;
        Ok(canvas.get_or_insert_default().draw(session, settings, picture, look, &caption))
    }

    /// Puts a picture on the screen alone, so that the worker measures what it needs.
    fn show(&mut self, picture: Picture) {
        let session = &mut self.lab.session;
        session.enlarged = Some(picture);
        if !self.has_choices {
            // The last step of the derivation, with those before it beside it.
            let first = CoveringView::default().derivation_idx;
            let step = if picture == Picture::Derivation { usize::MAX } else { first };
            self.lab.settings.covering.derivation_idx = step;
        }
        let (before, watched) = (Arc::clone(self.lab.session.snapshot()), self.lab.given_watched);
        self.frame();
        if self.lab.given_watched != watched {
            // What is measured only for this picture comes with the next news.
            while Arc::ptr_eq(&before, self.lab.session.snapshot()) || !self.session().snapshot().is_measured {
                self.wait();
            }
        }
    }

    /// Trains to an epoch, or as far as training goes.
    ///
    /// # Errors
    /// When the experiment cannot be trained.
    pub fn train_to(&mut self, goal: u64, on_epoch: &mut dyn FnMut(u64, u64)) -> Result<(), String> {
        // Curves have a point at each stop: the same ones, however fast the machine is.
        let stride = goal.div_ceil(STOPS).max(1);
        loop {
            let epoch = self.session().snapshot().epoch;
            let stop = ((epoch / stride + 1) * stride).min(goal);
            if epoch < goal {
                self.play_to(stop)?;
            }
            let reached = self.session().snapshot().epoch;
            on_epoch(reached, goal);
            // What is solved, or has diverged, goes no further.
            if reached >= goal || reached < stop {
                return Ok(());
            }
        }
    }

    /// Trains to an epoch without a stop.
    fn play_to(&mut self, goal: u64) -> Result<(), String> {
        self.lab.session.goal = goal;
        (self.lab.session.is_playing, self.lab.session.ending) = (true, Ending::Goal);
        self.lab.play();
        loop {
            self.wait();
            let session = self.session();
            let snapshot = session.snapshot();
            if let Phase::Failed(reason) = &snapshot.phase {
                return Err(reason.clone());
            }
            let is_there = !session.is_playing && snapshot.is_measured && !snapshot.is_playing;
            if is_there {
                return Ok(());
            }
        }
    }

    /// Lets all samples fall on the prototypes.
    pub(super) fn cover(&mut self) {
        let covering = &mut self.lab.session.covering;
        if !covering.is_done() {
            covering.command(CoveringCommand::TogglePlay);
        }
        while covering.advance(1.0, FASTEST) {}
    }

    /// Trains the comparison on the seeds of the experiment.
    fn train_seeds(&mut self) -> Result<(), String> {
        let ctx = self.ctx.clone();
        self.lab.carry_out(Action::TrainSeeds, &ctx);
        loop {
            self.wait();
            if !self.session().seeds.is_running() {
                return self.fault();
            }
        }
    }

    /// Waits until the samples of the experiment are there.
    fn until_ready(&mut self) -> Result<(), String> {
        loop {
            self.wait();
            self.fault()?;
            let session = self.session();
            let snapshot = session.snapshot();
            if let Phase::Failed(reason) = &snapshot.phase {
                return Err(reason.clone());
            }
            let is_only_drawn = session.checked().is_err() && session.counts().is_some();
            let is_ready = snapshot.run_id == session.run_id && snapshot.phase == Phase::Ready && snapshot.is_measured;
            if is_only_drawn || is_ready {
                return Ok(());
            }
        }
    }

    /// What the window would complain about.
    fn fault(&self) -> Result<(), String> {
        match &self.session().notice {
            Some(notice) if notice.is_error => Err(notice.text.clone()),
            _ => Ok(()),
        }
    }

    fn wait(&mut self) {
        std::thread::sleep(PAUSE);
        self.frame();
    }

    /// A frame that nobody sees.
    fn frame(&mut self) {
        self.n_frames += 1;
        let input = RawInput {
            screen_rect: Some(Rect::from_min_size(Pos2::ZERO, SCREEN.into())),
            time: Some(f64::from(self.n_frames) * PAUSE.as_secs_f64()),
            ..RawInput::default()
        };
        let lab = &mut self.lab;
        let mut output = self.ctx.run_ui(input, |ui| {
            lab.logic(ui.ctx());
            lab.ui(ui);
        });
        output.textures_delta.clear();
    }
}

/// Every picture that can be drawn for a file: its key and its name.
pub fn figures() -> impl Iterator<Item = (String, &'static str)> {
    drawable().map(|picture| (picture.key(), card(picture).name()))
}

/// The picture of a key, and the format that a file's name ends with.
///
/// # Errors
/// A sentence about the one that is not known.
pub fn check_figure(key: &str, path: &Path) -> Result<(Picture, Format), String> {
    let picture = drawable().find(|picture| picture.key() == key);
    let picture =
        picture.ok_or_else(|| format!("there is no picture {key:?}: `longtail-lab figure --list` names them"))?;
    Ok((picture, Format::of(path).map_err(|error| error.to_string())?))
}
