//! One weight per class: the schemes, the effective number of samples behind one of them, and normalisation.
//!
//! All arithmetic is in f64 and allocates one vector; the formulas hold for counts to 10⁹ and β anywhere in [0, 1).

mod effective;
mod scheme;

pub use effective::{BetaHint, WeightingError, beta_hint, effective_number, n_prototypes};
pub use scheme::{Normalisation, Scheme, SchemeKind, class_weights, normalise, raw_weights};
