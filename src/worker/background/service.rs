//! What background services have in common: a thread that answers one request after the other, and how far it is.

use std::{
    sync::{
        Arc,
        mpsc::{Receiver, Sender, channel},
    },
    thread::JoinHandle,
    time::Duration,
};

use arc_swap::ArcSwap;

use crate::worker::end;

/// A handle to the thread. Dropping it ends the thread after the request in hand; its owner has that end early.
pub(in crate::worker) struct Service<R, S> {
    requests: Option<Sender<R>>,
    newest: Arc<ArcSwap<S>>,
    thread: Option<JoinHandle<()>>,
}

impl<R: Send + 'static, S: Default + Send + Sync + 'static> Service<R, S> {
    /// Starts the thread; `wake` is called whenever there is a newer state.
    pub(in crate::worker) fn spawn(
        name: &str,
        wake: impl Fn() + Send + 'static,
        answer_all: impl FnOnce(Requests<R>, State<S>) + Send + 'static,
    ) -> std::io::Result<Self> {
        let (requests, inbox) = channel();
        let newest = Arc::new(ArcSwap::from_pointee(S::default()));
        let state = State { newest: Arc::clone(&newest), wake: Box::new(wake) };
        let work = move || answer_all(Requests(inbox), state);
        let thread = std::thread::Builder::new().name(name.to_owned()).spawn(work)?;
        Ok(Self { requests: Some(requests), newest, thread: Some(thread) })
    }

    /// Hands over a request; of several that wait the last is answered.
    pub(in crate::worker) fn ask(&self, request: R) {
        if let Some(requests) = &self.requests {
            // The thread ends only when this handle is dropped, so the request is received.
            let _ = requests.send(request);
        }
    }

    /// The newest state.
    pub(in crate::worker) fn newest(&self) -> Arc<S> {
        self.newest.load_full()
    }
}

impl<R, S> Drop for Service<R, S> {
    fn drop(&mut self) {
        self.requests = None;
        end(self.thread.take());
    }
}

/// The requests, as the thread takes them.
pub(in crate::worker) struct Requests<R>(Receiver<R>);

impl<R> Requests<R> {
    /// Waits for a request; of several the last. `None` when the handle is dropped.
    pub(in crate::worker) fn next(&self) -> Option<R> {
        let mut request = self.0.recv().ok()?;
        while let Ok(later) = self.0.try_recv() {
            request = later;
        }
        Some(request)
    }
}

/// Where the thread puts its newest state.
pub(in crate::worker) struct State<S> {
    newest: Arc<ArcSwap<S>>,
    wake: Box<dyn Fn() + Send>,
}

impl<S> State<S> {
    /// Makes a state the newest.
    pub(in crate::worker) fn publish(&self, state: S) {
        self.newest.store(Arc::new(state));
        (self.wake)();
    }
}

/// How far a job of many epochs is.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Progress {
    /// Epochs that are done, or not needed any more.
    pub epochs_done: u64,
    /// Epochs to do.
    pub n_epochs: u64,
    /// Seconds that the rest will take if it goes on like this; `None` before the first epoch.
    pub secs_left: Option<f64>,
}

impl Progress {
    /// The progress after training for a time.
    pub(in crate::worker) fn after(trained: Duration, epochs_done: u64, n_epochs: u64) -> Self {
        let rest = n_epochs.saturating_sub(epochs_done) as f64;
        let secs_left = (epochs_done > 0).then(|| trained.as_secs_f64() * rest / epochs_done as f64);
        Self { epochs_done, n_epochs, secs_left }
    }
}

#[cfg(test)]
mod tests {
    use std::time::Instant;

    use super::*;

    #[test]
    fn of_several_requests_the_last_is_answered_and_dropping_the_handle_ends_the_thread() {
        let (hold, held) = channel::<()>();
        let work = move |requests: Requests<u32>, state: State<Vec<u32>>| {
            let mut answered = Vec::new();
            while let Some(request) = requests.next() {
                // The first is held until the others wait.
                if answered.is_empty() {
                    let _ = held.recv();
                }
                answered.push(request);
                state.publish(answered.clone());
            }
        };
        let service = Service::spawn("test", || {}, work).unwrap();
        service.ask(1);
        std::thread::yield_now();
        (2..=5).for_each(|request| service.ask(request));
        hold.send(()).unwrap();
        let deadline = Instant::now() + Duration::from_mins(1);
        while service.newest().last() != Some(&5) {
            assert!(Instant::now() < deadline, "{:?}", service.newest());
            std::thread::yield_now();
        }
        // Either the first was taken before the others came, or none of them was needed.
        assert!([vec![1, 5], vec![5]].contains(&service.newest()), "{:?}", service.newest());
        drop(service);
    }

    #[test]
    fn time_left_is_that_of_the_epochs_so_far() {
        let after = |secs, done| Progress::after(Duration::from_secs(secs), done, 100).secs_left;
        assert_eq!(
            [after(10, 0), after(10, 25), after(10, 100), after(10, 200)],
            [None, Some(30.0), Some(0.0), Some(0.0)]
        );
    }
}
