//! What a core can do at most, measured beside what is compared with it: multiply-adds and exponentials, with the
//! instructions that the kernel uses. Without fused multiply-add this is no floor.

#![expect(clippy::inline_always, reason = "what is not inlined is not compiled for the instructions that are chosen")]

use std::{hint::black_box, time::Instant};

use longtail_lab::train::dispatch;
use pulp::{Simd, WithSimd};

/// Chains of multiply-adds that do not wait for each other: enough for two units of four cycles each.
const CHAINS: usize = 12;
/// Exponentials of a pass: 16 KiB, which stay in the nearest memory.
const VALUES: usize = 4096;

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
    const PASSES: u32 = 1000;
    let mut values = [0.0_f32; VALUES];
    let start = Instant::now();
    for pass in 0..PASSES {
        values.fill(-0.01 * pass as f32);
        dispatch(Exponentials(black_box(&mut values)));
    }
    f64::from(PASSES) * VALUES as f64 / start.elapsed().as_secs_f64()
}

struct Exponentials<'a>(&'a mut [f32; VALUES]);

impl WithSimd for Exponentials<'_> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(self, _: S) {
        for x in self.0 {
            *x = exp(*x);
        }
    }
}

/// The least that eˣ in single precision takes: one reduction, a polynomial of degree five, the power of two by its bits.
/// Good to 2e-7 from −87 to 88; the product's own is good to 2 units in the last place everywhere.
#[inline(always)]
fn exp(x: f32) -> f32 {
    const ROUND: f32 = 12_582_912.0;
    let rounded = x.mul_add(std::f32::consts::LOG2_E, ROUND);
    let r = (rounded - ROUND).mul_add(-std::f32::consts::LN_2, x);
    let mut value = 1.0 / 120.0;
    for coefficient in [1.0 / 24.0, 1.0 / 6.0, 0.5, 1.0, 1.0] {
        value = r.mul_add(value, coefficient);
    }
    value * f32::from_bits((rounded.to_bits() << 23).wrapping_add(127 << 23))
}

/// How many times as many pure multiply-adds all threads of a pool do together as one of them does alone.
pub(crate) fn gain(pool: &rayon::ThreadPool) -> f64 {
    let alone = fma_gflops();
    let together: f64 = pool.broadcast(|_| fma_gflops()).into_iter().sum();
    together / alone
}
