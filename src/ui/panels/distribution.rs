//! Class counts by profile.

use std::ops::RangeInclusive;

use egui::{EventFilter, RichText, Ui};

use super::View;
use crate::{
    bounds::Bounded,
    data::LongTail,
    distribution::{
        ClassCounts, Diagnostics, DistributionError, DistributionSpec, Group, GroupRule, Profile, parse_counts,
    },
    experiment::Setting,
    numbers::{fixed, thousands},
    ui::{
        math,
        widgets::{
            Row, choice, count_slider, is_finish_asked_for, number_slider, remark, setting_slider_with, whole_slider,
        },
    },
};

/// Draws the profile and its parameters; a change starts training over.
pub(super) fn distribution_ui(view: &mut View<'_>, ui: &mut Ui) {
    let fitted = view.session.long_tail().map(|fitted| (fitted.order.len(), fitted.most, fitted.counts_by_rank()));
    let limit = view.session.long_tail().and_then(LongTail::limit_remark);
    let is_table = view.session.spec.data.source.is_table();
    let n_table_classes = view.session.table_classes().map(|classes| classes.rows.len());
    let shown_total = view.session.counts().map_or(0, ClassCounts::total);
    let spec = &mut view.session.spec.distribution;
    let row =
        Row::new("Profile", "The rule that gives each class its number of samples. A change starts training over");
    let before = spec.profile;
    choice(ui, "profile", row, &mut spec.profile, &Profile::ALL, |profile| (profile.label(), profile.formula()));
    let total_range =
        total_range(spec, is_table, fitted.as_ref().map(|(n_classes, most, _)| (*n_classes, *most)), n_table_classes);
    if let Some((least, most)) = total_range.clone().map(RangeInclusive::into_inner)
        && (spec.profile == Profile::Fitted && before != Profile::Fitted && !(least..=most).contains(&spec.total))
    {
        // A total from other counts may lie beyond those that there are; the one on the screen is at hand.
        spec.total = shown_total.within(least, most.max(least));
    }
    if let (Some((_, _, counts)), Profile::Own, true) = (&fitted, spec.profile, before != Profile::Own) {
        // What is on the screen fits the table; another list may not.
        spec.own_counts.clone_from(counts);
    }
    let formula = spec.profile.formula();
    if spec.profile == Profile::Own {
        own_counts_ui(view, ui);
    } else {
        match (is_table, &fitted) {
            (false, _) => {
                whole_slider(
                    ui,
                    Row::new(
                        "Classes",
                        "Number of classes C, 2 to 1,000; up to 10,000 can be typed for pictures without training",
                    ),
                    &mut spec.classes,
                    2..=100,
                );
            }
            (true, Some((n_classes, ..))) => {
                let row = Row::new("Classes", "Number of classes C: those of the table");
                row.show(ui, |ui| ui.label(format!("{n_classes}, from the table")));
            }
            (true, None) => {}
        }
        let (range, tooltip) = match fitted {
            Some((_, most, _)) => (
                1..=most.max(2),
                format!(
                    "n_max: rows of the most frequent class that are trained on. With this profile the table allows {most}; for more, a class has too few rows"
                ),
            ),
            None => (10..=100_000, "n_max: samples of the most frequent class".to_owned()),
        };
        count_slider(ui, Row::new("Largest", &tooltip), &mut spec.max_count, range);
        if let Some(limit) = limit {
            ui.add(egui::Label::new(limit).wrap());
        }
        if spec.profile.uses_imbalance() {
            let tooltip = format!("Imbalance factor F = n_max/n_min, from 1\n{formula}");
            setting_slider_with(ui, Setting::Imbalance, &tooltip, &mut spec.imbalance);
        }
        match spec.profile {
            Profile::Step => {
                let row = Row::new("Minority", "μ: share of classes that are rare, between 0 and 1");
                number_slider(ui, row, &mut spec.minority_share, 0.05..=0.95, false);
            }
            Profile::Zipf => {
                let row = Row::new("Exponent", "s in n_i = ⌊n_max/(i+1)^s⌋; 0 is uniform");
                number_slider(ui, row, &mut spec.zipf_exponent, 0.0..=3.0, false);
            }
            Profile::Pareto => {
                let row = Row::new("Power", "α of the Pareto distribution; ImageNet-LT uses 6");
                number_slider(ui, row, &mut spec.pareto_power, 0.2..=20.0, true);
            }
            Profile::Fitted => {
                if let Some((least, most)) = total_range.map(RangeInclusive::into_inner) {
                    let tooltip = format!("N = Σ n_i, here {} to {}\n{formula}", thousands(least), thousands(most));
                    count_slider(ui, Row::new("Total", &tooltip), &mut spec.total, least..=most);
                }
            }
            _ => {}
        }
    }
    diagnostics_ui(view, ui);
}

/// The totals that a fitted profile can have: those of the table's classes, with the largest count that it allows; `None`
/// where nothing is known of the table yet. `fitted` is its number of classes with that count.
fn total_range(
    spec: &DistributionSpec,
    is_table: bool,
    fitted: Option<(usize, u64)>,
    n_classes: Option<usize>,
) -> Option<RangeInclusive<u64>> {
    let (classes, max_count) = match (is_table, fitted) {
        (false, _) => (spec.classes, spec.max_count),
        (true, Some((n_classes, most))) => (n_classes, spec.max_count.min(most.max(1))),
        (true, None) => (n_classes?, spec.max_count),
    };
    Some(DistributionSpec { classes, max_count, ..spec.clone() }.total_range())
}

