//! `docs/states.md`: the state machine of a publication, drawn from its table of transitions.

use std::collections::BTreeMap;
use std::fmt::Write;
use std::fs;
use std::path::Path;

use postern_domain::publication::{INITIAL, RULES, State};

const INTRODUCTION: &str = "# States of a publication

<!-- Written by `cargo xtask codegen` from crates/domain/src/publication/transition.rs; changes belong there. -->

A publication is one post on one channel.
It moves along the transitions below and in no other way: the functions of `crates/domain/src/publication` take their guards from this table, and their properties are tested over random histories in `crates/domain/src/publication/history_tests`.
Moves of a state onto itself are in the tables only.

";

const PROMISES: &str = "## What is proved

Over histories of two workers that crash, a bus that repeats, a platform that loses requests and answers, clocks that jump, and people who edit, cancel, retry and resolve:

- nothing leads back from `published`;
- no entry is out twice, and one arming allows one sending: a new arming needs a certain failure, evidence of absence, or a person's \"send again\" with a new key;
- who does not hold the lease changes nothing, and neither does any refusal;
- releases are only added, in the order of the entries;
- what has ended holds no lease and is not due; everything else is due, leased, or waits for its channel or a person;
- from wherever a history stops, the publication can still be brought out, unless somebody cancelled it.
";

/// The order in which people read the states: the straight way first.
const ORDER: [State; 12] = [
    State::Draft,
    State::Scheduled,
    State::Leased,
    State::Preparing,
    State::Waiting,
    State::Armed,
    State::Unconfirmed,
    State::Published,
    State::Held,
    State::Failed,
    State::Missed,
    State::Cancelled,
];

fn page() -> String {
    let mut page = INTRODUCTION.to_owned();
    diagram(&mut page);
    states(&mut page);
    transitions(&mut page);
    page.push_str(PROMISES);
    page
}

fn place(state: State) -> usize {
    ORDER.iter().position(|known| *known == state).unwrap()
}

fn diagram(page: &mut String) {
    let mut arrows: BTreeMap<(usize, usize), Vec<&str>> = BTreeMap::new();
    for rule in &RULES {
        for (from, to) in rule.moves.iter().filter(|(from, to)| from != to) {
            arrows
                .entry((place(*from), place(*to)))
                .or_default()
                .push(rule.name);
        }
    }
    page.push_str("```mermaid\nstateDiagram-v2\n");
    for state in INITIAL {
        writeln!(page, "    [*] --> {state}").unwrap();
    }
    for ((from, to), names) in arrows {
        writeln!(
            page,
            "    {} --> {}: {}",
            ORDER[from],
            ORDER[to],
            names.join(", ")
        )
        .unwrap();
    }
    writeln!(page, "    {} --> [*]\n```\n", State::Published).unwrap();
}

fn states(page: &mut String) {
    page.push_str("## States\n\n| state | meaning | left by |\n|---|---|---|\n");
    for state in ORDER {
        let leaving: Vec<String> = RULES
            .iter()
            .filter(|rule| rule.moves.iter().any(|(from, to)| *from == state && from != to))
            .map(|rule| format!("`{}`", rule.name))
            .collect();
        let leaving = if leaving.is_empty() {
            "nothing, for ever".to_owned()
        } else {
            leaving.join(", ")
        };
        writeln!(page, "| `{state}` | {} | {leaving} |", state.meaning()).unwrap();
    }
    page.push('\n');
}

fn transitions(page: &mut String) {
    page.push_str("## Transitions\n\n| transition | by | from and to | what happens |\n|---|---|---|---|\n");
    for rule in &RULES {
        let mut ways: Vec<(State, Vec<String>)> = Vec::new();
        for (from, to) in rule.moves {
            let to = format!("`{to}`");
            match ways.iter_mut().find(|(known, _)| known == from) {
                Some((_, all)) => all.push(to),
                None => ways.push((*from, vec![to])),
            }
        }
        let ways: Vec<String> = ways
            .into_iter()
            .map(|(from, to)| format!("`{from}` → {}", to.join(" or ")))
            .collect();
        let by = rule.cause.as_str();
        writeln!(
            page,
            "| `{}` | {by} | {} | {} |",
            rule.name,
            ways.join("; "),
            rule.meaning
        )
        .unwrap();
    }
    page.push('\n');
}

#[test]
fn the_drawn_states_are_those_of_the_code() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/states.md");
    let want = page();
    #[expect(clippy::disallowed_methods, reason = "a switch for people at the keyboard")]
    if std::env::var("UPDATE").is_ok() {
        fs::write(&path, &want).unwrap();
    }
    let got = fs::read_to_string(&path).unwrap_or_default();
    assert!(
        got == want,
        "docs/states.md is out of date, run `cargo xtask codegen`"
    );
}
