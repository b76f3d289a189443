//! Samples with any number of labels: who has which, how uneven that is, and how to split such samples so that rare labels are
//! in every part.

mod imbalance;
mod sets;
mod stratified;

pub use imbalance::LabelImbalance;
pub use sets::LabelSets;
pub use stratified::stratified_parts;
