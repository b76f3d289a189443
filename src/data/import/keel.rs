//! The header of a KEEL file: attributes with their kinds, and which of them is the output.
//!
//! # Source
//! KEEL Reference Manual, "Data files"; Alcalá-Fdez et al., "KEEL Data-Mining Software Tool: Data Set Repository,
//! Integration of Algorithms and Experimental Analysis Framework", Journal of Multiple-Valued Logic and Soft Computing 17,
//! 2011. Weka's ARFF files, which share the layout, are read too.

use std::io::BufRead;

use super::{DataError, rows::Rows};

/// What a column is said to hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Declared {
    /// Nothing is said: numbers, until there is a word.
    Anything,
    /// One of a list of values, even if these are numbers.
    Nominal,
    /// Not among the inputs: to be left out.
    Unused,
}

/// The header as far as it matters here.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct KeelHeader {
    /// Name and kind of each attribute, in file order.
    pub(super) attributes: Vec<(String, Declared)>,
    /// The value that each attribute has where a sparse row says nothing of it.
    pub(super) unsaid: Vec<String>,
    /// The output attribute; the last one where none is named.
    pub(super) output: Option<String>,
}

/// Whether a text is in KEEL's format: the first line that is no comment begins with a keyword.
pub(super) fn is_keel(beginning: &[u8]) -> bool {
    let lines = beginning.split(|&byte| byte == b'\n' || byte == b'\r').map(<[u8]>::trim_ascii);
    let first = lines.into_iter().find(|line| !line.is_empty() && !line.starts_with(b"%"));
    first.is_some_and(|line| ["@relation", "@attribute", "@data"].iter().any(|&word| starts_with(line, word)))
}

fn starts_with(line: &[u8], word: &str) -> bool {
    line.get(..word.len()).is_some_and(|start| start.eq_ignore_ascii_case(word.as_bytes()))
}

/// Reads the header up to and with the line `@data`.
///
/// # Errors
/// When there is no such line or no attribute, or a line is not what it should be.
pub(super) fn read_header<R: BufRead>(rows: &mut Rows<R>) -> Result<KeelHeader, DataError> {
    let mut header = KeelHeader { attributes: Vec::new(), unsaid: Vec::new(), output: None };
    let mut inputs: Option<Vec<String>> = None;
    loop {
        let Some(line) = rows.next_line()? else { return Err(DataError::NoData) };
        let line = line.trim_ascii().to_vec();
        let number = rows.line_number();
        if line.is_empty() || line.starts_with(b"%") {
            continue;
        }
        let line = String::from_utf8(line).map_err(|_| DataError::NotText { line: number })?;
        let word_end = line.find(|c: char| c.is_whitespace() || "[{".contains(c)).unwrap_or(line.len());
        let (word, rest) = line.split_at(word_end);
        match word.to_ascii_lowercase().as_str() {
            "@relation" => {}
            "@attribute" => {
                let (name, declared, unsaid) = attribute(rest).ok_or_else(|| bad_header(number, &line))?;
                header.attributes.push((name, declared));
                header.unsaid.push(unsaid);
            }
            "@inputs" | "@input" => inputs.get_or_insert_default().extend(names(rest)),
            "@outputs" | "@output" => header.output = names(rest).into_iter().next(),
            "@data" => break,
            _ => return Err(bad_header(number, &line)),
        }
    }
    if header.attributes.is_empty() {
        return Err(DataError::NoData);
    }
    if header.output.is_none() {
        header.output = match &inputs {
            // Of those that are no input the last one, as it stands in the manual.
            Some(inputs) => header.attributes.iter().rev().find(|(name, _)| !inputs.contains(name)),
            None => None,
        }
        .or(header.attributes.last())
        .map(|(name, _)| name.clone());
    }
    if let Some(inputs) = inputs {
        for (name, declared) in &mut header.attributes {
            if !inputs.contains(name) && header.output.as_ref() != Some(name) {
                *declared = Declared::Unused;
            }
        }
    }
    Ok(header)
}

