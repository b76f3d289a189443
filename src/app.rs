//! The eframe glue: `logic` drains the worker, `ui` draws, carries actions out, and has settings stored.

mod answers;
mod class_answers;
mod dialogs;
mod ending;
mod errands;
mod files;
mod film;
mod film_job;
mod filming;
mod follow;
mod handout;
mod keys;
mod lab;
mod offscreen;
mod playback;
mod presented;
mod recovery;
mod saver;
mod scale;
mod seeds;
mod settings_file;
mod sharing;
mod teaching;
mod tune;
mod unsaved;

use std::{
    panic::PanicHookInfo,
    path::{Path, PathBuf},
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use eframe::egui;

pub use crate::figure::Look as FigureLook;
pub use film::{FilmPlan, film, film_format};
pub use handout::handout;
pub use lab::Lab;
pub use offscreen::{Offscreen, check_figure, figures};
pub use settings_file::{Loaded, SettingsFile};

use crate::{
    lesson::{Lesson, ShareError, Shared, course, is_answers},
    state::{LessonCommand, Settings},
    system::keep_to_the_cores,
    worker::BegunFile,
};
use ending::Ending;
use saver::{Remembered, Saver};

/// Why no window was opened.
#[derive(Debug, thiserror::Error)]
pub enum NotOpened {
    /// There can be none here.
    #[error("{0}")]
    NoWindow(String),
    /// The file that it was to open is not what it should be.
    #[error("{0}")]
    Refused(String),
}

/// What a window begins with.
#[derive(Debug, Clone)]
pub enum Opening {
    /// The default experiment.
    Default,
    /// A file: an experiment, data, results of a sweep, or a lesson.
    File(PathBuf),
    /// A lesson of the course.
    Lesson(Arc<Lesson>),
    /// What somebody has shared as a line of text.
    Shared(Box<Shared>),
}

impl Opening {
    /// What somebody has shared as a line of text.
    ///
    /// # Errors
    /// When the text is damaged.
    pub fn shared(text: &str) -> Result<Self, ShareError> {
        Shared::from_text(text).map(|shared| Self::Shared(Box::new(shared)))
    }
}

/// What is called when a thread panics.
type PanicHook = Box<dyn Fn(&PanicHookInfo<'_>) + Send + Sync>;

/// What the window is called, and its folder.
const NAME: &str = "Longtail Lab";
const APP_ID: &str = "longtail-lab";
/// How long the start waits for the file that is to be opened, and for settings, before the window is there; then the window
/// waits.
const PATIENCE: Duration = Duration::from_millis(500);

/// The lesson of the course that a word on the command line names, unless there is a file of this name.
pub fn lesson_called(word: &Path) -> Option<Arc<Lesson>> {
    let is_meant = |lesson: &&Arc<Lesson>| word.to_str() == Some(lesson.key.as_str());
    course().iter().find(is_meant).filter(|_| !word.exists()).cloned()
}

/// Opens the window and returns when it is closed; `start` is what is to be opened in it.
///
/// # Errors
/// When no window can be had (no display, or no OpenGL), or a sentence about the file, where that is known before there is a
/// window.
pub fn open_window(start: Opening, presents: bool) -> Result<(), NotOpened> {
    if !has_display() {
        let reason = "there is no display (neither DISPLAY nor WAYLAND_DISPLAY is set)";
        return Err(NotOpened::NoWindow(reason.to_owned()));
    }
    // Under Wayland the variable says nothing.
    if !is_set("WAYLAND_DISPLAY")
        && let Some(fault) = scale::fault_of(std::env::var_os(scale::VARIABLE).as_deref())
    {
        return Err(NotOpened::NoWindow(fault));
    }
    keep_to_the_cores();
    let mut begun = match &start {
        Opening::File(path) if !is_answers(path) => Some(BegunFile::begin(path)),
        _ => None,
    };
    if let Some(fault) = begun.as_mut().and_then(|begun| begun.fault_within(PATIENCE)) {
        return Err(NotOpened::Refused(fault.to_owned()));
    }
    let Remembered { settings, saver, complaint } = Saver::open(data_folder(), PATIENCE);
    let ending = Ending::new(Arc::new(saver));
    let of_window = ending.clone();
    // Where a system library is missing the toolkit panics instead of returning an error; both mean "no window". The
    // panic is kept quiet until the window is there, and from then on reported as any other.
    let hook: Arc<PanicHook> = Arc::new(std::panic::take_hook());
    let has_window = Arc::new(AtomicBool::new(false));
    let (later_hook, is_open) = (Arc::clone(&hook), Arc::clone(&has_window));
    std::panic::set_hook(Box::new(move |panic| {
        if is_open.load(Ordering::Relaxed) {
            later_hook(panic);
        }
    }));
    let creator_flag = Arc::clone(&has_window);
    let opened = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| {
        eframe::run_native(
            APP_ID,
            window_options(),
            Box::new(move |creation| {
                creator_flag.store(true, Ordering::Relaxed);
                of_window.listen(&creation.egui_ctx);
                let mut lab = Lab::new(&creation.egui_ctx, settings)?;
                // Where the system names no folder for it, results of sweeps are in memory alone.
                lab.keep_sweeps_in(data_folder().map(|folder| folder.join("sweeps")));
                if let Some(folder) = data_folder() {
                    lab.keep_unsaved_in(folder.join("unsaved"));
                }
                if let Some(begun) = begun {
                    lab.open_begun(begun);
                }
                match start {
                    Opening::Lesson(lesson) => lab.teach(LessonCommand::Begin(lesson)),
                    Opening::Shared(shared) => lab.show_shared(*shared),
                    Opening::File(path) if is_answers(&path) => lab.show_answers(vec![path]),
                    Opening::Default | Opening::File(_) => {}
                }
                if presents {
                    lab.present(&creation.egui_ctx, true);
                }
                if let Some(complaint) = complaint {
                    lab.complain(complaint);
                }
                Ok(Box::new(Window { stored: lab.settings().clone(), lab, ending: of_window }))
            }),
        )
    }));
    std::panic::set_hook(Box::new(move |panic| hook(panic)));
    ending.finish();
    match opened {
        Ok(Ok(())) => Ok(()),
        Ok(Err(error)) => Err(NotOpened::NoWindow(format!("the display cannot be used ({error})"))),
        Err(panic) if has_window.load(Ordering::Relaxed) => std::panic::resume_unwind(panic),
        Err(_) => {
            Err(NotOpened::NoWindow("the display cannot be used (a system library for windows is missing)".to_owned()))
        }
    }
}

