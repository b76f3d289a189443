//! The rules of the house that no compiler checks: who imports whom, who touches files, threads, clocks and colours,
//! how long a file is. The sources are read as text; a message names file, line and rule.

#[path = "tidy/circles.rs"]
mod circles;
#[path = "tidy/source.rs"]
mod source;

use std::{fs, path::Path};

use source::{CodePath, Source, paths};

/// Who may import whom; a room may always use itself.
const ROOMS: [(&str, &[&str]); 20] = [
    ("bounds", &[]),
    ("numbers", &[]),
    ("text", &[]),
    ("variants", &[]),
    ("distribution", &[]),
    ("weighting", &["distribution"]),
    ("data", &["distribution"]),
    ("loss", &[]),
    ("train", &["distribution", "weighting", "data", "loss"]),
    ("experiment", &BELOW_EXPERIMENT),
    ("lesson", &["distribution", "weighting", "data", "loss", "train", "experiment"]),
    // Snapshots carry what is drawn, so the worker names the types below `experiment` too.
    ("worker", &["distribution", "weighting", "data", "loss", "train", "experiment", "lesson", "system"]),
    ("state", &["distribution", "weighting", "data", "loss", "train", "experiment", "lesson", "worker"]),
    ("ui", &["distribution", "weighting", "data", "loss", "train", "experiment", "lesson", "state"]),
    ("figure", &["experiment", "state", "ui"]),
    ("app", &["experiment", "lesson", "worker", "state", "ui", "figure", "system"]),
    ("cli", &["distribution", "weighting", "data", "loss", "train", "experiment", "lesson", "system"]),
    ("system", &[]),
    ("lib", &[]),
    ("main", &["app", "cli"]),
];
/// What every room may use.
const OF_ALL: [&str; 4] = ["bounds", "numbers", "text", "variants"];
const BELOW_EXPERIMENT: [&str; 5] = ["distribution", "weighting", "data", "loss", "train"];
const WITHOUT_CLOCK: [&str; 11] = [
    "bounds",
    "numbers",
    "text",
    "variants",
    "distribution",
    "weighting",
    "data",
    "loss",
    "train",
    "experiment",
    "lesson",
];
const WINDOW_TOOLKIT: [&str; 7] = ["egui", "eframe", "egui_plot", "egui_kittest", "epaint", "ecolor", "emath"];
const WITH_WINDOW: [&str; 4] = ["ui", "figure", "app", "main"];
const WITH_THREADS: [&str; 4] = ["worker", "app", "cli", "system"];
const PALETTE: &str = "src/ui/palette.rs";
const MOST_LINES: usize = 400;

/// A rule gives the line and what is wrong there, for each breach.
type Rule = fn(&Source) -> Vec<(usize, String)>;

// ---- The rules ----

fn imports_follow_the_table(source: &Source) -> Vec<(usize, String)> {
    let room = source.room();
    let Some((_, allowed)) = ROOMS.iter().find(|(name, _)| *name == room) else {
        return vec![(1, format!("{room} is no room: give it a row in the table of who may import whom"))];
    };
    let breaches = |code: &str, depth: usize, also_allowed: &[&str]| {
        let is_allowed = |used: &str| {
            used == room || OF_ALL.contains(&used) || allowed.contains(&used) || also_allowed.contains(&used)
        };
        let mut found = Vec::new();
        for path in paths(code) {
            if let Some(used) = path.room_used(depth).filter(|used| !is_allowed(used)) {
                found.push((path.line, format!("{room} may not use {used} ({})", path.text())));
            }
        }
        found
    };
    let depth = source.module_depth();
    [breaches(&source.code, depth, &[]), breaches(&source.tests, depth + 1, &BELOW_EXPERIMENT)].concat()
}

fn the_window_toolkit_stays_in_its_rooms(source: &Source) -> Vec<(usize, String)> {
    let is_toolkit = |path: &CodePath| path.starts_with_any(&WINDOW_TOOLKIT);
    let found = source.find_paths(true, is_toolkit, "the window toolkit belongs to ui, app and main");
    if WITH_WINDOW.contains(&source.room()) { vec![] } else { found }
}

