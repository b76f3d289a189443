//! Text from outside as it may be shown to a person: without characters that steer a terminal or cannot be seen, as wide
//! as it is.

use std::{borrow::Cow, ffi::OsStr, fmt::Write};

use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

/// Whether a character steers a terminal, turns the direction of what follows, or has no width of its own and no meaning
/// that could be seen.
pub(super) fn is_hidden(c: char) -> bool {
    c.is_control()
        || matches!(c,
            '\u{ad}' | '\u{61c}' | '\u{180e}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}'
            | '\u{2060}'..='\u{206f}' | '\u{feff}' | '\u{fff9}'..='\u{fffb}' | '\u{e0000}'..='\u{e007f}')
}

/// The text with control characters, marks of direction and characters without width written out: `\n`, `\x1b`,
/// `\u{202e}`.
///
/// ```
/// use longtail_lab::text::shown;
/// assert_eq!(shown("red \u{1b}[31m\n"), "red \\x1b[31m\\n");
/// assert_eq!(shown("größer 大"), "größer 大");
/// ```
pub fn shown(text: &str) -> Cow<'_, str> {
    if !text.chars().any(is_hidden) {
        return Cow::Borrowed(text);
    }
    let mut written = String::with_capacity(text.len() + 16);
    text.chars().for_each(|c| push_shown(&mut written, c));
    Cow::Owned(written)
}

/// As [`shown`], of a name that need not be text, such as a path or an argument.
pub fn shown_os(name: &OsStr) -> String {
    shown(&name.to_string_lossy()).into_owned()
}

/// Appends a character as it may be shown.
pub(super) fn push_shown(to: &mut String, c: char) {
    // Writing into a string cannot fail.
    let _ = match c {
        '\n' => to.write_str("\\n"),
        '\r' => to.write_str("\\r"),
        '\t' => to.write_str("\\t"),
        c if !is_hidden(c) => to.write_char(c),
        c if c.is_ascii() => write!(to, "\\x{:02x}", u32::from(c)),
        c => write!(to, "\\u{{{:x}}}", u32::from(c)),
    };
}

/// Columns of a terminal that a text takes.
pub fn width(text: &str) -> usize {
    text.width()
}

/// The text, or its beginning with … where it is wider than `most` columns.
///
/// ```
/// use longtail_lab::text::cut;
/// assert_eq!((&*cut("short", 8), &*cut("much too long", 8)), ("short", "much to…"));
/// ```
pub fn cut(text: &str, most: usize) -> Cow<'_, str> {
    if text.len() <= most || width(text) <= most {
        return Cow::Borrowed(text);
    }
    let mut room = most.saturating_sub(1);
    let fits = |c: &char| {
        let width = c.width().unwrap_or(0);
        let fits = width <= room;
        room -= width.min(room);
        fits
    };
    Cow::Owned(text.chars().take_while(fits).chain(['…']).collect())
}

/// Appends the text and blanks up to a width.
pub fn pad_right(line: &mut String, text: &str, to_width: usize) {
    line.push_str(text);
    line.extend(std::iter::repeat_n(' ', to_width.saturating_sub(width(text))));
}

/// Appends blanks and the text up to a width.
pub fn pad_left(line: &mut String, text: &str, to_width: usize) {
    line.extend(std::iter::repeat_n(' ', to_width.saturating_sub(width(text))));
    line.push_str(text);
}

/// A name that is not taken: the one that is wished for, or the first free one of "name (2)", "name (3)" and so on.
///
/// ```
/// use longtail_lab::text::free_name;
/// let taken = ["x1", "x1 (2)"];
/// assert_eq!(free_name("x1", |name| taken.contains(&name)), "x1 (3)");
/// ```
pub fn free_name(wish: &str, is_taken: impl Fn(&str) -> bool) -> String {
    let mut name = wish.to_owned();
    let mut number = 2_u64;
    while is_taken(&name) {
        name = format!("{wish} ({number})");
        number += 1;
    }
    name
}

/// The words with a capital letter at their beginning.
pub fn capitalised(words: &str) -> String {
    let mut chars = words.chars();
    chars.next().map_or_else(String::new, |first| first.to_uppercase().chain(chars).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_steers_a_terminal_is_written_out() {
        assert_eq!(shown("a\u{7}b\u{7f}\u{9b}"), "a\\x07b\\x7f\\u{9b}");
        assert_eq!(shown("a\r\n\tb\0"), "a\\r\\n\\tb\\x00");
        for hidden in ["\u{202e}", "\u{2066}", "\u{200b}", "\u{200f}", "\u{2028}", "\u{feff}", "\u{ad}", "\u{e0041}"] {
            let written = shown(hidden);
            assert!(written.starts_with("\\u{") && written.is_ascii(), "{written}");
        }
        for plain in ["", "text", "Größe", "크기", "e\u{301}", "\\n", "🙂"] {
            assert!(matches!(shown(plain), Cow::Borrowed(same) if same == plain), "{plain}");
        }
    }

    #[test]
    fn a_text_is_cut_to_the_columns_that_it_takes() {
        assert_eq!(cut("크기크기", 5), "크기…");
        assert_eq!(cut("크기", 4), "크기");
        assert_eq!(cut("ab", 1), "…");
        assert_eq!(width(&cut(&"e\u{301}".repeat(100), 10)), 10);
        assert_eq!(width(&cut(&"a".repeat(70_000), 60)), 60);
    }

    #[test]
    fn columns_are_filled_up_by_the_width_of_what_is_in_them() {
        let (mut left, mut right) = (String::new(), String::new());
        pad_right(&mut left, "크", 4);
        pad_left(&mut right, "크", 4);
        assert_eq!((&*left, &*right), ("크  ", "  크"));
        pad_left(&mut right, "too wide", 2);
        assert_eq!(right, "  크too wide");
    }
}
