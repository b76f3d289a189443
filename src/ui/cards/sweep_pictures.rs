//! Pictures of a sweep: what they are made of, and the choices beside them.

use std::cmp::Ordering;

use egui::{RichText, Ui};

use super::{
    View,
    published::{add_published, published_ui},
};
use crate::ui::theme;
use crate::{
    experiment::{
        Estimate, Setting,
        sweep::{
            Choice, Metric, PointSummary, Standing, heat_maps, lines_along, parallel_axes, pareto_front, point_name,
            values_in_words,
        },
    },
    state::{SweepResults, TunePage, TuneSettings},
    ui::{
        charts::sweep::{
            FrontPoint, HeatCell, HeatLook, HeatPicture, Horizontal, LinePoint, LinesLook, MOST_LINES, ParallelAxis,
            ParallelLine, Rank, SweepCurve, SweepResponse, front_chart, heat_chart, lines_chart, parallel_chart,
        },
        fit::shorten,
        widgets::choice_box,
    },
};

/// Curves that have their values written beside them at most.
const MOST_LABELS: usize = 8;
/// Characters of an objective's name beside a picture at most.
const MOST_OF_A_NAME: usize = 40;
/// Points that are drawn at most, the best ones.
const MOST_POINTS: usize = 1500;

/// Draws the picture of the page; `None` where it cannot be drawn, with the reason on the screen.
pub(super) fn picture_ui(view: &mut View<'_>, ui: &mut Ui, results: &SweepResults) -> Option<SweepResponse> {
    let choice = view.session.tune.choice(results)?;
    match view.settings.tune.page {
        TunePage::HeatMap => heat_ui(&mut view.settings.tune, ui, results, choice),
        TunePage::Against => against_ui(&mut view.settings.tune, ui, results, choice),
        TunePage::HeadTail => head_tail_ui(ui, results, choice),
        TunePage::Parallel => parallel_ui(view, ui, results),
        TunePage::Points | TunePage::Runs => None,
    }
}

fn reason_ui(ui: &mut Ui, text: &str) {
    ui.centered_and_justified(|ui| ui.label(RichText::new(text).weak()));
}

fn rank(point: &PointSummary) -> Rank {
    match point.standing {
        Standing::Best => Rank::Best,
        Standing::NotDistinguishable => Rank::Alike,
        _ => Rank::Other,
    }
}

/// What stands before the figure of a point that is not finished, or in its place.
fn word(point: &PointSummary) -> &'static str {
    match point.standing {
        Standing::Unfinished => "… ",
        Standing::WithoutFigures => "×",
        Standing::BelowFloor => "↓ ",
        _ => "",
    }
}

fn share(estimate: Option<Estimate>) -> String {
    match estimate {
        Some(estimate) if estimate.half_width.is_some() => estimate.to_text(3),
        Some(estimate) => format!("{} (one seed)", estimate.to_text(3)),
        None => "n/a".to_owned(),
    }
}

/// What the pointer is told of a point.
fn lines(point: &PointSummary, metric: &str) -> Vec<(String, String)> {
    let mut lines = vec![
        (format!("{metric}, validation"), share(point.validation.metric)),
        (format!("{metric}, test"), share(point.test.metric)),
        (
            "Head and tail, test".to_owned(),
            format!("{}, {}", share(point.test.head_recall), share(point.test.tail_recall)),
        ),
    ];
    let standing = match (point.standing, point.behind) {
        (Standing::Best, _) | (_, None) => point.standing.label().to_owned(),
        (standing, Some(behind)) => format!("{}: best minus this {}", standing.label(), behind.to_text(3)),
    };
    lines.push(("Compared with the best".to_owned(), standing));
    lines
}

/// The colour of an objective, that of its place in the sweep.
fn colour(results: &SweepResults, objective: &str) -> usize {
    let objectives = &results.checked.spec().experiment.objectives;
    objectives.iter().find(|other| other.name == objective).map_or(0, |objective| objective.colour)
}

/// A parameter among those that are varied.
fn parameter_box(ui: &mut Ui, id: &str, name: &'static str, chosen: &mut Setting, all: &[Setting]) {
    choice_box(ui, id, name, 110.0, chosen, all, |parameter| (parameter.label(), parameter.hint()));
}

