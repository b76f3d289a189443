//! Background threads, which give way to the window.

use thread_priority::{ThreadPriority, ThreadPriorityValue, set_current_thread_priority};

use crate::system::n_cores;

/// Who gets a core first where more threads want to work than there are cores; the window comes before all of these.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::worker) enum Rank {
    /// What is watched. On Linux this is nice 10.
    Watched,
    /// Background work: repetitions and sweeps. On Linux this is nice 19.
    Background,
}

impl Rank {
    /// Of 99, of which the window has the half.
    fn value(self) -> u8 {
        match self {
            Self::Watched => 22,
            Self::Background => 0,
        }
    }

    /// Lowers the priority of this thread; where the system has no such thing, or refuses, all threads are equal.
    fn take(self) {
        // Elsewhere the whole process would be lowered, the window with it.
        let is_by_thread = cfg!(any(target_os = "linux", target_os = "macos", target_os = "windows"));
        if let Ok(value) = ThreadPriorityValue::try_from(self.value())
            && is_by_thread
        {
            let _ = set_current_thread_priority(ThreadPriority::Crossplatform(value));
        }
    }
}

/// Does work, with all that it shares among threads, on a pool of its own: threads of this rank, one fewer than there are
/// cores. Where the system gives no threads, on the one at hand.
pub(in crate::worker) fn run_in_pool<T: Send>(name: &'static str, rank: Rank, work: impl FnOnce() -> T + Send) -> T {
    let pool = rayon::ThreadPoolBuilder::new()
        .num_threads(n_cores().saturating_sub(1).max(1))
        .thread_name(move |idx| format!("{name} {idx}"))
        .start_handler(move |_| rank.take())
        .build();
    match pool {
        Ok(pool) => pool.install(work),
        Err(_) => {
            rank.take();
            work()
        }
    }
}

#[cfg(test)]
mod tests {
    #[cfg(target_os = "linux")]
    #[test]
    fn what_is_watched_comes_after_the_window_and_before_the_rest() {
        use super::*;
        // Of the thread that asks.
        let nice = || rustix::process::getpriority_process(None).unwrap();
        let window = nice();
        let (watched, background) =
            (run_in_pool("test", Rank::Watched, nice), run_in_pool("test", Rank::Background, nice));
        // A process that is lowered itself cannot raise a thread without rights.
        assert!(watched == 10 || watched == window && window > 10, "{window} {watched}");
        assert_eq!(background, 19);
        assert_eq!(nice(), window, "the thread that asked stays as it was");
    }
}
