//! Encodings of text: found out from the bytes, or chosen, and decoded while a text is read.
//!
//! Text in UTF-8 passes as it stands. A text that begins with ASCII alone is decided about where the first other byte is.

use std::{
    cell::Cell,
    fmt,
    io::{self, Read},
    rc::Rc,
};

use chardetng::{EncodingDetector, Iso2022JpDetection, Utf8Detection};
use encoding_rs::{Decoder, Encoding};
use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error};

use crate::text::BYTE_ORDER_MARK;

/// Bytes from the first one that is not ASCII that are looked at to find out an encoding.
const LOOKED_AT: u64 = 1 << 20;
/// Bytes that are decoded at once.
const BLOCK: usize = 1 << 16;
/// Characters of several bytes in UTF-8 for each place that is none, from which a text is UTF-8 with a fault.
const SOUND_FOR_A_FAULT: usize = 4;
/// Names that the standard of encodings does not have.
const MORE_NAMES: [(&str, &str); 10] = [
    ("cp949", "euc-kr"),
    ("uhc", "euc-kr"),
    ("cp932", "shift_jis"),
    ("shift-jis", "shift_jis"),
    ("cp936", "gbk"),
    ("cp950", "big5"),
    ("latin-1", "latin1"),
    ("utf16", "utf-16"),
    ("utf-16-le", "utf-16le"),
    ("utf-16-be", "utf-16be"),
];

/// An encoding of text, by its name in the encoding standard.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct TextEncoding(&'static Encoding);

impl TextEncoding {
    /// UTF-8.
    pub const UTF_8: Self = Self(encoding_rs::UTF_8);
    /// Those that are offered in a list.
    pub const LISTED: [Self; 10] = [
        Self::UTF_8,
        Self(encoding_rs::WINDOWS_1252),
        Self(encoding_rs::EUC_KR),
        Self(encoding_rs::SHIFT_JIS),
        Self(encoding_rs::GBK),
        Self(encoding_rs::BIG5),
        Self(encoding_rs::WINDOWS_1251),
        Self(encoding_rs::ISO_8859_2),
        Self(encoding_rs::UTF_16LE),
        Self(encoding_rs::UTF_16BE),
    ];

    /// An encoding by any of its names, in any case.
    ///
    /// # Errors
    /// When there is none of that name, with some that there are.
    pub fn parse(name: &str) -> Result<Self, String> {
        let name = name.trim();
        let known =
            MORE_NAMES.iter().find(|(more, _)| more.eq_ignore_ascii_case(name)).map_or(name, |(_, known)| known);
        // Names of choices are written with an underscore for a dash in places.
        let found = [known.to_owned(), known.replace('_', "-"), known.replace('-', "_")]
            .iter()
            .find_map(|name| Encoding::for_label(name.as_bytes()));
        found.filter(|found| *found != encoding_rs::REPLACEMENT).map(Self).ok_or_else(|| {
            let names: Vec<&str> = Self::LISTED.iter().map(|listed| listed.0.name()).collect();
            format!(
                "there is no encoding `{name}`: known are {} and the others of the encoding standard",
                names.join(", ")
            )
        })
    }

    /// Its name.
    pub fn name(self) -> &'static str {
        self.0.name()
    }

    /// Its name with others that it goes by.
    pub fn label(self) -> String {
        let also = match self.name() {
            "windows-1252" => "Latin-1",
            "EUC-KR" => "CP949",
            "Shift_JIS" => "CP932",
            "GBK" => "CP936",
            _ => return self.name().to_owned(),
        };
        format!("{} ({also})", self.name())
    }
}

impl fmt::Debug for TextEncoding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl Serialize for TextEncoding {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.name())
    }
}

impl<'de> Deserialize<'de> for TextEncoding {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let name = std::borrow::Cow::<str>::deserialize(deserializer)?;
        Self::parse(&name).map_err(D::Error::custom)
    }
}

/// What is known of a text's encoding while it is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct FoundEncoding {
    pub(super) encoding: TextEncoding,
    /// Whether there are bytes that are no characters in it.
    pub(super) has_faults: bool,
}

/// A text in UTF-8, whatever encoding it comes in.
pub(super) struct Decoded<R> {
    input: R,
    state: State,
    /// What is in UTF-8 and not yet handed on, from a place on.
    ready: Vec<u8>,
    at: usize,
    found: Rc<Cell<FoundEncoding>>,
}

enum State {
    /// All bytes so far are ASCII.
    Open,
    /// In UTF-8, as it stands.
    Plain,
    Decoding(Decoder),
    /// Everything is decoded.
    Done,
}

