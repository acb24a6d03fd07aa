//! How a row of the route table becomes a service: its methods, who may call it from another web origin, and the shape
//! of "wrong method" and "nothing here".

use std::future::ready;
use std::rc::Rc;

use actix_web::body::{BoxBody, MessageBody};
use actix_web::dev::{HttpServiceFactory, ServiceRequest, ServiceResponse};
use actix_web::guard;
use actix_web::http::StatusCode;
use actix_web::http::header::{ALLOW, HeaderValue};
use actix_web::middleware::{Compress, Next, from_fn};
use actix_web::web::{self, ServiceConfig};
use actix_web::{Error, HttpRequest, HttpResponse, ResponseError, Scope};

use super::cors::{Origins, cors};
use crate::auth_flow;
use crate::manage::endpoints::note_refusal;
use crate::oauth;
use crate::web::paths::TENANT_PREFIX;
use crate::web::{
    ErrorPage, ErrorShape, Problem, RouteTimes, asks_for_a_page, in_its_shape, told, with_its_headers,
};

/// A method of the table. `GET` also answers `HEAD`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Method {
    /// RFC 9110 9.3.1.
    Get,
    /// RFC 9110 9.3.3.
    Post,
    /// RFC 9110 9.3.4.
    Put,
    /// RFC 5789.
    Patch,
    /// RFC 9110 9.3.5.
    Delete,
}

impl Method {
    /// As it stands on the wire.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Get => "GET",
            Self::Post => "POST",
            Self::Put => "PUT",
            Self::Patch => "PATCH",
            Self::Delete => "DELETE",
        }
    }

    fn route(self) -> actix_web::Route {
        match self {
            Self::Get => web::route().guard(guard::Any(guard::Get()).or(guard::Head())),
            Self::Post => web::post(),
            Self::Put => web::put(),
            Self::Patch => web::patch(),
            Self::Delete => web::delete(),
        }
    }
}

/// The shape in which a route's failures are told when no handler has a say.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Shape {
    Problem,
    Protocol,
    FirstParty,
    Page,
}

/// Where a route lies.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Place {
    /// At its path.
    Root,
    /// At its path, and again behind the prefix of each organisation.
    EachIssuer,
    /// At its path, and again with an organisation's prefix after it (RFC 8414 3.1) and, as many clients look for it,
    /// before it.
    EachIssuerBehind,
}

/// One row of the table.
#[derive(Clone, Copy)]
pub struct Route {
    method: Method,
    path: &'static str,
    handler: fn(actix_web::Route) -> actix_web::Route,
    place: Place,
    shape: Shape,
    origins: Origins,
    compressed: bool,
}

impl Route {
    /// A route for programs, at the root, closed to other web origins.
    pub const fn new(
        method: Method,
        path: &'static str,
        handler: fn(actix_web::Route) -> actix_web::Route,
    ) -> Self {
        let (place, shape, origins) = (Place::Root, Shape::Problem, Origins::None);
        Self { method, path, handler, place, shape, origins, compressed: false }
    }

    /// Fails with a page.
    pub const fn page(mut self) -> Self {
        self.shape = Shape::Page;
        self
    }

    /// Fails as OAuth does.
    pub const fn protocol(mut self) -> Self {
        self.shape = Shape::Protocol;
        self
    }

    /// Fails as the first-party flow does.
    pub const fn first_party(mut self) -> Self {
        self.shape = Shape::FirstParty;
        self
    }

    /// Exists for each organisation's own issuer too.
    pub const fn each_issuer(mut self) -> Self {
        self.place = Place::EachIssuer;
        self
    }

    /// Exists for each organisation's own issuer too, with the issuer's path at the end.
    pub const fn each_issuer_behind(mut self) -> Self {
        self.place = Place::EachIssuerBehind;
        self
    }

    /// May be called by scripts of these web origins.
    pub const fn origins(mut self, origins: Origins) -> Self {
        self.origins = origins;
        self
    }

    /// Is compressed. Only for what is public: an answer that holds a secret next to something that the caller chose
    /// tells the secret by its compressed length (BREACH).
    pub const fn compressed(mut self) -> Self {
        self.compressed = true;
        self
    }

    /// Whether it is for people and not for programs.
    pub const fn is_page(&self) -> bool {
        matches!(self.shape, Shape::Page)
    }

    /// Whether it is a call of the management API.
    pub fn is_of_api(&self) -> bool {
        self.shape == Shape::Problem && self.path.starts_with("/v1/")
    }

    /// The method.
    pub const fn method(&self) -> Method {
        self.method
    }

    /// Every path at which the route lies, as patterns.
    pub fn paths(&self) -> Vec<String> {
        let root = self.path.to_owned();
        match self.place {
            Place::Root => vec![root],
            Place::EachIssuer => vec![root, format!("{TENANT_PREFIX}{}", self.path)],
            Place::EachIssuerBehind => {
                vec![root, format!("{}{TENANT_PREFIX}", self.path), format!("{TENANT_PREFIX}{}", self.path)]
            }
        }
    }
}

/// A path with the rows that it has in the table.
type Path<'a> = (String, Vec<&'a Route>);

