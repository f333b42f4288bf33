//! The icons: outlines on a grid of 24, drawn with the colour of the text around them.

use std::fmt;

use askama::filters::HtmlSafe;

/// One of our icons; displays as inline SVG that screen readers skip.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Icon {
    /// The gate of the product's mark.
    Gate,
    /// A list of posts.
    Posts,
    /// A calendar sheet.
    Calendar,
    /// Bars of a chart.
    Chart,
    /// Sliders.
    Settings,
    /// Linked accounts.
    Channels,
    /// A plus sign.
    Plus,
    /// A tick in a circle.
    Done,
    /// A clock.
    Clock,
    /// A pencil.
    Draft,
    /// A triangle with an exclamation mark.
    Alert,
    /// A cross in a circle.
    Failed,
    /// A question mark in a circle.
    Question,
    /// Arrow to the left.
    Left,
    /// Arrow to the right.
    Right,
    /// A box with an arrow leaving it.
    External,
    /// Two sheets.
    Copy,
    /// A bin.
    Bin,
    /// A picture.
    Picture,
    /// A key.
    Key,
    /// Half light, half dark.
    Theme,
    /// A door with an arrow.
    Leave,
    /// Two arrows in a ring.
    Refresh,
    /// A paper plane.
    Send,
    /// Two bars.
    Pause,
    /// Stacked sheets.
    Queue,
    /// Dashes around a ring.
    Working,
    /// A person.
    Person,
    /// A reply arrow.
    Thread,
    /// A letter i in a circle.
    Info,
    /// A cross.
    Close,
    /// A plug.
    Plug,
    /// A flask.
    Sandbox,
}