impl<R: Read> Decoded<R> {
    /// A text with its beginning, in an encoding that is chosen or found out.
    pub(super) fn new(beginning: Vec<u8>, input: R, chosen: Option<TextEncoding>) -> Self {
        let found = FoundEncoding { encoding: TextEncoding::UTF_8, has_faults: false };
        let found = Rc::new(Cell::new(found));
        let mut decoded = Self { input, state: State::Open, ready: Vec::new(), at: 0, found };
        let by_sight = Encoding::for_bom(&beginning).map(|(encoding, _)| encoding).or_else(|| utf16(&beginning));
        let is_utf8 = |encoding: &&'static Encoding| *encoding == encoding_rs::UTF_8;
        match chosen.map(|chosen| chosen.0).or(by_sight) {
            Some(encoding) if !is_utf8(&encoding) => decoded.decode_from(encoding, &beginning),
            known => {
                let is_open = known.is_none();
                let n_mark = if beginning.starts_with(BYTE_ORDER_MARK) { BYTE_ORDER_MARK.len() } else { 0 };
                (decoded.ready, decoded.at) = (beginning, n_mark);
                if !is_open {
                    decoded.state = State::Plain;
                } else if !decoded.ready.is_ascii() {
                    decoded.decide();
                }
            }
        }
        decoded
    }

    /// What is known of the encoding, now or later.
    pub(super) fn found(&self) -> Rc<Cell<FoundEncoding>> {
        Rc::clone(&self.found)
    }

    /// What is ready holds bytes that are not ASCII: finds out their encoding, and decodes them.
    fn decide(&mut self) {
        let bytes = &self.ready[self.at..];
        let is_text = !bytes.contains(&0);
        if !is_text || is_utf8_mostly(bytes) {
            self.state = State::Plain;
            return;
        }
        let mut detector = EncodingDetector::new(Iso2022JpDetection::Deny);
        detector.feed(bytes, false);
        let encoding = detector.guess(None, Utf8Detection::Deny);
        let bytes = std::mem::take(&mut self.ready).split_off(self.at);
        self.decode_from(encoding, &bytes);
    }

    fn decode_from(&mut self, encoding: &'static Encoding, bytes: &[u8]) {
        self.found.set(FoundEncoding { encoding: TextEncoding(encoding), has_faults: false });
        let mut decoder = encoding.new_decoder_with_bom_removal();
        (self.ready, self.at) = (Vec::new(), 0);
        self.decode(&mut decoder, bytes, false);
        self.state = State::Decoding(decoder);
    }

    /// Makes bytes ready, which comes before what is read from now on.
    fn decode(&mut self, decoder: &mut Decoder, bytes: &[u8], is_last: bool) {
        (self.ready, self.at) = (Vec::new(), 0);
        let Some(room) = decoder.max_utf8_buffer_length(bytes.len()) else { return };
        self.ready.resize(room, 0);
        let (_, _, n, has_faults) = decoder.decode_to_utf8(bytes, &mut self.ready, is_last);
        self.ready.truncate(n);
        if has_faults {
            self.found.set(FoundEncoding { has_faults: true, ..self.found.get() });
        }
    }
}

impl<R: Read> Read for Decoded<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        loop {
            if self.at < self.ready.len() {
                let n = (&self.ready[self.at..]).read(buffer)?;
                self.at += n;
                return Ok(n);
            }
            match std::mem::replace(&mut self.state, State::Done) {
                State::Done => return Ok(0),
                State::Plain => {
                    self.state = State::Plain;
                    return self.input.read(buffer);
                }
                State::Open => {
                    self.state = State::Open;
                    let n = self.input.read(buffer)?;
                    if buffer[..n].is_ascii() {
                        return Ok(n);
                    }
                    (self.ready, self.at) = (buffer[..n].to_vec(), 0);
                    (&mut self.input).take(LOOKED_AT).read_to_end(&mut self.ready)?;
                    self.decide();
                }
                State::Decoding(mut decoder) => {
                    let mut bytes = Vec::with_capacity(BLOCK);
                    (&mut self.input).take(BLOCK as u64).read_to_end(&mut bytes)?;
                    let is_last = bytes.is_empty();
                    self.decode(&mut decoder, &bytes, is_last);
                    if !is_last {
                        self.state = State::Decoding(decoder);
                    }
                }
            }
        }
    }
}

/// Whether text is in UTF-8 with a fault here and there rather than in another encoding.
fn is_utf8_mostly(bytes: &[u8]) -> bool {
    let (mut n_sound, mut n_faults) = (0, 0);
    for chunk in bytes.utf8_chunks() {
        n_sound += chunk.valid().chars().filter(|c| !c.is_ascii()).count();
        n_faults += usize::from(!chunk.invalid().is_empty());
    }
    // What is cut at the end is no fault.
    let is_cut = bytes.utf8_chunks().last().is_some_and(|last| (1..4).contains(&last.invalid().len()));
    let n_faults = n_faults - usize::from(is_cut && n_sound > 0);
    n_sound >= SOUND_FOR_A_FAULT * n_faults
}

