//! What is known of a run, for claims and texts: from records in the terminal, from the newest figures in the window.

use super::{
    expression::{Claim, ClassName, Expression, Quantity, Which},
    script::Drawing,
};
use crate::{
    distribution::ClassCounts,
    experiment::{Figures, RunRecord},
    numbers::{thousands, three_digits},
    train::{Ease, LossShares, Measure},
};

/// What is known of the data and of the runs on them.
#[derive(Debug, Clone, Default)]
pub struct Facts {
    /// Names of classes, shape `[n_classes]`.
    pub class_labels: Vec<String>,
    /// Training samples of each class, shape `[n_classes]`.
    pub counts: Vec<u64>,
    /// The objectives, as far as something is known of them.
    pub runs: Vec<RunFacts>,
}

/// What is known of an objective.
#[derive(Debug, Clone, Default)]
pub struct RunFacts {
    /// Its name.
    pub objective: String,
    /// Recall of each class, shape `[n_classes]`; empty before training.
    pub per_class_recall: Vec<Option<f64>>,
    /// The overall figures.
    pub figures: Figures<Option<f64>>,
    /// Normalised class weights, shape `[n_classes]`.
    pub class_weights: Vec<f64>,
    /// Who owns the training loss.
    pub shares: Option<LossShares>,
    /// Macro recall as [epoch, value], in the order of epochs; empty where it has not been followed.
    pub curve: Vec<[f64; 2]>,
}

/// The value of a curve at an epoch: between two points by how near they are, beyond its ends the nearest.
fn at_epoch(curve: &[[f64; 2]], epoch: f64) -> Option<f64> {
    let next = curve.partition_point(|[at, _]| *at < epoch);
    match (curve.get(next.wrapping_sub(1)), curve.get(next)) {
        (Some([from, low]), Some([to, high])) => Some(low + (high - low) * (epoch - from) / (to - from)),
        (Some([_, value]), None) | (None, Some([_, value])) => Some(*value),
        (None, None) => None,
    }
}

impl Facts {
    /// What counts alone say.
    pub fn of_counts(counts: &ClassCounts) -> Self {
        Self {
            class_labels: (0..counts.n_classes()).map(|class_idx| format!("C{class_idx}")).collect(),
            counts: counts.as_slice().to_vec(),
            runs: Vec::new(),
        }
    }

    /// What records of one seed say.
    pub fn of_records(records: &[&RunRecord]) -> Self {
        let first = records.first();
        Self {
            class_labels: first.map(|record| record.class_labels.clone()).unwrap_or_default(),
            counts: first.map(|record| record.counts.clone()).unwrap_or_default(),
            runs: records
                .iter()
                .map(|record| RunFacts {
                    objective: record.objective.clone(),
                    per_class_recall: record.per_class_recall().to_vec(),
                    figures: record.figures,
                    class_weights: record.class_weights.clone(),
                    shares: record.ownership.as_ref().map(|ownership| ownership.shares.clone()),
                    curve: record.curve.iter().map(|&(epoch, recall)| [epoch as f64, recall]).collect(),
                })
                .collect(),
        }
    }

    fn run(&self, objective: &str) -> Result<&RunFacts, String> {
        self.runs.iter().find(|run| run.objective == objective).ok_or_else(|| {
            let names: Vec<&str> = self.runs.iter().map(|run| run.objective.as_str()).collect();
            format!("no objective is called \"{objective}\": there are {}", names.join(", "))
        })
    }

    fn class_idx(&self, class: &ClassName) -> Result<usize, String> {
        let present = || (0..self.counts.len()).filter(|&class_idx| self.counts[class_idx] > 0);
        let found = match class {
            // Of equal counts the first is the head and the last the tail, as everywhere in the lab.
            ClassName::Head => present().rev().max_by_key(|&class_idx| self.counts[class_idx]),
            ClassName::Tail => present().rev().min_by_key(|&class_idx| self.counts[class_idx]),
            ClassName::Named(label) => self.class_labels.iter().position(|known| known == label),
        };
        found.ok_or_else(|| match class {
            ClassName::Named(label) => format!("no class and no figure is called \"{label}\""),
            ClassName::Head | ClassName::Tail => "there are no samples yet".to_owned(),
        })
    }

