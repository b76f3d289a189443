//! The training kernel by workload and loss, beside what the machine can do at most in the same run.
//!
//! The workloads are those of the comparison with other frameworks (benches/peers): S, the live demonstration; M, a sweep;
//! L, a real table, full batch; XL, 1000 classes.

use std::{
    hint::black_box,
    sync::{Arc, atomic::AtomicBool},
};

use criterion::{BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};
use floor::Floor;
use longtail_lab::{
    data::{LabelSets, Samples, Targets, epoch_order},
    loss::{Balance, Head, Loss, SetLoss, SetLossSpec},
    train::{Batch, Instructions, Optimiser, Recipe, Reduction, TrainSettings, Trainer},
};
use ndarray::{Array2, linalg::general_mat_mul};

mod floor;

/// As in the program.
#[global_allocator]
static GLOBAL: mimalloc::MiMalloc = mimalloc::MiMalloc;

struct Workload {
    name: &'static str,
    n_samples: usize,
    n_features: usize,
    n_classes: usize,
    batch: Batch,
}

const WORKLOADS: [Workload; 4] = [
    Workload { name: "S", n_samples: 12_406, n_features: 2, n_classes: 10, batch: Batch::Size(64) },
    Workload { name: "M", n_samples: 50_000, n_features: 16, n_classes: 100, batch: Batch::Size(256) },
    Workload { name: "L", n_samples: 200_000, n_features: 64, n_classes: 100, batch: Batch::Full },
    Workload { name: "XL", n_samples: 115_846, n_features: 128, n_classes: 1000, batch: Batch::Size(512) },
];

impl Workload {
    /// Features without structure and classes of equal size: the kernel takes as long for these as for any.
    fn samples(&self) -> Arc<Samples> {
        let mut state = 1_u32;
        let mut next = || {
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            state >> 8
        };
        let features =
            Array2::from_shape_simple_fn((self.n_samples, self.n_features), || next() as f32 / 8_388_608.0 - 1.0);
        Arc::new(Samples::new(features, (0..self.n_samples).map(|_| next() % self.n_classes as u32).collect()))
    }
}

fn one_thread() -> rayon::ThreadPool {
    rayon::ThreadPoolBuilder::new().num_threads(1).build().unwrap_or_else(|error| panic!("{error}"))
}

fn loss(head: Head, gamma: f64) -> Loss {
    Loss::new(head, gamma, None).unwrap_or_else(|error| panic!("{error}"))
}

fn trainer(workload: &Workload, samples: &Arc<Samples>, loss: Loss) -> Trainer {
    let weights = (0..workload.n_classes).map(|class_idx| 0.5 + class_idx as f64 / workload.n_classes as f64);
    Trainer::new(Arc::clone(samples), Recipe::weighted(loss, weights.collect()), settings(workload), 1)
}

fn settings(workload: &Workload) -> TrainSettings {
    TrainSettings {
        optimiser: Optimiser::Sgd,
        learning_rate: 1e-4,
        momentum: 0.9,
        batch: workload.batch,
        l2: 0.0,
        reduction: Reduction::BatchMean,
    }
}

/// Epochs on one thread, in an order that is known beforehand.
fn epochs(criterion: &mut Criterion, name: &str, losses: &[(&str, Loss)]) {
    let floor = Floor::measure();
    println!(
        "{name}: one core does {:.0} GFLOP/s of multiply-adds and {:.2} billion exponentials a second",
        floor.fma_gflops,
        floor.exp_per_sec / 1e9
    );
    let pool = one_thread();
    for workload in &WORKLOADS {
        let samples = workload.samples();
        let limit = floor.samples_per_sec(workload.n_features, workload.n_classes);
        println!("{name}, {}: softmax losses at most {:.3} million samples a second", workload.name, limit / 1e6);
        let order = epoch_order(1, 0, workload.n_samples);
        let mut group = criterion.benchmark_group(format!("{name}/{}", workload.name));
        group.sample_size(10).throughput(Throughput::Elements(workload.n_samples as u64));
        for &(loss_name, loss) in losses {
            let mut trainer = trainer(workload, &samples, loss);
            group.bench_function(BenchmarkId::from_parameter(loss_name), |bencher| {
                pool.install(|| bencher.iter(|| trainer.train_epoch(black_box(&order), &AtomicBool::new(false))));
            });
        }
        group.finish();
    }
}

