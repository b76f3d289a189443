//! The samples as far as they are drawn: a selection of points on a plane, and what they are.

use std::sync::Arc;

use ndarray::Axis;

use crate::{
    data::{Dataset, Evaluation, FeatureMap, Projection, Samples},
    distribution::ClassCounts,
    train::{Bounds, Raster},
};

/// Cells along a side of a raster of decision regions.
pub const REGION_SIDE: usize = 128;

/// Most points that are kept to be drawn.
const MOST_POINTS: usize = 4000;

/// What there is to draw of a data set.
#[derive(Debug, Clone)]
pub struct PlotData {
    /// Names of classes, shape `[n_classes]`.
    pub class_labels: Arc<[String]>,
    /// Training samples of each class.
    pub counts: ClassCounts,
    /// The set that recall is measured on.
    pub evaluation: Evaluation,
    /// Samples of each class in that set, shape `[n_classes]`.
    pub evaluated_counts: Vec<u64>,
    /// Samples of each class in the test set with the training set's class shares, shape `[n_classes]`; empty without one.
    pub natural_counts: Vec<u64>,
    /// Recall of each class under the best possible classifier, where it can be known, shape `[n_classes]`.
    pub best_recall: Option<Vec<Option<f64>>>,
    /// Number of features of the inputs.
    pub n_features: usize,
    /// Number of features that the model sees; another number where there is a feature map.
    pub n_mapped: usize,
    /// Share of the variance on the plane, 1 for two features.
    pub variance_share: f64,
    /// Part of the plane that is drawn.
    pub bounds: Bounds,
    /// Places of training samples on the plane, class by class, thinned as by [`per_class_quota`].
    pub points: Vec<Vec<[f32; 2]>>,
    /// The same of the samples that recall is measured on; empty where these are the training samples, or under a feature map.
    pub test_points: Vec<Vec<[f32; 2]>>,
    /// Middle of each class on the plane, shape `[n_classes]`; `None` for a class without samples.
    pub centres: Vec<Option<[f32; 2]>>,
    pub(in crate::worker) raster: Raster,
    plane: Projection,
    map: Arc<FeatureMap>,
}

impl PlotData {
    /// Looks at a data set.
    pub(in crate::worker) fn of(dataset: &Dataset) -> Self {
        let plane = Projection::of(&dataset.inputs);
        let points = places(&plane, &dataset.inputs, dataset.train.labels(), dataset.n_classes());
        let (evaluation, evaluated) = dataset.evaluation();
        // Under a feature map the test samples are known as the model sees them alone.
        let has_test_points = dataset.map.is_linear() && evaluation != Evaluation::Training;
        let test_points = has_test_points.then(|| places(&plane, evaluated, evaluated.labels(), dataset.n_classes()));
        let counts_of = |samples: &Samples| {
            let counts = samples.class_counts(dataset.n_classes());
            counts.map(|counts| counts.as_slice().to_vec()).unwrap_or_default()
        };
        let bounds = bounds(&points);
        Self {
            class_labels: Arc::clone(&dataset.class_labels),
            counts: dataset.counts.clone(),
            evaluation,
            evaluated_counts: counts_of(evaluated),
            natural_counts: dataset.natural_test.as_deref().map(counts_of).unwrap_or_default(),
            best_recall: dataset.population.as_ref().and_then(|population| population.best_recall(1)),
            n_features: dataset.inputs.n_features(),
            n_mapped: dataset.train.n_features(),
            variance_share: plane.variance_share(),
            bounds,
            centres: points.iter().map(|places| middle(places)).collect(),
            points,
            test_points: test_points.unwrap_or_default(),
            raster: Raster::new(&plane, bounds, &dataset.map, REGION_SIDE),
            plane,
            map: Arc::clone(&dataset.map),
        }
    }

    /// Place of a sample on the plane, before the feature map.
    pub(in crate::worker) fn place(&self, samples: &Samples, sample_idx: usize) -> [f32; 2] {
        place(&self.plane, samples, sample_idx)
    }

    /// The plane that is drawn.
    pub(in crate::worker) fn plane(&self) -> &Projection {
        &self.plane
    }

