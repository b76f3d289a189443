//! Intervals over splits of the same rows: on simulated files, 95 % of them must hold what they speak of.

#![allow(clippy::unwrap_used, reason = "a test may fail")]

use std::{path::PathBuf, sync::Arc, sync::atomic::AtomicBool};

use longtail_lab::{
    data::{ImportSettings, Imported, Table, read_table},
    experiment::{
        DataSource, Estimate, ExperimentSpec, Figure, Hooks, Preset, Source, paired_differences, run, summarise,
    },
    train::Optimiser,
};
use ndarray::Array2;
use rand::SeedableRng;
use rand_chacha::ChaCha8Rng;
use rand_distr::{Distribution, StandardNormal};

/// Files that are simulated: a coverage of 95 % is then known to 1 % (one deviation).
const FILES: u64 = 400;
const COUNTS: [usize; 3] = [300, 100, 50];

/// A file of three overlapping classes, drawn anew for each seed from the same population.
fn simulated(seed: u64) -> Imported {
    let mut generator = ChaCha8Rng::seed_from_u64(seed);
    let labels: Vec<u32> =
        COUNTS.iter().enumerate().flat_map(|(class, &n)| std::iter::repeat_n(class as u32, n)).collect();
    let features = Array2::from_shape_fn((labels.len(), 3), |(row, column)| {
        let noise: f64 = StandardNormal.sample(&mut generator);
        noise + if labels[row] as usize == column { 0.5 } else { 0.0 }
    });
    // What an import finds besides the rows does not matter here.
    let found = read_table("x,y\n1,a\n2,b\n3,a\n".as_bytes(), &ImportSettings::default()).unwrap();
    let table = Table {
        feature_names: ["a", "b", "c"].map(str::to_owned).to_vec(),
        features,
        gaps: Vec::new(),
        labels,
        class_labels: ["A", "B", "C"].map(str::to_owned).to_vec(),
    };
    Imported { table: Arc::new(table), rows_in_file: None, ..found }
}

/// A mean with both ends of its interval.
type Interval = (f64, [f64; 2]);

/// Of one file: macro recall of CE, what balanced CE gains over it, and the recall as if splits were independent draws.
fn intervals(spec: &ExperimentSpec, file: u64) -> [Interval; 3] {
    let checked = spec.check().unwrap();
    let source = Source::of(&checked, Some(simulated(file))).unwrap();
    let stop = AtomicBool::new(false);
    let records = run(&checked, &source, &Hooks::silent(&stop)).unwrap();
    let recall = summarise(&records)[0].figures.get(Figure::MacroRecall).unwrap();
    let differences = paired_differences(&records, "CE");
    let gain = differences[0].figures.get(Figure::MacroRecall).unwrap().estimate;
    let of_ce = records.iter().filter(|record| record.objective == "CE");
    let values: Vec<f64> = of_ce.map(|record| record.figures.macro_recall.unwrap()).collect();
    let plain = Estimate::of(&values).unwrap();
    [recall, gain, plain].map(|estimate| (estimate.mean, estimate.interval().unwrap()))
}

/// Share of the files whose interval holds the mean over all files, which is what is expected of training on as many rows.
fn coverage(of_files: &[Interval]) -> f64 {
    let expected = of_files.iter().map(|(mean, _)| mean).sum::<f64>() / of_files.len() as f64;
    let holds = of_files.iter().filter(|(_, [low, high])| (*low..=*high).contains(&expected)).count();
    holds as f64 / of_files.len() as f64
}

#[test]
fn intervals_over_splits_and_folds_hold_what_they_speak_of_in_95_of_100_files() {
    let mut spec = ExperimentSpec { objectives: Vec::new(), seeds: 5, ..ExperimentSpec::default() };
    spec.add_objective(Preset::Ce.objective()).unwrap();
    spec.add_objective(Preset::BalancedCe.objective()).unwrap();
    (spec.data.source, spec.data.path) = (DataSource::File, Some(PathBuf::from("simulated.csv")));
    (spec.training.optimiser, spec.training.epochs) = (Optimiser::Lbfgs, 100);
    for (design, n_folds) in [("splits", 0), ("folds", 5)] {
        spec.data.folds = n_folds;
        let found: Vec<[Interval; 3]> = (0..FILES).map(|file| intervals(&spec, file)).collect();
        let covered = [0, 1, 2].map(|place| coverage(&found.iter().map(|all| all[place]).collect::<Vec<_>>()));
        let [recall, gain, plain] = covered;
        eprintln!("{design}: macro recall {recall}, gain {gain}, macro recall without correction {plain}");
        assert!((0.92..=0.98).contains(&recall), "{design}: {recall}");
        // The corrected variance is that of a mean; of a difference it is an upper bound, as its halves err together.
        assert!(gain >= 0.92, "{design}: {gain}");
        assert!(plain < 0.9, "{design}: {plain}");
    }
}
