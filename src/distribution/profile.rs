//! Profiles: rules that turn a few numbers into class counts.

use serde::{Deserialize, Serialize};
use strum::{EnumCount, VariantArray};

use super::{
    ClassCounts, DistributionError,
    exact::{ExactProfile, Pareto},
    fitted::fitted_counts,
};
use crate::{
    bounds::Bounded,
    numbers::{Decimal, share_rounded, written},
};

/// Most classes that a list of counts may have.
pub const MAX_CLASSES: usize = 10_000_000;
/// Largest count of one class that a profile may ask for (exact in f64).
pub const MAX_COUNT: u64 = 1_000_000_000_000_000;

/// The shape of a distribution over classes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, EnumCount, VariantArray)]
#[serde(rename_all = "snake_case")]
pub enum Profile {
    /// n_i = ⌊n_max · (1/F)^(i/(C−1))⌋, the long tail of CIFAR-LT (Cui et al. 2019).
    Exponential,
    /// The last ⌊μC⌉ classes have n_max/ρ samples, the others n_max (Buda et al. 2018).
    Step,
    /// Equal differences from n_max down to n_max/F.
    Linear,
    /// n_i = ⌊n_max / (i+1)^s⌋, word frequencies.
    Zipf,
    /// Quantiles of a Pareto distribution with power α, scaled to n_max and n_max/F (ImageNet-LT uses α = 6).
    Pareto,
    /// n_i = n_max · (1/F)^((i/(C−1))^q), with q such that all counts add up to a given total.
    Fitted,
    /// Every class has n_max samples.
    Uniform,
    /// A list of counts that the user gave.
    Own,
}

impl Profile {
    /// Every profile, in menu order.
    pub const ALL: [Self; Self::COUNT] = crate::variants::all_of(Self::VARIANTS);

    /// The profile's name on screen.
    pub fn label(self) -> &'static str {
        match self {
            Self::Exponential => "Exponential",
            Self::Step => "Step",
            Self::Linear => "Linear",
            Self::Zipf => "Zipf",
            Self::Pareto => "Pareto",
            Self::Fitted => "Fitted to a total",
            Self::Uniform => "Uniform",
            Self::Own => "Own counts",
        }
    }

    /// The rule in one line, for tooltips and help.
    pub fn formula(self) -> &'static str {
        match self {
            Self::Exponential => "n_i = ⌊n_max · (1/F)^(i/(C−1))⌋, as in CIFAR-LT",
            Self::Step => "the last μ·C classes have n_max/F samples, the others n_max",
            Self::Linear => "n_i falls from n_max to n_max/F in equal steps",
            Self::Zipf => "n_i = ⌊n_max/(i+1)^s⌋",
            Self::Pareto => "quantiles of a Pareto distribution with power α, scaled to n_max and n_max/F",
            Self::Fitted => {
                "n_i = n_max · (1/F)^((i/(C−1))^q), with q such that Σ n_i is the total; q = 1 is exponential"
            }
            Self::Uniform => "every class has n_max samples",
            Self::Own => "a list of whole numbers, one for each class",
        }
    }

    /// Whether the imbalance factor F shapes this profile.
    pub fn uses_imbalance(self) -> bool {
        matches!(self, Self::Exponential | Self::Step | Self::Linear | Self::Pareto | Self::Fitted)
    }
}

/// What the sliders of a distribution edit; [`DistributionSpec::counts`] turns it into counts.
///
/// Parameters that the chosen profile does not use keep their value, so that switching back loses nothing.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct DistributionSpec {
    /// The rule.
    pub profile: Profile,
    /// Number of classes C, 2 to [`MAX_CLASSES`]; ignored by [`Profile::Own`].
    pub classes: usize,
    /// Largest count n_max, 1 to [`MAX_COUNT`].
    pub max_count: u64,
    /// Nominal imbalance factor F = n_max/n_min, 1 to 10⁹ (ρ for the step profile).
    pub imbalance: f64,
    /// Share μ of classes in the minority, in (0, 1); step profile.
    pub minority_share: f64,
    /// Exponent s in [0, 10]; Zipf profile.
    pub zipf_exponent: f64,
    /// Power α in (0, 100]; Pareto profile.
    pub pareto_power: f64,
    /// Number of samples N = Σ n_i, within [`DistributionSpec::total_range`]; fitted profile.
    pub total: u64,
    /// The user's list, in class order; own profile.
    pub own_counts: Vec<u64>,
}

impl Default for DistributionSpec {
    fn default() -> Self {
        Self {
            profile: Profile::Exponential,
            classes: 10,
            max_count: 2000,
            imbalance: 100.0,
            minority_share: 0.5,
            zipf_exponent: 1.0,
            pareto_power: 6.0,
            total: 5000,
            own_counts: vec![2000, 600, 200, 60, 20],
        }
    }
}

