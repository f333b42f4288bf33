//! Toolsets: which of the tools a connection wants to see. What it may call is another matter, see `call`.

/// One set of tools.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Set {
    /// Writing, planning and following posts.
    Posts,
    /// Channels and their platforms.
    Channels,
    /// The library of files.
    Media,
    /// Figures and summaries.
    Analytics,
    /// Deciding about what waits for approval.
    Approval,
    /// The three tools of the first generation of Postiz.
    First,
}

impl Set {
    /// All sets in the order they are told.
    pub(crate) const ALL: [Self; 6] = [
        Self::Posts,
        Self::Channels,
        Self::Media,
        Self::Analytics,
        Self::Approval,
        Self::First,
    ];

    /// The name on wires.
    pub(crate) const fn as_str(self) -> &'static str {
        match self {
            Self::Posts => "posts",
            Self::Channels => "channels",
            Self::Media => "media",
            Self::Analytics => "analytics",
            Self::Approval => "approval",
            Self::First => "postiz_v1",
        }
    }

    const fn bit(self) -> u8 {
        1 << self as u8
    }
}

/// Some of the sets.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Sets(u8);

impl Default for Sets {
    fn default() -> Self {
        Self::of(&[Set::Posts, Set::Channels, Set::Media, Set::Analytics])
    }
}

impl Sets {
    /// These sets.
    pub(crate) fn of(sets: &[Set]) -> Self {
        Self(sets.iter().fold(0, |bits, set| bits | set.bit()))
    }

    /// Whether a set is among them.
    pub(crate) fn contain(self, set: Set) -> bool {
        self.0 & set.bit() != 0
    }

    /// These and one more.
    #[must_use]
    pub(crate) fn with(self, set: Set) -> Self {
        Self(self.0 | set.bit())
    }

    /// Reads names with commas between them; `default` and `all` stand for several. Nothing named is the default.
    ///
    /// Errors: the first name that no set has.
    pub(crate) fn parse(text: &str) -> Result<Self, String> {
        let names = text.split(',').map(str::trim).filter(|name| !name.is_empty());
        let mut bits = 0;
        for name in names {
            let lower = name.to_ascii_lowercase();
            bits |= match lower.as_str() {
                "default" => Self::default().0,
                "all" => Self::of(&Set::ALL).0,
                _ => Set::ALL
                    .iter()
                    .find(|set| set.as_str() == lower)
                    .map(|set| set.bit())
                    .ok_or_else(|| {
                        name.chars()
                            .filter(|letter| !letter.is_control())
                            .take(40)
                            .collect::<String>()
                    })?,
            };
        }
        Ok(if bits == 0 { Self::default() } else { Self(bits) })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_read_leniently_and_unknown_ones_told() {
        for (text, wanted) in [
            ("", Ok(Sets::default())),
            (" , ", Ok(Sets::default())),
            ("media", Ok(Sets::of(&[Set::Media]))),
            ("Posts, analytics", Ok(Sets::of(&[Set::Posts, Set::Analytics]))),
            ("default,approval,postiz_v1", Ok(Sets::of(&Set::ALL))),
            ("all", Ok(Sets::of(&Set::ALL))),
            ("media,teams", Err("teams".to_owned())),
        ] {
            assert_eq!(Sets::parse(text), wanted, "{text}");
        }
        assert!(!Sets::default().contain(Set::First));
        assert!(Sets::default().with(Set::First).contain(Set::First));
    }
}
