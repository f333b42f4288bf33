//! Section `redis`.

use secrecy::SecretString;

use crate::schema::section;

section! {
    /// The bus between split services.
    pub struct Redis in "redis" {
        /// Address of Redis.
        /// Absent means a bus inside the process, which only an installation of one process can use.
        url: Option<SecretString> = "" { example: "redis://redis:6379" };
        /// Start of every key, for a Redis that others use too.
        prefix: String = "postern";
    }
}
