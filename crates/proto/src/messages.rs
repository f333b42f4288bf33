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
