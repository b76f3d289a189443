//! The window's own work in a frame, on every place and page: at rest, under a moving pointer, and while training goes on.
//!
//! The real panels and pictures are laid out and cut into triangles; the graphics card's part is missing. Names of pages
//! may be given to measure only those.

mod screen;

use std::{
    path::PathBuf,
    sync::Mutex,
    time::{Duration, Instant},
};

use egui::{Key, Modifiers};
use longtail_lab::{
    app::Lab,
    data::ReadHooks,
    experiment::{
        ExperimentSpec, Preset, Setting, file,
        sweep::{Choices, Sweep, SweepHooks, SweepLines, SweepSpec, Value},
    },
    state::{CompareView, Phase, Picture, Settings, TrainingSpeed},
};
use screen::{Cost, FRAME, Screen};
use tempfile::TempDir;

/// As in the program.
#[global_allocator]
static GLOBAL: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// Frames at rest, and as many under the pointer.
const FRAMES: usize = 1000;
/// Frames while training goes on, at the pace of a screen.
const TRAINED_FRAMES: usize = 400;

/// A place of the window: its key, the page, and what it is called in the list of figures.
type Page = (Key, Option<&'static str>, &'static str);

const PAGES: [Page; 15] = [
    (Key::Num1, None, "Lab"),
    (Key::Num2, None, "Data"),
    (Key::Num3, Some("Schemes"), "Weights, schemes"),
    (Key::Num3, Some("Random covering"), "Weights, random covering"),
    (Key::Num3, Some("Code"), "Weights, code"),
    (Key::Num4, Some("Theory"), "Losses, theory"),
    (Key::Num4, Some("Hard and easy"), "Losses, hard and easy"),
    (Key::Num4, Some("This run"), "Losses, this run"),
    (Key::Num4, Some("Objectives"), "Losses, objectives"),
    (Key::Num5, Some("Heat map"), "Tune, heat map"),
    (Key::Num5, Some("Curves"), "Tune, curves"),
    (Key::Num5, Some("Head and tail"), "Tune, head and tail"),
    (Key::Num5, Some("Parallel"), "Tune, parallel"),
    (Key::Num5, Some("Points"), "Tune, points"),
    (Key::Num5, Some("Runs"), "Tune, runs"),
];

/// Eight objectives on 50,000 samples of 100 classes, 16 features.
fn crowded() -> ExperimentSpec {
    let mut spec = ExperimentSpec::default();
    spec.distribution.classes = 100;
    spec.distribution.max_count = 2290;
    spec.distribution.imbalance = 100.0;
    spec.data.features = 16;
    spec.data.test_per_class = 20;
    spec.training.epochs = 2000;
    for preset in [Preset::CbFocal, Preset::InverseSqrt, Preset::SigmoidFocal, Preset::CbSigmoid] {
        spec.add_objective(preset.objective());
    }
    spec
}

/// A thousand classes of the same kind, and few epochs.
fn thousand_classes() -> ExperimentSpec {
    let mut spec = crowded();
    spec.distribution.classes = 1000;
    spec.distribution.max_count = 50;
    spec.distribution.imbalance = 10.0;
    spec.data.test_per_class = 5;
    spec.training.epochs = 2;
    spec
}

/// The lab with an experiment in it, ready to play at full speed.
fn opened(spec: &ExperimentSpec, compare: CompareView, folder: &TempDir) -> Screen {
    let path = folder.path().join("frame.toml");
    file::save(spec, &path).unwrap_or_else(|error| panic!("{error}"));
    let mut screen = Screen::new(Settings { speed_idx: TrainingSpeed::ALL.len() - 1, compare, ..Settings::default() });
    screen.open(&path);
    screen
}

