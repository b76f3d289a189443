//! A figure of each label under each objective, from the most frequent label to the rarest.

use egui::{RichText, Ui};

use super::{
    Card, Drawn, Needs, View,
    label_shared::{comparison_ui, label_classes},
};
use crate::{
    experiment::export::{Cell, Grid},
    state::LabelFigure,
    ui::{
        charts::{Classes, RecallBars, RecallLook, RecallScale, recall_chart},
        palette, theme,
        widgets::choice_box,
    },
};

/// A figure of each label.
pub(super) struct LabelFigures;

impl Card for LabelFigures {
    fn name(&self) -> &'static str {
        "Figures of each label"
    }

    fn short_name(&self) -> &'static str {
        "Labels"
    }

    fn title(&self, view: &View<'_>) -> String {
        format!("{} of each label, {}", view.settings.labels.figure.label(), rule_in_words(view))
    }

    fn meaning(&self, _: &View<'_>) -> String {
        "On as many test samples as are trained on, from the most frequent label to the rarest. Each label has a threshold of its own: it is said to be there where its probability reaches it. Click a label to look at it below".to_owned()
    }

    fn needs(&self) -> Needs {
        Needs::Nothing
    }

    fn least_heights(&self) -> [f32; 2] {
        [230.0, 240.0]
    }

    fn choices_ui(&self, view: &mut View<'_>, ui: &mut Ui) {
        let figure = &mut view.settings.labels.figure;
        choice_box(ui, "label figure", "Figure of each label", 90.0, figure, &LabelFigure::ALL, |figure| {
            (figure.label(), figure.explanation())
        });
    }

    fn body_ui(&self, view: &mut View<'_>, ui: &mut Ui, _: &Classes) -> Option<Drawn> {
        let comparison = comparison_ui(view, ui)?;
        let classes = label_classes(view, &comparison);
        let measures = view.session.labels.measures(&comparison, view.settings.labels.rule);
        let figure = view.settings.labels.figure;
        let bars: Vec<RecallBars> = comparison
            .objectives
            .iter()
            .zip(measures.iter())
            .enumerate()
            .map(|(colour, (objective, measures))| RecallBars {
                name: objective.preset.label().to_owned(),
                colour,
                recall: classes.order.iter().map(|&label| figure.of(&measures.labels[label])).collect(),
            })
            .collect();
        legend_ui(ui, &bars);
        let look = RecallLook {
            name: "Figures of each label",
            scale: RecallScale::Share { name: figure.label() },
            has_lines: false,
        };
        let size = ui.available_size();
        let (response, rank) = recall_chart(ui, &classes, &bars, look, size);
        if let Some(rank) = rank.filter(|_| response.clicked()) {
            view.session.labels.label = classes.order[rank];
        }
        Some(Drawn::chart(response))
    }

    fn table(&self, view: &mut View<'_>, _: &Classes) -> Grid {
        let Some(comparison) = view.session.labels.comparison().cloned() else { return Grid::default() };
        let classes = label_classes(view, &comparison);
        let measures = view.session.labels.measures(&comparison, view.settings.labels.rule);
        let figure = view.settings.labels.figure;
        let names = comparison.objectives.iter().map(|objective| objective.preset.label().to_owned());
        let header = ["label", "positives"].map(str::to_owned).into_iter().chain(names).collect();
        let row = |(rank, &label): (usize, &usize)| {
            let values = measures.iter().map(|measures| Cell::share(figure.of(&measures.labels[label])));
            [Cell::Text(comparison.names[label].clone()), Cell::Count(classes.counts[rank])]
                .into_iter()
                .chain(values)
                .collect()
        };
        Grid { header, rows: classes.order.iter().enumerate().map(row).collect(), ..Grid::default() }
    }
}

/// How thresholds are found, in words.
fn rule_in_words(view: &View<'_>) -> String {
    let by_hand = match view.session.labels.by_hand.len() {
        0 => String::new(),
        1 => ", one by hand".to_owned(),
        n => format!(", {n} by hand"),
    };
    format!("threshold {}{by_hand}", view.settings.labels.rule.label())
}

/// The objectives with their colours.
fn legend_ui(ui: &mut Ui, bars: &[RecallBars]) {
    let is_dark = ui.visuals().dark_mode;
    ui.horizontal_wrapped(|ui| {
        for bar in bars {
            let colour = palette::objective(bar.colour, is_dark);
            ui.label(RichText::new("■").color(colour));
            ui.label(RichText::new(&bar.name).size(theme::sized(14.0)));
            ui.add_space(6.0);
        }
    });
}
