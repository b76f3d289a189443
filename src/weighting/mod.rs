//! One weight per class: the schemes, the effective number of samples behind one of them, and normalisation.
//!
//! Around them what makes them understood: the random covering that the effective number is the expectation of, its
//! derivation with numbers, what weights do to training, and snippets that take them to other programs.
//!
//! All arithmetic is in f64 and allocates one vector; the formulas hold for counts to 10⁹ and β anywhere in [0, 1).

mod consequence;
mod covering;
mod derivation;
mod effective;
mod figure;
mod label_weights;
mod scheme;
mod snippet;

pub use consequence::Consequence;
pub use covering::{
    Covering, CoveringRuns, CoveringStep, Landing, MAX_COVERING_RUNS, MAX_COVERING_SAMPLES, MAX_PROTOTYPES,
    covering_runs,
};
pub use derivation::{DerivationStep, derivation};
pub use effective::{
    Beta, BetaHint, BetaRange, WeightingError, beta_hint, beta_of_prototypes, beta_range, effective_number,
    n_prototypes,
};
pub use figure::{class_balanced_term, log_counts};
pub use label_weights::{LabelScale, LabelWeighting, LabelWeights};
pub use scheme::{Normalisation, Scheme, SchemeKind, class_weights, normalise, raw_weights};
pub(crate) use snippet::python_list;
pub use snippet::{SnippetKind, SnippetSource, snippet};
