//! The comparison on several seeds: how many, how far, and how sure its figures and differences are.

use std::sync::Arc;

use egui::{Align, Button, DragValue, Label, Layout, ProgressBar, Response, RichText, ScrollArea, Ui};

use super::{View, action_button_with};
use crate::{
    distribution::ClassCounts,
    experiment::{
        Difference, ExperimentSpec, ObjectiveSpec, ObjectiveSummary, PairedSummary,
        export::{Grid, add_differences, comparison_grid, curves_grid},
    },
    state::{Action, Picture, Repetitions, SeedsPage, n_seeds},
    ui::{
        charts::{
            Classes, IntervalBars, SeedCurves, columns_legend_ui, interval_text, intervals_chart, seed_curves_chart,
        },
        palette,
        widgets::{choice_box, marker_swatch, table_ui, time_left, tsv},
    },
};

/// The overall figures below the chart, with explanations.
const FIGURES: [(&str, &str); 6] = [
    ("Macro recall", "Mean recall over all classes: every class counts the same (balanced accuracy)"),
    ("Natural acc.", "Accuracy on samples as frequent as in training: what a plain accuracy would show"),
    ("Worst class", "Recall of the worst class of each seed, whichever that is"),
    ("Many", "Mean recall of the frequent classes (Training → Groups says which)"),
    ("Medium", "Mean recall of the classes in between (Training → Groups says which)"),
    ("Few", "Mean recall of the rare classes (Training → Groups says which)"),
];
/// Most seeds that the window asks for; an experiment's file may ask for more.
const MOST_SEEDS: u64 = 100;
/// Below this height the chart stands alone.
const LEAST_FOR_FIGURES: f32 = 300.0;

/// The title of the picture, a sentence of fact, and what it means.
pub(super) fn title(view: &View<'_>) -> (String, String) {
    let news = view.session.seeds.news();
    let evaluated = news.records.first().map_or("test set", |record| record.evaluated_on.label());
    let seeds = if news.n_seeds == 1 { "1 seed".to_owned() } else { format!("{} seeds", news.n_seeds) };
    let title = match (news.n_seeds, view.settings.seeds_page) {
        (0, _) => "Several seeds: how sure are the differences?".to_owned(),
        (_, SeedsPage::Recall) => format!("Recall over {seeds}, mean and 95 % interval"),
        (_, SeedsPage::Differences) => {
            let name = baseline(view, news).map_or("", |objective| objective.name.as_str());
            format!("Recall − {name} over {seeds}, seed by seed, with 95 % interval")
        }
        (_, SeedsPage::Curves) => format!("Macro recall over epochs, {seeds} and their mean"),
    };
    let explanation = format!(
        "Measured on the {evaluated}. Each repetition has data, split and start of its own, the same for every objective. {}",
        view.settings.seeds_page.tooltip()
    );
    (title, explanation)
}

/// The objectives of the results that are shown, with their place.
fn shown<'a>(spec: &ExperimentSpec, news: &'a Repetitions) -> Vec<(usize, &'a ObjectiveSpec)> {
    let is_hidden = |colour: usize| spec.objectives.iter().any(|one| one.colour == colour && !one.shown);
    let asked = news.spec.iter().flat_map(|asked| &asked.objectives).enumerate();
    asked.filter(|(_, objective)| !is_hidden(objective.colour)).collect()
}

/// The objective that the others are compared to: the one that was chosen, or the first that is shown.
fn baseline<'a>(view: &View<'_>, news: &'a Repetitions) -> Option<&'a ObjectiveSpec> {
    let shown = shown(&view.session.spec, news);
    let chosen = shown.iter().find(|(_, objective)| Some(objective.colour) == view.settings.compare.baseline);
    chosen.or(shown.first()).map(|(_, objective)| *objective)
}

/// Draws the picture: what is asked and how far it is, then the page that was chosen, or its numbers.
pub(super) fn seeds_ui(view: &mut View<'_>, ui: &mut Ui) -> Option<Response> {
    let news = Arc::clone(view.session.seeds.news());
    controls_ui(view, ui, &news);
    notes_ui(view, ui, &news);
    if news.n_seeds == 0 {
        empty_ui(view, ui, &news);
        return None;
    }
    if view.session.tables.contains(&Picture::Seeds) {
        let grid = grid(view, &news);
        if ui.button("Copy").on_hover_text("Copy all rows, separated by tabs").clicked() {
            view.actions.push(Action::Copy(tsv(&grid), "The table"));
        }
        table_ui(ui, "seeds", &grid, &mut view.session.sort);
        return None;
    }
    match view.settings.seeds_page {
        SeedsPage::Recall => Some(means_ui(view, ui, &news)),
        SeedsPage::Differences => differences_ui(view, ui, &news),
        SeedsPage::Curves => Some(curves_ui(view, ui, &news)),
    }
}

