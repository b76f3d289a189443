//! Small pieces that panels are made of; each gets exactly the values it shows or changes.

mod formula;
mod reading;
mod rows;
mod swatch;
mod table;

pub use formula::formula;
pub use reading::{progress_bar, reading_bar, time_left};
pub use rows::{Row, beta_slider, choice, choice_box, count_slider, number_slider, share_slider, whole_slider};
pub use swatch::{marker_swatch, toggle_swatch};
pub use table::{pick_table_ui, table_ui, tsv};
