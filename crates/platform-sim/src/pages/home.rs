//! The start page of the listener.

use std::fmt::Write as _;

use http::Method;

use crate::call::Call;
use crate::pages::{avatar_path, page, problem, text};
use crate::platforms::Platform;
use crate::reply::Reply;
use crate::time::readable;
use crate::world::{DEMO_ACCOUNTS, Post, World};

/// Posts shown per platform.
const LATEST: usize = 5;

/// Answers what belongs to no platform: the start page, or "not here".
pub(crate) fn root(world: &World, call: &Call) -> Reply {
    if call.method != Method::GET || call.path != "/" {
        return problem(
            404,
            "Sandbox",
            "Not here",
            "Platforms live under /mastodon, /bluesky, /x and /linkedin.",
        );
    }
    let mut body = String::from(
        "<h1>Simulated platforms</h1><p>This is a sandbox that behaves like Mastodon, Bluesky, X and LinkedIn. Connect a channel, publish, and see here what the platform would show to its readers. No account or developer key is needed: choose one of the demo accounts, or type any other name, on the consent page. On Bluesky the password of every account is <code>sandbox</code>.</p>",
    );
    for platform in Platform::ALL {
        section(&mut body, world, platform);
    }
    body.push_str(
        "<h2>For tests</h2><p class=\"faint\">What the platforms hold is listed by <a href=\"/_sim/journal\"><code>GET /_sim/journal</code></a>. Faults are planned with <code>POST /_sim/faults</code>, and <code>DELETE /_sim</code> forgets everything that was published.</p>",
    );
    page(200, "Simulated platforms", "Simulated platforms", "wide", &body)
}

fn section(body: &mut String, world: &World, platform: Platform) {
    let title = platform.title();
    let prefix = platform.as_str();
    let _ = write!(body, "<section><h2>{title}</h2><ul class=\"people\">");
    for (handle, name) in DEMO_ACCOUNTS {
        let full = platform.full_handle(handle);
        let picture = avatar_path(handle);
        let _ = write!(
            body,
            "<li><a href=\"/{prefix}/@{full}\"><img src=\"{picture}\" alt=\"\" width=\"28\" height=\"28\"> {} <span class=\"faint\">{full}</span></a></li>",
            text(name),
        );
    }
    body.push_str("</ul>");
    if platform == Platform::Mastodon {
        instances(body, world);
    }
    let mut latest: Vec<&Post> = world
        .posts
        .iter()
        .filter(|post| post.platform == platform)
        .collect();
    latest.reverse();
    if latest.is_empty() {
        body.push_str("<p class=\"faint\">Nothing was published yet.</p>");
    }
    for post in latest.into_iter().take(LATEST) {
        let excerpt: String = post.text.chars().take(140).collect();
        let files = match post.media.len() {
            0 => String::new(),
            1 => ", 1 file".to_owned(),
            many => format!(", {many} files"),
        };
        let _ = write!(
            body,
            "<article class=\"card\"><p class=\"text\">{}</p><p class=\"faint\">{} · <a href=\"{}\">{}</a>{files}</p></article>",
            text(&excerpt),
            text(&post.handle),
            text(&post.page),
            readable(post.at),
        );
    }
    body.push_str("</section>");
}

/// The further instances, each with what sets it apart.
fn instances(body: &mut String, world: &World) {
    body.push_str("<p class=\"faint\">Further instances: ");
    let others = world
        .mastodon
        .instances
        .iter()
        .filter(|(name, _)| *name != "main");
    let shown: Vec<String> = others
        .map(|(name, instance)| {
            format!(
                "<code>/mastodon/i/{name}</code> ({} characters)",
                instance.settings.max_characters
            )
        })
        .collect();
    let _ = write!(body, "{}.</p>", shown.join(", "));
}
