//! Training sets of a comparison, and what sampler and weights amount to together.

use std::sync::Arc;

use super::{CheckedSpec, ObjectiveSpec};
use crate::{
    data::{ClassUse, DataError, Dataset, Sampler, Sampling, TrainingSet, class_shares},
    distribution::ClassCounts,
    weighting::{SchemeKind, raw_weights},
};

/// The training set of every objective, in the order of the specification; objectives that sample alike share one, and
/// those that are known are used again.
pub(in crate::experiment) fn training_sets(
    checked: &CheckedSpec,
    dataset: &Dataset,
    seed: u64,
    known: &[Arc<TrainingSet>],
) -> Result<Vec<Arc<TrainingSet>>, DataError> {
    let mut sets: Vec<Arc<TrainingSet>> = Vec::with_capacity(checked.objectives().len());
    for objective in checked.objectives() {
        let sampling = objective.sampling();
        let found = sets.iter().chain(known).find(|set| set.sampling() == sampling);
        let set = match found {
            Some(set) => Arc::clone(set),
            None => Arc::new(TrainingSet::prepare(dataset, sampling, seed)?),
        };
        sets.push(set);
    }
    Ok(sets)
}

/// How many times as much as the most frequent class the rarest counts under sampler and class weights together, where
/// both correct for the imbalance and the result is more than even; else `None`.
///
/// With p_j the share of class j in a batch and w_j its weight, it is p_rare·w_rare / (p_head·w_head): 1/F without any
/// correction, 1 with one, and F with two. Shares that change over the run are those at its end.
pub fn corrects_twice(objective: &ObjectiveSpec, counts: &ClassCounts) -> Option<f64> {
    const EVEN: f64 = 1.05;
    if objective.sampler == Sampler::Instance || objective.weights == SchemeKind::Uniform {
        return None;
    }
    let weights = raw_weights(counts, objective.scheme().ok()?);
    let shares = class_shares(objective.sampler, counts, 1, 1);
    let present = || counts.as_slice().iter().enumerate().filter(|(_, n)| **n > 0);
    let (head, _) = present().max_by_key(|(_, n)| **n)?;
    let (rare, _) = present().min_by_key(|(_, n)| **n)?;
    let importance = |class_idx: usize| shares[class_idx] * weights[class_idx];
    Some(importance(rare) / importance(head)).filter(|&ratio| ratio > EVEN)
}

/// What a sampler did with the training part, in words with numbers.
pub fn sampling_in_words(sampling: Sampling, uses: &[ClassUse]) -> String {
    let sum = |figure: fn(&ClassUse) -> u64| uses.iter().map(figure).sum::<u64>();
    let (used, duplicated, dropped, made) =
        (sum(|class| class.used), sum(|class| class.duplicated), sum(|class| class.dropped), sum(|class| class.made));
    let label = sampling.label();
    let (n_samples, in_epoch) = (used + dropped, used + duplicated + made);
    match sampling.sampler() {
        Sampler::Instance => format!("{label}: {n_samples} samples, each once an epoch"),
        Sampler::ClassBalanced | Sampler::SquareRoot | Sampler::Progressive => format!(
            "{label}: in an epoch of {in_epoch} draws {used} of {n_samples} samples came, {duplicated} draws were repeats"
        ),
        Sampler::UnderSampling => format!("{label}: {dropped} of {n_samples} samples dropped, {in_epoch} in an epoch"),
        Sampler::OverSampling => {
            format!("{label}: {duplicated} copies in addition to {n_samples} samples, {in_epoch} in an epoch")
        }
        Sampler::Smote => {
            let copies = if duplicated > 0 { format!(" and {duplicated} copies") } else { String::new() };
            format!("{label}: {made} made{copies} in addition to {n_samples} samples, {in_epoch} in an epoch")
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        data::Seeds,
        experiment::{ExperimentSpec, Preset, Source},
    };

    fn objective(sampler: Sampler, weights: SchemeKind) -> ObjectiveSpec {
        ObjectiveSpec { weights, sampler, ..Preset::Ce.objective() }
    }

    #[test]
    fn two_corrections_are_found_with_their_size_and_two_halves_are_not() {
        let counts = ClassCounts::new(vec![1000, 0, 100, 10]).unwrap();
        let check = |sampler, weights, expected: Option<f64>| {
            let found = corrects_twice(&objective(sampler, weights), &counts);
            let is_right = match (found, expected) {
                (Some(found), Some(expected)) => (found / expected - 1.0).abs() < 1e-9,
                (found, expected) => found == expected,
            };
            assert!(is_right, "{sampler:?} {weights:?}: {found:?}");
        };
        check(Sampler::Instance, SchemeKind::InverseFrequency, None);
        check(Sampler::Smote, SchemeKind::Uniform, None);
        for sampler in [Sampler::ClassBalanced, Sampler::Smote, Sampler::UnderSampling, Sampler::Progressive] {
            check(sampler, SchemeKind::InverseFrequency, Some(100.0));
        }
        check(Sampler::SquareRoot, SchemeKind::InverseFrequency, Some(10.0));
        check(Sampler::SquareRoot, SchemeKind::InverseSqrtFrequency, None);
    }

    #[test]
    fn objectives_that_sample_alike_share_their_training_set() {
        let mut spec = ExperimentSpec::default();
        spec.objectives[1].sampler = Sampler::Smote;
        spec.objectives[2].sampler = Sampler::Smote;
        spec.objectives[3].neighbours = 9;
        let checked = spec.check().unwrap();
        let dataset = Source::open(&checked).unwrap().dataset(Seeds::all(1)).unwrap();
        let sets = training_sets(&checked, &dataset, 1, &[]).unwrap();
        assert!(Arc::ptr_eq(&sets[0], &sets[3]) && Arc::ptr_eq(&sets[1], &sets[2]));
        spec.objectives[2].neighbours = 9;
        let again = training_sets(&spec.check().unwrap(), &dataset, 1, &sets).unwrap();
        assert!(Arc::ptr_eq(&sets[1], &again[1]) && !Arc::ptr_eq(&again[1], &again[2]));
    }
}
