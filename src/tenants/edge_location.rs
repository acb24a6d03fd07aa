//! Where an organisation's API answers: edges in several regions, and which of them is the nearest to somebody.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};
use url::Url;

/// How many an organisation has at most.
pub const MOST_EDGES: usize = 200;
/// Seconds that an answer may be kept when nobody says otherwise.
const USUAL_TTL: u32 = 300;
/// A day.
const LONGEST_TTL: u32 = 24 * 60 * 60;
/// The longest text in a location, and models of one at most.
const LONGEST: usize = 200;
const MOST_MODELS: usize = 200;

/// One place at which an organisation's API answers.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct EdgeLocation {
    /// Name for programs.
    pub region: String,
    /// Name for people.
    pub name: String,
    /// Where it answers: an https address.
    pub endpoint: String,
    /// Seconds that a program may keep this answer.
    #[serde(default = "usual_ttl")]
    pub ttl: u32,
    /// Latitude and longitude in degrees, such as `48.2,16.4`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub position: Option<String>,
    /// The models that it serves; all when empty.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub models: Vec<String>,
}

const fn usual_ttl() -> u32 {
    USUAL_TTL
}

/// A place on the globe.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Position {
    latitude: f64,
    longitude: f64,
}

impl FromStr for Position {
    type Err = &'static str;
    fn from_str(text: &str) -> Result<Self, &'static str> {
        let wrong = "a position is a latitude and a longitude in degrees, such as 48.2,16.4";
        let (latitude, longitude) = text.split_once(',').ok_or(wrong)?;
        let degrees = |text: &str, most: f64| {
            let text = text.trim();
            let plain = text.len() <= 20 && text.bytes().all(|b| b.is_ascii_digit() || b"+-.".contains(&b));
            text.parse::<f64>().ok().filter(|number| plain && number.abs() <= most).ok_or(wrong)
        };
        Ok(Self { latitude: degrees(latitude, 90.0)?, longitude: degrees(longitude, 180.0)? })
    }
}

impl Position {
    /// How far it is to another place, in radians of the globe.
    fn distance(self, other: Self) -> f64 {
        let (from, to) = (self.latitude.to_radians(), other.latitude.to_radians());
        let half = |angle: f64| (angle / 2.0).sin().powi(2);
        let across = half((other.longitude - self.longitude).to_radians());
        (half(to - from) + from.cos() * to.cos() * across).sqrt().clamp(0.0, 1.0).asin() * 2.0
    }
}

impl EdgeLocation {
    /// Whether all of it can be.
    ///
    /// # Errors
    /// A sentence about what cannot.
    pub fn check(&self) -> Result<(), String> {
        let word = |what: &str, text: &str| {
            let fits = (1..=LONGEST).contains(&text.len())
                && !text.contains([';', '\u{7f}'])
                && !text.chars().any(char::is_control);
            if fits {
                Ok(())
            } else {
                Err(format!("{what} is 1 to {LONGEST} characters on one line, without ;"))
            }
        };
        word("region", &self.region)?;
        word("name", &self.name)?;
        let is_address = Url::parse(&self.endpoint).is_ok_and(|url| {
            url.scheme() == "https" && url.has_host() && url.username().is_empty() && url.password().is_none()
        });
        if !is_address || self.endpoint.len() > 500 || self.endpoint.contains([';', ' ']) {
            return Err("endpoint is an https address".to_owned());
        }
        if !(1..=LONGEST_TTL).contains(&self.ttl) {
            return Err(format!("ttl is from 1 to {LONGEST_TTL} seconds"));
        }
        self.position.as_deref().map_or(Ok(()), |text| text.parse::<Position>().map(drop))?;
        if self.models.len() > MOST_MODELS
            || self.models.iter().any(|model| word("model", model).is_err() || model.contains(','))
        {
            return Err(format!("models are at most {MOST_MODELS} names"));
        }
        Ok(())
    }

    fn serves(&self, model: Option<&str>) -> bool {
        model.is_none_or(|model| self.models.is_empty() || self.models.iter().any(|own| own == model))
    }
}