/// How the window is opened; a benchmark opens an empty one in the same way.
pub fn window_options() -> eframe::NativeOptions {
    eframe::NativeOptions {
        renderer: eframe::Renderer::Glow,
        viewport: egui::ViewportBuilder::default()
            .with_title(NAME)
            .with_app_id(APP_ID)
            .with_inner_size([1280.0, 800.0])
            .with_min_inner_size([640.0, 420.0])
            .with_icon(icon())
            .with_drag_and_drop(true),
        ..Default::default()
    }
}

/// Whether the environment has a variable that says something.
fn is_set(name: &str) -> bool {
    std::env::var_os(name).is_some_and(|value| !value.is_empty())
}

/// Whether the environment names a display; systems other than Linux always have one.
pub fn has_display() -> bool {
    !cfg!(target_os = "linux") || is_set("DISPLAY") || is_set("WAYLAND_DISPLAY")
}

fn icon() -> egui::IconData {
    eframe::icon_data::from_png_bytes(include_bytes!("../assets/icon.png")).unwrap_or_default()
}

/// Where settings and results are kept; `None` where the system names no folder.
fn data_folder() -> Option<PathBuf> {
    let folder = dirs::data_dir().filter(|folder| folder.is_absolute())?.join(APP_ID);
    Some(if cfg!(windows) { folder.join("data") } else { folder })
}

/// The lab in a window of the system.
struct Window {
    lab: Lab,
    /// How the program ends.
    ending: Ending,
    /// The settings as they were given to be stored.
    stored: Settings,
}

impl eframe::App for Window {
    fn logic(&mut self, ctx: &egui::Context, _frame: &mut eframe::Frame) {
        if self.ending.is_asked_for() {
            self.lab.end_without_asking();
            ctx.send_viewport_cmd(egui::ViewportCommand::Close);
        }
        self.lab.logic(ctx);
        if ctx.input(|input| input.viewport().close_requested()) && !self.lab.stays_open() {
            self.store();
            self.lab.finish_keeping();
            self.ending.begin();
        }
        if let Some(fault) = self.ending.saver().take_fault() {
            self.lab.complain(fault);
        }
    }

    fn ui(&mut self, ui: &mut egui::Ui, _frame: &mut eframe::Frame) {
        if self.ending.is_asked_for() {
            // Nobody sees this frame; with many classes it would hold up the end.
            return;
        }
        self.lab.ui(ui);
        if !ui.input(|input| input.pointer.any_down()) {
            self.store();
        }
    }
}

impl Window {
    /// Has settings stored that have changed.
    fn store(&mut self) {
        if *self.lab.settings() != self.stored {
            self.stored = self.lab.settings().clone();
            self.ending.saver().store(self.stored.clone());
        }
    }
}
