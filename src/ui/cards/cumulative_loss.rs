//! Cumulative share of the training loss by sample, easiest first.

use egui::Ui;

use super::{
    Card, Drawn, Needs, RunData, View,
    loss_lines::percent,
    shared_loss::{before_training, objective, objective_ui, run, says_missing},
};
use crate::{
    experiment::{
        CUMULATIVE_POINTS,
        export::{Cell, Grid},
        share_of_hardest,
    },
    state::{RunSnapshot, Settings},
    ui::{
        charts::{Classes, CumulativeCurve, columns_legend_ui, cumulative_chart},
        palette::Ink,
    },
};

/// The curves of all, many, medium and few.
const CURVES: [(&str, Ink); 4] =
    [("All", Ink::Neutral(0)), ("Many", Ink::Neutral(1)), ("Medium", Ink::Neutral(2)), ("Few", Ink::Neutral(3))];

/// Cumulative loss.
pub(super) struct CumulativeLoss;

impl Card for CumulativeLoss {
    fn name(&self) -> &'static str {
        "Cumulative loss"
    }

    fn title(&self, view: &View<'_>) -> String {
        match run(view).and_then(|run| run.ownership.cumulative.as_ref()?.all.as_deref()) {
            Some(curve) => {
                format!("The hardest tenth owns {} of the loss", percent(Some(share_of_hardest(curve, 0.1))))
            }
            None => "Cumulative share of the loss by sample".to_owned(),
        }
    }

    fn meaning(&self, view: &View<'_>) -> String {
        let name = objective(view).map_or("", |objective| objective.name.as_str());
        format!(
            "{name}: training samples in order of their weighted loss w·l, easiest first, against the share of Σ w·l that they own together; each curve about its own samples (Lin et al., ICCV 2017, figure 4, with groups of classes in place of foreground and background)"
        )
    }

    fn explanation(&self, view: &View<'_>) -> Option<String> {
        let run = run(view)?;
        objective(view)?;
        Some(before_training(run, explanation(run)?))
    }

    fn needs(&self) -> Needs {
        Needs::Training
    }

    fn run_data(&self, _: &Settings) -> Option<RunData> {
        Some(RunData::LossBySample)
    }

    fn least_heights(&self) -> [f32; 2] {
        [330.0, 412.0]
    }

    fn above_table_ui(&self, view: &mut View<'_>, ui: &mut Ui) {
        ui.horizontal_wrapped(|ui| objective_ui(view, ui));
    }

    fn body_ui(&self, view: &mut View<'_>, ui: &mut Ui, _: &Classes) -> Option<Drawn> {
        let cumulative = run(view).and_then(|run| run.ownership.cumulative.clone());
        let curves: Vec<CumulativeCurve<'_>> =
            cumulative.iter().flat_map(|cumulative| cumulative.curves()).filter_map(named_curve).collect();
        ui.horizontal(|ui| {
            objective_ui(view, ui);
            columns_legend_ui(ui, curves.iter().map(|curve| (curve.ink, curve.name)));
        });
        let missing = match &cumulative {
            None => Some("Adding up the losses of all samples…".to_owned()),
            Some(cumulative) if cumulative.all.is_none() => Some("Nobody: the summed loss is 0".to_owned()),
            Some(_) => None,
        };
        if says_missing(view, ui, missing) {
            return None;
        }
        let size = ui.available_size();
        Some(Drawn::chart(cumulative_chart(ui, "Cumulative share of the loss", &curves, size)))
    }

    fn table(&self, view: &mut View<'_>, _: &Classes) -> Grid {
        cumulative_grid(view)
    }
}

fn explanation(run: &RunSnapshot) -> Option<String> {
    let cumulative = run.ownership.cumulative.as_ref()?;
    let all = cumulative.all.as_deref()?;
    let text = format!(
        "Easiest samples first: the easier half owns {} of the loss, the hardest hundredth {}. On the dashed line all samples have the same share; towards the lower right corner a few hard samples own everything, and focal loss moves the curve there.",
        percent(Some(1.0 - share_of_hardest(all, 0.5))),
        percent(Some(share_of_hardest(all, 0.01))),
    );
    let hardest: Vec<String> = cumulative
        .curves()
        .filter(|(name, _)| *name != "All")
        .map(|(name, curve)| format!("{} {}", name.to_lowercase(), percent(Some(share_of_hardest(curve, 0.1)))))
        .collect();
    let of_groups = format!(" Hardest tenth of each group: {}.", hardest.join(", "));
    Some(if hardest.len() > 1 { text + &of_groups } else { text })
}

fn named_curve<'a>((name, shares): (&str, &'a [f64])) -> Option<CumulativeCurve<'a>> {
    let (name, ink) = CURVES.into_iter().find(|(known, _)| *known == name)?;
    Some(CumulativeCurve { name, ink, shares })
}

fn cumulative_grid(view: &View<'_>) -> Grid {
    let Some(cumulative) = run(view).and_then(|run| run.ownership.cumulative.as_ref()) else { return Grid::default() };
    let curves: Vec<(&str, &[f64])> = cumulative.curves().collect();
    let header = std::iter::once("Easiest").chain(curves.iter().map(|(name, _)| *name)).map(str::to_owned).collect();
    let row = |step: usize| {
        let share = step as f64 / (CUMULATIVE_POINTS - 1) as f64;
        let owned = curves.iter().map(|(_, curve)| Cell::Share(curve[step]));
        std::iter::once(Cell::Share(share)).chain(owned).collect()
    };
    let note = "Share of the loss that the easiest samples own, by their share of the samples";
    Grid { header, rows: (0..CUMULATIVE_POINTS).map(row).collect(), notes: vec![note.to_owned()], ..Grid::default() }
}
