//! The split shape: a program for each service, or several, over PostgreSQL and Redis and beside the simulator.

use std::path::Path;

use anyhow::Result;
use tempfile::TempDir;

use crate::plan::{Environment, PATIENCE, Plan, Servers, bus, command_line, pairs, words};
use crate::port::free_port;
use crate::program::Recipe;
use crate::sim::Sim;
use crate::stack::{Doors, Service, Stack};
use crate::store::Store;
use crate::until::until;
use crate::wire::Wire;

/// A key of the vault, as good as any for data that live as long as a test.
const VAULT_KEY: &str = "1:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=";

/// The service of the split shape that the others call.
const BACKEND: &str = "backend-api";

/// The services beside it; programs are named `postern-` and this.
const REMOTE: [&str; 4] = ["frontend-api", "mcp-gateway", "worker", "cron"];

impl Plan {
    /// Starts everything and waits until it is healthy.
    pub(crate) async fn many_processes(
        self,
        folder: TempDir,
        store: Store,
        servers: &Servers,
    ) -> Result<Stack> {
        let backends = self.places(BACKEND)?;
        let (wire, backend) = match backends.as_slice() {
            [(_, url)] => (None, url.clone()),
            several => {
                let places: Vec<String> = several.iter().map(|(_, url)| host(url).to_owned()).collect();
                let wire = Wire::across(&places)?;
                let url = format!("http://{}", wire.address());
                (Some(wire), url)
            }
        };
        let simulator = format!("127.0.0.1:{}", free_port()?);
        let shared = self.shared(&backend, &simulator);
        let mut owner = shared.clone();
        owner.extend(self.over(&store, servers));
        owner.extend(pairs(&[("POSTERN__VAULT__KEYS", VAULT_KEY)]));
        let data = folder.path().join("data");
        let command_line = command_line(&Recipe::product("postern", folder.path(), owner.clone())?, &data);
        let mut stack = Stack {
            services: vec![simulated(folder.path(), &simulator, self.seed)?],
            doors: Doors {
                rest: backend,
                mcp: String::new(),
                web: String::new(),
            },
            sim: Sim::new(&format!("http://{simulator}"))?,
            command_line,
            store,
            folder,
            wire,
        };
        until("the simulator answers", PATIENCE, async || {
            Ok(stack.sim.is_healthy().await.then_some(()))
        })
        .await?;
        for (name, url) in &backends {
            self.join(&mut stack, BACKEND, name, url, owner.clone())?;
            // The first one makes the schema; two that begin with nothing would race for it.
            stack.healthy(name, PATIENCE).await?;
        }
        let mut begun = Vec::new();
        for service in REMOTE {
            let mut environment = shared.clone();
            if service == "worker" {
                environment.extend(bus(&stack.store, servers));
            }
            for (name, url) in self.places(service)? {
                self.join(&mut stack, service, &name, &url, environment.clone())?;
                begun.push(name);
            }
        }
        stack.doors.mcp = stack.url_of("mcp-gateway")?;
        stack.doors.web = stack.url_of("frontend-api")?;
        for name in begun {
            stack.healthy(&name, PATIENCE).await?;
        }
        Ok(stack)
    }

    /// The programs of a service and where each will listen.
    fn places(&self, service: &str) -> Result<Vec<(String, String)>> {
        let asked = self.replicas.iter().rev().find(|(name, _)| *name == service);
        let count = asked.map_or(1, |(_, count)| *count);
        let place = |number| {
            let name = match number {
                1 => service.to_owned(),
                number => format!("{service}-{number}"),
            };
            Ok((name, format!("http://127.0.0.1:{}", free_port()?)))
        };
        (1..=count).map(place).collect()
    }

    /// Starts one program of a service.
    fn join(
        &self,
        stack: &mut Stack,
        service: &str,
        name: &str,
        url: &str,
        mut environment: Environment,
    ) -> Result<()> {
        let own = self.own.iter().filter(|(program, ..)| program == name);
        environment.extend(own.map(|(_, variable, value)| (variable.clone(), value.clone())));
        let recipe = recipe(stack.folder.path(), service, name, url, environment)?;
        stack.services.push(Service::new(name, url, recipe)?);
        Ok(())
    }

    /// What every program of the split shape is told.
    fn shared(&self, backend: &str, simulator: &str) -> Environment {
        let mut shared = Self::common(backend);
        shared.extend(pairs(&[
            ("POSTERN__SERVER__BACKEND_URL", backend),
            ("POSTERN__SERVER__SERVICE_TOKEN", "a token of five services"),
            ("POSTERN__VAULT__JWT_SECRET", "a secret of five services"),
            ("POSTERN__SANDBOX__ENABLED", "true"),
            ("POSTERN__SANDBOX__LISTEN", simulator),
        ]));
        shared.extend(self.settings.clone());
        shared
    }
}

/// The simulator alone, in a process of its own.
fn simulated(folder: &Path, listen: &str, seed: u64) -> Result<Service> {
    let mut recipe = Recipe::product("postern", folder, Environment::new())?;
    recipe.arguments = words(&["sandbox", "--listen", listen, "--seed", &seed.to_string()]);
    recipe.log = folder.join("sandbox.log");
    Service::new("sandbox", &format!("http://{listen}"), recipe)
}

/// A program of a service, with a data directory of its own unless it owns the data.
fn recipe(
    folder: &Path,
    service: &str,
    name: &str,
    url: &str,
    mut environment: Environment,
) -> Result<Recipe> {
    let data = match service {
        BACKEND => folder.join("data"),
        _ => folder.join(name),
    };
    std::fs::create_dir_all(&data)?;
    environment.extend(pairs(&[
        ("POSTERN__SERVER__LISTEN", host(url)),
        ("POSTERN__SERVER__DATA_DIR", &data.display().to_string()),
    ]));
    let mut recipe = Recipe::product(&format!("postern-{service}"), folder, environment)?;
    recipe.log = folder.join(format!("postern-{name}.log"));
    Ok(recipe)
}

/// The host and port of an address.
fn host(url: &str) -> &str {
    url.strip_prefix("http://").unwrap_or(url)
}
