//! The sweeper thread: runs a sweep in the background, and keeps every finished run in a file.

use std::{
    path::{Path, PathBuf},
    sync::{
        Arc, Condvar, Mutex, PoisonError,
        atomic::{AtomicBool, AtomicU64, Ordering},
        mpsc::{RecvTimeoutError, channel},
    },
    time::{Duration, Instant},
};

use super::{
    aside::aside,
    pool::{Rank, run_in_pool},
    service::{Progress, Requests, Service, State},
    sweep_news::{SweepNews, SweepPhase, SweepResults},
    sweep_store::{Keeper, SweepStore},
};
use crate::{
    data::{DataError, ReadHooks},
    experiment::{
        ExperimentError,
        files::read_sweep,
        sweep::{CheckedSweep, Sweep, SweepError, SweepHooks, SweepLines, SweepRecord, choose, n_planned, to_do},
    },
};

/// Least time between two announcements.
const INTERVAL: Duration = Duration::from_millis(100);
/// Conclusions may take this share of the time; where there are many runs they are drawn less often.
const SHARE_OF_CONCLUSIONS: u32 = 10;

/// What is asked of the sweeper.
enum Question {
    /// Run what is missing of a sweep.
    Run { id: u64, checked: Box<CheckedSweep>, store: SweepStore, signals: Signals },
    /// Show the results in a file.
    Show { id: u64, path: PathBuf, stop: Arc<AtomicBool> },
}

/// What halts and ends the sweep in hand.
#[derive(Clone, Default)]
struct Signals {
    stop: Arc<AtomicBool>,
    gate: Arc<Gate>,
}

/// Where runs wait while the sweep is paused.
#[derive(Default)]
struct Gate {
    is_closed: Mutex<bool>,
    opened: Condvar,
}

impl Gate {
    fn set(&self, is_closed: bool) {
        *self.is_closed.lock().unwrap_or_else(PoisonError::into_inner) = is_closed;
        self.opened.notify_all();
    }

    fn is_closed(&self) -> bool {
        *self.is_closed.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Returns at once while the gate is open, else when it is opened.
    fn pass(&self) {
        let mut is_closed = self.is_closed.lock().unwrap_or_else(PoisonError::into_inner);
        while *is_closed {
            is_closed = self.opened.wait(is_closed).unwrap_or_else(PoisonError::into_inner);
        }
    }
}

/// A handle to the sweeper thread; dropping it ends the sweep, whose finished runs are in its file.
pub(in crate::worker) struct Sweeper {
    service: Service<Question, SweepNews>,
    signals: Signals,
}

impl Sweeper {
    pub(in crate::worker) fn spawn(wake: impl Fn() + Send + 'static) -> std::io::Result<Self> {
        let answer_all = |requests, state| Sweeping { state, news: SweepNews::default() }.answer_all(&requests);
        Ok(Self { service: Service::spawn("sweeper", wake, answer_all)?, signals: Signals::default() })
    }

    /// Ends the sweep in hand and runs what is missing of another, or of the same.
    pub(in crate::worker) fn run(&mut self, id: u64, checked: CheckedSweep, store: SweepStore) {
        self.cancel();
        self.signals = Signals::default();
        self.service.ask(Question::Run { id, checked: Box::new(checked), store, signals: self.signals.clone() });
    }

    /// Ends the sweep in hand and shows the results in a file.
    pub(in crate::worker) fn show(&mut self, id: u64, path: PathBuf) {
        self.cancel();
        self.signals = Signals::default();
        self.service.ask(Question::Show { id, path, stop: Arc::clone(&self.signals.stop) });
    }

    /// Halts after the epochs in hand, or goes on.
    pub(in crate::worker) fn pause(&self, is_paused: bool) {
        self.signals.gate.set(is_paused);
    }

    /// Ends the sweep in hand within a batch, or gives up reading a file; finished runs are kept.
    pub(in crate::worker) fn cancel(&self) {
        self.signals.stop.store(true, Ordering::Relaxed);
        self.signals.gate.set(false);
    }

