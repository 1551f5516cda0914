//! Takes what a reader need not know out of a picture without touching a pixel: where and when it was taken, by
//! whom, on which telephone.
//!
//! What is kept is listed; what is not listed goes, and so does everything behind the picture's end, where
//! telephones hide films and second pictures. `None` when a file's parts cannot be told apart.

/// Copies a JPEG without metadata. Adobe's mark stays, because colours are read by it, and the profile if asked for.
pub(super) fn jpeg(bytes: &[u8], keep_profile: bool) -> Option<Vec<u8>> {
    let mut out = bytes.get(..2).filter(|start| *start == [0xFF, 0xD8])?.to_vec();
    let mut at = 2;
    loop {
        if *bytes.get(at)? != 0xFF {
            return None;
        }
        // Any number of fill bytes may stand before a marker.
        let marker = loop {
            at += 1;
            match *bytes.get(at)? {
                0xFF => {}
                marker => break marker,
            }
        };
        at += 1;
        match marker {
            0xD9 => {
                out.extend([0xFF, 0xD9]);
                return Some(out);
            }
            0x01 | 0xD0..=0xD7 => out.extend([0xFF, marker]),
            _ => {
                let length = usize::from(u16::from_be_bytes(bytes.get(at..at + 2)?.try_into().ok()?));
                let body = bytes.get(at + 2..at + length)?;
                at += length;
                match marker {
                    // Without the preview that may follow.
                    0xE0 if body.starts_with(b"JFIF\0") && body.len() >= 14 => {
                        jpeg_segment(&mut out, marker, &[&body[..12], &[0, 0]].concat());
                    }
                    0xE2 if keep_profile && body.starts_with(b"ICC_PROFILE\0") => jpeg_segment(&mut out, marker, body),
                    0xEE if body.starts_with(b"Adobe") && body.len() >= 12 => {
                        jpeg_segment(&mut out, marker, &body[..12]);
                    }
                    0xE0..=0xEF | 0xFE => {}
                    0xDA => {
                        jpeg_segment(&mut out, marker, body);
                        let end = at + scan_length(&bytes[at..]);
                        out.extend_from_slice(&bytes[at..end]);
                        at = end;
                        if at == bytes.len() {
                            // Cut short in the last scan: browsers show it, and so does an end put there.
                            out.extend([0xFF, 0xD9]);
                            return Some(out);
                        }
                    }
                    _ => jpeg_segment(&mut out, marker, body),
                }
            }
        }
    }
}

/// Whether a JPEG has an end. One that was copied in part has none: what is missing is shown in grey.
pub(super) fn jpeg_is_whole(bytes: &[u8]) -> bool {
    fn end(bytes: &[u8]) -> Option<usize> {
        let mut at = 2;
        loop {
            at += bytes.get(at..)?.iter().position(|byte| *byte == 0xFF)?;
            at += bytes[at..].iter().position(|byte| *byte != 0xFF)?;
            let marker = bytes[at];
            at += 1;
            match marker {
                0xD9 => return Some(at),
                0 | 0x01 | 0xD0..=0xD7 => {}
                // Behind the head of a scan come its bytes, in which a marker is one as well.
                _ => at += usize::from(u16::from_be_bytes(bytes.get(at..at + 2)?.try_into().ok()?)),
            }
        }
    }
    end(bytes).is_some()
}

fn jpeg_segment(out: &mut Vec<u8>, marker: u8, body: &[u8]) {
    out.extend([0xFF, marker]);
    let length = u16::try_from(body.len() + 2).expect("the length was read from two bytes");
    out.extend(length.to_be_bytes());
    out.extend_from_slice(body);
}

/// Bytes up to the next marker that is none of a scan's own.
fn scan_length(bytes: &[u8]) -> usize {
    let ends = |pair: &[u8]| pair[0] == 0xFF && !matches!(pair[1], 0 | 0xD0..=0xD7 | 0xFF);
    bytes.windows(2).position(ends).unwrap_or(bytes.len())
}

/// Chunks of a PNG that the picture needs, animation and colours included.
const PNG_KEPT: &[&[u8; 4]] =
    &[b"IHDR", b"PLTE", b"IDAT", b"tRNS", b"gAMA", b"cHRM", b"sRGB", b"sBIT", b"bKGD", b"cICP", b"acTL", b"fcTL", b"fdAT"];

/// Copies a PNG without metadata.
pub(super) fn png(bytes: &[u8], keep_profile: bool) -> Option<Vec<u8>> {
    let mut out = bytes.get(..8).filter(|start| *start == b"\x89PNG\r\n\x1a\n")?.to_vec();
    for (kind, chunk) in png_chunks(bytes) {
        if kind == b"IEND" {
            out.extend_from_slice(chunk);
            return Some(out);
        }
        if PNG_KEPT.contains(&kind) || (keep_profile && kind == b"iCCP") {
            out.extend_from_slice(chunk);
        }
    }
    None
}

/// The chunks of a PNG: kind, and all bytes from the length to the checksum.
pub(super) fn png_chunks(bytes: &[u8]) -> impl Iterator<Item = (&[u8; 4], &[u8])> {
    let mut rest = bytes.get(8..).unwrap_or_default();
    std::iter::from_fn(move || {
        let length = u32::from_be_bytes(rest.get(..4)?.try_into().ok()?) as usize;
        let chunk = rest.get(..length.checked_add(12)?)?;
        rest = &rest[chunk.len()..];
        Some((chunk[4..8].try_into().ok()?, chunk))
    })
}

