//! The program: opens the window or works in the terminal, and reports what goes wrong as one sentence.

use std::process::ExitCode;

#[cfg(feature = "window")]
use longtail_lab::app;
use longtail_lab::cli;

/// Charts allocate and free large buffers in every frame; glibc would give them back to the system each time.
#[global_allocator]
static GLOBAL: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    let arguments = match cli::parse() {
        Ok(arguments) => arguments,
        Err(code) => return code,
    };
    run(arguments).unwrap_or_else(|error| {
        cli::say(&error.to_string());
        ExitCode::FAILURE
    })
}

fn run(arguments: cli::Arguments) -> anyhow::Result<ExitCode> {
    match arguments.command {
        Some(command) => cli::run(command),
        None => open_window(arguments.file, arguments.present),
    }
}

/// Opens the window; where there can be none, the same experiment runs in the terminal.
#[cfg(feature = "window")]
fn open_window(file: Option<std::path::PathBuf>, presents: bool) -> anyhow::Result<ExitCode> {
    let lesson = file.as_deref().and_then(app::lesson_called);
    let file = file.filter(|_| lesson.is_none());
    if let Some(path) = &file {
        cli::refuse_unknown_name(path)?;
    }
    match app::open_window(file.clone(), lesson, presents) {
        Ok(()) => Ok(ExitCode::SUCCESS),
        Err(app::NotOpened::NoWindow(reason)) => cli::Start::read(file.as_deref())?.run_without_window(&reason),
        Err(app::NotOpened::Refused(fault)) => anyhow::bail!(fault),
    }
}

/// Runs the experiment in the terminal: this program was built without a window.
#[cfg(not(feature = "window"))]
fn open_window(file: Option<std::path::PathBuf>, _: bool) -> anyhow::Result<ExitCode> {
    cli::Start::read(file.as_deref())?.run_without_window("this program was built without one")
}
