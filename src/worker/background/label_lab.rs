//! The thread that trains comparisons over label sets.

use std::sync::{
    Arc,
    atomic::{AtomicBool, Ordering},
};

use super::{
    pool::{Rank, run_in_pool},
    service::{Requests, Service, State},
};
use crate::experiment::multilabel::{LabelComparison, LabelLab};

/// A comparison over label sets, as far as it is known; never changed once it is out.
#[derive(Debug, Clone, Default)]
pub struct LabelNews {
    /// The question that this answers.
    pub id: u64,
    /// Whether it is being trained.
    pub is_running: bool,
    /// The newest comparison that is trained; of an earlier question while one is being trained.
    pub comparison: Option<Arc<LabelComparison>>,
    /// Why nothing can be trained.
    pub fault: Option<String>,
}

/// A comparison to be trained.
struct Question {
    id: u64,
    lab: LabelLab,
    stop: Arc<AtomicBool>,
}

/// A handle to the thread; dropping it stops the thread.
pub(in crate::worker) struct LabelTrainer {
    service: Service<Question, LabelNews>,
    /// Stops the question in hand.
    stop: Arc<AtomicBool>,
}

impl LabelTrainer {
    pub(in crate::worker) fn spawn(wake: impl Fn() + Send + 'static) -> std::io::Result<Self> {
        let answer_all = |requests: Requests<Question>, state: State<LabelNews>| {
            let mut comparison = None;
            while let Some(question) = requests.next() {
                comparison = answer(&question, comparison, &state);
            }
        };
        Ok(Self { service: Service::spawn("label trainer", wake, answer_all)?, stop: Arc::default() })
    }

    /// Drops the question in hand and asks another.
    pub(in crate::worker) fn ask(&mut self, id: u64, lab: LabelLab) {
        self.stop.store(true, Ordering::Relaxed);
        self.stop = Arc::default();
        self.service.ask(Question { id, lab, stop: Arc::clone(&self.stop) });
    }

    pub(in crate::worker) fn newest(&self) -> Arc<LabelNews> {
        self.service.newest()
    }
}

impl Drop for LabelTrainer {
    fn drop(&mut self) {
        self.stop.store(true, Ordering::Relaxed);
    }
}

/// Answers a question; `last` is the comparison that is shown meanwhile.
fn answer(
    question: &Question,
    last: Option<Arc<LabelComparison>>,
    state: &State<LabelNews>,
) -> Option<Arc<LabelComparison>> {
    let news = LabelNews { id: question.id, is_running: true, comparison: last.clone(), fault: None };
    state.publish(news.clone());
    let trained = run_in_pool("label trainer", Rank::Background, || question.lab.train(&question.stop));
    let (comparison, fault) = match trained {
        Ok(found) => (found.map(Arc::new).or(last), None),
        Err(fault) => (last, Some(fault)),
    };
    state.publish(LabelNews { is_running: false, comparison: comparison.clone(), fault, ..news });
    comparison
}
