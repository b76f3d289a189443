//! Random covering in the window: what is chosen, and the samples that have fallen so far.

use serde::{Deserialize, Serialize};

use crate::{
    bounds::Bounded,
    weighting::{Covering, CoveringRuns, CoveringStep, Landing, beta_of_prototypes},
};

/// Most prototypes that are drawn as a grid.
pub const MOST_PLACES: u64 = 10_000;
/// Most samples that fall on a space.
pub const MOST_FALLS: u64 = 100_000;
/// Spaces side by side, of which the first is drawn.
pub const N_RUNS: usize = 200;
/// Most samples a second.
pub const FASTEST: u64 = 10_000;
/// Samples that fall on a space, as a multiple of its prototypes; 98 % of the places are covered then.
const FILLS: u64 = 4;
/// Fewest samples that fall on a space that is not a class's.
const FEWEST: u64 = 12;
/// Most samples that fall on each space in a frame, so that no frame takes long.
const MOST_IN_A_FRAME: u64 = 200;
/// Longest time in seconds that a frame makes up for.
const LONGEST_FRAME: f64 = 0.1;

/// What is chosen about random covering; it belongs to the window, not to the experiment.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct CoveringView {
    /// Number of prototypes N, 1 to [`MOST_PLACES`].
    pub n_prototypes: u64,
    /// Samples that fall in a second, 1 to 10,000.
    pub pace: u64,
    /// Seed of the samples.
    pub seed: u64,
    /// Whether head and tail class are raced against each other.
    pub is_race: bool,
    /// Whether the band of many spaces is drawn.
    pub has_band: bool,
    /// Whether the chart's axes are log ones.
    pub is_log: bool,
    /// Place of the step of the derivation that is shown.
    pub derivation_idx: usize,
}

impl Default for CoveringView {
    fn default() -> Self {
        Self { n_prototypes: 100, pace: 20, seed: 1, is_race: false, has_band: true, is_log: false, derivation_idx: 0 }
    }
}

impl CoveringView {
    /// Brings every number into its range, whatever was typed or in the file.
    pub fn tidy(&mut self) {
        self.n_prototypes = self.n_prototypes.within(1, MOST_PLACES);
        self.pace = self.pace.within(1, FASTEST);
    }

    /// β = (N − 1)/N of the space.
    pub fn beta(&self) -> f64 {
        beta_of_prototypes(self.n_prototypes as f64)
    }
}

/// What can be done with samples that fall.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CoveringCommand {
    /// Let them fall, or hold them.
    TogglePlay,
    /// Let one fall.
    Step,
    /// Begin with empty spaces and the same samples.
    Restart,
}

impl CoveringCommand {
    /// What stands on the button.
    pub fn label(self) -> &'static str {
        match self {
            Self::TogglePlay => "Let samples fall",
            Self::Step => "One sample",
            Self::Restart => "Empty again",
        }
    }

    /// What the pointer is told.
    pub fn tooltip(self) -> &'static str {
        match self {
            Self::TogglePlay => "Let samples fall on the prototypes, each place as likely as any other, or hold them",
            Self::Step => "Let one sample fall",
            Self::Restart => "Back to n = 0; the same seed lets the same samples fall",
        }
    }
}

/// A space that samples fall on, in many copies side by side.
#[derive(Debug, Clone)]
pub struct CoveringSpace {
    /// Samples that fall in all.
    pub goal: u64,
    runs: CoveringRuns,
    steps: Vec<CoveringStep>,
    covered: Vec<u32>,
    last: Option<Landing>,
}

impl CoveringSpace {
    /// The copy that is drawn.
    pub fn first(&self) -> &Covering {
        self.runs.first()
    }

    /// The state of all copies after each sample, from the first.
    pub fn steps(&self) -> &[CoveringStep] {
        &self.steps
    }

    /// Places that are covered in the copy that is drawn after each sample, from the first.
    pub fn covered(&self) -> &[u32] {
        &self.covered
    }

    /// Where the last sample fell in the copy that is drawn.
    pub fn last(&self) -> Option<Landing> {
        self.last
    }

    fn is_done(&self) -> bool {
        self.steps.len() as u64 >= self.goal
    }

    fn step(&mut self) {
        if !self.is_done() {
            let (landing, step) = self.runs.step();
            self.last = Some(landing);
            self.covered.push(self.runs.first().n_covered() as u32);
            self.steps.push(step);
        }
    }
}

