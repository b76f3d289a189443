//! What a sampler did with the training part, as far as it is drawn; made once for each training set.

use std::sync::Arc;

use super::{PlotData, per_class_quota};
use crate::data::{ClassUse, Dataset, Origin, Sampler, Samples, Sampling, TrainingSet};

/// Most marks that are kept to be drawn.
const MOST_MARKS: usize = 4000;

/// An objective's own training set, where it is not simply the training part.
#[derive(Debug, Clone)]
pub struct TrainingPlotData {
    /// The sampler.
    pub sampling: Sampling,
    /// The epoch, from 1, whose draws are shown; `None` where the set is the same in every epoch.
    pub epoch: Option<u64>,
    /// Marks on the plane, class by class.
    pub marks: Vec<ClassMarks>,
    /// What became of each class, shape `[n_classes]`.
    pub uses: Vec<ClassUse>,
}

/// The drawn samples of one class; of many only some, evenly spread.
#[derive(Debug, Clone, Default)]
pub struct ClassMarks {
    /// Samples that are looked at once an epoch.
    pub once: Vec<Mark>,
    /// Samples that are looked at more than once: copied, or drawn again.
    pub repeated: Vec<Mark>,
    /// Samples that are not looked at: dropped, or not drawn.
    pub unused: Vec<Mark>,
    /// Samples that were made.
    pub made: Vec<Mark>,
}

/// A sample that is drawn.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Mark {
    /// Its place on the plane.
    pub place: [f32; 2],
    /// How often it is looked at in the epoch.
    pub times: u32,
}

impl TrainingPlotData {
    /// Looks at a training set of a data set; of a sampler that draws anew in every epoch at the first of `n_epochs`,
    /// and where the shares change over the run at the one in the middle.
    pub(in crate::worker) fn of(dataset: &Dataset, plot_data: &PlotData, set: &TrainingSet, n_epochs: u64) -> Self {
        let sampler = set.sampling().sampler();
        let epoch = if sampler.changes_over_epochs() { n_epochs / 2 } else { 0 };
        let times = set.times_used(epoch, n_epochs);
        let mut kinds: Vec<[Vec<usize>; 4]> = vec![Default::default(); dataset.n_classes()];
        for (kinds, rows) in kinds.iter_mut().zip(set.rows_of_class()) {
            for row in rows.iter().map(|&row| row as usize) {
                let kind = match times[row] {
                    0 => 2,
                    1 => 0,
                    _ => 1,
                };
                kinds[kind].push(row);
            }
        }
        for (idx, origin) in set.origins().into_iter().flatten().enumerate() {
            if matches!(origin, Origin::Made { .. }) {
                kinds[set.samples().labels()[idx] as usize][3].push(idx);
            }
        }
        let quota = per_class_quota(kinds.iter().flatten().map(Vec::len), MOST_MARKS);
        let thinned = |indices: &[usize], samples: &Samples, times: &dyn Fn(usize) -> u32| {
            let step = indices.len().div_ceil(quota).max(1);
            let mark = |&idx: &usize| Mark { place: plot_data.place(samples, idx), times: times(idx) };
            indices.iter().step_by(step).map(mark).collect()
        };
        let of_part = |rows: &[usize]| thinned(rows, &dataset.inputs, &|row| times[row]);
        let marks = kinds.iter().map(|[once, repeated, unused, made]| ClassMarks {
            once: of_part(once),
            repeated: of_part(repeated),
            unused: of_part(unused),
            made: thinned(made, set.inputs(), &|_| 1),
        });
        Self {
            sampling: set.sampling(),
            epoch: (!sampler.is_resampling()).then_some(epoch + 1),
            marks: marks.collect(),
            uses: set.class_use(&times, n_epochs),
        }
    }
}

/// The training sets of a comparison that were looked at.
#[derive(Clone, Default)]
pub(in crate::worker) struct TrainingScenes {
    known: Vec<KnownScene>,
}

/// A training set that was looked at, under this number of epochs.
#[derive(Clone)]
struct KnownScene {
    set: Arc<TrainingSet>,
    n_epochs: u64,
    plot_data: Arc<TrainingPlotData>,
}

impl TrainingScenes {
    /// Prepares what is drawn of each of these training sets, once, and forgets others; a snapshot only points to it.
    pub(in crate::worker) fn follow<'a>(
        &mut self,
        sets: impl Iterator<Item = &'a Arc<TrainingSet>>,
        dataset: &Dataset,
        plot_data: &PlotData,
        n_epochs: u64,
    ) {
        let known = std::mem::take(&mut self.known);
        for set in sets {
            let sampler = set.sampling().sampler();
            let is_current = |known: &&KnownScene| {
                Arc::ptr_eq(&known.set, set) && (known.n_epochs == n_epochs || !sampler.changes_over_epochs())
            };
            if sampler == Sampler::Instance || self.known.iter().any(|known| is_current(&known)) {
                continue;
            }
            let plot_data = match known.iter().find(is_current) {
                Some(known) => Arc::clone(&known.plot_data),
                None => Arc::new(TrainingPlotData::of(dataset, plot_data, set, n_epochs)),
            };
            self.known.push(KnownScene { set: Arc::clone(set), n_epochs, plot_data });
        }
    }

    /// What is drawn of a training set; `None` where every sample comes once an epoch.
    pub(in crate::worker) fn of(&self, set: &Arc<TrainingSet>) -> Option<Arc<TrainingPlotData>> {
        let found = self.known.iter().find(|known| Arc::ptr_eq(&known.set, set));
        found.map(|known| Arc::clone(&known.plot_data))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        data::{Sampler, Seeds, generate},
        distribution::ClassCounts,
        experiment::DataSpec,
    };

    #[test]
    fn marks_show_what_the_sampler_did_and_their_number_is_bounded() {
        let spec = DataSpec { features: 5, test_per_class: 5, ..DataSpec::default() }.generator();
        let dataset = generate(&spec, &ClassCounts::new(vec![9000, 400, 30, 0]).unwrap(), Seeds::all(1)).unwrap();
        let plot_data = PlotData::of(&dataset);
        for sampler in Sampler::ALL {
            let set = TrainingSet::prepare(&dataset, Sampling::new(sampler, 5), 1).unwrap();
            let drawn = TrainingPlotData::of(&dataset, &plot_data, &set, 10);
            let n = |marks: &ClassMarks| [&marks.once, &marks.repeated, &marks.unused, &marks.made].map(Vec::len);
            let total: usize = drawn.marks.iter().flat_map(n).sum();
            assert!(total <= MOST_MARKS && total > 300, "{sampler:?}: {total}");
            let [once, repeated, unused, made] = n(&drawn.marks[2]);
            match sampler {
                Sampler::Instance => assert_eq!([once, repeated, unused, made], [30, 0, 0, 0]),
                Sampler::OverSampling => assert!(repeated == 30 && made == 0),
                Sampler::UnderSampling => {
                    assert_eq!([once, repeated, unused, made], [30, 0, 0, 0]);
                    assert!(drawn.marks[0].once.len() == 30 && drawn.marks[0].unused.len() > 500);
                }
                Sampler::Smote => assert!(once == 30 && made > 500),
                Sampler::ClassBalanced | Sampler::SquareRoot | Sampler::Progressive => {
                    assert!(repeated > 20 && drawn.marks[0].unused.len() > 100, "{sampler:?}");
                }
            }
            assert_eq!(drawn.epoch.is_some(), !sampler.is_resampling());
            assert_eq!(drawn.uses.len(), 4);
        }
    }
}
