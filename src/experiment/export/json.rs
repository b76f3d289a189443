//! JSON, indented, with every digit of every number.

use serde::Serialize;

/// Any result as JSON; numbers that are not finite become `null`.
pub(super) fn serialize(value: &impl Serialize) -> Result<Vec<u8>, serde_json::Error> {
    let mut bytes = serde_json::to_vec_pretty(value)?;
    bytes.push(b'\n');
    Ok(bytes)
}
