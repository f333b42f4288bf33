//! Takes due work from lanes, claims it, runs the provider, reports what happened.
