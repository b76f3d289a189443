//! The pictures of the lab: what each is called, the data it draws, and its numbers as a table.

use egui::{RichText, Ui};

use super::{
    View,
    class_window::wheel_ui,
    composed::{self, composed_grid, composed_ui},
    course::{curves_grid, curves_ui},
    losses::{self, losses_grid, losses_ui},
    outcome::{self, is_of_outcome, outcome_ui},
    outcome_tables,
    ownership::{self, ownership_ui},
    regions::{region_pictures, regions_ui, shows_test},
    samples::{classes_grid, samples_ui},
    sampling::{has_samplers, sampling_grid},
    seeds::{self, seeds_ui},
    shaping::shaping_ui,
    shared::{classes, empty_ui, shown},
    tune::{self, setup_ui},
    tune_answer::{self, answer_ui},
    tune_points::{self, points_ui},
    weighting::{self, is_of_weights, weighting_ui},
};
use crate::{
    data::{Evaluation, MAX_TRAINING_CLASSES},
    experiment::export::{Cell, Grid},
    state::{Action, OwnershipView, Picture},
    train::Status,
    ui::{
        charts::{
            Classes, CountsLook, RecallBars, RecallLook, RecallScale, Score, WeightColumns, counts_chart, recall_chart,
            scoreboard_ui, weights_chart,
        },
        widgets::{table_ui, tsv},
    },
    weighting::{Normalisation, Scheme, class_weights, effective_number},
};

/// The overall figures beside recall, with explanations.
const FIGURES: [(&str, &str); 6] = [
    ("Macro", "Mean recall over all classes: every class counts the same (balanced accuracy)"),
    ("Natural", "Accuracy on samples as frequent as in training: what a plain accuracy would show"),
    ("Worst", "Recall of the worst class"),
    ("Many", "Mean recall of the frequent classes (Training → Groups says which)"),
    ("Med.", "Mean recall of the classes in between (Training → Groups says which)"),
    ("Few", "Mean recall of the rare classes (Training → Groups says which)"),
];

/// The title of a picture, a sentence of fact, and what it means.
pub(super) fn title(view: &View<'_>, picture: Picture) -> (String, String) {
    let session = &view.session;
    match picture {
        Picture::Counts => (
            "Training samples per class".to_owned(),
            match session.long_tail() {
                Some(long_tail) => format!("{}. Classes from head to tail, the same order in every picture", long_tail.summary()),
                None => "Classes from head to tail, the same order in every picture".to_owned(),
            },
        ),
        Picture::Weights => {
            let normalisation = session.spec.training.normalisation;
            (
                "Class weights".to_owned(),
                format!(
                    "1/n beside 1/E_n, normalised: {}. {}",
                    normalisation.label().to_lowercase(),
                    normalisation.formula()
                ),
            )
        }
        Picture::Recall => (
            format!("Recall per class on the {}", session.evaluation().label()),
            match session.evaluation() {
                Evaluation::NaturalTest => "Share of a class's samples that are recognised; the dashed line is chance. All rows that are held back are used: the mean over classes (Macro) is what a balanced test set would show, from more samples".to_owned(),
                _ if session.scene().is_some_and(|scene| scene.best_recall.is_some()) => "Share of a class's samples that are recognised; the dashed line is chance, a short line the recall of the Bayes-optimal classifier where all classes are as frequent: above it, a class is favoured at the cost of others".to_owned(),
                _ => "Share of a class's samples that are recognised; the dashed line is chance".to_owned(),
            },
        ),
        Picture::Regions if has_samplers(view) && session.tables.contains(&picture) => (
            "What each sampler does with the training samples".to_owned(),
            "Samples of the training part that an epoch uses, repeats, drops or makes; share of the class in an average batch".to_owned(),
        ),
        Picture::Regions => {
            let title = match session.scene() {
                Some(scene) if scene.n_features > 2 => {
                    format!("Regions on 2 principal components ({:.0} % of variance)", scene.variance_share * 100.0)
                }
                _ if shows_test(view) => "Decision regions and test samples".to_owned(),
                _ => "Decision regions and training samples".to_owned(),
            };
            let explanation = "The colour of a place is the class predicted there, the squares are training samples, or test samples where they are asked for; of frequent classes only some are drawn. With more than two features the regions are those on the plane through the mean, and samples are projected onto it";
            (title, explanation.to_owned())
        }
        Picture::Samples => {
            let title = match session.scene() {
                Some(scene) if scene.n_features > 2 => {
                    format!(
                        "Training samples on 2 principal components ({:.0} % of variance)",
                        scene.variance_share * 100.0
                    )
                }
                _ => "Training samples".to_owned(),
            };
            (title, "One colour a class, dark for the head and bright for the tail; of frequent classes only some are drawn".to_owned())
        }
        Picture::Classes => ("What each class is like".to_owned(), "Classes from head to tail".to_owned()),
        Picture::Curves => {
            let what = if view.settings.series.is_share() { session.evaluation().label() } else { "training samples" };
            ("by epoch".to_owned(), format!("{} on the {what}, one line an objective", view.settings.series.label()))
        }
        Picture::LossCurves | Picture::LossSlopes | Picture::LossOwners => losses::title(&view.settings.losses, picture),
        Picture::LossShares | Picture::CumulativeLoss => ownership::title(view, picture),
        Picture::Composition => composed::title(),
        Picture::Seeds => seeds::title(view),
        Picture::SweepSetup => tune::setup_title(),
        Picture::SweepAnswer => tune_answer::answer_title(view),
        Picture::SweepPoints => tune_points::title(view),
        picture if is_of_outcome(picture) => outcome::title(view, picture),
        // The place for weights has all others.
        _ => weighting::title(view, picture),
    }
}

