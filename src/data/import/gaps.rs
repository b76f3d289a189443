//! Rows in which a feature has no value.

use super::{
    ColumnReport, ImportSettings, Scan,
    column::{Cells, NO_WORD},
    selection::Selection,
};

impl Scan {
    /// Leaves out the rows in which a feature has no value, unless these are filled in.
    pub(super) fn drop_gaps(&self, reports: &[ColumnReport], settings: &ImportSettings, selection: &mut Selection) {
        let gaps =
            self.columns.iter().zip(reports).filter(|(column, report)| report.is_feature() && column.n_missing > 0);
        for (column, _) in gaps.filter(|_| !settings.impute) {
            let is_missing: &mut dyn Iterator<Item = bool> = match &column.cells {
                Cells::Numbers(values) => &mut values.iter().map(|value| value.is_nan()),
                Cells::Words(words) => &mut words.codes.iter().map(|&code| code == NO_WORD),
                Cells::TooMany => continue,
            };
            for (is_used, is_missing) in selection.is_used.iter_mut().zip(is_missing) {
                *is_used &= !is_missing;
            }
        }
        selection.n_used = selection.is_used.iter().filter(|&&is_used| is_used).count();
    }
}
