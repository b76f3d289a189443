//! Random numbers: one seed, a stream of its own for each purpose, the same on every machine.

use rand::SeedableRng;
use rand_chacha::ChaCha8Rng;

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
    /// Splitting a file into training and test part.
    Split,
    /// Initial parameters.
    Init,
    /// What a sampler copies, drops or makes.
    Resampling,
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
        Stream::Resampling => 6,
        Stream::Epoch(epoch) => 1_000 + epoch,
        // Far beyond the epochs of any run.
        Stream::Draws(epoch) => (1 << 60) + epoch,
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
