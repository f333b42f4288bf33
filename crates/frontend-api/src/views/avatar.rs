//! The picture of a channel with the badge of its platform.

use askama::Template;
use askama::filters::HtmlSafe;
use postern_domain::channel::Channel;

/// A channel's picture over its initials, so that something is seen when the picture does not load.
#[derive(Debug, Clone, PartialEq, Eq, Template)]
#[template(path = "parts/avatar.html")]
pub(crate) struct Avatar {
    initials: String,
    picture: Option<String>,
    badge: Badge,
    small: bool,
}

/// The platform's mark: one or two letters on its colour.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Badge {
    /// The provider's identifier, which is also the style's name.
    pub(crate) provider: String,
    /// One or two letters.
    pub(crate) letters: String,
}

impl HtmlSafe for Avatar {}

impl Avatar {
    /// The avatar of `channel`.
    pub(crate) fn of(channel: &Channel) -> Self {
        Self {
            initials: initials(if channel.name.is_empty() {
                &channel.handle
            } else {
                &channel.name
            }),
            picture: channel
                .picture
                .clone()
                .filter(|url| url.starts_with("http") || url.starts_with('/')),
            badge: Badge::of(channel.provider.as_str()),
            small: false,
        }
    }

    /// The same in the size of a line of text.
    pub(crate) fn small(mut self) -> Self {
        self.small = true;
        self
    }
}

impl Badge {
    /// The badge of a provider.
    pub(crate) fn of(provider: &str) -> Self {
        let letters = match provider {
            "mastodon" => "M".to_owned(),
            "bluesky" => "B".to_owned(),
            "x" => "X".to_owned(),
            "linkedin" | "linkedin-page" => "in".to_owned(),
            other => other.chars().take(2).collect(),
        };
        Self {
            provider: provider.trim_end_matches("-page").to_owned(),
            letters,
        }
    }
}

fn initials(name: &str) -> String {
    name.split_whitespace()
        .filter_map(|word| word.chars().find(|letter| letter.is_alphanumeric()))
        .take(2)
        .flat_map(char::to_uppercase)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn initials_are_those_of_the_first_two_words() {
        for (name, want) in [
            ("Ada Lovelace King", "AL"),
            ("postern", "P"),
            ("", ""),
            ("«Žofia» news", "ŽN"),
        ] {
            assert_eq!(initials(name), want, "{name}");
        }
    }
}
