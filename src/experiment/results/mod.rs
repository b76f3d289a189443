//! What comes of runs: records, their figures, means and differences over seeds with intervals, the sentence, and exports.

mod counting;
pub mod export;
mod figures;
mod headline;
mod paired;
mod record;
mod statistics;
mod summary;

pub(super) use counting::{Counting, Made, PairedCounting, Tally};
pub use figures::{Figure, Figures};
pub use headline::{NamedRecall, headline};
pub use paired::{Difference, PairedSummary, paired_differences};
pub use record::{Ending, RunRecord};
pub(super) use record::{ending, is_point};
pub use statistics::Estimate;
pub(super) use statistics::{DIFFERENCE, Known, SHARE, share_of_splits};
pub use summary::{ObjectiveSummary, summarise};
