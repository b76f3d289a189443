//! An experiment, with a scene of a lesson where one is taught, as one line of text: to be pasted, typed or drawn as a QR code.
//!
//! `longtail-lab:1:` and behind it, in the letters of base64 for addresses (RFC 4648, section 5), the checksum (CRC-32, four
//! bytes, most significant first) of a JSON object and the object itself, compressed (DEFLATE, RFC 1951). The experiment is in
//! it as a merge patch (RFC 7396) to that of the scene, or to the default experiment of this version of the text, so that the
//! QR code of a usual one can be read from the last row.

use std::io::{Read as _, Write as _};

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use flate2::{Compression, read::DeflateDecoder, write::DeflateEncoder};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::{
    built_in::built_in,
    reading::read,
    script::{Fault, Lesson},
};
use crate::{
    experiment::{ExperimentSpec, file},
    text::{merge, patch},
};

/// What every such text begins with, before its version.
const NAME: &str = "longtail-lab:";
/// The version that is written, and the newest that is read.
const VERSION: u32 = 1;
/// The default experiment when this version of the text was made; it stays as it is when defaults change.
const BASE: &str = include_str!("../../assets/shared-base-1.toml");
/// Characters that are looked at, at most.
const MOST_CHARACTERS: usize = 1 << 20;
/// Bytes that come out of the compression, at most: a short text must not fill the memory.
const MOST_BYTES: u64 = 4 << 20;

/// What is shared.
#[derive(Debug, Clone, PartialEq)]
pub struct Shared {
    /// The experiment on the screen.
    pub experiment: ExperimentSpec,
    /// The lesson and the place of its scene.
    pub scene: Option<(Lesson, usize)>,
}

/// Why a text cannot be opened.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ShareError {
    /// It is something else.
    #[error("this is no shared experiment: one begins with longtail-lab:1:")]
    Foreign,
    /// A newer program wrote it.
    #[error("this experiment was shared by a newer Longtail Lab (version {0} of the text; this program reads 1)")]
    Newer(u32),
    /// Some of it is missing or changed.
    #[error("this shared experiment is damaged: copy the whole text again, from longtail-lab: to its last letter")]
    Damaged,
    /// It is whole, but says nothing that can be opened.
    #[error("this shared experiment cannot be opened: {0}")]
    Invalid(String),
}

/// What is written into the text.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Parcel {
    /// What the experiment has other than the one that it begins from.
    experiment: Value,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    lesson: Option<ParcelLesson>,
    /// The place of the scene.
    #[serde(default, skip_serializing_if = "is_first")]
    scene: usize,
}

/// A lesson of the course by its key, or any other as a whole.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct ParcelLesson {
    key: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    files: Option<(String, Vec<(String, String)>)>,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde hands references on")]
fn is_first(scene_idx: &usize) -> bool {
    *scene_idx == 0
}

/// Whether a text is meant to be a shared experiment, whole or damaged.
pub fn is_shared(text: &str) -> bool {
    text.trim_start().get(..NAME.len()).is_some_and(|start| start.eq_ignore_ascii_case(NAME))
}

impl Shared {
    /// The text.
    ///
    /// # Errors
    /// When a number of the experiment does not fit into its file.
    pub fn to_text(&self) -> Result<String, ShareError> {
        let invalid = |reason: String| ShareError::Invalid(reason);
        let scene_experiment = self.scene.as_ref().and_then(|(lesson, idx)| Some(&lesson.scenes.get(*idx)?.experiment));
        let base = base(scene_experiment)?;
        let experiment = file::to_toml(&self.experiment).map_err(|error| invalid(error.to_string()))?;
        let experiment = patch(&base, &value(&experiment)?).unwrap_or_else(|| Value::Object(serde_json::Map::new()));
        let of_course = |lesson: &Lesson| built_in(&lesson.key).is_some_and(|known| known.as_ref() == Ok(lesson));
        let lesson = self.scene.as_ref().map(|(lesson, _)| ParcelLesson {
            key: lesson.key.clone(),
            files: (!of_course(lesson)).then(|| (lesson.source.script.clone(), lesson.source.texts.clone())),
        });
        let scene = self.scene.as_ref().map_or(0, |(_, scene_idx)| *scene_idx);
        let plain = serde_json::to_vec(&Parcel { experiment, lesson, scene }).map_err(|e| invalid(e.to_string()))?;
        let mut bytes = crc32fast::hash(&plain).to_be_bytes().to_vec();
        let mut encoder = DeflateEncoder::new(&mut bytes, Compression::best());
        encoder.write_all(&plain).and_then(|()| encoder.finish().map(drop)).map_err(|e| invalid(e.to_string()))?;
        Ok(format!("{NAME}{VERSION}:{}", URL_SAFE_NO_PAD.encode(bytes)))
    }

