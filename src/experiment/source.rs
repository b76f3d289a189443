//! Where the samples of an experiment come from, opened once and asked for a data set per seed.

use std::sync::Arc;

use super::{CheckedSpec, DataSource, ExperimentError};
use crate::{
    data::{self, CsvOptions, DataError, Dataset, GeneratorSpec, LongTail, MapSpec, Seeds, Table, TableClasses},
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
        /// Which rows are kept, where not all are.
        long_tail: Option<Arc<LongTail>>,
    },
}

impl Source {
    /// Opens the source; reads the file where there is one.
    ///
    /// # Errors
    /// When the file cannot be read or its contents are not what they should be.
    pub fn open(checked: &CheckedSpec) -> Result<Self, ExperimentError> {
        Self::of(checked, Self::read(checked)?)
    }

    /// Reads the table; `None` for generated data.
    ///
    /// # Errors
    /// When the file cannot be read or its contents are not what they should be.
    pub fn read(checked: &CheckedSpec) -> Result<Option<Arc<Table>>, ExperimentError> {
        let data = &checked.spec().data;
        let table = match data.source {
            DataSource::Gaussians => return Ok(None),
            DataSource::BuiltIn => {
                let label = Self::columns(checked).pop().unwrap_or_default();
                data::read_csv(data.built_in.text().as_bytes(), &CsvOptions { label, drop: data.drop.clone() })?
            }
            DataSource::File => {
                let path = data.path.as_ref().ok_or(ExperimentError::NoPath)?;
                let label = match &data.label {
                    Some(label) => label.clone(),
                    None => data::column_names(path)?.pop().unwrap_or_default(),
                };
                data::read_csv_file(path, &CsvOptions { label, drop: data.drop.clone() })?
            }
        };
        Ok(Some(Arc::new(table)))
    }

    /// The source of an experiment whose table was read before; see [`Source::read`].
    ///
    /// # Errors
    /// When the table cannot be made long-tailed as asked, or is missing.
    pub fn of(checked: &CheckedSpec, table: Option<Arc<Table>>) -> Result<Self, ExperimentError> {
        let data = &checked.spec().data;
        let samples = match (table, checked.counts()) {
            (None, Some(counts)) => SampleSource::Generated { spec: data.generator(), counts: counts.clone() },
            (None, None) => return Err(ExperimentError::NoPath),
            (Some(table), _) => {
                let long_tail = checked.spec().long_tail(&TableClasses::of(&table))?.map(Arc::new);
                SampleSource::Table { table, test_share: data.test_share, long_tail }
            }
        };
        Ok(Self { samples, map: data.map() })
    }

    /// How a table is made long-tailed; `None` where it is trained on as it is, and for generated data.
    pub fn long_tail(&self) -> Option<&LongTail> {
        match &self.samples {
            SampleSource::Table { long_tail, .. } => long_tail.as_deref(),
            SampleSource::Generated { .. } => None,
        }
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
            SampleSource::Table { table, long_tail: Some(long_tail), .. } => long_tail.dataset(table, seeds.split)?,
            SampleSource::Table { table, test_share, long_tail: None } => {
                data::split_table(table, *test_share, seeds.split)?
            }
        };
        self.map.apply(dataset, seeds.init)
    }
}