fn kernel(criterion: &mut Criterion) {
    let losses = [
        ("softmax CE", loss(Head::Softmax, 0.0)),
        ("softmax focal", loss(Head::Softmax, 2.0)),
        ("sigmoid CE", loss(Head::Sigmoid, 0.0)),
        ("sigmoid focal", loss(Head::Sigmoid, 2.0)),
    ];
    epochs(criterion, "kernel", &losses);
    if Instructions::chosen() == Instructions::Avx512 {
        Instructions::allow(Instructions::Avx2);
        epochs(criterion, "kernel with AVX2 only", &losses[1..2]);
        Instructions::allow(Instructions::Avx512);
    }
}

/// The two products of a batch alone, by ndarray (matrixmultiply): what the kernel would have to be slower than for a
/// library to be worth its while.
fn library(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("the two products by a library");
    group.sample_size(10);
    for workload in &WORKLOADS {
        let n_rows = match workload.batch {
            Batch::Size(n_rows) => n_rows,
            Batch::Full => 4096,
        };
        let x = Array2::<f32>::ones((n_rows, workload.n_features));
        let weights = Array2::<f32>::ones((workload.n_features, workload.n_classes));
        let (mut logits, mut gradient) = (Array2::zeros((n_rows, workload.n_classes)), weights.clone());
        group.throughput(Throughput::Elements(n_rows as u64));
        group.bench_function(BenchmarkId::from_parameter(workload.name), |bencher| {
            bencher.iter(|| {
                general_mat_mul(1.0, black_box(&x), &weights, 0.0, &mut logits);
                general_mat_mul(1.0, &x.t(), black_box(&logits), 0.0, &mut gradient);
            });
        });
    }
    group.finish();
}

/// All threads on the workloads whose batches are split among them.
fn threads(criterion: &mut Criterion) {
    let n_threads = std::thread::available_parallelism().map_or(1, usize::from);
    let pool = rayon::ThreadPoolBuilder::new().num_threads(n_threads).build().unwrap_or_else(|error| panic!("{error}"));
    println!("{n_threads} threads do {:.2} times as many multiply-adds as one", floor::gain(&pool));
    let mut group = criterion.benchmark_group("kernel by threads");
    group.sample_size(10);
    for workload in &WORKLOADS[2..] {
        let samples = workload.samples();
        let order = epoch_order(1, 0, workload.n_samples);
        group.throughput(Throughput::Elements(workload.n_samples as u64));
        for (n_threads, pool) in [(1, &one_thread()), (n_threads, &pool)] {
            let mut trainer = trainer(workload, &samples, loss(Head::Softmax, 2.0));
            group.bench_function(BenchmarkId::new(workload.name, n_threads), |bencher| {
                pool.install(|| bencher.iter(|| trainer.train_epoch(black_box(&order), &AtomicBool::new(false))));
            });
        }
    }
    group.finish();
}

/// Label sets in place of classes, with 20 and 100 labels of which a sample has three on average.
fn label_sets(criterion: &mut Criterion) {
    let asl = SetLossSpec::Asl { gamma_positive: 0.0, gamma_negative: 4.0, margin: 0.05 };
    let balanced = SetLossSpec::DistributionBalanced(Balance::default());
    let pool = one_thread();
    for workload in &WORKLOADS[..3] {
        let order = epoch_order(1, 0, workload.n_samples);
        for n_labels in [20, 100] {
            let of_row = |i: usize| [i * 7, i * 13 + i / 5, i * i % 101].map(|k| (k % n_labels) as u32).to_vec();
            let sets = LabelSets::new(n_labels, (0..workload.n_samples).map(of_row));
            let features = workload.samples().features().clone();
            let samples = Arc::new(Samples::with_targets(features, Targets::Sets(sets)));
            let mut group = criterion.benchmark_group(format!("label sets/{} with {n_labels}", workload.name));
            group.sample_size(10).throughput(Throughput::Elements(workload.n_samples as u64));
            for (name, spec) in [("BCE", SetLossSpec::Bce), ("ASL", asl), ("DB focal", balanced)] {
                let loss = SetLoss::new(spec).unwrap_or_else(|error| panic!("{error}"));
                let recipe = Recipe::over_sets(loss, vec![1.5; n_labels], vec![1.0; n_labels]);
                let mut trainer = Trainer::new(Arc::clone(&samples), recipe, settings(workload), 1);
                group.bench_function(BenchmarkId::from_parameter(name), |bencher| {
                    pool.install(|| bencher.iter(|| trainer.train_epoch(black_box(&order), &AtomicBool::new(false))));
                });
            }
            group.finish();
        }
    }
}

criterion_group!(benches, kernel, label_sets, library, threads);
criterion_main!(benches);
