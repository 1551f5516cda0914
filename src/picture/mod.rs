//! Pictures as readers get them: small enough for a telephone, upright, in a format that every host serves, and
//! without a word of where and by whom they were taken.
//!
//! Pure functions of bytes: the same in, the same out, on however many threads. Start at [`process`].

mod memory;
pub mod qr;
mod scale;
mod strip;
pub mod svg;
#[cfg(test)]
mod tests;

use std::io::Cursor;
use std::panic::{AssertUnwindSafe, catch_unwind};

use image::metadata::Orientation;
use image::{ColorType, DynamicImage, ImageDecoder, ImageFormat, ImageReader, Limits};
pub use memory::PictureMemory;
use scale::{Encoding, encode, is_opaque, plain, scale};
use serde::{Deserialize, Serialize};

/// A picture of more pixels is refused: the largest telephones make 200 million, which nobody puts on a page, and a
/// file of a few kilobytes can claim any number.
const MAX_PIXELS: u64 = 100_000_000;

/// Memory that unpacking one picture may take: the pixels above, with some room.
const MAX_BYTES: u64 = 512 << 20;

/// The longest colour profile that is worth its bytes on every page. The usual ones have 500 to 3,200; longer ones are
/// tables for printing presses.
const MAX_PROFILE: usize = 4096;

/// A JPEG of more than one byte for this many pixels was saved with little loss, and is tried with more.
const PIXELS_A_BYTE: u64 = 2;

/// The least quality of an original that could not be copied as it is.
const ORIGINAL_QUALITY: u8 = 90;

/// What a picture file is, by its bytes and not by its name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Format {
    /// `.jpg`
    Jpeg,
    /// `.png`
    Png,
    /// `.gif`
    Gif,
    /// `.webp`, which many hosts do not serve.
    Webp,
    /// `.bmp`
    Bmp,
}

/// What can be told of a picture without unpacking it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Info {
    /// By its bytes.
    pub format: Format,
    /// As it is shown, that is, after turning.
    pub width: u32,
    /// As it is shown, that is, after turning.
    pub height: u32,
    /// Whether it moves; it goes on moving.
    pub animated: bool,
}

/// How pictures are made.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Settings {
    /// Widths of the smaller versions.
    pub widths: Vec<u32>,
    /// Width of the largest version.
    pub max_width: u32,
    /// Quality of JPEGs, 1 to 100.
    pub quality: u8,
    /// Whether readers can have the picture at its full size too.
    pub keep_original: bool,
}

/// One file for readers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Variant {
    /// In pixels.
    pub width: u32,
    /// In pixels.
    pub height: u32,
    /// The file.
    pub bytes: Vec<u8>,
    /// `jpg`, `png`, `gif` or, of one that moves, `webp`.
    pub extension: &'static str,
}

/// All files of one picture.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Processed {
    /// From the narrowest to the widest, never empty; none has more bytes than a wider one.
    pub variants: Vec<Variant>,
    /// The full size, where it was asked for and is larger than the last variant.
    pub original: Option<Variant>,
}

/// Reads what a picture is. The error says why it is none.
pub fn read_info(bytes: &[u8]) -> Result<Info, String> {
    guarded(|| Ok(open(bytes)?.1.info))
}

/// Makes the files that readers get, as soon as there is memory for it. The error says what is wrong with the picture; one that
/// begins with `@` is an id of the catalogue.
pub fn process(bytes: &[u8], settings: &Settings, memory: &PictureMemory) -> Result<Processed, String> {
    guarded(|| {
        let (decoder, source) = open(bytes)?;
        let _share = memory.take(unpacked(&decoder));
        if source.info.format == Format::Jpeg && !strip::jpeg_is_whole(bytes) {
            return Err("@picture-cut".to_string());
        }
        let mut image = DynamicImage::from_decoder(decoder).map_err(|cause| cause.to_string())?;
        if source.info.animated {
            let bytes = source.stripped(bytes).ok_or("its frames cannot be told apart")?;
            let Info { width, height, .. } = source.info;
            let moving = Variant { width, height, bytes, extension: source.extension() };
            return Ok(Processed { variants: vec![moving], original: None });
        }
        image.apply_orientation(source.orientation);
        let opaque = is_opaque(&image);
        let encoding = match source.info.format {
            Format::Jpeg => Encoding::Jpeg,
            Format::Png | Format::Gif => Encoding::Png,
            Format::Webp | Format::Bmp if opaque => Encoding::Jpeg,
            Format::Webp | Format::Bmp => Encoding::Png,
        };
        Maker { bytes, settings, source, encoding, image: plain(image, opaque) }.make()
    })
}

/// A picture as it came.
struct Source {
    info: Info,
    orientation: Orientation,
    /// What its colours mean, where that has to be said.
    profile: Option<Vec<u8>>,
    /// Whether its pixels can stay as they are packed.
    copyable: bool,
}