fn files_are_touched_in_few_places(source: &Source) -> Vec<(usize, String)> {
    let path = source.path.as_str();
    let is_reader = path.starts_with("src/data/") && path.ends_with("_file.rs");
    let is_file_module =
        ["src/experiment/file.rs", "src/lesson/folder.rs"].contains(&path) || path.starts_with("src/experiment/files/");
    if is_reader || is_file_module || ["cli", "app", "system"].contains(&source.room()) {
        return vec![];
    }
    let touches = |path: &CodePath| {
        path.starts_with(&["std", "fs"])
            || path.starts_with(&["tempfile"])
            || ["open", "create", "options"].iter().any(|call| path.contains("File", call))
    };
    source.find_paths(
        false,
        touches,
        "the file system belongs to experiment's file module, data's readers, lesson's folder, cli, app and system",
    )
}

fn threads_start_in_few_places(source: &Source) -> Vec<(usize, String)> {
    let is_thread = |path: &CodePath| path.starts_with(&["std", "thread"]);
    let found = source.find_paths(false, is_thread, "threads belong to worker, app, cli and system");
    if WITH_THREADS.contains(&source.room()) { vec![] } else { found }
}

fn the_core_has_no_clock(source: &Source) -> Vec<(usize, String)> {
    let is_clock = |path: &CodePath| path.segments.iter().any(|name| name == "Instant" || name == "SystemTime");
    let found = source.find_paths(false, is_clock, "nothing up to experiment looks at a clock");
    if WITHOUT_CLOCK.contains(&source.room()) { found } else { vec![] }
}

fn colours_come_from_the_palette(source: &Source) -> Vec<(usize, String)> {
    const WITHOUT_COLOUR: [&str; 2] = ["TRANSPARENT", "PLACEHOLDER"];
    if source.path == PALETTE {
        return vec![];
    }
    let is_literal =
        |name: &str| name.starts_with("from_") || (name == name.to_uppercase() && !WITHOUT_COLOUR.contains(&name));
    let is_colour = |path: &CodePath| {
        path.segments.last().is_some_and(|name| name == "hex_color")
            || path.segments.windows(2).any(|pair| pair[0] == "Color32" && is_literal(&pair[1]))
    };
    let rule = format!("colours belong to {PALETTE}");
    let mut found = source.find_paths(false, is_colour, &rule);
    for (line_idx, line) in source.code_with_strings.lines().enumerate() {
        let is_hex = |piece: &str| {
            let digits = piece.bytes().take_while(u8::is_ascii_hexdigit).count();
            matches!(digits, 6 | 8) && !piece[digits..].starts_with(char::is_alphanumeric)
        };
        if line.split('#').skip(1).any(is_hex) {
            found.push((line_idx + 1, rule.clone()));
        }
    }
    found
}

fn nothing_panics_for_convenience(source: &Source) -> Vec<(usize, String)> {
    let mut found = source.find_paths(
        false,
        |path| path.segments.len() > 1 && path.segments.last().is_some_and(|name| name == "unwrap" || name == "expect"),
        "errors are handled, not unwrapped",
    );
    for (line_idx, line) in source.code.lines().enumerate() {
        for banned in [".unwrap()", ".expect(", "todo!", "unimplemented!", "dbg!"] {
            if line.contains(banned) {
                found.push((line_idx + 1, format!("no {banned} outside tests")));
            }
        }
    }
    found
}

fn every_file_starts_with_what_it_is(source: &Source) -> Vec<(usize, String)> {
    let starts = source.text.starts_with("//! ");
    if starts { vec![] } else { vec![(1, "the first line says what the file is for (//! …)".to_owned())] }
}

fn no_file_outgrows_its_room(source: &Source) -> Vec<(usize, String)> {
    let n_lines = source.text.lines().count() - source.n_test_lines;
    if n_lines <= MOST_LINES {
        return vec![];
    }
    vec![(MOST_LINES + 1, format!("{n_lines} lines without tests, at most {MOST_LINES}: split the file"))]
}

// ---- The house as it stands ----

