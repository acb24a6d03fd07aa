//! Sending over SMTP (RFC 5321), encrypted whenever the server can be (RFC 3207, RFC 8314).

use std::fmt;
use std::sync::Arc;
use std::time::{Duration, UNIX_EPOCH};

use lettre::message::Mailbox;
use lettre::message::header::ContentType;
use lettre::{Address, AsyncSmtpTransport, AsyncTransport, Message, Tokio1Executor};
use tokio::sync::Semaphore;
use url::Url;

use super::{Mail, MailError};
use crate::clock::Timestamp;
use crate::random::Random;

/// How long a mail server may take for each answer.
const TIMEOUT: Duration = Duration::from_secs(15);
/// Messages under way at a time, each over a connection of its own.
const CONNECTIONS: usize = 4;
/// Messages that wait to be sent in the background, those under way included.
const WAITING: usize = 256;
/// How long to wait before the second and the third try.
const PAUSES: [Duration; 2] = [Duration::from_secs(2), Duration::from_secs(20)];

/// A mail server and in whose name messages go there. Clones share its connections and its queue.
#[derive(Clone)]
pub struct Smtp {
    transport: AsyncSmtpTransport<Tokio1Executor>,
    from: Mailbox,
    random: Random,
    connections: Arc<Semaphore>,
    places: Arc<Semaphore>,
    pauses: [Duration; 2],
}

impl fmt::Debug for Smtp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Smtp(from {})", self.from.email)
    }
}

impl Smtp {
    pub(super) fn new(url: &str, from: &str) -> Result<Self, MailError> {
        let from: Mailbox = from.parse().map_err(|_| MailError::Sender)?;
        let url = with_tls(url)?;
        let transport = AsyncSmtpTransport::<Tokio1Executor>::from_url(url.as_str())
            .map_err(MailError::Setup)?
            .timeout(Some(TIMEOUT))
            .build();
        Ok(Self {
            transport,
            from,
            random: Random::default(),
            connections: Arc::new(Semaphore::new(CONNECTIONS)),
            places: Arc::new(Semaphore::new(WAITING)),
            pauses: PAUSES,
        })
    }

    pub(super) async fn send(&self, mail: Mail, now: Timestamp) -> Result<(), MailError> {
        let message = self.message(mail, now)?;
        self.deliver(message).await
    }

    /// Takes the message and returns at once. What fails for a passing reason is tried again; what fails in the end
    /// is logged once, without recipient and body.
    pub(super) fn send_in_background(&self, mail: Mail, now: Timestamp) {
        let prepared = self.message(mail, now).and_then(|message| {
            let place = Arc::clone(&self.places).try_acquire_owned().map_err(|_| MailError::Busy)?;
            Ok((message, place))
        });
        let (message, place) = match prepared {
            Ok(prepared) => prepared,
            Err(why) => return log(&why),
        };
        let smtp = self.clone();
        tokio::spawn(async move {
            if let Err(why) = smtp.deliver_with_patience(message).await {
                log(&why);
            }
            drop(place);
        });
    }

    async fn deliver_with_patience(&self, message: Message) -> Result<(), MailError> {
        for pause in self.pauses {
            match self.deliver(message.clone()).await {
                Err(why) if why.is_temporary() => tokio::time::sleep(pause).await,
                outcome => return outcome,
            }
        }
        self.deliver(message).await
    }

    async fn deliver(&self, message: Message) -> Result<(), MailError> {
        let _connection = self.connections.acquire().await.map_err(|_| MailError::Busy)?;
        self.transport.send(message).await.map(drop).map_err(MailError::Transport)
    }

    fn message(&self, mail: Mail, now: Timestamp) -> Result<Message, MailError> {
        mail.check()?;
        let to: Address = mail.to.parse().map_err(|_| MailError::Recipient)?;
        let sent_at = UNIX_EPOCH + now.since(Timestamp::from_seconds(0));
        let id = format!("<{}@{}>", self.random.opaque_id(), self.from.email.domain());
        Message::builder()
            .from(self.from.clone())
            .to(Mailbox::new(None, to))
            .subject(mail.subject)
            .date(sent_at)
            .message_id(Some(id))
            .header(ContentType::TEXT_PLAIN)
            .body(mail.text)
            .map_err(MailError::Build)
    }
}

fn log(why: &MailError) {
    let cause = std::error::Error::source(why).map(ToString::to_string);
    tracing::error!(error = %why, cause, "a mail was not sent");
}

