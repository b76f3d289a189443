//! One comparison: CE, balanced CE, focal and CB loss on the same long-tailed samples, over three seeds.
//!
//! ```sh
//! cargo run --release --no-default-features --example train_comparison
//! ```

use std::{error::Error, sync::atomic::AtomicBool};

use longtail_lab::experiment::{ExperimentSpec, Hooks, Source, run, summarise};

fn main() -> Result<(), Box<dyn Error>> {
    let mut spec = ExperimentSpec::default();
    spec.distribution.imbalance = 200.0;
    spec.training.epochs = 50;
    spec.seeds = 3;

    let checked = spec.check()?;
    let source = Source::open(&checked)?;
    let records = run(&checked, &source, &Hooks::silent(&AtomicBool::new(false)))?;

    for summary in summarise(&records) {
        match summary.figures.macro_recall {
            Some(recall) => println!("{:<12} macro recall {:.3}", summary.objective, recall.mean),
            None => println!("{:<12} diverged", summary.objective),
        }
    }
    Ok(())
}