/// Every Rust file below a folder of the repository, in order; none where there is no such folder.
fn sources_below(folder: &str) -> Vec<Source> {
    let Ok(entries) = fs::read_dir(Path::new(env!("CARGO_MANIFEST_DIR")).join(folder)) else { return vec![] };
    let mut entries: Vec<_> = entries.map(|entry| entry.expect("an entry that can be read")).collect();
    entries.sort_by_key(fs::DirEntry::file_name);
    let mut found = Vec::new();
    for entry in entries {
        let path = format!("{folder}/{}", entry.file_name().display());
        if entry.path().is_dir() {
            found.extend(sources_below(&path));
        } else if entry.path().extension().is_some_and(|extension| extension == "rs") {
            let text = fs::read_to_string(entry.path()).unwrap_or_else(|error| panic!("{path}: {error}"));
            found.push(Source::new(&path, &text));
        }
    }
    found
}

fn check_house(rule: Rule, folders: &[&str]) {
    let sources: Vec<Source> = folders.iter().flat_map(|folder| sources_below(folder)).collect();
    assert!(sources.len() > 20, "only {} sources were found", sources.len());
    let mut breaches = Vec::new();
    for source in &sources {
        breaches.extend(rule(source).into_iter().map(|(line, what)| format!("{}:{line}: {what}", source.path)));
    }
    assert!(breaches.is_empty(), "\n{}\n", breaches.join("\n"));
}

#[test]
fn rooms_import_only_what_their_row_allows() {
    check_house(imports_follow_the_table, &["src"]);
}

#[test]
fn only_ui_app_and_main_know_the_window_toolkit() {
    check_house(the_window_toolkit_stays_in_its_rooms, &["src"]);
}

#[test]
fn only_readers_the_file_module_cli_and_app_touch_files() {
    check_house(files_are_touched_in_few_places, &["src"]);
}

#[test]
fn only_worker_app_and_cli_start_threads() {
    check_house(threads_start_in_few_places, &["src"]);
}

#[test]
fn nothing_up_to_experiment_looks_at_a_clock() {
    check_house(the_core_has_no_clock, &["src"]);
}

#[test]
fn every_colour_comes_from_the_palette() {
    check_house(colours_come_from_the_palette, &["src"]);
}

#[test]
fn nothing_outside_tests_unwraps_or_is_left_to_do() {
    check_house(nothing_panics_for_convenience, &["src"]);
}

#[test]
fn every_source_says_first_what_it_is_for() {
    check_house(every_file_starts_with_what_it_is, &["src"]);
}

#[test]
fn no_source_has_more_than_400_lines_without_its_tests() {
    check_house(no_file_outgrows_its_room, &["src", "benches"]);
}

#[test]
fn no_file_leads_back_to_itself_through_what_it_uses() {
    let found = circles::circles(&sources_below("src"));
    let told: Vec<String> = found.iter().map(|circle| circle.join(" → ")).collect();
    assert!(told.is_empty(), "circles of files:\n{}\n", told.join("\n"));
}

// ---- The rules themselves ----

#[test]
fn circles_are_found_through_exports_and_a_parent_with_its_children_is_none() {
    let found = |files: &[(&str, &str)]| {
        circles::circles(&files.iter().map(|(path, text)| Source::new(path, text)).collect::<Vec<_>>())
    };
    let parent = ("src/data/mod.rs", "mod a;\nmod b;\npub use a::A;\npub use b::B;\npub struct Error;");
    let a = ("src/data/a.rs", "use super::B;\nuse super::Error;");
    assert_eq!(found(&[parent, a, ("src/data/b.rs", "use crate::data::A;")]), [["src/data/a.rs", "src/data/b.rs"]]);
    assert_eq!(
        found(&[parent, a, ("src/data/b.rs", "fn f() {\n    super::a::f();\n}")]),
        [["src/data/a.rs", "src/data/b.rs"]]
    );
    assert!(found(&[parent, a, ("src/data/b.rs", "use super::Error;\n// use super::A;")]).is_empty());
    let in_tests = "#[cfg(test)]\nmod tests {\n    use super::super::A;\n}";
    assert!(found(&[parent, a, ("src/data/b.rs", in_tests)]).is_empty());
}

