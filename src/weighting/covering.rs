//! Random covering, simulated: samples fall on a space of prototypes, and the covered volume follows the effective number.

use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;
use rayon::prelude::*;
use serde::Serialize;
use statrs::distribution::{ContinuousCDF, StudentsT};

use super::effective::{WeightingError, beta_of_prototypes, effective_number};

/// Most prototypes in a space.
pub const MAX_PROTOTYPES: u64 = 10_000_000;
/// Most samples in a simulation of many runs.
pub const MAX_COVERING_SAMPLES: u64 = 1_000_000;
/// Most runs side by side.
pub const MAX_COVERING_RUNS: u64 = 10_000;
/// Most prototypes of all runs together; each takes a byte.
const MAX_CELLS: u64 = 200_000_000;
/// Most samples of all runs together.
const MAX_THROWS: u64 = 1_000_000_000;

/// Where a sample fell.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Landing {
    /// The prototype, below the number of prototypes.
    pub prototype_idx: usize,
    /// Whether nothing had fallen there before, so that the covered volume grew.
    pub is_new: bool,
}

/// A space of N prototypes on which samples fall one by one, each place as likely as any other.
///
/// A sample that lands on a covered place adds nothing. The expectation of the covered volume after n samples is the
/// effective number E_n with β = (N − 1)/N.
///
/// ```
/// use longtail_lab::weighting::Covering;
/// let mut space = Covering::new(4, 1, 0)?;
/// assert!(space.step().is_new, "the first sample always covers something");
/// for _ in 0..99 {
///     space.step();
/// }
/// assert_eq!((space.n_samples(), space.n_covered(), space.n_overlaps()), (100, 4, 96));
/// # Ok::<(), longtail_lab::weighting::WeightingError>(())
/// ```
///
/// # Source
/// Cui, Jia, Lin, Song, Belongie, "Class-Balanced Loss Based on Effective Number of Samples", CVPR 2019, section 3.1.
#[derive(Debug, Clone)]
pub struct Covering {
    hits: Vec<u8>,
    n_covered: u64,
    n_samples: u64,
    generator: ChaCha8Rng,
}

impl Covering {
    /// An empty space of 1 to [`MAX_PROTOTYPES`] prototypes.
    ///
    /// Each `run_idx` has samples of its own; the same seed and run give the same samples again.
    ///
    /// # Errors
    /// When the number of prototypes is outside its range.
    pub fn new(n_prototypes: usize, seed: u64, run_idx: u32) -> Result<Self, WeightingError> {
        check("the number of prototypes", n_prototypes as u64, MAX_PROTOTYPES)?;
        Ok(Self { hits: vec![0; n_prototypes], n_covered: 0, n_samples: 0, generator: generator(seed, run_idx) })
    }

    /// Lets one sample fall.
    pub fn step(&mut self) -> Landing {
        // In 32 bits, so that machines with other word sizes draw the same places.
        let prototype_idx = self.generator.random_range(0..self.hits.len() as u32) as usize;
        let hits = &mut self.hits[prototype_idx];
        let is_new = *hits == 0;
        *hits = hits.saturating_add(1);
        self.n_covered += u64::from(is_new);
        self.n_samples += 1;
        Landing { prototype_idx, is_new }
    }

    /// How many samples fell on each prototype, shape `[n_prototypes]`; 255 stands for 255 or more.
    pub fn hits(&self) -> &[u8] {
        &self.hits
    }

    /// Samples so far, n.
    pub fn n_samples(&self) -> u64 {
        self.n_samples
    }

    /// Covered volume: prototypes that at least one sample fell on.
    pub fn n_covered(&self) -> u64 {
        self.n_covered
    }

    /// Samples that fell on a covered place and added nothing.
    pub fn n_overlaps(&self) -> u64 {
        self.n_samples - self.n_covered
    }

    /// Probability that the next sample falls on a covered place, given what is covered now, 0 to 1.
    pub fn overlap_probability(&self) -> f64 {
        self.n_covered as f64 / self.hits.len() as f64
    }
}

