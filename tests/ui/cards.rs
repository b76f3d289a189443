//! Every picture while there is nothing to train, before and after training, and after a divergence: it has a title with a
//! meaning, stands on the screen under it, and its numbers can be copied.

use egui::{Key, accesskit::Role};
use egui_kittest::kittest::NodeT;
use longtail_lab::{
    experiment::{DataSource, Setting},
    state::{Picture, RunSnapshot, Settings},
    train::Status,
    ui::{
        View,
        cards::{Numbers, RunData, card},
        charts::RegionTextures,
    },
};

use super::bench::Bench;

/// Shows a picture alone, or its numbers; returns its title and meaning.
fn show(bench: &mut Bench, picture: Picture, is_table: bool) -> [String; 2] {
    let session = bench.lab_mut().session_mut();
    session.enlarged = Some(picture);
    session.tables = if is_table { vec![picture] } else { Vec::new() };
    bench.step();
    bench.step();
    with_view(bench, |view| [card(picture).title(view), card(picture).meaning(view)])
}

/// Asks cards about what is on the screen.
fn with_view<T>(bench: &mut Bench, ask: impl FnOnce(&View<'_>) -> T) -> T {
    let mut settings = bench.lab().settings().clone();
    let (mut actions, mut regions) = (Vec::new(), RegionTextures::default());
    let session = bench.lab_mut().session_mut();
    ask(&View { session, settings: &mut settings, actions: &mut actions, regions: &mut regions, is_figure: false })
}

fn check_all(bench: &mut Bench, has_numbers: bool) {
    let mut names: Vec<&str> = Picture::ALL.map(|picture| card(picture).name()).to_vec();
    names.sort_unstable();
    names.dedup();
    assert_eq!(names.len(), Picture::ALL.len(), "every picture has a name of its own");
    for picture in Picture::ALL {
        for is_table in [false, true] {
            let [title, meaning] = show(bench, picture, is_table);
            assert!(!title.is_empty() && meaning.len() > 15, "{picture:?}: \"{title}\", \"{meaning}\"");
            bench.check_shows(&title);
        }
        let [least, least_narrow] = card(picture).least_heights();
        assert!(least >= 100.0 && least_narrow >= 100.0, "{picture:?}");
        if has_numbers && is_with_copy(bench) {
            wait_for_data(bench, picture);
            let rows = bench.copied_rows();
            // No sample has fallen on the prototypes yet.
            let least = if picture == Picture::Covering { 1 } else { 2 };
            assert!(rows.len() >= least && rows.iter().all(|row| row.len() == rows[0].len()), "{picture:?}: {rows:?}");
        }
    }
}

/// Waits for what is measured only while the picture is on the screen.
fn wait_for_data(bench: &mut Bench, picture: Picture) {
    if matches!(picture, Picture::LabelFigures | Picture::LabelThreshold | Picture::LabelCurves) {
        bench.wait_until("the labels", |lab| lab.session().labels.comparison().is_some());
        bench.settle();
        return;
    }
    let is_known = |run: &RunSnapshot| match card(picture).run_data(&Settings::default()) {
        Some(RunData::LossBySample) => run.ownership.cumulative.is_some(),
        Some(RunData::ClassScores) => run.outcome.scores.is_some(),
        Some(RunData::Confidence) | None => true,
    };
    bench.wait_until("what the picture needs", |lab| lab.session().run(0).is_some_and(is_known));
}

/// Whether the picture on the screen is a table that can be copied.
fn is_with_copy(bench: &Bench) -> bool {
    let Some(picture) = bench.session().enlarged else { return false };
    let has_table =
        !matches!(picture, Picture::Snippet | Picture::SweepSetup | Picture::SweepAnswer | Picture::LabelAnswer)
            && !matches!(picture, Picture::Seeds | Picture::SweepPoints);
    assert_eq!(has_table, bench.has(Role::Button, "Copy") && picture != Picture::Snippet, "{picture:?}");
    has_table
}

#[test]
fn every_picture_stands_where_nothing_can_be_trained() {
    let mut bench = Bench::new();
    bench.lab_mut().session_mut().spec.data.source = DataSource::File;
    bench.step();
    assert!(bench.session().checked().is_err());
    check_all(&mut bench, false);
}

#[test]
fn every_picture_stands_before_and_after_training_with_its_numbers() {
    let mut bench = Bench::new();
    check_all(&mut bench, false);
    bench.key(Key::S);
    bench.wait_for_epoch(1);
    bench.wait_until("figures", |lab| lab.session().snapshot().is_measured);
    check_all(&mut bench, true);
}

#[test]
fn every_picture_stands_after_a_divergence() {
    let mut bench = Bench::with_toml(
        "[training]\nlearning_rate = 1e6\nnormalisation = \"none\"\n[[objective]]\nname = \"CE\"\n[[objective]]\nname = \"Focal\"\ngamma = 2.0\n",
    );
    bench.press("Play");
    bench.wait_until("a divergence", |lab| {
        lab.session().run(0).is_some_and(|run| matches!(run.status, Status::Diverged(_)))
    });
    check_all(&mut bench, false);
}

#[test]
fn a_card_says_whether_it_has_numbers() {
    let never: Vec<Picture> = with_view(&mut Bench::new(), |view| {
        Picture::ALL.into_iter().filter(|&picture| card(picture).numbers(view) == Numbers::Never).collect()
    });
    assert_eq!(never, [Picture::Snippet, Picture::SweepSetup, Picture::SweepAnswer, Picture::LabelAnswer]);
}

#[test]
fn sliders_have_the_range_of_the_table_of_settings() {
    let mut bench = Bench::with_toml(
        "[training]\nbatch = 64\n\
         [[objective]]\nname = \"CB focal\"\nweights = \"effective_number\"\ngamma = 1.0\ndefer = 0.5\n\
         [[objective]]\nname = \"Sigmoid\"\nhead = \"sigmoid\"\nalpha = 0.25\nbias_start = \"probability\"\n\
         [[objective]]\nname = \"Adjusted\"\noffsets = \"logit_adjustment\"\nsampler = \"smote\"\n\
         [[objective]]\nname = \"LDAM\"\noffsets = \"ldam\"\n",
    );
    bench.fold("Training");
    for setting in Setting::SWEPT {
        let Some(numbers) = setting.numbers() else { continue };
        let rail = bench.get(Role::Slider, setting.name());
        let ends = [rail.accesskit_node().min_numeric_value(), rail.accesskit_node().max_numeric_value()];
        let [low, high] = ends.map(|end| end.expect("an end"));
        assert!(numbers.slider[0] == low && (numbers.slider[1] - high).abs() < 1e-5, "{setting:?}: {low} to {high}");
    }
}
