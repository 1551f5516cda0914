//! `publish --probe`: tries a host beforehand, and says what it can do and what the settings should say.

use serde_json::json;

use super::prove::Prover;
use crate::cli::exit_code::{DONE, NOT_PROVED};
use studyhall::config::Target;
use studyhall::config::targets::Protocol;
use studyhall::ground::{Error, Result};
use studyhall::publish::RetryPolicy;
use studyhall::publish::local_state::LocalPublishState;
use studyhall::publish::probe::{ProbeJob, ProbeReport, SIZES, Tried, probe};
use studyhall::publish::store::Connector;

/// Tries the target of a prover.
pub fn run(prover: &Prover<'_>, home: &LocalPublishState, opener: &dyn Connector) -> Result<u8> {
    let Prover { words, report, target, url, .. } = prover;
    let addresses = addresses(target, url);
    if addresses.is_empty() {
        return Err(Error::new("error-proof-no-address").arg("target", &target.name));
    }
    report.tell(&[words.with("probe-begins", &[("target", &target.name), ("address", &opener.name())])]);
    let web = prover.web()?;
    let found = probe(&ProbeJob {
        target: &target.name,
        opener,
        web: &web,
        addresses: &addresses,
        home,
        connections: target.connections.into(),
        sizes: &SIZES,
        patience: RetryPolicy::default(),
        answer: std::time::Duration::from_secs(target.timeout.into()),
    })?;
    let lines: Vec<String> = found.tried.iter().map(|tried| line(prover, tried)).collect();
    report.tell(&lines);
    let findings: Vec<serde_json::Value> = found.findings.iter().map(|finding| prover.finding(&found.url, finding)).collect();
    report.tell(&ending(prover, &found));
    let event = json!({
        "event": "probe", "target": target.name, "url": found.url, "folder": found.folder, "holds": found.holds(),
        "tried": found.tried.iter().map(|tried| json!({
            "what": tried.what.id(), "fine": tried.is_fine, "needed": tried.what.is_needed(), "yes": tried.yes, "no": tried.no,
        })).collect::<Vec<_>>(),
        "options": found.options.iter().map(|(key, value)| json!({ "key": key, "value": value, "of": if is_of_site(key) { "site" } else { "target" } })).collect::<Vec<_>>(),
        "left": found.left,
        "findings": findings,
    });
    report.event(&event, &[]);
    Ok(if found.holds() { DONE } else { NOT_PROVED })
}

/// One line: fine or not, what, how.
fn line(prover: &Prover<'_>, tried: &Tried) -> String {
    let Prover { words, .. } = prover;
    let mark = match (tried.is_fine, tried.what.is_needed()) {
        (true, _) => "probe-mark-yes",
        (false, true) => "probe-mark-no",
        (false, false) => "probe-mark-note",
    };
    let id = format!("probe-{}", tried.what.id());
    let id = match tried.is_fine {
        true => id,
        false => format!("{id}-not"),
    };
    let text = words.with(&id, &[("value", &tried.yes), ("other", &tried.no)]);
    format!("{} {text}", words.text(mark))
}

/// Whether an option is of the site as a whole, not of its target.
fn is_of_site(key: &str) -> bool {
    key == "byte_order_mark"
}

/// What the settings should say, and how it ends.
fn ending(prover: &Prover<'_>, found: &ProbeReport) -> Vec<String> {
    let Prover { words, target, .. } = prover;
    let mut lines = Vec::new();
    for (of_site, id) in [(true, "probe-options-site"), (false, "probe-options")] {
        let options: Vec<String> =
            found.options.iter().filter(|(key, _)| is_of_site(key) == of_site).map(|(key, value)| format!("    {key}: {value}")).collect();
        if !options.is_empty() {
            lines.push(words.with(id, &[("target", &target.name)]));
            lines.extend(options);
        }
    }
    if let Some(why) = &found.left {
        lines.push(words.with("probe-left", &[("path", &found.folder), ("value", why)]));
    }
    lines.push(words.text(if found.holds() { "probe-holds" } else { "probe-fails" }));
    lines
}

/// Where the target's folder may be seen: at the public address, if there is one; else, and if not there, where such folders mostly are.
fn addresses(target: &Target, url: &str) -> Vec<String> {
    let mut all: Vec<String> = Vec::new();
    let mut add = |address: String| {
        if !all.contains(&address) {
            all.push(address);
        }
    };
    if !url.is_empty() {
        add(url.to_string());
    }
    let last = target.to.path.trim_end_matches('/').rsplit(['/', '\\']).next().unwrap_or_default();
    let origins = match url.split_once("://").map(|(scheme, rest)| (scheme, rest.split('/').next().unwrap_or_default())) {
        Some((scheme, host)) => vec![format!("{scheme}://{host}/")],
        // A bucket is no host, and a folder is on none.
        None if matches!(target.to.protocol, Protocol::S3 | Protocol::Folder) => Vec::new(),
        None => ["https", "http"].iter().map(|scheme| format!("{scheme}://{}/", target.to.host)).collect(),
    };
    for origin in origins {
        if last.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.')) && !last.is_empty() {
            add(format!("{origin}{last}/"));
        }
        add(origin);
    }
    all
}

#[cfg(test)]
mod tests {
    use super::*;
    use studyhall::config;

    fn of(to: &str, url: &str) -> String {
        let settings = format!("title: x\npublish: {{a: {{to: \"{to}\"}}}}\n");
        addresses(&config::read(&settings).0.publish[0], url).join(" ")
    }

    #[test]
    fn the_public_address_first_then_where_it_may_be() {
        assert_eq!(of("sftp://u@h.cn/var/www/dj", "https://w.cn/xt/"), "https://w.cn/xt/ https://w.cn/dj/ https://w.cn/");
        assert_eq!(of("sftp://u@h.cn/var/www/dj", ""), "https://h.cn/dj/ https://h.cn/ http://h.cn/dj/ http://h.cn/");
        assert_eq!(of("ftpes://u@h.cn/", "http://w.cn/"), "http://w.cn/");
        assert_eq!(of("../www", ""), "");
    }
}
