//! Settings on disk: what one window has changed is put into what is there, and the file is written beside and renamed, so
//! that it is whole whatever ends the program.
//!
//! The file is the one that eframe kept before, in its format: a map of texts in RON, of which one is the settings as JSON.

use std::{
    collections::BTreeMap,
    fs::{self, File, TryLockError},
    io::Read,
    path::{Path, PathBuf},
    time::{Duration, Instant},
};

use serde_json::Value;

use crate::{
    experiment::file::{self, FileError},
    state::Settings,
};

/// The file, the one before it, the one that is locked meanwhile, and what cannot be read.
const NEWEST: &str = "app.ron";
const OLDER: &str = "app.older.ron";
const LOCK: &str = "app.lock";
const DAMAGED: &str = "app.damaged.ron";
/// Key of the settings in the file.
const SETTINGS: &str = "settings";
/// Most bytes that settings have.
const MOST_BYTES: u64 = 1 << 20;
/// How long the file is waited for while another window writes it; then this one writes too, which loses no file but perhaps
/// the other's change.
const PATIENCE: Duration = Duration::from_secs(1);

/// Settings on disk, and what this window has changed of them.
#[derive(Debug, Clone)]
pub struct SettingsFile {
    folder: PathBuf,
    /// The settings of this window as it read or stored them last.
    known: Value,
}

/// Settings as they were found.
pub struct Loaded {
    /// The settings.
    pub settings: Settings,
    /// The file, to store them in.
    pub file: SettingsFile,
    /// What could not be read, and what became of it.
    pub complaint: Option<String>,
}

/// The file as it is on disk.
struct Found {
    bytes: Vec<u8>,
    /// What else is in the file.
    texts: BTreeMap<String, String>,
    settings: Value,
}

impl SettingsFile {
    /// Reads the settings in a folder; where there are none they have their defaults. A file that is damaged is kept under
    /// another name, and the one before it is read.
    pub fn load(folder: &Path) -> Loaded {
        let mut complaint = None;
        let found = match find(&folder.join(NEWEST)) {
            Ok(found) => found,
            Err(reason) => {
                let older = find(&folder.join(OLDER)).ok().flatten();
                let instead = if older.is_some() { "those of before are used" } else { "they have their defaults" };
                let kept = set_aside(folder);
                complaint = Some(format!("The settings cannot be read ({reason}): {instead}; {kept}"));
                older
            }
        };
        let (settings, unknown) = Settings::from_json(found.map(|found| found.settings).as_ref());
        if complaint.is_none() && !unknown.is_empty() {
            complaint = Some(format!("Settings that cannot be read have their defaults: {}", unknown.join(", ")));
        }
        let file = Self { folder: folder.to_owned(), known: to_json(&settings) };
        Loaded { settings, file, complaint }
    }

    /// Stores what has changed since these settings were read or stored last; the rest stays as another window has stored it.
    ///
    /// # Errors
    /// When the folder or the file cannot be written to; what was there before stays.
    pub fn store(&mut self, settings: &Settings) -> Result<(), FileError> {
        let mine = to_json(settings);
        if mine == self.known {
            return Ok(());
        }
        let place = self.folder.join(NEWEST);
        if let Err(error) = fs::create_dir_all(&self.folder) {
            return Err(file::unwritable(&self.folder, file::reason(&error)));
        }
        // Released when it is dropped, and by the system when the program ends.
        let _lock = lock(&self.folder.join(LOCK));
        let found = match find(&place) {
            Ok(found) => found,
            Err(_) => {
                set_aside(&self.folder);
                None
            }
        };
        let (bytes, mut texts, settings) = match found {
            Some(found) => (Some(found.bytes), found.texts, merged(&self.known, &mine, &found.settings)),
            None => (None, BTreeMap::new(), mine.clone()),
        };
        texts.insert(SETTINGS.to_owned(), settings.to_string());
        let text = ron::ser::to_string_pretty(&texts, ron::ser::PrettyConfig::default())
            .map_err(|error| file::unwritable(&place, error.to_string()))?;
        if bytes.as_deref() != Some(text.as_bytes()) {
            if let Some(bytes) = bytes {
                file::write(&self.folder.join(OLDER), &bytes)?;
            }
            file::write(&place, text.as_bytes())?;
        }
        self.known = mine;
        Ok(())
    }
}

