//! Small sentences: what the domain says without a full stop becomes text for people.

use postern_domain::pause::Resumed;

/// What may become of posts whose time passed during a pause, as forms send and show it.
pub(crate) const CATCH_UPS: [(&str, &str); 3] = [
    ("rule", "Send what is not too late"),
    ("send", "Send all of them"),
    ("miss", "Send none of them"),
];

/// What came of the end of a pause.
pub(crate) fn resumed(resumed: &Resumed) -> String {
    let number = |count: u32| usize::try_from(count).unwrap_or(usize::MAX);
    let mut text = "Publishing goes on.".to_owned();
    if resumed.released > 0 {
        let posts = count(
            number(resumed.released),
            "held post goes out",
            "held posts go out",
        );
        text = format!("{text} {posts}.");
    }
    if resumed.missed > 0 {
        let posts = count(number(resumed.missed), "post is missed", "posts are missed");
        text = format!("{text} {posts}.");
    }
    if resumed.more {
        text.push_str(" More follow within minutes.");
    }
    text
}

/// A clause as a sentence: first letter in upper case, a full stop at its end.
pub(crate) fn sentence(clause: &str) -> String {
    let mut letters = clause.trim().chars();
    let Some(first) = letters.next() else {
        return String::new();
    };
    let mut text: String = first.to_uppercase().chain(letters).collect();
    if !text.ends_with(['.', '!', '?', ':']) {
        text.push('.');
    }
    text
}

/// An account with its platform: `@ada · Mastodon`. Some platforms have no handles, only names.
pub(crate) fn account(handle: &str, name: &str, platform: &str) -> String {
    if handle.is_empty() || handle == name {
        platform.to_owned()
    } else if handle.contains(char::is_whitespace) {
        format!("{handle} · {platform}")
    } else {
        format!("@{handle} · {platform}")
    }
}

/// A number with its noun: `1 post`, `3 posts`.
pub(crate) fn count(number: usize, one: &str, many: &str) -> String {
    format!("{number} {}", if number == 1 { one } else { many })
}

/// A size in bytes as people read it.
pub(crate) fn bytes(size: u64) -> String {
    const STEPS: [(&str, u64); 3] = [("GB", 1 << 30), ("MB", 1 << 20), ("kB", 1 << 10)];
    STEPS.iter().find(|(_, step)| size >= *step).map_or_else(
        || format!("{size} bytes"),
        |(unit, step)| {
            let tenths = size.saturating_mul(10) / step;
            if tenths >= 100 {
                format!("{} {unit}", tenths / 10)
            } else {
                format!("{}.{} {unit}", tenths / 10, tenths % 10)
            }
        },
    )
}

/// A span of time as people read it: `2 min`, `3 h 5 min`, `4 s`, `120 ms`.
pub(crate) fn span(time: std::time::Duration) -> String {
    let secs = time.as_secs();
    match secs {
        0 => format!("{} ms", time.as_millis()),
        1..60 => format!("{secs} s"),
        60..3600 => format!("{} min", secs / 60),
        3600..86_400 => format!("{} h {} min", secs / 3600, secs % 3600 / 60),
        _ => count(
            usize::try_from(secs / 86_400).unwrap_or(usize::MAX),
            "day",
            "days",
        ),
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    #[test]
    fn accounts_are_called_by_their_handle_unless_it_is_a_name() {
        for (handle, name, want) in [
            ("ada", "Ada", "@ada · X"),
            ("", "Ada", "X"),
            ("Ada Lovelace", "Ada Lovelace", "X"),
            ("Ada Lovelace", "Engines", "Ada Lovelace · X"),
        ] {
            assert_eq!(account(handle, name, "X"), want);
        }
    }

    #[test]
    fn clauses_become_sentences() {
        for (clause, want) in [
            ("the text is empty", "The text is empty."),
            ("Done.", "Done."),
            ("", ""),
            ("really?", "Really?"),
        ] {
            assert_eq!(sentence(clause), want);
        }
    }

    #[test]
    fn figures_read_like_words() {
        assert_eq!(count(1, "post", "posts"), "1 post");
        assert_eq!(count(0, "post", "posts"), "0 posts");
        for (size, want) in [
            (12, "12 bytes"),
            (1536, "1.5 kB"),
            (10 << 20, "10 MB"),
            (3 << 30, "3.0 GB"),
        ] {
            assert_eq!(bytes(size), want);
        }
        for (millis, want) in [
            (40, "40 ms"),
            (4_000, "4 s"),
            (125_000, "2 min"),
            (11_100_000, "3 h 5 min"),
            (200_000_000, "2 days"),
        ] {
            assert_eq!(span(Duration::from_millis(millis)), want);
        }
    }
}
