//! How the sample application sends the requests that the `openidconnect` crate writes.

use std::time::Duration;

use openidconnect::{HttpRequest, HttpResponse, http};

/// Longer than this server takes for anything.
const TIMEOUT: Duration = Duration::from_secs(10);

/// Why a request got no answer.
#[derive(Debug, thiserror::Error)]
pub enum HttpError {
    /// The connection, the answer, or the time it took.
    #[error("{}", chain(.0))]
    Request(#[from] reqwest::Error),
    /// The answer could not be put together.
    #[error("the answer cannot be read: {0}")]
    Answer(#[from] http::Error),
}

/// An HTTP client that follows no redirect: an answer from elsewhere would not be the provider's.
pub fn client() -> Result<reqwest::Client, HttpError> {
    // The provider is this very server: no proxy of the environment lies between.
    Ok(reqwest::Client::builder()
        .redirect(reqwest::redirect::Policy::none())
        .timeout(TIMEOUT)
        .no_proxy()
        .build()?)
}

/// Sends one request.
pub async fn send(client: &reqwest::Client, request: HttpRequest) -> Result<HttpResponse, HttpError> {
    let answer = client.execute(request.try_into()?).await?;
    let mut response = http::Response::builder().status(answer.status());
    for (name, value) in answer.headers() {
        response = response.header(name, value);
    }
    Ok(response.body(answer.bytes().await?.to_vec())?)
}

/// An error with its causes, which alone say what happened.
pub fn chain(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(error) = cause {
        let next = error.to_string();
        if !text.contains(&next) {
            text.push_str(": ");
            text.push_str(&next);
        }
        cause = error.source();
    }
    text
}
