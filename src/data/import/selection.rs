//! What becomes of each column and row of a scan: the one decision behind inspection and import.

use std::sync::Arc;

use ndarray::{Array2, ShapeBuilder};

use super::{
    ColumnReport, DataError, EncodingReport, ImportSettings, Imported, Inspection, LeftOut, Role, Scan, SplitBy,
    StrayWords, Table, TextEncoding,
    categories::{Coding, CodingKind, ManyValues},
    column::{Cells, Column, MOST_VALUES_OF_TEXT, MOST_WORDS, NO_WORD},
    compression::Compression,
    keel::Declared,
    label,
    names::{Names, list_names},
    numbering::{counts_rows, numbers_rows},
    table_warnings::TableWarnings,
    writing::Writing,
};
use crate::{
    data::{Gap, MAX_TRAINING_CLASSES, check_size},
    numbers::written,
};

/// Names and values of the features, and which of them have missing values.
type Features = (Vec<String>, Array2<f64>, Vec<Gap>);

/// The rows that are used, and their classes.
#[derive(Debug, Default)]
pub(super) struct Selection {
    /// Whether each row is used, shape `[n_rows]`.
    pub(super) is_used: Vec<bool>,
    pub(super) n_used: usize,
    pub(super) n_without_label: u64,
    pub(super) n_features: usize,
    /// Whether missing values of each column are filled in; empty where none are.
    is_imputed: Vec<bool>,
    /// Labels that are left, in their order, with their codes and counts.
    classes: Vec<(String, u32, u64)>,
}

impl Scan {
    /// What an import with these settings would make of the file.
    pub fn inspect(&self, settings: &ImportSettings) -> Inspection {
        let mut columns = self.reports(settings);
        let mut selection = Selection::default();
        let fault = self.select(&mut columns, settings, &mut selection).err();
        self.inspection(columns, &selection, fault)
    }

    /// Makes the table that [`Scan::inspect`] speaks of.
    ///
    /// # Errors
    /// What [`Inspection::fault`] says.
    pub fn into_table(self, settings: &ImportSettings) -> Result<Imported, DataError> {
        let mut reports = self.reports(settings);
        let mut selection = Selection::default();
        self.select(&mut reports, settings, &mut selection)?;
        let labels = self.class_indices(&selection);
        let inspection = Arc::new(self.inspection(reports, &selection, None));
        let split = self.row_split(settings.split_by.as_ref(), &selection.is_used)?.map(Arc::new);
        let (feature_names, features, gaps) = self.into_features(&inspection.columns, &selection)?;
        let class_labels = selection.classes.into_iter().map(|(label, ..)| label).collect();
        let rows_in_file = (selection.n_used < selection.is_used.len()).then(|| {
            let used = selection.is_used.iter().enumerate().filter(|(_, is_used)| **is_used);
            used.map(|(row, _)| row as u64).collect()
        });
        let table = Arc::new(Table { feature_names, features, gaps, labels, class_labels });
        Ok(Imported { table, inspection, rows_in_file, split })
    }

    /// What becomes of each column.
    pub(super) fn reports(&self, settings: &ImportSettings) -> Vec<ColumnReport> {
        let report = |(idx, column): (usize, &Column)| {
            let is_label = column.is_label;
            // How numbers are written matters where there are any.
            let writing = Some(&column.writing).filter(|_| !is_label && column.holds_numbers());
            ColumnReport {
                name: column.name.clone(),
                name_in_file: self.renamed.iter().find(|(place, _)| *place == idx).map(|(_, name)| name.clone()),
                n_missing: column.n_missing,
                role: if is_label { Role::Label } else { self.role(column, settings) },
                first_word: column.first_word.clone(),
                thousands: writing.and_then(Writing::group),
                decimal: writing
                    .filter(|writing| writing.is_told)
                    .and_then(|writing| writing.decimal)
                    .filter(|decimal| *decimal != self.dialect.decimal),
                two_readings: writing.and_then(Writing::two_readings),
                form: column.form.as_ref().map(|(_, report)| report.clone()),
                n_values: match &column.cells {
                    Cells::Words(words) if !is_label && words.n_words() > MOST_VALUES_OF_TEXT => Some(words.n_words()),
                    _ => None,
                },
                stray_words: column.stray_words.first().map(|stray| StrayWords {
                    n: column.stray_words.len() as u64,
                    line: stray.line,
                    word: stray.word.chars().take(40).collect(),
                }),
            }
        };
        self.columns.iter().enumerate().map(report).collect()
    }

