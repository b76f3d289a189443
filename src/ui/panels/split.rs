//! Which rows of a table are tested on: a share at random, folds, or as a column of the file says.

use egui::{Response, Ui};

use crate::{
    data::{Part, SplitBy},
    experiment::{DataSource, DataSpec},
    state::Action,
    text::shown_os,
    ui::{
        fit::shorten,
        widgets::{Row, choice, number_slider},
    },
};

/// Characters of a column's name at most.
const MOST_OF_A_NAME: usize = 60;

/// A way to split rows.
#[derive(Clone, Copy, PartialEq)]
enum Way {
    Share,
    Folds(u64),
    Part,
    Group,
    Time,
    /// As files beside the data say.
    Files,
}

impl Way {
    fn of(data: &DataSpec) -> Self {
        match &data.split_by {
            _ if data.source != DataSource::File => Self::at_random(data),
            _ if data.validation_path.is_some() || data.test_path.is_some() => Self::Files,
            Some(SplitBy::Part(_)) => Self::Part,
            Some(SplitBy::Group(_)) => Self::Group,
            Some(SplitBy::Time(_)) => Self::Time,
            None => Self::at_random(data),
        }
    }

    fn at_random(data: &DataSpec) -> Self {
        if data.folds == 0 { Self::Share } else { Self::Folds(data.folds) }
    }

    fn label(self) -> &'static str {
        match self {
            Self::Share => "Share at random",
            Self::Folds(3) => "3 folds",
            Self::Folds(5) => "5 folds",
            Self::Folds(10) => "10 folds",
            Self::Folds(_) => "Folds of the experiment",
            Self::Part => "Column: train, test",
            Self::Group => "Column: groups",
            Self::Time => "Column: time",
            Self::Files => "Files of their own",
        }
    }

    fn explanation(self) -> &'static str {
        match self {
            Self::Share => "A share of each class is held back at random; each repetition holds back another",
            Self::Folds(_) => {
                "Cross-validation: each repetition tests on the next fold, so that every row is tested on once in as many repetitions"
            }
            Self::Part => "A column says train, validation or test for each row",
            Self::Group => "Rows with the same value, such as those of a patient, stay together on one side",
            Self::Time => "The last rows in the order of a column are tested on",
            Self::Files => "The rows to test on are in a file of their own, as --test in the terminal",
        }
    }

    /// Makes it so; a way by a column begins with the given one.
    fn apply(self, data: &mut DataSpec, column: String) {
        (data.folds, data.split_by) = (0, None);
        (data.validation_path, data.test_path) = (None, None);
        match self {
            Self::Share | Self::Files => {}
            Self::Folds(folds) => data.folds = folds,
            Self::Part => data.split_by = Some(SplitBy::Part(column)),
            Self::Group => data.split_by = Some(SplitBy::Group(column)),
            Self::Time => data.split_by = Some(SplitBy::Time(column)),
        }
    }
}

/// A file with rows of its own: its name, and buttons to choose another or none.
fn file_ui(ui: &mut Ui, data: &mut DataSpec, part: Part, actions: &mut Vec<Action>) -> Response {
    let path = match part {
        Part::Validation => &mut data.validation_path,
        _ => &mut data.test_path,
    };
    ui.horizontal(|ui| {
        let name = path.as_ref().map(|path| path.file_name().map_or_else(|| path.display().to_string(), shown_os));
        let words = shorten(name.as_deref().unwrap_or("Choose…"), 18);
        let hint = path.as_ref().map_or_else(|| "Choose a file".to_owned(), |path| path.display().to_string());
        if ui.button(words).on_hover_text(hint).clicked() {
            actions.push(Action::ChooseRows(part));
        }
        if path.is_some() && ui.small_button("×").on_hover_text("Without this file").clicked() {
            *path = None;
        }
    })
    .response
}

/// Draws the choice and what belongs to it; `columns` are those of the file, `actions` takes what a button asks for.
pub(super) fn split_ui(ui: &mut Ui, data: &mut DataSpec, columns: &[String], actions: &mut Vec<Action>) {
    let before = Way::of(data);
    let mut way = before;
    let mut ways = vec![Way::Share, Way::Folds(3), Way::Folds(5), Way::Folds(10)];
    if data.source == DataSource::File && !columns.is_empty() {
        ways.extend([Way::Part, Way::Group, Way::Time]);
    }
    if data.source == DataSource::File {
        ways.push(Way::Files);
    }
    if !ways.contains(&before) {
        ways.push(before);
    }
    let row = Row::new("Split", "Which rows are tested on. A change starts training over");
    choice(ui, "split", row, &mut way, &ways, |way| (way.label(), way.explanation()));
    if way == Way::Files && before != Way::Files {
        // It becomes so with the file that is chosen.
        actions.push(Action::ChooseRows(Part::Test));
    } else if way != before {
        let label = data.label.as_deref();
        let first = columns.iter().find(|column| label != Some(column)).cloned().unwrap_or_default();
        let kept = data.split_by.as_ref().map(|by| by.column().to_owned());
        way.apply(data, kept.unwrap_or(first));
    }
    if let Some(by) = &mut data.split_by {
        let mut chosen = by.column().to_owned();
        Row::new("By column", "The column of the file that says it; it is then no feature").show(ui, |ui| {
            egui::ComboBox::from_id_salt("split column")
                .truncate()
                .selected_text(shorten(&chosen, MOST_OF_A_NAME))
                .show_ui(ui, |ui| {
                    for column in columns {
                        ui.selectable_value(&mut chosen, column.clone(), shorten(column, MOST_OF_A_NAME));
                    }
                })
                .response
        });
        match by {
            SplitBy::Part(column) | SplitBy::Group(column) | SplitBy::Time(column) => *column = chosen,
        }
    }
    if before == Way::Files {
        let parts = [
            ("Test file", Part::Test, "The rows that are tested on, with the columns of the data file"),
            (
                "Validation file",
                Part::Validation,
                "Rows that a sweep chooses by; without them it chooses by half of those that are tested on",
            ),
        ];
        for (name, part, tooltip) in parts {
            Row::new(name, tooltip).show(ui, |ui| file_ui(ui, data, part, actions));
        }
    }
    if matches!(way, Way::Share | Way::Group | Way::Time) {
        let row = Row::new(
            "Test share",
            "Share of each class's rows held back for testing; 0 trains on everything and shows training figures. Of groups and of an order in time a share of all rows",
        );
        number_slider(ui, row, &mut data.test_share, 0.0..=0.9, false);
    }
}
