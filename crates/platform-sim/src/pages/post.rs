//! Public pages of posts and people.

use std::fmt::Write as _;

use crate::pages::{avatar_path, page, problem, text};
use crate::platforms::Platform;
use crate::reply::Reply;
use crate::time::readable;
use crate::world::{Account, Attachment, Kind, Post, World};

/// Depth to which replies of replies are shown.
const MAX_DEPTH: usize = 25;

/// The page of one post with the replies to it.
pub(crate) fn permalink(world: &World, platform: Platform, realm: &str, id: &str) -> Reply {
    let Some(post) = world.post(platform, realm, id) else {
        return problem(
            404,
            platform.title(),
            "This post does not exist",
            "It was deleted, or the sandbox was reset.",
        );
    };
    let mut body = String::new();
    if let Some(parent) = post
        .in_reply_to
        .as_deref()
        .and_then(|parent| world.post(platform, realm, parent))
    {
        let _ = write!(
            body,
            "<p class=\"faint\">In reply to <a href=\"{}\">a post by {}</a></p>",
            text(&parent.page),
            text(&parent.handle)
        );
    }
    card(&mut body, world, post);
    replies(&mut body, world, post, 0);
    page(
        200,
        &format!("{} on {}", post.handle, platform.title()),
        platform.title(),
        "wide",
        &body,
    )
}

/// The page of one account with its posts, newest first.
pub(crate) fn profile(world: &World, platform: Platform, realm: &str, handle: &str) -> Reply {
    let handle = platform.full_handle(handle);
    let account = world
        .accounts
        .iter()
        .find(|account| account.platform == platform && account.realm == realm && account.handle == handle);
    let Some(account) = account else {
        return problem(
            404,
            platform.title(),
            "This account does not exist",
            "Accounts appear when they are first connected.",
        );
    };
    let mut body = format!("<h1>{}</h1>", text(&account.name));
    person(
        &mut body,
        account,
        &format!("/{}/@{}", platform.as_str(), account.handle),
    );
    let posts: Vec<&Post> = world
        .posts
        .iter()
        .rev()
        .filter(|post| post.platform == platform && post.realm == realm && post.author == account.id)
        .collect();
    if posts.is_empty() {
        body.push_str("<p class=\"faint\">Nothing was published yet.</p>");
    }
    for post in posts {
        card(&mut body, world, post);
    }
    page(
        200,
        &format!("{} on {}", account.name, platform.title()),
        platform.title(),
        "wide",
        &body,
    )
}

fn replies(body: &mut String, world: &World, post: &Post, depth: usize) {
    let mut answers = world.replies(post).peekable();
    if answers.peek().is_none() || depth == MAX_DEPTH {
        return;
    }
    if depth == 0 {
        body.push_str("<h2>Replies</h2>");
    }
    body.push_str("<div class=\"replies\">");
    for answer in answers {
        card(body, world, answer);
        replies(body, world, answer, depth + 1);
    }
    body.push_str("</div>");
}

fn card(body: &mut String, world: &World, post: &Post) {
    body.push_str("<article class=\"card\">");
    if let Some(account) = world.account_by_id(post.platform, &post.realm, &post.author) {
        person(
            body,
            account,
            &format!("/{}/@{}", post.platform.as_str(), account.handle),
        );
    }
    if post.kind == Kind::Repost {
        body.push_str("<p class=\"faint\">Shared again</p>");
    }
    let _ = write!(body, "<div class=\"text\">{}</div>", text(&post.text));
    if !post.media.is_empty() {
        body.push_str("<div class=\"media\">");
        post.media.iter().for_each(|file| figure(body, file));
        body.push_str("</div>");
    }
    let _ = write!(
        body,
        "<p class=\"faint\"><a href=\"{}\">{}</a></p></article>",
        text(&post.page),
        readable(post.at)
    );
}

fn person(body: &mut String, account: &Account, link: &str) {
    let _ = write!(
        body,
        "<div class=\"author\"><img src=\"{}\" alt=\"\" width=\"44\" height=\"44\"><a href=\"{}\"><b>{}</b><span class=\"faint\">@{}</span></a></div>",
        text(&avatar_path(&account.handle)),
        text(link),
        text(&account.name),
        text(&account.handle),
    );
}

fn figure(body: &mut String, file: &Attachment) {
    let address = format!("/_sim/media/{}", file.blob);
    let alt = file.alt.as_deref().unwrap_or_default();
    body.push_str("<figure>");
    let _ = if file.mime.starts_with("image/") {
        write!(body, "<img src=\"{address}\" alt=\"{}\">", text(alt))
    } else if file.mime.starts_with("video/") {
        write!(
            body,
            "<video src=\"{address}\" controls preload=\"metadata\"></video>"
        )
    } else {
        write!(
            body,
            "<a href=\"{address}\">{}, {} bytes</a>",
            text(&file.mime),
            file.bytes
        )
    };
    if !alt.is_empty() {
        let _ = write!(body, "<figcaption>Description: {}</figcaption>", text(alt));
    }
    body.push_str("</figure>");
}
