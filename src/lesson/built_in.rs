//! The course that comes with the lab: "From focal to class-balanced".

use std::sync::{Arc, LazyLock};

use super::{
    reading::read,
    script::{Fault, Lesson},
};

/// A lesson by its key, its script, and its texts by language.
type Files = (&'static str, &'static str, &'static [(&'static str, &'static str)]);

macro_rules! files {
    ($($key:literal),*) => {
        [$((
            $key,
            include_str!(concat!("../../assets/lessons/", $key, "/lesson.toml")),
            &[
                ("en", include_str!(concat!("../../assets/lessons/", $key, "/en.md"))),
                ("ko", include_str!(concat!("../../assets/lessons/", $key, "/ko.md"))),
            ],
        )),*]
    };
}

/// The lessons in the order of the course.
const COURSE: [Files; 8] = files![
    "accuracy-lies",
    "balanced",
    "easy-samples",
    "focal",
    "resampling",
    "covering",
    "class-balanced",
    "when-it-hurts"
];

/// Keys of the built-in lessons, in the order of the course.
pub fn built_in_keys() -> impl Iterator<Item = &'static str> {
    COURSE.iter().map(|(key, _, _)| *key)
}

/// A built-in lesson by its key; `None` where no lesson is called so.
///
/// # Errors
/// What is wrong in its files.
pub fn built_in(key: &str) -> Option<Result<Lesson, Vec<Fault>>> {
    let (key, script, texts) = COURSE.iter().find(|(known, _, _)| *known == key)?;
    Some(read(key, script, texts))
}

/// The lessons of the course that can be read: all of them, as a test holds.
pub fn course() -> &'static [Arc<Lesson>] {
    static LESSONS: LazyLock<Vec<Arc<Lesson>>> = LazyLock::new(|| {
        let read = built_in_keys().filter_map(built_in);
        read.filter_map(Result::ok).map(Arc::new).collect()
    });
    &LESSONS
}
