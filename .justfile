# Short names for the chores; each is a plain command that can be typed as well.

# List the chores.
default:
    @just --justfile .justfile --list

# Start Postern with data in ./data.
run *args:
    cargo run --release -- {{args}}

# Start Postern with simulated platforms.
sandbox *args:
    cargo run --release -- serve --sandbox {{args}}

# Run all tests with everything they need.
test *args:
    cargo xtask test {{args}}

# Run the tests that need no server.
fast *args:
    cargo xtask test --fast {{args}}

# Format, lint and hold the rules.
check:
    cargo fmt --all
    cargo clippy --workspace --all-targets -- -D warnings
    cargo xtask tidy
    cargo xtask graph

# What must hold before a change lands.
ci:
    .ci/run
