//! What a person asks of a sweep.

/// A file that results of a sweep are exported to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SweepExport {
    /// The runs, as the terminal writes and reads them.
    Lines,
    /// A row for each run.
    Csv,
    /// A page to read that stands alone.
    Html,
    /// The sweep itself, for the terminal.
    Toml,
}

impl SweepExport {
    /// Every file, in menu order.
    pub const ALL: [Self; 4] = [Self::Html, Self::Csv, Self::Lines, Self::Toml];

    /// What stands in the menu.
    pub fn label(self) -> &'static str {
        match self {
            Self::Lines => "Runs (.jsonl)…",
            Self::Csv => "Table of runs (.csv)…",
            Self::Html => "Report (.html)…",
            Self::Toml => "The sweep for the terminal (.toml)…",
        }
    }

    /// What the pointer is told.
    pub fn tooltip(self) -> &'static str {
        match self {
            Self::Lines => {
                "Every finished run, a line each: open it here again, go on with it, or merge it in the terminal"
            }
            Self::Csv => {
                "A row for each finished run, for a spreadsheet: a name that would be a formula there gets an apostrophe before it"
            }
            Self::Html => {
                "A page that stands alone: the answer, pictures, numbers, and the experiment for the lab to open"
            }
            Self::Toml => "What is swept, to run it elsewhere: longtail-lab sweep sweep.toml --out runs.jsonl",
        }
    }

    /// The name of the file to begin with.
    pub fn file_name(self) -> &'static str {
        match self {
            Self::Lines => "runs.jsonl",
            Self::Csv => "runs.csv",
            Self::Html => "sweep.html",
            Self::Toml => "sweep.toml",
        }
    }
}

/// What a person asks of a sweep.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SweepCommand {
    /// Run what is set up; runs of the same sweep that are there already are not trained again.
    Start,
    /// Halt.
    Pause,
    /// Go on where it was halted, or with the runs that are missing.
    GoOn,
    /// End it; finished runs are kept.
    Cancel,
    /// Put this point of the sweep into the lab, with the seed of this place, or the first.
    Load {
        /// Place of the point.
        point_idx: usize,
        /// Place of the seed.
        seed_idx: u64,
    },
    /// Choose where to save the results.
    Export(SweepExport),
    /// Choose other results to lay beside these.
    Compare,
    /// Put them away again.
    StopComparing,
}

impl SweepCommand {
    /// What stands on buttons.
    pub fn label(self) -> &'static str {
        match self {
            Self::Start => "Start",
            Self::Pause => "Pause",
            Self::GoOn => "Go on",
            Self::Cancel => "Cancel",
            Self::Load { .. } => "Load in the lab",
            Self::Export(export) => export.label(),
            Self::Compare => "Compare with other results…",
            Self::StopComparing => "×",
        }
    }

    /// What the pointer is told.
    pub fn tooltip(self) -> &'static str {
        match self {
            Self::Start => {
                "Train every point with every seed, in the background of the run that you watch. Each finished run is kept at once; the same sweep started again goes on with what is there"
            }
            Self::Pause => "Pause after the current epochs",
            Self::GoOn => "Train the runs that are missing",
            Self::Cancel => "End the sweep; finished runs are kept, and Go on trains the rest",
            Self::Load { .. } => "Put this point's settings and seed into the lab; Undo brings back what was there",
            Self::Export(export) => export.tooltip(),
            Self::Compare => {
                "Lay results of another sweep (.jsonl) or of train --format json beside these, with differences paired over splits where they agree"
            }
            Self::StopComparing => "Put the other results away",
        }
    }
}
