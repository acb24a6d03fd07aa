//! Over somebody who was let in, for as long as the answer takes.

use std::sync::Arc;
use std::time::Duration;

use serde_json::Value;
use tokio::sync::broadcast::Receiver;
use tokio::sync::broadcast::error::RecvError;
use tokio::sync::oneshot;

use crate::feed::News;
use crate::gate::{Caller, Gate, Refusal};

/// No verdict of Gridkey is older than this, on whichever node.
const BOUND: Duration = Duration::from_millis(1_100);

/// Ends with the reason when the caller may not go on.
pub type Watch = oneshot::Receiver<String>;

/// Begins to watch. Without a question that can be asked again, everything that may concern the caller ends it.
pub fn watch(gate: Arc<Gate>, caller: Caller, question: Option<Value>, news: Receiver<Arc<News>>) -> Watch {
    let (sender, receiver) = oneshot::channel();
    actix_web::rt::spawn(async move {
        let mut sender = sender;
        tokio::select! {
            // The answer is complete, or the client went away.
            () = sender.closed() => {}
            reason = ended(&gate, &caller, question.as_ref(), news) => {
                // The answer may have been completed just now.
                let _ = sender.send(reason);
            }
        }
    });
    receiver
}

async fn ended(
    gate: &Gate,
    caller: &Caller,
    question: Option<&Value>,
    mut news: Receiver<Arc<News>>,
) -> String {
    loop {
        let heard = match news.recv().await {
            Ok(heard) => heard,
            Err(RecvError::Lagged(_)) => Arc::new(News::Unsure),
            Err(RecvError::Closed) => return "unavailable".to_owned(),
        };
        if !caller.is_concerned(&heard) {
            continue;
        }
        let Some(question) = question.filter(|_| !caller.has_lost_key(&heard)) else {
            // Where nothing can be asked again, what was not heard of counts as an end, too.
            let is_unsure = matches!(*heard, News::Unsure);
            return if is_unsure { "unavailable" } else { "revoked" }.to_owned();
        };
        // A second time, because the node that is asked may hear of it later than we did.
        for pause in [Duration::ZERO, BOUND] {
            tokio::time::sleep(pause).await;
            match gate.ask(question).await {
                // A key that asks too often is still a key.
                Ok(_) | Err(Refusal::Limited(_)) => {}
                Err(Refusal::Unavailable) => return "unavailable".to_owned(),
                Err(Refusal::Unauthenticated(reason) | Refusal::Forbidden(reason)) => return reason,
                Err(Refusal::Replayed) => return "revoked".to_owned(),
            }
        }
    }
}
