//! Class counts from text: a file with one integer a line, a pasted list, a print-out of an array or a dictionary.

use std::borrow::Cow;

use super::{
    ClassCounts, DistributionError,
    pairs::paired_counts,
    pieces::{placed, shorten, whole},
    typed::plain_digits,
};

/// Reads counts separated by commas, semicolons, white space or line ends; brackets and `#` comments are skipped.
///
/// Print-outs of Python are understood as they are: `tensor([5000, 50], dtype=torch.int64)`, `array([5000.,   50.])`,
/// `{0: 5000, 1: 50}`, `Counter({'cat': 5000})`, and a pandas series that ends in `dtype: int64`. Keys are left out;
/// where they are the numbers 0 to C − 1, in whatever order, each count goes to the place of its key. Thousands may be
/// grouped ("5,000") in quotes, and in a column of cells where it cannot be a list of numbers of three digits.
///
/// Lines of a class and its count ("0,5000", "cat 50", "1: 7") are understood where the classes are numbered without a gap
/// from 0 or 1, or have names; a line of headings may stand above.
///
/// # Errors
/// When a piece is not a whole number from 0 up (the line is named), lines may be pairs of class and count or may not, or
/// [`ClassCounts::new`] refuses the list.
///
/// ```
/// use longtail_lab::distribution::parse_counts;
/// assert_eq!(parse_counts("[5000, 50]\n7 # rare")?.as_slice(), [5000, 50, 7]);
/// assert_eq!(parse_counts("Counter({1: 5000, 0: 50})")?.as_slice(), [50, 5000]);
/// assert_eq!(parse_counts("5,000\n50")?.as_slice(), [5000, 50]);
/// # Ok::<(), longtail_lab::distribution::DistributionError>(())
/// ```
pub fn parse_counts(text: &str) -> Result<ClassCounts, DistributionError> {
    let text = with_ascii_digits(text.strip_prefix('\u{feff}').unwrap_or(text));
    let text = text.as_ref();
    if let Some(counts) = paired_counts(text)? {
        return ClassCounts::new(counts);
    }
    if let Some(column) = grouped_column(text) {
        return ClassCounts::new(column);
    }
    let tokens = tokens(text);
    let counts = match series(&tokens) {
        Some(counts) => counts?,
        None => listed(&tokens)?,
    };
    ClassCounts::new(counts)
}

/// The text with ASCII characters in place of full-width digits and marks, where it has any.
fn with_ascii_digits(text: &str) -> Cow<'_, str> {
    let is_wide = |c: char| matches!(c, '\u{ff01}'..='\u{ff5e}' | '、' | '\u{3000}');
    if text.contains(is_wide) { Cow::Owned(plain_digits(text)) } else { Cow::Borrowed(text) }
}

/// What a text is made of.
#[derive(Debug, Clone, PartialEq)]
enum Kind {
    /// Letters and digits in a row.
    Word,
    /// Something in quotes.
    Quoted,
    /// A bracket, a colon, an equals sign.
    Sign(char),
}

/// A piece of the text.
#[derive(Debug, Clone)]
struct Token<'a> {
    kind: Kind,
    text: &'a str,
    /// Line in the text, from 1.
    line: usize,
}

impl Token<'_> {
    fn is_sign(&self, sign: char) -> bool {
        self.kind == Kind::Sign(sign)
    }

    fn count(&self) -> Result<u64, DistributionError> {
        let refused = || DistributionError::NotACount { line: self.line, text: shorten(self.text) };
        let count = if self.kind == Kind::Quoted { grouped(self.text.trim()) } else { None };
        count.or_else(|| whole(self.text.trim())).ok_or_else(refused)
    }
}

/// Splits a text at white space, separators and signs; comments are left out.
fn tokens(text: &str) -> Vec<Token<'_>> {
    let is_sign = |c: char| "[](){}<>:=".contains(c);
    let is_separator = |c: char| c.is_whitespace() || c == ',' || c == ';';
    let mut tokens = Vec::new();
    for (line_idx, mut rest) in text.lines().enumerate() {
        let line = line_idx + 1;
        while let Some(first) = rest.chars().next() {
            let closing = if first == '"' || first == '\'' { rest[1..].find(first) } else { None };
            let (kind, length, skip) = if first == '#' {
                break;
            } else if is_separator(first) {
                rest = &rest[first.len_utf8()..];
                continue;
            } else if is_sign(first) {
                (Kind::Sign(first), 1, 0)
            } else if let Some(end) = closing {
                (Kind::Quoted, end, 1)
            } else {
                let end = rest.find(|c| is_sign(c) || is_separator(c) || c == '#').unwrap_or(rest.len());
                (Kind::Word, end, 0)
            };
            tokens.push(Token { kind, text: &rest[skip..skip + length], line });
            rest = &rest[length + 2 * skip..];
        }
    }
    tokens
}

