//! The lab on a screen that is only counted, not drawn: real panels and pictures, laid out and cut into triangles.

use std::{
    path::Path,
    time::{Duration, Instant},
};

use egui::{
    Context, Event, Key, Modifiers, RawInput, Rect,
    accesskit::{Action, ActionRequest, NodeId, TreeId, TreeUpdate},
};
use longtail_lab::{
    app::Lab,
    state::{Phase, Settings},
};

/// The size that a projector has.
const SIZE: [f32; 2] = [1920.0, 1080.0];
/// Time between two frames of a usual screen.
pub(crate) const FRAME: Duration = Duration::from_micros(16_667);

/// What a frame costs.
pub(crate) struct Cost {
    /// Time that the processor worked for it.
    pub(crate) work: Duration,
    /// Time that passed, during which the system may have let others work.
    pub(crate) took: Duration,
}

/// Time that the processor has worked for this thread.
fn work_so_far() -> Duration {
    let time = rustix::time::clock_gettime(rustix::time::ClockId::ThreadCPUTime);
    Duration::new(time.tv_sec.unsigned_abs(), time.tv_nsec.unsigned_abs() as u32)
}

/// The lab, and what the person at the screen does next.
pub(crate) struct Screen {
    ctx: Context,
    lab: Lab,
    n_frames: u64,
    events: Vec<Event>,
    nodes: Option<TreeUpdate>,
}

impl Screen {
    /// The lab as it starts.
    pub(crate) fn new(settings: Settings) -> Self {
        let ctx = Context::default();
        let lab = Lab::new(&ctx, settings).unwrap_or_else(|error| panic!("{error}"));
        let mut screen = Self { ctx, lab, n_frames: 0, events: Vec::new(), nodes: None };
        screen.frame();
        screen
    }

    /// The lab itself.
    pub(crate) fn lab(&self) -> &Lab {
        &self.lab
    }

    /// Opens a file.
    pub(crate) fn open(&mut self, path: &Path) {
        self.lab.open_path(path);
        self.frame();
        while self.lab.is_waiting_for_files() {
            std::thread::sleep(std::time::Duration::from_millis(1));
            self.frame();
        }
    }

    /// One frame; only the graphics card's part is missing.
    pub(crate) fn frame(&mut self) -> Cost {
        self.n_frames += 1;
        let input = RawInput {
            screen_rect: Some(Rect::from_min_size(egui::Pos2::ZERO, SIZE.into())),
            time: Some(self.n_frames as f64 * FRAME.as_secs_f64()),
            events: std::mem::take(&mut self.events),
            ..RawInput::default()
        };
        let (start, work) = (Instant::now(), work_so_far());
        let lab = &mut self.lab;
        let mut output = self.ctx.run_ui(input, |ui| {
            lab.logic(ui.ctx());
            lab.ui(ui);
        });
        let triangles = self.ctx.tessellate(std::mem::take(&mut output.shapes), output.pixels_per_point);
        let cost = Cost { work: work_so_far().saturating_sub(work), took: start.elapsed() };
        assert!(triangles.len() > 10, "something is drawn");
        output.textures_delta.clear();
        self.nodes = output.platform_output.accesskit_update.take();
        cost
    }

    /// Draws until a condition holds, and the figures are there that belong to it.
    pub(crate) fn wait(&mut self, is_met: impl Fn(&Lab) -> bool) {
        let start = Instant::now();
        let is_whole = |lab: &Lab| {
            let snapshot = lab.session().snapshot();
            snapshot.is_measured || snapshot.phase != Phase::Ready
        };
        while !is_met(&self.lab) || !is_whole(&self.lab) {
            self.frame();
            assert!(start.elapsed().as_secs() < 1200, "waited too long");
            std::thread::sleep(FRAME);
        }
    }

    /// Presses a key.
    pub(crate) fn press(&mut self, key: Key, modifiers: Modifiers) {
        for pressed in [true, false] {
            self.events.push(Event::Key { key, physical_key: None, pressed, repeat: false, modifiers });
        }
        self.frame();
    }

    /// Moves the pointer.
    pub(crate) fn point_at(&mut self, place: [f32; 2]) {
        self.events.push(Event::PointerMoved(egui::pos2(place[0] * SIZE[0], place[1] * SIZE[1])));
    }

    /// Takes the pointer away.
    pub(crate) fn point_at_nothing(&mut self) {
        self.events.push(Event::PointerGone);
        self.frame();
    }

    /// Presses a button by its name, as a screen reader does; nothing is known of names while frames are counted.
    pub(crate) fn click(&mut self, name: &str) {
        self.ctx.enable_accesskit();
        self.frame();
        self.frame();
        let target = self.node(name).unwrap_or_else(|| panic!("nothing is called {name}"));
        let request =
            ActionRequest { action: Action::Click, target_tree: TreeId::ROOT, target_node: target, data: None };
        self.events.push(Event::AccessKitActionRequest(request));
        self.frame();
        self.ctx.disable_accesskit();
        self.frame();
    }

    fn node(&self, name: &str) -> Option<NodeId> {
        let nodes = &self.nodes.as_ref()?.nodes;
        let is_meant = |node: &egui::accesskit::Node| node.label() == Some(name) && node.supports_action(Action::Click);
        nodes.iter().find(|(_, node)| is_meant(node)).map(|(id, _)| *id)
    }
}
