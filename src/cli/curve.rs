//! `curve`: a loss as a function of p_t, and who owns the summed loss of foreground and background.

use std::process::ExitCode;

use anyhow::{bail, ensure};
use clap::Args;
use serde::{Deserialize, Serialize};

use super::{
    input::{check_distinct, number, whole},
    output::{OutputFlags, write_json},
    sheet::{Column, Sheet},
};
use crate::{
    experiment::{
        export::{Cell, Format},
        parse_name,
    },
    loss::{Crowd, CurvePoint, LossCurve, LossSplit},
};

/// Arguments of `curve`.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub struct CurveArguments {
    /// The loss: ce or focal
    #[arg(long, value_name = "NAME", default_value = "focal", value_parser = parse_name::<CurveLoss>)]
    loss: CurveLoss,
    /// Focusing parameters γ of the focal loss, 0 to 20, separated by commas; 0 is cross entropy [default: 0,0.5,1,2,5]
    #[arg(long, value_name = "LIST", value_delimiter = ',', value_parser = number, allow_hyphen_values = true)]
    gamma: Vec<f64>,
    /// Balance α of positives, 0 to 1: their loss is multiplied by α, that of negatives by 1 − α
    #[arg(long, value_name = "ALPHA", value_parser = number, allow_negative_numbers = true)]
    alpha: Option<f64>,
    /// The p_t to show, above 0, at most 1, separated by commas [default: 13 in a table, 0.01 to 0.99 in csv and json]
    #[arg(long, value_name = "LIST", value_delimiter = ',', value_parser = number, allow_hyphen_values = true)]
    p: Vec<f64>,
    /// Positives and the probability of y = 1 that each is given, such as 1@0.5: shows who owns the loss
    #[arg(long, value_name = "N@P", value_parser = crowd_part, requires = "negatives", conflicts_with = "p")]
    positives: Option<(u64, f64)>,
    /// Negatives and the probability of y = 1 that each is given, such as 1000@0.05
    #[arg(long, value_name = "N@P", value_parser = crowd_part, requires = "positives")]
    negatives: Option<(u64, f64)>,
    #[command(flatten)]
    output: OutputFlags,
}

const EXAMPLES: &str = r"Examples:
  longtail-lab curve --loss focal --gamma 0,0.5,1,2,5
  longtail-lab curve --loss ce --alpha 0.25 --p 0.1,0.5,0.9
  longtail-lab curve --gamma 0,2 --alpha 0.25 \
      --positives 1@0.5 --negatives 1000@0.05";

/// A loss that has a curve.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum CurveLoss {
    /// Cross entropy.
    Ce,
    /// Focal loss.
    Focal,
}

/// Parses a number of samples and their probability.
fn crowd_part(text: &str) -> Result<(u64, f64), String> {
    let (n, p) = text.split_once('@').ok_or("give a count and a probability, for example 1000@0.05")?;
    Ok((whole(n)?, number(p)?))
}

pub(super) fn run(arguments: &CurveArguments) -> anyhow::Result<ExitCode> {
    let output = arguments.output.open([])?;
    let gammas = gammas(arguments)?;
    let format = arguments.output.format.unwrap_or(Format::Table);
    if let (Some((n_positives, p_positives)), Some((n_negatives, p_negatives))) =
        (arguments.positives, arguments.negatives)
    {
        let crowd = Crowd { n_positives, p_positives, n_negatives, p_negatives };
        let shares = Owned::all(crowd, &gammas, arguments.alpha)?;
        output.write(|out| match format {
            Format::Table => shares_sheet(&shares).write_table(out),
            Format::Csv => shares_sheet(&shares).write_csv(out),
            Format::Json => write_json(out, &shares),
        })?;
        return Ok(ExitCode::SUCCESS);
    }
    let answer = Answer::new(places(arguments, format)?, &gammas, arguments.alpha)?;
    output.write(|out| match format {
        Format::Table => answer.sheet(format).write_table(out),
        Format::Csv => answer.sheet(format).write_csv(out),
        Format::Json => write_json(out, &answer),
    })?;
    Ok(ExitCode::SUCCESS)
}

/// The γ of each curve.
fn gammas(arguments: &CurveArguments) -> anyhow::Result<Vec<f64>> {
    check_distinct("--gamma", &arguments.gamma, f64::to_string)?;
    match arguments.loss {
        CurveLoss::Ce if !arguments.gamma.is_empty() => {
            bail!("--gamma applies to the focal loss alone: leave it out or choose --loss focal")
        }
        CurveLoss::Ce => Ok(vec![0.0]),
        CurveLoss::Focal if arguments.gamma.is_empty() => Ok(vec![0.0, 0.5, 1.0, 2.0, 5.0]),
        CurveLoss::Focal => Ok(arguments.gamma.clone()),
    }
}

/// The p_t of each row.
fn places(arguments: &CurveArguments, format: Format) -> anyhow::Result<Vec<f64>> {
    if arguments.p.is_empty() {
        return Ok(match format {
            Format::Table => vec![0.01, 0.05, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95, 0.99],
            Format::Csv | Format::Json => (1..100).map(|percent| f64::from(percent) / 100.0).collect(),
        });
    }
    for p in &arguments.p {
        ensure!(*p > 0.0 && *p <= 1.0, "p_t must be above 0, where the loss is infinite, and at most 1, got {p}");
    }
    Ok(arguments.p.clone())
}

