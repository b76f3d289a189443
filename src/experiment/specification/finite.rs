//! Finds numbers that JSON cannot hold: infinities and what is no number would be written as `null`, which stands for "not
//! available".

use serde::{
    Serialize, Serializer,
    ser::{
        Error as _, SerializeMap, SerializeSeq, SerializeStruct, SerializeStructVariant, SerializeTuple,
        SerializeTupleStruct, SerializeTupleVariant,
    },
};

/// The first number in a value that is not finite.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
#[error("{path} is {value}, which is no finite number")]
pub struct NotFinite {
    /// Where it stands: names of fields and places in lists, from 0, as in `runs[0].loss`.
    pub path: String,
    /// The number, or another reason.
    pub value: String,
}

impl serde::ser::Error for NotFinite {
    fn custom<T: std::fmt::Display>(reason: T) -> Self {
        Self { path: String::new(), value: reason.to_string() }
    }
}

/// Makes sure that every number in a value is finite; a value that is left out is.
///
/// # Errors
/// With the first that is not, and where it stands.
pub fn check_finite(value: &impl Serialize) -> Result<(), NotFinite> {
    value.serialize(Finite).map_err(|fault| NotFinite { path: fault.path.trim_start_matches('.').to_owned(), ..fault })
}

/// A serializer that writes nothing.
#[derive(Clone, Copy)]
struct Finite;

/// The parts of a value, with the place of the next one.
struct Parts(usize, Option<String>);

/// Puts the place of a part before the path inside it.
fn below(place: &str, checked: Result<(), NotFinite>) -> Result<(), NotFinite> {
    checked.map_err(|fault| NotFinite { path: format!("{place}{}", fault.path), ..fault })
}

impl Parts {
    fn next(&mut self, value: &(impl Serialize + ?Sized)) -> Result<(), NotFinite> {
        let place = format!("[{}]", self.0);
        self.0 += 1;
        below(&place, value.serialize(Finite))
    }

    fn named(name: &str, value: &(impl Serialize + ?Sized)) -> Result<(), NotFinite> {
        below(&format!(".{name}"), value.serialize(Finite))
    }
}

/// Methods for values without numbers that could be infinite.
macro_rules! nothing_to_check {
    ($($name:ident: $type:ty),*) => {
        $(fn $name(self, _: $type) -> Result<(), NotFinite> {
            Ok(())
        })*
    };
}

impl Serializer for Finite {
    type Ok = ();
    type Error = NotFinite;
    type SerializeSeq = Parts;
    type SerializeTuple = Parts;
    type SerializeTupleStruct = Parts;
    type SerializeTupleVariant = Parts;
    type SerializeMap = Parts;
    type SerializeStruct = Parts;
    type SerializeStructVariant = Parts;

    nothing_to_check!(
        serialize_bool: bool, serialize_i8: i8, serialize_i16: i16, serialize_i32: i32, serialize_i64: i64,
        serialize_u8: u8, serialize_u16: u16, serialize_u32: u32, serialize_u64: u64, serialize_char: char,
        serialize_str: &str, serialize_bytes: &[u8], serialize_unit_struct: &'static str
    );

    fn serialize_f32(self, value: f32) -> Result<(), NotFinite> {
        self.serialize_f64(f64::from(value))
    }

    fn serialize_f64(self, value: f64) -> Result<(), NotFinite> {
        if value.is_finite() { Ok(()) } else { Err(NotFinite::custom(value)) }
    }

    fn serialize_none(self) -> Result<(), NotFinite> {
        Ok(())
    }

    fn serialize_some<T: Serialize + ?Sized>(self, value: &T) -> Result<(), NotFinite> {
        value.serialize(self)
    }

    fn serialize_unit(self) -> Result<(), NotFinite> {
        Ok(())
    }

    fn serialize_unit_variant(self, _: &'static str, _: u32, _: &'static str) -> Result<(), NotFinite> {
        Ok(())
    }

    fn serialize_newtype_struct<T: Serialize + ?Sized>(self, _: &'static str, value: &T) -> Result<(), NotFinite> {
        value.serialize(self)
    }

    fn serialize_newtype_variant<T: Serialize + ?Sized>(
        self,
        _: &'static str,
        _: u32,
        variant: &'static str,
        value: &T,
    ) -> Result<(), NotFinite> {
        Parts::named(variant, value)
    }

