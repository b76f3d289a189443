//! From a formula as it is typed to its structure: fractions, scripts, roots and limits.

/// Part of a formula.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Math {
    /// A word, a number, a symbol or a sign.
    Text(String),
    /// One after the other.
    Row(Vec<Math>),
    /// What stands lower, and what higher, after a base.
    Scripts { base: Box<Math>, below: Option<Box<Math>>, above: Option<Box<Math>> },
    /// Numerator and denominator.
    Fraction(Box<Math>, Box<Math>),
    /// A square root.
    Root(Box<Math>),
    /// A limit, with what goes where.
    Limit(Box<Math>),
    /// In parentheses, which are as tall as what they hold.
    Group(Box<Math>),
}

/// Reads text with formulas in it; each entry is a word, between which a line may end.
///
/// | typed | set as |
/// |---|---|
/// | `n_max`, `E_{n−1}` | subscript |
/// | `p^2`, `β^(n−1)`, `βⁿ` | superscript |
/// | `1/E_n`, `(1 − βⁿ)/(1 − β)` | fraction of the two factors |
/// | `n₋ L₋ ÷ (a + b)`, `Σ w / B` | fraction of the two products |
/// | `√n`, `√(1 + x²)` | root |
/// | `lim n → ∞` | limit |
///
/// Words of more than one letter are never part of a fraction of factors, so that "head/tail" stays what it is.
pub(super) fn parse(text: &str) -> Vec<Math> {
    let letters: Vec<char> = text.chars().collect();
    let words = Reader { letters: &letters, at: 0, is_script: false }.words();
    long_fractions(words)
}

struct Reader<'a> {
    letters: &'a [char],
    at: usize,
    /// Within scripts fractions stay on their line.
    is_script: bool,
}

