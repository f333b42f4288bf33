//! Sections `media` and `media.s3`.

use std::path::PathBuf;

use secrecy::SecretString;

use crate::schema::{BaseUrl, choice, section};

section! {
    /// Where uploads are kept and how large they may be.
    pub struct Media in "media" {
        /// Where uploads are kept.
        backend: MediaBackend = "disk";
        /// Directory of uploads; absent means `uploads` in the data directory.
        directory: Option<PathBuf> = "" { example: "/uploads" };
        /// Largest image.
        max_image_bytes: u64 = "10485760" { unit: "bytes", range: Some((1024, 1_073_741_824)) };
        /// Largest video.
        max_video_bytes: u64 = "1073741824" { unit: "bytes", range: Some((1024, 107_374_182_400)) };
        nest
        /// The bucket of uploads.
        s3: S3;
    }
}

section! {
    /// The bucket of uploads, used where `media.backend` is `s3`.
    pub struct S3 in "media.s3" {
        /// Address of an S3-compatible service; absent means Amazon's of the region.
        endpoint: Option<BaseUrl> = "" { example: "https://account.r2.cloudflarestorage.com" };
        /// Region of the bucket; `auto` for services without regions.
        region: String = "us-east-1" { example: "eu-central-1" };
        /// Name of the bucket.
        bucket: Option<String> = "" { example: "postern-uploads" };
        /// Id of the access key.
        access_key_id: Option<String> = "";
        /// Secret of the access key.
        secret_access_key: Option<SecretString> = "";
        /// Address under which everybody reads the bucket; absent means that Postern serves the files.
        public_url: Option<BaseUrl> = "" { example: "https://media.example.org" };
        /// Whether the bucket is part of the path and not of the host.
        path_style: bool = "true";
    }
}

choice! {
    /// Where uploads are kept.
    pub enum MediaBackend {
        /// In a directory.
        Disk = "disk",
        /// In a bucket.
        S3 = "s3",
    }
}
