//! Tokens of ours that somebody shows us: verified before anything in them is believed (RFC 8725 3).

use crate::clock::Timestamp;
use crate::db::{Conn, DbError};
use crate::keyring::{Expected, JwtError, KeySet, jwt};
use crate::secret::MasterKey;
use crate::tokens::{self, ACCESS_TOKEN_TYPE, AccessClaims, RefreshToken, TokenFamily};

/// The claims of an access token that this very issuer signed and that has not expired; `audience` must be one of its
/// audiences, if given. Whether it was revoked is another question ([`crate::app::App::access_state`]).
///
/// # Errors
/// What is wrong with it; the sender learns only that it is.
pub fn access_token(
    text: &str,
    keys: &KeySet,
    issuer: &str,
    audience: Option<&str>,
    now: Timestamp,
) -> Result<AccessClaims, JwtError> {
    let expected = Expected { issuer: Some(issuer), audience, ..Expected::new(&[ACCESS_TOKEN_TYPE]) };
    jwt::verify(text, keys, &expected, now)
}

/// The family of a refresh token, dead or alive, if the token was really derived from its seed. A forged token has
/// none: its sender must neither learn about a family nor end one.
///
/// # Errors
/// Those of the database.
pub fn family_of(
    conn: &mut Conn<'_>,
    token: &RefreshToken,
    master: &MasterKey,
) -> Result<Option<TokenFamily>, DbError> {
    let Some(family) = tokens::store::find_family(conn, token.family)? else { return Ok(None) };
    let seed = master.open(&TokenFamily::seed_context(family.id), &family.seed);
    let genuine = family.refreshable && seed.is_ok_and(|seed| token.is_genuine(&seed));
    Ok(genuine.then_some(family))
}
