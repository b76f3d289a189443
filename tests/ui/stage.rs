//! The window as a stage: recall and the sentence are in sight at every size of window and text, and nothing is cut off or
//! written over something else, in every place.

use std::{collections::BTreeSet, fmt::Write as _};

use egui::{Key, Rect, Shape, Vec2, accesskit::Role};
use egui_kittest::kittest::NodeT;
use longtail_lab::{
    state::{LossesPage, Place, WeightsPage},
    ui::palette,
};

use super::bench::{Bench, name_of};

/// Sizes of the window in pixels, with how much the lab grows by itself there.
const SIZES: [([f32; 2], f32); 5] = [
    ([1024.0, 700.0], 1.0),
    ([1280.0, 800.0], 1.0),
    ([1366.0, 768.0], 1.0),
    ([1920.0, 1080.0], 1.0),
    ([3840.0, 2160.0], 2.0),
];
const TEXTS: [u32; 5] = [100, 125, 150, 175, 200];
/// Labels that end with an ellipsis because a dialog or a menu follows, or because work goes on.
const NOT_CUT: [&str; 4] = ["Add objective…", "Seeds…", "Save…", "Adding up the losses of all samples…"];
/// The file of the experiment, whose name stands in the bar at the top.
const FILE: &str = "experiment.toml";
/// Corner radius of cards.
const CARD_CORNER: f32 = 5.0;
/// How far a letter may reach over an edge, in points.
const SLACK: f32 = 2.0;

/// A text on the screen.
struct Written {
    text: String,
    rect: Rect,
    clip: Rect,
    is_elided: bool,
}

/// Every text of the last frame that is at least partly in sight.
fn written(bench: &Bench) -> Vec<Written> {
    let mut all = Vec::new();
    for clipped in &bench.harness.output().shapes {
        collect(&clipped.shape, clipped.clip_rect, &mut all);
    }
    all
}

fn collect(shape: &Shape, clip: Rect, all: &mut Vec<Written>) {
    match shape {
        Shape::Text(shape) => {
            // A text that is wrapped begins in the middle of its first line.
            for row in &shape.galley.rows {
                let text = row.text().trim().to_owned();
                let (Some(first), Some(last)) = (row.glyphs.first(), row.glyphs.last()) else { continue };
                let across = (row.pos.x + first.pos.x)..=(row.pos.x + last.max_x());
                let rect = Rect::from_x_y_ranges(across, row.rect().y_range()).translate(shape.pos.to_vec2());
                let is_seen = rect.intersect(clip).is_positive() && shape.angle == 0.0;
                if !text.is_empty() && is_seen {
                    all.push(Written { text, rect, clip, is_elided: shape.galley.elided });
                }
            }
        }
        Shape::Vec(shapes) => shapes.iter().for_each(|shape| collect(shape, clip, all)),
        _ => {}
    }
}

/// What is wrong on the screen, each fault in a line.
fn faults(bench: &Bench) -> BTreeSet<String> {
    let mut faults = BTreeSet::new();
    let all = written(bench);
    for one in &all {
        let is_cut = one.rect.left() < one.clip.left() - SLACK || one.rect.right() > one.clip.right() + SLACK;
        // Code is as wide as it is, and scrolls; the name of a file is of any length.
        if is_cut && !is_code(bench) {
            faults.insert(format!("cut off: \"{}\"", one.text));
        }
        let is_short =
            one.is_elided && one.text != FILE || one.text.ends_with('…') && !NOT_CUT.contains(&one.text.as_str());
        if is_short {
            faults.insert(format!("shortened: \"{}\"", one.text));
        }
    }
    for (idx, one) in all.iter().enumerate() {
        for other in &all[..idx] {
            let common = one.rect.intersect(one.clip).intersect(other.rect.intersect(other.clip));
            // A letter has space above and below it in its line.
            let covers = common.width() > SLACK && common.height() > 0.35 * one.rect.height().min(other.rect.height());
            // The edge around a text is the same text again; names of classes stand where their samples are.
            if covers && one.text != other.text && !is_class(&one.text) && !is_class(&other.text) {
                faults.insert(format!("\"{}\" over \"{}\"", one.text, other.text));
            }
        }
    }
    faults
}