impl Icon {
    fn body(self) -> &'static str {
        match self {
            Self::Gate => {
                r#"<path d="M4 21V10a8 8 0 0 1 16 0v11"/><path d="M2.5 21h19M8.5 21v-9.5a3.5 3.5 0 0 1 7 0V21M12 8v13"/>"#
            }
            Self::Posts => r#"<path d="M4 5h16M4 10h16M4 15h10M4 20h7"/>"#,
            Self::Calendar => {
                r#"<rect x="3.5" y="5" width="17" height="15.5" rx="2"/><path d="M3.5 10h17M8 2.8V7M16 2.8V7"/>"#
            }
            Self::Chart => r#"<path d="M4 20.5V12M10 20.5V4M16 20.5V9M21.5 20.5h-19"/>"#,
            Self::Settings => {
                r#"<path d="M4 7h9M17.5 7H20M4 17h2.5M11 17h9"/><circle cx="15.2" cy="7" r="2.3"/><circle cx="8.8" cy="17" r="2.3"/>"#
            }
            Self::Channels => {
                r#"<circle cx="6" cy="12" r="2.7"/><circle cx="17.5" cy="5.5" r="2.7"/><circle cx="17.5" cy="18.5" r="2.7"/><path d="m8.4 10.7 6.7-3.9M8.4 13.3l6.7 3.9"/>"#
            }
            Self::Plus => r#"<path d="M12 5v14M5 12h14"/>"#,
            Self::Done => r#"<circle cx="12" cy="12" r="9"/><path d="m8 12.3 2.8 2.8L16 9.5"/>"#,
            Self::Clock => r#"<circle cx="12" cy="12" r="9"/><path d="M12 7v5.3l3.3 2"/>"#,
            Self::Draft => {
                r#"<path d="M4 20l1-4.5L16 4.5a2.1 2.1 0 0 1 3 0l.5.5a2.1 2.1 0 0 1 0 3L8.5 19 4 20z"/><path d="m14 6.5 3.5 3.5"/>"#
            }
            Self::Alert => {
                r#"<path d="M12 3.8 2.8 19.6a.9.9 0 0 0 .8 1.4h16.8a.9.9 0 0 0 .8-1.4L12 3.8z"/><path d="M12 10v4.5M12 17.6v.2"/>"#
            }
            Self::Failed => r#"<circle cx="12" cy="12" r="9"/><path d="m9 9 6 6M15 9l-6 6"/>"#,
            Self::Question => {
                r#"<circle cx="12" cy="12" r="9"/><path d="M9.5 9.5a2.5 2.5 0 1 1 3.6 2.3c-.7.4-1.1.9-1.1 1.7v.3M12 16.8v.2"/>"#
            }
            Self::Left => r#"<path d="m14.5 5-7 7 7 7"/>"#,
            Self::Right => r#"<path d="m9.5 5 7 7-7 7"/>"#,
            Self::External => r#"<path d="M18 14v5.5H4.5V6H10M14 4h6v6M19.5 4.5 11 13"/>"#,
            Self::Copy => {
                r#"<rect x="8.5" y="8.5" width="12" height="12" rx="2"/><path d="M15.5 5.5v-.2A1.8 1.8 0 0 0 13.700 3.500H5.300A1.800 1.800 0 0 0 3.500 5.300v8.400a1.800 1.800 0 0 0 1.800 1.800h.2"/>"#
            }
            Self::Bin => {
                r#"<path d="M4 6.500h16M9 6.500V4h6v2.500M6 6.500 7 20.500h10l1-14M10 11v5.500M14 11v5.500"/>"#
            }
            Self::Picture => {
                r#"<rect x="3.5" y="4.500" width="17" height="15" rx="2"/><circle cx="9" cy="9.800" r="1.700"/><path d="m4 17.500 5-4.500 3.500 3 3-2.500 5 4"/>"#
            }
            Self::Key => {
                r#"<circle cx="8" cy="15.500" r="4.500"/><path d="M11.300 12.300 20 3.500M16 7.500l3 3"/>"#
            }
            Self::Theme => {
                r#"<circle cx="12" cy="12" r="8.500"/><path d="M12 3.500v17a8.500 8.500 0 0 0 0-17z" fill="currentColor"/>"#
            }
            Self::Leave => r#"<path d="M14 4H5.500v16H14M10 12h10.500M17 8.500l3.500 3.500-3.500 3.500"/>"#,
            Self::Refresh => {
                r#"<path d="M20 11a8 8 0 0 0-14.300-4L4 9M4 4.500V9h4.500M4 13a8 8 0 0 0 14.300 4L20 15M20 19.500V15h-4.500"/>"#
            }
            Self::Send => r#"<path d="M21 3 10.500 13.500M21 3l-6.500 18-4-7.500L3 9.500 21 3z"/>"#,
            Self::Pause => r#"<circle cx="12" cy="12" r="9"/><path d="M10 9v6M14 9v6"/>"#,
            Self::Queue => {
                r#"<path d="m12 3.500 9 4.500-9 4.500L3 8l9-4.500zM3 12.500l9 4.500 9-4.500M3 16.500 12 21l9-4.500"/>"#
            }
            Self::Working => {
                r#"<path d="M12 3v4M12 17v4M3 12h4M17 12h4M5.700 5.700l2.800 2.800M15.500 15.500l2.800 2.800M5.700 18.300l2.800-2.800M15.500 8.500l2.800-2.800"/>"#
            }
            Self::Person => r#"<circle cx="12" cy="8" r="4"/><path d="M4 20.500c.8-4 4-6 8-6s7.200 2 8 6"/>"#,
            Self::Thread => r#"<path d="M5 4v7a4 4 0 0 0 4 4h10.500M15.500 11l4 4-4 4"/>"#,
            Self::Info => r#"<circle cx="12" cy="12" r="9"/><path d="M12 11v5.500M12 7.500v.2"/>"#,
            Self::Close => r#"<path d="m6 6 12 12M18 6 6 18"/>"#,
            Self::Plug => r#"<path d="M9 3v5M15 3v5M6 8h12v3a6 6 0 0 1-12 0V8zM12 17v4.500"/>"#,
            Self::Sandbox => {
                r#"<path d="M9.500 3.500h5M10.500 3.500v6L5 19a1.200 1.200 0 0 0 1 1.800h12A1.200 1.200 0 0 0 19 19l-5.500-9.500v-6M7.800 15h8.400"/>"#
            }
        }
    }
}

impl fmt::Display for Icon {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            r#"<svg class="icon" viewBox="0 0 24 24" aria-hidden="true" focusable="false">{}</svg>"#,
            self.body()
        )
    }
}

impl HtmlSafe for Icon {}
