//! What a mail domain is.

use crate::users::Email;
use crate::web::Problem;

/// How many domains an organisation may have.
const MOST: usize = 100;

/// The domains in the form in which mail addresses are compared, each once, by name.
pub fn domains(wanted: &[String]) -> Result<Vec<String>, Problem> {
    if wanted.len() > MOST {
        let detail = format!("An organisation has at most {MOST} domains.");
        return Err(Problem::invalid("invalid_domain", detail));
    }
    let mut all = wanted.iter().map(|text| domain(text)).collect::<Result<Vec<_>, _>>()?;
    all.sort_unstable();
    all.dedup();
    Ok(all)
}

/// What can stand behind the `@` of an address is a domain, and the address knows how it is compared.
fn domain(text: &str) -> Result<String, Problem> {
    let refuse = || {
        let shown: String = text.chars().filter(|c| !c.is_control()).take(80).collect();
        Problem::invalid("invalid_domain", format!("{shown:?} is not a domain such as example.com."))
    };
    let address = Email::parse(&format!("a@{text}")).map_err(|_| refuse())?;
    let domain = address.key().split_once('@').map(|(_, domain)| domain).unwrap_or_default();
    // A name without a dot is a machine's, and could be anybody's.
    if domain.contains('.') && text.trim() == text { Ok(domain.to_owned()) } else { Err(refuse()) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn domains_are_compared_as_addresses_are() {
        let good = ["Acme.example".to_owned(), "acme.EXAMPLE".to_owned(), "b.example".to_owned()];
        assert_eq!(domains(&good).unwrap(), ["acme.example", "b.example"]);
        let long = format!("{}.example", "a".repeat(300));
        for bad in [
            "",
            "localhost",
            "a@b.example",
            " b.example",
            "b..example",
            ".b.example",
            "b.example.",
            "*.b.example",
            "1.2.3.4",
            "b\0.example",
            &long,
        ] {
            assert_eq!(domains(&[bad.to_owned()]).unwrap_err().code, "invalid_domain", "{bad:?}");
        }
        assert!(domains(&vec!["a.example".to_owned(); 101]).is_err());
    }
}
