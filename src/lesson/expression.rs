//! The language of claims: sums and products of numbers and figures of a run, and comparisons of two of them.

use std::fmt;

use crate::experiment::Figure;

/// Deepest nesting of parentheses that is read.
const DEEPEST: usize = 32;

/// Something that has a number once a run is known.
#[derive(Debug, Clone, PartialEq)]
pub enum Expression {
    /// A number.
    Number(f64),
    /// A figure of a run, or of the data.
    Figure(Quantity),
    /// A formula of numbers alone.
    Formula(Formula, Vec<Expression>),
    /// Two numbers joined by one of `+ - * /`.
    Joined(Box<Expression>, char, Box<Expression>),
}

/// A figure of a run, or of the data; objectives and classes by their names.
#[derive(Debug, Clone, PartialEq)]
pub enum Quantity {
    /// An overall figure of an objective, or the recall of one class.
    Recall(String, Which),
    /// The same of one objective less that of another.
    Gain(String, String, Which),
    /// Training samples of a class.
    Count(ClassName),
    /// Normalised class weight in an objective.
    Weight(String, ClassName),
    /// Share of the training loss that a class owns, 0 to 1.
    Owned(String, ClassName),
    /// Share of the training loss that easy samples own (p_t ≥ 1/2), 0 to 1.
    Easy(String),
}

/// What is asked of an objective.
#[derive(Debug, Clone, PartialEq)]
pub enum Which {
    /// An overall figure.
    Overall(Figure),
    /// The recall of a class.
    Class(ClassName),
}

/// A class.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ClassName {
    /// The most frequent one.
    Head,
    /// The rarest one that has samples.
    Tail,
    /// By its label.
    Named(String),
}

/// A formula of numbers alone.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Formula {
    /// −ln p, of p.
    Ce,
    /// −(1 − p)^γ ln p, of p and γ.
    Focal,
    /// (1 − βⁿ)/(1 − β), of n and β.
    Effective,
}

/// Words for overall figures.
const FIGURES: [(&str, Figure); 9] = [
    ("macro", Figure::MacroRecall),
    ("accuracy", Figure::Accuracy),
    ("natural", Figure::NaturalAccuracy),
    ("worst", Figure::WorstRecall),
    ("many", Figure::Many),
    ("medium", Figure::Medium),
    ("few", Figure::Few),
    ("gmean", Figure::GeometricMean),
    ("f1", Figure::MacroF1),
];

/// Says the number of a figure, or in a sentence why there is none.
pub type LookUp<'a> = &'a dyn Fn(&Quantity) -> Result<f64, String>;

/// A comparison of two expressions that is to hold.
#[derive(Debug, Clone, PartialEq)]
pub struct Claim {
    /// As it is written in the file.
    pub text: String,
    left: Expression,
    sign: &'static str,
    right: Expression,
}

impl Claim {
    /// Reads a claim, such as `recall(CE, tail) < 0.1`.
    ///
    /// # Errors
    /// What cannot be read, in a sentence.
    pub fn parse(text: &str) -> Result<Self, String> {
        let (left, sign, right) = ["<=", ">=", "<", ">"]
            .into_iter()
            .find_map(|sign| text.split_once(sign).map(|(left, right)| (left, sign, right)))
            .ok_or_else(|| format!("\"{text}\" compares nothing: write a claim as recall(CE, tail) < 0.1"))?;
        let (left, right) = (Expression::parse(left)?, Expression::parse(right)?);
        Ok(Self { text: text.trim().to_owned(), left, sign, right })
    }

    /// Whether it holds, with the numbers of both sides.
    ///
    /// # Errors
    /// When a figure is not there, in a sentence.
    pub fn holds(&self, look_up: LookUp<'_>) -> Result<(bool, [f64; 2]), String> {
        let (left, right) = (self.left.value(look_up)?, self.right.value(look_up)?);
        let holds = match self.sign {
            "<" => left < right,
            "<=" => left <= right,
            ">" => left > right,
            _ => left >= right,
        };
        Ok((holds, [left, right]))
    }
}

impl fmt::Display for Claim {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

impl Expression {
    /// Reads an expression, such as `recall(CB, worst) - 0.1`.
    ///
    /// # Errors
    /// What cannot be read, in a sentence.
    pub fn parse(text: &str) -> Result<Self, String> {
        Self::parse_at(text, 0)
    }

    /// As [`Expression::parse`], so deep in parentheses already.
    fn parse_at(text: &str, depth: usize) -> Result<Self, String> {
        let mut reader = Reader { text, rest: text, depth };
        let expression = reader.sum()?;
        match reader.peek() {
            None => Ok(expression),
            Some(_) => Err(format!("\"{}\" cannot be read from \"{}\" on", text.trim(), reader.rest.trim())),
        }
    }

