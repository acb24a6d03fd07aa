//! Where webhooks may be: the wall between them and the networks that only this server reaches. It judges the address
//! that is connected to and not the name, because a name may lead anywhere at any time.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use ipnet::IpNet;
use url::{Host, Url};

/// The longest address of a webhook.
const LONGEST: usize = 2_000;

/// Why an address is refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Forbidden {
    /// It is no address.
    #[error("expected an address such as https://example.com/hooks, of 2,000 characters at most")]
    Malformed,
    /// It is not encrypted.
    #[error("expected https")]
    NotHttps,
    /// It has a user's name, a password or a fragment.
    #[error("it must have no user name, password or fragment")]
    Parts,
    /// It is, or leads, into a network that nothing is sent to.
    #[error("it leads to a loopback, private, link-local or otherwise reserved network")]
    Network,
}

/// What a server lets webhooks reach.
#[derive(Clone, Debug, Default)]
pub struct Wall {
    /// Networks that are reached although they are private.
    pub allowed: Vec<IpNet>,
    /// Whether the server itself is for this machine only: then loopback and plain http are allowed.
    pub on_loopback: bool,
}

impl Wall {
    /// Reads the address of a webhook. What a name leads to is seen when it is connected to.
    ///
    /// # Errors
    /// Why it cannot be one.
    pub fn url(&self, text: &str) -> Result<Url, Forbidden> {
        if text.len() > LONGEST {
            return Err(Forbidden::Malformed);
        }
        let url = Url::parse(text.trim()).map_err(|_| Forbidden::Malformed)?;
        match url.scheme() {
            "https" => {}
            "http" if self.on_loopback => {}
            "http" => return Err(Forbidden::NotHttps),
            _ => return Err(Forbidden::Malformed),
        }
        if !url.username().is_empty() || url.password().is_some() || url.fragment().is_some() {
            return Err(Forbidden::Parts);
        }
        // The parser has read every way of writing a number as the address that it is.
        match url.host() {
            Some(Host::Ipv4(address)) => self.address(address.into())?,
            Some(Host::Ipv6(address)) => self.address(address.into())?,
            Some(Host::Domain(_)) => {}
            None => return Err(Forbidden::Malformed),
        }
        Ok(url)
    }

    /// Judges an address that is about to be connected to.
    ///
    /// # Errors
    /// When nothing is sent there.
    pub fn address(&self, address: IpAddr) -> Result<(), Forbidden> {
        let meant = address.to_canonical();
        let allowed = self.allowed.iter().any(|network| network.contains(&meant))
            || self.on_loopback && meant.is_loopback()
            || match meant {
                IpAddr::V4(v4) => is_public_v4(v4),
                IpAddr::V6(v6) => is_public_v6(v6),
            };
        if allowed { Ok(()) } else { Err(Forbidden::Network) }
    }
}

/// Whether an address is one of the internet's (IANA's special-purpose registry, RFC 6890).
fn is_public_v4(address: Ipv4Addr) -> bool {
    let [a, b, c, _] = address.octets();
    !(address.is_private()
        || address.is_loopback()
        || address.is_link_local()
        || address.is_documentation()
        || a == 0
        || a >= 224
        || a == 100 && (64..128).contains(&b)
        || (a, b, c) == (192, 0, 0)
        || (a, b, c) == (192, 88, 99)
        || a == 198 && (18..20).contains(&b))
}

