//! The report of a sweep as a page that stands alone: no script, nothing from a network, the experiment inside it.

use std::fmt::Write;

use super::{
    super::Grid,
    charts::{head_against_tail, heat_maps, is_numeric, metric_against},
    method, of_classes,
    paper::{STYLE, escaped},
    points_grid, runs_grid,
};
use crate::experiment::{
    ExperimentSpec, Setting, file,
    sweep::{Choice, SweepError, SweepLines, choose, point_name},
};

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
figure { margin: 1rem 0; } figcaption { font-size: 0.95rem; }
";

/// The whole report.
///
/// # Errors
/// When the sweep in the results cannot be checked.
pub fn sweep_html(lines: &SweepLines) -> Result<String, SweepError> {
    let choices = choose(lines)?;
    let sweep = &lines.header.sweep;
    let metric = sweep.metric.label();
    let mut out = format!(
        "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n<meta name=\"viewport\" content=\"width=device-width\">\n<title>Sweep: {metric}</title>\n<style>{PAGE_STYLE}{STYLE}</style>\n</head>\n<body>\n<h1>What the sweep says</h1>\n"
    );
    for choice in &choices {
        conclusions(&mut out, lines, choice);
    }
    out.push_str("<h2>How it was measured</h2>\n<ul>\n");
    for sentence in method(lines) {
        add(&mut out, format!("<li>{}</li>", escaped(&sentence)));
    }
    out.push_str("</ul>\n");
    for choice in &choices {
        let setting = choice.imbalance.map_or(String::new(), |factor| format!(", imbalance factor {factor}"));
        add(&mut out, format!("<h2>Pictures{setting}</h2>"));
        pictures(&mut out, choice, metric, sweep.vary.keys().copied());
    }
    out.push_str("<h2>Points, best first</h2>\n");
    table(&mut out, &points_grid(lines)?);
    embedded(&mut out, lines, &choices)?;
    out.push_str("<details><summary>Every run</summary>\n");
    table(&mut out, &runs_grid(lines));
    out.push_str("</details>\n</body>\n</html>\n");
    Ok(out)
}

fn add(out: &mut String, line: String) {
    out.push_str(&line);
    out.push('\n');
}

fn conclusions(out: &mut String, lines: &SweepLines, choice: &Choice) {
    if let Some(factor) = choice.imbalance {
        add(out, format!("<h2>Imbalance factor {factor}</h2>"));
    }
    if let Some(best) = &choice.best {
        add(out, format!("<p class=\"answer\">{}</p>", escaped(&best.sentence)));
    }
    for remark in &choice.remarks {
        add(out, format!("<p class=\"remark\">{}</p>", escaped(remark)));
    }
    if let Some(best) = &choice.best {
        let weights: Vec<String> = best.class_weights.iter().map(f64::to_string).collect();
        let counts = of_classes(lines, best.counts.iter().map(u64::to_string)).join(", ");
        let title = format!("Class weights of {}, for the counts {counts}", point_name(&choice.points[best.place]));
        add(
            out,
            format!(
                "<details open><summary>{}</summary><pre>[{}]</pre></details>",
                escaped(&title),
                weights.join(", ")
            ),
        );
    }
}

fn pictures(out: &mut String, choice: &Choice, metric: &str, varied: impl Iterator<Item = Setting>) {
    let numeric: Vec<Setting> =
        varied.filter(|parameter| *parameter != Setting::Imbalance && is_numeric(choice, *parameter)).collect();
    let mut found = Vec::new();
    for (idx, across) in numeric.iter().enumerate() {
        for up in &numeric[idx + 1..] {
            found.extend(heat_maps(choice, metric, *across, *up));
        }
    }
    found.extend(numeric.iter().filter_map(|parameter| metric_against(choice, metric, *parameter)));
    found.extend(head_against_tail(choice, metric));
    for (title, svg) in found {
        add(out, format!("<figure><figcaption>{}</figcaption>\n{svg}</figure>", escaped(&title)));
    }
    out.push_str("<p>Solid frame or ring: the best point; dashed: not distinguishable from it. Bars are 95 % intervals over seeds.</p>\n");
}

fn table(out: &mut String, grid: &Grid) {
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

/// The best point and CE as an experiment that the lab opens, and the sweep itself.
fn embedded(out: &mut String, lines: &SweepLines, choices: &[Choice]) -> Result<(), SweepError> {
    let checked = lines.header.sweep.check()?;
    out.push_str("<h2>To go on from here</h2>\n<p>Open this page in the lab to get the experiment below, or save it as experiment.toml.</p>\n");
    let best = choices.iter().find_map(|choice| Some((choice, choice.best.as_ref()?)));
    let experiment = match best {
        None => checked.spec().experiment.clone(),
        Some((choice, best)) => {
            let point = |place: usize| checked.experiment(&checked.points()[choice.points[place].point]);
            let mut experiment: ExperimentSpec = point(best.place)?.spec().clone();
            if let Some(ce) = best.ce.filter(|ce| *ce != best.place) {
                // The best point leads, so that training settings that are varied are its own.
                experiment.add_objective(point(ce)?.objectives()[0].clone());
            }
            experiment
        }
    };
    let begin = file::EXPERIMENT_IN_PAGE.0;
    let end = file::EXPERIMENT_IN_PAGE.1;
    add(out, format!("{begin}{}{end}", escaped(&file::to_toml(&experiment)?)));
    add(
        out,
        format!(
            "<details><summary>The sweep, for the terminal: sweep sweep.toml --out runs.jsonl</summary>\n<pre>{}</pre></details>",
            escaped(&checked.spec().to_toml()?)
        ),
    );
    Ok(())
}
