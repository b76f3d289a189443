//! Several seeds: what the person asks of them, as commands for the worker.

use super::Lab;
use crate::{
    state::{Picture, n_seeds},
    ui::panels::pictures_on_screen,
};

impl Lab {
    /// Has the comparison trained on several seeds and shows what comes of it; the number becomes the experiment's.
    pub(super) fn train_seeds(&mut self) {
        if !pictures_on_screen(&self.session, &self.settings).contains(&Picture::Seeds) {
            self.session.enlarged = Some(Picture::Seeds);
        }
        if self.session.checked().is_err() {
            return;
        }
        self.session.spec.seeds = n_seeds(&self.session.spec);
        match self.session.spec.check() {
            Ok(checked) => {
                let id = self.session.seeds.next_id();
                self.worker.repeat(id, checked);
            }
            Err(error) => self.session.complain(error.to_string()),
        }
    }
}
