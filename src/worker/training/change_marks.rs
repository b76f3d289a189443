//! What was changed while it trained, and when, for marks on the curves.

use std::time::{Duration, Instant};

use crate::experiment::Change;

/// Most marks that are kept.
const MOST_MARKS: usize = 200;
/// Changes of one setting that follow each other sooner are one change: a drag.
const DRAG: Duration = Duration::from_secs(1);

/// A change with its epochs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ChangeMark {
    /// Epochs that were finished when it began.
    pub epoch: u64,
    /// Epochs that were finished when it ended, which is later where a slider was dragged.
    pub until: u64,
    /// What was changed.
    pub change: Change,
}

/// The marks of a run.
#[derive(Clone, Default)]
pub(in crate::worker) struct ChangeMarks {
    marks: Vec<(ChangeMark, Instant)>,
}

impl ChangeMarks {
    /// Adds changes that were made after this many epochs, at this time.
    pub(in crate::worker) fn add(&mut self, epoch: u64, changes: Vec<Change>, now: Instant) {
        for change in changes {
            let same = |mark: &Change| mark.setting == change.setting && same_objective(mark, &change);
            let last = self.marks.iter().rposition(|(mark, _)| same(&mark.change));
            let joined = last.filter(|&idx| {
                let (mark, when) = &self.marks[idx];
                mark.until == epoch || now.saturating_duration_since(*when) < DRAG
            });
            let Some(idx) = joined else {
                self.marks.push((ChangeMark { epoch, until: epoch, change }, now));
                continue;
            };
            let (mark, when) = &mut self.marks[idx];
            (mark.until, *when) = (epoch, now);
            mark.change.to = change.to;
            mark.change.objective = change.objective;
            // Changed back before an epoch was trained with it.
            if mark.change.from == mark.change.to && mark.epoch == mark.until {
                self.marks.remove(idx);
            }
        }
        let excess = self.marks.len().saturating_sub(MOST_MARKS);
        self.marks.drain(..excess);
    }

    /// The marks in the order in which they were made.
    pub(in crate::worker) fn to_vec(&self) -> Vec<ChangeMark> {
        self.marks.iter().map(|(mark, _)| mark.clone()).collect()
    }
}

fn same_objective(a: &Change, b: &Change) -> bool {
    a.objective.as_ref().map(|(colour, _)| colour) == b.objective.as_ref().map(|(colour, _)| colour)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::experiment::Setting;

    fn beta(colour: usize, from: &str, to: &str) -> Change {
        let (from, to) = (from.to_owned(), to.to_owned());
        Change { setting: Setting::Beta, objective: Some((colour, "CB".to_owned())), from, to }
    }

    fn texts(marks: &ChangeMarks) -> Vec<(u64, u64, String)> {
        marks.to_vec().into_iter().map(|mark| (mark.epoch, mark.until, mark.change.to_string())).collect()
    }

    #[test]
    fn a_drag_is_one_mark_and_a_later_change_another() {
        let (mut marks, start) = (ChangeMarks::default(), Instant::now());
        let after = |millis: u64| start + Duration::from_millis(millis);
        marks.add(10, vec![beta(3, "0.9", "0.95")], start);
        marks.add(12, vec![beta(3, "0.95", "0.99")], after(500));
        marks.add(13, vec![beta(4, "0.5", "0.6")], after(600));
        marks.add(30, vec![beta(3, "0.99", "0.9")], after(5000));
        let expected = [(10, 12, "β 0.9 → 0.99 (CB)"), (13, 13, "β 0.5 → 0.6 (CB)"), (30, 30, "β 0.99 → 0.9 (CB)")];
        assert_eq!(texts(&marks), expected.map(|(epoch, until, text)| (epoch, until, text.to_owned())));
    }

    #[test]
    fn a_change_that_is_taken_back_before_an_epoch_has_felt_it_leaves_no_mark() {
        let (mut marks, start) = (ChangeMarks::default(), Instant::now());
        marks.add(10, vec![beta(3, "0.9", "0.95")], start);
        marks.add(10, vec![beta(3, "0.95", "0.9")], start + Duration::from_mins(1));
        assert!(marks.to_vec().is_empty());
    }

    #[test]
    fn their_number_is_bounded() {
        let (mut marks, start) = (ChangeMarks::default(), Instant::now());
        for epoch in 0..1000 {
            marks.add(epoch, vec![beta(3, "0", "1")], start + Duration::from_secs(2 * epoch));
        }
        assert_eq!((marks.to_vec().len(), marks.to_vec()[0].epoch), (MOST_MARKS, 1000 - MOST_MARKS as u64));
    }
}
