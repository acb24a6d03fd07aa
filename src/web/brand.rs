//! How the organisation looks whose page is being made.
//!
//! Which organisation that is turns out in the course of a request, and errors are rendered where nothing of it is at hand:
//! so it is noted in a task-local, as the reader of the page is. It does not follow work that is spawned.

use std::cell::RefCell;
use std::future::Future;
use std::sync::Arc;

/// How an organisation looks.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Brand {
    /// Its name.
    pub name: String,
    /// The path of its logo.
    pub logo: Option<String>,
    /// The path of the style sheet with its colours.
    pub style_sheet: Option<String>,
    /// Where its people find help.
    pub support_url: Option<String>,
}

tokio::task_local! {
    static CURRENT: RefCell<Option<Arc<Brand>>>;
}

impl Brand {
    /// That of the page that is being made, once it is known whose it is.
    pub fn current() -> Option<Arc<Self>> {
        CURRENT.try_with(|current| current.borrow().clone()).ok().flatten()
    }

    /// From here on the page is this organisation's.
    pub fn note(brand: Option<Arc<Self>>) {
        // Outside of a request there is no page.
        let _ = CURRENT.try_with(|current| current.replace(brand));
    }

    /// Runs `work` so that what is noted within is found within.
    pub(super) fn scope<T>(work: impl Future<Output = T>) -> impl Future<Output = T> {
        CURRENT.scope(RefCell::new(None), work)
    }

    /// The letter that stands for a logo.
    pub fn initial(&self) -> String {
        let letter = self.name.chars().find(|c| c.is_alphanumeric());
        letter.map_or_else(|| "?".into(), |c| c.to_uppercase().collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_page_is_of_the_organisation_that_was_noted_last_and_no_other_request_sees_it() {
        let acme = Some(Arc::new(Brand { name: "acme".into(), ..Brand::default() }));
        Brand::note(acme.clone());
        assert_eq!(Brand::current(), None);
        let noted = Brand::scope(async {
            assert_eq!(Brand::current(), None);
            Brand::note(acme.clone());
            Brand::scope(async { assert_eq!(Brand::current(), None) }).await;
            Brand::current()
        });
        let noted = noted.await;
        assert_eq!(noted, acme);
        assert_eq!(noted.unwrap().initial(), "A");
        assert_eq!(Brand::current(), None);
    }
}
