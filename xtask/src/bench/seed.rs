//! Posts by the thousand: rows copied inside the database from one post that was scheduled properly.
//!
//! All columns that the benches do not care about are copied as they are, so that the rows stay right when the
//! schema grows.

use anyhow::{Context, Result};

use super::yardstick::Database;

/// Rows from which on the planner has to know of them.
const MANY: u64 = 1_000;

/// Posts to make, numbered from `first`; the text of each ends in its number.
#[derive(Debug, Clone, Copy)]
pub(super) struct Batch {
    pub(super) first: u64,
    pub(super) count: u64,
    /// When the first is due, in microseconds since 1970.
    pub(super) due: i64,
    /// Microseconds from one to the next.
    pub(super) apart: i64,
}

impl Batch {
    /// When a post of the batch is due.
    pub(super) fn due_of(&self, number: u64) -> i64 {
        let place = i64::try_from(number - self.first).unwrap_or(i64::MAX);
        self.due.saturating_add(self.apart.saturating_mul(place))
    }

    /// How many publications of the batch are published.
    pub(super) fn published(&self, database: &Database) -> Result<u64> {
        let words = Words::of(database);
        let (first, last) = (words.id_of(self.first), words.id_of(self.first + self.count - 1));
        database.number(&format!(
            "SELECT count(*) FROM publication WHERE state = 'published' AND id BETWEEN {first} AND {last}"
        ))
    }

    /// Milliseconds from due until a worker began with a post, each; a batch that is due at one instant.
    pub(super) fn begun(&self, database: &Database) -> Result<Vec<f64>> {
        let words = Words::of(database);
        let (first, last) = (words.id_of(self.first), words.id_of(self.first + self.count - 1));
        let begun = words.micros_of("started_at");
        let rows = database.run(&format!(
            "SELECT min({begun}) - {} FROM attempt WHERE publication_id BETWEEN {first} AND {last}
            GROUP BY publication_id",
            self.due
        ))?;
        rows.into_iter()
            .flatten()
            .map(|cell| Ok(f64::from(cell.parse::<i32>()?) / 1000.0))
            .collect()
    }

    /// Stores the posts, each with one publication on the channel of the newest post there is.
    pub(super) fn store(&self, database: &Database) -> Result<()> {
        let words = Words::of(database);
        for (table, of_post, changes) in words.tables(self) {
            let columns = columns(database, table)?;
            let cells: Vec<String> = columns
                .iter()
                .map(|column| {
                    let change = changes.iter().find(|(name, _)| name == column);
                    change.map_or_else(|| format!("t.\"{column}\""), |(_, value)| value.clone())
                })
                .collect();
            let names: Vec<String> = columns.iter().map(|column| format!("\"{column}\"")).collect();
            let (first, last) = (self.first, self.first + self.count - 1);
            let script = format!(
                "INSERT INTO {table} ({})
                WITH RECURSIVE n(i) AS (SELECT {} UNION ALL SELECT i + 1 FROM n WHERE i < {last})
                SELECT {} FROM n CROSS JOIN {table} t
                WHERE t.{of_post} = (SELECT id FROM post ORDER BY id DESC LIMIT 1)",
                names.join(", "),
                words.whole_number(first),
                cells.join(", "),
            );
            database
                .run(&script)
                .with_context(|| format!("rows of {table} could not be made"))?;
        }
        // A server gathers statistics by itself soon after so many rows came; a bench does not wait for it.
        if self.count >= MANY {
            database.run("ANALYZE")?;
        }
        Ok(())
    }
}

/// The columns of a table, in order.
fn columns(database: &Database, table: &str) -> Result<Vec<String>> {
    let query = if database.is_sqlite() {
        format!("SELECT name FROM pragma_table_info('{table}') ORDER BY cid")
    } else {
        format!(
            "SELECT column_name::text FROM information_schema.columns
            WHERE table_schema = current_schema() AND table_name = '{table}' ORDER BY ordinal_position"
        )
    };
    let rows = database.run(&query)?;
    Ok(rows.into_iter().flatten().collect())
}

/// How each database writes what the rows differ in.
enum Words {
    Postgres,
    Sqlite,
}

type Changes = Vec<(&'static str, String)>;

impl Words {
    fn of(database: &Database) -> Self {
        if database.is_sqlite() {
            Self::Sqlite
        } else {
            Self::Postgres
        }
    }

    /// The tables of a post with the column that names it and the columns that differ.
    fn tables(&self, batch: &Batch) -> Vec<(&'static str, &'static str, Changes)> {
        let id = self.id();
        let due = self.instant(batch);
        vec![
            (
                "post",
                "id",
                vec![("id", id.clone()), ("publish_at", due.clone())],
            ),
            (
                "entry",
                "post_id",
                vec![
                    ("post_id", id.clone()),
                    ("content", "'<p>post ' || i || '</p>'".to_owned()),
                    ("plain", "false".to_owned()),
                ],
            ),
            ("post_version", "post_id", vec![("post_id", id.clone())]),
            (
                "publication",
                "post_id",
                vec![
                    ("id", id.clone()),
                    ("post_id", id),
                    ("publish_at", due.clone()),
                    ("due_at", due),
                ],
            ),
        ]
    }

    fn whole_number(&self, number: u64) -> String {
        match self {
            Self::Postgres => format!("{number}::bigint"),
            Self::Sqlite => number.to_string(),
        }
    }

    /// An id that grows with the number, as the product's own ids grow with time, and is older than all of them.
    fn id(&self) -> String {
        match self {
            Self::Postgres => "('00000000-0000-7000-8000-' || lpad(to_hex(i), 12, '0'))::uuid".to_owned(),
            Self::Sqlite => "unhex(printf('00000000000070008000%012x', i))".to_owned(),
        }
    }

    /// The id of one number.
    fn id_of(&self, number: u64) -> String {
        match self {
            Self::Postgres => format!("'00000000-0000-7000-8000-{number:012x}'"),
            Self::Sqlite => format!("X'00000000000070008000{number:012x}'"),
        }
    }

    /// An instant's microseconds since 1970.
    fn micros_of(&self, column: &str) -> String {
        match self {
            Self::Postgres => format!("(extract(epoch FROM {column}) * 1000000)::bigint"),
            // The text has six digits behind the second, or fewer where the last are zero.
            Self::Sqlite => format!(
                "(CAST(strftime('%s', {column}) AS INTEGER) * 1000000
                + CAST(round(1000000 * ('0.' || rtrim(substr({column}, 21, 6), '+:0'))) AS INTEGER))"
            ),
        }
    }

    fn instant(&self, batch: &Batch) -> String {
        let Batch {
            first, due, apart, ..
        } = batch;
        let micros = format!("({due} + (i - {first}) * {apart})");
        match self {
            Self::Postgres => format!("timestamptz 'epoch' + {micros} * interval '1 microsecond'"),
            Self::Sqlite => {
                format!("strftime('%Y-%m-%dT%H:%M:%f+00:00', {micros} / 1000000.0, 'unixepoch')")
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn posts_are_due_one_after_the_other() {
        let batch = Batch {
            first: 100,
            count: 3,
            due: 5_000_000,
            apart: 200,
        };
        let due: Vec<i64> = (100..103).map(|number| batch.due_of(number)).collect();
        assert_eq!(due, [5_000_000, 5_000_200, 5_000_400]);
    }
}
