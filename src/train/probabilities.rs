//! A pass over samples that looks at probabilities, whatever the model is trained to minimise.

use super::{
    ClassTerms, LinearModel, Precision, Rows,
    kernel::{Block, for_each_block},
};
use crate::{
    data::Samples,
    loss::{Head, Loss},
};

/// Shows all samples, in blocks, under the cross entropy of a softmax.
///
/// With e_j = exp(z_j − max z) the scale of a sample is 1/Σ e_j, and its residuals are e_j, but −Σ_{j≠y} e_j at its label y.
pub(super) fn for_each_softmax<F: Precision>(
    model: &LinearModel<F>,
    samples: &Samples,
    visit: &mut dyn FnMut(&Block<'_, F>),
) {
    // There is no reason to refuse it.
    let Ok(cross_entropy) = Loss::new(Head::Softmax, 0.0, None) else { return };
    let terms = ClassTerms::weights(std::iter::repeat_n(1.0, model.n_classes()));
    for_each_block(cross_entropy, &terms, model, samples, Rows::Range(0..samples.len()), visit);
}