/// The same after all its epochs.
fn trained(spec: &ExperimentSpec, compare: CompareView, folder: &TempDir) -> Screen {
    let mut screen = opened(spec, compare, folder);
    screen.wait(|lab| lab.session().snapshot().phase == Phase::Ready);
    let start = Instant::now();
    screen.press(Key::Space, Modifiers::NONE);
    screen.wait(|lab| lab.session().snapshot().epoch >= lab.session().spec.training.epochs);
    let n_samples: u64 = screen.lab().session().counts().map_or(0, |counts| counts.as_slice().iter().sum());
    println!(
        "{} objectives, {} classes, {n_samples} samples, {} epochs, trained in {:.0} s",
        spec.objectives.len(),
        spec.distribution.classes,
        spec.training.epochs,
        start.elapsed().as_secs_f64(),
    );
    screen
}

/// The results of a sweep over β and γ with five seeds, in a file.
fn sweep_results(folder: &TempDir) -> PathBuf {
    let numbers = |values: &[f64]| Choices::Values(values.iter().copied().map(Value::Number).collect());
    let mut experiment = ExperimentSpec { seeds: 5, ..ExperimentSpec::default() };
    experiment.distribution.classes = 100;
    experiment.distribution.max_count = 50;
    experiment.distribution.imbalance = 10.0;
    experiment.training.epochs = 3;
    let spec = SweepSpec {
        objectives: ["ce", "balanced_ce", "cb_focal"].map(str::to_owned).to_vec(),
        vary: [
            (Setting::Beta, numbers(&[0.0, 0.9, 0.99, 0.999, 0.9999])),
            (Setting::Gamma, numbers(&[0.0, 0.5, 1.0, 2.0, 5.0])),
        ]
        .into(),
        experiment,
        ..SweepSpec::default()
    };
    let checked = spec.check().unwrap_or_else(|error| panic!("{error}"));
    let sweep = Sweep::open(checked, &ReadHooks::silent()).unwrap_or_else(|error| panic!("{error}"));
    let lines = Mutex::new(SweepLines::empty(sweep.header().clone()));
    let runs: Vec<u64> = (0..sweep.header().runs).collect();
    let on_finished = |record: longtail_lab::experiment::sweep::SweepRecord| {
        if let Ok(mut lines) = lines.lock() {
            lines.records.insert(record.run, record);
        }
    };
    let stop = std::sync::atomic::AtomicBool::new(false);
    let hooks = SweepHooks { stop: &stop, on_epochs: &|_| (), on_finished: &on_finished };
    sweep.run(&runs, &hooks).unwrap_or_else(|error| panic!("{error}"));
    let path = folder.path().join("sweep.jsonl");
    let text = lines.into_inner().map(|lines| lines.to_text()).unwrap_or_default();
    std::fs::write(&path, text).unwrap_or_else(|error| panic!("{error}"));
    println!("{} runs of a sweep", runs.len());
    path
}

/// Goes to a page.
fn go(screen: &mut Screen, (place, page, _): Page) {
    screen.press(place, Modifiers::COMMAND);
    if let Some(page) = page {
        screen.click(page);
    }
    screen.point_at_nothing();
}

/// Median and 99th percentile of the work for a frame, and the 99th percentile of the time that passes, in milliseconds.
fn percentiles(n_frames: usize, mut frame: impl FnMut(usize) -> Cost) -> String {
    let warm_up = 20;
    let costs: Vec<Cost> = (0..n_frames + warm_up).map(&mut frame).skip(warm_up).collect();
    let sorted = |duration: fn(&Cost) -> Duration| {
        let mut millis: Vec<f64> = costs.iter().map(|cost| duration(cost).as_secs_f64() * 1e3).collect();
        millis.sort_by(f64::total_cmp);
        millis
    };
    let (work, took) = (sorted(|cost| cost.work), sorted(|cost| cost.took));
    let high = n_frames * 99 / 100;
    format!("{:6.2} {:6.2} {:6.2}", work[n_frames / 2], work[high], took[high])
}

