//! Which applications somebody can open.

use crate::clients::{Client, ClientStatus, FLOW_PREFIX, GrantType, origin_of};

/// An application with a place to open it at.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Launch {
    /// Its name.
    pub display_name: String,
    /// Where it is opened.
    pub address: String,
    /// The same without the scheme, for people.
    pub host: String,
}

/// The applications among these that can be opened in a browser, by name: active ones of people, each at the web origin
/// that it is answered at. Our own pages are no application.
pub fn launches(clients: &[Client]) -> Vec<Launch> {
    let mut all: Vec<Launch> = clients.iter().filter_map(launch).collect();
    all.sort_by_key(|launch| (launch.display_name.to_lowercase(), launch.address.clone()));
    all.dedup();
    all
}

fn launch(client: &Client) -> Option<Launch> {
    let serves_people = client.may_use(GrantType::AuthorizationCode)
        && client.status == ClientStatus::Active
        && client.deleted_at.is_none()
        && !client.client_id.starts_with(FLOW_PREFIX);
    let web = |uri: &&String| uri.starts_with("https://") || uri.starts_with("http://");
    let address = client.redirect_uris.iter().find(web).and_then(|uri| origin_of(uri))?;
    let host = address.split_once("://").map_or(address.as_str(), |(_, host)| host).to_owned();
    serves_people.then(|| Launch { display_name: client.display_name.clone(), address, host })
}
