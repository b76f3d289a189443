//! The window's own work in a frame: the real panels and pictures, without a GPU.

use std::{cell::RefCell, rc::Rc, time::Instant};

use criterion::{Criterion, criterion_group, criterion_main};
use egui_kittest::Harness;
use longtail_lab::{
    app::Lab,
    experiment::{ExperimentSpec, Preset, file},
    state::{CompareView, Pace, Phase, Picture, Settings},
};

/// The lab at rest after some epochs of an experiment.
fn trained(spec: &ExperimentSpec, epochs: u64) -> Harness<'static, Option<Lab>> {
    trained_with(spec, epochs, CompareView::default())
}

/// The same with other pictures in the places of the lab.
fn trained_with(spec: &ExperimentSpec, epochs: u64, compare: CompareView) -> Harness<'static, Option<Lab>> {
    let spec = ExperimentSpec {
        training: longtail_lab::experiment::TrainingSpec { epochs, ..spec.training.clone() },
        ..spec.clone()
    };
    let mut harness = opened(&spec, compare);
    wait(&mut harness, |lab| lab.session().snapshot().phase == Phase::Ready);
    harness.step();
    harness.key_press(egui::Key::Space);
    wait(&mut harness, |lab| lab.session().snapshot().epoch >= epochs);
    harness
}

/// The lab with an experiment in it.
fn opened(spec: &ExperimentSpec, compare: CompareView) -> Harness<'static, Option<Lab>> {
    let made = Rc::new(RefCell::new(None));
    let taken = Rc::clone(&made);
    let settings = Settings { speed_idx: Pace::ALL.len() - 1, compare, ..Settings::default() };
    let folder = tempfile::tempdir().unwrap_or_else(|error| panic!("{error}"));
    let path = folder.path().join("frame.toml");
    file::save(spec, &path).unwrap_or_else(|error| panic!("{error}"));
    let mut harness = Harness::builder()
        .with_size([1920.0, 1080.0])
        .with_context_setup(move |ctx| {
            *made.borrow_mut() = Lab::new(ctx, settings).ok();
        })
        .build_ui_state(
            move |ui, lab: &mut Option<Lab>| {
                if let Some(lab) = lab {
                    lab.logic(ui.ctx());
                    lab.ui(ui);
                }
            },
            None,
        );
    *harness.state_mut() = taken.take();
    if let Some(lab) = harness.state_mut() {
        lab.open_path(&path);
    }
    harness.step();
    harness
}

fn wait(harness: &mut Harness<'static, Option<Lab>>, is_done: impl Fn(&Lab) -> bool) {
    let start = Instant::now();
    while !harness.state().as_ref().is_some_and(&is_done) {
        harness.step();
        assert!(start.elapsed().as_secs() < 600, "waited too long");
    }
}

/// Prints how long frames take, the rare slow ones among them.
fn percentiles(name: &str, harness: &mut Harness<'static, Option<Lab>>) {
    const FRAMES: usize = 2000;
    let mut millis: Vec<f64> = (0..FRAMES + 50)
        .map(|_| {
            let start = Instant::now();
            harness.step();
            start.elapsed().as_secs_f64() * 1e3
        })
        .skip(50)
        .collect();
    millis.sort_by(f64::total_cmp);
    let [median, high] = [FRAMES / 2, FRAMES * 99 / 100].map(|place| millis[place]);
    println!("frame/{name}: median {median:.2} ms, 99th percentile {high:.2} ms of {FRAMES} frames");
}

fn frame(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("frame");
    let default = ExperimentSpec::default();
    let mut harness = trained(&default, 200);
    group.bench_function("4 objectives, 10 classes, 200 epochs", |bencher| bencher.iter(|| harness.step()));
    drop(harness);

    let mut crowded = default;
    crowded.distribution.classes = 100;
    crowded.distribution.max_count = 500;
    crowded.data.features = 16;
    for preset in [Preset::CbFocal, Preset::InverseSqrt, Preset::SigmoidFocal, Preset::CbSigmoid] {
        crowded.add_objective(preset.objective());
    }
    let mut harness = trained(&crowded, 60);
    group.bench_function("8 objectives, 100 classes, 60 epochs", |bencher| bencher.iter(|| harness.step()));
    drop(harness);

    // A long history of small epochs; the models are of the same size.
    let mut long = crowded.clone();
    long.distribution.max_count = 50;
    long.distribution.imbalance = 10.0;
    long.data.test_per_class = 20;
    let mut harness = trained(&long, 2000);
    percentiles("8 objectives, 100 classes, 2000 epochs", &mut harness);
    drop(harness);
    let mut compare = CompareView::default();
    for (place, picture) in [
        (Picture::Counts, Picture::Confusion),
        (Picture::Weights, Picture::HeadTail),
        (Picture::Recall, Picture::Differences),
        (Picture::Regions, Picture::PrecisionRecall),
    ] {
        compare.put(place, picture);
    }
    let mut harness = trained_with(&long, 2000, compare);
    percentiles("the same with four other pictures", &mut harness);
    drop(harness);

    crowded.distribution.classes = 1000;
    crowded.distribution.max_count = 50;
    crowded.distribution.imbalance = 10.0;
    crowded.data.test_per_class = 5;
    let mut harness = trained(&crowded, 2);
    group.bench_function("8 objectives, 1000 classes, 2 epochs", |bencher| bencher.iter(|| harness.step()));
    drop(harness);

    crowded.distribution.classes = 8142;
    let mut harness = opened(&crowded, CompareView::default());
    group.bench_function("counts and weights of 8142 classes", |bencher| bencher.iter(|| harness.step()));
    group.finish();
}

criterion_group!(benches, frame);
criterion_main!(benches);
