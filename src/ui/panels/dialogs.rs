//! What lies over the other places: the list of keys, a file that keeps one waiting, and the questions before something is
//! lost.

use std::path::PathBuf;

use egui::{Align2, Context, RichText, Ui, Window};

use super::{View, buttons::action_button};
use crate::{
    state::{Action, Contents, Waiting},
    ui::fit::{brief, shorten},
};

/// Keys and what the lab shows.
pub fn help_ui(view: &mut View<'_>, ctx: &Context) {
    let mut is_open = view.session.is_help_open;
    Window::new("Keys and help").open(&mut is_open).anchor(Align2::CENTER_CENTER, egui::Vec2::ZERO).resizable(false).collapsible(false).show(ctx, |ui| {
        ui.set_max_width(560.0);
        for line in [
            "Play trains the same linear model on the same samples under each objective. Left to right: what the data are, what the weights do, what comes out.",
            "Recall is the share of a class's test samples that are recognised. Plain cross entropy (CE) neglects the rare classes, because they hardly count in its sum; weights give them a larger part in it and cost the frequent classes something.",
            "Every control has a tooltip with its formula. Double-click a picture to see it alone; Table shows its numbers.",
            "Slow motion: at batches a second, and after Batch, the samples of the next batch light up in the regions, and arrows show where its gradient moves the boundaries. The timeline looks back: every picture is as it was at that epoch; with the keyboard on it, arrows step, Home and End go to the start and back to now.",
            "Class counts: drag a bar, or click it (or go there with Tab) and use the keys: left and right choose a class, up and down change its count, with Shift tenfold; digits and Enter type one, Escape leaves. With many classes the wheel zooms, and the strip above says which are shown.",
        ] {
            ui.label(line);
        }
        ui.separator();
        egui::Grid::new("keys").num_columns(4).spacing([24.0, 4.0]).show(ui, |ui| {
            let actions = Action::with_shortcuts();
            for pair in actions.chunks(2) {
                for action in pair {
                    let key = action.shortcut().map_or(String::new(), |shortcut| shortcut.to_string());
                    ui.label(RichText::new(key).strong());
                    ui.label(action.label());
                }
                ui.end_row();
            }
        });
    });
    view.session.is_help_open = is_open;
}

/// Says which file keeps one waiting; everything else goes on meanwhile.
pub fn waiting_ui(view: &mut View<'_>, ctx: &Context) {
    /// Below the bar at the top.
    const TOP: f32 = 44.0;
    let Some(words) = view.session.waiting.as_ref().map(Waiting::words) else { return };
    let strip = Window::new("Waiting for a file").title_bar(false).anchor(Align2::CENTER_TOP, [0.0, TOP]);
    strip.resizable(false).collapsible(false).show(ctx, |ui| {
        ui.horizontal(|ui| {
            ui.label(words);
            action_button(view, ui, Action::GiveUpFile, true);
        });
    });
}

/// How far a film is, at the bottom.
pub fn film_ui(view: &mut View<'_>, ctx: &Context) {
    /// Above the playback bar.
    const BOTTOM: f32 = -84.0;
    let Some([made, of]) = view.session.handed_on.film else { return };
    let strip = Window::new("Making a film").title_bar(false).anchor(Align2::CENTER_BOTTOM, [0.0, BOTTOM]);
    strip.resizable(false).collapsible(false).show(ctx, |ui| {
        ui.horizontal(|ui| {
            ui.label(format!("Making a film: picture {made} of {of}"));
            ui.add(egui::ProgressBar::new(made as f32 / of.max(1) as f32).desired_width(160.0));
            action_button(view, ui, Action::CancelFilm, true);
        });
    });
}

/// Asks before changes that are in no file, or a file, are lost.
pub fn questions_ui(view: &mut View<'_>, ctx: &Context) {
    if view.session.is_closing {
        question("Unsaved changes").show(ctx, |ui| closing_ui(view, ui));
    } else if let Some((path, contents)) = view.session.replacing.clone() {
        question("Replace the file?").show(ctx, |ui| replacing_ui(view, ui, path, contents));
    } else if view.session.handed_on.left_behind.is_some() {
        question("An unsaved experiment").show(ctx, |ui| left_behind_ui(view, ui));
    }
}

fn question(title: &str) -> Window<'_> {
    Window::new(title).anchor(Align2::CENTER_CENTER, egui::Vec2::ZERO).resizable(false).collapsible(false)
}

/// Asks about the experiment of a window that ended before it was saved.
fn left_behind_ui(view: &mut View<'_>, ui: &mut Ui) {
    ui.label("The lab ended before this experiment was saved.");
    if let Some(spec) = &view.session.handed_on.left_behind {
        let names: Vec<_> = spec.objectives.iter().map(|objective| brief(&objective.name)).collect();
        ui.label(RichText::new(shorten(&format!("{} objectives: {}", names.len(), names.join(", ")), 80)).weak());
    }
    ui.horizontal(|ui| {
        action_button(view, ui, Action::Recover(true), true);
        action_button(view, ui, Action::Recover(false), true);
        if ui.button("Later").on_hover_text("Ask again when the lab is opened the next time").clicked() {
            view.session.handed_on.left_behind = None;
        }
    });
}

fn closing_ui(view: &mut View<'_>, ui: &mut Ui) {
    ui.label("The experiment has changes that are in no file.");
    ui.horizontal(|ui| {
        if ui.button("Save").clicked() {
            view.session.is_closing = false;
            view.actions.push(Action::Save);
            if view.session.path.is_some() {
                // Where saving fails, closing asks again.
                view.actions.push(Action::Quit);
            }
        }
        if ui.button("Close without saving").clicked() {
            view.session.saved = view.session.spec.clone();
            view.actions.push(Action::Quit);
        }
        if ui.button("Stay").clicked() {
            view.session.is_closing = false;
        }
    });
}

/// Asks about an experiment's file, or one of something else.
fn replacing_ui(view: &mut View<'_>, ui: &mut Ui, path: PathBuf, contents: Option<Contents>) {
    ui.label(format!("{} is there already.", path.display()));
    ui.horizontal(|ui| {
        let is_replacing = ui.button("Replace").clicked();
        let is_renaming = ui.button("Choose another name").clicked();
        let is_cancelled = ui.button("Cancel").clicked();
        if is_replacing || is_renaming || is_cancelled {
            view.session.replacing = None;
        }
        if is_replacing {
            view.actions.push(match contents {
                Some(contents) => Action::Overwrite(path, contents),
                None => Action::ReplaceFile(path),
            });
        } else if is_renaming {
            view.actions.push(match contents {
                Some(contents) => {
                    let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
                    Action::WriteAs(contents, name)
                }
                None => Action::SaveAs,
            });
        }
    });
}
