//! What can be told of the experiment on the screen from its settings and the newest figures.

use super::{Session, Teaching};
use crate::{
    data::Evaluation,
    experiment::{DataSource, Series, Situation},
    lesson::{Facts, ReadOut, RunFacts},
};

impl Session {
    /// Whether a read-out is not told yet, as the scene that is taught asks what it says.
    pub fn hides(&self, read_out: ReadOut) -> bool {
        let teaching = self.teaching.as_ref().filter(|teaching| !teaching.is_unlocked && !teaching.is_revealed);
        teaching.and_then(Teaching::scene).is_some_and(|scene| scene.hidden.contains(&read_out))
    }

    /// The situation that was chosen, as long as its data are those of the experiment.
    pub fn shown_situation(&self) -> Option<&Situation> {
        let is_on_screen = |situation: &&Situation| {
            situation.distribution == self.spec.distribution && situation.data == self.spec.data
        };
        self.situation.as_deref().filter(is_on_screen).filter(|_| self.teaching.is_none())
    }

    /// The class that is compared with all others: the chosen or the selected one, or else the rarest that has samples.
    pub fn scored_class(&self) -> Option<usize> {
        let counts = self.counts()?;
        let selected = self.selected_class.or(self.chosen_class).filter(|&class_idx| class_idx < counts.n_classes());
        selected.or_else(|| counts.head_to_tail().into_iter().rfind(|&class_idx| counts.as_slice()[class_idx] > 0))
    }

    /// The set that recall is measured on.
    pub fn evaluation(&self) -> Evaluation {
        match (self.plot_data(), self.spec.data.source) {
            (Some(plot_data), _) => plot_data.evaluation,
            (None, DataSource::Gaussians) => Evaluation::BalancedTest,
            (None, DataSource::BuiltIn | DataSource::File) if self.spec.data.long_tailed => Evaluation::BalancedTest,
            (None, DataSource::BuiltIn | DataSource::File) => Evaluation::NaturalTest,
        }
    }

    /// Whether a lesson is taught that locks what its scene does not leave open.
    pub fn is_locked(&self) -> bool {
        self.teaching.as_ref().is_some_and(|teaching| !teaching.is_unlocked)
    }

    /// Whether the models on the screen are those of the present settings, trained and at rest.
    pub fn is_trained(&self) -> bool {
        let snapshot = self.snapshot();
        snapshot.epoch > 0 && !snapshot.is_playing && snapshot.run_id == self.run_id
    }

    /// What claims and texts of lessons are about: the figures on the screen, of objectives that have learnt something.
    pub fn facts(&self) -> Facts {
        let counts = self.counts();
        let names = self.class_names();
        let n_classes = counts.map_or(0, crate::distribution::ClassCounts::n_classes);
        let run = |(idx, objective): (usize, &crate::experiment::ObjectiveSpec)| {
            let trained = self.trained_run(idx);
            let weights = self.checked().ok().zip(counts).map(|(checked, counts)| checked.class_weights(idx, counts));
            RunFacts {
                objective: objective.name.clone(),
                per_class_recall: trained.map(|run| run.per_class_recall.clone()).unwrap_or_default(),
                figures: trained.map(|run| run.figures).unwrap_or_default(),
                class_weights: weights.unwrap_or_default(),
                shares: trained.map(|run| run.ownership.classes.as_ref().clone()),
                curve: trained.map(|run| run.history.points(Series::MacroRecall)).unwrap_or_default(),
            }
        };
        Facts {
            class_labels: (0..n_classes).map(|class_idx| super::class_label(&names, class_idx)).collect(),
            counts: counts.map(|counts| counts.as_slice().to_vec()).unwrap_or_default(),
            runs: self.spec.objectives.iter().enumerate().map(run).collect(),
        }
    }
}

/// Name of a class: the data's own, or its number where it has none.
pub fn class_label(names: &[String], class_idx: usize) -> String {
    names.get(class_idx).cloned().unwrap_or_else(|| format!("C{class_idx}"))
}
