//! How the summed loss is shared between many easy negatives and few hard positives.

use egui::{RichText, ScrollArea, Ui};

use super::{Card, Drawn, Needs, View, loss_lines::percent};
use crate::{
    distribution::MAX_COUNT,
    experiment::export::{Cell, Grid},
    loss::{LossSplit, MAX_GAMMA},
    numbers::{thousands, three_digits},
    state::{LossView, NamedLossSplit},
    ui::{
        charts::{Classes, shares_bar},
        math::Formula,
        palette, theme,
        widgets::{Limits, Row, limited_count_slider, limited_slider, scrolled},
    },
};

/// Below this width sliders stand below each other.
const NARROW: f32 = 480.0;
/// Width of the names of losses before their bars.
const LOSS_NAME: f32 = 168.0;
/// Width from which the bars stand beside the sliders.
const SIDE_BY_SIDE: f32 = 820.0;

/// Foreground and background.
pub(super) struct LossOwners;

impl Card for LossOwners {
    fn name(&self) -> &'static str {
        "Foreground and background"
    }

    fn title(&self, view: &View<'_>) -> String {
        let losses = &view.settings.losses;
        let n = |n: u64, what: &str| format!("{} {what}{}", thousands(n), if n == 1 { "" } else { "s" });
        format!("Who owns the loss of {} and {}?", n(losses.n_positives, "positive"), n(losses.n_negatives, "negative"))
    }

    fn meaning(&self, _: &View<'_>) -> String {
        "Share of the negatives = n₋ L₋ ÷ (n₊ L₊ + n₋ L₋), L = −α_t (1 − p_t)^γ ln p_t\np_t is p for positives (y = 1) and 1 − p for negatives (y = 0); α_t is α and 1 − α, without balance 1\nCE has γ = 0".to_owned()
    }

    fn explanation(&self, view: &View<'_>) -> Option<String> {
        let losses = &view.settings.losses;
        let owned = losses.ownerships();
        let each = owned.first().map(|first| first.ownership);
        let [positive, negative] = each.map_or([0.0; 2], |each| [each.loss_of_positive, each.loss_of_negative]);
        Some(format!(
            "One positive (y = 1) at p = {} has a CE of {}, one negative (y = 0) at p = {} of {}. CE adds them up, so many easy ones outweigh few hard ones; focal loss shrinks each easy term first.",
            losses.p_positives,
            three_digits(positive),
            losses.p_negatives,
            three_digits(negative),
        ))
    }

    fn needs(&self) -> Needs {
        Needs::Nothing
    }

    fn least_heights(&self) -> [f32; 2] {
        [340.0, 480.0]
    }

    fn body_ui(&self, view: &mut View<'_>, ui: &mut Ui, _: &Classes) -> Option<Drawn> {
        let scroll = ScrollArea::vertical().id_salt("owners").auto_shrink(false);
        scrolled(scroll, ui, |ui| owners_ui(view, ui));
        view.settings.losses.tidy();
        None
    }

    fn table(&self, view: &mut View<'_>, _: &Classes) -> Grid {
        let header = ["Loss", "L of a positive", "L of a negative", "Positives", "Negatives", "Share +", "Share −"];
        let row = |NamedLossSplit { name, ownership }: &NamedLossSplit| {
            vec![
                Cell::Text(name.clone()),
                Cell::Number(ownership.loss_of_positive),
                Cell::Number(ownership.loss_of_negative),
                Cell::Number(ownership.positives),
                Cell::Number(ownership.negatives),
                Cell::share(ownership.share_of_positives()),
                Cell::share(ownership.share_of_negatives()),
            ]
        };
        let rows = view.settings.losses.ownerships().iter().map(row).collect();
        Grid { header: header.map(str::to_owned).to_vec(), rows, ..Grid::default() }
    }
}

