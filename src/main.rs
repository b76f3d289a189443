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
        cli::complain(&error.to_string());
        ExitCode::FAILURE
    })
}

fn run(arguments: cli::Arguments) -> anyhow::Result<ExitCode> {
    match arguments.command {
        #[cfg(feature = "window")]
        Some(cli::Command::Figure(arguments)) => figure(&arguments),
        #[cfg(feature = "window")]
        Some(cli::Command::Film(arguments)) => film(&arguments),
        #[cfg(feature = "window")]
        Some(command) => {
            cli::run(command, Some(cli::Drawing { report: app::Offscreen::report, handout: app::handout }))
        }
        #[cfg(not(feature = "window"))]
        Some(command) => cli::run(command, None),
        None => open_window(arguments.file, arguments.present),
    }
}

/// Opens the window; where there can be none, the same experiment runs in the terminal.
#[cfg(feature = "window")]
fn open_window(file: Option<std::path::PathBuf>, presents: bool) -> anyhow::Result<ExitCode> {
    let start = match &file {
        None => app::Opening::Default,
        Some(word) => match (cli::shared_text(word), app::lesson_called(word)) {
            (Some(text), _) => app::Opening::shared(text)?,
            (None, Some(lesson)) => app::Opening::Lesson(lesson),
            (None, None) => {
                cli::refuse_unknown_name(word)?;
                app::Opening::File(word.clone())
            }
        },
    };
    let file = file.filter(|_| !matches!(start, app::Opening::Lesson(_)));
    match app::open_window(start, presents) {
        Ok(()) => Ok(ExitCode::SUCCESS),
        Err(app::NotOpened::NoWindow(reason)) => cli::Start::read(file.as_deref())?.run_without_window(&reason),
        Err(app::NotOpened::Refused(fault)) => anyhow::bail!(fault),
    }
}

/// Draws pictures of an experiment into files.
#[cfg(feature = "window")]
fn figure(arguments: &cli::FigureArguments) -> anyhow::Result<ExitCode> {
    let look = app::FigureLook { size: arguments.size, is_dark: arguments.theme == cli::Theme::Dark };
    let open = || -> Result<app::Offscreen, String> {
        let mut lab = app::Offscreen::open(arguments.file())?;
        arguments.view.as_deref().map_or(Ok(()), |choices| lab.choose(choices))?;
        Ok(lab)
    };
    let draw = |lab: &mut app::Offscreen, key: &str, path: &std::path::Path| {
        let progress = arguments.progress();
        let on_epoch = &mut |epoch, goal| progress.reach(epoch, goal);
        lab.draw_file(key, arguments.epoch, look, path, on_epoch).map_err(anyhow::Error::msg)
    };
    match arguments.request() {
        cli::FigureRequest::List => cli::list_figures(app::figures())?,
        cli::FigureRequest::One(key) => {
            let path = arguments.name_of_one(key);
            app::check_figure(key, &path).map_err(anyhow::Error::msg)?;
            let bytes = draw(&mut open().map_err(anyhow::Error::msg)?, key, &path)?;
            arguments.write_one(&bytes)?;
        }
        cli::FigureRequest::All => {
            arguments.name_among_all("")?;
            let mut lab = open().map_err(anyhow::Error::msg)?;
            for key in lab.keys_to_draw() {
                let path = arguments.name_among_all(&key)?;
                let bytes = draw(&mut lab, &key, &path)?;
                arguments.write_among_all(&path, &bytes)?;
            }
        }
    }
    Ok(ExitCode::SUCCESS)
}

/// Makes a film of a run.
#[cfg(feature = "window")]
fn film(arguments: &cli::FilmArguments) -> anyhow::Result<ExitCode> {
    let format = app::film_format(&arguments.out).map_err(anyhow::Error::msg)?;
    let plan = app::FilmPlan {
        pictures: app::FilmPlan::pictures_of(&arguments.pictures).map_err(anyhow::Error::msg)?,
        epochs: arguments.epochs,
        n_frames: arguments.frames as usize,
        frames_per_second: arguments.fps,
        look: app::FigureLook { size: arguments.size, is_dark: arguments.theme == cli::Theme::Dark },
    };
    arguments.write(&|spec, on_frame| app::film(spec, &plan, format, on_frame))
}

/// Runs the experiment in the terminal: this program was built without a window.
#[cfg(not(feature = "window"))]
fn open_window(file: Option<std::path::PathBuf>, _: bool) -> anyhow::Result<ExitCode> {
    cli::Start::read(file.as_deref())?.run_without_window("this program was built without one")
}
