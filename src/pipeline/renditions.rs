//! Makes the pictures that pages use ready for phones, each once.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::Arc;

use rayon::prelude::*;

use crate::cache::Cache;
use crate::config::Config;
use crate::discover::{self, Source};
use crate::ground::path::extension;
use crate::ground::{Code, Diagnostic, Place, Stamp, routes};
use crate::model::{Resolved, Site};
use crate::picture::{self, PictureMemory, Processed, Settings};
use crate::render::Picture;

use super::cached::CachedPicture;

/// Renditions in the cache, by the stamp of their bytes.
pub const RENDITIONS: u8 = 3;
/// Changes whenever the same picture may come out otherwise.
const FORMAT: u32 = 2;
/// What is made ready; drawings (SVG) are the business of `attachments.rs`.
const TYPES: &[&str] = &["jpg", "jpeg", "png", "gif", "webp", "bmp"];
/// What is looked at as well, and refused with a way out: nothing of it goes out as it came.
const REFUSED: &[&str] = &["heic", "heif", "hif", "avif", "tif", "tiff"];

/// The pictures of a build.
pub struct PictureSet {
    /// What pages see, by index in [`Site::files`].
    pub by_file: HashMap<u32, Picture>,
    /// Their files.
    pub files: Vec<(u32, Vec<Rendition>)>,
    /// Bytes just made and not yet in the output.
    pub fresh: HashMap<Stamp, Vec<u8>>,
    /// Memory for those that are made again.
    pub memory: Arc<PictureMemory>,
}

/// One file of a picture.
pub struct Rendition {
    /// Where it goes.
    pub url: String,
    /// Stamp of its bytes.
    pub stamp: Stamp,
}

impl PictureSet {
    /// All addresses of renditions, and the file that each is of.
    pub fn urls(&self) -> impl Iterator<Item = (&str, u32)> {
        self.files.iter().flat_map(|(file, renditions)| renditions.iter().map(|rendition| (rendition.url.as_str(), *file)))
    }
}

/// The content files that published pages point at.
pub fn used(site: &Site) -> BTreeSet<u32> {
    let mut used = BTreeSet::new();
    for page in &site.pages {
        used.extend(page.links.iter().filter_map(|link| if let Resolved::File(file) = link { Some(*file) } else { None }));
        used.extend(page.files.iter().flatten());
    }
    used
}

fn is_picture(path: &str) -> bool {
    let kind = extension(path).to_ascii_lowercase();
    TYPES.contains(&kind.as_str()) || REFUSED.contains(&kind.as_str())
}

/// Makes all pictures that are used ready. One that cannot be read is reported at its file.
pub fn make(
    site: &Site,
    config: &Config,
    sources: &[Source],
    listed_at: u64,
    cache: Option<&Cache>,
    cached: &mut BTreeMap<String, CachedPicture>,
    diagnostics: &mut Vec<Diagnostic>,
) -> PictureSet {
    let known = std::mem::take(cached);
    let settings = settings(config);
    let memory = Arc::new(PictureMemory::default());
    let setting = Stamp::of(&(FORMAT, &settings));
    let wanted: Vec<u32> = used(site).into_iter().filter(|file| is_picture(&site.files[*file as usize].path)).collect();
    let one = |file: u32| {
        let source = &sources[file as usize];
        let known = known.get(&source.file).filter(|known| known.setting == setting);
        let known =
            known.filter(|known| known.renditions.iter().all(|(.., stamp)| cache.is_some_and(|cache| cache.holds(RENDITIONS, *stamp))));
        if let Some(known) = known.filter(|known| known.seen == Some(source.seen)) {
            return Ok((known.clone(), Vec::new()));
        }
        let bytes = discover::read_bytes(source)?;
        let stamp = Stamp::of_bytes(&bytes);
        let seen = source.seen.settled(listed_at);
        if let Some(known) = known.filter(|known| known.bytes == stamp) {
            return Ok((CachedPicture { seen, ..known.clone() }, Vec::new()));
        }
        let processed = picture::process(&bytes, &settings, &memory).map_err(|cause| bad(source, &cause))?;
        let (renditions, fresh) = split(processed);
        if let Some(cache) = cache {
            for (stamp, bytes) in &fresh {
                cache.put(RENDITIONS, *stamp, bytes);
            }
        }
        Ok((CachedPicture { seen, bytes: stamp, setting, renditions }, fresh))
    };
    let results: Vec<(u32, Result<_, Diagnostic>)> = wanted.par_iter().map(|file| (*file, one(*file))).collect();
    let mut made = PictureSet { by_file: HashMap::new(), files: Vec::new(), fresh: HashMap::new(), memory: Arc::clone(&memory) };
    for (file, result) in results {
        match result {
            Ok((known, fresh)) => {
                made.fresh.extend(fresh);
                made.take(file, &site.files[file as usize].url, &known);
                cached.insert(sources[file as usize].file.clone(), known);
            }
            Err(diagnostic) => diagnostics.push(diagnostic),
        }
    }
    made
}

