//! The management API for pages of this process: the same rows of the table, without a socket and without the middleware
//! that guards one.

use std::future::ready;
use std::rc::Rc;
use std::sync::Arc;

use actix_http::{BoxedPayloadStream, HttpMessage as _, Payload, Request};
use actix_service::{IntoServiceFactory, Service as _, ServiceFactory as _};
use actix_web::body::MessageBody;
use actix_web::dev::AppConfig;
use actix_web::http::header::{self, HeaderName, HeaderValue};
use actix_web::http::{Method, Uri};
use actix_web::web::{self, Bytes, Data};

use futures_util::stream;

use super::router;
use crate::app::App;
use crate::routes;
use crate::viewer::{ApiCall, ApiReply, LocalApi, Service};

const IDEMPOTENCY_KEY: HeaderName = HeaderName::from_static("idempotency-key");
const REPLAYED: HeaderName = HeaderName::from_static("idempotency-replayed");

/// The API of one worker, which is assembled when it is first called.
pub fn of(app: &Arc<App>) -> LocalApi {
    let app = Arc::clone(app);
    LocalApi::new(Box::new(move || {
        let app = Arc::clone(&app);
        Box::pin(assemble(app))
    }))
}

async fn assemble(app: Arc<App>) -> Result<Service, String> {
    let development = app.config.security.development;
    let routes = actix_web::App::new()
        .app_data(Data::from(app))
        .configure(|services| {
            let of_the_api = routes::table(development).filter(|route| route.is_of_api());
            router::register(services, of_the_api);
        })
        .default_service(web::to(router::nothing_here));
    let service = routes.into_factory().new_service(AppConfig::default()).await;
    let service = Rc::new(service.map_err(|()| "the routes of the API cannot be assembled")?);
    Ok(Rc::new(move |call: ApiCall| {
        let service = Rc::clone(&service);
        Box::pin(async move {
            let request = request(call)?;
            let response = service.call(request).await.map_err(|why| why.to_string())?;
            let (_, response) = response.into_parts();
            Ok(reply(response))
        })
    }))
}

/// A call as the routes take it: what came over a network has no such extension.
fn request(call: ApiCall) -> Result<Request, String> {
    let mut request = match call.body {
        Some(body) => {
            let whole: BoxedPayloadStream = Box::pin(stream::once(ready(Ok(Bytes::from(body)))));
            let mut request = Request::with_payload(Payload::from(whole));
            let json = HeaderValue::from_static("application/json");
            request.headers_mut().insert(header::CONTENT_TYPE, json);
            request
        }
        None => Request::new(),
    };
    let head = request.head_mut();
    head.method = Method::from_bytes(call.method.as_bytes()).map_err(|why| why.to_string())?;
    head.uri = call.address.parse::<Uri>().map_err(|why| why.to_string())?;
    for (name, value) in [(header::IF_MATCH, call.version), (IDEMPOTENCY_KEY, call.once)] {
        if let Some(value) = value {
            let value = HeaderValue::from_str(&value).map_err(|why| why.to_string())?;
            head.headers.insert(name, value);
        }
    }
    request.extensions_mut().insert(call.person);
    Ok(request)
}

fn reply<B: MessageBody + 'static>(response: actix_web::HttpResponse<B>) -> ApiReply {
    let text = |name: &HeaderName| {
        response.headers().get(name).and_then(|value| value.to_str().ok()).map(str::to_owned)
    };
    let (status, etag) = (response.status().as_u16(), text(&header::ETAG));
    let retry_after = text(&header::RETRY_AFTER).and_then(|seconds| seconds.parse().ok());
    let (repeated, disposition) = (text(&REPLAYED).is_some(), text(&header::CONTENT_DISPOSITION));
    let media_type = text(&header::CONTENT_TYPE).unwrap_or_default();
    let mut body = Box::pin(response.into_body());
    // An answer is not gathered here: an export of years is longer than what fits into memory.
    let pieces = stream::poll_fn(move |context| {
        body.as_mut().poll_next(context).map(|piece| {
            piece.map(|piece| match piece {
                Ok(bytes) => Ok(bytes.to_vec()),
                Err(why) => {
                    let why: Box<dyn std::error::Error> = why.into();
                    Err(why.to_string())
                }
            })
        })
    });
    ApiReply { status, etag, repeated, retry_after, media_type, disposition, pieces: Box::pin(pieces) }
}
