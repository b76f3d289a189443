//! How a table is written: its layout, separator, header and decimal mark.

use serde::{Deserialize, Serialize};
use strum::{EnumCount, VariantArray};

/// The layout of a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum FileFormat {
    /// Fields with a separator between them.
    Delimited,
    /// KEEL's `.dat` or Weka's ARFF, with a header that declares the attributes.
    Keel,
    /// JSON objects, one a line or in a list.
    Json,
    /// A label and pairs of index and value in each line.
    Svmlight,
    /// Parquet.
    Parquet,
    /// A file (Feather) or stream of Arrow.
    Arrow,
    /// A workbook of Excel.
    Excel,
    /// An array, or an archive of arrays, of NumPy.
    Numpy,
}

/// What stands between the fields of a row.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, EnumCount, VariantArray)]
#[serde(rename_all = "snake_case")]
pub enum Separator {
    /// `,`
    Comma,
    /// `;`, usual where the comma is the decimal mark.
    Semicolon,
    /// The tabulator, as in `.tsv` files and on the clipboard.
    Tab,
    /// `|`
    Pipe,
    /// Any number of blanks and tabulators, as in columns that are lined up; those around a row do not count.
    #[serde(alias = "space", alias = "whitespace")]
    WhiteSpace,
}

impl Separator {
    /// Every separator.
    pub const ALL: [Self; Self::COUNT] = crate::variants::all_of(Self::VARIANTS);

    /// Those that are a single character, so that a field between two of them can be empty.
    pub(super) const SIGNS: [Self; 4] = [Self::Comma, Self::Semicolon, Self::Tab, Self::Pipe];

    /// The separator's name on screen.
    pub fn label(self) -> &'static str {
        match self {
            Self::Comma => "Comma",
            Self::Semicolon => "Semicolon",
            Self::Tab => "Tab",
            Self::Pipe => "Pipe |",
            Self::WhiteSpace => "White space",
        }
    }

    /// The byte that separates fields; of white space the one that stands for it.
    pub(super) fn byte(self) -> u8 {
        match self {
            Self::Comma => b',',
            Self::Semicolon => b';',
            Self::Tab => b'\t',
            Self::Pipe => b'|',
            Self::WhiteSpace => b' ',
        }
    }
}

/// What stands before the decimals of a number.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, EnumCount, VariantArray)]
#[serde(rename_all = "snake_case")]
pub enum DecimalMark {
    /// 0.5
    Point,
    /// 0,5
    Comma,
}

impl DecimalMark {
    /// Both marks.
    pub const ALL: [Self; Self::COUNT] = crate::variants::all_of(Self::VARIANTS);

    /// The mark's name on screen.
    pub fn label(self) -> &'static str {
        match self {
            Self::Point => "Point 0.5",
            Self::Comma => "Comma 0,5",
        }
    }
}

/// How a delimited text is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Dialect {
    /// Between the fields.
    pub separator: Separator,
    /// In numbers.
    pub decimal: DecimalMark,
    /// Whether the first row names the columns.
    pub header: bool,
}