fn heat_ui(settings: &mut TuneSettings, ui: &mut Ui, results: &SweepResults, choice: &Choice) -> Option<SweepResponse> {
    let numeric = choice.numeric_parameters();
    let [first, second, ..] = numeric[..] else {
        reason_ui(
            ui,
            "A heat map takes two settings with two numbers or more each: vary another one, or look at the curves",
        );
        return None;
    };
    let [mut across, mut up] = settings.axes;
    if !numeric.contains(&across) {
        across = first;
    }
    if !numeric.contains(&up) || up == across {
        up = if across == second { first } else { second };
    }
    if numeric.len() > 2 {
        ui.horizontal(|ui| {
            ui.label("Across");
            parameter_box(ui, "heat across", "Setting across", &mut across, &numeric);
            ui.label("up");
            parameter_box(ui, "heat up", "Setting up", &mut up, &numeric);
            ui.label(RichText::new("the others as in each objective's best point").weak());
        });
    }
    settings.axes = [across, up];
    let metric = results.checked.spec().metric_label();
    let maps: Vec<HeatPicture> = heat_maps(choice, across, up)
        .into_iter()
        .map(|map| {
            let text = |values: &[f64]| values.iter().map(f64::to_string).collect();
            let others = values_in_words(&map.others);
            let cell = |place: Option<usize>| {
                let point = &choice.points[place?];
                Some(HeatCell {
                    place: point.point,
                    value: point.so_far.filter(|_| point.standing != Standing::WithoutFigures),
                    word: word(point),
                    rank: rank(point),
                    name: point_name(point),
                    lines: lines(point, &metric),
                })
            };
            HeatPicture {
                title: if others.is_empty() { map.objective } else { format!("{} at {others}", map.objective) },
                columns: text(&map.columns),
                rows: text(&map.rows),
                cells: map.cells.into_iter().map(cell).collect(),
            }
        })
        .collect();
    if maps.is_empty() {
        reason_ui(
            ui,
            "These points lie on no grid of the two settings: a heat map shows grids. Look at the curves or at parallel coordinates",
        );
        return None;
    }
    legend_ui(ui);
    let look = HeatLook { across: across.label(), up: up.label() };
    Some(heat_chart(ui, &maps, look, ui.available_size()))
}

/// What marks mean.
fn legend_ui(ui: &mut Ui) {
    let text = "★ best; ≈ not distinguishable from it (paired over seeds, 95 %); × diverged; … seeds are missing; ↓ head below the floor. Click a cell to load it in the lab";
    ui.add(egui::Label::new(RichText::new(text).size(theme::sized(13.0)).weak()).truncate());
}

fn against_ui(
    settings: &mut TuneSettings,
    ui: &mut Ui,
    results: &SweepResults,
    choice: &Choice,
) -> Option<SweepResponse> {
    let numeric = choice.numeric_parameters();
    let Some(&first) = numeric.first() else {
        reason_ui(ui, "Curves take a setting with two numbers or more: vary one");
        return None;
    };
    let mut parameter = settings.axes[0];
    if !numeric.contains(&parameter) {
        parameter = first;
    }
    let metric = results.checked.spec().metric_label();
    let can_publish = parameter == Setting::Beta && results.checked.spec().metric == Metric::MacroRecall;
    ui.horizontal(|ui| {
        ui.label("Against");
        parameter_box(ui, "curves parameter", "Setting of the curves", &mut parameter, &numeric);
        if can_publish {
            published_ui(settings, ui);
        }
    });
    settings.axes[0] = parameter;
    let along = |value: f64| parameter.scale().along(value);
    let (found, places) = lines_along(choice, parameter);
    let mut curves: Vec<SweepCurve> = found
        .iter()
        .map(|line| {
            let others = values_in_words(&line.others);
            let point = |&(x, place): &(f64, usize)| {
                let point = &choice.points[place];
                let metric_of = point.validation.metric;
                LinePoint {
                    x: along(x),
                    mean: point.so_far.unwrap_or(f64::NAN),
                    interval: metric_of.and_then(|metric| metric.interval()),
                    place: Some(point.point),
                    rank: rank(point),
                    name: point_name(point),
                    lines: lines(point, &metric),
                }
            };
            SweepCurve {
                name: if others.is_empty() { line.objective.clone() } else { format!("{}, {others}", line.objective) },
                label: if found.len() <= MOST_LABELS { others } else { String::new() },
                colour: Some(colour(results, &line.objective)),
                points: line.points.iter().map(point).collect(),
            }
        })
        .collect();
    let mut horizontals = horizontals(results, choice, &places);
    let mut marks: Vec<(f64, String)> =
        found.iter().flat_map(|line| line.points.iter().map(|&(value, _)| (along(value), value.to_string()))).collect();
    if let Some((dataset, factor)) = settings.published.as_ref().filter(|_| can_publish) {
        add_published(&mut curves, &mut horizontals, &mut marks, dataset, *factor);
    }
    marks.sort_by(|a, b| a.0.total_cmp(&b.0));
    marks.dedup_by(|a, b| (a.0 - b.0).abs() < 1e-9);
    let look = LinesLook { parameter: parameter.label(), metric: &metric, marks };
    Some(lines_chart(ui, &curves, &horizontals, look, ui.available_size()))
}

