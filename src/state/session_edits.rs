//! What is done to the experiment on the screen: counts, seeds, the first arrangement, and what there is to say.

use super::{Brush, ClassWindow, Notice, Place, Session};
use crate::{
    data::Seeds,
    distribution::{ClassCounts, DistributionError, Profile, parse_counts},
    experiment::DataSource,
};

impl Session {
    /// The lab as it is at the start: no table, nothing enlarged or selected, every class in sight.
    pub fn show_as_at_first(&mut self) {
        (self.place, self.enlarged, self.sort) = (Place::default(), None, None);
        (self.selected_class, self.chosen_class, self.selected_cell) = (None, None, None);
        (self.window, self.brush) = (ClassWindow::default(), Brush::default());
        self.tables.clear();
        self.tabs.clear();
    }

    /// Whether closing would lose something that is not in a file.
    pub fn is_unsaved(&self) -> bool {
        match &self.teaching {
            // A lesson's experiment is nobody's work.
            Some(teaching) => teaching.before.0 != self.saved,
            None => self.spec != self.saved,
        }
    }

    /// Takes a text of counts for the class counts of generated data, or of a table that is made long-tailed; on failure
    /// everything stays as it is.
    ///
    /// # Errors
    /// When the text holds something else, or fewer than two classes.
    pub fn take_counts(&mut self, text: &str) -> Result<(), DistributionError> {
        self.use_counts(&parse_counts(text)?.with_two_classes()?);
        Ok(())
    }

    /// As [`Session::take_counts`], once the text is read.
    pub fn use_counts(&mut self, counts: &ClassCounts) {
        if !self.spec.uses_distribution() {
            self.spec.data.source = DataSource::Gaussians;
        }
        self.spec.distribution.profile = Profile::Own;
        self.spec.distribution.own_counts = counts.as_slice().to_vec();
    }

    /// Changes some of the three seeds; the others stay as they are.
    pub fn change_seeds(&mut self, change: impl FnOnce(&mut Seeds)) {
        let mut seeds = self.spec.first_seeds();
        change(&mut seeds);
        self.spec.set_seeds(seeds);
    }

    /// Says something.
    pub fn say(&mut self, text: impl Into<String>) {
        self.notice = Some(Notice { text: text.into(), is_error: false });
    }

    /// Says that something went wrong.
    pub fn complain(&mut self, text: impl Into<String>) {
        self.notice = Some(Notice { text: text.into(), is_error: true });
    }
}