    pub(in crate::worker) fn newest(&self) -> Arc<SweepNews> {
        self.service.newest()
    }
}

impl Drop for Sweeper {
    fn drop(&mut self) {
        self.cancel();
    }
}

/// What the thread works with.
struct Sweeping {
    state: State<SweepNews>,
    /// What is said next.
    news: SweepNews,
}

impl Sweeping {
    fn answer_all(mut self, requests: &Requests<Question>) {
        while let Some(question) = requests.next() {
            match question {
                Question::Run { id, checked, store, signals } => {
                    if let Err(fault) = self.run(id, *checked, &store, &signals) {
                        self.news.fault = Some(format!("The sweep ended: {fault}"));
                        self.news.phase =
                            if self.news.results.is_some() { SweepPhase::Stopped } else { SweepPhase::Idle };
                        self.news.progress = None;
                        self.publish();
                    }
                }
                Question::Show { id, path, stop } => self.show(id, &path, &stop),
            }
        }
    }

    /// Shows what is in a file; where it cannot be read, or that is given up, what was there before stays.
    fn show(&mut self, id: u64, path: &Path, stop: &AtomicBool) {
        let opening = SweepNews { id, phase: SweepPhase::Opening, ..SweepNews::default() };
        let before = std::mem::replace(&mut self.news, opening);
        self.publish();
        let moved = path.to_owned();
        match aside("file", || !stop.load(Ordering::Relaxed), move || read_results(&moved)) {
            Some(Ok(results)) => {
                self.news.path = Some(path.to_owned());
                self.news.fault = damage_in_words(&results.lines, path);
                self.take_over(results);
                self.end();
            }
            Some(Err(fault)) => {
                let fault = match fault {
                    SweepError::File(fault) => fault.to_string(),
                    other => format!("{other}: {}", path.display()),
                };
                self.news = SweepNews { id, fault: Some(format!("Not shown: {fault}")), ..before };
                self.publish();
            }
            None => {
                self.news = SweepNews { id, ..before };
                self.publish();
            }
        }
    }

    fn run(&mut self, id: u64, checked: CheckedSweep, store: &SweepStore, signals: &Signals) -> Result<(), SweepError> {
        self.news = SweepNews { id, phase: SweepPhase::Opening, n_runs: checked.n_runs(), ..SweepNews::default() };
        self.publish();
        let goes_on = || !signals.stop.load(Ordering::Relaxed);
        let flag = Arc::clone(&signals.stop);
        let open = move || Sweep::open(checked, &ReadHooks { on_bytes: &|_, _| {}, stop: &flag });
        let cancelled = || SweepError::from(ExperimentError::Data(DataError::Cancelled));
        let sweep = aside("file", goes_on, open).ok_or_else(cancelled)??;
        let moved = (store.clone(), sweep.clone());
        let mut keeper = aside("file", goes_on, move || Keeper::open(&moved.0, &moved.1)).ok_or_else(cancelled)??;
        self.news.n_before = keeper.lines().records.len() as u64;
        self.news.path = keeper.path().map(Path::to_owned);
        self.news.phase = SweepPhase::Running;
        self.conclude(sweep.checked(), keeper.lines())?;
        self.publish();
        let ended = loop {
            let next = to_do(sweep.checked(), keeper.lines());
            if next.is_empty() || signals.stop.load(Ordering::Relaxed) {
                break Ok(());
            }
            let trained = self.train(&sweep, &next, &mut keeper, signals);
            if trained.is_err() {
                break trained;
            }
        };
        // What is finished is put in order whatever came between.
        let lines = keeper.finish()?;
        self.conclude(sweep.checked(), &lines)?;
        ended?;
        self.end();
        Ok(())
    }

