//! What can be read off class counts: how long the tail is and how much of everything the head holds.

use super::ClassCounts;

/// Figures that describe an imbalance.
#[derive(Debug, Clone, Copy, PartialEq, serde::Serialize)]
pub struct Diagnostics {
    /// Share of all samples that the most frequent fifth of classes (rounded up) holds, 0 to 1.
    pub head_share: f64,
    /// Gini coefficient of the counts: 0 when all are equal, towards 1 when one class has everything.
    pub gini: f64,
    /// Number of equally frequent classes with the same entropy, exp(−Σ p_i ln p_i), 1 to C.
    pub effective_classes: f64,
}

impl Diagnostics {
    /// Reads the figures off.
    ///
    /// ```
    /// use longtail_lab::distribution::{ClassCounts, Diagnostics};
    /// let even = Diagnostics::of(&ClassCounts::new(vec![7; 10])?);
    /// assert_eq!((even.head_share, even.gini), (0.2, 0.0));
    /// assert!((even.effective_classes - 10.0).abs() < 1e-12);
    /// # Ok::<(), longtail_lab::distribution::DistributionError>(())
    /// ```
    ///
    /// # Source
    /// Gini, "Variabilità e mutabilità", 1912; effective number of classes: the Hill number of order 1 (Hill,
    /// "Diversity and Evenness", Ecology 1973).
    pub fn of(counts: &ClassCounts) -> Self {
        let mut sorted: Vec<f64> = counts.as_slice().iter().map(|&n| n as f64).collect();
        sorted.sort_by(|a, b| b.total_cmp(a));
        let (n_classes, total) = (sorted.len(), counts.total() as f64);
        let n_head = n_classes.div_ceil(5);
        // Mean absolute difference over twice the mean, from counts in falling order.
        let weighted: f64 =
            sorted.iter().enumerate().map(|(rank, n)| (n_classes as f64 - 1.0 - 2.0 * rank as f64) * n).sum();
        let entropy: f64 = sorted.iter().filter(|&&n| n > 0.0).map(|n| -(n / total) * (n / total).ln()).sum();
        Self {
            head_share: sorted[..n_head].iter().sum::<f64>() / total,
            // Rounding may leave less than nothing.
            gini: (weighted / (n_classes as f64 * total)).max(0.0),
            effective_classes: entropy.exp(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(counts: &[u64], head_share: f64, gini: f64, effective_classes: f64) {
        let got = Diagnostics::of(&ClassCounts::new(counts.to_vec()).unwrap());
        let expected = Diagnostics { head_share, gini, effective_classes };
        let is_close = |a: f64, b: f64| (a - b).abs() < 1e-12;
        assert!(
            is_close(got.head_share, head_share)
                && is_close(got.gini, gini)
                && is_close(got.effective_classes, effective_classes),
            "{counts:?}: {got:?}, expected {expected:?}"
        );
    }

    #[test]
    fn figures_can_be_checked_by_hand() {
        check(&[5, 5], 0.5, 0.0, 2.0);
        // Mean difference of 1 and 3 is 1 (over all four pairs), mean 2: 1/4.
        check(&[1, 3], 0.75, 0.25, (0.25 * 4_f64.ln() + 0.75 * (4.0_f64 / 3.0).ln()).exp());
        check(&[0, 8, 0, 0], 1.0, 0.75, 1.0);
    }

    #[test]
    fn the_order_of_classes_makes_no_difference() {
        let of = |list: &[u64]| Diagnostics::of(&ClassCounts::new(list.to_vec()).unwrap());
        assert_eq!(of(&[9, 1, 4, 4, 2, 7]), of(&[1, 2, 4, 4, 7, 9]));
    }
}
