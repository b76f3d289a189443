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

/// A whole number that is in the order of the numbers it is made of.
pub(crate) fn ordered_bits(number: f64) -> u64 {
    let bits = number.to_bits();
    if number.is_sign_negative() { !bits } else { bits | 1 << 63 }
}
