//! The reader thread: reads a data file for a preview, in the background.

use std::{
    path::{Path, PathBuf},
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicBool, Ordering},
    },
    time::{Duration, Instant},
};

use super::{
    aside::{Gauge, aside},
    service::{Requests, Service, State},
};
use crate::data::{DataError, FileStamp, ImportSettings, Inspection, Scan};

/// What takes less time than this is not announced.
const SHORT: Duration = Duration::from_millis(150);
/// Time between two announcements.
const INTERVAL: Duration = Duration::from_millis(50);

/// How far a file is read.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Reading {
    /// Bytes read.
    pub n_done: u64,
    /// Bytes there are, where that is known.
    pub n_all: Option<u64>,
    /// Seconds that the rest will take if it goes on like this.
    pub secs_left: Option<f64>,
}

/// Decides when progress is worth an announcement.
pub(in crate::worker) struct Meter {
    start: Instant,
    last: Instant,
    /// What was announced last.
    n_told: Option<u64>,
}

impl Meter {
    pub(in crate::worker) fn new() -> Self {
        let start = Instant::now();
        Self { start, last: start, n_told: None }
    }

    /// The progress, where it is time to announce it; a file that does not answer is announced once.
    pub(in crate::worker) fn due(&mut self, n_done: u64, n_all: Option<u64>) -> Option<Reading> {
        let elapsed = self.start.elapsed();
        if elapsed < SHORT || self.last.elapsed() < INTERVAL || self.n_told == Some(n_done) {
            return None;
        }
        (self.last, self.n_told) = (Instant::now(), Some(n_done));
        let rest = n_all.filter(|_| n_done > 0).map(|n_all| n_all.saturating_sub(n_done) as f64 / n_done as f64);
        Some(Reading { n_done, n_all, secs_left: rest.map(|rest| rest * elapsed.as_secs_f64()) })
    }
}

/// What is known of a preview.
#[derive(Debug, Clone, Default)]
pub struct Inspected {
    /// The question that this answers.
    pub id: u64,
    /// How far the file is read; `None` before it is worth telling, and afterwards.
    pub reading: Option<Reading>,
    /// The answer, once there is one.
    pub outcome: Option<Result<Arc<Inspection>, DataError>>,
}

/// A scan that was previewed, for the import that follows.
pub(in crate::worker) struct Kept {
    path: PathBuf,
    settings: ImportSettings,
    /// The label column, chosen or found out.
    label: Option<String>,
    stamp: FileStamp,
    scan: Scan,
}

/// Where the reader leaves its last scan and the trainer finds it.
#[derive(Clone, Default)]
pub(in crate::worker) struct ScanCache(Arc<Mutex<Option<Kept>>>);

impl ScanCache {
    fn lock(&self) -> MutexGuard<'_, Option<Kept>> {
        // A scan is put there whole, so it is so even if a thread died meanwhile.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Takes the scan of a file with this stamp, if it is there.
    pub(in crate::worker) fn take(
        &self,
        path: &Path,
        settings: &ImportSettings,
        stamp: Option<FileStamp>,
    ) -> Option<Scan> {
        self.lock().take_if(|kept| kept.fits(path, settings, stamp)).map(|kept| kept.scan)
    }
}

impl Kept {
    fn fits(&self, path: &Path, settings: &ImportSettings, stamp: Option<FileStamp>) -> bool {
        let mut asked = settings.clone();
        if self.settings.label.is_none() && asked.label == self.label {
            // The label that was found out is named by now.
            asked.label = None;
        }
        self.path == path && self.settings.has_same_scan(&asked) && stamp == Some(self.stamp)
    }
}

/// Something to look at, or `None` to forget what was kept.
type Request = Option<Question>;

#[derive(Clone)]
struct Question {
    id: u64,
    path: PathBuf,
    settings: ImportSettings,
    stop: Arc<AtomicBool>,
}

