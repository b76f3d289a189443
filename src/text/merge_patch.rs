//! Differences between values as merge patches (RFC 7396).

use serde_json::Value;

/// What turns one value into another by [`merge`]; `None` where they are the same.
pub fn patch(from: &Value, to: &Value) -> Option<Value> {
    let (Value::Object(before), Value::Object(after)) = (from, to) else { return (from != to).then(|| to.clone()) };
    let removed = before.keys().filter(|key| !after.contains_key(*key)).map(|key| (key.clone(), Value::Null));
    let changed = after.iter().filter_map(|(key, to)| {
        let patch = before.get(key).map_or_else(|| Some(to.clone()), |from| patch(from, to));
        Some((key.clone(), patch?))
    });
    let changes: serde_json::Map<String, Value> = removed.chain(changed).collect();
    (!changes.is_empty()).then_some(Value::Object(changes))
}

/// A merge patch applied to a value (RFC 7396): null removes, objects are merged, anything else replaces.
pub fn merge(target: &mut Value, patch: &Value) {
    let Value::Object(changes) = patch else { return target.clone_from(patch) };
    if !target.is_object() {
        *target = Value::Object(serde_json::Map::new());
    }
    let Value::Object(target) = target else { return };
    for (key, change) in changes {
        if change.is_null() {
            target.remove(key);
        } else {
            merge(target.entry(key.clone()).or_insert(Value::Null), change);
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_patch_turns_one_value_into_the_other_and_is_none_between_equal_ones() {
        let from = json!({"a": 1, "b": {"c": [1, 2], "d": 4}, "e": "x"});
        let to = json!({"a": 1, "b": {"c": [1], "d": 4}, "f": true});
        let found = patch(&from, &to).unwrap();
        assert_eq!(found, json!({"b": {"c": [1]}, "e": null, "f": true}));
        let mut merged = from.clone();
        merge(&mut merged, &found);
        assert_eq!((merged, patch(&from, &from)), (to, None));
    }
}
