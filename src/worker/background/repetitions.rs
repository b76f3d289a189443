//! The repeater thread: trains the whole comparison on several seeds, in the background.

use std::{
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicBool, AtomicU64, Ordering},
    },
    time::{Duration, Instant},
};

use super::{
    aside::aside,
    pool::{Rank, run_in_pool},
    service::{Progress, Requests, Service, State},
};
use crate::{
    data::{DataError, FileStamp, ReadHooks, Seeds},
    experiment::{
        CheckedSpec, DataSource, ExperimentError, ExperimentSpec, Hooks, ObjectiveSummary, RunRecord, Source,
        run_seeds, summarise,
    },
};

/// Time between two announcements of progress.
const INTERVAL: Duration = Duration::from_millis(50);
/// Epochs at which each run is measured, for the curves.
const CURVE_POINTS: u64 = 100;

/// A comparison on several seeds, as far as it is known; never changed once it is out.
#[derive(Debug, Clone, Default)]
pub struct Repetitions {
    /// The question that this answers.
    pub id: u64,
    /// What was asked; `None` before anything was.
    pub spec: Option<Arc<ExperimentSpec>>,
    /// The runs of finished seeds in the order of seeds, objectives in the order of the specification. What takes much room
    /// and is not drawn is left out: confusion matrices and who owns the loss.
    pub records: Arc<[RunRecord]>,
    /// The runs drawn together by objective.
    pub summaries: Arc<[ObjectiveSummary]>,
    /// Seeds of which every objective is trained.
    pub n_seeds: usize,
    /// How far it is, while it goes on.
    pub progress: Option<Progress>,
    /// Why nothing can be trained.
    pub fault: Option<String>,
}

/// A specification to be trained on all its seeds.
struct Question {
    id: u64,
    checked: Box<CheckedSpec>,
    stop: Arc<AtomicBool>,
}

/// A handle to the repeater thread; dropping it stops the thread.
pub(in crate::worker) struct Repeater {
    service: Service<Question, Repetitions>,
    /// Stops the question in hand.
    stop: Arc<AtomicBool>,
}

impl Repeater {
    pub(in crate::worker) fn spawn(wake: impl Fn() + Send + 'static) -> std::io::Result<Self> {
        let answer_all = |requests: Requests<Question>, mut state: State<Repetitions>| {
            let mut known = None;
            while let Some(question) = requests.next() {
                known = Some(answer(&question, known, &mut state));
            }
        };
        Ok(Self { service: Service::spawn("repeater", wake, answer_all)?, stop: Arc::default() })
    }

    /// Drops the question in hand and asks another; seeds that were trained in the same way before are not trained again.
    pub(in crate::worker) fn ask(&mut self, id: u64, checked: CheckedSpec) {
        self.cancel();
        self.stop = Arc::default();
        self.service.ask(Question { id, checked: Box::new(checked), stop: Arc::clone(&self.stop) });
    }

    /// Ends the question in hand within a batch; finished seeds are kept.
    pub(in crate::worker) fn cancel(&self) {
        self.stop.store(true, Ordering::Relaxed);
    }

    pub(in crate::worker) fn newest(&self) -> Arc<Repetitions> {
        self.service.newest()
    }
}

impl Drop for Repeater {
    fn drop(&mut self) {
        self.cancel();
    }
}

/// Finished seeds of a question.
struct Known {
    spec: Arc<ExperimentSpec>,
    /// Of the data file, where there is one.
    stamp: Option<FileStamp>,
    records: Vec<RunRecord>,
}

/// Answers a question; `known` are the seeds of the question before, which may be those of this one too.
fn answer(question: &Question, known: Option<Known>, state: &mut State<Repetitions>) -> Known {
    let spec = Arc::new(question.checked.spec().clone());
    let path = spec.data.path.as_ref().filter(|_| spec.data.source == DataSource::File);
    let goes_on = || !question.stop.load(Ordering::Relaxed);
    let stamp = path.cloned().and_then(|path| aside("file", goes_on, move || FileStamp::of(&path)).flatten());
    let seeds: Vec<Seeds> = question.checked.seeds().collect();
    let known = known.filter(|known| known.stamp == stamp && known.spec.has_same_runs(&spec));
    let mut records = known.map(|known| known.records).unwrap_or_default();
    records.retain(|record| seeds.iter().any(|seeds| is_of(record, *seeds)));
    let missing: Vec<Seeds> =
        seeds.into_iter().filter(|seeds| !records.iter().any(|record| is_of(record, *seeds))).collect();
    let n_runs = (missing.len() * question.checked.objectives().len()) as u64;
    let board = Mutex::new(Board {
        state,
        stop: &question.stop,
        answer: Repetitions { id: question.id, spec: Some(Arc::clone(&spec)), ..Repetitions::default() },
        records,
        n_objectives: question.checked.objectives().len(),
        n_epochs: n_runs.saturating_mul(spec.training.epochs),
        start: Instant::now(),
        last: Instant::now(),
    });
    lock(&board).tell_records(0);
    let fault = train(question, missing, &board).err().filter(|_| !question.stop.load(Ordering::Relaxed));
    let mut board = board.into_inner().unwrap_or_else(PoisonError::into_inner);
    board.finish(fault.map(|fault| fault.to_string()));
    let records = board.records;
    Known { spec, stamp, records }
}

