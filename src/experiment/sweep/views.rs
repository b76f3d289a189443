//! What pictures of a sweep are made of, for the window and for reports: cells, lines and the Pareto front.

use super::{Choice, PointSummary, Value, Values};
use crate::experiment::{Scale, Setting};

/// The value that a parameter has in a point, where it is a number.
fn number(point: &PointSummary, parameter: Setting) -> Option<f64> {
    point.values.get(&parameter).and_then(|value| value.number())
}

impl Scale {
    /// Where a value stands on an axis: itself, its natural logarithm, or −ln(1 − x).
    pub fn along(self, value: f64) -> f64 {
        match self {
            Self::Linear => value,
            Self::Log => value.max(1e-12).ln(),
            Self::LogOfDistanceToOne => -(1.0 - value).max(1e-16).ln(),
        }
    }
}

impl Choice {
    /// The names of the objectives, in the order of their points.
    pub fn objectives(&self) -> Vec<&str> {
        let mut names: Vec<&str> = Vec::new();
        for point in &self.points {
            if !names.contains(&point.objective.as_str()) {
                names.push(&point.objective);
            }
        }
        names
    }

    /// The parameters that take at least two numbers, in the order of the menu; not the imbalance factor, as points at
    /// different ones are not compared.
    pub fn numeric_parameters(&self) -> Vec<Setting> {
        let takes_two = |parameter: &Setting| {
            let mut numbers = self.points.iter().filter_map(|point| number(point, *parameter));
            numbers.next().is_some_and(|first| numbers.any(|other| other != first))
        };
        Setting::SWEPT.into_iter().filter(|&parameter| parameter != Setting::Imbalance).filter(takes_two).collect()
    }

    /// Every parameter that takes at least two values, names among them.
    pub fn varied_parameters(&self) -> Vec<Setting> {
        let takes_two = |parameter: &Setting| {
            let mut values = self.points.iter().filter_map(|point| point.values.get(parameter));
            values.next().is_some_and(|first| values.any(|other| other != first))
        };
        Setting::SWEPT.into_iter().filter(takes_two).collect()
    }

    /// The numbers that a parameter takes in the points of an objective, rising.
    fn numbers(&self, objective: &str, parameter: Setting) -> Vec<f64> {
        let points = self.points.iter().filter(|point| point.objective == objective);
        let mut numbers: Vec<f64> = points.filter_map(|point| number(point, parameter)).collect();
        numbers.sort_by(f64::total_cmp);
        numbers.dedup();
        numbers
    }

    /// The place of the objective's point with the highest mean on the validation part.
    fn best_of(&self, objective: &str) -> Option<usize> {
        let mean =
            |place: &usize| self.points[*place].validation.metric.map_or(f64::NEG_INFINITY, |metric| metric.mean);
        let of_objective = (0..self.points.len()).filter(|&place| self.points[place].objective == objective);
        of_objective.rev().max_by(|a, b| mean(a).total_cmp(&mean(b)))
    }
}

/// The points of an objective over two parameters; the others stand as in the objective's best point.
#[derive(Debug, Clone, PartialEq)]
pub struct HeatMap {
    /// The objective's name.
    pub objective: String,
    /// Values of the parameter across, rising.
    pub columns: Vec<f64>,
    /// Values of the parameter up, rising.
    pub rows: Vec<f64>,
    /// Place in [`Choice::points`] of each cell, row by row from the lowest value; `None` where no point lies.
    pub cells: Vec<Option<usize>>,
    /// The values of the other parameters.
    pub others: Values,
}