/// The generator of one run.
///
/// As in `data`, a seed has one ChaCha stream for each purpose; the streams of runs start at 2³², far from those of data
/// and training, so that a simulation and an experiment with the same seed share no numbers.
fn generator(seed: u64, run_idx: u32) -> ChaCha8Rng {
    let mut generator = ChaCha8Rng::seed_from_u64(seed);
    generator.set_stream((1 << 32) + u64::from(run_idx));
    generator
}

/// The state of many runs after the same number of samples.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct CoveringStep {
    /// Samples so far, n, from 1.
    pub n_samples: u64,
    /// Expected covered volume E_n = (1 − βⁿ)/(1 − β) with β = (N − 1)/N.
    pub expected: f64,
    /// Mean covered volume over the runs.
    pub mean: f64,
    /// Half width of the 95 % Student-t interval of the mean; `None` for a single run.
    pub mean_half_width: Option<f64>,
    /// 2.5 % quantile of the covered volume over the runs, linear between order statistics.
    pub low: f64,
    /// 97.5 % quantile of the covered volume over the runs, linear between order statistics.
    pub high: f64,
    /// Probability p = E_{n−1}/N that the nth sample falls on a covered place.
    pub overlap: f64,
}

impl CoveringStep {
    /// Whether the expectation lies in the band that holds 95 % of the runs.
    ///
    /// Where all runs agree, as after two samples in a large space, the band has no width and E_n lies just outside it.
    pub fn is_expectation_in_band(&self) -> bool {
        (self.low..=self.high).contains(&self.expected)
    }

    /// Whether the expectation lies in the 95 % interval of the mean; `None` for a single run and where all runs agree.
    pub fn is_expectation_in_interval(&self) -> Option<bool> {
        let half_width = self.mean_half_width.filter(|&half_width| half_width > 0.0)?;
        Some((self.expected - self.mean).abs() <= half_width)
    }
}

/// Runs of [`Covering`] side by side: one entry for each number of samples, shape `[n_samples]`.
///
/// Run k is `Covering::new(n_prototypes, seed, k)`. The figures are the same with any number of threads.
///
/// # Errors
/// When a size is outside its range (prototypes to [`MAX_PROTOTYPES`], samples to [`MAX_COVERING_SAMPLES`], runs to
/// [`MAX_COVERING_RUNS`]), or all runs together are too much.
///
/// ```
/// use longtail_lab::weighting::covering_runs;
/// let steps = covering_runs(100, 50, 400, 1)?;
/// let last = steps[49];
/// assert!((last.expected - 39.499).abs() < 1e-3);
/// assert!(last.is_expectation_in_band());
/// # Ok::<(), longtail_lab::weighting::WeightingError>(())
/// ```
///
/// # Source
/// Cui et al., CVPR 2019, section 3.2, proposition 1.
pub fn covering_runs(
    n_prototypes: usize,
    n_samples: usize,
    n_runs: usize,
    seed: u64,
) -> Result<Vec<CoveringStep>, WeightingError> {
    /// Samples that all runs take before their counts are summed up; bounds the memory.
    const BLOCK: usize = 1024;
    check("the number of samples", n_samples as u64, MAX_COVERING_SAMPLES)?;
    let CoveringRuns { mut runs, summary, .. } = CoveringRuns::new(n_prototypes, n_runs, seed)?;
    check("the number of samples times the number of runs", n_samples as u64 * n_runs as u64, MAX_THROWS)?;
    // The covered volumes of a block, shape [n_runs, BLOCK].
    let mut volumes = vec![0_u32; n_runs * BLOCK];
    let mut steps = Vec::with_capacity(n_samples);
    while steps.len() < n_samples {
        let n_before = steps.len();
        let n_steps = BLOCK.min(n_samples - n_before);
        runs.par_iter_mut().zip(volumes.par_chunks_mut(BLOCK)).for_each(|(run, volumes)| {
            for volume in &mut volumes[..n_steps] {
                run.step();
                *volume = run.n_covered() as u32;
            }
        });
        let block = (0..n_steps).into_par_iter().map_init(Vec::new, |column, idx| {
            column.clear();
            column.extend(volumes.iter().skip(idx).step_by(BLOCK));
            summary.of((n_before + idx + 1) as u64, column)
        });
        steps.par_extend(block);
    }
    Ok(steps)
}

