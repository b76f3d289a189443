//! The samples of a run, made or read, and looked at once.

use std::sync::Arc;

use super::Scene;
use crate::{
    data::{Dataset, Imported, Inspection, TableClasses},
    experiment::{CheckedSpec, ExperimentError, Source},
};

/// Samples with what is drawn of them, and what is known of the table that they come from.
pub(super) struct Samples {
    pub(super) dataset: Arc<Dataset>,
    pub(super) scene: Arc<Scene>,
    pub(super) classes: Option<Arc<TableClasses>>,
    pub(super) inspection: Option<Arc<Inspection>>,
}

/// Why there is nothing to train, and the classes of the table, which may be known all the same.
pub(super) type Failure = (ExperimentError, Option<Arc<TableClasses>>);

/// Makes the samples, and looks at them; where they cannot be had, the classes of the table may be known all the same.
pub(super) fn samples(checked: &CheckedSpec, table: Option<Imported>) -> Result<Samples, Failure> {
    let classes = table.as_ref().map(|imported| Arc::new(TableClasses::of(&imported.table)));
    let inspection = table.as_ref().map(|imported| Arc::clone(&imported.inspection));
    let dataset = Source::of(checked, table)
        .and_then(|source| Ok(source.dataset(checked.spec().first_seeds())?))
        .map_err(|error| (error, classes.clone()))?;
    let scene = Arc::new(Scene::of(&dataset));
    Ok(Samples { dataset: Arc::new(dataset), scene, classes, inspection })
}
