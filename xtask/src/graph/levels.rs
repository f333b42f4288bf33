//! Levels, chains and shares of a graph of crates.

use std::collections::BTreeMap;

/// Crates with their lines and what each leans on.
pub(crate) struct Graph {
    edges: BTreeMap<String, Vec<String>>,
    lines: BTreeMap<String, usize>,
}

impl Graph {
    /// A graph of the crates in `lines`; edges to other names are left out. The edges have no cycle, cargo sees to it.
    pub(crate) fn new(mut edges: BTreeMap<String, Vec<String>>, lines: BTreeMap<String, usize>) -> Self {
        edges.retain(|name, _| lines.contains_key(name));
        for targets in edges.values_mut() {
            targets.retain(|name| lines.contains_key(name));
        }
        Self { edges, lines }
    }

    /// Lines of one crate.
    pub(crate) fn lines(&self, name: &str) -> usize {
        self.lines.get(name).copied().unwrap_or(0)
    }

    /// Lines of all crates.
    pub(crate) fn total(&self) -> usize {
        self.lines.values().sum()
    }

    /// A number of lines as a share of all lines, 0 to 1.
    #[expect(clippy::cast_precision_loss, reason = "line counts are far below 2^52")]
    pub(crate) fn share(&self, lines: usize) -> f64 {
        lines as f64 / self.total().max(1) as f64
    }

    /// Crates by level: a crate stands one above the highest it leans on.
    pub(crate) fn levels(&self) -> Vec<Vec<&str>> {
        let mut levels: Vec<Vec<&str>> = Vec::new();
        for name in self.lines.keys() {
            let level = self.level(name);
            levels.resize_with(levels.len().max(level + 1), Vec::new);
            levels[level].push(name);
        }
        levels
    }

    /// All crates with their lines.
    pub(crate) fn crates(&self) -> impl Iterator<Item = (&str, usize)> {
        self.lines.iter().map(|(name, lines)| (name.as_str(), *lines))
    }

    /// The chain of crates that has to be compiled one after the other and holds the most lines.
    pub(crate) fn longest_chain(&self) -> (Vec<&str>, usize) {
        let mut best: BTreeMap<&str, (Vec<&str>, usize)> = BTreeMap::new();
        for name in self.levels().into_iter().flatten() {
            let below = self
                .targets(name)
                .filter_map(|target| best.get(target))
                .max_by_key(|(_, lines)| *lines);
            let (mut chain, mut lines) = below.cloned().unwrap_or_default();
            chain.push(name);
            lines += self.lines(name);
            best.insert(name, (chain, lines));
        }
        best.into_values()
            .max_by_key(|(_, lines)| *lines)
            .unwrap_or_default()
    }

    fn level(&self, name: &str) -> usize {
        self.targets(name)
            .map(|target| self.level(target) + 1)
            .max()
            .unwrap_or(0)
    }

    fn targets(&self, name: &str) -> impl Iterator<Item = &str> {
        self.edges.get(name).into_iter().flatten().map(String::as_str)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn graph() -> Graph {
        let edges = [
            ("a", vec![]),
            ("b", vec!["a"]),
            ("c", vec!["a"]),
            ("d", vec!["b", "c", "elsewhere"]),
        ];
        let lines = [("a", 10), ("b", 20), ("c", 30), ("d", 40)];
        let own = |name: &str| name.to_owned();
        Graph::new(
            edges
                .into_iter()
                .map(|(name, targets)| (own(name), targets.into_iter().map(own).collect()))
                .collect(),
            lines
                .into_iter()
                .map(|(name, count)| (own(name), count))
                .collect(),
        )
    }

    #[test]
    fn a_crate_stands_above_all_it_leans_on() {
        assert_eq!(graph().levels(), [vec!["a"], vec!["b", "c"], vec!["d"]]);
    }

    #[test]
    fn the_longest_chain_is_the_one_with_most_lines() {
        assert_eq!(graph().longest_chain(), (vec!["a", "c", "d"], 80));
        assert_eq!(graph().crates().last(), Some(("d", 40)));
    }
}
