//! `/v1/statistics`.

use std::time::Duration;

use actix_web::web::Data;
use actix_web::{HttpRequest, HttpResponse};

use super::view::MOST;
use super::{Figure, StatisticsView};
use crate::app::App;
use crate::audit::Outcome;
use crate::clock::Timestamp;
use crate::db::{Conn, DbError};
use crate::manage::Call;
use crate::manage::endpoints::{call, list_query, look, ok};
use crate::tenants::TenantId;
use crate::web::Problem;
use crate::webhooks::{MOST_WEBHOOKS, Webhook, WebhookHealth};
use crate::{api_keys, audit, users, webhooks};

const DAY: Duration = Duration::from_secs(24 * 60 * 60);
/// Rows that are asked for: one more than is counted.
const LIMIT: i64 = MOST as i64 + 1;
/// What some figure needs; the first is named when the caller holds none of them.
const NEEDED: [&str; 4] = ["users:read", "audit:read", "api_keys:read", "webhooks:read"];

/// Which figures the caller may see.
#[derive(Clone, Copy)]
struct Sight {
    people: bool,
    log: bool,
    keys: bool,
    webhooks: bool,
}

impl Sight {
    fn of(call: &Call) -> Self {
        let [people, log, keys, webhooks] = NEEDED.map(|needed| call.actor.permissions.allows(needed));
        Self { people, log, keys, webhooks }
    }
}

/// Counts what an organisation comes to and what needs somebody, each as far as 10,000. Figures that the caller may not
/// see are left out.
#[utoipa::path(
    get, path = "/v1/statistics", tag = "statistics", operation_id = "get_statistics",
    responses(
        (status = 200, description = "The figures", body = StatisticsView),
        (status = 400, description = "`unknown_parameter`"),
        (status = 401, description = "`unauthenticated`, `invalid_token`, `token_expired`"),
        (status = 403, description = "`permission_denied`: needs `users:read` or `audit:read` or `api_keys:read` or \
            `webhooks:read`"),
    ),
)]
pub async fn get(request: HttpRequest, app: Data<App>) -> Result<HttpResponse, Problem> {
    let call = call(&request, &app).await?;
    let sight = Sight::of(&call);
    let [needed, ..] = NEEDED;
    call.allow(&app, needed, sight.people || sight.log || sight.keys || sight.webhooks).await?;
    list_query(&request, &[])?;
    let (tenant, now) = (call.tenant, call.now);
    Ok(ok(&look(&app, move |conn| figures(conn, tenant, sight, now)).await?))
}

fn figures(
    conn: &mut Conn<'_>,
    tenant: TenantId,
    sight: Sight,
    now: Timestamp,
) -> Result<StatisticsView, DbError> {
    let since = now - DAY;
    let mut view = StatisticsView { since: since.to_rfc3339(), ..StatisticsView::default() };
    if sight.people {
        view.people = Some(Figure::of(users::figures::store::count_active(conn, tenant, LIMIT)?));
    }
    if sight.log {
        let found = audit::figures::store::events(conn, tenant, ("session.create", since), LIMIT)?;
        let more = found.len() > MOST;
        let failed = found.iter().filter(|(_, outcome)| outcome == Outcome::Failure.as_str()).count();
        // Both are of the newest ones: of either there may be more.
        view.failed_sign_ins = Some(Figure { more, ..Figure::of(failed) });
        view.sign_ins = Some(Figure { more, ..Figure::of(found.len().saturating_sub(failed)) });
    }
    if sight.keys {
        keys(conn, tenant, (now, since), &mut view)?;
    }
    if sight.webhooks {
        let wanted = (None, Some(WebhookHealth::Failing));
        let failing = webhooks::store::list(conn, tenant, wanted, (None, MOST_WEBHOOKS))?;
        let since = |webhook: &Webhook| webhook.failing_since.map_or(0, Timestamp::micros);
        let fact = |webhook: &Webhook| format!("{} {}", webhook.id, since(webhook));
        view.failing_webhooks = Some(Figure::noticed(&failing.iter().map(fact).collect::<Vec<_>>()));
    }
    Ok(view)
}

fn keys(
    conn: &mut Conn<'_>,
    tenant: TenantId,
    (now, since): (Timestamp, Timestamp),
    view: &mut StatisticsView,
) -> Result<(), DbError> {
    use api_keys::figures::store;
    let endless = store::count_endless(conn, tenant, LIMIT)?;
    let ends = store::ends(conn, tenant, now, LIMIT)?;
    let soon = ends.iter().take_while(|end| **end < now + DAY * 14);
    let soon: Vec<String> = soon.map(|end| end.micros().to_string()).collect();
    let (unused, more) = store::unused(conn, tenant, (now - DAY * 90, now), LIMIT - 1)?;
    let unused: Vec<String> = unused.iter().map(ToString::to_string).collect();
    let spikes = audit::figures::store::events(conn, tenant, ("api_key.spike", since), LIMIT)?;
    let spikes: Vec<String> = spikes.iter().map(|(event, _)| event.to_string()).collect();
    view.active_keys = Some(Figure::of(endless.saturating_add(ends.len())));
    view.expiring_keys = Some(Figure::noticed(&soon));
    view.unused_keys = Some(Figure { more, ..Figure::noticed(&unused) });
    view.key_spikes = Some(Figure::noticed(&spikes));
    Ok(())
}
