//! Where the samples of an experiment come from, opened once and asked for a data set per seed.

use std::sync::Arc;

use super::{CheckedSpec, DataSource, ExperimentError};
use crate::{
    data::{self, CsvOptions, DataError, Dataset, GeneratorSpec, MapSpec, Seeds, Table},
    distribution::ClassCounts,
};

/// An opened source of samples, with what lies between them and the model.
#[derive(Debug, Clone)]
pub struct Source {
    samples: SampleSource,
    map: MapSpec,
}

#[derive(Debug, Clone)]
enum SampleSource {
    /// Clusters or shapes.
    Generated {
        /// Checked settings.
        spec: GeneratorSpec,
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
                let samples = SampleSource::Generated { spec: data.generator(), counts: counts.clone() };
                return Ok(Self { samples, map: data.map() });
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
        let samples = SampleSource::Table { table: Arc::new(table), test_share: data.test_share };
        Ok(Self { samples, map: data.map() })
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

    /// The samples of one repetition.
    ///
    /// # Errors
    /// When every sample is erased, or the mapped features are more numbers than the lab takes.
    pub fn dataset(&self, seeds: Seeds) -> Result<Dataset, DataError> {
        let dataset = match &self.samples {
            SampleSource::Generated { spec, counts } => data::generate(spec, counts, seeds)?,
            SampleSource::Table { table, test_share } => data::split_table(table, *test_share, seeds.split)?,
        };
        self.map.apply(dataset, seeds.init)
    }
}
