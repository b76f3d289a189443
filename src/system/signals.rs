//! Requests of the operating system to end.

/// Calls `handle` whenever the system asks the program to end, from a thread that does nothing else: on Unix for SIGHUP,
/// SIGINT and SIGTERM, elsewhere for Ctrl-C and its like.
///
/// A signal that whoever started the program has made ignored stays so: `nohup` does it to SIGHUP, and a shell without job
/// control to SIGINT of what it runs in the background. Before the first call the system ends the program itself.
///
/// # Errors
/// When the system does not let us listen, or gives no thread.
pub fn on_request_to_end(handle: impl FnMut() + Send + 'static) -> std::io::Result<()> {
    listen(handle)
}

/// Ends the program now, whatever its threads are doing; nothing is tidied up.
///
/// What a library wants to do at the end of the program is left out too: other threads may be in the middle of using it.
pub fn end_at_once(exit_code: u8) -> ! {
    #[cfg(unix)]
    signal_hook::low_level::exit(exit_code.into());
    #[cfg(not(unix))]
    std::process::exit(exit_code.into());
}

#[cfg(unix)]
fn listen(mut handle: impl FnMut() + Send + 'static) -> std::io::Result<()> {
    use signal_hook::{
        consts::{SIGHUP, SIGINT, SIGTERM},
        iterator::Signals,
    };

    let ignored = ignored();
    let is_ignored = |signal: i32| ignored >> (signal - 1) & 1 == 1;
    let mut signals = Signals::new([SIGHUP, SIGINT, SIGTERM].into_iter().filter(|&signal| !is_ignored(signal)))?;
    std::thread::Builder::new().name("signals".to_owned()).spawn(move || {
        for _ in signals.forever() {
            handle();
        }
    })?;
    Ok(())
}

#[cfg(not(unix))]
fn listen(handle: impl FnMut() + Send + 'static) -> std::io::Result<()> {
    ctrlc::set_handler(handle).map_err(std::io::Error::other)
}

/// The signals that are ignored: bit n − 1 for signal n.
///
/// Only Linux tells without a call that is unsafe in Rust; elsewhere none counts as ignored.
#[cfg(unix)]
fn ignored() -> u64 {
    std::fs::read_to_string("/proc/self/status").ok().and_then(|status| ignored_in(&status)).unwrap_or(0)
}

/// What the status of a process says of the signals that it ignores.
#[cfg(unix)]
fn ignored_in(status: &str) -> Option<u64> {
    let mask = status.lines().find_map(|line| line.strip_prefix("SigIgn:"))?;
    u64::from_str_radix(mask.trim(), 16).ok()
}

#[cfg(unix)]
#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ignored_signals_are_found_in_the_status_of_a_process() {
        let status = |mask: &str| format!("Name:\tlab\nSigBlk:\t0000000000000007\nSigIgn:\t{mask}\nSigCgt:\t00\n");
        // SIGHUP is 1, SIGINT 2, SIGPIPE 13.
        assert_eq!(ignored_in(&status("0000000000001003")), Some(1 | 1 << 1 | 1 << 12));
        assert_eq!(ignored_in(&status("banana")), None);
        assert_eq!(ignored_in(""), None);
    }
}
