//! The vault port: seals and opens channel credentials, knows key ids and rotation.
