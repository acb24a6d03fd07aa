//! Families of tokens with whoever holds them, as every refresh looks at them.

pub mod store;

use super::TokenFamily;
use crate::users::User;

/// A family, dead or alive, with whoever holds it and what they hang on.
pub struct HeldFamily {
    /// The family.
    pub family: TokenFamily,
    /// The person.
    pub user: User,
    /// The slugs of the roles that the person holds, themselves or by a team, in order.
    pub roles: Vec<String>,
    /// Whether everything else takes part: the organisation, the client, and the session if the family ends with one.
    pub stands: bool,
}