/// Points that do not use the parameter; where they are many, the best of each objective.
fn horizontals(results: &SweepResults, choice: &Choice, places: &[usize]) -> Vec<Horizontal> {
    let points = || places.iter().map(|&place| &choice.points[place]).filter(|point| point.so_far.is_some());
    let of = |objective: &str| points().filter(|point| point.objective == objective).collect::<Vec<_>>();
    let line = |name: String, point: &PointSummary| {
        let colour = Some(colour(results, &point.objective));
        Some(Horizontal { name, colour, mean: point.so_far? })
    };
    if points().count() <= MOST_LABELS {
        return points().filter_map(|point| line(point_name(point), point)).collect();
    }
    let best = |objective: &str| {
        let of_objective = of(objective);
        let best = of_objective.iter().max_by(|a, b| a.so_far.partial_cmp(&b.so_far).unwrap_or(Ordering::Equal))?;
        line(format!("{objective}, best of {}", of_objective.len()), best)
    };
    choice.objectives().iter().filter_map(|objective| best(objective)).collect()
}

/// The places of the points with a figure on the validation part, best first, at most `most`; says so where some are left out.
fn best_places(ui: &mut Ui, choice: &Choice, most: usize) -> Vec<usize> {
    let mean = |place: usize| choice.points[place].so_far;
    let mut places: Vec<usize> = (0..choice.points.len()).filter(|&place| mean(place).is_some()).collect();
    places.sort_by(|&a, &b| mean(b).unwrap_or(0.0).total_cmp(&mean(a).unwrap_or(0.0)));
    if places.len() > most {
        let text = format!("The best {most} of {} points are drawn; the table has all", places.len());
        ui.label(RichText::new(text).weak());
        places.truncate(most);
    }
    places
}

fn head_tail_ui(ui: &mut Ui, results: &SweepResults, choice: &Choice) -> Option<SweepResponse> {
    let spec = results.checked.spec();
    let points: Vec<FrontPoint> = best_places(ui, choice, MOST_POINTS)
        .into_iter()
        .filter_map(|place| {
            let point = &choice.points[place];
            Some(FrontPoint {
                name: point_name(point),
                colour: colour(results, &point.objective),
                at: [point.test.head_recall?.mean, point.test.tail_recall?.mean],
                place: point.point,
                rank: rank(point),
                lines: lines(point, &spec.metric_label()),
            })
        })
        .collect();
    if points.is_empty() {
        reason_ui(ui, "No point is finished yet");
        return None;
    }
    let at: Vec<[f64; 2]> = points.iter().map(|point| point.at).collect();
    let front: Vec<[f64; 2]> = pareto_front(&at).into_iter().map(|place| at[place]).collect();
    legend_of_objectives_ui(ui, results, choice);
    Some(front_chart(ui, &points, &front, spec.head_floor, ui.available_size()))
}

/// Marker and name of each objective.
fn legend_of_objectives_ui(ui: &mut Ui, results: &SweepResults, choice: &Choice) {
    ui.horizontal_wrapped(|ui| {
        for objective in choice.objectives() {
            crate::ui::widgets::marker_swatch(ui, crate::ui::palette::Ink::Objective(colour(results, objective)));
            ui.label(RichText::new(shorten(objective, MOST_OF_A_NAME)).size(theme::sized(13.0)));
        }
        ui.label(
            RichText::new("Large ring: best; small ring: not distinguishable; line: Pareto front")
                .size(theme::sized(13.0))
                .weak(),
        );
    });
}

fn parallel_ui(view: &mut View<'_>, ui: &mut Ui, results: &SweepResults) -> Option<SweepResponse> {
    let choice = view.session.tune.choice(results)?;
    let found = parallel_axes(choice);
    if found.is_empty() {
        reason_ui(ui, "Nothing takes two values or more: vary a setting");
        return None;
    }
    let metric = results.checked.spec().metric_label();
    let places = best_places(ui, choice, MOST_LINES);
    let mut drawn: Vec<ParallelLine> = places
        .into_iter()
        .filter_map(|place| {
            let point = &choice.points[place];
            Some(ParallelLine {
                name: point_name(point),
                shares: found.iter().map(|axis| axis.shares[place]).collect(),
                value: point.so_far?,
                place: point.point,
                is_best: point.standing == Standing::Best,
                lines: lines(point, &metric),
            })
        })
        .collect();
    // The best lie on top.
    drawn.reverse();
    let mut axes: Vec<ParallelAxis> = found
        .iter()
        .map(|axis| ParallelAxis {
            name: axis.parameter.label().to_owned(),
            marks: axis.marks.clone(),
            kept: view.session.tune.kept.get(&axis.parameter).copied(),
        })
        .collect();
    let hint = "Every line is a point, the thick one the best; drag along an axis to keep a range of it, double-click the axis to drop that";
    ui.add(egui::Label::new(RichText::new(hint).size(theme::sized(13.0)).weak()).truncate());
    let response = parallel_chart(ui, &mut axes, &drawn, &metric, ui.available_size());
    view.session.tune.kept =
        found.iter().zip(axes).filter_map(|(axis, drawn)| Some((axis.parameter, drawn.kept?))).collect();
    Some(response)
}
