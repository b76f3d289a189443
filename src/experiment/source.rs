//! Where the samples of an experiment come from, opened once and asked for a data set per seed.

use std::sync::Arc;

use super::{CheckedSpec, DataSource, ExperimentError};
use crate::{
    data::{self, CsvOptions, DataError, Dataset, GaussianSpec, Table},
    distribution::ClassCounts,
};

/// An opened source of samples.
#[derive(Debug, Clone)]
pub enum Source {
    /// Gaussian clusters.
    Gaussians {
        /// Checked settings.
        spec: GaussianSpec,
        /// Class counts.
        counts: ClassCounts,
    },
    /// A table, from a file or built in.
    Table {
        /// The rows.
        table: Arc<Table>,
        /// Share held back for testing.
        test_share: f64,
    },
}

impl Source {
    /// Opens the source; reads the file where there is one.
    ///
    /// # Errors
    /// When the file cannot be read or its contents are not what they should be.
    pub fn open(checked: &CheckedSpec) -> Result<Self, ExperimentError> {
        let data = &checked.spec().data;
        let table = match (data.source, checked.counts()) {
            (DataSource::Gaussians, Some(counts)) => {
                return Ok(Self::Gaussians { spec: data.gaussian(), counts: counts.clone() });
            }
            (DataSource::BuiltIn, _) => {
                let label = Self::columns(checked).pop().unwrap_or_default();
                data::read_csv(data.built_in.text().as_bytes(), &CsvOptions { label, drop: data.drop.clone() })?
            }
            _ => {
                let path = data.path.as_ref().ok_or(ExperimentError::NoPath)?;
                let label = match &data.label {
                    Some(label) => label.clone(),
                    None => data::column_names(path)?.pop().unwrap_or_default(),
                };
                data::read_csv_file(path, &CsvOptions { label, drop: data.drop.clone() })?
            }
        };
        Ok(Self::Table { table: Arc::new(table), test_share: data.test_share })
    }

    /// Column names of the table; empty for generated data, and for a file without a header that can be read.
    pub fn columns(checked: &CheckedSpec) -> Vec<String> {
        let data = &checked.spec().data;
        let columns = match (data.source, &data.path) {
            (DataSource::BuiltIn, _) => data::csv_header(data.built_in.text().as_bytes()),
            (DataSource::File, Some(path)) => data::column_names(path),
            _ => return Vec::new(),
        };
        columns.unwrap_or_default()
    }

    /// The samples for one seed.
    ///
    /// # Errors
    /// When a setting is outside its range; not after a check.
    pub fn dataset(&self, seed: u64) -> Result<Dataset, DataError> {
        match self {
            Self::Gaussians { spec, counts } => data::generate(spec, counts, seed),
            Self::Table { table, test_share } => data::split_table(table, *test_share, seed),
        }
    }
}
