//! The engine without a window: an epoch of training by loss, evaluation, regions, who owns the loss, and weights of a million classes.

use std::{hint::black_box, sync::atomic::AtomicBool};

use criterion::{BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};
use longtail_lab::{
    data::{Dataset, FeatureMap, Projection, Seeds, epoch_order, generate},
    distribution::{ClassCounts, DistributionSpec, GroupRule},
    experiment::{CumulativeLoss, DataSpec, ExperimentSpec, Preset},
    train::{Bounds, ConfusionMatrix, Raster, SharesPass, Trainer},
    weighting::{Beta, Normalisation, Scheme, class_weights},
};

/// As in the program.
#[global_allocator]
static GLOBAL: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// CIFAR-10-LT counts at factor 100 in two dimensions: the live demonstration.
fn demonstration() -> Dataset {
    let counts = DistributionSpec { max_count: 5000, ..DistributionSpec::default() };
    let counts = counts.counts().unwrap_or_else(|error| panic!("{error}"));
    generate(&DataSpec::default().generator(), &counts, Seeds::all(1)).unwrap_or_else(|error| panic!("{error}"))
}

fn trainer(preset: Preset, dataset: &Dataset) -> Trainer {
    let mut spec = ExperimentSpec { objectives: Vec::new(), ..ExperimentSpec::default() };
    spec.add_objective(preset.objective());
    let checked = spec.check().unwrap_or_else(|error| panic!("{error}"));
    let recipe = checked.recipe(0, &dataset.counts, 0);
    Trainer::new(dataset.train.clone(), recipe, spec.training.settings(), 1)
}

fn epoch(criterion: &mut Criterion) {
    let dataset = demonstration();
    let n_samples = dataset.train.len();
    let order = epoch_order(1, 0, n_samples);
    let stop = AtomicBool::new(false);
    let mut group = criterion.benchmark_group("epoch");
    group.throughput(Throughput::Elements(n_samples as u64));
    for preset in
        [Preset::Ce, Preset::CbSoftmax, Preset::Focal, Preset::CbFocal, Preset::SigmoidCe, Preset::SigmoidFocal]
    {
        let mut trainer = trainer(preset, &dataset);
        group.bench_function(BenchmarkId::from_parameter(preset.label()), |bencher| {
            bencher.iter(|| trainer.train_epoch(black_box(&order), &stop));
        });
    }
    group.finish();
    criterion.bench_function("epoch order", |bencher| bencher.iter(|| epoch_order(1, black_box(7), n_samples)));
}

fn pictures(criterion: &mut Criterion) {
    let dataset = demonstration();
    let trainer = trainer(Preset::Ce, &dataset);
    let (_, evaluated) = dataset.evaluation();
    criterion.bench_function("confusion matrix of 3000 samples", |bencher| {
        bencher.iter(|| ConfusionMatrix::of(black_box(trainer.model()), evaluated));
    });
    let plane = Projection::of(&dataset.train);
    let bounds = Bounds { min: [-6.0, -6.0], max: [6.0, 6.0] };
    criterion.bench_function("regions 128 x 128", |bencher| {
        let raster = Raster::new(&plane, bounds, &FeatureMap::linear(), 128);
        bencher.iter(|| raster.regions(black_box(trainer.model())));
    });
}

fn ownership(criterion: &mut Criterion) {
    let dataset = demonstration();
    let groups = GroupRule::default().assign(&dataset.counts);
    let mut group = criterion.benchmark_group("who owns the loss");
    group.throughput(Throughput::Elements(dataset.train.len() as u64));
    for preset in [Preset::Ce, Preset::CbFocal, Preset::SigmoidCe] {
        let checkpoint = trainer(preset, &dataset).checkpoint();
        let id = |what: &str| BenchmarkId::new(what, preset.label());
        group.bench_function(id("objective alone"), |bencher| bencher.iter(|| checkpoint.objective()));
        group.bench_function(id("objective and shares"), |bencher| {
            bencher.iter(|| checkpoint.go_on_sharing(&mut SharesPass::default(), &|| false));
        });
        group.bench_function(id("cumulative loss"), |bencher| {
            bencher.iter(|| CumulativeLoss::of(&checkpoint, &groups));
        });
    }
    group.finish();
}

fn weights(criterion: &mut Criterion) {
    let counts: Vec<u64> = (0..1_000_000_u64).map(|class_idx| 1 + class_idx * 7919 % 1_000_000).collect();
    let counts = ClassCounts::new(counts).unwrap_or_else(|error| panic!("{error}"));
    let effective = Scheme::EffectiveNumber { beta: Beta::new(0.9999).unwrap_or(Beta::USUAL) };
    criterion.bench_function("effective-number weights of 10^6 classes", |bencher| {
        bencher.iter(|| class_weights(black_box(&counts), effective, Normalisation::SumToClasses));
    });
}

criterion_group!(benches, epoch, pictures, ownership, weights);
criterion_main!(benches);
