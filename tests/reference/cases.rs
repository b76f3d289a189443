//! The reference cases of `tests/data` that more than one test reads.

// Each test is a crate of its own and needs only some of this.
#![allow(dead_code)]

use longtail_lab::{
    loss::{Head, Loss},
    weighting::{Normalisation, SchemeKind},
};
use serde::Deserialize;

#[derive(Deserialize)]
pub(crate) struct WeightCase {
    pub(crate) counts: Vec<u64>,
    pub(crate) scheme: SchemeKind,
    pub(crate) beta: Option<f64>,
    pub(crate) normalisation: Normalisation,
    pub(crate) weights: Vec<f64>,
    #[serde(default)]
    pub(crate) effective_numbers: Vec<f64>,
}

impl WeightCase {
    pub(crate) fn name(&self) -> String {
        let Self { counts, scheme, beta, normalisation, .. } = self;
        format!("{scheme:?} β = {beta:?} {normalisation:?}, counts {counts:?}")
    }
}

#[derive(Deserialize)]
pub(crate) struct LossCase {
    pub(crate) note: String,
    pub(crate) head: Head,
    pub(crate) gamma: f64,
    pub(crate) alpha: Option<f64>,
    pub(crate) class_weights: Vec<f64>,
    pub(crate) logits: Vec<Vec<f64>>,
    pub(crate) labels: Vec<usize>,
    pub(crate) loss_per_sample: Vec<f64>,
    pub(crate) gradient: Vec<Vec<f64>>,
}

impl LossCase {
    pub(crate) fn loss(&self) -> Loss {
        Loss::new(self.head, self.gamma, self.alpha).expect("a loss within its ranges")
    }

    pub(crate) fn name(&self, sample_idx: usize) -> String {
        let Self { note, head, gamma, alpha, .. } = self;
        format!("{head:?} γ = {gamma} α = {alpha:?}, {note}, sample {sample_idx}")
    }
}

pub(crate) fn weight_cases() -> Vec<WeightCase> {
    let cases: Vec<WeightCase> = serde_json::from_str(include_str!("../data/weights.json")).expect("weights.json");
    assert_eq!(cases.len(), 432);
    cases
}

pub(crate) fn loss_cases() -> Vec<LossCase> {
    let cases: Vec<LossCase> = serde_json::from_str(include_str!("../data/losses.json")).expect("losses.json");
    assert_eq!(cases.len(), 90);
    assert_eq!(cases.iter().map(|case| case.labels.len()).sum::<usize>(), 360);
    cases
}
