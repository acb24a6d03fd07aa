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
    pub const FILTERS: &'static [&'static str] = &["status", "email", "q", "team", "role", "include"];

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

fn invalid(detail: String) -> Problem {
    Problem::bad_request("invalid_filter", detail)
}
