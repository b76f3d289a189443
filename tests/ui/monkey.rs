//! A monkey at the window: walks of fixed seeds over everything that can be clicked, dragged and typed, in every place and
//! size, over situations and files of every kind, whole and damaged, while it trains and while sweeps run.
//!
//! `MONKEY_EVENTS` says how many events there are in all (1200 where it says nothing), `MONKEY_SEED` begins other walks,
//! `MONKEY_WALK` takes one again and prints its events (with `--nocapture`).

use std::{
    fs,
    path::{Path, PathBuf},
    sync::Arc,
};

use egui::{Key, Modifiers, accesskit::Role};
use egui_kittest::{Node, kittest::NodeT};
use longtail_lab::{
    experiment::{ExperimentSpec, file, situations},
    lesson::course,
    state::LessonCommand,
};

use super::{
    bench::{Bench, is_ready, name_of, page_blocks, write},
    dice::Dice,
};

/// Small data, so that a walk is quick.
const SMALL: &str = "[distribution]\nclasses = 4\nmax_count = 60\nimbalance = 10.0\n[data]\ntest_per_class = 10\n";
/// Tests that share the events, as many as run side by side.
const N_TESTS: u64 = 4;
/// Events after which the worker may catch up.
const REST: u64 = 50;
/// Most events of a walk; the next one begins in a new window.
const MOST_STEPS: u64 = 500;
const TEXTS: [&str; 22] = [
    "nan",
    "-1",
    "1e999",
    "",
    "β",
    "0",
    "1",
    "3",
    "0.5",
    "1e-300",
    "-0",
    "inf",
    "9 8, 7",
    "0x10",
    "0,99",
    "1,250",
    "0.999999999",
    "한국어",
    "a, b",
    "=1+1",
    "two\nlines",
    "long_long_long_long_long_long_long_long_long_long_long",
];
const SIZES: [[f32; 2]; 6] =
    [[640.0, 420.0], [800.0, 600.0], [1024.0, 700.0], [1280.0, 800.0], [1366.0, 768.0], [1920.0, 1080.0]];
const KEYS: [Key; 30] = [
    Key::Space,
    Key::B,
    Key::C,
    Key::Home,
    Key::PageDown,
    Key::PageUp,
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
    Key::Num1,
    Key::Num2,
    Key::Num3,
    Key::Num4,
    Key::Num5,
    Key::Delete,
];

