//! JSON.

use serde::Serialize;

use super::SnippetSource;
use crate::weighting::{Normalisation, SchemeKind};

#[derive(Serialize)]
struct Document<'a> {
    scheme: SchemeKind,
    beta: Option<f64>,
    normalisation: Normalisation,
    /// JSON has no comments, so what must be said is a field.
    note: String,
    /// Names of the classes; none where they have only their place.
    #[serde(skip_serializing_if = "<[String]>::is_empty")]
    class_labels: &'a [String],
    counts: &'a [u64],
    weights: &'a [f64],
}

pub(super) fn render(source: &SnippetSource<'_>, weights: &[f64]) -> String {
    let document = Document {
        scheme: source.scheme.kind(),
        beta: source.scheme.beta(),
        normalisation: source.normalisation,
        note: format!(
            "{}; normalisation {}; reduction: the weight of a sample's class multiplies its loss, batch mean Σ w·l / B or weighted mean Σ w·l / Σ w",
            source.scheme_in_words(),
            source.normalisation_in_words()
        ),
        class_labels: source.labels,
        counts: source.counts.as_slice(),
        weights,
    };
    // Plain numbers and text always have a JSON form.
    serde_json::to_string_pretty(&document).unwrap_or_default() + "\n"
}
