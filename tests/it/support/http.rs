//! How tests speak to servers on this machine.

/// A client that follows no redirect, keeps no cookie, and trusts no authority.
pub fn http_client() -> reqwest::Client {
    http_client_builder().build().unwrap()
}

/// The same before it is built. Nobody here speaks TLS, and to read all authorities that the machine trusts takes longer
/// than most tests.
pub fn http_client_builder() -> reqwest::ClientBuilder {
    reqwest::Client::builder().redirect(reqwest::redirect::Policy::none()).tls_certs_only([])
}
