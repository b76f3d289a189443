//! What is measured of a comparison, and what the window is told of it.

use std::sync::Arc;

use super::Job;
use crate::{
    experiment::{ObjectiveSpec, export::TrainedComparison},
    train::{Checkpoint, Stop, Trainer},
    worker::{
        BatchPlotData, Phase, RunSnapshot, Snapshot, TrainingSpeed, Watched,
        snapshot::{PendingSnapshot, Subject},
    },
};

impl Job {
    /// What a picture would be of now.
    fn subject(&self, watched: Watched) -> Subject {
        Subject { version: self.version, looked_at: self.looked_at, watched }
    }

    /// Whether what was measured last is how things stand.
    pub(in crate::worker) fn is_measured(&self, watched: Watched) -> bool {
        self.shown.as_ref().is_some_and(|(picture, _)| picture.subject == self.subject(watched))
    }

    /// Goes on measuring, or begins to; returns whether a picture has been finished. One that was begun is finished even if
    /// things have changed since: while a slider is dragged there would be none else.
    pub(in crate::worker) fn measure(&mut self, watched: Watched, stop: Stop<'_>) -> bool {
        let mut picture = self.in_the_making.take().unwrap_or_else(|| self.begin_snapshot(watched));
        let is_done = picture.go_on(self.comparison.dataset(), &self.plot_data, stop);
        if is_done {
            self.shown = Some(self.drawn(picture));
        } else {
            self.in_the_making = Some(picture);
        }
        is_done
    }

    /// Of each objective now, or at the epoch that is looked at; what stands between two epochs belongs to its history.
    fn begin_snapshot(&self, watched: Watched) -> PendingSnapshot {
        let trainers = self.comparison.trainers();
        let objectives = self.spec.objectives.iter().zip(trainers).map(|(objective, trainer)| {
            let is_of_history = self.looked_at.is_none() && trainer.batch() == 0;
            (objective.colour, is_of_history, self.checkpoint(objective, trainer))
        });
        let last = self.shown.as_ref().map(|(picture, _)| picture);
        PendingSnapshot::begin(self.subject(watched), self.groups.clone(), objectives, last)
    }

    /// The model of an objective now, or at the epoch that is looked at.
    fn checkpoint(&self, objective: &ObjectiveSpec, trainer: &Trainer) -> Checkpoint {
        let kept = self.looked_at.and_then(|epoch| self.timeline.at(objective.colour, epoch)).cloned();
        kept.unwrap_or_else(|| trainer.checkpoint())
    }

    /// The models now, or at the epoch that is looked at.
    pub(in crate::worker) fn trained(&self) -> TrainedComparison {
        let objectives = self.spec.objectives.iter().zip(self.comparison.trainers());
        TrainedComparison {
            spec: self.spec.clone(),
            dataset: Arc::clone(self.comparison.dataset()),
            models: objectives.map(|(objective, trainer)| self.checkpoint(objective, trainer)).collect(),
        }
    }

    /// A picture that is done, with what it shows; its figures are added to the histories.
    fn drawn(&mut self, picture: PendingSnapshot) -> (PendingSnapshot, Vec<RunSnapshot>) {
        let mut runs = Vec::with_capacity(picture.parts.len());
        for part in &picture.parts {
            let Some((checkpoint, measured, drawn)) = part.done() else { continue };
            // Of an objective that has been taken out since, or starts again, there is nothing to remember.
            let is_there =
                || self.by_colour().any(|(colour, epoch)| colour == part.colour && epoch >= checkpoint.epoch());
            if part.is_of_history && is_there() {
                let history = self.histories.entry(part.colour).or_default();
                history.push(checkpoint.epoch(), RunSnapshot::values(measured, &picture.groups, &self.thirds));
                self.ownerships.add(part.colour, checkpoint.epoch(), measured);
            }
            let ownership = self.ownerships.look(part.colour, measured, drawn.cumulative.clone());
            runs.push(RunSnapshot::of(part.colour, checkpoint, measured, &picture.groups, ownership, drawn.clone()));
        }
        (picture, runs)
    }

    /// Everything there is to see of the comparison as it stands, with what was measured last.
    pub(in crate::worker) fn snapshot(&self, speed: TrainingSpeed, watched: Watched) -> Snapshot {
        let (is_measured, is_playing) = (self.is_measured(watched), self.is_playing());
        let position = self.comparison.position();
        Snapshot {
            run_id: self.run_id,
            phase: Phase::Ready,
            epoch: position.epoch,
            batch: position.batch,
            n_batches: self.comparison.n_batches(),
            looked_at: self.shown.as_ref().and_then(|(picture, _)| picture.subject.looked_at),
            stride: self.timeline.stride(),
            is_playing,
            is_finished: self.comparison.is_finished(),
            has_settled: self.has_settled,
            changes: self.marks.to_vec().into(),
            advice: self.advice.clone(),
            plot_data: Some(Arc::clone(&self.plot_data)),
            reading: None,
            inspection: self.inspection.clone(),
            columns: Arc::clone(&self.columns),
            classes: self.classes.clone(),
            is_measured,
            runs: self.runs(is_measured && (self.shows_batch || is_playing && speed.is_slow_motion())),
        }
    }

