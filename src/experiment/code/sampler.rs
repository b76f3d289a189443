//! The sampler of an objective in Python.

use super::Parts;
use crate::data::Sampler;

/// What differs between the libraries.
pub(super) struct Words {
    /// Samples of each class as floating-point numbers: a function of `labels`.
    pub(super) counted: &'static str,
    /// The vector of a condition as numbers.
    pub(super) as_numbers: fn(&str) -> String,
    /// What the last line of a sampler that draws makes of `weights`.
    pub(super) drawn: &'static str,
    /// What it gives, for its description.
    pub(super) gives: &'static str,
    /// The functions that copy, drop or make samples.
    pub(super) over: &'static str,
    /// See `over`.
    pub(super) under: &'static str,
    /// See `over`.
    pub(super) smote: fn(usize) -> String,
}

/// The function, with the two blank lines before it; a comment where every sample comes once an epoch.
pub(super) fn render(parts: &Parts<'_>, words: &Words) -> String {
    let Words { counted, as_numbers, drawn, gives, .. } = words;
    let (arguments, shares) = match parts.sampler() {
        Sampler::Instance => {
            return "\n\n# Sampler: every sample once an epoch, in random order (shuffle=True).\n".to_owned();
        }
        Sampler::OverSampling => return words.over.to_owned(),
        Sampler::UnderSampling => return words.under.to_owned(),
        Sampler::Smote => return (words.smote)(parts.objective.neighbours),
        Sampler::ClassBalanced => ("labels", format!("    shares = {}\n", as_numbers("counts > 0"))),
        Sampler::SquareRoot => ("labels", "    shares = counts**0.5\n".to_owned()),
        Sampler::Progressive => (
            "labels, epoch, n_epochs",
            format!(
                "    is_there, done = {}, epoch / n_epochs\n    shares = (1 - done) * counts / counts.sum() + done * is_there / is_there.sum()\n",
                as_numbers("counts > 0")
            ),
        ),
    };
    format!(
        r#"

def sampler({arguments}):
    """{gives}

    {}, and a sample as often as others of its class: as many
    draws as there are samples, with replacement. labels are indices from 0, all of the training part.
    """
    counts = {counted}
{shares}    weights = (shares / shares.sum() / counts.clip(1))[labels]
    return {drawn}
"#,
        parts.sampler().formula()
    )
}
