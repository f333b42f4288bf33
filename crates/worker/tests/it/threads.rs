//! Threads that break off in the middle go on where they stopped, whatever stopped them.

use std::sync::Arc;
use std::time::Duration;

use postern_domain::content::Document;
use postern_domain::failure::ErrorClass;
use postern_domain::id::PublicationId;
use postern_domain::manifest::Evidence;
use postern_domain::ports::Posts;
use postern_domain::post::{NewEntry, PostEdit, PostRef};
use postern_domain::publication::State;
use postern_domain::{BackendError, Code};

use crate::gate::{At, Gate};
use crate::plant::{MINUTE, Plant, eventually, settings};
use crate::shop::{Counter, Fate, Shop, Shown};

const FOUR: [&str; 4] = ["one", "two", "three", "four"];

async fn open() -> (Plant, Arc<Shop>) {
    let shop = Shop::new(Evidence::Queryable);
    let plant = Plant::serving(Box::new(Counter(Arc::clone(&shop)))).await;
    shop.set_clock(plant.clock.clone());
    (plant, shop)
}

/// Insists that the window shows one chain of these texts and that the row tells the same.
async fn check(plant: &Plant, shop: &Shop, id: PublicationId, texts: [&str; 4]) {
    let row = plant.rest(id).await;
    assert_eq!(row.state, State::Published, "{row:?}");
    let window = shop.window();
    let shown: Vec<&str> = window.iter().map(|shown| shown.text.as_str()).collect();
    assert_eq!(shown, texts);
    for (before, after) in window.iter().zip(&window[1..]) {
        assert_eq!(after.answers.as_deref(), Some(before.id.as_str()));
    }
    let told: Vec<&str> = row.releases.iter().map(|it| it.remote_id.as_str()).collect();
    let there: Vec<&str> = window.iter().map(|shown: &Shown| shown.id.as_str()).collect();
    assert_eq!(told, there);
}

fn entries(texts: [&str; 4]) -> PostEdit {
    let entry = |text: &str| NewEntry {
        content: Document::parse(text),
        media: Vec::new(),
        delay: Duration::ZERO,
    };
    PostEdit {
        entries: Some(texts.into_iter().map(entry).collect()),
        ..PostEdit::default()
    }
}

fn code(error: &BackendError) -> Option<Code> {
    error.problems().first().map(|problem| problem.code)
}

#[tokio::test]
async fn a_thread_whose_third_entry_is_refused_goes_on_there_once_it_is_mended() {
    let (plant, shop) = open().await;
    let _worker = plant.worker("w1");
    shop.will_commit(&[
        Fate::Answered,
        Fate::Answered,
        Fate::Refused(ErrorClass::Rejected),
    ]);
    let id = plant.post(&FOUR).await;
    let failed = plant.rest(id).await;
    assert_eq!((failed.state, failed.entry), (State::Failed, 2));
    assert_eq!(shop.window().len(), 2);

    let post = PostRef::Publication(id);
    let (app, actor) = (&plant.app, &plant.actor);
    let unchanged = app.retry_post(actor, post).await.unwrap_err();
    assert_eq!(code(&unchanged), Some(Code::NotRetryable));
    let too_late = app
        .update_post(actor, post, entries(["ONE", "two", "three", "four"]))
        .await
        .unwrap_err();
    assert_eq!(code(&too_late), Some(Code::PostSettled));
    assert_eq!(plant.row(id).await, failed, "refusals change nothing");

    let mended = ["one", "two", "three, shorter", "four"];
    app.update_post(actor, post, entries(mended)).await.unwrap();
    let row = plant.rest(id).await;
    assert_eq!((row.state, row.entry, row.releases.len()), (State::Failed, 2, 2));
    app.retry_post(actor, post).await.unwrap();
    check(&plant, &shop, id, mended).await;
}

#[tokio::test]
async fn a_thread_whose_third_entry_fails_for_a_while_goes_on_there_by_itself() {
    for fate in [
        Fate::Refused(ErrorClass::Transient),
        Fate::Refused(ErrorClass::RateLimited { until: None }),
        Fate::Refused(ErrorClass::Refresh),
        Fate::AnswerLost,
        Fate::RequestLost,
    ] {
        let (plant, shop) = open().await;
        let _worker = plant.worker("w1");
        shop.will_commit(&[Fate::Answered, Fate::Answered, fate]);
        let id = plant.post(&FOUR).await;
        check(&plant, &shop, id, FOUR).await;
    }
}

#[tokio::test]
async fn a_thread_whose_budget_is_spent_at_the_third_goes_on_there_on_request() {
    let (plant, shop) = open().await;
    let _worker = plant.worker("w1");
    let budget = usize::try_from(postern_domain::publication::Rules::default().max_tries).unwrap();
    let mut fates = vec![Fate::Refused(ErrorClass::Transient); budget];
    fates.splice(0..0, [Fate::Answered, Fate::Answered]);
    shop.will_commit(&fates);
    let id = plant.post(&FOUR).await;
    let failed = plant.rest(id).await;
    assert_eq!((failed.state, failed.entry), (State::Failed, 2));
    let post = PostRef::Publication(id);
    plant.app.retry_post(&plant.actor, post).await.unwrap();
    check(&plant, &shop, id, FOUR).await;
}

#[tokio::test]
async fn a_thread_whose_worker_dies_at_the_third_goes_on_there() {
    for fate in [Fate::StuckBefore, Fate::StuckAfter] {
        let (plant, shop) = open().await;
        shop.will_commit(&[Fate::Answered, Fate::Answered, fate]);
        let id = plant.post(&FOUR).await;
        let worker = plant.worker("w1");
        plant.after(MINUTE).await;
        eventually(|| shop.stuck.take()).await;
        drop(worker);
        let _worker = plant.worker("w2");
        check(&plant, &shop, id, FOUR).await;
    }
}

#[tokio::test]
async fn a_thread_whose_worker_dies_while_it_reports_goes_on_with_what_is_not_out() {
    for at in [At::BeforeReport, At::ReportUnheard] {
        let (plant, shop) = open().await;
        let id = plant.post(&FOUR).await;
        let gate = Gate {
            app: plant.app.clone(),
            at: Some(at),
            stuck: shop.stuck.clone(),
        };
        let worker = plant.worker_behind(Arc::new(gate), settings("w1"));
        plant.after(MINUTE).await;
        eventually(|| shop.stuck.take()).await;
        drop(worker);
        let _worker = plant.worker("w2");
        check(&plant, &shop, id, FOUR).await;
    }
}
