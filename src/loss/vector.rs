//! Exponentials, maxima and sums over a row of logits, written so that the compiler makes vector code of them.

use pulp::Simd;

/// Accumulators side by side: a sum or maximum in one variable could not be split into lanes.
const LANES: usize = 16;

/// a·b + c, rounded once where the machine has an instruction for it.
#[inline(always)]
fn fma<const FUSED: bool>(a: f32, b: f32, c: f32) -> f32 {
    if FUSED { a.mul_add(b, c) } else { a * b + c }
}

/// ln 2 in two parts, of which the first times a whole number of 13 bits is exact.
const LN_2: [f32; 2] = [0.693_359_4, -2.121_944_4e-4];

/// eˣ in f32, within 2 units in the last place over the whole range; results below the smallest normal number are
/// rounded like any other, and beyond the range they are 0 or infinite.
///
/// # Source
/// Cody and Waite, "Software Manual for the Elementary Functions", 1980, chapter 6: x = n·ln 2 + r with ln 2 in two parts,
/// and a polynomial in |r| ≤ ln 2 / 2, here of degree six.
#[inline(always)]
pub(super) fn exp<const FUSED: bool>(x: f32) -> f32 {
    // e to the first is 0 and to the second infinite, after rounding; what is no number stays so.
    let x = if x < -105.0 { -105.0 } else { x };
    let x = if x > 89.0 { 89.0 } else { x };
    let (value, rounded) = exp_of_rest::<FUSED>(x);
    let n = rounded.to_bits().cast_signed().wrapping_sub(ROUND.to_bits().cast_signed());
    // In two factors, each of which is a normal number.
    let half = n >> 1;
    let power_of_two = |n: i32| f32::from_bits(n.wrapping_add(127).cast_unsigned() << 23);
    value * power_of_two(half) * power_of_two(n.wrapping_sub(half))
}

/// eˣ in f32 for x ≤ 0, within 2 units in the last place; what would be below the smallest normal number is 0.
///
/// Half the work of [`exp`], and what a softmax is made of.
#[inline(always)]
pub(super) fn exp_below_zero<const FUSED: bool>(x: f32) -> f32 {
    let (value, rounded) = exp_of_rest::<FUSED>(x);
    // The lowest bits are n + 127, which is 2ⁿ as an exponent.
    let scaled = value * f32::from_bits(rounded.to_bits() << 23);
    if x < LOWEST { 0.0 } else { scaled }
}

/// [`exp_below_zero`] of several registers, step by step side by side, so that none waits for another; for machines with
/// fused multiply-add.
#[inline(always)]
pub(super) fn exp_below_zero_of<S: Simd, const N: usize>(simd: S, x: [S::f32s; N]) -> [S::f32s; N] {
    let (scale, round) = (simd.splat_f32s(std::f32::consts::LOG2_E), simd.splat_f32s(ROUND));
    let ln_2 = [simd.splat_f32s(-LN_2[0]), simd.splat_f32s(-LN_2[1])];
    let (mut rounded, mut n, mut r) = (x, x, x);
    for k in 0..N {
        rounded[k] = simd.mul_add_f32s(x[k], scale, round);
    }
    for k in 0..N {
        n[k] = simd.sub_f32s(rounded[k], round);
    }
    for k in 0..N {
        r[k] = simd.mul_add_f32s(n[k], ln_2[0], x[k]);
    }
    for k in 0..N {
        r[k] = simd.mul_add_f32s(n[k], ln_2[1], r[k]);
    }
    let mut value = [simd.splat_f32s(OF_EXP[0]); N];
    for coefficient in &OF_EXP[1..] {
        let coefficient = simd.splat_f32s(*coefficient);
        for k in 0..N {
            value[k] = simd.mul_add_f32s(value[k], r[k], coefficient);
        }
    }
    let (lowest, zero, shift) = (simd.splat_f32s(LOWEST), simd.splat_f32s(0.0), simd.splat_u32s(23));
    for k in 0..N {
        let exponent = simd.wrapping_dyn_shl_u32s(simd.transmute_u32s_f32s(rounded[k]), shift);
        let scaled = simd.mul_f32s(value[k], simd.transmute_f32s_u32s(exponent));
        value[k] = simd.select_f32s(simd.less_than_f32s(x[k], lowest), zero, scaled);
    }
    value
}

/// ln of the smallest normal number.
const LOWEST: f32 = -87.336_54;

/// Polynomial of e^r, the highest power first: smallest largest relative error, 3e-9, for this degree where the last two
/// coefficients are 1.
const OF_EXP: [f32; 7] = [1.381_454e-3, 8.368_745e-3, 4.166_839e-2, 0.166_665_21, 0.499_999_94, 1.0, 1.0];

