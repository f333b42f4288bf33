//! Lists of ids as one parameter, so that a query is one statement whatever their number, and stays prepared.

use sea_orm::sea_query::{Expr, SimpleExpr};
use sea_orm::{ColumnTrait, ConnectionTrait, DbBackend};
use uuid::Uuid;

use crate::unit::Work;

/// Whether `column` is one of these ids.
pub(crate) fn among<C: ColumnTrait>(
    work: &Work,
    column: C,
    ids: impl IntoIterator<Item = Uuid>,
) -> SimpleExpr {
    let column = Expr::col((column.entity_name(), column));
    if work.db().get_database_backend() == DbBackend::Postgres {
        let list = Expr::val(joined(ids, ","));
        Expr::cust_with_exprs("$1 = ANY(string_to_array($2, ',')::uuid[])", [column, list])
    } else {
        let list = Expr::val(quoted(ids));
        Expr::cust_with_exprs("? IN (SELECT unhex(value) FROM json_each(?))", [column, list])
    }
}

fn joined(ids: impl IntoIterator<Item = Uuid>, separator: &str) -> String {
    let ids: Vec<String> = ids.into_iter().map(|id| id.simple().to_string()).collect();
    ids.join(separator)
}

fn quoted(ids: impl IntoIterator<Item = Uuid>) -> String {
    format!("[\"{}\"]", joined(ids, "\",\"")).replace("[\"\"]", "[]")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lists_are_text_of_the_databases_liking() {
        let ids = [Uuid::from_u128(1), Uuid::from_u128(255)];
        let one = "00000000000000000000000000000001";
        let two = "000000000000000000000000000000ff";
        assert_eq!(joined(ids, ","), format!("{one},{two}"));
        assert_eq!(quoted(ids), format!("[\"{one}\",\"{two}\"]"));
        assert_eq!((joined([], ","), quoted([])), (String::new(), "[]".to_owned()));
    }
}
