//! Recall of each class under each objective, with the overall figures at the right.

use egui::Ui;

use super::{
    Card, Drawn, Needs, View,
    buttons::{small, switch_ui},
    shared::shown,
};
use crate::{
    data::Evaluation,
    experiment::{
        Figure,
        export::{Cell, Grid},
    },
    lesson::ReadOut,
    state::{Action, Picture},
    train::Status,
    ui::{
        charts::{Classes, RecallBars, RecallLook, RecallScale, Score, recall_chart, score_layout, scoreboard_ui},
        fit::brief,
        theme,
        widgets::scrolled,
    },
};

/// Recall per class.
pub(super) struct Recall;

impl Card for Recall {
    fn name(&self) -> &'static str {
        "Recall per class"
    }

    fn short_name(&self) -> &'static str {
        "Recall"
    }

    fn title(&self, view: &View<'_>) -> String {
        format!("Recall per class on the {}", view.session.evaluation().label())
    }

    fn meaning(&self, view: &View<'_>) -> String {
        let session = &view.session;
        match session.evaluation() {
            Evaluation::NaturalTest => "Share of a class's samples that are recognised; the dashed line is chance. All rows that are held back are used: the mean over classes (Macro) is what a balanced test set would show, from more samples",
            _ if session.plot_data().is_some_and(|plot_data| plot_data.best_recall.is_some()) => "Share of a class's samples that are recognised; the dashed line is chance, a short line the recall of the Bayes-optimal classifier where all classes are as frequent: above it, a class is favoured at the cost of others",
            _ => "Share of a class's samples that are recognised; the dashed line is chance",
        }
        .to_owned()
    }

    fn needs(&self) -> Needs {
        Needs::Training
    }

    fn least_heights(&self) -> [f32; 2] {
        [226.0, 240.0]
    }

    fn buttons_ui(&self, view: &mut View<'_>, ui: &mut Ui) {
        recall_buttons_ui(view, ui);
    }

    fn body_ui(&self, view: &mut View<'_>, ui: &mut Ui, classes: &Classes) -> Option<Drawn> {
        Some(Drawn::over_classes(chart_and_scores_ui(view, ui, classes)))
    }

    fn table(&self, view: &mut View<'_>, classes: &Classes) -> Grid {
        recall_grid(view, classes)
    }
}

/// Recall at the left, the overall figures at the right; below each other where it is narrow.
fn chart_and_scores_ui(view: &mut View<'_>, ui: &mut Ui, classes: &Classes) -> (egui::Response, Option<usize>) {
    let bars: Vec<RecallBars> = shown(view)
        .map(|(idx, objective)| {
            let run = view.session.trained_run(idx);
            let recall = |class_idx: usize| run.and_then(|run| run.per_class_recall.get(class_idx).copied().flatten());
            RecallBars {
                name: objective.name.clone(),
                colour: objective.colour,
                recall: classes.order.iter().map(|&class_idx| recall(class_idx)).collect(),
            }
        })
        .collect();
    let mut scores = scores(view);
    if view.session.hides(ReadOut::Scores) {
        for score in &mut scores {
            score.values.fill(None);
        }
    }
    let of_plot_data = view.session.plot_data().and_then(|plot_data| plot_data.best_recall.as_ref());
    let of_plot_data = of_plot_data.filter(|_| !view.session.hides(ReadOut::Best));
    let best: Vec<Option<f64>> = of_plot_data.map_or_else(Vec::new, |best| {
        classes.order.iter().map(|&class_idx| best.get(class_idx).copied().flatten()).collect()
    });
    let total = ui.available_size();
    let columns = Figure::MAIN.map(|figure| (figure.short(), figure.explanation()));
    // Where it is narrow the bars get more of it.
    let share = if total.x < 560.0 { 0.42 } else { 0.5 };
    let missing: Vec<String> =
        untested_classes(view, classes).into_iter().chain(missing_groups(&columns, &scores)).collect();
    let layout = score_layout(ui, &columns, &scores, egui::vec2(total.x * share, total.y));
    let drawn = ui.horizontal_top(|ui| {
        let scale = RecallScale::Recall { best: &best };
        let look = RecallLook { name: "Recall per class", scale, has_lines: view.settings.compare.has_lines };
        let chart = recall_chart(ui, classes, &bars, look, egui::vec2(total.x - layout.width() - 12.0, total.y));
        ui.vertical(|ui| {
            scrolled(egui::ScrollArea::both().id_salt("scores").auto_shrink(false), ui, |ui| {
                scoreboard_ui(ui, &columns, &mut scores, layout);
                lines_legend_ui(ui, !best.is_empty(), &missing);
            });
        });
        chart
    });
    for (objective, score) in view.session.spec.objectives.iter_mut().zip(scores) {
        objective.shown = score.shown;
    }
    drawn.inner
}