/// What a simulation is of; another one begins it anew.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
struct Plan {
    n_prototypes: u64,
    seed: u64,
    /// Samples that fall on each space.
    goals: Vec<u64>,
}

/// Samples that fall, in slices that fit into a frame.
#[derive(Debug, Default)]
pub struct Simulation {
    /// Whether samples go on falling.
    pub is_playing: bool,
    plan: Plan,
    spaces: Vec<CoveringSpace>,
    /// Part of a sample that is left over from the frame before.
    owed: f64,
}

impl Simulation {
    /// The spaces: one, or those of the most and the least frequent class.
    pub fn spaces(&self) -> &[CoveringSpace] {
        &self.spaces
    }

    /// Begins anew where another space, seed or class is asked for; without the samples of the most and the least
    /// frequent class there is nobody to race.
    pub fn follow(&mut self, view: &CoveringView, ends: Option<[u64; 2]>) {
        let goals = match (view.is_race, ends) {
            (true, Some(ends)) => ends.map(|n| n.min(MOST_FALLS)).to_vec(),
            (true, None) => vec![],
            (false, _) => vec![(FILLS * view.n_prototypes).max(FEWEST)],
        };
        let plan = Plan { n_prototypes: view.n_prototypes, seed: view.seed, goals };
        if plan != self.plan {
            self.plan = plan;
            self.restart();
        }
    }

    /// Carries a command out.
    pub fn command(&mut self, command: CoveringCommand) {
        match command {
            CoveringCommand::TogglePlay => {
                if self.is_done() {
                    self.restart();
                }
                self.is_playing = !self.is_playing;
            }
            CoveringCommand::Step => {
                self.is_playing = false;
                self.step();
            }
            CoveringCommand::Restart => {
                self.is_playing = false;
                self.restart();
            }
        }
    }

    /// Lets the samples of a frame fall that took this many seconds; returns whether it goes on.
    ///
    /// Slower machines fall behind the pace rather than take long over a frame.
    pub fn advance(&mut self, secs: f64, pace: u64) -> bool {
        if !self.is_playing {
            return false;
        }
        self.owed += secs.within(0.0, LONGEST_FRAME) * pace as f64;
        let n = (self.owed as u64).min(MOST_IN_A_FRAME);
        self.owed = (self.owed - n as f64).min(1.0);
        for _ in 0..n {
            self.step();
        }
        self.is_playing = !self.is_done();
        self.is_playing
    }

    /// Whether all samples have fallen.
    pub fn is_done(&self) -> bool {
        self.spaces.iter().all(CoveringSpace::is_done)
    }

    /// Each space gets a sample, unless it has all of its own.
    fn step(&mut self) {
        for space in &mut self.spaces {
            space.step();
        }
    }

