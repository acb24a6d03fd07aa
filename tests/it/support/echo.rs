//! A small API that stands behind proxies: it answers with the headers that arrived, so that a test sees what an API would
//! believe.

use std::net::TcpListener;

use actix_web::{HttpRequest, HttpResponse, web};
use serde_json::{Map, json};

/// The API. It ends when it is dropped.
pub struct Echo {
    /// Where it listens.
    pub port: u16,
    handle: actix_web::dev::ServerHandle,
}

async fn echo(request: HttpRequest) -> HttpResponse {
    let headers: Map<_, _> = request
        .headers()
        .iter()
        .map(|(name, value)| (name.to_string(), json!(value.to_str().unwrap_or_default())))
        .collect();
    HttpResponse::Ok().json(headers)
}

impl Echo {
    /// Starts it.
    pub fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = listener.local_addr().unwrap().port();
        let (sender, receiver) = std::sync::mpsc::channel();
        std::thread::spawn(move || {
            actix_web::rt::System::new().block_on(async move {
                let server =
                    actix_web::HttpServer::new(|| actix_web::App::new().default_service(web::to(echo)))
                        .workers(1)
                        .listen(listener)
                        .unwrap()
                        .run();
                sender.send(server.handle()).unwrap();
                server.await.unwrap();
            });
        });
        Self { port, handle: receiver.recv().unwrap() }
    }
}

impl Drop for Echo {
    fn drop(&mut self) {
        drop(self.handle.stop(false));
    }
}

/// A port that nobody listens on.
pub fn free_port() -> u16 {
    TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port()
}
