//! Counts that stand beside their classes, a class a line.

use super::{
    DistributionError,
    pieces::{placed, shorten, whole},
};

/// Signs between class and count; a space stands for any white space.
const SIGNS: [char; 5] = ['\t', ';', ',', ':', ' '];

/// A line of two fields.
struct Pair<'a> {
    /// Line in the text, from 1.
    line: usize,
    text: &'a str,
    class: &'a str,
    count: &'a str,
}

/// The counts of a text whose every line is a class and its count (or the count and its class, as `uniq -c` has it), in the
/// order of the classes; `None` for any other text.
///
/// # Errors
/// When the lines could as well be two counts each.
pub(super) fn paired_counts(text: &str) -> Result<Option<Vec<u64>>, DistributionError> {
    let Some(mut pairs) = pairs(text) else { return Ok(None) };
    let is_name = |field: &str| field.chars().any(char::is_alphabetic) && field.parse::<f64>().is_err();
    if pairs.len() > 2 && is_name(pairs[0].class) && is_name(pairs[0].count) {
        // Headings.
        pairs.remove(0);
    }
    if pairs.iter().all(|pair| is_name(pair.count)) {
        for pair in &mut pairs {
            (pair.class, pair.count) = (pair.count, pair.class);
        }
    }
    let Some(counts) = pairs.iter().map(|pair| whole(pair.count)).collect::<Option<Vec<u64>>>() else {
        return Ok(None);
    };
    if pairs.iter().all(|pair| is_name(pair.class)) {
        return Ok(Some(counts));
    }
    let numbers: Option<Vec<usize>> = pairs.iter().map(|pair| pair.class.parse().ok()).collect();
    numbers.map_or(Ok(None), |numbers| by_number(&pairs, &numbers, &counts))
}

/// Counts of classes that are numbered.
fn by_number(pairs: &[Pair<'_>], numbers: &[usize], counts: &[u64]) -> Result<Option<Vec<u64>>, DistributionError> {
    /// Fewest lines of which it is no chance that their first numbers are those of classes.
    const ENOUGH: usize = 3;
    let unsure = || DistributionError::MaybePairs { line: pairs[0].line, text: shorten(pairs[0].text) };
    let is_in_order = numbers.iter().enumerate().all(|(place, &number)| number == numbers[0] + place);
    let has_thousands = pairs.iter().all(|pair| pair.count.len() == 3 && pair.text.contains(','));
    match placed(numbers, counts) {
        // "1,500" above "2,300" may be one and a half thousand above more than two.
        Some(_) if numbers[0] > 0 && has_thousands && numbers.len() < ENOUGH => Err(unsure()),
        Some(placed) if is_in_order || numbers.len() >= ENOUGH => Ok(Some(placed)),
        Some(_) => Err(unsure()),
        // Numbers that rise in small steps look like classes of which some are left out, unless everything rises.
        None => {
            let rises = numbers.windows(2).all(|pair| pair[0] < pair[1]);
            let is_dense = numbers.last().is_some_and(|&last| last.saturating_sub(numbers[0]) < 3 * numbers.len());
            let is_list = numbers.iter().zip(counts).flat_map(|(&number, &n)| [number as u64, n]).is_sorted();
            if rises && is_dense && !is_list && numbers.len() >= ENOUGH { Err(unsure()) } else { Ok(None) }
        }
    }
}

/// The fields of every line, where each has two with the same sign between them; `None` for fewer than two lines.
fn pairs(text: &str) -> Option<Vec<Pair<'_>>> {
    if text.contains(['[', ']', '(', ')', '{', '}', '<', '>', '=']) {
        return None;
    }
    let plain = text.lines().map(|line| line.split('#').next().unwrap_or_default().trim());
    let lines = plain.enumerate().map(|(idx, line)| (idx + 1, line));
    let lines: Vec<(usize, &str)> = lines.filter(|(_, line)| !line.is_empty()).collect();
    if lines.len() < 2 {
        return None;
    }
    SIGNS.into_iter().find_map(|sign| {
        let mut found = Vec::with_capacity(lines.len());
        for &(line, text) in &lines {
            let (class, count) = fields(text, sign)?;
            found.push(Pair { line, text, class, count });
        }
        Some(found)
    })
}

