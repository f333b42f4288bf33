//! Seeded randomness, so that a run can be repeated.

use serde::{Deserialize, Serialize};

/// A splitmix64 generator; good enough for ids and pretend secrets, for nothing else.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Random {
    state: u64,
}

impl Random {
    /// Starts a sequence that depends on `seed` alone.
    pub(crate) fn new(seed: u64) -> Self {
        Self {
            state: seed ^ 0x9E37_79B9_7F4A_7C15,
        }
    }

    /// The next 64 bits.
    pub(crate) fn bits(&mut self) -> u64 {
        self.state = self.state.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut mixed = self.state;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        mixed ^ (mixed >> 31)
    }

    /// `length` characters out of letters and digits.
    pub(crate) fn word(&mut self, length: usize) -> String {
        const LETTERS: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
        self.letters(LETTERS, length)
    }

    /// `length` characters out of the given alphabet.
    pub(crate) fn letters(&mut self, alphabet: &[u8], length: usize) -> String {
        (0..length)
            .map(|_| {
                let index = usize::try_from(self.bits() % alphabet.len() as u64).unwrap_or(0);
                char::from(alphabet[index])
            })
            .collect()
    }

    /// True with the given probability between 0 and 1.
    pub(crate) fn chance(&mut self, probability: f64) -> bool {
        let thousandth = u32::try_from(self.bits() % 1_000_000).unwrap_or(0);
        f64::from(thousandth) / 1_000_000.0 < probability
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_seed_gives_the_same_sequence() {
        let (mut one, mut two, mut other) = (Random::new(7), Random::new(7), Random::new(8));
        let word = one.word(24);
        assert_eq!(word, two.word(24));
        assert_ne!(word, other.word(24));
    }

    #[test]
    fn chance_keeps_its_borders() {
        let mut random = Random::new(1);
        assert!((0..200).all(|_| random.chance(1.0)));
        assert!((0..200).all(|_| !random.chance(0.0)));
    }
}
