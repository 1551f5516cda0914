//! Themes: a folder of templates, styles, scripts and files; one may extend another.
//!
//! A theme of the site's own `themes/` comes before one of the same name that the program carries. Start at [`load`].

#![expect(clippy::disallowed_methods, reason = "this stage is where themes are read")]

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use include_dir::{Dir, include_dir};

use crate::disk;
use crate::ground::fields::{Fields, Layer};
use crate::ground::path::{join, portable};
use crate::ground::suggest::nearest;
use crate::ground::yaml::{self, Value, to_json};
use crate::ground::{Code, Diagnostic, Place, Stamp, Stamper};

/// The themes that the program carries: the same files that stand in the project.
static CARRIED: Dir<'static> = include_dir!("$CARGO_MANIFEST_DIR/themes");

/// The most bytes that the files of a theme have together: they are held in memory. A theme has one megabyte, with
/// fonts of its own twenty.
const MAX_TOTAL: u64 = 256 << 20;

/// The theme whose markup of blocks serves where a theme has none.
pub const BLOCKS_OF: &str = "default";

/// A theme with all that it inherits.
#[derive(Debug, Clone, Default)]
pub struct Theme {
    /// Names from the theme itself to its oldest ancestor.
    pub chain: Vec<String>,
    /// All templates of the chain.
    pub templates: Vec<Template>,
    /// Styles and scripts by name; the nearest theme's.
    pub assets: BTreeMap<String, Vec<u8>>,
    /// The file behind each style and script, from the site folder, for messages.
    pub origins: BTreeMap<String, String>,
    /// Files copied as they are, by path; the nearest theme's.
    pub statics: BTreeMap<String, Vec<u8>>,
    /// Options and their defaults.
    pub options: BTreeMap<String, serde_json::Value>,
    /// Stamp of templates and options.
    pub stamp: Stamp,
}

/// One template.
#[derive(Debug, Clone)]
pub struct Template {
    /// Name in the engine: theme, slash, path below `templates/`.
    pub name: String,
    /// Path from the site folder, for messages.
    pub file: String,
    /// Text.
    pub text: String,
}

impl Theme {
    /// Whether some theme of the chain has this template.
    pub fn has_template(&self, name: &str) -> bool {
        self.chain.iter().any(|theme| {
            self.templates.iter().any(|t| t.name.strip_prefix(theme.as_str()).and_then(|rest| rest.strip_prefix('/')) == Some(name))
        })
    }

    /// The names of all templates without their theme, for “did you mean”.
    pub fn template_names(&self) -> impl Iterator<Item = &str> {
        self.templates.iter().filter_map(|template| template.name.split_once('/').map(|(_, name)| name))
    }
}

/// All files of one theme, as far as they are text or bytes that matter.
type Files = BTreeMap<String, Vec<u8>>;

/// What `theme.yaml` says.
struct Manifest {
    extends: Option<(String, Place)>,
    options: Vec<(String, serde_json::Value)>,
}

/// Loads a theme and its ancestors. `version` is the program's own.
pub fn load(site: &Path, name: &str, asked_at: &Place, version: &str) -> (Theme, Vec<Diagnostic>) {
    let mut diagnostics = Vec::new();
    let mut theme = Theme::default();
    let mut next = Some((name.to_string(), asked_at.clone()));
    while let Some((name, asked_at)) = next {
        if theme.chain.contains(&name) {
            theme.chain.push(name);
            diagnostics.push(Diagnostic::new(Code::ThemeCycle, asked_at).arg("chain", theme.chain.join(" → ")));
            theme.chain.pop();
            break;
        }
        let Some(files) = files_of(site, &name, &mut diagnostics) else {
            let known = known_names(site);
            let near = nearest(&name, known.iter().map(String::as_str)).map(str::to_string);
            diagnostics.push(Diagnostic::new(Code::ThemeMissing, asked_at).arg("theme", &name).near(near.as_deref()));
            break;
        };
        let manifest = read_manifest(&name, &files, version, &mut diagnostics);
        theme.chain.push(name.clone());
        take_in(&mut theme, &name, files, manifest.options, &mut diagnostics);
        next = manifest.extends;
    }
    take_in_blocks(&mut theme);
    theme.stamp = stamp(&theme);
    (theme, diagnostics)
}