/// What is in a file; `None` where there is no file.
///
/// # Errors
/// What is wrong, in a few words.
fn find(path: &Path) -> Result<Option<Found>, String> {
    let opened = match File::open(path) {
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(None),
        opened => opened.map_err(|error| file::reason(&error))?,
    };
    let mut bytes = Vec::new();
    opened.take(MOST_BYTES + 1).read_to_end(&mut bytes).map_err(|error| file::reason(&error))?;
    if bytes.is_empty() {
        return Err("the file is empty".to_owned());
    }
    if bytes.len() as u64 > MOST_BYTES {
        return Err(format!("the file has more than {MOST_BYTES} bytes"));
    }
    let texts: BTreeMap<String, String> = ron::de::from_bytes(&bytes).map_err(|error| format!("{error}"))?;
    let settings = match texts.get(SETTINGS) {
        Some(text) => serde_json::from_str(text).map_err(|error| error.to_string())?,
        None => Value::Object(serde_json::Map::new()),
    };
    if !settings.is_object() {
        return Err("the settings have no names".to_owned());
    }
    Ok(Some(Found { bytes, texts, settings }))
}

/// Keeps a file that cannot be read under another name; says so.
fn set_aside(folder: &Path) -> String {
    let (damaged, kept) = (folder.join(NEWEST), folder.join(DAMAGED));
    match fs::rename(&damaged, &kept) {
        Ok(()) => format!("the file is kept as {}", kept.display()),
        Err(error) => format!("it stays where it is ({}): {}", file::reason(&error), damaged.display()),
    }
}

/// Locks a file against other windows; without a lock where the system has none, or it is not to be had in time.
fn lock(path: &Path) -> Option<File> {
    let file = File::options().create(true).append(true).open(path).ok()?;
    let deadline = Instant::now() + PATIENCE;
    loop {
        match file.try_lock() {
            Ok(()) => return Some(file),
            Err(TryLockError::WouldBlock) if Instant::now() < deadline => {
                std::thread::sleep(Duration::from_millis(5));
            }
            Err(_) => return None,
        }
    }
}

fn to_json(settings: &Settings) -> Value {
    // Settings are plain structs and lists; what cannot be written counts as unchanged.
    serde_json::to_value(settings).unwrap_or_default()
}

/// What is on disk with what this window has changed since it knew it last.
fn merged(known: &Value, mine: &Value, disk: &Value) -> Value {
    match (known, mine, disk) {
        _ if mine == known => disk.clone(),
        (Value::Object(known), Value::Object(mine), Value::Object(disk)) => {
            let is_gone = |name: &String| known.contains_key(name) && !mine.contains_key(name);
            let mut all = disk.clone();
            all.retain(|name, _| !is_gone(name));
            for (name, mine) in mine {
                let value = match (known.get(name), disk.get(name)) {
                    (Some(known), Some(disk)) if name == "recent" => merged_recent(known, mine, disk),
                    (Some(known), Some(disk)) => merged(known, mine, disk),
                    _ => mine.clone(),
                };
                all.insert(name.clone(), value);
            }
            Value::Object(all)
        }
        _ => mine.clone(),
    }
}

