//! Publications and what tries left behind.

use postern_domain::failure::{ErrorClass, Failure, Trace};
use postern_domain::manifest::ProviderId;
use postern_domain::publication::{Armed, Attempt, Lease, Publication, Release, Step};
use postern_domain::time::Timestamp;

use super::{ConvertError, closed, each, id, many, needed, number, optional};
use crate::v1;

impl From<Publication> for v1::Publication {
    fn from(publication: Publication) -> Self {
        Self {
            id: publication.id.to_string(),
            workspace: publication.workspace.to_string(),
            post: publication.post.to_string(),
            channel: publication.channel.to_string(),
            provider: publication.provider.to_string(),
            lane: publication.lane,
            publish_at: publication.publish_at.map(Timestamp::as_micros),
            state: number::<v1::PublicationState, _>(publication.state),
            due_at: publication.due_at.map(Timestamp::as_micros),
            fence: publication.fence,
            holder: publication.holder,
            lease_until: publication.lease_until.map(Timestamp::as_micros),
            entry: publication.entry,
            entries: publication.entries,
            step: publication.step.map(|step| step.0),
            armed: publication.armed.map(Into::into),
            run: publication.run,
            tries: publication.tries,
            attempts: publication.attempts,
            detections: publication.detections,
            failure: publication.failure.map(Into::into),
            releases: many(publication.releases),
            settings: Some(publication.settings.into()),
            created_at: publication.created_at.as_micros(),
            updated_at: publication.updated_at.as_micros(),
            published_at: publication.published_at.map(Timestamp::as_micros),
        }
    }
}

impl TryFrom<v1::Publication> for Publication {
    type Error = ConvertError;

    fn try_from(message: v1::Publication) -> Result<Self, ConvertError> {
        Ok(Self {
            id: id(&message.id, "id")?,
            workspace: id(&message.workspace, "workspace")?,
            post: id(&message.post, "post")?,
            channel: id(&message.channel, "channel")?,
            provider: ProviderId::new(message.provider),
            lane: message.lane,
            publish_at: message.publish_at.map(Timestamp::from_micros),
            state: closed::<v1::PublicationState, _>(message.state, "state")?,
            due_at: message.due_at.map(Timestamp::from_micros),
            fence: message.fence,
            revision: 0,
            holder: message.holder,
            lease_until: message.lease_until.map(Timestamp::from_micros),
            entry: message.entry,
            entries: message.entries,
            step: message.step.map(Step),
            armed: message.armed.map(Armed::from),
            run: message.run,
            tries: message.tries,
            attempts: message.attempts,
            detections: message.detections,
            failure: optional(message.failure, "failure")?,
            releases: message.releases.into_iter().map(Release::from).collect(),
            settings: needed(message.settings, "settings")?,
            created_at: Timestamp::from_micros(message.created_at),
            updated_at: Timestamp::from_micros(message.updated_at),
            published_at: message.published_at.map(Timestamp::from_micros),
        })
    }
}

impl From<Armed> for v1::Armed {
    fn from(armed: Armed) -> Self {
        Self {
            at: armed.at.as_micros(),
            key: armed.key,
        }
    }
}

impl From<v1::Armed> for Armed {
    fn from(message: v1::Armed) -> Self {
        Self {
            at: Timestamp::from_micros(message.at),
            key: message.key,
        }
    }
}

impl From<Release> for v1::Release {
    fn from(release: Release) -> Self {
        Self {
            entry: release.entry,
            remote_id: release.remote_id,
            url: release.url,
            carry: release.carry,
            released_at: release.released_at.as_micros(),
        }
    }
}

impl From<v1::Release> for Release {
    fn from(message: v1::Release) -> Self {
        Self {
            entry: message.entry,
            remote_id: message.remote_id,
            url: message.url,
            carry: message.carry,
            released_at: Timestamp::from_micros(message.released_at),
        }
    }
}

impl From<Lease> for v1::Lease {
    fn from(lease: Lease) -> Self {
        Self {
            publication: lease.publication.to_string(),
            fence: lease.fence,
        }
    }
}

impl TryFrom<v1::Lease> for Lease {
    type Error = ConvertError;

    fn try_from(message: v1::Lease) -> Result<Self, ConvertError> {
        Ok(Self {
            publication: id(&message.publication, "publication")?,
            fence: message.fence,
        })
    }
}

