//! Which people are asked for: by the query of a list, or by the body of a bulk call.

use crate::db::Conn;
use crate::manage::Stop;
use crate::manage::endpoints::several;
use crate::roles;
use crate::teams::{self, TeamId};
use crate::tenants::TenantId;
use crate::users::directory::{Beginning, UserFilter};
use crate::users::{Email, UserStatus};
use crate::web::{Params, Problem};

/// What is asked for, with teams and roles still by name.
#[derive(Clone, Debug, Default)]
pub struct Listing {
    filter: UserFilter,
    team: Option<String>,
    role: Option<String>,
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
        Ok(Self {
            filter: UserFilter { status, email, begins_with, team: None, role: None },
            team: team.map(str::to_owned),
            role: role.map(str::to_owned),
        })
    }

    /// Whether it leaves anybody out.
    pub const fn is_empty(&self) -> bool {
        self.filter.is_empty() && self.team.is_none() && self.role.is_none()
    }

    /// Looks the names up.
    ///
    /// # Errors
    /// 400 for a team or a role that is not there.
    pub fn resolve(&self, conn: &mut Conn<'_>, tenant: TenantId) -> Result<UserFilter, Stop> {
        let mut filter = self.filter.clone();
        if let Some(named) = &self.team {
            let by_id = match named.parse::<TeamId>() {
                Ok(id) => teams::store::find(conn, tenant, id)?,
                Err(_) => teams::store::find_by_slug(conn, tenant, named)?,
            };
            filter.team = Some(by_id.ok_or_else(|| invalid("team: there is no such team.".into()))?.id);
        }
        if let Some(named) = &self.role {
            let role = roles::store::find_by_slug(conn, tenant, named)?;
            filter.role = Some(role.ok_or_else(|| invalid("role: there is no such role.".into()))?.id);
        }
        Ok(filter)
    }
}

fn invalid(detail: String) -> Problem {
    Problem::bad_request("invalid_filter", detail)
}
