//! What every test of the terminal is made of: calls of the program, refusals, folders, and numbers in JSON.

use std::{
    fs,
    io::Write,
    path::Path,
    process::{Command, Output, Stdio},
};

use serde_json::Value;
use tempfile::TempDir;

pub(crate) const PROGRAM: &str = env!("CARGO_BIN_EXE_longtail-lab");
pub(crate) const REPOSITORY: &str = env!("CARGO_MANIFEST_DIR");

/// How a call ended.
#[derive(Debug)]
pub(crate) struct Ran {
    pub(crate) code: Option<i32>,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
}

impl From<Output> for Ran {
    fn from(output: Output) -> Self {
        Self {
            code: output.status.code(),
            stdout: String::from_utf8(output.stdout).expect("text on standard output"),
            stderr: String::from_utf8(output.stderr).expect("text on standard error"),
        }
    }
}

/// The program in a folder, with no display to open a window on.
pub(crate) fn program(folder: &Path) -> Command {
    let mut command = Command::new(PROGRAM);
    command.current_dir(folder).env("XDG_DATA_HOME", folder).stdin(Stdio::null());
    without_display(&mut command);
    command
}

pub(crate) fn without_display(command: &mut Command) {
    for name in ["DISPLAY", "WAYLAND_DISPLAY", "WAYLAND_SOCKET"] {
        command.env_remove(name);
    }
}

/// Calls the program in a folder.
pub(crate) fn run_in(folder: &Path, args: &[&str]) -> Ran {
    program(folder).args(args).output().expect("the program starts").into()
}

/// Calls the program in the repository and expects it to succeed; returns standard output.
pub(crate) fn check_runs(args: &[&str]) -> String {
    check_runs_in(Path::new(REPOSITORY), args)
}

pub(crate) fn check_runs_in(folder: &Path, args: &[&str]) -> String {
    let ran = run_in(folder, args);
    assert_eq!((ran.code, ran.stderr.as_str()), (Some(0), ""), "{args:?}");
    ran.stdout
}

pub(crate) fn json(args: &[&str]) -> Value {
    let text = check_runs(&[args, &["--format", "json"]].concat());
    serde_json::from_str(&text).unwrap_or_else(|error| panic!("{args:?}: {error}\n{text}"))
}

/// Calls the program with standard input and expects it to succeed.
pub(crate) fn check_runs_with_input(args: &[&str], input: &str) -> String {
    let ran = run_with_input(args, input);
    assert_eq!((ran.code, ran.stderr.as_str()), (Some(0), ""), "{args:?} {input}");
    ran.stdout
}

pub(crate) fn run_with_input(args: &[&str], input: &str) -> Ran {
    let mut child = program(Path::new(REPOSITORY))
        .args(args)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the program starts");
    child.stdin.take().expect("standard input").write_all(input.as_bytes()).expect("input is taken");
    child.wait_with_output().expect("the program ends").into()
}

/// Expects one sentence on standard error, an exit code that is not 0, and nothing else.
pub(crate) fn check_is_refusal(ran: &Ran, expected: &str, name: &str) {
    assert!(matches!(ran.code, Some(1 | 2)), "{name}: {ran:?}");
    assert_eq!(ran.stdout, "", "{name}");
    assert!(ran.stderr.starts_with("longtail-lab: ") && ran.stderr.ends_with('\n'), "{name}: {ran:?}");
    assert_eq!(ran.stderr.lines().count(), 1, "{name}: {ran:?}");
    assert!(ran.stderr.contains(expected), "{name}: {:?} is not in {}", expected, ran.stderr);
    for trace in ["panicked", "RUST_BACKTRACE", "Error:", "Error {"] {
        assert!(!ran.stderr.contains(trace), "{name}: {}", ran.stderr);
    }
}

/// A folder of files to be refused.
pub(crate) struct Folder(TempDir);

impl Folder {
    pub(crate) fn new() -> Self {
        Self(tempfile::tempdir().expect("a temporary folder"))
    }

    pub(crate) fn path(&self) -> &Path {
        self.0.path()
    }

    pub(crate) fn write(&self, name: &str, bytes: impl AsRef<[u8]>) -> &Self {
        fs::write(self.path().join(name), bytes).expect("a file in a temporary folder");
        self
    }

    pub(crate) fn read(&self, name: &str) -> String {
        fs::read_to_string(self.path().join(name)).unwrap_or_else(|error| panic!("{name}: {error}"))
    }

    pub(crate) fn names(&self) -> Vec<String> {
        let mut names: Vec<String> = fs::read_dir(self.path())
            .expect("a temporary folder")
            .map(|entry| entry.expect("an entry").file_name().to_string_lossy().into_owned())
            .collect();
        names.sort();
        names
    }

    /// Expects a call in this folder to be refused.
    pub(crate) fn check_refused(&self, args: &[&str], expected: &str) {
        check_is_refusal(&run_in(self.path(), args), expected, &args.join(" "));
    }
}

/// Expects a call to be refused.
pub(crate) fn check_refused(args: &[&str], expected: &str) {
    check_is_refusal(&run_in(Path::new(REPOSITORY), args), expected, &args.join(" "));
}

/// Expects `loss` to refuse cases.
pub(crate) fn check_cases_refused(cases: &str, expected: &str) {
    check_is_refusal(&run_with_input(&["loss", "-"], cases), expected, cases);
}

pub(crate) fn numbers(value: &Value) -> Vec<f64> {
    value.as_array().expect("a list").iter().map(|x| x.as_f64().expect("a number")).collect()
}

pub(crate) fn list(numbers: &Value) -> String {
    numbers.as_array().expect("a list").iter().map(Value::to_string).collect::<Vec<_>>().join(",")
}

pub(crate) fn check_close(got: &Value, expected: &Value, tolerance: impl Fn(f64) -> f64, name: &str) {
    let (got, expected) = (numbers(got), numbers(expected));
    assert_eq!(got.len(), expected.len(), "{name}");
    for (got, expected) in got.into_iter().zip(expected) {
        assert!((got - expected).abs() <= tolerance(expected), "{name}: got {got:e}, expected {expected:e}");
    }
}

pub(crate) fn reference(name: &str) -> Value {
    let text = fs::read_to_string(Path::new(REPOSITORY).join("tests/data").join(name)).expect("reference values");
    serde_json::from_str(&text).expect("reference values")
}

pub(crate) fn keys(value: &Value) -> Vec<&str> {
    value.as_object().expect("an object").keys().map(String::as_str).collect()
}

/// Line ends in a file; 0 where there is no file yet.
pub(crate) fn n_lines(path: &Path) -> usize {
    fs::read(path).map_or(0, |bytes| bytes.split(|byte| *byte == b'\n').count() - 1)
}
