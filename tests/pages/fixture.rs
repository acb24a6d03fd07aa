//! An organisation with something of everything, made by calls of the management API.

use std::collections::BTreeMap;

use gridkey::request_keys::SigningSecret;
use reqwest::Method;
use serde_json::{Value, json};

/// Runs in a page that shows it as anything but text, and closes every kind of attribute before.
pub const CANARY: &str = "<script>window.pwned=1</script>\"'&<img src=x onerror=window.pwned=1>";
/// The same where little can be typed.
const TYPED: &str = "<img src=x>\"'&";
/// The same for addresses of mail, as far as they may have such signs.
const MAIL: &str = "o'neil&co";

/// Calls of the management API in the name of a program that may do everything.
pub struct Api {
    base: String,
    http: reqwest::Client,
    token: String,
}

impl Api {
    /// For the server at `base`, by a service account's credential.
    pub async fn of(base: &str, client_id: &str, secret: &str) -> Self {
        // What programs call themselves is shown to administrators.
        let http = reqwest::Client::builder().user_agent(CANARY).build().unwrap();
        let form = [("grant_type", "client_credentials"), ("scope", "gridkey:manage")];
        let request =
            http.post(format!("{base}/oauth2/token")).basic_auth(client_id, Some(secret)).form(&form);
        let answer: Value = request.send().await.unwrap().json().await.unwrap();
        let token = answer["access_token"].as_str().unwrap_or_else(|| panic!("{answer}")).to_owned();
        Self { base: base.to_owned(), http, token }
    }

    /// A call that succeeds; its answer, if there is one.
    async fn call(&self, method: Method, path: &str, body: Value) -> Value {
        let request = self.http.request(method, format!("{}/v1/{path}", self.base)).bearer_auth(&self.token);
        let request = if body.is_null() { request } else { request.json(&body) };
        let answer = request.send().await.unwrap();
        let (status, text) = (answer.status(), answer.text().await.unwrap());
        assert!(status.is_success(), "{path} {body}: {status} {text}");
        serde_json::from_str(&text).unwrap_or_default()
    }

    pub async fn get(&self, path: &str) -> Value {
        self.call(Method::GET, path, Value::Null).await
    }

    pub async fn post(&self, path: &str, body: Value) -> Value {
        self.call(Method::POST, path, body).await
    }

    async fn patch(&self, path: &str, body: Value) {
        self.call(Method::PATCH, path, body).await;
    }

    async fn delete(&self, path: &str) {
        self.call(Method::DELETE, path, Value::Null).await;
    }

    /// Makes something: its identifier.
    async fn make(&self, kind: &str, body: Value) -> String {
        text(&self.post(kind, body).await, "id")
    }
}

fn text(value: &Value, member: &str) -> String {
    value[member].as_str().unwrap_or_else(|| panic!("no {member} in {value}")).to_owned()
}

/// What the addresses of pages name, by what stands for it in [`places`](super::places()).
pub struct Fixture {
    named: BTreeMap<&'static str, String>,
    /// A link that asks for a new password.
    pub reset_link: String,
    /// A link that asks somebody in.
    pub invitation_link: String,
}

impl Fixture {
    /// Fills an organisation with canaries. `viewer` is who will look at them, `consented` the identifier of the
    /// application that they let use their account.
    pub async fn build(api: &Api, viewer: &str, consented: &str) -> Self {
        let mut named = BTreeMap::from([("typed", encoded(TYPED))]);
        let own = own_names(api, &mut named, (viewer, consented)).await;
        access(api, &mut named).await;
        let (reset_link, invitation_link) = people(api, &mut named).await;
        keys(api, &mut named, &own).await;
        organisations(api, &mut named).await;
        webhooks(api, &mut named).await;
        named.insert("event", text(&api.get("audit-log?limit=1").await["items"][0], "id"));
        Self { named, reset_link, invitation_link }
    }

    /// Learns what there is only once the viewer has signed in.
    pub async fn signed_in(&mut self, api: &Api) {
        let sessions = api.get(&format!("users/{}/sessions", self.named["viewer"])).await;
        self.named.insert("session", text(&sessions["items"][0], "id"));
    }

    /// Puts identifiers in for their names.
    #[track_caller]
    pub fn fill(&self, example: &str) -> String {
        let mut parts = example.split(['<', '>']);
        let mut filled = parts.next().unwrap().to_owned();
        while let (Some(name), Some(rest)) = (parts.next(), parts.next()) {
            filled += self.named.get(name).unwrap_or_else(|| panic!("nothing is called {name}"));
            filled += rest;
        }
        filled
    }
}

