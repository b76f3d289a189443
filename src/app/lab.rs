//! The lab without a window: what logic, drawing and actions have in common with tests.

use std::path::PathBuf;

use eframe::egui::{Context, Key, Ui, ViewportCommand, ViewportId};

use super::{
    answers::ReadAnswers, dialogs::Dialogs, errands::Errands, film_job::FilmJob, keys, presented::PresentedSize,
    recovery::Recovery,
};
use crate::{
    bounds::Bounded,
    experiment::ExperimentSpec,
    figure::Canvas,
    state::{
        Action, CompareView, LeftState, Place, Presenting, Preview, Purpose, Session, Settings, TrainingSpeed,
        UndoStep, WeightsPage,
    },
    ui::{View, charts::RegionTextures, theme, window_ui},
    worker::{Watched, Worker},
};

/// Tests of the whole program read here how far it is.
const STATUS_FILE: &str = "LONGTAIL_LAB_STATUS_FILE";

/// The seed after this one; they stay short enough to be read out.
fn next_seed(seed: u64) -> u64 {
    (seed + 1) % 1_000_000
}

/// Size of everything in per cent before the person's own choice: on a very wide screen all of it grows, in steps.
fn automatic_percent(ctx: &Context) -> u32 {
    const USUAL_WIDTH: f32 = 1920.0;
    const STEPS: f32 = 4.0;
    let width = ctx.input(|input| input.viewport().inner_rect).map(|inner| inner.width() * ctx.zoom_factor());
    let steps = width.map_or(STEPS, |width| (width / USUAL_WIDTH * STEPS).floor());
    (100.0 * steps.within(STEPS, 3.0 * STEPS) / STEPS) as u32
}

/// Everything behind the window.
pub struct Lab {
    pub(super) session: Session,
    pub(super) settings: Settings,
    pub(super) worker: Worker,
    pub(super) dialogs: Dialogs,
    /// Files that were asked for.
    pub(super) errands: Errands,
    /// Whether the window closes once the experiment is saved.
    pub(super) closes_when_saved: bool,
    /// Where results of sweeps are kept that have no file of their own.
    pub(super) sweep_folder: Option<PathBuf>,
    regions: RegionTextures,
    /// What keeps an experiment that is in no file.
    pub(super) recovery: Option<Recovery>,
    /// Answers of a class that are read in the background.
    pub(super) class_answers: Option<ReadAnswers>,
    /// Wakes the window up.
    pub(super) waker: Context,
    /// The film that is made in the background.
    pub(super) film: Option<FilmJob>,
    /// Where pictures for files are drawn, once there was one.
    pub(super) canvas: Option<Canvas>,
    /// The specification that the worker has.
    pub(super) given: ExperimentSpec,
    /// Theme and text size that egui has.
    applied: Option<(bool, u32)>,
    pub(super) given_speed: Option<TrainingSpeed>,
    /// What the worker watches closely.
    pub(super) given_watched: Watched,
    /// Questions about data files that were asked so far.
    pub(super) n_questions: u64,
    status_file: Option<PathBuf>,
    /// Whether that file has been written.
    has_status: bool,
    /// Whether the worker still has the samples of settings before the last ones, which could not be trained.
    pub(super) is_outdated: bool,
    /// How large everything is while the lab is presented.
    pub(super) presented: PresentedSize,
    /// The run of the settings that Undo or Redo has brought back in this frame.
    pub(super) comes_back_to: Option<LeftState>,
}

