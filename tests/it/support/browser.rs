//! A person's browser without scripts: keeps cookies, follows redirects by hand, fills forms in.

use std::collections::BTreeMap;

use super::{CHALLENGE, Reply, http_client_builder};

/// A browser.
pub struct Browser {
    /// The server as the browser knows it: what stands in its address bar.
    base: String,
    /// Where its requests really go.
    node: String,
    client: reqwest::Client,
}

/// A page with where it came from.
#[derive(Debug, Clone)]
pub struct Page {
    /// Path and query.
    pub at: String,
    /// The answer.
    pub reply: Reply,
}

/// The parameters of a URL's query.
pub fn query_of(url: &str) -> BTreeMap<String, String> {
    url::Url::parse(url).unwrap_or_else(|why| panic!("{why}: {url}")).query_pairs().into_owned().collect()
}

impl Browser {
    pub fn new(base: &str) -> Self {
        Self::speaking(base, "")
    }

    /// A browser whose reader wants pages in this language.
    pub fn speaking(base: &str, language: &str) -> Self {
        let mut headers = reqwest::header::HeaderMap::new();
        if !language.is_empty() {
            headers.insert("accept-language", language.parse().unwrap());
            headers.insert("accept", "text/html,*/*;q=0.8".parse().unwrap());
        }
        let client = http_client_builder()
            .default_headers(headers)
            .cookie_store(true)
            .user_agent("TestBrowser/1.0")
            .build()
            .unwrap();
        Self { base: base.to_owned(), node: base.to_owned(), client }
    }

    /// From now on another node answers, as if a balancer in front of them had chosen it: the browser sees no difference.
    pub fn go_to_node(&mut self, base: &str) {
        base.clone_into(&mut self.node);
    }

    fn full(&self, at: &str) -> String {
        let at = at.strip_prefix(self.base.as_str()).filter(|path| path.starts_with('/')).unwrap_or(at);
        if at.starts_with("http") { at.to_owned() } else { format!("{}{at}", self.node) }
    }

    /// Whether a URL leads to this server.
    fn is_ours(&self, url: &str) -> bool {
        url.starts_with('/') || url.starts_with(&format!("{}/", self.base))
    }

    /// `GET`, without following redirects.
    pub async fn get(&self, at: &str) -> Page {
        let response = self.client.get(self.full(at)).header("sec-fetch-site", "none").send().await.unwrap();
        Page { at: at.to_owned(), reply: Reply::of(response).await }
    }

    /// `POST` of a form as the server's own page would send it.
    pub async fn post(&self, at: &str, form: &[(&str, &str)]) -> Page {
        let origin = self.base.clone();
        let request = self.client.post(self.full(at)).form(form);
        let response =
            request.header("origin", origin).header("sec-fetch-site", "same-origin").send().await.unwrap();
        Page { at: at.to_owned(), reply: Reply::of(response).await }
    }

    /// `POST` of a form with a file, as the server's own page would send it.
    pub async fn post_file(&self, at: &str, form: &[(&str, &str)], (field, file): (&str, &[u8])) -> Page {
        let mut body = Vec::new();
        for (name, value) in form {
            let head =
                format!("--edge\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n");
            body.extend(head.into_bytes());
        }
        let head = format!(
            "--edge\r\nContent-Disposition: form-data; name=\"{field}\"; filename=\"a.bin\"\r\n\
             Content-Type: application/octet-stream\r\n\r\n"
        );
        body.extend(head.into_bytes());
        body.extend(file);
        body.extend(b"\r\n--edge--\r\n");
        let request = self.client.post(self.full(at)).body(body);
        let request = request.header("content-type", "multipart/form-data; boundary=edge");
        let origin = self.base.clone();
        let response =
            request.header("origin", origin).header("sec-fetch-site", "same-origin").send().await.unwrap();
        Page { at: at.to_owned(), reply: Reply::of(response).await }
    }

    /// Goes on until there is a page or a redirect that leads away.
    pub async fn follow(&self, mut page: Page) -> Page {
        for _ in 0..20 {
            let location = page.reply.header("location").to_owned();
            if page.reply.status / 100 != 3 || !self.is_ours(&location) {
                return page;
            }
            page = self.get(&location).await;
        }
        panic!("redirects in circles: {page:?}");
    }

    /// Fills in the page's form and sends it. Hidden fields are sent as they are; `fields` add to them or replace them.
    pub async fn submit(&self, page: &Page, fields: &[(&str, &str)]) -> Page {
        let form = page.form();
        let mut all = form.fields;
        for (name, value) in fields {
            all.insert((*name).to_owned(), (*value).to_owned());
        }
        let pairs: Vec<(&str, &str)> =
            all.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
        let action = if form.action.is_empty() { page.at.clone() } else { form.action };
        self.post(&action, &pairs).await
    }