    /// Its number.
    ///
    /// # Errors
    /// When a figure is not there, in a sentence.
    pub fn value(&self, look_up: LookUp<'_>) -> Result<f64, String> {
        Ok(match self {
            Self::Number(number) => *number,
            Self::Figure(quantity) => look_up(quantity)?,
            Self::Formula(formula, arguments) => {
                let numbers =
                    arguments.iter().map(|argument| argument.value(look_up)).collect::<Result<Vec<f64>, _>>()?;
                formula.value(&numbers)
            }
            Self::Joined(left, sign, right) => {
                let (left, right) = (left.value(look_up)?, right.value(look_up)?);
                match sign {
                    '+' => left + right,
                    '-' => left - right,
                    '*' => left * right,
                    _ => left / right,
                }
            }
        })
    }
}

impl Formula {
    fn value(self, numbers: &[f64]) -> f64 {
        match (self, numbers) {
            (Self::Ce, [p]) => -p.ln(),
            (Self::Focal, [p, gamma]) => -(1.0 - p).powf(*gamma) * p.ln(),
            (Self::Effective, [n, beta]) => crate::weighting::effective_number(*beta, *n as u64),
            _ => f64::NAN,
        }
    }
}

/// Reads from left to right.
struct Reader<'a> {
    text: &'a str,
    rest: &'a str,
    depth: usize,
}

impl<'a> Reader<'a> {
    fn peek(&self) -> Option<char> {
        self.rest.trim_start().chars().next()
    }

    fn take(&mut self, wanted: char) -> bool {
        let rest = self.rest.trim_start();
        match rest.strip_prefix(wanted) {
            Some(after) => {
                self.rest = after;
                true
            }
            None => false,
        }
    }

    fn sum(&mut self) -> Result<Expression, String> {
        let mut left = self.product()?;
        while let Some(sign @ ('+' | '-')) = self.peek() {
            self.take(sign);
            left = Expression::Joined(Box::new(left), sign, Box::new(self.product()?));
        }
        Ok(left)
    }

    fn product(&mut self) -> Result<Expression, String> {
        let mut left = self.factor()?;
        while let Some(sign @ ('*' | '/')) = self.peek() {
            self.take(sign);
            left = Expression::Joined(Box::new(left), sign, Box::new(self.factor()?));
        }
        Ok(left)
    }

    fn factor(&mut self) -> Result<Expression, String> {
        if self.depth == DEEPEST {
            return Err(format!("\"{}\" is nested too deeply", self.text.trim()));
        }
        self.depth += 1;
        let factor = self.factor_inside();
        self.depth -= 1;
        factor
    }

    fn factor_inside(&mut self) -> Result<Expression, String> {
        if self.take('-') {
            let factor = self.factor()?;
            return Ok(Expression::Joined(Box::new(Expression::Number(0.0)), '-', Box::new(factor)));
        }
        if self.take('(') {
            let inside = self.sum()?;
            return if self.take(')') { Ok(inside) } else { Err(self.unclosed()) };
        }
        let rest = self.rest.trim_start();
        let end = rest.find(|c: char| !(c.is_alphanumeric() || matches!(c, '.' | '_'))).unwrap_or(rest.len());
        let (word, after) = rest.split_at(end);
        self.rest = after;
        if word.is_empty() {
            return Err(format!("\"{}\" ends where a number or a figure is missing", self.text.trim()));
        }
        if let Ok(number) = word.parse::<f64>() {
            return Ok(Expression::Number(number));
        }
        if !self.take('(') {
            return Err(format!(
                "\"{word}\" is neither a number nor a figure with its objective, as in recall(CE, tail)"
            ));
        }
        let (inside, after) = self.arguments()?;
        let arguments = split_arguments(inside);
        self.rest = after;
        call(word, &arguments, self.depth)
    }

    /// What stands up to the parenthesis that closes the one just read, and the rest after it.
    fn arguments(&self) -> Result<(&'a str, &'a str), String> {
        let mut depth = 1_usize;
        for (at, letter) in self.rest.char_indices() {
            match letter {
                '(' => depth += 1,
                ')' => depth -= 1,
                _ => {}
            }
            if depth == 0 {
                return Ok((&self.rest[..at], &self.rest[at + 1..]));
            }
        }
        Err(self.unclosed())
    }

    fn unclosed(&self) -> String {
        format!("a parenthesis of \"{}\" is not closed", self.text.trim())
    }
}

/// What stands between commas outside of parentheses.
fn split_arguments(inside: &str) -> Vec<&str> {
    let mut depth = 0_usize;
    let parts = inside.split(|letter: char| {
        match letter {
            '(' => depth += 1,
            ')' => depth = depth.saturating_sub(1),
            _ => {}
        }
        letter == ',' && depth == 0
    });
    parts.map(str::trim).collect()
}