/// Runs of [`Covering`] side by side that go on sample by sample, for a picture that grows.
///
/// After n samples its steps are the first n of [`covering_runs`] with the same sizes and seed.
#[derive(Debug, Clone)]
pub struct CoveringRuns {
    runs: Vec<Covering>,
    summary: Summary,
    volumes: Vec<u32>,
}

impl CoveringRuns {
    /// Empty spaces.
    ///
    /// # Errors
    /// When the number of prototypes or of runs is outside its range, or all runs together are too much.
    pub fn new(n_prototypes: usize, n_runs: usize, seed: u64) -> Result<Self, WeightingError> {
        let (prototypes, n) = (n_prototypes as u64, n_runs as u64);
        check("the number of prototypes", prototypes, MAX_PROTOTYPES)?;
        check("the number of runs", n, MAX_COVERING_RUNS)?;
        check("the number of prototypes times the number of runs", prototypes * n, MAX_CELLS)?;
        let runs = (0..n_runs).map(|idx| Covering::new(n_prototypes, seed, idx as u32)).collect::<Result<_, _>>()?;
        Ok(Self { runs, summary: Summary::new(n_prototypes, n_runs), volumes: Vec::with_capacity(n_runs) })
    }

    /// Lets one sample fall in each run, on this thread alone; returns where it fell in the first run and the state of
    /// all. Takes time in proportion to the number of runs.
    pub fn step(&mut self) -> (Landing, CoveringStep) {
        let mut first = Landing { prototype_idx: 0, is_new: false };
        self.volumes.clear();
        for (idx, run) in self.runs.iter_mut().enumerate() {
            let landing = run.step();
            if idx == 0 {
                first = landing;
            }
            self.volumes.push(run.n_covered() as u32);
        }
        let n_samples = self.first().n_samples();
        (first, self.summary.of(n_samples, &mut self.volumes))
    }

    /// The first run.
    pub fn first(&self) -> &Covering {
        &self.runs[0]
    }
}

/// Passes if a size is from 1 to `max`.
fn check(name: &'static str, got: u64, max: u64) -> Result<(), WeightingError> {
    if (1..=max).contains(&got) { Ok(()) } else { Err(WeightingError::OutOfRange { name, max, got }) }
}

/// What is the same for every step.
#[derive(Debug, Clone)]
struct Summary {
    n_prototypes: f64,
    beta: f64,
    /// Student's t for 95 % over the root of the number of runs; `None` for a single run.
    t_over_root: Option<f64>,
}

impl Summary {
    fn new(n_prototypes: usize, n_runs: usize) -> Self {
        let student = StudentsT::new(0.0, 1.0, n_runs as f64 - 1.0).ok();
        let t_over_root = student.map(|student| student.inverse_cdf(0.975) / (n_runs as f64).sqrt());
        let n_prototypes = n_prototypes as f64;
        Self { n_prototypes, beta: beta_of_prototypes(n_prototypes), t_over_root }
    }

    /// Sums up the covered volumes of all runs, shape `[n_runs]`, after `n_samples` samples; their order is lost.
    fn of(&self, n_samples: u64, volumes: &mut [u32]) -> CoveringStep {
        let n_runs = volumes.len() as f64;
        let mean = volumes.iter().map(|&volume| u64::from(volume)).sum::<u64>() as f64 / n_runs;
        let mean_half_width = self.t_over_root.map(|t_over_root| {
            let squares: f64 = volumes.iter().map(|&volume| (f64::from(volume) - mean).powi(2)).sum();
            t_over_root * (squares / (n_runs - 1.0)).sqrt()
        });
        CoveringStep {
            n_samples,
            expected: effective_number(self.beta, n_samples),
            mean,
            mean_half_width,
            low: quantile(volumes, 0.025),
            high: quantile(volumes, 0.975),
            overlap: effective_number(self.beta, n_samples - 1) / self.n_prototypes,
        }
    }
}

