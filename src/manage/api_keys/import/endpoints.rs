//! `/v1/api-keys/import`.

use actix_web::web::{Data, Payload};
use actix_web::{HttpRequest, HttpResponse};

use super::{ImportedKey, ImportedKeys, KeyImport};
use crate::api_keys::{ApiKey, store};
use crate::app::App;
use crate::db::Conn;
use crate::manage::api_keys::rules::Stored;
use crate::manage::api_keys::view::owner_of;
use crate::manage::api_keys::{listing, making, rules};
use crate::manage::endpoints::{body, call, change, ok};
use crate::manage::{Call, Stop};
use crate::random::Random;
use crate::secret::Digest;
use crate::web::Problem;

/// Keys of one call at most.
const MOST: usize = 100;
/// Characters of a hint at most.
const LONGEST_HINT: usize = 8;

/// Takes keys over that exist already, by the digests of their secrets: programs go on with what they have.
#[utoipa::path(
    post, path = "/v1/api-keys/import", tag = "API keys", operation_id = "import_api_keys",
    request_body = KeyImport,
    responses(
        (status = 200, description = "They work from now on", body = ImportedKeys),
        (status = 400, description = "`invalid_body`"),
        (status = 401, description = "`unauthenticated`, `invalid_token`, `token_expired`"),
        (status = 403, description = "`permission_denied`: needs `api_keys:administer` and every permission that the keys have"),
        (status = 409, description = "`already_exists`: a digest is known; `limit_reached`"),
        (status = 422, description = "`too_many`, `invalid_digest`, `invalid_prefix`, `invalid_hint`, `unknown_owner`, `invalid_name`, `invalid_description`, `invalid_metadata`, `invalid_level`, `invalid_scopes`, `unknown_scope`, `invalid_expires_at`, `invalid_allowed_addresses`, `invalid_rate_limit`"),
    ),
)]
pub async fn post(request: HttpRequest, payload: Payload, app: Data<App>) -> Result<HttpResponse, Problem> {
    let call = call(&request, &app).await?;
    call.need(&app, "api_keys:administer").await?;
    let wanted: KeyImport = body(&request, payload, &app).await?;
    if !(1..=MOST).contains(&wanted.keys.len()) {
        return Err(Problem::invalid("too_many", format!("One call takes 1 to {MOST} keys over.")));
    }
    let random = app.random.clone();
    let items = change(&app, move |conn| {
        let taken: Result<Vec<ApiKey>, Stop> = wanted
            .keys
            .iter()
            .enumerate()
            .map(|(at, one)| take(conn, (&call, &random), one).map_err(|stop| numbered(stop, at)))
            .collect();
        Ok(listing::views(conn, call.tenant, &taken?, call.now)?)
    })
    .await?;
    Ok(ok(&ImportedKeys { items }))
}

/// Says which of them it is.
fn numbered(stop: Stop, at: usize) -> Stop {
    match stop {
        Stop::Refused(mut problem) => {
            problem.detail = format!("keys[{at}]: {}", problem.detail).into_boxed_str();
            Stop::Refused(problem)
        }
        other => other,
    }
}

/// Takes one key over.
fn take(conn: &mut Conn<'_>, (call, random): (&Call, &Random), wanted: &ImportedKey) -> Result<ApiKey, Stop> {
    let digest = Digest::from_hex(&wanted.digest).ok_or_else(|| {
        let detail = "digest is SHA-256 of the whole secret, as 64 hexadecimal digits.";
        Problem::invalid("invalid_digest", detail)
    })?;
    let prefix =
        wanted.prefix.parse().map_err(|why| Problem::invalid("invalid_prefix", format!("{why}.")))?;
    let hint = &wanted.hint;
    if hint.len() > LONGEST_HINT || !hint.bytes().all(|byte| byte.is_ascii_graphic()) {
        let detail = format!("hint is at most {LONGEST_HINT} characters of the secret's end.");
        return Err(Problem::invalid("invalid_hint", detail).into());
    }
    if store::find_by_digest(conn, &digest)?.is_some() {
        return Err(Problem::conflict("already_exists", "A key with this digest is there already.").into());
    }
    let settings = making::settings(conn, call)?;
    let stored = Stored { prefix, hint: hint.clone(), digest };
    let named = (random.id(call.now), owner_of(wanted.owner));
    let key = rules::new(call, named, stored, (&wanted.described(), &settings))?;
    making::add(conn, (call, random), (&key, &settings), "api_key.import")?;
    Ok(key)
}
