//! Files that the window opens, saves and lists: a pipe that nobody writes to, or a network drive that does not answer, may
//! keep whoever reads it for ever, and that is never the window.

use std::{
    path::{Path, PathBuf},
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
        mpsc::{Receiver, Sender, channel},
    },
    time::Duration,
};

use crate::{
    data::{DataError, ImportSettings, column_names, is_table_file},
    distribution::{ClassCounts, parse_counts},
    experiment::{
        Answer, ExperimentSpec, file,
        files::{
            FolderEntry, is_file, is_folder, is_results_file, is_there, list_folder, new_folder, read_answer,
            read_sweep,
        },
        sweep::SweepError,
    },
    lesson::{self, Lesson},
};

/// What is written to a file.
#[derive(Debug, Clone, PartialEq)]
pub enum Written {
    /// An experiment.
    Experiment(Box<ExperimentSpec>),
    /// Anything else.
    Bytes(Vec<u8>),
}

/// Which files may be written over.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Overwriting {
    /// Whether a file that is there is replaced; else the answer is [`FileAnswer::Taken`].
    pub replaces: bool,
    /// The data file of the experiment, which is never written over.
    pub data_file: Option<PathBuf>,
}

impl Overwriting {
    /// Why a file is not written over whatever a person says: the samples come from it, or a sweep is at work in it.
    fn reason_to_keep(&self, path: &Path) -> Option<&'static str> {
        let is_data = self.data_file.as_ref().is_some_and(|data| file::is_same_file(data, path));
        match () {
            () if is_data => Some("it is the data file of the experiment, which would be lost"),
            () if file::is_in_use(path) => Some("a sweep writes its runs into it"),
            () => None,
        }
    }
}

/// What came of a file.
#[derive(Debug, Clone, PartialEq)]
pub enum FileAnswer {
    /// An experiment that can be run, or at least looked at.
    Experiment(Box<ExperimentSpec>),
    /// Class counts, from a list of them.
    Counts(ClassCounts),
    /// A data file, to be looked at before its import.
    Table,
    /// Results of a sweep, to be shown.
    Results,
    /// Results to lay beside others.
    Answer(Arc<Answer>),
    /// A lesson, to be taught.
    Lesson(Arc<Lesson>),
    /// It is written.
    Written,
    /// It is there already and was not to be replaced.
    Taken,
    /// A folder and what is in it.
    Folder(PathBuf, Vec<FolderEntry>),
    /// No folder is there.
    NoFolder,
    /// What went wrong, as a sentence.
    Failed(String),
}

/// News of a file; each request gets a number, which its answer repeats.
#[derive(Debug, Clone, PartialEq)]
pub struct FileNews {
    /// The number.
    pub id: u64,
    /// What came of it.
    pub answer: FileAnswer,
}

/// A file that is being read since before there was a window.
pub struct BegunFile {
    path: PathBuf,
    inbox: Receiver<FileAnswer>,
    answer: Option<FileAnswer>,
}

impl BegunFile {
    /// Begins to read what the window is to open. Data files and results are only made sure of: they are read again by those
    /// who show them.
    pub fn begin(path: &Path) -> Self {
        let (tell, inbox) = channel();
        let moved = path.to_owned();
        let work = move || {
            // Nobody listens any more where the program has ended.
            let _ = tell.send(first_look(&moved));
        };
        // Without a thread there is no answer, as with a file that does not answer.
        let _ = std::thread::Builder::new().name("file".to_owned()).spawn(work);
        Self { path: path.to_owned(), inbox, answer: None }
    }

    /// The file.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Waits for the answer, at most so long; returns what went wrong with the file, where that is known by then.
    pub fn fault_within(&mut self, patience: Duration) -> Option<&str> {
        if self.answer.is_none() {
            self.answer = self.inbox.recv_timeout(patience).ok();
        }
        match &self.answer {
            Some(FileAnswer::Failed(fault)) => Some(fault),
            _ => None,
        }
    }

