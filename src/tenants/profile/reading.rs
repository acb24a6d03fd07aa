//! Reading a profile from TOML. Everything that is wrong with it is collected, each with its place; a name that nothing
//! has is refused, because a misspelt setting would quietly leave the usual in place.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::fmt::Display;
use std::str::FromStr;

use super::door::{Door, Method, PathPattern, QueryRules};
use super::{
    CredentialHeader, DefaultRates, HeaderRule, KeyForm, LimitHeaders, Profile, ProfileName, SessionForm,
    SignatureForm, WebhookForm, WebhookScheme,
};
use crate::tenants::settings::KeyLevels;
use crate::text::{ErrorForm, Template, nearest};

/// What is wrong, and where: `errors.body`.
pub(super) type Finding = (String, String);

/// What the places of a session's answer may be called.
const OF_SESSION: [&str; 5] = ["token", "refresh_token", "session_id", "expires_in", "request_id"];
/// A year.
const LONGEST: i64 = 366 * 24 * 60 * 60;
const MILLION: i64 = 1_000_000;

/// A table that is being read.
struct Table<'a> {
    at: String,
    table: Option<&'a toml::Table>,
    asked: RefCell<Vec<String>>,
    found: &'a RefCell<Vec<Finding>>,
}

impl<'a> Table<'a> {
    fn place(&self, key: &str) -> String {
        if self.at.is_empty() { key.to_owned() } else { format!("{}.{key}", self.at) }
    }

    fn refuse(&self, key: &str, problem: impl Display) {
        self.found.borrow_mut().push((self.place(key), problem.to_string()));
    }

    fn value(&self, key: &str) -> Option<&'a toml::Value> {
        self.asked.borrow_mut().push(key.to_owned());
        self.table?.get(key)
    }

    fn read<T>(&self, key: &str, form: &str, read: impl FnOnce(&'a toml::Value) -> Option<T>) -> Option<T> {
        let value = self.value(key)?;
        let found = read(value);
        if found.is_none() {
            self.refuse(key, format!("expected {form}"));
        }
        found
    }

    fn text(&self, key: &str) -> Option<String> {
        self.read(key, "a text in quotes", |value| value.as_str().map(str::to_owned))
    }

    fn parsed<T, E: Display>(&self, key: &str, parse: impl FnOnce(&str) -> Result<T, E>) -> Option<T> {
        let text = self.text(key)?;
        parse(&text).map_err(|why| self.refuse(key, why)).ok()
    }

    fn flag(&self, key: &str) -> Option<bool> {
        self.read(key, "true or false", toml::Value::as_bool)
    }

    fn number<T: TryFrom<i64>>(&self, key: &str, (least, most): (i64, i64)) -> Option<T> {
        let form = format!("a number from {least} to {most}");
        let fits = |value: &toml::Value| value.as_integer().filter(|number| (least..=most).contains(number));
        self.read(key, &form, |value| fits(value)?.try_into().ok())
    }

    fn texts<T, E: Display>(&self, key: &str, parse: impl Fn(&str) -> Result<T, E>) -> Option<Vec<T>> {
        let list = self.read(key, "a list of texts", |value| {
            value.as_array()?.iter().map(toml::Value::as_str).collect::<Option<Vec<_>>>()
        })?;
        let read = |text: &str| parse(text).map_err(|why| self.refuse(key, format!("{text}: {why}"))).ok();
        list.into_iter().map(read).collect()
    }

    fn inner(&self, key: &str) -> Self {
        let table = self.read(key, "a table", toml::Value::as_table);
        Table { at: self.place(key), table, asked: RefCell::default(), found: self.found }
    }

    /// Tables under names that the file chooses.
    fn each<T>(&self, skip: &[&str], read: impl Fn(&str, Table<'a>) -> Option<T>) -> Vec<T> {
        let names =
            self.table.into_iter().flat_map(toml::Table::keys).filter(|name| !skip.contains(&name.as_str()));
        names.filter_map(|name| read(name, self.inner(name))).collect()
    }

    /// Texts under names that the file chooses.
    fn words(&self) -> BTreeMap<String, String> {
        let names = self.table.into_iter().flat_map(toml::Table::keys);
        names.filter_map(|name| Some((name.clone(), self.text(name)?))).collect()
    }

    fn finish(&self) {
        let asked = self.asked.borrow();
        for name in self.table.into_iter().flat_map(toml::Table::keys).filter(|name| !asked.contains(name)) {
            let meant = nearest(name, asked.iter().map(String::as_str));
            let advice = match meant {
                Some(meant) => format!("did you mean {}?", self.place(meant)),
                None => format!("known here: {}", asked.join(", ")),
            };
            self.refuse(name, format!("no such setting; {advice}"));
        }
    }

    /// What has to be there.
    fn needed<T>(&self, key: &str, value: Option<T>) -> Option<T> {
        if value.is_none() && self.table.is_none_or(|table| !table.contains_key(key)) {
            self.refuse(key, "it is missing; a profile has it, or takes it `from` another");
        }
        value
    }
}

/// Reads a profile that is put together. `None` when anything is wrong with it.
pub(super) fn profile(name: &ProfileName, table: &toml::Table) -> Result<Profile, Vec<Finding>> {
    let found = RefCell::new(Vec::new());
    let root = Table { at: String::new(), table: Some(table), asked: RefCell::default(), found: &found };
    let read = read(name, &root, table);
    root.finish();
    let found = found.into_inner();
    match read {
        Some(profile) if found.is_empty() => Ok(profile),
        _ => Err(found),
    }
}

fn read(name: &ProfileName, root: &Table<'_>, table: &toml::Table) -> Option<Profile> {
    let about = root.text("about").unwrap_or_default();
    // It was looked at when the file was put together.
    root.value("from");
    let keys = keys(&root.inner("keys"));
    let levels = levels(&root.inner("levels"));
    let headers = headers(&root.inner("credentials"));
    let session = session(&root.inner("session"));
    let (rates, limit_headers) = limits(&root.inner("limits"));
    let errors = errors(&root.inner("errors"));
    let signatures = signatures(&root.inner("signatures"));
    let webhooks = webhooks(&root.inner("webhooks"));
    let doors = root.inner("doors").each(&[], door);
    let (generation, levels) = levels?;
    let (errors, errors_everywhere) = errors?;
    Some(Profile {
        name: name.clone(),
        about,
        keys: keys?,
        generation,
        levels,
        headers,
        session: session?,
        rates,
        limit_headers: limit_headers?,
        errors,
        errors_everywhere,
        signatures,
        webhooks: webhooks?,
        doors,
        source: table.to_string(),
    })
}

fn keys(keys: &Table<'_>) -> Option<KeyForm> {
    let form = "expected 1 to 16 lower-case letters and digits, the first a letter, with _ or - behind them";
    let prefix = keys.parsed("prefix", |text| {
        let word = text.strip_suffix(['_', '-']).unwrap_or_default();
        let fits = (1..=16).contains(&word.len())
            && word.starts_with(|c: char| c.is_ascii_lowercase())
            && word.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit());
        if fits { Ok(text.to_owned()) } else { Err(form) }
    });
    let random_characters = keys.number("random_characters", (32, 128)).unwrap_or(43);
    let lifetime_days = keys.number("lifetime_days", (0, 3_650)).filter(|days| *days > 0);
    keys.finish();
    Some(KeyForm { prefix: keys.needed("prefix", prefix)?, random_characters, lifetime_days })
}

