//! Runs a reader on seeds and mutations of them, and watches what it does.

use std::{
    collections::HashSet,
    fs,
    panic::{AssertUnwindSafe, catch_unwind},
    path::Path,
    sync::{Mutex, PoisonError},
    time::Duration,
};

use peakmem_alloc::PeakMemAllocTrait;
use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;
use rustix::time::{ClockId, clock_gettime};

use super::{MEMORY, mutate::mutated};

/// Memory that a reader may take for nothing: buffers, a million class counts, what a parser needs for a small text.
const BASE_BYTES: usize = 48 << 20;
/// Memory for each byte of the input.
const BYTES_A_BYTE: usize = 10;
/// Longest processor time for less than a megabyte; without optimisation several times as long.
const MOST_TIME: Duration = Duration::from_secs(if cfg!(debug_assertions) { 5 } else { 1 });
/// Most bytes of an input as a rule, and once in a while.
const MOST_BYTES: [usize; 2] = [16 << 10, 1 << 20];
/// Most inputs that are kept because something new came of them.
const MOST_KEPT: usize = 2000;

static TURN: Mutex<()> = Mutex::new(());

/// What came of an input.
pub(crate) struct Outcome {
    /// In words; inputs with another outcome than all before are mutated further.
    pub(crate) words: String,
    /// Memory that the result itself may take, beside what is allowed for the input.
    pub(crate) result_bytes: usize,
}

impl Outcome {
    pub(crate) fn of(words: impl Into<String>) -> Self {
        Self { words: words.into(), result_bytes: 0 }
    }
}

/// Holds a reader to what the program promises, for the time that is set.
pub(crate) fn fuzz(name: &str, seeds: Vec<Vec<u8>>, read: fn(&[u8]) -> Outcome) {
    let _turn = TURN.lock().unwrap_or_else(PoisonError::into_inner);
    let number = |variable: &str| std::env::var(variable).ok().and_then(|text| text.parse::<f64>().ok());
    let time = Duration::from_secs_f64(number("FUZZ_SECONDS").unwrap_or(0.5));
    let seed = number("FUZZ_SEED").unwrap_or(1.0) as u64;
    assert!(!seeds.is_empty(), "{name}: there are no seeds");
    let mut rng = ChaCha8Rng::seed_from_u64(seed);
    let mut pool = seeds;
    let mut met = HashSet::new();
    let mut n_inputs = 0_u64;
    let start = processor_time();
    for input in pool.clone() {
        met.insert(kind(&check(name, &input, read)));
        n_inputs += 1;
    }
    while processor_time().saturating_sub(start) < time {
        let most = MOST_BYTES[usize::from(rng.random_range(0..200) == 0)];
        let input = mutated(&pool, most, &mut rng);
        let is_new = met.insert(kind(&check(name, &input, read)));
        if is_new && pool.len() < MOST_KEPT {
            pool.push(input);
        }
        n_inputs += 1;
    }
    println!("{name}: {n_inputs} inputs, {} kinds of outcomes", met.len());
}

/// Runs the reader on one input.
fn check(name: &str, input: &[u8], read: fn(&[u8]) -> Outcome) -> String {
    MEMORY.reset_peak_memory();
    let before = processor_time();
    let outcome = catch_unwind(AssertUnwindSafe(|| read(input)));
    let time = processor_time().saturating_sub(before);
    let peak = MEMORY.get_peak_memory();
    let Ok(outcome) = outcome else { fail(name, input, "it panicked") };
    let most = BASE_BYTES + BYTES_A_BYTE * input.len() + outcome.result_bytes;
    if peak > most {
        fail(name, input, &format!("it took {peak} bytes of memory for {} bytes, at most {most}", input.len()));
    }
    if time > MOST_TIME && input.len() < 1 << 20 {
        fail(name, input, &format!("it took {time:?} for {} bytes", input.len()));
    }
    outcome.words
}

/// Keeps the input and ends the test.
fn fail(name: &str, input: &[u8], what: &str) -> ! {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR"));
    let path = folder.join(format!("fuzz-{name}-{}", input.len()));
    let kept = fs::write(&path, input).map_or_else(|error| error.to_string(), |()| path.display().to_string());
    panic!("{name}: {what}: {kept}");
}

/// Processor time of this thread.
fn processor_time() -> Duration {
    let time = clock_gettime(ClockId::ThreadCPUTime);
    Duration::new(time.tv_sec as u64, time.tv_nsec as u32)
}

/// An outcome without numbers and what is in quotes, so that the same complaint about other values is nothing new.
fn kind(words: &str) -> String {
    let mut is_quoted = false;
    let mut kind = String::new();
    for c in words.chars() {
        if matches!(c, '"' | '`' | '\'') {
            is_quoted = !is_quoted;
        }
        if !is_quoted && !c.is_ascii_digit() && kind.len() < 120 {
            kind.push(c);
        }
    }
    kind
}