/// Recent files: what this window has opened since, before what is on disk.
fn merged_recent(known: &Value, mine: &Value, disk: &Value) -> Value {
    let (Some(known), Some(mine), Some(disk)) = (known.as_array(), mine.as_array(), disk.as_array()) else {
        return mine.clone();
    };
    let others = |list: &[Value], new: &[Value]| -> Vec<Value> {
        list.iter().filter(|path| !new.contains(path)).cloned().collect()
    };
    // The first ones are new: as few as explain the list.
    let n_new = (0..=mine.len()).find(|&n| others(known, &mine[..n]).starts_with(&mine[n..])).unwrap_or(mine.len());
    let new = &mine[..n_new];
    let mut all = new.to_vec();
    all.extend(others(disk, new));
    all.truncate(Settings::MOST_RECENT);
    Value::Array(all)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Two windows that were opened on the same settings.
    fn two_windows(folder: &Path) -> (Loaded, Loaded) {
        (SettingsFile::load(folder), SettingsFile::load(folder))
    }

    fn recent(names: &[&str]) -> Vec<PathBuf> {
        names.iter().map(PathBuf::from).collect()
    }

    #[test]
    fn settings_come_back_as_they_were_stored() {
        let folder = tempfile::tempdir().unwrap();
        // The folder is made where it is missing.
        let folder = folder.path().join("data").join("lab");
        let mut loaded = SettingsFile::load(&folder);
        assert_eq!((&loaded.settings, &loaded.complaint), (&Settings::default(), &None));
        let settings =
            Settings { is_dark: true, text_percent: 150, recent: recent(&["ä \"b\".toml"]), ..Settings::default() };
        loaded.file.store(&settings).unwrap();
        let again = SettingsFile::load(&folder);
        assert_eq!((&again.settings, &again.complaint), (&settings, &None));
        // Nothing is written where nothing has changed.
        fs::remove_file(folder.join(NEWEST)).unwrap();
        loaded.file.store(&settings).unwrap();
        assert!(!folder.join(NEWEST).exists());
    }

    #[test]
    fn what_eframe_stored_before_is_read_and_kept_beside() {
        let folder = tempfile::tempdir().unwrap();
        let old = include_str!("../../tests/data/settings-of-0.1.0.ron");
        fs::write(folder.path().join(NEWEST), old).unwrap();
        let mut loaded = SettingsFile::load(folder.path());
        assert_eq!(loaded.complaint, None);
        let settings = &loaded.settings;
        assert_eq!((settings.is_dark, settings.text_percent, settings.recent.len()), (true, 130, 2));
        let changed = Settings { is_dark: false, ..settings.clone() };
        loaded.file.store(&changed).unwrap();
        assert_eq!(SettingsFile::load(folder.path()).settings, changed);
        assert_eq!(fs::read_to_string(folder.path().join(OLDER)).unwrap(), old);
    }

    #[test]
    fn two_windows_keep_what_each_has_changed() {
        let folder = tempfile::tempdir().unwrap();
        SettingsFile::load(folder.path()).file.store(&Settings { speed_idx: 3, ..Settings::default() }).unwrap();
        let (mut one, mut other) = two_windows(folder.path());
        one.settings.is_dark = true;
        one.settings.losses.alpha = 0.75;
        one.file.store(&one.settings).unwrap();
        other.settings.text_percent = 140;
        other.settings.losses.gamma += 1.0;
        other.file.store(&other.settings).unwrap();
        one.settings.log_counts = false;
        one.file.store(&one.settings).unwrap();
        let all = SettingsFile::load(folder.path()).settings;
        assert_eq!((all.is_dark, all.text_percent, all.speed_idx, all.log_counts), (true, 140, 3, false));
        assert_eq!((all.losses.alpha, all.losses.gamma), (0.75, other.settings.losses.gamma));
        // The later one has the last word on what both have changed.
        other.settings.is_dark = true;
        other.file.store(&other.settings).unwrap();
        other.settings.is_dark = false;
        other.file.store(&other.settings).unwrap();
        assert!(!SettingsFile::load(folder.path()).settings.is_dark);
    }

    #[test]
    fn recent_files_of_two_windows_are_put_together_the_newest_first() {
        let folder = tempfile::tempdir().unwrap();
        let names = ["a", "b", "c", "d", "e", "f", "g", "h"];
        SettingsFile::load(folder.path())
            .file
            .store(&Settings { recent: recent(&names), ..Settings::default() })
            .unwrap();
        let (mut one, mut other) = two_windows(folder.path());
        one.settings.remember(Path::new("x"));
        one.settings.remember(Path::new("c"));
        one.file.store(&one.settings).unwrap();
        other.settings.remember(Path::new("y"));
        other.file.store(&other.settings).unwrap();
        let read = || SettingsFile::load(folder.path()).settings.recent;
        assert_eq!(read(), recent(&["y", "c", "x", "a", "b", "d", "e", "f"]));
        one.settings.remember(Path::new("a"));
        one.file.store(&one.settings).unwrap();
        assert_eq!(read(), recent(&["a", "y", "c", "x", "b", "d", "e", "f"]));
    }

    #[test]
    fn a_damaged_file_is_kept_and_the_one_before_it_read() {
        let folder = tempfile::tempdir().unwrap();
        let (newest, damaged) = (folder.path().join(NEWEST), folder.path().join(DAMAGED));
        let mut loaded = SettingsFile::load(folder.path());
        for text_percent in [120, 130, 140] {
            loaded.file.store(&Settings { text_percent, ..Settings::default() }).unwrap();
        }
        for text in ["", "banana", "{\"settings\": \"[1]\"}", "{\"settings\": \"{\"}", "\u{0}\u{0}"] {
            fs::write(&newest, text).unwrap();
            let found = SettingsFile::load(folder.path());
            let complaint = found.complaint.unwrap();
            assert!(complaint.contains("those of before are used") && complaint.contains(DAMAGED), "{complaint}");
            assert_eq!(found.settings.text_percent, 130);
            assert_eq!((fs::read_to_string(&damaged).unwrap().as_str(), newest.exists()), (text, false));
        }
        // Without an older one there are the defaults, and a window that is open writes what it has.
        fs::remove_file(folder.path().join(OLDER)).unwrap();
        fs::write(&newest, "banana").unwrap();
        let found = SettingsFile::load(folder.path());
        assert_eq!(found.settings, Settings::default());
        assert!(found.complaint.is_some_and(|complaint| complaint.contains("defaults")));
        fs::write(&newest, "banana").unwrap();
        loaded.file.store(&Settings { text_percent: 150, ..Settings::default() }).unwrap();
        assert_eq!(SettingsFile::load(folder.path()).settings.text_percent, 150);
    }

    #[test]
    fn settings_of_a_newer_version_that_are_not_known_here_are_named_and_kept() {
        let folder = tempfile::tempdir().unwrap();
        let newest = folder.path().join(NEWEST);
        let newer = r#"{"settings": "{\"is_dark\":true,\"weights_page\":\"hologram\",\"new\":7}", "other": "kept"}"#;
        fs::write(&newest, newer).unwrap();
        let mut loaded = SettingsFile::load(folder.path());
        assert!(loaded.settings.is_dark);
        assert_eq!(loaded.complaint.as_deref(), Some("Settings that cannot be read have their defaults: weights_page"));
        loaded.settings.text_percent = 110;
        loaded.file.store(&loaded.settings).unwrap();
        let text = fs::read_to_string(&newest).unwrap();
        for kept in ["hologram", "new", "other", "110"] {
            assert!(text.contains(kept), "{kept} is not in {text}");
        }
    }

    #[test]
    fn a_place_that_cannot_be_written_to_is_named() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("file");
        fs::write(&file, "").unwrap();
        let mut loaded = SettingsFile::load(&file.join("lab"));
        let message = loaded.file.store(&Settings { is_dark: true, ..Settings::default() }).unwrap_err().to_string();
        assert!(message.contains("cannot write the file") && message.contains("lab"), "{message}");
    }

    #[test]
    fn a_window_that_holds_the_lock_for_ever_is_not_waited_for() {
        let folder = tempfile::tempdir().unwrap();
        let mut loaded = SettingsFile::load(folder.path());
        let held = lock(&folder.path().join(LOCK));
        assert!(held.is_some());
        loaded.file.store(&Settings { is_dark: true, ..Settings::default() }).unwrap();
        assert!(SettingsFile::load(folder.path()).settings.is_dark);
    }
}
