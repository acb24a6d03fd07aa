//! `POST /oauth2/token`: what it takes, from whom, and what it gives.

mod answer;
mod client_authentication;
mod client_credentials;
mod code;
mod heal;
mod kinds;
mod principals;
mod refresh;
mod replay;
mod request;
mod scopes;
