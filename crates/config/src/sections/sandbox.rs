//! Section `sandbox`.

use std::net::SocketAddr;

use crate::schema::section;

section! {
    /// Simulated platforms inside the server, for trying Postern without an account anywhere.
    pub struct Sandbox in "sandbox" {
        /// Whether the simulated platforms run, and all base addresses lead to them.
        enabled: bool = "false";
        /// Address and port of the simulated platforms; port 0 is a free one.
        listen: SocketAddr = "127.0.0.1:0";
    }
}
