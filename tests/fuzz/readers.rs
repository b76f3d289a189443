//! The readers, each with its seeds.

use std::{
    collections::BTreeMap,
    fs,
    path::Path,
    sync::{LazyLock, Mutex, atomic::AtomicBool},
};

use longtail_lab::{
    app::SettingsFile,
    cli::losses_of,
    data::{DecimalMark, ImportSettings, ReadHooks, Scan, Separator},
    distribution::{MAX_CLASSES, parse_counts},
    experiment::{
        ExperimentSpec, Preset,
        export::{Format, points_grid, runs_grid, sweep_html},
        file,
        sweep::{Sweep, SweepHooks, SweepRecord, SweepSpec, choose, parse_lines, to_lines},
    },
    state::Settings,
    text,
};

use super::harness::{Outcome, fuzz};

/// Files of a kind below `tests/data` and `assets`, shortened where they are long.
fn files(endings: &[&str]) -> Vec<Vec<u8>> {
    const MOST: usize = 8 << 10;
    let mut found = Vec::new();
    let mut folders = ["tests/data", "assets"].map(|name| Path::new(env!("CARGO_MANIFEST_DIR")).join(name)).to_vec();
    while let Some(folder) = folders.pop() {
        let mut entries: Vec<_> =
            fs::read_dir(&folder).expect("a folder").map(|entry| entry.expect("an entry").path()).collect();
        entries.sort();
        for path in entries {
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|ending| endings.iter().any(|known| ending == *known)) {
                let mut bytes = fs::read(&path).expect("a file");
                bytes.truncate(MOST);
                found.push(bytes);
            }
        }
    }
    found
}

fn texts(texts: &[&str]) -> impl Iterator<Item = Vec<u8>> {
    texts.iter().map(|text| text.as_bytes().to_vec())
}

/// Settings that follow from the input, so that it alone tells what happened.
fn settings(bytes: &[u8]) -> ImportSettings {
    let sum = bytes.iter().fold(0_usize, |sum, &byte| sum.wrapping_mul(31).wrapping_add(byte.into()));
    let choice = |n: usize, of: usize| (sum / n) % of;
    ImportSettings {
        separator: (choice(1, 8) == 0).then(|| Separator::ALL[choice(8, Separator::ALL.len())]),
        decimal: (choice(64, 8) == 0).then(|| DecimalMark::ALL[choice(512, 2)]),
        header: (choice(1024, 8) == 0).then(|| choice(8192, 2) == 0),
        missing: (choice(1 << 14, 16) == 0).then(|| vec!["?".to_owned(), "-999".to_owned()]),
        ..ImportSettings::default()
    }
}

fn read_table(bytes: &[u8]) -> Outcome {
    let settings = settings(bytes);
    let n_all = Some(bytes.len() as u64).filter(|n| n % 2 == 0);
    let scan = match Scan::read(bytes, n_all, &settings, &ReadHooks::silent()) {
        Ok(scan) => scan,
        Err(error) => return Outcome::of(error.to_string()),
    };
    let inspection = scan.inspect(&settings);
    let told = [
        inspection.summary(|n| n.to_string()),
        inspection.notes().join("; "),
        inspection.question().unwrap_or_default(),
    ];
    let explanations =
        inspection.columns.iter().map(|column| column.kind() + &column.explanation()).collect::<String>();
    // Text becomes a column of numbers for each of its values, so that features can be larger than the text.
    let n_numbers = (inspection.n_rows - inspection.n_dropped) as usize * inspection.n_features;
    let names =
        inspection.n_features * 200 + inspection.columns.iter().map(|column| column.name.len() * 51).sum::<usize>();
    let result_bytes = if inspection.fault.is_none() { n_numbers * size_of::<f64>() + names } else { 0 };
    match scan.into_table(&settings) {
        Ok(imported) => {
            assert_eq!(*imported.inspection, inspection);
            assert!(imported.table.features.iter().all(|value| value.is_finite()));
            Outcome { words: told.concat() + &explanations, result_bytes }
        }
        Err(error) => {
            assert_eq!(Some(error.to_string()), inspection.fault);
            Outcome::of(error.to_string())
        }
    }
}

