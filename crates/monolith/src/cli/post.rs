//! `postern post`: listing posts.

use anyhow::Result;
use clap::Subcommand;
use postern_domain::ports::Posts;
use postern_domain::post::{PostQuery, PostView};

use super::beside::{Desk, refused, say};
use super::key::Within;

/// List posts.
#[derive(Debug, Subcommand)]
pub(crate) enum Post {
    /// List posts, newest first.
    List {
        /// As JSON.
        #[arg(long)]
        json: bool,
        /// Most posts to list.
        #[arg(long, default_value_t = 100)]
        limit: u32,
        #[command(flatten)]
        within: Within,
    },
}

pub(crate) async fn post(desk: Desk, post: Post) -> Result<()> {
    let Post::List { json, limit, within } = post;
    let actor = desk.actor(within.workspace.as_deref()).await?;
    let query = PostQuery {
        newest_first: true,
        limit,
        ..PostQuery::default()
    };
    let page = desk
        .core
        .app
        .posts(&actor, query)
        .await
        .map_err(|error| refused(&error))?;
    if json {
        let rows: Vec<serde_json::Value> = page.items.iter().map(row).collect();
        return say(&serde_json::to_string_pretty(&rows)?);
    }
    for view in &page.items {
        let at = view
            .post
            .publish_at
            .as_ref()
            .map_or_else(|| "-".to_owned(), |at| at.instant.to_rfc3339_in(&at.zone));
        let text = view
            .post
            .entries
            .first()
            .map(|entry| entry.content.excerpt(40))
            .unwrap_or_default();
        say(&format!(
            "{}  {:<17} {at}  {text}",
            view.post.id,
            view.state.as_str()
        ))?;
    }
    Ok(())
}

fn row(view: &PostView) -> serde_json::Value {
    let publications: Vec<serde_json::Value> = view
        .publications
        .iter()
        .map(|it| {
            let publication = &it.publication;
            serde_json::json!({
                "id": publication.id.to_string(),
                "channel": publication.channel.to_string(),
                "provider": publication.provider.as_str(),
                "handle": it.channel.handle,
                "state": publication.state.as_str(),
                "url": publication.releases.first().and_then(|release| release.url.clone()),
                "error": publication.failure.as_ref().map(|failure| serde_json::json!({
                    "code": failure.code,
                    "cause": failure.cause,
                    "fix": failure.fix,
                })),
            })
        })
        .collect();
    serde_json::json!({
        "id": view.post.id.to_string(),
        "state": view.state.as_str(),
        "publish_at": view.post.publish_at.as_ref().map(|at| at.instant.to_rfc3339()),
        "text": view.post.entries.first().map(|entry| entry.content.excerpt(200)),
        "publications": publications,
    })
}