    fn role(&self, column: &Column, settings: &ImportSettings) -> Role {
        if settings.drop.contains(&column.name) {
            return Role::LeftOut(LeftOut::Chosen);
        }
        if settings.split_by.as_ref().is_some_and(|by| by.column() == column.name) {
            return Role::Split;
        }
        let is_kept = settings.keep.contains(&column.name);
        let many_values = settings.many_values.unwrap_or_default();
        let reason = self.reason_against(column, many_values).filter(|reason| !(is_kept && reason.can_be_kept()));
        match (reason, &column.cells) {
            (Some(reason), _) => Role::LeftOut(reason),
            (None, Cells::Words(words)) if words.n_words() <= MOST_VALUES_OF_TEXT => Role::OneHot(words.n_words()),
            (None, Cells::Words(_)) if many_values == ManyValues::Hash => Role::Hashed(0),
            (None, Cells::Words(_)) => Role::Grouped(0),
            (None, _) => Role::Number,
        }
    }

    /// Why a column should not be used, if there is a reason.
    fn reason_against(&self, column: &Column, many_values: ManyValues) -> Option<LeftOut> {
        let n_present = self.n_rows as u64 - column.n_missing.min(self.n_rows as u64);
        if column.declared == Declared::Unused {
            return Some(LeftOut::NoInput);
        }
        let constant = match &column.cells {
            Cells::TooMany => return Some(LeftOut::TooManyValues),
            Cells::Words(words) => words.words().next().filter(|_| words.n_words() == 1).map(str::to_owned),
            Cells::Numbers(values) => {
                let mut present = values.iter().filter(|value| !value.is_nan());
                let first = present.next();
                first.filter(|first| present.all(|value| value == *first)).map(|&value| written(value))
            }
        };
        let numbers_rows = matches!(&column.cells, Cells::Numbers(values) if numbers_rows(values));
        if column.may_be_index && matches!(&column.cells, Cells::Numbers(values) if counts_rows(values)) {
            return Some(LeftOut::Index);
        }
        match constant {
            _ if n_present == 0 => (self.n_rows > 0).then_some(LeftOut::Empty),
            _ if column.n_missing > n_present => Some(LeftOut::MostlyMissing),
            // The only row is no reason to call a value constant.
            Some(value) if n_present > 1 => Some(LeftOut::Constant(value)),
            _ => match &column.cells {
                Cells::Words(words) => (words.n_words() > MOST_VALUES_OF_TEXT && many_values == ManyValues::LeaveOut)
                    .then(|| LeftOut::ManyValues(words.n_words())),
                _ => numbers_rows.then_some(LeftOut::RowNumbers),
            },
        }
    }

    /// Decides about rows and classes; the selection holds what is known also where there is a fault.
    pub(super) fn select(
        &self,
        reports: &mut [ColumnReport],
        settings: &ImportSettings,
        selection: &mut Selection,
    ) -> Result<(), DataError> {
        if let Some(fault) = &self.fault {
            return Err(fault.clone());
        }
        let labels = settings.label.iter().filter(|_| settings.label_columns.is_empty()).chain(&settings.label_columns);
        let chosen = labels.chain(&settings.drop).chain(&settings.keep).map(String::as_str);
        for name in chosen.chain(settings.split_by.as_ref().map(SplitBy::column)) {
            if !self.columns.iter().any(|column| column.name == name) {
                let columns = list_names(self.columns.iter().map(|column| column.name.as_str()));
                return Err(DataError::NoColumn { name: name.to_owned(), columns });
            }
        }
        let is_useless =
            |column: &&Column| matches!(column.cells, Cells::TooMany) && settings.keep.contains(&column.name);
        if let Some(column) = self.columns.iter().find(is_useless) {
            return Err(DataError::TooManyValues { column: column.name.clone(), limit: MOST_WORDS });
        }
        if self.n_rows == 0 {
            return Err(DataError::NoRows);
        }
        if !settings.label_columns.is_empty() {
            return self.select_with_sets(reports, settings, selection);
        }
        let Some(label_column) = self.label_idx.and_then(|idx| self.columns.get(idx)) else {
            return Err(DataError::NoRows);
        };
        let too_many = |classes: String| {
            let (column, limit) = (label_column.name.clone(), MAX_TRAINING_CLASSES);
            DataError::TooManyClasses { column, classes, limit }
        };
        let Cells::Words(label) = &label_column.cells else { return Err(too_many("more than 10000".to_owned())) };

        selection.is_used = label.codes.iter().map(|&code| code != NO_WORD).collect();
        self.drop_gaps(reports, settings, selection);
        selection.n_without_label = label_column.n_missing;
        let mut counts = vec![0_u64; label.n_words()];
        for (&code, _) in label.codes.iter().zip(&selection.is_used).filter(|(_, is_used)| **is_used) {
            counts[code as usize] += 1;
        }
        let left = label.words().zip(counts).enumerate().filter(|(_, (_, count))| *count > 0);
        selection.classes = left.map(|(code, (name, count))| (name.to_owned(), code as u32, count)).collect();
        label::sort(&mut selection.classes);
        self.count_features(reports, settings, selection);

        match selection.classes.as_slice() {
            [] => {
                let worst = reports.iter().filter(|report| report.is_feature() || report.role == Role::Label);
                let worst = worst.max_by_key(|report| report.n_missing);
                let column = worst.map_or(String::new(), |report| report.name.clone());
                Err(DataError::NoWholeRow { rows: self.n_rows as u64, column })
            }
            [(label, ..)] => Err(DataError::OneClass { label: label.clone() }),
            classes if classes.len() > MAX_TRAINING_CLASSES => Err(too_many(classes.len().to_string())),
            classes if self.is_guessed && label::looks_like_regression(classes) => {
                Err(DataError::Regression { column: label_column.name.clone(), values: classes.len() })
            }
            _ if selection.n_features == 0 => {
                let left_out = reports.iter().find(|report| matches!(report.role, Role::LeftOut(_)));
                let why = left_out.map(|report| format!(" ({} is left out: {})", report.name, report.explanation()));
                Err(DataError::NoFeatures { label: label_column.name.clone(), why: why.unwrap_or_default() })
            }
            _ => check_size(selection.n_used as u64, selection.n_features),
        }
    }

