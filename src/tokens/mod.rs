//! Tokens and what they descend from: authorization codes, families, refresh tokens, access tokens (RFC 9068) and ID
//! tokens (OpenID Connect Core 2).
//!
//! Owns single use, rotation, replay and the contents of tokens. A code or a refresh token moves by one conditional
//! update that someone looks at; tokens are signed after the commit, outside any lock. Never knows of HTTP.

mod access_token;
mod beginning;
mod claims;
mod code;
mod dead_codes;
mod device;
mod facts;
mod family;
mod grant;
mod held;
mod id_token;
mod key_token;
mod pkce;
mod preview;
mod redeem;
mod refresh;
mod refresh_token;
mod replay;
mod revoke;
mod room_token;
pub mod store;
mod userinfo;

pub use access_token::{ACCESS_TOKEN_TYPE, AccessClaims, MintError, Minting};
pub use claims::{ClaimsRequest, InvalidClaims, claim_scope, claims_by_scope, standard_claims};
pub use code::{AuthorizationCode, CodeToken};
pub use device::{DeviceRedemption, DeviceRefused, redeem_device};
pub use facts::Facts;
pub use family::{FamilyId, Rotation, TokenFamily};
pub use grant::{Grant, IssuedTokens};
pub use id_token::{ID_TOKEN_TYPE, IdClaims};
pub use key_token::KeyMinting;
pub use pkce::{InvalidChallenge, PkceError, validate_challenge, verify};
pub use preview::{Imagined, Preview, Unsigned};
pub use redeem::{Redemption, RedemptionRefused, redeem};
pub use refresh::{Refresh, RefreshRefused, Together, refresh};
pub use refresh_token::{RefreshToken, RotationPolicy};
pub use replay::Presenter;
pub use revoke::{
    AccessState, access_state, end_client_tokens, end_service_account_tokens, end_session, end_tenant_tokens,
    end_tokens_of_users, end_user_tokens, withdraw_consent,
};
pub use room_token::{ROOM_TOKEN_TYPE, RoomClaims, RoomGrant};
pub use userinfo::userinfo;