/// Registers the routes of a table. Rows of one path must agree in everything but method and handler; the first one
/// counts.
///
/// The router tries one resource after the other, and a pattern costs it a regular expression. So fixed paths come
/// first, and patterns are gathered behind the fixed part that they begin with: a request meets only those that it may
/// be for.
pub fn register<'a>(config: &mut ServiceConfig, routes: impl Iterator<Item = &'a Route>) {
    let mut resources: Vec<Path<'_>> = Vec::new();
    for route in routes {
        for path in route.paths() {
            match resources.iter_mut().find(|(known, _)| *known == path) {
                Some((_, rows)) => rows.push(route),
                None => resources.push((path, vec![route])),
            }
        }
    }
    let (fixed, patterns): (Vec<_>, Vec<_>) =
        resources.into_iter().partition(|(path, _)| !path.contains('{'));
    let mut whole = Registry::Server(config);
    for (path, rows) in &fixed {
        whole = whole.with(path, path, rows);
    }
    let mut groups: Vec<(String, Vec<Path<'_>>)> = Vec::new();
    for (path, rows) in patterns {
        let group = gathered_behind(&path).to_owned();
        match groups.iter_mut().find(|(known, _)| *known == group) {
            Some((_, members)) => members.push((path, rows)),
            None => groups.push((group, vec![(path, rows)])),
        }
    }
    for (group, members) in groups {
        let mut scope = Registry::Group(web::scope(&group));
        for (path, rows) in &members {
            scope = scope.with(path.strip_prefix(group.as_str()).unwrap_or(path), path, rows);
        }
        if let Registry::Group(scope) = scope {
            config.service(scope);
        }
    }
}

/// The part that a pattern is gathered behind with others: an organisation's prefix, or everything before the last
/// slash in front of its first variable.
fn gathered_behind(path: &str) -> &str {
    if path.starts_with(TENANT_PREFIX) {
        return TENANT_PREFIX;
    }
    let fixed = path.split('{').next().unwrap_or_default();
    fixed.rsplit_once('/').map_or("", |(before, _)| before)
}

/// Where resources are registered.
enum Registry<'a> {
    Server(&'a mut ServiceConfig),
    Group(Scope),
}

impl Registry<'_> {
    fn put(self, service: impl HttpServiceFactory + 'static) -> Self {
        match self {
            Self::Server(config) => {
                config.service(service);
                Self::Server(config)
            }
            Self::Group(scope) => Self::Group(scope.service(service)),
        }
    }

    /// Adds the resource of one path: `rest` is what stands behind its group, `path` the whole.
    fn with(self, rest: &str, path: &str, rows: &[&Route]) -> Self {
        let Some(first) = rows.first() else { return self };
        let mut resource = web::resource(rest).app_data(Rc::new(RouteTimes::new(path)));
        for row in rows {
            resource = resource.route((row.handler)(row.method.route()));
        }
        let methods = allowed(rows);
        let (shape, allow) = (first.shape, methods.clone());
        let resource = resource.default_service(web::to(move |request: HttpRequest| {
            ready(wrong_method(&request, shape, &allow))
        }));
        match (first.origins, first.compressed) {
            (Origins::None, false) if shape == Shape::Problem => self.put(resource.wrap(from_fn(finish))),
            (Origins::None, false) => self.put(resource),
            (Origins::None, true) => self.put(resource.wrap(Compress::default())),
            (origins, _) => self.put(resource.wrap(cors(origins, methods))),
        }
    }
}

/// What every answer of the API goes through: one middleware, because each costs every request some memory of its own.
async fn finish(
    request: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> Result<ServiceResponse<BoxBody>, Error> {
    let mut answer = next.call(request).await?.map_into_boxed_body();
    if answer.response().error().is_some() {
        answer = in_its_shape(Box::pin(note_refusal(answer)).await);
    }
    Ok(with_its_headers(answer))
}

/// The methods of one path as `Allow` lists them.
fn allowed(rows: &[&Route]) -> String {
    let mut methods = Vec::new();
    for row in rows {
        methods.push(row.method.as_str());
        if row.method == Method::Get {
            methods.push("HEAD");
        }
    }
    methods.join(", ")
}

fn wrong_method(request: &HttpRequest, shape: Shape, allow: &str) -> HttpResponse {
    let status = StatusCode::METHOD_NOT_ALLOWED;
    let mut response = match shape {
        Shape::Problem | Shape::FirstParty if ErrorShape::of(request).is_some() => {
            told(request, &Problem::method_not_allowed().fix(format!("Use one of: {allow}.")))
        }
        Shape::Problem => Problem::method_not_allowed().fix(format!("Use one of: {allow}.")).error_response(),
        Shape::Protocol => oauth::Error::invalid_request(format!("this endpoint answers {allow} only"))
            .status(status)
            .error_response(),
        Shape::FirstParty => auth_flow::Error::method_not_allowed(allow).error_response(),
        Shape::Page => ErrorPage::new(status, ["error-method", "error-method-what", "error-method-next"])
            .error_response(),
    };
    if let Ok(methods) = HeaderValue::from_str(allow) {
        response.headers_mut().insert(ALLOW, methods);
    }
    response
}

/// First parts of paths that people see in their browsers.
const FOR_PEOPLE: [&str; 6] = ["login", "setup", "docs", "dev", "console", "account"];

/// What the paths of the first-party flow begin with.
const FIRST_PARTY: &str = "/v1/auth/";

/// Answers for every path that no row has.
pub async fn nothing_here(request: HttpRequest) -> HttpResponse {
    let first = request.path().trim_start_matches('/').split('/').next().unwrap_or_default();
    if ErrorShape::of(&request).is_some() && !FOR_PEOPLE.contains(&first) {
        told(&request, &Problem::not_found())
    } else if request.path().starts_with(FIRST_PARTY) {
        auth_flow::Error::not_found().error_response()
    } else if FOR_PEOPLE.contains(&first) || asks_for_a_page(request.path(), request.headers()) {
        ErrorPage::not_found().error_response()
    } else {
        Problem::not_found().error_response()
    }
}
