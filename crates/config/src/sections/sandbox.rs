//! Section `sandbox`.

use std::net::SocketAddr;

use crate::schema::{BaseUrl, section};

section! {
    /// Simulated platforms inside the server, for trying Postern without an account anywhere.
    pub struct Sandbox in "sandbox" {
        /// Whether the simulated platforms run, and all base addresses lead to them.
        enabled: bool = "false";
        /// Address and port of the simulated platforms; port 0 is a free one.
        listen: SocketAddr = "127.0.0.1:0";
        /// Address of simulated platforms that run elsewhere (`postern sandbox`); with it none are started here.
        url: Option<BaseUrl> = "" { example: "http://sandbox:5099" };
    }
}
