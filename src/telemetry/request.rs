//! The name of the request that is being answered, for every line that is logged meanwhile.
//!
//! A span of `tracing` would do the same, and cost each request as much as its whole line does.

use std::future::Future;
use std::sync::Arc;

tokio::task_local! {
    static CURRENT: Arc<str>;
}

/// Runs `work` so that [`current`] gives this name within. It does not follow work that is spawned or moved to a blocking
/// thread. No `async fn`, as whatever stands around all the work of a request: each would hold the work twice.
pub fn scope<T>(id: Arc<str>, work: impl Future<Output = T>) -> impl Future<Output = T> {
    CURRENT.scope(id, work)
}

/// The name of the request that is being answered. `None` outside one.
pub fn current() -> Option<Arc<str>> {
    CURRENT.try_with(Arc::clone).ok()
}
