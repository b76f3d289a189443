//! Text into rows of fields: lines, quotes, blank lines and comments, with exact line numbers.

use std::io::{self, BufRead, Read};

use super::{DataError, Separator};
use crate::text::MOST_LINE_BYTES as MOST_ROW_BYTES;

/// Reads a row at a time; the fields of the last one can be looked at.
pub(super) struct Rows<R> {
    input: R,
    separator: u8,
    /// Whether any number of blanks and tabulators separates fields.
    is_white_space: bool,
    line_end: u8,
    /// Lines that begin with this byte are skipped.
    comment: Option<u8>,
    /// Whether fields may also stand between single quotes, with a backslash before one that belongs to them.
    has_single_quotes: bool,
    /// Where rows may be sparse: the value of each column of which such a row says nothing.
    unsaid: Vec<String>,
    /// Lines read so far.
    n_lines: u64,
    line: Vec<u8>,
    /// The fields of the last row one after the other, each followed by a separator, with quotes taken off.
    text: Vec<u8>,
    /// End of each field in `text`.
    ends: Vec<usize>,
}

impl<R: BufRead> Rows<R> {
    /// Rows of a text that has not been read from yet; `line_end` is `\n`, or `\r` for texts that have no other.
    pub(super) fn new(input: R, separator: Separator, line_end: u8) -> Self {
        let (line, text, ends) = (Vec::new(), Vec::new(), Vec::new());
        let (is_white_space, separator) = (separator == Separator::WhiteSpace, separator.byte());
        Self {
            input,
            separator,
            is_white_space,
            line_end,
            comment: None,
            has_single_quotes: false,
            unsaid: Vec::new(),
            n_lines: 0,
            line,
            text,
            ends,
        }
    }

    /// Skips lines that begin with a byte.
    pub(super) fn set_comment(&mut self, comment: u8) {
        self.comment = Some(comment);
    }

    /// Lets fields stand between single quotes, too.
    pub(super) fn allow_single_quotes(&mut self) {
        self.has_single_quotes = true;
    }

    /// Lets rows be sparse, too: pairs of index and value between braces.
    pub(super) fn allow_sparse(&mut self, unsaid: Vec<String>) {
        self.unsaid = unsaid;
    }

    /// The quote that a byte is, if it is one.
    fn quote(&self, byte: Option<&u8>) -> Option<u8> {
        byte.copied().filter(|&byte| byte == b'"' || (byte == b'\'' && self.has_single_quotes))
    }

    /// The next line is the first one.
    pub(super) fn begin_lines(&mut self) {
        self.n_lines = 0;
    }

    /// Counts lines that were skipped before the text began.
    pub(super) fn count_lines(&mut self, n_lines: u64) {
        self.n_lines += n_lines;
    }

    /// Whether a field of the last row has white space around it.
    pub(super) fn is_padded(&self, idx: usize) -> bool {
        let start = idx.checked_sub(1).and_then(|before| self.ends.get(before)).map_or(0, |end| end + 1);
        let field = self.ends.get(idx).and_then(|&end| self.text.get(start..end)).unwrap_or_default();
        field.trim_ascii().len() < field.len()
    }

    /// Number of the line that was read last, from 1.
    pub(super) fn line_number(&self) -> u64 {
        self.n_lines
    }

    /// The next line as it stands, without its end; `None` after the last one.
    ///
    /// # Errors
    /// When the text cannot be read, or the line is too long.
    pub(super) fn next_line(&mut self) -> Result<Option<&[u8]>, DataError> {
        self.line.clear();
        Ok(if self.append_line()? { Some(&self.line) } else { None })
    }

