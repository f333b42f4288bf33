//! The schema as text, in an order that depends on nothing but names.

use std::fmt::Write;

use sea_orm_migration::sea_orm::{ConnectionTrait, DbBackend, DbErr, QueryResult, Statement};

use crate::HISTORY;

/// Writes down every table, reference and index of the current schema, as SQL of that database.
pub async fn dump<C: ConnectionTrait>(db: &C) -> Result<String, DbErr> {
    if db.get_database_backend() == DbBackend::Postgres {
        dump_postgres(db).await
    } else {
        dump_sqlite(db).await
    }
}

async fn rows<C: ConnectionTrait>(db: &C, sql: &str) -> Result<Vec<QueryResult>, DbErr> {
    db.query_all_raw(Statement::from_string(db.get_database_backend(), sql))
        .await
}

async fn dump_sqlite<C: ConnectionTrait>(db: &C) -> Result<String, DbErr> {
    let statements = "SELECT tbl_name, sql FROM sqlite_master WHERE sql IS NOT NULL AND name NOT LIKE 'sqlite_%' \
                      ORDER BY tbl_name, type = 'index', name";
    let mut text = String::new();
    for row in rows(db, statements).await? {
        let (table, sql): (String, String) = (row.try_get("", "tbl_name")?, row.try_get("", "sql")?);
        if table != HISTORY {
            text.push_str(&spread(&sql));
            text.push_str(";\n");
        }
    }
    Ok(text)
}

/// Gives each column of a CREATE TABLE a line of its own.
fn spread(sql: &str) -> String {
    if !sql.starts_with("CREATE TABLE") {
        return sql.to_owned();
    }
    let mut text = String::from("\n");
    let mut depth = 0_usize;
    let letters = sql.chars();
    for letter in letters {
        match letter {
            '(' => {
                depth += 1;
                text.push('(');
                if depth == 1 {
                    text.push_str("\n ");
                }
            }
            ')' => {
                depth = depth.saturating_sub(1);
                if depth == 0 {
                    text.truncate(text.trim_end().len());
                    text.push('\n');
                }
                text.push(')');
            }
            ',' if depth == 1 => {
                text.push_str(",\n ");
            }
            other => text.push(other),
        }
    }
    text
}

const COLUMNS: &str = "SELECT c.relname::text AS tab, a.attname::text AS col, \
     format_type(a.atttypid, a.atttypmod)::text AS kind, a.attnotnull AS needed, a.attidentity <> '' AS counted, \
     pg_get_expr(d.adbin, d.adrelid)::text AS preset \
     FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid \
     LEFT JOIN pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum \
     WHERE c.relnamespace = current_schema()::regnamespace AND c.relkind = 'r' AND a.attnum > 0 \
     AND NOT a.attisdropped ORDER BY c.relname, a.attnum";

const CONSTRAINTS: &str = "SELECT c.relname::text AS tab, k.conname::text AS name, \
     pg_get_constraintdef(k.oid)::text AS rule \
     FROM pg_constraint k JOIN pg_class c ON c.oid = k.conrelid \
     WHERE c.relnamespace = current_schema()::regnamespace AND k.contype IN ('p', 'u', 'f', 'c') \
     ORDER BY c.relname, k.contype = 'f', k.conname";

const INDEXES: &str = "SELECT i.tablename::text AS tab, replace(i.indexdef, ' ON ' || i.schemaname || '.', ' ON ') \
     AS def FROM pg_indexes i WHERE i.schemaname = current_schema() AND NOT EXISTS \
     (SELECT 1 FROM pg_constraint k WHERE k.conname = i.indexname \
      AND k.connamespace = current_schema()::regnamespace) ORDER BY i.tablename, i.indexname";

async fn dump_postgres<C: ConnectionTrait>(db: &C) -> Result<String, DbErr> {
    let mut text = String::new();
    let mut open = String::new();
    for row in rows(db, COLUMNS).await? {
        let table: String = row.try_get("", "tab")?;
        if table == HISTORY {
            continue;
        }
        if table == open {
            text.push_str(",\n");
        } else {
            close(&mut text, &open);
            let _ = writeln!(text, "\nCREATE TABLE {table} (");
            open = table;
        }
        text.push_str(&column(&row)?);
    }
    close(&mut text, &open);
    text.push('\n');
    for row in rows(db, CONSTRAINTS).await? {
        let (table, name): (String, String) = (row.try_get("", "tab")?, row.try_get("", "name")?);
        let rule: String = row.try_get("", "rule")?;
        if table != HISTORY {
            let _ = writeln!(text, "ALTER TABLE {table} ADD CONSTRAINT {name} {rule};");
        }
    }
    text.push('\n');
    for row in rows(db, INDEXES).await? {
        let (table, index): (String, String) = (row.try_get("", "tab")?, row.try_get("", "def")?);
        if table != HISTORY {
            let _ = writeln!(text, "{index};");
        }
    }
    Ok(text)
}

fn close(text: &mut String, open: &str) {
    if !open.is_empty() {
        text.push_str("\n);\n");
    }
}

fn column(row: &QueryResult) -> Result<String, DbErr> {
    let (name, kind): (String, String) = (row.try_get("", "col")?, row.try_get("", "kind")?);
    let (needed, counted): (bool, bool) = (row.try_get("", "needed")?, row.try_get("", "counted")?);
    let preset: Option<String> = row.try_get("", "preset")?;
    let mut text = format!("  {name} {kind}");
    if counted {
        text.push_str(" GENERATED BY DEFAULT AS IDENTITY");
    }
    if let Some(preset) = preset {
        let _ = write!(text, " DEFAULT {preset}");
    }
    if needed {
        text.push_str(" NOT NULL");
    }
    Ok(text)
}
