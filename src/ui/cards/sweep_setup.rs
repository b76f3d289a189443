//! The set-up of a sweep: what is varied, and how far it is.

use std::sync::Arc;

use egui::{Align, Button, Label, Layout, RichText, ScrollArea, TextEdit, Ui};

use super::{
    Card, Drawn, Needs, Numbers, View,
    buttons::action_button_with,
    sweep_metric::{metric_ui, row, tail_ui, target_ui},
};
use crate::{
    experiment::{
        Preset, Setting, name_of,
        sweep::{Choices, DesignKind, n_halved},
    },
    numbers::thousands,
    state::{Action, SweepCommand, SweepExport, SweepNews, SweepPhase, TuneSettings},
    ui::{
        charts::Classes,
        fit::{brief_sentence, shorten, width_of},
        palette,
        widgets::{Limits, NumberField, choice_box, progress_bar, time_left},
    },
};

/// What is swept.
pub(super) struct SweepSetup;

impl Card for SweepSetup {
    fn name(&self) -> &'static str {
        "What is swept"
    }

    fn title(&self, _: &View<'_>) -> String {
        "What is swept".to_owned()
    }

    fn meaning(&self, _: &View<'_>) -> String {
        "The experiment of the lab as it is when Start is pressed, at many values of its settings and with several seeds. Later changes in the lab do not affect a sweep".to_owned()
    }

    fn needs(&self) -> Needs {
        Needs::Nothing
    }

    fn numbers(&self, _: &View<'_>) -> Numbers {
        Numbers::Never
    }

    fn least_heights(&self) -> [f32; 2] {
        [272.0, 300.0]
    }

    fn body_ui(&self, view: &mut View<'_>, ui: &mut Ui, classes: &Classes) -> Option<Drawn> {
        setup_ui(view, ui, classes);
        None
    }
}

/// Draws the set-up.
fn setup_ui(view: &mut View<'_>, ui: &mut Ui, classes: &Classes) {
    start_ui(view, ui);
    ui.separator();
    ScrollArea::vertical().id_salt("sweep set-up").auto_shrink(false).show(ui, |ui| {
        objectives_ui(view, ui);
        parameters_ui(view, ui);
        numbers_ui(&mut view.settings.tune, ui);
        metric_ui(&mut view.settings.tune, ui);
        target_ui(view, ui, classes);
        tail_ui(&mut view.settings.tune, ui);
        design_ui(&mut view.settings.tune, ui);
    });
}

/// Start, pause, go on, cancel; how far it is, or what would be run.
fn start_ui(view: &mut View<'_>, ui: &mut Ui) {
    let is_dark = ui.visuals().dark_mode;
    let news = Arc::clone(view.session.tune.news());
    let is_running = view.session.tune.is_running();
    ui.horizontal(|ui| {
        let accent = |command: SweepCommand, is_enabled: bool| {
            let text = RichText::new(command.label());
            if is_enabled {
                Button::new(text.color(palette::on_accent())).fill(palette::accent(is_dark))
            } else {
                Button::new(text)
            }
        };
        if is_running {
            let command = if news.phase == SweepPhase::Paused { SweepCommand::GoOn } else { SweepCommand::Pause };
            action_button_with(view, ui, Action::Sweep(command), true, accent(command, true));
            let cancel = SweepCommand::Cancel;
            action_button_with(view, ui, Action::Sweep(cancel), true, Button::new(cancel.label()));
        } else {
            let is_enabled = view.session.tune.checked(&view.settings.tune, &view.session.spec).is_ok();
            let start = SweepCommand::Start;
            action_button_with(view, ui, Action::Sweep(start), is_enabled, accent(start, is_enabled));
            if news.phase == SweepPhase::Stopped && news.n_finished < news.n_runs {
                let go_on = SweepCommand::GoOn;
                action_button_with(view, ui, Action::Sweep(go_on), true, Button::new(go_on.label()));
            }
        }
        ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
            export_ui(view, ui);
            if is_running || news.phase == SweepPhase::Stopped {
                let kept = view.session.tune.where_kept();
                ui.with_layout(Layout::left_to_right(Align::Center), |ui| progress_ui(ui, &news, &kept));
            } else {
                ui.with_layout(Layout::left_to_right(Align::Center), |ui| plan_ui(view, ui));
            }
        });
    });
}

/// What Start would run.
fn plan_ui(view: &mut View<'_>, ui: &mut Ui) {
    let epochs = view.settings.tune.epochs;
    let Ok(checked) = view.session.tune.checked(&view.settings.tune, &view.session.spec) else { return };
    let n = checked.points().len();
    let is_halved = checked.spec().design.halving;
    let n_runs = if is_halved { n_halved(checked) } else { checked.n_runs() };
    let whole = if is_halved {
        format!("{} points, halved: about {} runs of {epochs} epochs", thousands(n as u64), thousands(n_runs))
    } else {
        let points = thousands(n as u64);
        format!("{points} points × {} = {} runs of {epochs} epochs", seeds(checked.n_seeds()), thousands(n_runs))
    };
    let font = egui::TextStyle::Body.resolve(ui.style());
    let brief = format!("{} runs", thousands(n_runs));
    let text = if width_of(ui, &whole, &font) <= ui.available_width() { &whole } else { &brief };
    ui.add(Label::new(RichText::new(text).weak()).truncate()).on_hover_text(&whole);
}

