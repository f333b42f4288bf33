//! Length of a status as Mastodon counts it.

use unicode_segmentation::UnicodeSegmentation;

use crate::link;

/// What a link counts, however long it is.
const LINK: usize = 23;

/// Grapheme clusters, with a link as 23 and the host of a mention free.
pub(super) fn length(text: &str) -> usize {
    let mut rest = String::with_capacity(text.len());
    let mut total = 0;
    let mut position = 0;
    for range in link::links(text) {
        rest.push_str(&text[position..range.start]);
        total += LINK;
        position = range.end;
    }
    rest.push_str(&text[position..]);
    let free: usize = link::mentions(&rest)
        .iter()
        .filter_map(|mention| mention.word.split_once('@'))
        .map(|(_, host)| host.graphemes(true).count() + 1)
        .sum();
    total + rest.graphemes(true).count() - free
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn links_count_23_hosts_of_mentions_nothing_and_clusters_one() {
        for (text, want) in [
            ("", 0),
            ("hello", 5),
            ("https://example.com/a/very/long/path/that/goes/on/and/on", 23),
            ("see https://a.b and http://c.d.", 4 + 23 + 5 + 23 + 1),
            ("@ada@example.social hi", 4 + 3),
            ("@ada hi", 7),
            ("mail a@b.c", 10),
            ("👩‍👩‍👧‍👦é", 2),
        ] {
            assert_eq!(length(text), want, "{text}");
        }
    }
}
