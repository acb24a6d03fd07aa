//! `/v1/users/bulk`.

use std::collections::BTreeSet;

use actix_web::web::{Data, Payload};
use actix_web::{HttpRequest, HttpResponse};

use super::{BulkAction, BulkAnswer, BulkFilter, BulkRequest, Plan, change_some};
use crate::app::App;
use crate::id::Id;
use crate::manage::endpoints::{call, change, ok};
use crate::manage::users::Listing;
use crate::manage::users::groups::{named_role, permissions};
use crate::manage::{Call, Stop};
use crate::roles::Role;
use crate::users::directory::{self, Position};
use crate::users::{UserId, UserStatus};
use crate::web::{Problem, parse_json, read_json_text};

/// People of one call at most.
const MOST: usize = 10_000;
/// People of one transaction: few enough that nobody else has to wait long.
const CHUNK: usize = 250;
/// People of one page, when a filter says who they are.
const PAGE: i64 = 1_000;
/// Bytes of a body: as many identifiers, and some space between them.
const BODY: usize = 1024 * 1024;

/// Suspends, resumes or deletes many people, or gives them or takes from them a role; or counts how many that would be.
///
/// People are changed by 250 in a transaction, each with an event of their own. A call that is cut off in between has
/// changed the first of them, and can be sent again.
#[utoipa::path(
    post, path = "/v1/users/bulk", tag = "users", operation_id = "change_users",
    request_body = BulkRequest,
    responses(
        (status = 200, description = "How many were changed, or would be", body = BulkAnswer),
        (status = 400, description = "`invalid_body`, `invalid_filter`"),
        (status = 401, description = "`unauthenticated`, `invalid_token`, `token_expired`"),
        (status = 403, description = "`permission_denied`: needs `users:update` to suspend and resume, `users:delete` to delete, `roles:assign` and the role's permissions for a role; `users:read` for a filter"),
        (status = 413, description = "`body_too_large`"),
        (status = 422, description = "`invalid_bulk`, `unknown_role`, `too_many`: more than 10,000 people"),
    ),
)]
pub async fn post(request: HttpRequest, payload: Payload, app: Data<App>) -> Result<HttpResponse, Problem> {
    let call = call(&request, &app).await?;
    let limit = app.body_limit().max(BODY);
    let wanted: BulkRequest = parse_json(&read_json_text(&request, payload, limit).await?)?;
    let action: BulkAction = wanted.action.parse().map_err(|why| invalid(&format!("action: {why}.")))?;
    call.need(&app, permission(action)).await?;
    let role = role(&app, &call, action, wanted.role.as_deref()).await?;
    let people = match (wanted.ids, wanted.filter) {
        (Some(ids), None) => named(ids)?,
        (None, Some(filter)) => {
            call.need(&app, "users:read").await?;
            filtered(&app, &call, filter).await?
        }
        _ => return Err(invalid("Say who by ids or by filter, and not by both.")),
    };
    let mut answer = BulkAnswer { preview: wanted.preview, ..BulkAnswer::default() };
    let plan = Plan { call, random: app.random.clone(), action, role, preview: wanted.preview };
    for some in people.chunks(CHUNK) {
        let (plan, some) = (plan.clone(), some.to_vec());
        answer = answer.plus(if plan.preview {
            app.db.read(move |conn| change_some(conn, &plan, &some)).await?
        } else {
            change(&app, move |conn| change_some(conn, &plan, &some)).await?
        });
    }
    Ok(ok(&answer))
}

fn invalid(detail: &str) -> Problem {
    Problem::invalid("invalid_bulk", detail)
}

const fn permission(action: BulkAction) -> &'static str {
    match action {
        BulkAction::Suspend | BulkAction::Resume => "users:update",
        BulkAction::Delete => "users:delete",
        BulkAction::AssignRole | BulkAction::WithdrawRole => "roles:assign",
    }
}

/// The role that is given or taken, if the caller may hand it out.
async fn role(
    app: &App,
    call: &Call,
    action: BulkAction,
    slug: Option<&str>,
) -> Result<Option<Role>, Problem> {
    let is_about_role = matches!(action, BulkAction::AssignRole | BulkAction::WithdrawRole);
    let slug = match (is_about_role, slug) {
        (true, Some(slug)) => slug.to_owned(),
        (false, None) => return Ok(None),
        (true, None) => return Err(invalid("Say which role.")),
        (false, Some(_)) => return Err(invalid("A role goes with assign_role and withdraw_role only.")),
    };
    let asking = call.clone();
    let role: Result<Role, Stop> = app.db.read(move |conn| named_role(conn, &asking, &slug)).await;
    let role = role?;
    call.may_grant(&permissions(&role))?;
    Ok(Some(role))
}

fn too_many() -> Problem {
    Problem::invalid("too_many", format!("At most {MOST} people in one call."))
        .fix("Make several calls, or narrow the filter.")
}

/// People who were named, each once.
fn named(ids: Vec<uuid::Uuid>) -> Result<Vec<UserId>, Problem> {
    if ids.len() > MOST {
        return Err(too_many());
    }
    let ids: BTreeSet<UserId> = ids.into_iter().map(Id::new).collect();
    Ok(ids.into_iter().collect())
}

/// People whom a filter admits.
async fn filtered(app: &App, call: &Call, wanted: BulkFilter) -> Result<Vec<UserId>, Problem> {
    let status: Result<Vec<UserStatus>, _> = wanted.status.iter().map(|text| text.parse()).collect();
    let status = status.map_err(|why| Problem::bad_request("invalid_filter", format!("status: {why}.")))?;
    let groups = (wanted.team.as_deref(), wanted.role.as_deref());
    let listing = Listing::new(status, None, wanted.q.as_deref(), groups)?;
    if listing.filter.is_empty() {
        return Err(invalid("The filter leaves nobody out. Name what they have in common."));
    }
    let tenant = call.tenant;
    let found: Result<Option<Vec<UserId>>, Stop> = app
        .db
        .read(move |conn| {
            let filter = &listing.filter;
            let (mut ids, mut after): (Vec<UserId>, Option<Position>) = (Vec::new(), None);
            loop {
                let page = directory::store::list(conn, tenant, filter, after.as_ref(), PAGE)?;
                if page.is_empty() && after.is_none() {
                    listing.check_names(conn, tenant)?;
                }
                ids.extend(page.iter().map(|user| user.id));
                let is_last = i64::try_from(page.len()).is_ok_and(|count| count < PAGE);
                match page.last() {
                    Some(user) if !is_last && ids.len() <= MOST => after = Some(filter.position(user)),
                    _ => return Ok((ids.len() <= MOST).then_some(ids)),
                }
            }
        })
        .await;
    found?.ok_or_else(too_many)
}
