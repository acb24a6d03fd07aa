use actix_web::body::to_bytes;
use serde_json::{Value, json};

use super::*;

async fn body(error: &Error) -> Value {
    serde_json::from_slice(&to_bytes(error.error_response().into_body()).await.unwrap()).unwrap()
}

#[actix_web::test]
async fn each_code_has_its_status() {
    for (code, status) in [
        ("AUTH_TOKEN_MISSING", 401),
        ("AUTH_TOKEN_INVALID", 401),
        ("AUTH_TOKEN_EXPIRED", 401),
        ("AUTH_INSUFFICIENT_SCOPE", 403),
        ("AUTHZ_PERMISSION_DENIED", 403),
        ("AUTH_FLOW_INVALID", 401),
        ("AUTH_IDENTITY_NOT_FOUND", 404),
        ("SESSION_EXPIRED", 401),
        ("VALIDATION_ERROR", 422),
        ("RATE_LIMITED", 429),
        ("NOT_FOUND", 404),
        ("METHOD_NOT_ALLOWED", 405),
        ("PAYLOAD_TOO_LARGE", 413),
        ("REQUEST_TIMEOUT", 408),
        ("UNSUPPORTED_MEDIA_TYPE", 415),
        ("INTERNAL_ERROR", 500),
        ("SERVICE_UNAVAILABLE", 503),
    ] {
        let code: Code = code.parse().unwrap();
        let answer = Error::new(code, "x").error_response();
        assert_eq!(answer.status().as_u16(), status, "{code}");
        assert_eq!(
            answer.headers().contains_key(header::WWW_AUTHENTICATE),
            matches!(status, 401 | 403) && code != Code::PermissionDenied,
            "{code}"
        );
        assert_eq!(answer.headers().get(header::CACHE_CONTROL).unwrap(), "no-store");
    }
    assert_eq!(Code::ALL.len(), 17);
}

#[actix_web::test]
async fn waiting_is_said_twice_with_one_number() {
    for (error, seconds) in [
        (Error::rate_limited(Duration::from_millis(6_500)), 7),
        (Error::from(DbError::Busy), BUSY_WAIT.as_secs()),
    ] {
        let header = error.error_response().headers().get(header::RETRY_AFTER).unwrap().clone();
        assert_eq!(header, seconds.to_string());
        assert_eq!(body(&error).await["error"]["retry_after"], seconds);
    }
}

#[actix_web::test]
async fn unreadable_bodies_say_how_to_do_better() {
    for (error, status) in [
        (JsonError::NotJson, 415),
        (JsonError::Body(BodyError::TooLarge), 413),
        (JsonError::Body(BodyError::TooSlow), 408),
        (JsonError::Body(BodyError::Broken), 422),
        (JsonError::Invalid("EOF".into()), 422),
    ] {
        assert_eq!(Error::from(error.clone()).status_code().as_u16(), status, "{error}");
    }
    let invalid = body(&JsonError::Invalid("EOF".into()).into()).await;
    let details = json!([{ "field": "body", "message": "It is not a JSON object: EOF." }]);
    assert_eq!(invalid["error"]["details"], details);
}

#[actix_web::test]
async fn the_cause_is_for_the_log_alone() {
    for error in [Error::internal("s3cret place"), Error::flow("s3cret place"), Error::token("s3cret place")]
    {
        assert!(!body(&error).await.to_string().contains("s3cret"));
        assert!(!error.to_string().contains("s3cret"));
    }
}
