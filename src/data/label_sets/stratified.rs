//! Splitting samples with any number of labels so that every part has its share of each label.

use rand::RngExt;

use super::LabelSets;
use crate::data::{Stream, rng};

/// Splits samples into parts, each a list of places in ascending order.
///
/// `shares` are the parts' shares of the samples; they should add up to 1. The label with the fewest samples left is dealt
/// out first, each of its samples to the part that still wants most of this label, else most samples, else by lot; samples
/// without labels come last. The same seed gives the same parts.
///
/// # Source
/// Sechidis, Tsoumakas, Vlahavas, "On the stratification of multi-label data", ECML PKDD 2011, algorithm 1.
pub fn stratified_parts(sets: &LabelSets, shares: &[f64], seed: u64) -> Vec<Vec<usize>> {
    let mut dealing = Dealing::new(sets, shares, seed);
    while let Some(label) = dealing.rarest() {
        for sample_idx in std::mem::take(&mut dealing.samples_of[label]) {
            if !dealing.is_dealt[sample_idx] {
                dealing.deal(sample_idx, Some(label));
            }
        }
    }
    for sample_idx in 0..sets.len() {
        if !dealing.is_dealt[sample_idx] {
            dealing.deal(sample_idx, None);
        }
    }
    let mut parts = dealing.parts;
    for part in &mut parts {
        part.sort_unstable();
    }
    parts
}

struct Dealing<'a> {
    sets: &'a LabelSets,
    /// Samples of each label; taken when the label is dealt out.
    samples_of: Vec<Vec<usize>>,
    /// Samples of each label that are not dealt yet.
    n_left: Vec<usize>,
    is_dealt: Vec<bool>,
    /// Samples that each part still wants.
    wanted: Vec<f64>,
    /// The same of each label, shape `[n_parts, n_labels]`.
    wanted_of: Vec<Vec<f64>>,
    parts: Vec<Vec<usize>>,
    generator: rand_chacha::ChaCha8Rng,
}

impl<'a> Dealing<'a> {
    fn new(sets: &'a LabelSets, shares: &[f64], seed: u64) -> Self {
        let mut samples_of = vec![Vec::new(); sets.n_labels()];
        for (sample_idx, labels) in sets.iter().enumerate() {
            for &label in labels {
                samples_of[label as usize].push(sample_idx);
            }
        }
        let n_left: Vec<usize> = samples_of.iter().map(Vec::len).collect();
        Self {
            sets,
            is_dealt: vec![false; sets.len()],
            wanted: shares.iter().map(|share| share * sets.len() as f64).collect(),
            wanted_of: shares.iter().map(|share| n_left.iter().map(|&n| share * n as f64).collect()).collect(),
            parts: vec![Vec::new(); shares.len()],
            samples_of,
            n_left,
            generator: rng(seed, Stream::Split),
        }
    }

    /// The label with the fewest samples left, at least one; the first of several.
    fn rarest(&self) -> Option<usize> {
        let labels = self.n_left.iter().enumerate().filter(|(_, n)| **n > 0);
        labels.min_by_key(|(_, n)| **n).map(|(label, _)| label)
    }

    fn deal(&mut self, sample_idx: usize, label: Option<usize>) {
        let of_label = |part: usize| label.map_or(0.0, |label| self.wanted_of[part][label]);
        let key = |part: usize| (of_label(part), self.wanted[part]);
        let mut best: Vec<usize> = Vec::new();
        for part in 0..self.wanted.len() {
            match best.first().map(|&first| key(part).partial_cmp(&key(first))) {
                None | Some(Some(std::cmp::Ordering::Greater)) => best = vec![part],
                Some(Some(std::cmp::Ordering::Equal)) => best.push(part),
                _ => {}
            }
        }
        let place = if best.len() > 1 { self.generator.random_range(0..best.len()) } else { 0 };
        let Some(&part) = best.get(place) else { return };
        self.is_dealt[sample_idx] = true;
        self.parts[part].push(sample_idx);
        self.wanted[part] -= 1.0;
        for &label in self.sets.of(sample_idx) {
            self.wanted_of[part][label as usize] -= 1.0;
            self.n_left[label as usize] -= 1;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// 1,000 samples of which label k has 400 / 2^k, to 6, with overlaps, and some without labels.
    fn sets() -> LabelSets {
        let row = |i: usize| (0..7_u32).filter(|k| (i * 7919 + *k as usize * 104_729) % 1000 < 400 >> k).collect();
        LabelSets::new(7, (0..1000).map(row))
    }

    #[test]
    fn every_part_has_its_share_of_every_label_also_of_the_rarest() {
        let sets = sets();
        for shares in [&[0.6, 0.2, 0.2][..], &[0.5, 0.5], &[0.7, 0.3]] {
            let parts = stratified_parts(&sets, shares, 3);
            let mut all: Vec<usize> = parts.concat();
            all.sort_unstable();
            assert_eq!(all, (0..1000).collect::<Vec<_>>(), "every sample is in one part");
            for (part, share) in parts.iter().zip(shares) {
                assert!((part.len() as f64 - share * 1000.0).abs() <= 3.0, "{} {share}", part.len());
                for (label, (n, of_all)) in sets.select(part).counts().into_iter().zip(sets.counts()).enumerate() {
                    let expected = share * of_all as f64;
                    assert!((n as f64 - expected).abs() <= 2.0, "label {label}: {n} of {of_all}, share {share}");
                }
            }
        }
    }

    #[test]
    fn parts_follow_from_the_seed() {
        let sets = sets();
        let parts = |seed| stratified_parts(&sets, &[0.6, 0.2, 0.2], seed);
        assert_eq!(parts(1), parts(1));
        assert_ne!(parts(1), parts(2));
    }

    #[test]
    fn samples_without_labels_are_shared_and_empty_sets_split_into_empty_parts() {
        let sets = LabelSets::new(2, (0..10).map(|_| vec![]));
        let parts = stratified_parts(&sets, &[0.6, 0.4], 0);
        assert_eq!(parts.iter().map(Vec::len).collect::<Vec<_>>(), [6, 4]);
        assert_eq!(stratified_parts(&LabelSets::new(2, []), &[0.5, 0.5], 0), [Vec::<usize>::new(), vec![]]);
        assert!(stratified_parts(&sets, &[], 0).is_empty());
    }
}
