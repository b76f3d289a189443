//! How values lie along a rail, and the steps between them.

use std::ops::RangeInclusive;

use egui::emath::smart_aim::best_in_range_f64;

use crate::{
    bounds::Bounded,
    distribution::{exact_text, stepped_count},
};

/// The least number above 0 on a logarithmic rail that begins at 0.
const LEAST: f64 = 1e-6;
/// Largest −log₁₀(1 − β) on a rail of β.
const LARGEST_POSITION: f64 = 6.0;
/// Steps of a key from one end of an even rail to the other, about.
const N_STEPS: f64 = 100.0;

/// How values are spread along a rail.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Spread {
    Even,
    /// Evenly in the root of the distance from the low end, so that a quarter of the numbers has half of the rail.
    Squares,
    /// Evenly in the logarithm; a rail that begins at 0 has it at its end alone.
    Log,
    /// Evenly in −log₁₀(1 − β).
    TowardsOne,
}

/// The ends of a rail and what lies between them.
#[derive(Debug, Clone, Copy)]
pub(super) struct Scale {
    low: f64,
    high: f64,
    spread: Spread,
    is_whole: bool,
}

impl Scale {
    pub(super) fn even(range: RangeInclusive<f64>) -> Self {
        let (low, high) = range.into_inner();
        Self { low, high: high.max(low), spread: Spread::Even, is_whole: false }
    }

    pub(super) fn squares(range: RangeInclusive<f64>) -> Self {
        Self { spread: Spread::Squares, ..Self::even(range) }
    }

    pub(super) fn log(range: RangeInclusive<f64>) -> Self {
        Self { spread: Spread::Log, ..Self::even(range) }
    }

    /// β from 0 to 1 − 10⁻⁶: each step to the right makes N = 1/(1 − β) larger by as much.
    pub(super) fn towards_one() -> Self {
        Self { spread: Spread::TowardsOne, ..Self::even(0.0..=1.0 - 10_f64.powf(-LARGEST_POSITION)) }
    }

    /// The same for whole numbers.
    pub(super) fn whole(self) -> Self {
        Self { is_whole: true, ..self }
    }

    pub(super) fn ends(self) -> [f64; 2] {
        [self.low, self.high]
    }

    /// Where a value lies, from 0 to 1; values beyond an end lie at it.
    pub(super) fn share(self, value: f64) -> f64 {
        let share = match self.spread {
            Spread::Even => (value - self.low) / (self.high - self.low),
            Spread::Squares => ((value - self.low) / (self.high - self.low)).max(0.0).sqrt(),
            Spread::Log if value <= 0.0 => 0.0,
            Spread::Log => {
                let first = self.first().ln();
                (value.ln() - first) / (self.high.ln() - first)
            }
            Spread::TowardsOne => -(1.0 - value).log10() / LARGEST_POSITION,
        };
        // What cannot be told, as on a rail without length, lies at its beginning.
        if share > 0.0 { share.min(1.0) } else { 0.0 }
    }

    /// The value at a share of the rail.
    fn value(self, share: f64) -> f64 {
        let value = match self.spread {
            _ if share <= 0.0 => self.low,
            _ if share >= 1.0 => self.high,
            Spread::Even => self.low + (self.high - self.low) * share,
            Spread::Squares => self.low + (self.high - self.low) * share * share,
            Spread::Log => {
                let first = self.first().ln();
                (first + (self.high.ln() - first) * share).exp()
            }
            Spread::TowardsOne => beta_at(share * LARGEST_POSITION),
        };
        value.max(self.low).min(self.high)
    }

    /// The value with the fewest digits within `aim` of a share of the rail.
    pub(super) fn near(self, share: f64, aim: f64) -> f64 {
        if self.spread == Spread::TowardsOne || self.low >= self.high {
            return self.value(share);
        }
        let value = best_in_range_f64(self.value(share - aim), self.value(share + aim));
        let value = if self.is_whole { value.round() } else { value };
        value.max(self.low).min(self.high)
    }

