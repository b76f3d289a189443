//! The built-in course, held to what it says: every scene is trained on several seeds.

use longtail_lab::lesson::{built_in, built_in_keys, check};

/// What is wrong with a lesson, a line each.
fn faults(key: &str) -> String {
    let lesson = built_in(key).unwrap_or_else(|| panic!("no lesson is called {key}"));
    let faults = lesson.map_or_else(|faults| faults, |lesson| check(&lesson));
    faults.iter().map(|fault| format!("{key}/{fault}\n")).collect()
}

#[test]
fn every_lesson_of_the_course_holds_what_it_says() {
    let found: String = built_in_keys().map(faults).collect();
    assert!(found.is_empty(), "{found}");
}
