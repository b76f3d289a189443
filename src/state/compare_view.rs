//! How objectives are compared on the screen: against which baseline, by what, and which picture stands where.

use serde::{Deserialize, Serialize};

use super::{CellShare, Picture, RegionsLook};
use crate::experiment::ExperimentSpec;

/// What is shown of a comparison; it belongs to the window, not to the experiment.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct CompareView {
    /// Colour of the objective that the others are compared to; the first shown one where there is none of this colour.
    pub baseline: Option<usize>,
    /// What the cells of confusion matrices are shares of.
    pub cell_share: CellShare,
    /// How decision regions are drawn.
    pub regions: RegionsLook,
    /// Whether test samples are drawn on the regions in place of training samples.
    pub shows_test: bool,
    /// Whether recall is drawn as lines over class rank in place of bars.
    pub has_lines: bool,
    /// Names of pictures that stand in the place of others in the lab: the usual picture, and the one that is there.
    pub instead: Vec<(String, String)>,
}

impl Default for CompareView {
    fn default() -> Self {
        Self {
            baseline: None,
            cell_share: CellShare::Row,
            regions: RegionsLook::Classes,
            shows_test: false,
            has_lines: false,
            instead: Vec::new(),
        }
    }
}

impl CompareView {
    /// Place of the objective that the others are compared to.
    pub fn baseline_idx(&self, spec: &ExperimentSpec) -> usize {
        let objectives = &spec.objectives;
        let chosen = objectives.iter().position(|objective| Some(objective.colour) == self.baseline && objective.shown);
        let first_shown = || objectives.iter().position(|objective| objective.shown);
        chosen.or_else(first_shown).unwrap_or(0)
    }

    /// The picture that stands where `usual` does at first.
    pub fn at(&self, usual: Picture) -> Picture {
        let name = name_of(usual);
        let found = self.instead.iter().find(|(place, _)| *place == name).and_then(|(_, other)| picture_of(other));
        found.unwrap_or(usual)
    }

    /// Puts a picture where `usual` stands at first; where it stood, if it did, goes the picture that was here.
    pub fn put(&mut self, usual: Picture, picture: Picture) {
        let before = self.at(usual);
        let elsewhere = Picture::OF_LAB.into_iter().find(|&place| place != usual && self.at(place) == picture);
        self.set(usual, picture);
        if let Some(elsewhere) = elsewhere {
            self.set(elsewhere, before);
        }
    }

    fn set(&mut self, usual: Picture, picture: Picture) {
        let name = name_of(usual);
        self.instead.retain(|(place, _)| *place != name);
        if picture != usual {
            self.instead.push((name, name_of(picture)));
        }
    }

    /// Leaves what a file of settings holds only as far as it makes sense: known pictures, each in one place.
    pub fn tidy(&mut self) {
        for (place, picture) in std::mem::take(&mut self.instead) {
            let is_of_lab = |picture: &Picture| Picture::OF_LAB.contains(picture);
            if let (Some(place), Some(picture)) = (picture_of(&place).filter(is_of_lab), picture_of(&picture)) {
                self.put(place, picture);
            }
        }
    }
}

/// A picture's name in settings.
fn name_of(picture: Picture) -> String {
    format!("{picture:?}")
}

/// The picture of this name, if it is one for the lab.
fn picture_of(name: &str) -> Option<Picture> {
    Picture::FOR_LAB.into_iter().find(|&picture| name_of(picture) == name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_picture_stands_in_one_place_alone() {
        let mut view = CompareView::default();
        view.put(Picture::Counts, Picture::Confusion);
        assert_eq!([view.at(Picture::Counts), view.at(Picture::Curves)], [Picture::Confusion, Picture::Curves]);
        // The curves go where they are asked for, and the matrices where the curves were.
        view.put(Picture::Counts, Picture::Curves);
        assert_eq!([view.at(Picture::Counts), view.at(Picture::Curves)], [Picture::Curves, Picture::Confusion]);
        view.put(Picture::Curves, Picture::Curves);
        assert_eq!([view.at(Picture::Counts), view.at(Picture::Curves)], [Picture::Confusion, Picture::Curves]);
        view.put(Picture::Counts, Picture::Counts);
        assert_eq!(view, CompareView::default());
    }

    #[test]
    fn nonsense_in_a_file_of_settings_is_left_out() {
        let pair = |place: &str, picture: &str| (place.to_owned(), picture.to_owned());
        let mut view = CompareView {
            instead: vec![
                pair("Counts", "Banana"),
                pair("Snippet", "Recall"),
                pair("Regions", "Confusion"),
                pair("Curves", "Confusion"),
            ],
            ..CompareView::default()
        };
        view.tidy();
        let shown = Picture::OF_LAB.map(|place| view.at(place));
        let mut distinct = shown.to_vec();
        distinct.sort();
        distinct.dedup();
        assert_eq!(distinct.len(), shown.len(), "{shown:?}");
        assert_eq!((view.at(Picture::Curves), view.at(Picture::Counts)), (Picture::Confusion, Picture::Counts));
    }

    #[test]
    fn the_baseline_is_the_first_that_is_shown_unless_another_is_chosen() {
        let mut spec = ExperimentSpec::default();
        let mut view = CompareView::default();
        spec.objectives[0].shown = false;
        assert_eq!(view.baseline_idx(&spec), 1);
        view.baseline = Some(spec.objectives[3].colour);
        assert_eq!(view.baseline_idx(&spec), 3);
    }
}
