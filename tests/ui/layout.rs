//! Every picture in every place, at every size of window and text, with names of any length and script, few and many
//! classes and objectives: nothing ends the program, nothing is drawn at no place, and no name is laid out that nobody reads.
//!
//! What is drawn with what is drawn by dice, from a seed: `LONGTAIL_LAB_LAYOUT_SEED` (1 where it is not set), and
//! `LONGTAIL_LAB_LAYOUT_ROUNDS` says how many lots (1). A failure is preceded by the combination that failed.

use std::fmt::Write as _;

use egui::{Key, Pos2, Rect, Shape, accesskit::Role, epaint::Primitive};
use egui_kittest::kittest::NodeT;
use longtail_lab::{
    experiment::ObjectiveSpec,
    state::{LossesPage, Picture, Place, Preview, RegionsLook, SeedsPage, SweepPhase, TunePage, WeightsPage},
};

use super::bench::{Bench, write};
use super::dice::Dice;

const SIZES: [[f32; 2]; 14] = [
    [1.0, 1.0],
    [1280.0, 800.0],
    [640.0, 420.0],
    [5000.0, 3000.0],
    [320.0, 240.0],
    [1920.0, 1080.0],
    [1.0, 700.0],
    [60.0, 40.0],
    [900.0, 1.0],
    [1366.0, 768.0],
    [3840.0, 200.0],
    [480.0, 320.0],
    [250.0, 2000.0],
    [800.0, 600.0],
];
const TEXTS: [u32; 7] = [100, 200, 80, 150, 110, 90, 180];
const LENGTHS: [usize; 6] = [0, 1, 12, 40, 200, 65_536];
const N_CLASSES: [usize; 7] = [3, 41, 2, 7, 1000, 20, 200];
/// Characters of one text on the screen at most, and of a line of it.
const MOST_CHARACTERS: usize = 40_000;
const MOST_OF_A_LINE: usize = 2100;

/// How names are written.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Script {
    /// One word of the widest letters.
    Capitals,
    Words,
    Korean,
    RightToLeft,
    /// Marks upon marks.
    Combining,
    /// Emoji, signs of control, marks of direction, the widest glyph of all.
    Mixed,
}

impl Script {
    fn letters(self) -> Vec<char> {
        match self {
            Self::Capitals => "WMQOGADNHUBCKRVXYZPSTEFLJI".chars().collect(),
            Self::Words => "nothing but words and words more or less".chars().collect(),
            Self::Korean => ('가'..='힣').step_by(97).collect(),
            Self::RightToLeft => ('א'..='ת').chain('ا'..='ي').collect(),
            Self::Combining => ('\u{300}'..='\u{36F}').collect(),
            Self::Mixed => "🦀﷽\u{1b}日\tﬃ\u{200d}Я\u{202e}\"&<\u{7}😀\u{10FFFD}ß".chars().collect(),
        }
    }

    /// A name of this many characters, other than those of other numbers; one that is too short for that is longer.
    fn name(self, length: usize, number: usize) -> String {
        const DIGITS: [char; 20] =
            ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h', 'k', 'm', 'n', 'p', 'q', 'r', 's', 't', 'u', 'v', 'w', 'z'];
        let letters = self.letters();
        let digits = if self == Self::Korean { letters[..20].to_vec() } else { DIGITS.to_vec() };
        let mut name = String::new();
        let mut rest = number;
        loop {
            name.push(digits[rest % digits.len()]);
            rest /= digits.len();
            if rest == 0 {
                break;
            }
        }
        let missing = length.saturating_sub(name.chars().count());
        name.extend(letters.iter().cycle().skip(number % letters.len()).take(missing));
        name
    }
}

fn number_from_environment(name: &str, otherwise: u64) -> u64 {
    std::env::var(name).map_or(otherwise, |text| text.parse().unwrap_or_else(|_| panic!("{name}={text}: a number")))
}

/// What is trained, before anything of it is looked at.
#[derive(Debug, Clone, Copy)]
struct Subject {
    script: Script,
    length: usize,
    n_classes: usize,
    is_diverging: bool,
}

/// What is on the screen.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Sight {
    /// A picture in the place where another one stands at first.
    Card(Picture, Picture),
    Alone(Picture),
    Table(Picture),
    At(Place),
    WeightsAt(WeightsPage),
    LossesAt(LossesPage),
    SeedsAt(SeedsPage),
    SweepAt(TunePage),
    Help,
    Replacing,
    Closing,
    Import,
}

