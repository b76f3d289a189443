//! Who owns the training loss, as far as it is drawn: the classes now, bands of them over epochs, samples on demand.

use std::{collections::BTreeMap, sync::Arc};

use crate::{
    experiment::{Bands, CumulativeLoss, Measured, SharesHistory, shares_history},
    train::LossShares,
};

/// Who owns an objective's training loss at one moment.
#[derive(Debug, Clone)]
pub struct LossShareSnapshot {
    /// What each class owns, shape `[n_classes]`.
    pub classes: Arc<LossShares>,
    /// What bands of classes own over epochs; see [`Bands`].
    pub history: Arc<SharesHistory>,
    /// Cumulative share of the loss by sample; `None` for objectives whose curve nobody looks at.
    pub cumulative: Option<Arc<CumulativeLoss>>,
}

/// The shares of all objectives over epochs.
#[derive(Clone)]
pub(in crate::worker) struct LossShareHistories {
    bands: Bands,
    histories: BTreeMap<usize, SharesHistory>,
}

impl LossShareHistories {
    /// Nothing yet of these classes.
    pub(in crate::worker) fn new(bands: Bands) -> Self {
        Self { bands, histories: BTreeMap::new() }
    }

    /// Forgets objectives other than those of these colours.
    pub(in crate::worker) fn retain(&mut self, colours: &[usize]) {
        self.histories.retain(|colour, _| colours.contains(colour));
    }

    /// Adds what was measured after an epoch to the history of the objective of a colour.
    pub(in crate::worker) fn add(&mut self, colour: usize, epoch: u64, measured: &Measured) {
        let history = self.histories.entry(colour).or_insert_with(shares_history);
        history.push(epoch, Arc::new(self.bands.shares(&measured.shares)));
    }

    /// What was measured of the objective of a colour, with its past.
    pub(in crate::worker) fn look(
        &mut self,
        colour: usize,
        measured: &Measured,
        cumulative: Option<Arc<CumulativeLoss>>,
    ) -> LossShareSnapshot {
        let history = self.histories.entry(colour).or_insert_with(shares_history);
        LossShareSnapshot { classes: Arc::new(measured.shares.clone()), history: Arc::new(history.clone()), cumulative }
    }
}
