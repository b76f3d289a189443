//! The card of random covering: samples fall on a space of prototypes, or on those of head and tail, and the covered
//! volume climbs along E_n.

use egui::{Response, RichText, Ui};

use super::{Card, Drawn, Needs, View, buttons::log_switch_ui};
use crate::{
    bounds::Bounded,
    experiment::{
        export::{Cell, Grid},
        short,
    },
    numbers::thousands,
    state::{Action, CoveringCommand, CoveringSpace, FASTEST, MOST_FALLS, MOST_PLACES, N_RUNS},
    ui::{
        charts::{Classes, CoverCurve, CoverLook, covering_chart, covering_grid},
        fit::shorten,
        math::Formula,
        palette::Ink,
        theme,
        widgets::{Limits, NumberField, Row, limited_count_slider, scrolled},
    },
    weighting::{effective_number, log_counts, n_prototypes},
};

/// The head's and the tail's space; a single space looks like the head's.
const INKS: [Ink; 2] = [Ink::Neutral(0), Ink::Neutral(1)];
/// Characters of a class's name at most.
const MOST_OF_A_NAME: usize = 24;
/// Points of a curve.
const CURVE_POINTS: usize = 400;
/// Rows of the table for each space.
const TABLE_ROWS: usize = 500;
/// Below this width sliders stand below each other, and the chart below the space.
const NARROW: f32 = 600.0;

/// Random covering.
pub(super) struct Covering;

impl Card for Covering {
    fn name(&self) -> &'static str {
        "Random covering"
    }

    fn title(&self, view: &View<'_>) -> String {
        let n_prototypes = thousands(view.settings.covering.n_prototypes);
        let covered = |space: &CoveringSpace| thousands(space.first().n_covered());
        match view.session.covering.spaces() {
            [space] if !space.steps().is_empty() => {
                let n = space.first().n_samples();
                let s = if n == 1 { " covers" } else { "s cover" };
                format!("{} sample{s} {} of {n_prototypes} prototypes", thousands(n), covered(space))
            }
            [head, tail] if !head.steps().is_empty() => {
                format!("Head covers {}, tail {} of {n_prototypes} prototypes", covered(head), covered(tail))
            }
            _ => format!("Samples fall on {n_prototypes} prototypes"),
        }
    }

    fn meaning(&self, _: &View<'_>) -> String {
        "Random covering, the idea behind the effective number (Cui et al. 2019, section 3): a new sample either falls on what is covered, with probability p = E_{n−1}/N, or covers one prototype more".to_owned()
    }

    fn explanation(&self, view: &View<'_>) -> Option<String> {
        Some(explanation(view))
    }

    fn needs(&self) -> Needs {
        Needs::Nothing
    }

    fn least_heights(&self) -> [f32; 2] {
        [440.0, 720.0]
    }

    fn buttons_ui(&self, view: &mut View<'_>, ui: &mut Ui) {
        log_switch_ui(ui, &mut view.settings.covering.is_log);
    }

    fn body_ui(&self, view: &mut View<'_>, ui: &mut Ui, classes: &Classes) -> Option<Drawn> {
        covering_ui(view, ui, classes).map(Drawn::chart)
    }

    fn table(&self, view: &mut View<'_>, classes: &Classes) -> Grid {
        covering_numbers(view, classes)
    }
}

/// What there is to understand, with the numbers on the screen.
fn explanation(view: &View<'_>) -> String {
    let covering = &view.settings.covering;
    let (n, beta) = (thousands(covering.n_prototypes), short(covering.beta()));
    match view.session.counts() {
        Some(counts) if covering.is_race => {
            let [head, tail] = [counts.max(), counts.min_present()];
            let [e_head, e_tail] = [head, tail].map(|n| effective_number(covering.beta(), n));
            format!(
                "Two spaces of N = {n} prototypes (β = {beta}) for the most and the least frequent class. {} samples of the head count as E_n = {}, {} of the tail as {}: the weights 1/E_n differ by a factor of {}, the counts by {}.",
                thousands(head),
                short(e_head),
                thousands(tail),
                short(e_tail),
                short(e_head / e_tail),
                short(head as f64 / tail as f64),
            )
        }
        _ => format!(
            "Each sample covers one of N = {n} prototypes. One that falls on a covered place adds nothing, and the more is covered, the more likely that is. On average n samples cover E_n = (1 − βⁿ)/(1 − β) places with β = (N − 1)/N = {beta}."
        ),
    }
}