/// A handle to the reader thread; dropping it stops the thread.
pub(in crate::worker) struct Reader {
    service: Service<Request, Inspected>,
    /// Stops the question in hand.
    stop: Arc<AtomicBool>,
}

impl Reader {
    pub(in crate::worker) fn spawn(cache: ScanCache, wake: impl Fn() + Send + 'static) -> std::io::Result<Self> {
        let answer_all = move |requests: Requests<Request>, state: State<Inspected>| {
            while let Some(request) = requests.next() {
                match request {
                    Some(question) => answer(&question, &cache, &state),
                    None => *cache.lock() = None,
                }
            }
        };
        Ok(Self { service: Service::spawn("reader", wake, answer_all)?, stop: Arc::default() })
    }

    /// Drops the question in hand and asks another.
    pub(in crate::worker) fn ask(&mut self, id: u64, path: &Path, settings: &ImportSettings) {
        self.stop.store(true, Ordering::Relaxed);
        self.stop = Arc::default();
        let (path, settings, stop) = (path.to_owned(), settings.clone(), Arc::clone(&self.stop));
        self.service.ask(Some(Question { id, path, settings, stop }));
    }

    /// Drops the question in hand and what was kept.
    pub(in crate::worker) fn forget(&mut self) {
        self.stop.store(true, Ordering::Relaxed);
        self.service.ask(None);
    }

    pub(in crate::worker) fn newest(&self) -> Arc<Inspected> {
        self.service.newest()
    }
}

impl Drop for Reader {
    fn drop(&mut self) {
        self.stop.store(true, Ordering::Relaxed);
    }
}

fn answer(question: &Question, cache: &ScanCache, state: &State<Inspected>) {
    let Question { id, path, settings, stop } = question;
    let (mut meter, gauge) = (Meter::new(), Gauge::default());
    let goes_on = || {
        if stop.load(Ordering::Relaxed) {
            gauge.stop();
            return false;
        }
        let (n_done, n_all) = gauge.bytes();
        if let Some(reading) = meter.due(n_done, n_all) {
            state.publish(Inspected { id: *id, reading: Some(reading), outcome: None });
        }
        true
    };
    let (question, moved_cache, moved_gauge) = (question.clone(), cache.clone(), gauge.clone());
    let found = aside("file", goes_on, move || find(&question, &moved_cache, &moved_gauge));
    if stop.load(Ordering::Relaxed) {
        return;
    }
    let outcome = found.unwrap_or(Err(DataError::Cancelled)).map(|(stamp, scan)| {
        let inspection = Arc::new(scan.inspect(settings));
        let (path, settings, label) = (path.clone(), settings.clone(), inspection.label.clone());
        let kept = stamp.map(|stamp| Kept { path, settings, label, stamp, scan });
        *cache.lock() = kept;
        inspection
    });
    state.publish(Inspected { id: *id, reading: None, outcome: Some(outcome) });
}