/// Both fields of a line, without quotes; `None` where there are more or fewer.
fn fields(line: &str, sign: char) -> Option<(&str, &str)> {
    let (class, count) = match sign {
        ' ' if line.ends_with(|c: char| c.is_ascii_digit() || c == '.') => line.rsplit_once(char::is_whitespace)?,
        ' ' => line.split_once(char::is_whitespace)?,
        _ => line.rsplit_once(sign)?,
    };
    let (class, count) = (unquoted(class), unquoted(count));
    // Several numbers before the last one are a row of a list.
    let is_one = line.starts_with(['"', '\''])
        || !class.contains(|c: char| c == ',' || c == ';' || c == '\t' || c == sign && sign != ' ');
    let has_name = [class, count].iter().any(|field| field.chars().any(char::is_alphabetic));
    let is_list = class.contains(char::is_whitespace) && !has_name;
    (!class.is_empty() && !count.is_empty() && is_one && !is_list).then_some((class, count))
}

/// A field without the white space and the quotes around it.
fn unquoted(field: &str) -> &str {
    let field = field.trim();
    let inside = |quote: char| field.strip_prefix(quote)?.strip_suffix(quote);
    inside('"').or_else(|| inside('\'')).unwrap_or(field).trim()
}

#[cfg(test)]
mod tests {
    use crate::distribution::{DistributionError, parse_counts};

    #[track_caller]
    fn check(text: &str, expected: &[u64]) {
        assert_eq!(parse_counts(text).map(|counts| counts.as_slice().to_vec()), Ok(expected.to_vec()), "{text:?}");
    }

    #[track_caller]
    fn check_unsure(text: &str) {
        let refused = parse_counts(text);
        assert!(matches!(refused, Err(DistributionError::MaybePairs { .. })), "{text:?}: {refused:?}");
    }

    #[test]
    fn numbered_classes_are_no_counts_whatever_stands_between() {
        for (sign, end) in
            [(",", ""), (", ", ""), ("\t", ""), (" ", ""), ("   ", ""), (";", ""), (": ", ""), (":", " # c")]
        {
            for first in [0, 1] {
                let line = |(idx, n): (usize, &u64)| format!("{}{sign}{n}{end}\n", idx + first);
                let of = |counts: &[u64]| counts.iter().enumerate().map(line).collect::<String>();
                check(&of(&[5000, 50]), &[5000, 50]);
                check(&of(&[5000, 640, 50, 7]), &[5000, 640, 50, 7]);
                check(&format!("class{sign}count\n{}", of(&[5000, 640, 50])), &[5000, 640, 50]);
            }
        }
        check("0,500\r\n1,300\r\n2,200\r\n", &[500, 300, 200]);
        check("1,500\n2,300\n3,120", &[500, 300, 120]);
        check("\"0\",\"500\"\n\"1\",\"300\"", &[500, 300]);
        // Listed by size.
        check("2,5000\n0,640\n1,50", &[640, 50, 5000]);
        check("0 5000.0\n1 50.0", &[5000, 50]);
    }

    #[test]
    fn named_classes_stand_on_either_side() {
        check("cat,5000\ndog,50", &[5000, 50]);
        check("label\tn\ncat\t5000\nbig dog\t50\n", &[5000, 50]);
        check("cat: 5000\ndog: 50", &[5000, 50]);
        check("\"cat, big\",5000\n\"dog\",50", &[5000, 50]);
        check("   5000 cat\n     50 big dog\n", &[5000, 50]);
        check("class_0 5000\nclass_1 50", &[5000, 50]);
    }

    #[test]
    fn what_may_be_both_is_refused_with_its_first_line() {
        check_unsure("1,500\n2,300");
        check_unsure("1 5000\n0 50");
        check_unsure("0,500\n2,300\n5,20");
        check_unsure("3,5000\n5,300\n8,20");
        let message = parse_counts("# classes\n1,500\n2,300").unwrap_err().to_string();
        assert!(message.starts_with("line 2: \"1,500\" may be a class and its count, or two counts: "), "{message}");
    }

    #[test]
    fn lists_with_two_counts_a_line_stay_lists() {
        check("5000 2997\n1796 1077", &[5000, 2997, 1796, 1077]);
        check("1, 200\n3, 400", &[1, 200, 3, 400]);
        check("5000,2997\n1796,1077\n645,387", &[5000, 2997, 1796, 1077, 645, 387]);
        check("0,500", &[0, 500]);
        check("3 5\n8 9\n12 13", &[3, 5, 8, 9, 12, 13]);
        check("1 2 3\n4 5 6", &[1, 2, 3, 4, 5, 6]);
    }
}