    /// The answer, where it is there.
    pub fn take_answer(&mut self) -> Option<FileAnswer> {
        self.answer.take().or_else(|| self.inbox.try_recv().ok())
    }

    fn wait(self) -> FileAnswer {
        let gone = || FileAnswer::Failed(format!("the file cannot be read: {}", self.path.display()));
        self.answer.or_else(|| self.inbox.recv().ok()).unwrap_or_else(gone)
    }
}

/// What writes, one file after the other: two versions of a file must come in their order.
struct Writer {
    queue: Sender<Box<dyn FnOnce() + Send>>,
    /// Raised when nobody waits for it any more: what it has not begun is left.
    is_given_up: Arc<AtomicBool>,
}

/// Reads and writes files on threads of its own, and hands on what came of them.
pub(in crate::worker) struct Files {
    tell: Sender<FileNews>,
    inbox: Receiver<FileNews>,
    wake: Arc<dyn Fn() + Send + Sync>,
    writer: Option<Writer>,
    last_id: u64,
}

impl Files {
    pub(in crate::worker) fn new(wake: impl Fn() + Send + Sync + 'static) -> Self {
        let (tell, inbox) = channel();
        Self { tell, inbox, wake: Arc::new(wake), writer: None, last_id: 0 }
    }

    /// Reads an experiment or a list of class counts.
    pub(in crate::worker) fn open(&mut self, path: PathBuf) -> u64 {
        self.look(move || read(&path))
    }

    /// Hands on what comes of a file that is being read already.
    pub(in crate::worker) fn go_on(&mut self, begun: BegunFile) -> u64 {
        self.look(move || begun.wait())
    }

    /// Lists the first of these that is a folder.
    pub(in crate::worker) fn list(&mut self, folders: Vec<PathBuf>) -> u64 {
        self.look(move || {
            let Some(folder) = folders.into_iter().find(|folder| is_folder(folder)) else {
                return FileAnswer::NoFolder;
            };
            match list_folder(&folder) {
                Ok(entries) => FileAnswer::Folder(folder, entries),
                Err(error) => FileAnswer::Failed(error.to_string()),
            }
        })
    }

    /// Reads results to lay beside others.
    pub(in crate::worker) fn read_answer(&mut self, path: PathBuf) -> u64 {
        self.look(move || match read_answer(&path) {
            Ok(answer) => FileAnswer::Answer(Arc::new(answer)),
            Err(fault) => FileAnswer::Failed(fault),
        })
    }

    /// Makes a folder and lists it.
    pub(in crate::worker) fn make_folder(&mut self, folder: PathBuf) -> u64 {
        self.look(move || match new_folder(&folder).and_then(|()| list_folder(&folder)) {
            Ok(entries) => FileAnswer::Folder(folder, entries),
            Err(error) => FileAnswer::Failed(error.to_string()),
        })
    }

    /// Writes a file, after those that were asked for before.
    pub(in crate::worker) fn write(&mut self, path: PathBuf, what: Written, overwriting: Overwriting) -> u64 {
        self.write_later(path, overwriting, move || Ok(what))
    }

    /// As [`Files::write`], of what is only made when it is written.
    pub(in crate::worker) fn write_later(
        &mut self,
        path: PathBuf,
        overwriting: Overwriting,
        make: impl FnOnce() -> Result<Written, String> + Send + 'static,
    ) -> u64 {
        let (id, job) = self.job(move || write(&path, make, &overwriting));
        match self.writer.take().or_else(spawn_writer) {
            Some(writer) => {
                // The thread ends only when this end is dropped, so there is always somebody to listen.
                let _ = writer.queue.send(Box::new(job));
                self.writer = Some(writer);
            }
            None => self.has_no_thread(id),
        }
        id
    }

    /// Leaves alone what is being written, and what waits behind it.
    pub(in crate::worker) fn give_up_writing(&mut self) {
        if let Some(writer) = self.writer.take() {
            writer.is_given_up.store(true, Ordering::Relaxed);
        }
    }

