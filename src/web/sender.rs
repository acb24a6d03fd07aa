//! Who sent a request, as far as HTTP tells.

use actix_web::HttpRequest;
use actix_web::http::header::USER_AGENT;

use super::{ClientIp, RequestId};

/// From where a request came: for the audit log. Nothing of it is proved but the address.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Sender {
    /// The request's name.
    pub request_id: String,
    /// The network address.
    pub address: String,
    /// What the program calls itself.
    pub user_agent: String,
}

impl Sender {
    /// Reads it. In the handler: elsewhere nobody knows the request's name.
    pub fn of(request: &HttpRequest) -> Self {
        let agent = request.headers().get(USER_AGENT).map(|value| String::from_utf8_lossy(value.as_bytes()));
        Self {
            request_id: RequestId::current().as_str().to_owned(),
            address: ClientIp::of(request).to_string(),
            user_agent: agent.unwrap_or_default().into(),
        }
    }
}
