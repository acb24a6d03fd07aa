//! A new key's first call, in several languages: what is shown with its secret.

/// The same call in one language.
#[derive(Clone, Debug)]
pub struct Sample {
    /// Of its tab.
    pub id: &'static str,
    /// What the tab says.
    pub title: &'static str,
    /// The lines.
    pub lines: String,
}

/// A call that says whose key it is, with the secret in it where a shell needs it, and from the environment elsewhere.
pub fn samples(issuer: &str, secret: &str) -> Vec<Sample> {
    let url = format!("{issuer}/v1/me");
    let sample = |id, title, lines: String| Sample { id, title, lines };
    vec![
        sample("curl", "curl", format!("curl '{url}' -H 'Authorization: Bearer {secret}'")),
        sample("env", ".env", format!("GRIDKEY_URL={issuer}\nGRIDKEY_API_KEY={secret}")),
        sample(
            "typescript",
            "TypeScript",
            format!(
                "const answer = await fetch(\"{url}\", {{\n  headers: {{ Authorization: `Bearer ${{process.env.GRIDKEY_API_KEY}}` }},\n}});\nconsole.log(await answer.json());"
            ),
        ),
        sample(
            "python",
            "Python",
            format!(
                "import json, os, urllib.request\n\nrequest = urllib.request.Request(\n    \"{url}\",\n    headers={{\"Authorization\": f\"Bearer {{os.environ['GRIDKEY_API_KEY']}}\"}},\n)\nwith urllib.request.urlopen(request) as answer:\n    print(json.load(answer))"
            ),
        ),
        sample(
            "go",
            "Go",
            format!(
                "request, _ := http.NewRequest(\"GET\", \"{url}\", nil)\nrequest.Header.Set(\"Authorization\", \"Bearer \"+os.Getenv(\"GRIDKEY_API_KEY\"))\nanswer, err := http.DefaultClient.Do(request)"
            ),
        ),
        sample(
            "rust",
            "Rust",
            format!(
                "let key = std::env::var(\"GRIDKEY_API_KEY\")?;\nlet answer = reqwest::Client::new().get(\"{url}\").bearer_auth(key).send().await?;\nprintln!(\"{{}}\", answer.text().await?);"
            ),
        ),
    ]
}
