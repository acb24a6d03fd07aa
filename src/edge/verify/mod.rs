//! `POST /v1/verify` and `/v1/verify/batch`.

pub mod endpoints;

use std::borrow::Cow;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde::Deserialize;
use utoipa::ToSchema;

use super::{Carrier, Content, Header, Wanted};
use crate::app::Door;
use crate::request_keys::{Body, SignedRequest, UriScheme};
use crate::web::Problem;

/// A credential, or the request that carries it.
#[derive(Clone, Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct VerifyRequest {
    /// A key or a token by itself.
    #[serde(default)]
    pub credential: Option<String>,
    /// The request that carries it, as it arrived.
    #[serde(default)]
    pub request: Option<CarriedRequest>,
    /// The address that it came from. Without it keys with a list of addresses are refused.
    #[serde(default)]
    #[schema(example = "203.0.113.7")]
    pub address: Option<String>,
    /// What it needs: `resource:action`.
    #[serde(default)]
    #[schema(example = "models:use")]
    pub permission: Option<String>,
    /// For which API a token must have been given; absent means Gridkey itself.
    #[serde(default)]
    pub audience: Option<String>,
}

/// A request as it arrived at an API.
#[derive(Clone, Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CarriedRequest {
    /// Its method.
    #[schema(example = "GET")]
    pub method: String,
    /// Its address as it stood in the first line, query and all.
    #[schema(example = "/v1/models?limit=20")]
    pub target: String,
    /// Its headers, each as name and value, in their order and as often as they came.
    #[schema(value_type = Vec<Vec<String>>, example = json!([["authorization", "Bearer gk_..."]]))]
    pub headers: Vec<(String, String)>,
    /// The host that it was made to; the `Host` among the headers when absent. Signed requests need one of them.
    #[serde(default)]
    #[schema(example = "api.example.com")]
    pub authority: Option<String>,
    /// `https` or `http`; absent means as this server is reached.
    #[serde(default)]
    #[schema(example = "https")]
    pub scheme: Option<String>,
    /// Its body in base64; empty when it had none. Signed requests that may have one need it, or a `Content-Digest` among
    /// the headers: the verdict then tells what the body's digest has to be.
    #[serde(default)]
    pub body: Option<String>,
}

/// A request as it was told, and can be read.
struct Told<'a> {
    request: Cow<'a, CarriedRequest>,
    scheme: UriScheme,
    body: Option<Vec<u8>>,
    /// Whether it was told whole; a credential alone is no request.
    is_whole: bool,
}

/// Several at once.
#[derive(Clone, Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct VerifyBatch {
    /// 1 to 100 of them.
    pub requests: Vec<VerifyRequest>,
}

impl VerifyRequest {
    /// What it has to bring, in the organisation of whoever asks.
    fn wanted(&self, tenant: &str) -> Result<Wanted, Problem> {
        let permission = self.permission.as_deref().map(str::parse).transpose();
        let permission = permission
            .map_err(|why| Problem::invalid("invalid_permission", format!("permission: {why}.")))?;
        Ok(Wanted { tenant: Some(tenant.to_owned()), permission, audience: self.audience.clone() })
    }

    /// The request, whether it was told whole or only its credential.
    fn carrier(&self, usual: UriScheme) -> Result<Told<'_>, Problem> {
        let invalid = |detail: &str| Problem::invalid("invalid_verify_request", detail);
        match (&self.credential, &self.request) {
            (Some(credential), None) => {
                let headers = vec![("authorization".into(), format!("Bearer {credential}"))];
                let request = Cow::Owned(CarriedRequest { headers, ..CarriedRequest::default() });
                Ok(Told { request, scheme: usual, body: None, is_whole: false })
            }
            (None, Some(request)) => {
                let scheme = request.scheme.as_deref().map(str::parse).transpose();
                let scheme = scheme.map_err(|_| invalid("scheme is https or http."))?.unwrap_or(usual);
                let body = request.body.as_deref().map(|text| STANDARD.decode(text)).transpose();
                let body = body.map_err(|_| invalid("body is the body in base64, with its padding."))?;
                Ok(Told { request: Cow::Borrowed(request), scheme, body, is_whole: true })
            }
            _ => Err(invalid("Give either a credential or the request that carries it.")),
        }
    }
}

impl Carrier for Told<'_> {
    fn header(&self, name: &str) -> Header<'_> {
        let mut all = self.request.headers.iter().filter(|(known, _)| known.eq_ignore_ascii_case(name));
        match (all.next(), all.next()) {
            (None, _) => Header::Absent,
            (Some((_, value)), None) => Header::One(value),
            (Some(_), Some(_)) => Header::Ambiguous,
        }
    }

    fn query(&self) -> &str {
        self.request.target.split_once('?').map_or("", |(_, query)| query)
    }

    fn signed(&self) -> Option<SignedRequest<'_>> {
        let request = &self.request;
        let host = || match self.header("host") {
            Header::One(host) => host,
            Header::Absent | Header::Ambiguous => "",
        };
        self.is_whole.then(|| SignedRequest {
            method: &request.method,
            target: &request.target,
            scheme: self.scheme,
            authority: request.authority.as_deref().unwrap_or_else(host),
            headers: request.headers.iter().map(|(name, value)| (name.as_str(), value.as_bytes())).collect(),
            body: Body::Bytes(b""),
        })
    }

    fn door(&self) -> Door {
        Door::Verify
    }

    fn content(&self) -> Content<'_> {
        let in_pieces = self.header("transfer-encoding") != Header::Absent;
        match (&self.body, self.header("content-length")) {
            (Some(body), _) => Content::Seen(body),
            (None, Header::One("0")) if !in_pieces => Content::Seen(b""),
            (None, length) => Content::Unseen { announced: in_pieces || length != Header::Absent },
        }
    }
}
