//! The media port: files on disk or S3, probing, renditions, upload from URL behind the guard.
