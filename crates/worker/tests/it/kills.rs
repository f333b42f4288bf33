//! Workers that die at every point of a publication, platforms that lose requests and answers, for each class of
//! evidence: what the public sees is one copy, and what Postern tells is true.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use postern_domain::failure::ErrorClass;
use postern_domain::id::PublicationId;
use postern_domain::manifest::Evidence;
use postern_domain::ports::Posts;
use postern_domain::post::Resolution;
use postern_domain::publication::{Publication, State};

use crate::gate::{At, Gate};
use crate::plant::{MINUTE, Plant, Worker, eventually, settings};
use crate::shop::{Counter, Fate, Shop};

const HOUR: Duration = Duration::from_hours(1);

const CLASSES: [Evidence; 5] = [
    Evidence::KeySafe { window: HOUR },
    Evidence::Queryable,
    Evidence::Listing,
    Evidence::DuplicateRefusal { window: HOUR },
    Evidence::None,
];

/// Where a worker dies.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Point {
    /// On its way to or from the use cases.
    Gate(At),
    /// What it asks the platform never leaves.
    Unsent,
    /// The platform has carried it out and has not answered.
    Accepted,
}

/// Every point in the life of a commit.
const POINTS: [Point; 7] = [
    Point::Gate(At::ClaimUnheard),
    Point::Gate(At::BeforeArming),
    Point::Gate(At::ArmingUnheard),
    Point::Unsent,
    Point::Accepted,
    Point::Gate(At::BeforeReport),
    Point::Gate(At::ReportUnheard),
];

/// Every point in the life of a search for evidence.
const SEARCH_POINTS: [Point; 5] = [
    Point::Gate(At::ClaimUnheard),
    Point::Unsent,
    Point::Accepted,
    Point::Gate(At::BeforeReport),
    Point::Gate(At::ReportUnheard),
];

/// What is true of a commit of which no report was stored.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Truth {
    /// It was not armed, or its report was stored: there is no doubt.
    Known,
    /// It was armed and is in the public's sight.
    There,
    /// It was armed and nothing is there.
    NotThere,
}

impl Point {
    fn truth(self) -> Truth {
        match self {
            Self::Gate(At::ClaimUnheard | At::BeforeArming | At::ArmingBroken | At::ReportUnheard) => {
                Truth::Known
            }
            Self::Accepted | Self::Gate(At::BeforeReport) => Truth::There,
            Self::Unsent | Self::Gate(At::ArmingUnheard) => Truth::NotThere,
        }
    }

    fn fate(self) -> Fate {
        match self {
            Self::Unsent => Fate::StuckBefore,
            Self::Accepted => Fate::StuckAfter,
            Self::Gate(_) => Fate::Answered,
        }
    }
}

/// Whether a person has to be asked.
fn needs_a_person(class: Evidence, truth: Truth) -> bool {
    match class {
        Evidence::None => truth != Truth::Known,
        // A list that does not show it says nothing, for it may lag.
        Evidence::Listing => truth == Truth::NotThere,
        Evidence::KeySafe { .. } | Evidence::Queryable | Evidence::DuplicateRefusal { .. } => false,
    }
}

struct Scene {
    plant: Plant,
    shop: Arc<Shop>,
    class: Evidence,
    posts: AtomicU32,
}

impl Scene {
    async fn open(class: Evidence) -> Self {
        let shop = Shop::new(class);
        let plant = Plant::serving(Box::new(Counter(Arc::clone(&shop)))).await;
        shop.set_clock(plant.clock.clone());
        Self {
            plant,
            shop,
            class,
            posts: AtomicU32::new(0),
        }
    }

    /// A post whose text is like no other's, due in a minute.
    async fn post(&self) -> (PublicationId, String) {
        let text = format!("post {}", self.posts.fetch_add(1, Ordering::SeqCst));
        (self.plant.post(&[text.as_str()]).await, text)
    }

    /// A worker that will die at this point.
    fn doomed(&self, name: &str, at: Point) -> Worker {
        let gate = Gate {
            app: self.plant.app.clone(),
            at: match at {
                Point::Gate(at) => Some(at),
                Point::Unsent | Point::Accepted => None,
            },
            stuck: self.shop.stuck.clone(),
        };
        self.plant.worker_behind(Arc::new(gate), settings(name))
    }

    /// Waits until the worker is where it is to die, and kills it.
    async fn kill(&self, worker: Worker) {
        eventually(|| self.shop.stuck.take()).await;
        drop(worker);
    }

    /// Lets sound workers go on to the end, asks a person where that is the promise, and looks at the window.
    async fn check(&self, id: PublicationId, text: &str, truth: Truth, what: &str) {
        let _worker = self.plant.worker("sound");
        let row = self.plant.rest(id).await;
        let copies = self.shop.copies(text).len();
        if needs_a_person(self.class, truth) {
            assert_eq!(row.state, State::Unconfirmed, "{what}: {row:?}");
            assert_eq!(copies, usize::from(truth == Truth::There), "{what}");
            self.answer(id, truth).await;
        }
        let row = self.plant.rest(id).await;
        assert_eq!(row.state, State::Published, "{what}: {row:?}");
        let copies = self.shop.copies(text);
        assert_eq!(copies.len(), 1, "{what}: {copies:?}");
        let by_person = needs_a_person(self.class, truth) && truth == Truth::There;
        let told = if by_person { "missing" } else { &copies[0].id };
        assert_eq!(row.releases[0].remote_id, told, "{what}");
    }

