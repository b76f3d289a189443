//! A report of the lab as a page that stands alone: the sentence, pictures, tables, and the experiment that the lab opens again.

use std::fmt::Write as _;

use super::{Canvas, Look};
use crate::{
    experiment::export::{escaped, page_experiment, page_start, page_table},
    state::{Picture, Session, Settings},
    ui::{
        cards::{card, whole_classes},
        panels::said,
    },
};

/// The pictures of a report; those over several seeds come where some were trained.
const PICTURES: [Picture; 8] = [
    Picture::Recall,
    Picture::Counts,
    Picture::Weights,
    Picture::Curves,
    Picture::Regions,
    Picture::Confusion,
    Picture::HeadTail,
    Picture::Composition,
];
/// The tables of a report.
const TABLES: [Picture; 3] = [Picture::Recall, Picture::Weights, Picture::Consequences];
/// Size of a picture.
const SIZE: [f32; 2] = [960.0, 560.0];

/// The report of what a session shows.
///
/// # Errors
/// A sentence, when a number of the experiment does not fit into its file.
pub fn page(canvas: &mut Canvas, session: &mut Session, settings: &Settings) -> Result<String, String> {
    let name = session.path.as_deref().and_then(|path| Some(path.file_stem()?.to_string_lossy().into_owned()));
    let mut out = page_start(name.as_deref().unwrap_or("Longtail Lab"), name.as_deref().unwrap_or("An experiment"));
    let sentence = canvas.look_at(session, settings, |view| said(view));
    let _ = writeln!(out, "<p class=\"answer\">{}</p>", escaped(&sentence));
    let seeds = session.spec.first_seeds();
    let _ = writeln!(
        out,
        "<p>Epoch {}; seeds: data {}, split {}, start {}; Longtail Lab {}</p>",
        session.snapshot().shown_epoch(),
        seeds.data,
        seeds.split,
        seeds.init,
        env!("CARGO_PKG_VERSION")
    );
    out.push_str("<h2>Pictures</h2>\n");
    let has_seeds = session.seeds.news().n_seeds > 0;
    let pictures = PICTURES.into_iter().chain(has_seeds.then_some(Picture::Seeds));
    for (idx, picture) in pictures.enumerate() {
        let look = Look { size: SIZE, is_dark: false };
        let figure = canvas.draw(session, settings, picture, look, &[]);
        let _ = writeln!(out, "<figure>\n{}</figure>", figure.in_a_page(&format!("p{idx}-")));
    }
    out.push_str("<h2>Numbers</h2>\n");
    for picture in TABLES {
        let grid = canvas.look_at(session, settings, |view| {
            let classes = whole_classes(view);
            card(picture).table(view, &classes)
        });
        let _ = writeln!(out, "<h3>{}</h3>", escaped(card(picture).name()));
        page_table(&mut out, &grid);
        for note in &grid.notes {
            let _ = writeln!(out, "<p>{}</p>", escaped(note));
        }
    }
    out.push_str("<h2>The experiment</h2>\n<p>Open this page in the lab to get it, or save it as experiment.toml; train experiment.toml runs it in the terminal.</p>\n");
    out.push_str(&page_experiment(&session.spec).map_err(|error| error.to_string())?);
    out.push_str("</body>\n</html>\n");
    Ok(out)
}
