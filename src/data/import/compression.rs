//! Compressed files: known by their first bytes and unpacked while they are read.

use std::io::{self, BufReader, Cursor, Read, Seek, SeekFrom};

use super::{DataError, MAX_FILE_BYTES, names::list_names, rows::unreadable};

/// Bytes that are asked for at once.
const BLOCK: usize = 1 << 18;
/// Bytes up to which an unpacked text may be any number of times as long as the file.
const ANY_RATIO: u64 = 64 << 20;
/// Times that a text may be as long as its compressed file; real tables are below a hundred.
const MOST_RATIO: u64 = 1000;
/// Most memory for what the unpacking of xz looks back at, in kilobytes: enough for `xz -9`.
const XZ_MEMORY: u32 = 100 << 10;
/// Names of files that systems put into archives.
const BESIDES: [&str; 3] = ["__MACOSX/", ".DS_Store", "desktop.ini"];

/// How a file is compressed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Compression {
    Gzip,
    Zstd,
    Bzip2,
    Xz,
    /// An archive with a single file.
    Zip,
}

impl Compression {
    /// The first bytes of each, that of a whole file's or archive's first part.
    const FIRST: [(&'static [u8], Self); 6] = [
        (&[0x1f, 0x8b], Self::Gzip),
        (&[0x28, 0xb5, 0x2f, 0xfd], Self::Zstd),
        (b"BZh", Self::Bzip2),
        (&[0xfd, b'7', b'z', b'X', b'Z', 0], Self::Xz),
        (b"PK\x03\x04", Self::Zip),
        // Of one without files.
        (b"PK\x05\x06", Self::Zip),
    ];

    /// That of a file with these first bytes.
    fn of(first: &[u8]) -> Option<Self> {
        Self::FIRST.iter().find(|(known, _)| first.starts_with(known)).map(|&(_, compression)| compression)
    }

    /// Its name in a sentence.
    pub(super) fn label(self) -> &'static str {
        match self {
            Self::Gzip => "gzip",
            Self::Zstd => "zstd",
            Self::Bzip2 => "bzip2",
            Self::Xz => "xz",
            Self::Zip => "zip",
        }
    }
}

/// A file's bytes, unpacked where they are compressed.
pub(super) struct Unpacked<'a> {
    pub(super) input: Box<dyn Read + 'a>,
    /// How they are compressed.
    pub(super) compression: Option<Compression>,
}

/// Unpacks a file, where it is compressed; archives that are workbooks or arrays stay as they are.
///
/// # Errors
/// When it cannot be read, or is an archive that holds no single table.
pub(super) fn unpacked<'a>(input: impl Read + 'a) -> Result<Unpacked<'a>, DataError> {
    let (compression, whole) = look(input)?;
    let Some(compression) = compression else { return Ok(Unpacked { input: whole, compression }) };
    let buffered = BufReader::with_capacity(BLOCK, whole);
    let input: Box<dyn Read + 'a> = match compression {
        Compression::Gzip => Box::new(flate2::read::MultiGzDecoder::new(buffered)),
        Compression::Zstd => {
            Box::new(zstd::stream::read::Decoder::with_buffer(buffered).map_err(|error| unreadable(&error))?)
        }
        Compression::Bzip2 => Box::new(bzip2::bufread::MultiBzDecoder::new(buffered)),
        Compression::Xz => Box::new(lzma_rust2::XzReader::new_mem_limit(buffered, true, XZ_MEMORY)),
        Compression::Zip => return archive(buffered),
    };
    let (again, input) = look(Packed { input, compression })?;
    match again {
        Some(again) => Err(DataError::CompressedTwice { first: compression.label(), then: again.label() }),
        None => Ok(Unpacked { input, compression: Some(compression) }),
    }
}

/// How an input is compressed by its first bytes, and the whole input.
fn look<'a>(mut input: impl Read + 'a) -> Result<(Option<Compression>, Box<dyn Read + 'a>), DataError> {
    const MOST: u64 = 6;
    let mut first = Vec::new();
    (&mut input).take(MOST).read_to_end(&mut first).map_err(|error| unreadable(&error))?;
    Ok((Compression::of(&first), Box::new(Cursor::new(first).chain(input))))
}

/// Says what is being unpacked where that fails.
struct Packed<R> {
    input: R,
    compression: Compression,
}

impl<R: Read> Read for Packed<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        self.input.read(buffer).map_err(|error| {
            let name = self.compression.label();
            io::Error::new(error.kind(), format!("it is compressed by {name} and cannot be unpacked ({error})"))
        })
    }
}

/// Whether an unpacked text is so much longer than its file that it was made to fill a memory.
pub(super) fn is_bomb(n_unpacked: u64, n_packed: u64) -> bool {
    n_unpacked > ANY_RATIO && n_unpacked / MOST_RATIO > n_packed
}

// ---- zip ----

