//! Calls of many publications at once, made as one: whatever is asked for while a call is under way goes out together
//! with the next one, and a call of a busy worker waits a moment for company. An idle worker waits for nobody, and a
//! busy one costs the backend few transactions.

use std::time::Duration;

use futures::stream::{FuturesUnordered, StreamExt};
use postern_domain::BackendError;
use tokio::sync::{mpsc, oneshot};
use tokio::time::{Instant, sleep_until};
use tracing::{Instrument, Span};

/// Most items of one call.
const MOST: usize = 128;

/// Which share of all that is in hand a call waits for: what is in hand is on its way through several calls and the
/// platform.
const SHARE: usize = 4;

/// The longest wait for company.
const PATIENCE: Duration = Duration::from_millis(10);

/// One item, whose it is, and where its answer goes.
struct Asked<T, R> {
    item: T,
    span: Span,
    answer: oneshot::Sender<Result<R, BackendError>>,
}

/// The asking side. The answering side ends when the last of it is dropped.
pub(crate) struct Gather<T, R> {
    sender: mpsc::Sender<Asked<T, R>>,
}

/// The answering side.
pub(crate) struct Gathered<T, R> {
    inbox: mpsc::Receiver<Asked<T, R>>,
    at_once: usize,
}

/// Both sides, for so many calls under way at once. With one of them, answers come in the order of questions.
pub(crate) fn gather<T, R>(at_once: usize) -> (Gather<T, R>, Gathered<T, R>) {
    let (sender, inbox) = mpsc::channel(MOST);
    (Gather { sender }, Gathered { inbox, at_once })
}

impl<T, R> Gather<T, R> {
    /// Asks for one item, together with others.
    pub(crate) async fn ask(&self, item: T) -> Result<R, BackendError> {
        let (answer, answered) = oneshot::channel();
        let asked = Asked {
            item,
            span: Span::current(),
            answer,
        };
        if self.sender.send(asked).await.is_err() {
            return Err(BackendError::Internal);
        }
        answered.await.unwrap_or(Err(BackendError::Internal))
    }
}

impl<T: Clone, R> Gathered<T, R> {
    /// Answers until nobody asks any more. `call` answers each item in order; `in_hand` tells how many there are that
    /// may ask.
    pub(crate) async fn answer<F>(mut self, in_hand: impl Fn() -> usize, call: impl Fn(Vec<T>) -> F)
    where
        F: Future<Output = Result<Vec<R>, BackendError>>,
    {
        let mut calls = FuturesUnordered::new();
        let mut asked = Vec::with_capacity(MOST);
        let mut since = Instant::now();
        loop {
            let company = (in_hand() / SHARE).clamp(1, MOST);
            if asked.len() >= company && calls.len() < self.at_once {
                calls.push(together(&call, std::mem::take(&mut asked)));
            }
            let room = MOST - asked.len();
            tokio::select! {
                count = self.inbox.recv_many(&mut asked, room), if room > 0 => {
                    if count == 0 {
                        break;
                    }
                    if count == asked.len() {
                        since = Instant::now();
                    }
                }
                () = sleep_until(since + PATIENCE), if !asked.is_empty() && calls.len() < self.at_once => {
                    calls.push(together(&call, std::mem::take(&mut asked)));
                }
                Some(()) = calls.next() => {}
            }
        }
        if !asked.is_empty() {
            calls.push(together(&call, asked));
        }
        while calls.next().await.is_some() {}
    }
}

/// One call for all that was asked, and an answer for each.
async fn together<T: Clone, R, F>(call: &impl Fn(Vec<T>) -> F, asked: Vec<Asked<T, R>>)
where
    F: Future<Output = Result<Vec<R>, BackendError>>,
{
    // A call that many share belongs to the trace of the first of them.
    let span = asked.first().map_or_else(Span::none, |first| first.span.clone());
    let (items, answers): (Vec<T>, Vec<_>) = asked.into_iter().map(|it| (it.item, it.answer)).unzip();
    match call(items.clone()).instrument(span).await {
        Ok(results) => hand_out(answers, results),
        // What the backend refuses as a whole may have one bad item: each is asked for alone.
        Err(error) if items.len() > 1 && !matches!(error, BackendError::Unavailable { .. }) => {
            for (item, answer) in items.into_iter().zip(answers) {
                let alone = call(vec![item]).await;
                // Whoever asked may have gone.
                let _gone = answer.send(alone.and_then(only));
            }
        }
        Err(error) => {
            for answer in answers {
                let _gone = answer.send(Err(error.clone()));
            }
        }
    }
}

