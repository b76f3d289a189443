//! The weighting schemes that are compared, with their names and places in the palette, their weights and what those do.

use super::View;
use crate::{
    distribution::ClassCounts,
    state::UNIFORM_PLACE,
    weighting::{Consequence, Scheme, class_weights},
};

/// β of the papers' figures, with their places in the palette.
const BETAS: [(f64, usize); 4] = [(0.9, 5), (0.99, 0), (0.999, 3), (0.9999, 4)];
/// Place in the palette of the experiment's own β, where it is none of these.
const OWN_BETA: usize = 6;

/// A scheme with its name and its place in the palette.
pub(super) struct Shown {
    pub(super) scheme: Scheme,
    pub(super) name: String,
    pub(super) place: usize,
}

/// The effective numbers to compare: those of the papers' figures, and the experiment's own.
pub(super) fn betas(view: &View<'_>) -> Vec<Shown> {
    let own = view.session.weights_beta().get();
    let mut betas = BETAS.to_vec();
    if !BETAS.iter().any(|(beta, _)| *beta == own) {
        betas.push((own, OWN_BETA));
    }
    let named = |(beta, place): (f64, usize)| {
        let whose = if beta == own && view.session.beta_objective().is_some() { " (here)" } else { "" };
        let scheme = Scheme::effective_number(beta).ok()?;
        Some(Shown { scheme, name: format!("β = {beta}{whose}"), place })
    };
    betas.into_iter().filter_map(named).collect()
}

/// Every scheme that can be ticked.
pub(super) fn all_schemes(view: &View<'_>) -> Vec<Shown> {
    let plain = [(Scheme::InverseFrequency, 1), (Scheme::InverseSqrtFrequency, 2)];
    let named = |(scheme, place): (Scheme, usize)| Shown { scheme, name: scheme.kind().label().to_owned(), place };
    let mut schemes: Vec<Shown> = plain.into_iter().map(named).collect();
    schemes.extend(betas(view));
    schemes.push(named((Scheme::Uniform, UNIFORM_PLACE)));
    schemes
}

/// The schemes that are ticked.
pub(super) fn schemes(view: &View<'_>) -> Vec<Shown> {
    let mut schemes = all_schemes(view);
    schemes.retain(|shown| !view.settings.hidden_schemes.contains(&shown.place));
    schemes
}

/// Weights of a scheme under the experiment's normalisation, in class order.
pub(super) fn weights(view: &View<'_>, counts: &ClassCounts, scheme: Scheme) -> Vec<f64> {
    let normalisation = view.session.spec.training.normalisation;
    class_weights(counts, scheme, normalisation)
}

/// What the weights of a scheme do to training.
pub(super) fn consequence(view: &View<'_>, counts: &ClassCounts, scheme: Scheme) -> Consequence {
    Consequence::of(counts, &weights(view, counts, scheme))
}