/// Copies a WebP without metadata, that is, with the chunks that the picture needs.
pub(super) fn webp(bytes: &[u8], keep_profile: bool) -> Option<Vec<u8>> {
    let header = bytes.get(..12).filter(|header| header.starts_with(b"RIFF") && header.ends_with(b"WEBP"))?;
    let mut out = header.to_vec();
    for chunk in webp_chunks(bytes.get(12..)?) {
        match &chunk[..4] {
            b"VP8X" => {
                let mut chunk = chunk.to_vec();
                // Its flags say what else there is: profile 32, EXIF 8, XMP 4.
                *chunk.get_mut(8)? &= if keep_profile { !12 } else { !44 };
                out.extend(chunk);
            }
            b"ICCP" if keep_profile => out.extend_from_slice(chunk),
            b"ANIM" | b"ALPH" | b"VP8 " | b"VP8L" => out.extend_from_slice(chunk),
            b"ANMF" => {
                // Place and time of a frame, then chunks again.
                let start = out.len();
                out.extend_from_slice(chunk.get(..24)?);
                let inner = webp_chunks(&chunk[24..]).filter(|inner| matches!(&inner[..4], b"ALPH" | b"VP8 " | b"VP8L"));
                inner.for_each(|inner| out.extend_from_slice(inner));
                let length = u32::try_from(out.len() - start - 8).ok()?;
                out[start + 4..start + 8].copy_from_slice(&length.to_le_bytes());
            }
            _ => {}
        }
    }
    let length = u32::try_from(out.len() - 8).ok()?;
    out[4..8].copy_from_slice(&length.to_le_bytes());
    Some(out)
}

/// The chunks of a WebP, each with name, length and the byte that makes it even.
fn webp_chunks(mut rest: &[u8]) -> impl Iterator<Item = &[u8]> {
    std::iter::from_fn(move || {
        let length = u32::from_le_bytes(rest.get(4..8)?.try_into().ok()?) as usize;
        let chunk = rest.get(..length.checked_add(8 + (length & 1))?)?;
        rest = &rest[chunk.len()..];
        Some(chunk)
    })
}

/// Copies a GIF without comments and without what programs leave in it; how often it repeats stays.
pub(super) fn gif(bytes: &[u8]) -> Option<Vec<u8>> {
    let mut out = Vec::with_capacity(bytes.len());
    for part in gif_parts(bytes) {
        match part? {
            GifPart::Comment => {}
            GifPart::Application(name, _) if !matches!(name, b"NETSCAPE2.0" | b"ANIMEXTS1.0") => {}
            GifPart::Application(_, bytes) | GifPart::Frame(bytes) | GifPart::Other(bytes) => {
                out.extend_from_slice(bytes);
            }
            GifPart::End => {
                out.push(GIF_END);
                return Some(out);
            }
        }
    }
    None
}

/// Number of frames of a GIF, as far as it can be read.
pub(super) fn gif_frames(bytes: &[u8]) -> usize {
    gif_parts(bytes).map_while(|part| part).filter(|part| matches!(part, GifPart::Frame(_))).count()
}

const GIF_END: u8 = 0x3B;

enum GifPart<'a> {
    Comment,
    Application(&'a [u8], &'a [u8]),
    Frame(&'a [u8]),
    /// The header, a frame's timing, a text to draw.
    Other(&'a [u8]),
    End,
}

/// The parts of a GIF one behind the other; `None` where it is damaged, and nothing after that or after the end.
fn gif_parts(bytes: &[u8]) -> impl Iterator<Item = Option<GifPart<'_>>> {
    let mut at = Some(0);
    std::iter::from_fn(move || {
        let start = at?;
        let part = gif_part(bytes, start);
        at = match part {
            Some((_, end)) if end > start => Some(end),
            _ => None,
        };
        Some(part.map(|(part, _)| part))
    })
}

/// The part that starts at a place, and where it ends; the end of a file ends where it starts.
fn gif_part(bytes: &[u8], start: usize) -> Option<(GifPart<'_>, usize)> {
    let palette = |flags: u8| if flags & 0x80 == 0 { 0 } else { 3 << ((flags & 7) + 1) };
    if start == 0 {
        let end = 13 + palette(*bytes.get(10)?);
        return bytes.starts_with(b"GIF8").then_some((GifPart::Other(bytes.get(..end)?), end));
    }
    match *bytes.get(start)? {
        GIF_END => Some((GifPart::End, start)),
        0x2C => {
            let end = gif_blocks(bytes, start + 10 + palette(*bytes.get(start + 9)?) + 1)?;
            Some((GifPart::Frame(&bytes[start..end]), end))
        }
        0x21 => {
            let end = gif_blocks(bytes, start + 2)?;
            let part = &bytes[start..end];
            match bytes[start + 1] {
                0xFE => Some((GifPart::Comment, end)),
                0xFF => Some((GifPart::Application(part.get(3..14)?, part), end)),
                _ => Some((GifPart::Other(part), end)),
            }
        }
        _ => None,
    }
}

/// Where a row of blocks ends.
fn gif_blocks(bytes: &[u8], mut at: usize) -> Option<usize> {
    loop {
        match usize::from(*bytes.get(at)?) {
            0 => return Some(at + 1),
            length => at += 1 + length,
        }
    }
}