/// The URL with the kind of encryption that was left open: what the server offers. A login needs more than that,
/// because whoever sits between can take the offer away.
fn with_tls(url: &str) -> Result<Url, MailError> {
    let mut url = Url::parse(url).map_err(|_| MailError::Url)?;
    let tls = url.query_pairs().find(|(name, _)| name == "tls").map(|(_, value)| value.into_owned());
    let has_login = !url.username().is_empty() || url.password().is_some();
    match (url.scheme(), tls.as_deref()) {
        _ if url.host_str().is_none_or(str::is_empty) => return Err(MailError::Url),
        ("smtps", None) | ("smtp", Some("required")) => {}
        ("smtp", None | Some("opportunistic")) if has_login => return Err(MailError::LoginInClear),
        ("smtp", Some("opportunistic")) => {}
        ("smtp", None) => {
            // With the parameter the port would be another one when none is given.
            let port = url.port().unwrap_or(lettre::transport::smtp::SMTP_PORT);
            url.set_port(Some(port)).map_err(|()| MailError::Url)?;
            url.query_pairs_mut().append_pair("tls", "opportunistic");
        }
        _ => return Err(MailError::Url),
    }
    Ok(url)
}

#[cfg(test)]
mod tests {
    use std::io::{BufRead, BufReader, Write};
    use std::net::{TcpListener, TcpStream};
    use std::sync::Mutex;
    use std::sync::atomic::{AtomicUsize, Ordering};
    use std::time::Instant;

    use super::*;

    const NOW: Timestamp = Timestamp::from_seconds(1_800_000_000);

    /// A mail server that answers as it is told and keeps what it is given.
    #[derive(Default)]
    struct Server {
        received: Mutex<Vec<String>>,
        sessions: AtomicUsize,
        open: AtomicUsize,
        most_open: AtomicUsize,
        /// Sessions that are turned away before one is served, and with which words.
        refusals: Mutex<Vec<&'static str>>,
        delay: Duration,
    }

    impl Server {
        fn start(self) -> (Arc<Self>, Smtp) {
            let listener = TcpListener::bind("127.0.0.1:0").unwrap();
            let url = format!("smtp://{}", listener.local_addr().unwrap());
            let server = Arc::new(self);
            let serving = Arc::clone(&server);
            std::thread::spawn(move || {
                for stream in listener.incoming() {
                    let server = Arc::clone(&serving);
                    std::thread::spawn(move || server.session(stream.unwrap()));
                }
            });
            let smtp = Smtp::new(&url, "Gridkey <no-reply@id.example>").unwrap();
            (server, Smtp { pauses: [Duration::ZERO; 2], ..smtp })
        }

        fn session(&self, mut stream: TcpStream) {
            self.sessions.fetch_add(1, Ordering::SeqCst);
            let open = self.open.fetch_add(1, Ordering::SeqCst) + 1;
            self.most_open.fetch_max(open, Ordering::SeqCst);
            let refusal = self.refusals.lock().unwrap().pop();
            let mut lines = BufReader::new(stream.try_clone().unwrap()).lines();
            let mut said = String::new();
            write!(stream, "{}\r\n", refusal.unwrap_or("220 test")).unwrap();
            while let Some(Ok(line)) = lines.next() {
                said += &format!("{line}\n");
                match line.as_str() {
                    "DATA" => {
                        stream.write_all(b"354 go on\r\n").unwrap();
                        for line in lines.by_ref().map_while(Result::ok).take_while(|line| line != ".") {
                            said += &format!("{line}\n");
                        }
                        std::thread::sleep(self.delay);
                        self.received.lock().unwrap().push(std::mem::take(&mut said));
                        self.open.fetch_sub(1, Ordering::SeqCst);
                        stream.write_all(b"250 taken\r\n").unwrap();
                    }
                    "QUIT" => break,
                    _ => stream.write_all(b"250 fine\r\n").unwrap(),
                }
            }
        }

        async fn until_received(&self, count: usize) {
            let started = Instant::now();
            while self.received.lock().unwrap().len() < count {
                assert!(started.elapsed() < Duration::from_secs(20), "waited in vain");
                tokio::time::sleep(Duration::from_millis(2)).await;
            }
        }
    }

    fn mail(text: &str) -> Mail {
        Mail { to: "ada@example.com".into(), subject: "Neues Paßwort".into(), text: text.into() }
    }

    #[tokio::test]
    async fn a_message_arrives_whole() {
        let (server, smtp) = Server::default().start();
        smtp.send(mail("Open this link:\nhttps://id.example/reset\n.\nBcc: eve@evil.example\n"), NOW)
            .await
            .unwrap();
        let received = server.received.lock().unwrap().concat();
        let (commands, message) = received.split_once("DATA\n").unwrap();
        let (head, body) = message.split_once("\n\n").unwrap();
        assert!(
            commands.contains("MAIL FROM:<no-reply@id.example>\nRCPT TO:<ada@example.com>\n"),
            "{commands}"
        );
        for line in [
            "From: Gridkey <no-reply@id.example>",
            "To: ada@example.com",
            "Date: Fri, 15 Jan 2027 08:00:00 +0000",
        ] {
            assert!(head.lines().any(|have| have == line), "{line} in {head}");
        }
        assert!(head.contains("Subject: Neues =?utf-8?b?") && head.contains("@id.example>"), "{head}");
        assert!(head.contains("Content-Type: text/plain; charset=utf-8"), "{head}");
        assert!(body.starts_with("Open this link:\nhttps://id.example/reset\n..\nBcc:"), "{body}");
        assert!(!head.contains("evil"), "{head}");
    }

