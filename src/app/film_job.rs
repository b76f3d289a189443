//! A film that is made in the background, while the window goes on.

use std::{
    path::PathBuf,
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicUsize, Ordering},
        mpsc::{Receiver, TryRecvError, channel},
    },
};

use eframe::egui::{Context, ViewportId};

/// Makes a film; hears how many pictures are made of how many, and whether to go on. `None` where it is not.
pub(super) type Make = Box<dyn FnOnce(&mut dyn FnMut(usize, usize) -> bool) -> Result<Option<Vec<u8>>, String> + Send>;

/// What the window and the thread share.
#[derive(Default)]
struct Progress {
    made: AtomicUsize,
    of: AtomicUsize,
    is_stopped: AtomicBool,
}

/// A film on a thread of its own; it stops when this is dropped.
pub(super) struct FilmJob {
    progress: Arc<Progress>,
    result: Receiver<Result<Option<Vec<u8>>, String>>,
    /// Where it is written, and whether over a file that is there.
    pub(super) path: PathBuf,
    pub(super) replaces: bool,
}

impl FilmJob {
    /// Begins a film; `None` without a thread.
    pub(super) fn begin(ctx: &Context, make: Make, n_frames: usize, (path, replaces): (PathBuf, bool)) -> Option<Self> {
        let progress = Arc::new(Progress { of: AtomicUsize::new(n_frames), ..Progress::default() });
        let (tell, result) = channel();
        let (shared, ctx) = (Arc::clone(&progress), ctx.clone());
        let work = move || {
            let mut on_frame = |made: usize, of: usize| {
                shared.made.store(made, Ordering::Relaxed);
                shared.of.store(of, Ordering::Relaxed);
                ctx.request_repaint_of(ViewportId::ROOT);
                !shared.is_stopped.load(Ordering::Relaxed)
            };
            // Nobody listens any more where the window is gone.
            let _ = tell.send(make(&mut on_frame));
            ctx.request_repaint_of(ViewportId::ROOT);
        };
        std::thread::Builder::new().name("film".to_owned()).spawn(work).ok()?;
        Some(Self { progress, result, path, replaces })
    }

    /// How many pictures are made of how many.
    pub(super) fn progress(&self) -> [usize; 2] {
        [&self.progress.made, &self.progress.of].map(|number| number.load(Ordering::Relaxed))
    }

    /// The film, once it is made.
    pub(super) fn result(&self) -> Option<Result<Vec<u8>, String>> {
        match self.result.try_recv() {
            Ok(Ok(Some(bytes))) => Some(Ok(bytes)),
            Ok(Err(fault)) => Some(Err(fault)),
            Err(TryRecvError::Empty) => None,
            Ok(Ok(None)) | Err(TryRecvError::Disconnected) => Some(Err("The film could not be made".to_owned())),
        }
    }
}

impl Drop for FilmJob {
    fn drop(&mut self) {
        self.progress.is_stopped.store(true, Ordering::Relaxed);
    }
}