/// One map for each objective that uses both parameters, as far as its points form a grid.
pub fn heat_maps(choice: &Choice, across: Setting, up: Setting) -> Vec<HeatMap> {
    let map = |objective: &str| {
        let (columns, rows) = (choice.numbers(objective, across), choice.numbers(objective, up));
        if columns.len() < 2 || rows.len() < 2 {
            return None;
        }
        let others = |point: &PointSummary| -> Values {
            let is_other = |parameter: &Setting| *parameter != across && *parameter != up;
            point
                .values
                .iter()
                .filter(|(parameter, _)| is_other(parameter))
                .map(|(&name, &value)| (name, value))
                .collect()
        };
        let fixed = others(&choice.points[choice.best_of(objective)?]);
        let mut cells = vec![None; columns.len() * rows.len()];
        let points = choice.points.iter().enumerate();
        for (place, point) in points.filter(|(_, point)| point.objective == objective && others(point) == fixed) {
            let column = columns.iter().position(|&value| Some(value) == number(point, across))?;
            let row = rows.iter().position(|&value| Some(value) == number(point, up))?;
            cells[row * columns.len() + column] = Some(place);
        }
        // Points of a random design lie on no grid: each would be a cell among empty rows and columns.
        let is_grid = 2 * cells.iter().flatten().count() > cells.len();
        is_grid.then(|| HeatMap { objective: objective.to_owned(), columns, rows, cells, others: fixed })
    };
    choice.objectives().into_iter().filter_map(map).collect()
}

/// The points of an objective along a parameter, all others the same.
#[derive(Debug, Clone, PartialEq)]
pub struct SweepLine {
    /// The objective's name.
    pub objective: String,
    /// The values of the other parameters.
    pub others: Values,
    /// Value of the parameter and place in [`Choice::points`], rising; points without a figure are left out.
    pub points: Vec<(f64, usize)>,
}

/// Lines along a parameter, and the places of points that do not use it, which are horizontals.
///
/// # Source
/// Cui et al., CVPR 2019, figure 5: accuracy against β with the losses without β as horizontals.
pub fn lines_along(choice: &Choice, parameter: Setting) -> (Vec<SweepLine>, Vec<usize>) {
    let (mut lines, mut horizontals): (Vec<SweepLine>, Vec<usize>) = Default::default();
    let with_figure = choice.points.iter().enumerate().filter(|(_, point)| point.so_far.is_some());
    for (place, point) in with_figure {
        let Some(value) = number(point, parameter) else {
            horizontals.push(place);
            continue;
        };
        let mut others = point.values.clone();
        others.remove(&parameter);
        match lines.iter_mut().find(|line| line.objective == point.objective && line.others == others) {
            Some(line) => line.points.push((value, place)),
            None => lines.push(SweepLine { objective: point.objective.clone(), others, points: vec![(value, place)] }),
        }
    }
    for line in &mut lines {
        line.points.sort_by(|a, b| a.0.total_cmp(&b.0));
    }
    (lines, horizontals)
}

/// Points of which no other has at least as much of both and more of one, by falling first coordinate; of equal points the
/// first. Returns places.
pub fn pareto_front(points: &[[f64; 2]]) -> Vec<usize> {
    let mut order: Vec<usize> = (0..points.len()).collect();
    order.sort_by(|&a, &b| points[b][0].total_cmp(&points[a][0]).then(points[b][1].total_cmp(&points[a][1])));
    let mut front: Vec<usize> = Vec::new();
    for place in order {
        if front.last().is_none_or(|&last| points[place][1] > points[last][1]) {
            front.push(place);
        }
    }
    front
}

/// A front from [`pareto_front`] as the corners of a staircase: between two points nothing is known to be reached but the
/// lower of both.
pub fn stairs(front: &[[f64; 2]]) -> Vec<[f64; 2]> {
    let mut corners: Vec<[f64; 2]> = Vec::new();
    for &[x, y] in front {
        if let Some(&[_, below]) = corners.last() {
            corners.push([x, below]);
        }
        corners.push([x, y]);
    }
    corners
}

