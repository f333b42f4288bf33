//! The canonical content of an entry: a small rich-text document.
//!
//! It is parsed once on the way in ([`Document::parse`]), which is also where it is sanitised: what is not part
//! of the model cannot be stored. Each provider renders it in its own way with [`Document::render`].

mod html;
mod render;

use std::fmt;

/// One entry's text: blocks of styled spans.
#[derive(Clone, PartialEq, Eq, Default)]
pub struct Document {
    /// The blocks from top to bottom.
    pub blocks: Vec<Block>,
    /// Whether the author gave text without any tag; such text is given back as it was.
    pub plain: bool,
}

/// A block of text.
#[derive(Clone, PartialEq, Eq)]
pub enum Block {
    /// A paragraph, one line of text; an empty one is a blank line.
    Paragraph(Vec<Span>),
    /// A heading of level 1 to 3.
    Heading(u8, Vec<Span>),
    /// A list of items.
    List(Vec<Vec<Span>>),
}

/// A run of text with one style. A line break inside a block is `\n` in its text.
#[derive(Clone, PartialEq, Eq, Default)]
pub struct Span {
    /// The text, entities decoded.
    pub text: String,
    /// Whether it is strong (bold).
    pub strong: bool,
    /// Whether it is underlined.
    pub underline: bool,
    /// What it links to or mentions.
    pub target: Option<Target>,
}

/// Where a span leads.
#[derive(Clone, PartialEq, Eq)]
pub enum Target {
    /// A link: `http`, `https` or `mailto`, or a path or fragment.
    Link(String),
    /// A mention of an account at the platform, by the platform's id; the span's text is the label.
    Mention(String),
}

/// How a provider wants its text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Editor {
    /// Plain text; strong and underlined letters become Unicode look-alikes. `normal` on the wire.
    Normal,
    /// Markdown.
    Markdown,
    /// The HTML subset itself.
    Html,
    /// Plain text, all styles dropped.
    None,
}

impl Editor {
    /// The name on wires.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Normal => "normal",
            Self::Markdown => "markdown",
            Self::Html => "html",
            Self::None => "none",
        }
    }
}

impl Document {
    /// Parses what an author or client sent: the HTML subset, or plain text where there is no tag in it.
    ///
    /// Tags outside the subset are unwrapped, scripts and styles removed with their text, links with other
    /// schemes than http, https and mailto lose their target, NUL characters go. Never fails: every text is some
    /// document.
    pub fn parse(source: &str) -> Self {
        // No platform and no database wants NUL; nobody can see that it is gone.
        let source = &source.replace('\0', "");
        if html::has_markup(source) {
            html::parse(source)
        } else {
            Self::from_plain(source)
        }
    }

    /// Takes text as it is; each line is a paragraph.
    pub fn from_plain(text: &str) -> Self {
        let lines = text.replace("\r\n", "\n").replace('\0', "");
        let blocks = lines
            .split('\n')
            .map(|line| match line {
                "" => Block::Paragraph(Vec::new()),
                line => Block::Paragraph(vec![Span {
                    text: line.to_owned(),
                    ..Span::default()
                }]),
            })
            .collect();
        Self { blocks, plain: true }
    }

    /// The canonical text for storage and clients: the HTML subset, or the text itself when it came plain.
    /// `Document::parse` of it gives this document again.
    pub fn to_source(&self) -> String {
        if self.plain {
            self.render(Editor::None)
        } else {
            html::write(self)
        }
    }

    /// The text as a provider with this editor sends it.
    pub fn render(&self, editor: Editor) -> String {
        match editor {
            Editor::Html => html::write(self),
            Editor::Markdown => render::markdown(self),
            Editor::Normal => render::plain(self, true),
            Editor::None => render::plain(self, false),
        }
    }

    /// Whether there is no visible character.
    pub fn is_blank(&self) -> bool {
        self.render(Editor::None).trim().is_empty()
    }

    /// The first `max` characters on one line, for lists and notices; cut texts end in an ellipsis.
    pub fn excerpt(&self, max: usize) -> String {
        let text = self.render(Editor::None);
        let line = text.split_whitespace().collect::<Vec<_>>().join(" ");
        if line.chars().count() <= max {
            return line;
        }
        let cut: String = line.chars().take(max.saturating_sub(1)).collect();
        format!("{}\u{2026}", cut.trim_end())
    }
}

/// Post texts never reach logs: a document prints its size only.
impl fmt::Debug for Document {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Document({} blocks)", self.blocks.len())
    }
}

impl fmt::Debug for Block {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Block([redacted])")
    }
}

impl fmt::Debug for Span {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Span([redacted])")
    }
}

#[cfg(test)]
mod tests;
