//! Jobs beside training: files are read, listed and written, the comparison is repeated on other seeds, sweeps run. Each has
//! a thread of its own that answers requests ([`mod@service`]); what may block for good gets one more ([`mod@aside`]).

mod aside;
mod files;
mod label_lab;
mod pool;
mod reader;
mod repetitions;
mod service;
mod sweep_news;
mod sweep_store;
mod sweeper;

pub(super) use aside::{Gauge, aside};
pub(super) use files::Files;
pub use files::{BegunFile, FileAnswer, FileNews, Overwriting, Written};
pub use label_lab::LabelNews;
pub(super) use label_lab::LabelTrainer;
pub(super) use pool::{Rank, run_in_pool};
pub use reader::{Inspected, Reading};
pub(super) use reader::{Meter, Reader, ScanCache};
pub(super) use repetitions::Repeater;
pub use repetitions::Repetitions;
pub use service::Progress;
pub use sweep_news::{SweepNews, SweepPhase, SweepResults};
pub use sweep_store::{KEPT_SWEEPS, SweepStore};
pub(super) use sweeper::Sweeper;
