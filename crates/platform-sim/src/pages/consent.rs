//! The form by which a person lets an app act for them.

use std::fmt::Write as _;

use crate::call::Call;
use crate::pages::{avatar_path, page, problem, text};
use crate::platforms::Platform;
use crate::reply::Reply;
use crate::world::DEMO_ACCOUNTS;

/// What a consent page shows and sends back.
pub(crate) struct Consent<'a> {
    pub platform: Platform,
    /// Instance or host shown beside the platform's name; may be empty.
    pub place: &'a str,
    pub app: &'a str,
    /// What the app asks for, in plain words.
    pub asks: Vec<String>,
    /// Where the form goes, from the root of the listener.
    pub action: &'a str,
    /// Fields that come back unseen.
    pub hidden: Vec<(String, String)>,
}

/// What the person decided.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Decision {
    /// The app may act for this handle.
    Approve(String),
    /// The app may not.
    Deny,
}

/// Renders the form.
pub(crate) fn consent(form: &Consent<'_>) -> Reply {
    let title = form.platform.title();
    let mut body = format!("<h1>{} wants to use your {title} account</h1>", text(form.app));
    if !form.place.is_empty() {
        let _ = write!(body, "<p class=\"faint\">{}</p>", text(form.place));
    }
    let _ = write!(body, "<form method=\"post\" action=\"{}\">", text(form.action));
    for (name, value) in &form.hidden {
        let _ = write!(
            body,
            "<input type=\"hidden\" name=\"{}\" value=\"{}\">",
            text(name),
            text(value)
        );
    }
    body.push_str("<p>It asks for:</p><ul class=\"scopes\">");
    for ask in &form.asks {
        let _ = write!(body, "<li>{}</li>", text(ask));
    }
    body.push_str("</ul><fieldset><legend>Sign in as</legend>");
    for (index, (handle, name)) in DEMO_ACCOUNTS.iter().enumerate() {
        let checked = if index == 0 { " checked" } else { "" };
        let _ = write!(
            body,
            "<label class=\"choice\"><input type=\"radio\" name=\"account\" value=\"{handle}\"{checked}><img src=\"{}\" alt=\"\" width=\"28\" height=\"28\"> {} <span class=\"faint\">@{handle}</span></label>",
            avatar_path(handle),
            text(name),
        );
    }
    body.push_str(
        "<label class=\"other\">or as somebody else<input type=\"text\" name=\"handle\" maxlength=\"30\" pattern=\"[A-Za-z0-9_.]+\" autocomplete=\"off\" autocapitalize=\"none\" spellcheck=\"false\"></label></fieldset>",
    );
    body.push_str(
        "<div class=\"actions\"><button name=\"decision\" value=\"approve\">Approve</button><button class=\"plain\" name=\"decision\" value=\"deny\">Deny</button></div></form>",
    );
    page(
        200,
        &format!("Allow {}? - {title} sandbox", form.app),
        title,
        "narrow",
        &body,
    )
}

/// Reads a decision from the form, or from `sandbox_account` in the query; `None` while nobody has decided.
pub(crate) fn decision(call: &Call, platform: Platform) -> Result<Option<Decision>, Reply> {
    let form = call.form_pairs();
    let field = |name: &str| {
        form.iter()
            .find(|(key, _)| key == name)
            .map(|(_, value)| value.trim())
            .filter(|value| !value.is_empty())
    };
    let handle = match (field("decision"), call.query("sandbox_account")) {
        (Some("approve"), _) => field("handle")
            .or_else(|| field("account"))
            .unwrap_or("ada")
            .to_owned(),
        (Some(_), _) => return Ok(Some(Decision::Deny)),
        (None, Some(handle)) => handle,
        (None, None) => return Ok(None),
    };
    let handle = handle.trim().trim_start_matches('@').to_lowercase();
    let fits = !handle.is_empty()
        && handle.len() <= 60
        && handle
            .chars()
            .all(|letter| letter.is_ascii_alphanumeric() || matches!(letter, '_' | '.' | '-'));
    if !fits {
        return Err(problem(
            422,
            platform.title(),
            "That name cannot be used",
            "Names are made of letters, digits, dots and underscores.",
        ));
    }
    Ok(Some(Decision::Approve(handle)))
}
