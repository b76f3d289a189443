//! Sources as text: without comments, strings or tests, and the paths that stand in them.

use std::ops::Range;

/// A source file; comments, strings and either the tests or all but the tests are blanked, so that lines keep their number.
pub(super) struct Source {
    /// With `/`, from the root of the repository.
    pub(super) path: String,
    pub(super) text: String,
    /// Without comments, strings and tests.
    pub(super) code: String,
    /// Without comments and tests.
    pub(super) code_with_strings: String,
    /// The tests alone, without comments and strings.
    pub(super) tests: String,
    pub(super) n_test_lines: usize,
}

impl Source {
    pub(super) fn new(path: &str, text: &str) -> Self {
        let (mut code, mut code_with_strings) = (text.to_owned(), text.to_owned());
        for (range, piece) in comments_and_strings(text) {
            blank(&mut code, range.clone());
            if piece == Piece::Comment {
                blank(&mut code_with_strings, range);
            }
        }
        let mut tests = code.clone();
        let mut n_test_lines = 0;
        let mut last_end = 0;
        for range in test_items(path, &code) {
            n_test_lines += text[range.clone()].lines().count();
            blank(&mut tests, last_end..range.start);
            last_end = range.end;
            blank(&mut code, range.clone());
            blank(&mut code_with_strings, range);
        }
        blank(&mut tests, last_end..text.len());
        Self { path: path.to_owned(), text: text.to_owned(), code, code_with_strings, tests, n_test_lines }
    }

    /// `src/data/split.rs` is in data, `src/app.rs` in app.
    pub(super) fn room(&self) -> &str {
        let inside = self.path.trim_start_matches("src/");
        inside.split('/').next().unwrap_or_default().trim_end_matches(".rs")
    }

    /// How many `super` lead to the root of the crate.
    pub(super) fn module_depth(&self) -> usize {
        let inside = self.path.trim_start_matches("src/").trim_end_matches(".rs").trim_end_matches("/mod");
        if inside == "lib" || inside == "main" { 0 } else { inside.split('/').count() }
    }

    pub(super) fn find_paths(
        &self,
        in_tests: bool,
        is_bad: impl Fn(&CodePath) -> bool,
        rule: &str,
    ) -> Vec<(usize, String)> {
        let mut all = paths(&self.code);
        if in_tests {
            all.extend(paths(&self.tests));
        }
        all.into_iter().filter(is_bad).map(|path| (path.line, format!("{rule} ({})", path.text()))).collect()
    }
}

fn blank(text: &mut String, range: Range<usize>) {
    let blanked: String = text[range.clone()].bytes().map(|b| if b == b'\n' { '\n' } else { ' ' }).collect();
    text.replace_range(range, &blanked);
}

#[derive(PartialEq)]
enum Piece {
    Comment,
    Text,
}

/// Byte ranges of comments, strings and characters.
fn comments_and_strings(text: &str) -> Vec<(Range<usize>, Piece)> {
    let mut found = Vec::new();
    let mut at = 0;
    while at < text.len() {
        let rest = &text[at..];
        let follows_name = text[..at].ends_with(|c: char| c.is_alphanumeric() || c == '_');
        let n_hashes = rest.trim_start_matches(['b', 'r']).bytes().take_while(|&b| b == b'#').count();
        let raw_start = ["r", "br"].map(|start| format!("{start}{}\"", "#".repeat(n_hashes)));
        let (length, piece) = if rest.starts_with("//") {
            (rest.find('\n').unwrap_or(rest.len()), Piece::Comment)
        } else if rest.starts_with("/*") {
            (rest.find("*/").map_or(rest.len(), |end| end + 2), Piece::Comment)
        } else if let Some(start) = raw_start.iter().find(|start| !follows_name && rest.starts_with(*start)) {
            let end = format!("\"{}", "#".repeat(n_hashes));
            let inside = &rest[start.len()..];
            (start.len() + inside.find(&end).map_or(inside.len(), |found| found + end.len()), Piece::Text)
        } else if rest.starts_with('"') {
            (quoted_length(rest, '"').unwrap_or(rest.len()), Piece::Text)
        } else if rest.starts_with('\'') {
            // A quote that does not close after one character begins a lifetime.
            let is_character = rest.starts_with("'\\") || rest.chars().nth(2) == Some('\'');
            (if is_character { quoted_length(rest, '\'').unwrap_or(1) } else { 1 }, Piece::Text)
        } else {
            at += rest.chars().next().map_or(1, char::len_utf8);
            continue;
        };
        found.push((at..at + length, piece));
        at += length;
    }
    found
}

