//! The library.

use std::sync::Arc;
use std::time::Duration;

use anyhow::Result;
use postern_domain::id::UploadId;
use postern_domain::media::{Media, MediaKind};
use postern_domain::ports::{MediaQuery, Storage, UploadRow};
use postern_domain::post::{AttachedMedia, Post};
use postern_domain::publication::{Publication, State};

use super::{ground, rules, store};
use crate::build::{HOME, a_picture, a_post, an_entry, next_id, seconds};

rules! {
    files_read_back_and_change
    other_workspaces_see_no_file
    files_are_listed_newest_first_in_pages
    files_are_found_by_kind_and_name
    a_file_is_in_use_until_its_posts_are_out
    an_upload_is_used_once_and_in_time
}

async fn files_read_back_and_change(storage: Arc<dyn Storage>) -> Result<()> {
    ground(&storage).await?;
    let unit = storage.begin().await?;
    let mut film = Media {
        kind: MediaKind::Video,
        mime: "video/mp4".to_owned(),
        bytes: 5_000_000_000,
        duration: Some(Duration::from_millis(61_500)),
        alt: None,
        ..a_picture()
    };
    unit.insert_media(&film).await?;
    assert_eq!(unit.media(HOME, film.id).await?, Some(film.clone()));
    film.alt = Some("Ships".to_owned());
    film.pixels = None;
    unit.update_media(&film).await?;
    assert_eq!(unit.media_by_key(HOME, &film.key).await?, Some(film.clone()));
    assert_eq!(unit.media_by_hash(HOME, &film.hash).await?, Some(film.clone()));
    assert!(unit.update_media(&a_picture()).await.is_err());
    assert!(unit.remove_media(HOME, film.id, seconds(1)).await?);
    assert!(!unit.remove_media(HOME, film.id, seconds(1)).await?);
    assert_eq!(unit.media(HOME, film.id).await?, None);
    assert_eq!(unit.media_by_hash(HOME, &film.hash).await?, None);
    Ok(())
}

async fn other_workspaces_see_no_file(storage: Arc<dyn Storage>) -> Result<()> {
    let other = ground(&storage).await?.other.id;
    let unit = storage.begin().await?;
    let file = a_picture();
    unit.insert_media(&file).await?;
    assert_eq!(unit.media(other, file.id).await?, None);
    assert_eq!(unit.media_by_key(other, &file.key).await?, None);
    assert_eq!(unit.media_by_hash(other, &file.hash).await?, None);
    let query = MediaQuery {
        limit: 10,
        ..MediaQuery::default()
    };
    assert_eq!(unit.list_media(other, &query).await?.items, []);
    assert!(!unit.remove_media(other, file.id, seconds(1)).await?);
    let foreign = Media {
        workspace: other,
        ..file
    };
    assert!(unit.update_media(&foreign).await.is_err());
    Ok(())
}

async fn files_are_listed_newest_first_in_pages(storage: Arc<dyn Storage>) -> Result<()> {
    ground(&storage).await?;
    let unit = storage.begin().await?;
    let mut files = Vec::new();
    // Two were made in the same instant: their ids decide.
    for made in [3, 1, 2, 2, 5] {
        let file = Media {
            created_at: seconds(made),
            ..a_picture()
        };
        unit.insert_media(&file).await?;
        files.push(file);
    }
    files.sort_by_key(|file| std::cmp::Reverse((file.created_at, file.id)));
    let mut query = MediaQuery {
        limit: 2,
        ..MediaQuery::default()
    };
    let mut seen = Vec::new();
    loop {
        let page = unit.list_media(HOME, &query).await?;
        seen.extend(page.items);
        query.cursor = page.next;
        if query.cursor.is_none() {
            break;
        }
    }
    assert_eq!(seen, files);
    Ok(())
}

async fn files_are_found_by_kind_and_name(storage: Arc<dyn Storage>) -> Result<()> {
    ground(&storage).await?;
    let unit = storage.begin().await?;
    for (name, kind) in [
        ("Harbour 100%.png", MediaKind::Image),
        ("harbour_100x.gif", MediaKind::Gif),
        ("city.png", MediaKind::Image),
    ] {
        let file = Media {
            name: name.to_owned(),
            kind,
            ..a_picture()
        };
        unit.insert_media(&file).await?;
    }
    for (search, kind, found) in [
        (Some("HARBOUR"), None, 2),
        (Some("100%"), None, 1),
        (Some("r_1"), None, 1),
        (Some(" "), None, 3),
        (None, Some(MediaKind::Image), 2),
        (Some("harbour"), Some(MediaKind::Video), 0),
    ] {
        let query = MediaQuery {
            kind,
            search: search.map(str::to_owned),
            limit: 10,
            cursor: None,
        };
        assert_eq!(
            unit.list_media(HOME, &query).await?.items.len(),
            found,
            "{search:?} {kind:?}"
        );
    }
    Ok(())
}

async fn a_file_is_in_use_until_its_posts_are_out(storage: Arc<dyn Storage>) -> Result<()> {
    let ground = ground(&storage).await?;
    let unit = storage.begin().await?;
    let file = a_picture();
    unit.insert_media(&file).await?;
    assert!(!unit.media_in_use(HOME, file.id).await?);
    let mut entry = an_entry("Look");
    entry.media.push(AttachedMedia {
        media: file.clone(),
        alt: None,
    });
    let post = Post {
        entries: vec![entry],
        ..a_post()
    };
    let publication = store(unit.as_ref(), &post, &ground.channel).await?;
    assert!(unit.media_in_use(HOME, file.id).await?);
    assert!(!unit.media_in_use(ground.other.id, file.id).await?);
    let out = Publication {
        state: State::Published,
        due_at: None,
        ..publication
    };
    unit.save_publications(&[out]).await?;
    assert!(!unit.media_in_use(HOME, file.id).await?);
    // Posts keep showing a file that was removed from the library.
    unit.remove_media(HOME, file.id, seconds(1)).await?;
    let shown = unit.post(HOME, post.id).await?;
    assert_eq!(shown, Some(post));
    Ok(())
}

async fn an_upload_is_used_once_and_in_time(storage: Arc<dyn Storage>) -> Result<()> {
    ground(&storage).await?;
    let unit = storage.begin().await?;
    let upload = |ends: i64| UploadRow {
        id: UploadId::from_bits(next_id()),
        workspace: HOME,
        name: "a.png".to_owned(),
        expires_at: seconds(ends),
    };
    let (good, late, forgotten) = (upload(60), upload(60), upload(10));
    for row in [&good, &late, &forgotten] {
        unit.insert_upload(row).await?;
    }
    assert_eq!(unit.take_upload(good.id, seconds(59)).await?, Some(good.clone()));
    assert_eq!(unit.take_upload(good.id, seconds(59)).await?, None);
    assert_eq!(unit.take_upload(late.id, seconds(60)).await?, None);
    assert_eq!(unit.forget_uploads(seconds(59), 9).await?, 1);
    Ok(())
}
