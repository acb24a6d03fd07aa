//! How many bytes an entry of the memory takes, about: what is remembered of keys is bounded by bytes.

use crate::api_keys::ApiKey;
use crate::credentials::{AddressList, KeyGrant, Principal};
use crate::request_keys::RequestKey;
use crate::roles::{Permission, Permissions};

/// What an entry costs besides what it holds: its place in the table and in the queues behind it.
const PLACE: usize = 256;

/// Something that is remembered.
pub(in crate::app) trait Weigh {
    /// Its bytes beyond those of its type.
    fn beyond(&self) -> usize;
}

/// The bytes of an entry.
pub(super) fn weight<T: Weigh>(value: &T) -> u64 {
    (PLACE + size_of::<T>() + value.beyond()) as u64
}

fn texts<'a>(all: impl IntoIterator<Item = &'a String>) -> usize {
    all.into_iter().map(|text| size_of::<String>() + text.capacity()).sum()
}

fn permissions<'a>(all: impl IntoIterator<Item = &'a Permission>) -> usize {
    all.into_iter().map(|one| size_of::<Permission>() + one.as_str().len()).sum()
}

fn grant(grant: &KeyGrant) -> usize {
    match grant {
        KeyGrant::Level(_) => 0,
        KeyGrant::Scopes(scopes) => permissions(scopes),
    }
}

fn addresses(list: &AddressList) -> usize {
    list.len() * size_of::<ipnet::IpNet>()
}

impl Weigh for ApiKey {
    fn beyond(&self) -> usize {
        self.name.capacity()
            + self.prefix.as_str().len()
            + self.hint.capacity()
            + grant(&self.grant)
            + addresses(&self.allowed_addresses)
    }
}

impl Weigh for RequestKey {
    fn beyond(&self) -> usize {
        self.name.capacity() + grant(&self.grant) + addresses(&self.allowed_addresses)
    }
}

impl Weigh for Principal {
    fn beyond(&self) -> usize {
        let held = |held: &Permissions| permissions(held.iter());
        // Its organisation is shared. What is worked out of the grants of its keys is about as large as what it may.
        self.id.capacity()
            + self.name.capacity()
            + self.display_name.capacity()
            + texts(self.teams.iter().chain(&self.roles))
            + 3 * held(&self.permissions)
    }
}