/// Draws controls, numbers, spaces and chart; returns the chart.
fn covering_ui(view: &mut View<'_>, ui: &mut Ui, classes: &Classes) -> Option<Response> {
    let ends = view.session.counts().map(|counts| [counts.max(), counts.min_present()]);
    view.session.covering.follow(&view.settings.covering, ends);
    if !view.is_figure {
        buttons_ui(view, ui);
        sliders_ui(view, ui);
    }
    view.settings.covering.tidy();
    // What the controls have changed begins in this frame.
    view.session.covering.follow(&view.settings.covering, ends);
    let names = names(view, classes);
    let total = ui.available_size();
    if view.session.covering.spaces().is_empty() {
        ui.label("There are no class counts yet: head and tail cannot be compared");
        return None;
    }
    if total.x < NARROW {
        spaces_ui(view, ui, &names, egui::vec2(total.x, (total.y * 0.38).max(120.0)));
        figures_ui(view, ui, &names);
        return Some(chart_ui(view, ui, &names));
    }
    let left = if names.len() > 1 { total.x * 0.5 } else { total.y.min(total.x * 0.45) };
    ui.horizontal_top(|ui| {
        ui.allocate_ui(egui::vec2(left, total.y), |ui| spaces_ui(view, ui, &names, egui::vec2(left, total.y)));
        ui.add_space(4.0);
        ui.vertical(|ui| {
            figures_ui(view, ui, &names);
            Some(chart_ui(view, ui, &names))
        })
        .inner
    })
    .inner
}

/// What each space is called.
fn names(view: &View<'_>, classes: &Classes) -> Vec<String> {
    let tail = classes.counts.iter().rposition(|&n| n > 0);
    match (view.session.covering.spaces().len(), tail) {
        (2, Some(tail)) => {
            let name = |rank: usize| shorten(&classes.label(rank), MOST_OF_A_NAME);
            vec![format!("Head, {}", name(0)), format!("Tail, {}", name(tail))]
        }
        _ => vec!["One space".to_owned()],
    }
}

fn buttons_ui(view: &mut View<'_>, ui: &mut Ui) {
    ui.horizontal_wrapped(|ui| {
        for command in [CoveringCommand::TogglePlay, CoveringCommand::Step, CoveringCommand::Restart] {
            let is_playing = command == CoveringCommand::TogglePlay && view.session.covering.is_playing;
            // One width for both words, so that nothing moves.
            let width = if command == CoveringCommand::TogglePlay { 128.0 } else { 0.0 };
            let words = if is_playing { "Hold" } else { command.label() };
            let button = egui::Button::new(words).selected(is_playing).min_size(egui::vec2(width, 0.0));
            if ui.add(button).on_hover_text(command.tooltip()).clicked() {
                view.actions.push(Action::Cover(command));
            }
        }
        ui.add_space(10.0);
        let covering = &mut view.settings.covering;
        ui.selectable_value(&mut covering.is_race, false, "One space")
            .on_hover_text("Samples fall on one space of N prototypes");
        ui.selectable_value(&mut covering.is_race, true, "Head against tail").on_hover_text(format!(
            "As many samples as the most and the least frequent class have fall on a space each, at most {}",
            thousands(MOST_FALLS)
        ));
        ui.add_space(10.0);
        ui.checkbox(&mut covering.has_band, format!("{N_RUNS} at once")).on_hover_text(format!(
            "{N_RUNS} spaces are filled at the same time, of which the first is drawn; the band holds 95 % of them"
        ));
        ui.add_space(10.0);
        let hint = "The same seed lets the same samples fall";
        ui.label("Seed").on_hover_text(hint);
        let seed = NumberField::new("Seed", &mut covering.seed).speed(0.05).limits(Limits::Within(0, 999_999));
        seed.show(ui).on_hover_text(hint);
    });
}

