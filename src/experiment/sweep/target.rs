//! What a sweep makes as large as possible, with the class, the recall or the costs that this takes.

use super::{
    Metric, SweepError, SweepSpec, USUAL_RECALL,
    metric::{check_costs, highest},
};
use crate::{
    data::Dataset,
    numbers::written,
    text::shown,
    train::{Checkpoint, ConfusionMatrix},
};

impl SweepSpec {
    /// What is made as large as possible, in words, with the class and the recall that it is taken at.
    pub fn metric_label(&self) -> String {
        let class = shown(self.metric_class.as_deref().unwrap_or("n/a"));
        match self.metric {
            Metric::ClassF1 => format!("F1 of class {class}"),
            Metric::PrecisionAtRecall => {
                let recall = written(self.metric_recall.unwrap_or(USUAL_RECALL));
                format!("precision of class {class} at recall {recall}")
            }
            other => other.label().to_owned(),
        }
    }

    /// Checks what the metric takes; whether there is such a class is found out with the samples.
    ///
    /// # Errors
    /// When something is missing, out of range, or has no meaning for the metric.
    pub(super) fn check_target(&self) -> Result<(), SweepError> {
        let refused = |reason: String| Err(SweepError::Target(reason));
        let name = self.metric.label();
        match (&self.metric_class, self.metric.is_of_class()) {
            (None, true) => return refused(format!("{name} is of one class: name it by metric_class")),
            (Some(_), false) => return refused(format!("metric_class has no meaning for {name}: leave it out")),
            _ => {}
        }
        match self.metric_recall {
            Some(_) if self.metric != Metric::PrecisionAtRecall => {
                return refused(format!("metric_recall has no meaning for {name}: leave it out"));
            }
            Some(recall) if !(recall > 0.0 && recall <= 1.0) => {
                return refused(format!("metric_recall must be above 0 and at most 1, got {}", written(recall)));
            }
            _ => {}
        }
        match (self.metric == Metric::ExpectedCost, self.costs.is_empty()) {
            (true, true) => refused(
                "the expected cost needs costs: a row for each true class, a cost for each predicted class, as in 0 1; 50 0".to_owned(),
            ),
            (false, false) => refused(format!("costs have no meaning for {name}: leave them out")),
            (false, true) => Ok(()),
            (true, false) => check_costs(&self.costs).map_err(SweepError::Target),
        }
    }
}

/// What the figures of a run need for the metric, its class found among those of the samples.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Target {
    pub(super) metric: Metric,
    class_idx: usize,
    recall: f64,
    costs: Vec<Vec<f64>>,
}

impl Target {
    /// Of a sweep whose classes have these labels.
    ///
    /// # Errors
    /// When there is no such class, or the cost matrix has another number of classes.
    pub(super) fn of(spec: &SweepSpec, class_labels: &[String]) -> Result<Self, SweepError> {
        let class_idx = match &spec.metric_class {
            Some(class) => class_labels.iter().position(|label| label == class).ok_or_else(|| {
                let known: Vec<String> = class_labels.iter().take(12).map(|label| shown(label).to_string()).collect();
                let more = if class_labels.len() > known.len() { ", …" } else { "" };
                SweepError::Target(format!(
                    "there is no class \"{}\" to judge by: the classes are {}{more}",
                    shown(class),
                    known.join(", ")
                ))
            })?,
            None => 0,
        };
        if !spec.costs.is_empty() && spec.costs.len() != class_labels.len() {
            return Err(SweepError::Target(format!(
                "the costs are for {} classes, the samples have {}",
                spec.costs.len(),
                class_labels.len()
            )));
        }
        let recall = spec.metric_recall.unwrap_or(USUAL_RECALL);
        Ok(Self { metric: spec.metric, class_idx, recall, costs: spec.costs.clone() })
    }

    /// The figure where it is none of those that every run has; `matrix` is of the samples of recall, `natural` of samples as
    /// frequent as in training.
    pub(super) fn figure(
        &self,
        model: &Checkpoint,
        dataset: &Dataset,
        matrix: &ConfusionMatrix,
        natural: Option<&ConfusionMatrix>,
    ) -> Option<f64> {
        match self.metric {
            Metric::ClassF1 => matrix.f1(self.class_idx),
            Metric::PrecisionAtRecall => model.precision_at(dataset.evaluation().1, self.class_idx, self.recall),
            Metric::ExpectedCost => {
                let cost = expected_cost(natural?, &self.costs)?;
                Some(1.0 - cost / highest(&self.costs))
            }
            _ => None,
        }
    }
}

/// Mean cost of the decisions over all samples; `None` where there is no sample.
fn expected_cost(matrix: &ConfusionMatrix, costs: &[Vec<f64>]) -> Option<f64> {
    let (mut n, mut sum) = (0.0, 0.0);
    for (class_idx, row) in costs.iter().enumerate() {
        for (&decisions, cost) in matrix.row(class_idx).iter().zip(row) {
            n += f64::from(decisions);
            sum += f64::from(decisions) * cost;
        }
    }
    (n > 0.0).then(|| sum / n)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_metric_needs_is_asked_for_and_nothing_else() {
        let refused = |edit: &dyn Fn(&mut SweepSpec)| {
            let mut spec = SweepSpec::default();
            edit(&mut spec);
            spec.check_target().unwrap_err().to_string()
        };
        assert!(refused(&|spec| spec.metric = Metric::ClassF1).contains("metric_class"));
        assert!(refused(&|spec| spec.metric_class = Some("a".to_owned())).contains("no meaning"));
        assert!(refused(&|spec| spec.metric_recall = Some(0.5)).contains("no meaning"));
        assert!(refused(&|spec| spec.costs = vec![vec![0.0]]).contains("no meaning"));
        assert!(refused(&|spec| spec.metric = Metric::ExpectedCost).contains("needs costs"));
        let at = |recall| {
            refused(&|spec| {
                spec.metric = Metric::PrecisionAtRecall;
                spec.metric_class = Some("a".to_owned());
                spec.metric_recall = Some(recall);
            })
        };
        assert!(at(0.0).contains("above 0") && at(f64::NAN).contains("above 0"));
        let spec = SweepSpec {
            metric: Metric::PrecisionAtRecall,
            metric_class: Some("rare".to_owned()),
            ..SweepSpec::default()
        };
        assert_eq!(spec.check_target().map(|()| spec.metric_label()).unwrap(), "precision of class rare at recall 0.8");
        let labels = ["common".to_owned(), "rare".to_owned()];
        assert_eq!(Target::of(&spec, &labels).unwrap().class_idx, 1);
        assert!(Target::of(&spec, &labels[..1]).unwrap_err().to_string().contains("the classes are common"));
    }
}
