//! A reader that counts its bytes, reports them, and ends at a limit or when it is asked to stop.

use std::{
    cell::Cell,
    io::{self, Read},
    rc::Rc,
    sync::atomic::Ordering,
};

use super::{DataError, ReadHooks, compression::is_bomb, rows::unreadable};

/// Why reading came to an end before the text did.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) enum Cut {
    /// It did not.
    #[default]
    No,
    /// The hooks asked for it.
    Stopped,
    /// The text is too long.
    TooLong,
    /// The unpacked text is too many times as long as its file.
    Bomb,
}

/// What is known of the bytes that have passed.
#[derive(Debug, Clone)]
pub(super) struct Watch {
    cut: Rc<Cell<Cut>>,
    /// Most bytes of the text.
    limit: u64,
    /// Bytes of the file, packed or not.
    n_file: Rc<Cell<u64>>,
}

impl Watch {
    /// A watch over a text of at most `limit` bytes.
    pub(super) fn new(limit: u64) -> Self {
        Self { cut: Rc::default(), limit, n_file: Rc::default() }
    }

    /// Why reading was cut, as an error.
    pub(super) fn check(&self) -> Result<(), DataError> {
        match self.cut.get() {
            Cut::No => Ok(()),
            Cut::Stopped => Err(DataError::Cancelled),
            Cut::TooLong => Err(DataError::TooManyBytes { limit: self.limit }),
            Cut::Bomb => Err(DataError::Bomb { file: self.n_file.get() }),
        }
    }

    /// What reading came to, which is not what it seems where it was cut.
    pub(super) fn so<T>(&self, outcome: Result<T, DataError>) -> Result<T, DataError> {
        self.check()?;
        outcome
    }

    /// Reads on to an end, at most `most` bytes.
    pub(super) fn read(&self, input: impl Read, most: u64, bytes: &mut Vec<u8>) -> Result<(), DataError> {
        self.so(input.take(most).read_to_end(bytes).map(drop).map_err(|error| unreadable(&error)))
    }

    /// Watches a file of `n_all` bytes, where that is known.
    pub(super) fn file<'a, R: Read + 'a>(
        &self,
        input: R,
        n_all: Option<u64>,
        hooks: &'a ReadHooks<'a>,
    ) -> impl Read + use<'a, R> {
        Watched { input, watch: self.clone(), n_all, hooks }
    }

    /// Limits what comes out of a file.
    pub(super) fn text<R: Read>(&self, input: R) -> impl Read + use<R> {
        Limited { input, watch: self.clone(), n_done: 0 }
    }
}

/// Tells the hooks what passes through, and ends where they say so.
struct Watched<'a, R> {
    input: R,
    watch: Watch,
    n_all: Option<u64>,
    hooks: &'a ReadHooks<'a>,
}

impl<R: Read> Read for Watched<'_, R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if self.hooks.stop.load(Ordering::Relaxed) {
            self.watch.cut.set(Cut::Stopped);
        }
        if self.watch.cut.get() != Cut::No {
            return Ok(0);
        }
        let n = self.input.read(buffer)?;
        self.watch.n_file.set(self.watch.n_file.get() + n as u64);
        (self.hooks.on_bytes)(self.watch.n_file.get(), self.n_all);
        Ok(n)
    }
}

/// Ends where the text gets too long.
struct Limited<R> {
    input: R,
    watch: Watch,
    n_done: u64,
}

impl<R: Read> Read for Limited<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if self.n_done > self.watch.limit {
            self.watch.cut.set(Cut::TooLong);
        } else if is_bomb(self.n_done, self.watch.n_file.get()) {
            self.watch.cut.set(Cut::Bomb);
        }
        if self.watch.cut.get() != Cut::No {
            return Ok(0);
        }
        let n = self.input.read(buffer)?;
        self.n_done += n as u64;
        Ok(n)
    }
}