/// Draws a picture or its table in the rest of the space.
pub(super) fn picture_ui(view: &mut View<'_>, ui: &mut Ui, picture: Picture) -> Option<egui::Response> {
    use Picture::{Covering, Derivation, LossCurves, LossOwners, LossSlopes};

    match picture {
        Picture::Seeds => return seeds_ui(view, ui),
        Picture::SweepPoints => return points_ui(view, ui),
        Picture::SweepSetup => {
            setup_ui(view, ui);
            return None;
        }
        Picture::SweepAnswer => {
            answer_ui(view, ui);
            return None;
        }
        _ => {}
    }
    let classes = classes(view);
    let needs_training = matches!(picture, Picture::Recall | Picture::Regions | Picture::Curves)
        || OwnershipView::is_of_run(picture)
        || is_of_outcome(picture);
    let is_theory = matches!(picture, LossCurves | LossSlopes | LossOwners | Covering | Derivation);
    if !is_theory && (classes.is_empty() || classes.len() > MAX_TRAINING_CLASSES && needs_training) {
        empty_ui(view, ui);
        return None;
    }
    let is_always_table = matches!(picture, Picture::Classes | Picture::Consequences);
    if view.session.tables.contains(&picture) || is_always_table {
        ownership::choices_ui(view, ui, picture);
        if ui.button("Copy").on_hover_text("Copy all rows, separated by tabs").clicked() {
            let with_whole_names = Classes { names: view.session.class_names(), ..classes.clone() };
            view.actions.push(Action::Copy(tsv(&grid(view, picture, &with_whole_names)), "The table"));
        }
        table_ui(ui, &format!("{picture:?}"), &grid(view, picture, &classes), &mut view.session.sort);
        return None;
    }
    let size = ui.available_size();
    let (response, rank) = match picture {
        picture if is_of_weights(picture) => weighting_ui(view, ui, picture, &classes)?,
        picture if is_of_outcome(picture) => outcome_ui(view, ui, picture, &classes),
        Picture::LossShares | Picture::CumulativeLoss => ownership_ui(view, ui, picture, &classes)?,
        Picture::Counts => {
            let can_drag = view.session.spec.uses_distribution();
            let look = CountsLook { is_log: view.settings.log_counts, can_drag };
            let drawn = counts_chart(ui, &classes, look, size);
            shaping_ui(view, ui, &classes, &drawn);
            (drawn.response, drawn.hovered)
        }
        Picture::Weights => {
            weights_legend_ui(view, ui);
            let size = ui.available_size();
            weights_chart(ui, &classes, &weights(view, &classes), view.settings.log_weights, size)
        }
        Picture::Recall => recall_with_scores_ui(view, ui, &classes),
        Picture::Regions => match regions_ui(view, ui, &classes) {
            Some(drawn) => drawn,
            None => {
                empty_ui(view, ui);
                return None;
            }
        },
        Picture::LossCurves | Picture::LossSlopes | Picture::LossOwners => return losses_ui(view, ui, picture),
        Picture::Samples => {
            let pictures = region_pictures(view);
            match samples_ui(view, ui, &classes, &pictures) {
                Some(drawn) => drawn,
                None => {
                    empty_ui(view, ui);
                    return None;
                }
            }
        }
        Picture::Curves => (curves_ui(view, ui, size), None),
        Picture::Composition => {
            composed_ui(view, ui, &classes);
            return None;
        }
        // The others were drawn above.
        _ => return None,
    };
    if let Some(rank) = rank {
        if !matches!(picture, Picture::Regions | Picture::LossShares) {
            wheel_ui(view, ui, &response, rank);
        }
        view.session.hovered_class = Some(classes.order[rank]);
        if classes.hovered != Some(rank) {
            ui.ctx().request_repaint();
        }
    }
    Some(response)
}

