//! Section `retention`.

use crate::schema::section;

section! {
    /// How long what is only looked at later is kept; posts and their history of tries are kept for ever.
    pub struct Retention in "retention" {
        /// How long what platforms answered is kept with a try; the try itself stays.
        evidence_days: u32 = "30" { unit: "days", range: Some((1, 3650)) };
        /// How long the audit log is kept.
        audit_days: u32 = "365" { unit: "days", range: Some((1, 36_500)) };
        /// How long messages are kept that could not be told.
        dead_letter_days: u32 = "30" { unit: "days", range: Some((1, 3650)) };
    }
}
