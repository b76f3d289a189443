//! The state of the window as the first scene of a lesson.

use super::{
    reading::{MOST_PICTURES, read},
    script::{Fault, Lesson},
};
use crate::experiment::{ExperimentSpec, file};

/// A lesson of one scene with this experiment and these pictures, as a script to go on from; its text is still to be written.
///
/// # Errors
/// When a number does not fit into the format.
pub fn recorded(spec: &ExperimentSpec, pictures: &[String]) -> Result<String, String> {
    let mut scene = toml::Table::new();
    scene.insert("key".to_owned(), "scene-1".into());
    let pictures = pictures.iter().take(MOST_PICTURES).map(|key| toml::Value::from(key.as_str())).collect::<Vec<_>>();
    scene.insert("pictures".to_owned(), pictures.into());
    scene.insert("train".to_owned(), "at_once".into());
    let script = script_of(scene, spec)?;
    Ok(format!("# Its text goes beside it into en.md:\n# # Title\n# ## scene-1: Title of the scene\n# Text.\n{script}"))
}

/// The script of a lesson whose only scene is this one, with an experiment.
fn script_of(mut scene: toml::Table, spec: &ExperimentSpec) -> Result<String, String> {
    let experiment = file::to_toml(spec).map_err(|error| error.to_string())?;
    let experiment: toml::Table = toml::from_str(&experiment).map_err(|error| error.message().to_owned())?;
    scene.insert("experiment".to_owned(), experiment.into());
    let mut script = toml::Table::new();
    script.insert("format".to_owned(), 1.into());
    script.insert("minutes".to_owned(), 1.into());
    script.insert("scene".to_owned(), vec![toml::Value::from(scene)].into());
    toml::to_string(&script).map_err(|error| error.to_string())
}

/// A lesson of one scene out of an experiment whose file locks something; `None` where it locks nothing. The table `[lock]` says
/// which `controls` may be moved, and may say what to `hide` and which `pictures` to show.
///
/// # Errors
/// What is wrong with the lock.
pub fn locked(name: &str, file: &str, spec: &ExperimentSpec) -> Option<Result<Lesson, Vec<Fault>>> {
    let lock = toml::from_str::<toml::Table>(file).ok()?.remove(file::LOCK)?;
    let faulty = |reason: String| vec![Fault { file: "[lock]".to_owned(), line: 1, reason }];
    let toml::Value::Table(mut scene) = lock else { return Some(Err(faulty("lock is a table".to_owned()))) };
    let known = ["controls", "hide", "pictures"];
    if let Some(key) = scene.keys().find(|key| !known.contains(&key.as_str())) {
        return Some(Err(faulty(format!("\"{key}\" is not known: there are {}", known.join(", ")))));
    }
    let pictures = || toml::Value::from(["recall", "counts", "regions"].map(toml::Value::from).to_vec());
    scene.entry("pictures").or_insert_with(pictures);
    scene.insert("key".to_owned(), "experiment".into());
    let name = name.replace(['\n', '#'], " ");
    let text =
        format!("# {name}\n## experiment: {name}\nPlay trains it. What is not open here is locked by its file.\n");
    let script = script_of(scene, spec).map_err(faulty);
    Some(script.and_then(|script| {
        read("experiment", &script, &[("en", &text)]).map_err(|faults| {
            // Its lines are not those of the file.
            faults.into_iter().flat_map(|fault| faulty(fault.reason)).collect()
        })
    }))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{experiment::Setting, lesson::ReadOut};

    #[test]
    fn an_experiment_whose_file_locks_something_is_a_lesson_of_one_scene() {
        let spec = file::from_toml("seed = 5\n[lock]\ncontrols = [\"beta\"]\nhide = [\"scores\"]\n").unwrap();
        assert_eq!(spec.seed, 5);
        let lesson = locked("a", "[lock]\ncontrols = [\"beta\"]\nhide = [\"scores\"]\n", &spec).unwrap().unwrap();
        let scene = &lesson.scenes[0];
        assert_eq!((&scene.controls[..], &scene.hidden[..]), (&[Setting::Beta][..], &[ReadOut::Scores][..]));
        assert_eq!(scene.experiment, spec);
        assert!(locked("a", "seed = 5", &spec).is_none());
        for (lock, reason) in [
            ("lock = 1", "is a table"),
            ("[lock]\ncontrols = [\"nothing\"]", "nothing"),
            ("[lock]\nhide = [\"all\"]", "titles, scores, best"),
            ("[lock]\ncolour = 1", "controls, hide, pictures"),
        ] {
            let faults = locked("a", lock, &spec).unwrap().unwrap_err();
            assert!(faults[0].reason.contains(reason), "{lock}: {faults:?}");
        }
    }
}