impl Lab {
    /// The lab with the default experiment, ready to play.
    ///
    /// # Errors
    /// When the system gives no thread for the worker.
    pub fn new(ctx: &Context, settings: Settings) -> std::io::Result<Self> {
        theme::install(ctx);
        let waker = ctx.clone();
        let worker = Worker::spawn(move || waker.request_repaint_of(ViewportId::ROOT))?;
        let session = Session::new(ExperimentSpec::default());
        let mut lab = Self {
            given: session.spec.clone(),
            session,
            settings,
            worker,
            dialogs: Dialogs::default(),
            errands: Errands::default(),
            closes_when_saved: false,
            sweep_folder: None,
            regions: RegionTextures::default(),
            recovery: None,
            class_answers: None,
            waker: ctx.clone(),
            film: None,
            canvas: None,
            applied: None,
            given_speed: None,
            given_watched: Watched::default(),
            n_questions: 0,
            status_file: std::env::var_os(STATUS_FILE).map(PathBuf::from),
            has_status: false,
            is_outdated: false,
            comes_back_to: None,
            presented: PresentedSize::default(),
        };
        lab.start(false);
        Ok(lab)
    }

    /// Says where results of sweeps are kept that have no file of their own; in memory alone without a folder.
    pub fn keep_sweeps_in(&mut self, folder: Option<PathBuf>) {
        self.session.tune.kept_in.clone_from(&folder);
        self.sweep_folder = folder;
    }

    /// What is remembered.
    pub fn settings(&self) -> &Settings {
        &self.settings
    }

    /// The experiment on the screen.
    pub fn session(&self) -> &Session {
        &self.session
    }

    /// What is remembered, to be shown otherwise from the next frame on.
    pub fn settings_mut(&mut self) -> &mut Settings {
        &mut self.settings
    }

    /// The experiment on the screen, to be changed as its controls do.
    pub fn session_mut(&mut self) -> &mut Session {
        &mut self.session
    }

    /// Says that something went wrong.
    pub(super) fn complain(&mut self, complaint: String) {
        self.session.complain(complaint);
    }

    /// Lets the window close even if the experiment is in no file: the system ends the program, and what is kept stays.
    pub(super) fn end_without_asking(&mut self) {
        self.recovery = None;
        self.session.saved = self.session.spec.clone();
    }

    /// Takes over news from the worker; runs also while the window is hidden.
    pub fn logic(&mut self, ctx: &Context) {
        let has_news = self.session.receive(self.worker.newest());
        // The file appears when the first frame has been painted, so that its time can be taken.
        if ctx.cumulative_frame_nr() > 0 && (has_news || !self.has_status) {
            self.write_status();
        }
        self.session.seeds.receive(self.worker.repetitions());
        self.session.tune.receive(self.worker.sweep_news());
        self.session.labels.receive(self.worker.label_news());
        self.receive_preview();
        self.receive_left_behind();
        self.receive_film();
        self.receive_answers();
        self.receive_files(ctx);
        let percent = match self.session.presenting {
            Some(_) => self.presented.percent,
            None => self.settings.text_percent * automatic_percent(ctx) / 100,
        };
        let look = (self.settings.is_dark, percent);
        if self.applied != Some(look) {
            let theme = if look.0 { eframe::egui::Theme::Dark } else { eframe::egui::Theme::Light };
            ctx.set_theme(theme);
            ctx.set_zoom_factor(look.1 as f32 / 100.0);
            self.applied = Some(look);
        }
        if ctx.input(|input| input.viewport().close_requested()) && self.session.is_unsaved() {
            ctx.send_viewport_cmd(ViewportCommand::CancelClose);
            // What is being saved is waited for, unless that is asked for twice.
            let is_saved_soon = !self.closes_when_saved && self.errands.saves(&self.session.spec);
            (self.closes_when_saved, self.session.is_closing) = (is_saved_soon, !is_saved_soon);
        }
    }

    /// Whether the window stays although it was asked to close.
    pub(super) fn stays_open(&self) -> bool {
        self.session.is_unsaved()
    }

