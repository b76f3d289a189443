//! The program's side of the comparison with other frameworks, driven by `compare.py` over standard input and output.
//!
//! Arguments: the folder of a workload. The initial parameters are the product's own; they are written into the folder for
//! the other frameworks to start from. `PEER_THREADS` says how many threads there are: mini-batches of few numbers are
//! trained side by side, one objective a thread, and whatever is large enough splits its batches.

use std::{
    io::{BufRead, Write},
    path::Path,
    sync::{Arc, atomic::AtomicBool},
    time::Instant,
};

use longtail_lab::{
    data::{Samples, epoch_order},
    loss::{Head, Loss},
    train::{Batch, LinearModel, Optimiser, Recipe, Reduction, TrainSettings, Trainer},
};
use ndarray::Array2;
use rayon::prelude::*;
use serde::Deserialize;
use serde_json::json;

#[path = "../floor/mod.rs"]
mod floor;

use floor::Floor;

/// As in the program.
#[global_allocator]
static GLOBAL: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// Parameters of a model from which two threads gain by sharing a batch.
const LARGE: usize = 100_000;
const SEED: u64 = 1;

#[derive(Deserialize)]
struct Workload {
    n_samples: usize,
    n_features: usize,
    n_classes: usize,
    /// Samples of a batch; 0 for all of them.
    batch: usize,
    gamma: f64,
    learning_rate: f64,
    momentum: f64,
}

struct Worker {
    workload: Workload,
    order: Vec<u32>,
    /// One a thread where they are trained side by side.
    trainers: Vec<Trainer>,
    pool: rayon::ThreadPool,
}

impl Worker {
    fn open(folder: &Path) -> anyhow::Result<Self> {
        let workload: Workload = serde_json::from_str(&std::fs::read_to_string(folder.join("workload.json"))?)?;
        let Workload { n_samples, n_features, n_classes, .. } = workload;
        let features = Array2::from_shape_vec((n_samples, n_features), floats(&folder.join("features.f32"))?)?;
        let samples = Arc::new(Samples::new(features, whole_numbers(&folder.join("labels.u32"))?));
        let weights = floats(&folder.join("weights.f32"))?.into_iter().map(f64::from).collect();
        let recipe = Recipe::weighted(Loss::new(Head::Softmax, workload.gamma, None)?, weights);
        let settings = TrainSettings {
            optimiser: Optimiser::Sgd,
            learning_rate: workload.learning_rate,
            momentum: workload.momentum,
            batch: if workload.batch == 0 { Batch::Full } else { Batch::Size(workload.batch) },
            l2: 0.0,
            reduction: Reduction::BatchMean,
        };
        let initial = LinearModel::<f32>::initial(n_features, &vec![0.0; n_classes], SEED);
        let bytes: Vec<u8> = initial.params().iter().flat_map(|p| p.to_le_bytes()).collect();
        std::fs::write(folder.join("initial.f32"), bytes)?;
        let n_threads = std::env::var("PEER_THREADS").map_or(Ok(1), |threads| threads.parse())?;
        let is_shared = workload.batch == 0 || n_features * n_classes >= LARGE;
        let trainers = (0..if is_shared { 1 } else { n_threads })
            .map(|_| Trainer::new(Arc::clone(&samples), recipe.clone(), settings.clone(), SEED))
            .collect();
        Ok(Self {
            workload,
            order: whole_numbers(&folder.join("order.u32"))?,
            trainers,
            pool: rayon::ThreadPoolBuilder::new().num_threads(n_threads).build()?,
        })
    }

    /// Trains one epoch in the order of the folder and gives the objective over all samples, in double precision.
    fn check(&mut self) -> f64 {
        let Self { trainers, order, pool, .. } = self;
        pool.install(|| {
            trainers.par_iter_mut().for_each(|trainer| trainer.train_epoch(order, &AtomicBool::new(false)));
        });
        let checkpoint = trainers[0].checkpoint();
        checkpoint.problem().full_batch(&trainers[0].model().convert::<f64>(), &mut [])
    }

    /// Trains whole epochs, each in an order of its own, until the time has passed; gives the samples looked at.
    fn time(&mut self, secs: f64) -> usize {
        let Self { workload, trainers, pool, .. } = self;
        let (n_samples, is_full) = (workload.n_samples, workload.batch == 0);
        let train = |trainer: &mut Trainer| {
            let (start, first_epoch) = (Instant::now(), trainer.epoch());
            while trainer.epoch() == first_epoch || start.elapsed().as_secs_f64() < secs {
                let order = if is_full { Vec::new() } else { epoch_order(SEED, trainer.epoch(), n_samples) };
                trainer.train_epoch(&order, &AtomicBool::new(false));
            }
            (trainer.epoch() - first_epoch) as usize * n_samples
        };
        pool.install(|| trainers.par_iter_mut().map(train).sum())
    }
}

fn main() -> anyhow::Result<()> {
    let folder = std::env::args().nth(1).filter(|folder| !folder.starts_with("--"));
    let Some(folder) = folder else {
        println!("This measures other frameworks beside the program: python benches/peers/compare.py");
        return Ok(());
    };
    let mut worker = Worker::open(Path::new(&folder))?;
    let n_threads = worker.pool.current_num_threads();
    answer(&json!({ "ready": format!("longtail-lab {}, threads: {n_threads}", env!("CARGO_PKG_VERSION")) }))?;
    for line in std::io::stdin().lock().lines() {
        let line = line?;
        let reply = match line.split_once(' ').unwrap_or((&line, "")) {
            ("check", _) => json!({ "loss": worker.check() }),
            ("time", secs) => {
                let secs: f64 = secs.parse()?;
                let start = Instant::now();
                let n_samples = worker.time(secs);
                json!({ "samples": n_samples, "secs": start.elapsed().as_secs_f64() })
            }
            ("floor", _) => {
                let floor = Floor::measure();
                let Workload { n_features, n_classes, .. } = worker.workload;
                json!({
                    "fma_gflops": floor.fma_gflops,
                    "exp_per_sec": floor.exp_per_sec,
                    "samples_per_sec": floor.samples_per_sec(n_features, n_classes),
                    "threads_gain": floor::gain(&worker.pool),
                })
            }
            _ => anyhow::bail!("expected check, time SECONDS or floor, got \"{line}\""),
        };
        answer(&reply)?;
    }
    Ok(())
}

fn answer(reply: &serde_json::Value) -> anyhow::Result<()> {
    println!("{reply}");
    Ok(std::io::stdout().flush()?)
}

fn floats(path: &Path) -> anyhow::Result<Vec<f32>> {
    Ok(std::fs::read(path)?.as_chunks().0.iter().map(|&bytes| f32::from_le_bytes(bytes)).collect())
}

fn whole_numbers(path: &Path) -> anyhow::Result<Vec<u32>> {
    Ok(std::fs::read(path)?.as_chunks().0.iter().map(|&bytes| u32::from_le_bytes(bytes)).collect())
}