/// Expects breaches at these lines and no others.
fn check(rule: Rule, path: &str, text: &str, expected: &[usize]) {
    let breaches = rule(&Source::new(path, text));
    let lines: Vec<usize> = breaches.iter().map(|(line, _)| *line).collect();
    assert_eq!(lines, expected, "{path}\n{text}\n{breaches:?}");
}

#[test]
fn an_import_that_runs_the_wrong_way_is_found_however_it_is_written() {
    let rule: Rule = imports_follow_the_table;
    check(rule, "src/data/split.rs", "use crate::train::Trainer;", &[1]);
    check(
        rule,
        "src/data/split.rs",
        "use crate::{\n    distribution::{self, ClassCounts},\n    train::{Trainer},\n};",
        &[3],
    );
    check(rule, "src/data/split.rs", "fn f() {\n    crate::loss::Loss::new();\n}", &[2]);
    check(rule, "src/data/split.rs", "use super::super::train::Trainer;", &[1]);
    check(rule, "src/data/mod.rs", "use super::{train, distribution};", &[1]);
    check(rule, "src/data/split.rs", "use crate::*;", &[1]);
    check(rule, "src/loss/mod.rs", "use crate::{distribution as d};", &[1]);
    check(rule, "src/worker/mod.rs", "use crate::{experiment, state::Action};", &[1]);
    check(rule, "src/ui/mod.rs", "use crate::worker::Handle;", &[1]);
    check(rule, "src/cli/mod.rs", "use crate::app::App;", &[1]);
    check(rule, "src/kitchen/mod.rs", "", &[1]);
}

#[test]
fn an_import_that_the_table_allows_is_left_alone() {
    let rule: Rule = imports_follow_the_table;
    check(rule, "src/train/kernel.rs", "use super::LinearModel;\nuse crate::{data::{self as d, Samples}, loss};", &[]);
    check(rule, "src/data/split.rs", "// use crate::train;\nfn f() -> &'static str { \"crate::train\" }", &[]);
    check(rule, "src/app.rs", "use crate::{ui, state::{Action}};\nuse std::{fs, crate_like::train};", &[]);
}

#[test]
fn test_modules_may_use_what_lies_below_experiment_and_no_more() {
    let rule: Rule = imports_follow_the_table;
    let tests = |import: &str| format!("#[cfg(test)]\nmod tests {{\n    use super::*;\n    use crate::{import};\n}}\n");
    check(rule, "src/data/split.rs", &tests("train::Trainer"), &[]);
    check(rule, "src/data/split.rs", &tests("experiment::run"), &[4]);
    check(rule, "src/data/split.rs", &format!("{}use crate::train::Trainer;", tests("loss::Loss")), &[6]);
}

#[test]
fn the_window_toolkit_is_found_in_code_and_tests() {
    let rule: Rule = the_window_toolkit_stays_in_its_rooms;
    check(rule, "src/state/mod.rs", "use egui::Color32;", &[1]);
    check(rule, "src/cli/run.rs", "fn f() {\n    eframe::run_native();\n}", &[2]);
    check(rule, "src/worker/mod.rs", "#[cfg(test)]\nmod tests {\n    use egui_plot::Line;\n}", &[3]);
    check(rule, "src/ui/mod.rs", "use egui_plot::Line;", &[]);
}

/// The paths in a document that stand in backquotes and begin with a folder of the repository.
fn paths_in_document(text: &str) -> Vec<String> {
    const FOLDERS: [&str; 8] = ["src/", "tests/", "benches/", "examples/", "docs/", "assets/", ".ci/", ".github/"];
    let quoted = text.split('`').skip(1).step_by(2);
    let is_path =
        |word: &&str| FOLDERS.iter().any(|folder| word.starts_with(folder)) && !word.contains(['*', ' ', '<']);
    quoted.filter(is_path).map(str::to_owned).collect()
}

#[test]
fn every_file_that_a_document_names_is_there() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    for document in ["README.md", "ARCHITECTURE.md", "CONTRIBUTING.md", "docs/speed.md"] {
        let text = fs::read_to_string(root.join(document)).unwrap_or_else(|error| panic!("{document}: {error}"));
        for path in paths_in_document(&text) {
            assert!(root.join(&path).exists(), "{document} names {path}, which is not there");
        }
    }
    assert_eq!(paths_in_document("see `src/a.rs`, `b`, `src/c/*.rs` and `tests/d`"), ["src/a.rs", "tests/d"]);
}

