//! No more threads than make sense, whatever the environment or a flag asks for.

use std::{
    fs,
    process::Stdio,
    time::{Duration, Instant},
};

use crate::support::{Folder, program, run_in};

fn n_cores() -> usize {
    std::thread::available_parallelism().map_or(1, std::num::NonZero::get)
}

/// The largest number of threads that a call has while it works for half a second, from /proc.
fn most_threads(variable: &str, args: &[&str]) -> Option<usize> {
    let folder = Folder::new();
    let mut child = program(folder.path())
        .args(args)
        .env(variable, "100000")
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .expect("the program starts");
    let read = |name: &str| fs::read_to_string(format!("/proc/{}/{name}", child.id())).ok();
    // Ticks of the processor that were spent, of which there are a hundred in a second.
    let spent = || {
        let stat = read("stat")?;
        let fields: Vec<&str> = stat.rsplit(')').next()?.split_whitespace().collect();
        Some(fields.get(11)?.parse::<u64>().ok()? + fields.get(12)?.parse::<u64>().ok()?)
    };
    let n_threads = || {
        let status = read("status")?;
        status.lines().find_map(|line| line.strip_prefix("Threads:"))?.trim().parse::<usize>().ok()
    };
    let deadline = Instant::now() + Duration::from_mins(1);
    let mut most = None;
    while spent().is_some_and(|ticks| ticks < 50) && Instant::now() < deadline {
        most = most.max(n_threads());
        std::thread::sleep(Duration::from_millis(2));
    }
    child.kill().expect("it is ended");
    child.wait().expect("it has ended");
    most
}

#[test]
fn the_environment_starts_no_more_threads_than_there_are_cores() {
    if fs::read_to_string("/proc/self/status").is_err() {
        // Elsewhere the number can at least be asked for in vain.
        assert!(run_in(Folder::new().path(), &["train", "--max", "50", "--epochs", "1"]).code == Some(0));
        return;
    }
    let train = ["train", "--epochs", "100000"];
    let sweep = ["sweep", "--objective", "ce,cb-softmax", "--beta", "0.9", "--epochs", "100000", "--out", "n.jsonl"];
    let covering = ["covering", "--prototypes", "100000", "--runs", "100000"];
    for variable in ["RAYON_NUM_THREADS", "RAYON_RS_NUM_CPUS"] {
        for args in [&train[..], &sweep, &covering] {
            let most = most_threads(variable, args).expect("a number of threads");
            // The first thread, and the one that listens to signals, beside those that share the work.
            assert!(most <= n_cores() + 2, "{variable} {args:?}: {most} threads");
        }
    }
}

#[test]
fn a_flag_that_asks_for_too_many_threads_gets_as_many_as_make_sense_and_a_sentence() {
    let folder = Folder::new();
    let run = |jobs: &str| {
        run_in(
            folder.path(),
            &["train", "--max", "300", "--epochs", "2", "--seeds", "2", "--jobs", jobs, "--format", "csv"],
        )
    };
    let (one, many) = (run("1"), run("1000"));
    assert_eq!((one.code, many.code), (Some(0), Some(0)));
    assert_eq!(one.stdout, many.stdout, "figures do not depend on the number of threads");
    assert_eq!(one.stderr, "");
    let most = 4 * n_cores();
    if most < 1000 {
        assert!(
            many.stderr.starts_with(&format!("longtail-lab: --jobs 1000: {most} threads are used")),
            "{}",
            many.stderr
        );
    }
    for (jobs, complaint) in
        [("0", "1 to 1024"), ("100000", "1 to 1024"), ("-3", "from 0 up"), ("99999999999999999999999", "too large")]
    {
        folder.check_refused(&["train", "--jobs", jobs], complaint);
        folder.check_refused(&["sweep", "--out", "n.jsonl", "--jobs", jobs], complaint);
    }
    assert_eq!(folder.names(), Vec::<String>::new());
}
