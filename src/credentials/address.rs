//! From which addresses a key may be used.

use std::net::IpAddr;

use ipnet::IpNet;

/// Networks from which a key may be used. None listed means from anywhere.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct AddressList(Vec<IpNet>);

/// Why a text is no address or network.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("\"{0}\" is neither an address nor a network such as 192.0.2.0/24 or 2001:db8::/32")]
pub struct InvalidAddress(String);

impl AddressList {
    /// How many networks one key may list.
    pub const MOST: usize = 100;

    /// Reads addresses and networks.
    ///
    /// # Errors
    /// Names the first that is neither.
    pub fn parse<T: AsRef<str>>(list: impl IntoIterator<Item = T>) -> Result<Self, InvalidAddress> {
        let mut nets = Vec::new();
        for text in list {
            let text = text.as_ref();
            let net = text.parse::<IpNet>().ok().or_else(|| text.parse::<IpAddr>().ok().map(IpNet::from));
            let net = net.ok_or_else(|| InvalidAddress(text.chars().take(80).collect()))?.trunc();
            if !nets.contains(&net) {
                nets.push(net);
            }
        }
        Ok(Self(nets))
    }

    /// Whether a key may be used from this address.
    pub fn admits(&self, address: IpAddr) -> bool {
        let address = address.to_canonical();
        self.0.is_empty() || self.0.iter().any(|net| net.contains(&address))
    }

    /// Each network in CIDR form.
    pub fn to_texts(&self) -> Vec<String> {
        self.0.iter().map(ToString::to_string).collect()
    }

    /// Whether none is listed.
    pub const fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// How many are listed.
    pub const fn len(&self) -> usize {
        self.0.len()
    }
}

/// The network that an address lies in, as wide as one house usually has: /24, or /48 of IPv6. `None` for no address.
pub fn network_of(address: IpAddr) -> Option<IpNet> {
    let address = address.to_canonical();
    let length = if address.is_ipv4() { 24 } else { 48 };
    let net = IpNet::new(address, length).ok().filter(|_| !address.is_unspecified())?;
    Some(net.trunc())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_empty_list_admits_all_and_a_list_only_its_own() {
        let from =
            |list: &[&str], address: &str| AddressList::parse(list).unwrap().admits(address.parse().unwrap());
        assert!(from(&[], "203.0.113.7"));
        assert!(from(&["203.0.113.0/24"], "203.0.113.7"));
        assert!(from(&["203.0.113.0/24"], "::ffff:203.0.113.7"), "one client has one address");
        assert!(from(&["203.0.113.7"], "203.0.113.7"));
        assert!(!from(&["203.0.113.7"], "203.0.113.8"));
        assert!(!from(&["2001:db8::/32"], "203.0.113.8"));
    }

    #[test]
    fn what_is_no_network_is_named_and_doubles_count_once() {
        for bad in ["", "localhost", "10.0.0.0/33", "10.0.0", "1.2.3.4 "] {
            assert!(AddressList::parse([bad]).is_err(), "{bad}");
        }
        assert_eq!(AddressList::parse(["10.1.2.3/8", "10.0.0.0/8"]).unwrap().to_texts(), ["10.0.0.0/8"]);
    }

    #[test]
    fn a_network_is_as_wide_as_a_house() {
        let of = |text: &str| network_of(text.parse().unwrap()).map(|net| net.to_string());
        assert_eq!(of("203.0.113.7").as_deref(), Some("203.0.113.0/24"));
        assert_eq!(of("::ffff:203.0.113.7"), of("203.0.113.99"));
        assert_eq!(of("2001:db8:1:2::3").as_deref(), Some("2001:db8:1::/48"));
        assert_eq!((of("0.0.0.0"), of("::")), (None, None));
    }
}
