//! Weights as code: the choice of format and scheme, the code, and the buttons that copy and save it.

use egui::{RichText, ScrollArea, Ui};

use super::{
    Card, Drawn, Numbers, View,
    scheme_list::{Shown, all_schemes},
    schemes::weights_by_class,
};
use crate::{
    bounds::Bounded,
    distribution::ClassCounts,
    experiment::{ModuleKind, ModuleSource, export::Grid, objective_module},
    loss::Head,
    numbers::thousands,
    state::{Action, Contents},
    ui::{
        charts::Classes,
        fit::{brief, shorten},
        theme,
        widgets::{choice_box, scrolled},
    },
    weighting::{SnippetKind, SnippetSource, snippet},
};

/// Most lines of code that are shown; the copy has all of them.
const MOST_LINES: usize = 300;

/// Most characters of a line that are shown.
const MOST_OF_A_LINE: usize = 2000;
/// Characters of code that are shown; names of classes can be long.
const MOST_CHARACTERS: usize = 30_000;

/// Weights as code.
pub(super) struct Snippet;

impl Card for Snippet {
    fn name(&self) -> &'static str {
        "Code"
    }

    fn title(&self, view: &View<'_>) -> String {
        if let Some(objective) = whole(view).map(|place| &view.session.spec.objectives[place]) {
            return format!("{} to take away", brief(&objective.name));
        }
        let Some(counts) = view.session.counts() else { return "Class weights".to_owned() };
        format!("{} weights to take away", thousands(counts.n_classes() as u64))
    }

    fn meaning(&self, _: &View<'_>) -> String {
        "The code says how the weights came about, and computes the loss that this program computes".to_owned()
    }

    fn explanation(&self, view: &View<'_>) -> Option<String> {
        if whole(view).is_some() {
            let text = "The whole objective as a module that runs: classes and weights, loss, sampler, start of the bias. Run as a program it compares its loss with a value of the lab";
            return Some(text.to_owned());
        }
        Some(format!(
            "One weight for each of the {} classes, normalised: {}. The comment in the code states scheme and counts, its functions the reduction.",
            thousands(view.session.counts()?.n_classes() as u64),
            view.session.spec.training.normalisation.label().to_lowercase()
        ))
    }

    fn numbers(&self, _: &View<'_>) -> Numbers {
        Numbers::Never
    }

    fn least_heights(&self) -> [f32; 2] {
        [360.0; 2]
    }

    fn body_ui(&self, view: &mut View<'_>, ui: &mut Ui, _: &Classes) -> Option<Drawn> {
        snippet_ui(view, ui);
        None
    }

    fn table(&self, view: &mut View<'_>, classes: &Classes) -> Grid {
        weights_by_class(view, classes)
    }
}

/// The counts that the code is for, with the names of classes and where they come from: of a file all rows, which is what is
/// trained on elsewhere.
fn counted(view: &View<'_>, counts: ClassCounts) -> (ClassCounts, Vec<String>, Option<String>) {
    let data = &view.session.spec.data;
    if !data.source.is_table() {
        return (counts, Vec::new(), None);
    }
    let Some(inspection) = view.session.inspection().filter(|_| view.session.long_tail().is_none()) else {
        return (counts, view.session.class_names().to_vec(), Some("the training part".to_owned()));
    };
    let (labels, all): (Vec<String>, Vec<u64>) = inspection.class_counts.iter().cloned().unzip();
    match ClassCounts::new(all) {
        Ok(all) if all.n_classes() == counts.n_classes() => (all, labels, Some("all rows of the file".to_owned())),
        _ => (counts, view.session.class_names().to_vec(), Some("the training part".to_owned())),
    }
}

/// The place of the objective that is taken away whole.
fn whole(view: &View<'_>) -> Option<usize> {
    let colour = view.settings.module_objective?;
    view.session.spec.objectives.iter().position(|objective| objective.colour == colour)
}

/// What the code is of.
#[derive(Clone, Copy, PartialEq)]
enum CodeOf {
    /// The objective with this place in the experiment, as a whole.
    Objective(usize),
    /// The class weights of the scheme with this place in the list.
    Weights(usize),
}

