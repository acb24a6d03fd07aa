//! How each type of value is written: its form in words, its parsing, its order for limits.

use std::cmp::Ordering;
use std::net::{IpAddr, SocketAddr};
use std::time::Duration;

use ipnet::IpNet;
use lettre::message::Mailbox;
use url::Url;

use crate::secret::{MasterKey, Secret};

/// How a value looks in TOML.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shape {
    /// A string in quotes.
    Text,
    /// A number or a flag, without quotes.
    Bare,
    /// An array of strings; in the environment, a list with commas.
    List,
}

/// A type that a setting may have.
pub trait Value: Sized {
    /// Whether values of this type are hidden wherever the configuration is shown.
    const SECRET: bool = false;
    /// How it is written in TOML.
    const SHAPE: Shape = Shape::Text;

    /// What is right, in words: fits after "expected".
    fn form() -> String;

    /// Reads a value, or says what would be right. The message never repeats the text: it may be a secret.
    fn parse(text: &str) -> Result<Self, String>;

    /// The order of two values, for types that have limits.
    fn compare(&self, _other: &Self) -> Option<Ordering> {
        None
    }
}

/// The usual message for a text that does not parse.
pub fn expected<T: Value>() -> String {
    format!("expected {}", T::form())
}

/// A number of bytes, written like `64KiB`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct ByteSize(u64);

impl ByteSize {
    /// In bytes.
    pub const fn bytes(self) -> u64 {
        self.0
    }

    /// In bytes, for lengths in memory; as many as the machine can address when it is more.
    pub fn as_usize(self) -> usize {
        usize::try_from(self.0).unwrap_or(usize::MAX)
    }

    /// In whole KiB, rounded down, as argon2 counts its memory.
    pub fn kibibytes(self) -> u32 {
        u32::try_from(self.0 / 1_024).unwrap_or(u32::MAX)
    }
}

impl Value for ByteSize {
    fn form() -> String {
        "a size with its unit (B, KiB, MiB or GiB), such as 64KiB".into()
    }

    fn parse(text: &str) -> Result<Self, String> {
        let units = [("KiB", 1_024), ("MiB", 1_048_576), ("GiB", 1_073_741_824), ("B", 1)];
        units
            .iter()
            .find_map(|(unit, bytes)| Some((text.strip_suffix(unit)?, bytes)))
            .and_then(|(number, bytes)| digits(number)?.checked_mul(*bytes))
            .map(Self)
            .ok_or_else(expected::<Self>)
    }

    fn compare(&self, other: &Self) -> Option<Ordering> {
        self.partial_cmp(other)
    }
}

impl Value for Duration {
    fn form() -> String {
        "a duration with its unit (ms, s, m, h or d), such as 90s or 1h30m".into()
    }

    fn parse(text: &str) -> Result<Self, String> {
        duration(text).ok_or_else(expected::<Self>)
    }

    fn compare(&self, other: &Self) -> Option<Ordering> {
        self.partial_cmp(other)
    }
}

/// `1h30m`: numbers with units, the larger unit first, each unit at most once.
fn duration(text: &str) -> Option<Duration> {
    let mut rest = text;
    let mut total: u64 = 0;
    let mut last = u64::MAX;
    while !rest.is_empty() {
        let (number, tail) = rest.split_at(rest.find(|c: char| !c.is_ascii_digit())?);
        let (unit, tail) = tail.split_at(tail.find(|c: char| c.is_ascii_digit()).unwrap_or(tail.len()));
        let millis = match unit {
            "ms" => 1,
            "s" => 1_000,
            "m" => 60_000,
            "h" => 3_600_000,
            "d" => 86_400_000,
            _ => return None,
        };
        if millis >= last {
            return None;
        }
        total = total.checked_add(digits(number)?.checked_mul(millis)?)?;
        last = millis;
        rest = tail;
    }
    (last != u64::MAX).then(|| Duration::from_millis(total))
}

