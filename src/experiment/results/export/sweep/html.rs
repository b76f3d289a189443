//! The report of a sweep as a page that stands alone: no script, nothing from a network, the experiment inside it.

use super::{
    super::page::{escaped, page_experiment, page_start, page_table},
    charts::{head_against_tail, heat_maps, is_numeric, metric_against},
    method, of_classes, points_grid, runs_grid,
};
use crate::experiment::{
    ExperimentSpec, ModuleKind, Setting,
    sweep::{Choice, SweepError, SweepLines, best_module, choose, point_name},
};

/// The whole report.
///
/// # Errors
/// When the sweep in the results cannot be checked.
pub fn sweep_html(lines: &SweepLines) -> Result<String, SweepError> {
    let choices = choose(lines)?;
    let sweep = &lines.header.sweep;
    let metric = &*sweep.metric_label();
    let mut out = page_start(&format!("Sweep: {metric}"), "What the sweep says");
    for choice in &choices {
        conclusions(&mut out, lines, choice)?;
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
    page_table(&mut out, &points_grid(lines)?);
    embedded(&mut out, lines, &choices)?;
    out.push_str("<details><summary>Every run</summary>\n");
    page_table(&mut out, &runs_grid(lines));
    out.push_str("</details>\n</body>\n</html>\n");
    Ok(out)
}

fn add(out: &mut String, line: String) {
    out.push_str(&line);
    out.push('\n');
}

fn conclusions(out: &mut String, lines: &SweepLines, choice: &Choice) -> Result<(), SweepError> {
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
        let (weights, of) = best.to_take_away();
        let named = of_classes(lines, weights.class_weights.iter().map(f64::to_string)).join("\n");
        let counts = of_classes(lines, weights.counts.iter().map(u64::to_string)).join(", ");
        let of = of.map_or_else(String::new, |of| format!(" of {of}"));
        let name = point_name(&choice.points[best.place]);
        let scale = lines.header.sweep.experiment.training.normalisation.label().to_lowercase();
        let title = format!("Class weights of {name} ({scale}), for the counts{of} {counts}");
        add(
            out,
            format!("<details open><summary>{}</summary><pre>{}</pre></details>", escaped(&title), escaped(&named)),
        );
        for kind in ModuleKind::ALL {
            if let Some(module) = best_module(kind, lines, choice)? {
                let title = format!("{} of {name}", kind.label());
                add(
                    out,
                    format!("<details><summary>{}</summary><pre>{}</pre></details>", escaped(&title), escaped(&module)),
                );
            }
        }
    }
    Ok(())
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
    out.push_str(&page_experiment(&experiment)?);
    add(
        out,
        format!(
            "<details><summary>The sweep, for the terminal: sweep sweep.toml --out runs.jsonl</summary>\n<pre>{}</pre></details>",
            escaped(&checked.spec().to_toml()?)
        ),
    );
    Ok(())
}
