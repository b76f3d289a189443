//! Whole runs against figures that were computed independently.

use std::sync::atomic::AtomicBool;

use longtail_lab::experiment::{
    ExperimentSpec, Hooks, ObjectiveSpec, ObjectiveSummary, Preset, RunRecord, Source, run, summarise,
};

fn records(spec: &ExperimentSpec) -> Vec<RunRecord> {
    let checked = spec.check().unwrap();
    let source = Source::open(&checked).unwrap();
    let hooks = Hooks { stop: &AtomicBool::new(false), on_epochs: &|_| {}, clock: &|| 0.0 };
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

/// Macro recall and natural accuracy lie within 0.03 of the expected ones; NaN is not looked at.
fn check(cases: Vec<(ObjectiveSpec, f64, f64)>) {
    let found = summaries(cases.iter().map(|(objective, ..)| objective.clone()).collect());
    for (summary, (objective, macro_recall, natural)) in found.iter().zip(&cases) {
        let (got_macro, got_natural) = (summary.macro_recall.unwrap().mean, summary.natural_accuracy.unwrap().mean);
        println!("{:30} {got_macro:.3} {macro_recall:.3}   {got_natural:.3} {natural:.3}", objective.formula());
        assert!(
            (got_macro - macro_recall).abs() <= 0.03,
            "{}: macro recall {got_macro}, expected {macro_recall}",
            objective.formula()
        );
        let is_off = (got_natural - natural).abs() > 0.03;
        assert!(!is_off, "{}: natural accuracy {got_natural}, expected {natural}", objective.formula());
    }
}

fn cb(beta: f64, gamma: f64) -> ObjectiveSpec {
    ObjectiveSpec { beta, gamma, ..Preset::CbSoftmax.objective() }
}

#[test]
fn the_default_experiment_gives_the_expected_figures() {
    check(vec![
        (Preset::Ce.objective(), 0.486, 0.857),
        (Preset::BalancedCe.objective(), 0.698, 0.701),
        (Preset::Focal.objective(), 0.519, f64::NAN),
        (Preset::CbSoftmax.objective(), 0.686, 0.784),
    ]);
}

#[test]
fn other_points_of_the_space_give_the_expected_figures() {
    check(vec![
        (Preset::InverseSqrt.objective(), 0.606, 0.842),
        (cb(0.9, 0.0), 0.486, 0.857),
        (cb(0.99, 0.0), 0.549, 0.858),
        (cb(0.9999, 0.0), 0.697, 0.711),
        (ObjectiveSpec { gamma: 1.0, ..Preset::Focal.objective() }, 0.504, f64::NAN),
        (cb(0.999, 1.0), 0.690, 0.778),
        (ObjectiveSpec { alpha: None, ..Preset::SigmoidFocal.objective() }, 0.316, 0.799),
    ]);
}
