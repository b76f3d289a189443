//! Which pictures stand where: the rows of each place and page, and the switch between pages.

use egui::{RichText, Ui};

use super::{View, cards::card};
use crate::state::{LossesPage, Picture, Place, Session, Settings, WeightsPage};

/// A row of the screen.
#[derive(Clone, Copy)]
pub(super) struct CardRow {
    /// What stands in it from left to right; nothing for the sentence.
    pub(super) cards: &'static [Picture],
    /// Share of the width for the first of two cards.
    pub(super) share: f32,
    /// The least height, 0 for the sentence; below the sum of them the centre scrolls.
    pub(super) least: f32,
}

impl CardRow {
    fn new(cards: &'static [Picture], share: f32, is_narrow: bool) -> Self {
        let least = |&picture: &Picture| card(picture).least_heights()[usize::from(is_narrow)];
        Self { cards, share, least: cards.iter().map(least).fold(0.0, f32::max) }
    }
}

/// The pictures of a place and page, row by row, with the share of the first in its row; no picture is the sentence. Those of
/// the lab are placed by [`super::stage`].
fn plan(session: &Session, settings: &Settings) -> &'static [(&'static [Picture], f32)] {
    use Picture as P;
    match session.place {
        Place::Lab => &[(&Picture::OF_LAB, 1.0)],
        Place::Data => &[(&[P::Samples, P::Classes], 0.54), (&[], 1.0), (&[P::Recall], 1.0)],
        Place::Weights => match settings.weights_page {
            WeightsPage::Schemes => &[(&[P::Schemes, P::EffectiveNumbers], 0.54), (&[P::Consequences], 1.0)],
            WeightsPage::Covering => &[(&[P::Covering], 1.0), (&[P::Derivation], 1.0)],
            WeightsPage::Code => &[(&[P::Snippet], 1.0)],
        },
        Place::Losses => match settings.ownership.page {
            LossesPage::Theory => &[(&[P::LossCurves], 1.0), (&[P::LossSlopes], 1.0)],
            LossesPage::HardAndEasy => &[(&[P::LossPile], 1.0), (&[P::LossOwners], 1.0)],
            LossesPage::Run => &[(&[P::LossShares], 1.0), (&[P::CumulativeLoss, P::Curves], 0.6)],
            LossesPage::Composition => &[(&[P::Composition], 1.0)],
        },
        Place::Tune => &[(&[P::SweepSetup, P::SweepAnswer], 0.5), (&[P::SweepPoints], 1.0)],
        Place::Labels => &[(&[P::LabelFigures, P::LabelAnswer], 0.56), (&[P::LabelThreshold, P::LabelCurves], 0.5)],
    }
}

/// The rows of the place and page that are shown; where it is narrow every card has a row of its own.
pub(super) fn rows(view: &View<'_>, is_narrow: bool) -> Vec<CardRow> {
    let plan = plan(view.session, view.settings).iter();
    if !is_narrow {
        return plan.map(|&(cards, share)| CardRow::new(cards, share, false)).collect();
    }
    let alone = |&(cards, _): &(&'static [Picture], f32)| match cards {
        [] => vec![CardRow::new(cards, 1.0, true)],
        _ => cards.chunks(1).map(|card| CardRow::new(card, 1.0, true)).collect(),
    };
    plan.flat_map(alone).collect()
}

/// The picture that stands where `usual` does at first; in the lab a person chooses another.
pub(super) fn picture_at(session: &Session, settings: &Settings, usual: Picture) -> Picture {
    if session.place == Place::Lab { settings.compare.at(usual) } else { usual }
}

/// The pictures of the place and page.
pub(super) fn pictures_of_place(session: &Session, settings: &Settings) -> Vec<Picture> {
    let usual = plan(session, settings).iter().flat_map(|(cards, _)| *cards);
    usual.map(|&usual| picture_at(session, settings, usual)).collect()
}

/// The pictures on the screen: the one that is enlarged, or those of the place and page.
pub fn pictures_on_screen(session: &Session, settings: &Settings) -> Vec<Picture> {
    if let Some(enlarged) = session.enlarged {
        return vec![enlarged];
    }
    if let Some(teaching) = session.teaching.as_ref().filter(|teaching| !teaching.is_unlocked) {
        return teaching.pictures();
    }
    pictures_of_place(session, settings)
}

/// The switch between the pages of a place that has some.
pub(super) fn pages_ui(view: &mut View<'_>, ui: &mut Ui) {
    match view.session.place {
        Place::Lab | Place::Data | Place::Tune | Place::Labels => {}
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
