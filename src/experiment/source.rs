//! Where the samples of an experiment come from, opened once and asked for a data set per seed.

use std::sync::Arc;

use super::{CheckedSpec, DataSource, ExperimentError};
use crate::{
    data::{self, DataError, Dataset, GeneratorSpec, Imported, Inspection, MapSpec, ReadHooks, Seeds},
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
        imported: Imported,
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
        Self::open_with(checked, &ReadHooks::silent())
    }

    /// As [`Source::open`], and tells how far it is while it reads a file.
    ///
    /// # Errors
    /// As [`Source::open`], and when reading was cancelled.
    pub fn open_with(checked: &CheckedSpec, hooks: &ReadHooks<'_>) -> Result<Self, ExperimentError> {
        let data = &checked.spec().data;
        let imported = match (data.source, checked.counts()) {
            (DataSource::Gaussians, Some(counts)) => {
                let samples = SampleSource::Generated { spec: data.generator(), counts: counts.clone() };
                return Ok(Self { samples, map: data.map() });
            }
            (DataSource::BuiltIn, _) => data.built_in.read(&data.drop)?,
            _ => Self::read_file(checked, hooks)?,
        };
        Ok(Self::of_table(checked, imported))
    }

    /// Reads the data file.
    ///
    /// # Errors
    /// When none is named, or as [`data::read_table_file`].
    pub fn read_file(checked: &CheckedSpec, hooks: &ReadHooks<'_>) -> Result<Imported, ExperimentError> {
        let data = &checked.spec().data;
        let path = data.path.as_ref().ok_or(ExperimentError::NoPath)?;
        Ok(data::read_table_file(path, &data.import(), hooks)?)
    }

    /// The source where its table is known already.
    pub fn of_table(checked: &CheckedSpec, imported: Imported) -> Self {
        let data = &checked.spec().data;
        Self { samples: SampleSource::Table { imported, test_share: data.test_share }, map: data.map() }
    }

    /// Column names of the table; empty for generated data, and for a file without a beginning that can be read.
    pub fn columns(checked: &CheckedSpec) -> Vec<String> {
        let data = &checked.spec().data;
        match (data.source, &data.path) {
            (DataSource::BuiltIn, _) => data.built_in.column_names(),
            (DataSource::File, Some(path)) => data::column_names(path, &data.import()).unwrap_or_default(),
            _ => Vec::new(),
        }
    }

    /// What was found in the table's text; `None` for generated data.
    pub fn inspection(&self) -> Option<&Arc<Inspection>> {
        match &self.samples {
            SampleSource::Generated { .. } => None,
            SampleSource::Table { imported, .. } => Some(&imported.inspection),
        }
    }

    /// The samples of one repetition.
    ///
    /// # Errors
    /// When every sample is erased, or the mapped features are more numbers than the lab takes.
    pub fn dataset(&self, seeds: Seeds) -> Result<Dataset, DataError> {
        let dataset = match &self.samples {
            SampleSource::Generated { spec, counts } => data::generate(spec, counts, seeds)?,
            SampleSource::Table { imported, test_share } => {
                data::split_table(&imported.table, *test_share, seeds.split)?
            }
        };
        self.map.apply(dataset, seeds.init)
    }
}
