//! Changes that leave most of a text as it is: what a damaged disk, a cut transfer or a strange program makes of a file.

use rand::{RngExt, seq::IndexedRandom};
use rand_chacha::ChaCha8Rng;

/// Pieces that no format expects where they are put.
const ODD: [&[u8]; 60] = [
    b"",
    b"\0",
    b"\0\0\0\0",
    b"\xef\xbb\xbf",
    b"\xff\xfe",
    b"\xfe\xff",
    b"\x80",
    b"\xc3",
    b"\xed\xa0\x80",
    b"\x1b[31m",
    b"\n",
    b"\r",
    b"\r\n",
    b"\n\n",
    b"\t",
    b" ",
    b"  ",
    b",",
    b";",
    b"|",
    b":",
    b"=",
    b"\"",
    b"'",
    b"\"\"\"",
    b"'''",
    b"\\",
    b"\\u0000",
    b"\\ud800",
    b"[",
    b"]",
    b"{",
    b"}",
    b"[[",
    b"]]",
    b"(",
    b")",
    b"#",
    b"%",
    b"@data",
    b"@attribute",
    b"-",
    b"+",
    b"NaN",
    b"-inf",
    b"null",
    b"true",
    b"1e308",
    b"1e999",
    b"-1e-320",
    b"-0",
    b"18446744073709551616",
    b"9223372036854775807",
    b"-9223372036854775808",
    b"0x7fffffff",
    b"1_000",
    b"1,234",
    b"1.234",
    b"0,5",
    "\u{202e}크기\u{301}".as_bytes(),
];

/// An input of the pool with one to a few changes, of at most so many bytes.
pub(crate) fn mutated(pool: &[Vec<u8>], most: usize, rng: &mut ChaCha8Rng) -> Vec<u8> {
    let mut bytes = pool.choose(rng).cloned().unwrap_or_default();
    for _ in 0..rng.random_range(1..=4) {
        bytes = changed(bytes, pool, most, rng);
        bytes.truncate(most);
    }
    bytes
}

fn changed(mut bytes: Vec<u8>, pool: &[Vec<u8>], most: usize, rng: &mut ChaCha8Rng) -> Vec<u8> {
    let place = |bytes: &[u8], rng: &mut ChaCha8Rng| rng.random_range(0..=bytes.len());
    match rng.random_range(0..12) {
        0 => {
            let end = place(&bytes, rng);
            bytes.truncate(end);
        }
        1 => {
            // The beginning of this text and the end of another one.
            let other = pool.choose(rng).cloned().unwrap_or_default();
            let (end, start) = (place(&bytes, rng), place(&other, rng));
            bytes.truncate(end);
            bytes.extend_from_slice(&other[start..]);
        }
        2 => {
            if let Some(byte) = pick(&mut bytes, rng) {
                *byte ^= 1 << rng.random_range(0..8);
            }
        }
        3 => {
            if let Some(byte) = pick(&mut bytes, rng) {
                *byte = rng.random();
            }
        }
        4 => insert(&mut bytes, ODD.choose(rng).copied().unwrap_or_default(), rng),
        5 => {
            let range = piece(&bytes, rng);
            bytes.drain(range);
        }
        6 => {
            // The same piece again and again.
            let range = piece(&bytes, rng);
            let room = most.saturating_sub(bytes.len()).checked_div(range.len()).unwrap_or(0);
            let most_times = 1 << rng.random_range(0..16);
            let n = rng.random_range(0..=room.min(most_times));
            let repeated = bytes[range.clone()].repeat(n);
            bytes.splice(range.end..range.end, repeated);
        }
        7 => {
            // A line somewhere else.
            let lines: Vec<&[u8]> = bytes.split_inclusive(|&byte| byte == b'\n').collect();
            let (from, to) = (rng.random_range(0..=lines.len()), rng.random_range(0..=lines.len()));
            let mut lines: Vec<&[u8]> = lines;
            if let Some(&line) = lines.get(from) {
                if rng.random() {
                    lines.remove(from);
                }
                lines.insert(to.min(lines.len()), line);
            }
            bytes = lines.concat();
        }
        8 => {
            // Another number in place of one.
            let range = run(&bytes, rng, |byte| byte.is_ascii_digit() || b".-+eE".contains(&byte));
            let number = match rng.random_range(0..4) {
                0 => rng.random_range(0..100_u32).to_string(),
                1 => (rng.random_range(-1.0..1.0_f64) * 10_f64.powi(rng.random_range(-320..308))).to_string(),
                2 => "9".repeat(rng.random_range(1..400)),
                _ => String::from_utf8_lossy(ODD[rng.random_range(43..59)]).into_owned(),
            };
            bytes.splice(range, number.into_bytes());
        }
        9 => {
            // Another word in place of one, from anywhere.
            let other = pool.choose(rng).cloned().unwrap_or_default();
            let word = other[run(&other, rng, |byte| byte.is_ascii_alphanumeric() || byte == b'_')].to_vec();
            let range = run(&bytes, rng, |byte| byte.is_ascii_alphanumeric() || byte == b'_');
            bytes.splice(range, word);
        }
        10 => {
            let length = 1 << rng.random_range(0..20);
            let filler = *b"a0 \"[,;\0\t".choose(rng).unwrap_or(&b'a');
            insert(&mut bytes, &vec![filler; length.min(most)], rng);
        }
        _ => {
            // A piece of another text.
            let other = pool.choose(rng).cloned().unwrap_or_default();
            let range = piece(&other, rng);
            insert(&mut bytes, &other[range], rng);
        }
    }
    bytes
}

fn pick<'a>(bytes: &'a mut [u8], rng: &mut ChaCha8Rng) -> Option<&'a mut u8> {
    let n = bytes.len();
    (n > 0).then(|| &mut bytes[rng.random_range(0..n)])
}

fn insert(bytes: &mut Vec<u8>, piece: &[u8], rng: &mut ChaCha8Rng) {
    let at = rng.random_range(0..=bytes.len());
    bytes.splice(at..at, piece.iter().copied());
}

/// A piece of a text, mostly short.
fn piece(bytes: &[u8], rng: &mut ChaCha8Rng) -> std::ops::Range<usize> {
    let start = rng.random_range(0..=bytes.len());
    let most = (bytes.len() - start).min(1 << rng.random_range(0..12));
    start..start + rng.random_range(0..=most)
}

/// The run of bytes of a kind around a random place; empty where there is none.
fn run(bytes: &[u8], rng: &mut ChaCha8Rng, is_of_kind: impl Fn(u8) -> bool) -> std::ops::Range<usize> {
    let at = rng.random_range(0..=bytes.len());
    let start = bytes[at..].iter().position(|&byte| is_of_kind(byte)).map_or(bytes.len(), |skip| at + skip);
    let length = bytes[start..].iter().take_while(|&&byte| is_of_kind(byte)).count();
    start..start + length
}