    /// What has come since the last time.
    pub(in crate::worker) fn news(&self) -> impl Iterator<Item = FileNews> + '_ {
        self.inbox.try_iter()
    }

    /// A job with its number.
    fn job(&mut self, work: impl FnOnce() -> FileAnswer + Send + 'static) -> (u64, impl FnOnce() + Send + 'static) {
        self.last_id += 1;
        let (id, tell, wake) = (self.last_id, self.tell.clone(), Arc::clone(&self.wake));
        let job = move || {
            // Nobody listens any more where the window was closed.
            let _ = tell.send(FileNews { id, answer: work() });
            wake();
        };
        (id, job)
    }

    /// Works on a thread that nobody waits for.
    fn look(&mut self, work: impl FnOnce() -> FileAnswer + Send + 'static) -> u64 {
        let (id, job) = self.job(work);
        if std::thread::Builder::new().name("file".to_owned()).spawn(job).is_err() {
            self.has_no_thread(id);
        }
        id
    }

    fn has_no_thread(&self, id: u64) {
        let fault = "the system gives no thread to read or write files on: close other programs".to_owned();
        // This end has the other one, so there is somebody to listen.
        let _ = self.tell.send(FileNews { id, answer: FileAnswer::Failed(fault) });
    }
}

fn spawn_writer() -> Option<Writer> {
    let (queue, jobs) = channel::<Box<dyn FnOnce() + Send>>();
    let is_given_up = Arc::new(AtomicBool::new(false));
    let flag = Arc::clone(&is_given_up);
    let write_all = move || {
        for job in jobs {
            if flag.load(Ordering::Relaxed) {
                return;
            }
            job();
        }
    };
    std::thread::Builder::new().name("file writer".to_owned()).spawn(write_all).ok()?;
    Some(Writer { queue, is_given_up })
}

fn write(path: &Path, make: impl FnOnce() -> Result<Written, String>, overwriting: &Overwriting) -> FileAnswer {
    if let Some(reason) = overwriting.reason_to_keep(path) {
        return FileAnswer::Failed(format!("Not saved: {reason}: choose another name: {}", path.display()));
    }
    if !overwriting.replaces && is_there(path) {
        return FileAnswer::Taken;
    }
    let written = match make() {
        Ok(Written::Experiment(spec)) => file::save(&spec, path),
        Ok(Written::Bytes(bytes)) => file::write(path, &bytes),
        Err(fault) => return FileAnswer::Failed(fault),
    };
    written.map_or_else(|error| FileAnswer::Failed(error.to_string()), |()| FileAnswer::Written)
}

/// Reads a list of class counts or an experiment.
fn read(path: &Path) -> FileAnswer {
    if path.extension().is_some_and(|ending| ending.eq_ignore_ascii_case("txt")) {
        return match file::read_text(path).map(|text| parse_counts(&text).and_then(ClassCounts::with_two_classes)) {
            Ok(Ok(counts)) => FileAnswer::Counts(counts),
            Ok(Err(error)) => fault_of(&error, path),
            Err(error) => FileAnswer::Failed(error.to_string()),
        };
    }
    if lesson::is_script(path) {
        return match lesson::open(path) {
            Ok(Ok(lesson)) => FileAnswer::Lesson(Arc::new(lesson)),
            Ok(Err(faults)) => FileAnswer::Failed(first_fault(&faults, path)),
            Err(error) => FileAnswer::Failed(error.to_string()),
        };
    }
    match file::open_with_text(path) {
        Ok((spec, text)) => match spec.check() {
            Err(error) if !spec.is_only_drawn() => fault_of(&error, path),
            _ => match lesson::locked(&name_of(path), &text, &spec) {
                Some(Ok(lesson)) => FileAnswer::Lesson(Arc::new(lesson)),
                Some(Err(faults)) => FileAnswer::Failed(first_fault(&faults, path)),
                None => FileAnswer::Experiment(Box::new(spec)),
            },
        },
        Err(error) => FileAnswer::Failed(error.to_string()),
    }
}