/// The single file of an archive.
fn archive<'a>(input: impl Read + 'a) -> Result<Unpacked<'a>, DataError> {
    let mut bytes = Vec::new();
    input.take(MAX_FILE_BYTES + 1).read_to_end(&mut bytes).map_err(|error| unreadable(&error))?;
    if bytes.len() as u64 > MAX_FILE_BYTES {
        return Err(DataError::TooManyBytes { limit: MAX_FILE_BYTES });
    }
    let refused = |reason: String| DataError::Zip { reason };
    let fault = |error: zip::result::ZipError| refused(error.to_string());
    let mut archive = zip::ZipArchive::new(Cursor::new(bytes)).map_err(fault)?;
    let mut files = Vec::new();
    for place in 0..archive.len() {
        let file = archive.by_index_raw(place).map_err(fault)?;
        let name = file.name().map_err(fault)?.into_owned();
        if !file.is_dir() && !BESIDES.iter().any(|besides| name.contains(besides)) {
            files.push((place, name));
        }
    }
    let is_workbook = files.iter().any(|(_, name)| name.starts_with("xl/"));
    let is_arrays = !files.is_empty() && files.iter().all(|(_, name)| name.as_bytes().ends_with(b".npy"));
    if is_workbook || is_arrays {
        let mut whole = archive.into_inner();
        whole.set_position(0);
        return Ok(Unpacked { input: Box::new(whole), compression: None });
    }
    let [(place, name)] = files.as_slice() else {
        let names = list_names(files.iter().map(|(_, name)| name.as_str()));
        return Err(refused(match files.len() {
            0 => "there is no file in it".to_owned(),
            n => format!("there are {n} files in it: {names}"),
        }));
    };
    let file = archive.by_index_raw(*place).map_err(fault)?;
    if file.encrypted() {
        return Err(refused(format!("{name} in it is encrypted")));
    }
    let (method, length, sum) = (file.compression(), file.compressed_size(), file.crc32());
    let start = file.data_start().ok_or_else(|| refused("a file in it has no beginning".to_owned()))?;
    drop(file);
    let mut whole = archive.into_inner();
    whole.seek(SeekFrom::Start(start)).map_err(|error| unreadable(&error))?;
    let packed = whole.take(length);
    let input: Box<dyn Read> = match method {
        zip::CompressionMethod::Stored => Box::new(packed),
        zip::CompressionMethod::Deflated => Box::new(flate2::bufread::DeflateDecoder::new(packed)),
        other => return Err(refused(format!("{name} in it is compressed by {other}, which is not read"))),
    };
    let summed = Summed { input, hasher: crc32fast::Hasher::new(), expected: sum };
    let (again, input) = look(Packed { input: summed, compression: Compression::Zip })?;
    match again {
        Some(again) => Err(DataError::CompressedTwice { first: Compression::Zip.label(), then: again.label() }),
        None => Ok(Unpacked { input, compression: Some(Compression::Zip) }),
    }
}

/// Refuses a file of an archive whose checksum is not what the archive says.
struct Summed {
    input: Box<dyn Read>,
    hasher: crc32fast::Hasher,
    expected: u32,
}

impl Read for Summed {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let n = self.input.read(buffer)?;
        self.hasher.update(&buffer[..n]);
        if n == 0 && !buffer.is_empty() && self.hasher.clone().finalize() != self.expected {
            return Err(io::Error::other("its checksum is wrong"));
        }
        Ok(n)
    }
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use super::*;
    use crate::data::{ImportSettings, read_table};

    /// An archive of files that are stored as they are, by their names and contents.
    fn zipped(files: &[(&str, &str)]) -> Vec<u8> {
        let mut archive = zip::ZipWriter::new(Cursor::new(Vec::new()));
        let stored = zip::write::SimpleFileOptions::default().compression_method(zip::CompressionMethod::Stored);
        for (name, text) in files {
            archive.start_file(*name, stored).unwrap();
            archive.write_all(text.as_bytes()).unwrap();
        }
        archive.finish().unwrap().into_inner()
    }

    fn gzipped(bytes: &[u8]) -> Vec<u8> {
        let mut packed = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
        packed.write_all(bytes).unwrap();
        packed.finish().unwrap()
    }

    fn refused(bytes: &[u8]) -> String {
        read_table(bytes, &ImportSettings::default()).unwrap_err().to_string()
    }

    #[test]
    fn an_archive_has_to_hold_one_table() {
        let settings = ImportSettings::default();
        let table = |bytes: &[u8]| read_table(bytes, &settings).unwrap().table;
        let text = "{\"x\": 1, \"y\": \"a\"}\n{\"x\": 2, \"y\": \"b\"}\n";
        assert_eq!(table(&zipped(&[("folder/a.jsonl", text), (".DS_Store", "-")])), table(text.as_bytes()));
        let several = refused(&zipped(&[("a.csv", text), ("b.csv", text)]));
        assert!(several.contains("there are 2 files in it: a.csv, b.csv; unpack it"), "{several}");
        assert!(refused(&zipped(&[])).contains("zip archive cannot be read"), "{}", refused(&zipped(&[])));
        assert!(refused(&zipped(&[(".DS_Store", "-")])).contains("no file in it"));
        let mut damaged = zipped(&[("a.csv", "x,y\n1,a\n2,b\n")]);
        let place = damaged.windows(3).position(|bytes| bytes == b"1,a").unwrap();
        damaged[place] = b'7';
        assert!(refused(&damaged).contains("its checksum is wrong"), "{}", refused(&damaged));
    }

    #[test]
    fn what_is_compressed_twice_or_to_fill_a_memory_is_refused() {
        let twice = refused(&gzipped(&gzipped(b"x,y\n1,a\n")));
        assert!(twice.contains("compressed by gzip, and what comes out of it again by gzip"), "{twice}");
        let mut many = vec![b' '; 80 << 20];
        many[0] = b'[';
        let bomb = zstd::stream::encode_all(&many[..], 3).unwrap();
        assert!(bomb.len() < many.len() / 1000, "{}", bomb.len());
        assert!(refused(&bomb).contains("more than a thousand times its size"), "{}", refused(&bomb));
        assert!(!is_bomb(ANY_RATIO, 1) && !is_bomb(1 << 30, 1 << 21) && is_bomb(1 << 30, 1 << 19));
    }
}
