//! Whom and what a server in development begins with, for its welcome and its pages. The seed says the same; a test
//! compares the two.

use crate::web::paths;

/// Somebody of the seed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Person {
    /// The address to sign in with.
    pub email: &'static str,
    /// The slugs of the organisations that have an account of that address.
    pub tenants: &'static [&'static str],
    /// The password, the same in all of them.
    pub password: &'static str,
    /// The message that says what the account is good for.
    pub note: &'static str,
}

/// An application of the seed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SampleClient {
    /// Its identifier.
    pub client_id: &'static str,
    /// Its secret, if it keeps one.
    pub secret: Option<&'static str>,
    /// What it is an example of.
    pub note: &'static str,
}

/// The people of the seed.
pub const PEOPLE: &[Person] = &[
    Person {
        email: "ada@acme.example",
        tenants: &["acme"],
        password: "velvet-anchor-mosaic",
        note: "dev-note-ada",
    },
    Person {
        email: "grace@acme.example",
        tenants: &["acme"],
        password: "copper-lantern-drift",
        note: "dev-note-grace",
    },
    Person {
        email: "sam@example.com",
        tenants: &["acme", "globex"],
        password: "harbour-maple-signal",
        note: "dev-note-sam",
    },
    Person {
        email: "hank@globex.example",
        tenants: &["globex"],
        password: "granite-pepper-voyage",
        note: "dev-note-hank",
    },
];

/// The applications of the seed.
pub const CLIENTS: &[SampleClient] = &[
    SampleClient {
        client_id: "dev-app",
        secret: None,
        note: "public, signs in people of both organisations",
    },
    SampleClient {
        client_id: "web-app",
        secret: Some("web-app-development-secret"),
        note: "confidential, signs in people of Acme",
    },
    SampleClient {
        client_id: "dev-cli",
        secret: None,
        note: "public, signs people in on another device, at /device",
    },
    SampleClient {
        client_id: "worker",
        secret: Some("worker-development-secret"),
        note: "client_credentials, scopes reports:read reports:write",
    },
    SampleClient {
        client_id: "admin-cli",
        secret: Some("admin-cli-development-secret"),
        note: "service account, super admin, scope gridkey:manage",
    },
];

/// What `gridkey dev` tells when its server runs at `public_url` with the seed.
pub fn welcome(public_url: &str) -> String {
    let url = public_url.trim_end_matches('/');
    let mut text = format!(
        "Sample application  {url}{}\nMails               {url}{}\nDiscovery           {url}{}\n\nPeople\n",
        paths::DEV_APP,
        paths::DEV_MAIL,
        paths::OPENID_CONFIGURATION,
    );
    for Person { email, tenants, password, note } in PEOPLE {
        text.push_str(&format!("  {email:<20} {password:<23} {:<12} {note}\n", tenants.join(", ")));
    }
    text.push_str("\nApplications\n");
    for SampleClient { client_id, secret, note } in CLIENTS {
        text.push_str(&format!("  {client_id:<9} {:<28} {note}\n", secret.unwrap_or("(no secret)")));
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::dev::{SEED, seed_text};
    use crate::secret::Secret;
    use crate::users::PasswordPolicy;

    fn list(of: &str) -> Vec<toml::Table> {
        let seed: toml::Table = seed_text(8080).parse().unwrap();
        seed[of].as_array().unwrap().iter().map(|one| one.as_table().unwrap().clone()).collect()
    }

    #[test]
    fn the_cast_is_the_seeds() {
        let of_seed: Vec<_> = list("users")
            .iter()
            .map(|user| ["email", "tenant", "password"].map(|key| user[key].as_str().unwrap().to_owned()))
            .collect();
        let of_cast: Vec<_> = PEOPLE
            .iter()
            .flat_map(|one| {
                one.tenants.iter().map(|tenant| [one.email, tenant, one.password].map(str::to_owned))
            })
            .collect();
        assert_eq!(of_seed, of_cast);
        let of_seed: Vec<_> = list("clients")
            .iter()
            .map(|one| (one["client_id"].to_string(), one.get("secret").map(ToString::to_string)))
            .collect();
        let of_cast: Vec<_> = CLIENTS
            .iter()
            .map(|one| (format!("\"{}\"", one.client_id), one.secret.map(|secret| format!("\"{secret}\""))))
            .collect();
        assert_eq!(of_seed, of_cast);
    }

    #[test]
    fn passwords_pass_the_policy() {
        for Person { email, password, .. } in PEOPLE {
            let context = [*email, "Acme Corporation", "Globex Industries", "Gridkey"];
            assert_eq!(PasswordPolicy::default().check(&Secret::new(*password), &context), Ok(()), "{email}");
        }
    }

    #[test]
    fn the_port_is_everywhere() {
        assert_eq!(SEED.matches("PORT").count(), SEED.matches(":PORT/").count() + 1);
        let text = seed_text(4711);
        assert_eq!(text.matches("PORT").count(), 1);
        assert!(
            text.contains("http://127.0.0.1:4711/dev/app/callback")
                && text.contains("http://localhost:4711/dev/app\"")
        );
    }

    #[test]
    fn the_welcome_says_how_to_begin() {
        let text = welcome("http://localhost:8080/");
        assert!(text.contains("http://localhost:8080/dev/app\n"));
        for Person { email, password, .. } in PEOPLE {
            assert!(text.contains(email) && text.contains(password));
        }
        assert!(text.lines().all(|line| line.len() <= 110), "{text}");
    }
}
