//! The steps of a sign-in, as the people of the examples take them.

use gridkey::dev::PEOPLE;

use super::Tab;

/// Somebody of the examples.
#[derive(Clone, Copy, Debug)]
pub struct Who {
    pub email: &'static str,
    pub name: &'static str,
}

impl Who {
    /// The password of the examples.
    pub fn password(self) -> &'static str {
        PEOPLE.iter().find(|person| person.email == self.email).unwrap().password
    }
}

/// One organisation.
pub const ADA: Who = Who { email: "ada@acme.example", name: "Ada Lovelace" };
/// The same organisation.
pub const GRACE: Who = Who { email: "grace@acme.example", name: "Grace Hopper" };
/// Two organisations.
pub const SAM: Who = Who { email: "sam@example.com", name: "Sam Taylor" };

impl Tab {
    /// From the sample application to the question who one is.
    pub async fn set_out(&self) {
        self.open("/dev/app").await;
        self.click("#sign-in").await;
        self.at("/login/identify").await;
    }

    /// Says who.
    pub async fn identify(&self, who: Who) {
        self.at("/login/identify").await;
        self.fill("#email", who.email).await;
        self.submit("#identify-submit").await;
    }

    /// Proves it.
    pub async fn prove(&self, who: Who) {
        self.guess(who.password()).await;
    }

    /// Tries a password.
    pub async fn guess(&self, password: &str) {
        self.at("/login/password").await;
        self.fill("#password", password).await;
        self.submit("#password-submit").await;
    }

    /// Allows what the application wants.
    pub async fn consent(&self) {
        self.at("/login/consent").await;
        self.submit("#allow").await;
    }

    /// The whole way from the sample application and back to it.
    pub async fn sign_in(&self, who: Who) {
        self.set_out().await;
        self.identify(who).await;
        self.prove(who).await;
        self.consent().await;
        self.is_signed_in(who).await;
    }

    /// The sample application shows who this is: it has verified an ID token of this server, and was told the rest.
    pub async fn is_signed_in(&self, who: Who) {
        self.at("/dev/app").await;
        assert_eq!(self.text("#signed-in").await, format!("Signed in as {}", who.name));
        let (issuer, claims) = (self.text("#issuer").await, self.text("#claims").await);
        assert!(claims.contains(&issuer) && claims.contains("nonce"), "{claims}");
        let told = self.text("#userinfo").await;
        assert!(told.contains(who.name) && told.contains(who.email), "{told}");
    }

    /// Out of the sample application and of the server.
    pub async fn sign_out(&self) {
        self.at("/dev/app").await;
        self.submit("#sign-out").await;
        self.shows("#signed-out").await;
        self.at("/dev/app").await;
    }
}
