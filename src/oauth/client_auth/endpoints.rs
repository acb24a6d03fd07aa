//! Client authentication, from the request.

use std::sync::Arc;

use actix_web::HttpRequest;
use actix_web::http::StatusCode;
use actix_web::http::header::AUTHORIZATION;
use actix_web::web::Data;

use super::Guard;
use crate::app::App;
use crate::clients::{AuthMethod, CredentialsError, KnownClient, Presented};
use crate::clock::Timestamp;
use crate::limits::{self, Bucket, Decision, Rule};
use crate::oauth::{Error, ErrorCode};
use crate::secret::Digest;
use crate::tenants::Issuer;
use crate::web::{ClientIp, Params};

/// The client that sent the request, once it has proved itself to this issuer. It is active, and so is its
/// organisation.
///
/// # Errors
/// `invalid_request` when there is no proof, or more than one; `invalid_client` when it does not convince;
/// `temporarily_unavailable` with status 429 when too many failed before.
pub async fn authenticate(
    app: &App,
    issuer: &Issuer,
    request: &HttpRequest,
    params: &Params,
    now: Timestamp,
) -> Result<Arc<KnownClient>, Error> {
    let authorization = authorization(request)?;
    let form_secret = params.get("client_secret");
    let presented = Presented::read(authorization, params.get("client_id"), form_secret)?;
    let known = app.client(&presented.client_id).await?;
    let known = known.filter(|known| issuer.admits(known.client.tenant_id));
    if presented.method == AuthMethod::None {
        // Nothing to guess, so nothing to count.
        let known = known.ok_or_else(|| Error::invalid_client(UNKNOWN))?;
        return presented.check(&known, now).map_err(Error::invalid_client).map(|()| known);
    }
    let guard = guard(request)?;
    let bucket =
        guard.bucket(known.as_ref().map(|known| known.client.client_id.as_str()), ClientIp::of(request));
    if let Some(until) = guard.blocked_until(bucket, now) {
        return Err(too_many(until, now));
    }
    let Some(known) = known else {
        // The work that a comparison takes, so that time does not tell who exists.
        std::hint::black_box(Digest::of(authorization.or(form_secret).unwrap_or_default().as_bytes()));
        return Err(counted(app, guard, bucket, now, UNKNOWN).await);
    };
    match presented.check(&known, now) {
        Ok(()) => Ok(known),
        Err(refused) => Err(counted(app, guard, bucket, now, refused).await),
    }
}

const UNKNOWN: &str = "unknown client, or one of another organisation";

/// The one `Authorization` header.
fn authorization(request: &HttpRequest) -> Result<Option<&str>, CredentialsError> {
    let mut headers = request.headers().get_all(AUTHORIZATION);
    match (headers.next(), headers.next()) {
        (None, _) => Ok(None),
        (Some(only), None) => only.to_str().map(Some).map_err(|_| CredentialsError::Malformed),
        (Some(_), Some(_)) => Err(CredentialsError::Several),
    }
}

fn guard(request: &HttpRequest) -> Result<&Guard, Error> {
    // Without it guessing would go unnoticed: better no answer at all.
    let guard = request.app_data::<Data<Guard>>().map(|data| data.get_ref());
    guard.ok_or_else(|| Error::internal("the server was put together without client_auth::Guard"))
}

/// Writes a failure down, and says what to answer: the same for all, until there were too many.
async fn counted(
    app: &App,
    guard: &Guard,
    bucket: Bucket,
    now: Timestamp,
    cause: impl std::fmt::Display,
) -> Error {
    // Many programs of one client may share an address, as people share one: a single one with an old secret must not
    // shut the others out at its first mistakes.
    let rule = Rule::new(app.config.sign_in.attempts_per_source, app.config.sign_in.attempts_window);
    match app.db.write(move |conn| limits::store::take(conn, bucket, rule, now)).await {
        Ok(Decision::Allowed) => Error::invalid_client(cause),
        Ok(Decision::Blocked { until }) => {
            guard.remember(bucket, until, now);
            too_many(until, now)
        }
        Err(why) => why.into(),
    }
}

/// Not `invalid_client`, which a client takes for good and forgets its secret: the secret was not even looked at.
fn too_many(until: Timestamp, now: Timestamp) -> Error {
    let seconds = until.since(now).as_secs().saturating_add(1);
    let text =
        format!("too many failed attempts to authenticate this client; try again in {seconds} seconds");
    Error::new(ErrorCode::TemporarilyUnavailable, text)
        .status(StatusCode::TOO_MANY_REQUESTS)
        .retry_after(until.since(now))
        .cause("client authentication is blocked for this client and address")
}
