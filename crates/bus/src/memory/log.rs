//! One stream: its messages and what each group has made of them.

use std::collections::{BTreeMap, VecDeque};
use std::time::Duration;

use postern_domain::ports::Envelope;
use tokio::time::Instant;

/// How many messages a stream keeps for groups that lag; the oldest make room.
const CAPACITY: usize = 100_000;

/// How many messages a stream keeps while no group has joined it.
const CAPACITY_UNREAD: usize = 1_000;

/// Messages that some group has still to read, numbered from one.
#[derive(Debug, Default)]
pub(super) struct Log {
    /// How many messages were ever dropped off the front.
    gone: u64,
    waiting: VecDeque<Envelope>,
    groups: BTreeMap<String, Group>,
}

#[derive(Debug, Default)]
struct Group {
    /// How many messages of the stream the group has read or missed.
    read: u64,
    /// What members hold and have not acknowledged, by number.
    held: BTreeMap<u64, Held>,
}

#[derive(Debug)]
struct Held {
    envelope: Envelope,
    until: Instant,
}

impl Log {
    /// Adds a message; true when the oldest had to go although a group had not read it.
    pub(super) fn push(&mut self, envelope: Envelope) -> bool {
        let capacity = if self.groups.is_empty() {
            CAPACITY_UNREAD
        } else {
            CAPACITY
        };
        self.waiting.push_back(envelope);
        if self.waiting.len() <= capacity {
            return false;
        }
        self.waiting.pop_front();
        self.gone += 1;
        !self.groups.is_empty()
    }

    /// Lets a group begin with the oldest message there is; nothing happens when it has joined before.
    pub(super) fn join(&mut self, group: &str) {
        let read = self.gone;
        self.groups.entry(group.to_owned()).or_insert_with(|| Group {
            read,
            held: BTreeMap::new(),
        });
    }

    /// At most `max` messages for a member of the group: first those whose lease has lapsed, then new ones.
    pub(super) fn take(
        &mut self,
        group: &str,
        max: usize,
        now: Instant,
        lease: Duration,
    ) -> Vec<(u64, Envelope)> {
        let Some(group) = self.groups.get_mut(group) else {
            return Vec::new();
        };
        let until = now + lease;
        let mut taken = Vec::new();
        for (number, held) in group.held.iter_mut().filter(|(_, held)| held.until <= now) {
            if taken.len() == max {
                return taken;
            }
            held.until = until;
            taken.push((*number, held.envelope.clone()));
        }
        group.read = group.read.max(self.gone);
        let ahead = usize::try_from(group.read - self.gone).unwrap_or(usize::MAX);
        for envelope in self.waiting.iter().skip(ahead).take(max - taken.len()) {
            group.read += 1;
            let held = Held {
                envelope: envelope.clone(),
                until,
            };
            group.held.insert(group.read, held);
            taken.push((group.read, envelope.clone()));
        }
        self.forget_read();
        taken
    }

    /// Lets go of a message for this group.
    pub(super) fn acknowledge(&mut self, group: &str, number: u64) {
        if let Some(group) = self.groups.get_mut(group) {
            group.held.remove(&number);
        }
    }

    /// When the next lease of this group lapses.
    pub(super) fn next_lapse(&self, group: &str) -> Option<Instant> {
        let group = self.groups.get(group)?;
        group.held.values().map(|held| held.until).min()
    }

    /// Drops what every group has read.
    fn forget_read(&mut self) {
        let Some(read_by_all) = self.groups.values().map(|group| group.read).min() else {
            return;
        };
        while self.gone < read_by_all && self.waiting.pop_front().is_some() {
            self.gone += 1;
        }
    }
}

#[cfg(test)]
mod tests {
    use postern_domain::ports::StreamName;

    use super::*;

    const LEASE: Duration = Duration::from_mins(1);

    fn message(number: usize) -> Envelope {
        Envelope {
            stream: StreamName::events(),
            kind: number.to_string(),
            fields: Vec::new(),
            traceparent: None,
        }
    }

    fn kinds(taken: &[(u64, Envelope)]) -> Vec<&str> {
        taken.iter().map(|(_, envelope)| envelope.kind.as_str()).collect()
    }

    #[test]
    fn streams_without_a_group_keep_the_newest_messages_alone() {
        let mut log = Log::default();
        for number in 0..CAPACITY_UNREAD + 3 {
            assert!(!log.push(message(number)));
        }
        log.join("late");
        assert_eq!(kinds(&log.take("late", 2, Instant::now(), LEASE)), ["3", "4"]);
    }

    #[test]
    fn full_streams_drop_the_oldest_and_say_so() {
        let mut log = Log::default();
        log.join("slow");
        for number in 0..CAPACITY {
            assert!(!log.push(message(number)));
        }
        assert!(log.push(message(CAPACITY)));
        assert_eq!(kinds(&log.take("slow", 1, Instant::now(), LEASE)), ["1"]);
    }

    #[test]
    fn what_all_groups_have_read_is_forgotten() {
        let mut log = Log::default();
        log.join("a");
        log.join("b");
        for number in 0..4 {
            log.push(message(number));
        }
        let now = Instant::now();
        assert_eq!(log.take("a", 4, now, LEASE).len(), 4);
        assert_eq!(log.waiting.len(), 4);
        assert_eq!(log.take("b", 3, now, LEASE).len(), 3);
        assert_eq!(log.waiting.len(), 1);
        assert_eq!(kinds(&log.take("b", 9, now, LEASE)), ["3"]);
        assert!(log.waiting.is_empty());
    }

    #[test]
    fn leases_lapse_to_the_moment_and_oldest_first() {
        let mut log = Log::default();
        log.join("a");
        for number in 0..3 {
            log.push(message(number));
        }
        let start = Instant::now();
        assert_eq!(log.take("a", 2, start, LEASE).len(), 2);
        assert_eq!(log.next_lapse("a"), Some(start + LEASE));
        let late = start + LEASE;
        let before = late - Duration::from_millis(1);
        assert_eq!(kinds(&log.take("a", 1, before, LEASE)), ["2"]);
        assert!(log.take("a", 9, before, LEASE).is_empty());
        log.acknowledge("a", 2);
        assert_eq!(kinds(&log.take("a", 9, late, LEASE)), ["0"]);
        log.acknowledge("a", 1);
        log.acknowledge("a", 3);
        assert_eq!(log.next_lapse("a"), None);
    }
}
