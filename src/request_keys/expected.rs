//! What a request should have been signed over, whatever is wrong with its signature and its time: for whoever looks for the
//! difference.

use crate::clock::Timestamp;

use super::error::SignatureError;
use super::grid::{GridRules, QueryCoverage, QueryMode};
use super::request::SignedRequest;
use super::rfc9421;
use super::rules::{Rules, Scheme};

/// What a request should have been signed over.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Expected {
    /// By which scheme.
    pub scheme: Scheme,
    /// When the request says that it was signed.
    pub created: Timestamp,
    /// The texts that count, with what each says of the query: more than one only where a query may be left out.
    pub texts: Vec<(QueryCoverage, Vec<u8>)>,
}

/// What a request should have been signed over. `query` is the rule of whoever owns the key, where it is another one.
///
/// # Errors
/// When the request says too little to know it.
pub fn expected(
    request: &SignedRequest<'_>,
    rules: &Rules,
    query: Option<QueryMode>,
) -> Result<Expected, SignatureError> {
    let grid = rules.grid.as_ref().filter(|rules| rules.concern(request));
    let is_message =
        rules.rfc9421.is_some() && request.has(rfc9421::SIGNATURE_INPUT) && rfc9421::is_meant(request);
    match grid {
        Some(grid) if !is_message => of_grid(grid, request, query),
        Some(_) => Err(SignatureError::SchemesMixed),
        None if rules.rfc9421.is_some() => {
            let (created, base, coverage) = rfc9421::expected(request)?;
            Ok(Expected {
                scheme: Scheme::Rfc9421V1,
                created: Timestamp::from_seconds(created),
                texts: vec![(coverage, base.into_bytes())],
            })
        }
        None => Err(SignatureError::NotSigned),
    }
}

fn of_grid(
    grid: &GridRules,
    request: &SignedRequest<'_>,
    query: Option<QueryMode>,
) -> Result<Expected, SignatureError> {
    let (created, message) = grid.message(request)?;
    let readings = message.readings(query.unwrap_or(grid.query));
    Ok(Expected {
        scheme: Scheme::GridV1,
        created: Timestamp::from_seconds(created),
        texts: readings.into_iter().map(|(coverage, bytes)| (coverage, bytes.into_owned())).collect(),
    })
}
