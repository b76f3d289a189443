//! The samples of a run, made or read, and looked at once.

use std::sync::Arc;

use crate::{
    data::{Dataset, Imported, Inspection, TableClasses},
    experiment::{CheckedSpec, ExperimentError, Source},
    worker::PlotData,
};

/// Samples with what is drawn of them, and what is known of the table that they come from.
pub(in crate::worker) struct PreparedSamples {
    pub(in crate::worker) dataset: Arc<Dataset>,
    pub(in crate::worker) plot_data: Arc<PlotData>,
    pub(in crate::worker) classes: Option<Arc<TableClasses>>,
    pub(in crate::worker) inspection: Option<Arc<Inspection>>,
}

/// Why there is nothing to train, and the classes of the table, which may be known all the same.
pub(in crate::worker) type Failure = (ExperimentError, Option<Arc<TableClasses>>);

/// Makes the samples, and looks at them; where they cannot be had, the classes of the table may be known all the same.
pub(in crate::worker) fn samples(checked: &CheckedSpec, table: Option<Imported>) -> Result<PreparedSamples, Failure> {
    let classes = table.as_ref().map(|imported| Arc::new(TableClasses::of(&imported.table)));
    let inspection = table.as_ref().map(|imported| Arc::clone(&imported.inspection));
    let dataset = Source::of(checked, table)
        .and_then(|source| Ok(source.dataset(checked.spec().first_seeds())?))
        .map_err(|error| (error, classes.clone()))?;
    let plot_data = Arc::new(PlotData::of(&dataset));
    Ok(PreparedSamples { dataset: Arc::new(dataset), plot_data, classes, inspection })
}
