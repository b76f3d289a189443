//! Text that comes from outside, and what of it may be shown: reading within limits, byte order marks, control characters,
//! widths of characters, cells for spreadsheets, differences of values.
//!
//! Everything here is plain text in and out; no file is opened, and nothing knows what the text is about.

mod bounded;
mod merge_patch;
mod shown;
mod spreadsheet;
mod terminal;

pub use bounded::{
    BYTE_ORDER_MARK, MOST_LINE_BYTES, ReadFault, decode, is_utf16, read_bytes, read_bytes_while, read_text,
};
pub use merge_patch::{merge, patch};
pub use shown::{capitalised, cut, free_name, pad_left, pad_right, shown, shown_os, width};
pub use spreadsheet::spreadsheet_safe;
pub use terminal::TerminalWriter;
