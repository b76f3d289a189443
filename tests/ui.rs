//! The window without a screen: tests press its buttons, move its sliders and type on its keyboard through the
//! accessibility tree, and read what it shows.

#[path = "ui/bench.rs"]
mod bench;
#[path = "ui/cards.rs"]
mod cards;
#[path = "ui/composition.rs"]
mod composition;
#[path = "ui/covering.rs"]
mod covering;
#[path = "ui/data.rs"]
mod data;
#[path = "ui/dice.rs"]
mod dice;
#[path = "ui/fields.rs"]
mod fields;
#[path = "ui/files.rs"]
mod files;
#[path = "ui/hand_on.rs"]
mod hand_on;
#[path = "ui/import.rs"]
mod import;
#[path = "ui/keys.rs"]
mod keys;
#[path = "ui/labels.rs"]
mod labels;
#[path = "ui/layout.rs"]
mod layout;
#[path = "ui/lesson.rs"]
mod lesson;
#[path = "ui/long_tail.rs"]
mod long_tail;
#[path = "ui/loss_shares.rs"]
mod loss_shares;
#[path = "ui/losses.rs"]
mod losses;
#[path = "ui/mended.rs"]
mod mended;
#[path = "ui/monkey.rs"]
mod monkey;
#[path = "ui/objectives.rs"]
mod objectives;
#[path = "ui/odd.rs"]
mod odd;
#[path = "ui/outcome.rs"]
mod outcome;
#[path = "ui/playback.rs"]
mod playback;
#[path = "ui/present.rs"]
mod present;
#[path = "ui/samplers.rs"]
mod samplers;
#[path = "ui/seeds.rs"]
mod seeds;
#[path = "ui/shaping.rs"]
mod shaping;
#[path = "ui/stage.rs"]
mod stage;
#[path = "ui/tables.rs"]
mod tables;
#[path = "ui/training.rs"]
mod training;
#[path = "ui/tune.rs"]
mod tune;
#[path = "ui/typing.rs"]
mod typing;
#[path = "ui/waiting.rs"]
mod waiting;
#[path = "ui/weights.rs"]
mod weights;
#[path = "ui/window.rs"]
mod window;
#[path = "ui/workflow.rs"]
mod workflow;