fn sliders_ui(view: &mut View<'_>, ui: &mut Ui) {
    let beta = view.session.weights_beta().get();
    let covering = &mut view.settings.covering;
    let space = |ui: &mut Ui, value: &mut u64| {
        let row = Row::new("Prototypes N", "Number of prototypes in the space; β = (N − 1)/N, N = 1/(1 − β)");
        limited_count_slider(ui, row, value, 1..=MOST_PLACES, Limits::Within(1, MOST_PLACES));
    };
    let own = |ui: &mut Ui, value: &mut u64| {
        let of_beta = n_prototypes(beta).round();
        let words = format!("N of β = {beta}");
        let hint = format!(
            "The β of this experiment stands for N = 1/(1 − β) = {}; at most {} are drawn",
            short(of_beta),
            thousands(MOST_PLACES)
        );
        if ui.button(words).on_hover_text(hint).clicked() {
            *value = of_beta.within(1.0, MOST_PLACES as f64) as u64;
        }
    };
    let pace = |ui: &mut Ui, value: &mut u64| {
        let row = Row::new("Samples/s", "Samples that fall in a second, 1 to 10,000");
        limited_count_slider(ui, row, value, 1..=FASTEST, Limits::Within(1, FASTEST));
    };
    if ui.available_width() < NARROW {
        space(ui, &mut covering.n_prototypes);
        own(ui, &mut covering.n_prototypes);
        pace(ui, &mut covering.pace);
        return;
    }
    ui.horizontal(|ui| {
        let width = (ui.available_width() - 180.0) / 2.0;
        let size = egui::vec2(width, ui.spacing().interact_size.y);
        ui.allocate_ui(size, |ui| space(ui, &mut covering.n_prototypes));
        own(ui, &mut covering.n_prototypes);
        let size = egui::vec2(width.min(ui.available_width()), size.y);
        ui.allocate_ui(size, |ui| pace(ui, &mut covering.pace));
    });
}

/// The numbers after the last sample, a row for each space.
fn figures_ui(view: &View<'_>, ui: &mut Ui, names: &[String]) {
    let width = (ui.available_width() / 6.0 - 8.0).max(44.0);
    // Where the columns do not fit, one scrolls to them.
    let scroll = egui::ScrollArea::horizontal().id_salt("figures of covering").auto_shrink([false, true]);
    scrolled(scroll, ui, |ui| figures_grid_ui(view, ui, names, width));
    ui.add(egui::Label::new(last_words(view)).truncate());
}

fn figures_grid_ui(view: &View<'_>, ui: &mut Ui, names: &[String], width: f32) {
    egui::Grid::new("figures of covering").min_col_width(width).spacing([8.0, 2.0]).show(ui, |ui| {
        for (heading, hint) in [
            ("", ""),
            ("Samples n", "Samples that have fallen"),
            ("Covered", "Prototypes that at least one sample fell on"),
            ("E_n", "Expected number of covered prototypes (1 − βⁿ)/(1 − β)"),
            ("Wasted", "Samples that fell on a covered place and added nothing"),
            ("p", "Probability E_{n−1}/N that the last sample falls on a covered place"),
        ] {
            Formula::new(heading).size(13.0).show(ui).on_hover_text(hint);
        }
        ui.end_row();
        for (space, name) in view.session.covering.spaces().iter().zip(names) {
            let first = space.first();
            ui.add(egui::Label::new(RichText::new(name).strong()).truncate());
            let (e_n, p) = match space.steps().last() {
                Some(step) => (fixed(step.expected), format!("{:.4}", step.overlap)),
                None => ("0".to_owned(), "–".to_owned()),
            };
            for text in
                [thousands(first.n_samples()), thousands(first.n_covered()), e_n, thousands(first.n_overlaps()), p]
            {
                ui.label(RichText::new(text).size(theme::sized(16.0)));
            }
            ui.end_row();
        }
    });
}

/// Two decimals, in groups of three digits.
fn fixed(value: f64) -> String {
    let text = format!("{value:.2}");
    let (whole, decimals) = text.split_once('.').unwrap_or((&text, ""));
    format!("{}.{decimals}", thousands(whole.parse().unwrap_or_default()))
}

/// What the last sample did, and p with its numbers.
fn last_words(view: &View<'_>) -> String {
    let n_prototypes = view.settings.covering.n_prototypes;
    match view.session.covering.spaces() {
        [space] => match (space.last(), space.steps().last()) {
            (Some(landing), Some(step)) => {
                let what = if landing.is_new { "covered a new place" } else { "fell on a covered place: wasted" };
                let n = thousands(step.n_samples);
                let before = fixed(step.overlap * n_prototypes as f64);
                format!("Sample {n} {what}. p = {before}/{} = {:.4}", thousands(n_prototypes), step.overlap)
            }
            _ => "No sample has fallen yet".to_owned(),
        },
        [head, tail] => {
            let worth = |space: &CoveringSpace| match space.steps().last() {
                Some(step) => format!("{:.3}", step.expected / step.n_samples as f64),
                None => "–".to_owned(),
            };
            format!("A sample of the head is worth {} places, one of the tail {}", worth(head), worth(tail))
        }
        _ => String::new(),
    }
}