/// The names of the themes that a site can use.
fn known_names(site: &Path) -> Vec<String> {
    let mut names: Vec<String> = CARRIED.dirs().filter_map(|dir| dir.path().to_str()).map(str::to_string).collect();
    if let Ok(entries) = fs::read_dir(site.join("themes")) {
        names.extend(entries.flatten().filter_map(|entry| entry.file_name().into_string().ok()));
    }
    names.sort();
    names.dedup();
    names
}

fn files_of(site: &Path, name: &str, diagnostics: &mut Vec<Diagnostic>) -> Option<Files> {
    let plain = !name.is_empty() && !name.starts_with('.') && !name.contains(['/', '\\', ':']);
    if !plain {
        return None;
    }
    let root = site.join("themes").join(name);
    if root.is_dir() {
        return Some(own_files(site, name, &root, diagnostics));
    }
    let dir = CARRIED.get_dir(name)?;
    let mut files = Files::new();
    carried_files(dir, name, &mut files);
    Some(files)
}

/// The files of a theme of the site's own. Links may lead to other themes of the site, and nowhere else.
fn own_files(site: &Path, name: &str, root: &Path, diagnostics: &mut Vec<Diagnostic>) -> Files {
    let shown = |relative: &Path| {
        let path = portable(relative).unwrap_or_else(|| relative.to_string_lossy().into_owned());
        join(&format!("themes/{name}"), &path)
    };
    let real = |path: &Path| fs::canonicalize(path).unwrap_or_else(|_| path.to_path_buf());
    // The folder of the themes may itself be a link that stays in the site.
    let (themes, real_site) = (real(&site.join("themes")), real(if site.as_os_str().is_empty() { Path::new(".") } else { site }));
    let inside = if themes.starts_with(&real_site) { themes } else { real_site };
    let walked = disk::walk(root, &inside, &|name| name.to_str().is_some_and(is_hidden));
    diagnostics.extend(walked.strays.iter().map(|stray| stray.diagnostic(shown(&stray.relative))));
    let (mut files, mut total) = (Files::new(), 0);
    for file in walked.files {
        let Some(path) = portable(&file.relative) else { continue };
        match disk::read_file(&file.path, MAX_TOTAL - total) {
            Ok(bytes) => {
                total += bytes.len() as u64;
                files.insert(path, bytes);
            }
            Err(cause) => diagnostics.push(disk::unread(&cause, &shown(&file.relative), MAX_TOTAL)),
        }
    }
    files
}

fn carried_files(dir: &Dir<'static>, root: &str, files: &mut Files) {
    for file in dir.files() {
        if let Some(path) = file.path().strip_prefix(root).ok().and_then(portable) {
            files.insert(path, file.contents().to_vec());
        }
    }
    for inner in dir.dirs() {
        carried_files(inner, root, files);
    }
}

/// The text of a file of a theme that the program carries, by its path `themes/…`, to show its lines.
pub fn carried_text(file: &str) -> Option<String> {
    let file = CARRIED.get_file(file.strip_prefix("themes/")?)?;
    file.contents_utf8().map(str::to_string)
}

fn is_hidden(name: &str) -> bool {
    name.starts_with('.') || name.ends_with('~') || name.ends_with(".swp")
}

fn read_manifest(name: &str, files: &Files, version: &str, diagnostics: &mut Vec<Diagnostic>) -> Manifest {
    let mut manifest = Manifest { extends: None, options: Vec::new() };
    let file = format!("themes/{name}/theme.yaml");
    let text = files.get("theme.yaml").map(|bytes| String::from_utf8_lossy(bytes).into_owned()).unwrap_or_default();
    let (node, wrong) = yaml::parse(&file, &text, 1);
    diagnostics.extend(wrong);
    let Some(node) = node else { return manifest };
    let mut fields = Fields::new(Layer { file: &file, map: node.entries() }, []);
    fields.text("name");
    fields.text("description");
    manifest.extends = fields.texts_with_spans("extends").into_iter().next();
    if let Some(wants) = fields.text("studyhall")
        && !version_fits(&wants, version)
    {
        let place = fields.place("studyhall").expect("a field that was just read has a place");
        fields.report(Diagnostic::new(Code::ThemeVersion, place).arg("theme", name).arg("wants", &wants).arg("version", version));
    }
    if let Some((options, _)) = fields.node("options")
        && let Value::Map(options) = &options.value
    {
        manifest.options = options.iter().map(|(key, value)| (key.name.clone(), to_json(value))).collect();
    }
    diagnostics.extend(fields.finish("theme.yaml"));
    manifest
}

