#![expect(clippy::disallowed_methods, reason = "a test may look at the clock")]

use image::{GenericImageView, Rgba, RgbaImage};

use super::*;

const SETTINGS: Settings = Settings { widths: Vec::new(), max_width: 1600, quality: 82, keep_original: false };

fn settings(widths: &[u32], max_width: u32) -> Settings {
    Settings { widths: widths.to_vec(), max_width, ..SETTINGS }
}

/// Soft colours with some grain, as a photograph has.
fn photo(width: u32, height: u32) -> DynamicImage {
    let pixel = |x: u32, y: u32| {
        let grain = (x * 7919 + y * 104_729) % 23;
        Rgba([(x * 200 / width + grain) as u8, (y * 200 / height + grain) as u8, ((x + y) % 97) as u8 + 60, 255])
    };
    DynamicImage::ImageRgba8(RgbaImage::from_fn(width, height, pixel))
}

fn write(image: &DynamicImage, format: ImageFormat) -> Vec<u8> {
    let mut bytes = Cursor::new(Vec::new());
    image.write_to(&mut bytes, format).unwrap();
    bytes.into_inner()
}

fn jpeg(image: &DynamicImage, quality: u8) -> Vec<u8> {
    encode(&plain(image.clone(), true), Encoding::Jpeg, quality, None).unwrap()
}

fn segment(marker: u8, body: &[u8]) -> Vec<u8> {
    [&[0xFF, marker], &(body.len() as u16 + 2).to_be_bytes()[..], body].concat()
}

/// EXIF with an orientation, and a place as a telephone writes it.
fn exif(orientation: u8) -> Vec<u8> {
    let tag = [0x01, 0x12, 0, 3, 0, 0, 0, 1, 0, orientation, 0, 0];
    [b"Exif\0\0MM\0\x2a\0\0\0\x08\0\x01", &tag[..], b"\0\0\0\0GPS 31.2304N 121.4737E"].concat()
}

/// A JPEG with all that telephones and programs leave in one.
fn chatty(jpeg: &[u8], orientation: u8) -> Vec<u8> {
    let extra = [
        segment(0xE1, &exif(orientation)),
        segment(0xE1, b"http://ns.adobe.com/xap/1.0/\0<x:xmpmeta>secret</x:xmpmeta>"),
        segment(0xE2, b"MPF\0secret"),
        segment(0xED, b"Photoshop 3.0\0secret"),
        segment(0xFE, b"secret"),
    ];
    [&jpeg[..2], &extra.concat(), &jpeg[2..], b"secret film"].concat()
}

fn holds(bytes: &[u8], what: &[u8]) -> bool {
    bytes.windows(what.len()).any(|part| part == what)
}

fn assert_silent(variant: &Variant) {
    for word in [&b"secret"[..], b"GPS", b"Exif", b"xmp", b"tEXt", b"eXIf", b"zTXt", b"tIME", b"XMP"] {
        assert!(!holds(&variant.bytes, word), "{} in a {}", String::from_utf8_lossy(word), variant.extension);
    }
    if variant.extension == "jpg" {
        let mut at = 2;
        while variant.bytes[at + 1] != 0xDA {
            assert!(!matches!(variant.bytes[at + 1], 0xE1 | 0xE3..=0xED | 0xEF | 0xFE), "{:x}", variant.bytes[at + 1]);
            at += 2 + usize::from(u16::from_be_bytes([variant.bytes[at + 2], variant.bytes[at + 3]]));
        }
    }
}

fn made(bytes: &[u8], settings: &Settings) -> Processed {
    let made = process(bytes, settings, &PictureMemory::default()).unwrap();
    for variant in made.variants.iter().chain(&made.original) {
        assert_silent(variant);
        let read = image::load_from_memory(&variant.bytes).unwrap();
        assert_eq!(read.dimensions(), (variant.width, variant.height));
    }
    made
}

fn sizes(made: &Processed) -> Vec<(u32, u32, &str)> {
    made.variants.iter().map(|variant| (variant.width, variant.height, variant.extension)).collect()
}

