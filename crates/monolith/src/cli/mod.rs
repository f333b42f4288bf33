//! The command line: one file per command.

mod beside;
mod channel;
mod doctor;
mod health;
mod init;
mod key;
mod mcp;
mod pause;
mod post;
mod sandbox;

use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::{Args, Parser, Subcommand};

use crate::serve::{self, ServeOptions};

/// Postern: writes once, publishes exactly once on every channel.
#[derive(Debug, Parser)]
#[command(name = "postern", version, about, disable_help_subcommand = true)]
struct Cli {
    #[command(flatten)]
    shared: Shared,
    #[command(subcommand)]
    command: Option<Command>,
}

/// What every command understands, before or after its name.
#[derive(Debug, Clone, Default, Args)]
pub(crate) struct Shared {
    /// Directory of database, uploads and generated secrets.
    #[arg(long, global = true, value_name = "DIR")]
    data_dir: Option<PathBuf>,
    /// Settings file, postern.toml.
    #[arg(long, global = true, value_name = "FILE")]
    config: Option<PathBuf>,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Run the server (the default).
    Serve(ServeArgs),
    /// Make the owner's account without a browser.
    Init(init::Init),
    /// Make, list and revoke API keys.
    #[command(subcommand)]
    Key(key::Key),
    /// Connect and list channels.
    #[command(subcommand)]
    Channel(channel::Channel),
    /// List posts.
    #[command(subcommand)]
    Post(post::Post),
    /// Hold all posts of a workspace, a channel or the instance.
    Pause(pause::What),
    /// Let posts go out again.
    Resume(pause::Resume),
    /// Run the simulated platforms alone.
    Sandbox(sandbox::Sandbox),
    /// Check settings, database, bus and files.
    Doctor,
    /// Ask a running server whether it is healthy; for container health checks.
    Health(health::Health),
    /// Serve MCP over standard input and output.
    Mcp(mcp::Mcp),
}

#[derive(Debug, Clone, Default, Args)]
struct ServeArgs {
    /// Address and port to listen on; default 127.0.0.1:5000.
    #[arg(long, value_name = "ADDR:PORT")]
    listen: Option<SocketAddr>,
    /// Run simulated platforms and lead all providers there.
    #[arg(long)]
    sandbox: bool,
}

impl Shared {
    /// The settings that these options stand for.
    fn overrides(&self) -> Vec<(&'static str, String)> {
        let data_dir = self
            .data_dir
            .as_ref()
            .map(|dir| ("server.data_dir", dir.display().to_string()));
        data_dir.into_iter().collect()
    }

    /// The settings file: as given, else `postern.toml` here, if there is one.
    fn file(&self) -> Option<PathBuf> {
        let usual = PathBuf::from("postern.toml");
        self.config.clone().or_else(|| usual.exists().then_some(usual))
    }
}

/// Reads the command line and does what it says; under the name of a service it is that service.
pub fn main() -> ExitCode {
    if let Some(run) = std::env::args_os()
        .next()
        .and_then(|name| service(Path::new(&name)))
    {
        return run();
    }
    let cli = Cli::parse();
    let shared = cli.shared;
    match cli
        .command
        .unwrap_or_else(|| Command::Serve(ServeArgs::default()))
    {
        Command::Serve(args) => run_server(&shared, &args),
        Command::Init(init) => beside::run(&shared, |desk| Box::pin(init::init(desk, init))),
        Command::Key(key) => beside::run(&shared, |desk| Box::pin(key::key(desk, key))),
        Command::Channel(channel) => beside::run(&shared, |desk| Box::pin(channel::channel(desk, channel))),
        Command::Post(post) => beside::run(&shared, |desk| Box::pin(post::post(desk, post))),
        Command::Pause(what) => beside::run(&shared, |desk| Box::pin(pause::pause(desk, what))),
        Command::Resume(resume) => beside::run(&shared, |desk| Box::pin(pause::resume(desk, resume))),
        Command::Sandbox(sandbox) => sandbox::sandbox(&sandbox),
        Command::Doctor => beside::run(&shared, |desk| Box::pin(doctor::doctor(desk))),
        Command::Health(health) => health::health(&shared, &health),
        Command::Mcp(mcp) => beside::run(&shared, |desk| Box::pin(mcp::mcp(desk, mcp))),
    }
}

/// The service of this name, so that one file with several names serves an image as all programs.
fn service(name: &Path) -> Option<fn() -> ExitCode> {
    match name.file_name()?.to_str()? {
        "postern-frontend-api" => Some(serve::frontend_api),
        "postern-backend-api" => Some(serve::backend_api),
        "postern-worker" => Some(serve::worker),
        "postern-cron" => Some(serve::cron),
        "postern-mcp-gateway" => Some(serve::mcp_gateway),
        _ => None,
    }
}

fn run_server(shared: &Shared, args: &ServeArgs) -> ExitCode {
    let mut overrides = shared.overrides();
    if let Some(listen) = args.listen {
        overrides.push(("server.listen", listen.to_string()));
    }
    if args.sandbox {
        overrides.push(("sandbox.enabled", "true".to_owned()));
    }
    serve::serve(ServeOptions {
        config: shared.file(),
        overrides,
    })
}
