//! The middleware that stands in front of the routes.

use actix_web::body::{BoxBody, MessageBody, to_bytes_limited};
use actix_web::dev::{Payload, ServiceRequest, ServiceResponse};
use actix_web::http::header::{
    AUTHORIZATION, CONTENT_LENGTH, CONTENT_TYPE, HOST, HeaderMap, HeaderName, HeaderValue, TRANSFER_ENCODING,
};
use actix_web::http::{StatusCode, Uri};
use actix_web::middleware::Next;
use actix_web::web::{self, Data};
use actix_web::{Error, HttpMessage};
use futures_util::stream;

use super::place::{self, Asked, Placed};
use super::query;
use crate::app::{App, Place, bearer_token};
use crate::auth_flow;
use crate::edge::API_KEY;
use crate::tenants::{Door, ProfileName};
use crate::text::{Failing, Json};
use crate::web::{ErrorShape, Problem, RequestId, read_json_text, told, wants_problem_details};

/// An answer larger than that is not translated: lists have pages.
const LARGEST: usize = 16 * 1024 * 1024;

/// The header of a key.
const X_API_KEY: HeaderName = HeaderName::from_static(API_KEY);

/// A request on its way behind an address of a published interface.
struct Passing {
    door: &'static Door,
    path: String,
    query: String,
    found: Vec<(String, String)>,
    sent: Json,
}

/// Has a request go where its interface means it to go, and its answer come back in the words of that interface.
pub async fn translate(
    request: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> Result<ServiceResponse<BoxBody>, Error> {
    match request.app_data::<Data<App>>() {
        Some(app) if !place::is_ours(app, &asked(&request)) => {
            let app = app.clone();
            // On the heap, so that those that are not translated do not carry its weight.
            Box::pin(translated(request, next, app)).await
        }
        _ => Ok(next.call(request).await?.map_into_boxed_body()),
    }
}

async fn translated(
    mut request: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
    app: Data<App>,
) -> Result<ServiceResponse<BoxBody>, Error> {
    let placed = match place::find(&app, &asked(&request), app.now()).await {
        Ok(placed) => placed,
        Err(why) => return Ok(refuse(request, &Problem::from(why))),
    };
    note(&request, &placed);
    // The next page is at the address that was asked, whatever it is called behind it.
    let asked_at = request.path().to_owned();
    if let Some(path) = &placed.path {
        go_to(&mut request, path, None);
    }
    let passing = match enter(&mut request, (&placed, &asked_at), &app).await {
        Ok(passing) => passing,
        Err(problem) => return Ok(refuse(request, &problem)),
    };
    let answer = next.call(request).await?.map_into_boxed_body();
    let answer = in_words(answer, &placed);
    match passing {
        Some(passing) if answer.status().is_success() => Ok(leave(answer, &passing).await),
        _ => Ok(answer),
    }
}

fn one<'a>(headers: &'a HeaderMap, name: &HeaderName) -> Option<&'a str> {
    let mut all = headers.get_all(name);
    let first = all.next().filter(|_| all.next().is_none())?;
    first.to_str().ok()
}

fn asked(request: &ServiceRequest) -> Asked<'_> {
    let headers = request.headers();
    let authorization = headers.get_all(AUTHORIZATION).map(|value| value.to_str().ok());
    Asked {
        method: request.method().as_str(),
        // HTTP/2 has the host in the address.
        host: one(headers, &HOST)
            .or_else(|| request.uri().authority().map(|authority| authority.as_str()))
            .unwrap_or_default(),
        path: request.path(),
        bearer: bearer_token(authorization).ok(),
        api_key: one(headers, &X_API_KEY),
    }
}

/// Writes down whose door it is and in which shape failures are told, for whoever answers.
fn note(request: &ServiceRequest, placed: &Placed) {
    if placed.place.tenant.is_some() || placed.place.address.is_some() {
        request.extensions_mut().insert::<Place>(placed.place);
    }
    if let Some(profile) = placed.profile.filter(|profile| profile.name != ProfileName::NATIVE)
        && !wants_problem_details(request.headers())
    {
        request.extensions_mut().insert(ErrorShape(&profile.errors));
    }
}

fn refuse(request: ServiceRequest, problem: &Problem) -> ServiceResponse<BoxBody> {
    let (request, _) = request.into_parts();
    let response = told(&request, problem);
    ServiceResponse::new(request, response)
}

/// Sends a request to another address. Routes are looked for after this.
fn go_to(request: &mut ServiceRequest, path: &str, query: Option<&str>) {
    let old = request.uri().query();
    let target = match query.or(old).filter(|query| !query.is_empty()) {
        Some(query) => format!("{path}?{query}"),
        None => path.to_owned(),
    };
    let mut parts = request.uri().clone().into_parts();
    let Ok(target) = target.parse() else { return };
    parts.path_and_query = Some(target);
    let Ok(uri) = Uri::from_parts(parts) else { return };
    request.match_info_mut().get_mut().update(&uri);
    request.head_mut().uri = uri;
}

