//! Section `database`.

use secrecy::SecretString;

use crate::schema::section;

section! {
    /// Where posts, channels and accounts are kept.
    pub struct Database in "database" {
        /// Address of the database, `sqlite://` or `postgres://`.
        /// Absent means the file `postern.db` in the data directory.
        url: Option<SecretString> = "" { example: "postgres://postern:password@db:5432/postern" };
        /// Most connections that one process holds.
        max_connections: u32 = "20" { unit: "connections", range: Some((1, 1000)) };
    }
}
