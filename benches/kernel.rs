//! The training kernel by workload and loss, beside what the machine can do at most in the same run.
//!
//! The workloads are those of the comparison with other frameworks (benches/peers): S, the live demonstration; M, a sweep;
//! L, a real table, full batch; XL, 1000 classes.

use std::{
    hint::black_box,
    sync::{Arc, atomic::AtomicBool},
};

use criterion::{BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};
use longtail_lab::{
    data::{Samples, epoch_order},
    loss::{Head, Loss},
    train::{Batch, Optimiser, Recipe, Reduction, TrainSettings, Trainer},
};
use ndarray::Array2;

mod floor;

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

fn epoch(criterion: &mut Criterion) {
    let loss = |head, gamma| Loss::new(head, gamma, None).unwrap_or_else(|error| panic!("{error}"));
    let losses = [
        ("softmax CE", loss(Head::Softmax, 0.0)),
        ("softmax focal", loss(Head::Softmax, 2.0)),
        ("sigmoid CE", loss(Head::Sigmoid, 0.0)),
        ("sigmoid focal", loss(Head::Sigmoid, 2.0)),
    ];
    let floor = floor::Floor::measure();
    println!(
        "one core: {:.0} GFLOP/s of multiply-adds, {:.2} billion exponentials a second",
        floor.fma_gflops,
        floor.exp_per_sec / 1e9
    );
    let threads = std::thread::available_parallelism().map_or(1, usize::from);
    let all = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap_or_else(|error| panic!("{error}"));
    println!("{threads} threads do {:.2} times as many multiply-adds as one", floor::gain(&all));
    let pool = rayon::ThreadPoolBuilder::new().num_threads(1).build().unwrap_or_else(|error| panic!("{error}"));
    for workload in &WORKLOADS {
        let samples = workload.samples();
        let limit = floor.samples_per_sec(workload.n_features, workload.n_classes);
        println!("{}: softmax losses at most {:.3} million samples a second", workload.name, limit / 1e6);
        let order = epoch_order(1, 0, workload.n_samples);
        let mut group = criterion.benchmark_group(format!("kernel/{}", workload.name));
        group.sample_size(10).throughput(Throughput::Elements(workload.n_samples as u64));
        for (name, loss) in losses {
            let weights = (0..workload.n_classes).map(|class_idx| 0.5 + class_idx as f64 / workload.n_classes as f64);
            let settings = TrainSettings {
                optimiser: Optimiser::Sgd,
                learning_rate: 1e-4,
                momentum: 0.9,
                batch: workload.batch,
                l2: 0.0,
                reduction: Reduction::BatchMean,
            };
            let recipe = Recipe::weighted(loss, weights.collect());
            let mut trainer = Trainer::new(Arc::clone(&samples), recipe, settings, 1);
            group.bench_function(BenchmarkId::from_parameter(name), |bencher| {
                pool.install(|| bencher.iter(|| trainer.train_epoch(black_box(&order), &AtomicBool::new(false))));
            });
        }
        group.finish();
    }
}

criterion_group!(benches, epoch);
criterion_main!(benches);
