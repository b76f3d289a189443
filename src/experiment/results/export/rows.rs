//! Row by row: what a model predicts of every test sample, and which rows were trained and tested on.

use std::io::{self, Write};

use super::TrainedModel;
use crate::{
    data::{Dataset, Evaluation, Samples},
    loss::Head,
    text::spreadsheet_safe,
    train::LinearModel,
};

/// Writes CSV a row at a time; names can be made safe for spreadsheets.
pub struct RowWriter<'a> {
    csv: csv::Writer<&'a mut dyn Write>,
    is_for_spreadsheet: bool,
}

impl<'a> RowWriter<'a> {
    /// A file of rows.
    pub fn new(out: &'a mut dyn Write, is_for_spreadsheet: bool) -> Self {
        Self { csv: csv::Writer::from_writer(out), is_for_spreadsheet }
    }

    fn name(&self, name: &str) -> String {
        if self.is_for_spreadsheet { spreadsheet_safe(name).into_owned() } else { name.to_owned() }
    }

    /// The header of predictions: a column for the probability of each class.
    ///
    /// # Errors
    /// When writing fails.
    pub fn predictions_header(&mut self, class_labels: &[String]) -> io::Result<()> {
        let fixed = ["objective", "seed", "split_seed", "row", "truth", "prediction"].map(str::to_owned);
        let probabilities = class_labels.iter().map(|label| format!("p({label})"));
        self.csv.write_record(fixed.into_iter().chain(probabilities)).map_err(io::Error::other)
    }

    /// What a model predicts of every sample that its figures were measured on: probabilities of a softmax, which
    /// add up to 1, or of the yes-or-no questions of a sigmoid head.
    ///
    /// `row` is the row of the file, from 0 below the header, or of generated samples their place in the test set.
    ///
    /// # Errors
    /// When writing fails.
    pub fn predictions(&mut self, trained: &TrainedModel<'_>, dataset: &Dataset) -> io::Result<()> {
        let TrainedModel { objective, seeds, model } = *trained;
        if !model.is_finite() {
            return Ok(());
        }
        let (evaluated_on, samples) = dataset.evaluation();
        let labels: Vec<String> = dataset.class_labels.iter().map(|label| self.name(label)).collect();
        let fixed = [self.name(&objective.name), seeds.data.to_string(), seeds.split.to_string()];
        for (place, (&label, (predicted, probabilities))) in
            samples.labels().iter().zip(probabilities(model, objective.head, samples)).enumerate()
        {
            let row = match (&dataset.rows, evaluated_on) {
                (None, _) => place as u64,
                (Some(rows), Evaluation::BalancedTest) => dataset.row_in_file(rows.balanced_test[place]),
                (Some(rows), Evaluation::NaturalTest) => dataset.row_in_file(rows.natural_test[place]),
                (Some(rows), Evaluation::Training) => dataset.row_in_file(rows.train[place]),
            };
            let own = [row.to_string(), labels[label as usize].clone(), labels[predicted].clone()];
            let row = fixed.iter().cloned().chain(own).chain(probabilities.iter().map(f64::to_string));
            self.csv.write_record(row).map_err(io::Error::other)?;
        }
        Ok(())
    }

    /// The header of a split.
    ///
    /// # Errors
    /// When writing fails.
    pub fn split_header(&mut self) -> io::Result<()> {
        self.csv.write_record(["split_seed", "row", "label", "part"]).map_err(io::Error::other)
    }

    /// The part of each row of a table under one split, in the order of the file: train, test, or both names of a table that
    /// is made long-tailed, balanced_test and natural_test; nothing for generated data.
    ///
    /// # Errors
    /// When writing fails.
    pub fn split(&mut self, split_seed: u64, dataset: &Dataset) -> io::Result<()> {
        let Some(rows) = &dataset.rows else { return Ok(()) };
        let test = if rows.balanced_test.is_empty() { "test" } else { "natural_test" };
        let parts = [
            ("train", &rows.train, Some(&dataset.inputs)),
            ("balanced_test", &rows.balanced_test, dataset.balanced_test.as_ref()),
            (test, &rows.natural_test, dataset.natural_test.as_ref()),
        ];
        let mut lines: Vec<(u64, u32, &str)> = Vec::new();
        for (part, rows, samples) in parts {
            let labels = samples.map_or(&[][..], |samples| samples.labels());
            lines.extend(rows.iter().zip(labels).map(|(&row, &label)| (dataset.row_in_file(row), label, part)));
        }
        lines.sort_unstable();
        for (row, label, part) in lines {
            let label = self.name(&dataset.class_labels[label as usize]);
            self.csv
                .write_record([split_seed.to_string(), row.to_string(), label, part.to_owned()])
                .map_err(io::Error::other)?;
        }
        Ok(())
    }

    /// Writes what is left.
    ///
    /// # Errors
    /// When writing fails.
    pub fn finish(mut self) -> io::Result<()> {
        self.csv.flush()
    }
}

/// Of each sample the class that is predicted, the first of those with the largest logit, and the probabilities in double
/// precision, shape `[n_classes]`.
fn probabilities<'a>(
    model: &'a LinearModel<f64>,
    head: Head,
    samples: &'a Samples,
) -> impl Iterator<Item = (usize, Vec<f64>)> + 'a {
    (0..samples.len()).map(move |row| {
        let mut logits = vec![0.0; model.n_classes()];
        model.logits(samples.row(row).as_slice().unwrap_or_default(), &mut logits);
        let mut predicted = 0;
        for (class_idx, logit) in logits.iter().enumerate() {
            if *logit > logits[predicted] {
                predicted = class_idx;
            }
        }
        let probabilities = match head {
            Head::Softmax => {
                let top = logits.iter().copied().fold(f64::NEG_INFINITY, f64::max);
                let powers: Vec<f64> = logits.iter().map(|z| (z - top).exp()).collect();
                let total: f64 = powers.iter().sum();
                powers.into_iter().map(|power| power / total).collect()
            }
            Head::Sigmoid => logits.into_iter().map(|z| 1.0 / (1.0 + (-z).exp())).collect(),
        };
        (predicted, probabilities)
    })
}
