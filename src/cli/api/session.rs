//! Who is signed in at which server: a file for each server, which nobody but its owner can read, and the tokens in it,
//! renewed when their time is over.

use std::collections::BTreeMap;
use std::fs;
use std::io::{self, ErrorKind, Write};
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::time::Duration;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::client::{answer, member};
use crate::cli::failure::{Exit, Failure};
use crate::cli::private;
use crate::clock::{Clock, Timestamp};
use crate::config::Config;
use crate::random::Random;
use crate::secret::Secret;
use crate::web::paths;

/// Which server was signed in to last: it is asked when none is named.
const CURRENT: &str = "current";
/// A token that has so little left may be over when it arrives.
const MARGIN: Duration = Duration::from_secs(30);

/// A sign-in that is kept.
#[derive(Clone, Serialize, Deserialize)]
pub struct Login {
    /// The server.
    pub server: String,
    /// As which application.
    pub client_id: String,
    access_token: String,
    refresh_token: String,
    /// When the access token's time is over, in seconds since 1970.
    expires_at: i64,
}

impl Login {
    /// What the token endpoint answered.
    ///
    /// # Errors
    /// When it gave no tokens.
    pub fn new(server: &str, client_id: &str, tokens: &Value) -> Result<Self, Failure> {
        let text = |name: &str| member(tokens, name).map(str::to_owned);
        let (Some(access_token), Some(refresh_token)) = (text("access_token"), text("refresh_token")) else {
            return Err(Failure::failed(format!("{server} gives no tokens that can be renewed")));
        };
        let lifetime = tokens.get("expires_in").and_then(Value::as_i64).unwrap_or_default();
        let expires_at = now().seconds().saturating_add(lifetime);
        let (server, client_id) = (server.to_owned(), client_id.to_owned());
        Ok(Self { server, client_id, access_token, refresh_token, expires_at })
    }

    /// What ends the sign-in when it is revoked.
    pub fn refresh_token(&self) -> &str {
        &self.refresh_token
    }
}

fn now() -> Timestamp {
    Clock::System.now()
}

/// The files.
pub struct Logins {
    folder: PathBuf,
}

impl Logins {
    /// Those of whoever runs the program. `None` without a folder for configuration.
    pub fn of_person() -> Option<Self> {
        Some(Self { folder: Config::person_folder()?.join("gridkey").join("logins") })
    }

    /// The same, where there must be a folder.
    ///
    /// # Errors
    /// Says what is missing.
    pub fn required() -> Result<Self, Failure> {
        Self::of_person().ok_or_else(|| {
            Failure::failed("there is no folder to keep a sign-in in").fix("set HOME or XDG_CONFIG_HOME")
        })
    }

    fn file(&self, server: &str) -> PathBuf {
        let plain = |c: char| if c.is_ascii_alphanumeric() || c == '.' || c == '-' { c } else { '_' };
        self.folder.join(format!("{}.json", server.chars().map(plain).collect::<String>()))
    }

    /// The sign-in at a server.
    ///
    /// # Errors
    /// When the file cannot be read, or others can read it too.
    pub fn read(&self, server: &str) -> Result<Option<Login>, Failure> {
        let path = self.file(server);
        let text = match fs::read_to_string(&path) {
            Ok(text) => text,
            Err(why) if why.kind() == ErrorKind::NotFound => return Ok(None),
            Err(why) => return Err(unusable(&path, &why)),
        };
        let mode = fs::metadata(&path).map_err(|why| unusable(&path, &why))?.permissions().mode();
        if mode & 0o077 != 0 {
            let shown = path.display();
            return Err(Failure::failed(format!("others can read {shown}"))
                .fix(format!("run `gridkey login` again after: chmod 600 {shown}")));
        }
        // What is damaged is as good as nothing.
        let login: Option<Login> = serde_json::from_str(&text).ok();
        Ok(login.filter(|login| login.server == server))
    }

