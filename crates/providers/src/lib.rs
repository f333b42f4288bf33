//! The registry: one list, one feature per family.
