//! Random numbers: three seeds, a stream of its own for each purpose, the same on every machine.

use rand::SeedableRng;
use rand_chacha::ChaCha8Rng;
use serde::Serialize;

/// What a run's random numbers start from. Each can be changed without disturbing what hangs on the others.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Seeds {
    /// Generated training samples and the places of classes.
    pub data: u64,
    /// Which rows of a table, or which fresh samples, are tested on.
    pub split: u64,
    /// Initial parameters, batch order, samplers and random feature maps.
    pub init: u64,
}

impl Seeds {
    /// The same seed for everything.
    pub fn all(seed: u64) -> Self {
        Self { data: seed, split: seed, init: seed }
    }

    /// The seeds of the repetition at this place, from 0.
    #[must_use]
    pub fn repetition(self, idx: u64) -> Self {
        Self { data: self.data + idx, split: self.split + idx, init: self.init + idx }
    }
}

/// What random numbers are for; streams never overlap, so that one purpose does not disturb another.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stream {
    /// Positions of class means.
    Means,
    /// Training samples.
    Train,
    /// Samples of the balanced test set.
    BalancedTest,
    /// Samples of the natural test set.
    NaturalTest,
    /// Samples of the balanced validation set.
    BalancedValidation,
    /// Samples of the natural validation set.
    NaturalValidation,
    /// Points of a random design.
    Design,
    /// Splitting a table into training and test part.
    Split,
    /// Initial parameters.
    Init,
    /// What a sampler copies, drops or makes.
    Resampling,
    /// Which classes stand where, and which are difficult.
    Arrangement,
    /// Frequencies and phases of random Fourier features.
    FourierMap,
    /// Samples by which the best possible recall is estimated.
    BestRecall,
    /// Samples of a stroke of the brush, from 0.
    Stroke(u64),
    /// Batch order of one epoch, from 0.
    Epoch(u64),
    /// Samples that are drawn for one epoch, from 0.
    Draws(u64),
}

/// The generator for a seed and a purpose.
pub fn rng(seed: u64, stream: Stream) -> ChaCha8Rng {
    let id = match stream {
        Stream::Means => 0,
        Stream::Train => 1,
        Stream::BalancedTest => 2,
        Stream::NaturalTest => 3,
        Stream::Split => 4,
        Stream::Init => 5,
        Stream::Arrangement => 6,
        Stream::FourierMap => 7,
        Stream::BestRecall => 8,
        Stream::Resampling => 9,
        Stream::BalancedValidation => 10,
        Stream::NaturalValidation => 11,
        Stream::Design => 12,
        Stream::Epoch(epoch) => 1_000 + epoch,
        // Far beyond the epochs of any run.
        Stream::Draws(epoch) => (1 << 60) + epoch,
        Stream::Stroke(stroke) => (1 << 62) + stroke,
    };
    let mut generator = ChaCha8Rng::seed_from_u64(seed);
    generator.set_stream(id);
    generator
}

#[cfg(test)]
mod tests {
    use rand::Rng;

    use super::*;

    #[test]
    fn a_seed_and_a_stream_give_the_same_numbers_again_and_other_streams_others() {
        let first = |seed, stream| rng(seed, stream).next_u64();
        assert_eq!(first(1, Stream::Init), first(1, Stream::Init));
        assert_ne!(first(1, Stream::Init), first(1, Stream::Train));
        assert_ne!(first(1, Stream::Init), first(2, Stream::Init));
        assert_ne!(first(1, Stream::Epoch(0)), first(1, Stream::Epoch(1)));
        assert_ne!(first(1, Stream::Epoch(0)), first(1, Stream::Draws(0)));
    }
}