/// Heights of labels moved apart until they are a gap from each other, upwards, and downwards where they would go beyond
/// the top; in the order given.
pub fn spread(heights: Vec<f64>, gap: f64, top: f64) -> Vec<f64> {
    let mut order: Vec<usize> = (0..heights.len()).filter(|&idx| heights[idx].is_finite()).collect();
    order.sort_by(|&a, &b| heights[a].total_cmp(&heights[b]));
    let mut moved = heights;
    for pair in 1..order.len() {
        let (below, here) = (order[pair - 1], order[pair]);
        moved[here] = moved[here].max(moved[below] + gap);
    }
    let mut most = top;
    for &idx in order.iter().rev() {
        moved[idx] = moved[idx].min(most);
        most = moved[idx] - gap;
    }
    moved
}

/// An axis of parallel coordinates.
#[derive(Debug, Clone, PartialEq)]
pub struct SweepAxis {
    /// The parameter.
    pub parameter: Setting,
    /// Share of the way from the lowest to the highest value at which each mark stands, 0 to 1, with its text.
    pub marks: Vec<(f64, String)>,
    /// The same share for each point of the choice, shape `[n_points]`; `None` where it does not use the parameter.
    pub shares: Vec<Option<f64>>,
}

/// The varied parameters as axes, numbers on their scale and names evenly.
pub fn parallel_axes(choice: &Choice) -> Vec<SweepAxis> {
    const MOST_MARKS: usize = 7;
    let axis = |parameter: Setting| {
        let mut values: Vec<Value> = Vec::new();
        for value in choice.points.iter().filter_map(|point| point.values.get(&parameter)) {
            if !values.contains(value) {
                values.push(*value);
            }
        }
        values.sort_by(|a, b| a.number().unwrap_or(0.0).total_cmp(&b.number().unwrap_or(0.0)));
        let last = values.len().saturating_sub(1).max(1) as f64;
        let along = |value: f64| parameter.scale().along(value);
        let ends = values.first().and_then(|first| first.number()).zip(values.last().and_then(|last| last.number()));
        let share = |value: Value| match (value, ends) {
            (Value::Number(value), Some((low, high))) => (along(value) - along(low)) / (along(high) - along(low)),
            _ => values.iter().position(|other| *other == value).unwrap_or(0) as f64 / last,
        };
        let step = values.len().div_ceil(MOST_MARKS).max(1);
        let marks = values.iter().step_by(step).map(|&value| (share(value), value.to_text())).collect();
        let shares =
            choice.points.iter().map(|point| point.values.get(&parameter).map(|&value| share(value))).collect();
        SweepAxis { parameter, marks, shares }
    };
    let varied = choice.varied_parameters();
    varied.into_iter().filter(|&parameter| parameter != Setting::Imbalance).map(axis).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        data::Sampler,
        experiment::{
            Estimate,
            sweep::{Averages, Standing},
        },
    };

    fn point(place: usize, objective: &str, values: &[(Setting, f64)], mean: f64) -> PointSummary {
        let metric = Some(Estimate::symmetric(mean, None, 1));
        PointSummary {
            point: place,
            objective: objective.to_owned(),
            values: values.iter().map(|&(parameter, value)| (parameter, Value::Number(value))).collect(),
            is_ce: false,
            runs: 1,
            diverged: 0,
            standing: Standing::Unknown,
            behind: None,
            so_far: Some(mean),
            validation: Averages { metric, ..Averages::default() },
            test: Averages::default(),
        }
    }

    /// CE, and CB focal over two β, two γ and two rates, best at β = 0.99, γ = 1, rate 0.1.
    fn choice() -> Choice {
        let mut points = vec![point(0, "CE", &[(Setting::LearningRate, 0.1)], 0.3)];
        for rate in [0.01, 0.1] {
            for beta in [0.9, 0.99] {
                for gamma in [0.0, 1.0] {
                    let values = [(Setting::Beta, beta), (Setting::Gamma, gamma), (Setting::LearningRate, rate)];
                    points.push(point(points.len(), "CB focal", &values, beta * 0.1 + gamma * 0.1 + rate));
                }
            }
        }
        Choice { imbalance: None, points, best: None, remarks: Vec::new() }
    }

    #[test]
    fn a_heat_map_holds_the_other_parameters_as_in_the_best_point() {
        let choice = choice();
        let maps = heat_maps(&choice, Setting::Beta, Setting::Gamma);
        assert_eq!(maps.len(), 1, "CE has neither");
        assert_eq!((maps[0].columns.as_slice(), maps[0].rows.as_slice()), (&[0.9, 0.99][..], &[0.0, 1.0][..]));
        assert_eq!(maps[0].others, [(Setting::LearningRate, Value::Number(0.1))].into());
        // From the lowest γ up, from the lowest β across, all at rate 0.1.
        assert_eq!(maps[0].cells, [Some(5), Some(7), Some(6), Some(8)]);
        assert!(heat_maps(&choice, Setting::Beta, Setting::Tau).is_empty());
    }

    #[test]
    fn lines_go_along_one_parameter_and_what_does_not_use_it_is_a_horizontal() {
        let (lines, horizontals) = lines_along(&choice(), Setting::Beta);
        assert_eq!((lines.len(), horizontals.as_slice()), (4, &[0][..]));
        assert_eq!(lines[0].points, [(0.9, 1), (0.99, 3)]);
        let (lines, horizontals) = lines_along(&choice(), Setting::LearningRate);
        assert_eq!((lines.len(), horizontals.len(), lines[0].points.len()), (5, 0, 1));
    }

    #[test]
    fn the_front_keeps_what_nothing_else_beats() {
        let points = [[0.9, 0.1], [0.8, 0.5], [0.7, 0.4], [0.6, 0.6], [0.9, 0.05], [0.5, 0.6], [0.8, 0.5]];
        assert_eq!(pareto_front(&points), [0, 1, 3]);
        assert!(pareto_front(&[]).is_empty());
        assert_eq!(stairs(&[[0.9, 0.1], [0.8, 0.5]]), [[0.9, 0.1], [0.8, 0.1], [0.8, 0.5]]);
    }

    #[test]
    fn labels_that_would_overlap_are_moved_apart_and_keep_their_order() {
        assert_eq!(spread(vec![3.0, 1.0, 1.5, 9.0], 2.0, 99.0), [5.0, 1.0, 3.0, 9.0]);
        assert_eq!(spread(vec![9.0, 9.5, 9.2, 3.0], 2.0, 10.0), [6.0, 10.0, 8.0, 3.0]);
        assert!(spread(vec![f64::NAN, 1.0], 2.0, 9.0)[0].is_nan());
    }

    #[test]
    fn axes_go_from_the_lowest_to_the_highest_value_on_their_scale() {
        let mut choice = choice();
        for (place, point) in choice.points.iter_mut().enumerate() {
            let sampler = if place % 2 == 0 { Sampler::Instance } else { Sampler::Smote };
            point.values.insert(Setting::Sampler, Value::Name(super::super::Name::Sampler(sampler)));
        }
        let axes = parallel_axes(&choice);
        let names: Vec<Setting> = axes.iter().map(|axis| axis.parameter).collect();
        assert_eq!(names, [Setting::Beta, Setting::Gamma, Setting::LearningRate, Setting::Sampler]);
        assert_eq!(axes[0].marks, [(0.0, "0.9".to_owned()), (1.0, "0.99".to_owned())]);
        assert_eq!((axes[0].shares[0], axes[0].shares[1], axes[2].shares[1]), (None, Some(0.0), Some(0.0)));
        assert_eq!((axes[3].marks.len(), axes[3].shares[0], axes[3].shares[1]), (2, Some(0.0), Some(1.0)));
        assert_eq!(choice.numeric_parameters(), [Setting::Beta, Setting::Gamma, Setting::LearningRate]);
    }
}
