//! The state of the window as the first scene of a lesson.

use super::reading::MOST_PICTURES;
use crate::experiment::{ExperimentSpec, file};

/// A lesson of one scene with this experiment and these pictures, as a script to go on from; its text is still to be written.
///
/// # Errors
/// When a number does not fit into the format.
pub fn recorded(spec: &ExperimentSpec, pictures: &[String]) -> Result<String, String> {
    let experiment = file::to_toml(spec).map_err(|error| error.to_string())?;
    let experiment: toml::Table = toml::from_str(&experiment).map_err(|error| error.message().to_owned())?;
    let mut scene = toml::Table::new();
    scene.insert("key".to_owned(), "scene-1".into());
    let pictures = pictures.iter().take(MOST_PICTURES).map(|key| toml::Value::from(key.as_str())).collect::<Vec<_>>();
    scene.insert("pictures".to_owned(), pictures.into());
    scene.insert("train".to_owned(), "at_once".into());
    scene.insert("experiment".to_owned(), experiment.into());
    let mut script = toml::Table::new();
    script.insert("format".to_owned(), 1.into());
    script.insert("minutes".to_owned(), 1.into());
    script.insert("scene".to_owned(), vec![toml::Value::from(scene)].into());
    let script = toml::to_string(&script).map_err(|error| error.to_string())?;
    Ok(format!("# Its text goes beside it into en.md:\n# # Title\n# ## scene-1: Title of the scene\n# Text.\n{script}"))
}