/// The spaces as grids side by side.
fn spaces_ui(view: &View<'_>, ui: &mut Ui, names: &[String], size: egui::Vec2) {
    const GAP: f32 = 10.0;
    let spaces = view.session.covering.spaces();
    let n = spaces.len().max(1) as f32;
    let width = (size.x - GAP * (n - 1.0)) / n;
    ui.horizontal_top(|ui| {
        ui.spacing_mut().item_spacing.x = GAP;
        for ((space, name), ink) in spaces.iter().zip(names).zip(INKS) {
            ui.vertical(|ui| {
                ui.set_width(width);
                let mut height = size.y;
                if spaces.len() > 1 {
                    let words = format!(
                        "{name}: {} of {} samples",
                        thousands(space.first().n_samples()),
                        thousands(space.goal)
                    );
                    let caption = ui.add(egui::Label::new(words).truncate());
                    height -= caption.rect.height() + ui.spacing().item_spacing.y;
                }
                let name = format!("Prototypes, {name}");
                covering_grid(ui, &name, space.first().hits(), space.last(), ink, egui::vec2(width, height.max(40.0)));
            });
        }
    });
}

fn chart_ui(view: &View<'_>, ui: &mut Ui, names: &[String]) -> Response {
    let covering = &view.settings.covering;
    let spaces = view.session.covering.spaces();
    let n_samples = spaces.iter().map(|space| space.goal).max().unwrap_or(1);
    let is_log = covering.is_log;
    let expected: Vec<[f64; 2]> = places(n_samples as usize, CURVE_POINTS, is_log)
        .into_iter()
        .map(|idx| [idx as f64 + 1.0, effective_number(covering.beta(), idx as u64 + 1)])
        .collect();
    let curve = |((space, name), ink): ((&CoveringSpace, &String), Ink)| {
        let steps = places(space.steps().len(), CURVE_POINTS, is_log);
        let steps = steps.into_iter().map(|idx| (space.steps()[idx], space.covered()[idx])).collect();
        CoverCurve { name: name.clone(), ink, steps }
    };
    let curves: Vec<CoverCurve> = spaces.iter().zip(names).zip(INKS).map(curve).collect();
    let look = CoverLook { n_prototypes: covering.n_prototypes, n_samples, is_log, has_band: covering.has_band };
    covering_chart(ui, "Covered volume", &curves, &expected, look, ui.available_size())
}

/// Places of at most this many of `n` steps, the first and the last among them.
fn places(n: usize, most: usize, is_log: bool) -> Vec<usize> {
    if n <= most {
        (0..n).collect()
    } else if is_log {
        log_counts(n as u64, most).into_iter().map(|count| count as usize - 1).collect()
    } else {
        (0..most).map(|row| row * (n - 1) / (most - 1)).collect()
    }
}

/// The numbers behind the card.
fn covering_numbers(view: &View<'_>, classes: &Classes) -> Grid {
    let names = names(view, classes);
    let header = ["Space", "Samples n", "Covered", "E_n", "Mean", "2.5 %", "97.5 %", "p = E_{n−1}/N"];
    let mut rows = Vec::new();
    let mut notes = Vec::new();
    for (space, name) in view.session.covering.spaces().iter().zip(&names) {
        let n = space.steps().len();
        if n > TABLE_ROWS {
            notes.push(format!("{name}: {TABLE_ROWS} of {} samples, evenly.", thousands(n as u64)));
        }
        rows.extend(places(n, TABLE_ROWS, false).into_iter().map(|idx| {
            let (step, covered) = (space.steps()[idx], space.covered()[idx]);
            vec![
                Cell::Text(name.clone()),
                Cell::Count(step.n_samples),
                Cell::Count(covered.into()),
                Cell::Number(step.expected),
                Cell::Number(step.mean),
                Cell::Number(step.low),
                Cell::Number(step.high),
                Cell::Number(step.overlap),
            ]
        }));
    }
    if rows.is_empty() {
        notes.push("No sample has fallen yet.".to_owned());
    }
    notes.push(format!("Mean and the band that holds 95 %: of {N_RUNS} spaces with the same number of samples."));
    Grid { header: header.map(str::to_owned).to_vec(), rows, notes, ..Grid::default() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn thinned_steps_begin_with_the_first_and_end_with_the_last() {
        for is_log in [false, true] {
            assert_eq!(places(3, 400, is_log), [0, 1, 2]);
            assert!(places(0, 400, is_log).is_empty());
            let thinned = places(100_000, 400, is_log);
            assert_eq!((thinned[0], thinned[thinned.len() - 1]), (0, 99_999));
            assert!(thinned.len() <= 400 && thinned.windows(2).all(|pair| pair[0] < pair[1]));
        }
    }

    #[test]
    fn numbers_have_two_decimals_and_groups() {
        assert_eq!([0.0, 74.763, 1234.5, 99_999.999].map(fixed), ["0.00", "74.76", "1,234.50", "100,000.00"]);
    }
}
