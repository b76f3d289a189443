//! The thread that trains: it obeys commands, keeps models of earlier epochs, and publishes snapshots.

mod change_marks;
mod engine;
mod job;
mod left_run;
mod samples;
mod speed;
mod tables;
mod timeline;

pub use change_marks::ChangeMark;
pub(super) use engine::Engine;
pub use left_run::LeftRun;
pub use speed::TrainingSpeed;
pub(super) use tables::Tables;