/// What an experiment is called after its file.
fn name_of(path: &Path) -> String {
    path.file_stem().unwrap_or_default().to_string_lossy().into_owned()
}

/// As [`read`]; also makes sure of a data file and of results. A pipe of those is left to who shows them: it can be read only
/// once.
fn first_look(path: &Path) -> FileAnswer {
    let is_pipe = is_there(path) && !is_folder(path) && !is_file(path);
    if is_table_file(path) {
        let settings = ImportSettings::default();
        return match if is_pipe { Ok(Vec::new()) } else { column_names(path, &settings) } {
            Ok(_) => FileAnswer::Table,
            Err(error @ (DataError::Unreadable { .. } | DataError::OutOfRange { .. })) => {
                FileAnswer::Failed(error.to_string())
            }
            Err(error) => fault_of(&error, path),
        };
    }
    if is_results_file(path) {
        return match if is_pipe { Ok(()) } else { read_sweep(path).map(|_| ()) } {
            Ok(()) => FileAnswer::Results,
            Err(SweepError::File(error)) => FileAnswer::Failed(error.to_string()),
            Err(error) => fault_of(&error, path),
        };
    }
    read(path)
}

/// What is wrong with a lesson: the first fault, and how to see the others.
fn first_fault(faults: &[lesson::Fault], path: &Path) -> String {
    let first = faults.first().map(ToString::to_string).unwrap_or_default();
    match faults.len() {
        0 | 1 => format!("{first}: {}", path.display()),
        n => format!("{first}, and {} more (longtail-lab lesson check lists them): {}", n - 1, path.display()),
    }
}

/// What is wrong with what a file holds.
fn fault_of(error: &dyn std::error::Error, path: &Path) -> FileAnswer {
    FileAnswer::Failed(format!("{error}: {}", path.display()))
}

#[cfg(unix)]
#[cfg(test)]
mod tests {
    use std::time::Instant;

    use super::*;

    fn files() -> (Files, tempfile::TempDir) {
        (Files::new(|| {}), tempfile::tempdir().expect("a temporary folder"))
    }

    fn wait_for(files: &Files, id: u64) -> FileAnswer {
        let deadline = Instant::now() + Duration::from_mins(1);
        loop {
            if let Some(news) = files.news().find(|news| news.id == id) {
                return news.answer;
            }
            assert!(Instant::now() < deadline, "no answer to {id}");
            std::thread::sleep(Duration::from_millis(1));
        }
    }

    fn replacing() -> Overwriting {
        Overwriting { replaces: true, ..Overwriting::default() }
    }

    fn check_failed(answer: &FileAnswer, expected: &str) {
        assert!(matches!(answer, FileAnswer::Failed(fault) if fault.contains(expected)), "{answer:?}");
    }

    #[test]
    fn an_experiment_is_written_and_read_back_and_replaces_nothing_unasked() {
        let (mut files, folder) = files();
        let path = folder.path().join("a.toml");
        let spec = Box::new(ExperimentSpec { seed: 7, ..ExperimentSpec::default() });
        files.write(path.clone(), Written::Experiment(spec.clone()), Overwriting::default());
        assert_eq!(wait_for(&files, 1), FileAnswer::Written);
        files.open(path.clone());
        assert_eq!(wait_for(&files, 2), FileAnswer::Experiment(spec));
        files.write(path.clone(), Written::Bytes("seed = 8".into()), Overwriting::default());
        assert_eq!(wait_for(&files, 3), FileAnswer::Taken);
        files.write(path.clone(), Written::Bytes("seed = true".into()), replacing());
        assert_eq!(wait_for(&files, 4), FileAnswer::Written);
        files.open(path);
        check_failed(&wait_for(&files, 5), "line 1");
        files.write(folder.path().join("no/a.toml"), Written::Bytes(Vec::new()), Overwriting::default());
        check_failed(&wait_for(&files, 6), "there is no such file or folder");
    }

