//! `/v1/orders`: something that is traded and not inferred, whose requests are signed.

use actix_web::web::{Bytes, Data};
use actix_web::{HttpRequest, HttpResponse};
use serde_json::{Value, json};

use crate::State;
use crate::answers::{self, Door, identifier};

const DOOR: Door = Door::OpenAi;

/// The orders.
pub async fn list(request: HttpRequest, state: Data<State>) -> HttpResponse {
    match state.gate.admit(&request, b"", "orders:read").await {
        Ok(admitted) => answers::good(&admitted.caller).json(json!({"data": []})),
        Err(refusal) => answers::refused(&refusal, state.shape, DOOR),
    }
}

/// Places an order.
pub async fn place(request: HttpRequest, body: Bytes, state: Data<State>) -> HttpResponse {
    let admitted = match state.gate.admit(&request, &body, "orders:create").await {
        Ok(admitted) => admitted,
        Err(refusal) => return answers::refused(&refusal, state.shape, DOOR),
    };
    let Ok(order) = serde_json::from_slice::<Value>(&body) else {
        return answers::invalid("This is not an order.", state.shape, DOOR);
    };
    answers::good(&admitted.caller).json(json!({"id": identifier("order_"), "order": order}))
}
