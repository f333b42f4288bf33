//! Adapters of the work family: LinkedIn, and later Google Business, Pinterest, Dribbble.
