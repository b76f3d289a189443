//! Which pictures stand where: the rows of each place and page, wide and narrow, and the switch between pages.

use egui::{RichText, Ui};

use super::View;
use crate::state::{LossesPage, Picture, Place, WeightsPage};

/// A row of the screen.
pub(super) struct Row {
    /// What stands in it from left to right; nothing for the sentence.
    pub(super) cards: &'static [Picture],
    /// The least height; below the sum of them the centre scrolls.
    pub(super) least: f32,
    /// Share of the width for the first of two cards.
    pub(super) share: f32,
}

const STORY: Row = Row { cards: &[], least: 30.0, share: 1.0 };
const TWO_COLUMNS: [Row; 4] = [
    Row { cards: &[Picture::Counts, Picture::Weights], least: 172.0, share: 0.44 },
    Row { cards: &[Picture::Recall], least: 226.0, share: 1.0 },
    STORY,
    Row { cards: &[Picture::Regions, Picture::Curves], least: 170.0, share: 0.61 },
];
const ONE_COLUMN: [Row; 6] = [
    Row { cards: &[Picture::Counts], least: 180.0, share: 1.0 },
    Row { cards: &[Picture::Weights], least: 180.0, share: 1.0 },
    Row { cards: &[Picture::Recall], least: 240.0, share: 1.0 },
    STORY,
    Row { cards: &[Picture::Regions], least: 240.0, share: 1.0 },
    Row { cards: &[Picture::Curves], least: 200.0, share: 1.0 },
];

const DATA_TWO_COLUMNS: [Row; 3] = [
    Row { cards: &[Picture::Samples, Picture::Classes], least: 380.0, share: 0.54 },
    STORY,
    Row { cards: &[Picture::Recall], least: 190.0, share: 1.0 },
];
const DATA_ONE_COLUMN: [Row; 4] = [
    Row { cards: &[Picture::Samples], least: 360.0, share: 1.0 },
    Row { cards: &[Picture::Classes], least: 260.0, share: 1.0 },
    STORY,
    Row { cards: &[Picture::Recall], least: 240.0, share: 1.0 },
];

const SCHEMES_TWO_COLUMNS: [Row; 2] = [
    Row { cards: &[Picture::Schemes, Picture::EffectiveNumbers], least: 330.0, share: 0.54 },
    Row { cards: &[Picture::Consequences], least: 310.0, share: 1.0 },
];
const SCHEMES_ONE_COLUMN: [Row; 3] = [
    Row { cards: &[Picture::Schemes], least: 360.0, share: 1.0 },
    Row { cards: &[Picture::Consequences], least: 360.0, share: 1.0 },
    Row { cards: &[Picture::EffectiveNumbers], least: 360.0, share: 1.0 },
];
const COVERING_TWO_COLUMNS: [Row; 2] = [
    Row { cards: &[Picture::Covering], least: 440.0, share: 1.0 },
    Row { cards: &[Picture::Derivation], least: 196.0, share: 1.0 },
];
const COVERING_ONE_COLUMN: [Row; 2] = [
    Row { cards: &[Picture::Covering], least: 720.0, share: 1.0 },
    Row { cards: &[Picture::Derivation], least: 260.0, share: 1.0 },
];
const CODE: [Row; 1] = [Row { cards: &[Picture::Snippet], least: 360.0, share: 1.0 }];
const LOSSES_TWO_COLUMNS: [Row; 2] = [
    Row { cards: &[Picture::LossCurves], least: 274.0, share: 1.0 },
    Row { cards: &[Picture::LossSlopes, Picture::LossOwners], least: 364.0, share: 0.4 },
];
const RUN_TWO_COLUMNS: [Row; 2] = [
    Row { cards: &[Picture::LossShares], least: 318.0, share: 1.0 },
    Row { cards: &[Picture::CumulativeLoss, Picture::Curves], least: 318.0, share: 0.6 },
];
const RUN_ONE_COLUMN: [Row; 3] = [
    Row { cards: &[Picture::LossShares], least: 400.0, share: 1.0 },
    Row { cards: &[Picture::CumulativeLoss], least: 400.0, share: 1.0 },
    Row { cards: &[Picture::Curves], least: 200.0, share: 1.0 },
];
const LOSSES_ONE_COLUMN: [Row; 3] = [
    Row { cards: &[Picture::LossCurves], least: 580.0, share: 1.0 },
    Row { cards: &[Picture::LossSlopes], least: 380.0, share: 1.0 },
    Row { cards: &[Picture::LossOwners], least: 420.0, share: 1.0 },
];

const COMPOSITION: [Row; 1] = [Row { cards: &[Picture::Composition], least: 360.0, share: 1.0 }];

const TUNE_TWO_COLUMNS: [Row; 2] = [
    Row { cards: &[Picture::SweepSetup, Picture::SweepAnswer], least: 272.0, share: 0.5 },
    Row { cards: &[Picture::SweepPoints], least: 340.0, share: 1.0 },
];
const TUNE_ONE_COLUMN: [Row; 3] = [
    Row { cards: &[Picture::SweepSetup], least: 300.0, share: 1.0 },
    Row { cards: &[Picture::SweepAnswer], least: 240.0, share: 1.0 },
    Row { cards: &[Picture::SweepPoints], least: 360.0, share: 1.0 },
];

/// The rows of the place and page that are shown.
pub(super) fn rows(view: &View<'_>, is_narrow: bool) -> &'static [Row] {
    let choose = |wide: &'static [Row], narrow: &'static [Row]| if is_narrow { narrow } else { wide };
    match view.session.place {
        Place::Lab => choose(&TWO_COLUMNS, &ONE_COLUMN),
        Place::Data => choose(&DATA_TWO_COLUMNS, &DATA_ONE_COLUMN),
        Place::Weights => match view.settings.weights_page {
            WeightsPage::Schemes => choose(&SCHEMES_TWO_COLUMNS, &SCHEMES_ONE_COLUMN),
            WeightsPage::Covering => choose(&COVERING_TWO_COLUMNS, &COVERING_ONE_COLUMN),
            WeightsPage::Code => &CODE,
        },
        Place::Losses => match view.settings.ownership.page {
            LossesPage::Theory => choose(&LOSSES_TWO_COLUMNS, &LOSSES_ONE_COLUMN),
            LossesPage::Run => choose(&RUN_TWO_COLUMNS, &RUN_ONE_COLUMN),
            LossesPage::Composition => &COMPOSITION,
        },
        Place::Tune => choose(&TUNE_TWO_COLUMNS, &TUNE_ONE_COLUMN),
    }
}

/// The switch between the pages of a place that has some.
pub(super) fn pages_ui(view: &mut View<'_>, ui: &mut Ui) {
    match view.session.place {
        Place::Lab | Place::Data | Place::Tune => {}
        Place::Weights => {
            let page = &mut view.settings.weights_page;
            switch_ui(ui, page, &WeightsPage::ALL, |page| (page.label(), page.tooltip()));
        }
        Place::Losses => {
            let page = &mut view.settings.ownership.page;
            switch_ui(ui, page, &LossesPage::ALL, |page| (page.label(), page.tooltip()));
        }
    }
}

fn switch_ui<T: Copy + PartialEq>(
    ui: &mut Ui,
    chosen: &mut T,
    pages: &[T],
    describe: impl Fn(T) -> (&'static str, &'static str),
) {
    ui.horizontal(|ui| {
        for &page in pages {
            let (label, tooltip) = describe(page);
            ui.selectable_value(chosen, page, RichText::new(label).size(15.0)).on_hover_text(tooltip);
        }
    });
}
