//! The samples of a run, made or read, and looked at once.

use std::sync::Arc;

use super::PlotData;
use crate::{
    data::{Dataset, Imported, Inspection, TableClasses},
    experiment::{CheckedSpec, ExperimentError, Source},
};

/// Samples with what is drawn of them, and what is known of the table that they come from.
pub(super) struct PreparedSamples {
    pub(super) dataset: Arc<Dataset>,
    pub(super) plot_data: Arc<PlotData>,
    pub(super) classes: Option<Arc<TableClasses>>,
    pub(super) inspection: Option<Arc<Inspection>>,
}

/// Why there is nothing to train, and the classes of the table, which may be known all the same.
pub(super) type Failure = (ExperimentError, Option<Arc<TableClasses>>);

/// Makes the samples, and looks at them; where they cannot be had, the classes of the table may be known all the same.
pub(super) fn samples(checked: &CheckedSpec, table: Option<Imported>) -> Result<PreparedSamples, Failure> {
    let classes = table.as_ref().map(|imported| Arc::new(TableClasses::of(&imported.table)));
    let inspection = table.as_ref().map(|imported| Arc::clone(&imported.inspection));
    let dataset = Source::of(checked, table)
        .and_then(|source| Ok(source.dataset(checked.spec().first_seeds())?))
        .map_err(|error| (error, classes.clone()))?;
    let plot_data = Arc::new(PlotData::of(&dataset));
    Ok(PreparedSamples { dataset: Arc::new(dataset), plot_data, classes, inspection })
}
