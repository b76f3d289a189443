//! How many samples each class has: validated [`ClassCounts`], the profiles that generate them, and what can be read off them.
//!
//! Nothing here knows about weights, samples or files; text comes in as a string and numbers go out.

mod counts;
mod diagnostics;
mod exact;
mod fitted;
mod groups;
mod pairs;
mod parse;
mod pieces;
mod profile;
mod typed;

pub use counts::{ClassCounts, DistributionError, stepped_count};
pub use diagnostics::Diagnostics;
pub use groups::{Group, GroupRule};
pub use parse::parse_counts;
pub use profile::{DistributionSpec, MAX_CLASSES, MAX_COUNT, Profile};
pub use typed::{TypedError, exact_text, plain_digits, typed_count, typed_number};
