//! The place for losses: curves against p_t, their derivatives, and who owns the sum of foreground and background.

use egui::{EventFilter, Grid as Columns, Key, Modifiers, Response, RichText, ScrollArea, Ui};

use super::{View, play_on_space};
use crate::{
    distribution::MAX_COUNT,
    experiment::export::{Cell, Grid, significant},
    loss::{LossCurve, Ownership},
    state::{LossView, NamedOwnership, Picture},
    ui::{
        charts::{LossAxis, loss_chart, shares_bar, thousands},
        widgets::{Limits, NumberField, Row, limited_count_slider, limited_slider, marker_swatch, toggle_swatch},
    },
};

/// Width of the read-out beside the curves.
const READ_OUT: f32 = 304.0;
/// Below this width the read-out stands below the curves, and sliders below each other.
const NARROW: f32 = 480.0;

/// The title of a card, a sentence of fact, and its formula.
pub(super) fn title(losses: &LossView, picture: Picture) -> (String, String) {
    match picture {
        Picture::LossSlopes => (
            "Easy samples pull less".to_owned(),
            "How hard one sample pulls on its logit x_t (signed so that a larger x_t means a larger p_t)\ndL/dx_t = α_t (1 − p_t)^γ (γ p_t ln p_t + p_t − 1); CE: dL/dx_t = −α_t (1 − p_t)\ndL/dp_t = dL/dx_t ÷ (p_t (1 − p_t))".to_owned(),
        ),
        Picture::LossOwners => {
            let n = |n: u64, what: &str| format!("{} {what}{}", thousands(n), if n == 1 { "" } else { "s" });
            (
                format!(
                    "Who owns the loss of {} and {}?",
                    n(losses.n_positives, "positive"),
                    n(losses.n_negatives, "negative")
                ),
                "Share of the negatives = n₋ L₋ ÷ (n₊ L₊ + n₋ L₋), L = −α_t (1 − p_t)^γ ln p_t\np_t is p for positives (y = 1) and 1 − p for negatives (y = 0); α_t is α and 1 − α, without balance 1\nCE has γ = 0".to_owned(),
            )
        }
        _ => (
            format!("At p_t = {} focal loss with γ = 2 is {} of cross entropy", losses.p_t, percent(ratio_at_two(losses))),
            "L = −α_t (1 − p_t)^γ ln p_t: cross entropy with γ = 0 and α_t = 1, α-balanced cross entropy with another α_t\np_t is the probability that the model gives to what is true (Lin et al., ICCV 2017, figure 1)".to_owned(),
        ),
    }
}

/// What focal loss with γ = 2 leaves of cross entropy at the p_t that is read out.
fn ratio_at_two(losses: &LossView) -> Option<f64> {
    LossCurve::new(2.0, 1.0).ok().map(|curve| curve.ratio_to_ce(losses.p_t))
}

/// Draws a card of this place in the rest of the space; its chart takes a double click.
pub(super) fn losses_ui(view: &mut View<'_>, ui: &mut Ui, picture: Picture) -> Option<Response> {
    let response = match picture {
        Picture::LossCurves => Some(curves_ui(view, ui)),
        Picture::LossSlopes => Some(slopes_ui(view, ui)),
        _ => {
            ScrollArea::vertical().id_salt("owners").auto_shrink(false).show(ui, |ui| owners_ui(view, ui));
            None
        }
    };
    view.settings.losses.tidy();
    response
}

