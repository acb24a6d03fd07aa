//! Which events a query asks for.

use std::net::IpAddr;
use std::str::FromStr;

use super::Status;
use crate::audit::EventFilter;
use crate::clock::Timestamp;
use crate::web::{Params, Problem};

/// Rows of a page: when nobody says how many, and at most.
pub const LIMITS: (i64, i64) = (100, 1_000);
/// What a list and an export can be narrowed by.
pub const FILTERS: [&str; 10] = [
    "start",
    "end",
    "action",
    "about",
    "actor_id",
    "resource_type",
    "resource_id",
    "status",
    "ip_address",
    "log",
];

/// Reads the filters.
///
/// # Errors
/// 400 that says which one cannot be read: a filter that is passed over would show what was not asked for.
pub fn filter(params: &Params) -> Result<EventFilter, Problem> {
    let action = text(params, "action")?;
    let (action, action_prefix) = match action {
        None => (None, None),
        Some(pattern) => match pattern.strip_suffix('*') {
            None if !pattern.contains('*') => (Some(pattern), None),
            Some(start) if !start.contains('*') => (None, Some(start.to_owned())),
            _ => return Err(wrong("action", "one * may stand at the end, as in user.*")),
        },
    };
    let about = text(params, "about")?;
    if about.is_some() && ["actor_id", "resource_id"].iter().any(|name| params.get(name).is_some()) {
        return Err(wrong("about", "neither actor_id nor resource_id may stand beside it"));
    }
    let address: Option<IpAddr> = parsed(params, "ip_address", "an IP address")?;
    let status: Option<Status> = parsed(params, "status", "SUCCESS or FAILURE")?;
    Ok(EventFilter {
        from: time(params, "start")?,
        to: time(params, "end")?,
        action,
        action_prefix: action_prefix.filter(|start| !start.is_empty()),
        about,
        actor_id: text(params, "actor_id")?,
        target_kind: text(params, "resource_type")?,
        target_id: text(params, "resource_id")?,
        outcome: status.map(Status::outcome),
        address: address.map(|address| address.to_canonical().to_string()),
    })
}

/// Whether the instance's own log is meant and not an organisation's.
///
/// # Errors
/// 400 for another word.
pub fn wants_instance(params: &Params) -> Result<bool, Problem> {
    match params.get("log") {
        None => Ok(false),
        Some("instance") => Ok(true),
        Some(_) => Err(wrong("log", "it can only be instance")),
    }
}

fn wrong(name: &str, why: &str) -> Problem {
    Problem::bad_request("invalid_filter", format!("{name} cannot be read: {why}."))
}

fn text(params: &Params, name: &str) -> Result<Option<String>, Problem> {
    match params.get(name) {
        // What is stored has no such characters, and PostgreSQL takes no zero.
        Some(text) if text.chars().any(char::is_control) => Err(wrong(name, "it has control characters")),
        found => Ok(found.map(str::to_owned)),
    }
}

fn parsed<T: FromStr>(params: &Params, name: &str, form: &str) -> Result<Option<T>, Problem> {
    let read = |text: &str| text.parse().map_err(|_| wrong(name, &format!("it must be {form}")));
    params.get(name).map(read).transpose()
}

fn time(params: &Params, name: &str) -> Result<Option<Timestamp>, Problem> {
    let form = "it must be a time as in RFC 3339, such as 2026-11-22T10:00:00Z";
    params.get(name).map(|text| Timestamp::parse_rfc3339(text).ok_or_else(|| wrong(name, form))).transpose()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::audit::Outcome;

    fn read(query: &str) -> Result<EventFilter, &'static str> {
        filter(&Params::from_query(query).unwrap()).map_err(|problem| problem.code)
    }

    #[test]
    fn each_filter_is_read() {
        let all = read(
            "start=2026-11-22T10:00:00Z&end=2026-11-22T12:00:00%2B01:00&action=user.*&actor_id=a&resource_type=user\
             &resource_id=r&status=FAILURE&ip_address=::ffff:192.0.2.1",
        )
        .unwrap();
        assert_eq!(all.to.unwrap().since(all.from.unwrap()).as_secs(), 3_600);
        assert_eq!(all.action_prefix.as_deref(), Some("user."));
        assert_eq!((all.outcome, all.address.as_deref()), (Some(Outcome::Failure), Some("192.0.2.1")));
        assert_eq!(read("action=user.create").unwrap().action.as_deref(), Some("user.create"));
        assert_eq!(read("action=*").unwrap(), EventFilter::default());
    }

    #[test]
    fn what_cannot_be_read_is_refused() {
        for bad in [
            "start=yesterday",
            "end=2026-13-01T00:00:00Z",
            "action=*.create",
            "action=a*b*",
            "status=success",
            "ip_address=here",
            "actor_id=%00",
            "resource_id=a%0Ab",
            "about=a&actor_id=a",
            "about=a&resource_id=b",
        ] {
            assert_eq!(read(bad).unwrap_err(), "invalid_filter", "{bad}");
        }
        assert!(wants_instance(&Params::from_query("log=all").unwrap()).is_err());
    }
}