    /// A person looks at the window and says what is there.
    async fn answer(&self, id: PublicationId, truth: Truth) {
        let answer = match truth {
            Truth::There => Resolution::Published { url: None },
            Truth::NotThere | Truth::Known => Resolution::SendAgain,
        };
        let Plant { app, actor, .. } = &self.plant;
        app.resolve_post(actor, id, answer).await.unwrap();
    }

    async fn row(&self, id: PublicationId) -> Publication {
        self.plant.row(id).await
    }
}

#[tokio::test]
async fn a_worker_may_die_at_any_point_of_a_commit() {
    for class in CLASSES {
        let scene = Scene::open(class).await;
        for point in POINTS {
            let what = format!("{class:?}, killed at {point:?}");
            scene.shop.will_commit(&[point.fate()]);
            let (id, text) = scene.post().await;
            let worker = scene.doomed("w1", point);
            scene.plant.after(MINUTE).await;
            scene.kill(worker).await;
            scene.check(id, &text, point.truth(), &what).await;
        }
    }
}

#[tokio::test]
async fn a_second_worker_may_die_at_any_point_of_the_search() {
    for class in CLASSES {
        let scene = Scene::open(class).await;
        for first in [Point::Unsent, Point::Accepted, Point::Gate(At::BeforeReport)] {
            for second in SEARCH_POINTS {
                let what =
                    format!("{class:?}, killed at {first:?}, the next while it searches at {second:?}");
                scene.shop.will_commit(&[first.fate()]);
                let (id, text) = scene.post().await;
                let worker = scene.doomed("w1", first);
                scene.plant.after(MINUTE).await;
                scene.kill(worker).await;
                scene.shop.will_search(&[second.fate()]);
                let worker = scene.doomed("w2", second);
                let until = scene.row(id).await.lease_until.unwrap();
                scene.plant.after(until.since(scene.plant.now())).await;
                scene.kill(worker).await;
                scene.check(id, &text, first.truth(), &what).await;
            }
        }
    }
}

#[tokio::test]
async fn each_fault_of_a_platform_ends_in_one_copy() {
    let until = None;
    for class in CLASSES {
        let scene = Scene::open(class).await;
        for (fate, truth) in [
            (Fate::AnswerLost, Truth::There),
            (Fate::RequestLost, Truth::NotThere),
            (Fate::Refused(ErrorClass::Transient), Truth::Known),
            (Fate::Refused(ErrorClass::RateLimited { until }), Truth::Known),
            (Fate::Refused(ErrorClass::Refresh), Truth::Known),
        ] {
            let what = format!("{class:?}, {fate:?}");
            scene.shop.will_commit(&[fate]);
            let (id, text) = scene.post().await;
            let worker = scene.plant.worker("w1");
            scene.plant.after(MINUTE).await;
            scene.plant.until(id, |row| row.attempts > 0).await;
            drop(worker);
            scene.check(id, &text, truth, &what).await;
        }
    }
}

#[tokio::test]
async fn a_search_that_fails_leaves_the_doubt_and_is_made_again() {
    for class in CLASSES {
        let scene = Scene::open(class).await;
        for search in [
            Fate::AnswerLost,
            Fate::RequestLost,
            Fate::Refused(ErrorClass::Transient),
            Fate::Refused(ErrorClass::RateLimited { until: None }),
        ] {
            for (fate, truth) in [
                (Fate::AnswerLost, Truth::There),
                (Fate::RequestLost, Truth::NotThere),
            ] {
                let what = format!("{class:?}, {fate:?}, then {search:?}");
                scene.shop.will_commit(&[fate]);
                scene.shop.will_search(&[search]);
                let (id, text) = scene.post().await;
                let worker = scene.plant.worker("w1");
                scene.plant.after(MINUTE).await;
                scene
                    .plant
                    .until(id, |row| {
                        row.state == State::Unconfirmed && row.lease_until.is_none()
                    })
                    .await;
                drop(worker);
                scene.check(id, &text, truth, &what).await;
            }
        }
    }
}

#[tokio::test]
async fn what_a_platform_refuses_is_not_there_and_not_sent_again() {
    for class in CLASSES {
        let scene = Scene::open(class).await;
        let _worker = scene.plant.worker("w1");
        scene.shop.will_commit(&[Fate::Refused(ErrorClass::Rejected)]);
        let id = scene.plant.post(&["refused"]).await;
        let row = scene.plant.rest(id).await;
        assert_eq!(
            (row.state, scene.shop.window()),
            (State::Failed, vec![]),
            "{class:?}"
        );
        scene.shop.will_commit(&[Fate::Refused(ErrorClass::Reconnect)]);
        let id = scene.plant.post(&["held"]).await;
        let row = scene.plant.rest(id).await;
        assert_eq!(
            (row.state, scene.shop.window()),
            (State::Held, vec![]),
            "{class:?}"
        );
        scene.plant.reconnect().await;
        let row = scene.plant.rest(id).await;
        assert_eq!(
            (row.state, scene.shop.copies("held").len()),
            (State::Published, 1),
            "{class:?}"
        );
    }
}
