//! `/v1/leak-reports`.

use std::time::Duration;

use actix_web::http::header;
use actix_web::web::{Data, Payload};
use actix_web::{HttpRequest, HttpResponse};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;

use super::{Finding, LeakReport, LeakReported, Sighting, Verdict, expose};
use crate::app::App;
use crate::audit::Origin;
use crate::limits::{self, Bucket, Decision, Rule};
use crate::manage::api_keys::{News, tell};
use crate::manage::endpoints::ok;
use crate::secret::Digest;
use crate::web::{ClientIp, Problem, RequestId, parse_json, read_json_text};

/// Keys of one report at most.
const MOST: usize = 100;
/// Reports of one address, and over which time.
const REPORTS: u32 = 60;
const WINDOW: Duration = Duration::from_secs(60 * 60);

/// Reports keys that were found where no key should be. Each that is a key of this server is ended at once, and its owner
/// hears of it; an organisation can have it disabled and not revoked. Anybody may report: whoever has the key in hand could do worse with it.
#[utoipa::path(
    post, path = "/v1/leak-reports", tag = "API keys", operation_id = "report_leaks", security(()),
    request_body = LeakReport,
    responses(
        (status = 200, description = "What each of them is: `results`, or for a list the list alone", body = LeakReported),
        (status = 400, description = "`invalid_body`"),
        (status = 413, description = "`body_too_large`"),
        (status = 415, description = "`unsupported_media_type`"),
        (status = 422, description = "`too_many`: a report has 1 to 100 keys"),
        (status = 429, description = "`too_many_reports`: with `Retry-After`"),
    ),
)]
pub async fn post(request: HttpRequest, payload: Payload, app: Data<App>) -> Result<HttpResponse, Problem> {
    let now = app.now();
    let report: LeakReport = parse_json(&read_json_text(&request, payload, app.body_limit()).await?)?;
    let is_list = matches!(report, LeakReport::Scanned(_));
    let sightings = sightings(report);
    if !(1..=MOST).contains(&sightings.len()) {
        return Err(Problem::invalid("too_many", format!("A report has 1 to {MOST} keys.")));
    }
    let address = ClientIp::of(&request);
    let bucket = Bucket::source(&app.master.derive_hmac("throttle leak_reports"), address);
    let rule = Rule::new(REPORTS, WINDOW);
    let decision = app.db.write(move |conn| limits::store::take(conn, bucket, rule, now)).await?;
    if let Decision::Blocked { until } = decision {
        return Err(Problem::too_many_requests(
            "too_many_reports",
            "This address has sent too many reports.",
        )
        .retry_after(until.since(now)));
    }
    let agent = request.headers().get(header::USER_AGENT).and_then(|agent| agent.to_str().ok());
    let origin = Origin {
        request_id: RequestId::current().as_str().to_owned(),
        address: address.to_string(),
        user_agent: agent.unwrap_or_default().to_owned(),
        ..Origin::default()
    };
    let mut results = Vec::new();
    for (sighting, kind) in sightings {
        results.push(verdict(&app, &origin, (sighting, kind)).await?);
    }
    Ok(if is_list { ok(&results) } else { ok(&LeakReported { results }) })
}

/// Ends one key, whether there is one or not: both take the same way.
async fn verdict(
    app: &App,
    origin: &Origin,
    (sighting, token_type): (Sighting, Option<String>),
) -> Result<Verdict, Problem> {
    let now = app.now();
    let token_hash = STANDARD.encode(Digest::of(sighting.text.as_bytes()).as_bytes());
    let (random, origin) = (app.random.clone(), origin.clone());
    let found = app.db.write(move |conn| expose(conn, (&random, &origin, now), &sighting)).await?;
    if let Finding::Ended(tenant, key) = found {
        app.forget();
        tell(app, tenant, key, (News::Exposed, now)).await;
    }
    let label = if found == Finding::Unknown { "false_positive" } else { "true_positive" };
    Ok(Verdict { token_hash, token_type, label })
}

/// Both shapes as one.
fn sightings(report: LeakReport) -> Vec<(Sighting, Option<String>)> {
    match report {
        LeakReport::Keys(report) => report
            .keys
            .into_iter()
            .map(|one| (Sighting { text: one.key, source: one.source, url: one.url }, None))
            .collect(),
        LeakReport::Scanned(list) => list
            .into_iter()
            .map(|one| {
                let (source, url) = (one.source.unwrap_or_default(), one.url.unwrap_or_default());
                (Sighting { text: one.token, source, url }, Some(one.r#type))
            })
            .collect(),
    }
}
