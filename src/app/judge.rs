//! Whether somebody may have the password that they chose.

use tokio::task::JoinError;

use crate::app::App;
use crate::secret::Secret;
use crate::tenants::Tenant;
use crate::users::{User, WeakPassword};

/// Judges a password by the rule of the person's organisation, with their names and its own as words that it must not
/// consist of. That can take a tenth of a second, so it is not done on an async thread.
pub async fn judge(
    app: &App,
    (user, tenant): (&User, &Tenant),
    password: Secret,
) -> Result<Result<(), WeakPassword>, JoinError> {
    let context =
        [user.email.as_str(), &user.display_name, &tenant.display_name, tenant.slug.as_str(), "gridkey"]
            .map(str::to_owned);
    let policy = app.password_policy_of(tenant);
    tokio::task::spawn_blocking(move || policy.check(&password, &context.each_ref().map(String::as_str)))
        .await
}