fn chunk(kind: &[u8; 4], body: &[u8]) -> Vec<u8> {
    let mut crc = u32::MAX;
    for byte in kind.iter().chain(body) {
        crc ^= u32::from(*byte);
        for _ in 0..8 {
            crc = if crc & 1 == 1 { crc >> 1 ^ 0xEDB8_8320 } else { crc >> 1 };
        }
    }
    [&(body.len() as u32).to_be_bytes()[..], kind, body, &(!crc).to_be_bytes()].concat()
}

#[test]
fn a_large_photograph_becomes_a_few_small_ones() {
    let source = chatty(&jpeg(&photo(2000, 1000), 95), 1);
    let result = made(&source, &settings(&[480, 960, 5000], 1600));
    assert_eq!(sizes(&result), [(480, 240, "jpg"), (960, 480, "jpg"), (1600, 800, "jpg")]);
    assert!(result.variants.is_sorted_by_key(|variant| variant.bytes.len()));
    assert_eq!(result.original, None);
    let kept = made(&source, &Settings { keep_original: true, ..settings(&[480], 1600) });
    let original = kept.original.unwrap();
    assert_eq!((original.width, original.height), (2000, 1000));
    assert!(original.bytes.len() < source.len() && original.bytes.len() > source.len() - 400, "copied, not made anew");
}

#[test]
fn a_small_photograph_is_copied_without_metadata() {
    let plain = jpeg(&photo(600, 400), 60);
    let result = made(&chatty(&plain, 1), &settings(&[960], 1600));
    assert_eq!(sizes(&result), [(600, 400, "jpg")]);
    assert_eq!(result.variants[0].bytes, plain);
    let lavish = jpeg(&photo(600, 400), 100);
    assert!(made(&lavish, &settings(&[], 1600)).variants[0].bytes.len() * 5 <= lavish.len() * 4);
}

#[test]
fn photographs_stand_upright() {
    // A red corner at the top left, as the telephone's sensor saw it.
    let corner = |x: u32, y: u32| if x < 16 && y < 16 { Rgba([250, 10, 10, 255]) } else { Rgba([10, 10, 250, 255]) };
    let plain = jpeg(&DynamicImage::ImageRgba8(RgbaImage::from_fn(64, 32, corner)), 90);
    let corners = [(0, 0), (1, 0), (1, 1), (0, 1), (0, 0), (1, 0), (1, 1), (0, 1)];
    for (orientation, (right, bottom)) in (1..=8).zip(corners) {
        let source = chatty(&plain, orientation);
        let size = if orientation > 4 { (32, 64) } else { (64, 32) };
        let info = read_info(&source).unwrap();
        assert_eq!((info.width, info.height), size, "{orientation}");
        let result = made(&source, &settings(&[], 1600));
        let read = image::load_from_memory(&result.variants[0].bytes).unwrap();
        assert_eq!(read.dimensions(), size, "{orientation}");
        let red = read.get_pixel(right * (size.0 - 8) + 4 * (1 - right), bottom * (size.1 - 8) + 4 * (1 - bottom));
        assert!(red[0] > 180 && red[2] < 90, "{orientation}: {red:?}");
    }
}

#[test]
fn png_stays_png_and_is_copied_where_it_can_be() {
    let mut source = write(&photo(300, 200), ImageFormat::Png);
    let end = source.len() - 12;
    let extra = [chunk(b"tEXt", b"Author\0secret"), chunk(b"eXIf", b"secret"), chunk(b"prVt", b"secret")].concat();
    source.splice(end..end, extra);
    source.extend(b"secret");
    let result = made(&source, &settings(&[120], 1600));
    assert_eq!(sizes(&result), [(120, 80, "png"), (300, 200, "png")]);
    assert_eq!(result.variants[1].bytes, write(&photo(300, 200), ImageFormat::Png));
}

#[test]
fn what_cannot_be_seen_does_not_colour_what_can() {
    let pixel = |x: u32, _| if x.is_multiple_of(2) { Rgba([255, 255, 255, 255]) } else { Rgba([255, 0, 0, 0]) };
    let source = write(&DynamicImage::ImageRgba8(RgbaImage::from_fn(64, 64, pixel)), ImageFormat::Png);
    let result = process(&source, &settings(&[], 16), &PictureMemory::default()).unwrap();
    let read = image::load_from_memory(&result.variants[0].bytes).unwrap();
    let middle = read.get_pixel(8, 8);
    assert!(middle[0] > 250 && middle[1] > 250 && (100..160).contains(&middle[3]), "{middle:?}");
}