/// The quantile with linear interpolation between order statistics (NumPy's default); reorders the values.
fn quantile(values: &mut [u32], share: f64) -> f64 {
    let position = share * (values.len() as f64 - 1.0);
    let (_, &mut below, rest) = values.select_nth_unstable(position as usize);
    let above = rest.iter().copied().min().unwrap_or(below);
    f64::from(below) + position.fract() * (f64::from(above) - f64::from(below))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Standard deviation of the covered volume, from the probabilities that one and that two places stay empty.
    fn exact_deviation(n_prototypes: f64, n: f64) -> f64 {
        let (one, two) = ((1.0 - 1.0 / n_prototypes).powf(n), (1.0 - 2.0 / n_prototypes).powf(n));
        (n_prototypes * (n_prototypes - 1.0) * two + n_prototypes * one - (n_prototypes * one).powi(2)).sqrt()
    }

    #[test]
    fn the_simulated_mean_agrees_with_the_effective_number_within_its_own_95_percent_interval() {
        for (n_prototypes, n_samples) in [(20, 30), (100, 60), (1000, 2500)] {
            let steps = covering_runs(n_prototypes, n_samples, 1000, 1).unwrap();
            let last = steps[n_samples - 1];
            assert_eq!(last.is_expectation_in_interval(), Some(true), "N = {n_prototypes}: {last:?}");
            assert!(last.is_expectation_in_band(), "N = {n_prototypes}: {last:?}");
            // The interval is as narrow as theory has it, so that agreement means something.
            let expected = 1.96 * exact_deviation(n_prototypes as f64, n_samples as f64) / 1000_f64.sqrt();
            let half_width = last.mean_half_width.unwrap();
            assert!((half_width / expected - 1.0).abs() < 0.1, "N = {n_prototypes}: {half_width} {expected}");
        }
    }

    #[test]
    fn intervals_of_many_simulations_hold_the_expectation_19_times_in_20() {
        let hits = (0..400).filter(|&seed| {
            let steps = covering_runs(50, 60, 40, seed).unwrap();
            steps[59].is_expectation_in_interval() == Some(true)
        });
        // Binomial with 400 trials of 0.95: 380 ± 3 standard deviations of 4.4.
        let n_hits = hits.count();
        assert!((367..=393).contains(&n_hits), "{n_hits} of 400");
    }

    #[test]
    fn expectation_and_overlap_follow_the_recursion_of_the_paper() {
        let steps = covering_runs(1000, 3000, 2, 1).unwrap();
        assert_eq!((steps[0].expected, steps[0].mean, steps[0].overlap), (1.0, 1.0, 0.0));
        for pair in steps.windows(2) {
            let [before, now] = [pair[0].expected, pair[1].expected];
            assert!((now - (1.0 + 0.999 * before)).abs() < 1e-12 * now, "{pair:?}");
            assert!((pair[1].overlap - before / 1000.0).abs() < 1e-15, "{pair:?}");
        }
    }

    #[test]
    fn many_samples_cover_everything_and_one_prototype_is_covered_at_once() {
        let last = *covering_runs(30, 2000, 5, 3).unwrap().last().unwrap();
        assert_eq!((last.mean, last.low, last.high, last.mean_half_width), (30.0, 30.0, 30.0, Some(0.0)));
        assert!((last.expected - 30.0).abs() < 1e-12 && (last.overlap - 1.0).abs() < 1e-12);
        for step in covering_runs(1, 10, 3, 3).unwrap() {
            assert_eq!((step.mean, step.expected), (1.0, 1.0));
            assert_eq!(step.overlap, if step.n_samples == 1 { 0.0 } else { 1.0 });
        }
    }

    #[test]
    fn a_single_run_is_the_same_as_stepping_through_it() {
        let steps = covering_runs(200, 3000, 1, 7).unwrap();
        let mut space = Covering::new(200, 7, 0).unwrap();
        for step in steps {
            let before = space.overlap_probability();
            let landing = space.step();
            assert_eq!(landing.is_new, space.overlap_probability() > before);
            assert!(space.hits()[landing.prototype_idx] > 0);
            assert_eq!((step.mean, step.mean_half_width), (space.n_covered() as f64, None));
            assert_eq!((step.low, step.high), (step.mean, step.mean));
        }
        assert_eq!(space.hits().iter().filter(|&&hits| hits > 0).count() as u64, space.n_covered());
        assert_eq!(space.hits().iter().map(|&hits| u64::from(hits)).sum::<u64>(), space.n_samples());
    }

    #[test]
    fn runs_that_go_on_step_by_step_are_those_that_are_made_at_once() {
        for (n_prototypes, n_samples, n_runs, seed) in [(100, 300, 20, 1), (1, 5, 3, 2), (700, 1500, 1, 3)] {
            let mut runs = CoveringRuns::new(n_prototypes, n_runs, seed).unwrap();
            let mut single = Covering::new(n_prototypes, seed, 0).unwrap();
            for expected in covering_runs(n_prototypes, n_samples, n_runs, seed).unwrap() {
                let (landing, step) = runs.step();
                assert_eq!((landing, step), (single.step(), expected));
            }
            assert_eq!(runs.first().hits(), single.hits());
        }
        assert!(CoveringRuns::new(0, 5, 1).is_err() && CoveringRuns::new(5, 0, 1).is_err());
        assert!(CoveringRuns::new(10_000_000, 200, 1).is_err());
    }

    #[test]
    fn the_number_of_threads_makes_no_difference() {
        let with_threads = |n_threads| {
            let pool = rayon::ThreadPoolBuilder::new().num_threads(n_threads).build().unwrap();
            pool.install(|| covering_runs(300, 2000, 33, 5).unwrap())
        };
        assert_eq!(with_threads(1), with_threads(4));
    }

    #[test]
    fn runs_and_seeds_fall_differently() {
        let places = |seed, run_idx| {
            let mut space = Covering::new(1000, seed, run_idx).unwrap();
            (0..8).map(|_| space.step().prototype_idx).collect::<Vec<_>>()
        };
        assert_eq!(places(1, 0), places(1, 0));
        assert_ne!(places(1, 0), places(1, 1));
        assert_ne!(places(1, 0), places(2, 0));
    }

    #[test]
    fn a_million_samples_follow_the_expectation_to_the_end() {
        let steps = covering_runs(100_000, 1_000_000, 4, 1).unwrap();
        assert_eq!(steps.len(), 1_000_000);
        let deviation = exact_deviation(1e5, 1e6);
        let last = steps[999_999];
        assert!((last.mean - last.expected).abs() < 2.0 * deviation, "{last:?} {deviation}");
    }

    #[test]
    fn quantiles_are_those_of_numpy() {
        let values: Vec<u32> = (0..41).rev().collect();
        assert_eq!(quantile(&mut values.clone(), 0.025), 1.0);
        assert_eq!(quantile(&mut values.clone(), 0.975), 39.0);
        assert_eq!(quantile(&mut [10, 20], 0.975), 19.75);
        assert_eq!(quantile(&mut [7], 0.025), 7.0);
    }

    #[test]
    fn sizes_outside_their_range_are_refused_with_a_sentence() {
        let message = |n_prototypes, n_samples, n_runs| {
            covering_runs(n_prototypes, n_samples, n_runs, 1).unwrap_err().to_string()
        };
        assert_eq!(message(0, 5, 5), "the number of prototypes must be from 1 to 10000000, got 0");
        assert_eq!(message(5, 0, 5), "the number of samples must be from 1 to 1000000, got 0");
        assert_eq!(message(5, 5, 20_000), "the number of runs must be from 1 to 10000, got 20000");
        assert!(message(10_000_000, 5, 100).starts_with("the number of prototypes times the number of runs must be"));
        assert!(message(5, 1_000_000, 10_000).starts_with("the number of samples times the number of runs must be"));
        assert!(Covering::new(usize::MAX, 1, 0).is_err());
    }
}