    #[test]
    fn a_list_of_counts_is_read_and_a_wrong_one_refused_with_its_path() {
        let (mut files, folder) = files();
        let path = folder.path().join("counts.TXT");
        std::fs::write(&path, "5\n3\n").unwrap();
        files.open(path.clone());
        assert_eq!(wait_for(&files, 1), FileAnswer::Counts(ClassCounts::new(vec![5, 3]).unwrap()));
        std::fs::write(&path, "5\n-3\n").unwrap();
        files.open(path);
        let answer = wait_for(&files, 2);
        check_failed(&answer, "line 2");
        check_failed(&answer, "counts.TXT");
    }

    #[test]
    fn what_blocks_is_given_up_and_what_comes_next_does_not_wait_for_it() {
        let (mut files, folder) = files();
        let (pipe, path) = (folder.path().join("pipe.toml"), folder.path().join("a.toml"));
        crate::worker::make_pipe(&pipe);
        files.open(pipe.clone());
        // Nobody reads the pipe, or rather the one who does is about to be told nothing: a second end blocks as well.
        let other = folder.path().join("other.toml");
        crate::worker::make_pipe(&other);
        files.write(other, Written::Bytes("seed = 1".into()), replacing());
        files.write(path.clone(), Written::Bytes("seed = 1".into()), replacing());
        files.give_up_writing();
        files.write(path.clone(), Written::Bytes("seed = 2".into()), replacing());
        assert_eq!(wait_for(&files, 4), FileAnswer::Written);
        files.open(path);
        assert!(matches!(wait_for(&files, 5), FileAnswer::Experiment(spec) if spec.seed == 2));
        // The reader gets what somebody writes in the end.
        std::fs::write(&pipe, "seed = 3").unwrap();
        assert!(matches!(wait_for(&files, 1), FileAnswer::Experiment(spec) if spec.seed == 3));
    }

    #[test]
    fn the_first_folder_that_is_there_is_listed() {
        let (mut files, folder) = files();
        let inner = folder.path().join("inner");
        files.list(vec![inner.clone(), folder.path().to_owned()]);
        assert_eq!(wait_for(&files, 1), FileAnswer::Folder(folder.path().to_owned(), vec![]));
        files.make_folder(inner.clone());
        assert_eq!(wait_for(&files, 2), FileAnswer::Folder(inner.clone(), vec![]));
        files.make_folder(inner.clone());
        check_failed(&wait_for(&files, 3), "inner");
        files.list(vec![inner.join("none")]);
        assert_eq!(wait_for(&files, 4), FileAnswer::NoFolder);
    }

    #[test]
    fn what_is_to_be_opened_first_is_looked_at_before_there_is_a_window() {
        let folder = tempfile::tempdir().unwrap();
        let begun = |name: &str, text: &str| {
            let path = folder.path().join(name);
            std::fs::write(&path, text).unwrap();
            BegunFile::begin(&path)
        };
        let patience = Duration::from_mins(1);
        let mut good = begun("a.toml", "seed = 7");
        assert_eq!(good.fault_within(patience), None);
        assert!(matches!(good.wait(), FileAnswer::Experiment(spec) if spec.seed == 7));
        let faults = [("b.toml", "seed = -7"), ("b.csv", ""), ("b.jsonl", "banana"), ("b.txt", "7")];
        for (name, text) in faults {
            let mut bad = begun(name, text);
            assert!(bad.fault_within(patience).is_some_and(|fault| fault.ends_with(name)), "{name}");
        }
        assert_eq!(begun("c.csv", "x,y\n1,a\n2,b\n").wait(), FileAnswer::Table);
        let pipe = folder.path().join("pipe.toml");
        crate::worker::make_pipe(&pipe);
        let mut blocked = BegunFile::begin(&pipe);
        assert_eq!(blocked.fault_within(Duration::from_millis(1)), None);
        std::fs::write(&pipe, "seed = 9").unwrap();
        assert!(matches!(blocked.wait(), FileAnswer::Experiment(spec) if spec.seed == 9));
    }
}
