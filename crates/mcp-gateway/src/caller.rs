//! Who is calling: the actor behind a credential, and a fingerprint to recognise the credential by in logs.

use std::fmt;
use std::sync::Arc;

use postern_domain::Actor;
use postern_domain::secret::Secret;
use sha2::{Digest, Sha256};

use crate::sets::Sets;

/// Somebody recognised by the credential of this very request.
#[derive(Debug, Clone)]
pub(crate) struct Caller {
    /// The actor, come through the MCP door.
    pub(crate) actor: Arc<Actor>,
    /// The credential's fingerprint.
    pub(crate) fingerprint: Fingerprint,
    /// The credential, to be looked up again while a stream is open; none for who needs none.
    pub(crate) credential: Option<Secret>,
}

impl Caller {
    /// Who it is, the same for every credential of theirs that may go on with what another began.
    pub(crate) fn principal(&self) -> String {
        let actor = &self.actor;
        match (&actor.key, &actor.person) {
            (Some(key), _) => format!("{}/{key}", actor.workspace),
            (None, Some(person)) => format!("{}/{person}", actor.workspace),
            (None, None) => format!("{}/{}", actor.workspace, self.fingerprint.as_str()),
        }
    }
}

/// The first 48 bits of the SHA-256 of a credential, in hexadecimal: enough to tell keys apart, too little to find them.
#[derive(Clone, PartialEq, Eq, Hash)]
pub(crate) struct Fingerprint(String);

impl Fingerprint {
    /// The fingerprint of a credential.
    pub(crate) fn of(credential: &str) -> Self {
        let digest = Sha256::digest(credential.as_bytes());
        Self(crate::hex::encode(&digest[..6]))
    }

    /// The twelve hexadecimal digits.
    pub(crate) fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Fingerprint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// The span of the HTTP request that brought a message; on event streams the tool runs in another task.
#[derive(Debug, Clone)]
pub(crate) struct Origin(pub(crate) tracing::Span);

/// How this connection wants its tools.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct View {
    /// Leave every writing tool out.
    pub(crate) readonly: bool,
    /// The sets of tools to list.
    pub(crate) sets: Sets,
}
