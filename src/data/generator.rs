//! Generated samples: a cluster or a shape for each class, with exactly the counts asked for.

use std::sync::Arc;

use super::{DataError, Dataset, GeneratorSpec, Population, Seeds, Stream, TestPart, rng};
use crate::distribution::ClassCounts;

/// Generates training samples with exactly the counts asked for, and both test sets.
///
/// The balanced test set has `test_per_class` samples of every class that has training samples; the natural one is a
/// fresh draw with the training counts, scaled down to at most 20,000 samples. Label noise is in the training samples
/// only. What the brush has added and erased changes the population, and so the counts and all three sets. Training
/// samples follow from the data seed, test samples from the split seed; the same settings and seeds give the same
/// samples on every machine of one type.
///
/// # Errors
/// As [`GeneratorSpec::check`]; and when the brush has erased every sample.
pub fn generate(spec: &GeneratorSpec, counts: &ClassCounts, seeds: Seeds) -> Result<Dataset, DataError> {
    generate_part(spec, counts, seeds, TestPart::Whole)
}

/// As [`generate`], with the test samples of a part: those for validation are a draw of their own, the final ones the
/// same as the whole.
///
/// # Errors
/// As [`generate`].
pub fn generate_part(
    spec: &GeneratorSpec,
    counts: &ClassCounts,
    seeds: Seeds,
    part: TestPart,
) -> Result<Dataset, DataError> {
    spec.check(counts)?;
    let population = Population::new(spec, counts, seeds);
    let mut generator = rng(seeds.data, Stream::Train);
    let generated = population.draw_samples(counts.as_slice(), spec.label_noise, &mut generator);
    let train = spec.painting.paint(generated, seeds.data);
    let counts = train.class_counts(counts.n_classes()).map_err(|_| DataError::AllErased)?;
    let test = |class_counts: &[u64], stream: Stream| {
        let mut generator = rng(seeds.split, stream);
        Arc::new(population.draw(&spec.painting, class_counts, &mut generator))
    };
    let present = |n: u64| if n > 0 { spec.test_per_class as u64 } else { 0 };
    let balanced: Vec<u64> = counts.as_slice().iter().map(|&n| present(n)).collect();
    let class_labels = (0..counts.n_classes()).map(|class_idx| format!("C{class_idx}")).collect();
    let (balanced_stream, natural_stream) = match part {
        TestPart::Whole | TestPart::Final => (Stream::BalancedTest, Stream::NaturalTest),
        TestPart::Validation => (Stream::BalancedValidation, Stream::NaturalValidation),
    };
    let balanced_test = test(&balanced, balanced_stream);
    let natural_test = test(&natural_test_counts(&counts), natural_stream);
    let dataset = Dataset::unmapped(class_labels, counts, Arc::new(train), Some(balanced_test), Some(natural_test));
    Ok(Dataset { population: spec.painting.is_empty().then(|| Arc::new(population)), ..dataset })
}

/// The training counts, scaled down to about 20,000 samples where there are more.
fn natural_test_counts(counts: &ClassCounts) -> Vec<u64> {
    const MOST: f64 = 20_000.0;
    let scale = (MOST / counts.total() as f64).min(1.0);
    counts.as_slice().iter().map(|&n| (n as f64 * scale).round() as u64).collect()
}

#[cfg(test)]
mod tests {
    use std::f64::consts::TAU;

    use super::*;
    use ndarray::Array2;

    use crate::data::{Arrangement, Difficulty, Layout, Painting, Samples, Stroke};

    fn spec() -> GeneratorSpec {
        GeneratorSpec {
            layout: Layout::Ring,
            arrangement: Arrangement::Interleaved,
            n_features: 2,
            separation: 3.0,
            spread: 0.9,
            difficulty: Difficulty::default(),
            label_noise: 0.0,
            test_per_class: 50,
            painting: Painting::default(),
        }
    }

    fn means(spec: &GeneratorSpec, n_classes: usize, seed: u64) -> Array2<f64> {
        Population::new(spec, &counts(&vec![9; n_classes]), Seeds::all(seed)).means().clone()
    }

    fn counts(list: &[u64]) -> ClassCounts {
        ClassCounts::new(list.to_vec()).unwrap()
    }

