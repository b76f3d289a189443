//! Samplers: chosen in an objective's menu, drawn in its picture, told in its table, warned of where they are too much.

use egui::{Key, accesskit::Role};
use longtail_lab::{data::Sampler, weighting::SchemeKind};

use super::bench::Bench;

/// Chooses a sampler in the menu of an objective.
fn choose_sampler(bench: &mut Bench, objective_idx: usize, sampler: &str) {
    bench.click(Role::Button, "More", objective_idx);
    bench.press("Sampler");
    bench.press(sampler);
}

fn wait_for_training_set(bench: &mut Bench, objective_idx: usize, sampler: Sampler) {
    bench.wait_until("the training set", |lab| {
        let run = lab.session().run(objective_idx);
        run.is_some_and(|run| match &run.training {
            Some(training) => training.sampling.sampler() == sampler,
            None => sampler == Sampler::Instance,
        })
    });
}

#[test]
fn a_sampler_is_chosen_in_the_menu_and_changed_in_its_row_while_training_goes_on() {
    let mut bench = Bench::new();
    for epoch in 1..=2 {
        bench.key(Key::S);
        bench.wait_for_epoch(epoch);
    }
    let run_id = bench.session().run_id;
    assert!(!bench.has(Role::ComboBox, "Sampler"));
    choose_sampler(&mut bench, 0, "Under-sampling");
    assert_eq!(bench.spec().objectives[0].sampler, Sampler::UnderSampling);
    wait_for_training_set(&mut bench, 0, Sampler::UnderSampling);
    assert_eq!((bench.session().run_id, bench.epoch(), bench.run(0).epoch), (run_id, 2, 2));

    bench.choose("Sampler", "SMOTE");
    wait_for_training_set(&mut bench, 0, Sampler::Smote);
    bench.set("Neighbours k", "9");
    assert_eq!(bench.spec().objectives[0].neighbours, 9);
    bench.key(Key::S);
    bench.wait_for_epoch(3);

    bench.choose("Sampler", "Instance-balanced");
    assert!(!bench.has(Role::ComboBox, "Sampler") && !bench.has(Role::Slider, "Neighbours k"));
    wait_for_training_set(&mut bench, 0, Sampler::Instance);
    bench.command(Key::Z);
    assert_eq!(bench.spec().objectives[0].sampler, Sampler::Smote);
}

#[test]
fn presets_with_a_sampler_are_in_the_menu_and_catch_up() {
    let mut bench = Bench::new();
    bench.key(Key::S);
    bench.wait_for_epoch(1);
    for (idx, (preset, sampler)) in
        [("CE, balanced batches", Sampler::ClassBalanced), ("CE, SMOTE", Sampler::Smote)].into_iter().enumerate()
    {
        bench.pick("Add objective…", 0, preset);
        let idx = 4 + idx;
        assert_eq!(bench.spec().objectives[idx].sampler, sampler);
        bench.wait_until("the newcomer", |lab| lab.session().run(idx).is_some_and(|run| run.epoch == 1));
    }
}

#[test]
fn the_picture_says_what_its_marks_mean_where_there_are_other_than_plain_ones() {
    let mut bench = Bench::new();
    assert!(!bench.has(Role::Label, "In an epoch"));
    choose_sampler(&mut bench, 0, "SMOTE");
    wait_for_training_set(&mut bench, 0, Sampler::Smote);
    assert!(bench.has(Role::Label, "used once") && bench.has(Role::Label, "made"));
    assert!(!bench.has(Role::Label, "left out"));
    bench.choose("Sampler", "Under-sampling");
    wait_for_training_set(&mut bench, 0, Sampler::UnderSampling);
    assert!(bench.has(Role::Label, "left out") && !bench.has(Role::Label, "made"));
    bench.check_pictures(&["Recall per class", "Class counts", "Class weights", "Decision regions", "Macro recall"]);
    // Hidden objectives are not explained.
    bench.click(Role::CheckBox, "Show CE", 0);
    assert!(!bench.has(Role::Label, "left out"));
}

