//! The bus port twice: Redis streams, and channels inside one process.
