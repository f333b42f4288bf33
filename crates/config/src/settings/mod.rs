//! All settings of a process.

mod check;
mod nearest;

use std::collections::BTreeMap;
use std::path::PathBuf;

use secrecy::SecretString;

use crate::error::ConfigError;
use crate::layers::{Values, merge, names_of, unused_in, variable};
use crate::schema::{Field, FieldSpec, Section, read_section, sentences};
use crate::sections::{
    Database, Mail, Mcp, Media, Oidc, Provider, Publishing, Redis, Retention, S3, Sandbox, Server, Telemetry,
    Vault,
};
use crate::sources::Sources;

/// All settings of a process, read once and checked. Secrets in it do not print.
#[derive(Debug, Clone)]
pub struct Settings {
    /// Where Postern listens, how it is reached, and who may sign up.
    pub server: Server,
    /// Where posts, channels and accounts are kept.
    pub database: Database,
    /// The bus between split services.
    pub redis: Redis,
    /// Where uploads are kept and how large they may be.
    pub media: Media,
    /// Keys that seal what platforms entrust to us.
    pub vault: Vault,
    /// How due posts are worked on.
    pub publishing: Publishing,
    /// How long what is only looked at later is kept.
    pub retention: Retention,
    /// What platforms need to know of this installation, by the id of their provider.
    pub providers: BTreeMap<String, Provider>,
    /// Mail that goes out.
    pub mail: Mail,
    /// OpenID Connect providers to log in with, by a name the operator chose.
    pub oidc: BTreeMap<String, Oidc>,
    /// Logs, traces and figures.
    pub telemetry: Telemetry,
    /// The MCP gateway.
    pub mcp: Mcp,
    /// Simulated platforms inside the server.
    pub sandbox: Sandbox,
}

/// Settings, and what a start should say about them.
#[derive(Debug, Clone)]
pub struct Loaded {
    /// The settings.
    pub settings: Settings,
    /// Variables known from Postiz that were given and change nothing here, sorted.
    pub ignored: Vec<String>,
    /// The file that was read.
    pub file: Option<PathBuf>,
}

impl Settings {
    /// Reads and checks all settings.
    ///
    /// Errors: the first thing that is wrong, on one line.
    pub fn load(sources: &Sources) -> Result<Loaded, ConfigError> {
        let mut values = merge(sources)?;
        let mut settings = Self::read(&mut values)?;
        let port = settings.server.listen.port();
        // Port 0 is chosen by the system, later than here.
        if port != 0 && !values.is_given("server.public_url") {
            let here = format!("http://localhost:{port}").parse();
            settings.server.public_url = here.unwrap_or(settings.server.public_url);
        }
        if let Some((path, place)) = values.unknown() {
            return Err(nearest::unknown(path, place));
        }
        check::check(&settings, &values)?;
        Ok(Loaded {
            settings,
            ignored: unused_in(&sources.env),
            file: sources.file.clone(),
        })
    }

    /// All settings that there are, in the order of the documents.
    pub fn describe() -> Vec<Field> {
        [
            fields::<Server>(),
            fields::<Database>(),
            fields::<Redis>(),
            fields::<Media>(),
            fields::<S3>(),
            fields::<Vault>(),
            fields::<Publishing>(),
            fields::<Retention>(),
            fields::<Provider>(),
            fields::<Mail>(),
            fields::<Oidc>(),
            fields::<Telemetry>(),
            fields::<Mcp>(),
            fields::<Sandbox>(),
        ]
        .concat()
    }

    /// What each section is about, by its path.
    pub(crate) fn sections() -> Vec<(&'static str, String)> {
        vec![
            about::<Server>(),
            about::<Database>(),
            about::<Redis>(),
            about::<Media>(),
            about::<S3>(),
            about::<Vault>(),
            about::<Publishing>(),
            about::<Retention>(),
            about::<Provider>(),
            about::<Mail>(),
            about::<Oidc>(),
            about::<Telemetry>(),
            about::<Mcp>(),
            about::<Sandbox>(),
        ]
    }

    /// Address of the database: as given, else the file `postern.db` in the data directory.
    pub fn database_url(&self) -> SecretString {
        let file = self.server.data_dir.join("postern.db");
        let given = self.database.url.clone();
        given.unwrap_or_else(|| format!("sqlite://{}?mode=rwc", file.display()).into())
    }

    /// Directory of uploads: as given, else `uploads` in the data directory.
    pub fn upload_dir(&self) -> PathBuf {
        self.media
            .directory
            .clone()
            .unwrap_or_else(|| self.server.data_dir.join("uploads"))
    }

    fn read(values: &mut Values) -> Result<Self, ConfigError> {
        Ok(Self {
            server: read_section(values)?,
            database: read_section(values)?,
            redis: read_section(values)?,
            media: read_section(values)?,
            vault: read_section(values)?,
            publishing: read_section(values)?,
            retention: read_section(values)?,
            providers: named(values, "providers")?,
            mail: read_section(values)?,
            oidc: named(values, "oidc")?,
            telemetry: read_section(values)?,
            mcp: read_section(values)?,
            sandbox: read_section(values)?,
        })
    }
}

fn named<S: Section>(values: &mut Values, section: &str) -> Result<BTreeMap<String, S>, ConfigError> {
    let names = values.names_below(section);
    let read = |name: String| {
        let value = S::read(values, &format!("{section}.{name}"))?;
        Ok((name, value))
    };
    names.into_iter().map(read).collect()
}

fn about<S: Section>() -> (&'static str, String) {
    (S::PATH, sentences(S::ABOUT))
}

fn fields<S: Section>() -> Vec<Field> {
    let field = |spec: &FieldSpec| {
        let path = format!("{}.{}", S::PATH, spec.name);
        Field {
            section: S::PATH.to_owned(),
            name: spec.name,
            env: variable(&path) + if spec.table { "__<NAME>" } else { "" },
            aliases: names_of(&path.replace("<id>", "generic")),
            default: spec.default,
            unit: spec.unit,
            doc: sentences(spec.doc),
            allowed: spec.allowed(),
            example: spec.example,
            secret: spec.secret,
        }
    };
    S::FIELDS.iter().map(field).collect()
}
