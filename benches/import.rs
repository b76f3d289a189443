//! Reading a million rows of ten columns, as numbers and with a text column, from memory.

use std::{fmt::Write, hint::black_box};

use criterion::{BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};
use longtail_lab::data::{ImportSettings, read_table};

const N_ROWS: u32 = 1_000_000;

/// A CSV text with nine features and a label; about 10 characters a number.
fn text(has_words: bool) -> String {
    let mut text = "a,b,c,d,e,f,g,h,i,kind\n".to_owned();
    let mut state = 1_u32;
    for _ in 0..N_ROWS {
        for column in 0..9 {
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            // Writing into a string cannot fail.
            let _ = if has_words && column == 4 {
                write!(text, "{},", ["red", "green", "blue"][(state >> 16) as usize % 3])
            } else {
                write!(text, "{:.6},", f64::from(state) / 1e7)
            };
        }
        let _ = writeln!(text, "class {}", (state >> 16) % 10);
    }
    text
}

fn import(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("a million rows of ten columns");
    group.sample_size(10);
    for (name, has_words) in [("numbers", false), ("one text column", true)] {
        let text = text(has_words);
        group.throughput(Throughput::Bytes(text.len() as u64));
        group.bench_function(BenchmarkId::from_parameter(name), |bencher| {
            bencher.iter(|| read_table(black_box(text.as_bytes()), &ImportSettings::default()));
        });
    }
    group.finish();
}

criterion_group!(benches, import);
criterion_main!(benches);