impl DistributionSpec {
    /// The class counts that the profile asks for, shape `[classes]`.
    ///
    /// Generated counts are truncated, never rounded, and at least 1, so the realised imbalance factor can differ
    /// from the nominal one; show both. They are those of the formula with the parameters as they are written, computed
    /// with 32 digits: 98 samples and F = 49 give 2, and 11 samples and F = 1.1 give 10. The fitted profile gives its total exactly: see [`Profile::Fitted`].
    ///
    /// # Errors
    /// When a parameter that the profile uses is outside its range, the list has fewer than two classes, or no fitted
    /// profile has the total.
    ///
    /// ```
    /// use longtail_lab::distribution::DistributionSpec;
    /// let spec = DistributionSpec { max_count: 5000, ..DistributionSpec::default() };
    /// assert_eq!(spec.counts()?.as_slice(), [5000, 2997, 1796, 1077, 645, 387, 232, 139, 83, 50]);
    /// # Ok::<(), longtail_lab::distribution::DistributionError>(())
    /// ```
    ///
    /// # Source
    /// Exponential: Cui, Jia, Lin, Song, Belongie, "Class-Balanced Loss Based on Effective Number of Samples",
    /// CVPR 2019, section 5.1. Step: Buda, Maki, Mazurowski, "A systematic study of the class imbalance problem in
    /// convolutional neural networks", 2018, section 3.
    pub fn counts(&self) -> Result<ClassCounts, DistributionError> {
        if self.profile == Profile::Own {
            return ClassCounts::new(self.own_counts.clone())?.with_two_classes();
        }
        self.check()?;
        if self.profile == Profile::Fitted {
            let counts = fitted_counts(self.classes, self.max_count, self.min_count(), self.total);
            return ClassCounts::new(counts.ok_or_else(|| self.unreachable_total())?);
        }
        let exact = ExactProfile::new(self.classes, self.max_count, self.imbalance);
        let n_majority = self.classes - self.n_minority();
        let pareto = Pareto::new(self.classes, self.pareto_power);
        let count = |rank: usize| match self.profile {
            Profile::Exponential => exact.exponential(rank),
            Profile::Step if rank < n_majority => self.max_count,
            Profile::Step => self.min_count(),
            Profile::Linear => exact.linear(rank),
            Profile::Zipf => exact.zipf(rank, self.zipf_exponent),
            Profile::Pareto => exact.pareto(rank, &pareto),
            Profile::Fitted | Profile::Uniform | Profile::Own => self.max_count,
        };
        ClassCounts::new((0..self.classes).map(|rank| count(rank).within(1, self.max_count)).collect())
    }

    /// Checks what does not depend on how many classes there are, for a table whose classes are not yet known.
    ///
    /// # Errors
    /// When a parameter that the profile uses is outside its range, or the list has fewer than two classes.
    pub fn check_for_table(&self) -> Result<(), DistributionError> {
        if self.profile == Profile::Own {
            return ClassCounts::new(self.own_counts.clone())?.with_two_classes().map(drop);
        }
        Self { classes: 2, ..self.clone() }.check()
    }

    /// The imbalance factor that the profile aims at; `None` for a list of the user's own.
    pub fn nominal_imbalance(&self) -> Option<f64> {
        match self.profile {
            profile if profile.uses_imbalance() => Some(self.imbalance),
            Profile::Zipf => Some((self.classes as f64).powf(self.zipf_exponent)),
            Profile::Own => None,
            _ => Some(1.0),
        }
    }

    /// The totals that a fitted profile can have with the other parameters as they are: from one class with n_max and
    /// the others with n_min to one with n_min and the others with n_max.
    pub fn total_range(&self) -> std::ops::RangeInclusive<u64> {
        let others = self.classes.saturating_sub(1) as u64;
        let sum = |one: u64, other: u64| one.saturating_add(others.saturating_mul(other));
        sum(self.max_count, self.min_count())..=sum(self.min_count(), self.max_count)
    }

    /// The smallest count n_min of a profile that falls from n_max to n_max/F: truncated, at least 1.
    fn min_count(&self) -> u64 {
        let exact = Decimal::of(self.imbalance).and_then(|factor| factor.divides_truncated(self.max_count));
        exact.unwrap_or((self.max_count as f64 / self.imbalance) as u64).within(1, self.max_count.max(1))
    }

    /// Why a fitted profile cannot have the total.
    pub(crate) fn unreachable_total(&self) -> DistributionError {
        let (least, most) = self.total_range().into_inner();
        let Self { classes, max_count, total, .. } = self;
        DistributionError::OutOfRange {
            name: "the total",
            range: format!("{least} to {most} for {classes} classes with {max_count} to {} samples", self.min_count()),
            got: total.to_string(),
        }
    }

    /// Number of classes in the minority of a step profile: ⌊μC⌉, at least 1 and at most C − 1.
    fn n_minority(&self) -> usize {
        (share_rounded(self.minority_share, self.classes as u64) as usize).within(1, self.classes.saturating_sub(1))
    }

