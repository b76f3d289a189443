//! Situations as cases: what to watch, and what is claimed of their runs; `tests/lessons.rs` holds every claim on several seeds.

use super::{Case, Situation, cases_of_counts};

/// Cases by the key of their situation.
const CASES: [(&str, Case); 13] = [
    (
        "ten-classes-on-a-ring-factor-100",
        Case {
            watch: "The bars of CE at the right end stay at 0, while its natural accuracy is the highest but for focal loss",
            goal: "Find an imbalance factor at which CE finds every class",
            claims: &[
                "recall(CE, worst) < 0.05",
                "gain(Balanced CE, CE, macro) > 0.1",
                "gain(Balanced CE, CE, natural) < -0.05",
            ],
        },
    ),
    (
        "rare-classes-are-hard-1",
        Case {
            watch: "How far the worst class stays behind the others, even with weights: weights cannot pull apart what overlaps",
            goal: "Compare the gain with the one where the frequent classes are hard",
            claims: &["gain(CB, CE, macro) > 0.08", "recall(CB, worst) < 0.65"],
        },
    ),
    (
        "frequent-classes-are-hard-1",
        Case {
            watch: "The rare classes would be easy, and CE loses them all the same: weights bring back most of them",
            goal: "Look at what the frequent classes pay for it",
            claims: &["gain(Balanced CE, CE, macro) > 0.25", "gain(Balanced CE, CE, natural) < -0.05"],
        },
    ),
    (
        "equal-counts-unequal-difficulty",
        Case {
            watch: "CE, balanced CE and CB are one line: with equal counts every weight is 1, however hard a class is",
            goal: "Make the counts unequal and see the lines part",
            claims: &["gain(Balanced CE, CE, macro) < 0.0001", "gain(Balanced CE, CE, macro) > -0.0001"],
        },
    ),
    (
        "fraud-1-500",
        Case {
            watch: "CE is right in 99.8 of 100 cases and misses most of the frauds",
            goal: "Find the weights at which nine of ten frauds are found, and what they cost in false alarms",
            claims: &[
                "recall(CE, natural) > 0.99",
                "recall(CE, tail) < 0.3",
                "gain(Balanced CE, CE, tail) > 0.5",
                "gain(Balanced CE, CE, natural) < -0.03",
            ],
        },
    ),
    (
        "medical-screening-1-50",
        Case {
            watch: "Balanced CE finds most of the ill and alarms one in seven of the healthy",
            goal: "Choose β so that two thirds are found at a smaller price",
            claims: &[
                "gain(Balanced CE, CE, tail) > 0.5",
                "gain(Balanced CE, CE, natural) < -0.08",
                "gain(CB, CE, tail) > 0.3",
                "gain(CB, CE, natural) > -0.06",
            ],
        },
    ),
    (
        "dense-detection-1-1000",
        Case {
            watch: "Losses, This run: before training the background owns nearly all of the loss; at the end the 50 objects own most of what CE has left. A linear model learns easy background fast, so that there is little for focal loss to do here",
            goal: "Compare with the lesson on focal loss, in which there are hard negatives among the easy ones",
            claims: &[
                "owned(CE, tail) > 0.5",
                "recall(CE, tail) < 0.9",
                "gain(Focal, CE, tail) < 0.1",
                "gain(Balanced CE, CE, tail) > 0.1",
            ],
        },
    ),
    (
        "step-imbalance-cb-pays-at-the-head",
        Case {
            watch: "Two figures that point in opposite directions: macro recall rises by about 0.2, the accuracy on samples as frequent as in training falls by about 0.07",
            goal: "Find a β at which the head loses less than 0.05",
            claims: &["gain(CB, CE, macro) > 0.15", "gain(CB, CE, head) < 0", "gain(CB, CE, natural) < -0.03"],
        },
    ),
    (
        "beta-too-large-the-head-pays-much-for-little",
        Case {
            watch: "The last step of β buys a point of macro recall and costs more than ten of natural accuracy",
            goal: "Find the β of the best worst class",
            claims: &[
                "gain(CB β 0.99999, CB β 0.999, natural) < -0.08",
                "gain(CB β 0.99999, CB β 0.999, macro) < 0.06",
                "gain(CB β 0.999, CB β 0.99, macro) > 0.05",
            ],
        },
    ),
    (
        "separable-data-without-l2-weights-fade",
        Case {
            watch: "All three end at nearly the same boundary",
            goal: "Set L2 to 0.01: the weights come back",
            claims: &["gain(Balanced CE, CE, macro) < 0.03", "gain(Balanced CE, CE, macro) > -0.03"],
        },
    ),
    (
        "focal-loss-alone-does-not-balance",
        Case {
            watch: "Focal loss stays with CE; the gap to balanced CE is ten times as large",
            goal: "Give focal loss weights, too",
            claims: &["gain(Focal, CE, macro) < 0.05", "gain(Balanced CE, CE, macro) > 0.15"],
        },
    ),
    (
        "corrected-twice-balanced-batches-and-weights",
        Case {
            watch: "Balanced batches alone do what weights would do. Both together are worse than doing nothing: macro recall is no better than that of CE, and natural accuracy falls below 0.3",
            goal: "Take one of the two corrections away",
            claims: &[
                "gain(Balanced twice, CE, macro) < 0.1",
                "recall(Balanced twice, natural) < 0.3",
                "recall(Balanced twice, head) < 0.3",
            ],
        },
    ),
    (
        "difficulty-without-relation-to-frequency-0",
        Case {
            watch: "Some rare classes are easy and some frequent ones are hard: weights help by frequency alone",
            goal: "Find a class that weights do not help",
            claims: &["gain(Balanced CE, CE, macro) > 0.12"],
        },
    ),
];

impl Situation {
    /// What to watch in it.
    pub fn case(&self) -> Option<&'static Case> {
        let key = self.key();
        CASES.iter().chain(&cases_of_counts::CASES).find(|(known, _)| *known == key).map(|(_, case)| case)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_situation_is_a_case() {
        let all = super::super::situations();
        assert!(all.iter().all(|situation| situation.case().is_some_and(|case| !case.claims.is_empty())));
        assert_eq!(all.len(), CASES.len() + cases_of_counts::CASES.len());
    }
}