/// The grounds of cards.
fn cards(shape: &Shape, all: &mut Vec<Rect>) {
    match shape {
        Shape::Vec(shapes) => shapes.iter().for_each(|shape| cards(shape, all)),
        Shape::Rect(rect) if rect.corner_radius == CARD_CORNER.into() && rect.fill == palette::card(false) => {
            all.push(rect.rect);
        }
        _ => {}
    }
}

/// Pictures that reach out of their cards, each in a line. Bars in a list that scrolls are left to the list.
fn outside_their_cards(bench: &Bench) -> Vec<String> {
    let mut all = Vec::new();
    for clipped in &bench.harness.output().shapes {
        cards(&clipped.shape, &mut all);
    }
    let figures = bench.nodes().filter(|node| node.accesskit_node().role() == Role::Figure);
    let reaches_out = |rect: Rect| {
        let around = all.iter().filter(|card| card.contains(rect.center()));
        !around.into_iter().any(|card| card.expand(SLACK).contains_rect(rect))
    };
    let is_bar = |name: &str| name.contains(": positives");
    figures
        .map(|figure| (name_of(&figure), figure.rect()))
        .filter(|(name, rect)| !is_bar(name) && reaches_out(*rect))
        .map(|(name, rect)| format!("{name} {rect:?} reaches out of its card"))
        .collect()
}

fn is_code(bench: &Bench) -> bool {
    bench.session().place == Place::Weights && bench.lab().settings().weights_page == WeightsPage::Code
}

fn is_class(text: &str) -> bool {
    text.strip_prefix('C').is_some_and(|number| !number.is_empty() && number.chars().all(|c| c.is_ascii_digit()))
}

/// A place, with the page that is shown there.
fn places() -> Vec<(Place, Option<WeightsPage>, Option<LossesPage>)> {
    let mut all = vec![(Place::Lab, None, None), (Place::Data, None, None), (Place::Tune, None, None)];
    all.extend(WeightsPage::ALL.map(|page| (Place::Weights, Some(page), None)));
    all.extend(LossesPage::ALL.map(|page| (Place::Losses, None, Some(page))));
    all
}

fn show(bench: &mut Bench, size: [f32; 2], grows: f32, text_percent: u32) {
    let settings = bench.lab_mut().settings_mut();
    settings.text_percent = text_percent;
    let zoom = text_percent as f32 / 100.0 * grows;
    // A change of the zoom changes the size in points of the next frame.
    bench.harness.run_steps(2);
    bench.harness.set_size(Vec2::from(size) / zoom);
    bench.harness.remove_cursor();
    bench.harness.run_steps(4);
}

#[test]
fn recall_and_the_sentence_are_in_sight_at_every_size_of_window_and_text() {
    let mut bench = Bench::trained();
    let sizes = SIZES.into_iter().chain([([800.0, 600.0], 1.0)]);
    for (size, grows) in sizes {
        for text_percent in [80].into_iter().chain(TEXTS) {
            // At 800 × 600 they come first, as far as there is room for both.
            if size[0] < 1024.0 && text_percent > 150 {
                continue;
            }
            show(&mut bench, size, grows, text_percent);
            let screen = bench.harness.ctx.content_rect();
            let recall = bench.get(Role::Figure, "Recall per class").rect();
            let said = written(&bench).into_iter().find(|one| one.text.contains("rarest classes by"));
            let sentence = said.unwrap_or_else(|| panic!("no sentence at {size:?}, {text_percent} %")).rect;
            for rect in [recall, sentence] {
                let is_inside = screen.expand(SLACK).contains_rect(rect);
                assert!(is_inside, "at {size:?}, {text_percent} %: {rect:?} in {screen:?}");
            }
            let is_large = recall.height() > 90.0 && recall.width() > 200.0;
            let others =
                || written(&bench).iter().map(|one| format!("{} {:?}", one.text, one.rect)).collect::<Vec<_>>();
            assert!(is_large, "at {size:?}, {text_percent} %: {recall:?}, {:?}", others());
        }
    }
}

