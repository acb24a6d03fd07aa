//! Lists by page. A page is found by the key of the last row before it, so that the millionth costs what the first does.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::Serialize;
use utoipa::ToSchema;

use crate::secret::{MasterKey, equal_in_constant_time, hmac_sha256};
use crate::web::{Params, Problem};

/// Rows of a page when nobody says how many.
pub const DEFAULT_LIMIT: i64 = 50;
/// Rows of a page at most.
pub const MAX_LIMIT: i64 = 200;
/// Bytes of a cursor's seal.
const SEAL: usize = 16;

/// One page of a list.
#[derive(Debug, Serialize, ToSchema)]
pub struct Page<T> {
    /// The rows.
    pub items: Vec<T>,
    /// Send it as `cursor` for the next page; absent on the last one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub next_cursor: Option<String>,
}

/// Which page is asked for.
#[derive(Clone, Debug)]
pub struct PageRequest {
    /// The key of the last row before it.
    pub after: Option<String>,
    /// How many rows.
    pub limit: i64,
    key: [u8; 32],
    context: String,
}

impl PageRequest {
    /// Reads `limit` and `cursor`. A cursor is good for the list that it came from, told apart by `context`, and for no
    /// other: it is sealed, so that nothing in it has to be believed.
    ///
    /// # Errors
    /// 400 for a limit that is no number in range and for a cursor that this list did not give.
    pub fn read(params: &Params, master: &MasterKey, context: String) -> Result<Self, Problem> {
        Self::read_up_to(params, master, context, (DEFAULT_LIMIT, MAX_LIMIT))
    }

    /// The same for a list with limits of its own.
    pub fn read_up_to(
        params: &Params,
        master: &MasterKey,
        context: String,
        (default, most): (i64, i64),
    ) -> Result<Self, Problem> {
        let limit = match params.get("limit") {
            None => default,
            Some(text) => text.parse().ok().filter(|limit| (1..=most).contains(limit)).ok_or_else(|| {
                Problem::bad_request("invalid_limit", format!("limit must be a number from 1 to {most}."))
            })?,
        };
        let mut page = Self { after: None, limit, key: master.derive("cursor"), context };
        if let Some(cursor) = params.get("cursor") {
            let after = page.open(cursor).ok_or_else(|| {
                Problem::bad_request("invalid_cursor", "The cursor is not one that this list gave.")
                    .fix("Begin again without a cursor, with the same filters as before.")
            })?;
            page.after = Some(after);
        }
        Ok(page)
    }

    /// How many rows to ask the database for: one more than wanted tells whether there is another page.
    pub const fn wanted(&self) -> i64 {
        self.limit + 1
    }

    /// Makes the page out of one row more than wanted.
    pub fn finish<R, T>(
        &self,
        mut rows: Vec<R>,
        key: impl Fn(&R) -> String,
        view: impl Fn(R) -> T,
    ) -> Page<T> {
        let limit = usize::try_from(self.limit).unwrap_or_default();
        let more = rows.len() > limit;
        rows.truncate(limit);
        let next_cursor = rows.last().filter(|_| more).map(|row| self.seal(&key(row)));
        Page { items: rows.into_iter().map(view).collect(), next_cursor }
    }

    /// A page of a list that knows itself where the next one begins.
    pub fn page<T>(&self, items: Vec<T>, next: Option<String>) -> Page<T> {
        Page { items, next_cursor: next.map(|after| self.seal(&after)) }
    }

    fn mac(&self, after: &str) -> [u8; 32] {
        hmac_sha256(&self.key, format!("{}\0{after}", self.context).as_bytes())
    }

    fn seal(&self, after: &str) -> String {
        let mut bytes = self.mac(after).get(..SEAL).unwrap_or_default().to_vec();
        bytes.extend_from_slice(after.as_bytes());
        URL_SAFE_NO_PAD.encode(bytes)
    }

    fn open(&self, cursor: &str) -> Option<String> {
        let bytes = URL_SAFE_NO_PAD.decode(cursor).ok()?;
        let (seal, after) = bytes.split_at_checked(SEAL)?;
        let after = String::from_utf8(after.to_vec()).ok()?;
        equal_in_constant_time(seal, self.mac(&after).get(..SEAL)?).then_some(after)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn master() -> MasterKey {
        MasterKey::from_bytes(std::array::from_fn(|at| u8::try_from(at).unwrap())).unwrap()
    }

    fn read(query: &str, context: &str) -> Result<PageRequest, &'static str> {
        let params = Params::from_query(query).unwrap();
        PageRequest::read(&params, &master(), context.to_owned()).map_err(|problem| problem.code)
    }

    #[test]
    fn a_cursor_leads_on_in_its_own_list_only() {
        let page = read("limit=2", "users").unwrap();
        let first = page.finish(vec!["a", "b", "c"], ToString::to_string, |row| row);
        assert_eq!(first.items, ["a", "b"]);
        let cursor = first.next_cursor.unwrap();
        assert_eq!(read(&format!("cursor={cursor}"), "users").unwrap().after.as_deref(), Some("b"));
        assert_eq!(read(&format!("cursor={cursor}"), "teams").unwrap_err(), "invalid_cursor");
        let last = page.finish(vec!["c", "d"], ToString::to_string, |row| row);
        assert!(last.next_cursor.is_none());
    }

    #[test]
    fn a_cursor_that_was_changed_is_none() {
        let page = read("limit=1", "users").unwrap();
        let cursor = page.finish(vec!["a", "b"], ToString::to_string, |row| row).next_cursor.unwrap();
        let bytes = URL_SAFE_NO_PAD.decode(&cursor).unwrap();
        for at in 0..bytes.len() {
            let mut other = bytes.clone();
            other[at] ^= 1;
            let forged = URL_SAFE_NO_PAD.encode(other);
            assert_eq!(read(&format!("cursor={forged}"), "users").unwrap_err(), "invalid_cursor");
        }
        for junk in ["", "x", "%00", "AAAA"] {
            let read = read(&format!("cursor={junk}"), "users");
            assert!(junk.is_empty() || read.is_err(), "{junk}");
        }
    }

    #[test]
    fn limits_are_bounded() {
        for (query, expected) in [("", Ok(50)), ("limit=1", Ok(1)), ("limit=200", Ok(200))] {
            assert_eq!(read(query, "x").map(|page| page.limit), expected);
        }
        for bad in ["limit=0", "limit=201", "limit=-1", "limit=x", "limit=99999999999999999999"] {
            assert_eq!(read(bad, "x").unwrap_err(), "invalid_limit", "{bad}");
        }
    }
}
