//! The length of a status as Mastodon counts it.

use postern_provider_kit::{graphemes, links};

/// What a link counts, however long it is (`configuration.statuses.characters_reserved_per_url`).
const LINK: u32 = 23;

/// Grapheme clusters; a link with its scheme counts 23, a mention without its server.
pub(super) fn length(text: &str) -> u32 {
    let mut total = 0;
    let mut rest = String::with_capacity(text.len());
    let mut position = 0;
    for link in links::find(text).into_iter().filter(|link| link.has_scheme) {
        rest.push_str(&text[position..link.range.start]);
        // Something that is no part of a word stands where the link was.
        rest.push('\n');
        total += LINK - 1;
        position = link.range.end;
    }
    rest.push_str(&text[position..]);
    total + graphemes(&without_servers(&rest))
}

/// The text with `@user@server` as `@user`.
pub(super) fn without_servers(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find('@') {
        let (before, mention) = rest.split_at(at);
        out.push_str(before);
        let is_start = before.chars().next_back().is_none_or(|c| !is_word(c) && c != '/');
        let user = word(&mention[1..], |c| is_word(c) || c == '-' || c == '.').trim_end_matches(['.', '-']);
        let after = &mention[1 + user.len()..];
        let server = after.strip_prefix('@').map_or("", |server| {
            word(server, |c| {
                c.is_alphanumeric() || c == '-' || c == '.' || c == ':'
            })
            .trim_end_matches(['.', '-', ':'])
        });
        let is_remote = is_start && !user.is_empty() && server.contains(|c: char| c.is_alphanumeric());
        out.push('@');
        out.push_str(user);
        rest = if is_remote {
            &after[1 + server.len()..]
        } else {
            after
        };
    }
    out.push_str(rest);
    out
}

fn is_word(c: char) -> bool {
    c.is_ascii_alphanumeric() || c == '_'
}

/// The longest start of `text` whose characters all fit.
fn word(text: &str, fits: impl Fn(char) -> bool) -> &str {
    &text[..text.find(|c| !fits(c)).unwrap_or(text.len())]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn links_count_23_and_servers_of_mentions_nothing() {
        for (text, want) in [
            ("", 0),
            ("hello", 5),
            (
                "https://example.com/a/very/long/path/that/goes/on/and/on?and=on",
                23,
            ),
            ("see https://example.org, ok", 4 + 23 + 4),
            ("example.org", 11),
            ("@ada@example.social hi", 7),
            ("@ada hi", 7),
            ("mail ada@example.org", 20),
            ("a @ada.b@example.social.", 9),
            ("\u{1f469}\u{200d}\u{1f469}\u{200d}\u{1f467}e\u{301}", 2),
        ] {
            assert_eq!(length(text), want, "{text}");
        }
    }
}