    /// The value after a number of key steps; the digits it has beyond those of a step stay. Below the low end of the
    /// rail there is none, and one that is beyond an end already does not go back by a step outwards.
    pub(super) fn stepped(self, value: f64, n_steps: i32) -> f64 {
        let (mut value, is_up) = (value, n_steps > 0);
        for _ in 0..n_steps.unsigned_abs().min(1000) {
            let next = self.step(value, is_up);
            let is_inside = if is_up { next <= self.high } else { next >= self.low };
            value = match (is_inside, is_up) {
                (true, _) => next,
                (false, true) => value.max(self.high),
                (false, false) => value.min(self.low),
            };
        }
        value
    }

    fn step(self, value: f64, is_up: bool) -> f64 {
        let sign = if is_up { 1.0 } else { -1.0 };
        match (self.spread, self.is_whole) {
            (Spread::Even, true) => value + sign,
            (Spread::Even, false) => sum(value, sign * round_step((self.high - self.low) / N_STEPS)),
            // As on an even rail over the quarter that people use most.
            (Spread::Squares, _) => sum(value, sign * round_step((self.high - self.low) / (4.0 * N_STEPS))),
            (Spread::Log, true) => stepped_count(value.max(0.0) as u64, is_up, false) as f64,
            (Spread::Log, false) if value < LEAST => {
                if is_up {
                    self.first()
                } else {
                    0.0
                }
            }
            // A unit of the second digit, as large below a power of ten as what is left behind.
            (Spread::Log, false) => {
                let size = if is_up { value } else { value * (1.0 - 1e-9) };
                sum(value, sign * power_of_ten(decade(size) - 1))
            }
            (Spread::TowardsOne, _) => {
                // To the next tenth; one that is known to six digits is not taken for the tenth below it.
                let tenths = -(1.0 - value).log10() * 10.0 + sign * 1.001;
                beta_at(if is_up { tenths.floor() } else { tenths.ceil() } / 10.0)
            }
        }
    }

    /// The least value above 0.
    fn first(self) -> f64 {
        if self.low > 0.0 {
            self.low
        } else if self.is_whole {
            1.0
        } else {
            LEAST
        }
    }
}

/// β at −log₁₀(1 − β), inside [0, 1), and with six digits of 1 − β, as many as a person would type.
fn beta_at(position: f64) -> f64 {
    const NEAREST: f64 = 12.0;
    let complement = 10_f64.powf(-position.within(0.0, NEAREST));
    let digits: f64 = format!("{complement:.5e}").parse().unwrap_or(complement);
    1.0 - digits
}

/// The next of 1, 2, 5, 10, … times a power of ten.
fn round_step(least: f64) -> f64 {
    let decade = decade(least);
    let of_decade = [1.0, 2.0, 5.0].into_iter().find(|factor| factor * power_of_ten(decade) >= least * (1.0 - 1e-9));
    of_decade.map_or_else(|| power_of_ten(decade + 1), |factor| sum(0.0, factor * power_of_ten(decade)))
}

/// The power of ten of a number's first digit.
fn decade(value: f64) -> i32 {
    // What is written is right where a logarithm may be off by its last bit.
    format!("{value:e}").split_once('e').and_then(|(_, exponent)| exponent.parse().ok()).unwrap_or(0)
}

fn power_of_ten(exponent: i32) -> f64 {
    format!("1e{exponent}").parse().unwrap_or(1.0)
}

/// The sum with as many decimals as its parts have, so that 0.1 and 0.2 make 0.3.
pub(super) fn sum(value: f64, step: f64) -> f64 {
    let n_decimals = n_decimals(value).max(n_decimals(step));
    let exact = value + step;
    if n_decimals > 300 { exact } else { format!("{exact:.n_decimals$}").parse().unwrap_or(exact) + 0.0 }
}