/// Where the pointer is in a frame: all over the centre within a few seconds.
fn place(frame_idx: usize) -> [f32; 2] {
    let turn = |period: f32| (frame_idx as f32 / period * std::f32::consts::TAU).sin();
    [0.58 + 0.38 * turn(331.0), 0.5 + 0.42 * turn(97.0)]
}

/// Prints a line for each page.
fn measure(screen: &mut Screen, pages: &[Page]) {
    let columns = "median   99 % passed";
    println!("{:28}   at rest              pointer moves         training goes on", "work for a frame, ms");
    println!("{:28}  {columns}  {columns}  {columns}", "");
    for page in pages {
        go(screen, *page);
        let at_rest = percentiles(FRAMES, |_| screen.frame());
        let pointed = percentiles(FRAMES, |idx| {
            screen.point_at(place(idx));
            screen.frame()
        });
        screen.point_at_nothing();
        screen.press(Key::Space, Modifiers::NONE);
        let before = screen.lab().session().snapshot().epoch;
        let training = percentiles(TRAINED_FRAMES, |_| {
            std::thread::sleep(FRAME);
            let took = screen.frame();
            if !screen.lab().session().is_playing {
                screen.press(Key::Space, Modifiers::NONE);
            }
            took
        });
        let n_epochs = screen.lab().session().snapshot().epoch - before;
        screen.press(Key::Space, Modifiers::NONE);
        screen.wait(|lab| !lab.session().snapshot().is_playing);
        println!("{:28}  {at_rest}  {pointed}  {training}  ({n_epochs} epochs)", page.2);
    }
}

fn is_ready(lab: &Lab) -> bool {
    lab.session().snapshot().phase == Phase::Ready
}

fn main() {
    let wanted: Vec<String> = std::env::args().skip(1).filter(|argument| !argument.starts_with('-')).collect();
    let is_wanted = |name: &str| wanted.is_empty() || wanted.iter().any(|wanted| name.contains(wanted.as_str()));
    let folder = tempfile::tempdir().unwrap_or_else(|error| panic!("{error}"));
    let pages: Vec<Page> = PAGES.into_iter().filter(|(_, _, name)| is_wanted(name)).collect();
    if !pages.is_empty() {
        let results = sweep_results(&folder);
        let mut screen = trained(&crowded(), CompareView::default(), &folder);
        screen.open(&results);
        screen.wait(|lab| lab.session().tune.results().is_some());
        measure(&mut screen, &pages);
    }
    if is_wanted("other pictures") {
        let mut compare = CompareView::default();
        for (place, picture) in [
            (Picture::Counts, Picture::Confusion),
            (Picture::Weights, Picture::HeadTail),
            (Picture::Recall, Picture::Differences),
            (Picture::Regions, Picture::PrecisionRecall),
            (Picture::Curves, Picture::Reliability),
        ] {
            compare.put(place, picture);
        }
        let mut spec = crowded();
        spec.training.epochs = 200;
        let mut screen = trained(&spec, compare, &folder);
        measure(&mut screen, &[(Key::Num1, None, "Lab, other pictures")]);
    }
    if is_wanted("1000 classes") {
        let mut screen = trained(&thousand_classes(), CompareView::default(), &folder);
        measure(&mut screen, &[(Key::Num1, None, "Lab, 1000 classes")]);
    }
    if is_wanted("8142 classes") {
        let mut spec = thousand_classes();
        spec.distribution.classes = 8142;
        let mut screen = opened(&spec, CompareView::default(), &folder);
        let at_rest = percentiles(FRAMES, |_| screen.frame());
        println!("{:28}  {at_rest}", "Lab, 8142 classes, untrained");
    }
    if is_wanted("default experiment") {
        let mut screen = opened(&ExperimentSpec::default(), CompareView::default(), &folder);
        screen.wait(is_ready);
        measure(&mut screen, &[(Key::Num1, None, "Lab, default experiment")]);
    }
}
