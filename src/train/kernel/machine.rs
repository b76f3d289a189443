//! Sets of instructions that the kernel is compiled for, and the choice among them.

use std::sync::atomic::{AtomicBool, Ordering};

use pulp::WithSimd;

/// What the kernel computes with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Instructions {
    /// Four numbers at a time: what every machine of its kind has (SSE2, NEON).
    Basic,
    /// AVX2 with fused multiply-add: eight numbers at a time.
    Avx2,
    /// AVX-512: sixteen numbers at a time.
    Avx512,
}

static WITHOUT_AVX512: AtomicBool = AtomicBool::new(false);
static WITHOUT_AVX2: AtomicBool = AtomicBool::new(false);

impl Instructions {
    /// The best that the machine has and that are allowed.
    pub fn chosen() -> Self {
        #[cfg(target_arch = "x86_64")]
        {
            if pulp::x86::V4::try_new().is_some() && !WITHOUT_AVX512.load(Ordering::Relaxed) {
                return Self::Avx512;
            }
            if pulp::x86::V3::try_new().is_some() && !WITHOUT_AVX2.load(Ordering::Relaxed) {
                return Self::Avx2;
            }
        }
        Self::Basic
    }

    /// From here on, in the whole process, nothing beyond these is used: to see on one machine how quick another one is.
    ///
    /// Figures of a run depend on the instructions in their last digits.
    pub fn allow(most: Self) {
        WITHOUT_AVX512.store(most != Self::Avx512, Ordering::Relaxed);
        WITHOUT_AVX2.store(most == Self::Basic, Ordering::Relaxed);
    }
}

/// Runs with the instructions that are chosen.
pub fn dispatch<O: WithSimd>(op: O) -> O::Output {
    #[cfg(target_arch = "x86_64")]
    {
        match Instructions::chosen() {
            Instructions::Avx512 if let Some(simd) = pulp::x86::V4::try_new() => pulp::Simd::vectorize(simd, op),
            Instructions::Avx2 if let Some(simd) = pulp::x86::V3::try_new() => pulp::Simd::vectorize(simd, op),
            // pulp's own choice without AVX2 is one number at a time; four are in every x86-64.
            _ => op.with_simd(pulp::Scalar128b),
        }
    }
    #[cfg(not(target_arch = "x86_64"))]
    pulp::Arch::new().dispatch(op)
}
