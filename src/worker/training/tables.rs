//! The table of the experiment: read once, and kept for as long as the experiment asks for the same rows.

use std::sync::atomic::Ordering;

use crate::{
    data::{DataError, FileStamp, Imported},
    experiment::{CheckedSpec, DataSource, DataSpec, ExperimentError, Source},
    worker::{
        Reading, Signals,
        background::{Gauge, Meter, ScanCache, aside},
    },
};

/// The table that was read last, and where previews leave theirs.
pub(in crate::worker) struct Tables {
    cache: ScanCache,
    known: Option<Known>,
}

struct Known {
    data: DataSpec,
    /// Of the file, where it is one.
    stamp: Option<FileStamp>,
    imported: Imported,
}

impl Tables {
    pub(in crate::worker) fn new(cache: ScanCache) -> Self {
        Self { cache, known: None }
    }

    /// Forgets the table that was read last.
    pub(in crate::worker) fn forget(&mut self) {
        self.known = None;
    }

    /// The table of an experiment; `None` for generated data. One that was read or previewed before, and has not changed
    /// since, is not read again: while a bar of a long-tailed table is dragged there is a start in every frame.
    ///
    /// # Errors
    /// When the table cannot be read, or reading was cut short.
    pub(in crate::worker) fn of(
        &mut self,
        run_id: u64,
        checked: &CheckedSpec,
        signals: &Signals,
        announce: &dyn Fn(Reading),
    ) -> Result<Option<Imported>, ExperimentError> {
        let data = &checked.spec().data;
        let path = data.path.as_ref().filter(|_| data.source == DataSource::File);
        let (mut meter, gauge) = (Meter::new(), Gauge::default());
        let mut goes_on = || {
            if signals.interrupt.load(Ordering::SeqCst) || signals.cancelled.load(Ordering::SeqCst) == run_id {
                gauge.stop();
                return false;
            }
            let (n_done, n_all) = gauge.bytes();
            if let Some(reading) = meter.due(n_done, n_all) {
                announce(reading);
            }
            true
        };
        let stamp = match path.cloned() {
            Some(path) => aside("file", &mut goes_on, move || FileStamp::of(&path)).ok_or(DataError::Cancelled)?,
            None => None,
        };
        let is_known = |known: &&Known| {
            known.data.has_same_table(data) && known.stamp == stamp && stamp.is_some() == path.is_some()
        };
        if let Some(known) = self.known.as_ref().filter(is_known) {
            return Ok(Some(known.imported.clone()));
        }
        // The table in memory makes room for the next one.
        self.known = None;
        let previewed = path.and_then(|path| self.cache.take(path, &data.import(), stamp));
        let imported = match previewed {
            Some(scan) => Some(scan.into_table(&data.import())?),
            None => {
                let (checked, moved) = (checked.clone(), gauge.clone());
                let read = move || moved.watch(|hooks| Source::read_with(&checked, hooks));
                aside("file", goes_on, read).ok_or(DataError::Cancelled)??
            }
        };
        self.known = imported.clone().map(|imported| Known { data: data.clone(), stamp, imported });
        Ok(imported)
    }
}