/// A list that can be typed or pasted.
fn own_counts_ui(view: &mut View<'_>, ui: &mut Ui) {
    let id = ui.scope_id().with("own counts");
    let listed = view.session.spec.distribution.own_counts.iter().map(u64::to_string).collect::<Vec<_>>().join(", ");
    let typed = ui.data(|data| data.get_temp::<String>(id));
    let mut text = typed.clone().unwrap_or_else(|| listed.clone());
    let is_dropped = ui.memory(|memory| memory.has_focus(id))
        && ui.input_mut(|input| input.consume_key(egui::Modifiers::NONE, egui::Key::Escape));
    let is_table = view.session.spec.data.source.is_table();
    let label = ui.label(if is_table { "Counts, in the class order" } else { "Counts, head first or in any order" });
    let editor = ui
        .add(egui::TextEdit::multiline(&mut text).id(id).desired_rows(3).desired_width(f32::INFINITY))
        .labelled_by(label.id)
        .on_hover_text("Whole numbers separated by commas, spaces or line ends; a list from a spreadsheet or a print-out can be pasted");
    let is_over = !editor.has_focus() || is_finish_asked_for(ui.ctx());
    if is_dropped {
        ui.memory_mut(|memory| memory.surrender_focus(id));
        ui.data_mut(|data| data.remove::<String>(id));
    } else if !is_over {
        if text != listed {
            let (words, ink) = match read_counts(&text) {
                Ok(_) => {
                    ("A click elsewhere takes them, Escape leaves them".to_owned(), ui.visuals().weak_text_color())
                }
                Err(error) => (error.to_string(), ui.visuals().error_fg_color),
            };
            ui.add(egui::Label::new(RichText::new(words).color(ink)).wrap());
        }
        ui.data_mut(|data| data.insert_temp(id, text));
        // Escape leaves the field alone, and not at the same time the picture that is shown alone.
        let filter = EventFilter { escape: true, horizontal_arrows: true, vertical_arrows: true, tab: false };
        ui.memory_mut(|memory| memory.set_focus_lock_filter(id, filter));
    } else if let Some(typed) = typed {
        let text = if editor.has_focus() { text } else { typed };
        match read_counts(&text) {
            _ if text == listed => {}
            Ok(counts) => {
                view.session.spec.distribution.own_counts = counts.as_slice().to_vec();
                remark(ui.ctx(), String::new());
            }
            Err(error) => remark(ui.ctx(), format!("{error}. The counts stay as they were")),
        }
        ui.data_mut(|data| data.remove::<String>(id));
    }
}

fn read_counts(text: &str) -> Result<ClassCounts, DistributionError> {
    parse_counts(text).and_then(ClassCounts::with_two_classes)
}

/// What the counts amount to.
pub(super) fn diagnostics_ui(view: &View<'_>, ui: &mut Ui) {
    let Some(counts) = view.session.counts() else { return };
    let realised = counts.realised_imbalance();
    let distribution = view.session.long_tail().map_or(&view.session.spec.distribution, |fitted| &fitted.distribution);
    let nominal = distribution.nominal_imbalance();
    let is_told = |nominal: &f64| view.session.spec.uses_distribution() && (nominal - realised).abs() > 0.05;
    let nominal = match nominal.filter(is_told) {
        Some(nominal) => format!(" (nominal {})", fixed(nominal, 1)),
        None => String::new(),
    };
    let Diagnostics { head_share, gini, effective_classes } = Diagnostics::of(counts);
    let groups = view.session.spec.groups.assign(counts);
    let [many, medium, few] = Group::ALL.map(|group| groups.iter().filter(|&&other| other == group).count());
    let lines = [
        (
            format!("N = {}, imbalance realised {}{nominal}", thousands(counts.total()), fixed(realised, 1)),
            "N = Σ n_i. Counts are truncated to whole numbers, so the realised factor n_max/n_min can differ from the nominal one",
        ),
        (
            format!(
                "Head fifth {:.0} %, Gini {gini:.2} (0 even, 1 all in one class), entropy of {effective_classes:.1} equal classes",
                head_share * 100.0
            ),
            "Share of the samples that the most frequent fifth of classes (the head) holds. Gini coefficient of the counts. The number of equally frequent classes with the same entropy is exp(−Σ p·ln p)",
        ),
        (
            match view.session.spec.groups {
                GroupRule::Thresholds { many_above, few_below } => format!(
                    "Classes: many (>{}) {many}, medium {medium}, few (<{}) {few}",
                    thousands(many_above),
                    thousands(few_below)
                ),
                GroupRule::Thirds => format!("Classes by thirds: many {many}, medium {medium}, few {few}"),
            },
            "Classes in each of the groups over which recall is averaged; Training → Groups says where they end",
        ),
    ];
    for (text, explanation) in lines {
        let label = ui.add(egui::Label::new(RichText::new(text).weak()).wrap());
        math::hover(label, explanation);
    }
}
