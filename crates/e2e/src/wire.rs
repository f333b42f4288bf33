//! A wire between the product and one of its servers, or to the replicas of one service, which a test may cut.

use std::io;
use std::net::{Ipv4Addr, Shutdown, TcpListener, TcpStream};
use std::sync::{Arc, Mutex, PoisonError};

use anyhow::{Context, Result};

/// Carries connections from a port of its own to a server, until it is cut.
#[derive(Debug, Clone)]
pub struct Wire {
    address: String,
    state: Arc<Mutex<State>>,
}

#[derive(Debug, Default)]
struct State {
    is_cut: bool,
    ends: Vec<TcpStream>,
    /// Counts callers, who are led to one server after the other.
    callers: usize,
}

impl Wire {
    /// Lays a wire to `server`, as `127.0.0.1:5432`; it lies until the process ends.
    ///
    /// # Errors
    /// When no port is to be had.
    pub fn to(server: &str) -> Result<Self> {
        Self::across(&[server.to_owned()])
    }

    /// Lays a wire that leads each caller to the next of the `servers` on which somebody listens.
    ///
    /// # Errors
    /// When no port is to be had.
    pub fn across(servers: &[String]) -> Result<Self> {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, crate::free_port()?))?;
        let address = listener.local_addr()?.to_string();
        let state = Arc::new(Mutex::new(State::default()));
        let (servers, shared) = (servers.to_vec(), Arc::clone(&state));
        std::thread::spawn(move || {
            for caller in listener.incoming().flatten() {
                // A caller that cannot be carried finds its connection closed.
                let _ = carry(caller, &servers, &shared);
            }
        });
        Ok(Self { address, state })
    }

    /// Lays a wire to the server that `url` names, and gives the URL that leads through it.
    ///
    /// # Errors
    /// When the URL names no host with a port, or no port is to be had.
    pub fn through(url: &str) -> Result<(Self, String)> {
        let (scheme, rest) = url.split_once("://").context("an address without a scheme")?;
        let (place, path) = rest.split_once('/').unwrap_or((rest, ""));
        let (login, host) = place.rsplit_once('@').unwrap_or(("", place));
        let wire = Self::to(host)?;
        let login = if login.is_empty() {
            String::new()
        } else {
            format!("{login}@")
        };
        let through = format!("{scheme}://{login}{}/{path}", wire.address);
        Ok((wire, through.trim_end_matches('/').to_owned()))
    }

    /// Where it begins, as `127.0.0.1:4000`.
    pub fn address(&self) -> &str {
        &self.address
    }

    /// Ends every connection, and each new one at once.
    pub fn cut(&self) {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        state.is_cut = true;
        for end in state.ends.drain(..) {
            let _ = end.shutdown(Shutdown::Both);
        }
    }

    /// Carries new connections again.
    pub fn mend(&self) {
        self.state.lock().unwrap_or_else(PoisonError::into_inner).is_cut = false;
    }
}

fn carry(caller: TcpStream, servers: &[String], state: &Mutex<State>) -> io::Result<()> {
    let mut state = state.lock().unwrap_or_else(PoisonError::into_inner);
    if state.is_cut {
        return Ok(());
    }
    state.callers += 1;
    let callee = reached(servers, state.callers)?;
    // What has ended on both sides is not kept, or a long run would end for want of descriptors.
    state.ends.retain(|end| end.peer_addr().is_ok());
    for end in [&caller, &callee] {
        end.set_nodelay(true)?;
        state.ends.push(end.try_clone()?);
    }
    copy(caller.try_clone()?, callee.try_clone()?);
    copy(callee, caller);
    Ok(())
}

/// The first server that takes a connection, beginning with the one whose turn it is.
fn reached(servers: &[String], turn: usize) -> io::Result<TcpStream> {
    let mut last = io::Error::from(io::ErrorKind::AddrNotAvailable);
    for step in 0..servers.len() {
        match TcpStream::connect(&servers[(turn + step) % servers.len()]) {
            Ok(callee) => return Ok(callee),
            Err(error) => last = error,
        }
    }
    Err(last)
}

/// Copies until one side ends, then ends the other.
fn copy(mut from: TcpStream, mut to: TcpStream) {
    std::thread::spawn(move || {
        let _ = io::copy(&mut from, &mut to);
        let _ = to.shutdown(Shutdown::Both);
    });
}

#[cfg(test)]
mod tests {
    use std::io::{Read, Write};

    use super::*;

    #[test]
    fn what_is_cut_carries_nothing_until_it_is_mended() {
        let server = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).expect("a port");
        let url = format!("redis://me@{}/3", server.local_addr().expect("an address"));
        let (wire, through) = Wire::through(&url).expect("a wire");
        assert_eq!(through, format!("redis://me@{}/3", wire.address));
        let greeted = || -> io::Result<String> {
            let mut caller = TcpStream::connect(&wire.address)?;
            let (mut callee, _) = server.accept()?;
            callee.write_all(b"hello")?;
            drop(callee);
            let mut said = String::new();
            caller.read_to_string(&mut said)?;
            Ok(said)
        };
        assert_eq!(greeted().expect("carried"), "hello");
        wire.cut();
        let mut caller = TcpStream::connect(&wire.address).expect("somebody listens");
        assert_eq!(caller.read(&mut [0; 8]).unwrap_or(0), 0);
        wire.mend();
        assert_eq!(greeted().expect("carried again"), "hello");
    }

    #[test]
    fn callers_are_led_to_the_servers_that_listen() {
        let listen = || TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).expect("a port");
        let place = |server: &TcpListener| server.local_addr().expect("an address").to_string();
        let (gone, one, two) = (listen(), listen(), listen());
        let wire = Wire::across(&[place(&gone), place(&one), place(&two)]).expect("a wire");
        drop(gone);
        for (server, name) in [(one, b"1"), (two, b"2")] {
            std::thread::spawn(move || {
                for mut callee in server.incoming().flatten() {
                    let _ = callee.write_all(name);
                }
            });
        }
        let mut heard = String::new();
        for _ in 0..6 {
            let mut caller = TcpStream::connect(wire.address()).expect("somebody listens");
            caller.read_to_string(&mut heard).expect("an answer");
        }
        let count = |name: &str| heard.matches(name).count();
        assert_eq!((heard.len(), count("1").min(count("2"))), (6, 2), "{heard}");
    }
}
