//! The eframe glue: `logic` drains the worker, `ui` draws and then carries actions out, `save` remembers settings.

mod dialogs;
mod files;
mod keys;
mod lab;
mod playback;
mod seeds;
mod tune;

use std::{
    panic::PanicHookInfo,
    path::PathBuf,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
};

use eframe::egui;

pub use lab::Lab;

use crate::{
    state::Settings,
    system::{keep_to_the_cores, on_request_to_end},
};

/// Why there is no window.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub struct NoWindow(pub String);

/// What is called when a thread panics.
type PanicHook = Box<dyn Fn(&PanicHookInfo<'_>) + Send + Sync>;

/// Where eframe keeps settings, and what the window is called.
const NAME: &str = "Longtail Lab";
const APP_ID: &str = "longtail-lab";

/// Opens the window and returns when it is closed; `start` is an experiment (`.toml`) or a data file to open.
///
/// # Errors
/// When no window can be had: no display, or no OpenGL.
pub fn open_window(start: Option<PathBuf>) -> Result<(), NoWindow> {
    if !has_display() {
        return Err(NoWindow("there is no display (neither DISPLAY nor WAYLAND_DISPLAY is set)".to_owned()));
    }
    keep_to_the_cores();
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
                let mut lab = Lab::new(&creation.egui_ctx, lab::load_settings(creation.storage))?;
                // Where the system names no folder for it, results of sweeps are in memory alone.
                lab.keep_sweeps_in(eframe::storage_dir(APP_ID).map(|folder| folder.join("sweeps")));
                Ok(Box::new(Window::new(lab, start, close_on_signal(&creation.egui_ctx))))
            }),
        )
    }));
    std::panic::set_hook(Box::new(move |panic| hook(panic)));
    match opened {
        Ok(Ok(())) => Ok(()),
        Ok(Err(error)) => Err(NoWindow(format!("the display cannot be used ({error})"))),
        Err(panic) if has_window.load(Ordering::Relaxed) => std::panic::resume_unwind(panic),
        Err(_) => Err(NoWindow("the display cannot be used (a system library for windows is missing)".to_owned())),
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
        // The size would be stored in points of the chosen text size, and the window shrink at every start.
        persist_window: false,
        ..Default::default()
    }
}

/// Whether the environment names a display; systems other than Linux always have one.
pub fn has_display() -> bool {
    let is_set = |name: &str| std::env::var_os(name).is_some_and(|value| !value.is_empty());
    !cfg!(target_os = "linux") || is_set("DISPLAY") || is_set("WAYLAND_DISPLAY")
}

fn icon() -> egui::IconData {
    eframe::icon_data::from_png_bytes(include_bytes!("../assets/icon.png")).unwrap_or_default()
}

/// A flag that is raised when the system asks the program to end; the window wakes up to see it.
fn close_on_signal(ctx: &egui::Context) -> Arc<AtomicBool> {
    let flag = Arc::new(AtomicBool::new(false));
    let (raised, ctx) = (Arc::clone(&flag), ctx.clone());
    // Without a handler a signal ends the program at once, which is no worse than without this.
    let _ = on_request_to_end(move || {
        raised.store(true, Ordering::Relaxed);
        ctx.request_repaint_of(egui::ViewportId::ROOT);
    });
    flag
}

/// The lab in a window of the system.
struct Window {
    lab: Lab,
    /// Raised when the system asks the program to end.
    must_end: Arc<AtomicBool>,
    /// The settings as they are stored.
    stored: Settings,
}

impl Window {
    fn new(mut lab: Lab, start: Option<PathBuf>, must_end: Arc<AtomicBool>) -> Self {
        if let Some(path) = start {
            lab.open_path(&path);
        }
        Self { stored: lab.settings().clone(), lab, must_end }
    }
}

impl eframe::App for Window {
    fn logic(&mut self, ctx: &egui::Context, _frame: &mut eframe::Frame) {
        if self.must_end.load(Ordering::Relaxed) {
            self.lab.end_without_asking();
            ctx.send_viewport_cmd(egui::ViewportCommand::Close);
        }
        self.lab.logic(ctx);
    }

    fn ui(&mut self, ui: &mut egui::Ui, frame: &mut eframe::Frame) {
        if self.must_end.load(Ordering::Relaxed) {
            // Nobody sees this frame; with many classes it would hold up the end.
            return;
        }
        self.lab.ui(ui);
        // eframe saves every 30 s, but only while it paints; a window at rest would forget what was set last.
        if *self.lab.settings() != self.stored
            && !ui.input(|input| input.pointer.any_down())
            && let Some(storage) = frame.storage_mut()
        {
            self.stored = self.lab.settings().clone();
            lab::save_settings(storage, &self.stored);
            storage.flush();
        }
    }

    fn save(&mut self, storage: &mut dyn eframe::Storage) {
        lab::save_settings(storage, self.lab.settings());
    }

    fn persist_egui_memory(&self) -> bool {
        false
    }
}
