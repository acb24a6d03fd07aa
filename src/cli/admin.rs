//! `gridkey admin`

use clap::{Args, Subcommand};

use super::failure::{Exit, Failure};
use super::load::ConfigArgs;
use super::output::say;
use crate::app::App;
use crate::audit::{self, ActorRef, Event, Target};
use crate::db::DbError;
use crate::limits::{self, Bucket};
use crate::login::setup::{generate_setup_token, setup_url};
use crate::login::store::{create_setup_link, needs_setup};
use crate::secret::generate_prefixed;
use crate::tenants::{self, Tenant, TenantId};
use crate::users::{self, Email, RESET_PREFIX, User};
use crate::web::paths;

/// Organisations that are looked at when none is named.
const FEW: i64 = 20;

/// Help people who cannot get in. Works on the database, whether the server runs or not.
#[derive(Debug, Args)]
pub struct Admin {
    #[command(flatten)]
    config: ConfigArgs,
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Print a one-time link with which the first administrator is made.
    SetupLink,
    /// Print a one-time link with which a person sets a new password.
    ResetLink(Person),
    /// Forget a person's failed attempts to sign in.
    Unlock(Person),
}

#[derive(Debug, Args)]
struct Person {
    /// The mail address.
    email: Email,
    /// The slug of the organisation. Needed when several have somebody with this address.
    #[arg(long, value_name = "SLUG")]
    tenant: Option<tenants::Slug>,
}

/// Does what was asked.
pub fn run(args: &Admin) -> Result<(), Failure> {
    let app = args.config.app()?;
    match &args.command {
        Command::SetupLink => setup_link(&app),
        Command::ResetLink(person) => reset_link(&app, person),
        Command::Unlock(person) => unlock(&app, person),
    }
}

/// Prints a set-up link when nobody has set this server up yet. Not through the log: the link is as good as a password.
pub fn offer_setup(app: &App) -> Result<(), Failure> {
    if app.db.read_blocking(needs_setup)? {
        say(
            "Nobody has set this server up yet. Open this link once to make the first organisation and its administrator:",
        );
        say(new_setup_link(app)?);
    }
    Ok(())
}

fn setup_link(app: &App) -> Result<(), Failure> {
    if !app.db.read_blocking(needs_setup)? {
        let what = "this server has been set up: it has organisations";
        return Err(Failure::new(Exit::Conflict, what)
            .fix("help an administrator who cannot get in with `gridkey admin reset-link EMAIL`"));
    }
    say(new_setup_link(app)?);
    Ok(())
}

fn new_setup_link(app: &App) -> Result<String, DbError> {
    let token = generate_setup_token(&app.random);
    let (digest, now, lifetime) = (token.digest(), app.now(), app.config.sign_in.setup_link_lifetime);
    app.db.write_blocking(move |conn| create_setup_link(conn, &digest, now, lifetime))?;
    Ok(setup_url(app.config.server.issuer(), &token))
}

fn reset_link(app: &App, person: &Person) -> Result<(), Failure> {
    let (tenant, user) = find(app, person)?;
    if !(user.is_active() && tenant.is_active()) {
        let what = format!(
            "{} in {} may not sign in: {}, in an organisation that is {}",
            user.email, tenant.slug, user.status, tenant.status
        );
        return Err(Failure::new(Exit::Conflict, what).fix("activate the account first"));
    }
    let token = generate_prefixed(RESET_PREFIX, &app.random);
    let (digest, valid) = (token.digest(), (app.now(), app.config.sign_in.password_reset_lifetime));
    let event = event(app, &tenant, &user, "password.reset_request");
    app.db.write_blocking(move |conn| {
        users::store::insert_reset(conn, tenant.id, user.id, &digest, valid)?;
        audit::store::insert(conn, tenant.id, &event)
    })?;
    say(format!("{}{}?token={}", app.config.server.issuer(), paths::LOGIN_RESET, token.expose()));
    Ok(())
}

fn unlock(app: &App, person: &Person) -> Result<(), Failure> {
    let (tenant, user) = find(app, person)?;
    let event = event(app, &tenant, &user, "user.unlock");
    let buckets = [account_bucket(app, Some(tenant.id), &user.email), account_bucket(app, None, &user.email)];
    let unlocked = app.db.write_blocking(move |conn| {
        let mut unlocked = false;
        for bucket in buckets {
            unlocked |= limits::store::unlock(conn, bucket)?;
        }
        if unlocked {
            audit::store::insert(conn, event.tenant_id, &event)?;
        }
        Ok::<_, DbError>(unlocked)
    })?;
    let who = format!("{} in {}", user.email, tenant.slug);
    say(if unlocked {
        format!("unlocked {who}")
    } else {
        format!("{who} was not locked: no failed attempts are counted")
    });
    Ok(())
}

/// What the audit log says of help for a person.
fn event(app: &App, tenant: &Tenant, user: &User, action: &'static str) -> Event {
    Event::new(&app.random, (tenant.id, app.now()), action)
        .by(ActorRef::system("admin command"))
        .on(Target::new("user", user.id, user.email.as_str()))
}

/// Where the sign-in pages count guesses of this account's password.
fn account_bucket(app: &App, tenant: Option<TenantId>, email: &Email) -> Bucket {
    Bucket::account(&app.master.derive_hmac("throttle"), tenant.map(TenantId::uuid), email.key())
}

/// The one person that is meant.
fn find(app: &App, person: &Person) -> Result<(Tenant, User), Failure> {
    let (email, slug) = (person.email.clone(), person.tenant.clone());
    let mut found = app.db.read_blocking(move |conn| {
        let tenants = match &slug {
            Some(slug) => tenants::store::find_by_slug(conn, slug.as_str())?.into_iter().collect(),
            None => {
                let ids = users::store::tenants_of_email(conn, &email, FEW)?;
                tenants::store::find_many(conn, &ids)?
            }
        };
        let mut found: Vec<(Tenant, User)> = Vec::new();
        for tenant in tenants {
            if let Some(user) = users::store::find_by_email(conn, tenant.id, &email)? {
                found.push((tenant, user));
            }
        }
        Ok::<_, DbError>(found)
    })?;
    match (found.pop(), found.is_empty()) {
        (Some(one), true) => Ok(one),
        (None, _) => Err(nobody(person)),
        (Some((last, _)), false) => {
            let slugs: Vec<String> = found
                .iter()
                .map(|(tenant, _)| tenant)
                .chain([&last])
                .map(|one| one.slug.to_string())
                .collect();
            let what = format!("several organisations have somebody with this address: {}", slugs.join(", "));
            Err(Failure::new(Exit::Conflict, what).fix("name one of them with --tenant"))
        }
    }
}

fn nobody(person: &Person) -> Failure {
    match &person.tenant {
        Some(slug) => {
            Failure::new(Exit::NotFound, format!("there is no {} in the organisation {slug}", person.email))
        }
        None => Failure::new(
            Exit::NotFound,
            format!("no organisation has an active account for {}", person.email),
        )
        .fix("name the organisation with --tenant to find accounts that are not active"),
    }
}
