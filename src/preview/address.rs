//! Where a preview can be reached, and the address as a picture for a phone's camera.

use std::net::{IpAddr, Ipv4Addr, SocketAddr};

use qrcodegen::{QrCode, QrCodeEcc};

/// Where a preview can be reached.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Address {
    /// On this machine.
    pub here: String,
    /// From the network, the likeliest first; each holds the token.
    pub network: Vec<String>,
}

impl Address {
    /// The addresses of a server at a port.
    pub fn new(bound: SocketAddr, token: Option<&str>) -> Address {
        let here = format!("http://127.0.0.1:{}/", bound.port());
        let network = token.map(|token| {
            let own = if bound.ip().is_unspecified() { own_addresses() } else { vec![bound.ip()] };
            own.into_iter().map(|ip| format!("http://{}/{token}/", SocketAddr::new(ip, bound.port()))).collect()
        });
        Address { here, network: network.unwrap_or_default() }
    }
}

/// This machine's addresses in networks that a phone can share.
fn own_addresses() -> Vec<IpAddr> {
    let all = if_addrs::get_if_addrs().unwrap_or_default();
    let mut own: Vec<Ipv4Addr> = all
        .into_iter()
        .filter_map(|interface| match interface.ip() {
            IpAddr::V4(ip) if !ip.is_loopback() && !ip.is_link_local() => Some(ip),
            _ => None,
        })
        .collect();
    // Home and campus networks first; what a virtual machine or a container uses (172.16–31) last.
    let rank = |ip: &Ipv4Addr| match ip.octets() {
        [192, 168, ..] => 0,
        [10, ..] => 1,
        [172, 16..=31, ..] => 3,
        _ => 2,
    };
    own.sort_by_key(|ip| (rank(ip), *ip));
    own.dedup();
    own.into_iter().map(IpAddr::V4).collect()
}

/// Light squares around a code, so that cameras find it.
const QUIET: i32 = 2;

/// A QR code for a terminal, two rows of squares to a line. `None` for a text that no code holds.
pub fn qr(text: &str) -> Option<String> {
    let code = QrCode::encode_text(text, QrCodeEcc::Low).ok()?;
    // The terminal's ink makes the light squares: most terminals are dark, and cameras read the inverse badly.
    let light = |x: i32, y: i32| y < code.size() + QUIET && !code.get_module(x, y);
    let square = |x: i32, y: i32| match (light(x, y), light(x, y + 1)) {
        (true, true) => '█',
        (true, false) => '▀',
        (false, true) => '▄',
        (false, false) => ' ',
    };
    let columns = -QUIET..code.size() + QUIET;
    let rows = (-QUIET..code.size() + QUIET).step_by(2);
    let lines: Vec<String> = rows.map(|y| columns.clone().map(|x| square(x, y)).collect()).collect();
    Some(lines.join("\n"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_network_address_carries_the_token() {
        let address = Address::new("192.168.1.5:8020".parse().unwrap(), Some("secret"));
        assert_eq!(address.here, "http://127.0.0.1:8020/");
        assert_eq!(address.network, ["http://192.168.1.5:8020/secret/"]);
        assert!(Address::new("127.0.0.1:8020".parse().unwrap(), None).network.is_empty());
    }

    #[test]
    fn a_code_has_a_quiet_border() {
        let code = qr("http://192.168.1.5:8020/secret/").unwrap();
        let first = code.lines().next().unwrap();
        assert!(first.chars().all(|c| c == '█'), "{code}");
        assert!(code.lines().count() < 24, "it fits a small terminal");
    }
}