#[test]
fn nothing_is_cut_off_shortened_or_written_over_something_else_in_any_place() {
    let mut bench = Bench::trained();
    let mut report = String::new();
    for (place, weights, losses) in places() {
        let (settings, what) = (bench.lab_mut().settings_mut(), format!("{place:?} {weights:?} {losses:?}"));
        settings.weights_page = weights.unwrap_or(settings.weights_page);
        settings.ownership.page = losses.unwrap_or(settings.ownership.page);
        bench.lab_mut().session_mut().place = place;
        for (size, grows) in SIZES {
            for text_percent in TEXTS {
                show(&mut bench, size, grows, text_percent);
                for fault in faults(&bench).into_iter().chain(outside_their_cards(&bench)) {
                    let _ = writeln!(report, "{what} at {size:?}, {text_percent} %: {fault}");
                }
            }
        }
    }
    assert!(report.is_empty(), "\n{report}");
}

#[test]
fn a_picture_that_is_shown_alone_has_larger_letters_and_keeps_the_sentence() {
    let mut bench = Bench::trained();
    let height = |bench: &Bench, text: &str| {
        let found = written(bench).into_iter().find(|one| one.text == text);
        found.unwrap_or_else(|| panic!("no \"{text}\"")).rect.height()
    };
    let before = [height(&bench, "Macro"), height(&bench, "0.8")];
    bench.press("Enlarge: Recall per class");
    let after = [height(&bench, "Macro"), height(&bench, "0.8")];
    assert!(after[0] > 1.2 * before[0] && after[1] > 1.2 * before[1], "{before:?} {after:?}");
    bench.check_shows("rarest classes by");
    bench.press("Back");
    assert_eq!([height(&bench, "Macro"), height(&bench, "0.8")], before);
}

#[test]
fn the_controls_are_beside_the_pictures_or_a_drawer_that_opens_and_shuts() {
    let mut bench = Bench::new();
    assert!(bench.has(Role::Slider, "Imbalance"));
    bench.key(Key::P);
    assert!(!bench.has(Role::Slider, "Imbalance"), "hidden");
    bench.press("Controls");
    assert!(bench.has(Role::Slider, "Imbalance"));
    // A third of the window and more would be taken: shut at first.
    show(&mut bench, [1366.0, 768.0], 1.0, 150);
    assert!(!bench.has(Role::Slider, "Imbalance"));
    bench.press("Controls");
    assert!(bench.has(Role::Slider, "Imbalance") && bench.has(Role::Figure, "Recall per class"));
    bench.key(Key::Escape);
    assert!(!bench.has(Role::Slider, "Imbalance"));
    // Over the pictures where there is no room beside them.
    show(&mut bench, [1024.0, 700.0], 1.0, 200);
    bench.key(Key::P);
    let [slider, recall] = [(Role::Slider, "Imbalance"), (Role::Figure, "Recall per class")]
        .map(|(role, name)| bench.get(role, name).rect());
    assert!(recall.left() < slider.left(), "{slider:?} {recall:?}");
    bench.key(Key::P);
    assert!(!bench.has(Role::Slider, "Imbalance"));
}

/// Every colour that is drawn in.
fn colours(shape: &Shape, all: &mut BTreeSet<[u8; 4]>) {
    let mut add = |colour: egui::Color32| {
        all.insert(colour.to_array());
    };
    match shape {
        Shape::Vec(shapes) => shapes.iter().for_each(|shape| colours(shape, all)),
        Shape::Mesh(mesh) => mesh.vertices.iter().for_each(|vertex| add(vertex.color)),
        Shape::Circle(circle) => [circle.fill, circle.stroke.color].map(&mut add).into_iter().collect(),
        Shape::Rect(rect) => [rect.fill, rect.stroke.color].map(&mut add).into_iter().collect(),
        Shape::LineSegment { stroke, .. } => add(stroke.color),
        Shape::Path(path) => {
            add(path.fill);
            if let egui::epaint::ColorMode::Solid(colour) = path.stroke.color {
                add(colour);
            }
        }
        _ => {}
    }
}