/// Trains the missing seeds on all cores but one, as the trainer does, but after it.
fn train(question: &Question, missing: Vec<Seeds>, board: &Mutex<Board<'_>>) -> Result<(), ExperimentError> {
    if missing.is_empty() {
        return Ok(());
    }
    let Question { checked, stop, .. } = question;
    let done = AtomicU64::new(0);
    let on_epochs = |epochs| {
        let done = done.fetch_add(epochs, Ordering::Relaxed) + epochs;
        // Whoever finds the board in use need not wait: somebody else is telling.
        if let Ok(mut board) = board.try_lock() {
            board.tell_progress(done);
        }
    };
    let on_seed = |records: &[RunRecord]| {
        let mut board = lock(board);
        board.add(records);
        board.tell_records(done.load(Ordering::Relaxed));
    };
    let hooks = Hooks { on_epochs: &on_epochs, on_seed: &on_seed, n_points: CURVE_POINTS, ..Hooks::silent(stop) };
    let (moved, flag) = (checked.clone(), Arc::clone(stop));
    let open = move || Source::open_with(&moved, &ReadHooks { on_bytes: &|_, _| {}, stop: &flag });
    let source = aside("file", || !stop.load(Ordering::Relaxed), open).ok_or(DataError::Cancelled)??;
    let work = || run_seeds(checked, &source, missing, &hooks).map(|_| ());
    run_in_pool("repeater", Rank::Background, work)
}

fn is_of(record: &RunRecord, seeds: Seeds) -> bool {
    (record.seed, record.split_seed, record.init_seed) == (seeds.data, seeds.split, seeds.init)
}

/// Where the threads that train put what they have.
struct Board<'a> {
    state: &'a mut State<Repetitions>,
    stop: &'a AtomicBool,
    answer: Repetitions,
    records: Vec<RunRecord>,
    n_objectives: usize,
    n_epochs: u64,
    start: Instant,
    last: Instant,
}

