//! What stands below a picture: of which experiment it is, and the command that makes it again.

use std::path::Path;

use super::Look;
use crate::{
    numbers::thousands,
    state::{Picture, Session},
    ui::cards::{Needs, card},
};

/// Two lines: the experiment with its seeds, and the command; `choices` are those of
/// [`crate::state::Settings::picture_choices`].
pub fn caption(
    session: &Session,
    choices: Option<&str>,
    picture: Picture,
    look: Look,
    files: Files<'_>,
) -> [String; 2] {
    let epoch = is_trained(picture).then(|| session.snapshot().shown_epoch());
    [experiment(session, epoch), command(session, choices, picture, look, files)]
}

/// Where things are.
#[derive(Debug, Clone, Copy)]
pub struct Files<'a> {
    /// The experiment; `None` for the default one.
    pub experiment: Option<&'a Path>,
    /// Where the picture is written.
    pub out: &'a str,
}

/// The line about the experiment alone, with the epoch.
pub fn experiment_line(session: &Session) -> String {
    experiment(session, Some(session.snapshot().shown_epoch()))
}

/// Whether a picture shows what comes out of training.
pub fn is_trained(picture: Picture) -> bool {
    card(picture).needs() == Needs::Training
}

/// Classes, counts, epoch and seeds.
fn experiment(session: &Session, epoch: Option<u64>) -> String {
    let mut parts = Vec::new();
    if let Some(counts) = session.counts() {
        let present = || counts.as_slice().iter().filter(|count| **count > 0);
        let (most, fewest) = (present().max().copied().unwrap_or(0), present().min().copied().unwrap_or(0));
        parts.push(format!(
            "{} classes with {} to {} training samples",
            thousands(counts.n_classes() as u64),
            thousands(most),
            thousands(fewest)
        ));
    }
    if let Some(epoch) = epoch {
        parts.push(format!("epoch {}", thousands(epoch)));
    }
    let seeds = session.spec.first_seeds();
    parts.push(format!("seeds: data {}, split {}, start {}", seeds.data, seeds.split, seeds.init));
    format!("{} · Longtail Lab {}", parts.join(" · "), env!("CARGO_PKG_VERSION"))
}

/// The command that draws it again.
fn command(session: &Session, choices: Option<&str>, picture: Picture, look: Look, files: Files<'_>) -> String {
    let mut words = vec!["longtail-lab figure".to_owned(), picture.key()];
    if let Some(file) = files.experiment {
        words.push(quoted(&file.to_string_lossy()));
    }
    let epoch = session.snapshot().shown_epoch();
    if is_trained(picture) && epoch != session.spec.training.epochs {
        words.push(format!("--epoch {epoch}"));
    }
    let [width, height] = look.size;
    words.push(format!("--size {width}x{height} --theme {}", if look.is_dark { "dark" } else { "light" }));
    words.extend(choices.map(|choices| format!("--view {}", quoted(choices))));
    words.push(format!("--out {}", quoted(files.out)));
    words.join(" ")
}

/// A word as a shell takes it whole.
fn quoted(word: &str) -> String {
    let is_plain = |letter: char| letter.is_alphanumeric() || "-_./\\:+=,@%".contains(letter);
    if !word.is_empty() && word.chars().all(is_plain) {
        return word.to_owned();
    }
    format!("'{}'", word.replace('\'', r"'\''"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{experiment::ExperimentSpec, state::Settings};

    #[test]
    fn the_command_names_what_differs_from_the_usual_and_quotes_files() {
        let session = Session::new(ExperimentSpec::default());
        let files = |experiment: Option<&'static str>, out| Files { experiment: experiment.map(Path::new), out };
        let [_, command] =
            caption(&session, None, Picture::HeadTail, Look::default(), files(Some("my lab/it's.toml"), "a.svg"));
        assert_eq!(
            command,
            r"longtail-lab figure head_tail 'my lab/it'\''s.toml' --epoch 0 --size 1200x700 --theme light --out a.svg"
        );
        let look = Look { size: [640.0, 480.0], is_dark: true };
        let [_, command] = caption(&session, None, Picture::Recall, look, files(None, ""));
        assert_eq!(command, "longtail-lab figure recall --epoch 0 --size 640x480 --theme dark --out ''");
        let settings = Settings { log_counts: false, is_dark: true, ..Settings::default() };
        let choices = settings.picture_choices();
        let [_, command] = caption(&session, choices.as_deref(), Picture::Counts, look, files(None, "a.svg"));
        assert_eq!(
            command,
            r#"longtail-lab figure counts --size 640x480 --theme dark --view '{"log_counts":false}' --out a.svg"#
        );
    }
}
