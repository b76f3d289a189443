//! The pages of the comparison on several seeds: means, paired differences, curves, and their numbers.

use egui::{Align, Label, Layout, Response, RichText, ScrollArea, Ui};

use super::View;
use crate::ui::theme;
use crate::{
    bounds::Bounded,
    distribution::ClassCounts,
    experiment::{
        Difference, Estimate, ExperimentSpec, Figure, ObjectiveSpec, PairedSummary,
        export::{Grid, add_differences, comparison_grid, curves_grid},
    },
    state::{Repetitions, SeedsPage},
    ui::{
        charts::{
            Classes, IntervalBars, SeedCurves, columns_legend_ui, interval_text, intervals_chart, seed_curves_chart,
        },
        fit::{brief, brief_names, brief_sentence},
        palette::{self, Ink},
        widgets::{marker_swatch, scrolled},
    },
};

/// The objectives of the results that are shown, with their place.
pub(super) fn shown<'a>(spec: &ExperimentSpec, news: &'a Repetitions) -> Vec<(usize, &'a ObjectiveSpec)> {
    let is_hidden = |colour: usize| spec.objectives.iter().any(|one| one.colour == colour && !one.shown);
    let asked = news.spec.iter().flat_map(|asked| &asked.objectives).enumerate();
    asked.filter(|(_, objective)| !is_hidden(objective.colour)).collect()
}

/// The objective that the others are compared to: the one that was chosen, or the first that is shown.
pub(super) fn baseline<'a>(view: &View<'_>, news: &'a Repetitions) -> Option<&'a ObjectiveSpec> {
    let shown = shown(&view.session.spec, news);
    let chosen = shown.iter().find(|(_, objective)| Some(objective.colour) == view.settings.compare.baseline);
    chosen.or(shown.first()).map(|(_, objective)| *objective)
}
/// Below this height the chart stands alone.
const LEAST_FOR_FIGURES: f32 = 300.0;

/// The classes of the results, which need not be those on the screen any more.
fn classes(view: &View<'_>, news: &Repetitions) -> Classes {
    let Some(first) = news.records.first() else { return Classes::default() };
    let order = ClassCounts::new(first.counts.clone())
        .map_or_else(|_| (0..first.counts.len()).collect(), |counts| counts.head_to_tail());
    let is_same = view.session.counts().is_some_and(|counts| counts.n_classes() == order.len());
    let marked = view.session.marked_class.filter(|_| is_same);
    Classes {
        names: brief_names(first.class_labels.clone().into()),
        counts: order.iter().map(|&class_idx| first.counts[class_idx]).collect(),
        hovered: marked.and_then(|marked| order.iter().position(|&class_idx| class_idx == marked)),
        selected: None,
        window: if is_same { view.session.window.ranks(order.len()) } else { 0..order.len() },
        order,
    }
}

/// A chart above, figures below where there is room; marks the class under the pointer in every picture.
fn chart_ui(
    view: &mut View<'_>,
    ui: &mut Ui,
    news: &Repetitions,
    bars: &[IntervalBars],
    is_difference: bool,
    (height_below, below): (f32, impl FnOnce(&mut Ui)),
) -> Response {
    let name = if is_difference { "Paired differences over seeds" } else { "Recall over seeds" };
    let classes = classes(view, news);
    let size = ui.available_size();
    let below_height = if size.y < LEAST_FOR_FIGURES { 0.0 } else { height_below.min(size.y * 0.5) };
    let chart_size = egui::vec2(size.x, size.y - below_height);
    let (response, rank) = intervals_chart(ui, name, &classes, bars, is_difference, chart_size);
    if below_height > 0.0 {
        scrolled(ScrollArea::both().id_salt("seed figures").auto_shrink(false), ui, below);
    }
    let is_same = view.session.counts().is_some_and(|counts| counts.n_classes() == classes.len());
    if let Some(rank) = rank.filter(|_| is_same) {
        view.session.hovered_class = Some(classes.order[rank]);
        if classes.hovered != Some(rank) {
            ui.ctx().request_repaint();
        }
    }
    response
}

