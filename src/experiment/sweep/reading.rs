//! Reading results of a sweep, line by line, and no more of a line than it can have.

use std::{
    collections::BTreeSet,
    io::{self, BufRead, Read},
};

use serde::Deserialize;

use super::{
    Damage, RESULTS_FORMAT, SweepError, SweepHeader, SweepLines, SweepRecord,
    checksum::{Seal, unseal},
    verify::{Expected, check_header},
};

/// Most bytes without a line end; what has more is no text with lines.
const MOST_BYTES: usize = 64 << 20;
/// A file may have every line several times, as one that was put together has, but not for ever.
const MOST_LINES_A_RUN: u64 = 20;
const MORE_LINES: u64 = 10_000;

/// Why results cannot be read.
#[derive(Debug, thiserror::Error)]
pub(crate) enum ReadError {
    /// The system refuses.
    #[error(transparent)]
    System(#[from] io::Error),
    /// They are not what they should be.
    #[error(transparent)]
    Sweep(#[from] SweepError),
}

/// Reads results from text. Lines that are not what the sweep could have written are left out and named.
///
/// # Errors
/// When it is something else, was written by a newer program, or its first line is damaged.
pub fn parse_lines(bytes: &[u8]) -> Result<SweepLines, SweepError> {
    read_lines(bytes, None).map_err(|error| match error {
        ReadError::Sweep(error) => error,
        ReadError::System(error) => SweepError::NoResults(error.to_string()),
    })
}

/// Reads results. Lines that are not what the sweep could have written are left out and named. What stands behind the last
/// line end was being written when the program was ended, and is left out too.
///
/// Where it is known which sweep it should be, a damaged first line counts as damage like any other, as long as there is a
/// line whose checksum says that it belongs to that sweep.
///
/// # Errors
/// When it cannot be read, is something else, was written by a newer program, or its first line is damaged.
pub(crate) fn read_lines(input: impl BufRead, known: Option<&SweepHeader>) -> Result<SweepLines, ReadError> {
    let mut reader = Reader { input, line: Vec::new(), n_lines: 0 };
    match reader.next(MOST_BYTES)? {
        Next::Whole => {}
        Next::TooLong | Next::Half | Next::End => {
            return Err(SweepError::NoResults("it has no complete line".to_owned()).into());
        }
    }
    if reader.line.starts_with(b"\xEF\xBB\xBF") {
        reader.line.drain(..3);
    }
    match (parse_header(&mut reader.line), known) {
        (Ok((header, expected)), _) => reader.records(header, expected, Damage::default()),
        (Err(error @ (SweepError::Header(_) | SweepError::NoResults(_))), Some(known)) => {
            let raw = serde_json::to_string(&known.sweep).unwrap_or_default();
            let Ok(expected) = check_header(known, &raw) else { return Err(error.into()) };
            let reason = match &error {
                SweepError::Header(reason) => reason.clone(),
                _ => "it does not say which sweep it is".to_owned(),
            };
            let mut damage = Damage::default();
            damage.add(1, reason);
            let lines = reader.records(known.clone(), expected, damage)?;
            if lines.records.is_empty() { Err(error.into()) } else { Ok(lines) }
        }
        (Err(error), _) => Err(error.into()),
    }
}

/// What a line of the input is.
enum Next {
    Whole,
    Half,
    TooLong,
    End,
}

struct Reader<R> {
    input: R,
    /// The line that was read last, without its end.
    line: Vec<u8>,
    n_lines: u64,
}

impl<R: BufRead> Reader<R> {
    /// Reads a line of at most `limit` bytes; of a longer one no more is kept.
    fn next(&mut self, most: usize) -> Result<Next, ReadError> {
        self.line.clear();
        let n_read = (&mut self.input).take(most as u64 + 1).read_until(b'\n', &mut self.line)?;
        self.n_lines += 1;
        if self.line.last() == Some(&b'\n') {
            self.line.pop();
            // A program of another system may have ended its lines in its own way.
            self.line.pop_if(|last| *last == b'\r');
            return Ok(Next::Whole);
        }
        match n_read {
            0 => Ok(Next::End),
            n if n <= most => Ok(Next::Half),
            n => self.skip_line(n),
        }
    }

    /// Passes over the rest of a line that is too long.
    fn skip_line(&mut self, n_before: usize) -> Result<Next, ReadError> {
        let mut n_skipped = n_before;
        while n_skipped <= MOST_BYTES {
            let buffer = self.input.fill_buf()?;
            if buffer.is_empty() {
                return Ok(Next::Half);
            }
            let end = buffer.iter().position(|&byte| byte == b'\n');
            let n = end.map_or(buffer.len(), |end| end + 1);
            self.input.consume(n);
            if end.is_some() {
                return Ok(Next::TooLong);
            }
            n_skipped += n;
        }
        let reason = format!("line {} has more than {} MiB without a line end", self.n_lines, MOST_BYTES >> 20);
        Err(SweepError::NoResults(reason).into())
    }

    /// Reads the lines behind the first one.
    fn records(mut self, header: SweepHeader, mut expected: Expected, damage: Damage) -> Result<SweepLines, ReadError> {
        // Where the first line is damaged, only a checksum tells whose the others are.
        let needs_checksum = header.longtail_lab_sweep > 1 || damage.n_lines() > 0;
        let most_lines = header.runs * MOST_LINES_A_RUN + MORE_LINES;
        let mut lines = SweepLines { damage, ..SweepLines::empty(header) };
        let mut contradicted = BTreeSet::new();
        loop {
            let next = self.next(expected.most_bytes())?;
            let line = self.n_lines as usize;
            match next {
                Next::End => break,
                Next::Half => {
                    lines.has_half_line = true;
                    break;
                }
                Next::TooLong => lines.damage.add(line, "it is longer than any line of its sweep".to_owned()),
                Next::Whole => {
                    let record = parse_record(&mut self.line, needs_checksum, &lines.header, &mut expected);
                    match record {
                        Ok(record) if contradicted.contains(&record.run) => {
                            lines.damage.add(line, contradiction(record.run));
                        }
                        Ok(record) => match lines.records.get(&record.run) {
                            Some(known) if *known != record => {
                                // Which of them is right cannot be told, so both have to go.
                                lines.records.remove(&record.run);
                                lines.damage.add(line, contradiction(record.run));
                                contradicted.insert(record.run);
                            }
                            _ => {
                                lines.records.insert(record.run, record);
                            }
                        },
                        Err(reason) => lines.damage.add(line, reason),
                    }
                }
            }
            if self.n_lines > most_lines {
                let reason = format!("it has more than {most_lines} lines for {} runs", lines.header.runs);
                return Err(SweepError::NoResults(reason).into());
            }
        }
        // Lines of an older program are written with checksums from now on.
        lines.header.longtail_lab_sweep = RESULTS_FORMAT;
        Ok(lines)
    }
}

fn contradiction(run: u64) -> String {
    format!("run {run} is there before with another result, and neither counts")
}

/// Reads the first line.
fn parse_header(line: &mut Vec<u8>) -> Result<(SweepHeader, Expected), SweepError> {
    #[derive(Deserialize)]
    struct Version {
        longtail_lab_sweep: i64,
    }
    let seal = unseal(line, "");
    let no_header = "its first line does not say which sweep it is; `sweep` writes such files".to_owned();
    let version: Version = serde_json::from_slice(line).map_err(|_| SweepError::NoResults(no_header))?;
    // What a newer program seals in another way is none of this program's business.
    if version.longtail_lab_sweep > RESULTS_FORMAT.cast_signed() && seal != Seal::Wrong {
        return Err(SweepError::Newer(version.longtail_lab_sweep));
    }
    if version.longtail_lab_sweep < 1 {
        return Err(SweepError::Header(format!("there is no format {}", version.longtail_lab_sweep)));
    }
    let header: SweepHeader = serde_json::from_slice(line).map_err(|error| SweepError::Header(in_line(&error)))?;
    let raw = raw_sweep(line);
    let expected = check_header(&header, &raw).map_err(SweepError::Header)?;
    match seal {
        Seal::Right => Ok((header, expected)),
        Seal::Missing if header.longtail_lab_sweep < 2 => Ok((header, expected)),
        seal => Err(SweepError::Header(fault_of(seal))),
    }
}

/// The text of the sweep in the first line, of which it is the last part.
fn raw_sweep(line: &[u8]) -> String {
    let text = String::from_utf8_lossy(line);
    let raw = text.split_once(",\"sweep\":").and_then(|(_, rest)| rest.strip_suffix('}'));
    raw.unwrap_or_default().to_owned()
}

/// Reads a line with a run.
fn parse_record(
    line: &mut Vec<u8>,
    needs_checksum: bool,
    header: &SweepHeader,
    expected: &mut Expected,
) -> Result<SweepRecord, String> {
    let seal = unseal(line, &header.fingerprint);
    // What is wrong in it tells more than that something is.
    let record: SweepRecord = serde_json::from_slice(line).map_err(|error| in_line(&error))?;
    expected.check(&record)?;
    match seal {
        Seal::Right => Ok(record),
        Seal::Missing if !needs_checksum => Ok(record),
        seal => Err(fault_of(seal)),
    }
}

fn fault_of(seal: Seal) -> String {
    match seal {
        Seal::Missing => "its checksum is missing".to_owned(),
        _ => "its checksum is not that of the line".to_owned(),
    }
}

/// The parser's complaint; each line is read for itself, so that the line it counts is always the first.
fn in_line(error: &serde_json::Error) -> String {
    error.to_string().replace(" at line 1 column ", " at column ")
}

#[cfg(test)]
mod tests {
    use rand::{RngExt, SeedableRng};
    use rand_chacha::ChaCha8Rng;

    use super::*;

    /// Results of 12 runs by a program that knew no checksums, and as this program writes them.
    fn old_and_new() -> (String, String) {
        let path = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/data/cases/07-out-over-input/runs.jsonl");
        let old = std::fs::read_to_string(path).unwrap();
        let lines = parse_lines(old.as_bytes()).unwrap();
        assert_eq!((lines.records.len(), lines.damage.n_lines()), (12, 0));
        let new = lines.to_text();
        (old, new)
    }

    /// Whether anything is said of what has become of a text; else it must be what it was.
    fn is_noticed(changed: &[u8], whole: &SweepLines) -> bool {
        match parse_lines(changed) {
            Ok(lines) if lines.damage.n_lines() == 0 && !lines.has_half_line => {
                assert!(lines.records == whole.records && lines.header == whole.header);
                false
            }
            _ => true,
        }
    }

    #[test]
    fn a_changed_bit_is_noticed_wherever_it_is() {
        let (_, new) = old_and_new();
        let whole = parse_lines(new.as_bytes()).unwrap();
        assert_eq!(whole.to_text(), new);
        let mut generator = ChaCha8Rng::seed_from_u64(1);
        let header = new.find('\n').unwrap() + 1;
        let runs_of_the_header = new.find("\"runs\"").unwrap();
        let mut n_noticed = 0;
        for place in 0..new.len() {
            // Every bit of what says how much there is, of the first line with a run and of the end; elsewhere one of each byte.
            let is_close = (runs_of_the_header..runs_of_the_header + 12).contains(&place)
                || (header..header + 60).contains(&place)
                || place + 40 > new.len();
            let bits = if is_close { (0..8).collect() } else { vec![generator.random_range(0..8_u8)] };
            for bit in bits {
                let mut changed = new.clone().into_bytes();
                changed[place] ^= 1 << bit;
                assert!(is_noticed(&changed, &whole), "bit {bit} of byte {place}");
                n_noticed += 1;
            }
        }
        assert!(n_noticed > new.len());
    }

    #[test]
    fn other_damage_is_noticed_too() {
        let (_, new) = old_and_new();
        let whole = parse_lines(new.as_bytes()).unwrap();
        let mut generator = ChaCha8Rng::seed_from_u64(2);
        for round in 0..300 {
            let mut changed = new.clone().into_bytes();
            let begin = generator.random_range(0..changed.len() - 1);
            let end = generator.random_range(begin + 1..changed.len().min(begin + 200));
            match round % 4 {
                0 => drop(changed.drain(begin..end)),
                1 => changed[begin..end].fill(0),
                2 => changed[begin..end].reverse(),
                _ => changed.truncate(begin),
            }
            if changed != new.as_bytes() && changed.last() == Some(&b'\n') || round % 4 == 3 {
                // What is cut off behind a line end is what was not run yet.
                let is_cut = round % 4 == 3 && changed.last() == Some(&b'\n');
                assert!(is_cut || is_noticed(&changed, &whole), "round {round}, {begin}..{end}");
            }
        }
    }

    #[test]
    fn of_files_without_checksums_a_changed_figure_is_noticed_where_others_follow_from_it() {
        let (old, _) = old_and_new();
        let whole = parse_lines(old.as_bytes()).unwrap();
        let mut n_silent = 0;
        let mut n_tried = 0;
        for (place, _) in old.match_indices(|c: char| c.is_ascii_digit()) {
            let mut changed = old.clone().into_bytes();
            changed[place] ^= 1;
            n_tried += 1;
            let result = parse_lines(&changed);
            if result.is_ok_and(|lines| lines.damage.n_lines() == 0) {
                let line_begin = old[..place].rfind('\n').map_or(0, |end| end + 1);
                let before = &old[line_begin..place];
                let last = |key: &str| before.rfind(key).unwrap_or(0);
                // The last digits of a figure are lost in rounding; the accuracy follows from nothing that is there.
                let is_accuracy = last("natural_accuracy") > last("per_class_recall");
                // Figures are compared to 1e-9, so that the ninth decimal is the first that may go unnoticed.
                let is_last_digit = before.len() - before.rfind('.').unwrap_or(0) > 8;
                assert!(
                    is_accuracy || is_last_digit || changed == old.as_bytes(),
                    "byte {place}: …{}",
                    &before[before.len().saturating_sub(40)..]
                );
                n_silent += 1;
            }
        }
        assert!(n_silent * 2 < n_tried, "{n_silent} of {n_tried}");
        assert_eq!(whole.records.len(), 12);
    }

    #[test]
    fn a_known_sweep_makes_up_for_a_damaged_first_line_only_where_lines_belong_to_it() {
        let (old, new) = old_and_new();
        let whole = parse_lines(new.as_bytes()).unwrap();
        let read = |text: &str| read_lines(text.as_bytes(), Some(&whole.header));
        let lines = read(&new.replacen("\"runs\":12", "\"runs\":99", 1)).unwrap();
        assert_eq!((lines.records.len(), lines.damage.n_lines(), &lines.header), (12, 1, &whole.header));
        // Lines without a checksum may belong to any sweep.
        assert!(read(&old.replacen("\"runs\":12", "\"runs\":99", 1)).is_err());
        assert!(read("banana\n").is_err() && read("").is_err());
    }
}
