//! Experiments that are in no file yet survive the end of the program: each window keeps its own beside the settings, and the
//! next one offers what a window has left behind.

use std::{
    fs::{self, File, TryLockError},
    path::{Path, PathBuf},
    sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel},
    time::{Duration, Instant, SystemTime},
};

use crate::experiment::{ExperimentSpec, file};

/// Time between two times that an experiment is kept, while it changes all the time.
const INTERVAL: Duration = Duration::from_secs(1);

/// What the thread is asked to do.
enum Request {
    /// Keep this experiment in place of the one before.
    Keep(Box<ExperimentSpec>),
    /// Keep nothing: all is saved.
    Forget,
    /// Remove what was left behind: a person has decided about it.
    Decided,
    /// Say so once all of this is done.
    Finish(Sender<()>),
}

/// Keeps the experiment of this window, on a thread that nobody waits for.
pub(super) struct Recovery {
    requests: Sender<Request>,
    left_behind: Receiver<Box<ExperimentSpec>>,
    /// What is kept, and since when.
    kept: Option<ExperimentSpec>,
    kept_at: Option<Instant>,
}

impl Recovery {
    /// Looks for what was left behind in a folder, and gets ready to keep an experiment there; `None` without a thread.
    pub(super) fn open(folder: PathBuf) -> Option<Self> {
        let (requests, asked) = channel();
        let (tell, left_behind) = channel();
        let work = move || {
            let found = orphan(&folder);
            if let Some((_, spec)) = &found {
                // Nobody listens any more where the window is gone.
                let _ = tell.send(spec.clone());
            }
            obey(&folder, found.map(|(path, _)| path), &asked);
        };
        std::thread::Builder::new().name("recovery".to_owned()).spawn(work).ok()?;
        Some(Self { requests, left_behind, kept: None, kept_at: None })
    }

    /// An experiment that another window has left behind; told once.
    pub(super) fn found(&self) -> Option<Box<ExperimentSpec>> {
        self.left_behind.try_recv().ok()
    }

    /// A person has opened what was left behind, or does not want it.
    pub(super) fn decided(&self) {
        self.ask(Request::Decided);
    }

    /// Has an experiment kept that is in no file, or nothing where all is saved; returns after what time to ask again, where
    /// it was kept too recently.
    pub(super) fn follow(&mut self, unsaved: Option<&ExperimentSpec>) -> Option<Duration> {
        if self.kept.as_ref() == unsaved {
            return None;
        }
        let Some(spec) = unsaved else {
            self.kept = None;
            self.ask(Request::Forget);
            return None;
        };
        let since = self.kept_at.map_or(INTERVAL, |at| at.elapsed());
        if since < INTERVAL {
            return Some(INTERVAL.saturating_sub(since));
        }
        (self.kept, self.kept_at) = (Some(spec.clone()), Some(Instant::now()));
        self.ask(Request::Keep(Box::new(spec.clone())));
        None
    }

    /// Waits until all that was asked for is done, at most so long.
    pub(super) fn finish(&self, patience: Duration) {
        let (tell, told) = channel();
        self.ask(Request::Finish(tell));
        match told.recv_timeout(patience) {
            Ok(()) | Err(RecvTimeoutError::Timeout | RecvTimeoutError::Disconnected) => {}
        }
    }

    fn ask(&self, request: Request) {
        // Without the thread nothing is kept, as before.
        let _ = self.requests.send(request);
    }
}

/// Carries requests out until the window is gone. What cannot be written is not kept: the experiment is still on the screen,
/// and saving it says what is wrong.
fn obey(folder: &Path, left_behind: Option<PathBuf>, asked: &Receiver<Request>) {
    let mut own: Option<Own> = None;
    for request in asked {
        match request {
            Request::Keep(spec) => {
                own = own.or_else(|| Own::new(folder));
                if let Some(own) = &own {
                    let _ = file::save(&spec, &own.path);
                }
            }
            Request::Forget => own = None,
            Request::Decided => {
                if let Some(path) = &left_behind {
                    let _ = fs::remove_file(path);
                    let _ = fs::remove_file(lock_of(path));
                }
            }
            Request::Finish(tell) => {
                let _ = tell.send(());
            }
        }
    }
    // The window is gone without a word about what is kept: it is left behind.
    if let Some(own) = own {
        own.leave();
    }
}

/// The experiment of this window in a file, and beside it a file that is locked as long as the window lives.
struct Own {
    path: PathBuf,
    lock: Option<File>,
}