    /// Trains on all cores but one, after what is watched, and takes over finished runs meanwhile.
    fn train(
        &mut self,
        sweep: &Sweep,
        missing: &[u64],
        keeper: &mut Keeper,
        signals: &Signals,
    ) -> Result<(), SweepError> {
        let done = AtomicU64::new(0);
        let (tell, inbox) = channel::<SweepRecord>();
        let (epochs, stop, gate) = (&done, &*signals.stop, &signals.gate);
        // The sender goes with it: when the work is over, nobody can tell anything any more.
        let work = move || {
            let on_epochs = |n| {
                epochs.fetch_add(n, Ordering::Relaxed);
                gate.pass();
            };
            let on_finished = |record| {
                // Whoever listens does so until this end is dropped.
                let _ = tell.send(record);
            };
            sweep.run(missing, &SweepHooks { stop, on_epochs: &on_epochs, on_finished: &on_finished })
        };
        let n_epochs = sweep.checked().n_epochs(missing);
        let mut clock = Clock::default();
        std::thread::scope(|scope| {
            let trained = scope.spawn(move || run_in_pool("sweeper", Rank::Background, work));
            let mut kept: Result<(), SweepError> = Ok(());
            let mut next_conclusion = Instant::now();
            loop {
                let is_over = match inbox.recv_timeout(INTERVAL) {
                    Ok(record) => {
                        // What comes after a line that was cut short would be damaged with it.
                        if kept.is_ok()
                            && let Err(error) = keeper.add(record)
                        {
                            kept = Err(error.into());
                            signals.stop.store(true, Ordering::Relaxed);
                        }
                        false
                    }
                    Err(RecvTimeoutError::Timeout) => false,
                    Err(RecvTimeoutError::Disconnected) => true,
                };
                if is_over {
                    break;
                }
                if clock.last.elapsed() < INTERVAL {
                    continue;
                }
                self.news.phase = if signals.gate.is_closed() { SweepPhase::Paused } else { SweepPhase::Running };
                let epochs_done = done.load(Ordering::Relaxed).min(n_epochs);
                self.news.progress = Some(clock.progress(self.news.phase, epochs_done, n_epochs));
                let is_new = self.news.n_finished != keeper.lines().records.len() as u64;
                if is_new && Instant::now() >= next_conclusion {
                    let start = Instant::now();
                    if let Err(error) = self.conclude(sweep.checked(), keeper.lines()) {
                        kept = Err(error);
                        signals.stop.store(true, Ordering::Relaxed);
                    }
                    next_conclusion = Instant::now() + start.elapsed() * SHARE_OF_CONCLUSIONS;
                }
                self.publish();
            }
            // A thread that has panicked has no result; what it finished is kept.
            let trained = trained.join().unwrap_or(Ok(()));
            kept.and(trained)
        })
    }

    /// Takes over results and draws the conclusions.
    fn conclude(&mut self, checked: &CheckedSweep, lines: &SweepLines) -> Result<(), SweepError> {
        let choices = choose(lines)?;
        self.take_over(SweepResults { checked: checked.clone(), lines: lines.clone(), choices });
        Ok(())
    }

    fn take_over(&mut self, results: SweepResults) {
        self.news.n_finished = results.lines.records.len() as u64;
        self.news.n_runs = n_planned(&results.checked, &results.lines);
        self.news.results = Some(Arc::new(results));
    }

    fn end(&mut self) {
        let is_left = |results: &Arc<SweepResults>| !to_do(&results.checked, &results.lines).is_empty();
        let is_finished = !self.news.results.as_ref().is_none_or(is_left);
        self.news.phase = if is_finished { SweepPhase::Finished } else { SweepPhase::Stopped };
        self.news.progress = None;
        self.publish();
    }

