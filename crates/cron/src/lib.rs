//! A metronome: says when, never what.
