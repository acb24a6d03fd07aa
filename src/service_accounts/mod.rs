//! Service accounts: identities of programs. One belongs to an organisation or to a team of it, outlives the person who
//! made it, and has several credentials, each an application of the kind `machine`.

mod service_account;
pub mod store;

pub use service_account::{ServiceAccount, ServiceAccountId, ServiceAccountStatus};
