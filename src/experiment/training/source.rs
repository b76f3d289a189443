//! Where the samples of an experiment come from, opened once and asked for a data set per seed.

use std::sync::Arc;

use crate::{
    data::{
        self, DataError, Dataset, Fold, GeneratorSpec, Imported, Inspection, LongTail, MapSpec, ReadHooks, RowSplit,
        Seeds, SplitRule, TableClasses, TestPart,
    },
    distribution::ClassCounts,
    experiment::{CheckedSpec, DataSource, ExperimentError},
};

/// Samples of each class that a model elsewhere would be trained on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CountedClasses {
    /// Samples of each class, in class order.
    pub counts: ClassCounts,
    /// Names of the classes, shape `[n_classes]`; empty for generated data.
    pub labels: Vec<String>,
    /// What was counted, such as "all rows of a.csv"; `None` for generated data.
    pub origin: Option<String>,
}

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
        /// Which rows are held back for testing.
        split: TableSplit,
        /// Which rows are kept, where not all are.
        long_tail: Option<Arc<LongTail>>,
    },
}

/// How a table is split on each seed.
#[derive(Debug, Clone)]
struct TableSplit {
    test_share: f64,
    /// What comes with the data.
    given: Option<Arc<RowSplit>>,
    /// Folds of a shuffle; 0 where a share is held back at random.
    n_folds: u64,
    /// The split seed of the first repetition, which is the first fold of the first shuffle.
    first_seed: u64,
}

impl TableSplit {
    /// The rule for a split seed, and the seed of the shuffle: the folds of one shuffle follow each other.
    fn of(&self, seed: u64) -> (SplitRule, u64) {
        let place = seed.wrapping_sub(self.first_seed);
        let fold = (self.n_folds > 0).then(|| Fold { idx: place % self.n_folds, n_folds: self.n_folds });
        let seed = fold.map_or(seed, |fold| self.first_seed.wrapping_add(place / fold.n_folds));
        let rule = match (&self.given, fold) {
            (Some(split), fold) => SplitRule::Given { split: Arc::clone(split), share: self.test_share, fold },
            (None, Some(fold)) => SplitRule::Fold(fold),
            (None, None) => SplitRule::Share(self.test_share),
        };
        (rule, seed)
    }
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
        Self::of(checked, Self::read_with(checked, hooks)?)
    }

    /// Reads the table; `None` for generated data.
    ///
    /// # Errors
    /// When the file cannot be read, its contents are not what they should be, or reading was cancelled.
    pub fn read_with(checked: &CheckedSpec, hooks: &ReadHooks<'_>) -> Result<Option<Imported>, ExperimentError> {
        let data = &checked.spec().data;
        Ok(Some(match data.source {
            DataSource::Gaussians => return Ok(None),
            DataSource::BuiltIn => data.built_in.read(&data.drop)?,
            DataSource::File => {
                let path = data.path.as_ref().ok_or(ExperimentError::NoPath)?;
                data::read_table_file(path, &data.import(), hooks)?
            }
        }))
    }

    /// The source of an experiment whose table was read before; see [`Source::read_with`].
    ///
    /// # Errors
    /// When the table cannot be made long-tailed as asked, or is missing.
    pub fn of(checked: &CheckedSpec, imported: Option<Imported>) -> Result<Self, ExperimentError> {
        let data = &checked.spec().data;
        let samples = match (imported, checked.counts()) {
            (None, Some(counts)) => SampleSource::Generated { spec: data.generator(), counts: counts.clone() },
            (None, None) => return Err(ExperimentError::NoPath),
            (Some(imported), _) => {
                let long_tail = checked.spec().long_tail(&TableClasses::of(&imported.table))?.map(Arc::new);
                let split = TableSplit {
                    given: imported.split.clone(),
                    test_share: data.test_share,
                    n_folds: data.folds,
                    first_seed: checked.spec().first_seeds().split,
                };
                SampleSource::Table { imported, split, long_tail }
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

    /// Column names of the table; empty for generated data, and for a file without a beginning that can be read.
    pub fn columns(checked: &CheckedSpec) -> Vec<String> {
        let data = &checked.spec().data;
        match (data.source, &data.path) {
            (DataSource::BuiltIn, _) => data.built_in.column_names(),
            (DataSource::File, Some(path)) => data::column_names(path, &data.import()).unwrap_or_default(),
            _ => Vec::new(),
        }
    }

    /// The classes that class weights are taken away for: of a table all rows, of one that is made long-tailed those that are
    /// trained on with the first seed.
    ///
    /// # Errors
    /// When the table has no rows.
    pub fn counted(&self, checked: &CheckedSpec) -> Result<CountedClasses, DataError> {
        let imported = match &self.samples {
            SampleSource::Generated { counts, .. } => {
                return Ok(CountedClasses { counts: counts.clone(), labels: Vec::new(), origin: None });
            }
            SampleSource::Table { imported, .. } => imported,
        };
        let data = &checked.spec().data;
        let name = data.path.as_ref().filter(|_| data.source == DataSource::File).and_then(|path| path.file_name());
        let name = name.map_or_else(|| "the table".to_owned(), |name| name.to_string_lossy().into_owned());
        if self.long_tail().is_some() {
            let dataset = self.dataset(checked.spec().first_seeds())?;
            let origin = Some(format!("the long-tailed training part of {name}"));
            return Ok(CountedClasses { counts: dataset.counts, labels: dataset.class_labels.to_vec(), origin });
        }
        let TableClasses { labels, rows } = TableClasses::of(&imported.table);
        let counts = ClassCounts::new(rows).map_err(|_| DataError::NoRows)?;
        Ok(CountedClasses { counts, labels: labels.to_vec(), origin: Some(format!("all rows of {name}")) })
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
        self.dataset_part(seeds, TestPart::Whole)
    }

    /// As [`Source::dataset`], with a part of the test samples.
    ///
    /// # Errors
    /// As [`Source::dataset`].
    pub fn dataset_part(&self, seeds: Seeds, part: TestPart) -> Result<Dataset, DataError> {
        let mut dataset = match &self.samples {
            SampleSource::Generated { spec, counts } => data::generate_part(spec, counts, seeds, part)?,
            SampleSource::Table { imported, long_tail: Some(long_tail), .. } => {
                long_tail.dataset_part(&imported.table, seeds.split, part)?
            }
            SampleSource::Table { imported, split, long_tail: None } => {
                let (rule, seed) = split.of(seeds.split);
                data::split_by(&imported.table, &rule, seed, part)?
            }
        };
        if let SampleSource::Table { imported, .. } = &self.samples {
            dataset.rows_in_file.clone_from(&imported.rows_in_file);
        }
        dataset.mapped(&self.map, seeds.init)
    }
}
