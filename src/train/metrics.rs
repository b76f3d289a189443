//! What a trained model is worth, class by class.

use super::{LinearModel, Precision};
use crate::{data::Samples, distribution::Group};

/// How often each class was taken for each other.
///
/// A figure that would divide by nothing is `None`, shown as "n/a".
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ConfusionMatrix {
    n_classes: usize,
    /// Row by row: true class, then predicted class.
    cells: Vec<u32>,
    /// Samples of each class, the sums of the rows.
    totals: Vec<u64>,
}

impl ConfusionMatrix {
    /// Lets a model predict every sample.
    pub fn of<F: Precision>(model: &LinearModel<F>, samples: &Samples) -> Self {
        let n_classes = model.n_classes();
        let mut cells = vec![0; n_classes * n_classes];
        for (predicted, &label) in model.predict(samples).into_iter().zip(samples.labels()) {
            cells[label as usize * n_classes + predicted] += 1;
        }
        Self::from_cells(n_classes, cells)
    }

    /// Of cells row by row.
    fn from_cells(n_classes: usize, cells: Vec<u32>) -> Self {
        let sum = |row: &[u32]| row.iter().map(|&n| u64::from(n)).sum();
        let totals = cells.chunks_exact(n_classes.max(1)).map(sum).collect();
        Self { n_classes, cells, totals }
    }

    /// Number of classes C.
    pub fn n_classes(&self) -> usize {
        self.n_classes
    }

    /// Predictions for the samples of one class, shape `[n_classes]`.
    pub fn row(&self, class_idx: usize) -> &[u32] {
        &self.cells[class_idx * self.n_classes..(class_idx + 1) * self.n_classes]
    }

    /// Samples of a class.
    pub fn n_of_class(&self, class_idx: usize) -> u64 {
        self.totals[class_idx]
    }

    /// Samples that were taken for each class, shape `[n_classes]`.
    pub fn n_predicted(&self) -> Vec<u64> {
        let mut predicted = vec![0; self.n_classes];
        for row in self.cells.chunks_exact(self.n_classes.max(1)) {
            for (total, &n) in predicted.iter_mut().zip(row) {
                *total += u64::from(n);
            }
        }
        predicted
    }

    fn n_correct(&self, class_idx: usize) -> u64 {
        u64::from(self.row(class_idx)[class_idx])
    }

    /// Samples of each class that were recognised, shape `[n_classes]`.
    pub fn hits(&self) -> Vec<u64> {
        (0..self.n_classes).map(|class_idx| self.n_correct(class_idx)).collect()
    }

    /// Share of a class's samples that were recognised.
    pub fn recall(&self, class_idx: usize) -> Option<f64> {
        ratio(self.n_correct(class_idx), self.n_of_class(class_idx))
    }

    /// Recall of each class, shape `[n_classes]`.
    pub fn per_class_recall(&self) -> Vec<Option<f64>> {
        (0..self.n_classes).map(|class_idx| self.recall(class_idx)).collect()
    }

    /// Share of all samples that were recognised.
    pub fn accuracy(&self) -> Option<f64> {
        let correct = (0..self.n_classes).map(|class_idx| self.n_correct(class_idx)).sum();
        ratio(correct, self.totals.iter().sum())
    }

    /// Mean recall over the classes that have samples (balanced accuracy).
    pub fn macro_recall(&self) -> Option<f64> {
        mean(self.per_class_recall().into_iter().flatten())
    }

    /// The class with the lowest recall.
    pub fn worst_class(&self) -> Option<(usize, f64)> {
        self.per_class_recall()
            .into_iter()
            .enumerate()
            .filter_map(|(class_idx, recall)| Some((class_idx, recall?)))
            .min_by(|a, b| a.1.total_cmp(&b.1))
    }

    /// Geometric mean of recall over the classes that have samples; one class at 0 makes it 0.
    pub fn geometric_mean(&self) -> Option<f64> {
        mean(self.per_class_recall().into_iter().flatten().map(f64::ln)).map(f64::exp)
    }

    /// Mean F1 over the classes that have samples; a class that is never predicted has F1 = 0.
    pub fn macro_f1(&self) -> Option<f64> {
        let predicted = self.n_predicted();
        mean((0..self.n_classes).filter_map(|class_idx| self.f1_of(class_idx, &predicted)))
    }

    /// F1 of a class; `None` where it has no sample.
    pub fn f1(&self, class_idx: usize) -> Option<f64> {
        self.f1_of(class_idx, &self.n_predicted())
    }

    fn f1_of(&self, class_idx: usize, predicted: &[u64]) -> Option<f64> {
        let actual = self.n_of_class(class_idx);
        (actual > 0).then(|| 2.0 * self.n_correct(class_idx) as f64 / (actual + predicted[class_idx]) as f64)
    }

    /// Mean recall over the classes of a group, `groups` of shape `[n_classes]`.
    pub fn group_recall(&self, groups: &[Group], group: Group) -> Option<f64> {
        mean((0..self.n_classes).filter(|&class_idx| groups[class_idx] == group).filter_map(|c| self.recall(c)))
    }
}

/// Share of all samples that a model recognises, as [`ConfusionMatrix::accuracy`].
pub(super) fn accuracy<F: Precision>(model: &LinearModel<F>, samples: &Samples) -> Option<f64> {
    let predicted = model.predict(samples).into_iter().zip(samples.labels());
    let correct = predicted.filter(|(predicted, label)| *predicted == **label as usize).count();
    ratio(correct as u64, samples.len() as u64)
}

fn ratio(part: u64, whole: u64) -> Option<f64> {
    (whole > 0).then(|| part as f64 / whole as f64)
}

fn mean(values: impl Iterator<Item = f64>) -> Option<f64> {
    let (n, sum) = values.fold((0_u32, 0.0), |(n, sum), value| (n + 1, sum + value));
    (n > 0).then(|| sum / f64::from(n))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Three classes: 3 of 4 right, none of 2 right, no sample.
    fn matrix() -> ConfusionMatrix {
        ConfusionMatrix::from_cells(3, vec![3, 1, 0, 2, 0, 0, 0, 0, 0])
    }

    #[test]
    fn figures_can_be_checked_by_hand_and_a_class_without_samples_is_not_available() {
        let matrix = matrix();
        assert_eq!(matrix.per_class_recall(), [Some(0.75), Some(0.0), None]);
        assert_eq!(matrix.macro_recall(), Some(0.375));
        assert_eq!(matrix.accuracy(), Some(0.5));
        assert_eq!(matrix.worst_class(), Some((1, 0.0)));
        assert_eq!(matrix.geometric_mean(), Some(0.0));
        // Class 0: 2·3 / (4 + 5); class 1: 0.
        assert_eq!(matrix.macro_f1(), Some(6.0 / 9.0 / 2.0));
    }

    #[test]
    fn an_empty_group_is_not_available() {
        let groups = [Group::Many, Group::Few, Group::Medium];
        assert_eq!(matrix().group_recall(&groups, Group::Many), Some(0.75));
        assert_eq!(matrix().group_recall(&groups, Group::Few), Some(0.0));
        assert_eq!(matrix().group_recall(&groups, Group::Medium), None);
    }

    #[test]
    fn no_sample_at_all_gives_no_figure() {
        let empty = ConfusionMatrix::from_cells(2, vec![0; 4]);
        assert_eq!((empty.accuracy(), empty.macro_recall(), empty.worst_class()), (None, None, None));
    }
}
