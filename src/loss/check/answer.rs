//! What an implementation, right or with a fault, says of all samples of a question.

use super::{Fault, Question, element::Element, row::softmax};
use crate::loss::{Head, SetLossSpec, SetTerms};

/// Losses of samples, shape `[n_samples]`, and their gradients, shape `[n_samples, n_classes]`.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Answers {
    pub(super) losses: Vec<f64>,
    pub(super) gradient: Vec<Vec<f64>>,
}

/// The answers under a fault, or right ones; `None` where the fault cannot be had with this loss.
pub(super) fn answers(question: &Question<'_>, fault: Option<Fault>) -> Option<Answers> {
    let mut found = Answers { losses: Vec::new(), gradient: Vec::new() };
    for sample_idx in 0..question.logits().len() {
        let (loss, gradient) = answer(question, sample_idx, fault)?;
        found.losses.push(loss);
        found.gradient.push(gradient);
    }
    Some(found)
}

fn answer(question: &Question<'_>, sample_idx: usize, fault: Option<Fault>) -> Option<(f64, Vec<f64>)> {
    if let (Question::Classes { loss, class_weights, logits, labels }, Head::Softmax) = (question, head(question)) {
        let label = labels[sample_idx];
        return softmax(&logits[sample_idx], label, loss.gamma(), class_weights[label], fault);
    }
    let mut value = 0.0;
    let mut gradient = Vec::new();
    for element in elements(question, sample_idx) {
        let answer = element.answer(fault);
        value += answer.0;
        gradient.push(answer.1);
    }
    Some((value, gradient))
}

fn head(question: &Question<'_>) -> Head {
    match question {
        Question::Classes { loss, .. } => loss.head(),
        Question::Sets { .. } => Head::Sigmoid,
    }
}

/// The yes-or-no questions of a sample.
fn elements(question: &Question<'_>, sample_idx: usize) -> Vec<Element> {
    let halves = |alpha: Option<f64>| alpha.map_or([1.0; 2], |alpha| [alpha, 1.0 - alpha]);
    match question {
        Question::Classes { loss, class_weights, logits, labels } => {
            let label = labels[sample_idx];
            let of_class = |(class_idx, &x): (usize, &f64)| Element {
                x,
                stretch: 1.0,
                is_positive: class_idx == label,
                // The weight of a sample is that of its label, on all its questions.
                weights: [class_weights[label]; 2],
                column_weight: class_weights[class_idx],
                balance: halves(loss.alpha()),
                gammas: [loss.gamma(); 2],
                margin: 0.0,
                factor: 1.0,
            };
            logits[sample_idx].iter().enumerate().map(of_class).collect()
        }
        Question::Sets { loss, positive_weights, negative_weights, positives, n_samples, logits, labels } => {
            let terms = SetTerms::<f64>::new(*loss, positive_weights, negative_weights, positives, *n_samples);
            let (balance, gammas, margin) = match loss.spec() {
                SetLossSpec::Bce => ([1.0; 2], [0.0; 2], 0.0),
                SetLossSpec::Focal { gamma, alpha } => (halves(alpha), [gamma; 2], 0.0),
                SetLossSpec::Asl { gamma_positive, gamma_negative, margin } => {
                    ([1.0; 2], [gamma_positive, gamma_negative], margin)
                }
                SetLossSpec::DistributionBalanced(balanced) => ([1.0; 2], [balanced.gamma; 2], 0.0),
            };
            let labels = &labels[sample_idx];
            let of_label = |(label_idx, &z): (usize, &f64)| {
                let is_positive = labels[label_idx];
                let [x, stretch, factor] = terms.seen_within(*loss, label_idx, labels, z);
                Element {
                    x,
                    stretch,
                    is_positive,
                    weights: [positive_weights[label_idx], negative_weights[label_idx]],
                    column_weight: positive_weights[label_idx],
                    balance,
                    gammas,
                    margin,
                    factor,
                }
            };
            logits[sample_idx].iter().enumerate().map(of_label).collect()
        }
    }
}
