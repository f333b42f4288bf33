//! The generated messages, clients and servers.

#[expect(
    warnings,
    clippy::pedantic,
    clippy::allow_attributes,
    missing_docs,
    reason = "generated code follows the style of its generator"
)]
pub(crate) mod v1 {
    tonic::include_proto!("postern.v1");
}

#[cfg(test)]
mod tests {
    #[test]
    fn no_message_can_be_printed() {
        let code = include_str!(concat!(env!("OUT_DIR"), "/postern.v1.rs"));
        let derives: Vec<&str> = code
            .lines()
            .filter(|line| line.contains("::prost::Message") || line.contains("::prost::Oneof"))
            .filter(|line| line.contains("derive("))
            .collect();
        assert!(derives.len() > 150, "{}", derives.len());
        assert!(derives.iter().all(|line| !line.contains("Debug")));
        assert!(!code.contains("Debug for"));
    }
}
