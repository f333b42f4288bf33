//! `Stack`: the product as a whole, in both shapes, and the tests that need it.