    fn serialize_seq(self, _: Option<usize>) -> Result<Parts, NotFinite> {
        Ok(Parts(0, None))
    }

    fn serialize_tuple(self, _: usize) -> Result<Parts, NotFinite> {
        Ok(Parts(0, None))
    }

    fn serialize_tuple_struct(self, _: &'static str, _: usize) -> Result<Parts, NotFinite> {
        Ok(Parts(0, None))
    }

    fn serialize_tuple_variant(self, _: &'static str, _: u32, _: &'static str, _: usize) -> Result<Parts, NotFinite> {
        Ok(Parts(0, None))
    }

    fn serialize_map(self, _: Option<usize>) -> Result<Parts, NotFinite> {
        Ok(Parts(0, None))
    }

    fn serialize_struct(self, _: &'static str, _: usize) -> Result<Parts, NotFinite> {
        Ok(Parts(0, None))
    }

    fn serialize_struct_variant(self, _: &'static str, _: u32, _: &'static str, _: usize) -> Result<Parts, NotFinite> {
        Ok(Parts(0, None))
    }
}

/// The same for every kind of list.
macro_rules! list {
    ($trait:ident, $method:ident) => {
        impl $trait for Parts {
            type Ok = ();
            type Error = NotFinite;

            fn $method<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), NotFinite> {
                self.next(value)
            }

            fn end(self) -> Result<(), NotFinite> {
                Ok(())
            }
        }
    };
}

list!(SerializeSeq, serialize_element);
list!(SerializeTuple, serialize_element);
list!(SerializeTupleStruct, serialize_field);
list!(SerializeTupleVariant, serialize_field);

/// The same for everything with named fields.
macro_rules! fields {
    ($trait:ident) => {
        impl $trait for Parts {
            type Ok = ();
            type Error = NotFinite;

            fn serialize_field<T: Serialize + ?Sized>(
                &mut self,
                name: &'static str,
                value: &T,
            ) -> Result<(), NotFinite> {
                Self::named(name, value)
            }

            fn end(self) -> Result<(), NotFinite> {
                Ok(())
            }
        }
    };
}

fields!(SerializeStruct);
fields!(SerializeStructVariant);

impl SerializeMap for Parts {
    type Ok = ();
    type Error = NotFinite;

    fn serialize_key<T: Serialize + ?Sized>(&mut self, key: &T) -> Result<(), NotFinite> {
        self.1 = serde_json::to_value(key).ok().and_then(|key| key.as_str().map(str::to_owned));
        Ok(())
    }

    fn serialize_value<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), NotFinite> {
        let name = self.1.take().unwrap_or_default();
        Self::named(&name, value)
    }

    fn end(self) -> Result<(), NotFinite> {
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;
    use crate::experiment::ExperimentSpec;

    #[derive(Serialize)]
    struct Run {
        loss: Option<f64>,
        parts: Vec<(u32, f32)>,
        by_name: BTreeMap<&'static str, f64>,
    }

    fn check(loss: Option<f64>, part: f32, named: f64, expected: Option<&str>) {
        let run = Run { loss, parts: vec![(1, 0.0), (2, part)], by_name: [("a", 0.0), ("b", named)].into() };
        let found = check_finite(&[run]).err().map(|fault| fault.to_string());
        assert_eq!(found.as_deref(), expected);
    }

    #[test]
    fn the_first_number_that_is_not_finite_is_named_with_its_place() {
        check(None, 1.0, f64::MAX, None);
        check(Some(f64::NAN), f32::NAN, 1.0, Some("[0].loss is NaN, which is no finite number"));
        check(Some(0.0), f32::INFINITY, 1.0, Some("[0].parts[1][1] is inf, which is no finite number"));
        check(None, 0.0, f64::NEG_INFINITY, Some("[0].by_name.b is -inf, which is no finite number"));
    }

    #[test]
    fn an_experiment_is_looked_through_whole() {
        let mut spec = ExperimentSpec::default();
        assert_eq!(check_finite(&spec), Ok(()));
        spec.objectives[1].tau = f64::INFINITY;
        assert_eq!(check_finite(&spec).unwrap_err().path, "objective[1].tau");
    }
}
