//! Time and chance, which come in from outside so that tests can set them.

use crate::time::Timestamp;

/// The clock.
pub trait Clock: Send + Sync {
    /// The present instant, cut to microseconds.
    fn now(&self) -> Timestamp;
}

/// The source of chance.
pub trait Rng: Send + Sync {
    /// 128 bits for an id: ordered by time, then random, never the same twice.
    fn id(&self) -> u128;

    /// `N` random bytes fit for secrets.
    fn fill(&self, bytes: &mut [u8]);

    /// A random number of 32 bits.
    fn number(&self) -> u32 {
        let mut bytes = [0; 4];
        self.fill(&mut bytes);
        u32::from_le_bytes(bytes)
    }

    /// A random text of `length` characters out of `A-Z a-z 0-9`, fit for secrets.
    fn token(&self, length: usize) -> String {
        const LETTERS: &[u8; 62] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
        let mut text = String::with_capacity(length);
        while text.len() < length {
            let mut bytes = [0; 32];
            self.fill(&mut bytes);
            // Bytes from 248 on would make the first letters likelier than the others.
            let fair = bytes
                .iter()
                .filter(|byte| **byte < 248)
                .map(|byte| LETTERS[usize::from(byte % 62)]);
            text.extend(fair.take(length - text.len()).map(char::from));
        }
        text
    }
}
