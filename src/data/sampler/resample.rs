//! Training sets of a fixed size: copies, a selection, or samples made between neighbours.

use ndarray::{Array2, Axis};
use rand::{RngExt, seq::SliceRandom};
use rand_chacha::ChaCha8Rng;
use rayon::prelude::*;

use super::Origin;
use crate::data::Samples;

/// Candidates among which the neighbours of a sample are searched; of larger classes they are an evenly spread subset.
const MOST_CANDIDATES: usize = 2000;

/// Keeps every row and copies rows of each class, drawn evenly with replacement, until it has `target` of them.
pub(super) fn over_sample(rows_of_class: &[Vec<u32>], target: usize, generator: &mut ChaCha8Rng) -> Vec<Origin> {
    let mut origins = every_row(rows_of_class);
    for rows in rows_of_class.iter().filter(|rows| !rows.is_empty()) {
        let copies = (rows.len()..target).map(|_| Origin::Duplicate(rows[generator.random_range(0..rows.len())]));
        origins.extend(copies);
    }
    origins
}

/// Keeps `target` rows of each class, drawn without replacement.
pub(super) fn under_sample(rows_of_class: &[Vec<u32>], target: usize, generator: &mut ChaCha8Rng) -> Vec<Origin> {
    let mut kept: Vec<u32> = Vec::new();
    for rows in rows_of_class {
        let mut rows = rows.clone();
        rows.shuffle(generator);
        kept.extend(rows.iter().take(target));
    }
    kept.sort_unstable();
    kept.into_iter().map(Origin::Original).collect()
}

/// Keeps every row and makes samples of each class until it has `target` of them.
///
/// Every sample of a class is the first end x of as many made samples as any other, but for a remainder that is drawn;
/// the second end is one of its k nearest neighbours, the place between them is drawn evenly. A class with a single
/// sample is filled up with copies of it.
pub(super) fn smote(
    samples: &Samples,
    rows_of_class: &[Vec<u32>],
    neighbours: usize,
    target: usize,
    generator: &mut ChaCha8Rng,
) -> Vec<Origin> {
    let mut origins = every_row(rows_of_class);
    for rows in rows_of_class.iter().filter(|rows| !rows.is_empty() && rows.len() < target) {
        if let [only] = rows.as_slice() {
            origins.extend(std::iter::repeat_n(Origin::Duplicate(*only), target - 1));
            continue;
        }
        let candidates = candidates(rows);
        let n_neighbours = neighbours.min(rows.len() - 1);
        // All random numbers come first, in order, so that the search may use any number of threads.
        let plan = plan(rows, target - rows.len(), n_neighbours, generator);
        let made: Vec<Vec<Origin>> = plan
            .into_par_iter()
            .map(|(from, ends)| {
                let nearest = nearest(samples, from, &candidates, n_neighbours);
                let made = |(place, share): (usize, f32)| Origin::Made { from, towards: nearest[place], share };
                ends.into_iter().map(made).collect()
            })
            .collect();
        origins.extend(made.into_iter().flatten());
    }
    origins
}

/// Puts the samples of a resampled set together.
pub(super) fn gather(samples: &Samples, origins: &[Origin]) -> Samples {
    let mut features = Array2::zeros((origins.len(), samples.n_features()));
    for (mut made, origin) in features.axis_iter_mut(Axis(0)).zip(origins) {
        made.assign(&samples.row(origin.row()));
        if let Origin::Made { from, towards, share } = *origin {
            let ends = samples.row(from as usize).into_iter().zip(samples.row(towards as usize));
            for (x, (from, towards)) in made.iter_mut().zip(ends) {
                *x = from + share * (towards - from);
            }
        }
    }
    let labels = origins.iter().map(|origin| samples.labels()[origin.row()]).collect();
    Samples::new(features, labels)
}

fn every_row(rows_of_class: &[Vec<u32>]) -> Vec<Origin> {
    let n_samples: usize = rows_of_class.iter().map(Vec::len).sum();
    (0..n_samples as u32).map(Origin::Original).collect()
}

/// For each first end the neighbour, by its place from 0 (the nearest) up, and the share of the way to it.
fn plan(rows: &[u32], n_made: usize, n_neighbours: usize, generator: &mut ChaCha8Rng) -> Vec<(u32, Vec<(usize, f32)>)> {
    let mut order = rows.to_vec();
    order.shuffle(generator);
    let (each, rest) = (n_made / rows.len(), n_made % rows.len());
    let plan = order.into_iter().enumerate().map(|(place, from)| {
        let n = each + usize::from(place < rest);
        (from, (0..n).map(|_| (generator.random_range(0..n_neighbours), generator.random())).collect())
    });
    plan.filter(|(_, ends): &(u32, Vec<_>)| !ends.is_empty()).collect()
}

/// All rows of a class, or as many as neighbours are searched among, evenly spread.
fn candidates(rows: &[u32]) -> Vec<u32> {
    if rows.len() <= MOST_CANDIDATES {
        return rows.to_vec();
    }
    (0..MOST_CANDIDATES).map(|place| rows[place * rows.len() / MOST_CANDIDATES]).collect()
}

/// The `n` candidates nearest to a row in Euclidean distance, nearest first, without the row itself; of those equally
/// near the earlier ones.
fn nearest(samples: &Samples, row: u32, candidates: &[u32], n: usize) -> Vec<u32> {
    let x = samples.row(row as usize);
    let mut found: Vec<(f32, u32)> = Vec::with_capacity(n + 1);
    for &candidate in candidates.iter().filter(|&&candidate| candidate != row) {
        let other = samples.row(candidate as usize);
        let distance: f32 = x.iter().zip(other).map(|(a, b)| (a - b) * (a - b)).sum();
        if found.len() == n && found.last().is_some_and(|(farthest, _)| distance >= *farthest) {
            continue;
        }
        let place = found.partition_point(|(nearer, _)| *nearer <= distance);
        found.insert(place, (distance, candidate));
        found.truncate(n);
    }
    found.into_iter().map(|(_, candidate)| candidate).collect()
}
