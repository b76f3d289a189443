//! The place for weights: schemes side by side, what they do, the figures behind them, and code to take away.

use egui::{Key, accesskit::Role};
use longtail_lab::{
    state::{Picture, Settings},
    weighting::{Normalisation, Scheme, SnippetKind, SnippetSource, class_weights, snippet},
};

use super::bench::Bench;

fn in_the_place_for_weights() -> Bench {
    let mut bench = Bench::new();
    bench.command(Key::Num3);
    bench.check_pictures(&["Weights of schemes", "Class-balanced term"]);
    bench
}

/// Chooses 1/n as NumPy.
fn on_the_page_of_code() -> Bench {
    let mut bench = in_the_place_for_weights();
    bench.press("Code");
    bench.check_shows("nn.CrossEntropyLoss");
    bench.choose("Format of the code", SnippetKind::Numpy.label());
    bench.choose("What the code is of", "Weights: Inverse frequency");
    bench.check_shows("np.array(");
    bench
}

/// 1/n as NumPy, as the engine writes it.
fn code(bench: &Bench) -> String {
    let counts = bench.session().counts().expect("counts").clone();
    let (scheme, normalisation) = (Scheme::InverseFrequency, bench.spec().training.normalisation);
    let source = SnippetSource { gamma: 2.0, ..SnippetSource::new(&counts, scheme, normalisation) };
    snippet(SnippetKind::Numpy, source)
}

/// What is on the clipboard since the last frame.
pub(super) fn copied(bench: &Bench) -> String {
    bench.clipboard().pop().expect("something is copied")
}

#[test]
fn the_place_tells_what_the_weights_do_with_the_numbers_of_the_experiment() {
    let bench = in_the_place_for_weights();
    // E_2000 and E_20 at β = 0.999, worked out by hand: (1 − 0.999ⁿ)/0.001.
    bench.check_shows("E_n of 2,000 samples: 865");
    bench.check_shows("Tail weighs 43.7 × head at β = 0.999");
    bench.check_shows("Every scheme keeps the learning rate");
    bench.check_shows("β makes a difference for these counts from about");
}

#[test]
fn a_tick_takes_a_scheme_out_of_chart_and_table_and_is_remembered() {
    let mut bench = in_the_place_for_weights();
    let square_roots = |bench: &Bench| bench.texts().iter().filter(|text| *text == "Inverse square root").count();
    let before = square_roots(&bench);
    bench.click(Role::CheckBox, "Show Inverse square root", 0);
    assert_eq!(square_roots(&bench), before - 1, "the name stays beside its tick and leaves the table");
    assert!(bench.lab().settings().hidden_schemes.contains(&2));
    bench.click(Role::CheckBox, "Show Inverse square root", 0);
    assert_eq!(square_roots(&bench), before);
}

#[test]
fn the_slider_of_beta_changes_the_objective_and_every_sentence() {
    let mut bench = in_the_place_for_weights();
    bench.set("β of CB", "0.5");
    assert_eq!(bench.spec().objectives[3].beta, 0.5);
    bench.check_shows("N = 2.00");
    bench.check_shows("E_n of 2,000 samples: 2.00");
    bench.check_shows("β = 0.5 (here) gives uniform weights to within 1 % for these counts.");
    bench.command(Key::Z);
    bench.check_shows("E_n of 2,000 samples: 865");
}

#[test]
fn figure_6_takes_the_place_of_figure_3_and_both_have_a_table() {
    let mut bench = in_the_place_for_weights();
    bench.press("Per class");
    bench.check_pictures(&["Weights of schemes", "Effective numbers"]);
    bench.click(Role::Button, "Table", 1);
    bench.check_pictures(&["Weights of schemes"]);
    // E_20 at β = 0.99: (1 − 0.99²⁰)/0.01 with 0.99²⁰ = 0.817907.
    bench.check_shows("18.209");
}

#[test]
fn an_explanation_is_folded_away_and_that_is_remembered() {
    let mut bench = in_the_place_for_weights();
    bench.check_shows("prototypes; one that falls on a covered place adds nothing");
    bench.click(Role::Button, "Fold", 1);
    bench.check_hides("prototypes; one that falls on a covered place adds nothing");
    let stored = serde_json::to_string(bench.lab().settings()).expect("JSON");
    let restored: Settings = serde_json::from_str(&stored).expect("settings");
    assert!(restored.is_folded(Picture::EffectiveNumbers) && !restored.is_folded(Picture::Schemes));
    bench.press("Explain");
    bench.check_shows("prototypes; one that falls on a covered place adds nothing");
}

