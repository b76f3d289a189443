//! What a sweep says.

use std::sync::Arc;

use egui::{Button, Label, RichText, ScrollArea, Ui};

use super::{Card, Drawn, Needs, Numbers, View, buttons::action_button_with};
use crate::{
    experiment::{
        export::{of_classes, significant},
        sweep::{WeightsOfCounts, best_module, point_name},
    },
    numbers::thousands,
    state::{Action, SweepCommand, SweepPhase, SweepResults},
    ui::{
        charts::Classes,
        fit::brief_sentence,
        palette, theme,
        widgets::{choice_box, scrolled},
    },
};

/// What the sweep says.
pub(super) struct SweepAnswer;

impl Card for SweepAnswer {
    fn name(&self) -> &'static str {
        "What the sweep says"
    }

    fn title(&self, view: &View<'_>) -> String {
        let news = view.session.tune.news();
        match news.phase {
            _ if news.n_finished == 0 => "What the sweep says".to_owned(),
            SweepPhase::Finished => format!("What {} runs say", thousands(news.n_runs)),
            _ => format!("What {} of {} runs say so far", thousands(news.n_finished), thousands(news.n_runs)),
        }
    }

    fn meaning(&self, _: &View<'_>) -> String {
        "The point with the highest mean on a validation part is chosen; what is told of it was measured on a test part, which shares no sample with it. Intervals: 95 % over seeds, paired for differences".to_owned()
    }

    fn needs(&self) -> Needs {
        Needs::Nothing
    }

    fn numbers(&self, _: &View<'_>) -> Numbers {
        Numbers::Never
    }

    fn least_heights(&self) -> [f32; 2] {
        [272.0, 240.0]
    }

    fn body_ui(&self, view: &mut View<'_>, ui: &mut Ui, _: &Classes) -> Option<Drawn> {
        answer_ui(view, ui);
        None
    }
}

/// Draws what the sweep says.
fn answer_ui(view: &mut View<'_>, ui: &mut Ui) {
    let is_dark = ui.visuals().dark_mode;
    let news = Arc::clone(view.session.tune.news());
    scrolled(ScrollArea::vertical().id_salt("sweep answer").auto_shrink(false), ui, |ui| {
        // Here it moves none of the fields in which it is mended.
        if let Err(fault) = view.session.tune.checked(&view.settings.tune, &view.session.spec) {
            let text = format!("What is set up cannot be started: {fault}");
            ui.add(Label::new(RichText::new(brief_sentence(&text)).color(palette::error(is_dark))).wrap());
        }
        if let Some(fault) = &news.fault {
            ui.add(Label::new(RichText::new(brief_sentence(fault)).color(palette::error(is_dark))).wrap());
        }
        match view.session.tune.results().filter(|results| !results.lines.records.is_empty()).cloned() {
            Some(results) => {
                conclusions_ui(view, ui, &results);
                side_by_side_ui(view, ui, &results);
            }
            None => {
                let text = if view.session.tune.is_running() {
                    "Each run counts as soon as it is finished; a point is judged when all its seeds are"
                } else {
                    "Which β, which γ, and is it worth it? Start trains every objective at every value with several seeds, chooses the best point on a validation part, and tells on a test part what it gains over CE and what it costs the head, with the class weights to take away. If nothing beats CE, it says so"
                };
                ui.add(Label::new(RichText::new(text).weak()).wrap());
            }
        }
        let kept = RichText::new(view.session.tune.where_kept()).size(theme::sized(13.0)).weak();
        ui.add(Label::new(kept).wrap().selectable(true));
    });
}

