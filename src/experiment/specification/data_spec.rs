//! Where samples come from, and how.

use std::path::PathBuf;

use serde::{Deserialize, Serialize};

use crate::data::{
    Arrangement, BuiltIn, ClassOrder, DecimalMark, Difficulty, GeneratorSpec, ImportSettings, Layout, ManyValues,
    MapKind, MapSpec, Painting, Part, Separator, SplitBy, TextEncoding,
};

/// For serde: no folds are as usual and not written.
#[allow(clippy::trivially_copy_pass_by_ref, reason = "serde asks for this signature")]
fn is_zero(number: &u64) -> bool {
    *number == 0
}

/// Where samples come from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DataSource {
    /// Clusters or shapes with the distribution's counts.
    Gaussians,
    /// A data set that the program carries; its labels give the counts.
    BuiltIn,
    /// A data file; its labels give the counts.
    File,
}

impl DataSource {
    /// Whether the samples are rows of a table, with a label column and a test part, rather than generated.
    pub fn is_table(self) -> bool {
        self != Self::Gaussians
    }
}

/// Settings of the samples; those of the other source keep their value.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct DataSpec {
    /// Which of them.
    pub source: DataSource,
    /// See [`GeneratorSpec::layout`].
    pub layout: Layout,
    /// See [`GeneratorSpec::arrangement`].
    pub arrangement: Arrangement,
    /// See [`GeneratorSpec::n_features`].
    pub features: usize,
    /// See [`GeneratorSpec::separation`].
    pub separation: f64,
    /// See [`GeneratorSpec::spread`].
    pub spread: f64,
    /// See [`GeneratorSpec::label_noise`].
    pub label_noise: f64,
    /// See [`GeneratorSpec::test_per_class`].
    pub test_per_class: usize,
    /// The data set that the program carries.
    pub built_in: BuiltIn,
    /// The data file; a relative path is relative to the experiment's file.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub path: Option<PathBuf>,
    /// The file's label column; the last column where none is named, and for built-in data always.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub label: Option<String>,
    /// Columns to leave out.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub drop: Vec<String>,
    /// See [`ImportSettings::keep`].
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub keep: Vec<String>,
    /// See [`ImportSettings::impute`].
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub impute: bool,
    /// See [`ImportSettings::sample`].
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sample: Option<u64>,
    /// See [`ImportSettings::many_values`].
    #[serde(skip_serializing_if = "Option::is_none")]
    pub many_values: Option<ManyValues>,
    /// See [`ImportSettings::encoding`].
    #[serde(skip_serializing_if = "Option::is_none")]
    pub encoding: Option<TextEncoding>,
    /// See [`ImportSettings::sheet`].
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sheet: Option<String>,
    /// See [`ImportSettings::separator`].
    #[serde(skip_serializing_if = "Option::is_none")]
    pub separator: Option<Separator>,
    /// See [`ImportSettings::decimal`].
    #[serde(skip_serializing_if = "Option::is_none")]
    pub decimal: Option<DecimalMark>,
    /// See [`ImportSettings::header`].
    #[serde(skip_serializing_if = "Option::is_none")]
    pub header: Option<bool>,
    /// See [`ImportSettings::missing`].
    #[serde(skip_serializing_if = "Option::is_none")]
    pub missing: Option<Vec<String>>,
    /// The column by which the file's rows are split; see [`SplitBy`].
    #[serde(skip_serializing_if = "Option::is_none")]
    pub split_by: Option<SplitBy>,
    /// A file whose rows are to choose by; relative as `path` is.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub validation_path: Option<PathBuf>,
    /// A file whose rows are to report by; relative as `path` is.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub test_path: Option<PathBuf>,
    /// Share of a table's rows held back for testing, 0 to 0.9.
    pub test_share: f64,
    /// Folds of a cross-validation, 2 to 20, in place of a share held back at random: each seed tests on the next fold, and
    /// after the last one the rows are shuffled anew; 0 for none.
    #[serde(skip_serializing_if = "is_zero")]
    pub folds: u64,
    /// Whether only so many of a table's rows are trained on as the distribution asks for; see [`crate::data::LongTail`].
    pub long_tailed: bool,
    /// Which class is the head of a long-tailed table, which the tail.
    pub class_order: ClassOrder,
    /// Labels of all classes, head first, for [`ClassOrder::Own`].
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub own_order: Vec<String>,
    /// What the model sees of the features, whatever their source.
    pub map: MapKind,
    /// See [`MapSpec::width`].
    pub fourier_features: usize,
    /// See [`MapSpec::bandwidth`].
    pub bandwidth: f64,
    /// See [`GeneratorSpec::difficulty`].
    pub difficulty: Difficulty,
    /// See [`GeneratorSpec::painting`].
    #[serde(skip_serializing_if = "Painting::is_empty")]
    pub painting: Painting,
}