    fn publish(&self) {
        self.state.publish(self.news.clone());
    }
}

/// Which lines of a file do not count, and what is to be done about it.
fn damage_in_words(lines: &SweepLines, path: &Path) -> Option<String> {
    let rest = if lines.missing().next().is_some() { ", and Go on trains what is missing" } else { "" };
    let words = lines.damage.in_words();
    (lines.damage.n_lines() > 0).then(|| format!("Damage is left out{rest}: {words}: {}", path.display()))
}

/// Results from a file, with the conclusions.
fn read_results(path: &Path) -> Result<SweepResults, SweepError> {
    let lines = read_sweep(path)?;
    let checked = lines.header.sweep.check()?;
    let choices = choose(&lines)?;
    Ok(SweepResults { checked, lines, choices })
}

/// Time that was spent training, pauses left out.
struct Clock {
    last: Instant,
    trained: Duration,
}

impl Default for Clock {
    fn default() -> Self {
        Self { last: Instant::now(), trained: Duration::ZERO }
    }
}

impl Clock {
    fn progress(&mut self, phase: SweepPhase, epochs_done: u64, n_epochs: u64) -> Progress {
        if phase == SweepPhase::Running {
            self.trained += self.last.elapsed();
        }
        self.last = Instant::now();
        Progress::after(self.trained, epochs_done, n_epochs)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::experiment::{
        ExperimentSpec, Setting,
        sweep::{Choices, SweepSpec, Value},
    };

    fn small(seeds: u64, epochs: u64) -> CheckedSweep {
        let mut experiment = ExperimentSpec { seeds, ..ExperimentSpec::default() };
        experiment.distribution.classes = 3;
        experiment.distribution.max_count = 60;
        experiment.data.test_per_class = 10;
        experiment.training.epochs = epochs;
        let betas = Choices::Values([0.9, 0.99].map(Value::Number).to_vec());
        let spec = SweepSpec {
            objectives: ["ce", "cb_softmax"].map(str::to_owned).to_vec(),
            vary: [(Setting::Beta, betas)].into(),
            experiment,
            ..SweepSpec::default()
        };
        spec.check().unwrap()
    }

    fn wait_for(sweeper: &Sweeper, mut what: impl FnMut(&SweepNews) -> bool) -> Arc<SweepNews> {
        let deadline = Instant::now() + Duration::from_mins(1);
        loop {
            let newest = sweeper.newest();
            if what(&newest) {
                return newest;
            }
            let (phase, n) = (newest.phase, newest.n_finished);
            assert!(Instant::now() < deadline, "nothing of the kind but {phase:?} with {n} runs");
            std::thread::sleep(Duration::from_millis(1));
        }
    }

    fn is_over(news: &SweepNews, id: u64) -> bool {
        news.id == id && matches!(news.phase, SweepPhase::Finished | SweepPhase::Stopped | SweepPhase::Idle)
    }

    #[test]
    fn a_sweep_that_was_ended_goes_on_in_its_file_and_ends_with_the_same_one() {
        let folder = tempfile::tempdir().unwrap();
        let store = SweepStore::Folder(folder.path().to_owned());
        let mut sweeper = Sweeper::spawn(|| {}).unwrap();
        let checked = small(40, 30);
        sweeper.run(1, checked.clone(), SweepStore::Memory);
        let whole = wait_for(&sweeper, |news| is_over(news, 1));
        assert_eq!((whole.phase, whole.n_finished, whole.n_runs), (SweepPhase::Finished, 120, 120));
        sweeper.run(2, checked.clone(), store.clone());
        wait_for(&sweeper, |news| news.id == 2 && news.n_finished > 0);
        sweeper.cancel();
        let part = wait_for(&sweeper, |news| is_over(news, 2));
        let path = part.path.clone().expect("a file");
        assert_eq!(read_sweep(&path).unwrap().records.len() as u64, part.n_finished);
        sweeper.run(3, checked, store);
        let all = wait_for(&sweeper, |news| is_over(news, 3));
        assert_eq!((all.phase, all.n_before), (SweepPhase::Finished, part.n_finished));
        let text = std::fs::read_to_string(&path).unwrap();
        let results = whole.results.as_ref().expect("results");
        assert_eq!(text, results.lines.to_text());
        assert_eq!(all.results.as_ref().expect("results").choices, results.choices);
        sweeper.show(4, path);
        let shown = wait_for(&sweeper, |news| is_over(news, 4));
        assert_eq!(shown.results.as_ref().expect("results").choices, results.choices);
    }

    #[test]
    fn a_pause_halts_and_ends() {
        let mut sweeper = Sweeper::spawn(|| {}).unwrap();
        sweeper.run(1, small(300, 200), SweepStore::Memory);
        wait_for(&sweeper, |news| news.progress.is_some_and(|progress| progress.epochs_done > 0));
        sweeper.pause(true);
        wait_for(&sweeper, |news| news.phase == SweepPhase::Paused);
        // What is in hand stops at the end of an epoch: from then on nothing moves.
        let mut before = None;
        let halted = wait_for(&sweeper, |news| {
            let is_still = before == news.progress.map(|progress| progress.epochs_done);
            before = news.progress.map(|progress| progress.epochs_done);
            std::thread::sleep(INTERVAL * 2);
            is_still
        });
        assert!(halted.n_finished < halted.n_runs);
        sweeper.pause(false);
        wait_for(&sweeper, |news| news.phase == SweepPhase::Running && news.n_finished > halted.n_finished);
        sweeper.cancel();
        assert_eq!(wait_for(&sweeper, |news| is_over(news, 1)).phase, SweepPhase::Stopped);
    }

    #[test]
    fn what_is_gone_on_with_is_kept_though_it_is_the_oldest_and_so_is_what_others_have_put_there() {
        let folder = tempfile::tempdir().unwrap();
        let at = |name: &str| folder.path().join(name);
        // Written by a program without checksums; 12 of 110 runs.
        let name = "sweep-0568e3147814e63d.jsonl";
        let case = format!("{}/tests/data/cases/13-start-deletes-own-results/{name}", env!("CARGO_MANIFEST_DIR"));
        let old = std::fs::read_to_string(case).unwrap();
        std::fs::write(at(name), &old).unwrap();
        let checked = read_sweep(&at(name)).unwrap().header.sweep.check().unwrap();
        let kept_by_us = |number: u64| format!("sweep-{number:016x}.jsonl");
        for number in 1..=30 {
            let header = format!("{{\"longtail_lab_sweep\":2,\"fingerprint\":\"{number:016x}\",\"runs\":1}}\n");
            std::fs::write(at(&kept_by_us(number)), header).unwrap();
        }
        let others = ["mine.jsonl", "sweep-1.jsonl", "sweep-00000000000000ff.jsonl", "sweep-0568e3147814e63d.txt"];
        for other in others {
            std::fs::write(at(other), "{}\n").unwrap();
        }
        let age = |name: &str, secs: u64| {
            let file = std::fs::File::options().append(true).open(at(name)).unwrap();
            file.set_modified(std::time::SystemTime::now() - Duration::from_secs(secs)).unwrap();
        };
        age(name, 30_000);
        for other in others {
            age(other, 40_000);
        }
        for number in 1..=30 {
            age(&kept_by_us(number), 10_000 + number);
        }
        // Another program writes into the oldest but one.
        let in_use = std::fs::File::open(at(&kept_by_us(30))).unwrap();
        in_use.lock().unwrap();

        let mut sweeper = Sweeper::spawn(|| {}).unwrap();
        sweeper.run(1, checked, SweepStore::Folder(folder.path().to_owned()));
        let running = wait_for(&sweeper, |news| news.id == 1 && (news.n_finished > 12 || news.fault.is_some()));
        assert_eq!((running.n_before, &running.fault), (12, &None));
        sweeper.cancel();
        wait_for(&sweeper, |news| is_over(news, 1));
        let lines = read_sweep(&at(name)).unwrap();
        assert!(lines.records.len() > 12);
        for line in old.lines().skip(1) {
            assert!(lines.to_text().contains(line.trim_end_matches('}')), "{line}");
        }
        assert!(others.iter().all(|other| at(other).exists()));
        // With the one that was gone on with, which is the newest now, there are twenty, and the one that is in use.
        let left: Vec<u64> = (1..=30).filter(|number| at(&kept_by_us(*number)).exists()).collect();
        assert_eq!(left, (1..=19).chain([30]).collect::<Vec<u64>>());
    }

    #[test]
    fn a_file_that_is_in_use_is_left_alone_and_damage_in_one_is_told_and_mended() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("runs.jsonl");
        let (checked, store) = (small(2, 1), SweepStore::File(path.clone()));
        let mut sweeper = Sweeper::spawn(|| {}).unwrap();
        sweeper.run(1, checked.clone(), store.clone());
        assert_eq!(wait_for(&sweeper, |news| is_over(news, 1)).phase, SweepPhase::Finished);
        let whole = std::fs::read_to_string(&path).unwrap();
        let other = std::fs::File::open(&path).unwrap();
        other.lock().unwrap();
        sweeper.run(2, checked.clone(), store.clone());
        let refused = wait_for(&sweeper, |news| is_over(news, 2));
        assert!(refused.fault.as_ref().is_some_and(|fault| fault.contains("the file is in use")), "{refused:?}");
        drop(other);
        let (header, runs) = whole.split_once('\n').unwrap();
        std::fs::write(&path, format!("{header}\n{}", runs.replacen("\"seed\":1", "\"seed\":7", 1))).unwrap();
        sweeper.show(3, path.clone());
        let shown = wait_for(&sweeper, |news| is_over(news, 3));
        assert_eq!((shown.phase, shown.n_finished, shown.n_runs), (SweepPhase::Stopped, 5, 6));
        let said = shown.fault.clone().unwrap_or_default();
        assert!(said.contains("Go on") && said.contains("line 2 is damaged: its seed is not that of run 0"), "{said}");
        sweeper.run(4, checked, store);
        let mended = wait_for(&sweeper, |news| is_over(news, 4));
        assert_eq!((mended.phase, mended.n_before), (SweepPhase::Finished, 5));
        assert_eq!(std::fs::read_to_string(&path).unwrap(), whole);
    }