/// Adding this rounds to a whole number n and leaves n + 127 in the lowest bits.
const ROUND: f32 = 12_582_912.0 + 127.0;

/// e^r for x = n·ln 2 + r, and n + [`ROUND`].
#[inline(always)]
fn exp_of_rest<const FUSED: bool>(x: f32) -> (f32, f32) {
    let rounded = fma::<FUSED>(x, std::f32::consts::LOG2_E, ROUND);
    let n = rounded - ROUND;
    let r = fma::<FUSED>(n, -LN_2[1], fma::<FUSED>(n, -LN_2[0], x));
    let mut value = OF_EXP[0];
    for coefficient in &OF_EXP[1..] {
        value = fma::<FUSED>(value, r, *coefficient);
    }
    (value, rounded)
}

/// ln x in f32, within 2 units in the last place over the whole range; −∞ at 0, and no number below.
#[inline(always)]
pub(super) fn ln<const FUSED: bool>(x: f32) -> f32 {
    let is_tiny = x < f32::MIN_POSITIVE;
    let value = ln_of_normal::<FUSED>(if is_tiny { x * 8_388_608.0 } else { x }, if is_tiny { 23.0 } else { 0.0 });
    let value = if x < f32::INFINITY { value } else { x };
    let below = if x == 0.0 { f32::NEG_INFINITY } else { f32::NAN };
    if x > 0.0 { value } else { below }
}

/// ln x in f32 for x ≥ 1, within 2 units in the last place.
#[inline(always)]
pub(super) fn ln_from_one<const FUSED: bool>(x: f32) -> f32 {
    let value = ln_of_normal::<FUSED>(x, 0.0);
    if x < f32::INFINITY { value } else { x }
}

/// ln x − halvings·ln 2 for a normal number x.
///
/// # Source
/// Moshier, Cephes Mathematical Library, 1989, `logf`: x = 2^e·(1 + r) with 1 + r from √½ to √2 and a polynomial of degree
/// eleven in r; here its terms in pairs, as in Estrin's scheme, so that few of them wait for each other.
#[inline(always)]
fn ln_of_normal<const FUSED: bool>(x: f32, halvings: f32) -> f32 {
    /// The lowest power first.
    const POLYNOMIAL: [f32; 9] = [
        3.333_333e-1,
        -2.499_999_4e-1,
        2.000_071_5e-1,
        -1.666_805_8e-1,
        1.424_932_3e-1,
        -1.242_014_1e-1,
        1.167_699_9e-1,
        -1.151_461e-1,
        7.037_683_6e-2,
    ];
    /// √½ as bits.
    const ROOT_OF_HALF: u32 = 0x3f35_04f3;
    let bits = x.to_bits();
    let exponent = bits.wrapping_sub(ROOT_OF_HALF).cast_signed() >> 23;
    let mantissa = f32::from_bits(bits.wrapping_sub((exponent << 23).cast_unsigned()));
    let exponent = exponent as f32 - halvings;
    let r = mantissa - 1.0;
    let [c_0, c_1, c_2, c_3, c_4, c_5, c_6, c_7, c_8] = POLYNOMIAL;
    let (r_2, r_4) = (r * r, (r * r) * (r * r));
    let low = fma::<FUSED>(fma::<FUSED>(c_3, r, c_2), r_2, fma::<FUSED>(c_1, r, c_0));
    let high = fma::<FUSED>(fma::<FUSED>(c_7, r, c_6), r_2, fma::<FUSED>(c_5, r, c_4));
    let tail = fma::<FUSED>(fma::<FUSED>(c_8, r_4, high), r_4, low);
    let low = fma::<FUSED>(exponent, LN_2[1], tail * (r * r_2));
    let low = fma::<FUSED>(r_2, -0.5, low);
    fma::<FUSED>(exponent, LN_2[0], r + low)
}

/// ln(1 + x) in f32 for x ≥ 0, accurate also where x is small.
///
/// # Source
/// Goldberg, "What every computer scientist should know about floating-point arithmetic", 1991, theorem 4, as a correction
/// for what 1 + x loses.
#[inline(always)]
pub(super) fn ln_1p<const FUSED: bool>(x: f32) -> f32 {
    let sum = 1.0 + x;
    let value = ln_from_one::<FUSED>(sum) + (x - (sum - 1.0)) / sum;
    if x < f32::INFINITY { value } else { x }
}

