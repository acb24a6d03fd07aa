//! Organisations. Owns their names, status and settings, and the [`Issuer`] under which a request speaks.
//! Never knows who belongs to one: people, applications and roles point at their tenant.

mod edge_location;
mod issuer;
mod profile;
mod settings;
pub mod store;
mod tenant;

pub use edge_location::{EdgeLocation, MOST_EDGES, Position, nearest_edge};
pub use issuer::Issuer;
pub use profile::{
    CredentialHeader, DefaultRates, Door, HeaderRule, InvalidProfileName, KeyForm, LimitHeaders, Method,
    PathPattern, Profile, ProfileError, ProfileErrors, ProfileName, Profiles, QueryRules, SessionForm,
    SignatureForm, UnknownProfile, WebhookForm, WebhookScheme,
};
pub use settings::{
    KeyLevels, KeySettings, Lifetimes, PasswordSettings, SessionSettings, SignatureQuery, SignatureReplay,
    SignatureSettings, TenantLimits, TenantSettings,
};
pub use tenant::{InvalidSlug, Slug, Tenant, TenantId, TenantStatus};
