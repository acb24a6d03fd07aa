//! `POST /oauth2/device_authorization`.

use actix_web::http::{StatusCode, header};
use actix_web::web::{Data, Payload};
use actix_web::{HttpRequest, HttpResponse};
use serde::Serialize;

use crate::app::{App, attempts};
use crate::clients::{self, CLI_CLIENT, GrantType, KnownClient};
use crate::clock::Timestamp;
use crate::db::DbError;
use crate::device_authorizations::{
    self, DeviceAuthorization, DeviceCode, DeviceState, INTERVAL, LIFETIME, UserCode,
};
use crate::limits::{self, Decision};
use crate::oauth::authorize::{repeated, scopes_and_audiences};
use crate::oauth::client_auth::endpoints::authenticate;
use crate::oauth::{Error, ErrorCode};
use crate::tenants::Issuer;
use crate::web::{ClientIp, Params, Sender, paths, read_form};

/// How much of `User-Agent` is shown to the person who is asked.
const LONGEST_USER_AGENT: usize = 200;
/// How often another person's code is drawn when one is in use: far more often than will ever be needed.
const DRAWS: usize = 5;

/// RFC 8628 3.2.
#[derive(Serialize)]
struct Answer<'a> {
    device_code: &'a str,
    user_code: &'a str,
    verification_uri: &'a str,
    verification_uri_complete: String,
    expires_in: u64,
    interval: i64,
}

/// `POST /oauth2/device_authorization`.
#[utoipa::path(
    post, path = "/oauth2/device_authorization", tag = "protocol", operation_id = "device_authorization",
    request_body(content = Object, content_type = "application/x-www-form-urlencoded"),
    responses(
        (status = 200, description = "Codes for the device and for the person (RFC 8628 3.2)"),
        (status = 400, description = "`invalid_request`, `unauthorized_client`, `invalid_scope`, `invalid_target`"),
        (status = 401, description = "`invalid_client`"),
        (status = 429, description = "`temporarily_unavailable`: too many began from this address"),
    ),
    security(()),
)]
pub async fn post(request: HttpRequest, payload: Payload, app: Data<App>) -> Result<HttpResponse, Error> {
    let params = read_form(&request, payload, app.body_limit()).await?;
    if let Some(name) = repeated(&params) {
        return Err(Error::invalid_request(format!("{name} is given more than once")));
    }
    let Some(issuer) = app.issuer(request.match_info().get("tenant")).await? else {
        return Err(Error::unknown_issuer());
    };
    let now = app.now();
    if params.get("client_id") == Some(CLI_CLIENT) {
        provide_command_line(&app, now).await?;
    }
    let client = authenticate(&app, &issuer, &request, &params, now).await?;
    if !client.client.may_use(GrantType::DeviceCode) {
        let text = format!("this client is not registered for {}", GrantType::DeviceCode);
        return Err(Error::new(ErrorCode::UnauthorizedClient, text));
    }
    let device = wanted(&app, (&issuer, &client), (&request, &params), now)?;
    begin(&app, &request, device, now).await
}

/// The application of `gridkey login` is there as soon as somebody asks for it.
async fn provide_command_line(app: &App, now: Timestamp) -> Result<(), Error> {
    if app.client(CLI_CLIENT).await?.is_some() {
        return Ok(());
    }
    let id = app.random.id(now);
    let provided: Result<(), DbError> =
        app.db.write(move |conn| clients::command_line::provide(conn, (id, now))).await;
    match provided {
        // Somebody else asked at the same time.
        Ok(()) | Err(DbError::Conflict(_)) => {
            app.forget();
            Ok(())
        }
        Err(why) => Err(why.into()),
    }
}

/// What is asked for; the codes are still to be drawn.
fn wanted(
    app: &App,
    (issuer, client): (&Issuer, &KnownClient),
    (request, params): (&HttpRequest, &Params),
    now: Timestamp,
) -> Result<(DeviceCode, DeviceAuthorization), Error> {
    let (scopes, audiences) =
        scopes_and_audiences(client, params).map_err(|(code, text)| Error::new(code, text))?;
    let code = DeviceCode::generate(&app.random);
    let sender = Sender::of(request);
    let device = DeviceAuthorization {
        id: app.random.id(now),
        tenant_id: client.client.tenant_id,
        client_pk: client.client.id,
        issuer_tenant_id: issuer.tenant_id(),
        device_digest: code.digest(),
        user_digest: code.digest(),
        scopes,
        audiences,
        address: sender.address,
        user_agent: sender.user_agent.chars().filter(|c| !c.is_control()).take(LONGEST_USER_AGENT).collect(),
        state: DeviceState::Pending,
        poll_interval: INTERVAL,
        polled_at: None,
        approval: None,
        created_at: now,
        expires_at: now + LIFETIME,
    };
    Ok((code, device))
}

/// Why nothing was written down.
enum Begun {
    Yes,
    TooMany(Timestamp),
}

/// Writes it down under a person's code that nobody else has, and answers.
async fn begin(
    app: &App,
    request: &HttpRequest,
    (code, device): (DeviceCode, DeviceAuthorization),
    now: Timestamp,
) -> Result<HttpResponse, Error> {
    let (bucket, rule) = attempts::device_begin(app, ClientIp::of(request));
    let key = attempts::user_code_key(app);
    for _ in 0..DRAWS {
        let user_code = UserCode::generate(&app.random);
        let device = DeviceAuthorization { user_digest: user_code.digest(&key), ..device.clone() };
        let written = app.db.write(move |conn| {
            if let Decision::Blocked { until } = limits::store::take(conn, bucket, rule, now)? {
                return Ok(Begun::TooMany(until));
            }
            device_authorizations::store::insert(conn, device.tenant_id, &device)?;
            Ok(Begun::Yes)
        });
        match written.await {
            Ok(Begun::Yes) => return Ok(answer(app, &code, &user_code)),
            Ok(Begun::TooMany(until)) => return Err(too_many(until, now)),
            Err(DbError::Conflict(_)) => {}
            Err(why) => return Err(why.into()),
        }
    }
    Err(Error::unavailable("every code that was drawn is in use"))
}

fn answer(app: &App, code: &DeviceCode, user_code: &UserCode) -> HttpResponse {
    // One page for every issuer: a code says by itself where it belongs.
    let page = format!("{}{}", app.config.server.issuer(), paths::DEVICE);
    let user_code = user_code.shown();
    metrics::counter!("device_authorizations_total").increment(1);
    HttpResponse::Ok()
        .insert_header((header::CACHE_CONTROL, "no-store"))
        .insert_header((header::PRAGMA, "no-cache"))
        .json(Answer {
            device_code: code.expose(),
            user_code: &user_code,
            verification_uri: &page,
            verification_uri_complete: format!("{page}?user_code={user_code}"),
            expires_in: LIFETIME.as_secs(),
            interval: INTERVAL,
        })
}

fn too_many(until: Timestamp, now: Timestamp) -> Error {
    let seconds = until.since(now).as_secs().saturating_add(1);
    let text = format!("too many devices began from this address; try again in {seconds} seconds");
    Error::new(ErrorCode::TemporarilyUnavailable, text)
        .status(StatusCode::TOO_MANY_REQUESTS)
        .retry_after(until.since(now))
        .cause("too many device authorizations from one source")
}
