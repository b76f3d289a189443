//! What an objective amounts to for each class: weight, offset, margin and share of a batch, in numbers.

use super::CheckedSpec;
use crate::{data::class_shares, distribution::ClassCounts};

/// What an objective does with the samples of one class.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct ClassPart {
    /// Place of the class.
    pub class_idx: usize,
    /// Training samples.
    pub n_samples: u64,
    /// Normalised class weight, by which the loss of its samples is multiplied; where weights are deferred the later one.
    pub weight: f64,
    /// Added to its logit in training.
    pub training_offset: f64,
    /// Added to its logit when the trained model predicts.
    pub test_offset: f64,
    /// Subtracted in training from its logit in the loss of its own samples.
    pub margin: f64,
    /// Share of its samples in an average batch, 0 to 1; at the end of the run for samplers that change.
    pub batch_share: f64,
}

impl CheckedSpec {
    /// What an objective does with each class, shape `[n_classes]`.
    pub fn composition(&self, objective_idx: usize, counts: &ClassCounts) -> Vec<ClassPart> {
        let weights = self.class_weights(objective_idx, counts);
        let offsets = self.offsets(objective_idx, counts);
        let shares = class_shares(self.objectives()[objective_idx].sampler, counts, 1, 1);
        let at = |values: &[f64], class_idx: usize| values.get(class_idx).copied().unwrap_or(0.0);
        let part = |(class_idx, &n_samples): (usize, &u64)| ClassPart {
            class_idx,
            n_samples,
            weight: weights[class_idx],
            training_offset: at(offsets.training(), class_idx),
            test_offset: at(offsets.test(), class_idx),
            margin: at(offsets.margins(), class_idx),
            batch_share: shares[class_idx],
        };
        counts.as_slice().iter().enumerate().map(part).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::experiment::{ExperimentSpec, Preset};

    #[test]
    fn a_composition_tells_weight_offset_margin_and_share_of_each_class() {
        let mut spec = ExperimentSpec { objectives: Vec::new(), ..ExperimentSpec::default() };
        for preset in [Preset::BalancedCe, Preset::BalancedSoftmax, Preset::CeAdjusted, Preset::Ldam, Preset::CeSmote] {
            spec.add_objective(preset.objective()).unwrap();
        }
        let checked = spec.check().unwrap();
        let counts = ClassCounts::new(vec![80, 0, 20]).unwrap();
        let rarest = |objective_idx: usize| checked.composition(objective_idx, &counts)[2];
        // Mean sample weight one: w = N / (classes with samples · n).
        assert!((rarest(0).weight - 100.0 / (2.0 * 20.0)).abs() < 1e-12);
        assert!((rarest(1).training_offset - 0.2_f64.ln()).abs() < 1e-15);
        assert_eq!((rarest(2).training_offset, rarest(2).test_offset), (0.0, -rarest(1).training_offset));
        assert_eq!((rarest(3).margin, rarest(3).weight), (0.5, 1.0));
        assert_eq!((rarest(4).batch_share, rarest(0).batch_share), (0.5, 0.2));
        let empty = checked.composition(0, &counts)[1];
        assert_eq!((empty.n_samples, empty.weight, empty.batch_share), (0, 0.0, 0.0));
    }
}
