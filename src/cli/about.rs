//! What the program says about itself: its version, licences, where a newer one is found; completions of shells and manual pages out of
//! [`program`], the arguments' one definition. Nothing here opens a connection or looks at a site.

use std::io::Read;

use clap::{ArgMatches, Command};
use clap_complete::generate;
use clap_mangen::Man;
use flate2::read::GzDecoder;
use serde_json::json;

use studyhall::ground::message::Catalogue;
use studyhall::ground::suggest;

use super::arguments::{SHELLS, program};
use super::exit_code::{COULD_NOT_RUN, DONE};
use super::report::{Detail, Report};
use super::version::{ADDRESS, COMMIT, COMMIT_DATE, version};

/// The name of the program, whatever its file is called.
const NAME: &str = "studyhall";

/// The licences of all packages in the program, as packaging/licenses gathers them: text, gzip.
const LICENSES: &[u8] = include_bytes!(concat!(env!("CARGO_MANIFEST_DIR"), "/packaging/licenses.txt.gz"));

/// Tells how to find out whether there is a newer version. The program does not ask by itself, not even now.
pub fn update(words: &Catalogue, matches: &ArgMatches) -> u8 {
    let report = Report::new(words, Detail::Normal, matches.get_flag("json"));
    let version = version(words);
    let way = match ADDRESS {
        Some(address) => words.with("update-address", &[("address", address)]),
        None => words.text("update-source"),
    };
    let document = json!({
        "version": env!("CARGO_PKG_VERSION"),
        "commit": COMMIT,
        "date": COMMIT_DATE,
        "address": ADDRESS,
    });
    report.event(&document, &[words.with("update-this", &[("version", &version)]), way, words.text("update-no-connection")]);
    DONE
}

/// Prints the licences of all packages in the program, and those of the grammars that colour code.
pub fn licenses(words: &Catalogue) -> u8 {
    let mut text = String::new();
    GzDecoder::new(LICENSES).read_to_string(&mut text).expect("packaging/licenses writes gzip and UTF-8, and a test reads it");
    for license in two_face::acknowledgement::listing().for_syntaxes() {
        text.push_str(&format!("\n\n== {} ==\n\n{}", license.rel_path.display(), license.text.trim_end()));
    }
    Report::new(words, Detail::Normal, false).text(text.trim_end().as_bytes());
    DONE
}

/// Prints the completions of a shell.
pub fn completions(words: &Catalogue, matches: &ArgMatches) -> u8 {
    let name = matches.get_one::<String>("shell").map_or("", String::as_str);
    let (_, shell) = SHELLS.into_iter().find(|(shell, _)| *shell == name).expect("the arguments allow no other shell");
    let mut script = Vec::new();
    generate(shell, &mut program(words), NAME, &mut script);
    Report::new(words, Detail::Normal, false).text(&script);
    DONE
}

/// Prints the manual page of the program, or of one of its commands.
pub fn man(words: &Catalogue, matches: &ArgMatches) -> u8 {
    let report = Report::new(words, Detail::Normal, false);
    let mut all = program(words).name(NAME);
    // Gives each command its full name for its synopsis.
    all.build();
    let command = match matches.get_one::<String>("command") {
        None => all,
        Some(name) => match all.find_subcommand(name) {
            Some(command) => command.clone(),
            None => {
                let near = suggest::nearest(name, all.get_subcommands().map(Command::get_name));
                let unknown = words.with("usage-unknown-argument", &[("value", name)]);
                report.usage(&near.map_or(unknown.clone(), |near| format!("{unknown} {}", words.with("did-you-mean", &[("near", near)]))));
                return COULD_NOT_RUN;
            }
        },
    };
    let mut page = Vec::new();
    Man::new(command).source(format!("{NAME} {}", version(words))).render(&mut page).expect("memory takes all that is written to it");
    report.text(&page);
    DONE
}