/// One look at a subject.
#[derive(Debug, Clone, Copy)]
struct Look {
    sight: Sight,
    size: [f32; 2],
    text_percent: u32,
    n_shown: usize,
    pointer: [f32; 2],
    is_dark: bool,
}

/// Says what was looked at when it fails.
struct NamedRecall(String);

impl Drop for NamedRecall {
    fn drop(&mut self) {
        if std::thread::panicking() {
            eprintln!("This failed: {}", self.0);
        }
    }
}

/// The lab with a subject in it.
struct Studio {
    bench: Bench,
    folder: tempfile::TempDir,
    has_file: bool,
    n_objectives: usize,
}

impl Studio {
    /// Eight objectives of all kinds on classes with names, after an epoch and a batch of training.
    fn new(subject: Subject) -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let has_file = subject.length > 0;
        let mut text = String::from("[training]\n");
        if subject.is_diverging {
            text += "learning_rate = 1e5\n";
        }
        if has_file {
            write(folder.path(), "names.csv", &table(subject));
            text += "[data]\nsource = \"file\"\npath = \"names.csv\"\nlabel = \"label\"\n";
        } else {
            let n = subject.n_classes;
            let _ = write!(
                text,
                "[distribution]\nclasses = {n}\nmax_count = 30\nimbalance = 6.0\n[data]\ntest_per_class = 3\n"
            );
        }
        for (idx, kind) in OBJECTIVES.iter().enumerate() {
            // SMOTE takes classes of two samples and more.
            let _ = write!(text, "[[objective]]\nname = \"o{idx}\"\n{kind}");
        }
        let path = write(folder.path(), "experiment.toml", &text);
        let mut bench = Bench::new();
        bench.harness.ctx.all_styles_mut(|style| style.interaction.tooltip_delay = 0.0);
        bench.open(&path);
        bench.wait_until_ready();
        assert_eq!(bench.session().checked().err(), None, "{subject:?}");
        bench.key(Key::S);
        bench.wait_until("an epoch", |lab| {
            let snapshot = lab.session().snapshot();
            snapshot.epoch >= 1 || snapshot.is_finished
        });
        bench.key(Key::B);
        for (idx, objective) in bench.lab_mut().session_mut().spec.objectives.iter_mut().enumerate() {
            // The first may have no name at all, which a person sees while it is typed.
            objective.name = if subject.length == 0 && idx > 0 {
                format!("o{idx}")
            } else if subject.length == 0 {
                String::new()
            } else {
                subject.script.name(subject.length, idx)
            };
        }
        bench.settle();
        Self { bench, folder, has_file, n_objectives: OBJECTIVES.len() }
    }

    /// Looks, as long as a tooltip takes to come, and checks what is drawn.
    #[track_caller]
    fn look(&mut self, look: Look) {
        let path = self.folder.path().join(if self.has_file { "names.csv" } else { "experiment.toml" });
        let lab = self.bench.lab_mut();
        let settings = lab.settings_mut();
        settings.text_percent = look.text_percent;
        settings.is_dark = look.is_dark;
        settings.compare.instead.clear();
        settings.compare.regions = RegionsLook::ALL[look.n_shown % RegionsLook::ALL.len()];
        match look.sight {
            Sight::Card(usual, picture) => settings.compare.put(usual, picture),
            Sight::WeightsAt(page) => settings.weights_page = page,
            Sight::LossesAt(page) => settings.ownership.page = page,
            Sight::SeedsAt(page) => settings.seeds_page = page,
            Sight::SweepAt(page) => settings.tune.page = page,
            _ => {}
        }
        let session = lab.session_mut();
        for (idx, objective) in session.spec.objectives.iter_mut().enumerate() {
            objective.shown = idx < look.n_shown;
        }
        session.place = match look.sight {
            Sight::At(place) => place,
            Sight::WeightsAt(_) => Place::Weights,
            Sight::LossesAt(_) => Place::Losses,
            Sight::SweepAt(_) => Place::Tune,
            _ => Place::Lab,
        };
        session.enlarged = match look.sight {
            Sight::Alone(picture) | Sight::Table(picture) => Some(picture),
            Sight::SeedsAt(_) => Some(Picture::Seeds),
            _ => None,
        };
        session.tables = match look.sight {
            Sight::Table(picture) => vec![picture],
            _ => Vec::new(),
        };
        session.selected_class = Some(0).filter(|_| look.n_shown.is_multiple_of(2));
        session.is_help_open = look.sight == Sight::Help;
        session.is_closing = look.sight == Sight::Closing;
        session.replacing = (look.sight == Sight::Replacing).then(|| (path.clone(), None));
        match (look.sight, &session.preview) {
            (Sight::Import, None) => session.preview = Some(Preview::of(&path)),
            (Sight::Import, Some(_)) => {}
            _ => session.preview = None,
        }
        self.bench.harness.set_size(look.size.into());
        let zoom = look.text_percent as f32 / 100.0;
        let pointer = Pos2::new(look.size[0] * look.pointer[0], look.size[1] * look.pointer[1]) / zoom;
        self.bench.harness.hover_at(pointer);
        for _ in 0..3 {
            self.bench.step();
            self.check();
        }
    }

    /// Checks what the last frame has drawn.
    #[track_caller]
    fn check(&self) {
        let output = self.bench.harness.output();
        for clipped in &output.shapes {
            check_texts(&clipped.shape);
        }
        for drawn in self.bench.harness.ctx.tessellate(output.shapes.clone(), output.pixels_per_point) {
            assert!(!drawn.clip_rect.any_nan(), "a part of the screen that is nowhere");
            if let Primitive::Mesh(mesh) = drawn.primitive {
                assert!(mesh.is_valid(), "a mesh with corners that are missing");
                let is_somewhere = |place: Pos2| place.x.is_finite() && place.y.is_finite();
                let bounds = Rect::from_points(&mesh.vertices.iter().map(|vertex| vertex.pos).collect::<Vec<_>>());
                assert!(mesh.vertices.iter().all(|vertex| is_somewhere(vertex.pos)), "drawn at no place: {bounds}");
            }
        }
        for node in self.bench.nodes() {
            let node = node.accesskit_node();
            if node.role() != Role::TextRun {
                let length = node.label().map_or(0, |label| label.len()) + node.value().map_or(0, |value| value.len());
                assert!(length <= 4 * MOST_CHARACTERS, "{length} bytes are told of a {:?}", node.role());
            }
        }
    }
}

