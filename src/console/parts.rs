//! What the pages of every noun have in common: the addresses of lists, choices, and lines for the shell.

use actix_web::HttpResponse;
use actix_web::http::header::{CACHE_CONTROL, CONTENT_DISPOSITION, CONTENT_TYPE};
use actix_web::web::Bytes;
use futures_util::StreamExt as _;

use crate::app::App;
use crate::viewer::{Address, ApiReply, Viewer};

/// The query of a list: what its filters are set to, and where its page begins.
#[derive(Clone, Debug)]
pub struct ListQuery {
    /// Set filters, by name.
    pub filters: Vec<(&'static str, String)>,
    /// Where the page begins, unless it is the first.
    pub cursor: Option<String>,
    path: &'static str,
}

impl ListQuery {
    /// Reads the filters that the list knows; anything else in the address is left alone.
    pub fn of(viewer: &Viewer, path: &'static str, names: &[&'static str]) -> Self {
        let filters =
            names.iter().filter_map(|name| Some((*name, viewer.query.get(name)?.trim().to_owned())));
        let filters = filters.filter(|(_, value)| !value.is_empty()).collect();
        Self { filters, cursor: viewer.query.get("cursor").map(str::to_owned), path }
    }

    /// What a filter is set to; empty when it is not.
    pub fn get(&self, name: &str) -> &str {
        self.filters.iter().find(|(known, _)| *known == name).map_or("", |(_, value)| value)
    }

    /// Whether any filter is set.
    pub fn is_filtered(&self) -> bool {
        !self.filters.is_empty()
    }

    /// The API's list with the same filters and page.
    pub fn api(&self, viewer: &Viewer, path: &str) -> Address {
        let address = viewer.at(path).with("limit", PAGE);
        let address = self.filters.iter().fold(address, |address, (name, value)| address.with(name, value));
        address.maybe("cursor", self.cursor.as_deref())
    }

    fn page(&self, viewer: &Viewer) -> Address {
        self.filters.iter().fold(viewer.at(self.path), |address, (name, value)| address.with(name, value))
    }

    /// The list without filters.
    pub fn clear(&self, viewer: &Viewer) -> String {
        viewer.at(self.path).text()
    }

    /// The first page, unless this is it.
    pub fn first(&self, viewer: &Viewer) -> Option<String> {
        self.cursor.as_ref().map(|_| self.page(viewer).text())
    }

    /// The next page, if there is one.
    pub fn next(&self, viewer: &Viewer, cursor: Option<&str>) -> Option<String> {
        cursor.map(|cursor| self.page(viewer).with("cursor", cursor).text())
    }
}

/// Rows on a page.
pub const PAGE: u32 = 50;

/// Pairs of value and label for a choice among `values`, each with the message `prefix-value`; first the one that leaves
/// all in.
pub fn choices(viewer: &Viewer, prefix: &str, values: &[&str]) -> Vec<(String, String)> {
    let words = viewer.words();
    let all = (String::new(), words.t("filter-all"));
    let one = |value: &&str| ((*value).to_owned(), words.t(&format!("{prefix}-{value}")));
    std::iter::once(all).chain(values.iter().map(one)).collect()
}

/// The same as a call of the API: method, path with query, and the document that is sent.
pub fn curl(app: &App, method: &str, address: &Address, body: Option<&str>) -> String {
    let url = format!("{}{}", app.config.server.issuer(), address.text());
    let verb = if method == "GET" { String::new() } else { format!(" -X {method}") };
    let body = body.map_or_else(String::new, |body| {
        format!(" \\\n  -H 'Content-Type: application/json' -d '{}'", body.replace('\'', "'\\''"))
    });
    format!("curl{verb} '{url}' \\\n  -H \"Authorization: Bearer $GRIDKEY_TOKEN\"{body}")
}

/// A document of names and values for [`curl`].
pub fn document(pairs: &[(&str, &str)]) -> String {
    let members = pairs.iter().map(|(name, value)| ((*name).to_owned(), serde_json::Value::from(*value)));
    serde_json::Value::Object(members.collect()).to_string()
}

/// Adds a member to a document.
pub fn put(body: &mut serde_json::Value, name: &str, value: serde_json::Value) {
    if let Some(members) = body.as_object_mut() {
        members.insert(name.to_owned(), value);
    }
}

/// A file of the API, passed on piece by piece.
pub fn send_file(file: ApiReply) -> HttpResponse {
    HttpResponse::Ok()
        .insert_header((CACHE_CONTROL, "no-store"))
        .insert_header((CONTENT_TYPE, file.media_type))
        .insert_header((CONTENT_DISPOSITION, file.disposition.unwrap_or_else(|| "attachment".into())))
        .streaming(file.pieces.map(|piece| piece.map(Bytes::from)))
}
