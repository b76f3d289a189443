//! Contents that may need more room than there is: in the window one scrolls to the rest; a picture for a file is drawn smaller.

use egui::{Context, Id, ScrollArea, Ui};

/// Shows contents in a scroll area, and takes note where not all of them are in sight.
pub fn scrolled<R>(area: ScrollArea, ui: &mut Ui, contents: impl FnOnce(&mut Ui) -> R) -> R {
    let output = area.show(ui, contents);
    let (needed, seen) = (output.content_size, output.inner_rect.size());
    if needed.x > seen.x + 0.5 || needed.y > seen.y + 0.5 {
        ui.data_mut(|data| data.insert_temp(key(), true));
    }
    output.inner
}

/// Whether contents were cut off since the last question.
pub fn was_cut(ctx: &Context) -> bool {
    ctx.data_mut(|data| data.remove_temp::<bool>(key())).is_some()
}

fn key() -> Id {
    Id::unique("contents are cut off")
}
