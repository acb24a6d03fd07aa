//! The sample application against a provider that can be told to misbehave.

mod checks;
mod journey;
mod provider;
