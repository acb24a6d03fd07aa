//! Compatibility profiles: which published interface an organisation's programs were written for. What each of them
//! expects stands here as data, and whoever answers a program asks; nobody else compares profiles.

use std::borrow::Cow;

use crate::text::text_enum;

text_enum! {
    /// Which published interface an organisation's programs find: names, paths and error shapes follow it.
    #[derive(Default)]
    pub enum Profile {
        /// Gridkey's own: problem details (RFC 9457).
        #[default]
        Native = "native",
        /// The envelope of ScaiGrid's management API.
        ScaiGrid = "scaigrid",
        /// One sentence in `detail`, as PolarGrid answers.
        PolarGrid = "polargrid",
        /// One sentence in `errors.detail`, as The Grid answers.
        TheGrid = "thegrid",
        /// Problem details, as Poolside answers.
        Poolside = "poolside",
    }
}

/// How an interface calls an error that is `code` here, answered with this status and about this member of the body.
pub type CodeNames = fn(status: u16, code: &str, field: Option<&str>) -> Cow<'static, str>;

/// The shape of an interface's errors.
#[derive(Clone, Copy, Debug)]
pub enum ErrorEnvelope {
    /// `application/problem+json` (RFC 9457).
    ProblemDetails,
    /// `{"status":"error","error":{"code",...},"meta":{"request_id"}}`, with codes of these names.
    StatusErrorMeta(CodeNames),
    /// `{"detail":"..."}`.
    Detail,
    /// `{"errors":{"detail":"..."}}`.
    ErrorsDetail,
}

/// How programs exchange an API key for a session.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SessionForm {
    /// Whether the answer stands in the envelope of this door, or bare.
    pub in_envelope: bool,
    /// Whether the token is also sent as `token`, as older clients read it.
    pub also_as_token: bool,
    /// Seconds that a session token lives.
    pub token_lifetime: u32,
    /// Seconds that the session can be renewed for.
    pub session_lifetime: u32,
    /// Whether a refresh token is used up by its use. Some published clients never keep the next one.
    pub rotates: bool,
}

/// Requests in a minute when neither the key nor the organisation says otherwise. Absent means as many as it likes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct DefaultRates {
    /// Of one key.
    pub key: Option<u32>,
    /// Of one person or service account, by all keys and tokens together.
    pub principal: Option<u32>,
    /// Of the whole organisation.
    pub tenant: Option<u32>,
}

/// The headers that tell how a program stands with its limits, in lower case.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LimitHeaders {
    /// The limit, what is left of it, and the seconds until it is whole again.
    pub names: [&'static str; 3],
    /// Seconds to wait, beside `Retry-After`.
    pub retry_after: Option<&'static str>,
    /// Whether `RateLimit` and `RateLimit-Policy` are sent too (draft-ietf-httpapi-ratelimit-headers).
    pub structured: bool,
}

const HOUR: u32 = 60 * 60;
const DAY: u32 = 24 * HOUR;

impl Profile {
    /// How programs exchange an API key for a session.
    pub const fn session_form(self) -> SessionForm {
        match self {
            Self::PolarGrid => SessionForm {
                in_envelope: false,
                also_as_token: true,
                token_lifetime: DAY,
                session_lifetime: 30 * DAY,
                rotates: false,
            },
            Self::Native | Self::ScaiGrid | Self::TheGrid | Self::Poolside => SessionForm {
                in_envelope: true,
                also_as_token: false,
                token_lifetime: HOUR,
                session_lifetime: 30 * DAY,
                rotates: true,
            },
        }
    }

    /// How often keys and those behind them may be used when nobody says otherwise.
    pub const fn rates(self) -> DefaultRates {
        match self {
            Self::ScaiGrid => DefaultRates { key: Some(60), principal: Some(120), tenant: Some(1_000) },
            Self::Native | Self::PolarGrid | Self::TheGrid | Self::Poolside => {
                DefaultRates { key: None, principal: None, tenant: None }
            }
        }
    }

