//! Cells that a spreadsheet takes for what they are.

use std::borrow::Cow;

/// The text with an apostrophe before it where a spreadsheet would take it for a formula: where it begins with `=`, `+`,
/// `-`, `@`, a tabulator or a line end and is no number.
///
/// # Source
/// OWASP, "CSV Injection".
///
/// ```
/// use longtail_lab::text::spreadsheet_safe;
/// assert_eq!(spreadsheet_safe("=1+1"), "'=1+1");
/// assert_eq!((&*spreadsheet_safe("-2.5"), &*spreadsheet_safe("a=b")), ("-2.5", "a=b"));
/// ```
pub fn spreadsheet_safe(text: &str) -> Cow<'_, str> {
    let begins_a_formula = text.starts_with(['=', '+', '-', '@', '\t', '\r', '\n', '−', '＝', '＋', '－', '＠']);
    let is_number = || text.bytes().any(|byte| byte.is_ascii_digit()) && text.parse::<f64>().is_ok();
    if begins_a_formula && !is_number() { Cow::Owned(format!("'{text}")) } else { Cow::Borrowed(text) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn formulas_get_an_apostrophe_and_nothing_else_does() {
        for formula in ["=cmd|' /C calc'!A0", "+1+1", "-2+3", "@SUM(1+1)", "\t=1", "\r=1", "＝1", "-", "-inf", "−1"]
        {
            assert_eq!(spreadsheet_safe(formula), format!("'{formula}"));
        }
        for plain in ["", "text", "-1", "+1.5e3", "1=1", " a", "'=1"] {
            assert_eq!(spreadsheet_safe(plain), plain);
        }
    }
}