/// No text is laid out that is longer than a person would read.
#[track_caller]
fn check_texts(shape: &Shape) {
    match shape {
        Shape::Text(text) => {
            let all = text.galley.text();
            let start: String = all.chars().take(60).collect();
            let n = all.chars().count();
            assert!(n <= MOST_CHARACTERS, "a text of {n} characters is laid out: {start}…");
            let longest = text.galley.rows.iter().map(|row| row.glyphs.len()).max().unwrap_or(0);
            assert!(longest <= MOST_OF_A_LINE, "a line of {longest} characters is laid out: {start}…");
        }
        Shape::Vec(shapes) => shapes.iter().for_each(check_texts),
        _ => {}
    }
}

/// Objectives of all kinds, as they stand in a file.
const OBJECTIVES: [&str; 8] = [
    "",
    "weights = \"inverse_frequency\"\n",
    "gamma = 2.0\nsampler = \"class_balanced\"\n",
    "weights = \"effective_number\"\nsampler = \"over_sampling\"\n",
    "head = \"sigmoid\"\nalpha = 0.25\ngamma = 2.0\n",
    "offsets = \"logit_adjustment\"\nsampler = \"progressive\"\n",
    "offsets = \"ldam\"\nweights = \"effective_number\"\ndefer = 0.5\n",
    "sampler = \"under_sampling\"\n",
];

/// A table with the classes of a subject, some samples each, more of the first ones.
fn table(subject: Subject) -> String {
    let mut text = String::from("x,y,label\n");
    for class_idx in 0..subject.n_classes {
        let name = subject.script.name(subject.length, class_idx).replace('"', "\"\"");
        let n = if subject.length > 1000 { 4 } else { 3 + 12 / (class_idx + 1) };
        for sample in 0..n {
            let (x, y) = (class_idx % 32 * 3 + sample % 3, class_idx / 32 * 3 + sample / 3);
            let _ = writeln!(text, "{x}.25,{y}.5,\"{name}\"");
        }
    }
    text
}

/// Everything that can be on the screen of a trained subject.
fn sights() -> Vec<Sight> {
    let mut sights = Vec::new();
    for (idx, picture) in Picture::FOR_LAB.into_iter().enumerate() {
        sights.push(Sight::Card(Picture::OF_LAB[idx % Picture::OF_LAB.len()], picture));
        sights.push(Sight::Card(Picture::OF_LAB[(idx + 2) % Picture::OF_LAB.len()], picture));
    }
    sights.extend(Picture::ALL.map(Sight::Alone));
    sights.extend(Picture::ALL.map(Sight::Table));
    sights.extend(Place::ALL.map(Sight::At));
    sights.extend(WeightsPage::ALL.map(Sight::WeightsAt));
    sights.extend(LossesPage::ALL.map(Sight::LossesAt));
    sights.extend([Sight::Help, Sight::Replacing, Sight::Closing]);
    sights
}