fn seeds(n: u64) -> String {
    if n == 1 { "1 seed".to_owned() } else { format!("{n} seeds") }
}

/// How far it is, as a bar with words; `kept` says where finished runs are kept.
fn progress_ui(ui: &mut Ui, news: &SweepNews, kept: &str) {
    let n_runs = news.n_runs.max(1) as f32;
    // Runs that were there before count as done, as they do in the words.
    let share = news.progress.map_or(news.n_finished as f32 / n_runs, |progress| {
        let share_of_rest = progress.epochs_done as f32 / progress.n_epochs.max(1) as f32;
        (news.n_before as f32 + share_of_rest * (n_runs - news.n_before as f32)) / n_runs
    });
    let left = news
        .progress
        .and_then(|progress| progress.secs_left)
        .map_or_else(String::new, |secs| format!(", {}", time_left(secs)));
    let words = match news.phase {
        SweepPhase::Opening | SweepPhase::Idle => "Preparing…".to_owned(),
        SweepPhase::Paused => format!("Paused: {} of {} runs", news.n_finished, news.n_runs),
        SweepPhase::Stopped => format!("Stopped: {} of {} runs", news.n_finished, news.n_runs),
        _ => format!("{} of {} runs{left}", news.n_finished, news.n_runs),
    };
    let before =
        if news.n_before > 0 { format!("; {} runs were there from before", news.n_before) } else { String::new() };
    let hint = format!("{kept}{before}");
    progress_bar(ui, share, &words, ui.available_width()).on_hover_text(hint);
}

/// The menu of files that results can be exported to.
fn export_ui(view: &mut View<'_>, ui: &mut Ui) {
    let has_results = view.session.tune.news().n_finished > 0;
    ui.menu_button("Export", |ui| {
        for export in SweepExport::ALL {
            let is_enabled = has_results || export == SweepExport::Toml;
            let action = Action::Sweep(SweepCommand::Export(export));
            if action_button_with(view, ui, action, is_enabled, Button::new(export.label())).clicked() {
                ui.close();
            }
        }
        ui.separator();
        if ui.button("Open results…").on_hover_text("Show the results of a sweep (.jsonl), and go on with it").clicked()
        {
            view.actions.push(Action::Open);
            ui.close();
        }
        let compare = SweepCommand::Compare;
        let button = Button::new(compare.label());
        if action_button_with(view, ui, Action::Sweep(compare), has_results, button).clicked() {
            ui.close();
        }
    });
}

/// Which objectives: those of the lab, and presets.
fn objectives_ui(view: &mut View<'_>, ui: &mut Ui) {
    let hint = "Objectives that are compared: those of the lab as they are set there, and presets. What an objective does not use is not varied for it, so CE is run once with every seed";
    let of_lab: Vec<String> = view.session.spec.objectives.iter().map(|objective| objective.name.clone()).collect();
    let chosen = &mut view.settings.tune.objectives;
    let label = |name: &str| match Preset::ALL.iter().find(|preset| name_of(*preset) == name) {
        Some(preset) => preset.label().to_owned(),
        None => name.to_owned(),
    };
    let words = if chosen.is_empty() {
        "all of the lab".to_owned()
    } else {
        chosen.iter().map(|name| label(name)).collect::<Vec<_>>().join(", ")
    };
    row(ui, "Objectives", hint, |ui| {
        let menu = ui.menu_button(format!("{} ▼", shorten(&words, 44)), |ui| {
            ui.set_max_height(420.0);
            ScrollArea::vertical().show(ui, |ui| {
                let presets: Vec<String> = Preset::ALL.iter().map(name_of).collect();
                for (heading, names) in [("Presets", presets), ("As in the lab", of_lab)] {
                    ui.label(RichText::new(heading).weak());
                    for name in names {
                        let mut is_on = chosen.contains(&name);
                        if ui.checkbox(&mut is_on, shorten(&label(&name), 60)).changed() {
                            chosen.retain(|other| *other != name);
                            if is_on {
                                chosen.push(name);
                            }
                        }
                    }
                }
            });
        });
        menu.response.widget_info(|| {
            let name = format!("Objectives of the sweep: {}", brief_sentence(&words));
            egui::WidgetInfo::labeled(egui::Role::Button, true, name)
        });
        menu.response.on_hover_text(hint);
    });
}

