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
    experiment::export::Grid,
    loss::Head,
    numbers::thousands,
    state::{Action, Contents},
    ui::{
        charts::Classes,
        fit::shorten,
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
        let Some(counts) = view.session.counts() else { return "Class weights".to_owned() };
        format!("{} weights to take away", thousands(counts.n_classes() as u64))
    }

    fn meaning(&self, _: &View<'_>) -> String {
        "The code says how the weights came about, and computes the loss that this program computes".to_owned()
    }

    fn explanation(&self, view: &View<'_>) -> Option<String> {
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

/// The choice of format and scheme, and the code.
fn snippet_ui(view: &mut View<'_>, ui: &mut Ui) {
    let Some(counts) = view.session.counts().cloned() else { return };
    let (counts, labels, origin) = counted(view, counts);
    let mut schemes = all_schemes(view);
    let own =
        schemes.iter().position(|shown| shown.scheme.beta() == Some(view.session.weights_beta().get())).unwrap_or(0);
    let chosen = view.settings.snippet_scheme;
    let mut place = schemes.iter().position(|shown| Some(shown.place) == chosen).unwrap_or(own);
    let [is_copied, is_saved] =
        if view.is_figure { [false, false] } else { choices_ui(view, ui, &schemes, &mut place) };
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
    let text = snippet(view.settings.snippet, source);
    code_ui(ui, &text);
    if is_copied {
        view.actions.push(Action::Copy(text, "The code"));
    } else if is_saved {
        view.actions
            .push(Action::WriteAs(Contents::Text(text), format!("weights.{}", view.settings.snippet.extension())));
    }
}

/// The choice of format and scheme; returns whether the code is to be copied, and whether it is to be saved.
fn choices_ui(view: &mut View<'_>, ui: &mut Ui, schemes: &[Shown], place: &mut usize) -> [bool; 2] {
    // What arrows, margins and the buttons take is not for the two lists.
    let width = (ui.available_width() - 230.0).within(120.0, 700.0);
    ui.horizontal_wrapped(|ui| {
        let describe = |kind: SnippetKind| (kind.label(), "");
        let kind = &mut view.settings.snippet;
        choice_box(ui, "format", "Format of the code", width * 0.56, kind, &SnippetKind::ALL, describe);
        let before = *place;
        let places: Vec<usize> = (0..schemes.len()).collect();
        let name = |place: usize| (schemes[place].name.clone(), "");
        choice_box(ui, "scheme", "Scheme of the code", width * 0.44, place, &places, name);
        if *place != before {
            view.settings.snippet_scheme = Some(schemes[*place].place);
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
