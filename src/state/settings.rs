//! What is remembered from one start to the next.

use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::{
    CompareView, CoveringView, LabelSettings, LossShareView, LossView, Picture, SeedsPage, TuneSettings, WeightsPage,
};
use crate::{
    bounds::Bounded,
    experiment::{ModuleKind, Series},
    text::{merge, patch},
    weighting::SnippetKind,
    worker::TrainingSpeed,
};

/// Place in the palette of uniform weights, which are hidden at first: they are 1 for every class.
pub const UNIFORM_PLACE: usize = 7;

/// The controls beside the pictures.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct ControlsView {
    /// Their width in points.
    pub width: f32,
    /// Whether they are hidden.
    pub is_hidden: bool,
}

impl Default for ControlsView {
    fn default() -> Self {
        Self { width: Self::WIDTH, is_hidden: false }
    }
}

impl ControlsView {
    /// Their width at first.
    pub const WIDTH: f32 = 324.0;
    /// Their width at least and at most.
    pub const WIDTHS: [f32; 2] = [280.0, 560.0];
}

/// Settings that say what pictures show.
const PICTURE_CHOICES: [&str; 15] = [
    "log_counts",
    "log_weights",
    "series",
    "regions_behind",
    "hidden_schemes",
    "effective_figure",
    "snippet",
    "snippet_scheme",
    "module",
    "module_objective",
    "covering",
    "compare",
    "seeds_page",
    "losses",
    "ownership",
];

/// How effective numbers are drawn, as in two figures of Cui et al., CVPR 2019.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum EffectiveFigure {
    /// The class-balanced term over the number of samples (figure 3).
    AgainstCount,
    /// The effective number of each class (figure 6).
    PerClass,
}

/// Settings of the window; unknown or missing parts of an older file have their default.
#[expect(clippy::struct_excessive_bools, reason = "each is a setting of its own")]
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Settings {
    /// Dark theme; light is for projectors.
    pub is_dark: bool,
    /// Text size in per cent, 80 to 200.
    pub text_percent: u32,
    /// The controls beside the pictures.
    pub controls: ControlsView,
    /// Whether training goes on by itself until the loss has settled, when a setting is changed after its end.
    pub trains_on: bool,
    /// Place in [`TrainingSpeed::ALL`].
    pub speed_idx: usize,
    /// Whether counts are drawn on a log axis.
    pub log_counts: bool,
    /// Whether weights are drawn on a log axis.
    pub log_weights: bool,
    /// The figure of the learning curves.
    pub series: Series,
    /// Colour of the objective whose regions lie behind the samples.
    pub regions_behind: Option<usize>,
    /// Names of pictures whose explanation is folded away.
    pub folded: Vec<String>,
    /// Schemes that are not drawn side by side, by their place in the palette.
    pub hidden_schemes: Vec<usize>,
    /// How effective numbers are drawn.
    pub effective_figure: EffectiveFigure,
    /// The code that weights are taken away as.
    pub snippet: SnippetKind,
    /// Place in the palette of the scheme of that code; that of the experiment's β where there is none.
    pub snippet_scheme: Option<usize>,
    /// The library that the code of a whole objective is for.
    pub module: ModuleKind,
    /// Colour of the objective that is taken away whole; class weights alone where there is none.
    pub module_objective: Option<usize>,
    /// The page of the place for weights.
    pub weights_page: WeightsPage,
    /// How samples fall on prototypes.
    pub covering: CoveringView,
    /// What is shown of a comparison, and where.
    pub compare: CompareView,
    /// What the picture of several seeds shows.
    pub seeds_page: SeedsPage,
    /// What the place for losses shows.
    pub losses: LossView,
    /// What is shown of the owners of the training loss.
    pub ownership: LossShareView,
    /// What is set up to be swept.
    pub tune: TuneSettings,
    /// The place for samples with any number of labels.
    pub labels: LabelSettings,
    /// Experiments that were opened or saved last, newest first.
    pub recent: Vec<PathBuf>,
    /// Code of the language of lessons, such as `en`.
    pub language: String,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            is_dark: false,
            text_percent: 100,
            controls: ControlsView::default(),
            trains_on: true,
            speed_idx: 8,
            log_counts: true,
            log_weights: true,
            series: Series::MacroRecall,
            regions_behind: None,
            folded: Vec::new(),
            hidden_schemes: vec![UNIFORM_PLACE],
            effective_figure: EffectiveFigure::AgainstCount,
            snippet: SnippetKind::Pytorch,
            snippet_scheme: None,
            module: ModuleKind::default(),
            module_objective: None,
            weights_page: WeightsPage::Schemes,
            covering: CoveringView::default(),
            compare: CompareView::default(),
            seeds_page: SeedsPage::default(),
            losses: LossView::default(),
            ownership: LossShareView::default(),
            tune: TuneSettings::default(),
            labels: LabelSettings::default(),
            recent: Vec::new(),
            language: "en".to_owned(),
        }
    }
}

impl Settings {
    /// Most recent files.
    pub const MOST_RECENT: usize = 8;

