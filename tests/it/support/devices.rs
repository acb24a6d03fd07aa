//! Programs without a browser (RFC 8628), and people who let them in.

use gridkey::clients::{Client, GrantType};

use super::tokens::alter_client;
use super::{Browser, PASSWORD, Page, Reply, TestApp};

/// The grant.
pub const GRANT: &str = "urn:ietf:params:oauth:grant-type:device_code";
/// The client that tests let in by it: the fixture's `native`, which belongs to somebody else than the operator.
pub const CLIENT: &str = "native";

/// What the device was told.
#[derive(Clone, Debug)]
pub struct Device {
    pub code: String,
    pub user_code: String,
    pub complete: String,
}

fn with_the_grant(client: &mut Client) {
    client.grant_types = vec![GrantType::AuthorizationCode, GrantType::RefreshToken, GrantType::DeviceCode];
    client.scopes =
        ["openid", "profile", "email", "offline_access", "reports:read"].map(str::to_owned).to_vec();
}

impl TestApp {
    /// Registers `native` for the grant.
    pub async fn allow_devices(&self) {
        alter_client(self, CLIENT, with_the_grant).await;
    }

    /// A call of the device authorization endpoint.
    pub async fn device_authorization(&self, authorization: Option<&str>, form: &[(&str, &str)]) -> Reply {
        self.post("/oauth2/device_authorization", authorization, form).await
    }

    /// A device of `native` that begins.
    pub async fn begin_device(&self, scope: &str) -> Device {
        let begun =
            self.device_authorization(None, &[("client_id", CLIENT), ("scope", scope)]).await.expect(200);
        Device {
            code: begun.text("device_code"),
            user_code: begun.text("user_code"),
            complete: begun.text("verification_uri_complete"),
        }
    }

    /// A question of a device of `native`.
    pub async fn poll(&self, code: &str) -> Reply {
        self.token(None, &[("grant_type", GRANT), ("client_id", CLIENT), ("device_code", code)]).await
    }

    /// Refreshes a token of `native`.
    pub async fn refresh_device(&self, token: &str) -> Reply {
        let form = [("grant_type", "refresh_token"), ("client_id", CLIENT), ("refresh_token", token)];
        self.token(None, &form).await
    }

    /// A device that this person, in a new browser, has let in.
    pub async fn let_in(&self, scope: &str, email: &str) -> Device {
        let device = self.begin_device(scope).await;
        let done = self.browser().answer_device(&device, email, "allow").await;
        assert_eq!(done.path(), "/device/done", "{}", done.reply.body);
        device
    }
}

impl Browser {
    /// Types a code: what is answered.
    pub async fn type_code(&self, user_code: &str) -> Page {
        let page = self.get("/device").await;
        self.submit(&page, &[("user_code", user_code)]).await
    }

    /// Types the code and signs in if that is asked for, up to the question.
    pub async fn question(&mut self, device: &Device, email: &str) -> Page {
        let typed = self.type_code(&device.user_code).await;
        assert_eq!(typed.reply.status, 303, "{}", typed.reply.body);
        let at = typed.reply.header("location").to_owned();
        self.enter(&at, email, PASSWORD).await
    }

    /// The whole way to the answer.
    pub async fn answer_device(&mut self, device: &Device, email: &str, decision: &str) -> Page {
        let page = self.question(device, email).await;
        assert_eq!(page.path(), "/device/confirm", "{}", page.reply.body);
        self.follow(self.submit(&page, &[("decision", decision)]).await).await
    }
}
