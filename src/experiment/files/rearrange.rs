//! Putting the lines of a file in order where there is no room for a second file.
//!
//! At every moment each line is whole somewhere in the file, so that a program that is killed in the middle loses none. A
//! part of the lines after the other comes to where it belongs: it is copied behind the end, and then everything between is
//! moved towards the end to make room, piece by piece from behind, each copied behind the end before it is overwritten. That
//! takes an eighth more room, and a piece.

use std::{
    collections::HashSet,
    fs::{self, OpenOptions},
    io::{self, Seek, SeekFrom, Write},
    path::Path,
};

/// Parts that come into order one after the other.
const N_PARTS: usize = 8;
/// Pieces that a file is moved in.
const N_PIECES: usize = 32;
/// Least bytes that are moved at a time.
const LEAST_PIECE: usize = 1 << 16;

/// Turns the lines of a file into those of a text; lines that the text does not have go.
///
/// # Errors
/// When the system refuses; every line of the text that was in the file is still there, beside others.
pub(super) fn rearrange(place: &Path, text: &[u8]) -> io::Result<()> {
    let before = fs::read(place)?;
    let mut file = OpenOptions::new().write(true).open(place)?;
    steps(&before, text, LEAST_PIECE.max(text.len() / N_PIECES), |step| match step {
        Step::Append { at, bytes } => {
            file.seek(SeekFrom::Start(at as u64))?;
            let written = file.write_all(bytes).and_then(|()| file.sync_data());
            // A line that was cut short would be damaged.
            written.inspect_err(|_| drop(file.set_len(at as u64)))
        }
        Step::Overwrite { at, bytes } => {
            file.seek(SeekFrom::Start(at as u64))?;
            file.write_all(bytes)?;
            file.sync_data()
        }
        Step::Cut { len } => {
            file.set_len(len as u64)?;
            file.sync_all()
        }
    })
}

