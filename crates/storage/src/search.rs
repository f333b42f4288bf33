//! Finding a text anywhere in a column.

use sea_orm::ColumnTrait;
use sea_orm::sea_query::{Expr, ExprTrait, Func, LikeExpr, SimpleExpr};

/// Whether the column holds this text. Case counts for letters outside ASCII on SQLite.
pub(crate) fn holds<C: ColumnTrait>(column: C, text: &str) -> SimpleExpr {
    let column = Expr::expr(Func::lower(Expr::col((column.entity_name(), column))));
    column.like(pattern(text))
}

/// A pattern that finds a text anywhere, taking none of its letters for a placeholder.
fn pattern(search: &str) -> LikeExpr {
    let mut text = String::from("%");
    for letter in search.to_lowercase().chars() {
        if matches!(letter, '%' | '_' | '\\') {
            text.push('\\');
        }
        text.push(letter);
    }
    text.push('%');
    LikeExpr::new(text).escape('\\')
}