/// What there is to understand, with the numbers on the screen; `None` for a picture of another place.
pub(super) fn explanation(losses: &LossView, picture: Picture) -> Option<String> {
    match picture {
        Picture::LossCurves => Some(format!(
            "Focal loss multiplies cross entropy by (1 − p_t)^γ: samples that are already right hardly count, hard ones nearly as before. With γ = 2 the factor is {} at p_t = {}; with γ = 0 it is 1 everywhere. α_t only scales a curve, so it does not tell easy from hard.",
            ratio_at_two(losses).map_or_else(String::new, number),
            losses.p_t,
        )),
        Picture::LossSlopes => {
            let slope = |gamma| {
                let curve = LossCurve::new(gamma, 1.0);
                curve.map_or_else(|_| String::new(), |curve| signed(curve.at(losses.p_t).slope_logit))
            };
            Some(format!(
                "At p_t = {} a sample pulls on its logit with {} under CE and {} under focal loss with γ = 2.",
                losses.p_t,
                slope(0.0),
                slope(2.0)
            ))
        }
        Picture::LossOwners => {
            let owned = losses.ownerships();
            let each = owned.first().map(|first| first.ownership);
            let [positive, negative] = each.map_or([0.0; 2], |each| [each.loss_of_positive, each.loss_of_negative]);
            Some(format!(
                "One positive (y = 1) at p = {} has a CE of {}, one negative (y = 0) at p = {} of {}. CE adds them up, so many easy ones outweigh few hard ones; focal loss shrinks each easy term first.",
                losses.p_positives,
                number(positive),
                losses.p_negatives,
                number(negative),
            ))
        }
        _ => None,
    }
}

fn curves_ui(view: &mut View<'_>, ui: &mut Ui) -> Response {
    let axis = if view.settings.losses.log_loss { LossAxis::LogLoss } else { LossAxis::Loss };
    let total = ui.available_size();
    let is_narrow = total.x < READ_OUT + 300.0;
    if is_narrow {
        read_out_ui(view, ui);
        return chart_ui(view, ui, "Loss against p_t", axis);
    }
    ui.horizontal_top(|ui| {
        let chart = egui::vec2(total.x - READ_OUT - 12.0, total.y);
        let chart = ui.allocate_ui(chart, |ui| chart_ui(view, ui, "Loss against p_t", axis)).inner;
        ui.vertical(|ui| {
            let scroll = ScrollArea::vertical().id_salt("read-out").auto_shrink(false);
            scroll.show(ui, |ui| read_out_ui(view, ui));
        });
        chart
    })
    .inner
}

fn slopes_ui(view: &mut View<'_>, ui: &mut Ui) -> Response {
    let curves = view.settings.losses.curves();
    ui.horizontal_wrapped(|ui| {
        let by_logit = &mut view.settings.losses.by_logit;
        ui.selectable_value(by_logit, true, "by logit").on_hover_text("dL/dx_t: what training works with");
        ui.selectable_value(by_logit, false, "by p_t").on_hover_text("dL/dp_t, which ends at −∞ for p_t → 0");
    });
    ui.horizontal_wrapped(|ui| {
        ui.spacing_mut().item_spacing = egui::vec2(3.0, 1.0);
        for line in curves.iter().filter(|line| line.is_shown) {
            // Marker and name stay on one line.
            if ui.available_size_before_wrap().x < 60.0 {
                ui.end_row();
            }
            marker_swatch(ui, line.colour);
            // With CE before them the γ alone are clear.
            let name = RichText::new(line.name.trim_start_matches("Focal, ")).size(12.0);
            ui.add(egui::Label::new(name).extend());
            ui.add_space(3.0);
        }
    });
    let axis = if view.settings.losses.by_logit { LossAxis::SlopeLogit } else { LossAxis::SlopeP };
    chart_ui(view, ui, "Derivative against p_t", axis)
}

/// The chart, its line moved by pointer and arrow keys.
fn chart_ui(view: &mut View<'_>, ui: &mut Ui, name: &'static str, axis: LossAxis) -> Response {
    let size = egui::vec2(ui.available_width(), ui.available_height().max(150.0));
    let curves = view.settings.losses.curves();
    let drawn = loss_chart(ui, name, &curves, view.settings.losses.p_t, axis, size);
    if let Some(p_t) = drawn.chosen {
        view.settings.losses.move_to(p_t);
        drawn.response.request_focus();
    }
    if drawn.response.has_focus() {
        let filter = EventFilter { horizontal_arrows: true, ..EventFilter::default() };
        ui.memory_mut(|memory| memory.set_focus_lock_filter(drawn.response.id, filter));
        // With Shift first, as without it any modifier would do.
        for (modifiers, step) in [(Modifiers::SHIFT, 10), (Modifiers::NONE, 1)] {
            for (key, step) in [(Key::ArrowLeft, -step), (Key::ArrowRight, step)] {
                if ui.input_mut(|input| input.consume_key(modifiers, key)) {
                    view.settings.losses.step(step);
                }
            }
        }
        play_on_space(view, ui, &drawn.response);
    }
    drawn.response
}

