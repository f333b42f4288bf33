//! Plain text turned into the HTML that Mastodon shows.

use std::fmt::Write as _;
use std::ops::Range;

use crate::link;

enum Piece {
    Link,
    Tag(String),
    Mention(String),
}

/// Paragraphs, line breaks, links, hashtags and mentions of accounts that `knows` finds.
pub(super) fn html(text: &str, home: &str, knows: &dyn Fn(&str) -> bool) -> String {
    if text.is_empty() {
        return String::new();
    }
    let marked = pieces(text, home, knows);
    let paragraphs: Vec<String> = marked
        .replace("\r\n", "\n")
        .split("\n\n")
        .map(|paragraph| format!("<p>{}</p>", paragraph.replace('\n', "<br />")))
        .collect();
    paragraphs.concat()
}

fn pieces(text: &str, home: &str, knows: &dyn Fn(&str) -> bool) -> String {
    let mut found: Vec<(Range<usize>, Piece)> = link::links(text)
        .into_iter()
        .map(|range| (range, Piece::Link))
        .collect();
    found.extend(
        link::hashtags(text)
            .into_iter()
            .map(|tag| (tag.range, Piece::Tag(tag.word))),
    );
    found.extend(
        link::mentions(text)
            .into_iter()
            .filter(|mention| knows(&mention.word))
            .map(|mention| (mention.range, Piece::Mention(mention.word))),
    );
    found.sort_by_key(|(range, _)| range.start);
    let mut out = String::with_capacity(text.len() * 2);
    let mut position = 0;
    for (range, piece) in found {
        if range.start < position {
            continue;
        }
        out.push_str(&escape(&text[position..range.start]));
        let shown = &text[range.clone()];
        let _ = match piece {
            Piece::Link => write!(out, "{}", anchor(shown)),
            Piece::Tag(word) => write!(
                out,
                "<a href=\"{home}/tags/{word}\" class=\"mention hashtag\" rel=\"tag\">#<span>{}</span></a>",
                escape(&word)
            ),
            Piece::Mention(word) => {
                let name = word.split('@').next().unwrap_or_default();
                write!(
                    out,
                    "<span class=\"h-card\" translate=\"no\"><a href=\"{home}/@{name}\" class=\"u-url mention\">@<span>{name}</span></a></span>"
                )
            }
        };
        position = range.end;
    }
    out.push_str(&escape(&text[position..]));
    out
}

/// A link with its scheme and its tail hidden from view but present in the text.
fn anchor(address: &str) -> String {
    let scheme = address.find("://").map_or(0, |at| at + 3);
    let rest = &address[scheme..];
    let split = rest.char_indices().nth(30).map_or(rest.len(), |(at, _)| at);
    let class = if split < rest.len() { "ellipsis" } else { "" };
    format!(
        "<a href=\"{}\" target=\"_blank\" rel=\"nofollow noopener\" translate=\"no\"><span class=\"invisible\">{}</span><span class=\"{class}\">{}</span><span class=\"invisible\">{}</span></a>",
        escape(address),
        escape(&address[..scheme]),
        escape(&rest[..split]),
        escape(&rest[split..]),
    )
}

fn escape(text: &str) -> String {
    html_escape::encode_quoted_attribute(text).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tags_taken_away_give_the_text_back() {
        let text = "Hi @ada & @nobody #one\nhttps://example.com/a/long/path/which/is/cut/in/view?x=1 <b>";
        let page = html(text, "http://h", &|name| name == "ada");
        let mut plain = String::new();
        let mut inside = false;
        for letter in page.replace("<br />", "\n").chars() {
            match letter {
                '<' => inside = true,
                '>' => inside = false,
                other if !inside => plain.push(other),
                _ => {}
            }
        }
        assert_eq!(html_escape::decode_html_entities(&plain), text);
        assert!(page.starts_with("<p>Hi <span class=\"h-card\""), "{page}");
    }
}