/// Whether a version lies in a range such as `>=0.1, <1`. Every part must hold; a part that cannot be read does not.
fn version_fits(wants: &str, version: &str) -> bool {
    fn numbers(text: &str) -> Option<[u64; 3]> {
        let mut numbers = [0; 3];
        for (at, part) in text.trim().split('.').enumerate() {
            *numbers.get_mut(at)? = part.parse().ok()?;
        }
        Some(numbers)
    }
    let Some(version) = numbers(version) else { return false };
    wants.split(',').map(str::trim).filter(|part| !part.is_empty()).all(|part| {
        let digits = part.find(|c: char| c.is_ascii_digit()).unwrap_or(part.len());
        let (operator, number) = part.split_at(digits);
        let Some(number) = numbers(number) else { return false };
        match operator.trim() {
            ">=" => version >= number,
            ">" => version > number,
            "<=" => version <= number,
            "<" => version < number,
            "=" | "==" | "" => version == number,
            _ => false,
        }
    })
}

/// Adds the files of one theme of the chain; what a nearer theme gave stays.
fn take_in(theme: &mut Theme, name: &str, files: Files, options: Vec<(String, serde_json::Value)>, diagnostics: &mut Vec<Diagnostic>) {
    for (path, bytes) in files {
        if let Some(rest) = path.strip_prefix("templates/") {
            let file = format!("themes/{name}/{path}");
            match String::from_utf8(bytes) {
                Ok(text) => {
                    let text = text.trim_start_matches('\u{feff}').to_string();
                    theme.templates.push(Template { name: format!("{name}/{rest}"), file, text });
                }
                Err(_) => diagnostics.push(Diagnostic::new(Code::NotUtf8, Place::file(file)).arg("encoding", "?")),
            }
        } else if let Some(rest) = path.strip_prefix("styles/").or_else(|| path.strip_prefix("scripts/")) {
            theme.origins.entry(rest.to_string()).or_insert_with(|| format!("themes/{name}/{path}"));
            theme.assets.entry(rest.to_string()).or_insert(bytes);
        } else if let Some(rest) = path.strip_prefix("static/") {
            theme.statics.entry(rest.to_string()).or_insert(bytes);
        }
    }
    for (key, value) in options {
        theme.options.entry(key).or_insert(value);
    }
}

/// Adds the default theme's markup of blocks that no theme of the chain has: a theme may do without.
fn take_in_blocks(theme: &mut Theme) {
    let mut files = Files::new();
    if let Some(dir) = CARRIED.get_dir(format!("{BLOCKS_OF}/templates/blocks")) {
        carried_files(dir, BLOCKS_OF, &mut files);
    }
    for (path, bytes) in files {
        let Some(name) = path.strip_prefix("templates/") else { continue };
        if let Ok(text) = String::from_utf8(bytes)
            && !theme.template_names().any(|known| known == name)
        {
            theme.templates.push(Template { name: format!("{BLOCKS_OF}/{name}"), file: format!("themes/{BLOCKS_OF}/{path}"), text });
        }
    }
}

fn stamp(theme: &Theme) -> Stamp {
    let mut stamper = Stamper::default();
    for name in &theme.chain {
        stamper.text(name);
    }
    for template in &theme.templates {
        stamper.text(&template.name).text(&template.text);
    }
    for (key, value) in &theme.options {
        stamper.text(key).text(&value.to_string());
    }
    stamper.finish()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn version_ranges() {
        assert!(version_fits(">=0.1, <1", "0.1.0"));
        assert!(!version_fits(">=0.2", "0.1.9"));
        assert!(version_fits("0.1.0", "0.1.0"));
        assert!(!version_fits("~0.1", "0.1.0"));
        assert!(!version_fits(">=abc", "0.1.0"));
    }
}
