//! The table of the experiment: read once, and kept for as long as the experiment asks for the same rows.

use std::{
    cell::RefCell,
    sync::atomic::{AtomicBool, Ordering},
};

use super::{
    Reading, Signals,
    reader::{Meter, Shelf},
};
use crate::{
    data::{FileStamp, Imported, ReadHooks},
    experiment::{CheckedSpec, DataSource, DataSpec, ExperimentError, Source},
};

/// The table that was read last, and where previews leave theirs.
pub(super) struct Tables {
    shelf: Shelf,
    known: Option<Known>,
}

struct Known {
    data: DataSpec,
    /// Of the file, where it is one.
    stamp: Option<FileStamp>,
    imported: Imported,
}

impl Tables {
    pub(super) fn new(shelf: Shelf) -> Self {
        Self { shelf, known: None }
    }

    /// Forgets the table that was read last.
    pub(super) fn forget(&mut self) {
        self.known = None;
    }

    /// The table of an experiment; `None` for generated data. One that was read or previewed before, and has not changed
    /// since, is not read again: while a bar of a long-tailed table is dragged there is a start in every frame.
    ///
    /// # Errors
    /// When the table cannot be read, or reading was cut short.
    pub(super) fn of(
        &mut self,
        run_id: u64,
        checked: &CheckedSpec,
        signals: &Signals,
        announce: &dyn Fn(Reading),
    ) -> Result<Option<Imported>, ExperimentError> {
        let data = &checked.spec().data;
        let path = data.path.as_ref().filter(|_| data.source == DataSource::File);
        let stamp = path.and_then(|path| FileStamp::of(path));
        let is_known = |known: &&Known| {
            known.data.has_same_table(data) && known.stamp == stamp && stamp.is_some() == path.is_some()
        };
        if let Some(known) = self.known.as_ref().filter(is_known) {
            return Ok(Some(known.imported.clone()));
        }
        // The table in memory makes room for the next one.
        self.known = None;
        let previewed = path.and_then(|path| self.shelf.take(path, &data.import()));
        let imported = match previewed {
            Some(scan) => Some(scan.into_table(&data.import())?),
            None => read(run_id, checked, signals, announce)?,
        };
        self.known = imported.clone().map(|imported| Known { data: data.clone(), stamp, imported });
        Ok(imported)
    }
}

/// Reads a table, and tells how far it is where that takes time.
fn read(
    run_id: u64,
    checked: &CheckedSpec,
    signals: &Signals,
    announce: &dyn Fn(Reading),
) -> Result<Option<Imported>, ExperimentError> {
    let (meter, stop) = (RefCell::new(Meter::new()), AtomicBool::new(false));
    let on_bytes = |n_done, n_all| {
        if signals.interrupt.load(Ordering::SeqCst) || signals.cancelled.load(Ordering::SeqCst) == run_id {
            stop.store(true, Ordering::SeqCst);
        } else if let Some(reading) = meter.borrow_mut().due(n_done, n_all) {
            announce(reading);
        }
    };
    Source::read_with(checked, &ReadHooks { on_bytes: &on_bytes, stop: &stop })
}
