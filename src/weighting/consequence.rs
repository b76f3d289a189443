//! What a weight vector does to training: how large a sample counts on average, and whose samples count.

use serde::Serialize;

use crate::distribution::ClassCounts;

/// The consequence of one weight vector for the samples that it is used on.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Consequence {
    /// Mean weight of a sample, Σ n_i w_i / N.
    ///
    /// Under the batch mean and SGD this acts as a factor on the learning rate: 0.2 trains like weights of mean one at a
    /// fifth of the rate. The weighted mean divides it out, and so does Adam up to its ε.
    pub mean_sample_weight: f64,
    /// Share of the total weight Σ n_i w_i that the samples of the most frequent fifth of classes (rounded up, as in
    /// [`Diagnostics::head_share`](crate::distribution::Diagnostics::head_share)) hold, 0 to 1; `None` when all weights
    /// are 0.
    pub head_share: Option<f64>,
    /// Weight of the least frequent class that has samples over that of the most frequent one; `None` when that is 0.
    pub tail_to_head: Option<f64>,
}

impl Consequence {
    /// Reads the figures off weights of at least 0, shape `[n_classes]`, for the counts they are used on.
    ///
    /// ```
    /// use longtail_lab::{distribution::ClassCounts, weighting::Consequence};
    /// let counts = ClassCounts::new(vec![30, 10])?;
    /// let consequence = Consequence::of(&counts, &[0.5, 1.5]);
    /// assert_eq!(consequence.mean_sample_weight, 0.75);
    /// assert_eq!((consequence.head_share, consequence.tail_to_head), (Some(0.5), Some(3.0)));
    /// # Ok::<(), longtail_lab::distribution::DistributionError>(())
    /// ```
    pub fn of(counts: &ClassCounts, weights: &[f64]) -> Self {
        let order = counts.head_to_tail();
        let weight = |class_idx: usize| weights.get(class_idx).copied().unwrap_or(0.0);
        let total_of = |classes: &[usize]| -> f64 {
            classes.iter().map(|&class_idx| counts.as_slice()[class_idx] as f64 * weight(class_idx)).sum()
        };
        let total = total_of(&order);
        let head_total = total_of(&order[..order.len().div_ceil(5)]);
        let head = order.first().map_or(0.0, |&class_idx| weight(class_idx));
        let rarest = order.iter().rev().find(|&&class_idx| counts.as_slice()[class_idx] > 0);
        let tail = rarest.map_or(0.0, |&class_idx| weight(class_idx));
        Self {
            mean_sample_weight: total / counts.total() as f64,
            head_share: (total > 0.0).then(|| head_total / total),
            tail_to_head: (head > 0.0).then(|| tail / head),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        distribution::{Diagnostics, DistributionSpec},
        weighting::{Beta, Normalisation, Scheme, class_weights},
    };

    fn of(counts: &ClassCounts, scheme: Scheme, normalisation: Normalisation) -> Consequence {
        Consequence::of(counts, &class_weights(counts, scheme, normalisation))
    }

    fn long_tail() -> ClassCounts {
        DistributionSpec { max_count: 5000, ..Default::default() }.counts().unwrap()
    }

    #[test]
    fn uniform_weights_leave_everything_as_the_counts_have_it() {
        let counts = long_tail();
        let got = of(&counts, Scheme::Uniform, Normalisation::SumToClasses);
        assert_eq!((got.mean_sample_weight, got.tail_to_head), (1.0, Some(1.0)));
        assert!((got.head_share.unwrap() - Diagnostics::of(&counts).head_share).abs() < 1e-15);
    }

    #[test]
    fn inverse_frequency_gives_every_class_the_same_say() {
        let counts = long_tail();
        for normalisation in Normalisation::ALL {
            let got = of(&counts, Scheme::InverseFrequency, normalisation);
            assert!((got.head_share.unwrap() - 0.2).abs() < 1e-12, "{normalisation:?} {got:?}");
            assert!((got.tail_to_head.unwrap() - 100.0).abs() < 1e-10, "{normalisation:?} {got:?}");
        }
    }

    #[test]
    fn the_mean_weight_of_a_sample_is_what_the_normalisation_says() {
        let counts = long_tail();
        for scheme in [Scheme::InverseFrequency, Scheme::EffectiveNumber { beta: Beta::USUAL }] {
            let got = of(&counts, scheme, Normalisation::MeanSampleWeightOne);
            assert!((got.mean_sample_weight - 1.0).abs() < 1e-12, "{got:?}");
        }
        // For 1/n it is C²/(N·Σ 1/n), worked out by hand for these counts: 6.2 times slower.
        let got = of(&counts, Scheme::InverseFrequency, Normalisation::SumToClasses);
        assert!((got.mean_sample_weight - 0.162_165_479_552_491).abs() < 1e-14, "{got:?}");
    }

    #[test]
    fn empty_classes_and_weights_of_nothing_have_no_ratio() {
        let counts = ClassCounts::new(vec![0, 10, 40]).unwrap();
        let got = Consequence::of(&counts, &[5.0, 2.0, 0.5]);
        assert_eq!((got.mean_sample_weight, got.head_share, got.tail_to_head), (0.8, Some(0.5), Some(4.0)));
        let got = Consequence::of(&counts, &[0.0; 3]);
        assert_eq!((got.mean_sample_weight, got.head_share, got.tail_to_head), (0.0, None, None));
        assert_eq!(Consequence::of(&counts, &[]), got);
    }
}
