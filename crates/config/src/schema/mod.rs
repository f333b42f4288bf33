//! What a setting is: its description, and how a text becomes its value.

mod base_url;
mod choice;
mod cidr;
mod field;
mod rates;
mod section;
mod setting;

pub use base_url::BaseUrl;
pub(crate) use choice::choice;
pub use cidr::Cidr;
pub use field::Field;
pub(crate) use field::{FieldSpec, sentences};
pub use rates::{NotRates, PlatformRate, Rates, Whose};
pub(crate) use section::{Section, read_section, section};
pub(crate) use setting::{Raw, Setting};
