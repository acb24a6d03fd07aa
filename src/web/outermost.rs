//! The outermost middleware, which every request passes: names it, works out the client's address, holds its head to the
//! bounds, and when the answer is there gives it the headers that every answer has, and writes its line.
//!
//! One for all of that, and for what comes next within it, because each middleware costs every request some memory and a
//! detour of its own.

use std::future::Future;
use std::rc::Rc;

use actix_web::body::MessageBody;
use actix_web::dev::{Service, ServiceRequest, ServiceResponse, Transform};
use actix_web::middleware::{Next, from_fn};
use actix_web::{Error, HttpMessage, HttpResponse};
use ipnet::IpNet;

use super::brand::Brand;
use super::cause::as_error;
use super::client_ip::{ClientIp, client_ip, forwarded_for, peer};
use super::reader::Reader;
use super::request_id::{RequestId, X_REQUEST_ID};
use super::request_log::{Line, RouteTimes};
use super::{bounds, headers};
use crate::random::Random;

/// What it has to know.
#[derive(Clone, Debug)]
pub struct Outermost {
    /// Who is believed about `X-Forwarded-For`.
    pub trusted_proxies: Vec<IpNet>,
    /// Where new names come from.
    pub random: Random,
    /// Whether the server's public address is https: only then may browsers be told to insist on it.
    pub https: bool,
}

/// The middleware; wrap it last. `within` is the one that stands next within it, as [`from_fn`] takes it.
pub fn outermost<S, B, W, F, C>(
    settings: Outermost,
    within: W,
) -> impl Transform<S, ServiceRequest, Response = ServiceResponse<C>, Error = Error, InitError = ()>
where
    S: Service<ServiceRequest, Response = ServiceResponse<B>, Error = Error> + 'static,
    B: MessageBody + 'static,
    W: Fn(ServiceRequest, Next<B>) -> F + 'static,
    F: Future<Output = Result<ServiceResponse<C>, Error>> + 'static,
    C: MessageBody + 'static,
{
    let settings = Rc::new((settings, within));
    from_fn(move |request: ServiceRequest, next: Next<B>| around(Rc::clone(&settings), request, next))
}

async fn around<B, W, F, C>(
    settings: Rc<(Outermost, W)>,
    request: ServiceRequest,
    next: Next<B>,
) -> Result<ServiceResponse<C>, Error>
where
    W: Fn(ServiceRequest, Next<B>) -> F,
    F: Future<Output = Result<ServiceResponse<C>, Error>>,
{
    let (settings, within) = &*settings;
    let trusted = &settings.trusted_proxies;
    let client = client_ip(peer(request.peer_addr()), &forwarded_for(request.headers()), trusted);
    let line = Line::begin(&request, client);
    let id = RequestId::choose(request.headers(), &settings.random);
    let reader = Reader::of(request.headers(), request.path(), request.query_string());
    request.extensions_mut().insert(ClientIp(client));
    let (name, https) = (id.clone(), settings.https);
    let answer = |request| within(request, next);
    // Not kept under a name first, which would take its memory twice for as long as the connection lasts.
    match reader {
        Some(reader) => {
            id.scope(reader.scope(Brand::scope(answered(request, answer, (name, https), line)))).await
        }
        None => id.scope(answered(request, answer, (name, https), line)).await,
    }
}

async fn answered<B, F>(
    request: ServiceRequest,
    answer: impl FnOnce(ServiceRequest) -> F,
    (name, https): (RequestId, bool),
    line: Line,
) -> Result<ServiceResponse<B>, Error>
where
    F: Future<Output = Result<ServiceResponse<B>, Error>>,
{
    let answer = match bounds::check(&request) {
        Ok(()) => answer(request).await,
        Err(refused) => Err(refused),
    };
    match answer {
        Ok(mut answer) => {
            finish(answer.response_mut(), &name, https);
            line.finish(answer.response(), &RouteTimes::of(answer.request()));
            Ok(answer)
        }
        Err(error) => {
            // Refused on the way in: no route had it yet.
            let mut response = HttpResponse::from_error(error);
            finish(&mut response, &name, https);
            line.finish(&response, &RouteTimes::unmatched());
            Err(as_error(response))
        }
    }
}

fn finish<B>(response: &mut HttpResponse<B>, id: &RequestId, https: bool) {
    let answered = response.headers_mut();
    headers::add(answered, https);
    answered.insert(X_REQUEST_ID, id.header_value());
}

/// For tests: nothing stands within.
#[cfg(test)]
pub(super) async fn straight_on<B: MessageBody + 'static>(
    request: ServiceRequest,
    next: Next<B>,
) -> Result<ServiceResponse<B>, Error> {
    next.call(request).await
}

#[cfg(test)]
#[path = "outermost_tests.rs"]
mod tests;