#[test]
fn a_drawing_that_grows_when_it_shrinks_is_served_whole() {
    let pixel = |x: u32, y: u32| if (x / 8 + y / 8).is_multiple_of(2) { Rgba([0, 0, 0, 255]) } else { Rgba([255; 4]) };
    let source = write(&DynamicImage::ImageRgba8(RgbaImage::from_fn(960, 960, pixel)), ImageFormat::Png);
    let result = made(&source, &settings(&[477, 901], 1600));
    assert_eq!(sizes(&result), [(960, 960, "png")]);
}

#[test]
fn formats_that_hosts_do_not_serve_are_changed() {
    let mut clear = photo(40, 30);
    if let DynamicImage::ImageRgba8(pixels) = &mut clear {
        pixels.put_pixel(3, 3, Rgba([0, 0, 0, 0]));
    }
    for (format, image, extension) in
        [(ImageFormat::WebP, &photo(40, 30), "jpg"), (ImageFormat::WebP, &clear, "png"), (ImageFormat::Bmp, &photo(40, 30), "jpg")]
    {
        let result = made(&write(image, format), &settings(&[], 1600));
        assert_eq!(sizes(&result), [(40, 30, extension)]);
    }
}

/// A GIF of some frames, with a comment and a program's notes.
fn gif(frames: usize) -> Vec<u8> {
    let mut bytes = Vec::new();
    let mut encoder = image::codecs::gif::GifEncoder::new(&mut bytes);
    encoder.set_repeat(image::codecs::gif::Repeat::Infinite).unwrap();
    encoder.encode_frames((0..frames).map(|_| image::Frame::new(photo(20, 10).into_rgba8()))).unwrap();
    drop(encoder);
    let end = bytes.len() - 1;
    bytes.splice(end..end, b"\x21\xFE\x06secret\0\x21\xFF\x0BXMP DataXMP\x06secret\0".iter().copied());
    bytes.extend(b"secret");
    bytes
}

#[test]
fn what_moves_keeps_moving() {
    let source = gif(3);
    assert!(read_info(&source).unwrap().animated);
    let result = made(&source, &settings(&[5], 8));
    assert_eq!(sizes(&result), [(20, 10, "gif")]);
    assert!(holds(&result.variants[0].bytes, b"NETSCAPE2.0"));
    assert_eq!(strip::gif_frames(&result.variants[0].bytes), 3);

    let source = gif(1);
    assert!(!read_info(&source).unwrap().animated);
    assert_eq!(sizes(&made(&source, &settings(&[], 1600))), [(20, 10, "gif")]);
    assert_eq!(sizes(&made(&source, &settings(&[], 10))), [(10, 5, "png")]);
}

#[test]
fn only_profiles_that_matter_are_kept() {
    // A profile may be named after the one that it was made of: red and green say what it is.
    let with_colours = |red: [u32; 3], green: [u32; 3]| {
        let tag = |name: &[u8; 4], at: u32| [&name[..], &at.to_be_bytes(), &20_u32.to_be_bytes()].concat();
        let colour = |values: [u32; 3]| [&b"XYZ \0\0\0\0"[..], &values.map(u32::to_be_bytes).concat()].concat();
        let header = [&[0; 16][..], b"RGB ", &[0; 108], &2_u32.to_be_bytes()].concat();
        [header, tag(b"rXYZ", 156), tag(b"gXYZ", 176), colour(red), colour(green), b"s\0R\0G\0B".to_vec()].concat()
    };
    assert!(is_worth_keeping(&with_colours([33_759, 15_807, 0], [19_135, 45_367, 2745])), "Display P3");
    assert!(!is_worth_keeping(&with_colours([28_577, 14_580, 913], [25_241, 46_984, 6363])), "sRGB");
    let profile = |name: &[u8], size: usize| {
        let mut profile = vec![0; size];
        profile[16..20].copy_from_slice(b"RGB ");
        profile[130..130 + name.len()].copy_from_slice(name);
        profile
    };
    for (profile, kept) in [(profile(b"Display P3", 540), true), (profile(b"sRGB IEC61966", 3144), false), (profile(b"Press", 9000), false)]
    {
        for encoding in [Encoding::Jpeg, Encoding::Png] {
            let source = encode(&plain(photo(64, 64), true), encoding, 70, Some(&profile)).unwrap();
            let result = made(&source, &settings(&[32], 1600));
            for variant in &result.variants {
                let found = open(&variant.bytes).unwrap().0.icc_profile().unwrap();
                assert_eq!(found.as_ref() == Some(&profile), kept, "{encoding:?}");
                assert_eq!(found.is_some(), kept);
            }
        }
    }
}