// ---- Means ----

fn mean(estimate: Option<Estimate>) -> Option<Difference> {
    estimate.map(|estimate| Difference { estimate, within_noise: None })
}

pub(super) fn means_ui(view: &mut View<'_>, ui: &mut Ui, news: &Repetitions) -> Response {
    let order = classes(view, news).order;
    let mut bars = Vec::new();
    let mut rows = Vec::new();
    for (_, objective) in shown(&view.session.spec, news) {
        let Some(summary) = news.summaries.iter().find(|summary| summary.objective == objective.name) else { continue };
        let recall = |&class_idx: &usize| mean(summary.per_class_recall.get(class_idx).copied().flatten());
        let values = order.iter().map(recall).collect();
        bars.push(IntervalBars { name: objective.name.clone(), colour: objective.colour, values });
        rows.push(FigureRow {
            name: &objective.name,
            colour: objective.colour,
            values: Figure::MAIN.map(|figure| mean(summary.figures.get(figure))),
        });
    }
    let height = figures_height(rows.len());
    let below = |ui: &mut Ui| figures_ui(ui, &rows, false);
    chart_ui(view, ui, news, &bars, false, (height, below))
}

// ---- Differences ----

pub(super) fn differences_ui(view: &mut View<'_>, ui: &mut Ui, news: &Repetitions) -> Option<Response> {
    let name = baseline(view, news)?.name.clone();
    let paired = view.session.seeds.paired(&name);
    let order = classes(view, news).order;
    let mut bars = Vec::new();
    let mut rows = Vec::new();
    let mut words = Vec::new();
    for (_, objective) in shown(&view.session.spec, news) {
        let Some(summary) = paired.iter().find(|paired| paired.objective == objective.name) else { continue };
        let values = order.iter().map(|&c| summary.per_class_recall.get(c).copied().flatten()).collect();
        bars.push(IntervalBars { name: objective.name.clone(), colour: objective.colour, values });
        rows.push(FigureRow {
            name: &objective.name,
            colour: objective.colour,
            values: Figure::MAIN.map(|figure| summary.figures.get(figure)),
        });
        let repetitions = view.session.spec.repetitions_in_words(summary.pairs as u64);
        words.push(brief_sentence(&summary.in_words(&repetitions)).into_owned());
    }
    if bars.is_empty() {
        ui.label(RichText::new("There is no other objective to compare").weak());
        return None;
    }
    let width = ui.available_width();
    let height_of = |sentence: &String| {
        let font = egui::TextStyle::Body.resolve(ui.style());
        let galley = ui.painter().layout(sentence.clone(), font, ui.visuals().text_color(), width);
        galley.size().y + ui.spacing().item_spacing.y
    };
    let height = figures_height(rows.len()) + words.iter().map(height_of).sum::<f32>() + 30.0;
    let below = |ui: &mut Ui| {
        figures_ui(ui, &rows, true);
        ui.add_space(2.0);
        // The figures may be wider than the card; the words are not.
        ui.set_max_width(width);
        for sentence in &words {
            ui.add(Label::new(RichText::new(sentence)).wrap());
        }
        let noise = "Hollow and ≈: within noise, the 95 % interval of the paired differences contains 0";
        ui.add(Label::new(RichText::new(noise).size(theme::sized(12.5)).weak()).wrap());
    };
    Some(chart_ui(view, ui, news, &bars, true, (height, below)))
}

// ---- Figures ----

/// Overall figures of one objective.
struct FigureRow<'a> {
    name: &'a str,
    colour: usize,
    values: [Option<Difference>; 6],
}

fn figures_height(n_rows: usize) -> f32 {
    const ROW: f32 = 26.0;
    theme::sized(ROW) * (n_rows + 1) as f32 + 14.0
}

