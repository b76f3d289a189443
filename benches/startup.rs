//! Time from the start of the process to the first frame, of the program and of an empty window with the same options.
//!
//! Each writes a file when its second frame begins: only then is the first one painted and handed to the display. The two
//! take turns, so that whatever else the machine does meets both. Without a display there is nothing to measure.

use std::{
    ffi::OsStr,
    path::{Path, PathBuf},
    process::{Command, ExitCode, Stdio},
    time::{Duration, Instant},
};

use longtail_lab::app;

/// As in the program.
#[global_allocator]
static GLOBAL: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// Starts of each.
const ROUNDS: usize = 21;
/// With this argument and the name of a file, this is the empty window.
const EMPTY: &str = "empty-window";
/// Nothing takes so long to start.
const PATIENCE: Duration = Duration::from_mins(1);

fn main() -> ExitCode {
    let arguments: Vec<PathBuf> = std::env::args_os().skip(1).map(PathBuf::from).collect();
    match arguments.as_slice() {
        [first, file] if first == Path::new(EMPTY) => show_nothing(file.clone()),
        _ if !app::has_display() => println!("There is no display, so that the start of a window cannot be measured"),
        _ => match measure() {
            Ok(()) => {}
            Err(error) => {
                eprintln!("{error}");
                return ExitCode::FAILURE;
            }
        },
    }
    ExitCode::SUCCESS
}

/// Prints the medians of both and their ratio.
fn measure() -> std::io::Result<()> {
    let program: &OsStr = env!("CARGO_BIN_EXE_longtail-lab").as_ref();
    let this = std::env::current_exe()?;
    let [mut empty, mut full] = [Vec::new(), Vec::new()];
    // The first start of each reads the program from the disk.
    for round in 0..=ROUNDS {
        let pair = (start(this.as_os_str(), true)?, start(program, false)?);
        if round > 0 {
            empty.push(pair.0);
            full.push(pair.1);
        }
    }
    let mut ratios: Vec<f64> = empty.iter().zip(&full).map(|(empty, full)| full / empty).collect();
    let [empty, full, ratio] = [&mut empty, &mut full, &mut ratios].map(|values| {
        values.sort_by(f64::total_cmp);
        [values[ROUNDS / 2], values[ROUNDS / 10], values[ROUNDS - 1 - ROUNDS / 10]]
    });
    println!("first frame, medians of {ROUNDS} starts in turn (10 % and 90 %)");
    println!("empty window   {:6.1} ms  ({:.1} to {:.1})", empty[0], empty[1], empty[2]);
    println!("longtail-lab   {:6.1} ms  ({:.1} to {:.1})", full[0], full[1], full[2]);
    println!("ratio          {:6.2}     ({:.2} to {:.2})", ratio[0], ratio[1], ratio[2]);
    Ok(())
}

/// Starts a window as for the first time, with no settings; returns the milliseconds to its first frame.
fn start(program: &OsStr, is_empty: bool) -> std::io::Result<f64> {
    let home = tempfile::tempdir()?;
    let status = home.path().join("status");
    let mut command = Command::new(program);
    if is_empty {
        command.arg(EMPTY).arg(&status);
    }
    for name in ["HOME", "XDG_DATA_HOME", "XDG_CONFIG_HOME", "XDG_CACHE_HOME"] {
        command.env(name, home.path());
    }
    command.env("LONGTAIL_LAB_STATUS_FILE", &status).stdout(Stdio::null()).stderr(Stdio::null());
    let begin = Instant::now();
    let mut child = command.spawn()?;
    let took = loop {
        let took = begin.elapsed();
        if status.exists() {
            break Ok(took.as_secs_f64() * 1e3);
        }
        if took > PATIENCE || child.try_wait()?.is_some() {
            break Err(std::io::Error::other(format!("no window came of {}", program.display())));
        }
        std::thread::sleep(Duration::from_micros(200));
    };
    child.kill()?;
    child.wait()?;
    took
}

/// A window with a panel that fills it and nothing in that; writes a file when its first frame has been painted.
fn show_nothing(file: PathBuf) {
    let creator: eframe::AppCreator<'_> = Box::new(|_| Ok(Box::new(Empty { file: Some(file) })));
    if let Err(error) = eframe::run_native("longtail-lab-empty-window", app::window_options(), creator) {
        eprintln!("{error}");
    }
}

struct Empty {
    file: Option<PathBuf>,
}

impl eframe::App for Empty {
    fn logic(&mut self, ctx: &egui::Context, _frame: &mut eframe::Frame) {
        if ctx.cumulative_frame_nr() > 0
            && let Some(file) = self.file.take()
        {
            let _ = std::fs::write(file, "painted");
        }
    }

    fn ui(&mut self, ui: &mut egui::Ui, _frame: &mut eframe::Frame) {
        egui::CentralPanel::default().show(ui, |_| ());
    }
}