/// Goes through the address of an interface, if there is one here.
async fn enter(
    request: &mut ServiceRequest,
    (placed, asked_at): (&Placed, &str),
    app: &App,
) -> Result<Option<Passing>, Problem> {
    let Some(profile) = placed.profile else { return Ok(None) };
    let Some((door, found)) = profile.door(request.method().as_str(), request.path()) else {
        return Ok(None);
    };
    // Whoever understands problem details speaks our own words, wherever the address is ours too.
    let is_ours = !door.is_open && wants_problem_details(request.headers());
    if is_ours || door.needs_key && !asked(request).has_key() {
        return Ok(None);
    }
    let query = request.query_string().to_owned();
    let ours = query::translated(&query, &door.query)
        .map_err(|why| Problem::bad_request("invalid_query", format!("The query cannot be read: {why}.")))?;
    let mut passing = Passing { door, path: asked_at.to_owned(), query, found, sent: Json::Null };
    if let Some(template) = &door.request {
        let payload = request.extract::<web::Payload>().await;
        let payload = payload.map_err(|why| Problem::internal(format!("no body to read: {why}")))?;
        let text = read_json_text(request.request(), payload, app.body_limit()).await?;
        passing.sent = Json::parse(&text).map_err(|why| {
            Problem::bad_request("invalid_body", format!("The body is not valid here: {why}."))
        })?;
        let (path, query) = (passing.of_path(), passing.of_query());
        let scopes = [("body", &passing.sent), ("path", &path), ("query", &query)];
        let body = template.fill(&scopes).unwrap_or(Json::Null).to_text();
        let headers = request.headers_mut();
        headers.remove(TRANSFER_ENCODING);
        headers.insert(CONTENT_LENGTH, HeaderValue::from(body.len()));
        let whole = stream::once(std::future::ready(Ok(web::Bytes::from(body))));
        request.set_payload(Payload::Stream { payload: Box::pin(whole) });
    }
    let to = door.to.fill(&passing.found);
    go_to(request, &to, Some(&ours));
    if let (false, Ok(method)) = (request.method() == "HEAD", door.to_method.as_str().parse()) {
        request.head_mut().method = method;
    }
    Ok(Some(passing))
}

impl Passing {
    fn of_path(&self) -> Json {
        let member = |(name, value): &(String, String)| (name.clone(), Json::from(value.as_str()));
        Json::Object(self.found.iter().map(member).collect())
    }

    fn of_query(&self) -> Json {
        let pairs = url::form_urlencoded::parse(self.query.as_bytes());
        Json::Object(pairs.map(|(name, value)| (name.into_owned(), Json::from(&*value))).collect())
    }
}

/// Tells a failure of the first-party flow in the words of an interface that has others.
fn in_words(answer: ServiceResponse<BoxBody>, placed: &Placed) -> ServiceResponse<BoxBody> {
    let Some(profile) = placed.profile.filter(|profile| profile.errors_everywhere) else { return answer };
    if wants_problem_details(answer.request().headers()) {
        return answer;
    }
    let error = answer.response().error().and_then(|error| error.as_error::<auth_flow::Error>());
    let Some(error) = error else { return answer };
    let details: Vec<(&str, &str)> =
        error.details.iter().map(|detail| (detail.field, detail.message.as_str())).collect();
    // An interface without a place for details says them in its sentence.
    let sentence =
        details.iter().map(|(field, message)| format!("{field}: {message}")).collect::<Vec<_>>().join(" ");
    let is_told = details.is_empty() || profile.errors.body.mentions("details");
    let request_id = RequestId::current();
    let body = profile.errors.render(&Failing {
        status: error.code.status().as_u16(),
        code: error.in_common(),
        title: error.code.title(),
        message: if is_told { &error.message } else { &sentence },
        fix: None,
        details: &details,
        parts: &[],
        retry_after: error.seconds(),
        cause: error.cause.as_deref(),
        request_id: request_id.as_str(),
    });
    // Status and headers are the same in all words; the cause stays with them, for the log.
    let kind = HeaderValue::from_str(&profile.errors.content_type);
    let (request, mut response) = answer.into_parts();
    if let Ok(kind) = kind {
        response.headers_mut().insert(CONTENT_TYPE, kind);
    }
    ServiceResponse::new(request, response.set_body(BoxBody::new(body)))
}

/// Brings a success back in the words of the interface.
async fn leave(answer: ServiceResponse<BoxBody>, passing: &Passing) -> ServiceResponse<BoxBody> {
    let door = passing.door;
    let (request, response) = answer.into_parts();
    let Some(template) = &door.answer else { return ServiceResponse::new(request, response) };
    let (mut response, body) = response.into_parts();
    let body = match to_bytes_limited(body, LARGEST).await {
        Ok(Ok(body)) => body,
        _ => {
            let problem = Problem::internal("an answer could not be read to be translated");
            return ServiceResponse::new(request.clone(), told(&request, &problem));
        }
    };
    // Files, and answers without a body to a request of whom nothing is said.
    let ours = match Json::parse(&body) {
        Ok(ours) => ours,
        Err(_) if body.is_empty() && door.status.is_some() => Json::Object(Vec::new()),
        Err(_) => return ServiceResponse::new(request, response.set_body(BoxBody::new(body))),
    };
    let (path, query) = (passing.of_path(), passing.of_query());
    let id = Json::from(RequestId::current().as_str());
    let cursor = ours.get("next_cursor").and_then(Json::as_text);
    let next =
        cursor.map(|cursor| Json::Text(query::next(&passing.path, &passing.query, &door.query, cursor)));
    let mut scopes = vec![
        ("body", &ours),
        ("sent", &passing.sent),
        ("path", &path),
        ("query", &query),
        ("request_id", &id),
    ];
    scopes.extend(next.as_ref().map(|next| ("next", next)));
    let text = template.fill(&scopes).unwrap_or(Json::Null).to_text();
    if let Some(status) = door.status.and_then(|status| StatusCode::from_u16(status).ok()) {
        *response.status_mut() = status;
    }
    response.headers_mut().remove(CONTENT_LENGTH);
    response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
    ServiceResponse::new(request, response.set_body(BoxBody::new(text)))
}
