//! The comparison on several seeds: how many, how far, and how sure its figures and differences are.

use std::sync::Arc;

use egui::{Align, Button, Label, Layout, Response, RichText, Ui};

use super::{
    Card, Drawn, Needs, Numbers, View,
    buttons::action_button_with,
    seed_pages::{baseline, curves_ui, differences_ui, grid, means_ui, shown},
};
use crate::{
    experiment::{SHARED_ROWS, export::Grid},
    state::{Action, Picture, Repetitions, SeedsPage, n_seeds},
    ui::{
        charts::Classes,
        fit::{brief, brief_sentence},
        palette,
        widgets::{Limits, NumberField, choice_box, progress_bar, table_ui, time_left, tsv},
    },
};

/// Most seeds that the window asks for; an experiment's file may ask for more.
const MOST_SEEDS: u64 = 100;

/// Several seeds.
pub(super) struct Seeds;

impl Card for Seeds {
    fn name(&self) -> &'static str {
        "Several seeds, with intervals"
    }

    fn short_name(&self) -> &'static str {
        "Seeds"
    }

    fn title(&self, view: &View<'_>) -> String {
        let news = view.session.seeds.news();
        let seeds = view.session.spec.repetitions_in_words(news.n_seeds as u64);
        match (news.n_seeds, view.settings.seeds_page) {
            (0, _) => "Several seeds: how sure are the differences?".to_owned(),
            (_, SeedsPage::Recall) => format!("Recall over {seeds}, mean and 95 % interval"),
            (_, SeedsPage::Differences) => {
                let name = baseline(view, news).map_or("", |objective| objective.name.as_str());
                format!("Recall − {name} over {seeds}, seed by seed, with 95 % interval")
            }
            (_, SeedsPage::Curves) => format!("Macro recall over epochs, {seeds} and their mean"),
        }
    }

    fn meaning(&self, view: &View<'_>) -> String {
        let news = view.session.seeds.news();
        let evaluated = news.records.first().map_or("test set", |record| record.evaluated_on.label());
        let of = if view.session.spec.data.source.is_table() {
            format!("Each repetition has a split and a start of its own, the same for every objective. {SHARED_ROWS}")
        } else {
            "Each repetition has data, split and start of its own, the same for every objective".to_owned()
        };
        format!("Measured on the {evaluated}. {of}. {}", view.settings.seeds_page.tooltip())
    }

    fn needs(&self) -> Needs {
        Needs::Nothing
    }

    fn numbers(&self, _: &View<'_>) -> Numbers {
        Numbers::InBody
    }

    fn body_ui(&self, view: &mut View<'_>, ui: &mut Ui, _: &Classes) -> Option<Drawn> {
        seeds_ui(view, ui).map(Drawn::chart)
    }

    fn table(&self, view: &mut View<'_>, _: &Classes) -> Grid {
        let news = Arc::clone(view.session.seeds.news());
        grid(view, &news)
    }
}

/// Draws the picture: what is asked and how far it is, then the page that was chosen, or its numbers.
fn seeds_ui(view: &mut View<'_>, ui: &mut Ui) -> Option<Response> {
    let news = Arc::clone(view.session.seeds.news());
    if !view.is_figure {
        controls_ui(view, ui, &news);
    }
    notes_ui(view, ui, &news);
    if news.n_seeds == 0 {
        empty_ui(view, ui, &news);
        return None;
    }
    if view.session.tables.contains(&Picture::Seeds) {
        let grid = grid(view, &news);
        if !view.is_figure && ui.button("Copy").on_hover_text("Copy all rows, separated by tabs").clicked() {
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
pub(in crate::ui) fn number_ui(view: &mut View<'_>, ui: &mut Ui) -> Response {
    let spec = &mut view.session.spec;
    let mut n = n_seeds(spec);
    let hint = "Number of repetitions k, 2 to 100: with the seeds of the experiment, with each a seed further, and so on. More seeds make the intervals narrower, about as 1/√k";
    let value = NumberField::new("Number of seeds", &mut n).speed(0.05).limits(Limits::Within(2, MOST_SEEDS));
    let response = value.show(ui).on_hover_text(hint);
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
        let hint = "Seeds of which every objective is trained, and epochs of all seeds";
        progress_bar(ui, share, &words, 250.0).on_hover_text(hint);
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
        ui.add(Label::new(RichText::new(brief_sentence(&text)).color(ink)).wrap());
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
        let (name, n) = (brief(&summary.objective), summary.diverged);
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
            "One run is one draw: other data, another split, another start give other numbers. Press \"Train {n} seeds\" to train the whole comparison on {n} seeds in the background of the run that you watch. Then means have 95 % intervals, objectives are compared seed by seed, and what may be mere chance is said to be within noise"
        )
    };
    ui.add_space(ui.available_height().max(0.0) * 0.3);
    ui.vertical_centered(|ui| {
        ui.set_max_width(ui.available_width().min(640.0));
        ui.add(Label::new(RichText::new(brief_sentence(&text)).weak()).wrap());
    });
}
