//! Chance that repeats itself.

use std::sync::Mutex;
use std::sync::PoisonError;

use postern_domain::ports::Rng;

/// The same seed gives the same ids, secrets and numbers, in the order they are asked for.
#[derive(Debug)]
pub struct SeededRng(Mutex<State>);

#[derive(Debug)]
struct State {
    drawn: u64,
    seed: u64,
}

impl SeededRng {
    /// Begins a sequence.
    pub const fn new(seed: u64) -> Self {
        Self(Mutex::new(State { drawn: 0, seed }))
    }

    fn draw(&self) -> (u64, u64) {
        let mut state = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        state.drawn += 1;
        (
            state.drawn,
            mix(state
                .seed
                .wrapping_add(state.drawn.wrapping_mul(0x9e37_79b9_7f4a_7c15))),
        )
    }
}

/// The last step of the generator SplitMix64.
fn mix(mut bits: u64) -> u64 {
    bits = (bits ^ (bits >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    bits = (bits ^ (bits >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    bits ^ (bits >> 31)
}

impl Default for SeededRng {
    fn default() -> Self {
        Self::new(1)
    }
}

impl Rng for SeededRng {
    fn id(&self) -> u128 {
        let (drawn, bits) = self.draw();
        (u128::from(drawn) << 64) | u128::from(bits)
    }

    fn fill(&self, bytes: &mut [u8]) {
        for piece in bytes.chunks_mut(8) {
            let (_, bits) = self.draw();
            piece.copy_from_slice(&bits.to_le_bytes()[..piece.len()]);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_seed_repeats_and_ids_rise() {
        let (one, other) = (SeededRng::new(7), SeededRng::new(7));
        let ids: Vec<u128> = (0..50).map(|_| one.id()).collect();
        assert_eq!(ids, (0..50).map(|_| other.id()).collect::<Vec<u128>>());
        assert!(ids.is_sorted_by(|a, b| a < b));
        assert_eq!(one.token(40), other.token(40));
        assert_ne!(one.token(40), SeededRng::new(8).token(40));
    }
}