impl Reader<'_> {
    fn peek(&self) -> Option<char> {
        self.letters.get(self.at).copied()
    }

    fn starts_with(&self, text: &str) -> bool {
        let mut rest = self.letters.get(self.at..).unwrap_or_default().iter();
        text.chars().all(|letter| rest.next() == Some(&letter))
    }

    fn take_while(&mut self, belongs: impl Fn(char) -> bool) -> String {
        let begin = self.at;
        while self.peek().is_some_and(&belongs) {
            self.at += 1;
        }
        self.letters.get(begin..self.at).unwrap_or_default().iter().collect()
    }

    /// What is between spaces, to the end.
    fn words(&mut self) -> Vec<Math> {
        let mut words = Vec::new();
        while self.peek().is_some() {
            if self.peek() == Some(' ') {
                self.at += 1;
                continue;
            }
            words.push(self.limit().unwrap_or_else(|| row(self.parts(|letter| letter == ' '))));
        }
        words
    }

    /// `lim n → ∞`: what goes where stands below.
    fn limit(&mut self) -> Option<Math> {
        if !self.starts_with("lim ") {
            return None;
        }
        let begin = self.at;
        self.at += 4;
        let symbol = self.take_while(|letter| letter != ' ');
        if self.starts_with(" → ") {
            self.at += 3;
            let goal = self.take_while(|letter| letter != ' ');
            return Some(Math::Limit(Box::new(Math::Text(format!("{symbol}→{goal}")))));
        }
        self.at = begin;
        None
    }

    /// Factors and signs up to a letter that ends them, which is left.
    fn parts(&mut self, ends: impl Fn(char) -> bool) -> Vec<Math> {
        let mut parts = Vec::new();
        while let Some(letter) = self.peek().filter(|&letter| !ends(letter)) {
            match self.factor() {
                Some(factor) => parts.push(self.divided(factor)),
                None => {
                    let word = self.take_while(|letter| letter.is_alphabetic() && raised(letter).is_none());
                    if let Some(raised) = raised(letter) {
                        // After a sign, as in ‖x‖².
                        self.at += 1;
                        let (base, above) = (Math::Text(String::new()), Math::Text(raised.to_string()));
                        parts.push(Math::Scripts { base: Box::new(base), below: None, above: Some(Box::new(above)) });
                    } else if word.is_empty() {
                        self.at += 1;
                        parts.push(Math::Text(letter.to_string()));
                    } else {
                        parts.push(Math::Text(word));
                    }
                }
            }
        }
        parts
    }

    /// The factor, or the fraction that it is the numerator of.
    fn divided(&mut self, numerator: Math) -> Math {
        if self.is_script || self.peek() != Some('/') {
            return numerator;
        }
        let slash = self.at;
        self.at += 1;
        match self.factor() {
            Some(denominator) if !is_not_available(&numerator, &denominator) => {
                Math::Fraction(Box::new(bare(numerator)), Box::new(bare(denominator)))
            }
            _ => {
                self.at = slash;
                numerator
            }
        }
    }

    /// A number, a symbol, a root or a group, with its scripts; `None` before anything else, which is left.
    fn factor(&mut self) -> Option<Math> {
        let letter = self.peek()?;
        let begin = self.at;
        let base = if letter.is_ascii_digit() {
            Math::Text(self.number())
        } else if letter == '√' {
            self.at += 1;
            match self.factor() {
                Some(inner) => return Some(Math::Root(Box::new(bare(inner)))),
                None => return Some(Math::Text("√".to_owned())),
            }
        } else if letter == '(' {
            self.group()?
        } else if letter.is_alphabetic() || letter == '∂' {
            let symbol = self.take_while(|letter| letter.is_alphabetic() && raised(letter).is_none() || letter == '∂');
            let is_derivative = symbol.chars().count() == 2 && symbol.starts_with(['d', '∂']);
            if symbol.chars().count() != 1 && !is_derivative {
                self.at = begin;
                return None;
            }
            Math::Text(symbol)
        } else {
            return None;
        };
        Some(self.scripted(base))
    }

    /// Digits with points and commas between them and an exponent of ten.
    fn number(&mut self) -> String {
        let mut number = String::new();
        while let Some(letter) = self.peek() {
            let next = self.letters.get(self.at + 1).copied();
            let is_inside = matches!(letter, '.' | ',') && next.is_some_and(|next| next.is_ascii_digit());
            let is_exponent =
                letter == 'e' && next.is_some_and(|next| next.is_ascii_digit() || matches!(next, '-' | '−'));
            let is_sign = matches!(letter, '-' | '−') && number.ends_with('e');
            if !(letter.is_ascii_digit() || is_inside || is_exponent || is_sign) {
                break;
            }
            number.push(letter);
            self.at += 1;
        }
        number
    }

    /// What stands in parentheses; `None` where they are not closed.
    fn group(&mut self) -> Option<Math> {
        let begin = self.at;
        self.at += 1;
        let inside = self.parts(|letter| letter == ')');
        if self.peek() != Some(')') {
            self.at = begin;
            return None;
        }
        self.at += 1;
        Some(Math::Group(Box::new(row(inside))))
    }

    /// The base with the scripts that follow it.
    fn scripted(&mut self, base: Math) -> Math {
        let (mut below, mut above) = (None, None);
        loop {
            let place = match self.peek() {
                Some('_') if below.is_none() => &mut below,
                Some('^') if above.is_none() => &mut above,
                Some(letter) if raised(letter).is_some() && above.is_none() => {
                    self.at += 1;
                    above = raised(letter).map(|raised| Box::new(Math::Text(raised.to_string())));
                    continue;
                }
                Some(letter) if lowered(letter).is_some() && below.is_none() => {
                    self.at += 1;
                    below = lowered(letter).map(|lowered| Box::new(Math::Text(lowered.to_string())));
                    continue;
                }
                _ => break,
            };
            let mark = self.at;
            self.at += 1;
            match self.script() {
                Some(script) => *place = Some(Box::new(script)),
                None => {
                    self.at = mark;
                    break;
                }
            }
        }
        match (&below, &above) {
            (None, None) => base,
            _ => Math::Scripts { base: Box::new(base), below, above },
        }
    }

    /// What follows `_` or `^`: a group, or letters and digits.
    fn script(&mut self) -> Option<Math> {
        let outer = std::mem::replace(&mut self.is_script, true);
        let found = match self.peek() {
            Some('{') => {
                self.at += 1;
                let inside = self.parts(|letter| letter == '}');
                self.at += usize::from(self.peek() == Some('}'));
                Some(row(inside))
            }
            Some('(') => self.group().map(bare),
            Some(letter) if letter.is_ascii_digit() => Some(Math::Text(self.number())),
            Some(letter) if letter.is_alphanumeric() => Some(Math::Text(self.take_while(char::is_alphanumeric))),
            _ => None,
        };
        self.is_script = outer;
        found
    }
}