/// What the lines on the bars mean, where there is room for it.
fn lines_legend_ui(ui: &mut Ui, has_best: bool, missing: &[String]) {
    const LINE: f32 = 20.0;
    let mut entries = vec![("chance", true)];
    if has_best {
        entries.insert(0, ("best possible (Bayes)", false));
    }
    for (name, is_dashed) in entries {
        if ui.clip_rect().bottom() - ui.cursor().top() < LINE {
            return;
        }
        ui.horizontal(|ui| {
            let (rect, _) = ui.allocate_exact_size(egui::vec2(18.0, 12.0), egui::Sense::hover());
            let ends = [rect.left_center(), rect.right_center()];
            let ink = egui::Stroke::new(1.5, ui.visuals().text_color());
            if is_dashed {
                ui.painter().extend(egui::Shape::dashed_line(&ends, ink, 4.0, 3.0));
            } else {
                ui.painter().line_segment(ends, ink);
            }
            let text = egui::RichText::new(name).size(theme::sized(12.0)).weak();
            ui.add(egui::Label::new(text).truncate());
        });
    }
    for missing in missing {
        if ui.clip_rect().bottom() - ui.cursor().top() < LINE {
            return;
        }
        ui.add(egui::Label::new(egui::RichText::new(missing).size(theme::sized(12.0)).weak()).truncate());
    }
}

/// Classes that are trained on but not tested, which no mean knows.
fn untested_classes(view: &View<'_>, classes: &Classes) -> Option<String> {
    let runs: Vec<_> = shown(view).filter_map(|(idx, _)| view.session.trained_run(idx)).collect();
    let is_tested =
        |class_idx: usize| runs.iter().any(|run| run.per_class_recall.get(class_idx).copied().flatten().is_some());
    // Before anything is measured nothing is missing.
    let is_measured = (0..classes.len()).any(is_tested);
    let untested = (0..classes.len()).filter(|&rank| classes.counts[rank] > 0 && !is_tested(classes.order[rank]));
    let names: Vec<String> = untested.map(|rank| classes.label(rank)).collect();
    (is_measured && !names.is_empty()).then(|| format!("Not tested, in no mean: {}", brief(&names.join(", "))))
}

/// Why a column has no figures at all.
fn missing_groups(columns: &[(&str, &str)], scores: &[Score]) -> Option<String> {
    let trained = || scores.iter().filter(|score| score.values.iter().any(Option::is_some));
    let is_missing = |column: usize| trained().all(|score| score.values.get(column).copied().flatten().is_none());
    trained().next()?;
    let names: Vec<&str> =
        columns.iter().enumerate().filter(|(column, _)| is_missing(*column)).map(|(_, (name, _))| *name).collect();
    (!names.is_empty()).then(|| format!("{} n/a: no class in it", names.join(", ")))
}

fn scores(view: &View<'_>) -> Vec<Score> {
    let objectives = view.session.spec.objectives.iter().enumerate();
    objectives
        .map(|(idx, objective)| {
            let run = view.session.run(idx);
            let fault = run.and_then(|run| match &run.status {
                Status::Diverged(divergence) => Some(divergence.to_string()),
                _ => None,
            });
            let run = view.session.trained_run(idx);
            let values = Figure::MAIN.map(|figure| run.and_then(|run| run.figures.get(figure))).to_vec();
            Score { name: objective.name.clone(), colour: objective.colour, shown: objective.shown, values, fault }
        })
        .collect()
}

/// Recall of each class, and below it the overall figures.
pub(super) fn recall_grid(view: &View<'_>, classes: &Classes) -> Grid {
    let mut header = vec!["Class".to_owned(), "Samples".to_owned()];
    header.extend(shown(view).map(|(_, objective)| objective.name.clone()));
    let per_class = (0..classes.len()).map(|rank| {
        let recalls = shown(view).map(|(idx, _)| {
            let run = view.session.trained_run(idx);
            Cell::share(run.and_then(|run| run.per_class_recall.get(classes.order[rank]).copied().flatten()))
        });
        [Cell::Text(classes.label(rank)), Cell::Count(classes.counts[rank])].into_iter().chain(recalls).collect()
    });
    let scores: Vec<Score> = scores(view).into_iter().filter(|score| score.shown).collect();
    let overall = Figure::MAIN.iter().enumerate().map(|(column, figure)| {
        let values = scores.iter().map(|score| Cell::share(score.values.get(column).copied().flatten()));
        [Cell::Text(figure.short().to_owned()), Cell::Missing].into_iter().chain(values).collect()
    });
    Grid { header, rows: per_class.chain(overall).collect(), ..Grid::default() }
}

/// Several seeds, and lines or bars: the buttons of pictures of recall.
pub(super) fn recall_buttons_ui(view: &mut View<'_>, ui: &mut Ui) {
    let lines = ("Lines", "Draw lines over classes from head to tail");
    let bars = ("Bars", "Draw bars for each class");
    switch_ui(ui, &mut view.settings.compare.has_lines, lines, bars);
    let hint = "How sure is this? Train the comparison on several seeds, for 95 % intervals and paired differences";
    if ui.add(small("Seeds")).on_hover_text(hint).clicked() {
        view.actions.push(Action::Enlarge(Some(Picture::Seeds)));
    }
}
