//! What every test of the window is made of: the one constructor of harnesses, waiting with a deadline, and hands and
//! eyes that know widgets by role and name.

use std::{
    cell::RefCell,
    path::{Path, PathBuf},
    rc::Rc,
    time::{Duration, Instant},
};

use egui::{Event, Key, Modifiers, OutputCommand, PointerButton, Pos2, ViewportCommand, accesskit::Role};
use egui_kittest::{Harness, Node, kittest::NodeT};
use longtail_lab::{
    app::Lab,
    experiment::ExperimentSpec,
    state::{Phase, Preview, RunSnapshot, Session, Settings, TrainingSpeed},
};

/// How long a test waits for anything.
const PATIENCE: Duration = Duration::from_mins(5);
/// The window that the lab is made for.
pub(crate) const SIZE: [f32; 2] = [1280.0, 800.0];

/// An experiment that plays for longer than any test.
pub(crate) const ENDLESS: &str = "[training]\nepochs = 1000000\n";

/// The lab with somebody in front of it.
pub(crate) struct Bench {
    pub(crate) harness: Harness<'static, Option<Lab>>,
    /// Whether files are waited for that were asked for; not where one does not answer.
    pub(crate) waits_for_files: bool,
}

impl Bench {
    /// The default experiment, ready to play, without limit of pace.
    pub(crate) fn new() -> Self {
        Self::sized(SIZE)
    }

    /// As [`Bench::new`], in a window of another size.
    pub(crate) fn sized(size: [f32; 2]) -> Self {
        // A family of fonts can be used only in a frame that begins with it, so the lab comes before the first one.
        let made = Rc::new(RefCell::new(None));
        let taken = Rc::clone(&made);
        let settings = Settings { speed_idx: TrainingSpeed::ALL.len() - 1, ..Settings::default() };
        let harness = Harness::builder()
            .with_size(size)
            .with_step_dt(1.0 / 60.0)
            .with_context_setup(move |ctx| {
                *made.borrow_mut() = Some(Lab::new(ctx, settings).expect("a thread for the worker"));
            })
            .build_ui_state(
                move |ui, state: &mut Option<Lab>| {
                    let lab = state.get_or_insert_with(|| taken.take().expect("a lab, made before the first frame"));
                    lab.logic(ui.ctx());
                    lab.ui(ui);
                },
                None,
            );
        let mut bench = Self { harness, waits_for_files: true };
        bench.wait_until("the samples", |lab| lab.session().snapshot().phase == Phase::Ready);
        bench
    }

    /// An experiment from a file of this text, with its samples.
    pub(crate) fn with_toml(text: &str) -> Self {
        let folder = tempfile::tempdir().expect("a folder for files");
        let path = write(folder.path(), "experiment.toml", text);
        let mut bench = Self::new();
        bench.open(&path);
        bench.wait_until_ready();
        bench
    }

    /// Trained for 30 epochs, with everything at rest.
    pub(crate) fn trained() -> Self {
        let mut bench = Self::with_toml("[training]\nepochs = 30\n");
        bench.key(Key::Space);
        bench.wait_for_epoch(30);
        bench.settle();
        bench
    }

    /// Keeps results of sweeps in a folder, as the window does.
    pub(crate) fn keep_sweeps_in(&mut self, folder: &Path) {
        let lab = self.harness.state_mut().as_mut().expect("a lab");
        lab.keep_sweeps_in(Some(folder.to_owned()));
    }

    // ---- Time ----

    /// Shows what has happened since.
    pub(crate) fn step(&mut self) {
        self.harness.step();
    }

    /// Frames until nothing is asked of files and some have passed since: what takes more than one to come to rest has done so.
    #[track_caller]
    pub(crate) fn settle(&mut self) {
        const AT_REST: usize = 4;
        let deadline = Instant::now() + PATIENCE;
        let mut n_quiet = 0;
        while n_quiet < AT_REST {
            self.step();
            if self.waits_for_files && self.lab().is_waiting_for_files() {
                assert!(Instant::now() < deadline, "waited for files: {:?}", self.session().waiting);
                std::thread::sleep(Duration::from_millis(1));
                n_quiet = 0;
            } else {
                n_quiet += 1;
            }
        }
    }