    #[test]
    fn the_ring_of_ten_puts_class_i_at_three_i_tenths_of_a_turn() {
        let means = means(&spec(), 10, 1);
        for class_idx in 0..10 {
            let angle = TAU * ((3 * class_idx) % 10) as f64 / 10.0;
            assert!((means[[class_idx, 0]] - 3.0 * angle.cos()).abs() < 1e-12);
            assert!((means[[class_idx, 1]] - 3.0 * angle.sin()).abs() < 1e-12);
        }
    }

    #[test]
    fn every_layout_gives_every_class_a_place_of_its_own() {
        for layout in Layout::ALL.into_iter().filter(|layout| !layout.is_shape()) {
            for n_classes in [2, 3, 9, 10, 100] {
                let means = means(&GeneratorSpec { layout, n_features: 5, ..spec() }, n_classes, 3);
                for a in 0..n_classes {
                    for b in 0..a {
                        let apart = (&means.row(a) - &means.row(b)).mapv(f64::abs).sum();
                        assert!(apart > 1e-6, "{layout:?}: classes {a} and {b} of {n_classes} share a place");
                    }
                }
            }
        }
    }

    #[test]
    fn counts_are_exact_and_an_empty_class_has_no_test_samples() {
        let dataset =
            generate(&GeneratorSpec { label_noise: 0.3, ..spec() }, &counts(&[30, 0, 7]), Seeds::all(5)).unwrap();
        let tally = |samples: &Samples| [0, 1, 2].map(|c| samples.labels().iter().filter(|&&l| l == c).count());
        assert_eq!(tally(&dataset.train), [30, 0, 7]);
        assert_eq!(tally(dataset.balanced_test.as_ref().unwrap()), [50, 0, 50]);
        assert_eq!(tally(dataset.natural_test.as_ref().unwrap()), [30, 0, 7]);
    }

    #[test]
    fn clusters_have_the_mean_and_spread_asked_for() {
        let dataset = generate(&spec(), &counts(&[20_000, 20_000]), Seeds::all(1)).unwrap();
        let x: Vec<f64> = (0..20_000).map(|i| f64::from(dataset.train.row(i)[0])).collect();
        let mean = x.iter().sum::<f64>() / 20_000.0;
        let deviation = (x.iter().map(|x| (x - mean).powi(2)).sum::<f64>() / 20_000.0).sqrt();
        assert!((mean - 3.0).abs() < 0.03 && (deviation - 0.9).abs() < 0.02, "{mean} {deviation}");
    }

    #[test]
    fn label_noise_is_the_share_of_samples_from_elsewhere() {
        let noisy = GeneratorSpec { label_noise: 0.25, spread: 0.01, ..spec() };
        let dataset = generate(&noisy, &counts(&[4000, 4000]), Seeds::all(2)).unwrap();
        let elsewhere = (0..4000).filter(|&i| dataset.train.row(i)[0] < 0.0).count();
        assert!((900..1100).contains(&elsewhere), "{elsewhere} of 4000");
    }

    #[test]
    fn the_same_seed_gives_the_same_samples_and_another_seed_others() {
        let train = |seed| generate(&spec(), &counts(&[20, 5]), Seeds::all(seed)).unwrap().train;
        assert_eq!(train(1), train(1));
        assert_ne!(train(1), train(2));
    }

    #[test]
    fn settings_outside_their_range_are_named() {
        let message = |spec: GeneratorSpec, list: &[u64]| spec.check(&counts(list)).unwrap_err().to_string();
        assert_eq!(
            message(GeneratorSpec { n_features: 1, ..spec() }, &[1, 1]),
            "the number of features must be 2 to 64, got 1"
        );
        assert!(message(GeneratorSpec { spread: f64::NAN, ..spec() }, &[1, 1]).contains("spread"));
        assert!(message(GeneratorSpec { label_noise: 1.1, ..spec() }, &[1, 1]).contains("label noise"));
        assert!(message(spec(), &vec![1; 1001]).contains("at most 1000"));
        assert!(message(spec(), &[1_000_000, 1]).contains("at most 1000000 rows"));
    }

