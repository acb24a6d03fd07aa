//! How often somebody may try: which buckets each step counts in, and by which rule.

use std::net::IpAddr;
use std::time::Duration;

use super::App;
use crate::limits::{Bucket, Rule};
use crate::secret::{HmacKey, Secret};
use crate::tenants::TenantId;
use crate::users::Email;

/// A source may ask about addresses this many times as often as it may fail at a password: typing an address is no
/// guess, and people who go on to sign in give theirs back.
const IDENTIFY_FACTOR: u32 = 3;
/// Mails with a link for one address.
const FORGOT_PER_ACCOUNT: u32 = 5;
/// Mails with a link asked for from one source.
const FORGOT_PER_SOURCE: u32 = 30;
/// The time over which they are counted.
const FORGOT_WINDOW: Duration = Duration::from_secs(60 * 60);
/// Devices that may begin from one source in the window of the sign-in: they fill a table.
const DEVICES_PER_SOURCE: u32 = 200;
/// Codes of devices that one browser may get wrong; whoever has theirs before them needs one or two attempts.
const USER_CODES_PER_BROWSER: u32 = 10;

/// A bucket with the rule that it is held to.
pub type Counter = (Bucket, Rule);

/// Guesses of a password: by source and by account, in the order in which they are taken. The account is the address
/// that was typed, so that one that nobody has is counted just the same.
#[derive(Clone, Copy, Debug)]
pub struct PasswordCounters {
    /// The source.
    pub source: Counter,
    /// The account.
    pub account: Counter,
}

/// The key under which the passwords' buckets are named; whoever unlocks an account needs the same.
fn key(app: &App) -> HmacKey {
    app.master.derive_hmac("throttle")
}

/// Where guesses of a password are counted.
pub fn password(app: &App, tenant: Option<TenantId>, email: &Email, source: IpAddr) -> PasswordCounters {
    let rules = &app.config.sign_in;
    PasswordCounters {
        source: (
            Bucket::source(&key(app), source),
            Rule::new(rules.attempts_per_source, rules.attempts_window),
        ),
        account: (
            account_bucket(app, tenant, email),
            Rule::new(rules.attempts_per_account, rules.attempts_window),
        ),
    }
}

/// The bucket of an account's passwords.
pub fn account_bucket(app: &App, tenant: Option<TenantId>, email: &Email) -> Bucket {
    Bucket::account(&key(app), tenant.map(TenantId::uuid), email.key())
}

/// Where questions about addresses are counted.
pub fn identify(app: &App, source: IpAddr) -> Counter {
    let (key, rules) = (app.master.derive_hmac("throttle identify"), &app.config.sign_in);
    let attempts = rules.attempts_per_source.saturating_mul(IDENTIFY_FACTOR);
    (Bucket::source(&key, source), Rule::new(attempts, rules.attempts_window))
}

/// Where wishes for a reset link are counted: by source, then by address.
pub fn forgot(app: &App, email: &Email, source: IpAddr) -> [Counter; 2] {
    let key = app.master.derive_hmac("throttle forgot");
    [
        (Bucket::source(&key, source), Rule::new(FORGOT_PER_SOURCE, FORGOT_WINDOW)),
        (Bucket::account(&key, None, email.key()), Rule::new(FORGOT_PER_ACCOUNT, FORGOT_WINDOW)),
    ]
}

/// Under which key the codes that people type are stored.
pub fn user_code_key(app: &App) -> [u8; 32] {
    app.master.derive("user code")
}

/// Where devices that begin are counted.
pub fn device_begin(app: &App, source: IpAddr) -> Counter {
    let key = app.master.derive_hmac("throttle device begin");
    (Bucket::source(&key, source), Rule::new(DEVICES_PER_SOURCE, app.config.sign_in.attempts_window))
}

/// Where guesses of a device's code are counted: by source, then by browser. A browser may throw its cookie away; its
/// source stays.
pub fn user_code(app: &App, source: IpAddr, browser: &Secret) -> [Counter; 2] {
    let (key, rules) = (app.master.derive_hmac("throttle user code"), &app.config.sign_in);
    [
        (Bucket::source(&key, source), Rule::new(rules.attempts_per_source, rules.attempts_window)),
        (Bucket::browser(&key, &browser.digest()), Rule::new(USER_CODES_PER_BROWSER, rules.attempts_window)),
    ]
}