#[test]
fn the_code_in_the_chosen_format_is_copied_as_the_engine_writes_it() {
    let mut bench = on_the_page_of_code();
    bench.get(Role::Button, "Copy").click_accesskit();
    bench.step();
    let text = copied(&bench);
    assert_eq!(text, code(&bench));
    let counts = bench.session().counts().expect("counts").clone();
    let first = class_weights(&counts, Scheme::InverseFrequency, bench.spec().training.normalisation);
    assert!(text.contains(&format!("{:?}", first[0])), "{text}");
}

#[test]
fn format_and_scheme_of_the_code_are_remembered() {
    let bench = on_the_page_of_code();
    let stored = serde_json::to_string(bench.lab().settings()).expect("JSON");
    let restored: Settings = serde_json::from_str(&stored).expect("settings");
    assert_eq!((restored.snippet, restored.snippet_scheme), (SnippetKind::Numpy, Some(1)));
}

/// Saves the code through the dialog, which has the folder and the name of the file.
fn save_as(bench: &mut Bench, path: &str) {
    bench.press("Save…");
    assert_eq!(bench.get(Role::TextInput, "File").value().as_deref(), Some("weights.py"));
    bench.get(Role::TextInput, "File").focus();
    bench.step();
    bench.command(Key::A);
    bench.write(path);
    bench.step();
    bench.press("Save");
}

#[test]
fn the_code_is_saved_whole_and_a_file_that_is_there_is_replaced_only_when_asked() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("mine.py");
    let mut bench = on_the_page_of_code();
    let read = || std::fs::read_to_string(&path).expect("the file");
    // The ending comes by itself.
    save_as(&mut bench, &folder.path().join("mine").display().to_string());
    assert_eq!(read(), code(&bench));
    assert_eq!(bench.session().path, None, "the experiment is in no file");

    std::fs::write(&path, "my own").expect("a file in the test's own folder");
    save_as(&mut bench, &path.display().to_string());
    bench.check_shows("Replace the file?");
    bench.press("Cancel");
    assert_eq!(read(), "my own");
    save_as(&mut bench, &path.display().to_string());
    bench.press("Choose another name");
    assert_eq!(bench.get(Role::TextInput, "File").value().as_deref(), Some("mine.py"));
    bench.press("Cancel");
    save_as(&mut bench, &path.display().to_string());
    bench.press("Replace");
    assert_eq!(read(), code(&bench));
    bench.check_hides("Replace the file?");

    save_as(&mut bench, "/no/such/folder/weights.py");
    bench.check_complains("cannot write the file");
}

#[test]
fn the_factor_on_the_learning_rate_follows_the_normalisation() {
    let mut bench = Bench::with_toml("[training]\nnormalisation = \"sum_to_classes\"\n");
    assert_eq!(bench.spec().training.normalisation, Normalisation::SumToClasses);
    bench.command(Key::Num3);
    let counts = bench.session().counts().expect("counts").as_slice().to_vec();
    // C²/(N·Σ 1/n) for inverse frequency.
    let (n, inverse): (u64, f64) = (counts.iter().sum(), counts.iter().map(|&n| 1.0 / n as f64).sum());
    let factor = (counts.len() * counts.len()) as f64 / (n as f64 * inverse);
    bench.check_shows(&format!("1/n multiplies the learning rate by {factor:.3} in effect"));
}

#[test]
fn one_class_after_another_many_classes_and_no_effective_number_are_drawn() {
    for text in [
        "[distribution]\nclasses = 2\nmax_count = 1\nimbalance = 1.0\n",
        "[distribution]\nclasses = 1000\nmax_count = 100\nimbalance = 100.0\n[data]\ntest_per_class = 5\n",
        "[[objectives]]\nname = \"CE\"\n",
    ] {
        let mut bench = Bench::with_toml(text);
        bench.command(Key::Num3);
        bench.settle();
        bench.check_pictures(&["Weights of schemes", "Class-balanced term"]);
        bench.press("Code");
        bench.check_shows("weights to take away");
    }
}
