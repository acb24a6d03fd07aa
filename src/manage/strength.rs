//! Who is stronger than whom: nobody changes, takes over or shuts out somebody who may do more than they do themselves.

use super::principals::not_above;
use super::{Call, Stop};
use crate::db::Conn;
use crate::id::Id;
use crate::roles::Permissions;

/// Whether these permissions hold one that the caller could not hand out.
pub fn is_stronger(call: &Call, held: &Permissions) -> bool {
    held.iter().any(|permission| !call.actor.permissions.may_grant(permission))
}

/// Lets the call go on if the principal is its caller, or may do nothing that the caller may not. The transaction that
/// acts asks.
///
/// # Errors
/// 403 otherwise.
pub fn not_stronger<P: 'static>(conn: &mut Conn<'_>, call: &Call, principal: Id<P>) -> Result<(), Stop> {
    if call.actor.is_itself(principal) { Ok(()) } else { not_above(conn, call, principal) }
}
