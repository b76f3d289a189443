//! Samples with any number of labels, split into training, validation and test part.

use std::sync::Arc;

use ndarray::{Array2, Axis};

use super::{
    DataError, LabelTable, Samples, Standardisation, Targets, check_test_share, impute::Imputation, stratified_parts,
};

/// Parts of a table whose rows can have any number of labels, standardised with the training rows' figures.
#[derive(Debug, Clone)]
pub struct LabelDataset {
    /// Name of each label, shape `[n_labels]`.
    pub label_names: Arc<[String]>,
    /// What models learn from.
    pub train: Arc<Samples>,
    /// What thresholds are tuned on; `None` where no row is held back for it.
    pub validation: Option<Arc<Samples>>,
    /// What models are tested on; `None` where everything is trained on.
    pub test: Option<Arc<Samples>>,
    /// Samples of the training part that have each label, shape `[n_labels]`.
    pub positives: Vec<u64>,
}

impl LabelDataset {
    /// Splits a table by iterative stratification; see [`stratified_parts`]. Shares of 0 have no part.
    ///
    /// # Errors
    /// When a share, or both together, are outside [0, 0.9], or no row is left to train on.
    pub fn split(table: &LabelTable, validation: f64, test: f64, seed: u64) -> Result<Self, DataError> {
        check_test_share(validation)?;
        check_test_share(test)?;
        check_test_share(validation + test)?;
        let mut shares = vec![1.0 - validation - test];
        shares.extend([validation, test].into_iter().filter(|share| *share > 0.0));
        let mut parts = stratified_parts(&table.sets, &shares, seed).into_iter();
        let train_rows = parts.next().unwrap_or_default();
        if train_rows.is_empty() {
            return Err(DataError::NothingToTrainOn);
        }
        let table_features = &table.table.features;
        let mut features = table_features.select(Axis(0), &train_rows);
        let imputation = Imputation::learn(features.view(), &table.table.gaps);
        imputation.apply(&mut features);
        let standardisation = Standardisation::learn(features.view());
        let samples = |features: &Array2<f64>, rows: &[usize]| {
            let sets = table.sets.select(rows);
            Arc::new(Samples::with_targets(standardisation.apply(features.view()), Targets::Sets(sets)))
        };
        let mut part = |share: f64| {
            let rows = if share > 0.0 { parts.next().unwrap_or_default() } else { Vec::new() };
            (!rows.is_empty()).then(|| {
                let mut features = table_features.select(Axis(0), &rows);
                imputation.apply(&mut features);
                samples(&features, &rows)
            })
        };
        Ok(Self {
            label_names: table.table.class_labels.clone().into(),
            positives: table.sets.select(&train_rows).counts(),
            validation: part(validation),
            test: part(test),
            train: samples(&features, &train_rows),
        })
    }

    /// The samples that figures are measured on: the test part, else the training samples.
    pub fn evaluation(&self) -> &Arc<Samples> {
        self.test.as_ref().unwrap_or(&self.train)
    }

    /// The samples that thresholds are tuned on: the validation part, else the training samples.
    pub fn tuning(&self) -> &Arc<Samples> {
        self.validation.as_ref().unwrap_or(&self.train)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::data::{ImportSettings, ReadHooks, Scan};

    fn table() -> LabelTable {
        let row =
            |i: u32| format!("{},{},{}\n", i * i % 97, u8::from(i.is_multiple_of(3)), u8::from(i.is_multiple_of(10)));
        let text = "x,a,b\n".to_owned() + &(0..200).map(row).collect::<String>();
        let settings = ImportSettings { label_columns: vec!["a".into(), "b".into()], ..ImportSettings::default() };
        let scan = Scan::read(text.as_bytes(), None, &settings, &ReadHooks::silent()).unwrap();
        scan.into_label_table(&settings).unwrap()
    }

    #[test]
    fn parts_have_their_shares_and_the_training_part_is_standardised() {
        let dataset = LabelDataset::split(&table(), 0.2, 0.2, 1).unwrap();
        let sizes = [dataset.train.len(), dataset.tuning().len(), dataset.evaluation().len()];
        assert_eq!(sizes.iter().sum::<usize>(), 200);
        assert!(sizes[0].abs_diff(120) <= 2 && sizes[1].abs_diff(40) <= 2, "{sizes:?}");
        assert!(dataset.positives[1].abs_diff(12) <= 1, "{:?}", dataset.positives);
        let mean: f32 = dataset.train.feature_slice().iter().sum::<f32>() / dataset.train.len() as f32;
        assert!(mean.abs() < 1e-5);
    }

    #[test]
    fn shares_of_zero_have_no_part_and_shares_of_everything_are_refused() {
        let whole = LabelDataset::split(&table(), 0.0, 0.0, 1).unwrap();
        assert!(whole.validation.is_none() && whole.test.is_none());
        assert_eq!((whole.train.len(), whole.evaluation().len()), (200, 200));
        assert!(LabelDataset::split(&table(), 0.5, 0.5, 1).is_err());
        assert!(LabelDataset::split(&table(), -0.1, 0.5, 1).is_err());
    }
}