#[test]
fn csv() {
    let more = [
        "x;y;class\n1,5;2;a\n2,5;3;b\n",
        "ADT1  0.58  0.61 MIT\nADT2  0.43  0.67  CYT\n",
        "1|2|a\n3|4|b\n",
        "\"a\"\t\"b\"\"c\"\n1\tx\n2\ty\n",
        "a,b\n1,\"two\nlines\"\n2,x\n",
    ];
    fuzz("csv", files(&["csv", "tsv", "data"]).into_iter().chain(texts(&more)).collect(), read_table);
}

#[test]
fn keel() {
    let more = [
        "@relation r\n@attribute a real [0, 9]\n@attribute k {1, 2}\n@attribute y {p, q}\n@inputs a, k\n@outputs y\n@data\n1.5, 1, p\n% c\n2, 2, q\n",
        "@relation 'a b'\n@attribute 'the a' numeric\n@attribute y {'p q', r}\n@data\n1,'p q'\n2,r\n",
    ];
    fuzz("keel", files(&["dat"]).into_iter().chain(texts(&more)).collect(), read_table);
}

#[test]
fn counts() {
    let more = [
        "5000\n2997\n1796\n",
        "tensor([5000., 2997.], device='cuda:0', requires_grad=True)",
        "array([5000, 2997,\n       1796], dtype=int64)",
        "Counter({'cat, big': 5000, \"dog (7): #3\": 50})",
        "defaultdict(<class 'int'>, {1: np.int64(5), 0: np.int64(6)})",
        "label\n1    50\n0    5000\nName: count, dtype: int64",
        "\"5,000\",\"50\"\n5'000\n5\u{a0}000",
        "<tf.Tensor: shape=(2,), dtype=int32, numpy=array([5000, 50], dtype=int32)>",
        "index,count\n0,50\n1,5\n",
    ];
    let seeds = files(&["txt"]).into_iter().chain(texts(&more)).collect();
    fuzz("counts", seeds, |bytes| match text::decode(bytes.to_vec()) {
        Ok(text) => Outcome::of(parse_counts(&text).map_or_else(|error| error.to_string(), |_| "counts".to_owned())),
        Err(error) => Outcome::of(error.to_string()),
    });
}

/// Experiments that have every part of the format.
fn experiments() -> impl Iterator<Item = Vec<u8>> {
    let objectives = Preset::ALL.iter().take(8).map(|preset| preset.objective()).collect();
    let mut full = ExperimentSpec { objectives, ..ExperimentSpec::default() };
    full.assign_colours();
    (full.split_seed, full.init_seed, full.distribution.own_counts) = (Some(3), Some(4), vec![7, 0, 3]);
    let of = |spec: &ExperimentSpec| file::to_toml(spec).expect("an experiment").into_bytes();
    [of(&ExperimentSpec::default()), of(&full)].into_iter()
}

/// Memory for the class counts that an experiment asks for by their number, and a copy of them.
fn counts_bytes(spec: &ExperimentSpec) -> usize {
    2 * size_of::<u64>() * spec.distribution.classes.min(MAX_CLASSES)
}

#[test]
fn experiment() {
    let more = ["[data]\nsource = \"file\"\npath = \"a.csv\"\nlabel = \"y\"\ndrop = [\"a\"]\n"];
    let seeds = files(&["toml"]).into_iter().chain(experiments()).chain(texts(&more)).collect();
    fuzz("experiment", seeds, |bytes| {
        let spec = match text::decode(bytes.to_vec()) {
            Ok(text) => file::from_toml(&text),
            Err(error) => return Outcome::of(error.to_string()),
        };
        match spec {
            Ok(spec) => {
                let words = match spec.check() {
                    Ok(checked) => {
                        let text = file::to_toml(checked.spec()).expect("a checked experiment can be written");
                        assert_eq!(file::from_toml(&text).expect("and read again"), *checked.spec());
                        "an experiment".to_owned()
                    }
                    Err(error) => error.to_string(),
                };
                Outcome { words, result_bytes: counts_bytes(&spec) }
            }
            Err(error) => Outcome::of(error.to_string()),
        }
    });
}