    /// Keeps a sign-in.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn write(&self, login: &Login) -> Result<(), Failure> {
        let text = serde_json::to_vec(login).map_err(Failure::failed)?;
        self.put(&self.file(&login.server), &text)
    }

    /// Has this server asked when none is named.
    ///
    /// # Errors
    /// When that cannot be written.
    pub fn prefer(&self, server: &str) -> Result<(), Failure> {
        self.put(&self.folder.join(CURRENT), server.as_bytes())
    }

    /// The server that is asked when none is named.
    pub fn preferred(&self) -> Option<String> {
        let text = fs::read_to_string(self.folder.join(CURRENT)).ok()?;
        Some(text.trim().to_owned()).filter(|text| !text.is_empty())
    }

    /// Forgets the sign-in at a server.
    ///
    /// # Errors
    /// When the file cannot be removed.
    pub fn remove(&self, server: &str) -> Result<(), Failure> {
        let mut paths = vec![self.file(server)];
        if self.preferred().as_deref() == Some(server) {
            paths.push(self.folder.join(CURRENT));
        }
        for path in paths {
            match fs::remove_file(&path) {
                Err(why) if why.kind() != ErrorKind::NotFound => return Err(unusable(&path, &why)),
                _ => {}
            }
        }
        Ok(())
    }

    /// Writes a file beside the old one and puts it in its place: nobody reads half of it.
    fn put(&self, path: &Path, content: &[u8]) -> Result<(), Failure> {
        let put = || -> io::Result<()> {
            private::create_folder(&self.folder)?;
            let fresh = self.folder.join(format!("new-{}", Random::default().opaque_id()));
            let mut file = private::create_new(&fresh)?;
            file.write_all(content)?;
            file.sync_all()?;
            fs::rename(&fresh, path)
        };
        put().map_err(|why| unusable(path, &why))
    }
}

fn unusable(path: &Path, why: &io::Error) -> Failure {
    Failure::failed(format!("{} cannot be used: {why}", path.display()))
}

/// The access token of whoever is signed in at a server, a fresh one if the time of the old one is over. `None` when
/// nobody is.
///
/// # Errors
/// When the sign-in has ended, or the server does not answer.
pub async fn token(http: &reqwest::Client, base: &str) -> Result<Option<Secret>, Failure> {
    let Some(logins) = Logins::of_person() else { return Ok(None) };
    let Some(login) = logins.read(base)? else { return Ok(None) };
    if now().seconds() + i64::try_from(MARGIN.as_secs()).unwrap_or_default() < login.expires_at {
        return Ok(Some(Secret::new(login.access_token)));
    }
    let form = [
        ("grant_type", "refresh_token"),
        ("client_id", &login.client_id),
        ("refresh_token", &login.refresh_token),
    ];
    let request = http.post(format!("{base}{}", paths::TOKEN)).form(&form);
    let tokens = match answer(request, base).await {
        Ok(tokens) => tokens,
        Err(failure) if failure.what.contains("(invalid_grant)") => {
            logins.remove(base)?;
            let what = format!("the sign-in at {base} has ended");
            return Err(Failure { request_id: failure.request_id, ..Failure::new(Exit::Auth, what) }
                .fix(format!("gridkey login --server {base}")));
        }
        Err(failure) => return Err(failure),
    };
    let fresh = Login::new(base, &login.client_id, &tokens)?;
    logins.write(&fresh)?;
    Ok(Some(Secret::new(fresh.access_token)))
}

/// The server that was signed in to last, as if a variable named it.
pub fn server(env: &BTreeMap<String, String>, variable: &str) -> Option<String> {
    let named = env.get(variable).filter(|text| !text.is_empty()).cloned();
    named.or_else(|| Logins::of_person()?.preferred())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_sign_in_is_kept_for_its_owner_alone() {
        let folder = tempfile::tempdir().unwrap();
        let logins = Logins { folder: folder.path().join("a/logins") };
        let server = "http://localhost:8080";
        assert!(logins.read(server).unwrap().is_none());
        let tokens = json!({ "access_token": "a", "refresh_token": "r", "expires_in": 60 });
        logins.write(&Login::new(server, "c", &tokens).unwrap()).unwrap();
        logins.prefer(server).unwrap();
        let path = logins.file(server);
        assert_eq!(path.metadata().unwrap().permissions().mode() & 0o777, 0o600);
        assert_eq!(logins.read(server).unwrap().unwrap().refresh_token(), "r");
        assert_eq!(logins.preferred().as_deref(), Some(server));
        assert!(logins.read("http://localhost_8080").unwrap().is_none(), "of another server");
        fs::set_permissions(&path, fs::Permissions::from_mode(0o644)).unwrap();
        assert!(logins.read(server).is_err(), "others can read it");
        logins.remove(server).unwrap();
        logins.remove(server).unwrap();
        assert!(logins.read(server).unwrap().is_none() && logins.preferred().is_none());
        assert_eq!(fs::read_dir(&logins.folder).unwrap().count(), 0, "nothing is left behind");
    }

    #[test]
    fn tokens_that_cannot_be_renewed_are_none() {
        for tokens in [json!({}), json!({ "access_token": "a" }), json!({ "refresh_token": "r" })] {
            assert!(Login::new("x", "c", &tokens).is_err(), "{tokens}");
        }
    }
}
