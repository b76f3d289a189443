//! Small pieces that panels are made of; each gets exactly the values it shows or changes.

mod at_right;
mod kinds;
mod number;
mod number_look;
mod rail;
mod reading;
mod remarks;
mod rows;
mod scale;
mod scrolled;
mod swatch;
mod table;

pub use at_right::at_right;
pub use kinds::{Limits, Number};
pub use number::NumberField;
pub use reading::{progress_bar, reading_bar, time_left};
pub use remarks::{finish_typing, is_finish_asked_for, remark, take_remark};
pub use rows::{
    Row, beta_slider, choice, choice_box, count_slider, limited_count_slider, limited_slider, names_slider,
    number_slider, place_rail, setting_slider, setting_slider_with, share_slider, whole_slider,
};
pub use scrolled::{scrolled, was_cut};
pub use swatch::{eye_toggle, legend_entry, marker_swatch, toggle_swatch};
pub use table::{pick_table_ui, table_ui, tsv};