/// A superscript that is a letter of its own.
fn raised(letter: char) -> Option<char> {
    Some(match letter {
        'ⁿ' => 'n',
        '²' => '2',
        '³' => '3',
        '⁺' => '+',
        '⁻' => '−',
        _ => return None,
    })
}

/// A subscript that is a letter of its own.
fn lowered(letter: char) -> Option<char> {
    match letter {
        '₊' => Some('+'),
        '₋' => Some('−'),
        _ => None,
    }
}

/// One part stands for itself.
fn row(mut parts: Vec<Math>) -> Math {
    match parts.len() {
        1 => parts.remove(0),
        _ => Math::Row(parts),
    }
}

/// Without the parentheses that a fraction, a root or a script makes needless.
fn bare(math: Math) -> Math {
    match math {
        Math::Group(inside) => *inside,
        other => other,
    }
}

/// "n/a" is no fraction.
fn is_not_available(numerator: &Math, denominator: &Math) -> bool {
    matches!((numerator, denominator), (Math::Text(n), Math::Text(a)) if n == "n" && a == "a")
}

/// Puts the products on both sides of a free-standing `÷` or `/` above and below a bar.
fn long_fractions(words: Vec<Math>) -> Vec<Math> {
    let is_bar = |word: &Math| matches!(word, Math::Text(sign) if sign == "÷" || sign == "/");
    let Some(bar) = words.iter().position(is_bar) else { return words };
    let ends_before = |word: &Math| matches!(word, Math::Text(sign) if sign == "=") || ends_clause(word);
    let before = words.get(..bar).unwrap_or_default();
    let clause = before.iter().rposition(ends_before).map_or(0, |place| place + 1);
    // A sum begins where it says so.
    let sum = before.iter().rposition(|word| matches!(word, Math::Text(sign) if sign == "Σ"));
    let begin = clause.max(sum.unwrap_or(0));
    let rest = words.get(bar + 1..).unwrap_or_default();
    let is_sign = |word: &Math| matches!(word, Math::Text(sign) if ["=", "+", "·", ":"].contains(&sign.as_str()));
    let end = rest.iter().position(|word| is_sign(word) || ends_clause(word)).map_or(rest.len(), |place| {
        // The word that ends the clause belongs to it.
        place + usize::from(rest.get(place).is_some_and(ends_clause))
    });
    let (below, after) = rest.split_at(end);
    let (before, above) = words.get(..bar).unwrap_or_default().split_at(begin);
    if above.is_empty() || below.is_empty() {
        return words;
    }
    let spaced = |words: &[Math]| {
        let mut parts: Vec<Math> = words.iter().flat_map(|word| [Math::Text(" ".to_owned()), word.clone()]).collect();
        parts.remove(0);
        row(parts)
    };
    let mut below = below.to_vec();
    let end_mark = below.last_mut().and_then(take_end);
    let fraction = Math::Fraction(Box::new(bare(spaced(above))), Box::new(bare(spaced(&below))));
    let fraction = match end_mark {
        Some(mark) => Math::Row(vec![fraction, Math::Text(mark)]),
        None => fraction,
    };
    let mut all = before.to_vec();
    all.push(fraction);
    all.extend(long_fractions(after.to_vec()));
    all
}

/// Whether a clause ends with this word.
fn ends_clause(word: &Math) -> bool {
    take_end(&mut word.clone()).is_some()
}

