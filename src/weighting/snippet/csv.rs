//! Comma-separated values; every row says which weights it holds, as CSV has no comments.

use serde::Serialize;

use super::SnippetSource;
use crate::weighting::{Normalisation, SchemeKind};

#[derive(Serialize)]
struct WeightRow<'a> {
    /// Its name, or its place where it has none.
    class: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    index: Option<usize>,
    count: u64,
    weight: f64,
    scheme: SchemeKind,
    beta: Option<f64>,
    normalisation: Normalisation,
}

pub(super) fn render(source: &SnippetSource<'_>, weights: &[f64]) -> String {
    let (scheme, beta, normalisation) = (source.scheme.kind(), source.scheme.beta(), source.normalisation);
    let mut writer = ::csv::Writer::from_writer(Vec::new());
    for (class_idx, (&count, &weight)) in source.counts.as_slice().iter().zip(weights).enumerate() {
        let place = class_idx.to_string();
        let class = source.labels.get(class_idx).unwrap_or(&place);
        let index = (!source.labels.is_empty()).then_some(class_idx);
        // Writing to memory fails only for rows of unequal length, and all rows are alike.
        let _ = writer.serialize(WeightRow { class, index, count, weight, scheme, beta, normalisation });
    }
    String::from_utf8(writer.into_inner().unwrap_or_default()).unwrap_or_default()
}
