//! `POST /v1/verify` and `/v1/verify/batch`.

use std::net::{IpAddr, Ipv4Addr};

use actix_web::http::StatusCode;
use actix_web::http::header::{AUTHORIZATION, CACHE_CONTROL, USER_AGENT};
use actix_web::web::{Data, Payload};
use actix_web::{HttpRequest, HttpResponse, ResponseError as _};
use serde::Serialize;
use utoipa::ToSchema;

use super::{VerifyBatch, VerifyRequest};
use crate::app::{App, Credential, Denied, Door, Identity, Seen, bearer_token};
use crate::clock::Timestamp;
use crate::credentials::store::RATE_LIMITED;
use crate::edge::exposure;
use crate::edge::{Presented, Refusal, VerdictView, decide, digest_to_check};
use crate::web::{AnswerHeaders, ClientIp, Problem, read_json};

/// What whoever asks has to hold.
pub const PERMISSION: &str = "credentials:verify";
/// How many one call may ask for.
const MOST: usize = 100;

/// Several verdicts, in the order of the questions.
#[derive(Debug, Serialize, ToSchema)]
pub struct Verdicts {
    /// The verdicts.
    pub verdicts: Vec<VerdictView>,
}

/// Says who sends a request and what they may do.
#[utoipa::path(
    post, path = "/v1/verify", tag = "edge", operation_id = "verify",
    request_body = VerifyRequest,
    responses(
        (status = 200, description = "The verdict, good or bad: look at `active`", body = VerdictView),
        (status = 401, description = "`unauthenticated`, `invalid_token`, `token_expired`"),
        (status = 403, description = "`permission_denied`: needs `credentials:verify`"),
        (status = 422, description = "`invalid_verify_request`, `invalid_permission`, `invalid_address`"),
        (status = 429, description = "`rate_limited`: the caller asks too often"),
    ),
)]
pub async fn post(request: HttpRequest, payload: Payload, app: Data<App>) -> Result<HttpResponse, Problem> {
    let now = app.now();
    let asker = asker(&request, &app, now).await?;
    count(&request, &app, &asker, (1, now)).await?;
    let question: VerifyRequest = read_json(&request, payload, app.body_limit()).await?;
    Ok(answer(&verdict(&app, &asker, &question, now).await?))
}

/// The same for several at once.
#[utoipa::path(
    post, path = "/v1/verify/batch", tag = "edge", operation_id = "verify_batch",
    request_body = VerifyBatch,
    responses(
        (status = 200, description = "The verdicts, in order", body = Verdicts),
        (status = 401, description = "`unauthenticated`, `invalid_token`, `token_expired`"),
        (status = 403, description = "`permission_denied`: needs `credentials:verify`"),
        (status = 422, description = "`too_many`, `invalid_verify_request`, `invalid_permission`, `invalid_address`"),
        (status = 429, description = "`rate_limited`: the caller asks too often"),
    ),
)]
pub async fn post_batch(
    request: HttpRequest,
    payload: Payload,
    app: Data<App>,
) -> Result<HttpResponse, Problem> {
    let now = app.now();
    let asker = asker(&request, &app, now).await?;
    let batch: Result<VerifyBatch, _> = read_json(&request, payload, app.body_limit()).await;
    // What cannot be read, or asks for too much, counts as one question.
    let questions = batch.as_ref().map_or(1, |batch| batch.requests.len());
    count(&request, &app, &asker, (if questions > MOST { 1 } else { questions }, now)).await?;
    let batch = batch?;
    if !(1..=MOST).contains(&batch.requests.len()) {
        return Err(Problem::invalid("too_many", format!("One call asks for 1 to {MOST} verdicts.")));
    }
    let mut verdicts = Vec::with_capacity(batch.requests.len());
    for question in &batch.requests {
        verdicts.push(verdict(&app, &asker, question, now).await?);
    }
    Ok(answer(&Verdicts { verdicts }))
}

fn answer(body: &impl Serialize) -> HttpResponse {
    HttpResponse::Ok().insert_header((CACHE_CONTROL, "no-store")).json(body)
}

