//! The `postern` program: server and command line.

fn main() {}