/// Replaces every z by exp(z − shift).
pub(super) fn exp_shifted(row: &mut [f32], shift: f32) {
    for z in row {
        *z = exp::<false>(*z - shift);
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

    /// Every 997th number between two, and so all magnitudes.
    fn some(first: f32, last: f32) -> impl Iterator<Item = f32> {
        (first.to_bits()..=last.to_bits()).step_by(997).map(f32::from_bits)
    }

    fn worst_exp(exp: impl Fn(f32) -> f32) -> u32 {
        let mut worst = 0;
        for sign in [0.0_f32, -0.0] {
            for magnitude in some(0.0, 110.0) {
                let x = magnitude.copysign(sign);
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
        worst
    }

    #[test]
    fn exponentials_are_within_two_units_in_the_last_place_over_the_whole_range() {
        let worst = [worst_exp(exp::<false>), worst_exp(exp::<true>)];
        assert!(worst.iter().all(|&worst| worst <= 2), "{worst:?} ulp");
    }

    #[test]
    fn exponentials_below_zero_are_within_two_units_in_the_last_place_and_tiny_ones_are_zero() {
        for exp in [exp_below_zero::<false>, exp_below_zero::<true>] {
            for x in some(0.0, 110.0).map(|x| -x) {
                let (got, expected) = (exp(x), f64::from(x).exp() as f32);
                let is_tiny = expected <= f32::MIN_POSITIVE;
                assert!(ulps(got, expected) <= 2 || is_tiny && got == 0.0, "exp({x}) = {got}");
            }
            assert_eq!([0.0, f32::MIN, f32::NEG_INFINITY].map(exp), [1.0, 0.0, 0.0]);
            // Whatever the bits of what is no number.
            assert!([f32::NAN, -f32::NAN, f32::from_bits(0x7fc0_0155)].map(exp).iter().all(|e| e.is_nan()));
        }
    }

    /// Exponentials of x, shape a multiple of 32, in registers.
    struct InRegisters<'a>(&'a mut [f32]);

    impl pulp::WithSimd for InRegisters<'_> {
        type Output = ();

        #[inline(always)]
        fn with_simd<S: Simd>(self, simd: S) {
            for two in S::as_mut_simd_f32s(self.0).0.as_chunks_mut::<2>().0 {
                *two = exp_below_zero_of(simd, *two);
            }
        }
    }

    #[test]
    fn exponentials_in_registers_are_the_same_bit_for_bit() {
        let mut x: Vec<f32> = some(0.0, 110.0).map(|x| -x).chain([f32::MIN, f32::NEG_INFINITY, f32::NAN]).collect();
        x.resize(x.len().next_multiple_of(32), -1.0);
        let expected: Vec<u32> = x.iter().map(|&x| exp_below_zero::<true>(x).to_bits()).collect();
        pulp::Arch::new().dispatch(InRegisters(&mut x));
        assert_eq!(x.into_iter().map(f32::to_bits).collect::<Vec<_>>(), expected);
    }

    #[test]
    fn logarithms_are_within_two_units_in_the_last_place_over_the_whole_range() {
        let worst = |ln: &dyn Fn(f32) -> f32| {
            some(f32::from_bits(1), f32::MAX).map(|x| ulps(ln(x), f64::from(x).ln() as f32)).max()
        };
        assert!(worst(&ln::<false>) <= Some(2) && worst(&ln::<true>) <= Some(2));
        let ends = [0.0, -0.0, 1.0, f32::INFINITY].map(ln::<true>);
        assert_eq!(ends, [f32::NEG_INFINITY, f32::NEG_INFINITY, 0.0, f32::INFINITY]);
        assert!(ln::<true>(-1.0).is_nan() && ln::<false>(f32::NAN).is_nan());
        for x in some(1.0, f32::MAX) {
            assert_eq!(ln_from_one::<true>(x), ln::<true>(x));
        }
        assert!(ln_from_one::<true>(f32::NAN).is_nan() && ln_from_one::<true>(f32::INFINITY).is_infinite());
    }

    #[test]
    fn logarithms_of_one_and_a_little_keep_their_digits() {
        for x in some(f32::from_bits(1), f32::MAX) {
            let (expected, got) = (f64::from(x).ln_1p(), f64::from(ln_1p::<true>(x)));
            assert!((got - expected).abs() <= 3e-7 * expected, "ln(1 + {x}) = {got}, not {expected}");
        }
        assert_eq!((ln_1p::<true>(0.0), ln_1p::<true>(f32::INFINITY)), (0.0, f32::INFINITY));
        assert!(ln_1p::<true>(f32::NAN).is_nan());
    }

    #[test]
    fn the_ends_are_exact() {
        assert_eq!([0.0, f32::NEG_INFINITY, f32::INFINITY].map(exp::<true>), [1.0, 0.0, f32::INFINITY]);
        assert_eq!([0.0, f32::NEG_INFINITY, f32::INFINITY].map(exp::<false>), [1.0, 0.0, f32::INFINITY]);
        assert!(exp::<true>(f32::NAN).is_nan() && exp::<false>(f32::NAN).is_nan());
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
