//! `/v1/forward-auth/...`: what proxies ask before they let a request through.
//!
//! The proxy passes the request's headers on and adds where it went; the credential is the client's own. Only proxies
//! that the configuration trusts are answered: whoever else could ask would find out what keys are worth.

pub mod endpoints;

use crate::text::text_enum;

text_enum! {
    /// How a proxy asks and what it understands.
    pub enum Dialect {
        /// nginx's `auth_request`: the address in `X-Original-URI`; no answer but 2xx, 401 and 403 is understood.
        Nginx = "nginx",
        /// Traefik's ForwardAuth: the address in `X-Forwarded-Uri`.
        Traefik = "traefik",
        /// Caddy's `forward_auth`: as Traefik.
        Caddy = "caddy",
        /// Envoy's `ext_authz` over HTTP: the address behind this one.
        Envoy = "envoy",
    }
}

impl Dialect {
    /// The header in which the proxy tells the address; Envoy tells it by the path.
    pub const fn target_header(self) -> Option<&'static str> {
        match self {
            Self::Nginx => Some("x-original-uri"),
            Self::Traefik | Self::Caddy => Some("x-forwarded-uri"),
            Self::Envoy => None,
        }
    }

    /// What stands before the address of the request in the one that Envoy asks.
    const ENVOY_PREFIX: &str = "/v1/forward-auth/envoy";

    /// The header in which the proxy tells the method; Envoy asks with that method itself.
    pub const fn method_header(self) -> Option<&'static str> {
        match self {
            Self::Nginx => Some("x-original-method"),
            Self::Traefik | Self::Caddy => Some("x-forwarded-method"),
            Self::Envoy => None,
        }
    }

    /// The status in which the proxy understands this one.
    pub const fn status(self, meant: u16) -> u16 {
        match (self, meant) {
            (Self::Nginx, 200 | 401 | 403) => meant,
            (Self::Nginx, _) => 403,
            _ => meant,
        }
    }
}