/// p_t and α_t to set, and what each loss is there; a tick shows a curve.
fn read_out_ui(view: &mut View<'_>, ui: &mut Ui) {
    let losses = &mut view.settings.losses;
    ui.horizontal(|ui| {
        let hint = "Probability that the model gives to what is true; drag the line in the chart, or press ← and → there (Shift: tenfold)";
        ui.label("p_t").on_hover_text(hint);
        let p_t = NumberField::new("p_t", &mut losses.p_t).speed(0.002);
        p_t.limits(Limits::Within(LossView::EDGE, 1.0 - LossView::EDGE)).show(ui).on_hover_text(hint);
        ui.add_space(8.0);
        let hint = "α_t of α-balanced CE: α for a positive (y = 1), 1 − α for a negative; CE and the focal curves have 1";
        ui.label("α").on_hover_text(hint);
        let alpha = NumberField::new("α", &mut losses.alpha).speed(0.005).limits(Limits::Within(0.0, 1.0));
        alpha.show(ui).on_hover_text(hint);
    });
    let slope = if losses.by_logit { "dL/dx_t" } else { "dL/dp_t" };
    let axis = if losses.by_logit { LossAxis::SlopeLogit } else { LossAxis::SlopeP };
    Columns::new("read-out").striped(true).spacing([12.0, 0.0]).show(ui, |ui| {
        for (heading, hint) in [
            ("", ""),
            ("Loss", "In nats, at the p_t of the line"),
            ("÷ CE", "α_t (1 − p_t)^γ: what is left of cross entropy"),
            (slope, "Derivative at the p_t of the line"),
        ] {
            let label = ui.label(RichText::new(heading).strong());
            if !hint.is_empty() {
                label.on_hover_text(hint);
            }
        }
        ui.end_row();
        for (line, is_shown) in losses.curves().iter().zip(&mut losses.shown) {
            ui.horizontal(|ui| {
                ui.spacing_mut().item_spacing.x = 4.0;
                toggle_swatch(ui, line.colour, &line.name, is_shown);
                ui.label(&line.name);
            });
            let point = line.curve.at(losses.p_t);
            for text in [number(point.value), number(line.curve.ratio_to_ce(losses.p_t)), signed(axis.value(point))] {
                ui.add(egui::Label::new(text).extend());
            }
            ui.end_row();
        }
    });
}