fn encoded(text: &str) -> String {
    url::form_urlencoded::byte_serialize(text.as_bytes()).collect()
}

type Named = BTreeMap<&'static str, String>;

/// The organisation's own name, that of its viewer, and that of an application with their consent: who the viewer is.
async fn own_names(api: &Api, named: &mut Named, (viewer, consented): (&str, &str)) -> String {
    let tenant = text(&api.get("me").await["tenant"], "id");
    api.patch(&format!("tenants/{tenant}"), json!({ "display_name": CANARY })).await;
    let found = api.get(&format!("users?email={viewer}")).await;
    let own = text(&found["items"][0], "id");
    let profile = json!({
        "given_name": CANARY, "family_name": CANARY, "middle_name": CANARY, "nickname": CANARY,
        "preferred_username": CANARY, "gender": CANARY, "phone_number": CANARY,
        "address": { "formatted": CANARY, "street_address": CANARY, "locality": CANARY, "region": CANARY,
            "postal_code": CANARY, "country": CANARY },
    });
    api.patch(&format!("users/{own}"), json!({ "display_name": CANARY, "profile": profile })).await;
    let applications = api.get("applications?limit=100").await;
    let applications = applications["items"].as_array().unwrap();
    let application = applications.iter().find(|one| one["client_id"] == consented).unwrap();
    let application = text(application, "id");
    api.patch(&format!("applications/{application}"), json!({ "display_name": CANARY })).await;
    named.extend([("tenant", tenant), ("viewer", own.clone()), ("consented", application)]);
    own
}

/// Roles, teams, programs and what tokens are given for.
async fn access(api: &Api, named: &mut Named) {
    let slugged = |slug: &str| json!({ "slug": slug, "display_name": CANARY, "description": CANARY });
    let permissions = ["users:read", "teams:read", "api_keys:read"];
    let role = json!({ "slug": "canary", "display_name": CANARY, "permissions": permissions });
    named.insert("role", api.make("roles", role).await);
    let team = api.make("teams", slugged("canaries")).await;
    api.call(Method::PUT, &format!("teams/{team}/roles"), json!({ "roles": ["canary"] })).await;
    named.insert("team", team);
    named.insert("empty-team", api.make("teams", slugged("nobody")).await);

    let mut account = slugged("canary");
    account["team"] = "canaries".into();
    let account = api.make("service-accounts", account).await;
    let credentials = format!("service-accounts/{account}/credentials");
    let credential = json!({ "display_name": CANARY, "scopes": ["gridkey:manage"] });
    named.insert("credential", api.make(&credentials, credential).await);
    named.insert("account", account);
    let disabled = api.make("service-accounts", slugged("disabled")).await;
    api.patch(&format!("service-accounts/{disabled}"), json!({ "status": "disabled" })).await;
    let deleted = api.make("service-accounts", slugged("deleted")).await;
    api.delete(&format!("service-accounts/{deleted}")).await;
    named.extend([("disabled-account", disabled), ("deleted-account", deleted)]);

    let program = json!({
        "kind": "web", "display_name": CANARY, "redirect_uris": ["https://canary.example/it's&co"],
        "post_logout_redirect_uris": ["https://canary.example/it's&co"],
    });
    let application = api.make("applications", program.clone()).await;
    let secrets = api.get(&format!("applications/{application}/secrets")).await;
    named.insert("secret", text(&secrets["items"][0], "id"));
    named.insert("application", application);
    let disabled = api.make("applications", program.clone()).await;
    api.patch(&format!("applications/{disabled}"), json!({ "status": "disabled" })).await;
    let deleted = api.make("applications", program).await;
    api.delete(&format!("applications/{deleted}")).await;
    named.extend([("disabled-application", disabled), ("deleted-application", deleted)]);

    let server = |audience: &str| json!({ "audience": audience, "display_name": CANARY, "permissions": ["canaries:sing"] });
    named.insert("api", api.make("resource-servers", server("https://canary.example/it's&co")).await);
    let disabled = api.make("resource-servers", server("urn:canary")).await;
    api.patch(&format!("resource-servers/{disabled}"), json!({ "status": "disabled" })).await;
    named.insert("disabled-api", disabled);
}