fn conclusions_ui(view: &mut View<'_>, ui: &mut Ui, results: &SweepResults) {
    let is_dark = ui.visuals().dark_mode;
    imbalance_ui(view, ui, results);
    let Some(choice) = view.session.tune.choice(results) else { return };
    if let Some(best) = &choice.best {
        ui.add(Label::new(RichText::new(brief_sentence(&best.sentence)).size(theme::sized(16.0))).wrap());
    }
    // While it trains it is no fault that runs are missing.
    let is_early = choice.best.is_none() && view.session.tune.is_running();
    for remark in &choice.remarks {
        let text = RichText::new(brief_sentence(remark));
        let text = if is_early { text.weak() } else { text.color(palette::warning(is_dark)) };
        ui.add(Label::new(text).wrap());
    }
    if let Some(best) = &choice.best {
        let point = &choice.points[best.place];
        let buttons_ui = |view: &mut View<'_>, ui: &mut Ui| {
            let load = SweepCommand::Load { point_idx: point.point, seed_idx: 0 };
            action_button_with(view, ui, Action::Sweep(load), true, Button::new(load.label()));
            let kind = view.settings.module;
            let copy = ui.button("Copy code").on_hover_text(format!(
                "The objective of the best point as a {} that runs: classes, weights, loss, sampler, and a check against a value of the lab",
                kind.label()
            ));
            // It is made when it is asked for.
            if copy.clicked()
                && let Ok(Some(module)) = best_module(kind, &results.lines, choice)
            {
                view.actions.push(Action::Copy(module, "The code"));
            }
        };
        if !view.is_figure {
            ui.horizontal_wrapped(|ui| buttons_ui(view, ui));
        }
        let shown = |values: Vec<String>| {
            const MOST: usize = 20;
            let more = if values.len() > MOST { ", …" } else { "" };
            format!("{}{more}", values.into_iter().take(MOST).collect::<Vec<_>>().join(", "))
        };
        let scale = results.lines.header.sweep.experiment.training.normalisation.label().to_lowercase();
        let in_words = |weights: &WeightsOfCounts, of: &str| {
            let counts = shown(weights.counts.iter().map(|count| thousands(*count)).collect());
            let weights = weights.class_weights.iter().map(|weight| significant(*weight));
            format!("Class weights{of}: {}\nfor the counts {counts}", shown(of_classes(&results.lines, weights)))
        };
        let weights = match &best.all_rows {
            Some(all) => {
                let alone = in_words(&best.training_part, " of the training part alone");
                format!("{}\n{alone}", in_words(all, " of all rows of the table"))
            }
            None => in_words(&best.training_part, ""),
        };
        let text = format!("{} ({scale})\n{weights}", point_name(point));
        ui.add(
            Label::new(RichText::new(brief_sentence(&text)).size(theme::sized(13.0)).weak()).wrap().selectable(true),
        );
    }
}

/// Other results beside those of the sweep.
fn side_by_side_ui(view: &mut View<'_>, ui: &mut Ui, results: &Arc<SweepResults>) {
    /// Pairs that are told of; the terminal has all.
    const MOST: usize = 12;
    let Some(found) = view.session.tune.side_by_side(results) else { return };
    ui.separator();
    ui.horizontal(|ui| {
        ui.label(RichText::new(brief_sentence(&format!("Compared with {}", found.names[0]))).strong());
        let stop = SweepCommand::StopComparing;
        action_button_with(view, ui, Action::Sweep(stop), true, Button::new(stop.label()).small());
    });
    for pair in found.pairs.iter().take(MOST) {
        ui.add(Label::new(brief_sentence(&pair.in_words())).wrap());
    }
    if found.pairs.len() > MOST {
        let more = format!("and {} more: longtail-lab compare lists them", found.pairs.len() - MOST);
        ui.add(Label::new(RichText::new(more).weak()).wrap());
    }
    for note in &found.notes {
        ui.add(Label::new(RichText::new(brief_sentence(note)).size(theme::sized(13.0)).weak()).wrap());
    }
}

/// Which imbalance factor is looked at, where it is varied: points at different ones see different data.
fn imbalance_ui(view: &mut View<'_>, ui: &mut Ui, results: &SweepResults) {
    if results.choices.len() < 2 {
        return;
    }
    ui.horizontal(|ui| {
        ui.label("Imbalance factor")
            .on_hover_text("Points at different factors have different data and are not compared");
        let places: Vec<usize> = (0..results.choices.len()).collect();
        let name =
            |place: usize| (results.choices[place].imbalance.map_or_else(String::new, |factor| factor.to_string()), "");
        let chosen = &mut view.session.tune.choice_idx;
        choice_box(ui, "sweep imbalance", "Imbalance factor of the sweep", 110.0, chosen, &places, name);
    });
}