    /// Reads the next row that is not blank; returns the number of its first line, `None` after the last row.
    ///
    /// # Errors
    /// When the text cannot be read, or a quote is not closed.
    pub(super) fn next_row(&mut self) -> Result<Option<u64>, DataError> {
        loop {
            self.line.clear();
            if !self.append_line()? {
                return Ok(None);
            }
            let is_comment = self.comment.is_some() && self.line.trim_ascii_start().first() == self.comment.as_ref();
            let blanks: &[u8] = if self.separator == b'\t' { b" " } else { b" \t" };
            if is_comment || self.line.iter().all(|byte| blanks.contains(byte)) {
                continue;
            }
            let first_line = self.n_lines;
            self.ends.clear();
            if !self.unsaid.is_empty() && self.line.trim_ascii_start().first() == Some(&b'{') {
                self.split_sparse(first_line)?;
            } else if self.is_white_space {
                self.split_at_white_space(first_line)?;
            } else if self.line.contains(&b'"') || (self.has_single_quotes && self.line.contains(&b'\'')) {
                self.split_quoted(first_line)?;
            } else {
                std::mem::swap(&mut self.line, &mut self.text);
                let separator = self.separator;
                self.ends
                    .extend(self.text.iter().enumerate().filter(|&(_, &byte)| byte == separator).map(|(at, _)| at));
                self.ends.push(self.text.len());
            }
            return Ok(Some(first_line));
        }
    }

    /// Number of fields of the last row.
    pub(super) fn n_fields(&self) -> usize {
        self.ends.len()
    }

    /// The fields of the last row without white space around them.
    pub(super) fn fields(&self) -> impl Iterator<Item = &[u8]> {
        let mut start = 0;
        self.ends.iter().map(move |&end| {
            let field = self.text[start..end].trim_ascii();
            start = end + 1;
            field
        })
    }

    /// Appends a line without its end to `line`; `false` where there is none.
    fn append_line(&mut self) -> Result<bool, DataError> {
        let before = self.line.len();
        let room = (MOST_ROW_BYTES - before.min(MOST_ROW_BYTES)) as u64;
        let n = (&mut self.input)
            .take(room)
            .read_until(self.line_end, &mut self.line)
            .map_err(|error| unreadable(&error))?;
        if n == 0 && room > 0 {
            return Ok(false);
        }
        self.n_lines += 1;
        if self.line.last() == Some(&self.line_end) {
            self.line.pop();
            if self.line.len() > before && self.line.last() == Some(&b'\r') {
                self.line.pop();
            }
        } else if self.line.len() >= MOST_ROW_BYTES {
            return Err(DataError::LongRow { line: self.n_lines, limit: MOST_ROW_BYTES });
        }
        Ok(true)
    }

    /// Splits a row in which there are quotes, as in RFC 4180: a field that begins with a quote ends with one, and a
    /// doubled quote in it is a single one. Quotes elsewhere stand for themselves.
    fn split_quoted(&mut self, first_line: u64) -> Result<(), DataError> {
        self.text.clear();
        let mut at = 0;
        loop {
            at += self.line[at..].iter().take_while(|&&byte| byte == b' ' && byte != self.separator).count();
            if let Some(quote) = self.quote(self.line.get(at)) {
                at = self.copy_quoted(at + 1, quote, first_line)?;
            }
            let rest = &self.line[at..];
            let length = rest.iter().position(|&byte| byte == self.separator).unwrap_or(rest.len());
            self.text.extend_from_slice(&rest[..length]);
            self.ends.push(self.text.len());
            at += length;
            if at >= self.line.len() {
                return Ok(());
            }
            self.text.push(self.separator);
            at += 1;
        }
    }

    /// Splits a row at any number of blanks and tabulators, leaving out those around it; fields in quotes may hold some.
    fn split_at_white_space(&mut self, first_line: u64) -> Result<(), DataError> {
        let is_blank = |byte: &u8| matches!(byte, b' ' | b'\t');
        self.text.clear();
        let mut at = 0;
        loop {
            at += self.line[at..].iter().take_while(|byte| is_blank(byte)).count();
            if at >= self.line.len() {
                return Ok(());
            }
            if !self.ends.is_empty() {
                self.text.push(self.separator);
            }
            if let Some(quote) = self.quote(self.line.get(at)) {
                at = self.copy_quoted(at + 1, quote, first_line)?;
            }
            let rest = &self.line[at..];
            let length = rest.iter().position(is_blank).unwrap_or(rest.len());
            self.text.extend_from_slice(&rest[..length]);
            self.ends.push(self.text.len());
            at += length;
        }
    }

