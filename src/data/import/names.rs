//! Names that are given out once: to columns without a name, to columns that share one, and to the features of a text.

use std::collections::{HashMap, HashSet};

/// The names that are taken.
#[derive(Debug, Default)]
pub(super) struct Names {
    taken: HashSet<String>,
    /// The number that a name gets next.
    next: HashMap<String, u64>,
}

impl Names {
    /// Takes a name; `false` where it is taken already.
    pub(super) fn take(&mut self, name: &str) -> bool {
        !self.taken.contains(name) && self.taken.insert(name.to_owned())
    }

    /// Takes the name that is wished for, or the first free one of "name (2)", "name (3)" and so on.
    pub(super) fn free(&mut self, wish: &str) -> String {
        if self.take(wish) {
            return wish.to_owned();
        }
        let mut number = self.next.get(wish).copied().unwrap_or(2);
        loop {
            let name = format!("{wish} ({number})");
            number += 1;
            if self.take(&name) {
                self.next.insert(wish.to_owned(), number);
                return name;
            }
        }
    }
}

/// Names in a line, shortened.
pub(super) fn list_names<'n>(names: impl ExactSizeIterator<Item = &'n str>) -> String {
    const MOST: usize = 20;
    let more = names.len().saturating_sub(MOST);
    let list = names.take(MOST).collect::<Vec<_>>().join(", ");
    if more > 0 { format!("{list} and {more} more") } else { list }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_given_out_once() {
        let mut names = Names::default();
        assert!(names.take("a") && !names.take("a") && names.take("a (3)"));
        assert_eq!(["a", "a", "b", "a (2)"].map(|wish| names.free(wish)), ["a (2)", "a (4)", "b", "a (2) (2)"]);
    }

    #[test]
    fn many_columns_of_one_name_take_no_time() {
        let mut names = Names::default();
        let last = (0..50_000).map(|_| names.free("a")).last();
        assert_eq!(last.as_deref(), Some("a (50000)"));
    }
}
