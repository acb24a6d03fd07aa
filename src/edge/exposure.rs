//! A key that stood in an address: it is in logs and histories by now.

use crate::api_keys::{self, PresentedKey};
use crate::app::App;
use crate::audit::{self, ActorRef, Changes, Event, Origin, Target};
use crate::clock::Timestamp;
use crate::db::DbError;
use crate::web::RequestId;

/// Notes that a key was seen where none should be, if it is one.
pub async fn note(app: &App, key: &PresentedKey, now: Timestamp) -> Result<(), DbError> {
    let (digest, random) = (key.digest, app.random.clone());
    // Anybody can write texts that look like keys: those are looked up and never get a transaction.
    let known = app.db.read_short(move |conn| api_keys::store::find_by_digest(conn, &digest)).await?;
    if known.is_none_or(|key| key.exposed_at.is_some()) {
        return Ok(());
    }
    let origin = Origin { request_id: RequestId::current().as_str().to_owned(), ..Origin::default() };
    app.db
        .write(move |conn| {
            let Some(key) = api_keys::store::find_by_digest(conn, &digest)? else { return Ok(()) };
            if key.exposed_at.is_some() {
                return Ok(());
            }
            let tenant = key.tenant_id;
            let changes = Changes::none().field("exposed_at", &None::<String>, &Some(now.to_rfc3339()));
            let event = Event::new(&random, (tenant, now), "api_key.expose")
                .by(ActorRef::system("edge"))
                .on(Target::new("api_key", key.id, key.name.clone()))
                .changing(changes)
                .at(origin.clone());
            let seen = key.updated_at;
            let updated_at = now.max(Timestamp::from_micros(seen.micros() + 1));
            let key = api_keys::ApiKey { exposed_at: Some(now), updated_at, ..key };
            if !api_keys::store::update(conn, tenant, &key, seen)? {
                return Err(DbError::Retry);
            }
            audit::store::insert(conn, tenant, &event)
        })
        .await
}
