//! What a model is worth, measured piece by piece: it can be stopped, and gone on with.

use std::sync::Arc;

use crate::{
    data::Dataset,
    train::{Checkpoint, ConfusionMatrix, LossShares, SharesPass, Stop},
};

/// What one objective is worth at a moment.
#[derive(Debug, Clone)]
pub struct Measured {
    /// Predictions on the set that recall is measured on; see [`Dataset::evaluation`].
    pub evaluated: Arc<ConfusionMatrix>,
    /// Accuracy on samples with the training set's class shares.
    pub natural_accuracy: Option<f64>,
    /// The regularised training objective.
    pub objective: f64,
    /// Which classes own the summed training loss.
    pub shares: LossShares,
}

/// A model that is being measured, with what is known of it so far.
///
/// The figures are the same, bit for bit, however often it was stopped.
#[derive(Debug, Clone)]
pub struct Measuring {
    checkpoint: Checkpoint,
    evaluated: Option<Arc<ConfusionMatrix>>,
    natural: Option<Natural>,
    shares: SharesPass,
}

/// Accuracy on samples with the training set's class shares, where there are such.
#[derive(Debug, Clone, Copy)]
struct Natural(Option<f64>);

impl Measuring {
    /// Nothing is known yet.
    pub fn of(checkpoint: Checkpoint) -> Self {
        Self { checkpoint, evaluated: None, natural: None, shares: SharesPass::default() }
    }

    /// The model.
    pub fn checkpoint(&self) -> &Checkpoint {
        &self.checkpoint
    }

    /// Goes on; `None` where it was stopped before all was known. `stop` is asked before each piece: a test set, or some
    /// thousand training samples.
    pub fn go_on(&mut self, dataset: &Dataset, stop: Stop<'_>) -> Option<Measured> {
        let checkpoint = &self.checkpoint;
        let evaluated = known(&mut self.evaluated, stop, || Arc::new(checkpoint.evaluate(dataset.evaluation().1)))?;
        let find = || Natural(natural_accuracy(checkpoint, dataset, &evaluated));
        let Natural(natural_accuracy) = known(&mut self.natural, stop, find)?;
        let (objective, shares) = checkpoint.go_on_sharing(&mut self.shares, stop)?;
        Some(Measured { evaluated, natural_accuracy, objective, shares })
    }
}

/// What is known, or is found out now unless it is time to stop.
fn known<T: Clone>(place: &mut Option<T>, stop: Stop<'_>, find: impl FnOnce() -> T) -> Option<T> {
    if place.is_none() && !stop() {
        *place = Some(find());
    }
    place.clone()
}

fn natural_accuracy(checkpoint: &Checkpoint, dataset: &Dataset, evaluated: &ConfusionMatrix) -> Option<f64> {
    match (&dataset.balanced_test, &dataset.natural_test) {
        (Some(_), natural) => natural.as_ref().and_then(|samples| checkpoint.accuracy(samples)),
        // A file's test part and its training set have its class shares.
        (None, _) => evaluated.accuracy(),
    }
}

/// Measures a model without a break.
pub(in crate::experiment) fn measure(checkpoint: &Checkpoint, dataset: &Dataset) -> Measured {
    let mut measuring = Measuring::of(checkpoint.clone());
    loop {
        // Never told to stop, the first call does all of it.
        if let Some(measured) = measuring.go_on(dataset, &|| false) {
            return measured;
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicUsize, Ordering};

    use super::*;
    use crate::{
        data::Seeds,
        experiment::{Comparison, ExperimentSpec, Source},
    };

    /// An objective on 24,000 samples, which are six chunks.
    fn comparison() -> Comparison {
        let mut spec = ExperimentSpec::default();
        spec.distribution.max_count = 4000;
        spec.distribution.imbalance = 3.0;
        spec.objectives.truncate(1);
        let checked = spec.check().unwrap();
        let dataset = Source::open(&checked).unwrap().dataset(Seeds::all(1)).unwrap();
        Comparison::new(&checked, Arc::new(dataset), 1).unwrap()
    }

    /// Goes on until it has been asked `n` times whether to stop; returns the figures, and how often it was asked.
    fn go_on(measuring: &mut Measuring, dataset: &Dataset, n_pieces: usize) -> (Option<Measured>, usize) {
        let n_asked = AtomicUsize::new(0);
        let measured = measuring.go_on(dataset, &|| n_asked.fetch_add(1, Ordering::Relaxed) >= n_pieces);
        (measured, n_asked.into_inner())
    }

    #[test]
    fn it_is_given_up_at_the_next_piece_and_goes_on_there_to_the_same_figures() {
        let comparison = comparison();
        let dataset = comparison.dataset();
        let checkpoint = comparison.checkpoints().swap_remove(0);
        let whole = measure(&checkpoint, dataset);
        let mut measuring = Measuring::of(checkpoint.clone());
        let (measured, n_pieces) = go_on(&mut measuring, dataset, usize::MAX);
        assert!(n_pieces >= 8, "two test sets and some chunks: {n_pieces}");
        let figures = |measured: &Measured| {
            let Measured { evaluated, natural_accuracy, objective, shares } = measured.clone();
            (evaluated, natural_accuracy, objective, shares)
        };
        assert_eq!(figures(&measured.unwrap()), figures(&whole));
        let mut halting = Measuring::of(checkpoint);
        // Told to stop at once it does nothing, and asks for each chunk at most once more.
        assert!(go_on(&mut halting, dataset, 0).0.is_none());
        let mut n_calls = 0;
        let measured = loop {
            n_calls += 1;
            if let (Some(measured), _) = go_on(&mut halting, dataset, 1) {
                break measured;
            }
        };
        assert_eq!(n_calls, n_pieces, "a piece each time, none of them twice");
        assert_eq!(figures(&measured), figures(&whole));
    }
}
