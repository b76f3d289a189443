//! Flags that say which rows of a table are tested on.

use std::path::PathBuf;

use clap::Args;

use super::{
    input::{number, whole},
    profile_flags::set,
};
use crate::{data::SplitBy, experiment::ExperimentSpec};

/// Which rows are held back; at random unless the data say so.
#[derive(Debug, Args)]
#[command(next_help_heading = "Split")]
pub(super) struct SplitFlags {
    /// Share of each class that is held back for testing, 0 to 0.9; 0 trains on everything and reports training figures. Of groups and of an order in time a share of all rows [default: 0.3]
    #[arg(long, value_name = "SHARE", value_parser = number, allow_negative_numbers = true)]
    test_share: Option<f64>,
    /// Stratified cross-validation in place of --test-share, 2 to 20 folds: every row is tested on once a shuffle, and the intervals are taken over folds × --repeats
    #[arg(long, value_name = "K", value_parser = whole::<u64>, allow_negative_numbers = true)]
    #[arg(conflicts_with_all = ["test_share", "seeds"])]
    folds: Option<u64>,
    /// Shuffles of the rows whose folds are all trained [default: 1]
    #[arg(long, value_name = "R", value_parser = whole::<u64>, allow_negative_numbers = true, requires = "folds")]
    repeats: Option<u64>,
    /// A column of the file that says which rows are for train, validation and test
    #[arg(long, value_name = "COLUMN", conflicts_with_all = ["group", "time", "validation", "test", "folds", "test_share"])]
    part: Option<String>,
    /// A column of the file whose rows with the same value, such as those of a patient, stay together on one side of every split
    #[arg(long, value_name = "COLUMN", conflicts_with_all = ["time", "validation", "test"])]
    group: Option<String>,
    /// A column of the file in whose order the last rows are tested on: numbers, dates, or text that sorts by time
    #[arg(long, value_name = "COLUMN", conflicts_with_all = ["validation", "test", "folds"])]
    time: Option<String>,
    /// A file with rows to choose by, with the columns of --data; a sweep chooses by it
    #[arg(long, value_name = "FILE", conflicts_with_all = ["folds", "test_share"])]
    validation: Option<PathBuf>,
    /// A file with rows to test on, with the columns of --data, in place of a share of its rows
    #[arg(long, value_name = "FILE", conflicts_with_all = ["folds", "test_share"])]
    test: Option<PathBuf>,
}

impl SplitFlags {
    /// The share that is tested on, where it is given.
    pub(super) fn test_share(&self) -> Option<f64> {
        self.test_share
    }

    /// Whether any is given.
    pub(super) fn is_given(&self) -> bool {
        self.test_share.is_some() || self.folds.is_some() || self.about_files().is_some()
    }

    /// The first flag that is given and goes with rows of a file alone.
    pub(super) fn about_files(&self) -> Option<&'static str> {
        let given = [
            ("--part", self.part.is_some()),
            ("--group", self.group.is_some()),
            ("--time", self.time.is_some()),
            ("--validation", self.validation.is_some()),
            ("--test", self.test.is_some()),
        ];
        given.into_iter().find(|(_, is_given)| *is_given).map(|(flag, _)| flag)
    }

    /// Overrides an experiment by what is given.
    pub(super) fn apply(&self, spec: &mut ExperimentSpec) {
        let data = &mut spec.data;
        set(&mut data.test_share, self.test_share);
        if self.test_share.is_some() || self.about_files().is_some() {
            data.folds = 0;
        }
        if let Some(folds) = self.folds {
            data.folds = folds;
            spec.seeds = folds.saturating_mul(self.repeats.unwrap_or(1));
        }
        if self.about_files().is_some() {
            let part = self.part.clone().map(SplitBy::Part);
            let group = || self.group.clone().map(SplitBy::Group);
            data.split_by = part.or_else(group).or_else(|| self.time.clone().map(SplitBy::Time));
            (data.validation_path, data.test_path) = (self.validation.clone(), self.test.clone());
        }
    }
}
