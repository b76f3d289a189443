//! A file that keeps one waiting.

use std::path::Path;

/// A file that has not answered yet, for longer than anybody would overlook.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Waiting {
    /// Its name.
    name: String,
    /// Whether it is written.
    is_writing: bool,
}

impl Waiting {
    /// A file that is read, or written.
    pub fn for_file(path: &Path, is_writing: bool) -> Self {
        let name = path.file_name().unwrap_or(path.as_os_str()).to_string_lossy().into_owned();
        Self { name, is_writing }
    }

    /// What stands on the screen meanwhile.
    pub fn words(&self) -> String {
        format!("{} {} … Escape gives up", if self.is_writing { "Saving" } else { "Reading" }, self.name)
    }

    /// What is said when it was given up.
    pub fn given_up(&self) -> String {
        if self.is_writing {
            format!("{} is not saved yet: it may still be, if the drive answers", self.name)
        } else {
            format!("{} was given up and is not opened", self.name)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_says_what_it_waits_for() {
        let waiting = Waiting::for_file(Path::new("/far/away/f.toml"), false);
        assert_eq!(waiting.words(), "Reading f.toml … Escape gives up");
        assert_eq!(waiting.given_up(), "f.toml was given up and is not opened");
        assert!(Waiting::for_file(Path::new("f.toml"), true).words().starts_with("Saving f.toml"));
    }
}
