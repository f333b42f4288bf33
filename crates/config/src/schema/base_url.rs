//! Addresses that paths are appended to.

use std::fmt;
use std::str::FromStr;

use url::Url;

/// An `http` or `https` address without query, fragment and credentials, and without a slash at its end.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct BaseUrl(Url);

impl BaseUrl {
    /// The address, such as `https://postern.example.org`; append paths with a slash before them.
    pub fn as_str(&self) -> &str {
        self.0.as_str().trim_end_matches('/')
    }

    /// Whether it is reached over TLS.
    pub fn is_https(&self) -> bool {
        self.0.scheme() == "https"
    }

    /// Host with the port where it is not the usual one, such as `localhost:5000`.
    pub fn authority(&self) -> &str {
        self.0.authority()
    }

    /// Host alone, such as `localhost`.
    pub fn host(&self) -> &str {
        self.0.host_str().unwrap_or_default()
    }

    /// Whether it has a path of its own.
    pub fn has_path(&self) -> bool {
        self.0.path() != "/"
    }
}

impl FromStr for BaseUrl {
    type Err = url::ParseError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let url = Url::parse(text)?;
        let is_plain = url.query().is_none()
            && url.fragment().is_none()
            && url.username().is_empty()
            && url.password().is_none();
        let is_web = matches!(url.scheme(), "http" | "https");
        if is_plain && is_web {
            Ok(Self(url))
        } else {
            Err(url::ParseError::InvalidDomainCharacter)
        }
    }
}

impl fmt::Display for BaseUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_base_has_no_slash_at_its_end() {
        for (given, want) in [
            ("http://localhost:5000/", Some("http://localhost:5000")),
            ("https://example.org:443", Some("https://example.org")),
            ("https://example.org/api/", Some("https://example.org/api")),
            ("https://user:pass@example.org", None),
            ("https://example.org?a=b", None),
            ("ftp://example.org", None),
            ("example.org", None),
        ] {
            let got = given.parse::<BaseUrl>().ok();
            assert_eq!(got.as_ref().map(BaseUrl::as_str), want, "{given}");
        }
    }
}