    fn restart(&mut self) {
        self.owed = 0.0;
        let space = |(idx, &goal): (usize, &u64)| {
            // Head and tail get samples of their own.
            let seed = self.plan.seed.wrapping_add(idx as u64);
            let runs = CoveringRuns::new(self.plan.n_prototypes as usize, N_RUNS, seed).ok()?;
            Some(CoveringSpace { goal, runs, steps: Vec::new(), covered: Vec::new(), last: None })
        };
        self.spaces = self.plan.goals.iter().enumerate().filter_map(space).collect();
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::weighting::{covering_runs, effective_number};

    fn simulation(view: &CoveringView, ends: [u64; 2]) -> Simulation {
        let mut simulation = Simulation::default();
        simulation.follow(view, Some(ends));
        simulation
    }

    fn play_to_the_end(simulation: &mut Simulation, secs: f64, pace: u64) {
        simulation.command(CoveringCommand::TogglePlay);
        while simulation.advance(secs, pace) {}
    }

    #[test]
    fn the_window_agrees_with_the_effective_number_within_its_own_band_and_with_the_terminal() {
        for (n_prototypes, n) in [(1, 12), (100, 400), (700, 2800)] {
            let view = CoveringView { n_prototypes, ..CoveringView::default() };
            let mut simulation = simulation(&view, [10, 1]);
            play_to_the_end(&mut simulation, 0.016, 3000);
            let [space] = simulation.spaces() else { panic!("one space") };
            let all = covering_runs(n_prototypes as usize, n, N_RUNS, 1).unwrap();
            assert_eq!(space.steps(), all);
            for (step, &covered) in space.steps().iter().zip(space.covered()) {
                let expected = effective_number(view.beta(), step.n_samples);
                assert_eq!((step.expected, u64::from(covered) <= n_prototypes), (expected, true));
                // After one and two samples in a large space every run has covered the same.
                let is_sure = step.low == step.high;
                assert!(is_sure || step.is_expectation_in_band(), "N = {n_prototypes}: {step:?}");
            }
        }
    }

    #[test]
    fn the_same_samples_fall_whatever_the_pace_and_other_ones_with_another_seed() {
        let hits = |seed, secs, pace| {
            let mut simulation = simulation(&CoveringView { seed, ..CoveringView::default() }, [10, 1]);
            play_to_the_end(&mut simulation, secs, pace);
            simulation.spaces()[0].first().hits().to_vec()
        };
        assert_eq!(hits(1, 0.016, 20), hits(1, 7.0, 10_000));
        assert_ne!(hits(1, 0.016, 20), hits(2, 0.016, 20));
    }

    #[test]
    fn a_frame_takes_no_more_samples_than_fit_and_the_pace_is_kept_otherwise() {
        let mut simulation = simulation(&CoveringView { n_prototypes: 10_000, ..CoveringView::default() }, [10, 1]);
        simulation.command(CoveringCommand::TogglePlay);
        assert!(simulation.advance(1e9, u64::MAX));
        assert_eq!(simulation.spaces()[0].steps().len() as u64, MOST_IN_A_FRAME);
        simulation.command(CoveringCommand::Restart);
        assert!(!simulation.advance(0.05, 30), "it is held after a restart");
        simulation.command(CoveringCommand::TogglePlay);
        // 30 a second for 40 frames of 50 ms.
        for _ in 0..40 {
            simulation.advance(0.05, 30);
        }
        assert!((59..=60).contains(&simulation.spaces()[0].steps().len()));
    }

    #[test]
    fn head_and_tail_get_as_many_samples_as_their_classes_have() {
        let view = CoveringView { is_race: true, n_prototypes: 50, ..CoveringView::default() };
        let mut race = simulation(&view, [300, 7]);
        race.command(CoveringCommand::Step);
        assert!(race.spaces().iter().all(|space| space.steps().len() == 1 && space.last().unwrap().is_new));
        play_to_the_end(&mut race, 0.1, 10_000);
        let lengths: Vec<usize> = race.spaces().iter().map(|space| space.steps().len()).collect();
        assert_eq!((lengths, race.is_done()), (vec![300, 7], true));
        let huge = simulation(&view, [5_000_000, 7]);
        assert_eq!(huge.spaces()[0].goal, MOST_FALLS);
        let mut nobody = Simulation::default();
        nobody.follow(&view, None);
        nobody.command(CoveringCommand::TogglePlay);
        assert!(nobody.spaces().is_empty() && !nobody.advance(0.1, 100));
    }

    #[test]
    fn another_choice_begins_anew_and_the_same_one_goes_on() {
        let mut view = CoveringView::default();
        let mut simulation = simulation(&view, [10, 1]);
        simulation.command(CoveringCommand::Step);
        view.pace = 500;
        view.has_band = false;
        simulation.follow(&view, None);
        assert_eq!(simulation.spaces()[0].steps().len(), 1);
        view.n_prototypes = 7;
        simulation.follow(&view, None);
        assert_eq!((simulation.spaces()[0].steps().len(), simulation.spaces()[0].goal), (0, 28));
    }

    #[test]
    fn play_after_the_end_starts_over_and_numbers_come_into_their_range() {
        let mut simulation = simulation(&CoveringView { n_prototypes: 1, ..CoveringView::default() }, [10, 1]);
        play_to_the_end(&mut simulation, 0.1, 10_000);
        assert!(simulation.is_done() && !simulation.is_playing);
        simulation.command(CoveringCommand::TogglePlay);
        assert!(!simulation.is_done() && simulation.is_playing);
        let mut wild = CoveringView { n_prototypes: 0, pace: u64::MAX, ..CoveringView::default() };
        wild.tidy();
        assert_eq!((wild.n_prototypes, wild.pace), (1, FASTEST));
    }
}
