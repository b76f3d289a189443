//! What pages of the lab are made of: a start with their look, tables, and the experiment that the lab opens again from a page.

use std::fmt::Write;

use super::Grid;
use crate::experiment::{ExperimentSpec, file, file::FileError};

const PAGE_STYLE: &str = "
body { font: 16px/1.5 system-ui, sans-serif; max-width: 68rem; margin: 2rem auto; padding: 0 1rem;
       color: rgb(25, 25, 25); background: white; }
h1 { font-size: 1.6rem; } h2 { font-size: 1.25rem; margin-top: 2rem; } h3 { font-size: 1.05rem; }
.answer { border-left: 4px solid rgb(0, 114, 178); padding: 0.3rem 1rem; background: rgb(240, 246, 251); }
.remark { border-left: 4px solid rgb(213, 94, 0); padding: 0.3rem 1rem; background: rgb(253, 244, 236); }
table { border-collapse: collapse; font-size: 0.9rem; } .wide { overflow-x: auto; }
th, td { padding: 0.2rem 0.55rem; text-align: right; white-space: nowrap; border-bottom: 1px solid rgb(225, 225, 225); }
th:first-child, td:first-child { text-align: left; }
pre { background: rgb(246, 246, 246); padding: 0.8rem; white-space: pre-wrap; overflow-wrap: anywhere; font-size: 0.85rem; }
svg { max-width: 100%; height: auto; }
figure { margin: 1rem 0; } figcaption { font-size: 0.95rem; }
";

/// The start of a page that stands alone: no script, nothing from a network. It ends with `</body></html>`.
pub fn page_start(title: &str, heading: &str) -> String {
    let (title, heading) = (escaped(title), escaped(heading));
    format!(
        "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n<meta name=\"viewport\" content=\"width=device-width\">\n<title>{title}</title>\n<style>{PAGE_STYLE}</style>\n</head>\n<body>\n<h1>{heading}</h1>\n"
    )
}

/// Adds a table.
pub fn page_table(out: &mut String, grid: &Grid) {
    out.push_str("<div class=\"wide\"><table>\n<tr>");
    for name in &grid.header {
        let _ = write!(out, "<th>{}</th>", escaped(name));
    }
    out.push_str("</tr>\n");
    for row in &grid.rows {
        out.push_str("<tr>");
        for cell in row {
            let _ = write!(out, "<td>{}</td>", escaped(&cell.to_text()));
        }
        out.push_str("</tr>\n");
    }
    out.push_str("</table></div>\n");
}

/// An experiment as the lab opens it from a page.
///
/// # Errors
/// When a number does not fit into its file.
pub fn page_experiment(spec: &ExperimentSpec) -> Result<String, FileError> {
    let (begin, end) = file::EXPERIMENT_IN_PAGE;
    Ok(format!("{begin}{}{end}\n", escaped(&file::to_toml(spec)?)))
}

/// Text that may hold anything as text of a page.
pub fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}