/// Number of seeds, start and stop, progress, and at the right the pages; in two rows where it is narrow.
fn controls_ui(view: &mut View<'_>, ui: &mut Ui, news: &Repetitions) {
    const WIDE: f32 = 860.0;
    let is_wide = ui.available_width() >= WIDE;
    ui.horizontal(|ui| {
        number_ui(view, ui);
        start_ui(view, ui, news);
        if is_wide && news.n_seeds > 0 {
            ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
                for page in SeedsPage::ALL.into_iter().rev() {
                    page_ui(view, ui, page);
                }
                if view.settings.seeds_page == SeedsPage::Differences {
                    baseline_ui(view, ui, news);
                    ui.label("Baseline");
                }
            });
        }
    });
    if !is_wide && news.n_seeds > 0 {
        ui.horizontal_wrapped(|ui| {
            for page in SeedsPage::ALL {
                page_ui(view, ui, page);
            }
            if view.settings.seeds_page == SeedsPage::Differences {
                ui.label("Baseline");
                baseline_ui(view, ui, news);
            }
        });
    }
}

fn page_ui(view: &mut View<'_>, ui: &mut Ui, page: SeedsPage) {
    ui.selectable_value(&mut view.settings.seeds_page, page, page.label()).on_hover_text(page.tooltip());
}

/// The number of seeds, which is the experiment's.
pub(super) fn number_ui(view: &mut View<'_>, ui: &mut Ui) -> Response {
    let spec = &mut view.session.spec;
    let mut n = n_seeds(spec);
    let hint = "Number of repetitions k, 2 to 100: with the seeds of the experiment, with each a seed further, and so on. More seeds make the intervals narrower, about as 1/√k";
    let value = DragValue::new(&mut n).speed(0.05).range(2..=MOST_SEEDS).clamp_existing_to_range(false);
    let response = ui.add(value).on_hover_text(hint);
    response.widget_info(|| egui::WidgetInfo::labeled(egui::Role::SpinButton, true, "Number of seeds"));
    if response.changed() {
        spec.seeds = n;
    }
    ui.label("seeds").on_hover_text(hint);
    response
}

/// Start, or stop with the progress beside it.
fn start_ui(view: &mut View<'_>, ui: &mut Ui, news: &Repetitions) {
    let is_dark = ui.visuals().dark_mode;
    if view.session.seeds.is_running() {
        action_button_with(view, ui, Action::StopSeeds, true, Button::new("Stop"));
        let (share, words) = progress(news);
        let bar = ProgressBar::new(share)
            .desired_width(250.0)
            .text(RichText::new(&words).size(14.0).color(ui.visuals().text_color()))
            .corner_radius(3.0)
            .fill(palette::progress(is_dark));
        let response = ui.add(bar).on_hover_text("Seeds of which every objective is trained, and epochs of all seeds");
        let line = egui::Stroke::new(1.0, palette::line(is_dark));
        ui.painter().rect_stroke(response.rect, 3.0, line, egui::StrokeKind::Inside);
        response.widget_info(|| egui::WidgetInfo::labeled(egui::Role::ProgressIndicator, true, &words));
        return;
    }
    let n = n_seeds(&view.session.spec);
    let known = if view.session.seeds.is_outdated(&view.session.spec) { 0 } else { news.n_seeds as u64 };
    let missing = n.saturating_sub(known);
    let words = match (missing, known) {
        (0, _) => format!("{n} seeds are trained"),
        (_, 0) => format!("Train {n} seeds"),
        (1, _) => "Train 1 more seed".to_owned(),
        _ => format!("Train {missing} more seeds"),
    };
    let is_enabled = missing > 0 && view.session.checked().is_ok();
    let text = RichText::new(words);
    let button = if is_enabled {
        Button::new(text.color(palette::on_accent())).fill(palette::accent(is_dark))
    } else {
        Button::new(text)
    };
    action_button_with(view, ui, Action::TrainSeeds, is_enabled, button);
}