/// The scan of a file, from the cache or from the file, with the stamp of the file.
fn find(question: &Question, cache: &ScanCache, gauge: &Gauge) -> Result<(Option<FileStamp>, Scan), DataError> {
    let Question { path, settings, stop, .. } = question;
    let stamp = FileStamp::of(path);
    if stop.load(Ordering::Relaxed) {
        // Somebody else may have something in the cache by now.
        return Err(DataError::Cancelled);
    }
    if let Some(scan) = cache.take(path, settings, stamp) {
        return Ok((stamp, scan));
    }
    // What was kept is of no more use, and may be large.
    *cache.lock() = None;
    gauge.watch(|hooks| Scan::read_file(path, settings, hooks)).map(|scan| (FileStamp::of(path), scan))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn wait_for(reader: &Reader, id: u64) -> Result<Arc<Inspection>, DataError> {
        let deadline = Instant::now() + Duration::from_mins(1);
        loop {
            let newest = reader.newest();
            if newest.id == id
                && let Some(outcome) = &newest.outcome
            {
                return outcome.clone();
            }
            assert!(Instant::now() < deadline, "no answer to {id}");
            std::thread::sleep(Duration::from_millis(2));
        }
    }

    #[test]
    fn the_last_question_is_answered_and_its_scan_kept_for_the_import() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.csv");
        std::fs::write(&path, "x,k,y\n1,u,p\n2,v,q\n").unwrap();
        let cache = ScanCache::default();
        let mut reader = Reader::spawn(cache.clone(), || {}).unwrap();
        let mut settings = ImportSettings::default();
        for id in 1..5 {
            reader.ask(id, &path, &settings);
        }
        assert_eq!(wait_for(&reader, 4).unwrap().n_features, 3);
        settings.drop.push("k".to_owned());
        reader.ask(5, &path, &settings);
        assert_eq!(wait_for(&reader, 5).unwrap().n_features, 1);
        let other = ImportSettings { label: Some("k".to_owned()), ..settings.clone() };
        let stamp = FileStamp::of(&path);
        assert!(cache.take(&path, &other, stamp).is_none());
        settings.label = Some("y".to_owned());
        let scan = cache.take(&path, &settings, stamp).unwrap();
        assert_eq!(scan.into_table(&settings).unwrap().table.feature_names, ["x"]);
        assert!(cache.take(&path, &settings, stamp).is_none());
    }

    #[test]
    fn a_file_that_has_changed_is_read_again() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.csv");
        std::fs::write(&path, "x,y\n1,p\n2,q\n").unwrap();
        let cache = ScanCache::default();
        let mut reader = Reader::spawn(cache.clone(), || {}).unwrap();
        let settings = ImportSettings::default();
        reader.ask(1, &path, &settings);
        assert_eq!(wait_for(&reader, 1).unwrap().n_rows, 2);
        std::fs::write(&path, "x,y\n1,p\n2,q\n3,q\n").unwrap();
        assert!(cache.take(&path, &settings, FileStamp::of(&path)).is_none());
        reader.ask(2, &path, &settings);
        assert_eq!(wait_for(&reader, 2).unwrap().n_rows, 3);
        std::fs::remove_file(&path).unwrap();
        reader.ask(3, &path, &settings);
        assert!(wait_for(&reader, 3).unwrap_err().to_string().contains("there is no such file"));
    }
    #[cfg(unix)]
    #[test]
    fn a_pipe_that_nobody_writes_to_is_announced_and_does_not_stand_in_the_way_of_the_next_file() {
        let folder = tempfile::tempdir().unwrap();
        let (pipe, path) = (folder.path().join("pipe.csv"), folder.path().join("a.csv"));
        crate::worker::make_pipe(&pipe);
        std::fs::write(&path, "x,y\n1,p\n2,q\n").unwrap();
        let mut reader = Reader::spawn(ScanCache::default(), || {}).unwrap();
        let settings = ImportSettings::default();
        reader.ask(1, &pipe, &settings);
        let deadline = Instant::now() + Duration::from_mins(1);
        while reader.newest().reading != Some(Reading { n_done: 0, n_all: None, secs_left: None }) {
            assert!(Instant::now() < deadline, "{:?}", reader.newest());
            std::thread::sleep(Duration::from_millis(1));
        }
        reader.ask(2, &path, &settings);
        assert_eq!(wait_for(&reader, 2).unwrap().n_rows, 2);
        // What comes late is dropped: the pipe is closed as soon as it opens, perhaps before this writes.
        let late = std::fs::write(&pipe, "x,y\n1,p\n").map_err(|fault| fault.kind());
        assert!(matches!(late, Ok(()) | Err(std::io::ErrorKind::BrokenPipe)), "{late:?}");
        reader.ask(3, &path, &settings);
        assert_eq!(wait_for(&reader, 3).unwrap().n_rows, 2);
        reader.ask(4, &pipe, &settings);
        let start = Instant::now();
        drop(reader);
        assert!(start.elapsed() < Duration::from_secs(20), "the blocked thread is not waited for");
    }
}
