//! The built-in course, held to what it says: every scene is trained on several seeds.

use longtail_lab::lesson::{built_in, built_in_keys, check};

fn checked(key: &str) {
    let lesson = built_in(key).expect("a built-in lesson");
    let lesson = lesson.unwrap_or_else(|faults| panic!("{key}:\n{}", in_lines(&faults)));
    let faults = check(&lesson);
    assert!(faults.is_empty(), "{key}:\n{}", in_lines(&faults));
}

fn in_lines(faults: &[longtail_lab::lesson::Fault]) -> String {
    faults.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n")
}

#[test]
fn every_lesson_of_the_course_holds_what_it_says() {
    built_in_keys().for_each(checked);
}
