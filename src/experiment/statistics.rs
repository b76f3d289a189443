//! Means over seeds and how sure they are.

use serde::Serialize;
use statrs::distribution::{ContinuousCDF, StudentsT};

/// A mean over seeds with the half width of its 95 % interval.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Estimate {
    /// Arithmetic mean.
    pub mean: f64,
    /// Half width of the 95 % Student-t interval; `None` for a single value.
    pub half_width: Option<f64>,
    /// Number of values.
    pub n: usize,
}

impl Estimate {
    /// The estimate from independent values; `None` when there is none.
    ///
    /// # Source
    /// Student, "The probable error of a mean", Biometrika 1908.
    pub fn of(values: &[f64]) -> Option<Self> {
        let n = values.len();
        if n == 0 {
            return None;
        }
        let mean = values.iter().sum::<f64>() / n as f64;
        let half_width = (n > 1)
            .then(|| {
                let variance = values.iter().map(|x| (x - mean).powi(2)).sum::<f64>() / (n - 1) as f64;
                let t = StudentsT::new(0.0, 1.0, (n - 1) as f64).ok()?;
                Some(t.inverse_cdf(0.975) * (variance / n as f64).sqrt())
            })
            .flatten();
        Some(Self { mean, half_width, n })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_interval_is_that_of_the_tables() {
        // t(0.975, 4) = 2.776445; values 1 … 5 have standard deviation 1.581139.
        let estimate = Estimate::of(&[1.0, 2.0, 3.0, 4.0, 5.0]).unwrap();
        assert_eq!(estimate.mean, 3.0);
        assert!((estimate.half_width.unwrap() - 2.776_445_105 * 1.581_138_83 / 5_f64.sqrt()).abs() < 1e-6);
    }

    #[test]
    fn one_value_has_no_interval_and_none_no_estimate() {
        assert_eq!(Estimate::of(&[0.5]).unwrap().half_width, None);
        assert_eq!(Estimate::of(&[]), None);
    }
}
