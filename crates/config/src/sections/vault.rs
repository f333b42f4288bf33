//! Section `vault`.

use secrecy::{ExposeSecret, SecretString};

use crate::schema::section;

section! {
    /// Keys that seal what platforms entrust to us.
    pub struct Vault in "vault" {
        /// Keys of the vault, each `id:key` with a number and 32 bytes in base64; the highest number seals, all open.
        /// Generated into the data directory where they are absent.
        /// Whoever loses them has to connect every channel again.
        keys: Vec<SecretString> = "" { example: "2:<base64>,1:<base64>" };
        /// Secret that signs links and sessions; a change ends them all.
        /// Generated into the data directory where it is absent.
        jwt_secret: Option<SecretString> = "";
    }
}

impl Vault {
    /// The keys as one text, as the vault reads them; nothing where none were given.
    pub fn key_ring(&self) -> Option<SecretString> {
        let keys: Vec<_> = self.keys.iter().map(ExposeSecret::expose_secret).collect();
        (!keys.is_empty()).then(|| keys.join(",").into())
    }
}
