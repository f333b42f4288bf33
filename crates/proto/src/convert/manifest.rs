//! What providers declare.

use postern_domain::manifest::{
    Connect, Evidence, Field, FieldKind, Helper, Limits, Manifest, MediaLimit, ProviderId, Rate, Thread,
};

use super::{ConvertError, closed, closed_list, each, many, needed, number, numbers, optional};
use crate::v1;

impl From<Manifest> for v1::Manifest {
    fn from(manifest: Manifest) -> Self {
        Self {
            id: manifest.id.to_string(),
            name: manifest.name,
            editor: number::<v1::Editor, _>(manifest.editor),
            lane: manifest.lane,
            connect: Some(manifest.connect.into()),
            limits: Some(manifest.limits.into()),
            thread: Some(manifest.thread.into()),
            settings: many(manifest.settings),
            rules: manifest.rules,
            helpers: many(manifest.helpers),
            evidence: Some(manifest.evidence.into()),
            concurrency: manifest.concurrency,
            rates: many(manifest.rates),
        }
    }
}

impl TryFrom<v1::Manifest> for Manifest {
    type Error = ConvertError;

    fn try_from(message: v1::Manifest) -> Result<Self, ConvertError> {
        Ok(Self {
            id: ProviderId::new(message.id),
            name: message.name,
            editor: closed::<v1::Editor, _>(message.editor, "editor")?,
            lane: message.lane,
            connect: needed(message.connect, "connect")?,
            limits: needed(message.limits, "limits")?,
            thread: needed(message.thread, "thread")?,
            settings: each(message.settings, "settings")?,
            rules: message.rules,
            helpers: message.helpers.into_iter().map(Helper::from).collect(),
            evidence: needed(message.evidence, "evidence")?,
            concurrency: message.concurrency,
            rates: each(message.rates, "rates")?,
        })
    }
}

impl From<Connect> for v1::Connection {
    fn from(connect: Connect) -> Self {
        use v1::connection::Kind;

        let form = |fields| v1::Form { fields: many(fields) };
        let kind = match connect {
            Connect::Redirect { fields } => Kind::Redirect(form(fields)),
            Connect::Credentials { fields } => Kind::Credentials(form(fields)),
        };
        Self { kind: Some(kind) }
    }
}

impl TryFrom<v1::Connection> for Connect {
    type Error = ConvertError;

    fn try_from(message: v1::Connection) -> Result<Self, ConvertError> {
        use v1::connection::Kind;

        Ok(match message.kind.ok_or_else(|| ConvertError::absent("kind"))? {
            Kind::Redirect(form) => Self::Redirect {
                fields: each(form.fields, "redirect.fields")?,
            },
            Kind::Credentials(form) => Self::Credentials {
                fields: each(form.fields, "credentials.fields")?,
            },
        })
    }
}

impl From<Field> for v1::Field {
    fn from(field: Field) -> Self {
        Self {
            key: field.key,
            label: field.label,
            help: field.help,
            kind: Some(field.kind.into()),
            required: field.required,
            default: field.default.map(Into::into),
        }
    }
}

impl TryFrom<v1::Field> for Field {
    type Error = ConvertError;

    fn try_from(message: v1::Field) -> Result<Self, ConvertError> {
        Ok(Self {
            key: message.key,
            label: message.label,
            help: message.help,
            kind: needed(message.kind, "kind")?,
            required: message.required,
            default: optional(message.default, "default")?,
        })
    }
}

impl From<FieldKind> for v1::FieldKind {
    fn from(kind: FieldKind) -> Self {
        use v1::field_kind::Kind;

        let mark = v1::Mark {};
        let kind = match kind {
            FieldKind::Text { min, max } => Kind::Text(v1::TextField { min, max }),
            FieldKind::Password => Kind::Password(mark),
            FieldKind::Url => Kind::Url(mark),
            FieldKind::Bool => Kind::Truth(mark),
            FieldKind::Choice(choices) => Kind::Choice(v1::ChoiceField {
                choices: choices
                    .into_iter()
                    .map(|(value, label)| v1::Choice { value, label })
                    .collect(),
            }),
            FieldKind::Integer { min, max } => Kind::Integer(v1::IntegerField { min, max }),
            FieldKind::Media => Kind::Media(mark),
            FieldKind::List => Kind::List(mark),
        };
        Self { kind: Some(kind) }
    }
}

impl TryFrom<v1::FieldKind> for FieldKind {
    type Error = ConvertError;

    fn try_from(message: v1::FieldKind) -> Result<Self, ConvertError> {
        use v1::field_kind::Kind;

        Ok(match message.kind.ok_or_else(|| ConvertError::absent("kind"))? {
            Kind::Text(text) => Self::Text {
                min: text.min,
                max: text.max,
            },
            Kind::Password(_) => Self::Password,
            Kind::Url(_) => Self::Url,
            Kind::Truth(_) => Self::Bool,
            Kind::Choice(field) => Self::Choice(
                field
                    .choices
                    .into_iter()
                    .map(|choice| (choice.value, choice.label))
                    .collect(),
            ),
            Kind::Integer(bounds) => Self::Integer {
                min: bounds.min,
                max: bounds.max,
            },
            Kind::Media(_) => Self::Media,
            Kind::List(_) => Self::List,
        })
    }
}

