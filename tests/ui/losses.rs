//! The place for losses: p_t by pointer, keys and typing, the curves that are ticked, and who owns the sum.

use egui::{Event, Key, Modifiers, PointerButton, accesskit::Role};
use longtail_lab::{
    app::Lab,
    state::{LossView, Picture},
};

use super::bench::{Bench, SIZE};

const PICTURES: [&str; 2] = ["Loss against p_t", "Derivative against p_t"];

fn in_the_place_for_losses() -> Bench {
    let mut bench = Bench::new();
    bench.command(Key::Num4);
    bench.check_pictures(&PICTURES);
    bench
}

fn with_hard_and_easy() -> Bench {
    let mut bench = in_the_place_for_losses();
    bench.press("Hard and easy");
    bench.check_pictures(&[
        "Many easy losses and a hard one",
        "CE: positives 1.3 %, negatives 98.7 %",
        "CE, α = 0.75: positives 3.9 %, negatives 96.1 %",
        "Focal, γ = 2: positives 57.5 %, negatives 42.5 %",
        "Focal, γ = 2, α = 0.25: positives 31.1 %, negatives 68.9 %",
    ]);
    bench
}

fn losses(bench: &Bench) -> &LossView {
    &Lab::settings(bench.lab()).losses
}

/// Presses in a chart, moves through these shares of its width, and lets go.
fn drag_through(bench: &mut Bench, chart: &str, shares: &[f32]) {
    let rect = bench.get(Role::Figure, chart).rect();
    let place = |share: f32| egui::pos2(rect.left() + share * rect.width(), rect.center().y);
    let button = |pressed, share| Event::PointerButton {
        pos: place(share),
        button: PointerButton::Primary,
        pressed,
        modifiers: Modifiers::NONE,
    };
    bench.harness.hover_at(place(shares[0]));
    bench.step();
    bench.harness.event(button(true, shares[0]));
    bench.step();
    for &share in shares {
        bench.harness.hover_at(place(share));
        bench.step();
    }
    bench.harness.event(button(false, shares[shares.len() - 1]));
    bench.step();
    bench.harness.remove_cursor();
    bench.settle();
}

#[test]
fn the_read_out_shows_the_values_of_the_paper() {
    let mut bench = in_the_place_for_losses();
    // CE and γ = 1 of a hard and of an easy sample; what is left of CE; how many times as much hard ones lose.
    for text in ["2.30", "2.07", "0.105", "0.0105", "0.100", "× 21.9", "× 197", "× 1,770"] {
        assert!(!bench.find_all(Role::Label, text).is_empty(), "{text}: {:?}", bench.texts());
    }
    bench.check_shows(
        "A hard sample (p_t = 0.1) loses 1,770 × what an easy one (p_t = 0.9) does under focal loss with γ = 2, 21.9 × under CE",
    );
    bench.set("p_t of a hard sample", "0.5");
    bench.check_shows("A hard sample (p_t = 0.5) loses 164 ×");
}

#[test]
fn the_hand_takes_the_nearer_of_the_two_lines() {
    let mut bench = in_the_place_for_losses();
    drag_through(&mut bench, PICTURES[0], &[0.2, 0.3]);
    assert!(losses(&bench).hard > 0.2 && losses(&bench).p_t == 0.9, "{:?}", losses(&bench));
    bench.key(Key::ArrowRight);
    let hard = losses(&bench).hard;
    drag_through(&mut bench, PICTURES[0], &[0.8, 0.7]);
    assert!(losses(&bench).hard == hard && losses(&bench).p_t < 0.8, "{:?}", losses(&bench));
}

#[test]
fn gamma_melts_the_pile_of_easy_losses() {
    let mut bench = with_hard_and_easy();
    bench.check_shows(
        "1,000 easy samples lose 45.8 × what a hard one does under CE, 0.565 × under focal loss with γ = 2",
    );
    bench.lab_mut().settings_mut().losses.gamma = 0.0;
    bench.settle();
    bench.check_shows("45.8 × under focal loss with γ = 0");
    bench.set("Easy samples", "0");
    bench.check_shows("0 easy samples lose 0 ×");
}

#[test]
fn the_line_follows_the_pointer_and_stays_off_the_ends() {
    let mut bench = in_the_place_for_losses();
    for chart in &PICTURES[..2] {
        drag_through(&mut bench, chart, &[0.9, 0.7, 0.5]);
        let p_t = losses(&bench).p_t;
        assert!((p_t - 0.5).abs() < 0.01, "{chart}: {p_t}");
    }
    drag_through(&mut bench, PICTURES[0], &[0.52, 0.2, -0.4]);
    assert_eq!(losses(&bench).p_t, 0.001);
    bench.set("p_t", "0.9");
    drag_through(&mut bench, PICTURES[0], &[0.5, 1.4]);
    assert_eq!(losses(&bench).p_t, 0.999);
}

#[test]
fn arrow_keys_move_the_line_once_the_chart_has_the_keyboard() {
    let mut bench = in_the_place_for_losses();
    bench.key(Key::ArrowRight);
    assert_eq!(losses(&bench).p_t, 0.9);
    drag_through(&mut bench, PICTURES[0], &[0.5]);
    bench.set("p_t", "0.5");
    bench.get(Role::Figure, PICTURES[0]).focus();
    bench.settle();
    bench.key(Key::ArrowRight);
    assert_eq!(losses(&bench).p_t, 0.51);
    bench.harness.key_press_modifiers(Modifiers::SHIFT, Key::ArrowLeft);
    bench.step();
    bench.settle();
    assert_eq!(losses(&bench).p_t, 0.41);
    assert!(!bench.session().undo.can_undo(), "the experiment is the same");
}

