//! Over somebody who was let in, for as long as the answer takes.

use std::sync::Arc;
use std::time::Duration;

use serde_json::Value;
use tokio::sync::broadcast::Receiver;
use tokio::sync::broadcast::error::RecvError;
use tokio::sync::oneshot;
use tokio::time::Instant;

use crate::feed::News;
use crate::gate::{Caller, Gate, Refusal};

/// No verdict of Gridkey is older than this, on whichever node.
const BOUND: Duration = Duration::from_millis(1_100);

/// Ends with the reason when the caller may not go on.
pub type Watch = oneshot::Receiver<Refusal>;

/// Begins to watch. Without a question that can be asked again, everything that may concern the caller ends it.
pub fn watch(gate: Arc<Gate>, caller: Caller, question: Option<Value>, news: Receiver<Arc<News>>) -> Watch {
    let (sender, receiver) = oneshot::channel();
    actix_web::rt::spawn(async move {
        let mut sender = sender;
        tokio::select! {
            // The answer is complete, or the client went away.
            () = sender.closed() => {}
            refusal = ended(&gate, &caller, question.as_ref(), news) => {
                // The answer may have been completed just now.
                let _ = sender.send(refusal);
            }
        }
    });
    receiver
}

fn revoked() -> Refusal {
    Refusal::Unauthenticated("revoked".to_owned())
}

async fn ended(
    gate: &Gate,
    caller: &Caller,
    question: Option<&Value>,
    mut news: Receiver<Arc<News>>,
) -> Refusal {
    let mut again = None;
    loop {
        let (heard, is_second) = tokio::select! {
            heard = news.recv() => match heard {
                Ok(heard) if caller.is_concerned(&heard) => (heard, false),
                Ok(_) => continue,
                Err(RecvError::Lagged(_)) => (Arc::new(News::Unsure), false),
                Err(RecvError::Closed) => return Refusal::Unavailable,
            },
            () = until(again) => (Arc::new(News::Unsure), true),
        };
        let Some(question) = question.filter(|_| !caller.has_lost_key(&heard)) else {
            // Where nothing can be asked again, what was not heard of counts as an end, too.
            let is_unsure = matches!(*heard, News::Unsure);
            return if is_unsure { Refusal::Unavailable } else { revoked() };
        };
        match gate.ask(question).await {
            // A key that asks too often is still a key.
            Ok(_) | Err(Refusal::Limited(_)) => {}
            Err(refusal) => return refusal,
        }
        // A second time, because the node that was asked may hear of it later than we did.
        again = (!is_second).then(|| Instant::now() + BOUND);
    }
}

/// Waits for a moment, or for ever.
async fn until(moment: Option<Instant>) {
    match moment {
        Some(moment) => tokio::time::sleep_until(moment).await,
        None => std::future::pending().await,
    }
}