/// The choice of what the code is of and of its format, and the code.
fn snippet_ui(view: &mut View<'_>, ui: &mut Ui) {
    let Some(counts) = view.session.counts().cloned() else { return };
    let (counts, labels, origin) = counted(view, counts);
    let mut schemes = all_schemes(view);
    let own =
        schemes.iter().position(|shown| shown.scheme.beta() == Some(view.session.weights_beta().get())).unwrap_or(0);
    let chosen = view.settings.snippet_scheme;
    let place = schemes.iter().position(|shown| Some(shown.place) == chosen).unwrap_or(own);
    let mut code_of = whole(view).map_or(CodeOf::Weights(place), CodeOf::Objective);
    let [is_copied, is_saved] =
        if view.is_figure { [false, false] } else { choices_ui(view, ui, &schemes, &mut code_of) };
    let (text, name) = match code_of {
        CodeOf::Objective(objective_idx) => {
            // What is wrong with the settings is told beside them.
            let Ok(experiment) = view.session.checked() else { return };
            let (counts, labels, origin) = (&counts, &labels[..], origin.as_deref());
            let source = ModuleSource { experiment, objective_idx, counts, labels, origin };
            (objective_module(view.settings.module, &source), "objective.py".to_owned())
        }
        CodeOf::Weights(place) => {
            let Shown { scheme, .. } = schemes.swap_remove(place);
            let objectives = &view.session.spec.objectives;
            let sigmoid = objectives.iter().find(|objective| objective.head == Head::Sigmoid);
            let gamma = objectives.iter().map(|objective| objective.gamma).find(|&gamma| gamma > 0.0).unwrap_or(2.0);
            let source = SnippetSource {
                counts: &counts,
                labels: &labels,
                origin: origin.as_deref(),
                scheme,
                normalisation: view.session.spec.training.normalisation,
                gamma,
                alpha: sigmoid.and_then(|objective| objective.alpha),
            };
            let kind = view.settings.snippet;
            (snippet(kind, source), format!("weights.{}", kind.extension()))
        }
    };
    code_ui(ui, &text);
    if is_copied {
        view.actions.push(Action::Copy(text, "The code"));
    } else if is_saved {
        view.actions.push(Action::WriteAs(Contents::Text(text), name));
    }
}

/// The choice of what the code is of and of its format; returns whether the code is to be copied, and whether it is to be
/// saved.
fn choices_ui(view: &mut View<'_>, ui: &mut Ui, schemes: &[Shown], code_of: &mut CodeOf) -> [bool; 2] {
    // What arrows, margins and the buttons take is not for the two lists.
    let width = (ui.available_width() - 230.0).within(120.0, 700.0);
    ui.horizontal_wrapped(|ui| {
        let before = *code_of;
        let objectives = &view.session.spec.objectives;
        let places: Vec<CodeOf> = (0..objectives.len())
            .map(CodeOf::Objective)
            .chain((0..schemes.len()).map(CodeOf::Weights))
            .collect();
        let name = |code_of: CodeOf| match code_of {
            CodeOf::Objective(objective_idx) => (
                format!("Objective: {}", objectives[objective_idx].name),
                "The whole objective as one module that runs: classes, weights, loss, sampler, start of the bias, and a check against a value of the lab",
            ),
            CodeOf::Weights(place) => (format!("Weights: {}", schemes[place].name), "The class weights alone"),
        };
        choice_box(ui, "code of", "What the code is of", width * 0.5, code_of, &places, name);
        if *code_of != before {
            view.settings.module_objective = match *code_of {
                CodeOf::Objective(objective_idx) => Some(view.session.spec.objectives[objective_idx].colour),
                CodeOf::Weights(place) => {
                    view.settings.snippet_scheme = Some(schemes[place].place);
                    None
                }
            };
        }
        let describe = |kind: SnippetKind| (kind.label(), "");
        let describe_module = |kind: ModuleKind| (kind.label(), "");
        let (id, title) = ("format", "Format of the code");
        if matches!(code_of, CodeOf::Objective(_)) {
            choice_box(ui, id, title, width * 0.5, &mut view.settings.module, &ModuleKind::ALL, describe_module);
        } else {
            choice_box(ui, id, title, width * 0.5, &mut view.settings.snippet, &SnippetKind::ALL, describe);
        }
        let is_copied = ui.button("Copy").on_hover_text("Copy the whole code").clicked();
        [is_copied, ui.button("Save…").on_hover_text("Save the whole code to a file").clicked()]
    })
    .inner
}

/// The beginning of the code, which can be scrolled.
fn code_ui(ui: &mut Ui, text: &str) {
    let n_lines = text.lines().count();
    let mut room = MOST_CHARACTERS;
    let fits = |line: &String| {
        room = room.saturating_sub(line.chars().count() + 1);
        room > 0
    };
    let lines = text.lines().take(MOST_LINES).map(|line| shorten(line, MOST_OF_A_LINE));
    let shown: Vec<String> = lines.take_while(fits).collect();
    scrolled(ScrollArea::both().id_salt("code").auto_shrink(false), ui, |ui| {
        ui.add(
            egui::Label::new(RichText::new(shown.join("\n")).monospace().size(theme::sized(14.0)))
                .extend()
                .selectable(true),
        );
        if n_lines > shown.len() {
            ui.label(RichText::new(format!("Copy has all {} lines", thousands(n_lines as u64))).weak());
        }
    });
}