    /// Goes on frame by frame until something holds, and the figures are there that belong to it.
    #[track_caller]
    pub(crate) fn wait_until(&mut self, what: &str, is_met: impl Fn(&Lab) -> bool) {
        let deadline = Instant::now() + PATIENCE;
        self.step();
        let is_whole = |lab: &Lab| {
            let snapshot = lab.session().snapshot();
            snapshot.is_measured || snapshot.phase != Phase::Ready
        };
        while !is_met(self.lab()) || !is_whole(self.lab()) {
            let session = self.session();
            assert!(
                Instant::now() < deadline,
                "waited for {what}; epoch {}, {:?}, notice {:?}",
                self.epoch(),
                session.snapshot().phase,
                session.notice
            );
            // The trainer gets the core meanwhile.
            std::thread::sleep(Duration::from_millis(1));
            self.step();
        }
        // Once more, so that the widgets show it too.
        self.step();
    }

    /// Waits for this many epochs.
    #[track_caller]
    pub(crate) fn wait_for_epoch(&mut self, epoch: u64) {
        self.wait_until(&format!("epoch {epoch}"), |lab| lab.session().snapshot().epoch >= epoch);
    }

    /// Waits until the samples of the newest run are there.
    #[track_caller]
    pub(crate) fn wait_until_ready(&mut self) {
        self.wait_until("the samples", |lab| is_ready(lab.session()));
    }

    // ---- What is behind the window ----

    pub(crate) fn lab(&self) -> &Lab {
        self.harness.state().as_ref().expect("the lab, there since the first frame")
    }

    pub(crate) fn lab_mut(&mut self) -> &mut Lab {
        self.harness.state_mut().as_mut().expect("the lab, there since the first frame")
    }

    pub(crate) fn session(&self) -> &Session {
        self.lab().session()
    }

    pub(crate) fn spec(&self) -> &ExperimentSpec {
        &self.session().spec
    }

    pub(crate) fn epoch(&self) -> u64 {
        self.session().snapshot().epoch
    }

    pub(crate) fn run(&self, objective_idx: usize) -> &RunSnapshot {
        self.session().run(objective_idx).expect("figures of the objective")
    }

    pub(crate) fn macro_recall(&self, objective_idx: usize) -> f64 {
        self.run(objective_idx).figures.macro_recall.expect("a macro recall")
    }

    pub(crate) fn names(&self) -> Vec<&str> {
        self.spec().objectives.iter().map(|objective| objective.name.as_str()).collect()
    }

    /// Opens a file; the samples of a data file are imported as they were found.
    #[track_caller]
    pub(crate) fn open(&mut self, path: &Path) {
        self.look_at(path);
        if self.session().preview.as_ref().is_some_and(Preview::can_import) {
            self.press("Import");
        }
    }

    /// Opens a file; a data file is looked at and not imported.
    #[track_caller]
    pub(crate) fn look_at(&mut self, path: &Path) {
        self.harness.state_mut().as_mut().expect("the lab").open_path(path);
        self.settle();
        self.wait_for_preview();
    }

    /// Waits until what is shown of a data file belongs to what was chosen.
    #[track_caller]
    pub(crate) fn wait_for_preview(&mut self) {
        self.wait_until("what is in the file", |lab| lab.session().preview.as_ref().is_none_or(Preview::is_current));
        self.settle();
    }

    // ---- Eyes ----

