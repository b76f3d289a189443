//! Menus at the top, and the name of the experiment.

use egui::{Button, RichText, Ui};

use super::{
    View,
    buttons::{action_button, action_button_with},
    cards::card,
    controls::are_controls_shown,
    layout::pictures_on_screen,
};
use crate::{
    experiment::{export::ModelFile, situations},
    lesson::{ANSWERS_ENDING, PICTURES, SCRIPT, course, recorded},
    state::{Action, Contents, LessonCommand, Picture, Place},
    ui::fit::{brief_sentence, width_of},
};

/// Room for text size and theme at the right, and for the button that takes back.
const SIZE_AND_THEME: f32 = 196.0;
const UNDO: f32 = 60.0;
/// Room below which a name that is cut says too little.
const LEAST_NAME: f32 = 160.0;
/// Widths below which the menus are one menu, and the places too.
const ROOM_FOR_MENUS: f32 = 960.0;
const ROOM_FOR_PLACES: f32 = 700.0;

/// Draws the bar; what has no room folds into menus.
pub fn top_bar_ui(view: &mut View<'_>, ui: &mut Ui) {
    let width = ui.available_width();
    egui::MenuBar::new().ui(ui, |ui| {
        if width >= ROOM_FOR_MENUS {
            ui.label(RichText::new("Longtail Lab").heading());
            ui.add_space(8.0);
            menus_ui(view, ui);
        } else {
            ui.menu_button("Menu", |ui| menus_ui(view, ui)).response.on_hover_text("Files, situations, view, help");
        }
        ui.separator();
        let is_locked = view.session.is_locked();
        if view.session.teaching.is_some() {
            let word = if is_locked { "Unlock" } else { "Back to the lesson" };
            action_button_with(view, ui, Action::Lesson(LessonCommand::ToggleLock), true, Button::new(word));
            action_button(view, ui, Action::Lesson(LessonCommand::End), true);
            ui.separator();
        }
        if !is_locked {
            let is_open = are_controls_shown(view);
            let controls = Button::selectable(is_open, Action::ToggleControls.label());
            action_button_with(view, ui, Action::ToggleControls, true, controls);
            ui.separator();
            if width >= ROOM_FOR_PLACES {
                places_ui(view, ui);
            } else {
                let here = view.session.place.label();
                ui.menu_button(here, |ui| places_ui(view, ui)).response.on_hover_text("The parts of the lab");
            }
            ui.separator();
        }
        name_ui(view, ui);
        ui.with_layout(egui::Layout::right_to_left(egui::Align::Center), |ui| {
            let theme = if view.settings.is_dark { "Light" } else { "Dark" };
            action_button_with(view, ui, Action::ToggleTheme, true, Button::new(theme));
            action_button_with(view, ui, Action::LargerText, true, Button::new("A+"));
            let size = format!("{} %", view.settings.text_percent);
            action_button_with(view, ui, Action::NormalText, true, Button::new(size));
            action_button_with(view, ui, Action::SmallerText, true, Button::new("A−"));
        });
    });
}

/// What can be saved of the models on the screen.
fn models_ui(view: &mut View<'_>, ui: &mut Ui) {
    ui.menu_button("Save predictions or a model", |ui| {
        let mut offer = |ui: &mut Ui, words: String, file: ModelFile, name: &str| {
            let refusal = file.refusal(&view.session.spec);
            let button = ui.add_enabled(refusal.is_none(), Button::new(words));
            let contents = Contents::Models(file);
            let button = button.on_hover_text(contents.tooltip()).on_disabled_hover_text(refusal.unwrap_or_default());
            if button.clicked() {
                view.actions.push(Action::WriteAs(contents, name.to_owned()));
                ui.close();
            }
        };
        offer(ui, "Predictions of the test samples…".to_owned(), ModelFile::Predictions, "predictions.csv");
        offer(ui, "Split into training and test…".to_owned(), ModelFile::Split, "split.csv");
        ui.separator();
        for objective in &view.session.spec.objectives {
            let words = format!("Model of {}…", brief_sentence(&objective.name));
            offer(ui, words, ModelFile::Model(objective.colour), "model.json");
        }
    });
}

