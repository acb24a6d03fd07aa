//! How a preview is asked for and shown.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use utoipa::ToSchema;
use uuid::Uuid;

use crate::text::text_enum;
use crate::tokens::Unsigned;

text_enum! {
    /// Under which name the sign-in would be.
    pub enum IssuerChoice {
        /// The organisation's own issuer.
        Organisation = "organisation",
        /// The instance's.
        Instance = "instance",
    }
}

text_enum! {
    /// What would become of the sign-in.
    pub enum PreviewOutcome {
        /// Tokens would be issued.
        Issued = "issued",
        /// It would be refused.
        Refused = "refused",
    }
}

text_enum! {
    /// Whether the person would be asked.
    pub enum ConsentNeed {
        /// Nobody is asked: the application belongs to the operator.
        NotNeeded = "not_needed",
        /// They allowed all of it before.
        Given = "given",
        /// They would be asked.
        Asked = "asked",
    }
}

text_enum! {
    /// Why a sign-in would be refused.
    pub enum RefusalCode {
        /// The application is disabled.
        ApplicationDisabled = "application_disabled",
        /// The organisation is suspended.
        OrganisationSuspended = "organisation_suspended",
        /// The person is not active.
        PersonInactive = "person_inactive",
        /// People do not sign in to it.
        GrantOff = "grant_off",
        /// There is nowhere to send a code.
        NoRedirectUri = "no_redirect_uri",
        /// It has no secret to redeem a code with.
        NoSecret = "no_secret",
        /// It is not registered for a scope.
        ScopeNotRegistered = "scope_not_registered",
        /// It is not registered for an API.
        AudienceNotRegistered = "audience_not_registered",
        /// An API is disabled.
        AudienceDisabled = "audience_disabled",
        /// There is no key that would sign.
        NoSigningKey = "no_signing_key",
    }
}

text_enum! {
    /// Why a claim is there or not.
    pub enum Reason {
        /// Part of every such token.
        Always = "always",
        /// The roles that the person holds.
        Roles = "roles",
        /// From the clock and the lifetimes.
        Clock = "clock",
        /// Drawn anew by each sign-in: this one is an example.
        EachSignIn = "each_sign_in",
        /// How and when the person signed in: here by password and just now.
        HowSignedIn = "how_signed_in",
        /// The hash of the access token, of which there is none here.
        OfAccessToken = "of_access_token",
        /// From the authorization request.
        OfRequest = "of_request",
        /// A scope brings it.
        Scope = "scope",
        /// A scope brings it, and it says that nobody has shown the address or number to be theirs.
        Unverified = "unverified",
        /// The person has none.
        NoValue = "no_value",
        /// The scope was not asked for.
        ScopeNotAsked = "scope_not_asked",
        /// The application is not registered for the scope.
        ScopeNotRegistered = "scope_not_registered",
        /// It is in the userinfo answer only: the application's setting `claims_in_id_token` is off.
        AtUserinfo = "at_userinfo",
        /// The organisation has no partner.
        NoPartner = "no_partner",
        /// The person holds no role.
        NoRoles = "no_roles",
        /// No scope was granted.
        NoScopes = "no_scopes",
    }
}

/// Whose sign-in, and what it asks for.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PreviewQuestion {
    /// The person, of the same organisation.
    pub user_id: Uuid,
    /// The scopes of the authorization request; all that the application is registered for when absent.
    pub scopes: Option<Vec<String>>,
    /// The APIs that the access token shall be for (`resource`); the application's first when empty.
    #[serde(default)]
    pub audiences: Vec<String>,
    /// `organisation` or `instance`. An application for every organisation is used at the instance's issuer, any other at
    /// its organisation's, unless this says otherwise.
    #[schema(value_type = Option<String>)]
    pub issuer: Option<IssuerChoice>,
}

/// Something that stands against the sign-in.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct Refusal {
    /// `application_disabled`, `organisation_suspended`, `person_inactive`, `grant_off`, `no_redirect_uri`, `no_secret`,
    /// `scope_not_registered`, `audience_not_registered`, `audience_disabled` or `no_signing_key`.
    #[schema(value_type = String, example = "grant_off")]
    pub code: RefusalCode,
    /// The same in a sentence.
    pub detail: String,
    /// The scope or API that it is about, or the person's status.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub subject: Option<String>,
}

/// What a claim is, or why it is absent.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct Explained {
    /// Its name.
    #[schema(example = "email_verified")]
    pub claim: String,
    /// Whether it is there.
    pub present: bool,
    /// `always`, `roles`, `clock`, `each_sign_in`, `how_signed_in`, `of_access_token`, `of_request`, `scope`, `unverified`,
    /// `no_value`, `scope_not_asked`, `scope_not_registered`, `at_userinfo`, `no_partner`, `no_roles` or `no_scopes`.
    #[schema(value_type = String, example = "scope")]
    pub reason: Reason,
    /// The scope that brings it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub scope: Option<&'static str>,
}

/// The contents of a token that was not signed.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct TokenView {
    /// Its header.
    #[schema(value_type = Object)]
    pub header: Value,
    /// Its claims.
    #[schema(value_type = Object)]
    pub claims: Map<String, Value>,
    /// What each is, and why others are absent.
    pub explained: Vec<Explained>,
}

impl TokenView {
    /// Contents with what there is to say of them.
    pub fn new(token: Unsigned, explained: Vec<Explained>) -> Self {
        Self { header: token.header, claims: token.claims, explained }
    }
}

/// The answer of the userinfo endpoint.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct UserinfoView {
    /// Its members.
    #[schema(value_type = Object)]
    pub claims: Map<String, Value>,
    /// What each is, and why others are absent.
    pub explained: Vec<Explained>,
}

/// What a sign-in would give.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct PreviewAnswer {
    /// `issued` or `refused`.
    #[schema(value_type = String, example = "issued")]
    pub outcome: PreviewOutcome,
    /// All that stands against it; empty when tokens would be issued.
    pub refusals: Vec<Refusal>,
    /// `not_needed`, `given` or `asked`: whether the person would be asked to allow it.
    #[schema(value_type = String, example = "asked")]
    pub consent: ConsentNeed,
    /// The issuer.
    pub issuer: String,
    /// The scopes of the access token.
    pub scopes: Vec<String>,
    /// What the access token would be for; empty means the issuer itself.
    pub audiences: Vec<String>,
    /// The ID token; absent without the scope `openid`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub id_token: Option<TokenView>,
    /// The access token.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub access_token: Option<TokenView>,
    /// The userinfo answer; absent when the endpoint would refuse the access token: it is for an API, or lacks `openid`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub userinfo: Option<UserinfoView>,
}