fn weights(view: &View<'_>, classes: &Classes) -> WeightColumns {
    let beta = view.session.weights_beta();
    let normalisation = view.session.spec.training.normalisation;
    let column = |scheme: Scheme| {
        let weights = view.session.counts().and_then(|counts| class_weights(counts, scheme, normalisation).ok());
        let weights = weights.unwrap_or_else(|| vec![0.0; classes.len()]);
        classes.order.iter().map(|&class_idx| weights[class_idx]).collect()
    };
    WeightColumns {
        inverse_frequency: column(Scheme::InverseFrequency),
        effective_number: column(Scheme::EffectiveNumber { beta }),
        beta,
        effective_samples: classes.counts.iter().map(|&n| effective_number(beta, n)).collect(),
        is_relative: normalisation != Normalisation::None,
    }
}

fn weights_legend_ui(view: &View<'_>, ui: &mut Ui) {
    let is_dark = ui.visuals().dark_mode;
    let beta = view.session.weights_beta();
    ui.horizontal(|ui| {
        for (name, is_effective) in
            [("Inverse frequency".to_owned(), false), (format!("Effective number, β = {beta}"), true)]
        {
            let (rect, _) = ui.allocate_exact_size(egui::Vec2::splat(12.0), egui::Sense::hover());
            ui.painter().rect_filled(rect, 2.0, crate::ui::palette::weights(is_effective, is_dark));
            ui.label(RichText::new(name).size(12.0));
        }
        let normalisation = view.session.spec.training.normalisation;
        let text = RichText::new(normalisation.label().to_lowercase()).size(12.0).weak();
        ui.add(egui::Label::new(text).truncate()).on_hover_text(normalisation.formula());
    });
}

