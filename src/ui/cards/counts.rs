//! Training samples per class, with bars that can be dragged and counts that can be typed.

use egui::Ui;

use super::{Card, Drawn, View, buttons::log_switch_ui, shaping::shaping_ui, weights::weights_grid};
use crate::{
    experiment::export::Grid,
    ui::charts::{Classes, CountsLook, counts_chart},
};

/// Class counts.
pub(super) struct Counts;

impl Card for Counts {
    fn name(&self) -> &'static str {
        "Class counts"
    }

    fn title(&self, _: &View<'_>) -> String {
        "Training samples per class".to_owned()
    }

    fn meaning(&self, view: &View<'_>) -> String {
        match view.session.long_tail() {
            Some(long_tail) => {
                format!("{}. Classes from head to tail, the same order in every picture", long_tail.summary())
            }
            None => "Classes from head to tail, the same order in every picture".to_owned(),
        }
    }

    fn least_heights(&self) -> [f32; 2] {
        [172.0, 180.0]
    }

    fn buttons_ui(&self, view: &mut View<'_>, ui: &mut Ui) {
        log_switch_ui(ui, &mut view.settings.log_counts);
    }

    fn body_ui(&self, view: &mut View<'_>, ui: &mut Ui, classes: &Classes) -> Option<Drawn> {
        let can_drag = view.session.spec.uses_distribution();
        let look = CountsLook { is_log: view.settings.log_counts, can_drag };
        let drawn = counts_chart(ui, classes, look, ui.available_size());
        shaping_ui(view, ui, classes, &drawn);
        Some(Drawn::over_classes((drawn.response, drawn.hovered)))
    }

    fn table(&self, view: &mut View<'_>, classes: &Classes) -> Grid {
        weights_grid(view, classes)
    }
}
