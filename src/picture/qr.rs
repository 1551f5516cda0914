//! Texts as QR codes: a picture of black and white squares. `preview/address.rs` makes those
//! of terminals, of the same package.

use qrcodegen::{Mask, QrCode, QrCodeEcc, QrSegment, Version};

/// Pixels of a square of the code: enough for a poster at 300 dots an inch of five centimetres, and few bytes all the same.
const SQUARE: usize = 8;
/// The white edge that the standard asks for, in squares.
const EDGE: usize = 4;

/// A code as squares, `true` for dark, row by row; `None` for a text that is too long for any code (some 2,000 bytes).
pub fn squares(text: &str) -> Option<Vec<Vec<bool>>> {
    // One mask for all: a reader finds its number in the code. To try all eight and to weigh them, as ISO/IEC 18004 (7.8.3)
    // would have it, takes thirty times as long, which on a site of thousands of pages is more than all their Markdown.
    let mask = Mask::new(0);
    // The middle of the four levels: a fold or a stain on a sheet is forgiven.
    let level = QrCodeEcc::Medium;
    let segments = QrSegment::make_segments(text);
    let code = QrCode::encode_segments_advanced(&segments, level, Version::MIN, Version::MAX, Some(mask), true).ok()?;
    let rows = (0..code.size()).map(|y| (0..code.size()).map(|x| code.get_module(x, y)).collect());
    Some(rows.collect())
}

/// A code as a PNG file with its white edge, one bit a pixel.
pub fn png(text: &str) -> Option<Vec<u8>> {
    let squares = squares(text)?;
    // A square is as wide as a byte has bits.
    let wide = squares.len() + 2 * EDGE;
    let white = vec![0xff; wide * EDGE * SQUARE];
    let mut pixels = white.clone();
    for row in squares {
        let mut line = vec![0xff; wide];
        for (square, is_dark) in line.iter_mut().skip(EDGE).zip(row) {
            *square = if is_dark { 0 } else { 0xff };
        }
        pixels.extend(line.repeat(SQUARE));
    }
    pixels.extend(white);
    let side = u32::try_from(wide * SQUARE).ok()?;
    let mut bytes = Vec::new();
    let mut encoder = png::Encoder::new(&mut bytes, side, side);
    encoder.set_color(png::ColorType::Grayscale);
    encoder.set_depth(png::BitDepth::One);
    encoder.set_compression(png::Compression::Fast);
    // Each row but one in eight is as the one above.
    encoder.set_filter(png::Filter::Up);
    let mut writer = encoder.write_header().ok()?;
    writer.write_image_data(&pixels).ok()?;
    writer.finish().ok()?;
    Some(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_becomes_a_small_picture() {
        let bytes = png("https://dj.example.edu.cn/xuetang/lessons/kaihao-zhibu-huiyi/huiyi-jilu.html").expect("it fits");
        let picture = image::load_from_memory(&bytes).expect("a picture").to_luma8();
        assert_eq!(picture.width(), picture.height());
        assert!(picture.width() >= 300 && bytes.len() < 4096, "{} wide, {} bytes", picture.width(), bytes.len());
        let edge = 32;
        // The edge is white, and the corner of the first finder pattern is dark.
        assert!((0..edge).all(|at| picture.get_pixel(at, at).0 == [255]));
        assert_eq!(picture.get_pixel(edge, edge).0, [0]);
    }

    #[test]
    fn a_novel_is_refused() {
        assert!(png(&"长".repeat(2000)).is_none());
    }
}
