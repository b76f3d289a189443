//! JSON, indented, with every digit of every number.

use serde::{Serialize, ser::Error};

use crate::experiment::check_finite;

/// Any result as JSON; `null` is what is not available, and nothing else.
///
/// # Errors
/// When a number is not finite.
pub(super) fn serialize(value: &impl Serialize) -> Result<Vec<u8>, serde_json::Error> {
    check_finite(value).map_err(serde_json::Error::custom)?;
    let mut bytes = serde_json::to_vec_pretty(value)?;
    bytes.push(b'\n');
    Ok(bytes)
}
