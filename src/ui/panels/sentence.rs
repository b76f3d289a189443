//! What happened, in a sentence that is always whole: the fullest wording that fits into two lines.

use std::sync::Arc;

use egui::{Align2, FontId, Galley, Layout, Rect, Ui, UiBuilder, text::LayoutJob};

use super::{
    View,
    course::{advice_ui, divergence},
    playback::announce,
};
use crate::{
    experiment::{Figure, NamedRecall, headline},
    ui::fit::{brief_sentence, shorten},
};

/// Lines of the sentence at most.
const LINES: usize = 2;
/// Characters of a name in the sentence at most; fewer where the sentence would not fit otherwise.
const MOST_OF_A_NAME: [usize; 3] = [40, 20, 10];
/// Space at both ends.
const MARGIN: f32 = 4.0;

/// Size of its letters in a strip of this width.
fn size(width: f32) -> f32 {
    match width {
        1400.0.. => 20.0,
        900.0.. => 17.0,
        600.0.. => 15.0,
        _ => 13.0,
    }
}

/// Height of the strip, which is the same whatever the sentence says.
pub(super) fn sentence_height(ui: &Ui, width: f32) -> f32 {
    let font = FontId::proportional(size(width));
    LINES as f32 * ui.ctx().fonts_mut(|fonts| fonts.row_height(&font)) + 4.0
}

/// Draws the sentence, and a way out where training has diverged.
pub(super) fn sentence_ui(view: &mut View<'_>, ui: &mut Ui, rect: Rect) {
    sentence_in(view, ui, rect, size(rect.width()));
}

/// As [`sentence_ui`], in letters of this height.
pub(super) fn sentence_in(view: &mut View<'_>, ui: &mut Ui, rect: Rect, letters: f32) {
    ui.scope_builder(UiBuilder::new().max_rect(rect).layout(Layout::right_to_left(egui::Align::Center)), |ui| {
        advice_ui(view, ui);
        let rect = ui.available_rect_before_wrap().shrink2(egui::vec2(MARGIN, 0.0));
        let wordings = wordings(view);
        let (galley, is_cut) = fitting(ui, &wordings, rect.width(), letters);
        let response = ui.allocate_rect(rect, egui::Sense::hover());
        let text = wordings.first().cloned().unwrap_or_default();
        let said = galley.job.text.replace('\u{a0}', " ");
        response.widget_info(|| egui::WidgetInfo::labeled(egui::Role::Label, true, &said));
        if !view.session.is_playing {
            // While training goes on it changes with every frame; its end is worth saying.
            announce(ui.ctx(), &response);
        }
        let place = Align2::LEFT_CENTER.anchor_size(rect.left_center(), galley.size());
        ui.painter().galley(place.min, galley, ui.visuals().text_color());
        if is_cut || text != said {
            response.on_hover_text(brief_sentence(&text));
        }
    });
}

/// The first wording that fits into the lines; the last one, cut, where none does.
fn fitting(ui: &Ui, wordings: &[String], width: f32, size: f32) -> (Arc<Galley>, bool) {
    let job = |text: &str, size: f32| {
        // A line does not end between two numbers that belong together.
        let text = text.replace(" → ", "\u{a0}→\u{a0}");
        let ink = ui.visuals().text_color();
        let mut job = LayoutJob::simple(text, FontId::proportional(size), ink, width.max(1.0));
        job.wrap.max_rows = LINES;
        job
    };
    let mut last = None;
    for wording in wordings {
        // A sentence from outside may be of any length.
        let galley = ui.ctx().fonts_mut(|fonts| fonts.layout_job(job(&brief_sentence(wording), size)));
        if !galley.elided {
            return (galley, false);
        }
        last = Some(wording);
    }
    let smallest = last.map_or("", String::as_str);
    let galley = ui.ctx().fonts_mut(|fonts| fonts.layout_job(job(&brief_sentence(smallest), size.min(13.0))));
    let is_cut = galley.elided;
    (galley, is_cut)
}

/// What there is to say, from the fullest wording to the shortest.
/// The fullest wording of the sentence, for whoever has room for it.
pub fn said(view: &View<'_>) -> String {
    wordings(view).into_iter().next().unwrap_or_default()
}

fn wordings(view: &View<'_>) -> Vec<String> {
    let session = &view.session;
    if let Err(reason) = session.checked() {
        return vec![format!("Not trained: {reason}")];
    }
    if let Some(fault) = divergence(view) {
        return vec![fault];
    }
    if !session.has_begun() {
        return vec!["Press Play (Space): the same model learns the same samples under each objective".to_owned()];
    }
    if session.outdated.is_some() {
        return vec![
            "These figures are from before the last change of a setting: press Play (Space) to train on with it"
                .to_owned(),
            "From before the last change: press Play (Space) to train on".to_owned(),
        ];
    }
    let objectives = &session.spec.objectives;
    let named = MOST_OF_A_NAME.map(|most| objectives.iter().map(|one| shorten(&one.name, most)).collect::<Vec<_>>());
    let wordings = |names: &Vec<String>| {
        let told: Vec<NamedRecall<'_>> = objectives
            .iter()
            .enumerate()
            .filter(|(_, objective)| objective.shown)
            .filter_map(|(idx, _)| {
                let run = session.trained_run(idx)?;
                let natural_accuracy = run.figures.get(Figure::NaturalAccuracy);
                Some(NamedRecall { name: names.get(idx)?, per_class_recall: &run.per_class_recall, natural_accuracy })
            })
            .collect();
        match (session.counts(), told.split_first()) {
            (Some(counts), Some((&baseline, others))) => headline(counts, baseline, others),
            _ => vec![],
        }
    };
    let mut all: Vec<String> = named.iter().flat_map(wordings).collect();
    all.dedup();
    all
}
