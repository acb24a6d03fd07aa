//! The rules of keys without a server.

use super::*;

const NOW: Timestamp = Timestamp::from_seconds(1_800_000_000);

fn end(
    settings: &KeySettings,
    in_days: Option<u32>,
    at: Option<Option<&str>>,
) -> Result<Option<Option<Timestamp>>, &'static str> {
    let asked = Ending { in_days, at: at.map(|at| at.map(str::to_owned)) };
    asked.read(settings, (NOW, NOW)).map_err(|problem| problem.code)
}

#[test]
fn never_is_a_choice_and_absent_is_as_the_profile_says() {
    let free = KeySettings { default_lifetime_days: Some(90), ..KeySettings::default() };
    assert_eq!(end(&free, None, None), Ok(None));
    assert_eq!(default_end(&free, NOW), Some(NOW + days(90)));
    assert_eq!(default_end(&KeySettings::default(), NOW), None);
    assert_eq!(end(&free, None, Some(None)), Ok(Some(None)));
    assert_eq!(end(&free, Some(1), None), Ok(Some(Some(NOW + days(1)))));
    assert_eq!(end(&free, Some(3_650), None), Ok(Some(Some(NOW + days(3_650)))));
    for bad in ["", "tomorrow", "2001-01-01T00:00:00Z", "9999-01-01T00:00:00Z"] {
        assert_eq!(end(&free, None, Some(Some(bad))), Err("invalid_expires_at"), "{bad}");
    }
    for bad in [0, 3_651, u32::MAX] {
        assert_eq!(end(&free, Some(bad), None), Err("invalid_expires_at"), "{bad}");
    }
    assert_eq!(end(&free, Some(1), Some(None)), Err("invalid_expires_at"), "one of both");
}

#[test]
fn no_key_outlives_the_organisations_longest() {
    let strict = KeySettings { longest_lifetime_days: Some(30), ..KeySettings::default() };
    assert_eq!(default_end(&strict, NOW), Some(NOW + days(30)));
    assert!(end(&strict, Some(30), None).is_ok());
    assert_eq!(end(&strict, Some(31), None), Err("invalid_expires_at"));
    assert_eq!(end(&strict, None, Some(None)), Err("invalid_expires_at"), "never is longer than any");
}

#[test]
fn a_key_has_a_level_or_scopes() {
    let code = |level, scopes: Option<&[&str]>| {
        let scopes: Option<Vec<String>> = scopes.map(|list| list.iter().map(|&text| text.into()).collect());
        grant(level, scopes.as_deref()).map_err(|problem| problem.code)
    };
    assert_eq!(code(None, None), Ok(None));
    assert_eq!(code(Some("admin"), None), Ok(Some(KeyGrant::Level(KeyLevel::Admin))));
    assert_eq!(code(Some("root"), None), Err("invalid_level"));
    assert_eq!(code(Some("admin"), Some(&["a:b"])), Err("invalid_level"));
    assert_eq!(code(None, Some(&[])), Err("invalid_scopes"));
    assert_eq!(code(None, Some(&["openid"])), Err("invalid_scopes"));
    assert_eq!(code(None, Some(&["a:b"; 101])), Err("invalid_scopes"));
    let twice = code(None, Some(&["b:c", "a:b", "b:c"])).unwrap().unwrap();
    assert_eq!(twice.columns().1, ["a:b", "b:c"]);
}

#[test]
fn names_and_metadata_are_bounded() {
    assert_eq!(name("  a ").unwrap(), "a");
    for bad in ["", "  ", "a\nb", &"x".repeat(101)] {
        assert_eq!(name(bad).unwrap_err().code, "invalid_name");
    }
    let of = |name: &str, value: &str| check_metadata(&BTreeMap::from([(name.to_owned(), value.to_owned())]));
    assert!(of("team.cost-centre_1", "grün").is_ok());
    for (name, value) in [("", "x"), ("a b", "x"), ("a", "x\ny"), ("a", &"x".repeat(501))] {
        assert_eq!(of(name, value).unwrap_err().code, "invalid_metadata");
    }
    let many: BTreeMap<String, String> = (0..33).map(|n| (format!("n{n}"), String::new())).collect();
    assert!(check_metadata(&many).is_err());
}

#[test]
fn mails_that_would_be_no_news_are_not_sent() {
    for (count, over) in [(90, 0), (15, 0), (14, 1), (4, 1), (3, 2), (1, 2), (0, 3)] {
        assert_eq!(notices_over(Some(NOW + days(count)), NOW), over, "{count}");
    }
    assert_eq!(notices_over(None, NOW), 0);
}
