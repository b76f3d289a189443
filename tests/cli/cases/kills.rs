//! Files that are old or new, and whole, whatever moment the program is killed at.
//!
//! What is killed is this very program of tests, as it runs one of the two tests that store things over and over.

use std::{
    fs,
    path::{Path, PathBuf},
    process::{Command, Stdio},
    time::{Duration, Instant},
};

use longtail_lab::{
    app::SettingsFile,
    experiment::{ExperimentSpec, file},
    state::Settings,
};

/// Kills of each kind.
const KILLS: u64 = 100;
/// The folder in which a program that is to be killed stores things.
const FOLDER: &str = "LONGTAIL_LAB_TEST_FOLDER";

/// Settings that can be told to be whole by their number.
fn settings_of(number: u64) -> Settings {
    let text_percent = 80 + (number % 121) as u32;
    let recent = (0..8).map(|idx| PathBuf::from(format!("/{number}/{idx}/{}", "x".repeat(200)))).collect();
    Settings { text_percent, recent, ..Settings::default() }
}

fn number_of_settings(settings: &Settings) -> u64 {
    let path = settings.recent.first().map(|path| path.display().to_string()).unwrap_or_default();
    path.split('/').nth(1).and_then(|number| number.parse().ok()).unwrap_or(0)
}

/// An experiment of a known size that can be told to be whole by its number.
fn experiment_of(number: u64) -> ExperimentSpec {
    let mut spec = ExperimentSpec { seed: number, ..ExperimentSpec::default() };
    spec.training.epochs = number + 1;
    spec.distribution.own_counts = vec![number + 2; 500];
    spec
}

/// The folder for things that are stored until the program is killed; `None` where it is not to be.
fn folder() -> Option<PathBuf> {
    std::env::var_os(FOLDER).map(PathBuf::from)
}

#[test]
fn settings_that_are_stored_over_and_over_are_read_back() {
    let (folder, n_rounds) = match folder() {
        Some(folder) => (folder, u64::MAX),
        None => (tempfile::tempdir().unwrap().keep(), 3),
    };
    let mut loaded = SettingsFile::load(&folder);
    let first = number_of_settings(&loaded.settings);
    for number in first + 1..first.saturating_add(n_rounds) {
        loaded.file.store(&settings_of(number)).unwrap();
        assert_eq!(SettingsFile::load(&folder).settings, settings_of(number));
    }
    fs::remove_dir_all(folder).unwrap();
}

#[test]
fn an_experiment_that_is_saved_over_and_over_is_read_back() {
    let (folder, n_rounds) = match folder() {
        Some(folder) => (folder, u64::MAX),
        None => (tempfile::tempdir().unwrap().keep(), 3),
    };
    let path = folder.join("e.toml");
    let first = file::open(&path).map_or(0, |spec| spec.seed);
    for number in first + 1..first.saturating_add(n_rounds) {
        file::save(&experiment_of(number), &path).unwrap();
        assert_eq!(file::open(&path).unwrap(), experiment_of(number));
    }
    fs::remove_dir_all(folder).unwrap();
}

/// Has a test store things, and kills it at some moment after it has begun to.
fn kill_one(test: &str, folder: &Path, file: &Path, checkpoint: Duration) {
    let before = fs::metadata(file).ok().and_then(|metadata| metadata.modified().ok());
    let mut child = Command::new(std::env::current_exe().expect("this program"))
        .args(["--exact", test, "--test-threads", "1"])
        .env(FOLDER, folder)
        .stdout(Stdio::null())
        .spawn()
        .expect("this program again");
    let deadline = Instant::now() + Duration::from_mins(1);
    while fs::metadata(file).ok().and_then(|metadata| metadata.modified().ok()) == before {
        assert!(Instant::now() < deadline && child.try_wait().expect("a state").is_none(), "{test} stores nothing");
        std::thread::sleep(Duration::from_micros(200));
    }
    let checkpoint = Instant::now() + checkpoint;
    while Instant::now() < checkpoint {
        std::hint::spin_loop();
    }
    child.kill().expect("a kill");
    child.wait().expect("the end");
}

/// Moments all over the time that storing takes, up to some thousands of microseconds.
fn checkpoint(kill: u64) -> Duration {
    Duration::from_micros(kill * 7919 % 6000)
}

#[test]
fn settings_are_old_or_new_whatever_moment_the_program_is_killed_at() {
    let folder = tempfile::tempdir().unwrap();
    let newest = folder.path().join("app.ron");
    let mut last = 0;
    for kill in 0..KILLS {
        let test = "cases::kills::settings_that_are_stored_over_and_over_are_read_back";
        kill_one(test, folder.path(), &newest, checkpoint(kill));
        let found = SettingsFile::load(folder.path());
        let number = number_of_settings(&found.settings);
        assert_eq!(found.complaint, None, "kill {kill}");
        assert!(number > last, "kill {kill}: {number} after {last}");
        assert_eq!(found.settings, settings_of(number), "kill {kill}");
        last = number;
    }
}

#[test]
fn an_experiment_is_old_or_new_whatever_moment_the_program_is_killed_at() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("e.toml");
    let mut last = 0;
    for kill in 0..KILLS {
        let test = "cases::kills::an_experiment_that_is_saved_over_and_over_is_read_back";
        kill_one(test, folder.path(), &path, checkpoint(kill));
        let spec = file::open(&path).unwrap_or_else(|error| panic!("kill {kill}: {error}"));
        assert!(spec.seed > last, "kill {kill}: {} after {last}", spec.seed);
        assert_eq!(spec, experiment_of(spec.seed), "kill {kill}");
        last = spec.seed;
    }
}
