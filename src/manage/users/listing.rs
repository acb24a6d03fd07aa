//! Which people are asked for: by the query of a list, or by the body of a bulk call.

use crate::db::Conn;
use crate::manage::Stop;
use crate::manage::endpoints::several;
use crate::roles;
use crate::teams;
use crate::tenants::TenantId;
use crate::users::directory::{Beginning, NamedTeam, UserFilter};
use crate::users::{Email, UserStatus};
use crate::web::{Params, Problem};

/// What is asked for.
#[derive(Clone, Debug, Default)]
pub struct Listing {
    /// What the list is narrowed by.
    pub filter: UserFilter,
}

impl Listing {
    /// The filters of a list.
    pub const FILTERS: &'static [&'static str] = &["status", "email", "q", "team", "role", "include", "page"];

    /// Reads the filters of a query.
    ///
    /// # Errors
    /// 400 for a filter that cannot be met by anybody.
    pub fn read(params: &Params) -> Result<Self, Problem> {
        let status = several::<UserStatus>(params, "status")?;
        Self::new(
            status,
            params
                .get("email")
                .map(Email::parse)
                .transpose()
                .map_err(|why| invalid(format!("email: {why}")))?,
            params.get("q"),
            (params.get("team"), params.get("role")),
        )
    }

    /// The same out of its parts.
    ///
    /// # Errors
    /// 400 for a filter that cannot be met by anybody.
    pub fn new(
        status: Vec<UserStatus>,
        email: Option<Email>,
        q: Option<&str>,
        (team, role): (Option<&str>, Option<&str>),
    ) -> Result<Self, Problem> {
        let unfit = || {
            let most = Beginning::LONGEST;
            invalid(format!("q: what an address or a name begins with, at most {most} characters."))
        };
        let begins_with = q.map(|text| Beginning::read(text).ok_or_else(unfit)).transpose()?;
        if [team, role].into_iter().flatten().any(|slug| slug.contains('\0')) {
            return Err(invalid("team and role: a slug.".into()));
        }
        let team = team.map(|named| match named.parse() {
            Ok(id) => NamedTeam::Id(id),
            Err(_) => NamedTeam::Slug(named.to_owned()),
        });
        Ok(Self { filter: UserFilter { status, email, begins_with, team, role: role.map(str::to_owned) } })
    }

    /// Asked when nobody was found, so that a list that shows somebody costs one query.
    ///
    /// # Errors
    /// 400 for a team or a role that is not there.
    pub fn check_names(&self, conn: &mut Conn<'_>, tenant: TenantId) -> Result<(), Stop> {
        if let Some(named) = &self.filter.team {
            let team = match named {
                NamedTeam::Id(id) => teams::store::find(conn, tenant, *id)?,
                NamedTeam::Slug(slug) => teams::store::find_by_slug(conn, tenant, slug)?,
            };
            team.ok_or_else(|| invalid("team: there is no such team.".into()))?;
        }
        if let Some(slug) = &self.filter.role {
            let role = roles::store::find_by_slug(conn, tenant, slug)?;
            role.ok_or_else(|| invalid("role: there is no such role.".into()))?;
        }
        Ok(())
    }
}

/// People of a list that can be passed over by the number of a page.
const MOST_PASSED: i64 = 10_000;

/// How many people stand on the pages before the one that `page` numbers. `None` when pages are not numbered.
///
/// # Errors
/// 400 for what is no number, or one too far on, and beside a cursor.
pub fn passed(params: &Params, limit: i64) -> Result<Option<i64>, Problem> {
    let Some(text) = params.get("page") else { return Ok(None) };
    if params.get("cursor").is_some() {
        return Err(Problem::bad_request(
            "invalid_cursor",
            "A page is named by its cursor or by its number.",
        ));
    }
    let number = text.parse::<i64>().ok().filter(|number| (1..=MOST_PASSED).contains(number));
    let passed = number.map(|number| (number - 1) * limit).filter(|passed| *passed < MOST_PASSED);
    passed.map(Some).ok_or_else(|| {
        let detail = format!("page: a number from 1, up to the {MOST_PASSED}th person.");
        Problem::bad_request("invalid_cursor", detail).fix("Go on with next_cursor of the page before.")
    })
}

fn invalid(detail: String) -> Problem {
    Problem::bad_request("invalid_filter", detail)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pages_have_numbers_from_one_and_not_without_end() {
        let asked =
            |query: &str| passed(&Params::from_query(query).unwrap(), 200).map_err(|problem| problem.code);
        for (query, expected) in
            [("", None), ("page=1", Some(0)), ("page=3", Some(400)), ("page=50", Some(9_800))]
        {
            assert_eq!(asked(query), Ok(expected), "{query}");
        }
        for bad in ["page=0", "page=-1", "page=x", "page=51", "page=99999999999999999999", "page=2&cursor=a"]
        {
            assert_eq!(asked(bad), Err("invalid_cursor"), "{bad}");
        }
    }
}