/// Decimals of a number as it is written.
fn n_decimals(value: f64) -> usize {
    let text = exact_text(value);
    let (digits, exponent) = text.split_once('e').unwrap_or((&text, "0"));
    let decimals = digits.split_once('.').map_or(0, |(_, decimals)| decimals.len());
    let exponent: isize = exponent.parse().unwrap_or(0);
    decimals.saturating_add_signed(exponent.saturating_neg())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_beta_of_the_rail_stays_in_its_range_and_has_few_digits() {
        assert_eq!([-3.0, 0.0, 1.0, 3.0].map(beta_at), [0.0, 0.0, 0.9, 0.999]);
        assert_eq!(beta_at(2.5), 1.0 - 0.003_162_28);
        assert!(beta_at(300.0) < 1.0);
    }

    #[test]
    fn places_and_values_belong_together() {
        for (scale, values) in [
            (Scale::even(-1.0..=1.0), [-1.0, 0.0, 0.25, 1.0]),
            (Scale::squares(0.0..=20.0), [0.0, 0.2, 5.0, 20.0]),
            (Scale::log(1e-4..=1.0), [1e-4, 1e-2, 0.05, 1.0]),
            (Scale::log(0.0..=0.1), [0.0, 1e-5, 1e-2, 0.1]),
            (Scale::towards_one(), [0.0, 0.9, 0.999, 0.999_999]),
        ] {
            for value in values {
                let got = scale.value(scale.share(value));
                assert!((got - value).abs() < 1e-12, "{scale:?} {value} {got}");
                assert_eq!(scale.near(scale.share(value), 0.0001), value, "{scale:?}");
            }
        }
        assert_eq!(Scale::log(1.0..=1000.0).whole().near(0.5, 0.02), 30.0);
    }

    #[test]
    fn odd_rails_and_odd_values_have_a_place() {
        for scale in [Scale::even(3.0..=3.0), Scale::log(1.0..=1.0), Scale::log(0.0..=0.0), Scale::even(5.0..=1.0)] {
            for value in [f64::NAN, f64::INFINITY, f64::NEG_INFINITY, -1.0, 0.0, 3.0, 1e300] {
                assert!((0.0..=1.0).contains(&scale.share(value)), "{scale:?} {value}");
            }
            for share in [f64::NAN, -1.0, 0.0, 0.5, 1.0, 7.0] {
                assert!(scale.near(share, 0.01).is_finite(), "{scale:?} {share}");
            }
        }
    }

    #[test]
    fn a_step_keeps_the_digits_that_are_not_its_own() {
        let even = Scale::even(0.0..=5.0);
        assert_eq!(even.stepped(1.234_567_89, 1), 1.284_567_89);
        assert_eq!([even.stepped(0.1, 4), even.stepped(0.3, -1)], [0.3, 0.25]);
        assert_eq!([even.stepped(4.99, 1), even.stepped(0.01, -1)], [5.0, 0.0]);
        let gamma = Scale::squares(0.0..=20.0);
        assert_eq!([0.0, 1.234_567_89, 10.0].map(|value| gamma.stepped(value, 1)), [0.05, 1.284_567_89, 10.05]);
        assert_eq!([gamma.stepped(0.005, -1), gamma.stepped(19.99, 1)], [0.0, 20.0]);
        assert_eq!(Scale::log(1e-4..=1.0).stepped(0.005, 1), 0.0051);
        assert_eq!(Scale::log(1e-4..=1.0).stepped(0.01, -1), 0.0099);
        assert_eq!([0.0, 1e-6].map(|l2| Scale::log(0.0..=0.1).stepped(l2, 1)), [1e-6, 1.1e-6]);
        assert_eq!(Scale::log(0.0..=0.1).stepped(1e-7, -1), 0.0);
        assert_eq!(Scale::log(1.0..=10_000.0).whole().stepped(200.0, 1), 210.0);
        assert_eq!(Scale::even(2.0..=64.0).whole().stepped(2.0, -3), 2.0);
        let beta = Scale::towards_one();
        assert_eq!(beta.stepped(0.9, 10), 0.99);
        assert_eq!(beta.stepped(0.999, -10), 0.99);
        assert_eq!(beta.stepped(0.999_123, 1), beta_at(3.1));
    }

    #[test]
    fn what_lies_beyond_an_end_does_not_come_back_by_a_step_outwards() {
        let epochs = Scale::log(1.0..=10_000.0).whole();
        assert_eq!([epochs.stepped(1e6, 1), epochs.stepped(1e6, -1)], [1e6, 990_000.0]);
        assert_eq!(Scale::even(1.0..=2.0).stepped(0.5, -1), 0.5);
        assert_eq!(Scale::towards_one().stepped(0.999_999_999, 1), 0.999_999_999);
    }
}