fn settings(config: &Config) -> Settings {
    let widths = config.images.widths.clone();
    let max_width = widths.last().copied().unwrap_or(960);
    Settings { widths, max_width, quality: config.images.quality, keep_original: config.images.keep_original }
}

fn bad(source: &Source, cause: &str) -> Diagnostic {
    Diagnostic::new(Code::PictureBad, Place::file(source.file.as_str())).arg("target", &source.path).arg("cause", cause)
}

/// Width, height, extension, stamp of the bytes.
type CachedRendition = (u32, u32, String, Stamp);

/// Parts what is remembered from the bytes. An original stands last, with height 0 as its mark.
fn split(processed: Processed) -> (Vec<CachedRendition>, Vec<(Stamp, Vec<u8>)>) {
    let mut known = Vec::new();
    let mut fresh = Vec::new();
    let original = processed.original.map(|variant| (variant, true));
    for (variant, is_original) in processed.variants.into_iter().map(|variant| (variant, false)).chain(original) {
        let stamp = Stamp::of_bytes(&variant.bytes);
        let height = if is_original { 0 } else { variant.height };
        known.push((variant.width, height, variant.extension.to_string(), stamp));
        fresh.push((stamp, variant.bytes));
    }
    (known, fresh)
}

impl PictureSet {
    /// The stamps of a picture's renditions.
    pub fn stamps(&self, file: u32) -> Vec<Stamp> {
        // They were made in the order of the files.
        let known = self.files.binary_search_by_key(&file, |(known, _)| *known).ok();
        let renditions = known.map(|at| self.files[at].1.as_slice());
        renditions.unwrap_or_default().iter().map(|rendition| rendition.stamp).collect()
    }

    fn take(&mut self, file: u32, url: &str, known: &CachedPicture) {
        let mut picture = Picture::default();
        let mut renditions = Vec::new();
        let largest = known.renditions.iter().rposition(|(_, height, ..)| *height > 0);
        for (at, (width, height, extension, stamp)) in known.renditions.iter().enumerate() {
            let rendition = match (*height, Some(at) == largest) {
                (_, true) => routes::RenditionKind::Largest,
                (0, _) => routes::RenditionKind::Original,
                _ => routes::RenditionKind::Width(*width),
            };
            let url = routes::rendition(url, rendition, extension);
            if *height == 0 {
                picture.original = Some(url.clone());
            } else {
                picture.sources.push((url.clone(), *width));
                (picture.width, picture.height) = (*width, *height);
            }
            renditions.push(Rendition { url, stamp: *stamp });
        }
        self.by_file.insert(file, picture);
        self.files.push((file, renditions));
    }
}

impl PictureSet {
    /// The rendition at an address: the file it is of and the stamp of its bytes.
    pub fn find(&self, url: &str) -> Option<(u32, Stamp)> {
        self.files.iter().find_map(|(file, renditions)| {
            let rendition = renditions.iter().find(|rendition| rendition.url == url)?;
            Some((*file, rendition.stamp))
        })
    }
}

/// Makes the rendition of a picture with this stamp again.
///
/// # Errors
/// When the picture cannot be read any more, or is another.
pub fn remake(source: &Source, config: &Config, stamp: Stamp, memory: &PictureMemory) -> Result<Vec<u8>, Diagnostic> {
    let processed = discover::read_bytes(source)
        .and_then(|bytes| picture::process(&bytes, &settings(config), memory).map_err(|cause| bad(source, &cause)))?;
    let made = split(processed).1.into_iter().find(|(made, _)| *made == stamp);
    // The file is another than it was when this state of the site was made: the next state will show it.
    made.map(|(_, bytes)| bytes).ok_or_else(|| bad(source, "changed"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_type_has_a_media_type() {
        for extension in TYPES {
            assert!(crate::ground::media::of_extension(extension).is_some(), "{extension}");
        }
    }
}
