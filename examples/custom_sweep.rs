//! A sweep of one's own: CB focal loss at four β and two γ, judged on a validation part, told with its test figures.
//!
//! ```sh
//! cargo run --release --no-default-features --example custom_sweep
//! ```

use std::{
    error::Error,
    sync::{Mutex, atomic::AtomicBool},
};

use longtail_lab::{
    data::ReadHooks,
    experiment::{
        Setting,
        sweep::{Choices, Sweep, SweepHooks, SweepLines, SweepSpec, Value, choose},
    },
};

fn main() -> Result<(), Box<dyn Error>> {
    let numbers = |values: &[f64]| Choices::Values(values.iter().map(|&value| Value::Number(value)).collect());
    let mut spec = SweepSpec { objectives: vec!["ce".into(), "cb-focal".into()], ..SweepSpec::default() };
    spec.vary.insert(Setting::Beta, numbers(&[0.9, 0.99, 0.999, 0.9999]));
    spec.vary.insert(Setting::Gamma, numbers(&[0.5, 1.0]));
    spec.experiment.training.epochs = 30;
    spec.experiment.seeds = 3;

    let sweep = Sweep::open(spec.check()?, &ReadHooks::silent())?;
    let finished = Mutex::new(SweepLines::empty(sweep.header().clone()));
    let all: Vec<u64> = (0..sweep.checked().n_runs()).collect();
    let hooks = SweepHooks {
        stop: &AtomicBool::new(false),
        on_epochs: &|_| {},
        on_finished: &|record| {
            if let Ok(mut lines) = finished.lock() {
                lines.records.insert(record.run, record);
            }
        },
    };
    sweep.run(&all, &hooks)?;

    let lines = finished.into_inner()?;
    for choice in choose(&lines)? {
        match choice.best {
            Some(best) => println!("{}", best.sentence),
            None => println!("{}", choice.remarks.join(" ")),
        }
    }
    Ok(())
}