/// Eight by eight pixels of magenta and yellow, that is red, in the four inks of a press.
const FOUR_INKS: &str = "ffd8ffee000e41646f626500640000000000ffdb004300100b0c0e0c0a100e0d0e1211101318281a181616183123251d283a333d\
     3c3933383740485c4e404457453738506d51575f626768673e4d71797064785c656763ffc000140800080008044311004d110059\
     11004b1100ffc40014000100000000000000000000000000000007ffc40014100100000000000000000000000000000000ffda00\
     0e0443004d0059004b00003f00401f8fc80fffd9";

#[test]
fn four_inks_become_three_colours() {
    let source: Vec<u8> = (0..FOUR_INKS.len()).step_by(2).map(|at| u8::from_str_radix(&FOUR_INKS[at..at + 2], 16).unwrap()).collect();
    assert_eq!(jpeg_components(&source), Some(4));
    let result = made(&source, &settings(&[], 1600));
    assert_eq!(jpeg_components(&result.variants[0].bytes), Some(3));
    let pixel = image::load_from_memory(&result.variants[0].bytes).unwrap().get_pixel(4, 4);
    assert!(pixel[0] > 200 && pixel[1] < 60 && pixel[2] < 60, "{pixel:?}");
}

#[test]
fn a_small_file_that_claims_to_be_huge_is_refused() {
    let mut bmp = write(&photo(4, 4), ImageFormat::Bmp);
    bmp[18..26].copy_from_slice(&[0x40, 0x9C, 0, 0, 0x40, 0x9C, 0, 0]);
    let mut header = [0, 1, 0, 0, 0, 1, 0, 0, 8, 6, 0, 0, 0];
    header[1] = 4;
    let end = [chunk(b"IDAT", b""), chunk(b"IEND", b"")].concat();
    let png = [&b"\x89PNG\r\n\x1a\n"[..], &chunk(b"IHDR", &header), &end].concat();
    for bytes in [bmp, png] {
        assert!(read_info(&bytes).is_err());
        assert!(process(&bytes, &SETTINGS, &PictureMemory::default()).is_err());
    }
}

#[test]
fn odd_bytes_are_an_error_and_never_a_panic() {
    let moving = gif(2);
    let sources = [
        chatty(&jpeg(&photo(50, 40), 80), 6),
        write(&photo(50, 40), ImageFormat::Png),
        write(&photo(50, 40), ImageFormat::WebP),
        write(&photo(50, 40), ImageFormat::Bmp),
        moving,
    ];
    let mut seed = 11_u64;
    let mut next = move |below: usize| {
        seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (seed >> 33) as usize % below
    };
    for source in &sources {
        let mut errors = 0;
        for _ in 0..400 {
            let mut bytes = source.clone();
            for _ in 0..1 + next(4) {
                let at = next(bytes.len());
                bytes[at] = next(256) as u8;
            }
            if next(3) == 0 {
                bytes.truncate(next(bytes.len()));
            }
            drop(read_info(&bytes));
            match process(&bytes, &settings(&[20], 1600), &PictureMemory::default()) {
                Ok(result) => assert!(!result.variants.is_empty()),
                Err(_) => errors += 1,
            }
        }
        assert!(errors > 20, "{errors}");
    }
    for odd in [&b""[..], b"GIF89a", b"\xFF\xD8", b"<svg/>", b"\x89PNG\r\n\x1a\n"] {
        assert!(read_info(odd).is_err());
        assert!(process(odd, &SETTINGS, &PictureMemory::default()).is_err());
    }
}

