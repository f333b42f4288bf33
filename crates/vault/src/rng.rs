//! Chance from the operating system.

use postern_domain::ports::Rng;
use uuid::Uuid;

/// The operating system's source of randomness; ids are UUIDs of version 7.
#[derive(Debug, Clone, Copy, Default)]
pub struct SystemRng;

impl Rng for SystemRng {
    /// Ids of one process grow with every call, also within one millisecond and while the clock steps back.
    #[expect(
        clippy::disallowed_methods,
        reason = "this is the adapter that owns fresh ids"
    )]
    fn id(&self) -> u128 {
        Uuid::now_v7().as_u128()
    }

    fn fill(&self, bytes: &mut [u8]) {
        fill(bytes);
    }
}

/// Fills `bytes` with randomness fit for secrets.
#[expect(
    clippy::expect_used,
    reason = "without randomness no secret can be kept, so the process must end"
)]
pub(crate) fn fill(bytes: &mut [u8]) {
    getrandom::fill(bytes).expect("the operating system gives randomness");
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn ids_grow_and_are_version_seven() {
        let mut last = 0;
        for _ in 0..5_000 {
            let id = SystemRng.id();
            assert!(id > last);
            assert_eq!(Uuid::from_u128(id).get_version_num(), 7);
            last = id;
        }
    }

    #[test]
    fn random_bytes_do_not_come_twice() {
        let drawn: BTreeSet<[u8; 16]> = (0..100)
            .map(|_| {
                let mut bytes = [0; 16];
                SystemRng.fill(&mut bytes);
                bytes
            })
            .collect();
        assert_eq!(drawn.len(), 100);
        assert_eq!(SystemRng.token(40).len(), 40);
    }
}