/// How far it is, as a share and in words.
fn progress(news: &Repetitions) -> (f32, String) {
    let n = news.spec.as_ref().map_or(0, |spec| spec.seeds);
    let Some(progress) = news.progress else { return (0.0, "Preparing…".to_owned()) };
    let share = progress.epochs_done as f32 / progress.n_epochs.max(1) as f32;
    let left = progress.secs_left.map_or_else(String::new, |secs| format!(", {}", time_left(secs)));
    (share, format!("{} of {n} seeds, {:.0} %{left}", news.n_seeds, (share * 100.0).floor()))
}

/// What the others are compared to.
fn baseline_ui(view: &mut View<'_>, ui: &mut Ui, news: &Repetitions) {
    let shown = shown(&view.session.spec, news);
    let Some(before) = baseline(view, news).map(|objective| objective.colour) else { return };
    let mut chosen = before;
    let colours: Vec<usize> = shown.iter().map(|(_, objective)| objective.colour).collect();
    let name = |colour: usize| {
        let found = shown.iter().find(|(_, objective)| objective.colour == colour);
        found.map_or_else(String::new, |(_, objective)| objective.name.clone())
    };
    choice_box(ui, "seeds baseline", "Baseline of the seeds", 120.0, &mut chosen, &colours, |colour| {
        (name(colour), "The objective that the others are compared to, seed by seed")
    });
    if chosen != before {
        view.settings.compare.baseline = Some(chosen);
    }
}

/// What is wrong, and whether the results belong to other settings.
fn notes_ui(view: &View<'_>, ui: &mut Ui, news: &Repetitions) {
    let is_dark = ui.visuals().dark_mode;
    let mut note = |text: String, ink| {
        ui.add(Label::new(RichText::new(text).color(ink)).wrap());
    };
    if let Some(fault) = &news.fault {
        note(format!("Not trained: {fault}"), palette::error(is_dark));
    }
    if view.session.seeds.is_outdated(&view.session.spec) {
        let seeds = n_seeds(&view.session.spec);
        note(
            format!("These results belong to earlier settings. \"Train {seeds} seeds\" trains with the present ones"),
            palette::warning(is_dark),
        );
    }
    for summary in news.summaries.iter().filter(|summary| summary.diverged > 0) {
        let (name, n) = (&summary.objective, summary.diverged);
        let seeds = if n == 1 { "1 seed".to_owned() } else { format!("{n} seeds") };
        note(format!("{name} diverged on {seeds}, which are left out of its means"), palette::error(is_dark));
    }
}

/// What this is for, as long as there is nothing to show.
fn empty_ui(view: &View<'_>, ui: &mut Ui, news: &Repetitions) {
    let n = n_seeds(&view.session.spec);
    let text = if news.fault.is_some() {
        String::new()
    } else if view.session.seeds.is_running() {
        "Each seed appears here as soon as all its objectives are trained".to_owned()
    } else if let Err(reason) = view.session.checked() {
        reason.to_owned()
    } else {
        format!(
            "One run is one draw: other data, another split, another start give other numbers. Press \"Train {n} seeds\" to train the whole comparison on {n} seeds beside the run that you watch. Then means have 95 % intervals, objectives are compared seed by seed, and what may be mere chance is said to be within noise"
        )
    };
    ui.add_space(ui.available_height() * 0.3);
    ui.vertical_centered(|ui| {
        ui.set_max_width(ui.available_width().min(640.0));
        ui.add(Label::new(RichText::new(text).weak()).wrap());
    });
}

