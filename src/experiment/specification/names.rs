//! Names of choices in files, flags and reports: one spelling, the one that serde knows.

use serde::{
    Deserialize, Serialize,
    de::{IntoDeserializer, value::Error},
};

/// Reads a choice by its name in files; `-` and `_` are the same.
///
/// # Errors
/// When there is no such choice; the message lists those there are.
///
/// ```
/// use longtail_lab::{experiment::parse_name, weighting::Normalisation};
/// assert_eq!(parse_name::<Normalisation>("sum-to-classes"), Ok(Normalisation::SumToClasses));
/// ```
pub fn parse_name<T: for<'de> Deserialize<'de>>(text: &str) -> Result<T, String> {
    let name = text.trim().replace('-', "_");
    let deserializer: serde::de::value::StrDeserializer<'_, Error> = name.as_str().into_deserializer();
    T::deserialize(deserializer)
        .map_err(|error| error.to_string().replace("unknown variant", "there is no").replace('_', "-"))
}

/// The name of a choice in files.
pub fn name_of<T: Serialize>(choice: &T) -> String {
    match serde_json::to_value(choice) {
        Ok(serde_json::Value::String(name)) => name,
        _ => String::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::weighting::SchemeKind;

    #[test]
    fn names_go_out_and_come_back_and_aliases_are_known() {
        for kind in SchemeKind::ALL {
            assert_eq!(parse_name(&name_of(&kind)), Ok(kind));
        }
        assert_eq!(parse_name("inverse-sqrt"), Ok(SchemeKind::InverseSqrtFrequency));
        let message = parse_name::<SchemeKind>("banana").unwrap_err();
        assert!(message.starts_with("there is no `banana`, expected one of `uniform`"), "{message}");
    }
}