    fn recall(&self, objective: &str, which: &Which) -> Result<f64, String> {
        let run = self.run(objective)?;
        if run.per_class_recall.is_empty() {
            return Err(format!("{objective} has not been trained yet"));
        }
        let recall = match which {
            Which::Overall(figure) => run.figures.get(*figure),
            Which::Class(class) => run.per_class_recall.get(self.class_idx(class)?).copied().flatten(),
        };
        recall.ok_or_else(|| format!("{objective} has no such figure: no class is among it"))
    }

    fn shares(&self, objective: &str, ease: Ease) -> Result<Vec<f64>, String> {
        let shares = self.run(objective)?.shares.as_ref();
        shares
            .and_then(|shares| shares.shares(Measure::Loss, ease))
            .ok_or_else(|| format!("{objective} has no loss to share out yet"))
    }

    /// What should have been drawn, from left to right, of a run that ends at an epoch; nothing before it has learnt
    /// something.
    pub fn drawn(&self, drawing: Drawing, objective: &str, epochs: u64) -> Vec<Option<f64>> {
        let Some(run) = self.runs.iter().find(|run| run.objective == objective) else { return Vec::new() };
        let values: Vec<Option<f64>> = match drawing {
            Drawing::Recall => run.per_class_recall.clone(),
            Drawing::LossShares => {
                let shares = self.shares(objective, Ease::All).unwrap_or_default();
                shares.into_iter().map(Some).collect()
            }
            Drawing::Curve => {
                let value = |point| at_epoch(&run.curve, Drawing::epoch_of(point, epochs)).map(Some);
                return (0..Drawing::CURVE_POINTS).map_while(value).collect();
            }
        };
        if values.is_empty() || run.per_class_recall.is_empty() {
            return Vec::new();
        }
        let mut order: Vec<usize> = (0..self.counts.len()).collect();
        order.sort_by_key(|&class_idx| std::cmp::Reverse(self.counts[class_idx]));
        order.into_iter().map(|class_idx| values.get(class_idx).copied().flatten()).collect()
    }

    /// The number of an expression.
    ///
    /// # Errors
    /// When a figure is not there, in a sentence.
    pub fn value(&self, expression: &Expression) -> Result<f64, String> {
        expression.value(&|quantity| self.figure(quantity))
    }

    /// Whether a claim holds, with the numbers of both sides.
    ///
    /// # Errors
    /// When a figure is not there, in a sentence.
    pub fn holds(&self, claim: &Claim) -> Result<(bool, [f64; 2]), String> {
        claim.holds(&|quantity| self.figure(quantity))
    }

    /// The number of a figure.
    ///
    /// # Errors
    /// When it is not there, in a sentence.
    fn figure(&self, quantity: &Quantity) -> Result<f64, String> {
        let of_class = |values: &[f64], class: &ClassName| {
            let class_idx = self.class_idx(class)?;
            values.get(class_idx).copied().ok_or_else(|| "nothing is known of this class yet".to_owned())
        };
        match quantity {
            Quantity::Recall(objective, which) => self.recall(objective, which),
            Quantity::Gain(objective, baseline, which) => {
                Ok(self.recall(objective, which)? - self.recall(baseline, which)?)
            }
            Quantity::Count(class) => Ok(self.counts[self.class_idx(class)?] as f64),
            Quantity::Weight(objective, class) => of_class(&self.run(objective)?.class_weights, class),
            Quantity::Owned(objective, class) => of_class(&self.shares(objective, Ease::All)?, class),
            Quantity::Easy(objective) => Ok(self.shares(objective, Ease::Easy)?.iter().sum()),
        }
    }