/// The classes of the results, which need not be those on the screen any more.
fn classes(view: &View<'_>, news: &Repetitions) -> Classes {
    let Some(first) = news.records.first() else { return Classes::default() };
    let order = ClassCounts::new(first.counts.clone())
        .map_or_else(|_| (0..first.counts.len()).collect(), |counts| counts.head_to_tail());
    let is_same = view.session.counts().is_some_and(|counts| counts.n_classes() == order.len());
    let marked = view.session.marked_class.filter(|_| is_same);
    Classes {
        names: first.class_labels.clone().into(),
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
    name: &'static str,
    bars: &[IntervalBars],
    is_difference: bool,
    below: impl FnOnce(&mut Ui),
    height_below: f32,
) -> Response {
    let classes = classes(view, news);
    let size = ui.available_size();
    let below_height = if size.y < LEAST_FOR_FIGURES { 0.0 } else { height_below.min(size.y * 0.5) };
    let chart_size = egui::vec2(size.x, size.y - below_height);
    let (response, rank) = intervals_chart(ui, name, &classes, bars, is_difference, chart_size);
    if below_height > 0.0 {
        ScrollArea::both().id_salt("seed figures").auto_shrink(false).show(ui, below);
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

fn mean(estimate: Option<crate::experiment::Estimate>) -> Option<Difference> {
    estimate.map(|estimate| Difference { estimate, within_noise: None })
}

fn means_ui(view: &mut View<'_>, ui: &mut Ui, news: &Repetitions) -> Response {
    let order = classes(view, news).order;
    let mut bars = Vec::new();
    let mut rows = Vec::new();
    for (_, objective) in shown(&view.session.spec, news) {
        let Some(summary) = news.summaries.iter().find(|summary| summary.objective == objective.name) else { continue };
        let recall = |&class_idx: &usize| mean(summary.per_class_recall.get(class_idx).copied().flatten());
        let values = order.iter().map(recall).collect();
        bars.push(IntervalBars { name: objective.name.clone(), colour: objective.colour, values });
        rows.push(Figures { name: &objective.name, colour: objective.colour, values: figures_of(summary) });
    }
    let height = figures_height(rows.len());
    let below = |ui: &mut Ui| figures_ui(ui, &rows, false);
    chart_ui(view, ui, news, "Recall over seeds", &bars, false, below, height)
}

fn figures_of(summary: &ObjectiveSummary) -> [Option<Difference>; 6] {
    [
        summary.macro_recall,
        summary.natural_accuracy,
        summary.worst_recall,
        summary.many_recall,
        summary.medium_recall,
        summary.few_recall,
    ]
    .map(mean)
}

// ---- Differences ----

fn differences_ui(view: &mut View<'_>, ui: &mut Ui, news: &Repetitions) -> Option<Response> {
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
        rows.push(Figures { name: &objective.name, colour: objective.colour, values: differences_of(summary) });
        words.push(summary.in_words());
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
        ui.add(Label::new(RichText::new(noise).size(12.5).weak()).wrap());
    };
    Some(chart_ui(view, ui, news, "Paired differences over seeds", &bars, true, below, height))
}

fn differences_of(paired: &PairedSummary) -> [Option<Difference>; 6] {
    [
        paired.macro_recall,
        paired.natural_accuracy,
        paired.worst_recall,
        paired.many_recall,
        paired.medium_recall,
        paired.few_recall,
    ]
}

// ---- Figures ----

/// Overall figures of one objective.
struct Figures<'a> {
    name: &'a str,
    colour: usize,
    values: [Option<Difference>; 6],
}

fn figures_height(n_rows: usize) -> f32 {
    const ROW: f32 = 26.0;
    ROW * (n_rows + 1) as f32 + 14.0
}

/// A row for each objective, numbers below each other; what is within noise is faded and has a sign.
fn figures_ui(ui: &mut Ui, rows: &[Figures<'_>], is_difference: bool) {
    const FIGURE: f32 = 108.0;
    let is_dark = ui.visuals().dark_mode;
    let name_width = (ui.available_width() - FIGURES.len() as f32 * (FIGURE + 6.0) - 12.0).clamp(110.0, 220.0);
    let cell = |ui: &mut Ui, text: RichText| {
        let size = egui::vec2(FIGURE, 20.0);
        ui.allocate_ui_with_layout(size, Layout::right_to_left(Align::Center), |ui| {
            ui.set_min_size(size);
            ui.label(text)
        })
        .inner
    };
    egui::Grid::new("seed figures").spacing([6.0, 4.0]).min_col_width(0.0).show(ui, |ui| {
        ui.label("");
        for (name, explanation) in FIGURES {
            cell(ui, RichText::new(name).color(palette::weak_text(is_dark))).on_hover_text(explanation);
        }
        ui.end_row();
        for row in rows {
            let size = egui::vec2(name_width, 20.0);
            ui.allocate_ui_with_layout(size, Layout::left_to_right(Align::Center), |ui| {
                ui.set_min_size(size);
                marker_swatch(ui, row.colour);
                ui.add(Label::new(row.name).truncate()).on_hover_text(row.name);
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

fn curves_ui(view: &mut View<'_>, ui: &mut Ui, news: &Repetitions) -> Response {
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
    columns_legend_ui(ui, curves.iter().map(|curve| (curve.colour, curve.name)));
    let n_epochs = news.spec.as_ref().map_or(1, |spec| spec.training.epochs);
    seed_curves_chart(ui, "Macro recall over seeds", &curves, n_epochs, ui.available_size())
}

// ---- Numbers ----

/// The numbers behind the page, as the terminal gives them.
fn grid(view: &mut View<'_>, news: &Repetitions) -> Grid {
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
        grid.notes.extend(paired.iter().map(PairedSummary::in_words));
    }
    grid
}
