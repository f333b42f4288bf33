//! The notifier port: signed web hooks and e-mail going out.