    /// Reads a text; spaces and line ends that a message has put into it do not matter.
    ///
    /// # Errors
    /// A sentence that says what is wrong.
    pub fn from_text(text: &str) -> Result<Self, ShareError> {
        if !is_shared(text) {
            return Err(ShareError::Foreign);
        }
        let text: String = text.chars().filter(|letter| !letter.is_whitespace()).take(MOST_CHARACTERS).collect();
        let (version, data) = text[NAME.len()..].split_once(':').ok_or(ShareError::Damaged)?;
        let version: u32 = version.parse().map_err(|_| ShareError::Damaged)?;
        if version > VERSION {
            return Err(ShareError::Newer(version));
        }
        let bytes = URL_SAFE_NO_PAD.decode(data).map_err(|_| ShareError::Damaged)?;
        let (checksum, packed) = bytes.split_first_chunk::<4>().ok_or(ShareError::Damaged)?;
        let mut plain = Vec::new();
        let read = DeflateDecoder::new(packed).take(MOST_BYTES).read_to_end(&mut plain);
        if read.is_err() || crc32fast::hash(&plain) != u32::from_be_bytes(*checksum) {
            return Err(ShareError::Damaged);
        }
        Self::from_parcel(&plain)
    }

    /// Reads what the checksum has found to be whole.
    fn from_parcel(plain: &[u8]) -> Result<Self, ShareError> {
        let invalid = |reason: String| ShareError::Invalid(reason);
        let parcel: Parcel = serde_json::from_slice(plain).map_err(|error| invalid(error.to_string()))?;
        let read_onto = |scene: Option<&ExperimentSpec>| {
            let mut whole = base(scene)?;
            merge(&mut whole, &parcel.experiment);
            let text = toml::to_string(&whole).map_err(|error| invalid(error.to_string()))?;
            file::from_toml(&text).map_err(|error| invalid(error.to_string()))
        };
        let Some(lesson) = parcel.lesson else { return Ok(Self { experiment: read_onto(None)?, scene: None }) };
        let lesson = match lesson.files {
            None => built_in(&lesson.key)
                .ok_or_else(|| invalid(format!("there is no lesson {:?} in this program", lesson.key)))?,
            Some((script, texts)) => {
                let texts: Vec<(&str, &str)> =
                    texts.iter().map(|(code, text)| (code.as_str(), text.as_str())).collect();
                read(&lesson.key, &script, &texts)
            }
        };
        let lesson = lesson.map_err(|faults| {
            invalid(faults.first().map_or_else(|| "its lesson is empty".to_owned(), Fault::to_string))
        })?;
        let scene_idx = parcel.scene.min(lesson.scenes.len().saturating_sub(1));
        let experiment = read_onto(lesson.scenes.get(scene_idx).map(|scene| &scene.experiment))?;
        Ok(Self { experiment, scene: Some((lesson, scene_idx)) })
    }
}

/// The experiment that the shared one is told by: that of the scene, or the default one.
fn base(scene: Option<&ExperimentSpec>) -> Result<Value, ShareError> {
    match scene.map(file::to_toml) {
        None => value(BASE),
        Some(text) => value(&text.map_err(|error| ShareError::Invalid(error.to_string()))?),
    }
}

