//! What workers get and what they report.

use postern_domain::ports::{Claimed, ClaimedEntry, ClaimedMedia, Report, Work};
use postern_domain::publication::{Detection, Lease, Next, Outcome, Step};
use postern_domain::time::Timestamp;

use super::{ConvertError, each, many, needed};
use crate::v1;

impl From<Claimed> for v1::Claimed {
    fn from(claimed: Claimed) -> Self {
        Self {
            lease: Some(claimed.lease.into()),
            lease_until: claimed.lease_until.as_micros(),
            detect: match claimed.work {
                Work::Publish => None,
                Work::Detect(armed) => Some(armed.into()),
            },
            publication: Some(claimed.publication.into()),
            channel: Some(claimed.channel.into()),
            credential: Some(claimed.credential.into()),
            entries: many(claimed.entries),
            traceparent: claimed.traceparent,
            now: claimed.now.as_micros(),
        }
    }
}

impl TryFrom<v1::Claimed> for Claimed {
    type Error = ConvertError;

    fn try_from(message: v1::Claimed) -> Result<Self, ConvertError> {
        Ok(Self {
            lease: needed(message.lease, "lease")?,
            now: Timestamp::from_micros(message.now),
            lease_until: Timestamp::from_micros(message.lease_until),
            work: message
                .detect
                .map_or(Work::Publish, |armed| Work::Detect(armed.into())),
            publication: needed(message.publication, "publication")?,
            channel: needed(message.channel, "channel")?,
            credential: needed(message.credential, "credential")?,
            entries: each(message.entries, "entries")?,
            traceparent: message.traceparent,
        })
    }
}

impl From<ClaimedEntry> for v1::ClaimedEntry {
    fn from(entry: ClaimedEntry) -> Self {
        Self {
            content: Some(entry.content.into()),
            media: many(entry.media),
            delay: Some(entry.delay.into()),
        }
    }
}

impl TryFrom<v1::ClaimedEntry> for ClaimedEntry {
    type Error = ConvertError;

    fn try_from(message: v1::ClaimedEntry) -> Result<Self, ConvertError> {
        Ok(Self {
            content: needed(message.content, "content")?,
            media: each(message.media, "media")?,
            delay: needed(message.delay, "delay")?,
        })
    }
}

impl From<ClaimedMedia> for v1::ClaimedMedia {
    fn from(claimed: ClaimedMedia) -> Self {
        Self {
            media: Some(claimed.media.into()),
            alt: claimed.alt,
        }
    }
}

impl TryFrom<v1::ClaimedMedia> for ClaimedMedia {
    type Error = ConvertError;

    fn try_from(message: v1::ClaimedMedia) -> Result<Self, ConvertError> {
        Ok(Self {
            media: needed(message.media, "media")?,
            alt: message.alt,
        })
    }
}

impl From<Outcome> for v1::Outcome {
    fn from(outcome: Outcome) -> Self {
        use v1::outcome::Kind;

        let kind = match outcome {
            Outcome::EntryOut { release, next_delay } => Kind::EntryOut(v1::EntryOut {
                release: Some(release.into()),
                next_delay: Some(next_delay.into()),
            }),
            Outcome::Waiting { step, look_again_at } => Kind::Waiting(v1::StillWaiting {
                step: step.0,
                look_again_at: look_again_at.as_micros(),
            }),
            Outcome::Failed(failure) => Kind::Failed(failure.into()),
            Outcome::Detected(detection) => Kind::Detected(detection.into()),
            Outcome::GivenBack => Kind::GivenBack(v1::Mark {}),
        };
        Self { kind: Some(kind) }
    }
}

impl TryFrom<v1::Outcome> for Outcome {
    type Error = ConvertError;

