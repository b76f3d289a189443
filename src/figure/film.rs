//! A film of a run: pictures at one epoch after the other, as an animated GIF or PNG.

use std::{borrow::Cow, path::Path};

use resvg::tiny_skia::Pixmap;

use super::{Figure, FigureError, formats::pixels_of};
use crate::bounds::Bounded;

/// Least and most pictures of a film.
pub const LEAST_FRAMES: usize = 2;
/// See [`LEAST_FRAMES`].
pub const MOST_FRAMES: usize = 300;
/// Most pictures a second.
pub const FASTEST_FILM: u32 = 30;
/// How long the last picture stays, in hundredths of a second, before the film begins again.
const REST: u16 = 200;

/// What a film is written as.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FilmFormat {
    /// For slides and pages; at most 256 colours a picture.
    Gif,
    /// An animated PNG: every colour, for browsers.
    Apng,
}

impl FilmFormat {
    /// The format that a file's name ends with.
    ///
    /// # Errors
    /// When that is none of these.
    pub fn of(path: &Path) -> Result<Self, FigureError> {
        match path.extension().and_then(std::ffi::OsStr::to_str).map(str::to_ascii_lowercase).as_deref() {
            Some("gif") => Ok(Self::Gif),
            Some("png" | "apng") => Ok(Self::Apng),
            _ => Err(FigureError::UnknownFilmFormat),
        }
    }
}

/// A film while its pictures are made.
pub struct Film {
    frames: Vec<Pixmap>,
    frames_per_second: u32,
}

impl Film {
    /// A film without pictures that shows so many a second, 1 to [`FASTEST_FILM`].
    pub fn new(frames_per_second: u32) -> Self {
        Self { frames: Vec::new(), frames_per_second: frames_per_second.within(1, FASTEST_FILM) }
    }

    /// Adds a picture: drawings beside each other.
    ///
    /// # Errors
    /// When one cannot be turned into pixels.
    pub fn add(&mut self, drawings: &[Figure]) -> Result<(), FigureError> {
        let parts = drawings.iter().map(|figure| pixels_of(&figure.svg, 1.0)).collect::<Result<Vec<_>, _>>()?;
        let (width, height) =
            parts.iter().fold((0, 0), |(width, height), part| (width + part.width(), height.max(part.height())));
        let mut whole = Pixmap::new(width, height)
            .ok_or_else(|| FigureError::NotConverted("a film", "it has no size".to_owned()))?;
        let mut left = 0;
        for part in &parts {
            let line = part.width() as usize * 4;
            for (row, pixels) in part.data().chunks(line).enumerate() {
                let start = (row * width as usize + left) * 4;
                whole.data_mut()[start..start + line].copy_from_slice(pixels);
            }
            left += part.width() as usize;
        }
        self.frames.push(whole);
        Ok(())
    }

    /// The bytes of a file with the film.
    ///
    /// # Errors
    /// When there are no pictures, or they are too large for the format.
    pub fn bytes(&self, format: FilmFormat) -> Result<Vec<u8>, FigureError> {
        let failed = |reason: String| FigureError::NotConverted("a film", reason);
        match format {
            FilmFormat::Gif => self.gif().map_err(|error| failed(error.to_string())),
            FilmFormat::Apng => self.apng().map_err(|error| failed(error.to_string())),
        }
    }

    fn gif(&self) -> Result<Vec<u8>, gif::EncodingError> {
        let size = self.frames.first().map_or((0, 0), |frame| (frame.width() as u16, frame.height() as u16));
        let mut bytes = Vec::new();
        let mut encoder = gif::Encoder::new(&mut bytes, size.0, size.1, &[])?;
        encoder.set_repeat(gif::Repeat::Infinite)?;
        let delay = (100 / self.frames_per_second) as u16;
        for (idx, frame) in self.frames.iter().enumerate() {
            // The ground is never transparent, so that premultiplied colours are plain ones.
            let mut pixels = frame.data().to_vec();
            let mut picture = gif::Frame::from_rgba_speed(size.0, size.1, &mut pixels, QUALITY);
            picture.delay = if idx + 1 == self.frames.len() { REST } else { delay };
            picture.buffer = Cow::Owned(picture.buffer.into_owned());
            encoder.write_frame(&picture)?;
        }
        drop(encoder);
        Ok(bytes)
    }

    fn apng(&self) -> Result<Vec<u8>, png::EncodingError> {
        let size = self.frames.first().map_or((0, 0), |frame| (frame.width(), frame.height()));
        let mut bytes = Vec::new();
        let mut encoder = png::Encoder::new(&mut bytes, size.0, size.1);
        encoder.set_color(png::ColorType::Rgba);
        encoder.set_depth(png::BitDepth::Eight);
        encoder.set_animated(self.frames.len() as u32, 0)?;
        encoder.set_frame_delay(1, self.frames_per_second as u16)?;
        let mut writer = encoder.write_header()?;
        for (idx, frame) in self.frames.iter().enumerate() {
            if idx + 1 == self.frames.len() {
                writer.set_frame_delay(REST, 100)?;
            }
            writer.write_image_data(frame.data())?;
        }
        writer.finish()?;
        Ok(bytes)
    }
}

/// How coarsely the colours of a GIF are looked for, 1 (best) to 30 (fastest).
const QUALITY: i32 = 10;
