//! Whom the servers run as.

use std::process::Command;

use anyhow::{Context, Result};

use crate::process::run;

/// An account without rights, which runs the servers when this process is root.
#[derive(Debug, Clone)]
pub(crate) struct Account {
    pub(crate) name: String,
    pub(crate) uid: u32,
    pub(crate) gid: u32,
}

/// The account to run servers as: `None` when this process is not root and they run as itself.
pub(crate) fn unprivileged() -> Result<Option<Account>> {
    if !run(Command::new("id").arg("-u")).is_ok_and(|out| out.trim() == "0") {
        return Ok(None);
    }
    let accounts = std::fs::read_to_string("/etc/passwd").context("/etc/passwd cannot be read")?;
    let find = |name: &str| {
        accounts
            .lines()
            .find_map(|line| parse(line).filter(|found| found.name == name))
    };
    let account = find("postgres")
        .or_else(|| find("nobody"))
        .context("neither postgres nor nobody has an account")?;
    Ok(Some(account))
}

fn parse(line: &str) -> Option<Account> {
    let mut fields = line.split(':');
    let name = fields.next()?.to_owned();
    let uid = fields.nth(1)?.parse().ok()?;
    let gid = fields.next()?.parse().ok()?;
    Some(Account { name, uid, gid })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_account_line_gives_name_user_and_group() {
        let account = parse("postgres:x:101:104:PostgreSQL,,,:/var/lib/postgresql:/bin/bash");
        assert_eq!(
            account.map(|found| (found.name, found.uid, found.gid)),
            Some(("postgres".to_owned(), 101, 104))
        );
        assert!(parse("broken").is_none());
    }
}
