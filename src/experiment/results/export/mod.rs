//! Results as bytes, one file a format: a [`Grid`] as an aligned table or as CSV, anything that serialises as JSON.

mod comparison;
mod csv;
mod json;
mod loss_shares;
mod model;
mod model_file;
mod page;
mod paired;
mod rows;
mod sweep;
mod table;
mod tidy;
mod trained;

pub use comparison::{comparison_grid, left_out};
pub use loss_shares::{RunLossShares, loss_share_grid, ownerships};
pub use model::ModelExport;
pub use model_file::{ModelFile, TrainedComparison};
pub use page::{escaped, page_experiment, page_start, page_table};
pub use paired::{MeanCurve, add_differences, curves_grid, mean_curves};
pub use rows::RowWriter;
pub use sweep::{SweepAnswer, conclusions, of_classes, points_grid, points_table, ranked, runs_grid, sweep_html};
pub use tidy::{Tidy, tidy_grid};
pub use trained::TrainedModel;

use serde::{Deserialize, Serialize};

use super::{Difference, Estimate};
pub use crate::numbers::significant;
use crate::{
    numbers::{fixed, written},
    text::{cut, shown, spreadsheet_safe},
};

/// Columns of a terminal that a text takes at most in a table; in CSV and JSON it is whole.
pub const MOST_TEXT_WIDTH: usize = 60;

/// A name or another text as it stands in a table of a terminal.
pub fn in_table(text: &str) -> String {
    cut(&shown(text), MOST_TEXT_WIDTH).into_owned()
}

/// A format that results can be had in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Format {
    /// Aligned text for people.
    Table,
    /// Comma-separated values with full precision.
    Csv,
    /// JSON with full precision.
    Json,
}

impl Format {
    /// The result in this format, with a line end at its end.
    ///
    /// # Errors
    /// When the value cannot be serialised.
    pub fn render(self, grid: &Grid, value: &impl Serialize) -> Result<Vec<u8>, serde_json::Error> {
        match self {
            Self::Table => Ok(table::serialize(grid)),
            Self::Csv => Ok(csv::serialize(grid)),
            Self::Json => json::serialize(value),
        }
    }
}

/// A rectangular result: a header and rows as long as it, with sections and notes for people.
#[derive(Debug, Clone, Default)]
pub struct Grid {
    /// Column names.
    pub header: Vec<String>,
    /// Rows of cells.
    pub rows: Vec<Vec<Cell>>,
    /// Index of rows before which a table draws a line.
    pub rules: Vec<usize>,
    /// Sentences that a table shows below.
    pub notes: Vec<String>,
}

impl Grid {
    /// For each column, whether it has a mean with an interval; formats for programs give its half width a column of its own.
    pub fn has_intervals(&self) -> Vec<bool> {
        let is_interval = |row: &Vec<Cell>, column: usize| {
            row.get(column).and_then(Cell::as_estimate).is_some_and(|estimate| estimate.half_width.is_some())
        };
        (0..self.header.len()).map(|column| self.rows.iter().any(|row| is_interval(row, column))).collect()
    }

    /// The same with names that no spreadsheet takes for formulas; see [`spreadsheet_safe`].
    #[must_use]
    pub fn for_spreadsheet(mut self) -> Self {
        let names = self.rows.iter_mut().flatten().filter_map(|cell| match cell {
            Cell::Text(text) => Some(text),
            _ => None,
        });
        for name in self.header.iter_mut().chain(names) {
            *name = spreadsheet_safe(name).into_owned();
        }
        self
    }
}

/// One value of a grid.
#[derive(Debug, Clone, PartialEq)]
pub enum Cell {
    /// Words.
    Text(String),
    /// A count.
    Count(u64),
    /// A number; tables show about five significant digits.
    Number(f64),
    /// A number that was set by somebody; tables show it as it was written.
    Setting(f64),
    /// A share between 0 and 1; tables show three decimals.
    Share(f64),
    /// A mean over seeds with its interval; tables show three decimals.
    Estimate(Estimate),
    /// A difference to a baseline over seeds with its interval; tables show three decimals, and ≈ before what is within
    /// noise.
    Difference(Difference),
    /// Not available.
    Missing,
}

impl Cell {
    /// The share, or not available.
    pub fn share(value: Option<f64>) -> Self {
        value.map_or(Self::Missing, Self::Share)
    }

    /// The estimate, or not available.
    pub fn estimate(value: Option<Estimate>) -> Self {
        value.map_or(Self::Missing, Self::Estimate)
    }

    /// Whether this is a difference that may be chance.
    pub fn is_within_noise(&self) -> bool {
        matches!(self, Self::Difference(difference) if difference.within_noise == Some(true))
    }

    /// A mean over seeds, of values or of differences.
    pub fn as_estimate(&self) -> Option<Estimate> {
        match self {
            Self::Estimate(estimate) | Self::Difference(Difference { estimate, .. }) => Some(*estimate),
            _ => None,
        }
    }

    /// The value as it stands in a table of a terminal.
    pub fn in_table(&self) -> String {
        match self {
            Self::Text(text) => in_table(text),
            other => other.to_text(),
        }
    }

    /// The value for people.
    pub fn to_text(&self) -> String {
        match self {
            Self::Text(text) => text.clone(),
            Self::Count(count) => count.to_string(),
            Self::Number(value) => significant(*value),
            Self::Setting(value) => written(*value),
            Self::Share(value) => fixed(*value, 3),
            Self::Estimate(estimate) => estimate.to_text(3),
            Self::Difference(difference) if self.is_within_noise() => format!("≈ {}", difference.to_text(3)),
            Self::Difference(difference) => difference.to_text(3),
            Self::Missing => "n/a".to_owned(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_grid_comes_out_in_every_format() {
        let grid = Grid {
            header: vec!["class".into(), "recall".into()],
            rows: vec![
                vec![Cell::Text("a, b".into()), Cell::Estimate(Estimate::symmetric(0.5, Some(0.25), 2))],
                vec![Cell::Text("c".into()), Cell::Missing],
            ],
            rules: vec![1],
            notes: vec!["A note".into()],
        };
        let text = |format: Format| String::from_utf8(format.render(&grid, &[1, 2]).unwrap()).unwrap();
        assert_eq!(text(Format::Csv), "class,recall,recall ±95%\n\"a, b\",0.5,0.25\nc,,\n");
        assert_eq!(
            text(Format::Table),
            "class         recall\na, b   0.500 ± 0.250\n────────────────────\nc                n/a\n\nA note\n"
        );
        assert_eq!(text(Format::Json), "[\n  1,\n  2\n]\n");
    }
}
