//! The theme's scripts and styles as pages load them. They seldom change, and to make them is a good part of a build that has
//! little else to do (a fortieth of one edit of 8,000 pages): what came of them is remembered.

use crate::cache::Cache;
use crate::config::Config;
use crate::discover;
use crate::ground::path::extension;
use crate::ground::{Diagnostic, Stamp, Stamper};
use crate::theme::Theme;

use super::{scripts, styles};

/// What is remembered of them in the cache.
const BUNDLES: u8 = 5;

/// Replaces the theme's scripts and styles by what pages load.
pub fn bundle(theme: &mut Theme, config: &Config, cache: Option<&Cache>, diagnostics: &mut Vec<Diagnostic>) {
    let key = key(theme, config);
    let known =
        cache.and_then(|cache| cache.get(BUNDLES, key)).and_then(|bytes| postcard::from_bytes::<Vec<(String, Vec<u8>)>>(&bytes).ok());
    if let Some(known) = known {
        theme.assets.retain(|name, _| !is_made(name));
        theme.assets.extend(known);
        return;
    }
    let before = diagnostics.len();
    scripts::bundle(theme, config, diagnostics);
    styles::bundle(theme, config, diagnostics);
    // What is wrong with them is to be told each time.
    if let Some(cache) = cache.filter(|_| diagnostics.len() == before) {
        let made: Vec<(&String, &Vec<u8>)> = theme.assets.iter().filter(|(name, _)| is_made(name)).collect();
        if let Ok(bytes) = postcard::to_stdvec(&made) {
            cache.put(BUNDLES, key, &bytes);
        }
    }
}

fn is_made(name: &str) -> bool {
    ["js", "css"].iter().any(|kind| extension(name).eq_ignore_ascii_case(kind))
}

/// The stamp of what they are made of, and of what makes them.
fn key(theme: &Theme, config: &Config) -> Stamp {
    let mut stamper = Stamper::default();
    stamper.value(&discover::program()).value(&config.minify);
    for (name, bytes) in theme.assets.iter().filter(|(name, _)| is_made(name)) {
        stamper.text(name).stamp(Stamp::of_bytes(bytes));
    }
    stamper.finish()
}
