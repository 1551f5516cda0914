//! Texts as QR codes: a picture of black and white squares. `preview/address.rs` makes those
//! of terminals, of the same package.

use image::GrayImage;
use qrcodegen::{QrCode, QrCodeEcc};

/// Pixels of a square of the code: enough for a poster at 300 dots an inch of five centimetres, and few bytes all the same.
const SQUARE: u32 = 8;
/// The white edge that the standard asks for, in squares.
const EDGE: u32 = 4;

/// A code as squares, `true` for dark, row by row; `None` for a text that is too long for any code (some 2,000 bytes).
pub fn squares(text: &str) -> Option<Vec<Vec<bool>>> {
    // The middle of the four levels: a fold or a stain on a sheet is forgiven.
    let code = QrCode::encode_text(text, QrCodeEcc::Medium).ok()?;
    let rows = (0..code.size()).map(|y| (0..code.size()).map(|x| code.get_module(x, y)).collect());
    Some(rows.collect())
}

/// A code as a PNG file with its white edge.
pub fn png(text: &str) -> Option<Vec<u8>> {
    let squares = squares(text)?;
    let side = (u32::try_from(squares.len()).ok()? + 2 * EDGE) * SQUARE;
    // Row by row, not pixel by pixel: a site of thousands of pages has as many codes.
    let edge = vec![255; (EDGE * SQUARE) as usize];
    let above = vec![255; side as usize * edge.len()];
    let mut pixels = above.clone();
    for row in squares {
        let inner = row.iter().flat_map(|is_dark| [if *is_dark { 0 } else { 255 }; SQUARE as usize]);
        let line: Vec<u8> = edge.iter().copied().chain(inner).chain(edge.iter().copied()).collect();
        pixels.extend(line.repeat(SQUARE as usize));
    }
    pixels.extend(above);
    let picture = GrayImage::from_raw(side, side, pixels)?;
    let mut bytes = std::io::Cursor::new(Vec::new());
    let encoder = image::codecs::png::PngEncoder::new_with_quality(
        &mut bytes,
        image::codecs::png::CompressionType::Default,
        image::codecs::png::FilterType::Up,
    );
    picture.write_with_encoder(encoder).ok()?;
    Some(bytes.into_inner())
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
        // The edge is white, and the corner of the first finder pattern is dark.
        assert!((0..EDGE * SQUARE).all(|at| picture.get_pixel(at, at).0 == [255]));
        assert_eq!(picture.get_pixel(EDGE * SQUARE, EDGE * SQUARE).0, [0]);
    }

    #[test]
    fn a_novel_is_refused() {
        assert!(png(&"长".repeat(2000)).is_none());
    }
}