/// Who asks. Verdicts tell whose a credential is, so not everybody may.
async fn asker(request: &HttpRequest, app: &App, now: Timestamp) -> Result<Identity, Problem> {
    let identity = match identify(request, app, now).await {
        Ok(identity) => identity,
        Err(problem) => return Err(turned_away(request, app, problem, now).await),
    };
    if identity.permissions.allows(PERMISSION) {
        return Ok(identity);
    }
    app.note_use(&identity, Some("permission_denied"), seen(request, now));
    Err(Problem::forbidden(format!("You do not have the permission {PERMISSION}."))
        .fix("Ask an administrator of the organisation for a role that has it."))
}

async fn identify(request: &HttpRequest, app: &App, now: Timestamp) -> Result<Identity, Problem> {
    let headers = request.headers().get_all(AUTHORIZATION).map(|value| value.to_str().ok());
    match Presented::of_text(bearer_token(headers)?) {
        Some(Presented::Key(key)) => {
            let outcome = app.identify_key(&key, ClientIp::of(request), now).await;
            if let Err(denied) = &outcome
                && let Some(key) = denied.used_key()
            {
                app.note_refused(&key, denied.reason(), seen(request, now));
            }
            Ok(outcome?)
        }
        Some(Presented::Token(token)) => Ok(app.identify_token(&token, None, now).await?),
        Some(Presented::Signature) | None => Err(Denied::Unknown.into()),
    }
}

/// Refuses who asks without a credential that stands, or has them wait when that happens too often from there.
async fn turned_away(request: &HttpRequest, app: &App, problem: Problem, now: Timestamp) -> Problem {
    if problem.status_code() != StatusCode::UNAUTHORIZED {
        return problem;
    }
    match app.spend_as_stranger(ClientIp::of(request), now).await {
        Some(limits) if !limits.allowed => {
            AnswerHeaders(limits.headers()).note(request);
            Problem::rate_limited(limits.standing.wait)
        }
        _ => problem,
    }
}

/// Counts what somebody asks, whatever comes of it: against the limit of those who ask, and as a use of their key.
async fn count(
    request: &HttpRequest,
    app: &App,
    asker: &Identity,
    (questions, now): (usize, Timestamp),
) -> Result<(), Problem> {
    let limits = app.spend_as_asker(asker, questions, now).await;
    let over = limits.filter(|limits| !limits.allowed);
    app.note_use(asker, over.map(|_| RATE_LIMITED), seen(request, now));
    if let Some(limits) = limits {
        AnswerHeaders(limits.headers()).note(request);
    }
    over.map_or(Ok(()), |limits| Err(Problem::rate_limited(limits.standing.wait)))
}

fn seen(request: &HttpRequest, now: Timestamp) -> Seen<'_> {
    let agent = request.headers().get(USER_AGENT).and_then(|value| value.to_str().ok());
    let user_agent = agent.unwrap_or_default();
    Seen { address: ClientIp::of(request), user_agent, door: Door::Verify, now }
}

async fn verdict(
    app: &App,
    asker: &Identity,
    question: &VerifyRequest,
    now: Timestamp,
) -> Result<VerdictView, Problem> {
    let address = match &question.address {
        // Stands on no list of addresses.
        None => IpAddr::V4(Ipv4Addr::UNSPECIFIED),
        Some(text) => text
            .parse()
            .map_err(|_| Problem::invalid("invalid_address", "address is an IPv4 or IPv6 address."))?,
    };
    let wanted = question.wanted(asker.principal.tenant.slug.as_str())?;
    let carrier = question.carrier(app.usual_scheme())?;
    let decided = decide(app, &carrier, &wanted, (address, now)).await;
    let verdict = match decided.outcome {
        Ok(identity) => {
            let is_signed = matches!(identity.credential, Credential::SignedRequest { .. });
            let content_digest = digest_to_check(&carrier).filter(|_| is_signed);
            VerdictView { content_digest, ..VerdictView::from(&identity) }
        }
        Err(Refusal::Signature(error)) => {
            let server_time = error.is_about_time().then(|| now.seconds());
            VerdictView { server_time, ..VerdictView::refused(error.reason()) }
        }
        Err(Refusal::Unavailable(error)) => return Err(error.into()),
        Err(Refusal::Exposed(key)) => {
            exposure::note(app, &key, now).await?;
            VerdictView::refused("key_in_query")
        }
        Err(refusal) => VerdictView::refused(refusal.reason()),
    };
    Ok(verdict.with_limits(decided.limits.as_ref()))
}
