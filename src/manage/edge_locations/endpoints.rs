//! `/v1/edge-locations/nearest`.

use actix_web::http::header::CACHE_CONTROL;
use actix_web::web::Data;
use actix_web::{HttpMessage, HttpRequest, HttpResponse};
use serde::Serialize;
use utoipa::ToSchema;

use crate::app::{App, Place};
use crate::manage::endpoints::{look, query};
use crate::tenants::{EdgeLocation, Position, Tenant, nearest_edge, store};
use crate::web::Problem;

/// Where whoever stands in front may write down from where a program calls.
const POSITION: &str = "x-client-position";

/// An edge.
#[derive(Debug, Serialize, ToSchema)]
pub struct Edge {
    /// Name for programs.
    #[schema(example = "eu-west")]
    pub region: String,
    /// Name for people.
    #[schema(example = "Vienna")]
    pub name: String,
    /// Where it answers.
    #[schema(example = "https://eu.edge.example.com")]
    pub endpoint: String,
    /// Seconds that this answer may be kept.
    #[schema(example = 300)]
    pub ttl: u32,
}

impl From<&EdgeLocation> for Edge {
    fn from(edge: &EdgeLocation) -> Self {
        Self {
            region: edge.region.clone(),
            name: edge.name.clone(),
            endpoint: edge.endpoint.clone(),
            ttl: edge.ttl,
        }
    }
}

/// The edge that a program should use.
#[derive(Debug, Serialize, ToSchema)]
pub struct NearestEdge {
    #[serde(flatten)]
    nearest: Edge,
    /// All that there are, when all are asked for: some programs measure the way to each.
    #[serde(skip_serializing_if = "Option::is_none")]
    all: Option<Vec<Edge>>,
}

/// Names the edge of an organisation that a program should use. Nobody has to say who they are: an address is no secret, and
/// a program asks before it does anything else.
#[utoipa::path(
    get, path = "/v1/edge-locations/nearest", tag = "edge", operation_id = "nearest_edge", security(()),
    params(
        ("tenant" = Option<String>, Query, description = "The organisation's slug; known already where the address is its own"),
        ("model" = Option<String>, Query, description = "Only an edge that serves this model"),
        ("region" = Option<String>, Query, description = "Rather one of this region"),
        ("position" = Option<String>, Query, description = "From where, in degrees: `48.2,16.4`; else as the header X-Client-Position says"),
        ("all" = Option<bool>, Query, description = "`true`: tells all edges too"),
    ),
    responses(
        (status = 200, description = "The edge", body = NearestEdge),
        (status = 400, description = "`invalid_query`, `unknown_parameter`, `invalid_position`"),
        (status = 404, description = "`not_found`: no such organisation, or no edge of it that serves the model"),
    ),
)]
pub async fn get(request: HttpRequest, app: Data<App>) -> Result<HttpResponse, Problem> {
    const KNOWN: [&str; 5] = ["tenant", "model", "region", "position", "all"];
    let params = query(&request)?;
    if let Some((name, _)) = params.pairs().find(|(name, _)| !KNOWN.contains(name)) {
        let detail = format!("This address knows no parameter {name:?}.");
        return Err(
            Problem::bad_request("unknown_parameter", detail).fix(format!("It knows: {}.", KNOWN.join(", ")))
        );
    }
    let header = request.headers().get(POSITION).and_then(|value| value.to_str().ok());
    let from = match params.get("position") {
        Some(text) => Some(text.parse::<Position>().map_err(|why| {
            Problem::bad_request("invalid_position", format!("position cannot be read: {why}."))
        })?),
        // A proxy that does not know writes nonsense; the program cannot help it.
        None => header.and_then(|text| text.parse().ok()),
    };
    let tenant = tenant(&request, &app, params.get("tenant")).await?.ok_or_else(Problem::not_found)?;
    let wanted = (params.get("model"), params.get("region"));
    let is_all = match params.get("all") {
        None | Some("false") => false,
        Some("true") => true,
        Some(_) => return Err(Problem::bad_request("invalid_query", "all: true or false.")),
    };
    let edges = &tenant.settings.edge_locations;
    let edge = nearest_edge(edges, wanted, from).ok_or_else(|| {
        Problem::not_found().fix("Ask for another model, or have the organisation's settings name its edges.")
    })?;
    let all = is_all.then(|| edges.iter().map(Edge::from).collect());
    let answer = NearestEdge { nearest: edge.into(), all };
    Ok(HttpResponse::Ok().insert_header((CACHE_CONTROL, "no-store")).json(answer))
}

/// Whose edges are asked for.
async fn tenant(request: &HttpRequest, app: &App, named: Option<&str>) -> Result<Option<Tenant>, Problem> {
    let place = request.extensions().get::<Place>().copied().unwrap_or_default();
    let found = match (place.tenant, named) {
        (Some(id), _) => look(app, move |conn| store::find(conn, id)).await?,
        (None, Some(slug)) => app.tenant_named(slug).await?.map(|tenant| Tenant::clone(&tenant)),
        (None, None) => None,
    };
    Ok(found.filter(Tenant::is_active))
}
