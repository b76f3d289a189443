//! What the window remembers: saved settings, the session in memory, and everything a person can do as an [`Action`].
//!
//! Nothing here draws, trains or touches files; `ui` shows it and `app` carries actions out.

mod action;
mod class_window;
mod compare_view;
mod covering;
mod file_dialog;
mod handed_on;
mod labels;
mod loss_share_view;
mod loss_view;
mod place;
mod presenting;
mod preview;
mod seed_runs;
mod session;
mod session_edits;
mod session_reads;
mod settings;
mod sweep_command;
mod teaching;
mod tune;
mod undo;
mod waiting;

pub use action::{Action, Shortcut};
pub use class_window::{ClassWindow, MOST_BARS};
pub use compare_view::CompareView;
pub use covering::{
    CoveringCommand, CoveringSpace, CoveringView, FASTEST, MOST_FALLS, MOST_PLACES, N_RUNS, Simulation,
};
pub use file_dialog::{Contents, DialogRequest, FileDialog, Purpose};
pub use handed_on::HandedOn;
pub use labels::{LabelFigure, LabelSettings, Labels};
pub use loss_share_view::{LossShareView, LossesPage};
pub use loss_view::{FOCAL_GAMMAS, LossPile, LossView, NamedCurve, NamedLossSplit, ReadingLine};
pub use place::{Brush, CellShare, Picture, Place, RegionsLook, Tool, WeightsPage};
pub use presenting::Presenting;
pub use preview::{Preview, SAMPLE_OF_LARGE_FILES};
pub use seed_runs::{SeedRuns, SeedsPage, n_seeds};
pub use session::{Drawer, Ending, Notice, Session};
pub use session_reads::class_label;
pub use settings::{ControlsView, EffectiveFigure, Settings, UNIFORM_PLACE};
pub use sweep_command::{SweepCommand, SweepExport};
pub use teaching::{Answer, LessonCommand, Teaching};
pub use tune::{SweepTable, Tune, TunePage, TuneSettings, Varied};
pub use undo::{LeftState, Undo, UndoStep};
pub use waiting::Waiting;

/// What the worker's news is made of: screens take it from here and never meet the worker itself.
pub use crate::worker::{
    BatchPlotData, ChangeMark, ClassMarks, Inspected, KEPT_SWEEPS, LabelNews, LossShareSnapshot, Mark, Outcome, Phase,
    PlotData, Progress, REGION_SIDE, Reading, Repetitions, RunSnapshot, Snapshot, SweepNews, SweepPhase, SweepResults,
    TrainingPlotData, TrainingSpeed, per_class_quota,
};

/// Whether a file is a data file, by its ending.
pub use crate::data::is_table_file;