fn owners_ui(view: &mut View<'_>, ui: &mut Ui) {
    ui.spacing_mut().item_spacing.y = 1.0;
    let total = ui.available_width();
    if view.is_figure {
        shares_ui(view, ui);
    } else if total < SIDE_BY_SIDE {
        sliders_ui(view, ui);
        shares_ui(view, ui);
    } else {
        ui.horizontal_top(|ui| {
            for (share, contents) in [(0.42, sliders_ui as fn(&mut View<'_>, &mut Ui)), (0.58, shares_ui)] {
                ui.vertical(|ui| {
                    ui.set_width((total - 8.0) * share);
                    contents(view, ui);
                });
            }
        });
    }
    let losses = &view.settings.losses;
    let sentence = sentence(losses, &losses.ownerships());
    ui.add(egui::Label::new(RichText::new(sentence).size(theme::sized(18.0)).strong()).wrap());
}

/// The formula with its numbers, and a bar for each loss.
fn shares_ui(view: &mut View<'_>, ui: &mut Ui) {
    let owned = view.settings.losses.ownerships();
    let is_dark = ui.visuals().dark_mode;
    let [positives, negatives] = [palette::positives(is_dark), palette::negatives(is_dark)];
    if let Some(ce) = owned.first() {
        let inks = [("n_+", positives), ("L_+", positives), ("n_−", negatives), ("L_−", negatives)];
        let [each, shared] = [of_each, shared_out].map(|words| words(&view.settings.losses, ce.ownership));
        for words in [each, shared] {
            Formula::new(&words).size(19.0).inks(&inks).show(ui);
        }
    }
    for NamedLossSplit { name, ownership } in &owned {
        let shares = [ownership.share_of_positives(), ownership.share_of_negatives()];
        let words =
            if shares[0].is_some() { name.clone() } else { format!("{name}: both sums are 0 or both infinite") };
        let words = egui::Label::new(RichText::new(words).size(theme::sized(15.0)));
        let labels = [("positives", shares[0]), ("negatives", shares[1])];
        let labels = labels.map(|(whose, share)| format!("{whose} {}", percent(share)));
        let told = format!("{name}: {}", labels.join(", "));
        let bar = |ui: &mut Ui| shares_bar(ui, &told, shares[0], labels).on_hover_text(sums(*ownership));
        if ui.available_width() < NARROW || shares[0].is_none() {
            ui.add(words.wrap());
            bar(ui);
            continue;
        }
        ui.horizontal(|ui| {
            let size = egui::vec2(theme::sized(LOSS_NAME), ui.spacing().interact_size.y);
            ui.allocate_ui_with_layout(size, egui::Layout::left_to_right(egui::Align::Center), |ui| {
                ui.set_min_width(size.x);
                ui.add(words.truncate());
            });
            bar(ui);
        });
    }
}

/// The two counts and the two probabilities, α and γ, in two columns where there is room.
fn sliders_ui(view: &mut View<'_>, ui: &mut Ui) {
    let losses = &mut view.settings.losses;
    ui.horizontal(|ui| {
        let easy =
            ui.button("Equally easy").on_hover_text("y = 1 at p = 0.95 and y = 0 at p = 0.05: the same cross entropy");
        if easy.clicked() {
            (losses.p_positives, losses.p_negatives) = (0.95, 0.05);
        }
        let hard = ui.button("Hard positives").on_hover_text("y = 1 at p = 0.5 and y = 0 at p = 0.05");
        if hard.clicked() {
            (losses.p_positives, losses.p_negatives) = (0.5, 0.05);
        }
    });
    let mut left = |ui: &mut Ui| {
        let row = Row::new("Positives", "Samples with y = 1: the foreground, n₊");
        limited_count_slider(ui, row, &mut losses.n_positives, 1..=1_000_000, Limits::Within(0, MAX_COUNT));
        let row = Row::new("p of positives", "Probability of y = 1 that each positive is given; p_t = p");
        limited_slider(ui, row, &mut losses.p_positives, 0.001..=0.999, Limits::Within(0.0, 1.0));
        let row = Row::new("α of CE", "α-balanced CE: positives × α, negatives × (1 − α)");
        limited_slider(ui, row, &mut losses.alpha, 0.0..=1.0, Limits::Within(0.0, 1.0));
    };
    let mut right = |ui: &mut Ui| {
        let row = Row::new("Negatives", "Samples with y = 0: the background, n₋");
        limited_count_slider(ui, row, &mut losses.n_negatives, 1..=1_000_000, Limits::Within(0, MAX_COUNT));
        let row = Row::new("p of negatives", "Probability of y = 1 that each negative is given; p_t = 1 − p");
        limited_slider(ui, row, &mut losses.p_negatives, 0.001..=0.999, Limits::Within(0.0, 1.0));
        let row = Row::new("γ of focal", "Focusing parameter γ of the focal loss: (1 − p_t)^γ");
        limited_slider(ui, row, &mut losses.gamma, 0.0..=MAX_GAMMA, Limits::Within(0.0, MAX_GAMMA));
        let row = Row::new("α of focal", "α-balanced focal loss: positives × α, negatives × (1 − α)");
        limited_slider(ui, row, &mut losses.focal_alpha, 0.0..=1.0, Limits::Within(0.0, 1.0));
    };
    if ui.available_width() < NARROW {
        left(ui);
        right(ui);
        return;
    }
    ui.columns(2, |columns| {
        if let [first, second] = columns {
            left(first);
            right(second);
        }
    });
}

/// What one sample of each kind loses under cross entropy.
fn of_each(losses: &LossView, ce: LossSplit) -> String {
    let one =
        |label: u8, p: f64, sign: char, loss: f64| format!("y = {label} at p = {p}: L{sign} = {}", three_digits(loss));
    let positive = one(1, losses.p_positives, '₊', ce.loss_of_positive);
    format!("{positive}, {}", one(0, losses.p_negatives, '₋', ce.loss_of_negative))
}

/// The share of the negatives under cross entropy, in symbols and in numbers.
fn shared_out(losses: &LossView, ce: LossSplit) -> String {
    let side = |n: u64, loss: f64| format!("{} · {}", thousands(n), three_digits(loss));
    let [positives, negatives] =
        [side(losses.n_positives, ce.loss_of_positive), side(losses.n_negatives, ce.loss_of_negative)];
    format!(
        "CE: n₋ L₋ ÷ (n₊ L₊ + n₋ L₋) = ({negatives}) ÷ ({positives} + {negatives}) = {}",
        percent(ce.share_of_negatives())
    )
}

/// Sums and single losses, for the pointer.
fn sums(ownership: LossSplit) -> String {
    format!(
        "Positives: {} in all, {} each\nNegatives: {} in all, {} each",
        three_digits(ownership.positives),
        three_digits(ownership.loss_of_positive),
        three_digits(ownership.negatives),
        three_digits(ownership.loss_of_negative),
    )
}

/// What happened, in a sentence.
fn sentence(losses: &LossView, owned: &[NamedLossSplit]) -> String {
    let [ce, _, focal, ..] = owned else { return String::new() };
    let (Some(under_ce), Some(under_focal)) = (ce.ownership.share_of_negatives(), focal.ownership.share_of_negatives())
    else {
        return "Nobody owns the loss: both sums are 0 or both infinite".to_owned();
    };
    let easy = if ce.ownership.loss_of_negative < ce.ownership.loss_of_positive { "easy " } else { "" };
    let (noun, verb, them) =
        if losses.n_negatives == 1 { ("negative", "owns", "it") } else { ("negatives", "own", "them") };
    let change = if under_focal < under_ce {
        "leaves"
    } else if under_focal > under_ce {
        "gives"
    } else {
        "still leaves"
    };
    format!(
        "Under CE the {} {easy}{noun} {verb} {} of the loss; focal with γ = {} {change} {them} {}",
        thousands(losses.n_negatives),
        percent(Some(under_ce)),
        losses.gamma,
        percent(Some(under_focal)),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_sentence_says_what_happened() {
        let check = |losses: &LossView, expected: &str| assert_eq!(sentence(losses, &losses.ownerships()), expected);
        let losses = LossView::default();
        check(&losses, "Under CE the 1,000 easy negatives own 98.7 % of the loss; focal with γ = 2 leaves them 42.5 %");
        let alike = LossView { n_negatives: 1, p_positives: 0.75, p_negatives: 0.25, ..losses.clone() };
        check(&alike, "Under CE the 1 negative owns 50.0 % of the loss; focal with γ = 2 still leaves it 50.0 %");
        let hard = LossView { p_positives: 0.95, p_negatives: 0.5, ..losses.clone() };
        check(&hard, "Under CE the 1,000 negatives own 99.992 % of the loss; focal with γ = 2 gives them 99.999 %");
        let none = LossView { p_positives: 1.0, p_negatives: 0.0, ..losses };
        check(&none, "Nobody owns the loss: both sums are 0 or both infinite");
    }
}
