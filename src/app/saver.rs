//! Stores settings in the background: the drive may take its time, or never answer.

use std::{
    path::PathBuf,
    sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError, mpsc},
    time::{Duration, Instant},
};

use super::settings_file::{Loaded, SettingsFile};
use crate::state::Settings;

/// What the window and the thread share.
#[derive(Default)]
struct Pending {
    /// Settings that are to be stored; later ones take their place.
    next: Option<Settings>,
    is_storing: bool,
    /// What went wrong, once.
    fault: Option<String>,
    has_failed: bool,
}

#[derive(Default)]
struct Shared {
    pending: Mutex<Pending>,
    changed: Condvar,
}

impl Shared {
    fn lock(&self) -> MutexGuard<'_, Pending> {
        // What is there was put there whole, so it is so even if a thread died meanwhile.
        self.pending.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Stores settings, the newest ones only, on a thread that nobody waits for.
pub(super) struct Saver {
    /// `None` where settings cannot be kept.
    shared: Option<Arc<Shared>>,
}

/// What was remembered from the last time.
pub(super) struct Remembered {
    pub(super) settings: Settings,
    pub(super) saver: Saver,
    /// What went wrong.
    pub(super) complaint: Option<String>,
}

impl Saver {
    /// Reads the settings in a folder and gets ready to store them there; a drive that does not answer in time is left alone.
    pub(super) fn open(folder: Option<PathBuf>, patience: Duration) -> Remembered {
        let nothing = |complaint| Remembered { settings: Settings::default(), saver: Self { shared: None }, complaint };
        let Some(folder) = folder else {
            return nothing(Some("Settings are not kept: the system names no folder for them".to_owned()));
        };
        let (tell, told) = mpsc::channel();
        let moved = folder.clone();
        let read = move || {
            // Nobody listens any more where it has taken too long.
            let _ = tell.send(SettingsFile::load(&moved));
        };
        let begun = std::thread::Builder::new().name("settings".to_owned()).spawn(read);
        match begun.ok().and_then(|_| told.recv_timeout(patience).ok()) {
            Some(Loaded { settings, file, complaint }) => {
                Remembered { settings, saver: Self { shared: spawn(file) }, complaint }
            }
            None => nothing(Some(format!(
                "Settings have their defaults and are not kept: the drive does not answer: {}",
                folder.display()
            ))),
        }
    }

    /// Has these settings stored.
    pub(super) fn store(&self, settings: Settings) {
        if let Some(shared) = &self.shared {
            shared.lock().next = Some(settings);
            shared.changed.notify_all();
        }
    }

    /// Waits until everything is stored, at most so long.
    pub(super) fn finish(&self, patience: Duration) {
        let Some(shared) = &self.shared else { return };
        let deadline = Instant::now() + patience;
        let mut pending = shared.lock();
        while pending.next.is_some() || pending.is_storing {
            let left = deadline.saturating_duration_since(Instant::now());
            if left.is_zero() {
                return;
            }
            pending = shared.changed.wait_timeout(pending, left).unwrap_or_else(PoisonError::into_inner).0;
        }
    }

    /// What went wrong; told once.
    pub(super) fn take_fault(&self) -> Option<String> {
        self.shared.as_ref()?.lock().fault.take()
    }
}

/// Without a thread nothing is stored.
fn spawn(mut file: SettingsFile) -> Option<Arc<Shared>> {
    let shared = Arc::new(Shared::default());
    let moved = Arc::clone(&shared);
    let work = move || {
        let mut pending = moved.lock();
        loop {
            let Some(settings) = pending.next.take() else {
                pending = moved.changed.wait(pending).unwrap_or_else(PoisonError::into_inner);
                continue;
            };
            pending.is_storing = true;
            drop(pending);
            let stored = file.store(&settings);
            pending = moved.lock();
            pending.is_storing = false;
            match stored {
                Ok(()) => pending.has_failed = false,
                Err(error) if !pending.has_failed => {
                    (pending.has_failed, pending.fault) = (true, Some(format!("Settings are not kept: {error}")));
                }
                Err(_) => {}
            }
            moved.changed.notify_all();
        }
    };
    std::thread::Builder::new().name("settings".to_owned()).spawn(work).ok()?;
    Some(shared)
}

#[cfg(test)]
mod tests {
    use super::*;

    const PATIENCE: Duration = Duration::from_mins(1);

    #[test]
    fn the_newest_settings_are_stored_when_it_is_finished() {
        let folder = tempfile::tempdir().unwrap();
        let Remembered { saver, complaint, .. } = Saver::open(Some(folder.path().to_owned()), PATIENCE);
        assert_eq!(complaint, None);
        for text_percent in 100..130 {
            saver.store(Settings { text_percent, ..Settings::default() });
        }
        saver.finish(PATIENCE);
        assert_eq!(SettingsFile::load(folder.path()).settings.text_percent, 129);
        assert_eq!(saver.take_fault(), None);
    }

    #[test]
    fn what_goes_wrong_is_told_once() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("file");
        std::fs::write(&file, "").unwrap();
        let Remembered { saver, .. } = Saver::open(Some(file.join("lab")), PATIENCE);
        for text_percent in [110, 120] {
            saver.store(Settings { text_percent, ..Settings::default() });
            saver.finish(PATIENCE);
        }
        assert!(saver.take_fault().is_some_and(|fault| fault.starts_with("Settings are not kept: ")));
        assert_eq!(saver.take_fault(), None);
    }

    #[cfg(unix)]
    #[test]
    fn a_file_that_does_not_answer_is_left_alone_and_never_written() {
        let folder = tempfile::tempdir().unwrap();
        let pipe = folder.path().join("app.ron");
        let made = std::process::Command::new("mkfifo").arg(&pipe).status();
        assert!(made.is_ok_and(|status| status.success()));
        let patience = Duration::from_millis(20);
        let Remembered { settings, saver, complaint } = Saver::open(Some(folder.path().to_owned()), patience);
        assert_eq!(settings, Settings::default());
        assert!(complaint.is_some_and(|complaint| complaint.contains("does not answer")));
        saver.store(Settings { is_dark: true, ..Settings::default() });
        saver.finish(patience);
        assert!(!pipe.is_file());
    }
}