#[test]
fn sweep() {
    let more = [
        "objectives = [\"ce\", \"cb-focal\"]\n[vary]\nbeta = [0.9, 0.99]\ngamma = { from = 0.0, to = 2.0, number = 3 }\n[experiment]\nseeds = 3\n",
        "head_floor = 0.5\n[vary]\nlearning_rate = { from = 0.001, to = 0.1, number = 3 }\noptimiser = [\"sgd\", \"adam\"]\n[design]\nkind = \"random\"\npoints = 5\n",
    ];
    let seeds = files(&["toml"]).into_iter().chain(experiments()).chain([sweep_text()]).chain(texts(&more)).collect();
    fuzz("sweep", seeds, |bytes| {
        let Ok(text) = text::decode(bytes.to_vec()) else { return Outcome::of("no text") };
        // A file that is named is opened; here none is to be.
        if text.contains("experiment_file") {
            return Outcome::of("another file");
        }
        match SweepSpec::from_toml(&text, None) {
            Ok(spec) => {
                let words = spec.check().map_or_else(|error| error.to_string(), |_| "a sweep".to_owned());
                Outcome { words, result_bytes: counts_bytes(&spec.experiment) }
            }
            Err(error) => Outcome::of(error.to_string()),
        }
    });
}

/// A small sweep.
fn small_sweep() -> SweepSpec {
    let text = "objectives = [\"ce\", \"cb-softmax\"]\n[vary]\nbeta = [0.9, 0.99]\n[experiment]\nseeds = 2\n\
        [experiment.distribution]\nclasses = 3\nmax_count = 60\n[experiment.data]\ntest_per_class = 20\n\
        [experiment.training]\nepochs = 1\n";
    SweepSpec::from_toml(text, None).expect("a sweep")
}

fn sweep_text() -> Vec<u8> {
    small_sweep().to_toml().expect("a sweep").into_bytes()
}

/// Its results.
fn results_text() -> Vec<u8> {
    let stop = AtomicBool::new(false);
    let sweep = Sweep::open(small_sweep().check().expect("a sweep"), &ReadHooks::silent()).expect("its samples");
    let records = Mutex::new(BTreeMap::new());
    let on_finished = |record: SweepRecord| {
        records.lock().expect("the records").insert(record.run, record);
    };
    let runs: Vec<u64> = (0..sweep.header().runs).collect();
    sweep.run(&runs, &SweepHooks { stop: &stop, on_epochs: &|_| {}, on_finished: &on_finished }).expect("runs");
    to_lines(sweep.header(), records.into_inner().expect("the records").values()).into_bytes()
}

#[test]
fn results() {
    fuzz("results", files(&["jsonl"]).into_iter().chain([results_text()]).collect(), |bytes| {
        let words = parse_lines(bytes).map_or_else(
            |error| error.to_string(),
            |lines| {
                let damaged = lines.damage.in_words();
                let _ = runs_grid(&lines).for_spreadsheet();
                let answer = choose(&lines).map_or_else(|error| error.to_string(), |choices| choices.len().to_string());
                let table =
                    points_grid(&lines).map(|grid| Format::Table.render(&grid, &()).map_or(0, |bytes| bytes.len()));
                let page = sweep_html(&lines).map_or_else(|error| error.to_string(), |_| "a page".to_owned());
                damaged + &answer + &table.map_or_else(|error| error.to_string(), |n| n.to_string()) + &page
            },
        );
        Outcome::of(words)
    });
}

/// Stands between the script of a lesson and its text.
const TEXT: &str = "\n%%%\n";

#[test]
fn lesson() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("assets/lessons");
    let seeds = longtail_lab::lesson::built_in_keys().map(|key| {
        let of = |name: &str| fs::read_to_string(folder.join(key).join(name)).expect("a file of the course");
        (of("lesson.toml") + TEXT + &of("en.md")).into_bytes()
    });
    fuzz("lesson", seeds.collect(), |bytes| {
        let Ok(both) = text::decode(bytes.to_vec()) else { return Outcome::of("no text") };
        let (script, text) = both.split_once(TEXT).unwrap_or((&both, ""));
        match longtail_lab::lesson::read("lesson", script, &[("en", text)]) {
            Ok(lesson) => {
                assert!(!lesson.scenes.is_empty() && lesson.languages.len() == 1);
                Outcome { words: "a lesson".to_owned(), result_bytes: lesson.scenes.len() << 14 }
            }
            Err(faults) => {
                assert!(!faults.is_empty(), "a lesson that is refused has a reason");
                Outcome::of(faults.iter().map(ToString::to_string).collect::<String>())
            }
        }
    });
}