    #[tokio::test]
    async fn nothing_is_sent_for_a_message_that_would_break_out() {
        let (server, smtp) = Server::default().start();
        for to in [
            "ada@example.com\r\nBcc: eve@evil.example",
            "ada@example.com, eve@evil.example",
            "Ada <ada@example.com>",
            "ada@example.com> NOTIFY=NEVER",
            "",
        ] {
            let outcome = smtp.send(Mail { to: to.into(), ..mail("x") }, NOW).await;
            assert!(matches!(outcome, Err(MailError::Recipient)), "{to}");
        }
        let outcome =
            smtp.send(Mail { subject: "Hi\r\nBcc: eve@evil.example".into(), ..mail("x") }, NOW).await;
        assert!(matches!(outcome, Err(MailError::Subject)));
        assert_eq!(server.sessions.load(Ordering::SeqCst), 0);
    }

    #[tokio::test]
    async fn the_background_is_patient_with_passing_failures_only() {
        let (server, smtp) =
            Server { refusals: Mutex::new(vec!["421 later", "421 later"]), ..Server::default() }.start();
        smtp.send_in_background(mail("x"), NOW);
        server.until_received(1).await;
        assert_eq!(server.sessions.load(Ordering::SeqCst), 3);

        let (server, smtp) = Server { refusals: Mutex::new(vec!["554 never"]), ..Server::default() }.start();
        let message = smtp.message(mail("x"), NOW).unwrap();
        let why = smtp.deliver_with_patience(message).await.unwrap_err();
        assert!(!why.is_temporary(), "{why:?}");
        assert_eq!(server.sessions.load(Ordering::SeqCst), 1);
    }

    #[tokio::test]
    async fn the_background_takes_a_bounded_number_over_few_connections() {
        let (server, smtp) = Server { delay: Duration::from_millis(40), ..Server::default() }.start();
        for _ in 0..20 {
            smtp.send_in_background(mail("x"), NOW);
        }
        assert_eq!(server.sessions.load(Ordering::SeqCst), 0, "the caller does not wait");
        server.until_received(20).await;
        assert!(server.most_open.load(Ordering::SeqCst) <= CONNECTIONS);

        let smtp = Smtp { places: Arc::new(Semaphore::new(1)), ..smtp };
        smtp.send_in_background(mail("y"), NOW);
        smtp.send_in_background(mail("z"), NOW);
        server.until_received(21).await;
        tokio::time::sleep(Duration::from_millis(200)).await;
        assert_eq!(server.received.lock().unwrap().len(), 21, "the one too many is dropped");
    }

    #[tokio::test]
    async fn a_server_that_is_away_is_a_passing_failure() {
        let address = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
        let smtp = Smtp::new(&format!("smtp://{address}"), "no-reply@id.example").unwrap();
        let why = smtp.send(mail("x"), NOW).await.unwrap_err();
        assert!(matches!(why, MailError::Transport(_)) && why.is_temporary());
    }

    #[test]
    fn a_login_never_travels_in_clear() {
        let url = |text: &str| with_tls(text).map(String::from);
        for text in ["smtp://mail.example", "smtp://mail.example:25"] {
            assert_eq!(url(text).unwrap(), "smtp://mail.example:25?tls=opportunistic");
        }
        for text in ["smtps://ada:secret@mail.example", "smtp://ada:secret@mail.example:587?tls=required"] {
            assert_eq!(url(text).unwrap(), text);
        }
        for text in ["smtp://ada:secret@mail.example", "smtp://ada:secret@mail.example?tls=opportunistic"] {
            assert!(matches!(url(text), Err(MailError::LoginInClear)), "{text}");
        }
        for text in [
            "mail.example",
            "https://mail.example",
            "smtp:///x",
            "smtp://mail.example?tls=off",
            "smtps://m?tls=no",
            "",
        ] {
            assert!(matches!(url(text), Err(MailError::Url)), "{text}");
        }
        assert!(matches!(Smtp::new("smtp://mail.example", "nobody"), Err(MailError::Sender)));
        let shown = format!("{:?}", Smtp::new("smtps://ada:secret@mail.example", "a@id.example").unwrap());
        assert_eq!(shown, "Smtp(from a@id.example)");
    }
}
