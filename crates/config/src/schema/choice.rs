//! Settings that are one of a few words.

/// Declares an enum whose variants are words, with `as_str`, `FromStr`-like parsing and a description.
///
/// Further words for a variant follow the first: `Worker = "worker" | "workers"`.
macro_rules! choice {
    (
        $(#[$outer:meta])*
        pub enum $name:ident {
            $($(#[$inner:meta])* $variant:ident = $word:literal $(| $other:literal)*,)+
        }
    ) => {
        $(#[$outer])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
        pub enum $name {
            $($(#[$inner])* $variant,)+
        }

        impl $name {
            /// All of them.
            pub const ALL: &'static [Self] = &[$(Self::$variant),+];

            /// The word in settings.
            pub fn as_str(self) -> &'static str {
                match self {
                    $(Self::$variant => $word,)+
                }
            }

            /// The value of a word, in any case of letters.
            pub fn from_word(word: &str) -> Option<Self> {
                match word.to_ascii_lowercase().as_str() {
                    $($word $(| $other)* => Some(Self::$variant),)+
                    _ => None,
                }
            }
        }

        impl $crate::schema::Setting for $name {
            fn kind() -> String {
                let words: Vec<_> = Self::ALL.iter().map(|value| value.as_str()).collect();
                words.join(" or ")
            }

            fn parse(raw: &$crate::schema::Raw) -> Option<Self> {
                Self::from_word(raw.text()?)
            }
        }
    };
}

pub(crate) use choice;
