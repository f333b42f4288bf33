//! A client that does nothing but ask and wait, so that what is measured is the server.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::time::Duration;

use anyhow::{Context, Result, bail};
use serde_json::Value;

/// A kept-open connection to one server of this machine.
pub(super) struct Connection {
    stream: BufReader<TcpStream>,
    host: String,
}

/// An answer with its status.
pub(super) struct Answer {
    pub(super) status: u16,
    pub(super) body: String,
}

impl Connection {
    /// Connects to `host:port`.
    pub(super) fn open(host: &str) -> Result<Self> {
        let stream = TcpStream::connect(host).with_context(|| format!("nothing listens on {host}"))?;
        stream.set_nodelay(true)?;
        stream.set_read_timeout(Some(Duration::from_secs(30)))?;
        Ok(Self {
            stream: BufReader::new(stream),
            host: host.to_owned(),
        })
    }

    /// Asks for a document.
    pub(super) fn get(&mut self, path: &str) -> Result<Answer> {
        self.ask("GET", path, &[], "")
    }

    /// Has something removed.
    pub(super) fn delete(&mut self, path: &str) -> Result<Answer> {
        self.ask("DELETE", path, &[], "")
    }

    /// Sends JSON with further header lines.
    pub(super) fn post(&mut self, path: &str, headers: &[(&str, &str)], body: &Value) -> Result<Answer> {
        self.ask("POST", path, headers, &body.to_string())
    }

    fn ask(&mut self, method: &str, path: &str, headers: &[(&str, &str)], body: &str) -> Result<Answer> {
        let mut lines = vec![
            format!("{method} {path} HTTP/1.1"),
            format!("Host: {}", self.host),
        ];
        lines.extend(headers.iter().map(|(name, value)| format!("{name}: {value}")));
        if !body.is_empty() {
            lines.push("Content-Type: application/json".to_owned());
            lines.push(format!("Content-Length: {}", body.len()));
        }
        let request = format!("{}\r\n\r\n{body}", lines.join("\r\n"));
        self.stream.get_mut().write_all(request.as_bytes())?;
        self.answer()
    }

    fn answer(&mut self) -> Result<Answer> {
        let status_line = self.line()?;
        let status = status_line.split(' ').nth(1).and_then(|code| code.parse().ok());
        let status = status.with_context(|| format!("`{status_line}` is no status line"))?;
        let mut length = None;
        let mut is_chunked = false;
        loop {
            let line = self.line()?.to_lowercase();
            match line.split_once(": ") {
                None => break,
                Some(("content-length", value)) => length = Some(value.parse()?),
                Some(("transfer-encoding", "chunked")) => is_chunked = true,
                Some(_) => {}
            }
        }
        let body = match length {
            Some(length) => self.exactly(length)?,
            None if is_chunked => self.chunks()?,
            None => Vec::new(),
        };
        Ok(Answer {
            status,
            body: String::from_utf8(body)?,
        })
    }

    fn chunks(&mut self) -> Result<Vec<u8>> {
        let mut body = Vec::new();
        loop {
            let line = self.line()?;
            let length = usize::from_str_radix(line.split(';').next().unwrap_or_default(), 16)?;
            body.extend(self.exactly(length)?);
            self.line()?;
            if length == 0 {
                return Ok(body);
            }
        }
    }

    fn exactly(&mut self, length: usize) -> Result<Vec<u8>> {
        let mut bytes = vec![0; length];
        self.stream.read_exact(&mut bytes)?;
        Ok(bytes)
    }

    fn line(&mut self) -> Result<String> {
        let mut line = String::new();
        if self.stream.read_line(&mut line)? == 0 {
            bail!("the server closed the connection");
        }
        Ok(line.trim_end().to_owned())
    }
}

impl Answer {
    /// The body as JSON; of an event stream the first event.
    pub(super) fn json(&self) -> Result<Value> {
        let text = self
            .body
            .lines()
            .find_map(|line| line.strip_prefix("data:"))
            .unwrap_or(&self.body);
        serde_json::from_str(text.trim())
            .with_context(|| format!("status {} with `{}`", self.status, self.body))
    }
}

#[cfg(test)]
mod tests {
    use std::net::TcpListener;
    use std::thread;

    use super::*;

    /// What the client makes of an answer, and what it sent.
    fn exchange(answer: &'static str) -> (Answer, String) {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
        let host = listener.local_addr().expect("an address").to_string();
        let server = thread::spawn(move || {
            let (mut stream, _) = listener.accept().expect("a caller");
            let mut request = vec![0; 4096];
            let length = stream.read(&mut request).expect("a request");
            stream.write_all(answer.as_bytes()).expect("the caller listens");
            String::from_utf8_lossy(&request[..length]).into_owned()
        });
        let mut connection = Connection::open(&host).expect("the server listens");
        let answer = connection
            .post("/a", &[("X-B", "c")], &serde_json::json!({ "d": 1 }))
            .expect("an answer");
        (answer, server.join().expect("the server ends"))
    }

    #[test]
    fn answers_are_read_in_every_form() {
        for (answer, status, body) in [
            (
                "HTTP/1.1 200 OK\r\nContent-Length: 7\r\n\r\n{\"e\":2}",
                200,
                serde_json::json!({ "e": 2 }),
            ),
            (
                "HTTP/1.1 201 Created\r\nTransfer-Encoding: chunked\r\n\r\n3\r\n{\"e\r\n4\r\n\":3}\r\n0\r\n\r\n",
                201,
                serde_json::json!({ "e": 3 }),
            ),
            (
                "HTTP/1.1 200 OK\r\nContent-Length: 33\r\n\r\nevent: message\ndata: {\"e\":4}\n\n:ok",
                200,
                serde_json::json!({ "e": 4 }),
            ),
        ] {
            let (answer, sent) = exchange(answer);
            assert_eq!((answer.status, answer.json().expect("JSON")), (status, body));
            assert!(
                sent.starts_with("POST /a HTTP/1.1\r\n") && sent.ends_with("\r\n\r\n{\"d\":1}"),
                "{sent}"
            );
            assert!(
                sent.contains("X-B: c\r\n") && sent.contains("Content-Length: 7\r\n"),
                "{sent}"
            );
        }
    }
}
