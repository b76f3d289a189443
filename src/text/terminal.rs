//! What is written to a terminal, without what would steer it.

use std::io::{self, Write};

use super::shown::push_shown;

/// Passes text on with everything but line ends and tabulators written out as in [`super::shown()`], whatever format the text
/// is in.
pub struct TerminalWriter<W: Write> {
    output: W,
    /// The beginning of a character whose other bytes have not come yet.
    rest: Vec<u8>,
}

impl<W: Write> TerminalWriter<W> {
    /// A writer to a terminal.
    pub fn new(output: W) -> Self {
        Self { output, rest: Vec::new() }
    }

    fn write_shown(&mut self, text: &str) -> io::Result<()> {
        let mut written = String::with_capacity(text.len());
        for c in text.chars() {
            if matches!(c, '\n' | '\t') { written.push(c) } else { push_shown(&mut written, c) }
        }
        self.output.write_all(written.as_bytes())
    }
}

impl<W: Write> Write for TerminalWriter<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let n = bytes.len();
        let all = [std::mem::take(&mut self.rest), bytes.to_vec()].concat();
        for chunk in all.utf8_chunks() {
            self.write_shown(chunk.valid())?;
            let invalid = chunk.invalid();
            let is_cut = all.as_ptr_range().end == invalid.as_ptr_range().end
                && std::str::from_utf8(invalid).is_err_and(|error| error.error_len().is_none());
            if is_cut {
                self.rest = invalid.to_vec();
            } else if !invalid.is_empty() {
                self.write_shown("\u{fffd}")?;
            }
        }
        Ok(n)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.output.flush()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_that_comes_in_pieces_is_written_out_as_a_whole() {
        let mut terminal = Vec::new();
        let mut writer = TerminalWriter::new(&mut terminal);
        for byte in "크,\u{1b}[2J,a\tb\n\u{9b}\n".bytes() {
            writer.write_all(&[byte]).unwrap();
        }
        writer.write_all(b"\xff!\n").unwrap();
        writer.flush().unwrap();
        assert_eq!(String::from_utf8(terminal).unwrap(), "크,\\x1b[2J,a\tb\n\\u{9b}\n\u{fffd}!\n");
    }
}
