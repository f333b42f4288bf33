//! How a text becomes a value.

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::path::PathBuf;

use secrecy::SecretString;

/// What was given, before its type is known.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Raw {
    /// One text, also for numbers and booleans of the file.
    Text(String),
    /// A list of texts.
    List(Vec<String>),
    /// Texts by name.
    Table(BTreeMap<String, String>),
    /// A list of something else.
    Other,
}

impl Raw {
    /// The text without blanks around it, where it is one.
    pub(crate) fn text(&self) -> Option<&str> {
        match self {
            Self::Text(text) => Some(text.trim()),
            Self::List(_) | Self::Table(_) | Self::Other => None,
        }
    }

    /// The items of a list; a text is split at commas and blanks.
    pub(crate) fn items(&self) -> Option<Vec<&str>> {
        let is_break = |letter: char| letter == ',' || letter.is_whitespace();
        match self {
            Self::Text(text) => Some(text.split(is_break).filter(|item| !item.is_empty()).collect()),
            Self::List(items) => Some(items.iter().map(String::as_str).collect()),
            Self::Table(_) | Self::Other => None,
        }
    }
}

/// A type that settings can have.
pub(crate) trait Setting: Sized {
    /// Whether values must not print.
    const IS_SECRET: bool = false;
    /// Whether values are tables with names that the operator chooses.
    const IS_TABLE: bool = false;

    /// What is allowed, in words.
    fn kind() -> String;

    /// The value, where what was given is allowed.
    fn parse(raw: &Raw) -> Option<Self>;
}

impl Setting for bool {
    fn kind() -> String {
        "true or false".into()
    }

    fn parse(raw: &Raw) -> Option<Self> {
        match raw.text()?.to_ascii_lowercase().as_str() {
            "true" | "yes" | "on" | "1" => Some(true),
            "false" | "no" | "off" | "0" => Some(false),
            _ => None,
        }
    }
}

/// Implements [`Setting`] for types that parse themselves.
macro_rules! parsed {
    ($($type:ty: $kind:literal,)+) => {
        $(impl Setting for $type {
            fn kind() -> String {
                $kind.into()
            }

            fn parse(raw: &Raw) -> Option<Self> {
                raw.text()?.parse().ok()
            }
        })+
    };
}

parsed! {
    u16: "a whole number",
    u32: "a whole number",
    u64: "a whole number",
    i64: "a whole number",
    String: "a text",
    SocketAddr: "an address with a port, such as 127.0.0.1:5000",
    PathBuf: "a path",
    super::BaseUrl: "an http:// or https:// address without query",
    super::Cidr: "a network, such as 10.0.0.0/8",
    super::Rates: "a list of rates, each WHOSE:COUNT/WINDOW, such as channel:17/24h or app:1667/30d; or none",
}

impl Setting for SecretString {
    const IS_SECRET: bool = true;

    fn kind() -> String {
        "a text".into()
    }

    fn parse(raw: &Raw) -> Option<Self> {
        raw.text().map(Self::from)
    }
}

impl<T: Setting> Setting for Option<T> {
    const IS_SECRET: bool = T::IS_SECRET;

    fn kind() -> String {
        T::kind()
    }

    fn parse(raw: &Raw) -> Option<Self> {
        match raw.text() {
            Some("") => Some(None),
            _ => T::parse(raw).map(Some),
        }
    }
}

impl<T: Setting> Setting for Vec<T> {
    const IS_SECRET: bool = T::IS_SECRET;

    fn kind() -> String {
        format!("a list, separated by commas or blanks, each {}", T::kind())
    }

    fn parse(raw: &Raw) -> Option<Self> {
        raw.items()?
            .into_iter()
            .map(|item| T::parse(&Raw::Text(item.to_owned())))
            .collect()
    }
}

impl<T: Setting> Setting for BTreeMap<String, T> {
    const IS_SECRET: bool = T::IS_SECRET;
    const IS_TABLE: bool = true;

    fn kind() -> String {
        format!("a table, each value {}", T::kind())
    }

    fn parse(raw: &Raw) -> Option<Self> {
        let Raw::Table(table) = raw else { return None };
        let parse =
            |(name, text): (&String, &String)| Some((name.clone(), T::parse(&Raw::Text(text.clone()))?));
        table.iter().map(parse).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lists_split_at_commas_and_blanks() {
        let raw = Raw::Text("a, b  c,".into());
        assert_eq!(
            Vec::<String>::parse(&raw),
            Some(vec!["a".into(), "b".into(), "c".into()])
        );
        assert_eq!(Vec::<String>::parse(&Raw::Text(String::new())), Some(vec![]));
        assert_eq!(Vec::<u16>::parse(&Raw::Text("1 x".into())), None);
    }

    #[test]
    fn texts_keep_their_zeros() {
        assert_eq!(String::parse(&Raw::Text("007".into())).as_deref(), Some("007"));
        assert_eq!(u16::parse(&Raw::Text("007".into())), Some(7));
        assert_eq!(bool::parse(&Raw::Text("maybe".into())), None);
    }
}