/// A row for each objective, numbers below each other; what is within noise is faded and has a sign.
fn figures_ui(ui: &mut Ui, rows: &[FigureRow<'_>], is_difference: bool) {
    let is_dark = ui.visuals().dark_mode;
    let (figure_width, height) = (theme::sized(108.0), theme::sized(20.0));
    let least = Figure::MAIN.len() as f32 * (figure_width + 6.0) + 12.0;
    let name_width = (ui.available_width() - least).within(theme::sized(110.0), theme::sized(220.0));
    let cell = |ui: &mut Ui, text: RichText| {
        let size = egui::vec2(figure_width, height);
        ui.allocate_ui_with_layout(size, Layout::right_to_left(Align::Center), |ui| {
            ui.set_min_size(size);
            ui.label(text)
        })
        .inner
    };
    egui::Grid::new("seed figures").spacing([6.0, 4.0]).min_col_width(0.0).show(ui, |ui| {
        ui.label("");
        for figure in Figure::MAIN {
            cell(ui, RichText::new(figure.label()).color(palette::weak_text(is_dark)))
                .on_hover_text(figure.explanation());
        }
        ui.end_row();
        for row in rows {
            let size = egui::vec2(name_width, height);
            ui.allocate_ui_with_layout(size, Layout::left_to_right(Align::Center), |ui| {
                ui.set_min_size(size);
                marker_swatch(ui, Ink::Objective(row.colour));
                ui.add(Label::new(brief(row.name)).truncate()).on_hover_text(brief(row.name));
            });
            for value in row.values {
                let text = interval_text(value, is_difference);
                let is_noise = value.is_some_and(|value| value.within_noise == Some(true));
                if is_noise {
                    let text = RichText::new(format!("≈ {text}")).color(palette::weak_text(is_dark));
                    cell(ui, text).on_hover_text("Within noise: the interval contains 0");
                } else {
                    cell(ui, RichText::new(text));
                }
            }
            ui.end_row();
        }
    });
}

// ---- Curves ----

pub(super) fn curves_ui(view: &mut View<'_>, ui: &mut Ui, news: &Repetitions) -> Response {
    let means = view.session.seeds.curves();
    let curves: Vec<SeedCurves<'_>> = shown(&view.session.spec, news)
        .into_iter()
        .filter_map(|(_, objective)| {
            let (_, mean) = means.iter().find(|(name, _)| *name == objective.name)?;
            let runs = news.records.iter().filter(|record| record.objective == objective.name);
            let seeds = runs.map(|record| record.curve.as_slice()).collect();
            Some(SeedCurves { name: &objective.name, colour: objective.colour, seeds, mean })
        })
        .collect();
    columns_legend_ui(ui, curves.iter().map(|curve| (Ink::Objective(curve.colour), curve.name)));
    let n_epochs = news.spec.as_ref().map_or(1, |spec| spec.training.epochs);
    seed_curves_chart(ui, "Macro recall over seeds", &curves, n_epochs, ui.available_size())
}

// ---- Numbers ----

/// The numbers behind the page, as the terminal gives them.
pub(super) fn grid(view: &mut View<'_>, news: &Repetitions) -> Grid {
    let page = view.settings.seeds_page;
    if page == SeedsPage::Curves {
        return curves_grid(&news.records, &view.session.seeds.curves());
    }
    let mut grid = comparison_grid(&news.records, &news.summaries);
    if page == SeedsPage::Differences {
        let name = baseline(view, news).map(|objective| objective.name.clone()).unwrap_or_default();
        let paired = view.session.seeds.paired(&name);
        grid.rows.clear();
        grid.rules.clear();
        add_differences(&mut grid, &news.records, &paired);
        let spec = &view.session.spec;
        let words = |paired: &PairedSummary| paired.in_words(&spec.repetitions_in_words(paired.pairs as u64));
        grid.notes.extend(paired.iter().map(words));
    }
    grid
}
