//! `GET /v1/events/revocations`: what ended, as it ends, for edges that remember verdicts or hold requests open.

pub mod endpoints;
