//! One envelope around every answer: `status`, then `data` or `error`, then `meta` with the request id.

use serde::Serialize;

use super::request_id::RequestId;

/// What is wrong with one field of a request.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Detail {
    /// The member of the JSON body; `body` for the body as a whole.
    pub field: &'static str,
    /// What is wrong and how it should be, in a sentence.
    pub message: String,
}

#[derive(Debug, Serialize)]
struct Meta {
    request_id: String,
}

impl Meta {
    fn current() -> Self {
        Self { request_id: RequestId::current().to_string() }
    }
}

/// A success.
#[derive(Debug, Serialize)]
pub struct Success<T> {
    status: &'static str,
    data: T,
    meta: Meta,
}

impl<T: Serialize> Success<T> {
    /// Wraps what was asked for.
    pub fn new(data: T) -> Self {
        Self { status: "ok", data, meta: Meta::current() }
    }
}

/// A refusal.
#[derive(Debug, Serialize)]
pub struct Failure<'a> {
    status: &'static str,
    error: Body<'a>,
    meta: Meta,
}

#[derive(Debug, Serialize)]
struct Body<'a> {
    code: &'a str,
    message: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    retry_after: Option<u32>,
    #[serde(skip_serializing_if = "<[Detail]>::is_empty")]
    details: &'a [Detail],
}

impl<'a> Failure<'a> {
    /// Wraps why not. `retry_after` is in seconds.
    pub fn new(code: &'a str, message: &'a str, retry_after: Option<u32>, details: &'a [Detail]) -> Self {
        Self { status: "error", error: Body { code, message, retry_after, details }, meta: Meta::current() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_success_has_these_bytes() {
        let answer = Success::new(serde_json::json!({ "user_exists": false }));
        assert_eq!(
            serde_json::to_string(&answer).unwrap(),
            r#"{"status":"ok","data":{"user_exists":false},"meta":{"request_id":"unknown"}}"#
        );
    }

    #[test]
    fn a_refusal_has_these_bytes_and_no_empty_members() {
        let details = [Detail { field: "email", message: "It is missing.".into() }];
        let full = Failure::new("VALIDATION_ERROR", "Look at the details.", Some(7), &details);
        assert_eq!(
            serde_json::to_string(&full).unwrap(),
            concat!(
                r#"{"status":"error","error":{"code":"VALIDATION_ERROR","message":"Look at the details.","#,
                r#""retry_after":7,"details":[{"field":"email","message":"It is missing."}]},"#,
                r#""meta":{"request_id":"unknown"}}"#
            )
        );
        let plain = Failure::new("AUTH_TOKEN_MISSING", "Send one.", None, &[]);
        assert_eq!(
            serde_json::to_string(&plain).unwrap(),
            concat!(
                r#"{"status":"error","error":{"code":"AUTH_TOKEN_MISSING","message":"Send one."},"#,
                r#""meta":{"request_id":"unknown"}}"#
            )
        );
    }
}