    /// In which headers it tells about limits.
    pub const fn limit_headers(self) -> LimitHeaders {
        match self {
            Self::ScaiGrid => LimitHeaders {
                names: [
                    "x-scaigrid-ratelimit-limit",
                    "x-scaigrid-ratelimit-remaining",
                    "x-scaigrid-ratelimit-reset",
                ],
                retry_after: None,
                structured: false,
            },
            Self::TheGrid => LimitHeaders {
                names: ["x-ratelimit-limit", "x-ratelimit-remaining", "x-ratelimit-reset"],
                retry_after: Some("x-ratelimit-retry-after"),
                structured: false,
            },
            Self::Native | Self::PolarGrid | Self::Poolside => LimitHeaders {
                names: ["ratelimit-limit", "ratelimit-remaining", "ratelimit-reset"],
                retry_after: None,
                structured: true,
            },
        }
    }

    /// The shape of its errors.
    pub const fn error_envelope(self) -> ErrorEnvelope {
        match self {
            Self::Native | Self::Poolside => ErrorEnvelope::ProblemDetails,
            Self::ScaiGrid => ErrorEnvelope::StatusErrorMeta(scaigrid_code),
            Self::PolarGrid => ErrorEnvelope::Detail,
            Self::TheGrid => ErrorEnvelope::ErrorsDetail,
        }
    }
}

fn scaigrid_code(status: u16, code: &str, field: Option<&str>) -> Cow<'static, str> {
    let known = match (status, code, field) {
        (_, "unauthenticated", _) => "AUTH_TOKEN_MISSING",
        (_, "invalid_token", _) => "AUTH_TOKEN_INVALID",
        (_, "token_expired", _) => "AUTH_TOKEN_EXPIRED",
        (_, "insufficient_scope", _) => "AUTH_INSUFFICIENT_SCOPE",
        (_, "permission_denied", _) => "AUTHZ_PERMISSION_DENIED",
        (_, "already_exists", Some("slug")) => "SLUG_CONFLICT",
        (_, "invalid_body", _) | (422, ..) => "VALIDATION_ERROR",
        (429, ..) => "RATE_LIMITED",
        (_, "body_too_large", _) => "PAYLOAD_TOO_LARGE",
        (_, "body_too_slow", _) => "REQUEST_TIMEOUT",
        (_, "temporarily_unavailable", _) => "SERVICE_UNAVAILABLE",
        _ => return Cow::Owned(code.to_ascii_uppercase()),
    };
    Cow::Borrowed(known)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn scaigrid_has_its_own_names_and_shouts_the_rest() {
        for (status, code, field, name) in [
            (401, "unauthenticated", None, "AUTH_TOKEN_MISSING"),
            (401, "invalid_token", None, "AUTH_TOKEN_INVALID"),
            (401, "token_expired", None, "AUTH_TOKEN_EXPIRED"),
            (403, "insufficient_scope", None, "AUTH_INSUFFICIENT_SCOPE"),
            (403, "permission_denied", None, "AUTHZ_PERMISSION_DENIED"),
            (409, "already_exists", Some("slug"), "SLUG_CONFLICT"),
            (409, "already_exists", Some("email"), "ALREADY_EXISTS"),
            (400, "invalid_body", None, "VALIDATION_ERROR"),
            (422, "invalid_slug", Some("slug"), "VALIDATION_ERROR"),
            (422, "too_many", None, "VALIDATION_ERROR"),
            (429, "throttled", None, "RATE_LIMITED"),
            (503, "temporarily_unavailable", None, "SERVICE_UNAVAILABLE"),
            (412, "changed_meanwhile", None, "CHANGED_MEANWHILE"),
        ] {
            assert_eq!(scaigrid_code(status, code, field), name, "{status} {code}");
        }
    }

    #[test]
    fn each_profile_has_a_shape() {
        let shapes = Profile::ALL.iter().map(|profile| match profile.error_envelope() {
            ErrorEnvelope::ProblemDetails => 'p',
            ErrorEnvelope::StatusErrorMeta(_) => 's',
            ErrorEnvelope::Detail => 'd',
            ErrorEnvelope::ErrorsDetail => 'e',
        });
        assert_eq!(shapes.collect::<String>(), "psdep");
    }
}
