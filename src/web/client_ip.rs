//! Whose address a request comes from.
//!
//! A client writes `X-Forwarded-For` as it likes; each proxy appends the address it saw. So only the part that trusted
//! proxies wrote counts: it is read from the right, and reading stops at the first address that is not a trusted
//! proxy. Whatever cannot be read stops it as well and never lets a client choose its own address.

use std::net::{IpAddr, Ipv4Addr, SocketAddr};

use actix_web::http::header::{HeaderMap, X_FORWARDED_FOR};
use actix_web::{HttpMessage, HttpRequest};
use ipnet::IpNet;

/// The address behind `peer`, given all values of `X-Forwarded-For` in the order in which they came. IPv4 addresses
/// in IPv6 clothes (`::ffff:192.0.2.1`) come out as IPv4, so that one client has one address.
pub fn client_ip(peer: IpAddr, x_forwarded_for: &[&str], trusted: &[IpNet]) -> IpAddr {
    let is_trusted = |address: &IpAddr| trusted.iter().any(|net| net.contains(address));
    let mut last_good = peer.to_canonical();
    let entries = x_forwarded_for.iter().rev().flat_map(|value| value.rsplit(','));
    for entry in entries {
        if !is_trusted(&last_good) {
            break;
        }
        match parse_entry(entry) {
            Some(address) => last_good = address,
            None => break,
        }
    }
    last_good
}

/// One entry: an address, bare or with a port; IPv6 with or without brackets.
fn parse_entry(entry: &str) -> Option<IpAddr> {
    let entry = entry.trim_matches([' ', '\t']);
    let bracketed = entry.strip_prefix('[').and_then(|rest| rest.strip_suffix(']'));
    let address = match bracketed {
        Some(inner) => inner.parse().map(IpAddr::V6).ok()?,
        None => {
            entry.parse().ok().or_else(|| entry.parse().ok().map(|with_port: SocketAddr| with_port.ip()))?
        }
    };
    Some(address.to_canonical())
}

/// The values of `X-Forwarded-For`; one that is not text becomes an entry that cannot be read.
pub(super) fn forwarded_for(headers: &HeaderMap) -> Vec<&str> {
    headers.get_all(X_FORWARDED_FOR).map(|value| value.to_str().unwrap_or_default()).collect()
}

/// The client's address as the request log worked it out, kept with the request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ClientIp(pub IpAddr);

impl ClientIp {
    /// The client's address of `request`: that of the peer when the request log is not in front.
    pub fn of(request: &HttpRequest) -> IpAddr {
        let known = request.extensions().get::<Self>().copied();
        known.map_or_else(|| peer(request.peer_addr()), |address| address.0)
    }
}

/// A peer without an address (a Unix socket) counts as 0.0.0.0, which no sensible list of proxies holds.
pub(super) fn peer(address: Option<SocketAddr>) -> IpAddr {
    address.map_or(IpAddr::V4(Ipv4Addr::UNSPECIFIED), |address| address.ip().to_canonical())
}

#[cfg(test)]
mod tests {
    use super::*;

    const PROXY: &str = "10.0.0.1";

    fn found(peer: &str, headers: &[&str]) -> String {
        let trusted = ["10.0.0.0/8", "fd00::/8"].map(|net| net.parse().unwrap());
        client_ip(peer.parse().unwrap(), headers, &trusted).to_string()
    }

    #[test]
    fn an_untrusted_peer_is_the_client_whatever_it_says() {
        for header in ["1.2.3.4", "10.0.0.9", "junk", ""] {
            assert_eq!(found("203.0.113.7", &[header]), "203.0.113.7", "{header}");
        }
    }

    #[test]
    fn reads_from_the_right_past_trusted_proxies() {
        for (headers, expected) in [
            (&["203.0.113.7"][..], "203.0.113.7"),
            (&["6.6.6.6, 203.0.113.7"], "203.0.113.7"),
            (&["6.6.6.6,203.0.113.7, 10.0.0.2"], "203.0.113.7"),
            (&["6.6.6.6", "203.0.113.7", "10.0.0.2"], "203.0.113.7"),
            (&["10.0.0.3, 10.0.0.2"], "10.0.0.3"),
            (&[], PROXY),
        ] {
            assert_eq!(found(PROXY, headers), expected, "{headers:?}");
        }
    }

    #[test]
    fn what_cannot_be_read_stops_the_walk() {
        for (header, expected) in [
            ("", PROXY),
            ("junk", PROXY),
            ("unknown", PROXY),
            ("203.0.113.7, ", PROXY),
            ("203.0.113.7, junk", PROXY),
            ("203.0.113.7, junk, 10.0.0.2", "10.0.0.2"),
            ("203.0.113.7;10.0.0.2", PROXY),
            ("203.0.113.7:", PROXY),
            ("203.0.113.7:99999", PROXY),
            ("203.0.113.007", PROXY),
            ("203.0.113", PROXY),
            ("[203.0.113.7]", PROXY),
            ("[2001:db8::1", PROXY),
            ("2001:db8::1]", PROXY),
            ("[[2001:db8::1]]", PROXY),
            ("client.example", PROXY),
            ("203.0.113.7\u{a0}", PROXY),
        ] {
            assert_eq!(found(PROXY, &[header]), expected, "{header}");
        }
    }

    #[test]
    fn ports_brackets_and_mapped_addresses_are_taken_off() {
        for (header, expected) in [
            ("203.0.113.7:4711", "203.0.113.7"),
            ("[2001:db8::1]", "2001:db8::1"),
            ("[2001:db8::1]:443", "2001:db8::1"),
            ("2001:DB8::1", "2001:db8::1"),
            ("::ffff:203.0.113.7", "203.0.113.7"),
            ("[::ffff:203.0.113.7]:80", "203.0.113.7"),
            ("203.0.113.7, ::ffff:10.0.0.2", "203.0.113.7"),
            ("\t203.0.113.7 ", "203.0.113.7"),
        ] {
            assert_eq!(found(PROXY, &[header]), expected, "{header}");
        }
        assert_eq!(found("::ffff:10.0.0.1", &["203.0.113.7"]), "203.0.113.7");
        assert_eq!(found("fd00::1", &["2001:db8::7, fd00::2"]), "2001:db8::7");
        assert_eq!(found("::ffff:203.0.113.9", &["1.2.3.4"]), "203.0.113.9");
    }

    #[test]
    fn nobody_is_trusted_by_default() {
        assert_eq!(client_ip([127, 0, 0, 1].into(), &["1.2.3.4"], &[]).to_string(), "127.0.0.1");
    }
}