/// The edge that somebody should use: of those that serve the model the nearest, or the first when nobody knows where they
/// are. One of a region that they name goes before all others.
pub fn nearest_edge<'a>(
    all: &'a [EdgeLocation],
    (model, region): (Option<&str>, Option<&str>),
    from: Option<Position>,
) -> Option<&'a EdgeLocation> {
    let distance = |edge: &EdgeLocation| {
        let at: Option<Position> = edge.position.as_deref().and_then(|text| text.parse().ok());
        from.zip(at).map_or(f64::INFINITY, |(from, at)| from.distance(at))
    };
    let rank = |edge: &&EdgeLocation| (region.is_some_and(|region| edge.region != region), distance(edge));
    let serving = all.iter().filter(|edge| edge.serves(model));
    serving.min_by(|one, other| {
        let (one, other) = (rank(one), rank(other));
        one.0.cmp(&other.0).then(one.1.total_cmp(&other.1))
    })
}

/// One line, as seed files have it: `region=eu; name=Vienna; endpoint=https://...; ttl=300; position=48.2,16.4; models=a,b`.
impl fmt::Display for EdgeLocation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "region={}; name={}; endpoint={}; ttl={}",
            self.region, self.name, self.endpoint, self.ttl
        )?;
        if let Some(position) = &self.position {
            write!(f, "; position={position}")?;
        }
        if self.models.is_empty() { Ok(()) } else { write!(f, "; models={}", self.models.join(",")) }
    }
}

impl FromStr for EdgeLocation {
    type Err = String;
    fn from_str(text: &str) -> Result<Self, String> {
        let mut edge = Self {
            region: String::new(),
            name: String::new(),
            endpoint: String::new(),
            ttl: USUAL_TTL,
            position: None,
            models: Vec::new(),
        };
        for part in text.split(';') {
            let form =
                "expected region=...; name=...; endpoint=https://..., and perhaps ttl, position and models";
            let (key, value) = part.split_once('=').ok_or(form)?;
            let value = value.trim().to_owned();
            match key.trim() {
                "region" => edge.region = value,
                "name" => edge.name = value,
                "endpoint" => edge.endpoint = value,
                "ttl" => edge.ttl = value.parse().map_err(|_| form)?,
                "position" => edge.position = Some(value),
                "models" => edge.models = value.split(',').map(|model| model.trim().to_owned()).collect(),
                _ => return Err(form.to_owned()),
            }
        }
        edge.check()?;
        Ok(edge)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn edges() -> Vec<EdgeLocation> {
        [
            "region=us-east; name=Ashburn; endpoint=https://us.example; position=39.0,-77.5; models=small,large",
            "region=eu-west; name=Vienna; endpoint=https://eu.example; position=48.2,16.4; models=small",
            "region=ap-east; name=Sydney; endpoint=https://ap.example; ttl=60",
        ]
        .map(|text| text.parse().unwrap())
        .into()
    }

    #[test]
    fn the_nearest_that_serves_the_model_is_found() {
        let all = edges();
        let find = |model, region, from: Option<&str>| {
            let from = from.map(|text| text.parse().unwrap());
            nearest_edge(&all, (model, region), from).map(|edge| edge.region.as_str())
        };
        assert_eq!(find(None, None, None), Some("us-east"), "the first, when nobody knows");
        assert_eq!(find(None, None, Some("47.5,19.0")), Some("eu-west"));
        assert_eq!(find(Some("large"), None, Some("47.5,19.0")), Some("us-east"));
        assert_eq!(find(None, Some("ap-east"), Some("47.5,19.0")), Some("ap-east"));
        assert_eq!(find(Some("other"), None, None), Some("ap-east"), "one without a list serves all");
        assert_eq!(nearest_edge(&all[..2], (Some("other"), None), None), None);
        assert_eq!(find(None, None, Some("0,179")), Some("us-east"), "across the line where the days change");
    }

    #[test]
    fn a_line_is_read_as_it_is_written() {
        for edge in edges() {
            assert_eq!(edge.to_string().parse(), Ok(edge.clone()));
            let json = serde_json::to_string(&edge).unwrap();
            assert_eq!(serde_json::from_str::<EdgeLocation>(&json).unwrap(), edge);
        }
        for bad in [
            "",
            "region=a",
            "region=a; name=b; endpoint=http://x.example",
            "region=a; name=b; endpoint=https://u:p@x.example",
            "region=a; name=b; endpoint=https://x.example; ttl=0",
            "region=a; name=b; endpoint=https://x.example; position=91,0",
            "region=a; name=b; endpoint=https://x.example; position=NaN,0",
            "region=a; name=b; endpoint=https://x.example; colour=red",
        ] {
            assert!(bad.parse::<EdgeLocation>().is_err(), "{bad}");
        }
    }
}