    /// Draws everything, then carries out what was asked for.
    pub fn ui(&mut self, ui: &mut Ui) {
        let ctx = ui.ctx().clone();
        let mut actions = if self.dialogs.is_open() { Vec::new() } else { keys::actions(&ctx, &self.session) };
        let moves = self.session.is_playing || ctx.input(|input| input.pointer.any_down());
        self.regions.notice_motion(&ctx, moves);
        let mut view = View {
            session: &mut self.session,
            settings: &mut self.settings,
            actions: &mut actions,
            regions: &mut self.regions,
            is_figure: false,
        };
        window_ui(&mut view, ui);
        actions.extend(self.dialogs.show(&ctx, &mut self.worker));
        for action in actions {
            self.carry_out(action, &ctx);
        }
        if self.session.presenting.is_some() && self.presented.follow(&ctx) {
            ctx.request_repaint();
        }
        self.hold_lesson();
        self.follow_edits();
        self.follow_labels();
        self.follow_preview();
        self.keep_unsaved(&ctx);
        self.let_samples_fall(&ctx);
        // A key that is held is one step, as a drag is.
        let is_dragging = ctx
            .input(|input| input.pointer.any_down() || input.key_down(Key::ArrowUp) || input.key_down(Key::ArrowDown));
        if !is_dragging && !ctx.text_edit_focused() {
            self.session.undo.settle(&self.session.spec);
        }
    }

    /// Lets samples fall on prototypes while they are on the screen; only while they fall the window is drawn again.
    fn let_samples_fall(&mut self, ctx: &Context) {
        let Session { covering, place, .. } = &mut self.session;
        if *place != Place::Weights || self.settings.weights_page != WeightsPage::Covering {
            return;
        }
        let secs = ctx.input(|input| f64::from(input.stable_dt));
        if covering.advance(secs, self.settings.covering.pace) {
            ctx.request_repaint();
        }
    }

    /// Opens the dialog for a file.
    pub(super) fn choose_file(&mut self, purpose: Purpose) {
        let last = self.last_path();
        self.dialogs.open(purpose, last.as_deref(), &mut self.worker);
    }

