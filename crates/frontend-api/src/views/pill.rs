//! A state as a small label: an icon and a word, never a colour alone.

use askama::Template;
use askama::filters::HtmlSafe;

use crate::icons::Icon;

/// A labelled state.
#[derive(Debug, Clone, PartialEq, Eq, Template)]
#[template(
    source = r#"<span class="pill {{ tone.class() }}{% if moving %} spin{% endif %}">{{ icon }}{{ text }}</span>"#,
    ext = "html"
)]
pub(crate) struct Pill {
    /// Its icon.
    pub(crate) icon: Icon,
    /// Its word.
    pub(crate) text: String,
    /// Its tone.
    pub(crate) tone: Tone,
    /// Whether something is going on right now.
    pub(crate) moving: bool,
}

impl HtmlSafe for Pill {}

impl Pill {
    /// A pill that stands still.
    pub(crate) fn new(icon: Icon, text: impl Into<String>, tone: Tone) -> Self {
        Self {
            icon,
            text: text.into(),
            tone,
            moving: false,
        }
    }

    /// A pill whose icon turns.
    pub(crate) fn moving(icon: Icon, text: impl Into<String>, tone: Tone) -> Self {
        Self {
            moving: true,
            ..Self::new(icon, text, tone)
        }
    }
}

/// How good or bad a state is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Tone {
    /// Nothing to say about it.
    Plain,
    /// Going its way.
    Info,
    /// As it should be.
    Ok,
    /// Somebody should look.
    Warn,
    /// It failed.
    Bad,
}

impl Tone {
    /// The name of its style.
    pub(crate) fn class(self) -> &'static str {
        match self {
            Self::Plain => "plain",
            Self::Info => "info",
            Self::Ok => "ok",
            Self::Warn => "warn",
            Self::Bad => "bad",
        }
    }
}
