//! `/dev/mail`: the inbox, and one message.

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::web::{Data, Path};
use askama::Template;

use super::links::{Piece, pieces};
use crate::app::App;
use crate::dev::pages::page;
use crate::language::Words;
use crate::mail::InboxMail;
use crate::web::{ContentSecurityPolicy, ErrorPage, Reader};

#[derive(Template)]
#[template(path = "dev/mail.html")]
struct InboxPage {
    words: Words,
    /// Whether mails are kept here at all.
    is_inbox: bool,
    messages: Vec<InboxMail>,
}

#[derive(Template)]
#[template(path = "dev/message.html")]
struct MessagePage<'a> {
    words: Words,
    message: &'a InboxMail,
    pieces: Vec<Piece<'a>>,
}

/// `GET /dev/mail`: every message that was kept, newest first.
pub async fn inbox(app: Data<App>) -> Result<HttpResponse, ErrorPage> {
    let inbox = app.mailer.as_inbox();
    let messages = inbox.map(crate::mail::Inbox::messages).unwrap_or_default();
    let template = InboxPage { words: Reader::words(), is_inbox: inbox.is_some(), messages };
    page(StatusCode::OK, &ContentSecurityPolicy::page(), &template)
}

/// `GET /dev/mail/{id}`: one message.
pub async fn message(app: Data<App>, id: Path<String>) -> Result<HttpResponse, ErrorPage> {
    let found = id.parse().ok().and_then(|id| app.mailer.as_inbox()?.message(id)).ok_or_else(gone)?;
    let template = MessagePage { words: Reader::words(), pieces: pieces(&found.mail.text), message: &found };
    page(StatusCode::OK, &ContentSecurityPolicy::page(), &template)
}

fn gone() -> ErrorPage {
    // Only the last 200 mails are kept, and only until the server stops.
    ErrorPage::not_found()
}

#[cfg(test)]
mod tests {
    use actix_web::test::{TestRequest, call_service, init_service, read_body};
    use actix_web::web;

    use super::*;
    use crate::dev::bench::{Bench, NOW};
    use crate::dev::mail::MESSAGE_PATH;
    use crate::mail::{Mail, Mailer};
    use crate::web::paths::DEV_MAIL;

    async fn get(app: &Data<App>, uri: &str) -> (u16, String) {
        let site = actix_web::App::new()
            .app_data(app.clone())
            .route(DEV_MAIL, web::get().to(inbox))
            .route(MESSAGE_PATH, web::get().to(message));
        let site = init_service(site).await;
        let answer = call_service(&site, TestRequest::get().uri(uri).to_request()).await;
        let status = answer.status().as_u16();
        (status, String::from_utf8(read_body(answer).await.to_vec()).unwrap())
    }

    #[actix_web::test]
    async fn mails_are_listed_and_shown_escaped_with_their_links() {
        let bench = Bench::new("http://localhost:8080", Mailer::inbox());
        assert!(get(&bench.app, "/dev/mail").await.1.contains("id=\"empty\""));
        for subject in ["First", "Second <b>"] {
            let text = "Open http://localhost:8080/login/reset?token=x&y=1\n<script>alert(1)</script>\n";
            let mail = Mail { to: "ada@acme.example".into(), subject: subject.into(), text: text.into() };
            bench.app.mailer.send(mail, NOW).await.unwrap();
        }
        let list = get(&bench.app, "/dev/mail").await.1;
        assert!(list.find("Second &#60;b&#62;").unwrap() < list.find("First").unwrap(), "{list}");
        assert!(list.contains("href=\"/dev/mail/2\"") && list.contains("ada@acme.example"));
        let (status, shown) = get(&bench.app, "/dev/mail/1").await;
        assert_eq!(status, 200);
        assert!(shown.contains("<a href=\"http://localhost:8080/login/reset?token=x&#38;y=1\""), "{shown}");
        assert!(shown.contains("&#60;script&#62;") && !shown.contains("<script"), "{shown}");
    }

    #[actix_web::test]
    async fn what_is_not_there_is_told() {
        let bench = Bench::new("http://localhost:8080", Mailer::None);
        assert!(get(&bench.app, "/dev/mail").await.1.contains("id=\"no-inbox\""));
        for id in ["1", "x", "-1", "99999999999999999999999"] {
            let (status, page) = get(&bench.app, &format!("/dev/mail/{id}")).await;
            assert!(status == 404 && page.contains("Page not found"), "{id}");
        }
    }
}