/// What the monkey must not touch: the way out of its own folder, and sizes that make a walk slow.
fn is_out_of_bounds(name: &str) -> bool {
    let is_way_out = ["Up", "Folder", "New folder", ""].contains(&name) || name.starts_with('/') || name.ends_with('/');
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
    let what = match dice.below(40) {
        0 => {
            let size = SIZES[dice.below(SIZES.len())];
            bench.harness.set_size(size.into());
            format!("a window of {size:?}")
        }
        1..=7 => {
            let key = KEYS[dice.below(KEYS.len())];
            let modifiers = [Modifiers::NONE, Modifiers::COMMAND, Modifiers::SHIFT][dice.below(3)];
            // What Ctrl+N starts is the default experiment with its thousands of samples.
            let is_slow = key == Key::N && modifiers == Modifiers::COMMAND;
            if !is_slow {
                bench.harness.key_press_modifiers(modifiers, key);
            }
            format!("{modifiers:?} {key:?}")
        }
        8..=11 => {
            let rect = target.rect();
            let mut place = || rect.min + egui::vec2(dice.share() * rect.width(), dice.share() * rect.height());
            let (from, to) = (place(), place());
            bench.harness.hover_at(from);
            bench.harness.drag_at(from);
            bench.harness.hover_at(to);
            bench.harness.drop_at(to);
            format!("drag {role:?} {name} from {from} to {to}")
        }
        12..=19 if matches!(role, Role::SpinButton | Role::TextInput | Role::MultilineTextInput) => {
            target.focus();
            bench.step();
            let text = TEXTS[dice.below(TEXTS.len())];
            bench.harness.key_press_modifiers(Modifiers::COMMAND, Key::A);
            bench.harness.event(egui::Event::Text(text.to_owned()));
            bench.harness.key_press(Key::Enter);
            format!("type {text:?} into {role:?} {name}")
        }
        12..=15 => {
            target.set_value_accesskit([f64::INFINITY, -1.0, 0.0, 1e30][dice.below(4)]);
            format!("a value from outside for {role:?} {name}")
        }
        16..=23 => {
            target.click_accesskit();
            format!("press {role:?} {name}")
        }
        24..=26 => {
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
    // What can be trained but takes long would keep the walk from ever seeing a result.
    if bench.session().checked().is_err() || is_slow(bench.spec()) {
        bench.open(path);
    }
    assert!(bench.session().checked().is_ok(), "{:?}", bench.session().checked().err());
    if !bench.session().is_playing {
        bench.key(Key::Space);
    }
}

/// Files of every kind for the monkey to open: small experiments of every situation, counts, tables, results, and damaged ones.
fn files(folder: &Path, dice: &mut Dice) -> Vec<PathBuf> {
    let mut texts: Vec<(String, Vec<u8>)> = Vec::new();
    for (idx, situation) in situations().into_iter().enumerate() {
        let mut spec =
            ExperimentSpec { distribution: situation.distribution, data: situation.data, ..Default::default() };
        if let Some(setup) = situation.setup {
            (spec.objectives, spec.training) = (setup.objectives, setup.training);
        }
        // Small enough for a walk to see many.
        spec.distribution.classes = spec.distribution.classes.min(12);
        spec.distribution.max_count = spec.distribution.max_count.min(80);
        spec.distribution.own_counts.truncate(12);
        spec.distribution.own_counts.iter_mut().for_each(|count| *count = (*count).min(80));
        spec.data.test_per_class = spec.data.test_per_class.min(10);
        spec.training.epochs = 30;
        if spec.check().is_ok() {
            texts.push((format!("situation-{idx}.toml"), file::to_toml(&spec).expect("an experiment").into_bytes()));
        }
    }
    assert!(texts.len() > 20, "only {} situations are small enough", texts.len());
    let table = fs::read(page_blocks()).expect("a table");
    let end = table.iter().enumerate().filter(|(_, byte)| **byte == b'\n').nth(200).expect("200 rows").0;
    let results = "tests/data/cases/13-start-deletes-own-results/sweep-0568e3147814e63d.jsonl";
    let results = fs::read(Path::new(env!("CARGO_MANIFEST_DIR")).join(results)).expect("results");
    texts.push(("counts.txt".to_owned(), b"50, 20, 5\n".to_vec()));
    texts.push(("table.csv".to_owned(), table[..end].to_vec()));
    texts.push(("results.jsonl".to_owned(), results));
    let mut paths = vec![folder.join("nothing.toml"), folder.to_owned()];
    for (name, bytes) in texts {
        let mut damaged = bytes.clone();
        for _ in 0..3 {
            let place = dice.below(damaged.len());
            damaged[place] = dice.below(256) as u8;
        }
        damaged.truncate(1 + dice.below(2 * bytes.len()));
        for (name, bytes) in [(name.clone(), bytes), (format!("damaged-{name}"), damaged)] {
            let path = folder.join(name);
            fs::write(&path, bytes).expect("a file");
            paths.push(path);
        }
    }
    paths
}

/// Opens a file or begins a sweep, as nothing that is clicked by chance would do often.
fn begin_something(bench: &mut Bench, files: &[PathBuf], dice: &mut Dice) -> String {
    if dice.below(3) == 0 {
        bench.command(Key::Num5);
        if bench.has(Role::Button, "Start") && bench.is_enabled(Role::Button, "Start") {
            // What is pressed may lie out of sight in a small window.
            bench.nth(Role::Button, "Start", 0).click_accesskit();
            bench.settle();
        }
        return "a sweep".to_owned();
    }
    if dice.below(4) == 0 {
        let lesson = &course()[dice.below(course().len())];
        bench.lab_mut().teach(LessonCommand::Begin(Arc::clone(lesson)));
        bench.settle();
        return format!("the lesson {}", lesson.key);
    }
    let path = &files[dice.below(files.len())];
    bench.lab_mut().open_path(path);
    bench.settle();
    format!("opened {}", path.display())
}

/// Whether an experiment takes so long that a walk over it would be no walk.
fn is_slow(spec: &ExperimentSpec) -> bool {
    spec.distribution.classes > 60 || spec.distribution.max_count > 20_000 || spec.objectives.is_empty()
}

/// Names a walk that fails, to take it again.
struct NamedWalk(u64);

impl Drop for NamedWalk {
    fn drop(&mut self) {
        if std::thread::panicking() {
            eprintln!("This walk failed: MONKEY_WALK={}", self.0);
        }
    }
}

/// Lets the worker catch up: events come faster than any hand, so that samples of many classes would never be ready.
fn rest(bench: &mut Bench) {
    if bench.session().checked().is_err() || is_slow(bench.spec()) || bench.session().preview.is_some() {
        return;
    }
    if !bench.session().is_playing {
        bench.key(Key::Space);
    }
    bench.wait_until("a batch, or the end of playing", |lab| {
        let session = lab.session();
        // At a batch a second an epoch may take longer than any test waits.
        !session.is_playing || session.has_begun()
    });
}

/// A walk of `n_steps` events; `is_told` prints each.
fn walk(seed: u64, n_steps: u64, is_told: bool) {
    let _named = NamedWalk(seed);
    let folder = tempfile::tempdir().expect("a folder");
    let path = write(folder.path(), "small.toml", SMALL);
    let mut dice = Dice(seed);
    let files = files(folder.path(), &mut dice);
    let mut bench = Bench::new();
    bench.keep_sweeps_in(folder.path());
    bench.open(&path);
    bench.wait_until_ready();
    // So that every walk has results to walk over, whatever it finds.
    bench.key(Key::Space);
    bench.wait_for_epoch(1);
    let (mut n_invalid, mut n_trained) = (0, 0);
    for step in 0..n_steps {
        let what = if dice.below(60) == 0 {
            begin_something(&mut bench, &files, &mut dice)
        } else {
            act(&mut bench, &mut dice)
        };
        if let Err(reason) = bench.session().checked() {
            assert!(reason.split(' ').count() > 2, "walk {seed}, step {step}, {what}: {reason:?} is no sentence");
            if bench.session().preview.is_none() {
                bench.check_shows(reason.lines().next().unwrap_or_default());
            }
            n_invalid += 1;
        }
        assert!(!bench.spec().objectives.is_empty() && bench.spec().objectives.len() <= 8, "{what}");
        assert!((80..=200).contains(&bench.lab().settings().text_percent), "{what}");
        if step % REST == REST - 1 {
            rest(&mut bench);
        }
        n_trained += u64::from(bench.epoch() > 0);
        if is_told {
            let snapshot = bench.session().snapshot();
            println!(
                "{step} {what}: epoch {}, {:?}, playing {}",
                snapshot.epoch,
                snapshot.phase,
                bench.session().is_playing
            );
        }
        if n_invalid > 3 || is_slow(bench.spec()) {
            n_invalid = 0;
            // The monkey may have saved over it.
            write(folder.path(), "small.toml", SMALL);
            tidy_up(&mut bench, &path);
        }
    }
    assert!(n_trained > 0, "walk {seed} has never seen a result");
    // Whatever the monkey has done, the experiment can be opened again and trains.
    let path = write(folder.path(), "again.toml", SMALL);
    bench.harness.set_size(SIZES[3].into());
    // A question may stand before a dialog, and a dialog before the window.
    for _ in 0..4 {
        bench.key(Key::Escape);
    }
    bench.command(Key::Num1);
    bench.open(&path);
    bench.wait_until("the samples", |lab| is_ready(lab.session()));
    let idle = bench.get(Role::ProgressIndicator, "epoch 0 / 200").rect().center();
    bench.click_at(idle, 1);
    bench.key(Key::S);
    bench.wait_for_epoch(1);
}

/// The share of a test in the events that are asked for, in walks of their own seeds.
fn walks(test: u64) {
    // One walk again, as its number in a message says.
    if let Ok(seed) = std::env::var("MONKEY_WALK") {
        if test == 1 {
            walk(seed.parse().expect("MONKEY_WALK: the number of a walk"), MOST_STEPS, true);
        }
        return;
    }
    let number = |name: &str, otherwise: u64| {
        std::env::var(name).map_or(otherwise, |text| text.parse().unwrap_or_else(|_| panic!("{name}={text}: a number")))
    };
    let mut left = number("MONKEY_EVENTS", 1200).div_ceil(N_TESTS);
    let mut seed = number("MONKEY_SEED", 1) * 1_000_000 + test;
    while left > 0 {
        let n_steps = left.min(MOST_STEPS);
        walk(seed, n_steps, false);
        left -= n_steps;
        seed += N_TESTS;
    }
}

#[test]
fn a_monkey_does_no_harm() {
    walks(1);
}

#[test]
fn another_monkey_does_no_harm_either() {
    walks(2);
}

#[test]
fn a_third_monkey_does_no_harm() {
    walks(3);
}

#[test]
fn a_fourth_monkey_does_no_harm() {
    walks(4);
}
