//! Which classes the pictures over classes show: a window of ranks that can be moved and resized.

use crate::bounds::Bounded;
use std::ops::Range;

/// Most classes that are drawn as bars, and so can be dragged; more become a curve.
pub const MOST_BARS: usize = 40;
/// Fewest classes that a window shows.
const FEWEST: f64 = 5.0;

/// A window of class ranks, from head (0) to tail; all of them until it is made smaller.
///
/// Kept as real numbers, so that many small turns of a wheel add up; [`ClassWindow::ranks`] rounds.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct ClassWindow {
    /// First rank and number of ranks; `None` for all.
    part: Option<(f64, f64)>,
}

impl ClassWindow {
    /// The ranks to show of `n` classes. Up to [`MOST_BARS`] classes are always shown in full.
    pub fn ranks(&self, n_classes: usize) -> Range<usize> {
        let (first, n_shown) = self.clamped(n_classes);
        let n_shown = n_shown.round() as usize;
        let first = (first.round() as usize).min(n_classes - n_shown.min(n_classes));
        first..first + n_shown
    }

    /// Whether every class is shown.
    pub fn is_all(&self, n_classes: usize) -> bool {
        self.ranks(n_classes).len() == n_classes
    }

    /// Shows every class.
    pub fn show_all(&mut self) {
        self.part = None;
    }

    /// Shows these ranks, as far as they exist and are not too few.
    pub fn show(&mut self, ranks: Range<usize>, n_classes: usize) {
        self.set(ranks.start as f64, ranks.len() as f64, n_classes);
    }

    /// Moves the window by a number of ranks.
    pub fn shift(&mut self, by: f64, n_classes: usize) {
        let (first, n_shown) = self.clamped(n_classes);
        self.set(first + by, n_shown, n_classes);
    }

    /// Makes the window wider by a factor, with `around` (in ranks) staying where it is.
    pub fn scale(&mut self, by: f64, around: f64, n_classes: usize) {
        let (first, n_shown) = self.clamped(n_classes);
        let scaled = (n_shown * by).within(FEWEST.min(n_classes as f64), n_classes as f64);
        let share = ((around - first) / n_shown.max(1.0)).within(0.0, 1.0);
        self.set(first + share * (n_shown - scaled), scaled, n_classes);
    }

    /// Moves the first rank; the last stays.
    pub fn move_start(&mut self, to: f64, n_classes: usize) {
        let (first, n_shown) = self.clamped(n_classes);
        let end = first + n_shown;
        let first = to.within(0.0, (end - FEWEST).max(0.0));
        self.set(first, end - first, n_classes);
    }

    /// Moves the end of the window; the first rank stays.
    pub fn move_end(&mut self, to: f64, n_classes: usize) {
        let (first, _) = self.clamped(n_classes);
        self.set(first, to.min(n_classes as f64) - first, n_classes);
    }

    /// Moves the window as little as it takes to show a rank.
    pub fn reveal(&mut self, rank: usize, n_classes: usize) {
        let ranks = self.ranks(n_classes);
        if rank < ranks.start {
            self.shift(rank as f64 - ranks.start as f64, n_classes);
        } else if rank >= ranks.end {
            self.shift((rank + 1) as f64 - ranks.end as f64, n_classes);
        }
    }

    fn set(&mut self, first: f64, n_shown: f64, n_classes: usize) {
        self.part = Some((first, n_shown));
        let (first, n_shown) = self.clamped(n_classes);
        self.part = (n_shown < n_classes as f64 - 0.5).then_some((first, n_shown));
    }

    /// First rank and number of ranks, within the classes that there are.
    fn clamped(&self, n_classes: usize) -> (f64, f64) {
        let all = n_classes as f64;
        match self.part {
            Some((first, n_shown)) if n_classes > MOST_BARS => {
                let n_shown = n_shown.within(FEWEST, all);
                (first.within(0.0, all - n_shown), n_shown)
            }
            _ => (0.0, all),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn window(ranks: Range<usize>, n_classes: usize) -> ClassWindow {
        let mut window = ClassWindow::default();
        window.show(ranks, n_classes);
        window
    }

    #[test]
    fn a_window_stays_within_the_classes_that_there_are() {
        let window = window(960..1000, 1000);
        assert_eq!(window.ranks(1000), 960..1000);
        assert_eq!(window.ranks(100), 60..100);
        assert_eq!(window.ranks(41), 1..41);
        for few in [0, 1, 10, 40] {
            assert_eq!(window.ranks(few), 0..few, "few classes are always shown in full");
        }
        assert_eq!(window.ranks(1000), 960..1000, "and the window is remembered");
    }

    #[test]
    fn moving_keeps_the_width_and_stops_at_the_ends() {
        let mut window = window(100..140, 1000);
        window.shift(-500.0, 1000);
        assert_eq!(window.ranks(1000), 0..40);
        window.shift(12.0, 1000);
        assert_eq!(window.ranks(1000), 12..52);
        window.shift(1e9, 1000);
        assert_eq!(window.ranks(1000), 960..1000);
        window.reveal(400, 1000);
        assert_eq!(window.ranks(1000), 400..440);
        window.reveal(500, 1000);
        assert_eq!(window.ranks(1000), 461..501);
        window.reveal(480, 1000);
        assert_eq!(window.ranks(1000), 461..501);
    }

    #[test]
    fn scaling_keeps_the_place_around_which_it_goes() {
        let mut window = ClassWindow::default();
        window.scale(0.1, 250.0, 1000);
        assert_eq!(window.ranks(1000), 225..325);
        window.scale(0.5, 300.0, 1000);
        assert_eq!(window.ranks(1000), 263..313);
        for _ in 0..50 {
            window.scale(0.7, 300.0, 1000);
        }
        assert_eq!(window.ranks(1000).len(), 5);
        window.scale(1e6, 300.0, 1000);
        assert!(window.is_all(1000) && window == ClassWindow::default());
    }

    #[test]
    fn edges_move_apart_from_each_other() {
        let mut window = window(100..200, 1000);
        window.move_start(150.0, 1000);
        assert_eq!(window.ranks(1000), 150..200);
        window.move_end(180.0, 1000);
        assert_eq!(window.ranks(1000), 150..180);
        window.move_start(500.0, 1000);
        assert_eq!(window.ranks(1000), 175..180);
        window.move_end(-3.0, 1000);
        assert_eq!(window.ranks(1000), 175..180);
        window.move_end(1e9, 1000);
        assert_eq!(window.ranks(1000), 175..1000);
        window.show_all();
        assert!(window.is_all(1000));
    }
}
