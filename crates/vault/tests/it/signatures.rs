use postern_domain::ports::Vault;

use crate::{NEW, OLD, both, vault};

#[test]
fn signatures_hold_for_their_purpose_and_text_alone() {
    let vault = vault(OLD);
    let signature = vault.sign("confirm", "delete post_1");
    assert_eq!(signature.len(), 43);
    assert!(
        signature
            .chars()
            .all(|c| c.is_ascii_alphanumeric() || c == '-' || c == '_')
    );
    assert!(vault.verify("confirm", "delete post_1", &signature));
    let shorter = &signature[..42];
    let padded = format!("{signature}=");
    for (purpose, text, signature) in [
        ("confirm", "delete post_2", signature.as_str()),
        ("confir", "mdelete post_1", &signature),
        ("", "confirmdelete post_1", &signature),
        ("session", "delete post_1", &signature),
        ("confirm", "delete post_1", ""),
        ("confirm", "delete post_1", shorter),
        ("confirm", "delete post_1", &padded),
        ("confirm", "delete post_1", "not base 64!"),
    ] {
        assert!(
            !vault.verify(purpose, text, signature),
            "{purpose} {text} {signature}"
        );
    }
}

#[test]
fn old_keys_verify_and_strange_keys_do_not() {
    let signature = vault(OLD).sign("confirm", "text");
    assert!(vault(&both()).verify("confirm", "text", &signature));
    assert!(!vault(NEW).verify("confirm", "text", &signature));
    assert_eq!(
        vault(&both()).sign("confirm", "text"),
        vault(NEW).sign("confirm", "text")
    );
}

#[test]
fn digests_are_sha_256() {
    let digest = vault(OLD).digest("abc");
    assert_eq!(digest[..8], [0xba, 0x78, 0x16, 0xbf, 0x8f, 0x01, 0xcf, 0xea]);
    assert_eq!(digest[24..], [0xb4, 0x10, 0xff, 0x61, 0xf2, 0x00, 0x15, 0xad]);
}
