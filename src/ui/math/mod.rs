//! Mathematics as it is printed: fractions, sub- and superscripts, roots and limits, from text as it is typed in the terminal.

mod layout;
mod parse;

pub use layout::{Formula, Inks, hover};