/// A figure or a formula with what stands in its parentheses.
fn call(word: &str, arguments: &[&str], depth: usize) -> Result<Expression, String> {
    let formula = |formula: Formula| {
        let numbers =
            arguments.iter().map(|argument| Expression::parse_at(argument, depth)).collect::<Result<Vec<_>, _>>()?;
        Ok(Expression::Formula(formula, numbers))
    };
    let quantity = match (word, arguments) {
        ("recall", [objective, which]) => Quantity::Recall((*objective).to_owned(), self::which(which)),
        ("gain", [objective, baseline, which]) => {
            Quantity::Gain((*objective).to_owned(), (*baseline).to_owned(), self::which(which))
        }
        ("count", [class]) => Quantity::Count(class_name(class)),
        ("weight", [objective, class]) => Quantity::Weight((*objective).to_owned(), class_name(class)),
        ("owned", [objective, class]) => Quantity::Owned((*objective).to_owned(), class_name(class)),
        ("easy", [objective]) if !objective.is_empty() => Quantity::Easy((*objective).to_owned()),
        ("ce", [_]) => return formula(Formula::Ce),
        ("focal", [_, _]) => return formula(Formula::Focal),
        ("effective", [_, _]) => return formula(Formula::Effective),
        _ => {
            return Err(format!(
                "{word}({}) is not known: there are recall(objective, figure or class), gain(objective, baseline, figure or class), count(class), weight(objective, class), owned(objective, class), easy(objective), ce(p), focal(p, γ) and effective(n, β)",
                arguments.join(", ")
            ));
        }
    };
    Ok(Expression::Figure(quantity))
}

fn which(word: &str) -> Which {
    match FIGURES.into_iter().find(|(name, _)| *name == word) {
        Some((_, figure)) => Which::Overall(figure),
        None => Which::Class(class_name(word)),
    }
}

fn class_name(word: &str) -> ClassName {
    match word {
        "head" => ClassName::Head,
        "tail" => ClassName::Tail,
        label => ClassName::Named(label.to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn nothing(_: &Quantity) -> Result<f64, String> {
        Err("nothing is known".to_owned())
    }

    fn value(text: &str) -> Result<f64, String> {
        Expression::parse(text)?.value(&nothing)
    }

    #[test]
    fn sums_products_and_formulas_have_their_value() {
        assert_eq!(value("1 + 2 * 3 - 4 / 2"), Ok(5.0));
        assert_eq!(value("(1 + 2) * -3"), Ok(-9.0));
        assert!((value("focal(0.9, 2) * 100").unwrap() - 0.105_360_5).abs() < 1e-6);
        assert!((value("ce(0.1)").unwrap() - 10.0_f64.ln()).abs() < 1e-12);
        assert_eq!(value("effective(1, 0.9)"), Ok(1.0));
        assert_eq!(value("effective(2, 1 - 0.5)"), Ok(1.5));
    }

    #[test]
    fn what_cannot_be_read_is_told_in_a_sentence() {
        for (text, expected) in [
            ("", "ends where a number or a figure is missing"),
            ("1 +", "ends where a number or a figure is missing"),
            ("1 2", "cannot be read from"),
            ("recall(CE", "is not closed"),
            ("(1", "is not closed"),
            ("recall(CE)", "is not known: there are recall("),
            ("easy()", "is not known"),
            ("loss", "neither a number nor a figure"),
            (&"(".repeat(1000), "nested too deeply"),
            (&"-".repeat(1000), "nested too deeply"),
            (&format!("{}1{}", "ce(".repeat(10_000), ")".repeat(10_000)), "nested too deeply"),
        ] {
            let message = value(text).unwrap_err();
            assert!(message.contains(expected), "{text}: {message}");
        }
        assert!(Claim::parse("recall(CE, tail)").unwrap_err().contains("compares nothing"));
    }

    #[test]
    fn names_keep_their_spaces_and_figures_have_words() {
        let read = Expression::parse("gain( CB β 0.9 , Balanced CE, gmean)").unwrap();
        let gain = Quantity::Gain("CB β 0.9".into(), "Balanced CE".into(), Which::Overall(Figure::GeometricMean));
        assert_eq!(read, Expression::Figure(gain));
        assert_eq!(FIGURES.len(), Figure::ALL.len());
        assert!(Figure::ALL.iter().all(|figure| FIGURES.iter().any(|(_, known)| known == figure)));
        let claim = Claim::parse("0.2 <= 0.1 + 0.1").unwrap();
        assert_eq!(claim.holds(&nothing), Ok((true, [0.2, 0.2])));
        assert_eq!(Claim::parse("1 < 1").unwrap().holds(&nothing), Ok((false, [1.0, 1.0])));
    }
}