    /// Splits a sparse row such as {1 0.5, 3 'a b'}; what is not said has the value of its column.
    fn split_sparse(&mut self, first_line: u64) -> Result<(), DataError> {
        let fault = DataError::Sparse { line: first_line, last: self.unsaid.len() - 1 };
        let n_of = |line: &[u8], is_it: fn(&u8) -> bool| line.iter().take_while(|byte| is_it(byte)).count();
        let is_blank = |byte: &u8| matches!(byte, b' ' | b'\t');
        let mut said: Vec<Option<Vec<u8>>> = vec![None; self.unsaid.len()];
        let mut at = n_of(&self.line, is_blank) + 1;
        loop {
            at += n_of(&self.line[at..], |byte| matches!(byte, b' ' | b'\t' | b','));
            if self.line.get(at) == Some(&b'}') {
                break;
            }
            let n_digits = n_of(&self.line[at..], u8::is_ascii_digit);
            let index =
                std::str::from_utf8(&self.line[at..at + n_digits]).ok().and_then(|index| index.parse::<usize>().ok());
            at += n_digits;
            let n_blanks = n_of(&self.line[at..], is_blank);
            at += n_blanks;
            let Some(cell) = index.and_then(|index| said.get_mut(index)).filter(|_| n_blanks > 0) else {
                return Err(fault);
            };
            self.text.clear();
            if let Some(quote) = self.quote(self.line.get(at)) {
                at = self.copy_quoted(at + 1, quote, first_line)?;
            } else {
                let n = n_of(&self.line[at..], |byte| !matches!(byte, b',' | b'}'));
                self.text.extend_from_slice(self.line[at..at + n].trim_ascii());
                at += n;
            }
            *cell = Some(self.text.clone());
        }
        self.text.clear();
        for (said, unsaid) in said.iter().zip(&self.unsaid) {
            self.text.extend_from_slice(said.as_deref().unwrap_or(unsaid.as_bytes()));
            self.ends.push(self.text.len());
            self.text.push(self.separator);
        }
        Ok(())
    }

    /// Copies what stands between quotes; returns the place behind the closing one, perhaps on a later line.
    fn copy_quoted(&mut self, mut at: usize, quote: u8, first_line: u64) -> Result<usize, DataError> {
        loop {
            match self.line.get(at) {
                Some(&byte) if byte == quote && self.line.get(at + 1) == Some(&quote) => {
                    self.text.push(quote);
                    at += 2;
                }
                Some(&byte) if byte == quote => return Ok(at + 1),
                Some(b'\\') if self.has_single_quotes && self.line.get(at + 1).is_some() => {
                    self.text.push(self.line[at + 1]);
                    at += 2;
                }
                Some(&byte) => {
                    self.text.push(byte);
                    at += 1;
                }
                None => {
                    self.text.push(b'\n');
                    if !self.append_line()? {
                        return Err(DataError::OpenQuote { line: first_line });
                    }
                }
            }
        }
    }
}

/// What the system says when a text cannot be read; the caller adds the path.
pub(super) fn unreadable(error: &io::Error) -> DataError {
    DataError::Unreadable { reason: plain_reason(error), path: String::new() }
}