fn value(toml: &str) -> Result<Value, ShareError> {
    toml::from_str(toml).map_err(|error| ShareError::Invalid(error.to_string()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lesson::course;

    #[test]
    fn what_is_shared_comes_back_and_is_short() {
        let plain = Shared { experiment: ExperimentSpec::default(), scene: None };
        let text = plain.to_text().unwrap();
        assert!(text.len() < 100, "{} characters", text.len());
        assert_eq!(Shared::from_text(&text), Ok(plain.clone()));
        let mut other = plain.clone();
        other.experiment.distribution.classes = 100;
        other.experiment.objectives[2].gamma = 0.5;
        other.experiment.objectives.remove(1);
        other.experiment.split_seed = Some(3);
        let text_of_other = other.to_text().unwrap();
        assert!(text_of_other.len() < 1000, "{} characters", text_of_other.len());
        assert_eq!(Shared::from_text(&text_of_other), Ok(other));
        let wrapped: String = text.chars().flat_map(|letter| [letter, '\n', ' ']).collect();
        assert_eq!(Shared::from_text(&format!("  {}", &text)), Ok(plain.clone()));
        assert_eq!(Shared::from_text(&wrapped[..]).err(), Some(ShareError::Foreign), "not through the name");
        let broken = format!("{}\r\n  {}", &text[..20], &text[20..]);
        assert_eq!(Shared::from_text(&broken), Ok(plain));
    }

    #[test]
    fn a_lesson_of_the_course_travels_by_its_key_and_any_other_as_a_whole() {
        for lesson in course() {
            let last = lesson.scenes.len() - 1;
            let experiment = lesson.scenes[last].experiment.clone();
            let shared = Shared { experiment, scene: Some(((**lesson).clone(), last)) };
            let text = shared.to_text().unwrap();
            assert!(text.len() < 200, "{}: {} characters", lesson.key, text.len());
            assert_eq!(Shared::from_text(&text), Ok(shared));
        }
        let mut own = (*course()[0]).clone();
        own.key = "my-own".to_owned();
        let own = Shared { experiment: ExperimentSpec::default(), scene: Some((own, 2)) };
        let text = own.to_text().unwrap();
        let back = Shared::from_text(&text).unwrap();
        assert_eq!(back, own);
    }

    #[test]
    fn every_situation_is_shared_and_comes_back() {
        for situation in crate::experiment::situations() {
            let mut experiment = ExperimentSpec::default();
            situation.clone().apply(&mut experiment);
            let shared = Shared { experiment, scene: None };
            let text = shared.to_text().unwrap();
            assert!(text.len() < 2000, "{}: {} characters", situation.name, text.len());
            assert_eq!(Shared::from_text(&text), Ok(shared), "{}", situation.name);
        }
    }

    #[test]
    fn damage_is_noticed_wherever_it_is_and_said() {
        let text = Shared { experiment: ExperimentSpec::default(), scene: None }.to_text().unwrap();
        let start = "longtail-lab:1:".len();
        for place in start..text.len() {
            let mut letters: Vec<char> = text.chars().collect();
            letters[place] = if letters[place] == 'A' { 'B' } else { 'A' };
            let damaged: String = letters.into_iter().collect();
            assert!(Shared::from_text(&damaged).is_err(), "letter {place}");
            assert!(Shared::from_text(&text[..place]).is_err(), "cut at {place}");
        }
        assert_eq!(Shared::from_text("longtail-lab:"), Err(ShareError::Damaged));
        assert_eq!(Shared::from_text("longtail-lab:2:AAAA"), Err(ShareError::Newer(2)));
        assert_eq!(Shared::from_text("seed = 1"), Err(ShareError::Foreign));
        assert_eq!(Shared::from_text("長longtail-lab:1:"), Err(ShareError::Foreign));
    }

    #[test]
    fn a_short_text_does_not_fill_the_memory() {
        let mut bytes = vec![0; 4];
        let mut encoder = DeflateEncoder::new(&mut bytes, Compression::best());
        for _ in 0..64 {
            encoder.write_all(&vec![b' '; 1 << 20]).unwrap();
        }
        encoder.finish().unwrap();
        let text = format!("longtail-lab:1:{}", URL_SAFE_NO_PAD.encode(bytes));
        assert_eq!(Shared::from_text(&text), Err(ShareError::Damaged));
    }
}