    #[test]
    fn a_file_that_holds_something_else_is_refused_in_a_sentence() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("other.jsonl");
        std::fs::write(&path, "banana\n").unwrap();
        let mut sweeper = Sweeper::spawn(|| {}).unwrap();
        sweeper.show(1, path.clone());
        let news = wait_for(&sweeper, |news| is_over(news, 1));
        assert!(news.fault.as_ref().is_some_and(|fault| fault.contains("no results of a sweep")), "{news:?}");
        sweeper.run(2, small(1, 1), SweepStore::File(path.clone()));
        let news = wait_for(&sweeper, |news| is_over(news, 2));
        assert!(news.fault.is_some());
        assert_eq!(std::fs::read_to_string(&path).unwrap(), "banana\n");
        // What is shown stays when something else cannot be read.
        sweeper.run(3, small(1, 1), SweepStore::Memory);
        let before = wait_for(&sweeper, |news| is_over(news, 3)).results.clone().expect("results");
        sweeper.show(4, path);
        let news = wait_for(&sweeper, |news| news.id == 4 && news.fault.is_some());
        assert!(Arc::ptr_eq(news.results.as_ref().expect("results"), &before), "{news:?}");
        assert!(news.phase == SweepPhase::Finished && news.fault.as_ref().is_some_and(|it| it.contains("other.jsonl")));
    }
    #[cfg(unix)]
    #[test]
    fn a_pipe_that_nobody_writes_to_is_given_up_and_what_was_shown_stays() {
        let folder = tempfile::tempdir().unwrap();
        let pipe = folder.path().join("pipe.jsonl");
        crate::worker::make_pipe(&pipe);
        let mut sweeper = Sweeper::spawn(|| {}).unwrap();
        sweeper.run(1, small(1, 1), SweepStore::Memory);
        let before = wait_for(&sweeper, |news| is_over(news, 1)).results.clone().expect("results");
        sweeper.show(2, pipe.clone());
        wait_for(&sweeper, |news| news.id == 2 && news.phase == SweepPhase::Opening);
        sweeper.cancel();
        let news = wait_for(&sweeper, |news| is_over(news, 2));
        assert!(Arc::ptr_eq(news.results.as_ref().expect("results"), &before) && news.fault.is_none(), "{news:?}");
        // Results that are to be gone on with in such a file, and samples from one, do not stand in the way either.
        sweeper.run(3, small(1, 1), SweepStore::File(pipe));
        sweeper.run(4, small(1, 1), SweepStore::Memory);
        assert_eq!(wait_for(&sweeper, |news| is_over(news, 4)).phase, SweepPhase::Finished);
    }
}