/// The answer as JSON.
#[derive(Serialize)]
struct Answer {
    alpha: Option<f64>,
    p_t: Vec<f64>,
    curves: Vec<Curve>,
}

/// A curve at every p_t.
#[derive(Serialize)]
struct Curve {
    gamma: f64,
    points: Vec<CurvePoint>,
}

impl Answer {
    fn new(p_t: Vec<f64>, gammas: &[f64], alpha: Option<f64>) -> anyhow::Result<Self> {
        let mut curves = Vec::new();
        for &gamma in gammas {
            let curve = LossCurve::new(gamma, alpha.unwrap_or(1.0))?;
            curves.push(Curve { gamma, points: p_t.iter().map(|&p| curve.at(p)).collect() });
        }
        Ok(Self { alpha, p_t, curves })
    }

    fn sheet(&self, format: Format) -> Sheet<'_> {
        let mut columns = vec![Column::new("p_t", "p_t", |row| Cell::Text(self.p_t[row].to_string()))];
        for Curve { gamma, points } in &self.curves {
            let title = if *gamma == 0.0 { "γ = 0 (CE)".to_owned() } else { format!("γ = {gamma}") };
            let column = |title: String, name: &str, cell: fn(&CurvePoint) -> f64| {
                Column::new(title, format!("{name}_{gamma}"), move |row| Cell::Number(cell(&points[row])))
            };
            columns.push(column(title, "loss", |point| point.value));
            if format == Format::Csv {
                columns.push(column(String::new(), "slope_p", |point| point.slope_p));
                columns.push(column(String::new(), "slope_logit", |point| point.slope_logit));
            }
        }
        let formula = match self.alpha {
            None => "Loss −(1 − p_t)^γ ln p_t of one sample".to_owned(),
            Some(alpha) => {
                format!(
                    "Loss −α_t (1 − p_t)^γ ln p_t of a positive, α_t = {alpha}; of a negative α_t is {}",
                    1.0 - alpha
                )
            }
        };
        let slopes = "CSV and JSON have the derivatives with respect to p_t and to the logit, too".to_owned();
        Sheet { n_rows: self.p_t.len(), columns, notes: vec![formula, slopes] }
    }
}

/// Who owns the summed loss under one objective.
#[derive(Serialize)]
struct Owned {
    gamma: f64,
    alpha: Option<f64>,
    #[serde(flatten)]
    ownership: LossSplit,
    share_of_positives: Option<f64>,
    share_of_negatives: Option<f64>,
}

impl Owned {
    /// Every γ without α and, where there is one, with it.
    fn all(crowd: Crowd, gammas: &[f64], alpha: Option<f64>) -> anyhow::Result<Vec<Self>> {
        let (positive, negative) = (crowd.p_positives, crowd.p_negatives);
        ensure!(
            positive > 0.0 && positive <= 1.0,
            "the probability of positives must be above 0, where the loss is infinite, and at most 1, got {positive}"
        );
        ensure!(
            (0.0..1.0).contains(&negative),
            "the probability of negatives must be at least 0 and below 1, where the loss is infinite, got {negative}"
        );
        let mut shares = Vec::new();
        for &gamma in gammas {
            for alpha in std::iter::once(None).chain(alpha.map(Some)) {
                let ownership = LossSplit::of(crowd, gamma, alpha)?;
                let share_of_positives = ownership.share_of_positives();
                let share_of_negatives = ownership.share_of_negatives();
                shares.push(Self { gamma, alpha, ownership, share_of_positives, share_of_negatives });
            }
        }
        Ok(shares)
    }

    fn name(&self) -> String {
        let base = if self.gamma == 0.0 { "CE".to_owned() } else { format!("Focal γ = {}", self.gamma) };
        self.alpha.map_or(base.clone(), |alpha| format!("{base}, α = {alpha}"))
    }
}

fn shares_sheet(shares: &[Owned]) -> Sheet<'_> {
    let column = |title: &str, name: &str, cell: fn(&Owned) -> Cell| {
        Column::new(title, name, move |row: usize| cell(&shares[row]))
    };
    let optional = |value: Option<f64>| value.map_or(Cell::Missing, Cell::Number);
    let columns = vec![
        column("loss", "loss", |share| Cell::Text(share.name())),
        column("of a positive", "loss_of_positive", |share| Cell::Number(share.ownership.loss_of_positive)),
        column("of a negative", "loss_of_negative", |share| Cell::Number(share.ownership.loss_of_negative)),
        Column::new("share of positives", "share_of_positives", move |row: usize| {
            optional(shares[row].share_of_positives)
        }),
        Column::new("share of negatives", "share_of_negatives", move |row: usize| {
            optional(shares[row].share_of_negatives)
        }),
    ];
    let notes = vec!["Shares of the summed loss: count × loss of one, over the sum of both kinds".to_owned()];
    Sheet { n_rows: shares.len(), columns, notes }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_part_of_a_crowd_is_a_count_and_a_probability() {
        assert_eq!(crowd_part("1000@0.05"), Ok((1000, 0.05)));
        for nonsense in ["1000", "@0.5", "-1@0.5", "3@", "a@b"] {
            assert!(crowd_part(nonsense).is_err(), "{nonsense}");
        }
    }
}