    /// Opens a page and walks through whatever the sign-in asks, until the browser is sent away: the URL it is sent to.
    pub async fn walk(&mut self, at: &str, email: &str, password: &str) -> String {
        let mut page = self.follow(self.get(at).await).await;
        for _ in 0..8 {
            if page.reply.status / 100 == 3 {
                return page.reply.header("location").to_owned();
            }
            assert_eq!(page.reply.status, 200, "{} {}", page.at, page.reply.body);
            let answered = match page.path().as_str() {
                "/login/identify" => self.submit(&page, &[("email", email)]).await,
                "/login/password" => self.submit(&page, &[("password", password)]).await,
                "/login/consent" => self.submit(&page, &[("decision", "allow")]).await,
                other => panic!("the walk does not know {other}"),
            };
            assert!(answered.reply.status / 100 == 3, "{} {}", answered.at, answered.reply.body);
            page = self.follow(answered).await;
        }
        panic!("the sign-in goes round in circles: {}", page.at);
    }

    /// Signs in to the pages behind the sign-in, and comes to `at`.
    pub async fn enter(&mut self, at: &str, email: &str, password: &str) -> Page {
        let mut page = self.follow(self.get(at).await).await;
        for _ in 0..4 {
            let fields = match page.path().as_str() {
                "/login/identify" => [("email", email)],
                "/login/password" => [("password", password)],
                _ => return page,
            };
            page = self.follow(self.submit(&page, &fields).await).await;
        }
        panic!("the sign-in goes round in circles: {}", page.at);
    }

    /// Signs in to the fixture's client `web` and returns the code.
    pub async fn code_for_web(&mut self, scope: &str, email: &str, password: &str) -> String {
        let url = self.walk(&authorize_web(scope, &[]), email, password).await;
        let query = query_of(&url);
        query.get("code").unwrap_or_else(|| panic!("no code in {url}")).clone()
    }
}

/// The path of an authorization request of the client `web`, with further or other parameters.
pub fn authorize_web(scope: &str, more: &[(&str, &str)]) -> String {
    let mut params: BTreeMap<&str, &str> = BTreeMap::from([
        ("client_id", "web"),
        ("response_type", "code"),
        ("redirect_uri", "https://portal.example.com/cb"),
        ("scope", scope),
        ("state", "st-1"),
        ("nonce", "no-1"),
        ("code_challenge", CHALLENGE),
        ("code_challenge_method", "S256"),
    ]);
    params.extend(more.iter().copied());
    params.retain(|_, value| !value.is_empty());
    let query: String = url::form_urlencoded::Serializer::new(String::new()).extend_pairs(params).finish();
    format!("/oauth2/authorize?{query}")
}

/// A form of a page.
#[derive(Debug)]
pub struct Form {
    pub action: String,
    /// Names and values of its inputs, but for buttons.
    pub fields: BTreeMap<String, String>,
}

impl Page {
    /// The path without the query.
    pub fn path(&self) -> String {
        let at = self.at.split('?').next().unwrap();
        at.find("://").map_or(at.to_owned(), |i| {
            let rest = &at[i + 3..];
            rest[rest.find('/').unwrap_or(rest.len())..].to_owned()
        })
    }

    /// The page's first form.
    #[track_caller]
    pub fn form(&self) -> Form {
        let body = &self.reply.body;
        // The bar above a page has forms too, which are not what the page is about.
        let html = &body[body.find("<main").unwrap_or_default()..];
        let start = html.find("<form").unwrap_or_else(|| panic!("no form at {}: {html}", self.at));
        let end = html[start..].find("</form>").unwrap() + start;
        let form = &html[start..end];
        let opening = &form[..form.find('>').unwrap()];
        let mut fields = BTreeMap::new();
        for (at, _) in form.match_indices("<input") {
            let tag = &form[at..at + form[at..].find('>').unwrap()];
            let kind = attribute(tag, "type").unwrap_or_default();
            if let Some(name) = attribute(tag, "name")
                && kind != "submit"
                && (kind != "radio" || tag.contains("checked"))
            {
                fields.insert(name, attribute(tag, "value").unwrap_or_default());
            }
        }
        Form { action: attribute(opening, "action").unwrap_or_default(), fields }
    }
}

fn attribute(tag: &str, name: &str) -> Option<String> {
    let start = tag.find(&format!(" {name}=\""))? + name.len() + 3;
    let value = &tag[start..start + tag[start..].find('"')?];
    Some(unescape(value))
}

fn unescape(text: &str) -> String {
    let mut text = text.to_owned();
    for (entity, plain) in [
        ("&quot;", "\""),
        ("&#34;", "\""),
        ("&#39;", "'"),
        ("&#x27;", "'"),
        ("&lt;", "<"),
        ("&#60;", "<"),
        ("&gt;", ">"),
        ("&#62;", ">"),
        ("&#38;", "&"),
        ("&amp;", "&"),
    ] {
        text = text.replace(entity, plain);
    }
    text
}

impl Browser {
    /// `POST` of a form with headers of the test's choice, and without those that a browser adds by itself.
    pub async fn post_with(&self, at: &str, form: &[(&str, &str)], headers: &[(&str, &str)]) -> Page {
        let mut request = self.client.post(self.full(at)).form(form);
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        Page { at: at.to_owned(), reply: Reply::of(request.send().await.unwrap()).await }
    }
}
