//! One officer at a time on a target: a file there says who publishes, and since when.
//!
//! The name it gives is that of the machine, or what `STUDYHALL_WHO` says; it stands on the web host for the minutes of
//! the publish. No clock of the server is asked. A lock that a killed publish left is taken over by the same machine at once
//! (it knows the token), by others with `--take-over`; whoever was taken over notices before the next step.

use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use jiff::tz::TimeZone;

use super::body::UploadBody;
use super::budget::WORDS;
use super::connection_pool::ConnectionPool;
use super::local_state::LocalPublishState;
use super::publish_error::PublishError;
use super::record::{FOLDER, on_the_wall};
use crate::ground::{Error, RelPath};

/// The lock's file on the target.
pub const LOCK: &str = "studyhall-publish/lock.txt";

/// So often a long upload looks whether the lock is still its own.
const LOOK: Duration = Duration::from_secs(30);

/// Held from before the first change on the target to after the last.
pub struct TargetLock<'a> {
    pool: &'a ConnectionPool<'a>,
    token: String,
    looked: Mutex<Instant>,
}

impl<'a> TargetLock<'a> {
    /// Puts the lock on the target, or says who has it.
    pub fn take(
        pool: &'a ConnectionPool<'a>,
        home: &LocalPublishState,
        who: &str,
        now: &str,
        take_over: bool,
    ) -> Result<TargetLock<'a>, PublishError> {
        let ours = home.token();
        let token = new_token();
        home.set_token(&token)?;
        let text = format!("studyhall-lock 1\ntoken {token}\nwho {}\nsince {now}\nend\n", who.replace(['\r', '\n'], " "));
        pool.with_retry(|store| store.make_folder(&RelPath::own(FOLDER)))?;
        let lock = TargetLock { pool, token, looked: Mutex::new(Instant::now()) };
        // A creation whose answer was lost finds its own lock there.
        if pool.with_retry(|store| store.create_new(&lock_path(), text.as_bytes()))?
            || lock.holder()?.is_some_and(|held| held.token == lock.token)
        {
            return Ok(lock);
        }
        let mut held = lock.holder()?;
        if held.as_ref().is_some_and(|held| !held.is_whole) {
            // Half a lock is one that is being written just now, or one whose writer was killed.
            pool.wait();
            let before = held;
            held = lock.holder()?.filter(|held| Some(held) != before.as_ref());
        }
        if take_over || held.as_ref().is_none_or(|held| Some(&held.token) == ours.as_ref()) {
            pool.with_retry(|store| store.write(&lock_path(), &UploadBody::of_bytes(text.as_bytes()), 0))?;
            return Ok(lock);
        }
        // Ours is no longer on the target: the token of the lock that may be there is worth keeping.
        if let Some(ours) = ours {
            home.set_token(&ours)?;
        }
        let held = held.unwrap_or_default();
        Err(Error::new("error-publish-locked").arg("who", held.who).arg("since", on_the_wall(&held.since, &TimeZone::system())).into())
    }

    /// Fails when somebody has taken over.
    pub fn check(&self) -> Result<(), PublishError> {
        *self.looked.lock().unwrap_or_else(PoisonError::into_inner) = Instant::now();
        match self.holder()? {
            Some(held) if held.token == self.token => Ok(()),
            held => {
                let held = held.unwrap_or_default();
                Err(Error::new("error-publish-taken-over")
                    .arg("who", held.who)
                    .arg("since", on_the_wall(&held.since, &TimeZone::system()))
                    .into())
            }
        }
    }

    /// As [`TargetLock::check`], now and then.
    pub fn check_when_due(&self) -> Result<(), PublishError> {
        let due = self.looked.lock().unwrap_or_else(PoisonError::into_inner).elapsed() >= LOOK;
        if due { self.check() } else { Ok(()) }
    }

    /// Takes the lock away, if it is still ours.
    pub fn release(self) -> Result<(), PublishError> {
        match self.check() {
            Ok(()) => self.pool.with_retry(|store| store.remove(&lock_path())),
            // It is somebody else's now.
            Err(PublishError::Here(_)) => Ok(()),
            Err(trouble) => Err(trouble),
        }
    }

    fn holder(&self) -> Result<Option<LockHolder>, PublishError> {
        Ok(self.pool.with_retry(|store| store.read(&lock_path(), WORDS))?.map(|bytes| LockHolder::parse(&String::from_utf8_lossy(&bytes))))
    }
}

fn lock_path() -> RelPath {
    RelPath::own(LOCK)
}

/// What a lock on the target says.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct LockHolder {
    token: String,
    who: String,
    since: String,
    is_whole: bool,
}

impl LockHolder {
    /// What cannot be read is shown as unknown.
    pub(super) fn parse(text: &str) -> LockHolder {
        let value = |key: &str| {
            text.lines().find_map(|line| line.strip_prefix(key)).map_or_else(|| "?".to_string(), |rest| rest.trim().to_string())
        };
        LockHolder { token: value("token "), who: value("who "), since: value("since "), is_whole: text.lines().last() == Some("end") }
    }
}

fn new_token() -> String {
    let mut bytes = [0; 16];
    // Without randomness the clock has to tell two publishes apart.
    if getrandom::fill(&mut bytes).is_err() {
        bytes = jiff::Timestamp::now().as_nanosecond().to_le_bytes();
    }
    crate::ground::Stamp(bytes).hex()
}
