//! Section `publishing`.

use crate::schema::section;

section! {
    /// How due posts are worked on.
    pub struct Publishing in "publishing" {
        /// How late a post may still go out after a downtime, where its workspace does not say.
        lateness_hours: u32 = "6" { unit: "hours", range: Some((0, 720)) };
        /// How long a worker holds a publication without a sign of life.
        lease_secs: u64 = "60" { unit: "seconds", range: Some((5, 3600)) };
        /// How often a worker gives that sign; less than half of the lease.
        heartbeat_secs: u64 = "20" { unit: "seconds", range: Some((1, 1800)) };
        /// Most tries of one publication.
        max_attempts: u32 = "6" { unit: "tries", range: Some((1, 100)) };
        /// Wait before the second try; each further wait is twice as long.
        backoff_base_secs: u64 = "15" { unit: "seconds", range: Some((1, 86_400)) };
        /// Longest wait between two tries.
        backoff_cap_secs: u64 = "1800" { unit: "seconds", range: Some((1, 604_800)) };
        /// Publications that one worker works on at once.
        worker_concurrency: u32 = "50" { unit: "publications", range: Some((1, 10_000)) };
        /// Most publications that one beat releases.
        batch: u32 = "100" { unit: "publications", range: Some((1, 10_000)) };
        /// Time between two beats of the clock that releases due work.
        tick_ms: u64 = "250" { unit: "milliseconds", range: Some((10, 60_000)) };
    }
}
