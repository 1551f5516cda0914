//! Where the settings lie, and the public address of a site.

/// The file that makes a folder a site.
pub const FILE: &str = "site.yaml";

/// An http(s) address with a closing slash, without query and fragment; `None` for anything else.
pub fn base_url(text: &str) -> Option<String> {
    let rest = text.strip_prefix("https://").or_else(|| text.strip_prefix("http://"))?;
    let host = rest.split('/').next().unwrap_or_default();
    let plain = !host.is_empty() && !text.contains(['?', '#', ' ', '"', '<', '>', '\\']);
    plain.then(|| format!("{}/", text.trim_end_matches('/')))
}
