//! A data set: training samples with the test sets that belong to them.

use std::sync::Arc;

use super::{DataError, Evaluation, FeatureMap, MapKind, MapSpec, Population, Samples, Standardisation, check_size};
use crate::distribution::ClassCounts;

/// Which rows of a table became which samples, and how its features were standardised.
#[derive(Debug, Clone, PartialEq)]
pub struct TableRows {
    /// Name of each feature, shape `[n_features]`.
    pub feature_names: Vec<String>,
    /// Rows of the table that are trained on, counted from 0, in the order of the training samples.
    pub train: Vec<usize>,
    /// Rows of the balanced test set, in its order; empty where there is none.
    pub balanced_test: Vec<usize>,
    /// Rows of the test set with natural class shares, in its order; empty where there is none.
    pub natural_test: Vec<usize>,
    /// Means and deviations of the training rows.
    pub standardisation: Standardisation,
}

/// Training samples with the test sets that belong to them; shared between trainers, never changed.
#[derive(Debug, Clone)]
pub struct Dataset {
    /// Name of each class, shape `[n_classes]`.
    pub class_labels: Arc<[String]>,
    /// Training samples of each class.
    pub counts: ClassCounts,
    /// What generated samples were drawn from; `None` for tables and painted samples.
    pub population: Option<Arc<Population>>,
    /// Training samples before the feature map; the same as `train` for the linear map.
    pub inputs: Arc<Samples>,
    /// What lies between inputs and model.
    pub map: Arc<FeatureMap>,
    /// What the models learn from.
    pub train: Arc<Samples>,
    /// As many samples of every class that has training samples; `None` for files.
    pub balanced_test: Option<Arc<Samples>>,
    /// Class shares as in training; `None` where everything is trained on.
    pub natural_test: Option<Arc<Samples>>,
    /// Names of a table's features that are the same in every training row: they are 0 everywhere, as nothing can be learnt
    /// of them.
    pub constant_features: Arc<[String]>,
    /// Where the samples stand in their table; `None` for generated data.
    pub rows: Option<Arc<TableRows>>,
    /// The row of the file that each row of the table was; `None` where they are the same.
    pub rows_in_file: Option<Arc<[u64]>>,
}

impl Dataset {
    /// A data set whose inputs the model sees as they are.
    pub fn unmapped(
        class_labels: Arc<[String]>,
        counts: ClassCounts,
        train: Arc<Samples>,
        balanced_test: Option<Arc<Samples>>,
        natural_test: Option<Arc<Samples>>,
    ) -> Self {
        let (inputs, map) = (Arc::clone(&train), Arc::new(FeatureMap::linear()));
        Self {
            class_labels,
            counts,
            population: None,
            inputs,
            map,
            train,
            balanced_test,
            natural_test,
            constant_features: Arc::default(),
            rows: None,
            rows_in_file: None,
        }
    }

    /// The row of the file, from 0 below the header, that a row of the table was.
    pub fn row_in_file(&self, row: usize) -> u64 {
        self.rows_in_file.as_ref().and_then(|rows| rows.get(row).copied()).unwrap_or(row as u64)
    }

    /// The samples that recall is measured on, and which they are: balanced test set, else test part, else training set.
    pub fn evaluation(&self) -> (Evaluation, &Arc<Samples>) {
        match (&self.balanced_test, &self.natural_test) {
            (Some(samples), _) => (Evaluation::BalancedTest, samples),
            (None, Some(samples)) => (Evaluation::NaturalTest, samples),
            (None, None) => (Evaluation::Training, &self.train),
        }
    }

    /// Number of classes C.
    pub fn n_classes(&self) -> usize {
        self.counts.n_classes()
    }

    /// Puts a feature map between the inputs and the model.
    ///
    /// But for the linear map, the features are standardised by the training part's figures. The frequencies of random
    /// Fourier features follow from the seed.
    ///
    /// # Errors
    /// When the features are more numbers than the lab takes.
    pub fn mapped(self, spec: &MapSpec, seed: u64) -> Result<Self, DataError> {
        if spec.kind == MapKind::Linear {
            return Ok(self);
        }
        let n_features = spec.n_features(self.inputs.n_features());
        let sizes = [Some(&self.inputs), self.balanced_test.as_ref(), self.natural_test.as_ref()];
        for samples in sizes.into_iter().flatten() {
            check_size(samples.len() as u64, n_features)?;
        }
        let map = FeatureMap::learn(spec, &self.inputs, seed);
        let mapped = |samples: &Arc<Samples>| Arc::new(map.map(samples));
        Ok(Self {
            train: mapped(&self.inputs),
            balanced_test: self.balanced_test.as_ref().map(mapped),
            natural_test: self.natural_test.as_ref().map(mapped),
            map: Arc::new(map),
            ..self
        })
    }
}