#[test]
fn a_tick_hides_a_curve_and_its_column() {
    let mut bench = in_the_place_for_losses();
    bench.click(Role::CheckBox, "Show Focal, γ = 5", 0);
    assert_eq!(losses(&bench).shown, [true, true, true, true, true, false, true]);
    bench.click(Role::Button, "Table", 0);
    let heads: Vec<String> = bench.texts().into_iter().filter(|text| text.starts_with("Focal, γ = ")).collect();
    assert!(heads.iter().any(|name| name == "Focal, γ = 1"), "{heads:?}");
    assert!(!heads.iter().any(|name| name == "Focal, γ = 5"), "{heads:?}");
}

#[test]
fn the_table_of_the_curves_is_copied_in_full_precision() {
    let mut bench = in_the_place_for_losses();
    bench.click(Role::Button, "Table", 0);
    let text = bench.copied();
    let row = text.lines().find(|line| line.starts_with("0.1\t")).expect("a row for p_t = 0.1");
    let numbers: Vec<f64> = row.split('\t').map(|cell| cell.parse().expect("a number")).collect();
    let ce = -f64::ln(0.1);
    let fifth = 0.9_f64.powi(5);
    let expected = [0.1, ce, 0.75 * ce, 0.9_f64.sqrt() * ce, 0.9 * ce, 0.81 * ce, fifth * ce, 0.25 * 0.81 * ce];
    assert_eq!(numbers.len(), expected.len());
    for (number, expected) in numbers.iter().zip(expected) {
        assert!((number - expected).abs() < 1e-12, "{row}");
    }
    assert_eq!(text.lines().count(), 100);
}

#[test]
fn focal_loss_takes_the_sum_from_the_easy_negatives() {
    let mut bench = with_hard_and_easy();
    bench.check_shows("Under CE the 1,000 easy negatives own 98.7 % of the loss; focal with γ = 2 leaves them 42.5 %");
    bench.lab_mut().settings_mut().losses.gamma = 0.0;
    bench.settle();
    bench.check_shows("focal with γ = 0 still leaves them 98.7 %");
    bench.set("Negatives", "100000");
    bench.check_shows("Under CE the 100,000 easy negatives own 99.986 % of the loss");
    bench.set("Negatives", "1000");
    bench.press("Equally easy");
    // 1000 of 1001 shares.
    bench.check_shows("CE: positives 0.10 %, negatives 99.900 %");
    bench.check_shows("y = 1 at p = 0.95: L₊ = 0.0513, y = 0 at p = 0.05: L₋ = 0.0513");
    bench.check_shows("has a CE of 0.0513, one negative (y = 0) at p = 0.05 of 0.0513");
}

#[test]
fn a_crowd_without_loss_is_owned_by_nobody() {
    let mut bench = with_hard_and_easy();
    bench.set("p of positives", "1");
    bench.set("p of negatives", "0");
    bench.check_shows("Nobody owns the loss");
    bench.set("p of negatives", "7");
    assert_eq!(losses(&bench).p_negatives, 0.0);
    bench.check_shows("p of negatives must be");
    bench.set("p of negatives", "1");
    bench.check_shows("negatives 100.0 %");
}

#[test]
fn explanations_fold_away_and_the_settings_remember_it() {
    let mut bench = in_the_place_for_losses();
    bench.check_shows("Focal loss multiplies cross entropy by");
    bench.click(Role::Button, "Fold", 0);
    bench.check_hides("Focal loss multiplies cross entropy by");
    let text = serde_json::to_string(bench.lab().settings()).expect("settings as text");
    let again: longtail_lab::state::Settings = serde_json::from_str(&text).expect("settings");
    assert!(again.is_folded(Picture::LossCurves) && !again.is_folded(Picture::LossSlopes));
    bench.press("Explain");
    bench.check_shows("Focal loss multiplies cross entropy by");
}

#[test]
fn the_derivative_switches_between_logit_and_p_t() {
    let mut bench = in_the_place_for_losses();
    // CE at p_t = 0.9: p − 1, and −1/p.
    bench.check_shows("At p_t = 0.9 a sample pulls on its logit with −0.100 under CE");
    bench.press("by p_t");
    bench.check_shows("At p_t = 0.9 dL/dp_t is −1.11 under CE");
}

#[test]
fn nothing_is_cut_off_in_either_window() {
    for size in [SIZE, [1920.0, 1080.0]] {
        let mut bench = Bench::sized(size);
        bench.command(Key::Num4);
        bench.check_pictures(&PICTURES);
        for name in PICTURES {
            let rect = bench.get(Role::Figure, name).rect();
            assert!(rect.width() > 150.0 && rect.right() <= size[0] && rect.bottom() <= size[1], "{name}: {rect:?}");
        }
        bench.press("Hard and easy");
        bench.settle();
        let sentence = bench.nodes().find(|node| super::bench::name_of(node).starts_with("Under CE the"));
        let rect = sentence.expect("the sentence").rect();
        // The bar at the bottom is higher than this.
        assert!(rect.bottom() < size[1] - 40.0, "{rect:?} in {size:?}");
    }
}