    /// Settings from a file; what is missing or not known here has its default. With the names of what cannot be read.
    pub fn from_json(stored: Option<&Value>) -> (Self, Vec<String>) {
        let Some(Value::Object(stored)) = stored else { return (Self::default(), Vec::new()) };
        let read = |stored: Map<String, Value>| Self::deserialize(Value::Object(stored)).ok();
        if let Some(settings) = read(stored.clone()) {
            return (settings.tidied(), Vec::new());
        }
        // One part that is not known does not cost the others.
        let part = |(name, value): (&String, &Value)| [(name.clone(), value.clone())].into_iter().collect();
        let (known, unknown): (Vec<_>, Vec<_>) = stored.iter().partition(|&entry| read(part(entry)).is_some());
        let known = known.into_iter().map(|(name, value)| (name.clone(), value.clone())).collect();
        let unknown = unknown.into_iter().map(|(name, _)| name.clone()).collect();
        (read(known).unwrap_or_default().tidied(), unknown)
    }

    /// What pictures show by choice where it is not the usual, as JSON in a line; `None` where nothing is chosen.
    pub fn picture_choices(&self) -> Option<String> {
        let chosen = |settings: &Self| {
            let mut all = serde_json::to_value(settings).unwrap_or_default();
            if let Value::Object(all) = &mut all {
                all.retain(|name, _| PICTURE_CHOICES.contains(&name.as_str()));
            }
            all
        };
        patch(&chosen(&Self::default()), &chosen(self)).map(|changes| changes.to_string())
    }

    /// Settings with what [`Self::picture_choices`] tells.
    ///
    /// # Errors
    /// A sentence, when the text is something else.
    pub fn with_picture_choices(self, text: &str) -> Result<Self, String> {
        let wrong = |reason: String| format!("these are no choices of pictures, as a caption has them: {reason}");
        let changes: Value = serde_json::from_str(text).map_err(|error| wrong(error.to_string()))?;
        let Value::Object(fields) = &changes else { return Err(wrong("they are no JSON object".to_owned())) };
        if let Some(name) = fields.keys().find(|name| !PICTURE_CHOICES.contains(&name.as_str())) {
            return Err(wrong(format!("there is no {name}, only {}", PICTURE_CHOICES.join(", "))));
        }
        let mut all = serde_json::to_value(&self).map_err(|error| wrong(error.to_string()))?;
        merge(&mut all, &changes);
        Self::deserialize(all).map(Self::tidied).map_err(|error| wrong(error.to_string()))
    }

    /// Settings with every part in its range, whatever was in the file.
    #[must_use]
    pub fn tidied(mut self) -> Self {
        self.text_percent = self.text_percent.within(80, 200);
        self.controls.width = self.controls.width.within(ControlsView::WIDTHS[0], ControlsView::WIDTHS[1]);
        self.speed_idx = self.speed_idx.min(TrainingSpeed::ALL.len() - 1);
        self.recent.truncate(Self::MOST_RECENT);
        self.losses.tidy();
        self.compare.tidy();
        self.covering.tidy();
        self.tune.tidy();
        self.labels.lab.tidy();
        self
    }

    /// How fast training goes.
    pub fn speed(&self) -> TrainingSpeed {
        TrainingSpeed::ALL[self.speed_idx.min(TrainingSpeed::ALL.len() - 1)]
    }

    /// Whether the explanation of a picture is folded away.
    pub fn is_folded(&self, picture: Picture) -> bool {
        self.folded.contains(&format!("{picture:?}"))
    }

    /// Folds the explanation of a picture away, or back.
    pub fn toggle_folded(&mut self, picture: Picture) {
        let name = format!("{picture:?}");
        if self.is_folded(picture) {
            self.folded.retain(|folded| *folded != name);
        } else {
            self.folded.push(name);
        }
    }

    /// Puts a file at the head of the recent ones.
    pub fn remember(&mut self, path: &Path) {
        self.recent.retain(|known| known != path);
        self.recent.insert(0, path.to_owned());
        self.recent.truncate(Self::MOST_RECENT);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn settings_of_other_versions_are_read_as_far_as_they_go() {
        let settings: Settings = serde_json::from_str(r#"{"is_dark": true, "gone": 1}"#).unwrap();
        assert_eq!(settings, Settings { is_dark: true, ..Settings::default() });
        let older = r#"{"losses": {"alpha": 0.5, "folded": [true, false, true]}}"#;
        let settings: Settings = serde_json::from_str(older).unwrap();
        assert_eq!((settings.losses.alpha, settings.is_folded(Picture::LossCurves)), (0.5, false));
        let wild = Settings { text_percent: 9000, speed_idx: 99, ..Settings::default() }.tidied();
        assert_eq!((wild.text_percent, wild.speed()), (200, TrainingSpeed::Unlimited));
    }

    #[test]
    fn recent_files_are_few_and_named_once() {
        let mut settings = Settings::default();
        for name in ["a", "b", "a"] {
            settings.remember(Path::new(name));
        }
        assert_eq!(settings.recent, [PathBuf::from("a"), PathBuf::from("b")]);
    }
}