/// Only digits: Rust's own parser would also take `+5`.
fn digits(text: &str) -> Option<u64> {
    text.bytes().all(|byte| byte.is_ascii_digit()).then(|| text.parse().ok()).flatten()
}

macro_rules! whole_numbers {
    ($($type:ty),+) => {$(
        impl Value for $type {
            const SHAPE: Shape = Shape::Bare;

            fn form() -> String {
                "a whole number".into()
            }

            fn parse(text: &str) -> Result<Self, String> {
                digits(text).and_then(|number| number.try_into().ok()).ok_or_else(expected::<Self>)
            }

            fn compare(&self, other: &Self) -> Option<Ordering> {
                self.partial_cmp(other)
            }
        }
    )+};
}
whole_numbers!(u32, usize);

impl Value for bool {
    const SHAPE: Shape = Shape::Bare;

    fn form() -> String {
        "true or false".into()
    }

    fn parse(text: &str) -> Result<Self, String> {
        text.parse().map_err(|_| expected::<Self>())
    }
}

impl Value for String {
    fn form() -> String {
        "a text".into()
    }

    fn parse(text: &str) -> Result<Self, String> {
        Ok(text.to_owned())
    }
}

impl Value for SocketAddr {
    fn form() -> String {
        "an IP address and a port, such as 127.0.0.1:8080 or [::]:8080".into()
    }

    fn parse(text: &str) -> Result<Self, String> {
        text.parse().map_err(|_| expected::<Self>())
    }
}

impl Value for Url {
    fn form() -> String {
        "a URL, such as https://id.example.com".into()
    }

    fn parse(text: &str) -> Result<Self, String> {
        Self::parse(text).ok().filter(Self::has_host).ok_or_else(expected::<Self>)
    }
}

impl Value for Mailbox {
    fn form() -> String {
        "an e-mail address with or without a name, such as Gridkey <no-reply@example.com>".into()
    }

    fn parse(text: &str) -> Result<Self, String> {
        text.parse().map_err(|_| expected::<Self>())
    }
}

impl Value for Vec<IpNet> {
    const SHAPE: Shape = Shape::List;

    fn form() -> String {
        "networks or addresses, such as 10.0.0.0/8, fd00::/8 or 192.0.2.7".into()
    }

    fn parse(text: &str) -> Result<Self, String> {
        text.split(',').map(str::trim).filter(|item| !item.is_empty()).map(network).collect()
    }
}

/// A network, or one address as the network of itself. `10.0.0.1/8` is refused: whoever wrote it meant either one
/// address or a whole network, and a guess would decide whose headers are believed.
fn network(text: &str) -> Result<IpNet, String> {
    if let Ok(address) = text.parse::<IpAddr>() {
        return Ok(IpNet::from(address));
    }
    let net: IpNet =
        text.parse().map_err(|_| format!("\"{text}\" does not fit: {}", expected::<Vec<IpNet>>()))?;
    if net.addr() == net.network() {
        return Ok(net);
    }
    Err(format!("\"{text}\" has bits after its prefix: write {} or {}", net.trunc(), net.addr()))
}

/// Names or addresses of hosts, each with a port or without.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct HostNames(pub Vec<String>);

impl Value for HostNames {
    const SHAPE: Shape = Shape::List;

    fn form() -> String {
        "hosts with or without a port, such as api.example.com or localhost:8443".into()
    }

    fn parse(text: &str) -> Result<Self, String> {
        let items = text.split(',').map(str::trim).filter(|item| !item.is_empty());
        items.map(host_name).collect::<Result<_, _>>().map(Self)
    }
}

fn host_name(text: &str) -> Result<String, String> {
    let url = Url::parse(&format!("https://{text}/")).ok().filter(Url::has_host);
    let bare = url.is_some_and(|url| url.path() == "/" && url.username().is_empty() && url.query().is_none());
    if bare && !text.contains(['/', '@', '?', '#', '\\']) {
        return Ok(text.to_ascii_lowercase());
    }
    Err(format!("\"{text}\" does not fit: {}", expected::<HostNames>()))
}

