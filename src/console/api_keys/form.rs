//! What the form of a key says, as the API takes it.

use serde_json::{Map, Value, json};

use crate::viewer::Form;

/// Days to choose from; `custom` and `never` stand beside them.
pub const DAYS: &[&str] = &["7", "30", "60", "90", "365"];

/// The inputs that an error can be about.
pub const FIELDS: &[&str] =
    &["name", "description", "level", "scopes", "expires_at", "allowed_addresses", "rate_limit", "owner"];

/// A form that failed says why in words of ours.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unfit {
    /// The input.
    pub field: &'static str,
    /// The message.
    pub message: &'static str,
}

/// What a new key is made with.
pub fn creation(form: &Form) -> Result<Value, Unfit> {
    let mut body = common(form)?;
    match form.text("expiry").as_str() {
        "never" if form.ticked("never_confirmed") => {
            body.insert("expires_at".into(), Value::Null);
        }
        "never" => return Err(Unfit { field: "expires_at", message: "key-never-unconfirmed" }),
        "custom" => {
            body.insert("expires_at".into(), end_of_day(&form.text("expires_on"))?);
        }
        days => {
            let days: u32 = days.parse().map_err(|_| UNREADABLE_DAY)?;
            body.insert("expires_in_days".into(), json!(days));
        }
    }
    if let Some((kind, id)) = form.text("owner").split_once(':') {
        body.insert("owner".into(), json!({ "kind": kind, "id": id }));
    }
    Ok(Value::Object(body))
}

/// What is changed of a key. Its end is changed only when the form says a new one.
pub fn change(form: &Form) -> Result<Value, Unfit> {
    let mut body = common(form)?;
    if !body.contains_key("rate_limit") {
        body.insert("rate_limit".into(), Value::Null);
    }
    match form.text("expiry").as_str() {
        "" => {}
        "custom" => {
            body.insert("expires_at".into(), end_of_day(&form.text("expires_on"))?);
        }
        days => {
            let days: u32 = days.parse().map_err(|_| UNREADABLE_DAY)?;
            body.insert("expires_in_days".into(), json!(days));
        }
    }
    Ok(Value::Object(body))
}

const UNREADABLE_DAY: Unfit = Unfit { field: "expires_at", message: "key-day-unreadable" };

fn common(form: &Form) -> Result<Map<String, Value>, Unfit> {
    let mut body = Map::new();
    body.insert("name".into(), form.text("name").into());
    body.insert("description".into(), form.text("description").into());
    body.insert("allowed_addresses".into(), form.lines("allowed_addresses").into());
    match form.text("level").as_str() {
        "scopes" => body.insert("scopes".into(), form.several("scopes").into()),
        level => body.insert("level".into(), level.into()),
    };
    if let Some(text) = form.given("rate_limit") {
        let rate: u32 =
            text.parse().map_err(|_| Unfit { field: "rate_limit", message: "key-rate-unreadable" })?;
        body.insert("rate_limit".into(), json!(rate));
    }
    Ok(body)
}

/// The last second of a day as a browser's date field gives it.
fn end_of_day(day: &str) -> Result<Value, Unfit> {
    let fits = day.len() == 10 && day.bytes().all(|byte| byte.is_ascii_digit() || byte == b'-');
    if fits { Ok(format!("{day}T23:59:59Z").into()) } else { Err(UNREADABLE_DAY) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::web::Params;

    fn form(query: &str) -> Form {
        Form::new(Params::from_query(query).unwrap())
    }

    #[test]
    fn a_form_says_what_the_api_takes() {
        let made = creation(&form(
            "name=CI&level=read-only&expiry=30&rate_limit=60&allowed_addresses=192.0.2.1%0A&owner=user:7",
        ));
        let expected = json!({
            "name": "CI", "description": "", "allowed_addresses": ["192.0.2.1"], "level": "read-only",
            "rate_limit": 60, "expires_in_days": 30, "owner": { "kind": "user", "id": "7" },
        });
        assert_eq!(made, Ok(expected));
        let made =
            creation(&form("name=CI&level=scopes&scopes=a:b&scopes=c:d&expiry=custom&expires_on=2030-01-31"))
                .unwrap();
        assert_eq!(made["scopes"], json!(["a:b", "c:d"]));
        assert_eq!(made["expires_at"], "2030-01-31T23:59:59Z");
    }

    #[test]
    fn for_ever_needs_a_second_word() {
        assert_eq!(creation(&form("expiry=never")).unwrap_err().message, "key-never-unconfirmed");
        let made = creation(&form("level=admin&expiry=never&never_confirmed=yes")).unwrap();
        assert!(made["expires_at"].is_null() && made.as_object().unwrap().contains_key("expires_at"));
        assert_eq!(creation(&form("expiry=soon")).unwrap_err(), UNREADABLE_DAY);
        assert_eq!(creation(&form("expiry=7&rate_limit=many")).unwrap_err().field, "rate_limit");
    }

    #[test]
    fn a_change_leaves_the_end_alone_unless_it_names_one() {
        let body = change(&form("name=x&level=admin")).unwrap();
        assert!(body["rate_limit"].is_null());
        assert!(!body.as_object().unwrap().contains_key("expires_at"));
        assert_eq!(change(&form("name=x&level=admin&expiry=90")).unwrap()["expires_in_days"], 90);
    }
}