    /// What the model sees of a place on the plane, shape `[n_mapped]`.
    pub(in crate::worker) fn features_at(&self, [u, v]: [f64; 2]) -> Vec<f32> {
        let [along_u, along_v] = self.plane.axes();
        let input = (self.plane.origin() + &(along_u * u) + &(along_v * v)).mapv(|x| x as f32);
        self.map.map_rows(&input.insert_axis(Axis(0))).into_raw_vec_and_offset().0
    }
}

/// Places of samples class by class, of frequent classes only some, evenly spread.
fn places(plane: &Projection, samples: &Samples, labels: &[u32], n_classes: usize) -> Vec<Vec<[f32; 2]>> {
    let mut rows_of_class = vec![Vec::new(); n_classes];
    for (row, &label) in labels.iter().enumerate() {
        rows_of_class[label as usize].push(row);
    }
    let quota = per_class_quota(rows_of_class.iter().map(Vec::len), MOST_POINTS);
    let of_class = |rows: &Vec<usize>| {
        let step = rows.len().div_ceil(quota).max(1);
        rows.iter().step_by(step).map(|&row| place(plane, samples, row)).collect()
    };
    rows_of_class.iter().map(of_class).collect()
}

pub(in crate::worker) fn place(plane: &Projection, samples: &Samples, sample_idx: usize) -> [f32; 2] {
    plane.project(samples.row(sample_idx)).map(|coordinate| coordinate as f32)
}

/// The largest number of points a class, at least 1, at which all classes together stay within `most`.
///
/// Rare classes are so drawn in full before frequent ones are thinned.
pub fn per_class_quota(sizes: impl Iterator<Item = usize> + Clone, most: usize) -> usize {
    let drawn = |quota: usize| sizes.clone().map(|size| size.min(quota)).sum::<usize>();
    let (mut enough, mut too_many) = (1, most + 1);
    while enough + 1 < too_many {
        let middle = usize::midpoint(enough, too_many);
        if drawn(middle) <= most { enough = middle } else { too_many = middle }
    }
    enough
}

fn middle(points: &[[f32; 2]]) -> Option<[f32; 2]> {
    let n = points.len() as f32;
    (n > 0.0).then(|| [0, 1].map(|axis| points.iter().map(|point| point[axis]).sum::<f32>() / n))
}

/// A square around all but the outermost half per cent of points on each side, so that an outlier does not shrink the rest.
fn bounds(points: &[Vec<[f32; 2]>]) -> Bounds {
    let range = |axis: usize| {
        let mut values: Vec<f32> = points.iter().flatten().map(|point| point[axis]).collect();
        values.sort_by(f32::total_cmp);
        let cut = values.len() / 200;
        match (values.get(cut), values.get(values.len().saturating_sub(1 + cut))) {
            (Some(&low), Some(&high)) => (f64::from(low), f64::from(high)),
            _ => (-1.0, 1.0),
        }
    };
    let ranges = [range(0), range(1)];
    let half = ranges.iter().map(|(low, high)| (high - low) / 2.0).fold(1e-3, f64::max) * 1.1;
    let centre = ranges.map(|(low, high)| f64::midpoint(low, high));
    Bounds { min: centre.map(|c| c - half), max: centre.map(|c| c + half) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        data::{Seeds, generate},
        experiment::DataSpec,
    };

    #[test]
    fn rare_classes_are_drawn_in_full_and_the_total_is_bounded() {
        let spec = DataSpec { features: 5, test_per_class: 5, ..DataSpec::default() }.generator();
        let counts = ClassCounts::new(vec![9000, 400, 30, 0]).unwrap();
        let dataset = generate(&spec, &counts, Seeds::all(1)).unwrap();
        let plot_data = PlotData::of(&dataset);
        let drawn: Vec<usize> = plot_data.points.iter().map(Vec::len).collect();
        assert!(drawn.iter().sum::<usize>() <= MOST_POINTS);
        assert_eq!(drawn[1..], [400, 30, 0]);
        assert!(drawn[0] > 2000);
        assert_eq!(
            plot_data.test_points.iter().map(Vec::len).collect::<Vec<_>>(),
            [5, 5, 5, 0],
            "a class that cannot be learnt is not tested"
        );
        assert!(plot_data.centres[3].is_none() && plot_data.centres[2].is_some());
        assert!(plot_data.variance_share > 0.5 && plot_data.variance_share < 1.0);
    }
}
