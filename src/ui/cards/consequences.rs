//! What the weights of each scheme do to training, as a table.

use super::{
    Card, Numbers, View,
    scheme_list::{Shown, consequence, schemes},
};
use crate::{
    experiment::export::{Cell, Grid},
    numbers::three_digits,
    ui::charts::Classes,
    weighting::{BetaHint, BetaRange, Normalisation, Scheme, beta_hint, beta_range},
};

/// Consequences of weights.
pub(super) struct Consequences;

impl Card for Consequences {
    fn name(&self) -> &'static str {
        "Consequences of weights"
    }

    fn title(&self, view: &View<'_>) -> String {
        match view.session.counts() {
            None => "Class weights".to_owned(),
            Some(_) if view.session.spec.training.normalisation == Normalisation::MeanSampleWeightOne => {
                "Every scheme keeps the learning rate".to_owned()
            }
            Some(counts) => {
                let got = consequence(view, counts, Scheme::InverseFrequency);
                format!("1/n multiplies the learning rate by {} in effect", three_digits(got.mean_sample_weight))
            }
        }
    }

    fn meaning(&self, _: &View<'_>) -> String {
        "Mean weight Σ n·w / Σ n: a factor on the learning rate under SGD and the batch mean. Head: the most frequent fifth of classes, its share of Σ n·w".to_owned()
    }

    fn explanation(&self, view: &View<'_>) -> Option<String> {
        let beta = view.session.weights_beta();
        let got = consequence(view, view.session.counts()?, Scheme::EffectiveNumber { beta });
        let share = got.head_share.map_or("n/a".to_owned(), |share| format!("{:.0} %", share * 100.0));
        Some(format!(
            "At β = {beta} a sample weighs {} on average: under SGD and the batch mean this trains like that factor on the learning rate. The most frequent fifth of classes has {share} of the total weight.",
            three_digits(got.mean_sample_weight)
        ))
    }

    fn numbers(&self, _: &View<'_>) -> Numbers {
        Numbers::Always
    }

    fn least_heights(&self) -> [f32; 2] {
        [310.0, 360.0]
    }

    fn table(&self, view: &mut View<'_>, _: &Classes) -> Grid {
        consequences_grid(view)
    }
}

fn consequences_grid(view: &View<'_>) -> Grid {
    let Some(counts) = view.session.counts() else { return Grid::default() };
    let row = |shown: Shown| {
        let got = consequence(view, counts, shown.scheme);
        vec![
            Cell::Text(shown.name),
            Cell::Number(got.mean_sample_weight),
            Cell::share(got.head_share),
            got.tail_to_head.map_or(Cell::Missing, Cell::Number),
            Cell::Text(format!("× {}", three_digits(got.mean_sample_weight))),
        ]
    };
    let range = beta_range(counts)
        .map_or("β makes no difference: all counts are equal, or almost".to_owned(), BetaRange::sentence);
    let mut notes = vec![format!("{range}.")];
    notes.extend(schemes(view).into_iter().filter_map(|shown| {
        let hint = match beta_hint(counts, shown.scheme.beta()?)? {
            BetaHint::AlmostUniform => "uniform",
            BetaHint::AlmostInverseFrequency => "inverse frequency",
        };
        Some(format!("{} gives {hint} weights to within 1 % for these counts.", shown.name))
    }));
    notes.push(
        "Learning rate: the mean weight multiplies it under SGD with the batch mean; the weighted mean and Adam divide it out.".to_owned(),
    );
    let header = ["Scheme", "Mean weight", "Head share", "Tail : head", "Learning rate"].map(str::to_owned).to_vec();
    Grid { header, rows: schemes(view).into_iter().map(row).collect(), notes, ..Grid::default() }
}