    /// Counts the features that the columns become.
    pub(super) fn count_features(
        &self,
        reports: &mut [ColumnReport],
        settings: &ImportSettings,
        selection: &mut Selection,
    ) {
        for (column, report) in self.columns.iter().zip(&mut *reports) {
            if let (Some((kind, n)), Cells::Words(words)) = (coding_of(&mut report.role), &column.cells) {
                *n = Coding::of(kind, words, &selection.is_used).names.len();
            }
        }
        if settings.impute {
            let is_gap = |(column, report): (&Column, &ColumnReport)| {
                report.is_feature() && column.n_missing > 0 && column.cells.has_gap(&selection.is_used)
            };
            selection.is_imputed = self.columns.iter().zip(&*reports).map(is_gap).collect();
        }
        selection.n_features = reports.iter().map(|report| report.role.n_features()).sum();
        selection.n_features += selection.is_imputed.iter().filter(|&&is_imputed| is_imputed).count();
    }

    pub(super) fn inspection(
        &self,
        reports: Vec<ColumnReport>,
        selection: &Selection,
        fault: Option<DataError>,
    ) -> Inspection {
        let features: Vec<&Column> = self
            .columns
            .iter()
            .zip(&reports)
            .filter(|(_, report)| report.is_feature())
            .map(|(column, _)| column)
            .collect();
        let is_decided = !selection.is_used.is_empty();
        Inspection {
            format: self.format,
            compression: self.compression.map(Compression::label),
            encoding: self.encoding.map(|(found, is_chosen)| EncodingReport {
                name: found.encoding,
                is_guessed: !is_chosen && found.encoding != TextEncoding::UTF_8,
                has_faults: found.has_faults,
            }),
            dialect: self.dialect,
            missing_marks: self.marks.met(),
            sheet: self.sheet.clone(),
            label: self.label_idx.and_then(|idx| self.columns.get(idx)).map(|column| column.name.clone()),
            label_by_name: self.is_guessed && self.label_idx.is_some_and(|idx| idx + 1 < self.columns.len()),
            n_comments: self.n_comments,
            labels_alike: label::spelled_alike(&selection.classes),
            labels_padded: self.labels_padded(selection),
            n_rows: self.n_rows as u64,
            sampled_of: self.sampled_of,
            n_dropped: if is_decided { (self.n_rows - selection.n_used) as u64 } else { 0 },
            imputed: self
                .columns
                .iter()
                .zip(&selection.is_imputed)
                .filter(|(_, is_imputed)| **is_imputed)
                .map(|(column, _)| column.name.clone())
                .collect(),
            n_without_label: selection.n_without_label,
            n_features: selection.n_features,
            class_counts: selection.classes.iter().map(|(label, _, count)| (label.clone(), *count)).collect(),
            warnings: TableWarnings::of(
                &features,
                self.label_idx.and_then(|idx| self.columns.get(idx)),
                &selection.is_used,
            ),
            first_rows: self.first_rows.clone(),
            columns: reports,
            fault: fault.map(|fault| fault.to_string()),
        }
    }