/// The parameters that are varied, a line each.
fn parameters_ui(view: &mut View<'_>, ui: &mut Ui) {
    const HINT: &str = "Values, as in 0.9, 0.99, 0.999 (with decimal commas: 0,9; 0,99; 0,999), or both ends and a number of values, as in 0.9..0.9999:5, spaced evenly (β: in log(1 − β); rates, L2 and imbalance: in the logarithm)";
    let vary = &mut view.settings.tune.vary;
    for parameter in Setting::SWEPT {
        let Some(varied) = vary.get_mut(&parameter).filter(|varied| varied.is_on) else { continue };
        row(ui, parameter.label(), parameter.hint(), |ui| {
            let width = (ui.available_width() - 32.0).max(80.0);
            // The keyboard stays here whatever appears or goes elsewhere.
            let id = egui::Id::unique(("values of", parameter.label()));
            let edit = TextEdit::singleline(&mut varied.values).id(id).desired_width(width);
            let response = ui.add(edit).on_hover_text(HINT);
            response.widget_info(|| {
                egui::WidgetInfo::labeled(egui::Role::TextInput, true, format!("Values of {}", parameter.label()))
            });
            let hint = format!("Do not vary {}", parameter.label());
            if ui.small_button("×").on_hover_text(hint).clicked() {
                varied.is_on = false;
            }
        });
        if let Some(reading) = reading(parameter, &varied.values) {
            row(ui, "", "", |ui| ui.add(Label::new(RichText::new(reading).weak()).wrap()));
        }
    }
}

/// How values are read whose commas a person may have meant as marks of decimals.
fn reading(parameter: Setting, text: &str) -> Option<String> {
    let is_digit = |c: Option<char>| c.is_some_and(|c| c.is_ascii_digit());
    let is_tight =
        |(before, after): (&str, &str)| is_digit(before.chars().next_back()) && is_digit(after.chars().next());
    if text.contains(';') || !text.split_once(',').is_some_and(is_tight) {
        return None;
    }
    let Ok(Choices::Values(values)) = Choices::parse(parameter, text) else { return None };
    let listed: Vec<String> = values.iter().map(|value| value.to_text()).collect();
    Some(format!("Read as {} values: {}. With decimal commas: 0,9; 0,99", values.len(), listed.join(" and ")))
}

/// Seeds, epochs, and what else could be varied.
fn numbers_ui(settings: &mut TuneSettings, ui: &mut Ui) {
    let hint =
        "Repetitions of each point, each with data, split and start of its own; more make the intervals narrower";
    row(ui, "Seeds", hint, |ui| {
        let value = NumberField::new("Seeds of the sweep", &mut settings.seeds).speed(0.05);
        value.limits(Limits::Within(1, 1000)).show(ui).on_hover_text(hint);
        ui.add_space(6.0);
        ui.label("Epochs").on_hover_text("Epochs of each run");
        let value = NumberField::new("Epochs of the sweep", &mut settings.epochs).speed(1.0);
        value.limits(Limits::Within(1, 1_000_000)).show(ui);
        ui.with_layout(Layout::right_to_left(Align::Center), |ui| others_ui(settings, ui));
    });
}

/// The menu of settings that are not varied yet.
fn others_ui(settings: &mut TuneSettings, ui: &mut Ui) {
    let menu = ui.menu_button("Vary more ▼", |ui| {
        for parameter in Setting::SWEPT {
            let Some(varied) = settings.vary.get_mut(&parameter).filter(|varied| !varied.is_on) else { continue };
            if ui.button(parameter.label()).on_hover_text(parameter.hint()).clicked() {
                varied.is_on = true;
                ui.close();
            }
        }
    });
    menu.response.on_hover_text("Vary another setting: each value of it is run with each of the others");
}

/// Which points are run.
fn design_ui(settings: &mut TuneSettings, ui: &mut Ui) {
    row(ui, "Design", "Which points of the space of values are run", |ui| {
        let design = &mut settings.design;
        choice_box(ui, "sweep design", "Design of the sweep", 150.0, &mut design.kind, &DesignKind::ALL, |kind| {
            (
                kind.label(),
                match kind {
                    DesignKind::Grid => "Every value with every other",
                    DesignKind::Random => "Points drawn evenly and independently between the ends",
                    DesignKind::LowDiscrepancy => "Points spread evenly, without lattice or clumps",
                },
            )
        });
        if design.kind != DesignKind::Grid {
            let value = NumberField::new("Points of the design", &mut design.points).speed(0.2);
            value.limits(Limits::Within(1, 20_000)).show(ui).on_hover_text("Points for each objective");
            ui.label("points");
        }
        ui.checkbox(&mut design.halving, "halve").on_hover_text(
            "Drop the worse half of the points after 1, 2, 4, … seeds, by their means on the validation part; the best plain cross entropy stays. What was dropped is said",
        );
    });
}