/// Counts that stand in a list, an array or a dictionary.
fn listed(tokens: &[Token<'_>]) -> Result<Vec<u64>, DistributionError> {
    let (mut keys, mut counts) = (Vec::new(), Vec::new());
    let mut place = 0;
    while let Some(token) = tokens.get(place) {
        let is_followed_by = |sign: char| tokens.get(place + 1).is_some_and(|next| next.is_sign(sign));
        place += match &token.kind {
            // A type's name, as in defaultdict(<class 'int'>, {…}); or the opening of <tf.Tensor: …>.
            Kind::Sign('<') if tokens.get(place + 1).is_some_and(|next| next.text == "class") => 4,
            Kind::Sign(_) => 1,
            // The name of a function, as in tensor([…]) and np.int64(5000).
            Kind::Word if is_followed_by('(') => 1,
            Kind::Word if is_followed_by('=') && token.text == "numpy" => 2,
            Kind::Word if is_followed_by('=') => 2 + length_of_value(&tokens[place + 2..]),
            Kind::Word | Kind::Quoted if is_followed_by(':') => {
                keys.push(token.text.parse::<usize>().ok());
                2
            }
            Kind::Word | Kind::Quoted => {
                counts.push(token.count()?);
                1
            }
        };
    }
    Ok(by_key(&keys, &counts).unwrap_or(counts))
}

/// Number of tokens in the value of an option: one, or a bracket with what is in it.
fn length_of_value(tokens: &[Token<'_>]) -> usize {
    let mut depth = 0_usize;
    for (idx, token) in tokens.iter().enumerate() {
        match token.kind {
            Kind::Sign('(' | '[') => depth += 1,
            Kind::Sign(')' | ']') => depth = depth.saturating_sub(1),
            _ => {}
        }
        if depth == 0 {
            return idx + 1;
        }
    }
    tokens.len()
}

/// The counts in the order of their keys, where these are the numbers from 0 or 1 up.
fn by_key(keys: &[Option<usize>], counts: &[u64]) -> Option<Vec<u64>> {
    if keys.len() != counts.len() {
        return None;
    }
    let keys: Vec<usize> = keys.iter().copied().collect::<Option<_>>()?;
    placed(&keys, counts)
}

/// A pandas series: lines that end in a count, and below them its type.
fn series(tokens: &[Token<'_>]) -> Option<Result<Vec<u64>, DistributionError>> {
    let last = tokens.last()?;
    let is_type = |window: &[Token<'_>]| window[0].text == "dtype" && window[1].is_sign(':');
    tokens.windows(2).any(|window| window[0].line == last.line && is_type(window)).then_some(())?;
    let lines: Vec<_> =
        tokens.chunk_by(|a, b| a.line == b.line).filter(|line| line.len() > 1 && line[0].line < last.line).collect();
    let counts: Result<Vec<u64>, _> = lines.iter().map(|line| line[line.len() - 1].count()).collect();
    let keys: Vec<_> = lines.iter().map(|line| line[0].text.parse::<usize>().ok()).collect();
    Some(counts.map(|counts| by_key(&keys, &counts).unwrap_or(counts)))
}

/// A column of cells as spreadsheets write them, with groups of three digits ("5,000").
///
/// Two cells or more, each a number, at least one with groups. Where every cell begins with three digits and has a
/// group ("100,200" above "300,400") they are taken for lists of numbers instead, unless a group begins with 0.
fn grouped_column(text: &str) -> Option<Vec<u64>> {
    text.contains(GROUP_SIGNS).then_some(())?;
    let cells: Vec<&str> = text.split(['\n', '\t', ';']).map(str::trim).filter(|cell| !cell.is_empty()).collect();
    let counts = cells.iter().map(|cell| grouped(cell)).collect::<Option<Vec<u64>>>()?;
    let groups = |cell: &&str| cell.split(GROUP_SIGNS).map(str::to_owned).collect::<Vec<_>>();
    let is_grouped = cells.iter().any(|cell| groups(cell).len() > 1);
    let may_be_list = cells.iter().map(groups).all(|groups| groups.len() > 1 && groups.iter().all(|g| g.len() == 3));
    let has_zero = cells.iter().any(|cell| groups(cell)[1..].iter().any(|group| group.starts_with('0')));
    (cells.len() > 1 && is_grouped && (!may_be_list || has_zero)).then_some(counts)
}

/// Signs between groups of three digits: comma, apostrophes, and spaces that do not break.
const GROUP_SIGNS: [char; 6] = [',', '\'', '’', '\u{a0}', '\u{202f}', '\u{2009}'];

/// A whole number that may be written with groups of three digits.
fn grouped(cell: &str) -> Option<u64> {
    let mut groups = cell.split(GROUP_SIGNS);
    let first = groups.next()?;
    let rest: Vec<&str> = groups.collect();
    let is_well_formed = rest.is_empty() || (1..=3).contains(&first.len()) && rest.iter().all(|group| group.len() == 3);
    let is_digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    if !is_well_formed || !is_digits(first) || !rest.iter().all(|group| is_digits(group)) {
        return None;
    }
    (first.to_owned() + &rest.concat()).parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, expected: &[u64]) {
        assert_eq!(parse_counts(text).map(|counts| counts.as_slice().to_vec()), Ok(expected.to_vec()), "{text:?}");
    }

    #[test]
    fn files_and_lists_are_read() {
        check("5000\n2997\n1796\n", &[5000, 2997, 1796]);
        check("\u{feff}5000\r\n50\r\n", &[5000, 50]);
        check("[1, 2,\n 3]", &[1, 2, 3]);
        check("1\t2;3", &[1, 2, 3]);
        check("５００，３００、２０", &[500, 300, 20]);
        check("5000,2997,100,200,300", &[5000, 2997, 100, 200, 300]);
        check("[\"5000\", '50']", &[5000, 50]);
    }

    #[test]
    fn print_outs_of_arrays_are_read() {
        check("tensor([5000, 2997], dtype=torch.int64)", &[5000, 2997]);
        check("tensor([5000., 2997.], device='cuda:0', requires_grad=True)", &[5000, 2997]);
        check("array([ 5000,  2997])", &[5000, 2997]);
        check("array([5000, 2997,\n       1796], dtype=int64)", &[5000, 2997, 1796]);
        check("[5000 2997\n 1796]", &[5000, 2997, 1796]);
        check("[np.int64(5000), np.int64(50)]", &[5000, 50]);
        check("torch.Size([5000, 50])", &[5000, 50]);
        check("dict_values([5000.0, 50.0])", &[5000, 50]);
        check("<tf.Tensor: shape=(2,), dtype=int32, numpy=array([5000, 50], dtype=int32)>", &[5000, 50]);
    }

    #[test]
    fn print_outs_of_dictionaries_are_read_in_the_order_of_their_keys() {
        check("{0: 5000, 1: 2997}", &[5000, 2997]);
        check("Counter({2: 5000, 0: 20, 1: 7})", &[20, 7, 5000]);
        check("Counter({'cat, big': 5000, \"dog (7): #3\": 50})", &[5000, 50]);
        check("defaultdict(<class 'int'>, {1: np.int64(5), 0: np.int64(6)})", &[6, 5]);
        check("{7: 5000, 9: 50}", &[5000, 50]);
        check("{2: 50, 1: 5000}", &[5000, 50]);
        check("{\"0\": 5000,\n \"1\": 50}", &[5000, 50]);
        check("label\n1    50\n0    5000\nName: count, dtype: int64", &[5000, 50]);
        check("cat 1    50\ndog      7\ndtype: int64\n", &[50, 7]);
    }

    #[test]
    fn groups_of_thousands_are_read_where_they_can_be_nothing_else() {
        check("5,000\n2,997\n645\n83", &[5000, 2997, 645, 83]);
        check("1,200,300\t5,000\t7", &[1_200_300, 5000, 7]);
        check("5\u{a0}000\r\n1'796\r\n", &[5000, 1796]);
        check("\"5,000\",\"50\"", &[5000, 50]);
        check("645,000\n832,000", &[645_000, 832_000]);
        // Three digits everywhere: rows of a list.
        check("100,200\n300,400", &[100, 200, 300, 400]);
        check("1, 200\n3, 400", &[1, 200, 3, 400]);
        check("900,90,9\n800,80", &[900, 90, 9, 800, 80]);
        check("5000,100", &[5000, 100]);
    }

    #[test]
    fn nonsense_is_named_with_its_line() {
        let message = parse_counts("5\n-3").unwrap_err().to_string();
        assert!(message.starts_with("line 2: \"-3\" is not a class count"), "{message}");
        for nonsense in ["1.5", "5.000", "NaN", "1e3", "ten", "99999999999999999999", "5 ... 3", "'", "5 'x", "{0: a}"]
        {
            assert!(matches!(parse_counts(nonsense), Err(DistributionError::NotACount { .. })), "{nonsense}");
        }
        for nothing in ["", " \n#only a comment", "tensor([], dtype=torch.int64)", "a=", "(", "<class", "x:", "dtype:"]
        {
            assert_eq!(parse_counts(nothing), Err(DistributionError::Empty), "{nothing}");
        }
    }
}
