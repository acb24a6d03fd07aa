//! The two databases behave the same.

mod grouped_writes;
mod migrations;
mod pool;
mod schema;
