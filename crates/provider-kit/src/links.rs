//! Finds links in plain text, with and without scheme.

use std::ops::Range;

use linkify::{LinkFinder, LinkKind};

/// A link in a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FoundLink {
    /// Where it stands, in bytes.
    pub range: Range<usize>,
    /// Whether it begins with `http://` or `https://`.
    pub has_scheme: bool,
}

/// All links of a text in order. A link without scheme counts when its host lies below a known top-level domain.
pub fn find(text: &str) -> Vec<FoundLink> {
    let mut finder = LinkFinder::new();
    finder.kinds(&[LinkKind::Url]).url_must_have_scheme(false);
    finder
        .links(text)
        .filter_map(|link| {
            let has_scheme = is_web(link.as_str());
            // A word with a dot inside an address of mail or a handle is not a link of its own.
            let stands_alone = !text[..link.start()].ends_with(['@', '/', '#', '$', '_', '-', '.']);
            let is_link = has_scheme || (stands_alone && is_known_host(link.as_str()));
            is_link.then(|| FoundLink {
                range: link.start()..link.end(),
                has_scheme,
            })
        })
        .collect()
}

/// Whether the text begins with `http://` or `https://`.
fn is_web(link: &str) -> bool {
    let lower = link.get(..8).unwrap_or(link).to_ascii_lowercase();
    lower.starts_with("http://") || lower.starts_with("https://")
}

/// Whether a link without scheme names a host below a known top-level domain.
fn is_known_host(link: &str) -> bool {
    if link.contains("://") || link.contains('@') {
        return false;
    }
    let host = link
        .split(['/', ':', '?', '#'])
        .next()
        .unwrap_or_default()
        .to_lowercase();
    let Some((names, top)) = host.rsplit_once('.') else {
        return false;
    };
    let has_names = names.split('.').all(|name| !name.is_empty());
    has_names
        && psl::suffix(top.as_bytes())
            .is_some_and(|suffix| suffix.is_known() && suffix.as_bytes() == top.as_bytes())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, want: &[&str]) {
        let found: Vec<&str> = find(text).into_iter().map(|link| &text[link.range]).collect();
        assert_eq!(found, want, "{text}");
    }

    #[test]
    fn links_are_found_with_and_without_scheme() {
        check(
            "see https://example.org/a?b=1, then",
            &["https://example.org/a?b=1"],
        );
        check("(http://example.org/x_(y))", &["http://example.org/x_(y)"]);
        check("go to example.com/path now", &["example.com/path"]);
        check("t.co and github.io and co.uk", &["t.co", "github.io", "co.uk"]);
        check("version 1.2 and file.unknowntld", &[]);
        check("mail ada@example.com please", &[]);
        check("hello @ada.example.com!", &[]);
        check("ftp://example.org", &[]);
        check("ende.Neu", &[]);
    }
}
