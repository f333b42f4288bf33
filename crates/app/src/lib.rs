//! The use cases: one function per thing a person or the clock asks for; implements `domain::ports::Backend`.
