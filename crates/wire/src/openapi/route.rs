//! What is known of a route.

use postern_domain::actor::Scope;
use postern_domain::workspace::Role;
use schemars::{JsonSchema, Schema, SchemaGenerator};

/// Makes the schema of a type.
pub type Shape = fn(&mut SchemaGenerator) -> Schema;

/// A route below `/public/v1`.
#[derive(Debug, Clone, Copy)]
pub struct Route {
    /// Its method.
    pub verb: Verb,
    /// Its path, with parameters in braces.
    pub path: &'static str,
    /// Its id, a verb and a noun.
    pub operation: &'static str,
    /// What it does, in one sentence.
    pub summary: &'static str,
    /// Whose clients it is for, which decides the form of its refusals.
    pub family: Family,
    /// What a key needs, all of it.
    pub scopes: &'static [Scope],
    /// What may stand in its query.
    pub query: &'static [Parameter],
    /// What it takes.
    pub body: Body,
    /// The status of success.
    pub success: u16,
    /// What it answers then; nothing is an empty body.
    pub answer: Option<Shape>,
}

/// A method.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verb {
    /// Reads.
    Get,
    /// Makes or does.
    Post,
    /// Changes.
    Put,
    /// Removes.
    Delete,
}

/// Whose clients a route is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Family {
    /// Those of the compatible API.
    Compatible,
    /// Ours.
    Ours,
}

/// A parameter of a query.
#[derive(Debug, Clone, Copy)]
pub struct Parameter {
    /// Its name.
    pub name: &'static str,
    /// What it says.
    pub about: &'static str,
    /// What it looks like.
    pub place: Place,
    /// Whether it must be given.
    pub required: bool,
}

/// What a parameter looks like.
#[derive(Debug, Clone, Copy)]
pub enum Place {
    /// Any text.
    Text,
    /// An instant in ISO 8601.
    Instant,
    /// A whole number in bounds.
    Number(u32, u32),
    /// One of some words.
    Word(&'static [&'static str]),
}

/// What a route takes.
#[derive(Debug, Clone, Copy)]
pub enum Body {
    /// Nothing.
    None,
    /// JSON; `true` where it must be there.
    Json(Shape, bool),
    /// JSON, or a table.
    JsonOrTable(Shape),
    /// A form with a file.
    File,
}

impl Verb {
    /// The method in capital letters.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Get => "GET",
            Self::Post => "POST",
            Self::Put => "PUT",
            Self::Delete => "DELETE",
        }
    }

    /// Whether it changes something.
    pub const fn writes(self) -> bool {
        !matches!(self, Self::Get)
    }
}

impl Route {
    /// A compatible route that answers 200, or 201 to `POST`.
    pub(super) const fn compatible(
        verb: Verb,
        path: &'static str,
        operation: &'static str,
        summary: &'static str,
    ) -> Self {
        Self {
            verb,
            path,
            operation,
            summary,
            family: Family::Compatible,
            scopes: &[],
            query: &[],
            body: Body::None,
            success: if matches!(verb, Verb::Post) { 201 } else { 200 },
            answer: None,
        }
    }

    /// A route of ours that answers 200.
    pub(super) const fn ours(
        verb: Verb,
        path: &'static str,
        operation: &'static str,
        summary: &'static str,
    ) -> Self {
        Self {
            family: Family::Ours,
            success: 200,
            ..Self::compatible(verb, path, operation, summary)
        }
    }

    pub(super) const fn needs(self, scopes: &'static [Scope]) -> Self {
        Self { scopes, ..self }
    }

    pub(super) const fn asks(self, query: &'static [Parameter]) -> Self {
        Self { query, ..self }
    }

    pub(super) const fn takes(self, body: Body) -> Self {
        Self { body, ..self }
    }

    pub(super) const fn answers(self, answer: Shape) -> Self {
        Self {
            answer: Some(answer),
            ..self
        }
    }

    pub(super) const fn with_status(self, success: u16) -> Self {
        Self { success, ..self }
    }

    /// The least role of whom a key acts for.
    pub fn least_role(&self) -> Role {
        let roles = self.scopes.iter().map(|scope| scope.least_role());
        roles.max().unwrap_or(Role::Viewer)
    }

    /// The names of the parameters in the path.
    pub fn path_parameters(&self) -> impl Iterator<Item = &'static str> {
        self.path
            .split('/')
            .filter_map(|part| part.strip_prefix('{')?.strip_suffix('}'))
    }
}

/// The schema of a type, by reference.
pub(super) fn of<T: JsonSchema>(generator: &mut SchemaGenerator) -> Schema {
    generator.subschema_for::<T>()
}

/// A parameter that may be left out.
pub(super) const fn maybe(name: &'static str, place: Place, about: &'static str) -> Parameter {
    Parameter {
        name,
        about,
        place,
        required: false,
    }
}