fn bad_header(line: u64, text: &str) -> DataError {
    DataError::BadHeader { line, text: text.chars().take(40).collect() }
}

/// Name, kind and the value that is not said in sparse rows: `width real [0, 1]`, `'the kind' {a, b}`, `class{a,b}`.
fn attribute(text: &str) -> Option<(String, Declared, String)> {
    let text = text.trim();
    let (name, kind) = match text.chars().next()? {
        quote @ ('\'' | '"') => text[1..].split_once(quote)?,
        _ => text.split_at(text.find(|c: char| c.is_whitespace() || c == '{').unwrap_or(text.len())),
    };
    let kind = kind.trim();
    let is_nominal = kind.starts_with('{');
    let word: String = kind.chars().take_while(char::is_ascii_alphabetic).collect();
    let is_known =
        ["real", "integer", "numeric", "string", "nominal", "date"].contains(&word.to_ascii_lowercase().as_str());
    if name.is_empty() || !(is_nominal || is_known) {
        return None;
    }
    let declared = if is_nominal { Declared::Nominal } else { Declared::Anything };
    Some((name.to_owned(), declared, if is_nominal { first_value(kind) } else { "0".to_owned() }))
}

/// The first value of a list such as `{a, 'b c'}`.
fn first_value(list: &str) -> String {
    let list = list.trim_start_matches('{').trim_start();
    let value = match list.chars().next() {
        Some(quote @ ('\'' | '"')) => list[1..].split(quote).next(),
        _ => list.split([',', '}']).next().map(str::trim),
    };
    value.unwrap_or_default().to_owned()
}

/// Names separated by commas, with or without quotes.
fn names(text: &str) -> Vec<String> {
    let bare = |name: &str| name.trim().trim_matches(['\'', '"']).to_owned();
    text.split(',').map(bare).filter(|name| !name.is_empty()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::data::Separator;

    fn header(text: &str) -> Result<KeelHeader, DataError> {
        assert!(is_keel(text.as_bytes()), "{text}");
        read_header(&mut Rows::new(text.as_bytes(), Separator::Comma, b'\n'))
    }

    #[test]
    fn attributes_come_with_and_without_blanks_quotes_and_roles() {
        let text = "% a comment\n@relation paint\n@attribute amount integer[1, 10]\n@ATTRIBUTE 'the density' real [0.1, 2.5]\n\
            @attribute colour {yellow, white}\n@attribute id integer\n@attribute kind{a,b}\n\
            @inputs amount, 'the density', colour\n@outputs kind\n@data\n";
        let expected = [
            ("amount", Declared::Anything),
            ("the density", Declared::Anything),
            ("colour", Declared::Nominal),
            ("id", Declared::Unused),
            ("kind", Declared::Nominal),
        ];
        let found = header(text).unwrap();
        assert_eq!(found.attributes, expected.map(|(name, declared)| (name.to_owned(), declared)));
        assert_eq!(found.output.as_deref(), Some("kind"));
    }

    #[test]
    fn the_output_is_the_last_attribute_unless_it_is_named() {
        let output = |roles: &str| {
            header(&format!("@relation r\n@attribute a real\n@attribute b real\n{roles}@data\n"))
                .unwrap()
                .output
                .unwrap()
        };
        assert_eq!([output(""), output("@output a\n"), output("@inputs b\n")], ["b", "a", "a"]);
    }

    #[test]
    fn broken_headers_are_named_by_line() {
        let refused = |text: &str, expected: &str| {
            let message = header(text).unwrap_err().to_string();
            assert!(message.contains(expected), "{message}");
        };
        refused("@relation r\n@attribute a real\n", "no line \"@data\"");
        refused("@relation r\n@data\n1\n", "no line \"@data\"");
        refused("@relation r\n@attribute a\n@data\n", "line 2: \"@attribute a\"");
        refused("@relation r\nhello\n@data\n", "line 2: \"hello\"");
        assert!(!is_keel(b"a,b\n@data\n") && !is_keel(b""));
    }
}