    /// What was measured last of the objectives that there are, with their pasts, training sets and next batches.
    fn runs(&self, shows_batch: bool) -> Vec<RunSnapshot> {
        let Some((picture, shown)) = &self.shown else { return Vec::new() };
        let shows_batch = shows_batch && picture.subject.looked_at.is_none();
        let next = if shows_batch { self.comparison.next_batches() } else { Vec::new() };
        let objectives = self.spec.objectives.iter().zip(self.comparison.training_sets()).enumerate();
        let run = |(idx, (objective, set)): (usize, (&ObjectiveSpec, _))| {
            let mut run = shown.iter().find(|run| run.colour == objective.colour)?.clone();
            run.history = Arc::new(self.histories.get(&run.colour).cloned().unwrap_or_default());
            run.training = self.training_scenes.of(set);
            let part = picture.parts.iter().find(|part| part.colour == run.colour)?;
            run.batch = next.get(idx).and_then(Option::as_ref).zip(part.done()).map(|(next, (checkpoint, ..))| {
                let settings = self.spec.training.settings();
                Arc::new(BatchPlotData::of(
                    next,
                    set,
                    &settings,
                    &self.plot_data,
                    &checkpoint.predictor(),
                    &run.regions,
                ))
            });
            Some(run)
        };
        objectives.filter_map(run).collect()
    }
}

#[cfg(test)]
mod tests {
    use std::{
        sync::atomic::{AtomicBool, Ordering},
        time::Duration,
    };

    use super::*;
    use crate::{
        experiment::ExperimentSpec,
        train::Batch,
        worker::{Goal, training::samples::samples},
    };

    fn job(spec: &ExperimentSpec) -> Job {
        let checked = spec.check().unwrap();
        let samples = samples(&checked, None).unwrap_or_else(|(error, _)| panic!("{error}"));
        Job::new(1, &checked, samples).unwrap_or_else(|(error, _)| panic!("{error}"))
    }

    fn snapshot(job: &Job) -> Snapshot {
        job.snapshot(TrainingSpeed::Unlimited, Watched::default())
    }

    fn measure(job: &mut Job) -> Snapshot {
        assert!(job.measure(Watched::default(), &|| false));
        snapshot(job)
    }

    fn train(job: &mut Job) {
        job.play(Goal::Epoch(u64::MAX));
        job.train(TrainingSpeed::Unlimited, &AtomicBool::new(false));
        job.pause();
    }

    /// Epoch and figures of each objective.
    fn figures(snapshot: &Snapshot) -> Vec<(usize, u64, f64, Vec<Option<f64>>)> {
        let of_run = |run: &RunSnapshot| (run.colour, run.epoch, run.objective, run.per_class_recall.clone());
        snapshot.runs.iter().map(of_run).collect()
    }

    #[test]
    fn a_halted_measurement_shows_the_figures_of_before_and_goes_on_to_those_of_the_model_reached() {
        let mut job = job(&ExperimentSpec::default());
        assert!(!job.measure(Watched::default(), &|| true));
        let first = snapshot(&job);
        assert!(
            first.phase == Phase::Ready && first.plot_data.is_some() && first.runs.is_empty() && !first.is_measured
        );
        let at_start = measure(&mut job);
        assert!(at_start.is_measured && at_start.runs.len() == 4);
        train(&mut job);
        assert!(!job.measure(Watched::default(), &|| true));
        let answer = snapshot(&job);
        assert!(!answer.is_measured && !answer.is_playing && (answer.epoch, answer.batch) > (0, 0));
        assert_eq!(figures(&answer), figures(&at_start));
        let whole = measure(&mut job);
        assert!(whole.is_measured && !job.is_measuring());
        let direct = job.comparison.measure(&job.comparison.checkpoints());
        for (run, measured) in whole.runs.iter().zip(&direct) {
            assert_eq!((run.objective, &run.outcome.confusion), (measured.objective, &measured.evaluated));
        }
    }

    #[test]
    fn what_is_watched_is_added_without_measuring_anew() {
        let mut job = job(&ExperimentSpec::default());
        measure(&mut job);
        let watched = Watched { class_idx: Some(3), ..Watched::default() };
        let n_asked = std::sync::atomic::AtomicUsize::new(0);
        let stop = || {
            n_asked.fetch_add(1, Ordering::Relaxed);
            false
        };
        assert!(job.measure(watched, &stop));
        assert_eq!(n_asked.into_inner(), 4, "one piece an objective");
        let shown = job.snapshot(TrainingSpeed::Unlimited, watched);
        assert!(shown.is_measured && shown.runs.iter().all(|run| run.outcome.scores.is_some()));
    }

    #[test]
    fn a_change_does_not_take_the_picture_in_the_making_away() {
        let mut spec = ExperimentSpec::default();
        let mut job = job(&spec);
        train(&mut job);
        assert!(!job.measure(Watched::default(), &|| true));
        spec.objectives.remove(0);
        spec.training.l2 = 0.5;
        job.change(&spec.check().unwrap()).unwrap();
        let of_before = measure(&mut job);
        assert!(!of_before.is_measured);
        assert_eq!(of_before.runs.iter().map(|run| run.colour).collect::<Vec<_>>(), [1, 2, 3]);
        let now = measure(&mut job);
        assert!(now.is_measured && now.runs[0].objective > of_before.runs[0].objective);
    }

    #[test]
    fn a_batch_that_is_halted_before_it_began_is_still_to_be_done() {
        let mut spec = ExperimentSpec::default();
        spec.training.batch = Batch::Full;
        let mut job = job(&spec);
        job.batch_took = Duration::from_secs(1);
        job.step_batch();
        assert!(!job.train(TrainingSpeed::Unlimited, &AtomicBool::new(true)));
        assert!(job.wants_to_train() && job.comparison.epoch() == 0);
        job.train(TrainingSpeed::Unlimited, &AtomicBool::new(false));
        assert!(!job.wants_to_train() && job.comparison.epoch() == 1);
    }
}
