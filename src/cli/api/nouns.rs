//! What can be managed from the command line. A noun is a row of this table.

/// A kind of thing on the server.
#[derive(Debug)]
pub struct Noun {
    /// For messages: `organisation`.
    pub name: &'static str,
    /// Where its list is.
    pub path: &'static str,
    /// The member that people call it by, besides its `id`. It is unique in its organisation.
    pub key: &'static str,
    /// Whether upper and lower case of the key are the same.
    pub folds_case: bool,
    /// What a table shows of it, each a member of the answer.
    pub columns: &'static [&'static str],
    /// The value of `status` that keeps it out, and the one that lets it in.
    pub states: Option<States>,
    /// Whether deleting puts it into the recycle bin, from which it can be restored.
    pub has_bin: bool,
}

/// Two values of `status`.
#[derive(Debug)]
pub struct States {
    /// Out.
    pub disabled: &'static str,
    /// In.
    pub enabled: &'static str,
}

const SUSPENDED: Option<States> = Some(States { disabled: "suspended", enabled: "active" });
const DISABLED: Option<States> = Some(States { disabled: "disabled", enabled: "active" });

/// `gridkey tenant`
pub const TENANT: Noun = Noun {
    name: "organisation",
    path: "/v1/tenants",
    key: "slug",
    folds_case: false,
    columns: &["slug", "display_name", "status", "id"],
    states: SUSPENDED,
    has_bin: true,
};

/// `gridkey user`
pub const USER: Noun = Noun {
    name: "person",
    path: "/v1/users",
    key: "email",
    folds_case: true,
    columns: &["email", "display_name", "status", "id"],
    states: SUSPENDED,
    has_bin: true,
};

/// `gridkey team`
pub const TEAM: Noun = Noun {
    name: "team",
    path: "/v1/teams",
    key: "slug",
    folds_case: false,
    columns: &["slug", "display_name", "description", "id"],
    states: None,
    has_bin: false,
};

/// `gridkey role`
pub const ROLE: Noun = Noun {
    name: "role",
    path: "/v1/roles",
    key: "slug",
    folds_case: false,
    columns: &["slug", "display_name", "permissions", "id"],
    states: None,
    has_bin: false,
};

/// `gridkey service-account`
pub const SERVICE_ACCOUNT: Noun = Noun {
    name: "service account",
    path: "/v1/service-accounts",
    key: "slug",
    folds_case: false,
    columns: &["slug", "display_name", "status", "id"],
    states: DISABLED,
    has_bin: true,
};

/// `gridkey app`
pub const APPLICATION: Noun = Noun {
    name: "application",
    path: "/v1/applications",
    key: "client_id",
    folds_case: false,
    columns: &["client_id", "display_name", "kind", "status", "id"],
    states: DISABLED,
    has_bin: true,
};

/// `gridkey key`
pub const KEY: Noun = Noun {
    name: "API key",
    path: "/v1/api-keys",
    key: "name",
    folds_case: false,
    columns: &["name", "prefix", "hint", "level", "status", "expires_at", "id"],
    states: DISABLED,
    has_bin: false,
};

/// `gridkey signing-key`
pub const SIGNING_KEY: Noun = Noun {
    name: "signing key",
    path: "/v1/signing-keys",
    key: "name",
    folds_case: false,
    columns: &["name", "fingerprint", "level", "status", "expires_at", "id"],
    states: DISABLED,
    has_bin: false,
};

/// `gridkey webhook`
pub const WEBHOOK: Noun = Noun {
    name: "webhook",
    path: "/v1/webhooks",
    key: "url",
    folds_case: false,
    columns: &["url", "events", "status", "successes", "failures", "id"],
    states: None,
    has_bin: false,
};

/// `gridkey webhook deliveries`
pub const DELIVERY: Noun = Noun {
    name: "delivery",
    path: "",
    key: "id",
    folds_case: false,
    columns: &["event_type", "status", "attempts", "answer_status", "error", "created_at", "id"],
    states: None,
    has_bin: false,
};
