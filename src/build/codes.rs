//! The QR codes of pages' addresses: one small picture a page, where the site has a public address.

use std::collections::HashMap;

use rayon::prelude::*;

use crate::emit::Output;
use crate::ground::{Result, Stamp};
use crate::picture::qr;
use crate::render::World;
use crate::render::context::qr_url;
use crate::render::view::permalink;

/// Codes by address: the text in them and the stamp of the picture.
pub type Known = HashMap<String, (String, Stamp)>;

/// The code of the page whose code stands at `url`, for a preview that makes it when it is asked for.
pub fn one(world: &World, url: &str) -> Option<Vec<u8>> {
    let id = world.site.ids().find(|id| qr_url(world, *id) == url)?;
    qr::png(&permalink(world, &world.site.page(id).url))
}

/// Puts all codes in the output; those that stand there already are not drawn again.
pub fn put(world: &World, output: &Output, known: &Known) -> Result<Known> {
    let ids: Vec<_> = world.site.ids().collect();
    let one = |id: &u32| {
        let url = qr_url(world, *id);
        if url.is_empty() {
            return Ok(None);
        }
        let text = permalink(world, &world.site.page(*id).url);
        if let Some((_, stamp)) = known.get(&url).filter(|(known, _)| *known == text)
            && output.keep(&url, *stamp)
        {
            return Ok(Some((url, (text, *stamp))));
        }
        // An address too long for a code has none; its page shows the address in letters.
        let Some(bytes) = qr::png(&text) else { return Ok(None) };
        let stamp = Stamp::of_bytes(&bytes);
        output.put(&url, &bytes, stamp)?;
        Ok(Some((url, (text, stamp))))
    };
    let made: Vec<Result<Option<_>>> = ids.par_iter().map(one).collect();
    made.into_iter().filter_map(Result::transpose).collect()
}