fn hand_out<R>(answers: Vec<oneshot::Sender<Result<R, BackendError>>>, results: Vec<R>) {
    let mut results = results.into_iter();
    for answer in answers {
        let _gone = answer.send(results.next().ok_or(BackendError::Internal));
    }
}

fn only<R>(results: Vec<R>) -> Result<R, BackendError> {
    results.into_iter().next().ok_or(BackendError::Internal)
}

#[cfg(test)]
mod tests {
    use std::sync::Mutex;

    use futures::future::join_all;

    use super::*;

    #[tokio::test]
    async fn what_is_asked_at_once_goes_out_together_and_every_answer_finds_its_asker() {
        let (gather, gathered) = gather::<u32, u32>(2);
        let sizes = Mutex::new(Vec::new());
        let asking = async move { join_all((0..100).map(|item| gather.ask(item))).await };
        let answering = gathered.answer(
            || 0,
            |items| {
                sizes.lock().unwrap().push(items.len());
                async move { Ok(items.into_iter().map(|item| item * 2).collect()) }
            },
        );
        let (answers, ()) = tokio::join!(asking, answering);
        let doubled: Vec<u32> = answers.into_iter().map(Result::unwrap).collect();
        assert_eq!(doubled, (0..100).map(|item| item * 2).collect::<Vec<_>>());
        let sizes = sizes.into_inner().unwrap();
        assert_eq!(sizes.iter().sum::<usize>(), 100);
        assert!(sizes.len() < 10, "{sizes:?}");
    }

    #[tokio::test]
    async fn a_busy_worker_waits_for_company_and_an_idle_one_for_nobody() {
        for (in_hand, at_once, wanted) in [(1, false, vec![1, 1, 1]), (1000, true, vec![3])] {
            let (gather, gathered) = gather::<u32, u32>(2);
            let sizes = Mutex::new(Vec::new());
            let asking = async move {
                if at_once {
                    join_all((0..3).map(|item| gather.ask(item))).await
                } else {
                    let mut answers = Vec::new();
                    for item in 0..3 {
                        answers.push(gather.ask(item).await);
                    }
                    answers
                }
            };
            let answering = gathered.answer(
                || in_hand,
                |items| {
                    sizes.lock().unwrap().push(items.len());
                    async move { Ok(items) }
                },
            );
            let (answers, ()) = tokio::join!(asking, answering);
            assert!(answers.iter().all(Result::is_ok));
            assert_eq!(sizes.into_inner().unwrap(), wanted, "{in_hand} in hand");
        }
    }

    #[tokio::test]
    async fn one_bad_item_harms_no_other() {
        let (gather, gathered) = gather::<u32, u32>(2);
        let asking = async move { join_all((0..5).map(|item| gather.ask(item))).await };
        let answering = gathered.answer(
            || 0,
            |items| async move {
                if items.contains(&3) {
                    Err(BackendError::Internal)
                } else {
                    Ok(items)
                }
            },
        );
        let (answers, ()) = tokio::join!(asking, answering);
        let good: Vec<u32> = answers
            .iter()
            .filter_map(|answer| answer.as_ref().ok())
            .copied()
            .collect();
        assert_eq!(good, [0, 1, 2, 4]);
    }

    #[tokio::test]
    async fn a_backend_that_is_away_is_not_asked_again_for_each() {
        let (gather, gathered) = gather::<u32, u32>(2);
        let calls = Mutex::new(0);
        let asking = async move { join_all((0..5).map(|item| gather.ask(item))).await };
        let answering = gathered.answer(
            || 0,
            |_| {
                *calls.lock().unwrap() += 1;
                async { Err(BackendError::Unavailable { what: "database" }) }
            },
        );
        let (answers, ()) = tokio::join!(asking, answering);
        assert!(answers.iter().all(Result::is_err));
        assert!(*calls.lock().unwrap() <= 2);
    }
}
