//! Names of labels that a file declares: MEKA's header, or MULAN's XML file beside an ARFF file.

use std::{fs::File, io::Read, path::Path};

use super::{DataError, ImportSettings, LabelColumnsError, column_names, rows::plain_reason};

/// Most bytes of a list of label names.
const MOST_BYTES: u64 = 16 << 20;
/// Bytes at the beginning of a file in which a header names its relation.
const BEGINNING: u64 = 1 << 16;

/// The names of the labels that a file declares, in its order: `-C n` in the line `@relation` of MEKA's format says that its
/// first n columns are labels, or the last n for a negative number; else the XML file of the same name beside it, as MULAN has
/// it, names them.
///
/// # Errors
/// When neither is there, or a file cannot be read.
pub fn declared_labels(path: &Path, settings: &ImportSettings) -> Result<Vec<String>, DataError> {
    let beginning = read_text(path, BEGINNING)?;
    if let Some(n) = relation_option(&beginning) {
        let names = column_names(path, settings)?;
        let n_labels = (n.unsigned_abs() as usize).min(names.len());
        let first = if n < 0 { names.len() - n_labels } else { 0 };
        return Ok(names[first..first + n_labels].to_vec());
    }
    let beside = path.with_extension("xml");
    if !beside.exists() {
        return Err(LabelColumnsError::NotDeclared.into());
    }
    label_names_in_xml(&beside)
}

/// The names of the labels that an XML file of MULAN has, in its order; labels within labels are labels, too.
///
/// # Errors
/// When the file cannot be read or names no label.
///
/// # Source
/// Tsoumakas, Spyromitros-Xioufis, Vilcek, Vlahavas, "Mulan: A Java library for multi-label learning", JMLR 12, 2011.
pub fn label_names_in_xml(path: &Path) -> Result<Vec<String>, DataError> {
    let names = names_in(&read_text(path, MOST_BYTES)?);
    if names.is_empty() { Err(LabelColumnsError::NotDeclared.into()) } else { Ok(names) }
}

/// The beginning of a text.
fn read_text(path: &Path, most: u64) -> Result<String, DataError> {
    let unreadable = |error: &std::io::Error| DataError::Unreadable {
        reason: plain_reason(error),
        path: path.display().to_string(),
    };
    let mut bytes = Vec::new();
    File::open(path).and_then(|file| file.take(most).read_to_end(&mut bytes)).map_err(|error| unreadable(&error))?;
    Ok(String::from_utf8_lossy(&bytes).into_owned())
}

/// n of `-C n` in the line `@relation`.
fn relation_option(beginning: &str) -> Option<i64> {
    let is_relation = |line: &&str| line.get(..9).is_some_and(|word| word.eq_ignore_ascii_case("@relation"));
    let line = beginning.lines().map(str::trim_start).find(is_relation)?;
    let mut words = line.split(|c: char| c.is_whitespace() || "'\":".contains(c)).filter(|word| !word.is_empty());
    words.find(|word| word.eq_ignore_ascii_case("-c"))?;
    words.next()?.parse().ok().filter(|n| *n != 0)
}

/// The names of the elements `<label name="…">`.
fn names_in(xml: &str) -> Vec<String> {
    let plain = |name: &str| {
        let marks = [("&lt;", "<"), ("&gt;", ">"), ("&quot;", "\""), ("&apos;", "'"), ("&amp;", "&")];
        marks.iter().fold(name.to_owned(), |name, (mark, plain)| name.replace(mark, plain))
    };
    let mut names = Vec::new();
    for element in xml.split("<label").skip(1).filter(|rest| rest.starts_with(char::is_whitespace)) {
        let element = element.split('>').next().unwrap_or_default();
        let Some((_, rest)) = element.split_once("name") else { continue };
        let value = rest.trim_start().trim_start_matches('=').trim_start();
        let Some(quote) = value.chars().next().filter(|c| "'\"".contains(*c)) else { continue };
        names.extend(value[1..].split(quote).next().map(plain));
    }
    names
}

#[cfg(test)]
mod tests {
    use super::*;

    fn folder(files: &[(&str, &str)]) -> tempfile::TempDir {
        let folder = tempfile::tempdir().unwrap();
        for (name, text) in files {
            std::fs::write(folder.path().join(name), text).unwrap();
        }
        folder
    }

    fn declared(files: &[(&str, &str)], file: &str) -> Result<Vec<String>, DataError> {
        declared_labels(&folder(files).path().join(file), &ImportSettings::default())
    }

    const HEADER: &str = "@attribute a {0,1}\n@attribute b {0,1}\n@attribute x numeric\n@data\n0,1,2.5\n1,0,3\n";

    #[test]
    fn the_option_of_meka_takes_columns_from_the_front_or_the_end() {
        for (relation, expected) in [
            ("@relation 'set: -C 2'", ["a", "b"]),
            ("% note\n@RELATION 'set: -c 2 -V'", ["a", "b"]),
            ("@relation \"set:-C -2\"", ["b", "x"]),
        ] {
            assert_eq!(declared(&[("d.arff", &format!("{relation}\n{HEADER}"))], "d.arff").unwrap(), expected);
        }
        let refused = declared(&[("d.arff", &format!("@relation set\n{HEADER}"))], "d.arff").unwrap_err();
        assert!(refused.to_string().starts_with("the file does not say which columns are labels"), "{refused}");
    }

    #[test]
    fn an_xml_file_beside_the_data_names_the_labels() {
        let xml = "<?xml version=\"1.0\"?>\n<labels xmlns=\"http://mulan.sourceforge.net/labels\">\n<label name=\"a\"></label>\n\
                   <label name='b &amp; c'>\n<label name=\"d\"/></label></labels>\n";
        let files = [("d.arff", &*format!("@relation set\n{HEADER}")), ("d.xml", xml)];
        assert_eq!(declared(&files, "d.arff").unwrap(), ["a", "b & c", "d"]);
        let empty = folder(&[("e.xml", "<labels></labels>")]);
        assert!(label_names_in_xml(&empty.path().join("e.xml")).is_err());
        assert!(label_names_in_xml(&empty.path().join("none.xml")).unwrap_err().to_string().contains("no such file"));
    }
}