    /// Every widget of a role and a name, from top to bottom as it was drawn. A button of a card is called by its word alone:
    /// "Table" for "Table: Class weights".
    pub(crate) fn find_all(&self, role: Role, name: &str) -> Vec<Node<'_>> {
        let is_called =
            |own: &str| own.strip_prefix(name).is_some_and(|rest| rest.is_empty() || rest.starts_with(": "));
        self.nodes().filter(|node| node.accesskit_node().role() == role && is_called(&name_of(node))).collect()
    }

    pub(crate) fn has(&self, role: Role, name: &str) -> bool {
        !self.find_all(role, name).is_empty()
    }

    /// A widget of a role and a name; the place tells apart those that share it.
    #[track_caller]
    pub(crate) fn nth(&self, role: Role, name: &str, place: usize) -> Node<'_> {
        let mut found = self.find_all(role, name);
        assert!(place < found.len(), "no {role:?} \"{name}\" at place {place}; there are {}", self.inventory(role));
        found.swap_remove(place)
    }

    /// The only widget of a role and a name.
    #[track_caller]
    pub(crate) fn get(&self, role: Role, name: &str) -> Node<'_> {
        let n = self.find_all(role, name).len();
        assert!(n < 2, "{n} times {role:?} \"{name}\"");
        self.nth(role, name, 0)
    }

    pub(crate) fn nodes(&self) -> impl Iterator<Item = Node<'_>> {
        self.harness.root().children_recursive().filter(|node| !node.accesskit_node().is_hidden())
    }

    fn inventory(&self, role: Role) -> String {
        let named = self.nodes().filter(|node| node.accesskit_node().role() == role);
        named.map(|node| format!("\"{}\"", name_of(&node))).collect::<Vec<_>>().join(", ")
    }

    /// Everything that is written anywhere.
    pub(crate) fn texts(&self) -> Vec<String> {
        let nodes = self.nodes().filter(|node| node.accesskit_node().role() != Role::TextRun);
        nodes.map(|node| name_of(&node)).filter(|text| !text.is_empty()).collect()
    }

    #[track_caller]
    pub(crate) fn check_shows(&self, text: &str) {
        let texts = self.texts();
        assert!(texts.iter().any(|shown| shown.contains(text)), "\"{text}\" is not on the screen: {texts:?}");
    }

    #[track_caller]
    pub(crate) fn check_hides(&self, text: &str) {
        let found: Vec<String> = self.texts().into_iter().filter(|shown| shown.contains(text)).collect();
        assert!(found.is_empty(), "\"{text}\" is on the screen: {found:?}");
    }

    /// Expects these pictures and no others.
    #[track_caller]
    pub(crate) fn check_pictures(&self, expected: &[&str]) {
        let figures = self.nodes().filter(|node| node.accesskit_node().role() == Role::Figure);
        let names: Vec<String> = figures.map(|node| name_of(&node)).collect();
        assert_eq!(names, expected);
    }

    /// Expects a complaint in this sense that the person can read.
    #[track_caller]
    pub(crate) fn check_complains(&self, text: &str) {
        let session = self.session();
        let complaint = match (session.checked(), &session.notice) {
            (Err(reason), _) => Some(reason.to_owned()),
            (Ok(_), Some(notice)) if notice.is_error => Some(notice.text.clone()),
            _ => None,
        };
        assert!(
            complaint.as_ref().is_some_and(|complaint| complaint.contains(text)),
            "no complaint about \"{text}\" but {complaint:?}"
        );
        self.check_shows(text);
    }

    pub(crate) fn is_enabled(&self, role: Role, name: &str) -> bool {
        !self.get(role, name).accesskit_node().is_disabled()
    }

    // ---- Hands ----

    /// Clicks with the pointer, after scrolling there where it is out of sight.
    #[track_caller]
    pub(crate) fn click(&mut self, role: Role, name: &str, place: usize) {
        if !self.points_at(role, name, place) {
            self.nth(role, name, place).scroll_to_me();
            self.settle();
            assert!(self.points_at(role, name, place), "{role:?} \"{name}\" cannot be reached with the pointer");
        }
        self.nth(role, name, place).click();
        self.step();
        self.harness.remove_cursor();
        self.settle();
    }

    /// Moves the pointer to a widget; returns whether it lies there open to the pointer, not cut off or covered.
    fn points_at(&mut self, role: Role, name: &str, place: usize) -> bool {
        self.nth(role, name, place).hover();
        self.step();
        let (id, _) = self.nth(role, name, place).accesskit_node().locate();
        self.harness.ctx.interaction_snapshot(|seen| seen.hovered.iter().any(|hovered| hovered.accesskit_id() == id))
    }

    /// Presses the only button of a name.
    #[track_caller]
    pub(crate) fn press(&mut self, name: &str) {
        let n = self.find_all(Role::Button, name).len();
        assert!(n < 2, "{n} buttons \"{name}\"");
        self.click(Role::Button, name, 0);
    }

    /// Presses a button and goes on until files have answered; shows what the window was told in each frame.
    #[track_caller]
    pub(crate) fn click_and_watch(&mut self, name: &str, mut watch: impl FnMut(&[ViewportCommand])) {
        self.get(Role::Button, name).click();
        let deadline = Instant::now() + PATIENCE;
        for n_frames in 0.. {
            self.step();
            watch(&self.harness.output().viewport_output[&egui::ViewportId::ROOT].commands);
            if n_frames > 4 && !self.lab().is_waiting_for_files() {
                break;
            }
            assert!(Instant::now() < deadline, "waited for files: {:?}", self.session().waiting);
            std::thread::sleep(Duration::from_millis(1));
        }
        self.harness.remove_cursor();
        self.settle();
    }

    /// Opens a menu and presses an entry.
    #[track_caller]
    pub(crate) fn pick(&mut self, menu: &str, place: usize, entry: &str) {
        self.click(Role::Button, menu, place);
        let last = self.find_all(Role::Button, entry).len().saturating_sub(1);
        self.click(Role::Button, entry, last);
    }

    /// Chooses from a list that folds out.
    #[track_caller]
    pub(crate) fn choose(&mut self, list: &str, option: &str) {
        let ids = |bench: &Self| -> Vec<_> {
            bench.find_all(Role::Button, option).iter().map(|node| node.accesskit_node().locate()).collect()
        };
        let before = ids(self);
        self.click(Role::ComboBox, list, 0);
        // Other buttons may be called the same.
        let place = ids(self).iter().position(|id| !before.contains(id)).unwrap_or(0);
        self.click(Role::Button, option, place);
    }

    /// Unfolds or folds a section of the controls.
    #[track_caller]
    pub(crate) fn fold(&mut self, section: &str) {
        self.click(Role::DisclosureTriangle, section, 0);
    }

    /// The texts that the last frame put on the clipboard.
    pub(crate) fn clipboard(&self) -> Vec<String> {
        let text = |command: &OutputCommand| match command {
            OutputCommand::CopyText(text) => Some(text.clone()),
            _ => None,
        };
        self.harness.output().platform_output.commands.iter().filter_map(text).collect()
    }

    /// Presses Copy; returns what is on the clipboard then.
    #[track_caller]
    pub(crate) fn copied(&mut self) -> String {
        self.get(Role::Button, "Copy").click();
        self.step();
        let texts = self.clipboard();
        assert_eq!(texts.len(), 1);
        self.harness.remove_cursor();
        self.settle();
        texts.concat()
    }

    /// The same as lines of fields.
    #[track_caller]
    pub(crate) fn copied_rows(&mut self) -> Vec<Vec<String>> {
        self.copied().lines().map(|line| line.split('\t').map(str::to_owned).collect()).collect()
    }

    /// Types a number into the field beside a slider.
    #[track_caller]
    pub(crate) fn set(&mut self, name: &str, text: &str) {
        self.get(Role::SpinButton, name).focus();
        self.step();
        self.write(text);
        self.key(Key::Enter);
        self.settle();
    }

    /// Drags the handle of a slider to a share of its length, in several moves, without letting go; returns where.
    #[track_caller]
    pub(crate) fn drag(&mut self, name: &str, share: f32) -> Pos2 {
        let rect = self.get(Role::Slider, name).rect();
        self.harness.hover_at(rect.center());
        self.harness.drag_at(rect.center());
        let mut position = rect.center();
        for move_idx in 1..=4_u8 {
            position.x = rect.center().x + f32::from(move_idx) / 4.0 * (share - 0.5) * rect.width();
            self.harness.hover_at(position);
        }
        self.step();
        position
    }

    /// Lets go of what is dragged.
    pub(crate) fn release(&mut self, position: Pos2) {
        self.harness.drop_at(position);
        self.step();
        self.settle();
    }

    /// Clicks at a place, this many times in quick succession.
    pub(crate) fn click_at(&mut self, position: Pos2, times: usize) {
        // Half a second, so that an earlier click is not taken for the first of these.
        self.harness.run_steps(30);
        self.harness.hover_at(position);
        for pressed in [true, false].repeat(times) {
            let (button, modifiers) = (PointerButton::Primary, Modifiers::NONE);
            self.harness.event(Event::PointerButton { pos: position, button, pressed, modifiers });
        }
        self.step();
        self.harness.remove_cursor();
        self.settle();
    }

    /// Replaces the text of a text field.
    #[track_caller]
    pub(crate) fn fill(&mut self, role: Role, name: &str, text: &str) {
        self.get(role, name).focus();
        self.step();
        self.command(Key::A);
        self.write(text);
        self.key(Key::Tab);
        self.settle();
    }

    /// Replaces the text of a text field and presses Enter.
    #[track_caller]
    pub(crate) fn fill_and_enter(&mut self, name: &str, text: &str) {
        self.get(Role::TextInput, name).focus();
        self.step();
        self.command(Key::A);
        self.write(text);
        self.key(Key::Enter);
    }

    /// Types as a keyboard does: each letter is a key as well as a text.
    pub(crate) fn write(&mut self, text: &str) {
        for letter in text.chars() {
            if let Some(key) = Key::from_name(&letter.to_uppercase().to_string()) {
                self.harness.key_down(key);
            }
            self.harness.event(Event::Text(letter.to_string()));
        }
        self.step();
    }

    pub(crate) fn key(&mut self, key: Key) {
        self.harness.key_press(key);
        self.step();
        self.settle();
    }

    pub(crate) fn command(&mut self, key: Key) {
        self.harness.key_press_modifiers(Modifiers::COMMAND, key);
        self.step();
        self.settle();
    }

    pub(crate) fn command_shift(&mut self, key: Key) {
        self.harness.key_press_modifiers(Modifiers::COMMAND | Modifiers::SHIFT, key);
        self.step();
        self.settle();
    }
}

/// Whether the samples of the newest run are there.
pub(crate) fn is_ready(session: &Session) -> bool {
    let snapshot = session.snapshot();
    snapshot.run_id == session.run_id && snapshot.phase == Phase::Ready
}

/// The name of a widget without signs before it, as in "▶ Play"; the text of a label.
pub(crate) fn name_of(node: &Node<'_>) -> String {
    let node = node.accesskit_node();
    let text = if node.role() == Role::Label { node.value() } else { node.label() };
    let text = text.unwrap_or_default();
    let text = text.trim_start_matches(|letter: char| "▶⏸■●🗋🗀💾📂".contains(letter) || letter == ' ');
    text.replace('\u{a0}', " ")
}

/// A file in a folder of the test's own.
pub(crate) fn write(folder: &Path, name: &str, text: &str) -> PathBuf {
    let path = folder.join(name);
    std::fs::write(&path, text).expect("a file in the test's own folder");
    path
}

/// The repository's own data file.
pub(crate) fn page_blocks() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("assets/data/page-blocks.csv")
}
