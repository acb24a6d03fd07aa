//! Looks names up for webhooks. What it answers is what is connected to, so that a name cannot lead elsewhere between
//! being judged and being used.

use std::net::SocketAddr;

use reqwest::dns::{Addrs, Name, Resolve, Resolving};

use crate::webhooks::{Forbidden, Wall};

/// The system's resolver behind the wall.
pub struct Resolver(pub Wall);

impl Resolve for Resolver {
    fn resolve(&self, name: Name) -> Resolving {
        let wall = self.0.clone();
        Box::pin(async move {
            let found: Vec<SocketAddr> = tokio::net::lookup_host((name.as_str(), 0)).await?.collect();
            // One that leads inside is enough: a name that leads to both is up to something.
            found.iter().try_for_each(|address| wall.address(address.ip()))?;
            Ok::<Addrs, Box<dyn std::error::Error + Send + Sync>>(Box::new(found.into_iter()))
        })
    }
}

/// Whether a failure is the wall's.
pub fn is_forbidden(error: &(dyn std::error::Error + 'static)) -> bool {
    let mut next = Some(error);
    while let Some(error) = next {
        if error.downcast_ref::<Forbidden>().is_some() {
            return true;
        }
        next = error.source();
    }
    false
}