fn owners_ui(view: &mut View<'_>, ui: &mut Ui) {
    ui.spacing_mut().item_spacing.y = 1.0;
    sliders_ui(view, ui);
    let owned = view.settings.losses.ownerships();
    for NamedOwnership { name, ownership } in &owned {
        let shares = [ownership.share_of_positives(), ownership.share_of_negatives()];
        let words = match shares {
            [Some(_), Some(_)] => {
                format!("{name}: positives {}, negatives {}", percent(shares[0]), percent(shares[1]))
            }
            _ => format!("{name}: no share, as both sums are 0 or both infinite"),
        };
        ui.add(egui::Label::new(&words).wrap());
        shares_bar(ui, name, shares[0], ["positives", "negatives"]).on_hover_text(sums(*ownership));
    }
    ui.add(egui::Label::new(RichText::new(sentence(&view.settings.losses, &owned)).size(15.0).strong()).wrap());
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
        let row = Row::new("α", "α-balanced CE: positives × α, negatives × (1 − α)");
        limited_slider(ui, row, &mut losses.alpha, 0.0..=1.0, Limits::Within(0.0, 1.0));
    };
    let mut right = |ui: &mut Ui| {
        let row = Row::new("Negatives", "Samples with y = 0: the background, n₋");
        limited_count_slider(ui, row, &mut losses.n_negatives, 1..=1_000_000, Limits::Within(0, MAX_COUNT));
        let row = Row::new("p of negatives", "Probability of y = 1 that each negative is given; p_t = 1 − p");
        limited_slider(ui, row, &mut losses.p_negatives, 0.001..=0.999, Limits::Within(0.0, 1.0));
        let row = Row::new("γ of focal", "Focusing parameter γ of the focal loss: (1 − p_t)^γ");
        limited_slider(ui, row, &mut losses.gamma, 0.0..=5.0, Limits::Within(0.0, 20.0));
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

/// Sums and single losses, for the pointer.
fn sums(ownership: Ownership) -> String {
    format!(
        "Positives: {} in all, {} each\nNegatives: {} in all, {} each",
        significant(ownership.positives),
        significant(ownership.loss_of_positive),
        significant(ownership.negatives),
        significant(ownership.loss_of_negative),
    )
}

/// What happened, in a sentence.
fn sentence(losses: &LossView, owned: &[NamedOwnership]) -> String {
    let [ce, .., focal] = owned else { return String::new() };
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

/// A share in per cent with three digits at most.
pub(super) fn percent(share: Option<f64>) -> String {
    let Some(share) = share else { return "n/a".to_owned() };
    let percent = share * 100.0;
    match percent {
        0.0 => "0 %".to_owned(),
        _ if percent < 0.01 => "less than 0.01 %".to_owned(),
        _ if percent < 0.995 => format!("{percent:.2} %"),
        // 100 % is said of all, not of nearly all; what a sum of shares lacks by rounding is nothing.
        _ if (99.9..100.0 - 1e-9).contains(&percent) => format!("{:.3} %", (percent * 1000.0).floor() / 1000.0),
        _ => format!("{percent:.1} %"),
    }
}

/// Three digits after the point, more for small numbers.
fn number(value: f64) -> String {
    let size = value.abs();
    if value.is_infinite() {
        "∞".to_owned()
    } else if size == 0.0 {
        "0".to_owned()
    } else if size >= 100.0 {
        format!("{value:.1}")
    } else if size >= 0.099_95 {
        format!("{value:.3}")
    } else if size >= 0.000_95 {
        format!("{value:.4}")
    } else {
        format!("{value:.1e}")
    }
}

/// As [`number`], with the sign of print.
fn signed(value: f64) -> String {
    if value < 0.0 { format!("−{}", number(value.abs())) } else { number(value) }
}

/// The numbers behind a picture: curves at every hundredth of p_t, or the sums and shares of each loss.
pub(super) fn losses_grid(losses: &LossView, picture: Picture) -> Grid {
    let columns = |names: &[&str]| names.iter().map(|&name| name.to_owned()).collect();
    if picture == Picture::LossOwners {
        let header = ["Loss", "L of a positive", "L of a negative", "Positives", "Negatives", "Share +", "Share −"];
        let row = |NamedOwnership { name, ownership }: &NamedOwnership| {
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
        return Grid {
            header: columns(&header),
            rows: losses.ownerships().iter().map(row).collect(),
            ..Grid::default()
        };
    }
    let axis = match (picture, losses.by_logit) {
        (Picture::LossSlopes, true) => LossAxis::SlopeLogit,
        (Picture::LossSlopes, false) => LossAxis::SlopeP,
        _ => LossAxis::Loss,
    };
    let curves: Vec<_> = losses.curves().into_iter().filter(|line| line.is_shown).collect();
    let header = std::iter::once("p_t".to_owned()).chain(curves.iter().map(|line| line.name.clone())).collect();
    let row = |hundredth: i32| {
        let p_t = f64::from(hundredth) / 100.0;
        let values = curves.iter().map(|line| Cell::Number(axis.value(line.curve.at(p_t))));
        std::iter::once(Cell::Number(p_t)).chain(values).collect()
    };
    Grid { header, rows: (1..100).map(row).collect(), ..Grid::default() }
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

    #[test]
    fn shares_are_told_without_rounding_to_all_or_nothing() {
        let shares = [0.0, 1e-9, 0.005, 0.43, 0.9999, 0.999_999_999, 1.0];
        let expected = ["0 %", "less than 0.01 %", "0.50 %", "43.0 %", "99.990 %", "99.999 %", "100.0 %"];
        assert_eq!(shares.map(|share| percent(Some(share))), expected);
        assert_eq!(percent(None), "n/a");
        assert_eq!(
            [0.0, 2.072_327, 0.010_536, 1e-5, f64::INFINITY].map(number),
            ["0", "2.072", "0.0105", "1.0e-5", "∞"]
        );
    }
}