#[test]
fn files_threads_and_clocks_are_found_in_nested_imports_too() {
    check(files_are_touched_in_few_places, "src/data/split.rs", "use std::{\n    fs::File,\n    io::Read,\n};", &[2]);
    check(files_are_touched_in_few_places, "src/ui/mod.rs", "fn f() {\n    File::open(p);\n}", &[2]);
    check(files_are_touched_in_few_places, "src/data/csv_file.rs", "use std::fs::File;", &[]);
    check(files_are_touched_in_few_places, "src/experiment/file.rs", "use std::fs::File;", &[]);
    check(threads_start_in_few_places, "src/train/mod.rs", "fn f() { std::thread::Builder::new(); }", &[1]);
    check(threads_start_in_few_places, "src/worker/mod.rs", "use std::thread::Builder;", &[]);
    check(the_core_has_no_clock, "src/experiment/run.rs", "use std::{sync::Arc, time::{Duration, Instant}};", &[1]);
    check(the_core_has_no_clock, "src/train/mod.rs", "fn f() { std::time::SystemTime::now(); }", &[1]);
    check(the_core_has_no_clock, "src/train/mod.rs", "use std::time::Duration;", &[]);
    check(the_core_has_no_clock, "src/worker/mod.rs", "use std::time::Instant;", &[]);
}

#[test]
fn colours_outside_the_palette_are_found_in_every_spelling() {
    let rule: Rule = colours_come_from_the_palette;
    for colour in ["egui::Color32::from_rgb(1, 2, 3)", "Color32::from_rgba_unmultiplied(1, 2, 3, 4)", "Color32::RED"] {
        check(rule, "src/ui/chart.rs", colour, &[1]);
        check(rule, PALETTE, colour, &[]);
    }
    check(
        rule,
        "src/ui/chart.rs",
        "let c = hex_color!(\"\");\nlet d = \"fill: #0072B2;\";\nlet e = \"#0072B2FF\";",
        &[1, 2, 3],
    );
    check(
        rule,
        "src/ui/chart.rs",
        "Color32::TRANSPARENT; // not #0072B2\n#[allow(dead_code)]\nColor32::PLACEHOLDER",
        &[],
    );
}

#[test]
fn unwraps_and_unfinished_work_are_found_outside_tests_only() {
    let rule: Rule = nothing_panics_for_convenience;
    for bad in ["x.unwrap();", "x.expect(\"why\");", "todo!()", "unimplemented!()", "dbg!(x)", "x.map(Option::unwrap)"]
    {
        check(rule, "src/data/mod.rs", &format!("fn f() {{\n    {bad}\n}}"), &[2]);
        check(rule, "src/data/mod.rs", &format!("#[cfg(test)]\nmod tests {{\n    fn f() {{ {bad} }}\n}}"), &[]);
    }
    check(
        rule,
        "src/data/mod.rs",
        "x.unwrap_or(1); // .unwrap()\nlet s = r#\"todo!(\"\"#;\nlet c = ['\"', '\\''];",
        &[],
    );
    check(rule, "src/data/mod.rs", "fn f<'a>(s: &'a str) {\n    s.unwrap()\n}", &[2]);
}

#[test]
fn a_file_without_a_first_line_and_one_that_is_too_long_are_found() {
    check(every_file_starts_with_what_it_is, "src/data/mod.rs", "use std::io;\n//! Late.", &[1]);
    check(every_file_starts_with_what_it_is, "src/data/mod.rs", "//! Samples.\n", &[]);
    let with_tests = |n: usize| format!("{}#[cfg(test)]\nmod tests {{\n{}}}\n", "x;\n".repeat(n), "y;\n".repeat(500));
    check(no_file_outgrows_its_room, "src/data/mod.rs", &with_tests(400), &[]);
    check(no_file_outgrows_its_room, "src/data/mod.rs", &with_tests(401), &[401]);
}