fn menus_ui(view: &mut View<'_>, ui: &mut Ui) {
    ui.menu_button("File", |ui| {
        for action in [Action::New, Action::Open, Action::OpenData, Action::Save, Action::SaveAs] {
            entry(view, ui, action, true);
        }
        let recent = view.settings.recent.clone();
        ui.add_enabled_ui(!recent.is_empty(), |ui| {
            ui.menu_button("Open recent", |ui| {
                for path in recent {
                    if ui.button(path.display().to_string()).clicked() {
                        view.actions.push(Action::OpenPath(path));
                        ui.close();
                    }
                }
            });
        });
        entry(view, ui, Action::Share, true);
        let report = ui.button("Save a report…").on_hover_text(Contents::Report.tooltip());
        if report.clicked() {
            view.actions.push(Action::WriteAs(Contents::Report, "report.html".to_owned()));
            ui.close();
        }
        let pictures = film_pictures(view);
        let film = ui.add_enabled(view.session.handed_on.film.is_none(), Button::new("Save a film…"));
        if film.on_hover_text(Contents::Film(Vec::new()).tooltip()).clicked() {
            view.actions.push(Action::WriteAs(Contents::Film(pictures), "run.gif".to_owned()));
            ui.close();
        }
        ui.menu_button("Save a picture", |ui| {
            for picture in pictures_on_screen(view.session, view.settings) {
                if ui.button(card(picture).name()).on_hover_text(Contents::Picture(picture).tooltip()).clicked() {
                    let name = format!("{}.svg", picture.key());
                    view.actions.push(Action::WriteAs(Contents::Picture(picture), name));
                    ui.close();
                }
            }
        });
        models_ui(view, ui);
        ui.separator();
        entry(view, ui, Action::Quit, true);
    });
    ui.menu_button("Edit", |ui| {
        let (can_undo, can_redo) = (view.session.undo.can_undo(), view.session.undo.can_redo());
        entry(view, ui, Action::Undo, can_undo);
        entry(view, ui, Action::Redo, can_redo);
        ui.separator();
        let can_train = view.session.checked().is_ok() && !view.session.seeds.is_running();
        entry(view, ui, Action::TrainSeeds, can_train);
    });
    ui.menu_button("Situations", |ui| situations_ui(view, ui));
    ui.menu_button("Lesson", |ui| lessons_ui(view, ui));
    ui.menu_button("View", |ui| {
        let actions =
            [Action::ToggleControls, Action::LargerText, Action::SmallerText, Action::NormalText, Action::ToggleTheme];
        for action in actions {
            entry(view, ui, action, true);
        }
        ui.separator();
        entry(view, ui, Action::Present, true);
    });
    ui.menu_button("Help", |ui| entry(view, ui, Action::ToggleHelp, true));
}

/// What a film shows: the picture that is enlarged, or recall and the regions.
fn film_pictures(view: &View<'_>) -> Vec<Picture> {
    view.session.enlarged.map_or_else(|| vec![Picture::Recall, Picture::Regions], |picture| vec![picture])
}

/// The parts of the lab.
fn places_ui(view: &mut View<'_>, ui: &mut Ui) {
    for place in Place::ALL {
        let is_here = view.session.place == place;
        let text = RichText::new(place.label()).size(15.0);
        let action = Action::Go(place);
        action_button_with(view, ui, action, true, Button::selectable(is_here, text));
    }
}

/// Textbook situations, group by group.
fn situations_ui(view: &mut View<'_>, ui: &mut Ui) {
    let all = situations();
    for group in all.chunk_by(|a, b| a.group == b.group) {
        let mut entries = |ui: &mut Ui| {
            for situation in group {
                let entry = ui.button(&situation.name).on_hover_text(&situation.explanation);
                if entry.clicked() {
                    view.actions.push(Action::Use(Box::new(situation.clone())));
                    ui.close();
                }
            }
        };
        match group {
            [] => {}
            [_] => entries(ui),
            [first, ..] => {
                ui.menu_button(first.group, entries);
            }
        }
    }
}

/// The lessons of the course, their language, and what can be done with the one on the screen.
fn lessons_ui(view: &mut View<'_>, ui: &mut Ui) {
    let code = view.settings.language.clone();
    for (idx, lesson) in course().iter().enumerate() {
        let title = lesson.language(&code).map_or(lesson.key.as_str(), |language| language.title.as_str());
        let is_here = view.session.teaching.as_ref().is_some_and(|teaching| teaching.lesson.key == lesson.key);
        let name = format!("{}  {title}", idx + 1);
        let entry = ui.selectable_label(is_here, name).on_hover_text(format!("About {} minutes", lesson.minutes));
        if entry.clicked() {
            view.actions.push(Action::Lesson(LessonCommand::Begin(std::sync::Arc::clone(lesson))));
            ui.close();
        }
    }
    ui.separator();
    for (code, name) in [("en", "English"), ("ko", "한국어")] {
        if ui.selectable_label(view.settings.language == code, name).clicked() {
            code.clone_into(&mut view.settings.language);
            ui.close();
        }
    }
    ui.separator();
    let is_taught = view.session.teaching.is_some();
    if ui.button("Record a scene…").on_hover_text(RECORD).clicked() {
        record_scene(view);
        ui.close();
    }
    answers_menu_ui(view, ui);
    for command in [LessonCommand::Restart, LessonCommand::ToggleLock, LessonCommand::End] {
        entry(view, ui, Action::Lesson(command), is_taught);
    }
}

