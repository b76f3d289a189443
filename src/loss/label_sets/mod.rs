//! Losses of samples with any number of labels: a yes-or-no question for each label, the answers' losses summed.
//!
//! [`SetLossSpec`] says which loss it is, [`SetLoss`] is the same checked, [`SetTerms`] has what each label brings along: the
//! weights of its positives and of its negatives and, where the loss asks for it, how rare it is.

mod asymmetric;
mod balanced;
mod block_sets;
mod spec;
mod terms;

pub use balanced::Balance;
pub use block_sets::BlockSets;
pub use spec::{SetLoss, SetLossSpec};
pub use terms::SetTerms;
