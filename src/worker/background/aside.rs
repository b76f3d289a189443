//! Work that may never come to an end, such as reading a pipe that nobody writes to, or from a network drive that does not
//! answer: it gets a thread of its own, which is left alone when nobody wants to wait any longer.

use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicU64, Ordering},
        mpsc::{RecvTimeoutError, channel},
    },
    time::Duration,
};

use crate::data::ReadHooks;

/// Time between two looks at whether there is still somebody who waits.
const TICK: Duration = Duration::from_millis(25);

/// Does `work` on a thread of its own and waits for what comes of it, for as long as `goes_on` says so; it is asked about
/// forty times a second. `None` when waiting was given up, or there is no thread to be had: a thread that is blocked in a
/// call of the system cannot be ended, so it goes on alone, and what it finds is dropped.
pub(in crate::worker) fn aside<T: Send + 'static>(
    name: &str,
    mut goes_on: impl FnMut() -> bool,
    work: impl FnOnce() -> T + Send + 'static,
) -> Option<T> {
    let (tell, told) = channel();
    let work = move || {
        // Nobody listens any more where waiting was given up.
        let _ = tell.send(work());
    };
    std::thread::Builder::new().name(name.to_owned()).spawn(work).ok()?;
    loop {
        match told.recv_timeout(TICK) {
            Ok(outcome) => return Some(outcome),
            Err(RecvTimeoutError::Timeout) if goes_on() => {}
            Err(_) => return None,
        }
    }
}

/// How far a file is read on another thread, and whether that is to end.
#[derive(Clone, Default)]
pub(in crate::worker) struct Gauge {
    n_done: Arc<AtomicU64>,
    /// One more than the number of bytes there are; 0 while that is not known.
    n_all: Arc<AtomicU64>,
    stop: Arc<AtomicBool>,
}

impl Gauge {
    /// Reads with hooks that move this gauge.
    pub(in crate::worker) fn watch<T>(&self, read: impl FnOnce(&ReadHooks<'_>) -> T) -> T {
        let on_bytes = |n_done, n_all: Option<u64>| {
            self.n_done.store(n_done, Ordering::Relaxed);
            self.n_all.store(n_all.map_or(0, |n_all| n_all.saturating_add(1)), Ordering::Relaxed);
        };
        read(&ReadHooks { on_bytes: &on_bytes, stop: &self.stop })
    }

    /// Bytes read, and bytes there are where that is known. A pipe says that it has none.
    pub(in crate::worker) fn bytes(&self) -> (u64, Option<u64>) {
        let n_all = self.n_all.load(Ordering::Relaxed).checked_sub(1).filter(|&n_all| n_all > 0);
        (self.n_done.load(Ordering::Relaxed), n_all)
    }

    /// Ends the reading at the next block, unless it is blocked for good.
    pub(in crate::worker) fn stop(&self) {
        self.stop.store(true, Ordering::Relaxed);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_ends_is_handed_on_and_what_does_not_is_left_alone() {
        assert_eq!(aside("test", || true, || 7), Some(7));
        let (hold, held) = channel::<()>();
        let mut n_asked = 0;
        let goes_on = || {
            n_asked += 1;
            n_asked < 3
        };
        assert_eq!(aside("test", goes_on, move || held.recv().is_ok()), None);
        assert_eq!(n_asked, 3);
        // The thread is still there, and takes what comes now.
        assert!(hold.send(()).is_ok());
    }

    #[test]
    fn a_gauge_is_moved_from_another_thread() {
        let gauge = Gauge::default();
        assert_eq!(gauge.bytes(), (0, None));
        let moved = gauge.clone();
        let is_stopped = aside(
            "test",
            || true,
            move || {
                moved.watch(|hooks| {
                    (hooks.on_bytes)(5, Some(9));
                    hooks.stop.load(Ordering::Relaxed)
                })
            },
        );
        assert_eq!((is_stopped, gauge.bytes()), (Some(false), (5, Some(9))));
        gauge.watch(|hooks| (hooks.on_bytes)(6, Some(0)));
        assert_eq!(gauge.bytes(), (6, None));
        gauge.stop();
        assert!(gauge.watch(|hooks| hooks.stop.load(Ordering::Relaxed)));
    }
}
