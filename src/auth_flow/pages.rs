//! `GET /v1/auth/callback`: the one address of the flow that a browser visits. It shows a page only when there is
//! nowhere to send the browser to.

use actix_web::http::{StatusCode, header};
use actix_web::web::Data;
use actix_web::{HttpRequest, HttpResponse};

use super::authorize::{NotSentOn, send_on};
use crate::app::App;
use crate::web::{ErrorPage, Params};

/// `GET /v1/auth/callback`: takes the authorization endpoint's answer and sends the browser on to the application.
pub async fn callback(request: HttpRequest, app: Data<App>) -> Result<HttpResponse, ErrorPage> {
    let params = Params::from_query(request.query_string()).map_err(invalid)?;
    let target = send_on(&app, params, app.now()).await.map_err(|why| match why {
        NotSentOn::Invalid(why) => invalid(why),
        NotSentOn::Database(why) if why.is_temporary() => ErrorPage::unavailable(why),
        NotSentOn::Database(why) => ErrorPage::internal(why),
    })?;
    // 303, never 307 (RFC 9700 4.12).
    Ok(HttpResponse::build(StatusCode::SEE_OTHER)
        .insert_header((header::CACHE_CONTROL, "no-store"))
        .insert_header((header::LOCATION, target.expose()))
        .finish())
}

/// `AUTH_FLOW_INVALID`, for people.
fn invalid(cause: impl std::fmt::Display) -> ErrorPage {
    ErrorPage::new(StatusCode::BAD_REQUEST, ["error-over", "error-over-flow", "error-over-next"]).cause(cause)
}