/// Looks at subjects with names in these scripts: each length with each, and each sight of each of them. Sizes, text
/// sizes and objectives go round so that over the subjects each sight meets each of them.
fn look_at_names(scripts: [Script; 2]) {
    let seed = number_from_environment("LONGTAIL_LAB_LAYOUT_SEED", 1);
    let rounds = number_from_environment("LONGTAIL_LAB_LAYOUT_ROUNDS", 1);
    for round in seed..seed + rounds {
        let mut dice = Dice(round ^ (scripts[0] as u64) << 32);
        let begin = dice.below(N_CLASSES.len());
        for (subject_idx, (script, length)) in
            scripts.into_iter().flat_map(|script| LENGTHS.map(|length| (script, length))).enumerate()
        {
            let most_classes = if length > 1000 { 3 } else { usize::MAX };
            let n_classes = N_CLASSES[(begin + subject_idx) % N_CLASSES.len()].min(most_classes);
            let subject = Subject { script, length, n_classes, is_diverging: dice.below(6) == 0 };
            look_at(subject, round, &mut dice, subject_idx);
        }
    }
}

fn look_at(subject: Subject, round: u64, dice: &mut Dice, subject_idx: usize) {
    let _told = NamedRecall(format!("seed {round}, {subject:?}"));
    let mut studio = Studio::new(subject);
    let begin = [dice.below(SIZES.len()), dice.below(TEXTS.len()), dice.below(8)];
    let mut all = sights();
    if studio.has_file {
        all.extend([Sight::Import; 6]);
    }
    // Frames of many classes take longer; over some subjects each sight meets them all the same.
    if subject.n_classes >= 200 {
        all.retain(|_| dice.below(4) == 0);
    }
    for (sight_idx, sight) in all.into_iter().enumerate() {
        let look = Look {
            sight,
            size: SIZES[(begin[0] + sight_idx + 3 * subject_idx) % SIZES.len()],
            text_percent: TEXTS[(begin[1] + sight_idx + subject_idx) % TEXTS.len()],
            n_shown: 1 + (begin[2] + sight_idx + subject_idx) % studio.n_objectives,
            pointer: [dice.share(), dice.share()],
            is_dark: dice.below(2) == 0,
        };
        let _told = NamedRecall(format!("{look:?}"));
        studio.look(look);
    }
}

#[test]
fn names_in_capitals_and_in_many_words_fit_every_picture_and_every_window() {
    look_at_names([Script::Capitals, Script::Words]);
}

#[test]
fn korean_names_and_such_as_run_from_right_to_left_fit_every_picture_and_every_window() {
    look_at_names([Script::Korean, Script::RightToLeft]);
}

#[test]
fn names_of_marks_and_signs_fit_every_picture_and_every_window() {
    look_at_names([Script::Combining, Script::Mixed]);
}

#[test]
fn the_lab_before_training_and_its_dialogs_fit_every_window() {
    let mut studio = Studio {
        bench: Bench::new(),
        folder: tempfile::tempdir().expect("a folder"),
        has_file: false,
        n_objectives: 4,
    };
    let mut dice = Dice(7);
    for (idx, size) in SIZES.into_iter().enumerate() {
        for (place, text_percent) in Place::ALL.into_iter().zip([TEXTS[idx % 7], 200, 80, 150, 100]) {
            let look = Look {
                sight: Sight::At(place),
                size,
                text_percent,
                n_shown: 1 + idx % 4,
                pointer: [dice.share(), dice.share()],
                is_dark: false,
            };
            let _told = NamedRecall(format!("{look:?}"));
            studio.look(look);
        }
        let _told = NamedRecall(format!("a dialog at {size:?}"));
        studio.bench.command(Key::O);
        studio.check();
        studio.bench.key(Key::Escape);
        studio.bench.command_shift(Key::S);
        studio.check();
        studio.bench.key(Key::Escape);
    }
}

