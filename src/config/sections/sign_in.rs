//! `[sign_in]`

use std::time::Duration;

use crate::config::settings::section;

section! {
    /// Signing in: how many attempts there are, and how long its links live.
    pub struct SignIn in "sign_in" {
        /// Failed attempts on one account within `attempts_window` before further ones are refused.
        attempts_per_account: u32 = Default("10") within("1", "1000"),
        /// Failed attempts from one address within `attempts_window` before further ones are refused. Many people may
        /// share an address.
        attempts_per_source: u32 = Default("100") within("1", "1000000"),
        /// The time over which failed attempts are counted.
        attempts_window: Duration = Default("15m") within("1s", "24h"),
        /// The fewest characters of a new password (NIST SP 800-63B asks for at least 8).
        minimum_password_length: usize = Default("8") within("8", "64"),
        /// How long a sign-in that was begun can be completed.
        interaction_lifetime: Duration = Default("30m") within("1s", "24h"),
        /// How long a link to reset a password can be used.
        password_reset_lifetime: Duration = Default("30m") within("1s", "1h"),
        /// How long the link to set up the first administrator, or an invited user, can be used.
        setup_link_lifetime: Duration = Default("24h") within("1s", "30d"),
    }
}