/// People in every state: links for a new password and for somebody who is invited.
async fn people(api: &Api, named: &mut Named) -> (String, String) {
    let person =
        |name: &str| json!({ "email": format!("{MAIL}+{name}@canary.example"), "display_name": CANARY });
    let user = api.make("users", person("active")).await;
    api.patch(&format!("users/{user}"), json!({ "status": "active" })).await;
    let member = json!({ "members": [{ "kind": "user", "id": user }] });
    api.post(&format!("teams/{}/members/add", named["team"]), member).await;
    let suspended = api.make("users", person("suspended")).await;
    api.patch(&format!("users/{suspended}"), json!({ "status": "active" })).await;
    api.patch(&format!("users/{suspended}"), json!({ "status": "suspended" })).await;
    let deleted = api.make("users", person("deleted")).await;
    api.delete(&format!("users/{deleted}")).await;
    let invited = api.post("invitations", person("invited")).await;
    let reset = api.post(&format!("users/{user}/password-reset"), Value::Null).await;
    named.extend([("user", user), ("suspended-user", suspended), ("deleted-user", deleted)]);
    named.insert("invited-user", text(&invited, "user_id"));
    named.insert("invitation", text(&invited, "id"));
    (text(&reset, "link"), text(&invited, "link"))
}

/// Keys of a service account and of the viewer.
async fn keys(api: &Api, named: &mut Named, own: &str) {
    let account = json!({ "kind": "service_account", "id": named["account"] });
    let viewer = json!({ "kind": "user", "id": own });
    let key = |owner: &Value| json!({ "name": CANARY, "description": CANARY, "metadata": { "note": CANARY }, "owner": owner });
    for (name, disabled, owner) in
        [("key", "disabled-key", &account), ("own-key", "own-disabled-key", &viewer)]
    {
        let made = api.post("api-keys", key(owner)).await;
        let id = text(&made, "id");
        // Used, so that there is something to count, and rotated, so that there are two secrets.
        let asks = api.http.get(format!("{}/v1/me", api.base)).bearer_auth(text(&made, "key"));
        assert!(asks.send().await.unwrap().status().is_success());
        api.post(&format!("api-keys/{id}/rotate"), json!({})).await;
        named.insert(name, id);
        let id = api.make("api-keys", key(owner)).await;
        api.post(&format!("api-keys/{id}/disable"), Value::Null).await;
        named.insert(disabled, id);
    }
    let public = |number: u8| SigningSecret::from_bytes(&[number; 32]).unwrap().public_key().to_base64();
    for (name, disabled, owner, number) in [
        ("signing-key", "disabled-signing-key", &account, 1),
        ("own-signing-key", "own-disabled-signing-key", &viewer, 3),
    ] {
        let key = |number| {
            let public = public(number);
            json!({ "name": CANARY, "description": CANARY, "public_key": public, "owner": owner })
        };
        named.insert(name, api.make("signing-keys", key(number)).await);
        let id = api.make("signing-keys", key(number + 1)).await;
        api.post(&format!("signing-keys/{id}/disable"), Value::Null).await;
        named.insert(disabled, id);
    }
}

/// Addresses that are told what happens, and what one of them was told.
async fn webhooks(api: &Api, named: &mut Named) {
    let webhook = json!({
        "url": "https://hooks.example/it's&co", "events": ["team.*"], "description": CANARY,
    });
    let active = api.make("webhooks", webhook.clone()).await;
    let delivery = api.post(&format!("webhooks/{active}/test"), Value::Null).await;
    let paused = api.make("webhooks", webhook).await;
    api.patch(&format!("webhooks/{paused}"), json!({ "status": "paused" })).await;
    named.extend([("webhook", active), ("paused-webhook", paused), ("delivery", text(&delivery, "id"))]);
}

/// Other organisations.
async fn organisations(api: &Api, named: &mut Named) {
    let tenant = |slug: &str| json!({ "slug": slug, "display_name": CANARY });
    let domains = json!({ "domains": ["canary.example"] });
    api.call(Method::PUT, &format!("tenants/{}/domains", named["tenant"]), domains).await;
    named.insert("other-tenant", api.make("tenants", tenant("canary")).await);
    let suspended = api.make("tenants", tenant("suspended")).await;
    api.patch(&format!("tenants/{suspended}"), json!({ "status": "suspended" })).await;
    let deleted = api.make("tenants", tenant("deleted")).await;
    api.delete(&format!("tenants/{deleted}")).await;
    named.extend([("suspended-tenant", suspended), ("deleted-tenant", deleted)]);
}
