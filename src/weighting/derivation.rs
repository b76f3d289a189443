//! The derivation of the effective number, step by step with its numbers.

use super::effective::{Beta, WeightingError, effective_number, n_prototypes};

/// One step: a line of algebra and what it comes to.
#[derive(Debug, Clone, PartialEq)]
pub struct DerivationStep {
    /// What the step says, a sentence.
    pub words: &'static str,
    /// What is computed, such as "E_n".
    pub symbol: &'static str,
    /// The right-hand side in symbols, such as "1 + β·E_{n−1}".
    pub formula: &'static str,
    /// What the right-hand side comes to.
    pub value: f64,
    numbers: Vec<Part>,
}

/// A piece of a right-hand side.
#[derive(Debug, Clone, PartialEq)]
enum Part {
    Text(&'static str),
    Number(f64),
}

impl DerivationStep {
    /// The right-hand side with numbers in place of its symbols; `format` writes a number.
    pub fn with_numbers(&self, format: impl Fn(f64) -> String) -> String {
        let text = |part: &Part| match part {
            Part::Text(text) => (*text).to_owned(),
            Part::Number(number) => format(*number),
        };
        self.numbers.iter().map(text).collect()
    }
}

/// From the first sample to the closed form, with the numbers of β and `n` ≥ 1 samples; 0 samples are taken as 1.
///
/// The steps, in order: N = 1/(1 − β), E_1 = 1, the overlap p = E_{n−1}/N, E_n by cases, E_n = 1 + β·E_{n−1}, the sum of
/// powers, the closed form, its limits for n → ∞ and β → 1, and the weight 1/E_n. For N prototypes use
/// [`beta_of_prototypes`](super::beta_of_prototypes).
///
/// ```
/// use longtail_lab::weighting::derivation;
/// let steps = derivation(0.5, 2)?;
/// let recursion = &steps[4];
/// assert_eq!((recursion.symbol, recursion.formula), ("E_n", "1 + β·E_{n−1}"));
/// assert_eq!(recursion.with_numbers(|number| number.to_string()), "1 + 0.5·1");
/// assert_eq!(recursion.value, 1.5);
/// # Ok::<(), longtail_lab::weighting::WeightingError>(())
/// ```
///
/// # Errors
/// When β is outside [0, 1).
///
/// # Source
/// Cui, Jia, Lin, Song, Belongie, "Class-Balanced Loss Based on Effective Number of Samples", CVPR 2019, proposition 1
/// and its proof.
pub fn derivation(beta: f64, n: u64) -> Result<Vec<DerivationStep>, WeightingError> {
    use Part::{Number, Text};
    let beta = Beta::new(beta)?.get();
    let n = n.max(1);
    let space = n_prototypes(beta);
    let (before, now) = (effective_number(beta, n - 1), effective_number(beta, n));
    let overlap = before / space;
    let samples = n as f64;
    let step = |words, symbol, formula, value, numbers| DerivationStep { words, symbol, formula, value, numbers };
    Ok(vec![
        step(
            "β stands for a space of N prototypes that samples fall on.",
            "N",
            "1/(1 − β)",
            space,
            vec![Text("1/(1 − "), Number(beta), Text(")")],
        ),
        step("The first sample covers one prototype.", "E_1", "1", 1.0, vec![Number(1.0)]),
        step(
            "Sample n falls on what the ones before it cover with probability p.",
            "p",
            "E_{n−1}/N",
            overlap,
            vec![Number(before), Text("/"), Number(space)],
        ),
        step(
            "If it does, it adds nothing; if not, it adds one.",
            "E_n",
            "p·E_{n−1} + (1 − p)·(E_{n−1} + 1)",
            overlap * before + (1.0 - overlap) * (before + 1.0),
            vec![
                Number(overlap),
                Text("·"),
                Number(before),
                Text(" + (1 − "),
                Number(overlap),
                Text(")·("),
                Number(before),
                Text(" + 1)"),
            ],
        ),
        step(
            "With p put in and β = (N − 1)/N, this is a recursion.",
            "E_n",
            "1 + β·E_{n−1}",
            1.0 + beta * before,
            vec![Text("1 + "), Number(beta), Text("·"), Number(before)],
        ),
        step(
            "Followed down to the first sample, it is a sum of powers.",
            "E_n",
            "1 + β + β² + … + β^(n−1)",
            now,
            powers(beta, n),
        ),
        step(
            "The sum has a closed form, the effective number.",
            "E_n",
            "(1 − β^n)/(1 − β)",
            now,
            vec![Text("(1 − "), Number(beta.powf(samples)), Text(")/(1 − "), Number(beta), Text(")")],
        ),
        step(
            "With ever more samples the whole space is covered.",
            "lim n → ∞ E_n",
            "1/(1 − β) = N",
            space,
            vec![Text("1/(1 − "), Number(beta), Text(")")],
        ),
        step(
            "In an ever larger space no two samples meet, and each counts in full.",
            "lim β → 1 E_n",
            "n",
            samples,
            vec![Number(samples)],
        ),
        step(
            "The class is weighted by the inverse of its effective number.",
            "w",
            "1/E_n",
            1.0 / now,
            vec![Text("1/"), Number(now)],
        ),
    ])
}

/// The n terms of 1 + β + β² + …, those in the middle left out.
fn powers(beta: f64, n: u64) -> Vec<Part> {
    let mut parts = vec![Part::Number(1.0)];
    for exponent in (1..n).take(2) {
        parts.extend([Part::Text(" + "), Part::Number(beta.powf(exponent as f64))]);
    }
    if n > 3 {
        let dots = if n > 4 { " + … + " } else { " + " };
        parts.extend([Part::Text(dots), Part::Number(beta.powf((n - 1) as f64))]);
    }
    parts
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_way_to_the_effective_number_gives_the_same() {
        for beta in [0.0, 0.3, 0.9, 0.999, 1.0 - 1e-9] {
            for n in [1_u32, 2, 3, 50, 5000] {
                let steps = derivation(beta, n.into()).unwrap();
                let values: Vec<f64> =
                    steps.iter().filter(|step| step.symbol == "E_n").map(|step| step.value).collect();
                assert_eq!(values.len(), 4);
                let summed: f64 = (0..n).map(|exponent| beta.powf(exponent.into())).sum();
                for value in values {
                    assert!((value / summed - 1.0).abs() < 1e-12, "β = {beta}, n = {n}: {value} {summed}");
                }
            }
        }
    }

    fn lines(beta: f64, n: u64) -> Vec<String> {
        let line = |step: &DerivationStep| {
            format!("{} = {} = {}", step.symbol, step.with_numbers(|number| number.to_string()), step.value)
        };
        derivation(beta, n).unwrap().iter().map(line).collect()
    }

    #[test]
    fn the_numbers_stand_where_the_symbols_stood() {
        let expected = [
            "N = 1/(1 − 0.5) = 2",
            "E_1 = 1 = 1",
            "p = 1.75/2 = 0.875",
            "E_n = 0.875·1.75 + (1 − 0.875)·(1.75 + 1) = 1.875",
            "E_n = 1 + 0.5·1.75 = 1.875",
            "E_n = 1 + 0.5 + 0.25 + 0.125 = 1.875",
            "E_n = (1 − 0.0625)/(1 − 0.5) = 1.875",
            "lim n → ∞ E_n = 1/(1 − 0.5) = 2",
            "lim β → 1 E_n = 4 = 4",
        ];
        let lines = lines(0.5, 4);
        assert_eq!(lines[..9], expected);
        assert!(lines[9].starts_with("w = 1/1.875 = 0.5333"));
    }

    #[test]
    fn the_sum_of_powers_has_as_many_terms_as_samples() {
        let sum = |n| lines(0.5, n)[5].clone();
        assert_eq!(sum(1), "E_n = 1 = 1");
        assert_eq!(sum(2), "E_n = 1 + 0.5 = 1.5");
        assert_eq!(sum(3), "E_n = 1 + 0.5 + 0.25 = 1.75");
        assert_eq!(sum(5), "E_n = 1 + 0.5 + 0.25 + … + 0.0625 = 1.9375");
    }

    #[test]
    fn beta_outside_its_range_is_refused_and_no_samples_are_taken_as_one() {
        assert_eq!(derivation(1.0, 5), Err(WeightingError::Beta(1.0)));
        assert!(derivation(f64::NAN, 5).is_err());
        assert_eq!(derivation(0.9, 0), derivation(0.9, 1));
    }
}
