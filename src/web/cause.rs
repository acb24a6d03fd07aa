//! The private half of a failure. An answer carries it in its extensions, where no client sees it, and the request log
//! writes it once, next to the request id that the client does see.

use actix_web::body::BoxBody;
use actix_web::error::InternalError;
use actix_web::{Error, HttpResponse};

/// Why an answer is a failure, for operators. It must hold no secret and nothing that the client sent unescaped.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cause(pub String);

impl Cause {
    /// Hangs `cause`, if there is one, on `response`.
    pub fn attach<B>(response: &mut HttpResponse<B>, cause: Option<&str>) {
        if let Some(cause) = cause {
            response.extensions_mut().insert(Self(cause.to_owned()));
        }
    }

    /// What is known about why `response` failed. A server error that brought no cause tells its own text, so that no
    /// failure is silent.
    pub(super) fn of<B>(response: &HttpResponse<B>) -> Option<Self> {
        let attached = response.extensions().get::<Self>().cloned();
        attached.or_else(|| {
            let error = response.error().filter(|_| response.status().is_server_error())?;
            Some(Self(error.to_string()))
        })
    }
}

/// Lets a finished answer travel on as an error: a middleware that was handed an error has no request left to build an
/// ordinary answer with.
pub(super) fn as_error(response: HttpResponse<BoxBody>) -> Error {
    InternalError::from_response("an answer that is already rendered", response).into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_server_error_is_never_silent_and_a_clients_error_tells_only_what_was_attached() {
        let broken = HttpResponse::from_error(std::io::Error::other("disk on fire"));
        assert_eq!(Cause::of(&broken), Some(Cause("disk on fire".into())));
        let refused = HttpResponse::from_error(actix_web::error::ErrorBadRequest("what was sent"));
        assert_eq!(Cause::of(&refused), None);
        let mut told = HttpResponse::BadRequest().finish();
        Cause::attach(&mut told, Some("unknown client"));
        assert_eq!(Cause::of(&told), Some(Cause("unknown client".into())));
    }
}
