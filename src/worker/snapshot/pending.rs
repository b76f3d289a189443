//! A picture in the making: what is measured and drawn of the objectives at one moment, and can be halted on the way.

use std::sync::Arc;

use rayon::prelude::*;

use crate::{
    data::Dataset,
    distribution::Group,
    experiment::{CumulativeLoss, Measured, Measuring},
    train::{Checkpoint, Stop},
    worker::{Outcome, PlotData, Watched},
};

/// What a picture is of.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(in crate::worker) struct Subject {
    /// The models, and what they are measured by.
    pub(in crate::worker) version: u64,
    /// The epoch of the past.
    pub(in crate::worker) looked_at: Option<u64>,
    /// What is watched closely.
    pub(in crate::worker) watched: Watched,
}

impl Subject {
    fn has_same_models(&self, other: &Self) -> bool {
        (self.version, self.looked_at) == (other.version, other.looked_at)
    }
}

/// The objectives of a picture, each as far as it is.
#[derive(Clone)]
pub(in crate::worker) struct PendingSnapshot {
    pub(in crate::worker) subject: Subject,
    /// Groups of the classes that figures are given for, shape `[n_classes]`.
    pub(in crate::worker) groups: Vec<Group>,
    pub(in crate::worker) parts: Vec<Part>,
}

/// One objective of a picture.
#[derive(Clone)]
pub(in crate::worker) struct Part {
    pub(in crate::worker) colour: usize,
    /// Whether it is added to the history.
    pub(in crate::worker) is_of_history: bool,
    measuring: Measuring,
    measured: Option<Measured>,
    drawn: Option<Drawn>,
}

/// What is drawn of an objective beyond its figures.
#[derive(Clone)]
pub(in crate::worker) struct Drawn {
    /// Predicted class on the plane that is drawn.
    pub(in crate::worker) regions: Arc<[u16]>,
    pub(in crate::worker) outcome: Outcome,
    /// Cumulative share of the loss by sample, where it is watched.
    pub(in crate::worker) cumulative: Option<Arc<CumulativeLoss>>,
}

impl PendingSnapshot {
    /// A picture of these objectives, given by colour; what the last one shows of the same models is not measured again.
    pub(in crate::worker) fn begin(
        subject: Subject,
        groups: Vec<Group>,
        objectives: impl Iterator<Item = (usize, bool, Checkpoint)>,
        last: Option<&Self>,
    ) -> Self {
        let last = last.filter(|last| last.subject.has_same_models(&subject));
        let parts = objectives.map(|(colour, is_of_history, checkpoint)| {
            let known = last.and_then(|last| last.parts.iter().find(|part| part.colour == colour));
            Part {
                colour,
                is_of_history,
                measuring: Measuring::of(checkpoint),
                measured: known.and_then(|known| known.measured.clone()),
                drawn: known.filter(|_| last.is_some_and(|last| last.subject == subject)).and_then(|k| k.drawn.clone()),
            }
        });
        Self { parts: parts.collect(), subject, groups }
    }

    /// Goes on with it; returns whether it is done. `stop` is asked before each piece of work, of some milliseconds.
    pub(in crate::worker) fn go_on(&mut self, dataset: &Dataset, plot_data: &PlotData, stop: Stop<'_>) -> bool {
        let (watched, groups) = (self.subject.watched, &self.groups);
        self.parts.par_iter_mut().for_each(|part| part.go_on(dataset, plot_data, watched, groups, stop));
        self.parts.iter().all(|part| part.drawn.is_some())
    }
}

impl Part {
    /// The model, its figures, and what is drawn of it; `None` before all of it is known.
    pub(in crate::worker) fn done(&self) -> Option<(&Checkpoint, &Measured, &Drawn)> {
        Some((self.measuring.checkpoint(), self.measured.as_ref()?, self.drawn.as_ref()?))
    }

    fn go_on(&mut self, dataset: &Dataset, plot_data: &PlotData, watched: Watched, groups: &[Group], stop: Stop<'_>) {
        if self.measured.is_none() {
            self.measured = self.measuring.go_on(dataset, stop);
        }
        if let Some(measured) = &self.measured
            && self.drawn.is_none()
            && !stop()
        {
            let checkpoint = self.measuring.checkpoint();
            let has_cumulative = watched.by_sample == Some(self.colour);
            self.drawn = Some(Drawn {
                regions: plot_data.raster.regions(&checkpoint.predictor()).into(),
                outcome: Outcome::of(checkpoint, measured, dataset, plot_data, watched),
                cumulative: has_cumulative.then(|| Arc::new(CumulativeLoss::of(checkpoint, groups))),
            });
        }
    }
}
