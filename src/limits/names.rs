//! How a program is told how it stands with its limits: in the headers that its profile knows.

use super::Standing;
use crate::tenants::LimitHeaders;

/// The headers that tell `standing` of the bucket that is called `policy`, refused or not.
pub fn limit_headers(
    names: &'static LimitHeaders,
    policy: &str,
    (standing, refused): (&Standing, bool),
) -> Vec<(&'static str, String)> {
    let Standing { limit, remaining, .. } = standing;
    let (reset, wait) = (standing.reset_seconds(), standing.retry_after());
    let [limit_name, remaining_name, reset_name] = &names.names;
    let mut headers = vec![
        (limit_name.as_str(), limit.to_string()),
        (remaining_name.as_str(), remaining.to_string()),
        (reset_name.as_str(), reset.to_string()),
    ];
    if names.structured {
        headers.push(("ratelimit-policy", format!("\"{policy}\";q={limit};w=60")));
        headers.push(("ratelimit", format!("\"{policy}\";r={remaining};t={reset}")));
    }
    if refused {
        headers.push(("retry-after", wait.to_string()));
        headers.extend(names.retry_after.as_deref().map(|name| (name, wait.to_string())));
    }
    headers
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;
    use crate::tenants::{ProfileName, Profiles};

    fn headers(profile: &ProfileName, refused: bool) -> Vec<String> {
        let standing = Standing {
            limit: 60,
            remaining: 3,
            reset: Duration::from_millis(56_500),
            wait: Duration::from_millis(400),
        };
        let all = limit_headers(
            &Profiles::load(None).unwrap().find(profile).unwrap().limit_headers,
            "key",
            (&standing, refused),
        );
        all.into_iter().map(|(name, value)| format!("{name}: {value}")).collect()
    }

    #[test]
    fn each_profile_is_told_by_its_own_names() {
        assert_eq!(
            headers(&ProfileName::SCAIGRID, false),
            [
                "x-scaigrid-ratelimit-limit: 60",
                "x-scaigrid-ratelimit-remaining: 3",
                "x-scaigrid-ratelimit-reset: 57",
            ]
        );
        let grid = headers(&ProfileName::THEGRID, true);
        assert_eq!(grid[0], "x-ratelimit-limit: 60");
        assert!(grid.contains(&"x-ratelimit-retry-after: 1".to_owned()));
        assert!(grid.contains(&"retry-after: 1".to_owned()));
        let native = headers(&ProfileName::NATIVE, true);
        for header in [
            "ratelimit-limit: 60",
            "ratelimit-policy: \"key\";q=60;w=60",
            "ratelimit: \"key\";r=3;t=57",
            "retry-after: 1",
        ] {
            assert!(native.contains(&header.to_owned()), "{header}");
        }
    }
}
