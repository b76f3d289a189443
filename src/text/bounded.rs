//! Reading a whole text within limits: an endless device ends in a sentence, and not when the memory is full.

use std::io::{ErrorKind, Read};

/// Most bytes without a line end, in every text that is read; no text for people or programs has longer lines.
pub const MOST_LINE_BYTES: usize = 64 << 20;
/// The byte order mark in UTF-8, which some programs put before a text.
pub const BYTE_ORDER_MARK: &[u8] = b"\xef\xbb\xbf";

/// Bytes that are asked for at once.
const BLOCK: usize = 1 << 16;

/// Why a text cannot be had; each is what is said about the text ("it has …").
#[derive(Debug, thiserror::Error)]
pub enum ReadFault {
    /// The system refuses.
    #[error(transparent)]
    Io(#[from] std::io::Error),
    /// There is no end to a line.
    #[error("it has more than {} MiB without a line end, so it is no text", MOST_LINE_BYTES >> 20)]
    LongLine,
    /// It is too long as a whole.
    #[error("it has more than {} MiB, the most that is read of such a text", limit >> 20)]
    TooLong {
        /// Most bytes.
        limit: u64,
    },
    /// It is text in another encoding.
    #[error("it is text in UTF-16, not text in UTF-8: save it as UTF-8")]
    Utf16,
    /// It is not text in UTF-8.
    #[error("it is not text in UTF-8")]
    NotUtf8,
    /// Somebody asked to stop.
    #[error("reading was stopped")]
    Stopped,
}

/// Reads everything, within [`MOST_LINE_BYTES`] without a line end and `limit` bytes in all.
///
/// # Errors
/// When the input cannot be read, or goes on beyond a limit.
pub fn read_bytes(input: impl Read, limit: u64) -> Result<Vec<u8>, ReadFault> {
    read_bytes_while(input, limit, |_| true)
}

/// As [`read_bytes`]; `goes_on` is asked after every block, with the bytes read so far, whether to go on.
///
/// # Errors
/// As [`read_bytes`], and when `goes_on` says no.
pub fn read_bytes_while(mut input: impl Read, limit: u64, goes_on: impl Fn(u64) -> bool) -> Result<Vec<u8>, ReadFault> {
    let mut bytes = Vec::new();
    let mut line_start = 0;
    let mut block = vec![0_u8; BLOCK];
    loop {
        if !goes_on(bytes.len() as u64) {
            return Err(ReadFault::Stopped);
        }
        let n = match input.read(&mut block) {
            Ok(0) => return Ok(bytes),
            Ok(n) => n,
            Err(error) if error.kind() == ErrorKind::Interrupted => continue,
            Err(error) => return Err(error.into()),
        };
        let is_line_end = |byte: &u8| matches!(byte, b'\n' | b'\r');
        if let Some(last) = block[..n].iter().rposition(is_line_end) {
            line_start = bytes.len() + last + 1;
        }
        bytes.extend_from_slice(&block[..n]);
        if bytes.len() - line_start > MOST_LINE_BYTES {
            return Err(ReadFault::LongLine);
        }
        if bytes.len() as u64 > limit {
            return Err(ReadFault::TooLong { limit });
        }
    }
}

/// Whether a text begins with the byte order mark of UTF-16.
pub fn is_utf16(beginning: &[u8]) -> bool {
    beginning.starts_with(b"\xff\xfe") || beginning.starts_with(b"\xfe\xff")
}

/// Bytes as text in UTF-8, without a byte order mark.
///
/// # Errors
/// When they are text in UTF-16, or no text.
pub fn decode(mut bytes: Vec<u8>) -> Result<String, ReadFault> {
    if is_utf16(&bytes) {
        return Err(ReadFault::Utf16);
    }
    if bytes.starts_with(BYTE_ORDER_MARK) {
        bytes.drain(..BYTE_ORDER_MARK.len());
    }
    String::from_utf8(bytes).map_err(|_| ReadFault::NotUtf8)
}

/// Reads a text in UTF-8, with or without a byte order mark, of at most `limit` bytes.
///
/// # Errors
/// As [`read_bytes`] and [`decode`].
pub fn read_text(input: impl Read, limit: u64) -> Result<String, ReadFault> {
    decode(read_bytes(input, limit)?)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fault(input: impl Read, limit: u64) -> String {
        read_text(input, limit).unwrap_err().to_string()
    }

    #[test]
    fn a_text_comes_with_and_without_its_mark() {
        assert_eq!(read_text(&b"\xef\xbb\xbfa\nb"[..], 100).unwrap(), "a\nb");
        assert_eq!(read_text(&b"a\n"[..], 100).unwrap(), "a\n");
        assert_eq!(read_text(&b""[..], 100).unwrap(), "");
        // Only at the beginning is it a mark.
        assert_eq!(read_text(&b"a\xef\xbb\xbf"[..], 100).unwrap(), "a\u{feff}");
    }

    #[test]
    fn what_has_no_end_is_refused() {
        let message = fault(std::io::repeat(0), u64::MAX);
        assert!(message.contains("more than 64 MiB without a line end"), "{message}");
        for line in [&b"one line\n"[..], b"one line\r"] {
            let endless = std::iter::repeat_with(|| line.to_vec()).take(1 << 20).flatten().collect::<Vec<u8>>();
            let message = fault(&endless[..], 2 << 20);
            assert!(message.contains("more than 2 MiB"), "{message}");
        }
        // As long as a line may be.
        let longest = read_bytes(std::io::repeat(b'a').take(MOST_LINE_BYTES as u64), u64::MAX).unwrap();
        assert_eq!(longest.len(), MOST_LINE_BYTES);
    }

    #[test]
    fn other_encodings_are_named() {
        for text in [&b"\xff\xfea\0"[..], b"\xfe\xff\0a"] {
            assert!(fault(text, 100).contains("text in UTF-16"));
        }
        assert_eq!(fault(&b"\xffa"[..], 100), "it is not text in UTF-8");
    }

    #[test]
    fn reading_ends_when_it_is_asked_to() {
        let stopped = read_bytes_while(std::io::repeat(b'\n'), u64::MAX, |n| n < 1 << 20).unwrap_err();
        assert!(matches!(stopped, ReadFault::Stopped), "{stopped}");
    }
}