impl Source {
    fn extension(&self) -> &'static str {
        match self.info.format {
            Format::Gif => "gif",
            Format::Png => "png",
            Format::Webp => "webp",
            _ => "jpg",
        }
    }

    /// The file without metadata, its pixels untouched.
    fn stripped(&self, bytes: &[u8]) -> Option<Vec<u8>> {
        match self.info.format {
            Format::Jpeg => strip::jpeg(bytes, self.profile.is_some()),
            Format::Png => strip::png(bytes, self.profile.is_some()),
            Format::Gif => strip::gif(bytes),
            Format::Webp => strip::webp(bytes, self.profile.is_some()),
            Format::Bmp => None,
        }
    }
}

/// The memory that making a picture ready takes, about: its pixels, and for those that have to be turned into eight bits or
/// to be seen through a copy or two of them.
fn unpacked(decoder: &impl ImageDecoder) -> u64 {
    let copies = match decoder.color_type() {
        ColorType::L8 | ColorType::Rgb8 => 1,
        _ => 3,
    };
    decoder.total_bytes().saturating_mul(copies)
}

struct Maker<'a> {
    bytes: &'a [u8],
    settings: &'a Settings,
    source: Source,
    encoding: Encoding,
    image: DynamicImage,
}

impl Maker<'_> {
    fn make(self) -> Result<Processed, String> {
        let full = self.image.width();
        let largest = full.min(self.settings.max_width.max(1));
        let mut widths: Vec<u32> = self.settings.widths.iter().copied().filter(|width| (1..largest).contains(width)).collect();
        widths.push(largest);
        widths.sort_unstable();
        widths.dedup();
        let original = match self.settings.keep_original && largest < full {
            true => Some(self.at_full_size(self.settings.quality.max(ORIGINAL_QUALITY), false)?),
            false => None,
        };
        let mut variants: Vec<Variant> = Vec::new();
        let mut scaled: Option<DynamicImage> = None;
        // From the widest down, each from the one before, which has fewer pixels to read.
        for width in widths.into_iter().rev() {
            let variant = if width == full {
                self.at_full_size(self.settings.quality, true)?
            } else {
                let height = u64::from(self.image.height()) * u64::from(width) + u64::from(full) / 2;
                let height = u32::try_from(height / u64::from(full)).unwrap_or(u32::MAX).max(1);
                let image = scale(scaled.as_ref().unwrap_or(&self.image), width, height);
                let variant = self.encoded(&image, self.settings.quality)?;
                scaled = Some(image);
                variant
            };
            // A drawing of few colours grows when it shrinks; then the wider file serves everybody.
            if variants.last().is_none_or(|wider| variant.bytes.len() < wider.bytes.len()) {
                variants.push(variant);
            }
        }
        variants.reverse();
        Ok(Processed { variants, original })
    }

    /// The picture in all its pixels: copied where it can be, written anew where it must be or, if `thrifty`, where
    /// that saves a fifth.
    fn at_full_size(&self, quality: u8, thrifty: bool) -> Result<Variant, String> {
        let stripped = if self.source.copyable { self.source.stripped(self.bytes) } else { None };
        let Some(bytes) = stripped else { return self.encoded(&self.image, quality) };
        let (width, height) = (self.image.width(), self.image.height());
        let copied = Variant { width, height, bytes, extension: self.source.extension() };
        let heavy = copied.bytes.len() as u64 * PIXELS_A_BYTE > u64::from(width) * u64::from(height);
        if thrifty && heavy && self.source.info.format == Format::Jpeg {
            let anew = self.encoded(&self.image, quality)?;
            if anew.bytes.len() * 5 <= copied.bytes.len() * 4 {
                return Ok(anew);
            }
        }
        Ok(copied)
    }

    fn encoded(&self, image: &DynamicImage, quality: u8) -> Result<Variant, String> {
        let bytes = encode(image, self.encoding, quality, self.source.profile.as_deref())?;
        Ok(Variant { width: image.width(), height: image.height(), bytes, extension: self.encoding.extension() })
    }
}

