//! Who may ask, and for what: names of hosts, the token, the path.

use std::net::IpAddr;

use crate::ground::percent;

/// A request that may be answered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Wanted {
    /// What stands before the site's own addresses: nothing, or `/` and the token.
    pub prefix: String,
    /// The path from the root of the site, decoded, without a leading slash.
    pub path: String,
}

/// Why a request is refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Refused {
    /// It names another host than this machine: a foreign page had its name point here.
    Host,
    /// It comes from the network without the token.
    Token,
    /// Its path cannot be one of a site.
    Path,
}

/// Judges a request by its `Host`, the addresses of both ends, and its path.
pub fn judge(host: Option<&str>, here: IpAddr, peer: IpAddr, path: &str, token: Option<&str>) -> Result<Wanted, Refused> {
    if !is_own_host(host.unwrap_or_default(), here, peer) {
        return Err(Refused::Host);
    }
    let path = decode(path).ok_or(Refused::Path)?;
    let path = path.strip_prefix('/').ok_or(Refused::Path)?;
    if path.split('/').any(|part| part == "." || part == "..") {
        return Err(Refused::Path);
    }
    let first = path.split('/').next().unwrap_or_default();
    if let Some(token) = token
        && same(first, token)
    {
        let rest = path[first.len()..].trim_start_matches('/');
        return Ok(Wanted { prefix: format!("/{token}"), path: rest.to_string() });
    }
    if !is_loopback(peer) {
        return Err(Refused::Token);
    }
    Ok(Wanted { prefix: String::new(), path: path.to_string() })
}

/// Whether a `Host` names this machine: by a loopback name where the peer is this machine too, else by the very address
/// that the peer has reached.
fn is_own_host(host: &str, here: IpAddr, peer: IpAddr) -> bool {
    let name = match host.strip_prefix('[') {
        Some(rest) => rest.split(']').next().unwrap_or_default(),
        None => host.rsplit_once(':').filter(|(_, port)| port.bytes().all(|b| b.is_ascii_digit())).map_or(host, |(name, _)| name),
    };
    if name.eq_ignore_ascii_case("localhost") {
        return is_loopback(peer);
    }
    match name.parse::<IpAddr>() {
        Ok(address) => canonical(address) == canonical(here) || (address.is_loopback() && is_loopback(peer)),
        Err(_) => false,
    }
}

fn canonical(address: IpAddr) -> IpAddr {
    address.to_canonical()
}

fn is_loopback(address: IpAddr) -> bool {
    canonical(address).is_loopback()
}

/// Compares without telling by its time how much was right.
pub fn same(one: &str, other: &str) -> bool {
    one.len() == other.len() && one.bytes().zip(other.bytes()).fold(0, |differs, (a, b)| differs | (a ^ b)) == 0
}

/// Undoes percent signs, once. `None` for what no address of a site holds: broken marks, bytes that are no text, control
/// characters, backslashes, and percent signs that were encoded themselves.
fn decode(path: &str) -> Option<String> {
    let path = percent::decode(path)?;
    let is_odd = |byte: u8| byte < 0x20 || matches!(byte, b'\\' | b'%' | 0x7f);
    (!path.bytes().any(is_odd)).then_some(path)
}

#[cfg(test)]
mod tests {
    use super::*;

    const HERE: &str = "127.0.0.1";
    const LAN: &str = "192.168.1.5";

    fn check(host: &str, here: &str, peer: &str, path: &str, token: Option<&str>) -> Result<(String, String), Refused> {
        let wanted = judge(Some(host), here.parse().unwrap(), peer.parse().unwrap(), path, token)?;
        Ok((wanted.prefix, wanted.path))
    }

    #[test]
    fn this_machine_asks_freely() {
        for host in ["localhost:8020", "127.0.0.1", "127.0.0.1:8020", "LOCALHOST", "[::1]:8020"] {
            assert_eq!(check(host, HERE, HERE, "/a/b.html", None), Ok((String::new(), "a/b.html".into())), "{host}");
        }
    }

    #[test]
    fn foreign_names_are_refused() {
        for host in
            ["evil.example", "evil.example:8020", "localhost.evil.example", "127.0.0.1.nip.io", "", "192.168.1.6", "[::ffff:1.2.3.4]"]
        {
            assert_eq!(check(host, HERE, HERE, "/", None), Err(Refused::Host), "{host}");
        }
        assert_eq!(judge(None, HERE.parse().unwrap(), HERE.parse().unwrap(), "/", None), Err(Refused::Host));
        // From the network this machine has no loopback name.
        assert_eq!(check("localhost", LAN, "192.168.1.9", "/tok/", Some("tok")), Err(Refused::Host));
    }

    #[test]
    fn the_network_needs_the_token() {
        let ask = |path: &str| check("192.168.1.5:8020", LAN, "192.168.1.9", path, Some("secret"));
        assert_eq!(ask("/secret/a.html"), Ok(("/secret".into(), "a.html".into())));
        assert_eq!(ask("/secret"), Ok(("/secret".into(), String::new())));
        for path in ["/", "/a.html", "/secre/a.html", "/secretx/a.html", "/x/secret/a.html"] {
            assert_eq!(ask(path), Err(Refused::Token), "{path}");
        }
        assert_eq!(check("localhost", HERE, HERE, "/a.html", Some("secret")), Ok((String::new(), "a.html".into())));
    }

    #[test]
    fn tricks_with_paths_are_refused() {
        for path in [
            "/../site.yaml",
            "/a/../../x",
            "/%2e%2e/x",
            "/..%2fx",
            "/%2e%2e%2fx",
            "/%252e%252e/x",
            "/a%00.html",
            "/a\\..\\x",
            "/a%5c..%5cx",
            "/%zz",
            "/%",
            "/%e4%b8",
            "x",
            "",
            "/./x",
        ] {
            assert_eq!(check("localhost", HERE, HERE, path, None), Err(Refused::Path), "{path}");
        }
        assert_eq!(check("localhost", HERE, HERE, "/%E4%B8%AD.html", None), Ok((String::new(), "中.html".into())));
    }
}
