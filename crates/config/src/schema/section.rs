//! A group of settings and the macro that declares one.

use super::FieldSpec;
use crate::error::ConfigError;
use crate::layers::Values;

/// A struct of settings with its descriptions.
pub(crate) trait Section: Sized {
    /// Dotted path; `<id>` stands for a name that the operator chooses.
    const PATH: &'static str;
    /// What the section is about.
    const ABOUT: &'static str;
    /// Its settings, in the order of the documents.
    const FIELDS: &'static [FieldSpec];

    /// Takes its values, found under `path`, or defaults.
    fn read(values: &mut Values, path: &str) -> Result<Self, ConfigError>;
}

/// Declares a section: the struct, the descriptions and the reading, from one list.
///
/// A field is `name: Type = "default as text"`, followed where needed by
/// `{ unit: "seconds", range: Some((1, 60)), example: "5" }`. Doc texts become the documents.
/// A section within the section comes last, after `nest`.
macro_rules! section {
    (
        $(#[doc = $about:literal])+
        pub struct $name:ident in $path:literal {
            $(
                $(#[doc = $doc:literal])+
                $field:ident: $type:ty = $default:literal
                $({ $($key:ident: $value:expr),+ $(,)? })?;
            )+
            $(nest $(#[doc = $nested_doc:literal])+ $nested:ident: $nested_type:ty;)?
        }
    ) => {
        $(#[doc = $about])+
        #[derive(Debug, Clone)]
        pub struct $name {
            $($(#[doc = $doc])+ pub $field: $type,)+
            $($(#[doc = $nested_doc])+ pub $nested: $nested_type,)?
        }

        impl $crate::schema::Section for $name {
            const PATH: &'static str = $path;
            const ABOUT: &'static str = concat!($($about, "\n"),+);
            const FIELDS: &'static [$crate::schema::FieldSpec] = &[
                $($crate::schema::FieldSpec {
                    name: stringify!($field),
                    doc: concat!($($doc, "\n"),+),
                    default: $default,
                    secret: <$type as $crate::schema::Setting>::IS_SECRET,
                    table: <$type as $crate::schema::Setting>::IS_TABLE,
                    kind: <$type as $crate::schema::Setting>::kind,
                    $($($key: $value,)+)?
                    ..$crate::schema::FieldSpec::PLAIN
                },)+
            ];

            fn read(
                values: &mut $crate::layers::Values,
                path: &str,
            ) -> Result<Self, $crate::error::ConfigError> {
                // Struct fields are read in the order of the list, so each meets its own description.
                let mut reader = values.section(path, Self::FIELDS);
                Ok(Self {
                    $($field: reader.next::<$type>()?,)+
                    $($nested: $crate::schema::read_section(values)?,)?
                })
            }
        }
    };
}

/// Reads a section at its own path.
pub(crate) fn read_section<S: Section>(values: &mut Values) -> Result<S, ConfigError> {
    S::read(values, S::PATH)
}

pub(crate) use section;
