//! The formats of a picture: SVG as it was drawn, PDF and PNG made from it.

use std::path::Path;

use resvg::{tiny_skia, usvg};
use strum::{EnumCount, VariantArray};

use super::Figure;

/// Pixels of a PNG for each point.
const PIXELS_PER_POINT: f32 = 2.0;

/// What a picture is written as.
#[derive(Debug, Clone, Copy, PartialEq, Eq, EnumCount, VariantArray)]
pub enum Format {
    /// Vectors for the web and for drawing programs.
    Svg,
    /// Vectors for papers.
    Pdf,
    /// Pixels, two for each point.
    Png,
}

/// Why a picture cannot be written.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum FigureError {
    /// The file's name says no format.
    #[error("a picture is written as .svg, .pdf or .png: end the file's name with one of these")]
    UnknownFormat,
    /// The file's name says no format of films.
    #[error("a film is written as .gif or .png (an animated PNG): end the file's name with one of these")]
    UnknownFilmFormat,
    /// A library refused the drawing.
    #[error("the picture cannot be turned into {0}: {1}")]
    NotConverted(&'static str, String),
}

impl Format {
    /// Every format.
    pub const ALL: [Self; Self::COUNT] = crate::variants::all_of(Self::VARIANTS);

    /// The ending of its files, without the dot.
    pub fn ending(self) -> &'static str {
        match self {
            Self::Svg => "svg",
            Self::Pdf => "pdf",
            Self::Png => "png",
        }
    }

    /// The format that a file's name ends with.
    ///
    /// # Errors
    /// When that is none of these.
    pub fn of(path: &Path) -> Result<Self, FigureError> {
        let ending = path.extension().and_then(std::ffi::OsStr::to_str).unwrap_or_default();
        let is_meant = |format: &Self| ending.eq_ignore_ascii_case(format.ending());
        Self::ALL.into_iter().find(is_meant).ok_or(FigureError::UnknownFormat)
    }

    /// The bytes of a file with the picture.
    ///
    /// # Errors
    /// When a library refuses the drawing.
    pub fn bytes_of(self, figure: &Figure) -> Result<Vec<u8>, FigureError> {
        match self {
            Self::Svg => Ok(figure.svg.clone().into_bytes()),
            Self::Pdf => pdf_of(&figure.svg),
            Self::Png => {
                let pixels = pixels_of(&figure.svg, PIXELS_PER_POINT)?;
                pixels.encode_png().map_err(|error| FigureError::NotConverted("PNG", error.to_string()))
            }
        }
    }
}

/// The drawing as these libraries understand it.
fn parsed(svg: &str, into: &'static str) -> Result<usvg::Tree, FigureError> {
    usvg::Tree::from_str(svg, &usvg::Options::default())
        .map_err(|error| FigureError::NotConverted(into, error.to_string()))
}

fn pdf_of(svg: &str) -> Result<Vec<u8>, FigureError> {
    let tree = parsed(svg, "PDF")?;
    svg2pdf::to_pdf(&tree, svg2pdf::ConversionOptions::default(), svg2pdf::PageOptions::default())
        .map_err(|error| FigureError::NotConverted("PDF", error.to_string()))
}

/// The drawing in pixels.
pub(super) fn pixels_of(svg: &str, pixels_per_point: f32) -> Result<tiny_skia::Pixmap, FigureError> {
    let tree = parsed(svg, "PNG")?;
    let size = tree.size().to_int_size().scale_by(pixels_per_point);
    let pixmap = size.and_then(|size| tiny_skia::Pixmap::new(size.width(), size.height()));
    let mut pixmap = pixmap.ok_or_else(|| FigureError::NotConverted("PNG", "it has no size".to_owned()))?;
    let transform = tiny_skia::Transform::from_scale(pixels_per_point, pixels_per_point);
    resvg::render(&tree, transform, &mut pixmap.as_mut());
    Ok(pixmap)
}

/// Documents as the pages of one PDF, each as large as it is.
///
/// # Errors
/// When a library refuses a drawing.
pub fn pages(documents: &[Figure]) -> Result<Vec<u8>, FigureError> {
    use pdf_writer::{Content, Finish as _, Name, Pdf, Rect, Ref};
    use std::collections::HashMap;

    let failed = |reason: String| FigureError::NotConverted("PDF", reason);
    let mut next = Ref::new(1);
    let (catalog, tree) = (next.bump(), next.bump());
    let mut pdf = Pdf::new();
    pdf.catalog(catalog).pages(tree);
    let mut kids = Vec::new();
    for document in documents {
        let parsed = parsed(&document.svg, "PDF")?;
        let size = parsed.size();
        let (chunk, drawing) = svg2pdf::to_chunk(&parsed, svg2pdf::ConversionOptions::default())
            .map_err(|error| failed(error.to_string()))?;
        let mut places = HashMap::new();
        let chunk = chunk.renumber(|old| *places.entry(old).or_insert_with(|| next.bump()));
        let drawing = places.get(&drawing).copied().ok_or_else(|| failed("a page is empty".to_owned()))?;
        let (page, contents) = (next.bump(), next.bump());
        let mut drawn = Content::new();
        // A drawing is one unit wide and high.
        drawn.transform([size.width(), 0.0, 0.0, size.height(), 0.0, 0.0]).x_object(Name(b"S"));
        pdf.stream(contents, &drawn.finish());
        let mut written = pdf.page(page);
        written.media_box(Rect::new(0.0, 0.0, size.width(), size.height())).parent(tree).contents(contents);
        written.resources().x_objects().pair(Name(b"S"), drawing);
        written.finish();
        pdf.extend(&chunk);
        kids.push(page);
    }
    let n_pages = i32::try_from(kids.len()).map_err(|error| failed(error.to_string()))?;
    pdf.pages(tree).kids(kids).count(n_pages);
    Ok(pdf.finish())
}