impl Default for DataSpec {
    fn default() -> Self {
        Self {
            source: DataSource::Gaussians,
            layout: Layout::Ring,
            features: 2,
            separation: 3.0,
            spread: 0.9,
            label_noise: 0.0,
            test_per_class: 300,
            built_in: BuiltIn::PageBlocks,
            path: None,
            label: None,
            drop: Vec::new(),
            keep: Vec::new(),
            impute: false,
            sample: None,
            many_values: None,
            encoding: None,
            sheet: None,
            separator: None,
            decimal: None,
            header: None,
            missing: None,
            split_by: None,
            validation_path: None,
            test_path: None,
            test_share: 0.3,
            folds: 0,
            long_tailed: false,
            class_order: ClassOrder::BySize,
            own_order: Vec::new(),
            map: MapKind::Linear,
            fourier_features: 200,
            bandwidth: 1.0,
            arrangement: Arrangement::Interleaved,
            difficulty: Difficulty::default(),
            painting: Painting::default(),
        }
    }
}

impl DataSpec {
    /// Whether class counts are known only when the samples are there.
    pub fn counts_follow_samples(&self) -> bool {
        self.source.is_table() || !self.painting.is_empty()
    }

    /// Whether another specification reads the same rows, whatever it makes of them.
    pub fn has_same_table(&self, other: &Self) -> bool {
        let reading = |data: &Self| Self {
            test_share: 0.0,
            folds: 0,
            long_tailed: false,
            class_order: ClassOrder::BySize,
            own_order: Vec::new(),
            map: MapKind::Linear,
            fourier_features: 0,
            bandwidth: 0.0,
            ..data.clone()
        };
        reading(self) == reading(other)
    }

    /// Goes back to the order by size, because an own order belongs to one table.
    pub fn forget_own_order(&mut self) {
        self.own_order.clear();
        if self.class_order == ClassOrder::Own {
            self.class_order = ClassOrder::BySize;
        }
    }

    /// The settings of the feature map.
    pub fn map(&self) -> MapSpec {
        MapSpec { kind: self.map, width: self.fourier_features, bandwidth: self.bandwidth }
    }

    /// The settings of generated data.
    pub fn generator(&self) -> GeneratorSpec {
        GeneratorSpec {
            layout: self.layout,
            arrangement: self.arrangement,
            n_features: self.features,
            separation: self.separation,
            spread: self.spread,
            difficulty: self.difficulty,
            label_noise: self.label_noise,
            test_per_class: self.test_per_class,
            painting: self.painting.clone(),
        }
    }
}

impl DataSpec {
    /// How the data file is to be read.
    pub fn import(&self) -> ImportSettings {
        ImportSettings {
            encoding: self.encoding,
            sheet: self.sheet.clone(),
            separator: self.separator,
            decimal: self.decimal,
            header: self.header,
            missing: self.missing.clone(),
            label: self.label.clone(),
            label_columns: Vec::new(),
            drop: self.drop.clone(),
            keep: self.keep.clone(),
            many_values: self.many_values,
            split_by: self.split_by.clone(),
            validation: self.validation_path.clone(),
            test: self.test_path.clone(),
            sample: self.sample,
            impute: self.impute,
        }
    }

    /// Whether every repetition has the same split, which comes with the data.
    pub fn has_one_split(&self) -> bool {
        let is_file = self.source == DataSource::File;
        let by = matches!(self.split_by, Some(SplitBy::Part(_) | SplitBy::Time(_)));
        is_file && (by || self.validation_path.is_some() || self.test_path.is_some())
    }

    /// Takes the rows of a part from a file of their own, in place of any other way to split.
    pub fn use_rows(&mut self, part: Part, path: PathBuf) {
        (self.folds, self.split_by) = (0, None);
        match part {
            Part::Validation => self.validation_path = Some(path),
            Part::Train | Part::Test => self.test_path = Some(path),
        }
    }

    /// Every file that is read.
    pub fn files_mut(&mut self) -> impl Iterator<Item = &mut PathBuf> {
        [&mut self.path, &mut self.validation_path, &mut self.test_path].into_iter().filter_map(Option::as_mut)
    }

    /// Takes over how the data file is to be read.
    pub fn set_import(&mut self, settings: ImportSettings) {
        let ImportSettings { encoding, sheet, separator, decimal, header, missing, label, drop, keep, .. } = settings;
        let ImportSettings { many_values, split_by, validation, test, sample, impute, .. } = settings;
        (self.split_by, self.validation_path, self.test_path, self.impute) = (split_by, validation, test, impute);
        (self.encoding, self.sheet, self.many_values, self.sample) = (encoding, sheet, many_values, sample);
        (self.separator, self.decimal, self.header, self.missing) = (separator, decimal, header, missing);
        (self.label, self.drop, self.keep) = (label, drop, keep);
    }
}