impl Value for Secret {
    const SECRET: bool = true;

    fn form() -> String {
        "a text".into()
    }

    fn parse(text: &str) -> Result<Self, String> {
        Ok(Self::new(text))
    }
}

impl Value for MasterKey {
    const SECRET: bool = true;

    fn form() -> String {
        "32 random bytes in base64".into()
    }

    fn parse(text: &str) -> Result<Self, String> {
        Self::from_base64(text).map_err(|why| why.to_string())
    }
}

/// Makes values of enums that were declared with `text_enum!`: `choices!(Format: Text)`.
macro_rules! choices {
    ($($type:ty: $shape:ident),+) => {$(
        impl $crate::config::values::Value for $type {
            const SHAPE: $crate::config::values::Shape = $crate::config::values::Shape::$shape;

            fn form() -> String {
                let words: Vec<&str> = Self::ALL.iter().map(|one| one.as_str()).collect();
                format!("one of: {}", words.join(", "))
            }

            fn parse(text: &str) -> Result<Self, String> {
                text.parse().map_err(|_| $crate::config::values::expected::<Self>())
            }
        }
    )+};
}
pub(super) use choices;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations() {
        let seconds = |text| duration(text).map(|span| span.as_secs());
        assert_eq!(seconds("90s"), Some(90));
        assert_eq!(seconds("15m"), Some(900));
        assert_eq!(seconds("1h30m"), Some(5_400));
        assert_eq!(seconds("30d"), Some(2_592_000));
        assert_eq!(duration("1s500ms"), Some(Duration::from_millis(1_500)));
        for bad in ["", "90", "s", "1.5h", "-1s", "+1s", "30m1h", "1h1h", "1w", "1 h", "99999999999999999d"] {
            assert_eq!(duration(bad), None, "{bad}");
        }
    }

    #[test]
    fn sizes() {
        assert_eq!(ByteSize::parse("64KiB").map(ByteSize::bytes), Ok(65_536));
        assert_eq!(ByteSize::parse("19MiB").map(ByteSize::kibibytes), Ok(19 * 1_024));
        assert_eq!(ByteSize::parse("512B").map(ByteSize::as_usize), Ok(512));
        for bad in ["", "64", "64kb", "KiB", "1.5MiB", "-1B", "99999999999999999GiB"] {
            assert!(ByteSize::parse(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn networks() {
        let nets = Vec::<IpNet>::parse("10.0.0.0/8, 192.0.2.7,fd00::/8").unwrap();
        assert_eq!(
            nets.iter().map(ToString::to_string).collect::<Vec<_>>(),
            ["10.0.0.0/8", "192.0.2.7/32", "fd00::/8"]
        );
        assert!(Vec::<IpNet>::parse("").unwrap().is_empty());
        assert_eq!(
            Vec::<IpNet>::parse("10.0.0.1/8").unwrap_err(),
            "\"10.0.0.1/8\" has bits after its prefix: write 10.0.0.0/8 or 10.0.0.1"
        );
        assert!(Vec::<IpNet>::parse("10.0.0.0/8,proxy").unwrap_err().contains("\"proxy\""));
    }

    #[test]
    fn hosts_have_no_path_and_no_user() {
        let hosts = HostNames::parse("API.example.com, localhost:8443,[::1]:80").unwrap();
        assert_eq!(hosts.0, ["api.example.com", "localhost:8443", "[::1]:80"]);
        assert!(HostNames::parse("").unwrap().0.is_empty());
        for bad in ["https://a.example", "a.example/x", "ada@a.example", "a b", "a.example:x", "a.example?x"]
        {
            assert!(HostNames::parse(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn numbers_are_digits_only() {
        assert_eq!(u32::parse("12"), Ok(12));
        for bad in ["", "+1", "-1", "1_000", "4294967296"] {
            assert!(u32::parse(bad).is_err(), "{bad}");
        }
    }
}
