//! `/v1/configuration`.

use actix_web::http::StatusCode;
use actix_web::http::header::{CACHE_CONTROL, CONTENT_DISPOSITION, CONTENT_TYPE, ETAG, IF_MATCH};
use actix_web::web::{Data, Payload};
use actix_web::{HttpRequest, HttpResponse};

use super::{ConfigurationReport, rules};
use crate::app::App;
use crate::audit::{self, Changes, Target};
use crate::db::DbError;
use crate::manage::Call;
use crate::manage::endpoints::{call, query};
use crate::roles::rules_organisation;
use crate::secret::Digest;
use crate::seed::{self, Author, Bounds, EVERYTHING, Ground, Hashes, Mode, Report, Rules, SeedFile};
use crate::tenants::{self, Tenant};
use crate::web::{Problem, read_body};

/// The largest file that is read, in bytes.
const LARGEST: usize = 1024 * 1024;

/// What the file is.
const TOML: &str = "application/toml";
/// What it may be called when it is sent.
const ALSO_TOML: [&str; 4] = [TOML, "text/toml", "text/x-toml", "text/plain"];

/// A file describes everything that there is in an organisation, so that it is for those who rule all of it.
async fn ruling(request: &HttpRequest, app: &App) -> Result<Call, Problem> {
    let call = call(request, app).await?;
    call.allow(app, "tenant:*", rules_organisation(&call.actor.permissions)).await?;
    Ok(call)
}

/// Gives the organisation as a file that says what is there: the seed file. Hashes of passwords and digests of secrets are
/// left out, unless somebody who rules the whole server asks for them.
#[utoipa::path(
    get, path = "/v1/configuration", tag = "tenants", operation_id = "export_configuration",
    params(
        ("tenant" = Option<String>, Query, description = "Another organisation"),
        ("hashes" = Option<bool>, Query, description = "`true` for hashes of passwords and digests of secrets too"),
    ),
    responses(
        (status = 200, description = "The file", content((String = "application/toml"))),
        (status = 400, description = "`unknown_parameter`, `invalid_filter`"),
        (status = 401, description = "`unauthenticated`, `invalid_token`, `token_expired`"),
        (status = 403, description = "`permission_denied`: needs `tenant:*`, and with it every other permission inside \
            of an organisation; hashes need `*:*`"),
        (status = 404, description = "`not_found`"),
    ),
)]
pub async fn get(request: HttpRequest, app: Data<App>) -> Result<HttpResponse, Problem> {
    let call = ruling(&request, &app).await?;
    let hashes = rules::hashes(&query(&request)?)?;
    if hashes == Hashes::Written {
        call.need(&app, EVERYTHING).await?;
    }
    let (wanted, now) = (call.tenant, call.now);
    let read = app.db.read(move |conn| {
        let Some(tenant) = tenants::store::find(conn, wanted)? else { return Ok(None) };
        let text = seed::export(conn, Some(&tenant.slug), hashes, now)?;
        Ok::<_, DbError>(text.map(|text| (tenant, text)))
    });
    let (tenant, text) = read.await?.ok_or_else(Problem::not_found)?;
    let target = Target::new("tenant", tenant.id, tenant.slug.as_str());
    let changes = Changes::none().field("hashes", &false, &(hashes == Hashes::Written));
    let event = call.event(&app.random, "tenant.export", target, changes);
    let noted = app.db.write(move |conn| audit::store::insert(conn, wanted, &event));
    noted.await?;
    Ok(HttpResponse::Ok()
        .insert_header((CACHE_CONTROL, "no-store"))
        .insert_header((CONTENT_TYPE, TOML))
        .insert_header((CONTENT_DISPOSITION, format!("attachment; filename=\"{}.toml\"", tenant.slug)))
        .body(text))
}

/// Tells what applying a file would do, and changes nothing. The answer's `ETag` stands for exactly this.
#[utoipa::path(
    post, path = "/v1/configuration/plan", tag = "tenants", operation_id = "plan_configuration",
    params(
        ("tenant" = Option<String>, Query, description = "Another organisation"),
        ("prune" = Option<bool>, Query, description = "`true`: what the file does not name goes"),
    ),
    request_body(
        content((String = "application/toml")),
        description = "A seed file of this organisation alone, at most 1 MiB and 2000 objects",
    ),
    responses(
        (status = 200, description = "What it would do", body = ConfigurationReport),
        (status = 400, description = "`unknown_parameter`, `invalid_filter`"),
        (status = 401, description = "`unauthenticated`, `invalid_token`, `token_expired`"),
        (status = 403, description = "`permission_denied`: needs `tenant:*`, and with it every other permission inside \
            of an organisation, and whatever the file hands out; `errors` says where"),
        (status = 404, description = "`not_found`"),
        (status = 422, description = "`invalid_configuration`: `errors` has every error with its line and column"),
    ),
)]
pub async fn plan(request: HttpRequest, payload: Payload, app: Data<App>) -> Result<HttpResponse, Problem> {
    run(&request, payload, app, true).await
}

