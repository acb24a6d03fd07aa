//! The organisations that a sign-in may lead into.

use crate::db::{Conn, DbError};
use crate::tenants::{self, Tenant, TenantId};
use crate::users::{self, Email};

/// The most organisations that are offered to one person.
const MOST: i64 = 50;

/// Whose people may sign in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reach {
    /// Those of one organisation.
    Only(TenantId),
    /// Those of every organisation.
    Everybody,
    /// Nobody: issuer and application do not fit together.
    Nobody,
}

/// The active organisations in which `email` may sign in, in the order of their names. Where only one is in reach, it
/// is that one, whoever asks.
pub fn candidates(conn: &mut Conn<'_>, reach: Reach, email: &Email) -> Result<Vec<Tenant>, DbError> {
    let ids = match reach {
        Reach::Nobody => return Ok(Vec::new()),
        Reach::Only(id) => vec![id],
        Reach::Everybody => users::store::tenants_of_email(conn, email, MOST)?,
    };
    let mut found = tenants::store::find_many(conn, &ids)?;
    found.retain(Tenant::is_active);
    Ok(found)
}

/// Those with `wanted` in their name, whatever the case.
pub fn matching(organizations: Vec<Tenant>, wanted: &str) -> Vec<Tenant> {
    let wanted = wanted.trim().to_lowercase();
    let fits = |tenant: &Tenant| {
        tenant.display_name.to_lowercase().contains(&wanted) || tenant.slug.as_str().contains(&wanted)
    };
    organizations.into_iter().filter(fits).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::login::tests::fixture::{Fixture, tenant, user};
    use crate::random::Random;
    use crate::tenants::TenantStatus;
    use crate::users::UserStatus;

    fn named(slug: &str, name: &str) -> Tenant {
        Tenant { display_name: name.into(), ..tenant(&Random::default(), slug) }
    }

    #[test]
    fn the_search_looks_at_names_and_slugs() {
        let all = vec![named("acme", "Acme GmbH"), named("oe", "Österreichische Eisenbahn")];
        let found = |wanted: &str| {
            matching(all.clone(), wanted)
                .into_iter()
                .map(|tenant| tenant.slug.to_string())
                .collect::<Vec<_>>()
        };
        assert_eq!(found("gmbh"), ["acme"]);
        assert_eq!(found(" ÖSTER "), ["oe"]);
        assert_eq!(found("oe"), ["oe"]);
        assert_eq!(found(""), ["acme", "oe"]);
        assert!(found("%").is_empty());
    }

    #[tokio::test]
    async fn only_organisations_that_take_part_and_know_the_address_are_offered() {
        let fixture = Fixture::new().await;
        let own = fixture.tenant.id;
        let others: Vec<_> = [
            ("b", TenantStatus::Active, UserStatus::Active),
            ("c", TenantStatus::Suspended, UserStatus::Active),
            ("d", TenantStatus::Active, UserStatus::Suspended),
        ]
        .into_iter()
        .map(|(slug, status, of_user)| {
            let tenant = Tenant { status, ..tenant(&fixture.random, slug) };
            let user = users::User { status: of_user, ..user(&fixture.random, &tenant, "ADA@example.com") };
            (tenant, user)
        })
        .collect();
        let second = others[0].0.id;
        fixture
            .write(move |conn| {
                for (tenant, user) in &others {
                    tenants::store::insert(conn, tenant)?;
                    users::store::insert(conn, tenant.id, user, None)?;
                }
                Ok(())
            })
            .await;
        let found = async |reach, email: &str| {
            let email = Email::parse(email).unwrap();
            let all = fixture.write(move |conn| candidates(conn, reach, &email)).await;
            all.into_iter().map(|tenant| tenant.id).collect::<Vec<_>>()
        };
        assert_eq!(found(Reach::Everybody, "ada@example.com").await, [own, second]);
        assert_eq!(found(Reach::Everybody, "eve@example.com").await, []);
        assert_eq!(found(Reach::Only(own), "eve@example.com").await, [own], "whoever asks");
        assert_eq!(found(Reach::Nobody, "ada@example.com").await, []);
    }
}
