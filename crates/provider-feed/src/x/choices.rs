//! What the author chooses per post.

use postern_domain::value::{Settings, Value};
use postern_domain::{Code, Problem};

/// What addresses of communities begin with.
const COMMUNITIES: &str = "https://x.com/i/communities/";

/// Rules that a form cannot say.
pub(super) fn check(settings: &Settings) -> Vec<Problem> {
    let mut problems = Vec::new();
    let community = text(settings, "community");
    if !community.is_empty() && community_id(settings).is_none() {
        problems.push(
            Problem::new(
                Code::SettingInvalid,
                "/settings/community",
                "this is not the address of a community on X",
                "copy it from the browser while the community is open",
            )
            .given(community)
            .allowed(format!("{COMMUNITIES} and its number")),
        );
    }
    if text(settings, "post_type") == "article" {
        problems.push(
            Problem::new(
                Code::SettingInvalid,
                "/settings/post_type",
                "articles cannot be published to X yet",
                "publish an ordinary post",
            )
            .given("article")
            .allowed("post"),
        );
    }
    problems
}

/// Who may reply, in X's words; none for everyone, which X wants left out.
pub(super) fn audience(settings: &Settings) -> Option<&str> {
    Some(text(settings, "who_can_reply_post")).filter(|who| !who.is_empty() && *who != "everyone")
}

/// The number of the chosen community.
pub(super) fn community_id(settings: &Settings) -> Option<&str> {
    let id = text(settings, "community")
        .strip_prefix(COMMUNITIES)?
        .trim_end_matches('/');
    let is_id = (1..=19).contains(&id.len()) && id.bytes().all(|digit| digit.is_ascii_digit());
    is_id.then_some(id)
}

/// A yes or no of the settings; absent means no.
pub(super) fn flag(settings: &Settings, key: &str) -> bool {
    settings.get(key).and_then(Value::as_bool).unwrap_or_default()
}

fn text<'a>(settings: &'a Settings, key: &str) -> &'a str {
    settings
        .get(key)
        .and_then(Value::as_text)
        .unwrap_or_default()
        .trim()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn settings(pairs: &[(&str, &str)]) -> Settings {
        pairs
            .iter()
            .map(|(key, value)| ((*key).to_owned(), Value::from(*value)))
            .collect()
    }

    #[test]
    fn communities_are_named_by_their_address() {
        for (address, want) in [
            (
                "https://x.com/i/communities/1493446837214187523",
                Some("1493446837214187523"),
            ),
            ("https://x.com/i/communities/12/", Some("12")),
            ("https://x.com/i/communities/about", None),
            ("https://example.org/i/communities/12", None),
            ("https://x.com/i/communities/12345678901234567890", None),
        ] {
            let settings = settings(&[("community", address)]);
            assert_eq!(community_id(&settings), want, "{address}");
            assert_eq!(check(&settings).is_empty(), want.is_some(), "{address}");
        }
        assert!(check(&settings(&[("community", "")])).is_empty());
    }

    #[test]
    fn articles_are_refused_and_plain_clients_are_not() {
        assert_eq!(check(&settings(&[("post_type", "article")])).len(), 1);
        assert!(check(&settings(&[("post_type", "post")])).is_empty());
        assert!(check(&Settings::new()).is_empty());
        assert_eq!(audience(&Settings::new()), None);
        assert_eq!(audience(&settings(&[("who_can_reply_post", "everyone")])), None);
        assert_eq!(
            audience(&settings(&[("who_can_reply_post", "verified")])),
            Some("verified")
        );
    }
}
