//! The web UI: pages, partials, forms, cookies, OAuth redirects, live updates.