impl From<ErrorClass> for v1::ErrorClass {
    fn from(class: ErrorClass) -> Self {
        use v1::error_class::Kind;

        let kind = match class {
            ErrorClass::Reconnect => Kind::Reconnect(v1::Mark {}),
            ErrorClass::Refresh => Kind::Refresh(v1::Mark {}),
            ErrorClass::RateLimited { until } => Kind::RateLimited(v1::RateLimited {
                until: until.map(Timestamp::as_micros),
            }),
            ErrorClass::Transient => Kind::Transient(v1::Mark {}),
            ErrorClass::Rejected => Kind::Rejected(v1::Mark {}),
            ErrorClass::Unconfirmed => Kind::Unconfirmed(v1::Mark {}),
        };
        Self { kind: Some(kind) }
    }
}

impl TryFrom<v1::ErrorClass> for ErrorClass {
    type Error = ConvertError;

    fn try_from(message: v1::ErrorClass) -> Result<Self, ConvertError> {
        use v1::error_class::Kind;

        Ok(match message.kind.ok_or_else(|| ConvertError::absent("kind"))? {
            Kind::Reconnect(_) => Self::Reconnect,
            Kind::Refresh(_) => Self::Refresh,
            Kind::RateLimited(limit) => Self::RateLimited {
                until: limit.until.map(Timestamp::from_micros),
            },
            Kind::Transient(_) => Self::Transient,
            Kind::Rejected(_) => Self::Rejected,
            Kind::Unconfirmed(_) => Self::Unconfirmed,
        })
    }
}

impl From<Failure> for v1::Failure {
    fn from(failure: Failure) -> Self {
        Self {
            class: Some(failure.class.into()),
            code: failure.code,
            provider_code: failure.provider_code,
            provider_message: failure.provider_message,
            cause: failure.cause,
            fix: failure.fix,
            attempt: failure.attempt,
            at: failure.at.as_micros(),
        }
    }
}

impl TryFrom<v1::Failure> for Failure {
    type Error = ConvertError;

    fn try_from(message: v1::Failure) -> Result<Self, ConvertError> {
        Ok(Self {
            class: needed(message.class, "class")?,
            code: message.code,
            provider_code: message.provider_code,
            provider_message: message.provider_message,
            cause: message.cause,
            fix: message.fix,
            attempt: message.attempt,
            at: Timestamp::from_micros(message.at),
        })
    }
}

impl From<Trace> for v1::Trace {
    fn from(trace: Trace) -> Self {
        Self {
            operation: trace.operation,
            status: trace.status.map(u32::from),
            request_id: trace.request_id,
            reply: trace.reply,
            rates: many(trace.rates),
        }
    }
}

impl TryFrom<v1::Trace> for Trace {
    type Error = ConvertError;

    fn try_from(message: v1::Trace) -> Result<Self, ConvertError> {
        Ok(Self {
            operation: message.operation,
            status: message
                .status
                .map(u16::try_from)
                .transpose()
                .map_err(|_| ConvertError::new("status", "out of range"))?,
            request_id: message.request_id,
            reply: message.reply,
            rates: each(message.rates, "rates")?,
        })
    }
}

impl From<Attempt> for v1::Attempt {
    fn from(attempt: Attempt) -> Self {
        Self {
            id: attempt.id.to_string(),
            publication: attempt.publication.to_string(),
            number: attempt.number,
            entry: attempt.entry,
            started_at: attempt.started_at.as_micros(),
            ended_at: attempt.ended_at.as_micros(),
            outcome: attempt.outcome,
            failure: attempt.failure.map(Into::into),
            trace: Some(attempt.trace.into()),
        }
    }
}

impl TryFrom<v1::Attempt> for Attempt {
    type Error = ConvertError;

    fn try_from(message: v1::Attempt) -> Result<Self, ConvertError> {
        Ok(Self {
            id: id(&message.id, "id")?,
            publication: id(&message.publication, "publication")?,
            number: message.number,
            entry: message.entry,
            started_at: Timestamp::from_micros(message.started_at),
            ended_at: Timestamp::from_micros(message.ended_at),
            outcome: message.outcome,
            failure: optional(message.failure, "failure")?,
            trace: needed(message.trace, "trace")?,
        })
    }
}