fn levels(levels: &Table<'_>) -> Option<(String, BTreeMap<String, KeyLevels>)> {
    let generation = levels.needed("generation", levels.text("generation"))?;
    let all: BTreeMap<_, _> = levels
        .each(&["generation"], |name, table| {
            // What a permission looks like is known further right; what is none is refused there.
            let list = |key| table.texts(key, permission);
            let read = KeyLevels {
                read_only: table.needed("read_only", list("read_only"))?,
                read_write: table.needed("read_write", list("read_write"))?,
                admin: table.needed("admin", list("admin"))?,
            };
            table.finish();
            Some((name.to_owned(), read))
        })
        .into_iter()
        .collect();
    if !all.contains_key(&generation) {
        let known: Vec<&str> = all.keys().map(String::as_str).collect();
        levels.refuse("generation", format!("\"{generation}\" is none of: {}", known.join(", ")));
    }
    Some((generation, all))
}

fn permission(text: &str) -> Result<String, &'static str> {
    let parts: Vec<&str> = text.split(':').collect();
    let word = |part: &&str| {
        !part.is_empty() && part.bytes().all(|b| b.is_ascii_alphanumeric() || b"*_-./".contains(&b))
    };
    if matches!(parts.len(), 2 | 3) && parts.iter().all(word) {
        Ok(text.to_owned())
    } else {
        Err("expected a permission such as models:use")
    }
}

fn headers(credentials: &Table<'_>) -> Vec<HeaderRule> {
    let list = |table: &Table<'_>| table.texts("headers", CredentialHeader::from_str).unwrap_or_default();
    let at = credentials.inner("at");
    let mut rules = at.each(&[], |_, table| {
        let rule = HeaderRule {
            host: table.text("host").unwrap_or_default(),
            path: table.text("path").unwrap_or_default(),
            headers: list(&table),
        };
        table.finish();
        Some(rule)
    });
    let usual = list(credentials);
    credentials.finish();
    rules.push(HeaderRule {
        headers: if usual.is_empty() { CredentialHeader::ALL.to_vec() } else { usual },
        ..HeaderRule::default()
    });
    rules
}

fn session(session: &Table<'_>) -> Option<SessionForm> {
    let answer = session.parsed("answer", |text| Template::parse(text, &OF_SESSION));
    let token_lifetime = session.number("token_lifetime", (90, LONGEST));
    let session_lifetime = session.number("session_lifetime", (90, LONGEST));
    let rotates = session.flag("rotates").unwrap_or(true);
    session.finish();
    Some(SessionForm {
        answer: session.needed("answer", answer)?,
        token_lifetime: session.needed("token_lifetime", token_lifetime)?,
        session_lifetime: session.needed("session_lifetime", session_lifetime)?,
        rotates,
    })
}

