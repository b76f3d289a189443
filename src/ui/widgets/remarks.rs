//! What number fields have to say of what was typed, and how others have them take it.

use egui::{Context, Id};

fn remark_id() -> Id {
    Id::unique("remark of a number field")
}

/// Keeps what there is to say of something that was typed, nothing where it was taken; [`take_remark`] hands it out.
pub fn remark(ctx: &Context, text: String) {
    ctx.data_mut(|data| data.insert_temp(remark_id(), text));
}

/// What there is to say of what was typed last, once; an empty text when it was taken.
pub fn take_remark(ctx: &Context) -> Option<String> {
    ctx.data_mut(|data| data.remove_temp(remark_id()))
}

fn finish_id() -> Id {
    Id::unique("typing is over")
}

/// Has the field that somebody types in take its text in this pass, as what comes now needs it: saving, for example.
pub fn finish_typing(ctx: &Context) {
    let now = ctx.cumulative_pass_nr();
    ctx.data_mut(|data| data.insert_temp(finish_id(), now));
}

/// Whether a field that somebody types in is to take its text now; see [`finish_typing`].
pub fn is_finish_asked_for(ctx: &Context) -> bool {
    let now = ctx.cumulative_pass_nr();
    ctx.data(|data| data.get_temp::<u64>(finish_id())) == Some(now)
}