/// UTF-16 without a byte order mark: every other byte of text with ASCII in it is zero.
fn utf16(beginning: &[u8]) -> Option<&'static Encoding> {
    const MOST: usize = 1 << 14;
    const FEWEST: usize = 8;
    let pairs = beginning.get(..beginning.len().min(MOST))?.as_chunks::<2>().0;
    let n_zeros = |place: usize| pairs.iter().filter(|pair| pair[place] == 0).count();
    let (first, second) = (n_zeros(0), n_zeros(1));
    if pairs.len() < FEWEST {
        return None;
    }
    let is_half = |zeros: usize, others: usize| 5 * zeros > 2 * pairs.len() && 50 * others < pairs.len();
    if is_half(second, first) {
        Some(encoding_rs::UTF_16LE)
    } else if is_half(first, second) {
        Some(encoding_rs::UTF_16BE)
    } else {
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A text and its encoding, read in pieces of a few bytes.
    fn decoded(bytes: &[u8], n_beginning: usize, chosen: Option<&str>) -> (Vec<u8>, &'static str, bool) {
        let (beginning, rest) = bytes.split_at(n_beginning.min(bytes.len()));
        let chosen = chosen.map(|name| TextEncoding::parse(name).unwrap());
        let mut decoded = Decoded::new(beginning.to_vec(), rest, chosen);
        let found = decoded.found();
        let (mut text, mut buffer) = (Vec::new(), [0; 7]);
        loop {
            match decoded.read(&mut buffer).unwrap() {
                0 => break,
                n => text.extend_from_slice(&buffer[..n]),
            }
        }
        let found = found.get();
        (text, found.encoding.name(), found.has_faults)
    }

    #[test]
    fn text_in_utf_8_passes_as_it_stands_with_its_faults() {
        for text in ["", "a,b\n1,2\n", "Köln,北京\n", "\u{feff}Köln\n"] {
            for n_beginning in [0, 5, 100] {
                // A mark is looked for in the beginning alone.
                let text = if n_beginning == 0 { text.trim_start_matches('\u{feff}') } else { text };
                let expected = text.trim_start_matches('\u{feff}').as_bytes().to_vec();
                assert_eq!(decoded(text.as_bytes(), n_beginning, None), (expected, "UTF-8", false), "{text}");
            }
        }
        let faulty = [&"Köln,Düsseldorf,München,Nürnberg\n".repeat(9).into_bytes()[..], b"a\xff\n"].concat();
        assert_eq!(decoded(&faulty, 100, None), (faulty.clone(), "UTF-8", false));
        let binary = b"\x01\0\xe9\0\0\xff".repeat(9);
        assert_eq!(decoded(&binary, 100, None), (binary.clone(), "UTF-8", false));
    }

    #[test]
    fn an_encoding_that_shows_late_is_found_where_it_shows() {
        let text = "x,y\n1,a\n".repeat(100) + "2,Köln\n3,Düsseldorf\n";
        let (bytes, ..) = encoding_rs::WINDOWS_1252.encode(&text);
        for n_beginning in [0, 10, 805, 10_000] {
            let (found, encoding, has_faults) = decoded(&bytes, n_beginning, None);
            assert_eq!((found.as_slice(), encoding, has_faults), (text.as_bytes(), "windows-1252", false));
        }
    }

    #[test]
    fn bytes_that_are_no_characters_of_a_chosen_encoding_are_told() {
        let (text, encoding, has_faults) = decoded(b"a,\xff\xff\n", 100, Some("cp949"));
        assert_eq!(
            (String::from_utf8(text).unwrap().contains('\u{fffd}'), encoding, has_faults),
            (true, "EUC-KR", true)
        );
        assert_eq!(decoded("Köln".as_bytes(), 100, Some("utf-8")), ("Köln".into(), "UTF-8", false));
    }

    #[test]
    fn encodings_are_known_by_many_names() {
        for (name, expected) in [
            ("UTF8", "UTF-8"),
            ("latin1", "windows-1252"),
            ("Latin-1", "windows-1252"),
            ("iso_8859_1", "windows-1252"),
            ("cp949", "EUC-KR"),
            ("shift_jis", "Shift_JIS"),
            ("gb2312", "GBK"),
            ("utf_16", "UTF-16LE"),
        ] {
            assert_eq!(TextEncoding::parse(name).map(TextEncoding::name), Ok(expected), "{name}");
        }
        let refused = TextEncoding::parse("ebcdic").unwrap_err();
        assert!(refused.contains("no encoding `ebcdic`") && refused.contains("EUC-KR"), "{refused}");
        for listed in TextEncoding::LISTED {
            assert_eq!(TextEncoding::parse(listed.name()), Ok(listed));
        }
    }
}