/// The system's reason without its error number.
pub(super) fn plain_reason(error: &std::io::Error) -> String {
    match error.kind() {
        std::io::ErrorKind::NotFound => "there is no such file".to_owned(),
        std::io::ErrorKind::PermissionDenied => "reading it is not permitted".to_owned(),
        _ => error.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rows(text: &str, separator: Separator) -> Vec<(u64, Vec<String>)> {
        let mut rows = Rows::new(text.as_bytes(), separator, b'\n');
        let mut all = Vec::new();
        while let Some(line) = rows.next_row().unwrap() {
            all.push((line, rows.fields().map(|field| String::from_utf8(field.to_vec()).unwrap()).collect()));
            assert_eq!(rows.fields().count(), rows.n_fields());
        }
        all
    }

    fn row(line: u64, fields: &[&str]) -> (u64, Vec<String>) {
        (line, fields.iter().map(|&field| field.to_owned()).collect())
    }

    #[test]
    fn fields_are_trimmed_and_lines_counted_whatever_ends_them() {
        let expected = [row(1, &["a", "b"]), row(3, &["1", ""]), row(4, &["2", "3"])];
        assert_eq!(rows("a, b\n\n1,\n2,3", Separator::Comma), expected);
        assert_eq!(rows("a, b\r\n \r\n 1 ,\r\n2,3\r\n", Separator::Comma), expected);
        assert_eq!(rows("1\t\t2\n\t\t\n", Separator::Tab), [row(1, &["1", "", "2"]), row(2, &["", "", ""])]);
    }

    #[test]
    fn quotes_hold_separators_quotes_and_line_ends() {
        let text = "a,\"b, \"\"c\"\"\",d\n\"two\nlines\",2\n x \"y\" , \"z\"! ,\"\"\n";
        let expected = [row(1, &["a", "b, \"c\"", "d"]), row(2, &["two\nlines", "2"]), row(4, &["x \"y\"", "z!", ""])];
        assert_eq!(rows(text, Separator::Comma), expected);
    }

    #[test]
    fn white_space_separates_in_any_number_and_not_around_a_row() {
        let text = "  a  b\tc \r\n\n\t1 \t \"two  words\"  \"\"\n";
        let expected = [row(1, &["a", "b", "c"]), row(3, &["1", "two  words", ""])];
        assert_eq!(rows(text, Separator::WhiteSpace), expected);
    }

    #[test]
    fn a_quote_that_is_not_closed_names_the_line_where_it_opens() {
        let mut rows = Rows::new(&b"a,b\n1,\"2\n3,4\n"[..], Separator::Comma, b'\n');
        rows.next_row().unwrap();
        assert_eq!(
            rows.next_row().unwrap_err().to_string(),
            "line 2: a quote is opened and never closed: close it, or remove it"
        );
    }

    #[test]
    fn what_a_sparse_row_does_not_say_has_the_value_of_its_column() {
        let sparse = |text: &'static str| {
            let mut rows = Rows::new(text.as_bytes(), Separator::Comma, b'\n');
            rows.allow_single_quotes();
            rows.allow_sparse(["0", "0", "a b"].map(str::to_owned).to_vec());
            rows
        };
        let mut rows = sparse("{1 2.5}\n {0 -1, 2 'c, d'} \n7,8,e\n{}\n");
        for expected in [["0", "2.5", "a b"], ["-1", "0", "c, d"], ["7", "8", "e"], ["0", "0", "a b"]] {
            rows.next_row().unwrap();
            assert!(rows.fields().eq(expected.map(str::as_bytes)), "{expected:?}");
        }
        for text in ["{3 1}", "{1}", "{1 2", "{x 2}", "{", "{1 2,,3 }", "{99999999999999999999 1}"] {
            let refused = sparse(text).next_row().unwrap_err().to_string();
            assert!(
                refused.contains("line 1: a sparse row is like {0 1.5, 3 'a b'}, with indices from 0 to 2"),
                "{refused}"
            );
        }
    }

    #[test]
    fn comments_are_skipped_and_counted() {
        let mut rows = Rows::new(&b"% one\n1,2\n % two\n3,4\n"[..], Separator::Comma, b'\n');
        rows.set_comment(b'%');
        assert_eq!(
            (rows.next_row().unwrap(), rows.next_row().unwrap(), rows.next_row().unwrap()),
            (Some(2), Some(4), None)
        );
    }
}