    fn try_from(message: v1::Outcome) -> Result<Self, ConvertError> {
        use v1::outcome::Kind;

        Ok(match message.kind.ok_or_else(|| ConvertError::absent("kind"))? {
            Kind::EntryOut(out) => Self::EntryOut {
                release: released(out.release)?,
                next_delay: needed(out.next_delay, "next_delay")?,
            },
            Kind::Waiting(waiting) => Self::Waiting {
                step: Step(waiting.step),
                look_again_at: Timestamp::from_micros(waiting.look_again_at),
            },
            Kind::Failed(failure) => Self::Failed(needed(Some(failure), "failed")?),
            Kind::Detected(detection) => Self::Detected(needed(Some(detection), "detected")?),
            Kind::GivenBack(_) => Self::GivenBack,
        })
    }
}

fn released(message: Option<v1::Release>) -> Result<postern_domain::publication::Release, ConvertError> {
    message
        .map(Into::into)
        .ok_or_else(|| ConvertError::absent("release"))
}

impl From<Detection> for v1::Detection {
    fn from(detection: Detection) -> Self {
        use v1::detection::Kind;

        let kind = match detection {
            Detection::Found { release, next_delay } => Kind::Found(v1::EntryOut {
                release: Some(release.into()),
                next_delay: Some(next_delay.into()),
            }),
            Detection::Absent => Kind::Absent(v1::Mark {}),
            Detection::Unknown { look_again_at } => Kind::Unknown(v1::Undetected {
                look_again_at: look_again_at.map(Timestamp::as_micros),
            }),
        };
        Self { kind: Some(kind) }
    }
}

impl TryFrom<v1::Detection> for Detection {
    type Error = ConvertError;

    fn try_from(message: v1::Detection) -> Result<Self, ConvertError> {
        use v1::detection::Kind;

        Ok(match message.kind.ok_or_else(|| ConvertError::absent("kind"))? {
            Kind::Found(out) => Self::Found {
                release: released(out.release)?,
                next_delay: needed(out.next_delay, "next_delay")?,
            },
            Kind::Absent(_) => Self::Absent,
            Kind::Unknown(unknown) => Self::Unknown {
                look_again_at: unknown.look_again_at.map(Timestamp::from_micros),
            },
        })
    }
}

impl From<Report> for v1::WorkReport {
    fn from(report: Report) -> Self {
        Self {
            lease: Some(report.lease.into()),
            outcome: Some(report.outcome.into()),
            trace: Some(report.trace.into()),
            started_at: report.started_at.as_micros(),
            ended_at: report.ended_at.as_micros(),
        }
    }
}

impl TryFrom<v1::WorkReport> for Report {
    type Error = ConvertError;

    fn try_from(message: v1::WorkReport) -> Result<Self, ConvertError> {
        Ok(Self {
            lease: needed(message.lease, "lease")?,
            outcome: needed(message.outcome, "outcome")?,
            trace: needed(message.trace, "trace")?,
            started_at: Timestamp::from_micros(message.started_at),
            ended_at: Timestamp::from_micros(message.ended_at),
        })
    }
}

impl From<(Lease, Step)> for v1::Arming {
    fn from((lease, step): (Lease, Step)) -> Self {
        Self {
            lease: Some(lease.into()),
            step: step.0,
        }
    }
}

impl TryFrom<v1::Arming> for (Lease, Step) {
    type Error = ConvertError;

    fn try_from(message: v1::Arming) -> Result<Self, ConvertError> {
        Ok((needed(message.lease, "lease")?, Step(message.step)))
    }
}

impl From<Option<Next>> for v1::MaybeNext {
    fn from(next: Option<Next>) -> Self {
        let next = next.map(|next| match next {
            Next::Entry(entry) => v1::maybe_next::Next::Entry(entry),
            Next::Stop => v1::maybe_next::Next::Stop(v1::Mark {}),
        });
        Self { next }
    }
}

impl From<v1::MaybeNext> for Option<Next> {
    fn from(message: v1::MaybeNext) -> Self {
        message.next.map(|next| match next {
            v1::maybe_next::Next::Entry(entry) => Next::Entry(entry),
            v1::maybe_next::Next::Stop(_) => Next::Stop,
        })
    }
}