impl Own {
    fn new(folder: &Path) -> Option<Self> {
        fs::create_dir_all(folder).ok()?;
        let since = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default();
        let path = folder.join(format!("{}-{}.toml", std::process::id(), since.as_nanos()));
        let lock = File::create(lock_of(&path)).ok()?;
        lock.try_lock().ok()?;
        Some(Self { path, lock: Some(lock) })
    }

    /// Lets the next window find it.
    fn leave(mut self) {
        self.lock = None;
    }
}

impl Drop for Own {
    fn drop(&mut self) {
        if self.lock.take().is_some() {
            let _ = fs::remove_file(&self.path);
            let _ = fs::remove_file(lock_of(&self.path));
        }
    }
}

fn lock_of(path: &Path) -> PathBuf {
    path.with_extension("lock")
}

/// The newest experiment in a folder that no window holds.
fn orphan(folder: &Path) -> Option<(PathBuf, Box<ExperimentSpec>)> {
    let files = fs::read_dir(folder).ok()?.filter_map(|entry| Some(entry.ok()?.path()));
    let is_kept = |path: &PathBuf| path.extension().is_some_and(|extension| extension == "toml");
    let changed = |path: &PathBuf| fs::metadata(path).and_then(|file| file.modified()).ok();
    let mut files: Vec<PathBuf> = files.filter(is_kept).filter(|path| !is_held(path)).collect();
    files.sort_by_key(changed);
    let spec = |path: PathBuf| Some((path.clone(), Box::new(file::open(&path).ok()?)));
    files.into_iter().rev().find_map(spec)
}

/// Whether the window lives that keeps this file.
fn is_held(path: &Path) -> bool {
    match File::open(lock_of(path)).map(|lock| lock.try_lock()) {
        Ok(Err(TryLockError::WouldBlock)) => true,
        Ok(_) | Err(_) => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const PATIENCE: Duration = Duration::from_mins(1);

    fn spec(seed: u64) -> ExperimentSpec {
        ExperimentSpec { seed, ..ExperimentSpec::default() }
    }

    fn files(folder: &Path) -> usize {
        fs::read_dir(folder).map_or(0, Iterator::count)
    }

    /// What a window finds that opens now.
    fn found(folder: &Path) -> Option<ExperimentSpec> {
        let next = Recovery::open(folder.to_owned()).unwrap();
        next.finish(PATIENCE);
        next.found().map(|spec| *spec)
    }

    #[test]
    fn what_is_saved_leaves_nothing_behind() {
        let folder = tempfile::tempdir().unwrap();
        let mut recovery = Recovery::open(folder.path().to_owned()).unwrap();
        assert_eq!(recovery.follow(Some(&spec(7))), None);
        recovery.finish(PATIENCE);
        assert_eq!(files(folder.path()), 2);
        assert_eq!(found(folder.path()), None, "its window lives");
        assert_eq!(recovery.follow(None), None);
        recovery.finish(PATIENCE);
        assert_eq!((files(folder.path()), recovery.found()), (0, None));
    }

    #[test]
    fn what_a_window_leaves_behind_is_found_until_a_person_decides() {
        let folder = tempfile::tempdir().unwrap();
        let own = Own::new(folder.path()).unwrap();
        file::save(&spec(7), &own.path).unwrap();
        own.leave();
        assert_eq!(found(folder.path()), Some(spec(7)));
        let next = Recovery::open(folder.path().to_owned()).unwrap();
        next.decided();
        next.finish(PATIENCE);
        assert_eq!((files(folder.path()), found(folder.path())), (0, None));
    }

    #[test]
    fn changes_that_follow_each_other_wait_and_the_newest_is_kept() {
        let folder = tempfile::tempdir().unwrap();
        let mut recovery = Recovery::open(folder.path().to_owned()).unwrap();
        assert_eq!(recovery.follow(Some(&spec(1))), None);
        assert_eq!(recovery.follow(Some(&spec(1))), None);
        assert!(recovery.follow(Some(&spec(2))).is_some_and(|wait| wait <= INTERVAL));
        recovery.kept_at = None;
        assert_eq!(recovery.follow(Some(&spec(3))), None);
        recovery.finish(PATIENCE);
        let path = fs::read_dir(folder.path()).unwrap().map(|entry| entry.unwrap().path());
        let path = path.into_iter().find(|path| path.extension().unwrap() == "toml").unwrap();
        assert_eq!(file::open(&path).unwrap(), spec(3));
    }

    #[test]
    fn what_cannot_be_read_is_left_alone() {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join("1-1.toml"), "seed = ").unwrap();
        assert_eq!(found(folder.path()), None);
        assert_eq!(files(folder.path()), 1);
        assert_eq!(found(&folder.path().join("nowhere")), None);
    }
}
