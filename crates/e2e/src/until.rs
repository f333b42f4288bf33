//! Waiting by asking again.

use std::time::{Duration, Instant};

use anyhow::{Result, bail};

/// The pause between two questions.
const PAUSE: Duration = Duration::from_millis(50);

/// Asks until there is an answer.
///
/// # Errors
/// When there is none within `patience`; it names what was waited for. When asking fails in a way that waiting
/// cannot mend, at once.
pub async fn until<T>(
    what: &str,
    patience: Duration,
    mut ask: impl AsyncFnMut() -> Result<Option<T>>,
) -> Result<T> {
    let begin = Instant::now();
    loop {
        if let Some(answer) = ask().await? {
            return Ok(answer);
        }
        if begin.elapsed() >= patience {
            bail!("waited {} s in vain: {what}", patience.as_secs());
        }
        tokio::time::sleep(PAUSE).await;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn the_answer_ends_the_wait_and_the_deadline_names_what_was_waited_for() {
        let mut asked = 0;
        let third = until("a third time", Duration::from_secs(5), async || {
            asked += 1;
            Ok((asked == 3).then_some(asked))
        });
        assert_eq!(third.await.expect("an answer"), 3);
        let never = until("for good weather", Duration::ZERO, async || Ok(None::<()>)).await;
        assert_eq!(
            never.expect_err("no answer").to_string(),
            "waited 0 s in vain: for good weather"
        );
    }
}
