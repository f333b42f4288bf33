//! Documents, block by block.

use postern_domain::content::{Block, Document, Span, Target};

use super::{ConvertError, each, many, needed};
use crate::v1;
use crate::v1::block::Kind;

impl From<Document> for v1::Document {
    fn from(document: Document) -> Self {
        Self {
            blocks: many(document.blocks),
            plain: document.plain,
        }
    }
}

impl TryFrom<v1::Document> for Document {
    type Error = ConvertError;

    fn try_from(message: v1::Document) -> Result<Self, ConvertError> {
        Ok(Self {
            blocks: each(message.blocks, "blocks")?,
            plain: message.plain,
        })
    }
}

impl From<Block> for v1::Block {
    fn from(block: Block) -> Self {
        let kind = match block {
            Block::Paragraph(spans) => Kind::Paragraph(spans.into()),
            Block::Heading(level, spans) => Kind::Heading(v1::Heading {
                level: level.into(),
                line: Some(spans.into()),
            }),
            Block::List(items) => Kind::List(v1::Items { items: many(items) }),
        };
        Self { kind: Some(kind) }
    }
}

impl TryFrom<v1::Block> for Block {
    type Error = ConvertError;

    fn try_from(message: v1::Block) -> Result<Self, ConvertError> {
        Ok(match message.kind.ok_or_else(|| ConvertError::absent("kind"))? {
            Kind::Paragraph(line) => Self::Paragraph(line.try_into()?),
            Kind::Heading(heading) => Self::Heading(
                heading
                    .level
                    .try_into()
                    .map_err(|_| ConvertError::new("level", "out of range"))?,
                needed(heading.line, "line")?,
            ),
            Kind::List(items) => Self::List(each(items.items, "items")?),
        })
    }
}

impl From<Vec<Span>> for v1::Line {
    fn from(spans: Vec<Span>) -> Self {
        Self { spans: many(spans) }
    }
}

impl TryFrom<v1::Line> for Vec<Span> {
    type Error = ConvertError;

    fn try_from(message: v1::Line) -> Result<Self, ConvertError> {
        Ok(message.spans.into_iter().map(Span::from).collect())
    }
}

impl From<Span> for v1::Span {
    fn from(span: Span) -> Self {
        Self {
            text: span.text,
            strong: span.strong,
            underline: span.underline,
            target: span.target.map(|target| match target {
                Target::Link(link) => v1::span::Target::Link(link),
                Target::Mention(account) => v1::span::Target::Mention(account),
            }),
        }
    }
}

impl From<v1::Span> for Span {
    fn from(message: v1::Span) -> Self {
        Self {
            text: message.text,
            strong: message.strong,
            underline: message.underline,
            target: message.target.map(|target| match target {
                v1::span::Target::Link(link) => Target::Link(link),
                v1::span::Target::Mention(account) => Target::Mention(account),
            }),
        }
    }
}