#[test]
fn two_corrections_are_warned_of_with_their_size() {
    let mut bench = Bench::new();
    choose_sampler(&mut bench, 1, "Class-balanced");
    bench.check_shows("Corrects twice: sampler and weights together count the rarest class 100 times as much");
    bench.choose("Weights of Balanced CE", "Uniform");
    assert_eq!(bench.spec().objectives[1].weights, SchemeKind::Uniform);
    assert!(!bench.texts().iter().any(|text| text.contains("Corrects twice")));
}

#[test]
fn the_table_of_the_regions_tells_what_each_sampler_does_with_each_class() {
    let mut bench = Bench::new();
    choose_sampler(&mut bench, 0, "SMOTE");
    wait_for_training_set(&mut bench, 0, Sampler::Smote);
    choose_sampler(&mut bench, 1, "Under-sampling");
    wait_for_training_set(&mut bench, 1, Sampler::UnderSampling);
    bench.press("Table: Decision regions");
    bench.check_shows("What each sampler does with the training samples");
    let copied = bench.copied();
    let header = "Objective\tSampler\tClass\tSamples\tUsed\tDuplicated\tDropped\tMade\tShare of a batch";
    assert_eq!((copied.lines().next(), copied.lines().count()), (Some(header), 1 + 4 * 10));
    assert!(copied.contains("\nCE\tSMOTE, k = 5\tC9\t20\t20\t0\t0\t1980\t0.1\n"), "{copied}");
    assert!(copied.contains("\nBalanced CE\tUnder-sampling\tC0\t2000\t20\t0\t1980\t0\t0.1\n"), "{copied}");
    bench.check_shows("SMOTE, k = 5: 15042 made in addition to 4958 samples, 20000 in an epoch");
    bench.check_shows("Under-sampling: 4758 of 4958 samples dropped, 200 in an epoch");
}

#[test]
fn a_sampler_that_cannot_be_trained_is_refused_in_words_until_it_is_mended() {
    let mut bench = Bench::new();
    choose_sampler(&mut bench, 0, "Progressively balanced");
    wait_for_training_set(&mut bench, 0, Sampler::Progressive);
    bench.fold("Training");
    bench.choose("Optimiser", "L-BFGS");
    bench.check_shows("objective \"CE\": the progressively balanced sampler changes over the epochs");
    assert!(!bench.is_enabled(Role::Button, "Step"));
    bench.choose("Sampler", "Square root");
    assert!(bench.session().checked().is_ok() && bench.is_enabled(Role::Button, "Step"));
    wait_for_training_set(&mut bench, 0, Sampler::SquareRoot);
}

#[test]
fn a_training_set_of_a_table_that_would_not_fit_is_refused_and_the_samples_stay() {
    let mut text = String::from("x,label\n");
    let rows = (0..2431).map(|row| format!("{},{}\n", row % 100, if row < 1432 { 0 } else { row }));
    text.extend(rows);
    let folder = tempfile::tempdir().expect("a folder for files");
    let path = super::bench::write(folder.path(), "many.csv", &text);
    let toml = format!("[data]\nsource = \"file\"\npath = \"{}\"\nlabel = \"label\"\n", path.display());
    let mut bench = Bench::with_toml(&toml);
    // Of 1432 samples of the largest class 430 are held back for testing; single ones stay for training.
    assert_eq!(bench.session().counts().map(|counts| (counts.max(), counts.n_classes())), Some((1002, 1000)));
    choose_sampler(&mut bench, 0, "Over-sampling");
    bench.check_shows("1002 samples in each of 1000 classes make 1002000 rows of 1 features");
    assert!(bench.session().checked().is_err() && bench.session().plot_data().is_some());
    let run_id = bench.session().run_id;
    bench.choose("Sampler", "Class-balanced");
    wait_for_training_set(&mut bench, 0, Sampler::ClassBalanced);
    assert_eq!(bench.session().run_id, run_id);
    assert!(bench.session().checked().is_ok());
}
