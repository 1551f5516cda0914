//! Puts the files that no template makes in the output. Those that stand there already are not made again.

use std::collections::BTreeMap;

use rayon::prelude::*;

use crate::discover::Seen;
use crate::emit::Output;
use crate::ground::{Diagnostic, Result, Stamp};
use crate::render::views::parts::permalink;

use super::attachments;
use super::cached::CachedCodes;
use super::state::State;
use super::static_outputs::{StaticKind, StaticOutput, bytes, qr_code};

/// Puts all of them in the output but for the codes.
pub fn put(state: &State, output: &Output, cached: &mut BTreeMap<String, (Seen, Stamp)>, diagnostics: &mut Vec<Diagnostic>) -> Result<()> {
    let known = std::mem::take(cached);
    // Codes are put by themselves: drawing one costs more than a look at what stands there.
    for extra in state.extras.iter().filter(|extra| !matches!(extra.kind, StaticKind::QrCode(_))) {
        let source = match &extra.kind {
            StaticKind::File(at) => Some(&state.sources[*at]),
            _ => None,
        };
        // What is believed of a file that was looked into says nothing of one that goes out as it is, and the other way round.
        let key = source.map(|source| match &extra.kind {
            StaticKind::File(at) if attachments::is_looked_into(&state.render_input, *at) => format!("looked into {}", source.file),
            _ => source.file.clone(),
        });
        // A file that looks as it did holds what it held.
        if let Some(source) = source
            && let Some(key) = &key
            && let Some((seen, stamp)) = known.get(key)
            && *seen == source.seen
            && output.keep(&extra.url, *stamp)
        {
            cached.insert(key.clone(), (*seen, *stamp));
            continue;
        }
        match bytes(extra, &state.render_input, &state.theme, &state.sources) {
            Ok(bytes) => {
                let stamp = Stamp::of_bytes(&bytes);
                output.put(&extra.url, &bytes, stamp)?;
                if let (Some(source), Some(key)) = (source, key)
                    && let Some(seen) = source.seen.settled(state.listed_at)
                {
                    cached.insert(key, (seen, stamp));
                }
            }
            Err(diagnostic) => diagnostics.push(diagnostic),
        }
    }
    Ok(())
}

/// Puts all codes in the output; those that stand there already are not drawn again.
pub fn put_codes(state: &State, output: &Output, cached: &CachedCodes) -> Result<CachedCodes> {
    let render_input = &state.render_input;
    let one = |extra: &StaticOutput| {
        let StaticKind::QrCode(page) = extra.kind else { return Ok(None) };
        let text = permalink(render_input, &render_input.site.page(page).url);
        if let Some((_, stamp)) = cached.get(&extra.url).filter(|(cached, _)| *cached == text)
            && output.keep(&extra.url, *stamp)
        {
            return Ok(Some((extra.url.clone(), (text, *stamp))));
        }
        let bytes = qr_code(render_input, page);
        let stamp = Stamp::of_bytes(&bytes);
        output.put(&extra.url, &bytes, stamp)?;
        Ok(Some((extra.url.clone(), (text, stamp))))
    };
    let made: Vec<Result<Option<_>>> = state.extras.par_iter().map(one).collect();
    made.into_iter().filter_map(Result::transpose).collect()
}