#[test]
fn the_same_in_the_same_out_on_many_threads() {
    let source = jpeg(&photo(700, 300), 90);
    let first = process(&source, &settings(&[100, 200], 500), &PictureMemory::default()).unwrap();
    std::thread::scope(|scope| {
        for _ in 0..3 {
            scope.spawn(|| assert_eq!(process(&source, &settings(&[100, 200], 500), &PictureMemory::default()).unwrap(), first));
        }
    });
}

/// The pictures of this test and no others would have to fit into the budget that one takes whole.
#[test]
fn one_that_needs_more_than_there_is_goes_alone() {
    let source = jpeg(&photo(300, 200), 80);
    let small = PictureMemory::new(1000);
    let alone = process(&source, &settings(&[100], 200), &PictureMemory::default()).unwrap();
    std::thread::scope(|scope| {
        for _ in 0..3 {
            scope.spawn(|| assert_eq!(process(&source, &settings(&[100], 200), &small).unwrap(), alone));
        }
    });
    let broken = [&source[..source.len() / 2], &[0xFF, 0xD9]].concat();
    drop(process(&broken, &SETTINGS, &small));
    assert!(process(&source, &SETTINGS, &small).is_ok(), "a picture that could not be read has given its share back");
}

#[test]
fn a_jpeg_that_was_copied_in_part_is_told() {
    let source = jpeg(&photo(300, 200), 80);
    for end in [source.len() / 2, source.len() - 20, source.len() - 2] {
        assert_eq!(process(&source[..end], &SETTINGS, &PictureMemory::default()), Err("@picture-cut".to_string()));
    }
    let more = [&source[..], b"a film behind it"].concat();
    assert!(process(&more, &SETTINGS, &PictureMemory::default()).is_ok());
}

#[test]
fn what_no_phone_shows_is_refused_by_name() {
    let said = |bytes: &[u8]| process(bytes, &SETTINGS, &PictureMemory::default()).unwrap_err();
    assert_eq!(said(b"\0\0\0\x18ftypheic\0\0\0\0mif1heic"), "@picture-kind|HEIC");
    assert_eq!(said(b"\0\0\0\x18ftypavif\0\0\0\0mif1avif"), "@picture-kind|AVIF");
    assert_eq!(said(b"II*\0\x08\0\0\0\0\0"), "@picture-kind|TIFF");
    assert_eq!(said(b"MM\0*\0\0\0\x08\0\0"), "@picture-kind|TIFF");
}

/// A chunk of a WebP.
fn webp_chunk(name: &[u8; 4], body: &[u8]) -> Vec<u8> {
    let length = (body.len() as u32).to_le_bytes();
    [&name[..], &length, body, &[0][..body.len() % 2]].concat()
}

#[test]
fn a_webp_that_moves_goes_on_moving_and_tells_nothing() {
    let still = write(&photo(40, 30), ImageFormat::WebP);
    // Behind the header of the file stands one chunk, the picture.
    let frame = [&[0; 6][..], &[39, 0, 0, 29, 0, 0, 100, 0, 0, 0], &still[12..], &webp_chunk(b"XYZW", b"secret")].concat();
    let chunks = [
        webp_chunk(b"VP8X", &[2 | 4 | 8, 0, 0, 0, 39, 0, 0, 29, 0, 0]),
        webp_chunk(b"ANIM", &[0; 6]),
        webp_chunk(b"ANMF", &frame),
        webp_chunk(b"ANMF", &frame),
        webp_chunk(b"EXIF", b"secret GPS"),
        webp_chunk(b"XMP ", b"secret xmp"),
    ]
    .concat();
    let source = [b"RIFF", &(chunks.len() as u32 + 4).to_le_bytes()[..], b"WEBP", &chunks].concat();
    let made = process(&source, &settings(&[20], 1600), &PictureMemory::default()).unwrap();
    let [variant] = &made.variants[..] else { panic!("one file") };
    assert_eq!((variant.width, variant.height, variant.extension), (40, 30, "webp"));
    assert_silent(variant);
    let frames = image::AnimationDecoder::into_frames(image::codecs::webp::WebPDecoder::new(Cursor::new(&variant.bytes)).unwrap());
    assert_eq!(frames.collect_frames().unwrap().len(), 2);
}
