//! Exponentials, maxima and sums over a row of logits, written so that the compiler makes vector code of them.

/// Accumulators side by side: a sum or maximum in one variable could not be split into lanes.
const LANES: usize = 16;

/// eˣ in f32, within 2 units in the last place over the whole range; results below the smallest normal number are
/// rounded like any other, and beyond the range they are 0 or infinite.
///
/// # Source
/// Moshier, Cephes Mathematical Library, 1989, `expf`: x = n·ln 2 + r with ln 2 in two parts and a polynomial of degree
/// seven in |r| ≤ ln 2 / 2.
fn exp(x: f32) -> f32 {
    // Adding this rounds to a whole number and leaves it in the lowest bits.
    const ROUND: f32 = 12_582_912.0;
    const LN_2: [f32; 2] = [0.693_359_4, -2.121_944_4e-4];
    const POLYNOMIAL: [f32; 6] = [1.987_569_1e-4, 1.398_199_9e-3, 8.333_452e-3, 4.166_579_6e-2, 1.666_666_5e-1, 0.5];
    // e to the first is 0 and to the second infinite, after rounding.
    let x = x.clamp(-105.0, 89.0);
    let rounded = x * std::f32::consts::LOG2_E + ROUND;
    let n = rounded.to_bits().cast_signed() - ROUND.to_bits().cast_signed();
    let whole = rounded - ROUND;
    let r = x - whole * LN_2[0] - whole * LN_2[1];
    let tail = POLYNOMIAL.into_iter().fold(0.0, |sum, coefficient| sum * r + coefficient);
    let value = tail * r * r + r + 1.0;
    // In two factors, each of which is a normal number.
    let half = n >> 1;
    let power_of_two = |n: i32| f32::from_bits((n + 127).cast_unsigned() << 23);
    value * power_of_two(half) * power_of_two(n - half)
}

/// Replaces every z by exp(z − shift).
pub(super) fn exp_shifted(row: &mut [f32], shift: f32) {
    for z in row {
        *z = exp(*z - shift);
    }
}

/// Largest value of a row, −∞ for an empty one; what it is where a value is NaN is not said.
pub(super) fn max(row: &[f32]) -> f32 {
    let larger = |a: f32, b: f32| if a > b { a } else { b };
    fold(row, f32::NEG_INFINITY, larger)
}

/// Sum of a row, in [`LANES`] partial sums.
pub(super) fn sum(row: &[f32]) -> f32 {
    fold(row, 0.0, |a, b| a + b)
}

fn fold(row: &[f32], start: f32, join: impl Fn(f32, f32) -> f32) -> f32 {
    let mut lanes = [start; LANES];
    let (chunks, rest) = row.as_chunks::<LANES>();
    for chunk in chunks {
        for (lane, &value) in lanes.iter_mut().zip(chunk) {
            *lane = join(*lane, value);
        }
    }
    let joined = lanes.into_iter().fold(start, &join);
    rest.iter().fold(joined, |all, &value| join(all, value))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Distance in representable numbers.
    fn ulps(a: f32, b: f32) -> u32 {
        a.to_bits().abs_diff(b.to_bits())
    }

    #[test]
    fn exponentials_are_within_two_units_in_the_last_place_over_the_whole_range() {
        let mut worst = 0;
        for sign in [0.0_f32, -0.0] {
            // Every 997th number from 0 to 110 on either side, and so all magnitudes.
            for bits in (0..110.0_f32.to_bits()).step_by(997) {
                let x = f32::from_bits(bits).copysign(sign);
                let expected = f64::from(x).exp() as f32;
                let got = exp(x);
                if expected.is_infinite() {
                    // The last number before infinity may be reached, too.
                    assert!(got >= f32::MAX * 0.999, "exp({x}) = {got}");
                    continue;
                }
                worst = worst.max(ulps(got, expected));
            }
        }
        assert!(worst <= 2, "{worst} ulp");
    }

    #[test]
    fn the_ends_are_exact() {
        assert_eq!((exp(0.0), exp(f32::NEG_INFINITY), exp(f32::INFINITY)), (1.0, 0.0, f32::INFINITY));
        assert!(exp(f32::NAN).is_nan());
    }

    #[test]
    fn sums_and_maxima_of_any_length_take_every_value() {
        for n in [0, 1, 15, 16, 17, 40, 1000] {
            let row: Vec<f32> = (0..n).map(|i| ((i * 7) % 13) as f32 - 6.0).collect();
            assert_eq!(sum(&row), row.iter().sum::<f32>(), "{n} whole numbers add up exactly");
            assert_eq!(max(&row), row.iter().copied().fold(f32::NEG_INFINITY, f32::max));
        }
    }
}
