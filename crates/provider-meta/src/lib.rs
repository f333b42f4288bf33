//! Adapters of the Meta family: Facebook, Instagram, Threads.
