//! Numbers themselves: how they are written for people, decimal fractions that are exact, powers with twice the digits of a
//! double, means and deviations that lose nothing.

mod decimal;
mod moments;
mod twofold;
mod words;

pub use decimal::{Decimal, share_rounded};
pub use moments::{Moments, Sum};
pub use twofold::Twofold;
pub use words::{fixed, signed, significant, thousands, three_digits, written};