/// Length up to and with the closing quote; a backslash takes the next character along.
fn quoted_length(rest: &str, quote: char) -> Option<usize> {
    let mut characters = rest.char_indices().skip(1);
    while let Some((at, c)) = characters.next() {
        if c == '\\' {
            characters.next();
        } else if c == quote {
            return Some(at + 1);
        }
    }
    None
}

/// Byte ranges of the items under `#[cfg(test)]`; a file called tests.rs is one as a whole.
fn test_items(path: &str, code: &str) -> Vec<Range<usize>> {
    const MARK: &str = "#[cfg(test)]";
    if path.ends_with("/tests.rs") {
        return std::iter::once(0..code.len()).collect();
    }
    let mut found: Vec<Range<usize>> = Vec::new();
    for (start, _) in code.match_indices(MARK) {
        if found.last().is_some_and(|last| last.contains(&start)) {
            continue;
        }
        let mut depth = 0;
        let ends_item = |(_, c): &(usize, char)| {
            depth += i32::from(*c == '{') - i32::from(*c == '}');
            depth == 0 && (*c == '}' || *c == ';')
        };
        let end = code[start..].char_indices().find(ends_item).map_or(code.len(), |(at, _)| start + at + 1);
        found.push(start..end);
    }
    found
}

/// A path in the code, such as `crate::data::Samples`, or a bare name.
pub(super) struct CodePath {
    pub(super) line: usize,
    pub(super) segments: Vec<String>,
}

impl CodePath {
    pub(super) fn text(&self) -> String {
        self.segments.join("::")
    }

    pub(super) fn starts_with(&self, names: &[&str]) -> bool {
        self.segments.len() >= names.len() && self.segments.iter().zip(names).all(|(a, b)| a == b)
    }

    pub(super) fn starts_with_any(&self, names: &[&str]) -> bool {
        names.iter().any(|name| self.starts_with(&[name]))
    }

    pub(super) fn contains(&self, first: &str, second: &str) -> bool {
        self.segments.windows(2).any(|pair| pair[0] == first && pair[1] == second)
    }

    /// The name at the root of the crate that the path goes through, from a module this deep.
    pub(super) fn room_used(&self, depth: usize) -> Option<&str> {
        let n_super = self.segments.iter().take_while(|name| *name == "super").count();
        let is_rooted = self.starts_with_any(&["crate", "longtail_lab"]);
        let root_at = if is_rooted { 1 } else { n_super };
        let reaches_root = is_rooted || (depth > 0 && n_super == depth);
        self.segments.get(root_at).filter(|_| reaches_root).map(String::as_str)
    }
}

/// Every path in the code, `use` trees taken apart: `a::{b, c::d}` gives `a::b` and `a::c::d`.
pub(super) fn paths(code: &str) -> Vec<CodePath> {
    let mut reader = PathReader { code, at: 0, found: Vec::new() };
    while let Some(next) = reader.peek() {
        if is_name(next) { reader.path(&[]) } else { reader.at += next.len_utf8() }
    }
    reader.found
}

fn is_name(c: char) -> bool {
    c.is_alphanumeric() || c == '_'
}

struct PathReader<'a> {
    code: &'a str,
    at: usize,
    found: Vec<CodePath>,
}

impl PathReader<'_> {
    fn peek(&self) -> Option<char> {
        self.code[self.at..].chars().next()
    }

    fn take(&mut self, belongs: impl Fn(char) -> bool) -> String {
        let rest = &self.code[self.at..];
        let taken = &rest[..rest.find(|c| !belongs(c)).unwrap_or(rest.len())];
        self.at += taken.len();
        taken.to_owned()
    }

    fn path(&mut self, prefix: &[String]) {
        let line = self.code[..self.at].matches('\n').count() + 1;
        let mut segments = prefix.to_vec();
        loop {
            match self.peek() {
                Some('{') => return self.tree(&segments),
                Some('*') => segments.push(self.take(|c| c == '*')),
                Some(c) if is_name(c) => segments.push(self.take(is_name)),
                _ => break,
            }
            if !self.code[self.at..].starts_with("::") {
                break;
            }
            self.at += 2;
            self.take(char::is_whitespace);
        }
        self.found.push(CodePath { line, segments });
    }

    fn tree(&mut self, prefix: &[String]) {
        self.at += 1;
        while let Some(next) = self.peek() {
            if self.code[self.at..].starts_with("as ") {
                self.at += 3;
                self.take(is_name);
            } else if is_name(next) || next == '*' || next == '{' {
                self.path(prefix);
            } else {
                self.at += next.len_utf8();
                if next == '}' {
                    return;
                }
            }
        }
    }
}