    /// Labels that stand both with and without white space around them.
    fn labels_padded(&self, selection: &Selection) -> Vec<String> {
        let is_both = |code: u32| self.paddings.get(code as usize) == Some(&[true; 2]);
        selection.classes.iter().filter(|(_, code, _)| is_both(*code)).map(|(label, ..)| label.clone()).collect()
    }

    /// Class index of each row that is used.
    fn class_indices(&self, selection: &Selection) -> Vec<u32> {
        let Some(Cells::Words(label)) = self.label_idx.map(|idx| &self.columns[idx].cells) else { return Vec::new() };
        let mut class_of_code = vec![0_u32; label.n_words()];
        for (class_idx, (_, code, _)) in selection.classes.iter().enumerate() {
            class_of_code[*code as usize] = class_idx as u32;
        }
        used(&label.codes, &selection.is_used).map(|&code| class_of_code[code as usize]).collect()
    }

    /// Names and values of the features, in column-major order; each column is given back once it is copied.
    pub(super) fn into_features(self, reports: &[ColumnReport], selection: &Selection) -> Result<Features, DataError> {
        let (n_samples, n_features) = (selection.n_used, selection.n_features);
        let too_large = || {
            let limit = crate::data::MAX_SAMPLES;
            DataError::TooLarge { rows: n_samples as u64, features: n_features, limit }
        };
        let mut feature_names = Vec::with_capacity(n_features);
        // The names of columns come before names that are made up of a column and a word.
        let mut names = Names::default();
        for (column, _) in self.columns.iter().zip(reports).filter(|(_, report)| report.role == Role::Number) {
            names.take(&column.name);
        }
        let mut values: Vec<f64> = Vec::new();
        values.try_reserve_exact(n_samples * n_features).map_err(|_| too_large())?;
        let mut gaps = Vec::new();
        let mut is_imputed = selection.is_imputed.iter().copied();
        for (column, report) in self.columns.into_iter().zip(reports) {
            let is_imputed = is_imputed.next() == Some(true);
            if !report.is_feature() {
                continue;
            }
            let is_missing = if is_imputed { column.cells.gaps(&selection.is_used) } else { Vec::new() };
            let first = feature_names.len();
            let name = column.name.clone();
            match column.cells {
                Cells::Numbers(numbers) => {
                    gaps.extend(is_imputed.then_some(Gap::Number(first)));
                    feature_names.push(column.name);
                    values.extend(used(&numbers, &selection.is_used));
                }
                Cells::Words(words) => {
                    let Some((kind, _)) = coding_of(&mut report.role.clone()) else { continue };
                    let coding = Coding::of(kind, &words, &selection.is_used);
                    for (word, place) in coding.names.iter().zip(0..) {
                        feature_names.push(names.free(&format!("{}={word}", column.name)));
                        let is_it = |&code: &u32| match coding.feature(code) {
                            None if is_imputed => f64::NAN,
                            feature => f64::from(u8::from(feature == Some(place))),
                        };
                        values.extend(used(&words.codes, &selection.is_used).map(is_it));
                    }
                    gaps.extend(is_imputed.then_some(Gap::Text(first..feature_names.len())));
                }
                Cells::TooMany => {}
            }
            if is_imputed {
                feature_names.push(names.free(&format!("{name} is missing")));
                values.extend(is_missing);
            }
        }
        let features = Array2::from_shape_vec((n_samples, n_features).f(), values).map_err(|_| too_large())?;
        Ok((feature_names, features, gaps))
    }
}

/// The items of the rows that are used.
fn used<'a, T>(items: &'a [T], is_used: &'a [bool]) -> impl Iterator<Item = &'a T> {
    items.iter().zip(is_used).filter(|(_, is_used)| **is_used).map(|(item, _)| item)
}

/// How the column of a role becomes features, and how many.
fn coding_of(role: &mut Role) -> Option<(CodingKind, &mut usize)> {
    match role {
        Role::OneHot(n) => Some((CodingKind::OneHot, n)),
        Role::Grouped(n) => Some((CodingKind::Grouped, n)),
        Role::Hashed(n) => Some((CodingKind::Hashed, n)),
        _ => None,
    }
}

#[cfg(test)]
mod tests;
