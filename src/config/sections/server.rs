//! `[server]`

use std::net::SocketAddr;
use std::time::Duration;

use ipnet::IpNet;
use url::{Host, Url};

use crate::config::reader::Reader;
use crate::config::settings::section;
use crate::config::values::ByteSize;

section! {
    /// Where the server listens, what it is called, and how much it takes on.
    pub struct Server in "server" {
        /// The address and port to listen on. Port 0 takes a free one.
        /// Gridkey speaks plain HTTP: put a proxy that ends TLS before it, and let only that proxy reach this address.
        listen: SocketAddr = Default("127.0.0.1:8080"),
        /// The address under which people and programs reach this server: the issuer of its tokens (`iss`), and the
        /// start of every link that it sends. Clients compare it letter by letter, so changing it later breaks them.
        /// It is `https`, except on a loopback host, and has no path, query or fragment.
        public_url: Url = Required("https://id.example.com"),
        /// The proxies whose `X-Forwarded-For` is believed, as networks or single addresses. From anyone else the
        /// header is ignored. Name your proxies only: whoever is on this list can claim any client address, and with
        /// it escape the limits on sign-in attempts.
        trusted_proxies: Vec<IpNet> = Default(""),
        /// Threads that serve requests; 0 means one for each processor core.
        workers: usize = Default("0") within("0", "1024"),
        /// How long requests that are under way may take to finish after the server was told to stop.
        drain_timeout: Duration = Default("20s") within("0s", "1h"),
        /// Open connections in all. Further ones wait to be accepted.
        max_connections: usize = Default("25000") within("1", "1000000"),
        /// How long a client may take to send the head of a request.
        header_timeout: Duration = Default("10s") within("1s", "5m"),
        /// The largest request body that is read.
        body_limit: ByteSize = Default("64KiB") within("4KiB", "16MiB"),
    }
}

impl Server {
    /// The issuer as tokens and metadata carry it: the public URL without a slash at its end.
    pub fn issuer(&self) -> &str {
        self.public_url.as_str().trim_end_matches('/')
    }

    /// How many threads serve requests, with 0 resolved.
    pub fn worker_count(&self) -> usize {
        match self.workers {
            0 => std::thread::available_parallelism().map_or(1, usize::from),
            some => some,
        }
    }
}

impl Draft {
    /// What an issuer must look like (OpenID Connect Core 2, RFC 8414 2).
    pub fn check(&self, reader: &mut Reader<'_>) {
        let Some(url) = self.public_url.get() else { return };
        let mut problems = Vec::new();
        match url.scheme() {
            "https" => {}
            "http" if is_loopback(url) => {}
            "http" => problems
                .push("expected https: plain http is for loopback hosts only (localhost, 127.0.0.1, [::1])"),
            _ => problems.push("expected an https URL"),
        }
        if !url.username().is_empty() || url.password().is_some() {
            problems.push("expected no user name or password");
        }
        if url.path() != "/" {
            problems.push("expected no path: give Gridkey a host name of its own");
        }
        if url.query().is_some() {
            problems.push("expected no query (?)");
        }
        if url.fragment().is_some() {
            problems.push("expected no fragment (#)");
        }
        for problem in problems {
            reader.refuse(&self.public_url, problem);
        }
    }
}

fn is_loopback(url: &Url) -> bool {
    match url.host() {
        Some(Host::Domain(name)) => name == "localhost",
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => address.is_loopback(),
        None => false,
    }
}