/// Brings the organisation to what a file says, in one transaction. With `If-Match` it does nothing if that would be
/// something else than its plan said. The same file again has nothing to do.
#[utoipa::path(
    post, path = "/v1/configuration/apply", tag = "tenants", operation_id = "apply_configuration",
    params(
        ("tenant" = Option<String>, Query, description = "Another organisation"),
        ("prune" = Option<bool>, Query, description = "`true`: what the file does not name goes"),
        ("If-Match" = Option<String>, Header, description = "The ETag of the plan that was agreed to"),
    ),
    request_body(
        content((String = "application/toml")),
        description = "A seed file of this organisation alone, at most 1 MiB and 2000 objects",
    ),
    responses(
        (status = 200, description = "What it did", body = ConfigurationReport),
        (status = 400, description = "`unknown_parameter`, `invalid_filter`"),
        (status = 401, description = "`unauthenticated`, `invalid_token`, `token_expired`"),
        (status = 403, description = "`permission_denied`: needs `tenant:*`, and with it every other permission inside \
            of an organisation, and whatever the file hands out; `errors` says where"),
        (status = 404, description = "`not_found`"),
        (status = 412, description = "`changed_meanwhile`: it would do something else now than its plan said"),
        (status = 422, description = "`invalid_configuration`: `errors` has every error with its line and column"),
    ),
)]
pub async fn apply(request: HttpRequest, payload: Payload, app: Data<App>) -> Result<HttpResponse, Problem> {
    run(&request, payload, app, false).await
}

async fn run(
    request: &HttpRequest,
    payload: Payload,
    app: Data<App>,
    dry_run: bool,
) -> Result<HttpResponse, Problem> {
    let call = ruling(request, &app).await?;
    let prune = rules::prune(&query(request)?)?;
    let agreed = if dry_run { None } else { agreed(request)? };
    let text = text(request, payload).await?;
    let wanted = call.tenant;
    let found = app.db.read_short(move |conn| tenants::store::find(conn, wanted)).await?;
    let tenant = found.filter(|tenant| tenant.deleted_at.is_none()).ok_or_else(Problem::not_found)?;
    let mode = Mode { dry_run, prune, agreed };
    let author = author(&app, &call, tenant);
    let now = call.now;
    // Reading and hashing take longer than a request may hold others up.
    let working = app.clone();
    let worked = tokio::task::spawn_blocking(move || work(&working, (author, now), &text, mode));
    let outcome = worked.await.map_err(Problem::internal)?;
    if !dry_run {
        app.forget();
    }
    let (report, digest) = outcome?;
    Ok(HttpResponse::Ok()
        .insert_header((CACHE_CONTROL, "no-store"))
        .insert_header((ETAG, tag(&digest)))
        .json(ConfigurationReport::from(&report)))
}

fn author(app: &App, call: &Call, tenant: Tenant) -> Author {
    let bounds = Bounds {
        tenant: tenant.id,
        slug: tenant.slug,
        principal: call.actor.principal.map(|principal| principal.uuid()),
        permissions: call.actor.permissions.clone(),
        issuer: app.config.server.issuer().to_owned(),
    };
    Author::caller(call.actor.name.clone(), call.origin.clone(), bounds)
}

fn work(
    app: &App,
    by: (Author, crate::clock::Timestamp),
    text: &str,
    mode: Mode,
) -> Result<(Report, Digest), Problem> {
    let rules = Rules { development: app.config.security.development };
    let file = SeedFile::parse(text, rules::ORIGIN, rules).map_err(|errors| rules::refused(&errors))?;
    file.check_profiles(app.profiles).map_err(|errors| rules::refused(&errors))?;
    if file.objects() > rules::MOST_OBJECTS {
        let detail = format!("A file describes at most {} objects here.", rules::MOST_OBJECTS);
        return Err(Problem::invalid("invalid_configuration", detail)
            .fix("Send it in parts, or let the operator apply it by gridkey config apply."));
    }
    let digest = file.digest();
    let report = seed::apply_by(&Ground::of(app), by, file, mode).map_err(rules::failed)?;
    let digest = report.digest(&digest);
    Ok((report, digest))
}

/// The body, if it is a text that can be a file.
async fn text(request: &HttpRequest, payload: Payload) -> Result<String, Problem> {
    let sent = read_body(request, payload, LARGEST).await?;
    let kind = request.headers().get(CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let kind = kind.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
    if !ALSO_TOML.contains(&kind.as_str()) {
        let (status, title) = (StatusCode::UNSUPPORTED_MEDIA_TYPE, "Unsupported media type");
        let problem = Problem::new(status, "unsupported_media_type", title, "The body must be a TOML file.");
        return Err(problem.fix("Send the header Content-Type: application/toml."));
    }
    let text = String::from_utf8(sent.to_vec());
    text.map_err(|_| {
        let detail = "The body is not text in UTF-8.";
        Problem::new(StatusCode::BAD_REQUEST, "invalid_body", "Invalid body", detail)
    })
}

fn tag(digest: &Digest) -> String {
    format!("\"{}\"", digest.to_hex())
}

/// The plan that `If-Match` says was agreed to. A tag that is none of ours is one that nothing matches.
fn agreed(request: &HttpRequest) -> Result<Option<Digest>, Problem> {
    let Some(sent) = request.headers().get(IF_MATCH) else { return Ok(None) };
    let sent = sent.to_str().unwrap_or_default().trim();
    if sent == "*" {
        return Ok(None);
    }
    let digest = sent.strip_prefix('"').and_then(|rest| rest.strip_suffix('"')).and_then(Digest::from_hex);
    digest.map(Some).ok_or_else(Problem::precondition_failed)
}