/// Saves what was answered so far.
fn answers_menu_ui(view: &mut View<'_>, ui: &mut Ui) {
    let n_answers = view.session.handed_on.answers.answers.len();
    ui.add_enabled_ui(n_answers > 0, |ui| {
        ui.menu_button("My answers", |ui| {
            ui.label(format!("{n_answers} answered"));
            ui.horizontal(|ui| {
                let hint = "Left empty, the file says nothing of who it was";
                ui.label("Name, if you wish").on_hover_text(hint);
                let mut name = view.session.handed_on.answers.name.clone().unwrap_or_default();
                if ui.add(egui::TextEdit::singleline(&mut name).desired_width(140.0)).on_hover_text(hint).changed() {
                    view.session.handed_on.answers.rename(&name);
                }
            });
            if ui.button("Save my answers…").on_hover_text(KEEP).clicked() {
                match view.session.handed_on.answers.to_json() {
                    Ok(text) => {
                        let name = format!("my{ANSWERS_ENDING}");
                        view.actions.push(Action::WriteAs(Contents::Text(text), name));
                    }
                    Err(error) => view.session.complain(error.to_string()),
                }
                ui.close();
            }
        });
    });
}

/// What saving answers is for.
const KEEP: &str = "Save what you have answered as a small file. Many of them dropped on the window show how a class has answered, and so does longtail-lab answers merge";

/// What recording a scene is for.
const RECORD: &str = "Save the experiment and the pictures on the screen as the script of a lesson, lesson.toml. Its text goes into en.md beside it; Open… shows it, and longtail-lab lesson check holds it to what it says";

/// Has the present state of the window saved as a scene.
fn record_scene(view: &mut View<'_>) {
    let pictures = pictures_on_screen(view.session, view.settings);
    let keys = pictures.into_iter().map(Picture::key).filter(|key| PICTURES.contains(&key.as_str()));
    // The answer first, as the hero.
    let mut keys: Vec<String> = keys.collect();
    keys.sort_by_key(|key| key != "recall");
    match recorded(&view.session.spec, &keys) {
        Ok(script) => view.actions.push(Action::WriteAs(Contents::Text(script), SCRIPT.to_owned())),
        Err(reason) => view.session.complain(reason),
    }
}

/// A menu entry with its shortcut.
fn entry(view: &mut View<'_>, ui: &mut Ui, action: Action, is_enabled: bool) {
    let mut button = Button::new(action.label());
    if let Some(shortcut) = action.shortcut() {
        button = button.shortcut_text(shortcut.to_string());
    }
    if action_button_with(view, ui, action, is_enabled, button).clicked() {
        ui.close();
    }
}

/// The file, whether it is saved, and the latest notice.
fn name_ui(view: &mut View<'_>, ui: &mut Ui) {
    let name = match &view.session.path {
        Some(path) => {
            path.file_name().map_or_else(|| path.display().to_string(), |name| name.to_string_lossy().into_owned())
        }
        None => "Unnamed experiment".to_owned(),
    };
    let unsaved = if view.session.is_unsaved() { " (changed)" } else { "" };
    let name = format!("{name}{unsaved}");
    let can_undo = view.session.undo.can_undo();
    let font = egui::TextStyle::Body.resolve(ui.style());
    let width = width_of(ui, &name, &font);
    // What stands at the right comes first; a long name is cut.
    let room = ui.available_width() - SIZE_AND_THEME - if can_undo { UNDO } else { 0.0 };
    if room < width.min(LEAST_NAME) {
        return;
    }
    let size = egui::vec2(width.min(room.max(0.0)), ui.spacing().interact_size.y);
    ui.add_sized(size, egui::Label::new(&name).truncate()).on_hover_text(name);
    if can_undo {
        action_button(view, ui, Action::Undo, true);
    }
}