#[test]
fn shared() {
    use longtail_lab::lesson::{Shared, course};

    let text = |shared: Shared| shared.to_text().expect("a text").into_bytes();
    let scenes = course().iter().map(|lesson| {
        let experiment = lesson.scenes[0].experiment.clone();
        text(Shared { experiment, scene: Some(((**lesson).clone(), 0)) })
    });
    let default = text(Shared { experiment: ExperimentSpec::default(), scene: None });
    fuzz("shared", scenes.chain([default]).collect(), |bytes| {
        let Ok(text) = text::decode(bytes.to_vec()) else { return Outcome::of("no text") };
        Outcome::of(match Shared::from_text(&text) {
            Ok(_) => "an experiment".to_owned(),
            Err(error) => error.to_string(),
        })
    });
}

#[test]
fn losses() {
    let more = [
        "[{\"head\": \"softmax\", \"gamma\": 2, \"class_weights\": [1, 2], \"logits\": [[0, 1]], \"labels\": [1]}]",
        "[{\"head\": \"sigmoid\", \"gamma\": 0.5, \"alpha\": 0.25, \"class_weights\": [1, 1], \"logits\": [[-700, 1e3]], \
         \"labels\": [0], \"loss_per_sample\": [0.1], \"gradient\": [[0, 1]], \"note\": \"own\"}]",
        "[{\"loss\": \"asl\", \"gamma_positive\": 0, \"gamma_negative\": 4, \"margin\": 0.05, \"positive_weights\": [1, 2], \
         \"negative_weights\": [1, 1], \"logits\": [[0, 1e3]], \"labels\": [[1, 0]], \"batch_loss\": 0.5}]",
        "[{\"loss\": \"distribution_balanced\", \"gamma\": 2, \"factor\": 2, \"rebalance\": [0.1, 10, 0.2], \
         \"negative_scale\": 2, \"bias_scale\": 0.05, \"samples\": 9, \"positives\": [3], \"positive_weights\": [1], \
         \"negative_weights\": [1], \"logits\": [[0.5]], \"labels\": [[1]]}]",
    ];
    let seeds = files(&["json"]).into_iter().chain(texts(&more)).collect();
    fuzz("losses", seeds, |bytes| match text::decode(bytes.to_vec()) {
        Ok(text) => match losses_of(&text) {
            Ok(answer) => Outcome { words: "losses".to_owned(), result_bytes: 4 * answer.len() },
            Err(error) => Outcome::of(error.to_string()),
        },
        Err(error) => Outcome::of(error.to_string()),
    });
}

/// The settings that a window has stored.
fn settings_text() -> Vec<u8> {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let mut settings = Settings::default();
    let mut loaded = SettingsFile::load(folder.path());
    settings.remember(Path::new("/a/b.toml"));
    settings.text_percent = 150;
    loaded.file.store(&settings).expect("settings");
    fs::read(folder.path().join("app.ron")).expect("settings")
}

#[test]
fn window_settings() {
    static FOLDER: LazyLock<tempfile::TempDir> = LazyLock::new(|| tempfile::tempdir().expect("a temporary folder"));
    fuzz("window_settings", files(&["ron"]).into_iter().chain([settings_text()]).collect(), |bytes| {
        fs::write(FOLDER.path().join("app.ron"), bytes).expect("settings");
        let loaded = SettingsFile::load(FOLDER.path());
        let settings = loaded.settings;
        assert!((80..=200).contains(&settings.text_percent));
        assert_eq!(settings.clone().tidied(), settings);
        // The path of the folder says nothing new.
        let complaint = loaded.complaint.unwrap_or_default();
        Outcome::of(complaint.split(&FOLDER.path().display().to_string()).collect::<String>())
    });
}
