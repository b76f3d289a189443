//! The pictures of the window, one file each: what a picture is called, what it draws into a given size, and its numbers as a
//! table. Whoever wants to know something about a picture asks [`card`].

mod classes;
mod composition;
mod confusion;
mod consequences;
mod counts;
mod covering;
mod cumulative_loss;
mod curves;
mod derivation;
mod differences;
mod effective_numbers;
mod frame;
mod head_tail;
mod label_answer;
mod label_curves;
mod label_figures;
mod label_shared;
mod label_threshold;
mod loss_curves;
mod loss_lines;
mod loss_owners;
mod loss_pile;
mod loss_shares;
mod loss_slopes;
mod norms;
mod one_class;
mod precision_recall;
mod published;
mod recall;
mod regions;
mod reliability;
mod samples;
mod sampling;
mod scheme_list;
mod schemes;
mod seed_pages;
mod seeds;
mod shaping;
mod shared;
mod shared_loss;
mod snippet;
mod sweep_answer;
mod sweep_metric;
mod sweep_pictures;
mod sweep_points;
mod sweep_setup;
mod weights;

pub(super) use frame::{bare_card_ui, card_ui};
pub(super) use samples::painting_ui;
pub(super) use seeds::number_ui;
pub(super) use shared::classes;
pub use shared::whole_classes;

use egui::{Response, Ui};

use super::{View, buttons};
use crate::{
    experiment::export::Grid,
    state::{Picture, Settings},
    ui::charts::Classes,
};

/// What a picture is and does.
pub trait Card: Sync {
    /// What it is called in menus.
    fn name(&self) -> &'static str;

    /// The same in a word or two, for tabs.
    fn short_name(&self) -> &'static str {
        self.name()
    }

    /// A sentence of fact, as its title.
    fn title(&self, view: &View<'_>) -> String;

    /// What the title means, for the pointer.
    fn meaning(&self, view: &View<'_>) -> String;

    /// What there is to understand, with the numbers on the screen; `None` where the picture says it all.
    fn explanation(&self, _view: &View<'_>) -> Option<String> {
        None
    }

    /// Without which it says why there is nothing to draw.
    fn needs(&self) -> Needs {
        Needs::Classes
    }

    /// What the worker has to measure for it beyond recall and regions.
    fn run_data(&self, _settings: &Settings) -> Option<RunData> {
        None
    }

    /// Whether and where its numbers are shown.
    fn numbers(&self, _view: &View<'_>) -> Numbers {
        Numbers::InPlaceOfPicture
    }

    /// The heights below which it cannot be read, in points: beside another card, and where cards stand below each other.
    fn least_heights(&self) -> [f32; 2] {
        [170.0, 200.0]
    }

    /// Choices before the title.
    fn choices_ui(&self, _view: &mut View<'_>, _ui: &mut Ui) {}

    /// Small buttons of its own, from left to right.
    fn buttons_ui(&self, _view: &mut View<'_>, _ui: &mut Ui) {}

    /// Choices that stand above the table too.
    fn above_table_ui(&self, _view: &mut View<'_>, _ui: &mut Ui) {}

    /// Draws it into the rest of the space; `None` where nothing can be pointed at.
    fn body_ui(&self, _view: &mut View<'_>, _ui: &mut Ui, _classes: &Classes) -> Option<Drawn> {
        None
    }

    /// Its numbers; empty where it has none.
    fn table(&self, _view: &mut View<'_>, _classes: &Classes) -> Grid {
        Grid::default()
    }
}

/// The card of a picture.
pub fn card(picture: Picture) -> &'static dyn Card {
    match picture {
        Picture::Counts => &counts::Counts,
        Picture::Weights => &weights::Weights,
        Picture::Recall => &recall::Recall,
        Picture::Regions => &regions::Regions,
        Picture::Curves => &curves::Curves,
        Picture::Samples => &samples::Samples,
        Picture::Classes => &classes::ClassTable,
        Picture::Schemes => &schemes::Schemes,
        Picture::Consequences => &consequences::Consequences,
        Picture::EffectiveNumbers => &effective_numbers::EffectiveNumbers,
        Picture::Snippet => &snippet::Snippet,
        Picture::Covering => &covering::Covering,
        Picture::Derivation => &derivation::Derivation,
        Picture::LossCurves => &loss_curves::LossCurves,
        Picture::LossSlopes => &loss_slopes::LossSlopes,
        Picture::LossPile => &loss_pile::LossPiles,
        Picture::LossOwners => &loss_owners::LossOwners,
        Picture::LossShares => &loss_shares::SharesOfLoss,
        Picture::CumulativeLoss => &cumulative_loss::CumulativeLoss,
        Picture::Composition => &composition::Composition,
        Picture::Differences => &differences::Differences,
        Picture::Confusion => &confusion::Confusion,
        Picture::HeadTail => &head_tail::HeadTail,
        Picture::PrecisionRecall => &precision_recall::PrecisionRecall,
        Picture::Reliability => &reliability::Reliability,
        Picture::Norms => &norms::Norms,
        Picture::Seeds => &seeds::Seeds,
        Picture::LabelFigures => &label_figures::LabelFigures,
        Picture::LabelAnswer => &label_answer::LabelAnswer,
        Picture::LabelThreshold => &label_threshold::LabelThreshold,
        Picture::LabelCurves => &label_curves::LabelCurves,
        Picture::SweepSetup => &sweep_setup::SweepSetup,
        Picture::SweepAnswer => &sweep_answer::SweepAnswer,
        Picture::SweepPoints => &sweep_points::SweepPoints,
    }
}

/// Without what there is nothing to draw.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Needs {
    /// It can always be drawn.
    Nothing,
    /// Class counts.
    Classes,
    /// Class counts, and no more classes than can be trained on.
    Training,
}

/// What is measured only while a picture of it is on the screen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RunData {
    /// How one class is ranked against all others, and how far its probabilities can be trusted.
    ClassScores,
    /// The probability of the predicted class at every place of the regions.
    Confidence,
    /// The loss of every training sample.
    LossBySample,
}

/// Whether a picture's numbers are shown, and where.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Numbers {
    /// A button shows them in place of the picture.
    InPlaceOfPicture,
    /// A button shows them; the body draws them itself, below its own controls.
    InBody,
    /// The picture is a table.
    Always,
    /// There is no button.
    Never,
}

/// What was drawn, and what the pointer is at.
pub struct Drawn {
    response: Response,
    /// The class under the pointer, by its rank from the head.
    rank: Option<usize>,
    /// Whether the wheel shows more or fewer classes.
    zooms: bool,
}

impl Drawn {
    /// A chart that is not over classes.
    fn chart(response: Response) -> Self {
        Self { response, rank: None, zooms: false }
    }

    /// A chart over classes, with the rank under the pointer.
    fn over_classes((response, rank): (Response, Option<usize>)) -> Self {
        Self { response, rank, zooms: true }
    }
}
