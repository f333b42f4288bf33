//! The outside world for tests and demos: the HTTP surface of each platform, in memory, with faults on request and a journal.
