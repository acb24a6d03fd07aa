//! `[webhooks]`

use std::time::Duration;

use ipnet::IpNet;

use crate::config::settings::section;

section! {
    /// Webhooks: where events may be sent, and how long it is kept what was sent.
    pub struct Webhooks in "webhooks" {
        /// Private networks that webhooks may be in, as networks or single addresses. Without it nothing is sent to
        /// loopback, private, link-local and otherwise reserved addresses, whatever name leads there: whoever makes a
        /// webhook could otherwise reach what only this server reaches. When `server.public_url` is on a loopback host,
        /// loopback is allowed too, and plain http.
        allowed_networks: Vec<IpNet> = Default(""),
        /// How long an attempt may take until it counts as failed.
        timeout: Duration = Default("15s") within("1s", "60s"),
        /// How long it is kept what was sent and answered.
        retention: Duration = Default("30d") within("1d", "366d"),
    }
}
