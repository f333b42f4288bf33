//! Builders, fake clock, seeded ids, fakes for each port, the storage suite.
