//! Section `vault`.

use secrecy::SecretString;

use crate::schema::section;

section! {
    /// Keys that seal what platforms entrust to us.
    pub struct Vault in "vault" {
        /// Keys of the vault, each `id:key` with 32 bytes in base64; the first seals, all open.
        /// Generated into the data directory where they are absent.
        /// Whoever loses them has to connect every channel again.
        keys: Vec<SecretString> = "" { example: "2:<base64>,1:<base64>" };
        /// Secret that signs links and sessions; a change ends them all.
        /// Generated into the data directory where it is absent.
        jwt_secret: Option<SecretString> = "";
    }
}