#[test]
fn results_of_sweeps_and_of_several_seeds_fit_every_window_whatever_their_objectives_are_called() {
    for (round, script) in [Script::Capitals, Script::Korean, Script::Combining].into_iter().enumerate() {
        for length in [1, 40, 65_536] {
            let subject = Subject { script, length, n_classes: 3, is_diverging: false };
            let _told = NamedRecall(format!("{subject:?}"));
            let mut studio = Studio::new(subject);
            let session = studio.bench.lab_mut().session_mut();
            session.spec.training.epochs = 2;
            // Enough rows for a validation and a test part.
            session.spec.data.test_share = 0.6;
            session.spec.seeds = 2;
            session.spec.objectives.truncate(5);
            let settings = studio.bench.lab_mut().settings_mut();
            settings.tune.objectives = Vec::new();
            (settings.tune.seeds, settings.tune.epochs) = (2, 2);
            settings.seeds_page = SeedsPage::Recall;
            studio.bench.settle();
            studio.bench.lab_mut().session_mut().enlarged = Some(Picture::Seeds);
            studio.bench.settle();
            studio.bench.press("Train 2 seeds");
            studio.bench.wait_until("the seeds", |lab| !lab.session().seeds.is_running());
            studio.bench.command(Key::Num5);
            studio.bench.press("Start");
            studio.bench.wait_until("the sweep", |lab| {
                let news = lab.session().tune.news();
                assert_eq!(news.fault, None);
                news.phase == SweepPhase::Finished
            });
            let sights = SeedsPage::ALL.map(Sight::SeedsAt).into_iter().chain(TunePage::ALL.map(Sight::SweepAt));
            let sights = sights.chain([Sight::Table(Picture::Seeds), Sight::Table(Picture::SweepPoints)]);
            let sights = sights.chain([Sight::Alone(Picture::SweepPoints), Sight::Alone(Picture::SweepAnswer)]);
            let mut dice = Dice(length as u64);
            for (sight_idx, sight) in sights.enumerate() {
                for turn in 0..3 {
                    let look = Look {
                        sight,
                        size: SIZES[(sight_idx + 5 * turn + round) % SIZES.len()],
                        text_percent: TEXTS[(sight_idx + turn) % TEXTS.len()],
                        n_shown: 1 + (sight_idx + turn) % 5,
                        pointer: [dice.share(), dice.share()],
                        is_dark: turn == 0,
                    };
                    let _told = NamedRecall(format!("{look:?}"));
                    studio.look(look);
                }
            }
        }
    }
}

/// The files of a fault that was found from outside.
fn open_case(name: &str, size: [f32; 2]) -> Bench {
    let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/cases/window-panic-long-class-names");
    let mut bench = Bench::sized(size);
    bench.open(&path.join(name));
    bench.wait_until_ready();
    bench.key(Key::S);
    bench.wait_for_epoch(1);
    bench
}

#[test]
fn eight_objectives_on_page_blocks_are_drawn_at_the_usual_size() {
    let bench = open_case("page-blocks-8-objectives.toml", super::bench::SIZE);
    assert_eq!(bench.spec().objectives.len(), 8);
    assert!(bench.has(Role::Figure, "Decision regions"));
}

#[test]
fn class_names_that_are_wider_than_their_picture_are_cut_and_told_by_the_pointer() {
    for size in [super::bench::SIZE, [640.0, 420.0]] {
        let mut bench = open_case("wide-names.toml", size);
        bench.harness.ctx.all_styles_mut(|style| style.interaction.tooltip_delay = 0.0);
        let rect = bench.get(Role::Figure, "Recall per class").rect();
        let mut told = Vec::new();
        for share in 1..20_u8 {
            bench.harness.hover_at(egui::pos2(rect.left() + rect.width() * f32::from(share) / 20.0, rect.center().y));
            bench.settle();
            told.extend(bench.texts());
        }
        for name in ["WWWWWWWWWWWW", "MMMMMMMMMMMMM"] {
            assert!(told.iter().any(|text| text.contains(name)), "{name} is told nowhere");
        }
    }
}

#[test]
fn four_objectives_with_class_names_are_drawn_in_the_smallest_window() {
    let bench = open_case("page-blocks-8-objectives.toml", [640.0, 420.0]);
    assert!(bench.has(Role::Figure, "Class counts"));
}

#[test]
fn a_name_of_any_length_is_copied_whole() {
    let subject = Subject { script: Script::Korean, length: 65_536, n_classes: 2, is_diverging: false };
    let mut studio = Studio::new(subject);
    let session = studio.bench.lab_mut().session_mut();
    session.enlarged = Some(Picture::Recall);
    session.tables.push(Picture::Recall);
    studio.bench.settle();
    let rows = studio.bench.copied_rows();
    let names: Vec<String> = (0..2).map(|number| subject.script.name(subject.length, number)).collect();
    assert!(rows[1..3].iter().all(|row| names.contains(&row[0])), "{} bytes", rows[1][0].len());
    let of_objectives: Vec<&str> =
        studio.bench.spec().objectives.iter().map(|objective: &ObjectiveSpec| objective.name.as_str()).collect();
    assert_eq!(rows[0][2..], of_objectives);
}