fn lock<'a, 'b>(board: &'b Mutex<Board<'a>>) -> MutexGuard<'b, Board<'a>> {
    // Records are added whole, so they are so even if a thread died meanwhile.
    board.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Board<'_> {
    fn add(&mut self, records: &[RunRecord]) {
        self.records.extend(records.iter().map(|record| {
            let mut record = record.clone();
            (record.confusion_matrix, record.ownership) = (None, None);
            record
        }));
        // Seeds are done in any order; sorting keeps that of the objectives.
        self.records.sort_by_key(|record| record.seed);
    }

    fn tell_records(&mut self, epochs_done: u64) {
        self.answer.records = self.records.clone().into();
        self.answer.summaries = summarise(&self.records).into();
        self.answer.n_seeds = self.records.len() / self.n_objectives.max(1);
        self.publish(epochs_done);
    }

    fn tell_progress(&mut self, epochs_done: u64) {
        if self.last.elapsed() >= INTERVAL && !self.stop.load(Ordering::Relaxed) {
            self.publish(epochs_done);
        }
    }

    fn publish(&mut self, epochs_done: u64) {
        self.answer.progress = Some(Progress::after(self.start.elapsed(), epochs_done, self.n_epochs));
        self.show();
    }

    fn finish(&mut self, fault: Option<String>) {
        (self.answer.progress, self.answer.fault) = (None, fault);
        self.show();
    }

    fn show(&mut self) {
        self.last = Instant::now();
        self.state.publish(self.answer.clone());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn small(seeds: u64) -> ExperimentSpec {
        let mut spec = ExperimentSpec { seeds, ..ExperimentSpec::default() };
        spec.distribution.classes = 3;
        spec.distribution.max_count = 60;
        spec.data.test_per_class = 10;
        spec.training.epochs = 4;
        spec.objectives.truncate(2);
        spec
    }

    fn wait_for(repeater: &Repeater, what: impl Fn(&Repetitions) -> bool) -> Arc<Repetitions> {
        let deadline = Instant::now() + Duration::from_mins(1);
        loop {
            let newest = repeater.newest();
            if what(&newest) {
                return newest;
            }
            assert!(Instant::now() < deadline, "nothing of the kind but {:?} seeds", newest.n_seeds);
            std::thread::sleep(Duration::from_millis(1));
        }
    }

    #[test]
    fn the_answer_is_that_of_the_terminal_in_the_order_of_seeds() {
        let mut repeater = Repeater::spawn(|| {}).unwrap();
        let checked = small(5).check().unwrap();
        repeater.ask(7, checked.clone());
        let answer = wait_for(&repeater, |news| news.id == 7 && news.progress.is_none());
        assert_eq!((answer.n_seeds, answer.records.len(), answer.summaries[1].runs), (5, 10, 5));
        let source = Source::open(&checked).unwrap();
        let stop = AtomicBool::new(false);
        let runs = crate::experiment::run(&checked, &source, &Hooks::silent(&stop)).unwrap();
        assert_eq!(answer.summaries.to_vec(), summarise(&runs));
        assert!(answer.records.iter().zip(&runs).all(|(a, b)| (a.seed, &a.objective) == (b.seed, &b.objective)));
        assert!(answer.records.iter().all(|record| record.curve.len() == 5 && record.confusion_matrix.is_none()));
    }

    #[test]
    fn a_cancel_keeps_finished_seeds_and_the_same_question_goes_on_from_there() {
        let mut repeater = Repeater::spawn(|| {}).unwrap();
        let mut spec = small(100_000);
        spec.seeds = crate::experiment::MAX_SEEDS;
        spec.training.epochs = 40;
        repeater.ask(1, spec.check().unwrap());
        wait_for(&repeater, |news| news.n_seeds >= 2);
        repeater.cancel();
        let kept = wait_for(&repeater, |news| news.progress.is_none());
        assert!((2..1000).contains(&kept.n_seeds) && kept.fault.is_none(), "{}", kept.n_seeds);
        assert_eq!(kept.records.len(), 2 * kept.n_seeds);
        // A seed more than are there, of the same question.
        let last = kept.records.last().unwrap().seed;
        spec.seeds = last + 1;
        spec.objectives[1].shown = false;
        repeater.ask(2, spec.check().unwrap());
        let first_news = wait_for(&repeater, |news| news.id == 2);
        assert!(first_news.n_seeds >= kept.n_seeds);
        let all = wait_for(&repeater, |news| news.id == 2 && news.progress.is_none());
        assert_eq!(all.n_seeds as u64, last + 1);
        // Another learning rate is another question.
        spec.seeds = 2;
        spec.training.learning_rate *= 2.0;
        repeater.ask(3, spec.check().unwrap());
        let other = wait_for(&repeater, |news| news.id == 3 && news.progress.is_none());
        assert_ne!(other.records[0].training_objective, all.records[0].training_objective);
    }

    #[test]
    fn a_later_question_takes_the_place_of_an_earlier_one() {
        let mut repeater = Repeater::spawn(|| {}).unwrap();
        let mut long = small(1000);
        long.training.epochs = 100_000;
        for id in 1..5 {
            repeater.ask(id, long.check().unwrap());
        }
        repeater.ask(5, small(2).check().unwrap());
        let answer = wait_for(&repeater, |news| news.id == 5 && news.progress.is_none());
        assert_eq!((answer.n_seeds, answer.spec.as_ref().unwrap().seeds), (2, 2));
    }

    #[test]
    fn a_file_that_is_not_there_is_a_fault_in_a_sentence() {
        let mut repeater = Repeater::spawn(|| {}).unwrap();
        let mut spec = small(2);
        spec.data.source = DataSource::File;
        spec.data.path = Some("nowhere/nothing.csv".into());
        repeater.ask(1, spec.check().unwrap());
        let answer = wait_for(&repeater, |news| news.id == 1 && news.progress.is_none());
        assert!(answer.fault.as_ref().unwrap().contains("nothing.csv"), "{:?}", answer.fault);
        assert_eq!(answer.n_seeds, 0);
    }
}
