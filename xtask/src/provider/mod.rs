//! stub
#[derive(clap::Subcommand)]
pub(crate) enum Command {
    New,
}
pub(crate) fn run(_args: &Command) -> anyhow::Result<()> {
    Ok(())
}
