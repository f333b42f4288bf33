//! Adapters of the blog family: WordPress, Medium, Dev.to, Hashnode, listmonk.
