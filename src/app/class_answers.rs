//! The answers of a class, from the files that were dropped on the window.

use std::path::PathBuf;

use super::{
    Lab,
    answers::{ClassRead, ReadAnswers},
};

impl Lab {
    /// Has the answers of a class read; puts them away without a file.
    pub fn show_answers(&mut self, paths: Vec<PathBuf>) {
        self.session.handed_on.class_answers = None;
        self.class_answers = None;
        if !paths.is_empty() {
            self.class_answers = ReadAnswers::begin(&self.waker, paths);
        }
    }

    /// Shows what was read; a file that cannot be read is told and left out.
    pub(super) fn receive_answers(&mut self) {
        let Some(read) = self.class_answers.as_ref().and_then(ReadAnswers::result) else { return };
        self.class_answers = None;
        let ClassRead { merged, n_students, faults } = read;
        if let Some(first) = faults.first() {
            let more = if faults.len() > 1 { format!(", and {} more", faults.len() - 1) } else { String::new() };
            self.session.complain(format!("Left out: {first}{more}"));
        }
        if n_students > 0 {
            self.session.handed_on.class_answers = Some((merged, n_students));
        }
    }
}