/// What is done to the file; each step is on the disk before the next.
enum Step<'a> {
    /// Writes behind the end.
    Append { at: usize, bytes: &'a [u8] },
    /// Writes where something is.
    Overwrite { at: usize, bytes: &'a [u8] },
    /// Takes away what is behind.
    Cut { len: usize },
}

fn lines(text: &[u8]) -> impl Iterator<Item = &[u8]> {
    text.split_inclusive(|&byte| byte == b'\n')
}

/// Where the last line that ends within so many bytes has its end.
fn last_end(text: &[u8], within: usize) -> usize {
    text[..within].iter().rposition(|&byte| byte == b'\n').map_or(0, |end| end + 1)
}

/// Lists the steps that lead from the one text to the other.
fn steps(before: &[u8], text: &[u8], piece: usize, mut take: impl FnMut(Step<'_>) -> io::Result<()>) -> io::Result<()> {
    let mut now = before.to_vec();
    // What is not there yet comes behind first; half a line there is ended.
    let known: HashSet<&[u8]> = lines(before).collect();
    let mut new: Vec<u8> = if before.is_empty() || before.ends_with(b"\n") { Vec::new() } else { vec![b'\n'] };
    lines(text).filter(|line| !known.contains(line)).for_each(|line| new.extend_from_slice(line));
    if !new.is_empty() {
        take(Step::Append { at: now.len(), bytes: &new })?;
        now.extend_from_slice(&new);
    }
    let mut n_sorted = 0;
    for part in 1..=N_PARTS {
        let end = last_end(text, text.len() * part / N_PARTS);
        let mut goal = text[..end].to_vec();
        let mut in_front: HashSet<&[u8]> = lines(&text[..end]).collect();
        // A line that is there twice counts once; the other time it is one of those that go in the end.
        lines(&now).filter(|line| !in_front.remove(line)).for_each(|line| goal.extend_from_slice(line));
        move_lines(&now, &goal, n_sorted..end, piece, &mut take)?;
        (now, n_sorted) = (goal, end);
    }
    take(Step::Cut { len: text.len() })
}

/// Brings lines to the front that stand at `front` in the goal, and moves the others towards the end.
fn move_lines(
    now: &[u8],
    goal: &[u8],
    front: std::ops::Range<usize>,
    piece: usize,
    take: &mut impl FnMut(Step<'_>) -> io::Result<()>,
) -> io::Result<()> {
    let same = now.iter().zip(goal).take_while(|(a, b)| a == b).count();
    let first = last_end(goal, same);
    let front = &goal[front.start.max(first).min(front.end)..front.end];
    if front.is_empty() {
        return Ok(());
    }
    take(Step::Append { at: now.len(), bytes: front })?;
    let with_front = now.len() + front.len();
    let mut end = goal.len();
    while end > first {
        let begin = last_end(goal, end.saturating_sub(piece).max(first)).max(first);
        take(Step::Append { at: with_front, bytes: &goal[begin..end] })?;
        take(Step::Overwrite { at: begin, bytes: &goal[begin..end] })?;
        take(Step::Cut { len: with_front })?;
        end = begin;
    }
    take(Step::Cut { len: now.len() })
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use proptest::prelude::*;

    use super::*;

    /// Carries out the steps on a text; after each, and in the middle of each, all lines of `text` must be there.
    fn check(before: &[u8], text: &[u8], piece: usize) {
        let mut image = before.to_vec();
        // What is missing in the beginning comes with the first step.
        let mut is_complete = false;
        let has_all = |image: &[u8]| {
            let there: HashSet<&[u8]> = lines(image).collect();
            lines(text).all(|line| there.contains(line))
        };
        let mut longest = 0;
        steps(before, text, piece, |step| {
            let (at, bytes) = match step {
                Step::Cut { len } => {
                    image.truncate(len);
                    assert!(has_all(&image));
                    return Ok(());
                }
                Step::Append { at, bytes } => {
                    assert_eq!(at, image.len());
                    (at, bytes)
                }
                Step::Overwrite { at, bytes } => (at, bytes),
            };
            for n in [bytes.len() / 3, bytes.len() / 2, bytes.len()] {
                image.resize(image.len().max(at + n), 0);
                image[at..at + n].copy_from_slice(&bytes[..n]);
                assert!(!is_complete || has_all(&image), "killed after {n} of {} bytes at {at}", bytes.len());
            }
            is_complete = true;
            longest = longest.max(image.len());
            assert!(has_all(&image));
            Ok(())
        })
        .unwrap();
        assert_eq!(image, text);
        if before.len() == text.len() {
            let most = text.len() + text.len() / 8 + piece + 2 * 400;
            assert!(longest <= most, "{longest} bytes for a file of {}", text.len());
        }
    }

    fn text_of(lines: &[String]) -> Vec<u8> {
        lines.concat().into_bytes()
    }

    proptest! {
        #[test]
        fn no_line_is_ever_missing_while_lines_are_moved(
            numbers in proptest::collection::hash_set(0_u32..100_000, 1..60),
            n_cut in 0_usize..40,
            n_known in 0_usize..60,
            piece in 1_usize..200,
        ) {
            let mut lines: Vec<String> = numbers.into_iter().map(|n| format!("{{\"run\":{n},{}}}\n", "x".repeat(n as usize % 23))).collect();
            let mut before = text_of(&lines[..n_known.min(lines.len())]);
            let half = b"{\"half\":".repeat(8);
            before.extend_from_slice(&half[..n_cut]);
            lines.sort();
            check(&before, &text_of(&lines), piece);
        }
    }

    #[test]
    fn a_sweep_s_order_is_turned_into_that_of_its_runs_with_an_eighth_more_room() {
        let line = |run: usize| format!("{{\"run\":{run},{}}}\n", "9".repeat(200 + run % 7));
        let (n_points, n_seeds) = (40, 10);
        let by_seed = (0..n_seeds).flat_map(|seed| (0..n_points).map(move |point| point * n_seeds + seed));
        let before: Vec<String> = by_seed.map(line).collect();
        let reversed: Vec<String> = (0..n_points * n_seeds).rev().map(line).collect();
        let after: Vec<String> = (0..n_points * n_seeds).map(line).collect();
        check(&text_of(&before), &text_of(&after), 1000);
        check(&text_of(&reversed), &text_of(&after), 1000);
        check(&text_of(&after), &text_of(&after), 1000);
    }
}
