//! Whole runs against figures that were computed independently.

#![allow(clippy::unwrap_used, reason = "a test may fail")]

use std::sync::atomic::AtomicBool;

use longtail_lab::{
    experiment::{
        Difference, Ending, Estimate, ExperimentSpec, Hooks, ObjectiveSpec, ObjectiveSummary, Preset, RunRecord,
        Source, find_situation, paired_differences, run, summarise,
    },
    weighting::Normalisation,
};

fn records(spec: &ExperimentSpec) -> Vec<RunRecord> {
    let checked = spec.check().unwrap();
    let source = Source::open(&checked).unwrap();
    let stop = AtomicBool::new(false);
    let hooks = Hooks::silent(&stop);
    run(&checked, &source, &hooks).unwrap()
}

/// The default experiment over five seeds with other objectives.
fn summaries(objectives: Vec<ObjectiveSpec>) -> Vec<ObjectiveSummary> {
    let mut spec = ExperimentSpec { seeds: 5, objectives: Vec::new(), ..ExperimentSpec::default() };
    for objective in objectives {
        spec.add_objective(objective).unwrap();
    }
    summarise(&records(&spec))
}

/// Macro recall, and natural accuracy where one is expected, lie within 0.03 of the figures.
fn check(cases: &[(ObjectiveSpec, f64, Option<f64>)]) {
    let found = summaries(cases.iter().map(|(objective, ..)| objective.clone()).collect());
    assert_eq!(found.len(), cases.len());
    for (summary, (objective, macro_recall, natural)) in found.iter().zip(cases) {
        let holds = |what: &str, got: f64, expected: f64| {
            assert!((got - expected).abs() <= 0.03, "{}: {what} is {got:.3}, expected {expected}", objective.formula());
        };
        holds("macro recall", summary.figures.macro_recall.unwrap().mean, *macro_recall);
        if let Some(natural) = natural {
            holds("natural accuracy", summary.figures.natural_accuracy.unwrap().mean, *natural);
        }
    }
}

fn cb(beta: f64, gamma: f64) -> ObjectiveSpec {
    ObjectiveSpec { beta, gamma, ..Preset::CbSoftmax.objective() }
}

#[test]
fn the_default_experiment_gives_the_expected_figures() {
    check(&[
        (Preset::Ce.objective(), 0.486, Some(0.857)),
        (Preset::BalancedCe.objective(), 0.698, Some(0.701)),
        (Preset::Focal.objective(), 0.519, None),
        (Preset::CbSoftmax.objective(), 0.686, Some(0.784)),
    ]);
}

/// Macro recall of the objective at a place less that of the first, seed by seed.
fn gain(records: &[RunRecord], place: usize) -> Difference {
    paired_differences(records, &records[0].objective)[place - 1].figures.macro_recall.unwrap()
}

/// Whether a difference is no chance and lies in a range.
fn is_sure_and_in(difference: Difference, range: std::ops::Range<f64>) -> bool {
    difference.within_noise == Some(false) && range.contains(&difference.estimate.mean)
}

#[test]
fn the_default_objectives_are_told_apart_by_what_they_gain_over_ce() {
    let spec = ExperimentSpec { seeds: 5, ..ExperimentSpec::default() };
    let records = records(&spec);
    let names: Vec<&str> = records[..4].iter().map(|record| record.objective.as_str()).collect();
    assert_eq!(names, ["CE", "Balanced CE", "Focal", "CB"]);
    // The figures above less that of CE, 0.486, and within as much of them; none of them is chance.
    for (place, expected) in [(1, 0.212), (2, 0.033), (3, 0.200)] {
        let gain = gain(&records, place);
        assert!(is_sure_and_in(gain, expected - 0.03..expected + 0.03), "{}: {gain:?}", names[place]);
    }
}

#[test]
fn other_points_of_the_space_give_the_expected_figures() {
    check(&[
        (Preset::InverseSqrt.objective(), 0.606, Some(0.842)),
        (cb(0.9, 0.0), 0.486, Some(0.857)),
        (cb(0.99, 0.0), 0.549, Some(0.858)),
        (cb(0.9999, 0.0), 0.697, Some(0.711)),
        (ObjectiveSpec { gamma: 1.0, ..Preset::Focal.objective() }, 0.504, None),
        (cb(0.999, 1.0), 0.690, Some(0.778)),
        (Preset::BalancedSoftmax.objective(), 0.693, Some(0.670)),
        (ObjectiveSpec { alpha: None, ..Preset::SigmoidFocal.objective() }, 0.316, Some(0.799)),
    ]);
}

