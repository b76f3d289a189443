//! Who owns the training loss at the end of a run, as a grid and as JSON.

use serde::Serialize;

use super::{Cell, Grid};
use crate::{
    distribution::ClassCounts,
    experiment::{CumulativeLoss, Estimate, LossShareRecord, RunRecord, share_of_hardest},
    train::{Ease, Measure, Owner},
};

/// What the columns are.
const NOTES: [&str; 3] = [
    "Shares of the summed training loss, and of the summed gradient norms of single samples",
    "At the last epoch, with class weights, offsets, and how often the sampler draws a class",
    "Easy and hard: samples whose class has p_t of at least 1/2, and of less; loss = easy loss + hard loss",
];

/// Who owns the training loss of a run; shares of one measure sum to 1 over classes, easy and hard.
#[derive(Debug, Serialize)]
pub struct RunLossShares<'a> {
    objective: &'a str,
    seed: u64,
    classes: Vec<ClassOwnership<'a>>,
    cumulative_loss: &'a CumulativeLoss,
}

/// What a class owns, by measure; `None` where the sum is 0 or not finite.
#[derive(Debug, Serialize)]
struct ClassOwnership<'a> {
    class: &'a str,
    easy_samples: u64,
    hard_samples: u64,
    easy_loss: Option<f64>,
    hard_loss: Option<f64>,
    easy_gradient_norm: Option<f64>,
    hard_gradient_norm: Option<f64>,
}

/// The owners of every run that has figures, in the order of the records; classes by index.
pub fn ownerships(records: &[RunRecord]) -> Vec<RunLossShares<'_>> {
    records.iter().filter_map(run_loss_shares).collect()
}

fn run_loss_shares(record: &RunRecord) -> Option<RunLossShares<'_>> {
    let owned = record.ownership.as_ref()?;
    let [loss, gradient] = Measure::ALL.map(|measure| owned.easy_and_hard(measure));
    let share = |shares: &Option<[Vec<f64>; 2]>, at: usize, class_idx: usize| Some(shares.as_ref()?[at][class_idx]);
    let of_class = |(class_idx, owner): (usize, &Owner)| ClassOwnership {
        class: &record.class_labels[class_idx],
        easy_samples: owner.easy.n_samples,
        hard_samples: owner.hard.n_samples,
        easy_loss: share(&loss, 0, class_idx),
        hard_loss: share(&loss, 1, class_idx),
        easy_gradient_norm: share(&gradient, 0, class_idx),
        hard_gradient_norm: share(&gradient, 1, class_idx),
    };
    Some(RunLossShares {
        objective: &record.objective,
        seed: record.seed,
        classes: owned.shares.owners.iter().enumerate().map(of_class).collect(),
        cumulative_loss: &owned.cumulative,
    })
}

/// For each objective its classes from head to tail with their shares of loss and gradient norm, and all of them
/// together; means over seeds.
pub fn loss_share_grid(records: &[RunRecord]) -> Grid {
    let header = ["objective", "class", "easy", "hard", "loss", "easy loss", "hard loss", "gradient", "easy gradient"];
    let header = header.into_iter().chain(["hard gradient"]).map(str::to_owned).collect();
    let mut grid = Grid { header, notes: NOTES.map(str::to_owned).to_vec(), ..Grid::default() };
    let mut names: Vec<&str> = Vec::new();
    for record in records {
        if !names.contains(&record.objective.as_str()) {
            names.push(&record.objective);
        }
    }
    for name in names {
        let of_objective: Vec<&RunRecord> = records.iter().filter(|record| record.objective == name).collect();
        add_objective(&mut grid, name, &of_objective);
    }
    if records.iter().any(|record| record.ownership.is_none()) {
        grid.notes.push("Runs that diverged have no figures and are left out".to_owned());
    }
    grid
}

fn add_objective(grid: &mut Grid, name: &str, records: &[&RunRecord]) {
    let Some(first) = records.first() else { return };
    let owned: Vec<&LossShareRecord> = records.iter().filter_map(|record| record.ownership.as_ref()).collect();
    let shares: Vec<[Option<[Vec<f64>; 2]>; 2]> =
        owned.iter().map(|owned| Measure::ALL.map(|measure| owned.easy_and_hard(measure))).collect();
    let row = |label: &str, classes: &[usize]| {
        let n_samples = |ease: Ease| {
            let n = |owned: &&LossShareRecord| {
                classes.iter().map(|&class_idx| owned.shares.owners[class_idx].part(ease).n_samples).sum::<u64>() as f64
            };
            Estimate::of(&owned.iter().map(n).collect::<Vec<_>>()).map_or(Cell::Missing, |estimate| {
                if owned.len() == 1 { Cell::Count(estimate.mean as u64) } else { Cell::Number(estimate.mean) }
            })
        };
        let mut cells = vec![
            Cell::Text(name.to_owned()),
            Cell::Text(label.to_owned()),
            n_samples(Ease::Easy),
            n_samples(Ease::Hard),
        ];
        for measure in 0..Measure::ALL.len() {
            for kinds in [0..2, 0..1, 1..2] {
                let of_run = |shares: &[Option<[Vec<f64>; 2]>; 2]| {
                    let shares = &shares[measure].as_ref()?[kinds.clone()];
                    Some(classes.iter().map(|&class_idx| shares.iter().map(|kind| kind[class_idx]).sum::<f64>()).sum())
                };
                cells.push(Cell::estimate(Estimate::of_shares(&shares.iter().filter_map(of_run).collect::<Vec<_>>())));
            }
        }
        cells
    };
    grid.rules.push(grid.rows.len());
    let order = ClassCounts::new(first.counts.clone())
        .map_or_else(|_| (0..first.counts.len()).collect(), |counts| counts.head_to_tail());
    for &class_idx in &order {
        grid.rows.push(row(&first.class_labels[class_idx], &[class_idx]));
    }
    grid.rows.push(row("All", &order));
    let hardest: Vec<f64> =
        owned.iter().filter_map(|owned| Some(share_of_hardest(owned.cumulative.all.as_deref()?, 0.1))).collect();
    if let Some(estimate) = Estimate::of_shares(&hardest) {
        let share = Cell::Estimate(estimate).to_text();
        grid.notes.push(format!("{name}: the hardest tenth of the samples owns {share} of the loss"));
    }
}
