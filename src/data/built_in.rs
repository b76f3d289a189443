//! Real data sets that the program carries; their sources and licences stand in `assets/data/SOURCES.md`.

use serde::{Deserialize, Serialize};
use strum::{EnumCount, VariantArray};

use super::{DataError, ImportSettings, Imported, read_table};

/// A data set in the program itself: a CSV text with the label in its last column.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, EnumCount, VariantArray)]
#[serde(rename_all = "snake_case")]
pub enum BuiltIn {
    /// Blocks of page layouts, 5 classes: plain cross entropy is 96 % accurate and misses most of the rare ones.
    PageBlocks,
    /// Places of proteins in yeast cells, 10 classes, the rarest with 5 samples.
    Yeast,
    /// Handwritten digits of 8 × 8 pixels, 10 classes of almost the same size.
    Digits,
}

impl BuiltIn {
    /// Every data set, in menu order.
    pub const ALL: [Self; Self::COUNT] = crate::variants::all_of(Self::VARIANTS);

    /// The data set's name on screen.
    pub fn label(self) -> &'static str {
        match self {
            Self::PageBlocks => "Page blocks",
            Self::Yeast => "Yeast",
            Self::Digits => "Digits",
        }
    }

    /// What it is and whose, for tooltips.
    pub fn origin(self) -> &'static str {
        match self {
            Self::PageBlocks => {
                "Blocks of page layouts, 5472 × 10, 5 classes: 4913 329 115 87 28. D. Malerba 1995, UCI Machine Learning Repository, CC BY 4.0"
            }
            Self::Yeast => {
                "Places of proteins in yeast, 1484 × 8, 10 classes: 463 to 5. K. Nakai 1991, UCI Machine Learning Repository, CC BY 4.0"
            }
            Self::Digits => {
                "Handwritten digits, 1797 × 64, 10 classes of 174 to 183. E. Alpaydin and C. Kaynak 1998, UCI Machine Learning Repository, CC BY 4.0"
            }
        }
    }

    /// The CSV text.
    pub fn text(self) -> &'static str {
        match self {
            Self::PageBlocks => include_str!("../../assets/data/page-blocks.csv"),
            Self::Yeast => include_str!("../../assets/data/yeast.csv"),
            Self::Digits => include_str!("../../assets/data/digits.csv"),
        }
    }

    /// The column names; the last one is the label.
    pub fn column_names(self) -> Vec<String> {
        self.text().lines().next().unwrap_or_default().split(',').map(str::to_owned).collect()
    }

    /// The table, without the columns that are to be dropped; else every column is a feature, as the set was published.
    ///
    /// # Errors
    /// When there is no column of such a name, or none is left.
    pub fn read(self, drop: &[String]) -> Result<Imported, DataError> {
        let (keep, drop) = (self.column_names(), drop.to_vec());
        read_table(self.text().as_bytes(), &ImportSettings { drop, keep, ..ImportSettings::default() })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::data::TableClasses;

    #[test]
    fn every_data_set_has_the_rows_and_classes_that_its_origin_states() {
        for (set, rows, features, classes) in
            [(BuiltIn::PageBlocks, 5472, 10, 5), (BuiltIn::Yeast, 1484, 8, 10), (BuiltIn::Digits, 1797, 64, 10)]
        {
            let table = set.read(&[]).unwrap().table;
            assert_eq!((table.features.dim(), table.class_labels.len()), ((rows, features), classes), "{set:?}");
            assert!(set.origin().contains(&format!("{rows} × {features}, {classes} classes")), "{set:?}");
        }
    }

    #[test]
    fn every_data_set_has_the_class_counts_of_its_file() {
        for (set, expected) in [
            (BuiltIn::PageBlocks, &[4913, 329, 115, 87, 28][..]),
            (BuiltIn::Yeast, &[463, 429, 244, 163, 51, 44, 35, 30, 20, 5]),
            (BuiltIn::Digits, &[183, 182, 182, 181, 181, 180, 179, 178, 177, 174]),
        ] {
            let table = set.read(&[]).unwrap().table;
            let mut rows = TableClasses::of(&table).rows;
            rows.sort_unstable_by(|a, b| b.cmp(a));
            assert_eq!(rows, expected, "{set:?}");
        }
    }
}
