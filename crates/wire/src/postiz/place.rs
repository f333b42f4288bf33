//! Where a field of our post lies in a request of the compatible API.

/// Turns a JSON pointer of the domain into the dotted path of the compatible body.
///
/// `/targets/1/entries/0/content` becomes `posts.1.value.0.content`; entries that all channels share lie at the
/// first post. Pointers that are not about a post keep their words: `/url` becomes `url`.
pub fn place(pointer: &str) -> String {
    let parts: Vec<&str> = pointer.split('/').skip(1).collect();
    match parts.as_slice() {
        ["targets"] => "posts".to_owned(),
        ["targets", index, rest @ ..] => below(index, rest),
        ["entries", ..] => below("0", &parts),
        ["publish_at" | "intent", ..] => "date".to_owned(),
        ["recurrence", ..] => "inter".to_owned(),
        ["idempotency_key"] => "Idempotency-Key".to_owned(),
        ["expected_version"] => "expectedVersion".to_owned(),
        other => other.join("."),
    }
}

fn below(index: &str, rest: &[&str]) -> String {
    let base = format!("posts.{index}");
    match rest {
        [] => base,
        ["channel", ..] => format!("{base}.integration.id"),
        ["entries"] => format!("{base}.value"),
        ["entries", at] => format!("{base}.value.{at}"),
        ["entries", at, "media", rest @ ..] => join(&format!("{base}.value.{at}.image"), rest),
        ["entries", at, rest @ ..] => join(&format!("{base}.value.{at}"), rest),
        other => join(&base, other),
    }
}

fn join(base: &str, rest: &[&str]) -> String {
    let parts: Vec<&str> = std::iter::once(base).chain(rest.iter().copied()).collect();
    parts.join(".")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields_of_the_domain_are_named_as_clients_sent_them() {
        for (pointer, want) in [
            ("/targets/1/entries/0/content", "posts.1.value.0.content"),
            ("/targets/1/entries/2/media/3", "posts.1.value.2.image.3"),
            ("/targets/1/entries/2/media/3/alt", "posts.1.value.2.image.3.alt"),
            ("/targets/1/entries/2/media", "posts.1.value.2.image"),
            ("/targets/1/entries", "posts.1.value"),
            ("/targets/1/entries/2", "posts.1.value.2"),
            ("/targets/1/channel", "posts.1.integration.id"),
            ("/targets/1/settings/title", "posts.1.settings.title"),
            ("/targets/1", "posts.1"),
            ("/targets", "posts"),
            ("/entries/1/delay", "posts.0.value.1.delay"),
            ("/publish_at", "date"),
            ("/recurrence", "inter"),
            ("/idempotency_key", "Idempotency-Key"),
            ("/expected_version", "expectedVersion"),
            ("/settings/title", "settings.title"),
            ("", ""),
        ] {
            assert_eq!(place(pointer), want, "{pointer}");
        }
    }
}
