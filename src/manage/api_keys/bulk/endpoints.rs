//! `/v1/api-keys/bulk`.

use std::collections::BTreeSet;

use actix_web::web::{Data, Payload};
use actix_web::{HttpRequest, HttpResponse};

use super::{KeyBulkAction, KeyBulkAnswer, KeyBulkFilter, KeyBulkRequest, Plan, change_some};
use crate::api_keys::{ApiKeyId, store};
use crate::app::App;
use crate::credentials::{KeyFilter, KeyOwner, KeyState};
use crate::id::Id;
use crate::manage::Call;
use crate::manage::api_keys::listing;
use crate::manage::api_keys::reach::caller;
use crate::manage::endpoints::{call, change, look, ok};
use crate::web::{Problem, parse_json, read_json_text};

/// Keys of one call at most.
const MOST: usize = 10_000;
/// Keys of one transaction: few enough that nobody else has to wait long.
const CHUNK: usize = 250;
/// Keys of one page, when a filter says which they are.
const PAGE: i64 = 1_000;
/// Bytes of a body: as many identifiers, and some space between them.
const BODY: usize = 1024 * 1024;

/// Disables, enables or revokes many keys, or counts how many that would be. With `scope` `own` they are the caller's own,
/// and those of others are not there.
///
/// Keys are changed by 250 in a transaction, each with an event of its own. A call that is cut off in between has changed
/// the first of them, and can be sent again.
#[utoipa::path(
    post, path = "/v1/api-keys/bulk", tag = "API keys", operation_id = "change_api_keys",
    request_body = KeyBulkRequest,
    responses(
        (status = 200, description = "How many were changed, or would be", body = KeyBulkAnswer),
        (status = 400, description = "`invalid_body`, `invalid_filter`"),
        (status = 401, description = "`unauthenticated`, `invalid_token`, `token_expired`"),
        (status = 403, description = "`permission_denied`: needs `api_keys:administer` or `api_keys:manage`, which is enough for one's own keys"),
        (status = 413, description = "`body_too_large`"),
        (status = 422, description = "`invalid_bulk`, `too_many`: more than 10,000 keys"),
    ),
)]
pub async fn post(request: HttpRequest, payload: Payload, app: Data<App>) -> Result<HttpResponse, Problem> {
    let call = call(&request, &app).await?;
    call.allow(&app, "api_keys:administer", is_let_in(&call)).await?;
    let limit = app.body_limit().max(BODY);
    let wanted: KeyBulkRequest = parse_json(&read_json_text(&request, payload, limit).await?)?;
    let owner = whose(&call, &app, wanted.scope.as_deref()).await?;
    let action: KeyBulkAction = wanted.action.parse().map_err(|why| invalid(&format!("action: {why}.")))?;
    let keys = match (wanted.ids, wanted.filter) {
        (Some(ids), None) => named(ids)?,
        (None, Some(filter)) => filtered(&app, (&call, owner), &filter).await?,
        _ => return Err(invalid("Say which by ids or by filter, and not by both.")),
    };
    let mut answer = KeyBulkAnswer { preview: wanted.preview, ..KeyBulkAnswer::default() };
    let plan = Plan { call, random: app.random.clone(), action, owner, preview: wanted.preview };
    for some in keys.chunks(CHUNK) {
        let (plan, some) = (plan.clone(), some.to_vec());
        answer = answer.plus(if plan.preview {
            app.db.read(move |conn| change_some(conn, &plan, &some)).await?
        } else {
            change(&app, move |conn| change_some(conn, &plan, &some)).await?
        });
    }
    Ok(ok(&answer))
}

/// Whether the caller may do this to some keys: to which, the body says.
fn is_let_in(call: &Call) -> bool {
    let held = &call.actor.permissions;
    held.allows("api_keys:administer") || held.allows("api_keys:manage")
}

/// Whose keys are meant, unless it is everybody's.
async fn whose(call: &Call, app: &App, scope: Option<&str>) -> Result<Option<KeyOwner>, Problem> {
    match scope {
        None | Some("tenant") => {
            call.need(app, "api_keys:administer").await?;
            Ok(None)
        }
        Some("own") => {
            call.need(app, "api_keys:manage").await?;
            let nobodys = || invalid("scope: you own no keys in this organisation.");
            Ok(Some(caller(call).ok_or_else(nobodys)?))
        }
        Some(_) => Err(invalid("scope: own or tenant.")),
    }
}

fn invalid(detail: &str) -> Problem {
    Problem::invalid("invalid_bulk", detail)
}

fn too_many() -> Problem {
    Problem::invalid("too_many", format!("At most {MOST} keys in one call."))
        .fix("Make several calls, or narrow the filter.")
}

/// Keys that were named, each once.
fn named(ids: Vec<uuid::Uuid>) -> Result<Vec<ApiKeyId>, Problem> {
    if ids.len() > MOST {
        return Err(too_many());
    }
    let ids: BTreeSet<ApiKeyId> = ids.into_iter().map(Id::new).collect();
    Ok(ids.into_iter().collect())
}

/// Keys that a filter admits.
async fn filtered(
    app: &App,
    (call, own): (&Call, Option<KeyOwner>),
    wanted: &KeyBulkFilter,
) -> Result<Vec<ApiKeyId>, Problem> {
    let states: Result<Vec<KeyState>, _> = wanted.status.iter().map(|text| text.parse()).collect();
    let time =
        |name: &str, text: &Option<String>| text.as_deref().map(|text| listing::time(name, text)).transpose();
    let filter = KeyFilter {
        owner: wanted.owner.as_deref().map(listing::owner).transpose()?,
        states: states.map_err(|why| Problem::bad_request("invalid_filter", format!("status: {why}.")))?,
        expires_before: time("expires_before", &wanted.expires_before)?,
        unused_since: time("unused_since", &wanted.unused_since)?,
        begins_with: wanted.q.as_deref().map(listing::beginning).transpose()?,
    };
    if filter.is_empty() {
        return Err(invalid("The filter leaves nothing out. Name what the keys have in common."));
    }
    if own.is_some_and(|own| filter.owner.is_some_and(|asked| asked != own)) {
        return Ok(Vec::new());
    }
    let filter = KeyFilter { owner: own.or(filter.owner), ..filter };
    let (tenant, now) = (call.tenant, call.now);
    let found = look(app, move |conn| {
        let (mut ids, mut before): (Vec<ApiKeyId>, Option<ApiKeyId>) = (Vec::new(), None);
        loop {
            let page = store::list(conn, tenant, &filter, (before, PAGE), now)?;
            ids.extend(page.iter().map(|key| key.id));
            let is_last = i64::try_from(page.len()).is_ok_and(|count| count < PAGE);
            if is_last || ids.len() > MOST {
                return Ok(ids);
            }
            before = ids.last().copied();
        }
    })
    .await?;
    if found.len() > MOST { Err(too_many()) } else { Ok(found) }
}
