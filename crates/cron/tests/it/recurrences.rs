//! Posts that return, by several metronomes.

use std::time::Duration;

use postern_domain::ports::{Planning, Posts};
use postern_domain::post::{PostEdit, PostQuery, PostRef};
use postern_domain::recurrence::NewRecurrence;
use postern_testkit::FakeConnector;
use tokio::time::{sleep, timeout};

use crate::hall::{Hall, settings};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn each_date_gets_one_post_from_several_metronomes() {
    let (hall, clock) = Hall::told().await;
    let channel = hall.connect(FakeConnector::an_account()).await;
    let id = hall.post(&channel, Duration::from_hours(1)).await;
    let edit = PostEdit {
        recurrence: Some(NewRecurrence::EveryDays(1)),
        ..PostEdit::default()
    };
    hall.app
        .update_post(&hall.actor, PostRef::Publication(id), edit)
        .await
        .unwrap();
    let often = postern_cron::Settings {
        longest_sleep: Duration::from_millis(50),
        ..settings()
    };
    let metronomes = hall.metronomes_with(3, &often);
    let query = PostQuery {
        limit: 100,
        ..PostQuery::default()
    };
    for posts in 2..5 {
        clock.advance(Duration::from_hours(24));
        let looking = async {
            while hall
                .app
                .posts(&hall.actor, query.clone())
                .await
                .unwrap()
                .items
                .len()
                < posts
            {
                sleep(Duration::from_millis(5)).await;
            }
        };
        timeout(Duration::from_secs(20), looking).await.unwrap();
    }
    metronomes.stop().await;
    let made = hall.app.posts(&hall.actor, query).await.unwrap().items;
    let dates: Vec<_> = made.iter().map(|post| post.post.series.unwrap().date()).collect();
    assert_eq!(dates.len(), 4);
    assert!(dates.windows(2).all(|pair| pair[0] < pair[1]), "{dates:?}");
    assert_eq!(hall.app.advance_recurrences(9).await.unwrap().made, 0);
}