impl From<Limits> for v1::Limits {
    fn from(limits: Limits) -> Self {
        Self {
            text_max: limits.text_max,
            text_unit: limits.text_unit,
            media_max: limits.media_max,
            media: many(limits.media),
            alone: numbers::<v1::MediaKind, _>(limits.alone),
            media_required: limits.media_required,
            alt_max: limits.alt_max,
        }
    }
}

impl TryFrom<v1::Limits> for Limits {
    type Error = ConvertError;

    fn try_from(message: v1::Limits) -> Result<Self, ConvertError> {
        Ok(Self {
            text_max: message.text_max,
            text_unit: message.text_unit,
            media_max: message.media_max,
            media: each(message.media, "media")?,
            alone: closed_list::<v1::MediaKind, _>(message.alone, "alone")?,
            media_required: message.media_required,
            alt_max: message.alt_max,
        })
    }
}

impl From<MediaLimit> for v1::MediaLimit {
    fn from(limit: MediaLimit) -> Self {
        Self {
            kind: number::<v1::MediaKind, _>(limit.kind),
            mimes: limit.mimes,
            max_bytes: limit.max_bytes,
            max_duration: limit.max_duration.map(Into::into),
        }
    }
}

impl TryFrom<v1::MediaLimit> for MediaLimit {
    type Error = ConvertError;

    fn try_from(message: v1::MediaLimit) -> Result<Self, ConvertError> {
        Ok(Self {
            kind: closed::<v1::MediaKind, _>(message.kind, "kind")?,
            mimes: message.mimes,
            max_bytes: message.max_bytes,
            max_duration: optional(message.max_duration, "max_duration")?,
        })
    }
}

impl From<Thread> for v1::Thread {
    fn from(thread: Thread) -> Self {
        use v1::thread::Kind;

        let kind = match thread {
            Thread::None => Kind::None(v1::Mark {}),
            Thread::Replies => Kind::Replies(v1::Mark {}),
            Thread::Comments { media } => Kind::Comments(v1::Comments { media }),
        };
        Self { kind: Some(kind) }
    }
}

impl TryFrom<v1::Thread> for Thread {
    type Error = ConvertError;

    fn try_from(message: v1::Thread) -> Result<Self, ConvertError> {
        use v1::thread::Kind;

        Ok(match message.kind.ok_or_else(|| ConvertError::absent("kind"))? {
            Kind::None(_) => Self::None,
            Kind::Replies(_) => Self::Replies,
            Kind::Comments(comments) => Self::Comments {
                media: comments.media,
            },
        })
    }
}

impl From<Helper> for v1::Helper {
    fn from(helper: Helper) -> Self {
        Self {
            name: helper.name,
            description: helper.description,
            arguments: helper
                .arguments
                .into_iter()
                .map(|(key, description, r#type)| v1::HelperArgument {
                    key,
                    description,
                    r#type,
                })
                .collect(),
        }
    }
}

impl From<v1::Helper> for Helper {
    fn from(message: v1::Helper) -> Self {
        Self {
            name: message.name,
            description: message.description,
            arguments: message
                .arguments
                .into_iter()
                .map(|argument| (argument.key, argument.description, argument.r#type))
                .collect(),
        }
    }
}

impl From<Evidence> for v1::Evidence {
    fn from(evidence: Evidence) -> Self {
        use v1::evidence::Kind;

        let kind = match evidence {
            Evidence::KeySafe { window } => Kind::KeySafe(window.into()),
            Evidence::Queryable => Kind::Queryable(v1::Mark {}),
            Evidence::Listing => Kind::Listing(v1::Mark {}),
            Evidence::DuplicateRefusal { window } => Kind::DuplicateRefusal(window.into()),
            Evidence::None => Kind::None(v1::Mark {}),
        };
        Self { kind: Some(kind) }
    }
}

impl TryFrom<v1::Evidence> for Evidence {
    type Error = ConvertError;

    fn try_from(message: v1::Evidence) -> Result<Self, ConvertError> {
        use v1::evidence::Kind;

        Ok(match message.kind.ok_or_else(|| ConvertError::absent("kind"))? {
            Kind::KeySafe(window) => Self::KeySafe {
                window: needed(Some(window), "key_safe")?,
            },
            Kind::Queryable(_) => Self::Queryable,
            Kind::Listing(_) => Self::Listing,
            Kind::DuplicateRefusal(window) => Self::DuplicateRefusal {
                window: needed(Some(window), "duplicate_refusal")?,
            },
            Kind::None(_) => Self::None,
        })
    }
}

impl From<Rate> for v1::Rate {
    fn from(rate: Rate) -> Self {
        Self {
            scope: number::<v1::RateScope, _>(rate.scope),
            count: rate.count,
            window: Some(rate.window.into()),
        }
    }
}

impl TryFrom<v1::Rate> for Rate {
    type Error = ConvertError;

    fn try_from(message: v1::Rate) -> Result<Self, ConvertError> {
        Ok(Self {
            scope: closed::<v1::RateScope, _>(message.scope, "scope")?,
            count: message.count,
            window: needed(message.window, "window")?,
        })
    }
}