fn limits(limits: &Table<'_>) -> (DefaultRates, Option<LimitHeaders>) {
    let rates = DefaultRates {
        key: limits.number("key", (1, MILLION)),
        principal: limits.number("principal", (1, MILLION)),
        tenant: limits.number("tenant", (1, MILLION)),
    };
    let headers = limits.inner("headers");
    let name = |key: &str| headers.parsed(key, header_name);
    let names = [name("limit"), name("remaining"), name("reset")];
    let retry_after = name("retry_after");
    let structured = headers.flag("structured").unwrap_or_default();
    headers.finish();
    limits.finish();
    let [limit, remaining, reset] = names;
    let all = [("limit", limit), ("remaining", remaining), ("reset", reset)];
    let [Some(limit), Some(remaining), Some(reset)] = all.map(|(key, name)| headers.needed(key, name)) else {
        return (rates, None);
    };
    (rates, Some(LimitHeaders { names: [limit, remaining, reset], retry_after, structured }))
}

fn header_name(text: &str) -> Result<String, &'static str> {
    let fits = (1..=64).contains(&text.len())
        && text.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-');
    if fits { Ok(text.to_owned()) } else { Err("expected the name of a header in lower case") }
}

fn errors(errors: &Table<'_>) -> Option<(ErrorForm, bool)> {
    let body = errors.parsed("body", |text| Template::parse(text, &ErrorForm::PLACES));
    let content_type = errors.text("content_type").unwrap_or_else(|| "application/json".to_owned());
    let capitals = errors.flag("capitals").unwrap_or_default();
    let everywhere = errors.flag("everywhere").unwrap_or(true);
    let (codes, texts) = (errors.inner("codes").words(), errors.inner("texts").words());
    errors.finish();
    let body = errors.needed("body", body)?;
    Some((ErrorForm { content_type, body, codes, capitals, texts }, everywhere))
}

fn signatures(signatures: &Table<'_>) -> SignatureForm {
    let form = SignatureForm {
        header_prefix: signatures.parsed("header_prefix", header_name),
        query: signatures.parsed("query", str::parse),
    };
    signatures.finish();
    form
}

fn webhooks(webhooks: &Table<'_>) -> Option<WebhookForm> {
    let scheme = webhooks.parsed("scheme", WebhookScheme::from_str);
    let header_prefix = webhooks.parsed("header_prefix", header_name);
    let nouns = webhooks.inner("nouns");
    let words = nouns.words();
    let is_word = |word: &str| {
        (1..=64).contains(&word.len()) && word.bytes().all(|b| b.is_ascii_lowercase() || b == b'_')
    };
    for (ours, _) in words.iter().filter(|(_, theirs)| !is_word(theirs)) {
        nouns.refuse(ours, "expected a word of lower-case letters");
    }
    nouns.finish();
    webhooks.finish();
    Some(WebhookForm {
        scheme: webhooks.needed("scheme", scheme)?,
        header_prefix: webhooks.needed("header_prefix", header_prefix)?,
        nouns: words,
    })
}

fn door(name: &str, table: Table<'_>) -> Option<Door> {
    let target = |text: &str| -> Result<(Method, PathPattern), String> {
        let (method, path) =
            text.split_once(' ').ok_or("expected a method and a path, such as GET /v1/users")?;
        Ok((method.parse().map_err(|why| format!("{why}"))?, PathPattern::parse(path)?))
    };
    let (at, to) = (table.parsed("at", target), table.parsed("to", target));
    let words = |key: &str| {
        let inner = table.inner(key);
        let words = inner.words();
        inner.finish();
        words
    };
    let most = table.inner("query_most");
    let numbers = most.table.into_iter().flat_map(toml::Table::keys);
    let query = QueryRules {
        names: words("query"),
        values: table
            .inner("query_values")
            .each(&[], |name, inner| Some((name.to_owned(), inner.words())))
            .into_iter()
            .collect(),
        defaults: words("query_defaults"),
        most: numbers.filter_map(|name| Some((name.clone(), most.number(name, (1, MILLION))?))).collect(),
    };
    let request = table.parsed("request", |text| Template::parse(text, &Door::OF_REQUEST));
    let answer = table.parsed("answer", |text| Template::parse(text, &Door::OF_ANSWER));
    let (is_open, needs_key) = (table.flag("open"), table.flag("needs_key"));
    let status = table.number("status", (200, 299));
    table.finish();
    let (method, path) = table.needed("at", at)?;
    let (to_method, to) = table.needed("to", to)?;
    if let Some(missing) = to.variables().find(|variable| !path.variables().any(|known| known == *variable)) {
        table.refuse("to", format!("{{{missing}}} does not stand in the path of `at`"));
    }
    Some(Door {
        name: name.to_owned(),
        method,
        path,
        to_method,
        to,
        is_open: is_open.unwrap_or_default(),
        needs_key: needs_key.unwrap_or_default(),
        query,
        request,
        answer,
        status,
    })
}
