//! What each label brings to a loss over label sets.

/// Weights of positives and negatives of each label and, for a loss that asks for it, how rare the label is; in the precision
/// of a pass.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct SetTerms<F> {
    /// w⁺, shape `[n_labels]`.
    pub positive: Vec<F>,
    /// w⁻, shape `[n_labels]`.
    pub negative: Vec<F>,
    /// 1/n, 0 for a label without positives; shape `[n_labels]`, or empty for a loss that does not ask.
    pub(super) inverse_counts: Vec<F>,
    /// Added to each logit; shape `[n_labels]`, or empty for a loss that does not ask.
    pub(super) shifts: Vec<F>,
}