/// The same: of what is given out to the internet, 2000::/3, all but what stands for something else (RFC 4291, 9637).
fn is_public_v6(address: Ipv6Addr) -> bool {
    let [a, b, ..] = address.segments();
    a & 0xe000 == 0x2000
        // Protocol assignments with Teredo, which holds another address in itself.
        && !(a == 0x2001 && b < 0x0200)
        // Documentation.
        && !(a == 0x2001 && b == 0x0db8)
        && !(a == 0x3fff && b < 0x1000)
        // 6to4 holds another address too.
        && a != 0x2002
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refused(text: &str) -> Option<Forbidden> {
        Wall::default().url(text).err()
    }

    #[test]
    fn every_way_of_writing_an_inner_address_is_seen() {
        for host in [
            "127.0.0.1",
            "127.1",
            "2130706433",
            "0x7f000001",
            "0x7f.1",
            "017700000001",
            "127.0.0.1.",
            "0",
            "0.0.0.0",
            "10.0.0.1",
            "167772161",
            "172.16.0.1",
            "172.31.255.255",
            "192.168.1.1",
            "169.254.169.254",
            "2852039166",
            "0xA9FEA9FE",
            "100.64.0.1",
            "192.0.0.192",
            "192.0.2.1",
            "198.18.0.1",
            "198.51.100.1",
            "203.0.113.1",
            "192.88.99.1",
            "224.0.0.1",
            "240.0.0.1",
            "255.255.255.255",
            "[::1]",
            "[::]",
            "[::ffff:127.0.0.1]",
            "[::ffff:7f00:1]",
            "[::ffff:10.0.0.1]",
            "[::127.0.0.1]",
            "[::ffff:169.254.169.254]",
            "[fc00::1]",
            "[fd00:ec2::254]",
            "[fe80::1]",
            "[fec0::1]",
            "[ff02::1]",
            "[64:ff9b::7f00:1]",
            "[64:ff9b:1::7f00:1]",
            "[2002:7f00:1::]",
            "[2001:0:7f00:1::]",
            "[2001:db8::1]",
            "[3fff::1]",
            "[100::1]",
            "%31%32%37.0.0.1",
            "１２７.0.0.1",
        ] {
            assert_eq!(refused(&format!("https://{host}/")), Some(Forbidden::Network), "{host}");
        }
    }

    #[test]
    fn the_internet_and_names_are_open() {
        for host in [
            "example.com",
            "8.8.8.8",
            "172.32.0.1",
            "100.128.0.1",
            "[2606:4700::1111]",
            "localhost",
            "1.1.1.1:8443",
        ] {
            assert_eq!(refused(&format!("https://{host}/hooks?a=b")), None, "{host}");
        }
    }

    #[test]
    fn nothing_but_https_without_extras() {
        assert_eq!(refused("http://example.com/"), Some(Forbidden::NotHttps));
        for bad in
            ["", "example.com", "ftp://example.com/", "file:///etc/passwd", "https://", "javascript:alert(1)"]
        {
            assert_eq!(refused(bad), Some(Forbidden::Malformed), "{bad}");
        }
        for bad in ["https://a:b@example.com/", "https://a@example.com/", "https://example.com/#a"] {
            assert_eq!(refused(bad), Some(Forbidden::Parts), "{bad}");
        }
        assert_eq!(
            refused(&format!("https://example.com/{}", "a".repeat(2_000))),
            Some(Forbidden::Malformed)
        );
    }

    #[test]
    fn networks_are_opened_one_by_one() {
        let wall = Wall { allowed: vec!["10.1.0.0/16".parse().unwrap()], on_loopback: false };
        assert!(wall.address("10.1.2.3".parse().unwrap()).is_ok());
        assert!(wall.address("::ffff:10.1.2.3".parse().unwrap()).is_ok());
        for still in ["10.2.0.1", "127.0.0.1", "169.254.169.254"] {
            assert!(wall.address(still.parse().unwrap()).is_err(), "{still}");
        }
        let wall = Wall { allowed: Vec::new(), on_loopback: true };
        assert!(wall.url("http://localhost:1234/").is_ok() && wall.url("http://127.0.0.1/").is_ok());
        for still in ["http://10.0.0.1/", "http://169.254.169.254/latest/meta-data", "http://[fe80::1]/"] {
            assert_eq!(wall.url(still), Err(Forbidden::Network), "{still}");
        }
    }
}
