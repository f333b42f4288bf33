//! "Little text": plain text with reserved characters, mentions and hashtags.

/// Characters that must be escaped by a backslash.
const RESERVED: &str = "|{}@[]()<>#\\*_~";

/// What readers see of a commentary: escapes resolved, elements rendered,
/// and everything from the first unescaped reserved character on lost.
pub(super) fn visible(commentary: &str) -> String {
    let mut out = String::with_capacity(commentary.len());
    let mut rest = commentary;
    while let Some(letter) = rest.chars().next() {
        let used = if letter == '\\' {
            let escaped = rest[1..].chars().next().filter(|next| RESERVED.contains(*next));
            escaped.map(|next| (next.to_string(), 1 + next.len_utf8()))
        } else if RESERVED.contains(letter) {
            element(rest)
        } else {
            Some((letter.to_string(), letter.len_utf8()))
        };
        let Some((shown, length)) = used else { break };
        out.push_str(&shown);
        rest = &rest[length..];
    }
    out
}

/// A mention, a hashtag template or a plain hashtag at the start, with its length.
fn element(text: &str) -> Option<(String, usize)> {
    mention(text).or_else(|| template(text)).or_else(|| hashtag(text))
}

/// `@[Name](urn:li:person:ID)`.
fn mention(text: &str) -> Option<(String, usize)> {
    let rest = text.strip_prefix("@[")?;
    let (name, rest) = rest.split_once("](")?;
    let (urn, _) = rest.split_once(')')?;
    let known = ["urn:li:person:", "urn:li:organization:", "urn:li:member:"]
        .iter()
        .any(|prefix| urn.strip_prefix(prefix).is_some_and(|id| !id.is_empty()));
    (known && !name.contains('\n')).then(|| (visible_name(name), 2 + name.len() + 2 + urn.len() + 1))
}

fn visible_name(name: &str) -> String {
    name.replace('\\', "")
}

/// `{hashtag|\#|word}`.
fn template(text: &str) -> Option<(String, usize)> {
    let rest = text.strip_prefix("{hashtag|")?;
    let rest = rest.strip_prefix("\\#|").or_else(|| rest.strip_prefix("#|"))?;
    let (word, _) = rest.split_once('}')?;
    let length = text.len() - rest.len() + word.len() + 1;
    let word = word.replace('\\', "");
    (!word.is_empty()
        && word
            .chars()
            .all(|letter| letter.is_alphanumeric() || letter == '_'))
    .then(|| (format!("#{word}"), length))
}

/// `#word`.
fn hashtag(text: &str) -> Option<(String, usize)> {
    let word = text.strip_prefix('#')?;
    let length = word
        .find(|letter: char| !letter.is_alphanumeric())
        .unwrap_or(word.len());
    (length > 0).then(|| (format!("#{}", &word[..length]), 1 + length))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_is_cut_at_the_first_unescaped_reserved_character() {
        for (commentary, want) in [
            ("plain, text. \"fine\"!", "plain, text. \"fine\"!"),
            ("a \\(b\\) \\#c \\\\ \\*d\\*", "a (b) #c \\ *d*"),
            ("cut here (and here", "cut here "),
            ("cut_here", "cut"),
            ("back\\slash", "back"),
            ("hi @[Ada \\(A\\)](urn:li:person:x1) there", "hi Ada (A) there"),
            ("@ nobody", ""),
            ("tag {hashtag|\\#|rust} and #plain.", "tag #rust and #plain."),
            ("# alone", ""),
        ] {
            assert_eq!(visible(commentary), want, "{commentary}");
        }
    }
}