    fn check(&self) -> Result<(), DistributionError> {
        let in_range = |ok: bool, name: &'static str, range: String, got: String| {
            if ok { Ok(()) } else { Err(DistributionError::OutOfRange { name, range, got }) }
        };
        in_range(
            (2..=MAX_CLASSES).contains(&self.classes),
            "the number of classes",
            format!("2 to {MAX_CLASSES}"),
            self.classes.to_string(),
        )?;
        in_range(
            (1..=MAX_COUNT).contains(&self.max_count),
            "the largest class count",
            format!("1 to {MAX_COUNT}"),
            self.max_count.to_string(),
        )?;
        if self.profile.uses_imbalance() {
            in_range(
                (1.0..=1e9).contains(&self.imbalance),
                "the imbalance factor",
                "from 1 to 1e9".to_owned(),
                written(self.imbalance),
            )?;
        }
        match self.profile {
            Profile::Step => in_range(
                self.minority_share > 0.0 && self.minority_share < 1.0,
                "the share of minority classes",
                "between 0 and 1".to_owned(),
                written(self.minority_share),
            ),
            Profile::Zipf => in_range(
                (0.0..=10.0).contains(&self.zipf_exponent),
                "the Zipf exponent",
                "from 0 to 10".to_owned(),
                written(self.zipf_exponent),
            ),
            Profile::Pareto => in_range(
                self.pareto_power > 0.0 && self.pareto_power <= 100.0,
                "the Pareto power",
                "above 0 and at most 100".to_owned(),
                written(self.pareto_power),
            ),
            _ => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(spec: &DistributionSpec, expected: &[u64]) {
        assert_eq!(spec.counts().unwrap().as_slice(), expected, "{spec:?}");
    }

    fn spec(profile: Profile, classes: usize, max_count: u64, imbalance: f64) -> DistributionSpec {
        DistributionSpec { profile, classes, max_count, imbalance, ..DistributionSpec::default() }
    }

    #[test]
    fn each_profile_gives_counts_that_can_be_checked_by_hand() {
        check(&spec(Profile::Step, 5, 1000, 10.0), &[1000, 1000, 100, 100, 100]);
        check(&spec(Profile::Linear, 5, 100, 10.0), &[100, 77, 55, 32, 10]);
        check(&spec(Profile::Zipf, 4, 100, 1.0), &[100, 50, 33, 25]);
        check(&spec(Profile::Uniform, 3, 7, 100.0), &[7, 7, 7]);
        let own = DistributionSpec { profile: Profile::Own, own_counts: vec![3, 0, 9], ..DistributionSpec::default() };
        check(&own, &[3, 0, 9]);
    }

    #[test]
    fn a_pareto_profile_falls_from_the_largest_to_the_smallest_count() {
        let counts = spec(Profile::Pareto, 1000, 1280, 256.0).counts().unwrap();
        assert_eq!((counts.max(), counts.min_present()), (1280, 5));
        assert!(counts.as_slice().is_sorted_by(|a, b| a >= b));
    }

    #[test]
    fn a_fitted_profile_has_its_total_or_says_which_totals_there_are() {
        let fitted = |total| DistributionSpec { total, ..spec(Profile::Fitted, 4, 100, 10.0) };
        for total in [130, 131, 200, 309, 310] {
            let counts = fitted(total).counts().unwrap();
            assert_eq!((counts.total(), counts.max(), counts.min_present()), (total, 100, 10));
        }
        for total in [0, 129, 311, u64::MAX] {
            assert_eq!(
                fitted(total).counts().unwrap_err().to_string(),
                format!("the total must be 130 to 310 for 4 classes with 100 to 10 samples, got {total}")
            );
        }
        assert_eq!(fitted(200).nominal_imbalance(), Some(10.0));
    }

    #[test]
    fn counts_are_at_least_one_and_truncation_shows_in_the_realised_factor() {
        let spec = spec(Profile::Exponential, 3, 10, 1000.0);
        check(&spec, &[10, 1, 1]);
        assert_eq!((spec.nominal_imbalance(), spec.counts().unwrap().realised_imbalance()), (Some(1000.0), 10.0));
    }

    #[test]
    fn parameters_outside_their_range_are_named() {
        let message = |spec: DistributionSpec| spec.counts().unwrap_err().to_string();
        assert_eq!(message(spec(Profile::Linear, 5, 10, 0.5)), "the imbalance factor must be from 1 to 1e9, got 0.5");
        assert!(message(spec(Profile::Exponential, 5, 10, f64::NAN)).contains("got NaN"));
        assert!(message(spec(Profile::Uniform, 1, 10, 1.0)).contains("2 to"));
        assert!(message(spec(Profile::Uniform, 2, 0, 1.0)).contains("largest class count"));
    }
}
