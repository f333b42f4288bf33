//! What surrounds every page.

use std::ops::Deref;

use postern_domain::Timestamp;
use postern_domain::pause::{Pause, PauseScope};

use crate::icons::Icon;
use crate::views::When;

/// Which entry of the navigation a page belongs to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Nav {
    /// The composer.
    Compose,
    /// Posts.
    Posts,
    /// The calendar.
    Calendar,
    /// Figures.
    Analytics,
    /// Connected accounts.
    Channels,
    /// Settings.
    Settings,
}

/// The colours a reader chose.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) enum Theme {
    /// As the system has it.
    #[default]
    Auto,
    /// Light.
    Light,
    /// Dark.
    Dark,
}

impl Theme {
    /// The name in the cookie and in the page.
    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::Auto => "auto",
            Self::Light => "light",
            Self::Dark => "dark",
        }
    }

    /// Reads [`Theme::as_str`] back; anything else is the system's choice.
    pub(crate) fn parse(text: &str) -> Self {
        match text {
            "light" => Self::Light,
            "dark" => Self::Dark,
            _ => Self::Auto,
        }
    }

    /// What the switch changes to.
    pub(crate) fn next(self) -> Self {
        match self {
            Self::Auto => Self::Light,
            Self::Light => Self::Dark,
            Self::Dark => Self::Auto,
        }
    }
}

/// A short notice about what has just been done.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Toast {
    /// Whether it went well.
    pub(crate) good: bool,
    /// One sentence.
    pub(crate) text: String,
}

impl Toast {
    /// Its icon.
    pub(crate) fn icon(&self) -> Icon {
        if self.good { Icon::Done } else { Icon::Alert }
    }
}

/// What every page needs for its head and foot.
#[derive(Debug, Clone)]
pub(crate) struct Plain {
    /// The path below which the style sheets and scripts lie.
    pub(crate) assets: &'static str,
    /// The colours.
    pub(crate) theme: Theme,
    /// The token of every form.
    pub(crate) csrf: String,
    /// What has just been done.
    pub(crate) toast: Option<Toast>,
    /// The version of the product.
    pub(crate) version: String,
    /// The address of the simulated platforms, when this instance runs with them.
    pub(crate) sandbox: Option<String>,
}

/// What every page of a logged-in person needs.
#[derive(Debug, Clone)]
pub(crate) struct Frame {
    /// The head and foot.
    pub(crate) plain: Plain,
    /// Where in the navigation we are.
    pub(crate) nav: Nav,
    /// The name of the workspace.
    pub(crate) workspace: String,
    /// What to call the person.
    pub(crate) person: String,
    /// What is paused for all channels, told above every page.
    pub(crate) paused: Option<Paused>,
}

/// A pause that holds everything of the workspace.
#[derive(Debug, Clone)]
pub(crate) struct Paused {
    /// What is paused, as the beginning of a sentence.
    pub(crate) what: &'static str,
    /// Since when.
    pub(crate) since: When,
    /// Who paused it.
    pub(crate) by: String,
}

impl Paused {
    /// What to tell of these pauses: the widest one; those of single channels are told at the channels.
    pub(crate) fn of(pauses: &[Pause], when: impl Fn(Timestamp) -> When) -> Option<Self> {
        let of_all = pauses.iter().filter_map(|pause| match pause.scope {
            PauseScope::Instance => Some((pause, "Publishing is paused on this whole instance.")),
            PauseScope::Workspace(_) => Some((pause, "Publishing is paused in this workspace.")),
            PauseScope::Channel(_) => None,
        });
        let (pause, what) = of_all.max_by_key(|(pause, _)| pause.scope)?;
        Some(Self {
            what,
            since: when(pause.since),
            by: pause.by.clone(),
        })
    }
}

impl Deref for Frame {
    type Target = Plain;

    fn deref(&self) -> &Plain {
        &self.plain
    }
}

impl Frame {
    /// The attribute that marks the current entry of the navigation.
    pub(crate) fn current(&self, nav: Nav) -> &'static str {
        if self.nav == nav { "aria-current=page" } else { "" }
    }
}
