//! What a core can do at most, measured beside what is compared with it: multiply-adds and exponentials, with the
//! instructions that the kernel uses. Without fused multiply-add this is no floor.

#![expect(clippy::inline_always, reason = "what is not inlined is not compiled for the instructions that are chosen")]

use std::{hint::black_box, time::Instant};

use longtail_lab::train::dispatch;
use pulp::{Simd, WithSimd};

/// Chains of multiply-adds that do not wait for each other: enough for two units of four cycles each.
const CHAINS: usize = 12;
/// Exponentials of a pass, which stay in the nearest memory.
const VALUES: usize = 1024;
/// Registers of exponentials side by side, so that none waits for another.
const SIDE_BY_SIDE: usize = 4;

/// What a core does in a second.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Floor {
    /// Floating-point operations, 10⁹ a second; a multiply-add counts twice.
    pub(crate) fma_gflops: f64,
    /// Vectorised exponentials a second.
    pub(crate) exp_per_sec: f64,
}

impl Floor {
    /// Measures both, the best of some tries: a floor is not a mean.
    pub(crate) fn measure() -> Self {
        let best = |try_once: &dyn Fn() -> f64| (0..8).map(|_| try_once()).fold(0.0, f64::max);
        Self { fma_gflops: best(&fma_gflops), exp_per_sec: best(&exp_per_sec) }
    }

    /// Samples a second that two products of d features with C classes and C exponentials allow at most.
    pub(crate) fn samples_per_sec(self, n_features: usize, n_classes: usize) -> f64 {
        let (d, c) = (n_features as f64, n_classes as f64);
        (4.0 * d * c / (self.fma_gflops * 1e9) + c / self.exp_per_sec).recip()
    }
}

/// Pure multiply-adds in registers, 10⁹ operations a second.
pub(crate) fn fma_gflops() -> f64 {
    const STEPS: u32 = 400_000;
    let start = Instant::now();
    let (lanes, sum) = dispatch(MultiplyAdds { steps: black_box(STEPS), factor: black_box(0.999) });
    let secs = start.elapsed().as_secs_f64();
    black_box(sum);
    2.0 * f64::from(STEPS) * (CHAINS * lanes) as f64 / secs / 1e9
}

struct MultiplyAdds {
    steps: u32,
    factor: f32,
}

impl WithSimd for MultiplyAdds {
    type Output = (usize, f32);

    #[inline(always)]
    fn with_simd<S: Simd>(self, simd: S) -> (usize, f32) {
        let (factor, term) = (simd.splat_f32s(self.factor), simd.splat_f32s(1.0));
        let mut chains = [simd.splat_f32s(0.0); CHAINS];
        for _ in 0..self.steps {
            for chain in &mut chains {
                *chain = simd.mul_add_f32s(*chain, factor, term);
            }
        }
        let sum = chains.into_iter().fold(simd.splat_f32s(0.0), |sum, chain| simd.add_f32s(sum, chain));
        (S::F32_LANES, simd.reduce_sum_f32s(sum))
    }
}

fn exp_per_sec() -> f64 {
    const PASSES: usize = 4000;
    let mut values = [-0.5_f32; VALUES];
    let start = Instant::now();
    dispatch(Exponentials { values: black_box(&mut values), passes: black_box(PASSES) });
    let secs = start.elapsed().as_secs_f64();
    black_box(values);
    (PASSES * VALUES) as f64 / secs
}

struct Exponentials<'a> {
    values: &'a mut [f32; VALUES],
    passes: usize,
}

impl WithSimd for Exponentials<'_> {
    type Output = ();

    /// The least that eˣ to 2 units in the last place takes from −87 to 88: a reduction in two steps, a polynomial of degree
    /// six, the power of two by its bits. Infinities and what lies beyond the range cost the product a little more.
    #[inline(always)]
    fn with_simd<S: Simd>(self, simd: S) {
        const LN_2: [f32; 2] = [0.693_359_4, -2.121_944_4e-4];
        const POLYNOMIAL: [f32; 7] = [1.381_454e-3, 8.368_745e-3, 4.166_839e-2, 0.166_665_21, 0.499_999_94, 1.0, 1.0];
        let (scale, round) = (simd.splat_f32s(std::f32::consts::LOG2_E), simd.splat_f32s(12_582_912.0 + 127.0));
        let ln_2 = [simd.splat_f32s(-LN_2[0]), simd.splat_f32s(-LN_2[1])];
        let (shift, one) = (simd.splat_u32s(23), simd.splat_f32s(1.0));
        for _ in 0..self.passes {
            for x in S::as_mut_simd_f32s(self.values).0.as_chunks_mut::<SIDE_BY_SIDE>().0 {
                let rounded = x.map(|x| simd.mul_add_f32s(x, scale, round));
                let mut value = [simd.splat_f32s(POLYNOMIAL[0]); SIDE_BY_SIDE];
                let mut r = *x;
                for k in 0..SIDE_BY_SIDE {
                    let n = simd.sub_f32s(rounded[k], round);
                    r[k] = simd.mul_add_f32s(n, ln_2[1], simd.mul_add_f32s(n, ln_2[0], x[k]));
                }
                for coefficient in &POLYNOMIAL[1..] {
                    let coefficient = simd.splat_f32s(*coefficient);
                    for k in 0..SIDE_BY_SIDE {
                        value[k] = simd.mul_add_f32s(value[k], r[k], coefficient);
                    }
                }
                for k in 0..SIDE_BY_SIDE {
                    let power = simd.wrapping_dyn_shl_u32s(simd.transmute_u32s_f32s(rounded[k]), shift);
                    // Below zero again, for the next pass.
                    let e = simd.mul_f32s(value[k], simd.transmute_f32s_u32s(power));
                    x[k] = simd.sub_f32s(e, one);
                }
            }
        }
    }
}

/// How many times as many pure multiply-adds all threads of a pool do together as one of them does alone.
pub(crate) fn gain(pool: &rayon::ThreadPool) -> f64 {
    let alone = fma_gflops();
    let together: f64 = pool.broadcast(|_| fma_gflops()).into_iter().sum();
    together / alone
}
