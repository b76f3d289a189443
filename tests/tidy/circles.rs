//! Circles of files: whether a file leads back to itself through what it uses.

use std::collections::{BTreeMap, BTreeSet};

use super::source::{Source, paths};

/// A module by its path, such as `["data", "import", "rows"]`.
type Module = Vec<String>;

/// The circles among files, each as the paths of its files. A `mod.rs` and what lies below it count as one: a parent declares
/// its children, and children use what the parent defines for all of them.
pub(super) fn circles(sources: &[Source]) -> Vec<Vec<String>> {
    let modules: BTreeMap<Module, &Source> = sources.iter().map(|source| (module(&source.path), source)).collect();
    let known: BTreeSet<&Module> = modules.keys().collect();
    let exports: BTreeMap<&Module, BTreeMap<String, Module>> =
        modules.iter().map(|(module, source)| (module, exports(module, &source.code))).collect();
    let uses: BTreeMap<&Module, BTreeSet<Module>> = modules
        .iter()
        .map(|(module, source)| {
            let used =
                paths(&source.code).into_iter().filter_map(|path| owner(module, &path.segments, &known, &exports));
            (module, used.filter(|used| !is_related(module, used)).collect())
        })
        .collect();
    let reach: BTreeMap<&Module, BTreeSet<Module>> =
        modules.keys().map(|module| (module, reached(module, &uses))).collect();
    let mut found: Vec<Vec<String>> = Vec::new();
    for (module, from_here) in &reach {
        if !from_here.contains(*module) {
            continue;
        }
        let on_circle = from_here.iter().filter(|other| reach[*other].contains(*module));
        let files: Vec<String> = on_circle.map(|other| modules[other].path.clone()).collect();
        if !found.contains(&files) {
            found.push(files);
        }
    }
    found
}

fn module(path: &str) -> Module {
    let inside = path.trim_start_matches("src/").trim_end_matches(".rs").trim_end_matches("/mod");
    if inside == "lib" { vec![] } else { inside.split('/').map(str::to_owned).collect() }
}

fn is_related(one: &Module, other: &Module) -> bool {
    one.starts_with(other) || other.starts_with(one)
}

/// What a module gives out under its own name though it is defined elsewhere: `pub use rows::Rows`.
fn exports(module: &Module, code: &str) -> BTreeMap<String, Module> {
    let mut found = BTreeMap::new();
    for (start, _) in code.match_indices("pub use ").chain(code.match_indices("pub(super) use ")) {
        let statement = &code[start..start + code[start..].find(';').unwrap_or(0)];
        let statement = statement.split_once("use ").map_or("", |(_, tree)| tree);
        for path in paths(statement) {
            if let Some(name) = path.segments.last() {
                found.insert(name.clone(), absolute(module, &path.segments));
            }
        }
    }
    found
}

/// A path from the root of the crate; one that starts with a bare name is looked for below the module.
fn absolute(module: &Module, segments: &[String]) -> Module {
    let n_super = segments.iter().take_while(|name| *name == "super").count();
    let start: &[String] = match segments.first().map(String::as_str) {
        Some("crate" | "longtail_lab") => &[],
        _ => &module[..module.len().saturating_sub(n_super)],
    };
    let rest = segments.iter().skip_while(|name| ["crate", "longtail_lab", "self", "super"].contains(&name.as_str()));
    start.iter().chain(rest).cloned().collect()
}

/// The module in which what a path names is defined; `None` where that is no module of ours.
fn owner(
    module: &Module,
    segments: &[String],
    known: &BTreeSet<&Module>,
    exports: &BTreeMap<&Module, BTreeMap<String, Module>>,
) -> Option<Module> {
    if segments.len() < 2 {
        return None;
    }
    let mut path = absolute(module, segments);
    // Each step goes through one re-export; there are few, and a circle among them does not compile.
    for _ in 0..8 {
        let length = (1..=path.len()).rev().find(|&length| known.contains(&path[..length].to_vec()))?;
        let owner = path[..length].to_vec();
        let exported = path.get(length).and_then(|name| exports.get(&owner)?.get(name));
        match exported {
            Some(elsewhere) if *elsewhere != path => path.clone_from(elsewhere),
            _ => return Some(owner),
        }
    }
    None
}

/// Everything that a module leads to, through one use or more.
fn reached(from: &Module, uses: &BTreeMap<&Module, BTreeSet<Module>>) -> BTreeSet<Module> {
    let mut reached = BTreeSet::new();
    let mut open = vec![from.clone()];
    while let Some(module) = open.pop() {
        for used in uses.get(&module).into_iter().flatten() {
            if reached.insert(used.clone()) {
                open.push(used.clone());
            }
        }
    }
    reached
}
