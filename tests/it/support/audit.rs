//! What each test leaves behind: audit chains that hold.

use std::sync::Arc;

use gridkey::app::App;
use gridkey::audit::{self, ChainKey, SealError};

use super::TestApp;

/// Logs that are looked up at once.
const LOGS: usize = 1_000;

impl Drop for TestApp {
    /// Seals what is not sealed and walks every chain, as `gridkey audit verify` does. So the whole suite shows that
    /// nothing that the product does looks like tampering.
    fn drop(&mut self) {
        // A test that failed says why itself.
        if std::thread::panicking() {
            return;
        }
        let app = Arc::clone(&self.app);
        // Beside the test's own runtime, in which nothing may block.
        let found = std::thread::spawn(move || faults(&app)).join().unwrap();
        assert!(found.is_empty(), "the audit log was tampered with:\n{}", found.join("\n"));
    }
}

fn faults(app: &App) -> Vec<String> {
    let logs = audit::logs(&app.db, None, LOGS);
    // Without a database there is nothing to verify: some tests take it away.
    let Some(logs) = logs.ok().filter(|logs| !logs.is_empty()) else { return Vec::new() };
    let key = ChainKey::of(&app.master);
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let sealed = runtime.block_on(audit::seal_pending(&app.db, &key, app.now()));
    let mut found: Vec<String> = match sealed {
        Err(why @ SealError::Broken(_)) => vec![why.to_string()],
        _ => Vec::new(),
    };
    for log in logs {
        if let Ok(verdict) = audit::verify(&app.db, &key, log) {
            found.extend(verdict.faults.iter().map(|fault| format!("{log}: {fault}")));
        }
    }
    found
}
