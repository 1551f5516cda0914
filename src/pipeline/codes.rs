//! The QR codes of pages' addresses: one small picture a page, where the site has a public address.

use std::collections::BTreeMap;

use rayon::prelude::*;

use crate::emit::Output;
use crate::ground::{Result, Stamp};
use crate::model::PageId;
use crate::picture::qr;
use crate::render::World;
use crate::render::view::permalink;

use super::extras::{Extra, What};
use super::prepare::State;

/// Codes by address: the text in them and the stamp of the picture.
pub type Known = BTreeMap<String, (String, Stamp)>;

/// The code of a page's address; nothing where the address is too long for one.
pub fn png(world: &World, page: PageId) -> Vec<u8> {
    qr::png(&permalink(world, &world.site.page(page).url)).unwrap_or_default()
}

/// Puts all codes in the output; those that stand there already are not drawn again.
pub fn put(state: &State, output: &Output, known: &Known) -> Result<Known> {
    let world = &state.world;
    let one = |extra: &Extra| {
        let What::QrCode(page) = extra.what else { return Ok(None) };
        let text = permalink(world, &world.site.page(page).url);
        if let Some((_, stamp)) = known.get(&extra.url).filter(|(known, _)| *known == text)
            && output.keep(&extra.url, *stamp)
        {
            return Ok(Some((extra.url.clone(), (text, *stamp))));
        }
        let bytes = png(world, page);
        let stamp = Stamp::of_bytes(&bytes);
        output.put(&extra.url, &bytes, stamp)?;
        Ok(Some((extra.url.clone(), (text, stamp))))
    };
    let made: Vec<Result<Option<_>>> = state.extras.par_iter().map(one).collect();
    made.into_iter().filter_map(Result::transpose).collect()
}