    pub(super) fn carry_out(&mut self, action: Action, ctx: &Context) {
        match action {
            Action::New => {
                self.replace(ExperimentSpec::default(), None);
                self.session.show_as_at_first();
                self.settings.compare = CompareView::default();
            }
            Action::Open => self.choose_file(Purpose::Open),
            Action::Use(situation) => {
                self.session.teaching = None;
                self.session.situation = Some(situation.clone());
                situation.apply(&mut self.session.spec);
                self.session.generation += 1;
            }
            Action::OpenData => self.choose_file(Purpose::OpenData),
            Action::OpenPath(path) => self.open_path(&path),
            Action::CompareWith(path) => self.compare_with(path),
            Action::ChooseRows(part) => self.choose_file(Purpose::Rows(part)),
            Action::UseRows(part, path) => self.session.spec.data.use_rows(part, path),
            Action::LookAtData => self.session.preview = Preview::again(&self.session.spec.data),
            Action::Import => self.import(),
            Action::CancelImport => self.close_preview(),
            Action::CancelReading => self.worker.cancel_reading(),
            Action::GiveUpFile => self.give_up_file(),
            Action::Save => match self.session.path.clone() {
                Some(path) => self.save(&path, true),
                None => self.choose_file(Purpose::Save),
            },
            Action::SaveAs => self.choose_file(Purpose::Save),
            Action::SavePath(path) => {
                let is_own = self.session.path.as_deref() == Some(path.as_path());
                self.save(&path, is_own);
            }
            Action::ReplaceFile(path) => self.save(&path, true),
            Action::WriteAs(contents, name) => self.choose_file(Purpose::Write { contents, name }),
            Action::Write(path, contents) => self.write(&path, contents, false),
            Action::Overwrite(path, contents) => self.write(&path, contents, true),
            Action::Share => self.share(),
            Action::OpenShared(text) => self.open_shared(&text),
            Action::ShowAnswers(paths) => self.show_answers(paths),
            Action::CancelFilm => self.film = None,
            Action::Recover(opens) => self.recover(opens),
            Action::Quit => self.quit(ctx),
            Action::Undo => self.travel(|session| session.undo.undo(&session.spec)),
            Action::Redo => self.travel(|session| session.undo.redo(&session.spec)),
            Action::TogglePlay
            | Action::Step
            | Action::StepBatch
            | Action::Converge
            | Action::SetGoal(_)
            | Action::LookAt(_)
            | Action::Stabilise => self.play_back(&action),
            Action::Reset => {
                self.session.is_playing = false;
                self.start(false);
            }
            Action::NewData => self.session.change_seeds(|seeds| seeds.data = next_seed(seeds.data)),
            Action::NewSplit => self.session.change_seeds(|seeds| seeds.split = next_seed(seeds.split)),
            Action::NewStart => self.session.change_seeds(|seeds| seeds.init = next_seed(seeds.init)),
            Action::TrainSeeds => self.train_seeds(),
            Action::StopSeeds => self.worker.stop_repeating(),
            Action::Sweep(command) => self.sweep(command),
            Action::Cover(command) => self.session.covering.command(command),
            Action::Lesson(command) => self.teach(command),
            Action::Go(place) => {
                self.session.place = place;
                self.session.enlarged = None;
            }
            Action::AddObjective(preset) => self.add_objective(preset.objective()),
            Action::CopyObjective(idx) => {
                if let Some(objective) = self.session.spec.objectives.get(idx) {
                    self.add_objective(objective.clone());
                }
            }
            Action::RemoveObjective(idx) => {
                if self.session.spec.objectives.len() > 1 && idx < self.session.spec.objectives.len() {
                    let removed = self.session.spec.objectives.remove(idx);
                    self.session.say(format!("{} is removed; Undo brings it back", removed.name));
                }
            }
            Action::ToggleControls if self.session.drawer.is_needed => {
                self.session.drawer.is_open = !self.session.drawer.is_open;
            }
            Action::ToggleControls => self.settings.controls.is_hidden = !self.settings.controls.is_hidden,
            Action::ToggleTheme => self.settings.is_dark = !self.settings.is_dark,
            Action::LargerText => self.settings.text_percent = (self.settings.text_percent + 10).min(200),
            Action::SmallerText => self.settings.text_percent = (self.settings.text_percent - 10).max(80),
            Action::NormalText => self.settings.text_percent = 100,
            Action::Enlarge(picture) => self.session.enlarged = picture,
            Action::Copy(text, what) => {
                ctx.copy_text(text);
                self.session.say(format!("{what} is on the clipboard"));
            }
            Action::Present => self.present(ctx, self.session.presenting.is_none()),
            Action::ToggleHelp => self.session.is_help_open = !self.session.is_help_open,
        }
    }

    /// Begins to present the lab, or ends it.
    pub(super) fn present(&mut self, ctx: &Context, presents: bool) {
        self.session.presenting = presents.then(Presenting::default);
        self.session.enlarged = None;
        self.presented = PresentedSize::of(ctx);
        ctx.send_viewport_cmd(ViewportCommand::Fullscreen(presents));
    }

    fn add_objective(&mut self, objective: crate::experiment::ObjectiveSpec) {
        if self.session.spec.add_objective(objective).is_none() {
            self.session.complain("Eight objectives are as many as can be told apart: remove one first");
        }
    }

    /// Goes to another point of the undo history.
    fn travel(&mut self, destination: impl FnOnce(&mut Session) -> Option<UndoStep>) {
        if let Some(UndoStep { spec, left }) = destination(&mut self.session) {
            self.session.spec = spec;
            self.comes_back_to = left;
            self.session.generation += 1;
            if self.session.undo.depth() < self.session.first_step {
                // This is another experiment than the one in the file: saving must not replace it unasked.
                self.session.path = None;
            }
        }
    }

    /// Where a test of the whole program asks for it, says how far training is.
    fn write_status(&mut self) {
        self.has_status = true;
        if let Some(path) = &self.status_file {
            let line = format!("epoch {} of {}\n", self.session.snapshot().epoch, self.session.goal);
            // Nobody but the test depends on it.
            let _ = std::fs::write(path, line);
        }
    }
}
