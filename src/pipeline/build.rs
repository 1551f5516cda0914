//! One build, from the files of a site to its output.

use std::sync::Arc;

use crate::cache::Run;
use crate::discover;
use crate::emit::Output;
use crate::ground::{Diagnostic, Error, Obstacle, Result, Thing};
use crate::render::SiteContext;

use super::builder::{Builder, open_cache};
use super::input::{InputReading, SettingsText, SiteInput};
use super::options::{Options, Progress, default_output};
use super::report::{BuildSummary, Outcome, Stage, Timings};
use super::state::Loaded;
use super::workers::Workers;
use super::{pages, pictures, replay_noop, search, statics, study};

/// Builds a site.
///
/// # Errors
/// When the machine refuses: nothing could be read or written. What is wrong with the site itself is in the outcome,
/// which then says that nothing was written.
pub fn build(options: &Options, progress: &dyn Progress) -> Result<Outcome> {
    build_with(options, SettingsText::read(&options.site), progress)
}

/// As [`build`], with settings that have been read already.
///
/// # Errors
/// As [`build`].
pub fn build_with(options: &Options, settings: SettingsText, progress: &dyn Progress) -> Result<Outcome> {
    let mut timings = Timings::new(options.timings);
    Workers::new(options.jobs).run(|| match SiteInput::read(options, settings, &mut timings)? {
        InputReading::Input(input) => run(options, *input, progress, timings),
        InputReading::Refused(diagnostics) => Ok(Outcome::refused(diagnostics, timings)),
    })
}

/// As [`build`], of what has been read already.
///
/// # Errors
/// As [`build`].
pub fn build_from(options: &Options, input: SiteInput, progress: &dyn Progress) -> Result<Outcome> {
    Workers::new(options.jobs).run(|| run(options, input, progress, Timings::new(options.timings)))
}

fn run(options: &Options, input: SiteInput, progress: &dyn Progress, mut timings: Timings) -> Result<Outcome> {
    check_output(options)?;
    let cache = timings.time(Stage::Open, || open_cache(options))?;
    let stamp = input.stamp;
    if let (Some(cache), Some(stamp)) = (cache.as_deref(), stamp)
        && let Some((diagnostics, summary)) = replay_noop::replay(options, stamp, cache, &mut timings)
    {
        return Ok(Outcome { diagnostics, summary: Some(summary), timings });
    }
    let mut builder = timings.time(Stage::Open, || Builder::with(options.clone(), cache));
    let Loaded { state, diagnostics } = builder.load_once(input, progress, &mut timings);
    let (is_sound, mut diagnostics) = (diagnostics.is_sound(), diagnostics.into_all());
    let refused = |builder: Builder, diagnostics: Vec<Diagnostic>, timings: Timings| {
        builder.remember(Run::Partial);
        Ok(Outcome::refused(diagnostics, timings))
    };
    let Some(mut state) = state.filter(|state| state.shared.is_some() && (is_sound || options.keep_going)) else {
        return refused(builder, diagnostics, timings);
    };

    let cached = &mut builder.cached;
    let output = timings.time(Stage::Write, || Output::open_with(&options.output, std::mem::take(&mut cached.seen)))?;
    let run = pages::RenderRun { state: &state, output: &output, meter: &timings.meter() };
    progress.begin(Stage::Render, state.jobs.len());
    let made = timings.time(Stage::Render, || pages::render(&run, &cached.pages, progress))?;
    let broken = made.diagnostics.iter().any(Diagnostic::is_error);
    diagnostics.extend(made.diagnostics);
    if broken && !options.keep_going {
        drop(output);
        return refused(builder, diagnostics, timings);
    }
    cached.pages = made.stamps;
    let render_input = Arc::get_mut(&mut state).and_then(|state| Arc::get_mut(&mut state.render_input));
    debug_assert!(render_input.is_some(), "the workers have let go of it");
    render_input.into_iter().for_each(SiteContext::forget_views);
    progress.begin(Stage::Files, 0);
    timings.time(Stage::Files, || -> Result<()> {
        statics::put(&state, &output, &mut cached.files, &mut diagnostics)?;
        cached.codes = statics::put_codes(&state, &output, &cached.codes)?;
        pictures::put(&state, &output, &mut diagnostics)
    })?;
    progress.begin(Stage::Search, 0);
    let last = std::mem::take(&mut cached.index);
    let cache = state.cache.as_deref();
    cached.index = timings.time(Stage::Search, || search::put(&state.render_input, &state.texts, cache, &output, last))?;
    let last = std::mem::take(&mut cached.bank);
    let paths: Vec<String> = cached.index.paths().collect();
    cached.bank = timings.time(Stage::Search, || study::put(&state, &output, paths.iter().map(String::as_str), last))?;
    if diagnostics.iter().any(Diagnostic::is_error) && !options.keep_going {
        drop(output);
        return refused(builder, diagnostics, timings);
    }
    progress.begin(Stage::Write, 0);
    let report = timings.time(Stage::Write, || output.commit())?;
    cached.seen = report.seen.clone();
    let trouble = timings.time(Stage::Remember, || builder.remember(Run::Full));
    diagnostics.sort();
    diagnostics.dedup();
    let summary = BuildSummary::new(&state.render_input.site, made.rendered, made.kept, &report, trouble);
    if let (Some(stamp), Some(cache)) = (stamp, &state.cache) {
        timings.time(Stage::Remember, || replay_noop::save_report(stamp, &report, &diagnostics, &summary, cache));
    }
    builder.drop_in_background(state);
    Ok(Outcome { diagnostics, summary: Some(summary), timings })
}

/// The site folder's own `output/` is no link: the folder may have come from elsewhere, and would have its site written
/// over whatever it names. A folder that the user names with `--output` is the user's word, links and all.
fn check_output(options: &Options) -> Result<()> {
    let own = default_output(&options.site);
    match options.output == own && discover::is_link(&own) {
        true => Err(Error::io("error-output-not-writable", &own, Obstacle::error(own.clone(), Thing::Link))),
        false => Ok(()),
    }
}