#[test]
fn where_there_is_no_objective_nothing_has_the_colour_of_one() {
    let mut bench = Bench::trained();
    bench.key(Key::P);
    let pages = places().into_iter().filter(|(_, weights, losses)| {
        matches!(weights, Some(WeightsPage::Schemes | WeightsPage::Covering)) || *losses == Some(LossesPage::Theory)
    });
    for (place, weights, losses) in pages {
        let settings = bench.lab_mut().settings_mut();
        settings.weights_page = weights.unwrap_or(settings.weights_page);
        settings.ownership.page = losses.unwrap_or(settings.ownership.page);
        bench.lab_mut().session_mut().place = place;
        bench.settle();
        let mut drawn = BTreeSet::new();
        for clipped in &bench.harness.output().shapes {
            colours(&clipped.shape, &mut drawn);
        }
        assert!(drawn.len() > 5, "{place:?}");
        for colour in 0..8 {
            let ink = palette::objective(colour, false);
            assert!(
                !drawn.contains(&ink.to_array()),
                "{place:?} {weights:?} {losses:?}: the colour of objective {colour}"
            );
        }
    }
}

#[test]
fn a_change_after_the_end_trains_on_until_figures_and_settings_belong_together() {
    let mut bench = Bench::trained();
    bench.set("β", "0.9");
    assert!(bench.session().is_playing, "training goes on by itself");
    bench.wait_until("the end", |lab| !lab.session().is_playing);
    assert!(bench.epoch() > 30 && bench.session().outdated.is_none());
    // Where a person does not want that, the figures are said to be from before, until the change is taken back.
    bench.lab_mut().settings_mut().trains_on = false;
    let epoch = bench.epoch();
    bench.set("β", "0.99");
    assert!(!bench.session().is_playing && bench.epoch() == epoch);
    bench.check_shows("from before the last change");
    bench.command(Key::Z);
    bench.check_hides("from before the last change");
}

#[test]
fn undo_brings_back_the_results_and_redo_those_after() {
    let mut bench = Bench::trained();
    let shown = |bench: &Bench| (bench.epoch(), (0..4).map(|idx| bench.macro_recall(idx)).collect::<Vec<_>>());
    let before = shown(&bench);
    bench.set("β", "0.9");
    bench.wait_until("the end", |lab| !lab.session().is_playing);
    let after = shown(&bench);
    assert!(after.0 > before.0 && after.1[3] != before.1[3], "{before:?} {after:?}");
    bench.command(Key::Z);
    bench.wait_until_ready();
    assert_eq!(shown(&bench), before);
    assert!(bench.spec().objectives[3].beta == 0.999 && bench.session().outdated.is_none());
    bench.check_shows("The run is back at epoch 30");
    bench.command_shift(Key::Z);
    bench.wait_until_ready();
    assert_eq!((shown(&bench), bench.spec().objectives[3].beta), (after, 0.9));
    // Other samples, and another experiment.
    bench.command(Key::Z);
    bench.press("New data");
    bench.wait_until_ready();
    assert_eq!(bench.epoch(), 0);
    bench.command(Key::Z);
    bench.wait_until_ready();
    assert_eq!(shown(&bench), before);
    // It goes on from there as it would have.
    bench.press("Step");
    bench.wait_for_epoch(31);
    let gone_on = shown(&bench);
    let mut untouched = Bench::trained();
    untouched.press("Step");
    untouched.wait_for_epoch(31);
    assert_eq!(gone_on, shown(&untouched));
}

#[test]
fn a_name_that_is_taken_back_leaves_the_run_alone() {
    let mut bench = Bench::trained();
    bench.click(Role::CheckBox, "Show CE", 0);
    bench.press("Step");
    bench.wait_for_epoch(31);
    bench.command(Key::Z);
    assert!(bench.spec().objectives[0].shown && bench.epoch() == 31);
}
