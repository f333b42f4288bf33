use std::net::SocketAddr;
use std::sync::Arc;

use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::mpsc;
use tokio::task::JoinSet;

/// A mail server that takes all mail, but answers one command as the test wants it.
pub(crate) struct Server {
    address: SocketAddr,
    conversations: mpsc::UnboundedReceiver<Vec<String>>,
    _task: JoinSet<()>,
}

impl Server {
    /// Starts on a free port; commands that begin with `command` are answered with `reply`.
    pub(crate) async fn answering(command: &'static str, reply: &'static str) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let address = listener.local_addr().expect("an address");
        let (sender, conversations) = mpsc::unbounded_channel();
        let sender = Arc::new(sender);
        let mut task = JoinSet::new();
        task.spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let lines = converse(stream, command, reply).await;
                if sender.send(lines).is_err() {
                    return;
                }
            }
        });
        Self {
            address,
            conversations,
            _task: task,
        }
    }

    pub(crate) fn port(&self) -> u16 {
        self.address.port()
    }

    /// What the client said in the next conversation, line by line.
    pub(crate) async fn heard(&mut self) -> Vec<String> {
        self.conversations.recv().await.expect("a conversation")
    }
}

async fn converse(stream: TcpStream, command: &str, reply: &str) -> Vec<String> {
    let (reader, mut writer) = stream.into_split();
    let mut lines = BufReader::new(reader).lines();
    let mut heard = Vec::new();
    let mut in_message = false;
    let mut answer = "220 mail.example".to_owned();
    loop {
        if writer
            .write_all(format!("{answer}\r\n").as_bytes())
            .await
            .is_err()
        {
            return heard;
        }
        loop {
            let Ok(Some(line)) = lines.next_line().await else {
                return heard;
            };
            heard.push(line.clone());
            if in_message && line != "." {
                continue;
            }
            in_message = line == "DATA" && command != "DATA";
            answer = match line.split_whitespace().next().unwrap_or_default() {
                _ if !command.is_empty() && line.starts_with(command) => reply.to_owned(),
                "EHLO" => "250-mail.example\r\n250 AUTH PLAIN".to_owned(),
                "AUTH" => "235 welcome".to_owned(),
                "DATA" => "354 go on".to_owned(),
                "QUIT" => "221 bye".to_owned(),
                _ => "250 fine".to_owned(),
            };
            break;
        }
    }
}
