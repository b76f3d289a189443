//! Reads the answers of a class on a thread of its own: the drive may take its time.

use std::{
    path::PathBuf,
    sync::mpsc::{Receiver, TryRecvError, channel},
};

use eframe::egui::{Context, ViewportId};

use crate::{
    experiment::file,
    lesson::{Answers, ClassAnswers, MOST_ANSWER_BYTES, merge},
};

/// The answers of a class, the number of students, and what could not be read.
#[derive(Default)]
pub(super) struct ClassRead {
    pub(super) merged: Vec<ClassAnswers>,
    pub(super) n_students: usize,
    pub(super) faults: Vec<String>,
}

/// Answers that are read.
pub(super) struct ReadAnswers(Receiver<ClassRead>);

impl ReadAnswers {
    /// Begins to read files; `None` without a thread.
    pub(super) fn begin(ctx: &Context, paths: Vec<PathBuf>) -> Option<Self> {
        let (tell, told) = channel();
        let ctx = ctx.clone();
        let work = move || {
            // Nobody listens any more where the window is gone.
            let _ = tell.send(read(&paths));
            ctx.request_repaint_of(ViewportId::ROOT);
        };
        std::thread::Builder::new().name("answers".to_owned()).spawn(work).ok()?;
        Some(Self(told))
    }

    /// What was read, once it is; nothing of it where the thread has died.
    pub(super) fn result(&self) -> Option<ClassRead> {
        match self.0.try_recv() {
            Ok(read) => Some(read),
            Err(TryRecvError::Empty) => None,
            Err(TryRecvError::Disconnected) => Some(ClassRead::default()),
        }
    }
}

fn read(paths: &[PathBuf]) -> ClassRead {
    let one = |path: &PathBuf| {
        let text = file::read_text_within(path, MOST_ANSWER_BYTES).map_err(|error| error.to_string())?;
        Answers::from_json(&text).map_err(|error| format!("{error}: {}", path.display()))
    };
    let (mut students, mut faults) = (Vec::new(), Vec::new());
    for path in paths {
        match one(path) {
            Ok(answers) => students.push(answers),
            Err(fault) => faults.push(fault),
        }
    }
    ClassRead { merged: merge(&students), n_students: students.len(), faults }
}
