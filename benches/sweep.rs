//! Runs of a sweep in a second, on one thread and on as many as the machine has.

use std::{collections::BTreeSet, sync::atomic::AtomicBool};

use criterion::{BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};
use longtail_lab::{
    data::ReadHooks,
    experiment::{
        ExperimentSpec, Setting,
        sweep::{Choices, Sweep, SweepHooks, SweepSpec, Value},
    },
};

/// As in the program.
#[global_allocator]
static GLOBAL: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// CE, balanced CE and CB focal at 3 β × 2 γ, two seeds, ten epochs of the default experiment: 16 runs.
fn sweep() -> Sweep {
    let numbers = |values: &[f64]| Choices::Values(values.iter().copied().map(Value::Number).collect());
    let mut experiment = ExperimentSpec { seeds: 2, ..ExperimentSpec::default() };
    experiment.training.epochs = 10;
    let spec = SweepSpec {
        objectives: ["ce", "balanced_ce", "cb_focal"].map(str::to_owned).to_vec(),
        vary: [(Setting::Beta, numbers(&[0.9, 0.99, 0.999])), (Setting::Gamma, numbers(&[0.0, 1.0]))].into(),
        experiment,
        ..SweepSpec::default()
    };
    let checked = spec.check().unwrap_or_else(|error| panic!("{error}"));
    Sweep::open(checked, &ReadHooks::silent()).unwrap_or_else(|error| panic!("{error}"))
}

fn runs(criterion: &mut Criterion) {
    let sweep = sweep();
    let runs: Vec<u64> = (0..sweep.header().runs).collect();
    let stop = AtomicBool::new(false);
    let hooks = SweepHooks { stop: &stop, on_epochs: &|_| (), on_finished: &|_| () };
    let mut group = criterion.benchmark_group("sweep");
    group.sample_size(10).throughput(Throughput::Elements(runs.len() as u64));
    let n_cores = std::thread::available_parallelism().map_or(1, usize::from);
    for n_threads in BTreeSet::from([1, n_cores.div_ceil(2), n_cores]) {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(n_threads).build();
        let pool = pool.unwrap_or_else(|error| panic!("{error}"));
        group.bench_function(BenchmarkId::new("threads", n_threads), |bencher| {
            bencher.iter(|| pool.install(|| sweep.run(&runs, &hooks)));
        });
    }
    group.finish();
}

criterion_group!(benches, runs);
criterion_main!(benches);