/// Recall at the left, the overall figures at the right; below each other where it is narrow.
fn recall_with_scores_ui(view: &mut View<'_>, ui: &mut Ui, classes: &Classes) -> (egui::Response, Option<usize>) {
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
    let scores = scores(view);
    let of_scene = view.session.scene().and_then(|scene| scene.best_recall.as_ref());
    let best: Vec<Option<f64>> = of_scene.map_or_else(Vec::new, |best| {
        classes.order.iter().map(|&class_idx| best.get(class_idx).copied().flatten()).collect()
    });
    let total = ui.available_size();
    let scores_width = 468.0_f32.min(total.x * 0.5);
    ui.horizontal_top(|ui| {
        let scale = RecallScale::Recall { best: &best };
        let look = RecallLook { name: "Recall per class", scale, has_lines: view.settings.compare.has_lines };
        let chart = recall_chart(ui, classes, &bars, look, egui::vec2(total.x - scores_width - 12.0, total.y));
        ui.vertical(|ui| {
            egui::ScrollArea::both()
                .id_salt("scores")
                .auto_shrink(false)
                .show(ui, |ui| scoreboard_ui(ui, &FIGURES, &scores));
        });
        chart
    })
    .inner
}

fn scores(view: &View<'_>) -> Vec<Score> {
    shown(view)
        .map(|(idx, objective)| {
            let run = view.session.run(idx);
            let fault = run.and_then(|run| match &run.status {
                Status::Diverged(divergence) => Some(divergence.to_string()),
                _ => None,
            });
            let values = match view.session.trained_run(idx) {
                Some(run) => {
                    let mut values = vec![run.macro_recall, run.natural_accuracy, run.worst.map(|(_, recall)| recall)];
                    values.extend(run.groups);
                    values
                }
                None => vec![None; FIGURES.len()],
            };
            Score { name: objective.name.clone(), colour: objective.colour, values, fault }
        })
        .collect()
}

/// The numbers behind a picture.
fn grid(view: &View<'_>, picture: Picture, classes: &Classes) -> Grid {
    match picture {
        Picture::Counts | Picture::Weights => weights_grid(view, classes),
        Picture::Regions if has_samplers(view) => sampling_grid(view, classes),
        Picture::Recall | Picture::Regions => recall_grid(view, classes),
        Picture::Curves => curves_grid(view),
        Picture::Samples | Picture::Classes => classes_grid(view, classes),
        Picture::LossCurves | Picture::LossSlopes | Picture::LossOwners => losses_grid(&view.settings.losses, picture),
        Picture::LossShares | Picture::CumulativeLoss => ownership::grid(view, picture, classes),
        Picture::Composition => composed_grid(view, classes),
        picture if is_of_outcome(picture) => outcome_tables::grid(view, picture, classes),
        _ => weighting::grid(view, picture, classes),
    }
}

fn weights_grid(view: &View<'_>, classes: &Classes) -> Grid {
    let weights = weights(view, classes);
    let header = ["Class", "Samples", "Inverse frequency", "Effective number", "E_n"].map(str::to_owned).to_vec();
    let row = |rank: usize| {
        vec![
            Cell::Text(classes.label(rank)),
            Cell::Count(classes.counts[rank]),
            Cell::Number(weights.inverse_frequency[rank]),
            Cell::Number(weights.effective_number[rank]),
            Cell::Number(weights.effective_samples[rank]),
        ]
    };
    Grid { header, rows: (0..classes.len()).map(row).collect(), ..Grid::default() }
}

fn recall_grid(view: &View<'_>, classes: &Classes) -> Grid {
    let mut header = vec!["Class".to_owned(), "Samples".to_owned()];
    header.extend(shown(view).map(|(_, objective)| objective.name.clone()));
    let per_class = (0..classes.len()).map(|rank| {
        let recalls = shown(view).map(|(idx, _)| {
            let run = view.session.trained_run(idx);
            Cell::share(run.and_then(|run| run.per_class_recall.get(classes.order[rank]).copied().flatten()))
        });
        [Cell::Text(classes.label(rank)), Cell::Count(classes.counts[rank])].into_iter().chain(recalls).collect()
    });
    let scores = scores(view);
    let overall = FIGURES.iter().enumerate().map(|(column, (name, _))| {
        let values = scores.iter().map(|score| Cell::share(score.values.get(column).copied().flatten()));
        [Cell::Text((*name).to_owned()), Cell::Missing].into_iter().chain(values).collect()
    });
    Grid { header, rows: per_class.chain(overall).collect(), ..Grid::default() }
}
