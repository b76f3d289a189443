//! How fast training goes.

use crate::distribution::{plain_digits, typed_number};

/// A speed of training.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum TrainingSpeed {
    /// At most this many batches a second: slow motion.
    Batches(f64),
    /// At most this many epochs a second.
    Epochs(f64),
    /// As fast as the machine goes.
    Unlimited,
}

impl TrainingSpeed {
    /// Most batches a second at which each of them is shown.
    const SLOW: f64 = 5.0;

    /// Every speed that can be chosen, from slow to fast.
    pub const ALL: [Self; 12] = [
        Self::Batches(1.0),
        Self::Batches(2.0),
        Self::Batches(5.0),
        Self::Batches(20.0),
        Self::Epochs(1.0),
        Self::Epochs(2.0),
        Self::Epochs(5.0),
        Self::Epochs(10.0),
        Self::Epochs(20.0),
        Self::Epochs(50.0),
        Self::Epochs(100.0),
        Self::Unlimited,
    ];

    /// What stands beside the slider.
    pub fn label(self) -> String {
        match self {
            Self::Batches(n) => format!("{n} batch/s"),
            Self::Epochs(n) => format!("{n}/s"),
            Self::Unlimited => "max".to_owned(),
        }
    }

    /// The place in [`TrainingSpeed::ALL`] of the speed that a person types: a number of epochs, a number with "b" of batches, or
    /// "max".
    pub fn parse(text: &str) -> Option<usize> {
        let text = plain_digits(text).trim().to_lowercase();
        if text.starts_with("max") || text.starts_with("inf") {
            return Some(Self::ALL.len() - 1);
        }
        let end = text.find(|c: char| !(c.is_ascii_digit() || ".,".contains(c))).unwrap_or(text.len());
        let typed = typed_number(&text[..end]).ok()?;
        let is_batches = text[end..].trim_start().starts_with('b');
        let distance = |speed: Self| match speed {
            Self::Batches(n) if is_batches => Some((n / typed).ln().abs()),
            Self::Epochs(n) if !is_batches => Some((n / typed).ln().abs()),
            _ => None,
        };
        let places = Self::ALL.into_iter().enumerate().filter_map(|(idx, speed)| Some((idx, distance(speed)?)));
        places.min_by(|a, b| a.1.total_cmp(&b.1)).map(|(idx, _)| idx)
    }

    /// Whether every batch is shown, with its samples and what it does to the boundaries.
    pub fn is_slow_motion(self) -> bool {
        matches!(self, Self::Batches(n) if n <= Self::SLOW)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_shown_can_be_typed_and_other_numbers_take_the_nearest_speed() {
        for (idx, speed) in TrainingSpeed::ALL.into_iter().enumerate() {
            assert_eq!(TrainingSpeed::parse(&speed.label()), Some(idx), "{}", speed.label());
        }
        let parsed = |text: &str| TrainingSpeed::parse(text).map(|idx| TrainingSpeed::ALL[idx]);
        assert_eq!(parsed("0"), Some(TrainingSpeed::Epochs(1.0)));
        assert_eq!(parsed("70"), Some(TrainingSpeed::Epochs(50.0)));
        assert_eq!(parsed("3 batches"), Some(TrainingSpeed::Batches(2.0)));
        assert_eq!(parsed(" MAX "), Some(TrainingSpeed::Unlimited));
        assert_eq!(parsed("1,9 b/s"), Some(TrainingSpeed::Batches(2.0)));
        assert_eq!(parsed("２０"), Some(TrainingSpeed::Epochs(20.0)));
        assert_eq!(parsed("fast"), None);
    }
}