#[test]
fn a_run_that_diverges_stops_with_a_sentence_and_the_others_go_on() {
    let mut spec = ExperimentSpec::default();
    // Without normalisation inverse frequency makes weights, and so steps, hundreds of times smaller than those of CE.
    spec.training.normalisation = Normalisation::None;
    // Far beyond 300 to 400, where it depends on rounding whether CE exceeds the bound within 20 epochs.
    spec.training.learning_rate = 1000.0;
    spec.training.l2 = 0.0;
    spec.training.epochs = 20;
    spec.objectives.truncate(2);
    let records = records(&spec);
    let (ce, balanced) = (&records[0], &records[1]);
    assert_eq!((ce.ending, ce.figures.macro_recall, ce.training_objective), (Ending::Diverged, None, None));
    let note = ce.note.as_deref().unwrap();
    assert!(note.starts_with("diverged in epoch ") && note.contains("(now 1000)"), "{note}");
    assert_eq!((balanced.ending, balanced.epochs), (Ending::Finished, 20));
    assert!(balanced.figures.macro_recall.unwrap() > 0.5);
}

/// A situation over three seeds.
fn spec_of(key: &str) -> ExperimentSpec {
    let mut spec = ExperimentSpec { seeds: 3, ..ExperimentSpec::default() };
    find_situation(key).unwrap_or_else(|| panic!("{key}")).apply(&mut spec);
    spec
}

/// What a situation in which re-weighting hurts says: the summaries of its objectives, in order.
fn situation(key: &str) -> Vec<ObjectiveSummary> {
    summarise(&records(&spec_of(key)))
}

/// Whether focal loss alone gains something, but not much, and weights much.
fn does_focal_loss_do_little(records: &[RunRecord]) -> bool {
    is_sure_and_in(gain(records, 1), 0.002..0.04) && is_sure_and_in(gain(records, 2), 0.18..1.0)
}

#[test]
fn the_situations_in_which_re_weighting_hurts_do_what_they_say() {
    let mean = |figure: Option<Estimate>| figure.unwrap().mean;
    let step = situation("step-imbalance-cb-pays-at-the-head");
    let (ce, cb) = (&step[0], &step[1]);
    assert!(mean(ce.figures.natural_accuracy) - mean(cb.figures.natural_accuracy) > 0.05);
    assert!(
        mean(ce.figures.many_recall) - mean(cb.figures.many_recall) > 0.06
            && mean(cb.figures.medium_recall) > mean(ce.figures.medium_recall)
    );

    let large = situation("beta-too-large-the-head-pays-much-for-little");
    let (fitting, too_large) = (&large[1], &large[2]);
    let gain = mean(too_large.figures.macro_recall) - mean(fitting.figures.macro_recall);
    let cost = mean(fitting.figures.natural_accuracy) - mean(too_large.figures.natural_accuracy);
    assert!((0.0..0.04).contains(&gain) && cost > 0.08, "{gain} {cost}");

    let faded = situation("separable-data-without-l2-weights-fade");
    let recalls: Vec<f64> = faded.iter().map(|one| mean(one.figures.macro_recall)).collect();
    assert!(recalls.iter().all(|recall| *recall > 0.98 && (recall - recalls[0]).abs() < 0.01), "{recalls:?}");

    let twice = situation("corrected-twice-balanced-batches-and-weights");
    assert!(mean(twice[1].figures.macro_recall) - mean(twice[2].figures.macro_recall) > 0.1);
    assert!(mean(twice[2].figures.natural_accuracy) < 0.35);
}

#[test]
fn focal_loss_alone_does_little_and_the_check_knows_it_from_cross_entropy() {
    let mut spec = spec_of("focal-loss-alone-does-not-balance");
    let focal = records(&spec);
    assert!(does_focal_loss_do_little(&focal), "{:?} {:?}", gain(&focal, 1), gain(&focal, 2));
    // The same with a focal loss that is cross entropy.
    spec.objectives[1].gamma = 0.0;
    assert!(!does_focal_loss_do_little(&records(&spec)));
}