    /// A text with the numbers of its expressions in braces put in: `{recall(CE, tail)}` with three digits,
    /// `{recall(CE, tail) %}` in per cent.
    ///
    /// # Errors
    /// When an expression cannot be read, or a figure is not there, in a sentence.
    pub fn fill(&self, text: &str) -> Result<String, String> {
        let mut filled = String::with_capacity(text.len());
        let mut rest = text;
        while let Some((before, after)) = rest.split_once('{') {
            // Braces of subscripts and superscripts are the formula's own.
            if before.ends_with(['_', '^']) {
                filled.push_str(before);
                filled.push('{');
                rest = after;
                continue;
            }
            let (inside, after) = after.split_once('}').ok_or("a brace of the text is not closed")?;
            filled.push_str(before);
            let (expression, is_percent) = match inside.trim().strip_suffix('%') {
                Some(expression) => (expression, true),
                None => (inside, false),
            };
            let value = self.value(&Expression::parse(expression)?)?;
            filled += &match () {
                () if is_percent => percent(value),
                () if value.fract() == 0.0 && value >= 1.0 => thousands(value as u64),
                () => three_digits(value),
            };
            rest = after;
        }
        filled.push_str(rest);
        Ok(filled)
    }
}

/// A share in whole per cent.
fn percent(share: f64) -> String {
    format!("{:.0} %", share * 100.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn facts() -> Facts {
        let run = |objective: &str, recall: [f64; 3]| RunFacts {
            objective: objective.to_owned(),
            per_class_recall: recall.map(Some).to_vec(),
            figures: Figures { macro_recall: Some(recall.iter().sum::<f64>() / 3.0), ..Figures::default() },
            class_weights: vec![0.5, 1.0, 1.5],
            ..RunFacts::default()
        };
        Facts {
            class_labels: ["a", "b", "c"].map(str::to_owned).to_vec(),
            counts: vec![10, 2000, 10],
            runs: vec![run("CE", [0.0, 0.9, 0.3]), run("CB", [0.5, 0.8, 0.5])],
        }
    }

    #[test]
    fn what_should_have_been_drawn_goes_from_left_to_right() {
        let mut facts = facts();
        let drawn = |facts: &Facts, drawing| facts.drawn(drawing, "CE", 20);
        assert_eq!(drawn(&facts, Drawing::Recall), [Some(0.9), Some(0.0), Some(0.3)], "from head to tail");
        assert_eq!(drawn(&facts, Drawing::LossShares), []);
        assert_eq!(drawn(&facts, Drawing::Curve), []);
        assert_eq!(facts.drawn(Drawing::Recall, "nobody", 20), []);
        facts.runs[0].curve = vec![[0.0, 0.1], [4.0, 0.5], [10.0, 0.6]];
        let curve: Vec<f64> = drawn(&facts, Drawing::Curve).into_iter().flatten().collect();
        let expected = [0.1, 0.3, 0.5, 0.5 + 0.1 / 3.0, 0.5 + 0.2 / 3.0, 0.6, 0.6, 0.6, 0.6, 0.6, 0.6];
        assert!(curve.iter().zip(expected).all(|(a, b)| (a - b).abs() < 1e-12) && curve.len() == 11, "{curve:?}");
    }

    #[test]
    fn texts_have_the_numbers_of_the_run() {
        let filled = |text: &str| facts().fill(text);
        assert_eq!(filled("{count(head)} and {count(tail)}"), Ok("2,000 and 10".to_owned()));
        assert_eq!(filled("CE {recall(CE, tail)}, a {recall(CE, a) %}"), Ok("CE 0.300, a 0 %".to_owned()));
        assert_eq!(filled("{gain(CB, CE, macro)}"), Ok("0.200".to_owned()));
        assert_eq!(filled("{weight(CB, c)}"), Ok("1.50".to_owned()));
        assert_eq!(filled("E_{n−1} of {count(a)}"), Ok("E_{n−1} of 10".to_owned()));
        for (text, expected) in [
            ("{recall(XE, tail)}", "no objective is called \"XE\": there are CE, CB"),
            ("{recall(CE, z)}", "no class and no figure is called \"z\""),
            ("{recall(CE, natural)}", "CE has no such figure"),
            ("{easy(CE)}", "no loss to share out"),
            ("{1", "not closed"),
        ] {
            let message = filled(text).unwrap_err();
            assert!(message.contains(expected), "{text}: {message}");
        }
        let untrained = Facts { runs: vec![RunFacts { objective: "CE".to_owned(), ..RunFacts::default() }], ..facts() };
        assert!(untrained.fill("{recall(CE, macro)}").unwrap_err().contains("has not been trained yet"));
    }
}
