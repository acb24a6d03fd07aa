//! `POST /v1/verify` and `/v1/verify/batch`.

pub mod endpoints;

use serde::Deserialize;
use utoipa::ToSchema;

use super::{Carrier, Header, Wanted};
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
    fn carrier(&self) -> Result<CarriedRequest, Problem> {
        match (&self.credential, &self.request) {
            (Some(credential), None) => Ok(CarriedRequest {
                headers: vec![("authorization".into(), format!("Bearer {credential}"))],
                ..CarriedRequest::default()
            }),
            (None, Some(request)) => Ok(request.clone()),
            _ => Err(Problem::invalid(
                "invalid_verify_request",
                "Give either a credential or the request that carries it.",
            )),
        }
    }
}

impl Carrier for CarriedRequest {
    fn header(&self, name: &str) -> Header<'_> {
        let mut all = self.headers.iter().filter(|(known, _)| known.eq_ignore_ascii_case(name));
        match (all.next(), all.next()) {
            (None, _) => Header::Absent,
            (Some((_, value)), None) => Header::One(value),
            (Some(_), Some(_)) => Header::Ambiguous,
        }
    }

    fn query(&self) -> &str {
        self.target.split_once('?').map_or("", |(_, query)| query)
    }
}
