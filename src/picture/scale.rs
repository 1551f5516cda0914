//! Pixels: making a picture smaller and writing it.

use image::codecs::jpeg::JpegEncoder;
use image::codecs::png::{CompressionType, FilterType, PngEncoder};
use image::{DynamicImage, ImageEncoder, imageops};

/// What a picture is written as: what every host serves and every telephone shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Encoding {
    Jpeg,
    Png,
}

impl Encoding {
    pub(super) fn extension(self) -> &'static str {
        match self {
            Encoding::Jpeg => "jpg",
            Encoding::Png => "png",
        }
    }
}

/// Brings a picture to the fewest channels of eight bits that hold it.
pub(super) fn plain(image: DynamicImage, opaque: bool) -> DynamicImage {
    let grey = !image.color().has_color();
    match (grey, opaque) {
        (true, true) => DynamicImage::ImageLuma8(image.into_luma8()),
        (true, false) => DynamicImage::ImageLumaA8(image.into_luma_alpha8()),
        (false, true) => DynamicImage::ImageRgb8(image.into_rgb8()),
        (false, false) => DynamicImage::ImageRgba8(image.into_rgba8()),
    }
}

/// Whether nothing shines through.
pub(super) fn is_opaque(image: &DynamicImage) -> bool {
    !image.color().has_alpha() || image.to_rgba8().pixels().all(|pixel| pixel.0[3] == u8::MAX)
}

/// Makes a picture smaller.
pub(super) fn scale(image: &DynamicImage, width: u32, height: u32) -> DynamicImage {
    if !image.color().has_alpha() {
        return shrink(image, width, height);
    }
    // The colour of what cannot be seen must not bleed into what can.
    let mut pixels = image.to_rgba8();
    for pixel in pixels.pixels_mut() {
        let [red, green, blue, alpha] = pixel.0.map(u16::from);
        pixel.0 = [red * alpha / 255, green * alpha / 255, blue * alpha / 255, alpha].map(|value| value as u8);
    }
    let mut pixels = shrink(&DynamicImage::ImageRgba8(pixels), width, height).into_rgba8();
    for pixel in pixels.pixels_mut() {
        let [red, green, blue, alpha] = pixel.0.map(u16::from);
        let lift = |value: u16| (value * 255 / alpha.max(1)).min(255);
        pixel.0 = [lift(red), lift(green), lift(blue), alpha].map(|value| value as u8);
    }
    DynamicImage::ImageRgba8(pixels)
}

fn shrink(image: &DynamicImage, width: u32, height: u32) -> DynamicImage {
    // A mean over whole pixels first: the filter needs sixteen bytes for each pixel of a wide picture.
    let halfway = image.width() / 4 >= width && image.height() / 4 >= height;
    let mean = halfway.then(|| image.thumbnail_exact(width * 2, height * 2));
    mean.as_ref().unwrap_or(image).resize_exact(width, height, imageops::FilterType::Lanczos3)
}

/// Writes a picture; `profile` tells what its colours mean, where that is not sRGB.
pub(super) fn encode(image: &DynamicImage, encoding: Encoding, quality: u8, profile: Option<&[u8]>) -> Result<Vec<u8>, String> {
    let mut bytes = Vec::new();
    let written = match encoding {
        Encoding::Jpeg => {
            let mut encoder = JpegEncoder::new_with_quality(&mut bytes, quality.clamp(1, 100));
            with_profile(&mut encoder, profile);
            image.write_with_encoder(encoder)
        }
        Encoding::Png => {
            let mut encoder = PngEncoder::new_with_quality(&mut bytes, CompressionType::Default, FilterType::Adaptive);
            with_profile(&mut encoder, profile);
            image.write_with_encoder(encoder)
        }
    };
    written.map_err(|cause| cause.to_string())?;
    Ok(bytes)
}

fn with_profile(encoder: &mut impl ImageEncoder, profile: Option<&[u8]>) {
    if let Some(profile) = profile {
        encoder.set_icc_profile(profile.to_vec()).expect("both formats carry a profile of any content");
    }
}
