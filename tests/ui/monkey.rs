//! A monkey at the window: a walk of fixed seeds over everything that can be clicked, dragged and typed.

use std::path::Path;

use egui::{Key, Modifiers, accesskit::Role};
use egui_kittest::{Node, kittest::NodeT};

use super::bench::{Bench, is_ready, name_of, write};

/// Small data, so that a walk is quick.
const SMALL: &str = "[distribution]\nclasses = 4\nmax_count = 60\nimbalance = 10.0\n[data]\ntest_per_class = 10\n";
const STEPS: usize = 400;
const TEXTS: [&str; 14] =
    ["nan", "-1", "1e999", "", "β", "0", "1", "3", "0.5", "1e-300", "-0", "inf", "9 8, 7", "0x10"];
const KEYS: [Key; 24] = [
    Key::Space,
    Key::B,
    Key::C,
    Key::Home,
    Key::End,
    Key::S,
    Key::R,
    Key::N,
    Key::D,
    Key::F1,
    Key::Escape,
    Key::Tab,
    Key::Enter,
    Key::Z,
    Key::Y,
    Key::ArrowLeft,
    Key::ArrowRight,
    Key::ArrowUp,
    Key::ArrowDown,
    Key::Backspace,
    Key::Plus,
    Key::Minus,
    Key::Num3,
    Key::Num4,
];

/// Pseudo-random numbers that are the same on every machine (SplitMix64).
struct Dice(u64);

impl Dice {
    fn below(&mut self, n: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        ((z ^ (z >> 31)) % n as u64) as usize
    }

    fn share(&mut self) -> f32 {
        self.below(1001) as f32 / 1000.0
    }
}

/// What the monkey must not touch: the way out of its own folder, and sizes that make a walk slow.
fn is_out_of_bounds(name: &str) -> bool {
    let is_way_out = ["⬆", "New Folder", ""].contains(&name) || name.starts_with('/');
    let is_slow = ["Largest", "Test samples", "Features", "New experiment Ctrl+N", "Situations"].contains(&name);
    is_way_out || is_slow
}

fn is_target(node: &Node<'_>) -> bool {
    let data = node.accesskit_node();
    let is_control = matches!(
        data.role(),
        Role::Button
            | Role::CheckBox
            | Role::ComboBox
            | Role::DisclosureTriangle
            | Role::Figure
            | Role::MultilineTextInput
            | Role::Slider
            | Role::SpinButton
            | Role::TextInput
    );
    is_control && !data.is_disabled() && data.bounding_box().is_some() && !is_out_of_bounds(&name_of(node))
}

/// Does something anywhere; returns what, for the message when it goes wrong.
fn act(bench: &mut Bench, dice: &mut Dice) -> String {
    let targets: Vec<(Role, String)> =
        bench.nodes().filter(is_target).map(|node| (node.accesskit_node().role(), name_of(&node))).collect();
    let idx = dice.below(targets.len());
    let (role, name) = targets[idx].clone();
    let target = bench.nodes().filter(is_target).nth(idx).expect("the target, there a moment ago");
    let what = match dice.below(10) {
        0 | 1 => {
            let key = KEYS[dice.below(KEYS.len())];
            let modifiers = [Modifiers::NONE, Modifiers::COMMAND, Modifiers::SHIFT][dice.below(3)];
            // What Ctrl+N starts is the default experiment with its thousands of samples.
            let is_slow = key == Key::N && modifiers == Modifiers::COMMAND;
            if !is_slow {
                bench.harness.key_press_modifiers(modifiers, key);
            }
            format!("{modifiers:?} {key:?}")
        }
        2 => {
            let rect = target.rect();
            let mut place = || rect.min + egui::vec2(dice.share() * rect.width(), dice.share() * rect.height());
            let (from, to) = (place(), place());
            bench.harness.hover_at(from);
            bench.harness.drag_at(from);
            bench.harness.hover_at(to);
            bench.harness.drop_at(to);
            format!("drag {role:?} {name} from {from} to {to}")
        }
        3 | 4 if matches!(role, Role::SpinButton | Role::TextInput | Role::MultilineTextInput) => {
            target.focus();
            bench.step();
            let text = TEXTS[dice.below(TEXTS.len())];
            bench.harness.key_press_modifiers(Modifiers::COMMAND, Key::A);
            bench.harness.event(egui::Event::Text(text.to_owned()));
            bench.harness.key_press(Key::Enter);
            format!("type {text:?} into {role:?} {name}")
        }
        3 => {
            target.set_value_accesskit([f64::INFINITY, -1.0, 0.0, 1e30][dice.below(4)]);
            format!("a value from outside for {role:?} {name}")
        }
        4 | 5 => {
            target.click_accesskit();
            format!("press {role:?} {name}")
        }
        6 => {
            target.scroll_to_me();
            format!("scroll to {role:?} {name}")
        }
        _ => {
            target.click();
            format!("click {role:?} {name}")
        }
    };
    bench.step();
    bench.harness.remove_cursor();
    bench.step();
    what
}

/// Takes changes back until the experiment can be trained again, or opens the file anew.
fn tidy_up(bench: &mut Bench, path: &Path) {
    bench.key(Key::Escape);
    for _ in 0..10 {
        if bench.session().checked().is_err() {
            bench.command(Key::Z);
        }
    }
    if bench.session().checked().is_err() {
        bench.open(path);
    }
    assert!(bench.session().checked().is_ok(), "{:?}", bench.session().checked().err());
    if !bench.session().is_playing {
        bench.key(Key::Space);
    }
}

fn walk(seed: u64) {
    let folder = tempfile::tempdir().expect("a folder");
    let path = write(folder.path(), "small.toml", SMALL);
    let mut bench = Bench::new();
    bench.open(&path);
    bench.wait_until_ready();
    // So that every walk has results to walk over, whatever it finds.
    bench.key(Key::Space);
    bench.wait_for_epoch(1);
    let mut dice = Dice(seed);
    let (mut n_invalid, mut n_trained) = (0, 0);
    for step in 0..STEPS {
        let what = act(&mut bench, &mut dice);
        if let Err(reason) = bench.session().checked() {
            assert!(reason.split(' ').count() > 2, "walk {seed}, step {step}, {what}: {reason:?} is no sentence");
            bench.check_shows(reason.lines().next().unwrap_or_default());
            n_invalid += 1;
        }
        assert!(!bench.spec().objectives.is_empty() && bench.spec().objectives.len() <= 8, "{what}");
        assert!((80..=200).contains(&bench.lab().settings().text_percent), "{what}");
        n_trained += usize::from(bench.epoch() > 0);
        if n_invalid > 3 {
            n_invalid = 0;
            // The monkey may have saved over it.
            write(folder.path(), "small.toml", SMALL);
            tidy_up(&mut bench, &path);
        }
    }
    assert!(n_trained > 0, "walk {seed} has never seen a result");
    // Whatever the monkey has done, the experiment can be opened again and trains.
    let path = write(folder.path(), "again.toml", SMALL);
    bench.key(Key::Escape);
    bench.open(&path);
    bench.wait_until("the samples", |lab| is_ready(lab.session()));
    let idle = bench.get(Role::ProgressIndicator, "epoch 0 / 200").rect().center();
    bench.click_at(idle, 1);
    bench.key(Key::S);
    bench.wait_for_epoch(1);
}

#[test]
fn a_monkey_does_no_harm() {
    walk(1);
}

#[test]
fn another_monkey_does_no_harm_either() {
    walk(2);
}
