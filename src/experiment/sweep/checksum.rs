//! The checksum at the end of each line of results: CRC-32, as in zip and PNG files.
//!
//! CRC-32 finds every change of up to 32 bits in a row, and any other damage but one in 4 × 10⁹; every language has it
//! (`zlib.crc32` in Python), so that a file can be checked without this program. It is taken over the fingerprint of the
//! sweep and the line up to `,"checksum"`: a line of another sweep does not pass for one of this.

/// Before the 8 hexadecimal digits.
const BEFORE: &str = ",\"checksum\":\"";
/// Behind them.
const BEHIND: &str = "\"}";
/// Number of digits.
const N_DIGITS: usize = 8;

/// What the end of a line says of the rest.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Seal {
    /// It has no checksum.
    Missing,
    /// The checksum is that of the line.
    Right,
    /// The line or the checksum was changed.
    Wrong,
}

/// A line of results from a JSON object, with its checksum and line end.
pub(super) fn sealed(object: &str, fingerprint: &str) -> String {
    let open = object.strip_suffix('}').unwrap_or(object);
    format!("{open}{BEFORE}{}{BEHIND}\n", digits(open.as_bytes(), fingerprint))
}

/// Takes the checksum off a line without its line end, so that the object as it was sealed is left.
pub(super) fn unseal(line: &mut Vec<u8>, fingerprint: &str) -> Seal {
    let n_seal = BEFORE.len() + N_DIGITS + BEHIND.len();
    let Some(n_open) = line.len().checked_sub(n_seal) else { return Seal::Missing };
    let (open, seal) = line.split_at(n_open);
    let is_seal = seal.starts_with(BEFORE.as_bytes()) && seal.ends_with(BEHIND.as_bytes());
    if !is_seal {
        return Seal::Missing;
    }
    let is_right = seal[BEFORE.len()..][..N_DIGITS] == *digits(open, fingerprint).as_bytes();
    line.truncate(n_open);
    line.push(b'}');
    if is_right { Seal::Right } else { Seal::Wrong }
}

fn digits(open: &[u8], fingerprint: &str) -> String {
    let mut hasher = crc32fast::Hasher::new();
    hasher.update(fingerprint.as_bytes());
    hasher.update(open);
    format!("{:08x}", hasher.finalize())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sealed_line_comes_back_and_any_changed_bit_is_noticed() {
        let line = sealed("{\"run\":0,\"x\":[1,2]}", "0123456789abcdef");
        // zlib.crc32(b'0123456789abcdef{"run":0,"x":[1,2]') in Python.
        assert_eq!(line, "{\"run\":0,\"x\":[1,2],\"checksum\":\"5fd143db\"}\n");
        let mut whole = line.trim_end().as_bytes().to_vec();
        assert_eq!(unseal(&mut whole.clone(), "0123456789abcdee"), Seal::Wrong);
        for bit in 0..8 * whole.len() {
            let mut changed = whole.clone();
            changed[bit / 8] ^= 1 << (bit % 8);
            assert_ne!(unseal(&mut changed, "0123456789abcdef"), Seal::Right, "bit {bit}");
        }
        assert_eq!(unseal(&mut whole, "0123456789abcdef"), Seal::Right);
        assert_eq!(whole, b"{\"run\":0,\"x\":[1,2]}");
        assert_eq!(unseal(&mut whole, "0123456789abcdef"), Seal::Missing);
        assert_eq!(unseal(&mut Vec::new(), ""), Seal::Missing);
    }
}