/// Takes off the mark that ends a clause.
fn take_end(word: &mut Math) -> Option<String> {
    let Math::Row(parts) = word else { return None };
    match parts.last() {
        Some(Math::Text(mark)) if [",", ";", ":", "."].contains(&mark.as_str()) => {
            let mark = mark.clone();
            parts.pop();
            if let [only] = parts.as_slice() {
                *word = only.clone();
            }
            Some(mark)
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The structure in one line: fractions as [a|b], scripts as base{below;above}, roots as √[a], limits as lim[a].
    fn told(math: &Math) -> String {
        match math {
            Math::Text(text) => text.clone(),
            Math::Row(parts) => parts.iter().map(told).collect(),
            Math::Scripts { base, below, above } => {
                let script = |part: &Option<Box<Math>>| part.as_ref().map_or(String::new(), |part| told(part));
                format!("{}{{{};{}}}", told(base), script(below), script(above))
            }
            Math::Fraction(above, below) => format!("[{}|{}]", told(above), told(below)),
            Math::Root(inside) => format!("√[{}]", told(inside)),
            Math::Limit(inside) => format!("lim[{}]", told(inside)),
            Math::Group(inside) => format!("({})", told(inside)),
        }
    }

    fn check(typed: &str, expected: &str) {
        let words: Vec<String> = parse(typed).iter().map(told).collect();
        assert_eq!(words.join(" "), expected, "{typed}");
    }

    #[test]
    fn scripts_are_found_wherever_they_stand() {
        check("p·E_{n−1} + 1", "p·E{n−1;} + 1");
        check("E_n = 1 + β + β² + … + β^(n−1)", "E{n;} = 1 + β + β{;2} + … + β{;n−1}");
        check("n_max, n_i and p_t", "n{max;}, n{i;} and p{t;}");
        check("(1 − p_t)^γ", "(1 − p{t;}){;γ}");
        check("−(1 − p_y)^0.5 · ln p_y", "−(1 − p{y;}){;0.5} · ln p{y;}");
        check("n₊ L₊ + n₋ L₋", "n{+;} L{+;} + n{−;} L{−;}");
        check("(1/F)^(i/(C−1))", "([1|F]){;i/(C−1)}");
    }

    #[test]
    fn factors_become_fractions_and_words_do_not() {
        check("1/(1 − β) = N", "[1|1 − β] = N");
        check("(1 − β^n)/(1 − β)", "[1 − β{;n}|1 − β]");
        check("w = 1/√n: half way", "w = [1|√[n]]: half way");
        check("1/√n_y · −ln p_y", "[1|√[n{y;}]] · −ln p{y;}");
        check("dL/dx_t = −α_t (1 − p_t)", "[dL|dx{t;}] = −α{t;} (1 − p{t;})");
        check("head/tail, n/a, many/few", "head/tail, n/a, many/few");
        check("C classes have n_max/F samples", "C classes have [n{max;}|F] samples");
        check("1.75/2 = 8.75e-1, 1,000/3.", "[1.75|2] = 8.75e-1, [1,000|3].");
        check("‖∂l/∂θ‖ = ‖∂l/∂z‖·√(1 + ‖x‖²)", "‖[∂l|∂θ]‖ = ‖[∂l|∂z]‖·√[1 + ‖x‖{;2}]");
    }

    #[test]
    fn products_around_a_bar_of_their_own_become_a_fraction() {
        check(
            "Share = n₋ L₋ ÷ (n₊ L₊ + n₋ L₋), L = −ln p_t",
            "Share = [n{−;} L{−;}|n{+;} L{+;} + n{−;} L{−;}], L = −ln p{t;}",
        );
        check("Σ w·l / Σ w, as in PyTorch", "[Σ w·l|Σ w], as in PyTorch");
        check("Mean weight Σ n·w / Σ n: a factor", "Mean weight [Σ n·w|Σ n]: a factor");
        check("÷ CE", "÷ CE");
        check("a ÷", "a ÷");
    }

    #[test]
    fn limits_have_their_goal_below() {
        check("lim n → ∞ E_n = N", "lim[n→∞] E{n;} = N");
        check("lim of n", "lim of n");
        check("class_a of dim_2", "class_a of dim_2");
    }

    #[test]
    fn nonsense_stays_what_it_is() {
        for typed in ["", "E_", "^", "_", "(", ")", "1/", "/", "√", "((1", "a^(b", "{", "^^", "𝛽_"] {
            let told: String = parse(typed).iter().map(told).collect();
            assert_eq!(told.replace(' ', ""), typed.replace(' ', ""), "{typed}");
        }
        check("E_{n", "E{n;}");
    }
}