    #[test]
    fn difficulty_widens_the_hard_classes_and_brings_neighbours_together() {
        let uneven = Difficulty { ratio: 4.0, overlap: 0.5, correlation: -1.0 };
        let hard_tail = GeneratorSpec { difficulty: uneven, ..spec() };
        let list = counts(&[900, 90, 9]);
        let population = Population::new(&hard_tail, &list, Seeds::all(1));
        let expected = [0.45, 0.9, 1.8];
        assert!(population.spreads().iter().zip(expected).all(|(a, b)| (a - b).abs() < 1e-12));
        // Class 2 has moved a quarter of the way to a neighbour, class 0 not at all.
        let even = Population::new(&spec(), &list, Seeds::all(1));
        assert_eq!(population.means().row(0), even.means().row(0));
        let moved = (&population.means().row(2) - &even.means().row(2)).mapv(|x| x * x).sum().sqrt();
        let side = 3.0 * 3.0_f64.sqrt();
        assert!((moved - 0.25 * side).abs() < 1e-12, "{moved}");
    }

    #[test]
    fn the_validation_part_is_a_draw_of_its_own_and_the_rest_stays() {
        let part = |part| generate_part(&spec(), &counts(&[20, 5]), Seeds::all(1), part).unwrap();
        let [whole, validation, last] = [TestPart::Whole, TestPart::Validation, TestPart::Final].map(part);
        assert!(whole.train == validation.train && whole.balanced_test == last.balanced_test);
        assert_ne!(whole.balanced_test, validation.balanced_test);
        assert_ne!(whole.natural_test, validation.natural_test);
        assert_eq!(whole.balanced_test.unwrap().len(), validation.balanced_test.unwrap().len());
    }

    #[test]
    fn the_split_seed_changes_the_test_sets_alone() {
        let data = |split| generate(&spec(), &counts(&[20, 5]), Seeds { split, ..Seeds::all(1) }).unwrap();
        assert_eq!(data(1).train, data(2).train);
        assert_ne!(data(1).balanced_test, data(2).balanced_test);
        assert_ne!(data(1).natural_test, data(2).natural_test);
    }

    fn painted(strokes: &[Stroke]) -> Result<Dataset, DataError> {
        let mut painting = Painting::default();
        for &stroke in strokes {
            assert!(painting.push(stroke));
        }
        generate(&GeneratorSpec { painting, ..spec() }, &counts(&[300, 30]), Seeds::all(1))
    }

    const EVERYWHERE: Stroke = Stroke { x: 0.0, y: 0.0, radius: 100.0, class: None, samples: 0 };
    const DISC: Stroke = Stroke { x: 20.0, y: -20.0, radius: 2.0, class: Some(1), samples: 70 };

    #[test]
    fn the_brush_adds_exactly_its_samples_inside_its_disc_and_the_tests_follow() {
        let dataset = painted(&[DISC]).unwrap();
        assert_eq!(dataset.counts.as_slice(), [300, 100]);
        let inside = |samples: &Samples| {
            let is_inside = |row: usize| {
                let point = samples.row(row);
                (point[0] - 20.0).hypot(point[1] + 20.0) <= 2.0 && samples.labels()[row] == 1
            };
            (0..samples.len()).filter(|&row| is_inside(row)).count()
        };
        assert_eq!(inside(&dataset.train), 70);
        // 50 test samples of the class, each from the disc with probability 0.7: five deviations are 16.
        let n = inside(dataset.balanced_test.as_ref().unwrap());
        assert!((19..=50).contains(&n), "{n}");
    }

    #[test]
    fn the_eraser_takes_what_is_there_and_what_is_painted_later_stays() {
        let only_zero = Stroke { class: Some(0), ..EVERYWHERE };
        let dataset = painted(&[only_zero, Stroke { class: Some(0), ..DISC }]).unwrap();
        assert_eq!(dataset.counts.as_slice(), [70, 30]);
        let test = dataset.balanced_test.unwrap();
        assert!((0..50).all(|row| test.row(row)[0] > 10.0), "test samples of an erased cluster");
        assert!(matches!(painted(&[DISC, EVERYWHERE]), Err(DataError::AllErased)));
    }

    #[test]
    fn strokes_that_cannot_be_are_named() {
        let message = |stroke: Stroke| painted(&[stroke]).unwrap_err().to_string();
        assert!(
            message(Stroke { class: Some(2), ..DISC }).contains("painted for class 2, counted from 0, but there are 2")
        );
        assert!(message(Stroke { radius: f64::NAN, ..DISC }).contains("the radius of a stroke"));
        assert!(message(Stroke { x: f64::INFINITY, ..DISC }).contains("the place of a stroke"));
        assert!(message(Stroke { class: None, ..DISC }).contains("the class of a stroke"));
        assert!(message(Stroke { samples: 10_001, ..DISC }).contains("at most 10000"));
    }
}
