//! HTTP plumbing without product knowledge.
//!
//! Owns paths, parameters and bodies, the browser cookie, form tokens, the client's address, security headers, request
//! ids, the request log, the two general shapes of errors ([`Problem`] and [`ErrorPage`]) and static files. Never knows
//! a record, the database or the configuration: values come as arguments.
//!
//! RFC 9110 (HTTP), RFC 9457 (problem details), RFC 6265bis (cookies), CSP Level 3, Fetch Metadata.
//!
//! Wrap an `App` with [`outermost`] last: every request passes it.

mod answer_headers;
pub mod assets;
mod bounds;
mod brand;
mod cause;
mod client_ip;
mod content_security_policy;
mod cookies;
mod csrf;
pub mod envelope;
mod error_page;
mod error_shape;
mod extract;
mod form_errors;
mod headers;
pub mod offer;
mod outermost;
mod params;
pub mod paths;
mod preferences;
mod problem;
mod reader;
mod request_id;
mod request_log;
mod retry;
mod sender;

pub use answer_headers::{AnswerHeaders, with_its_headers};
pub use bounds::{MAX_HEADERS, MAX_URI};
pub use brand::Brand;
pub use cause::Cause;
pub use client_ip::{ClientIp, client_ip};
pub use content_security_policy::{ContentSecurityPolicy, form_action_source};
pub use cookies::BrowserCookie;
pub use csrf::{CsrfKey, same_origin};
pub use error_page::{ErrorPage, wrong_parameters};
pub use error_shape::{ErrorShape, in_its_shape, told, wants_problem_details};
pub use extract::{
    BODY_TIMEOUT, BodyError, FormError, JsonError, MAX_JSON_DEPTH, parse_json, read_body, read_form,
    read_json, read_json_text,
};
pub use form_errors::{FieldError, FormErrors};
pub use outermost::{Outermost, outermost};
pub use params::{MAX_PARAMS, Params, ParamsError};
pub use preferences::{Preferences, Theme};
pub use problem::{BUSY_WAIT, Problem, ProblemPart};
pub use reader::{Reader, asks_for_a_page};
pub use request_id::{RequestId, X_REQUEST_ID};
pub use request_log::{REQUEST_DURATION, RouteTimes};
pub use retry::retry_after;
pub use sender::Sender;