/// Reads the head of a picture.
fn open(bytes: &[u8]) -> Result<(impl ImageDecoder + '_, Source), String> {
    let say = |cause: image::ImageError| cause.to_string();
    if let Some(kind) = unread_kind(bytes) {
        return Err(format!("@picture-kind|{kind}"));
    }
    let guessed = image::guess_format(bytes).map_err(say)?;
    let (format, animated) = match guessed {
        ImageFormat::Jpeg => (Format::Jpeg, false),
        ImageFormat::Png => (Format::Png, strip::png_chunks(bytes).any(|(kind, _)| kind == b"acTL")),
        ImageFormat::Gif => (Format::Gif, strip::gif_frames(bytes) > 1),
        // The flags of the extended header; bit 1 is animation.
        ImageFormat::WebP => {
            (Format::Webp, bytes.get(12..16) == Some(b"VP8X".as_slice()) && bytes.get(20).is_some_and(|flags| flags & 2 != 0))
        }
        ImageFormat::Bmp => (Format::Bmp, false),
        other => return Err(format!("@picture-kind|{}", other.extensions_str().first().unwrap_or(&"?").to_uppercase())),
    };
    let mut limits = Limits::default();
    limits.max_alloc = Some(MAX_BYTES);
    let mut reader = ImageReader::with_format(Cursor::new(bytes), guessed);
    reader.limits(limits);
    let mut decoder = reader.into_decoder().map_err(say)?;
    let (mut width, mut height) = decoder.dimensions();
    if width == 0 || height == 0 || u64::from(width) * u64::from(height) > MAX_PIXELS {
        return Err(format!("{width} × {height} pixels are too many or too few"));
    }
    let orientation = decoder.orientation().map_err(say)?;
    if turns(orientation) {
        std::mem::swap(&mut width, &mut height);
    }
    let coloured = matches!(decoder.color_type(), ColorType::Rgb8 | ColorType::Rgba8 | ColorType::Rgb16 | ColorType::Rgba16);
    // A profile that cannot be read is as good as none.
    let profile = decoder.icc_profile().ok().flatten().filter(|profile| coloured && is_worth_keeping(profile));
    let four_inks = format == Format::Jpeg && jpeg_components(bytes) == Some(4);
    // A WebP that stands still becomes what every host serves.
    let copyable = orientation == Orientation::NoTransforms && !four_inks && (format != Format::Webp || animated);
    Ok((decoder, Source { info: Info { format, width, height, animated }, orientation, profile, copyable }))
}

/// What telephones and scanners write, no phone but a few shows, and nothing here reads: they hold where a picture was taken.
fn unread_kind(bytes: &[u8]) -> Option<&'static str> {
    match bytes {
        [b'I', b'I', 42 | 43, 0, ..] | [b'M', b'M', 0, 42 | 43, ..] => Some("TIFF"),
        [_, _, _, _, b'f', b't', b'y', b'p', brand @ ..] => match brand.get(..4)? {
            b"avif" | b"avis" => Some("AVIF"),
            _ => Some("HEIC"),
        },
        _ => None,
    }
}

/// Whether width and height change places.
fn turns(orientation: Orientation) -> bool {
    use Orientation::{Rotate90, Rotate90FlipH, Rotate270, Rotate270FlipH};
    matches!(orientation, Rotate90 | Rotate270 | Rotate90FlipH | Rotate270FlipH)
}

/// A profile of red, green and blue other than sRGB, which is what no profile means.
fn is_worth_keeping(profile: &[u8]) -> bool {
    let names = |name: &[u8]| profile.windows(name.len()).any(|part| part == name);
    // By what its red and its green are; by its name where it does not say.
    let usual = is_srgb(profile).unwrap_or_else(|| names(b"sRGB") || names(b"s\0R\0G\0B"));
    (128..=MAX_PROFILE).contains(&profile.len()) && &profile[16..20] == b"RGB " && !usual
}

/// Whether red and green of a profile are those of sRGB, as profiles write them; `None` where it has none.
fn is_srgb(profile: &[u8]) -> Option<bool> {
    const RED: [i32; 3] = [28_578, 14_581, 912];
    const GREEN: [i32; 3] = [25_240, 46_984, 6_362];
    let number = |at: usize| Some(i32::from_be_bytes(profile.get(at..at + 4)?.try_into().ok()?));
    let colour = |tag: &[u8]| {
        // The table of tags stands behind the header: name, place, length.
        let entry = (0..64).map(|at| 132 + at * 12).find(|at| profile.get(*at..at + 4) == Some(tag))?;
        let at = usize::try_from(number(entry + 4)?).ok()?.checked_add(8)?;
        Some([number(at)?, number(at + 4)?, number(at + 8)?])
    };
    let near = |found: [i32; 3], wanted: [i32; 3]| found.iter().zip(wanted).all(|(a, b)| a.abs_diff(b) < 300);
    Some(near(colour(b"rXYZ")?, RED) && near(colour(b"gXYZ")?, GREEN))
}

/// How many inks a JPEG has: four are for printing presses, and telephones disagree about them.
fn jpeg_components(bytes: &[u8]) -> Option<u8> {
    let mut at = 2;
    loop {
        let marker = *bytes.get(at + 1).filter(|_| bytes[at] == 0xFF)?;
        match marker {
            0xFF => at += 1,
            0xC0..=0xCF if !matches!(marker, 0xC4 | 0xC8 | 0xCC) => return bytes.get(at + 9).copied(),
            _ => at += 2 + usize::from(u16::from_be_bytes(bytes.get(at + 2..at + 4)?.try_into().ok()?)),
        }
    }
}

/// One odd picture must not end a build, even where it finds a hole in a decoder.
fn guarded<T>(work: impl FnOnce() -> Result<T, String>) -> Result<T, String> {
    catch_unwind(AssertUnwindSafe(work)).unwrap_or_else(|_| Err("it is damaged in a way that its decoder did not expect".into()))
}
