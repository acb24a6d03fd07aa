//! The sections, one file each: what can be set, and the rules between settings.

mod audit;
mod database;
mod edge;
mod limits;
mod logging;
mod mail;
mod profiles;
mod security;
mod server;
mod sessions;
mod sign_in;
mod tokens;
mod webhooks;

pub use audit::Audit;
pub use database::{Database, Synchronous};
pub use edge::{Edge, RevocationsThrough, SignatureQueryMode, SignatureReplayPolicy};
pub use limits::Limits;
pub use logging::{LogFormat, Logging};
pub use mail::{Mail, MailTransport};
pub use profiles::Profiles;
pub use security::Security;
pub use server::Server;
pub use sessions::Sessions;
pub use sign_in::SignIn;
pub use tokens::{RsaBits, SigningAlgorithm, Tokens};
pub use webhooks::Webhooks;

use super::reader::Reader;
use super::settings::Section;

/// Puts the sections together: the whole configuration, its draft, and the table of tables.
macro_rules! sections {
    ($($name:ident: $section:ident),+ $(,)?) => {
        /// Everything that can be set. `Debug` shows no secret.
        #[derive(Clone, Debug)]
        pub struct Config {
            $(#[doc = concat!("The settings under `[", stringify!($name), "]`.")] pub $name: $section,)+
        }

        /// Every section, in the order in which people read them.
        pub const SECTIONS: &[&Section] = &[$(&$name::SECTION),+];

        /// What could be read of the whole.
        pub struct Draft {
            $(pub $name: $name::Draft,)+
        }

        impl Draft {
            /// Reads every section.
            pub fn read(reader: &mut Reader<'_>) -> Self {
                Self { $($name: $name::Draft::read(reader),)+ }
            }

            /// The configuration, when every setting could be read.
            pub fn finish(self) -> Option<Config> {
                Some(Config { $($name: self.$name.finish()?,)+ })
            }
        }
    };
}

sections! {
    server: Server,
    database: Database,
    security: Security,
    tokens: Tokens,
    sessions: Sessions,
    sign_in: SignIn,
    mail: Mail,
    edge: Edge,
    limits: Limits,
    profiles: Profiles,
    audit: Audit,
    webhooks: Webhooks,
    logging: Logging,
}

impl Draft {
    /// Applies the rules that limits of single settings cannot express.
    pub fn check(&self, reader: &mut Reader<'_>) {
        self.server.check(reader);
        self.database.check(reader);
        self.tokens.check(reader);
        self.sessions.check(reader);
        self.mail.check(&self.security, reader);
        self.limits.check(reader);
        self.edge.check(&self.limits, reader);
        self.logging.check(reader);
    }
}
