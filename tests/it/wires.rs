//! Publishing over real servers of this machine: each protocol against each server, what a school's host refuses, and lines
//! that fail at every operation, one by one. Needs root and Debian's packages: `tests/run publish` runs these.

mod big;
mod hostile;
mod odd;
mod program;
mod proof;
mod secrets;
mod walk;

pub use program::target;

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use studyhall::ground::{RelPath, Stamp};
use studyhall::publish::body::UploadBody;
use studyhall::publish::local_state::LocalPublishState;
use studyhall::publish::record::{FOLDER, Published, PublishedFiles};
use studyhall::publish::store::{Capabilities, Connector, RemoteEntry, Store};
use studyhall::publish::store_error::{StoreError, StoreErrorKind};
use studyhall::publish::wire::ftp::Security;
use studyhall::publish::wire::ssh::Ssh;
use studyhall::publish::{PublishJob, PublishOptions, RetryPolicy, UploadProgress, run};

use crate::support::proxy::{Harm, Proxy};
use crate::support::servers::{self, PASSWORD, Server, apache, moto, nginx, openssh, password, pure_ftpd, times, vsftpd};

type Site = BTreeMap<String, Vec<u8>>;

/// A server for each way of a target.
const KINDS: [fn() -> Server; 9] = [
    || openssh(""),
    || pure_ftpd(None, &[]),
    || vsftpd("ftp vsftpd", ""),
    || vsftpd("ftps vsftpd", ""),
    || vsftpd("ftps vsftpd implicit", ""),
    || apache(None, ""),
    || apache(Some("good"), ""),
    || nginx(""),
    moto,
];

/// What every protocol can be asked, asked of a server; the answers are the same everywhere.
fn check_seam(server: &Server) {
    println!("{}", server.name);
    let opener = server.opener(server.port, times(20.0));
    let mut store = opener.open().unwrap_or_else(|fault| panic!("{}: {fault}", server.name));
    let can = store.can();
    let step = |what: &str, is_right: bool| assert!(is_right, "{}: {what}", server.name);
    step("an empty target", store.list(None).unwrap().is_empty());
    step("no such folder", store.list(Some(&RelPath::own("no/such"))).unwrap().is_empty());
    step(
        "no such file",
        store.size(&RelPath::own("no/such")).unwrap().is_none() && store.read(&RelPath::own("no.html"), u64::MAX).unwrap().is_none(),
    );
    store.make_folder(&RelPath::own("news")).unwrap();
    store.make_folder(&RelPath::own("news")).unwrap();
    store.write(&RelPath::own("news/one.html"), &UploadBody::of_bytes(b"first"), 0).unwrap();
    step(
        "what was written",
        store.read(&RelPath::own("news/one.html"), u64::MAX).unwrap().as_deref() == Some(&b"first"[..])
            && store.size(&RelPath::own("news/one.html")).unwrap() == Some(5),
    );
    store.write(&RelPath::own("news/one.html"), &UploadBody::of_bytes(b"2nd"), 0).unwrap();
    step("written over", store.read(&RelPath::own("news/one.html"), u64::MAX).unwrap().as_deref() == Some(&b"2nd"[..]));
    store.write(&RelPath::own("news/empty.txt"), &UploadBody::of_bytes(b""), 0).unwrap();
    step(
        "an empty file",
        store.size(&RelPath::own("news/empty.txt")).unwrap() == Some(0)
            && store.read(&RelPath::own("news/empty.txt"), u64::MAX).unwrap().as_deref() == Some(&b""[..]),
    );
    store.write(&RelPath::own("a b学.html"), &UploadBody::of_bytes(b"name"), 0).unwrap();
    if can.replace_by_rename {
        store.write(&RelPath::own("news/one.html.new"), &UploadBody::of_bytes(b"third"), 0).unwrap();
        store.rename(&RelPath::own("news/one.html.new"), &RelPath::own("news/one.html")).unwrap();
        step(
            "renamed over",
            store.read(&RelPath::own("news/one.html"), u64::MAX).unwrap().as_deref() == Some(&b"third"[..])
                && store.size(&RelPath::own("news/one.html.new")).unwrap().is_none(),
        );
    }
    step("made new", store.create_new(&RelPath::own("news/lock"), b"mine").unwrap());
    step(
        "not made twice",
        !store.create_new(&RelPath::own("news/lock"), b"yours").unwrap()
            && store.read(&RelPath::own("news/lock"), u64::MAX).unwrap().as_deref() == Some(&b"mine"[..]),
    );
    let big: Vec<u8> = (0..3_000_000_u32).map(|number| number.to_le_bytes()[usize::from(number % 7 == 0)]).collect();
    store.write(&RelPath::own("big.bin"), &UploadBody::of_bytes(&big), 0).unwrap();
    step("a large file", store.read(&RelPath::own("big.bin"), u64::MAX).unwrap().as_ref() == Some(&big));
    if can.resume {
        store.write(&RelPath::own("part.bin"), &UploadBody::of_bytes(&big[..1_000_000]), 0).unwrap();
        store.write(&RelPath::own("part.bin"), &UploadBody::of_bytes(&big), 1_000_000).unwrap();
        step("gone on with", store.read(&RelPath::own("part.bin"), u64::MAX).unwrap().as_ref() == Some(&big));
        store.remove(&RelPath::own("part.bin")).unwrap();
    }
    let mut top = store.list(None).unwrap();
    top.sort_by(|one, other| one.name.cmp(&other.name));
    let shown: Vec<String> = top.iter().map(|entry| format!("{} {:?} {}", entry.name, entry.size, entry.is_folder)).collect();
    step(&format!("the listing {shown:?}"), shown == ["a b学.html Some(4) false", "big.bin Some(3000000) false", "news None true"]);
    store.remove_folder(&RelPath::own("news")).unwrap();
    step("a folder with something in it stays", store.list(Some(&RelPath::own("news"))).unwrap().len() == 3);
    for path in ["news/one.html", "news/empty.txt", "news/lock", "a b学.html", "big.bin", "big.bin"] {
        store.remove(&RelPath::own(path)).unwrap();
    }
    store.remove_folder(&RelPath::own("news")).unwrap();
    store.remove_folder(&RelPath::own("news")).unwrap();
    step("all gone", store.list(None).unwrap().is_empty());
    drop(store);
    if can.folders {
        assert_eq!(fs::read_dir(&server.root).expect("there").count(), 0, "{}", server.name);
    }
}

#[test]
#[ignore = "real servers: tests/run publish"]
fn all_protocols_answer_alike_on_all_servers() {
    KINDS.into_iter().for_each(|start| check_seam(&start()));
    check_seam(&pure_ftpd(Some("good"), &[]));
}

fn refusal(opener: &dyn Connector) -> StoreError {
    match opener.open() {
        Ok(_) => panic!("{} opens", opener.name()),
        Err(fault) => {
            assert!(!fault.detail.contains("wrong-secret") && !fault.detail.contains(PASSWORD), "a secret shows: {fault}");
            fault
        }
    }
}

#[test]
#[ignore = "real servers: tests/run publish"]
fn a_wrong_password_is_told_by_every_protocol() {
    let wrong = || password("wrong-secret");
    let (ssh, ftp, ftps, dav) = (openssh(""), pure_ftpd(None, &[]), vsftpd("ftps vsftpd", ""), apache(None, ""));
    let mut openers: Vec<Box<dyn Connector>> = Vec::new();
    let mut one = ssh.ssh(ssh.port, times(20.0));
    one.secrets = wrong();
    openers.push(Box::new(one));
    for (server, security) in [(&ftp, Security::Plain), (&ftps, Security::Explicit)] {
        let mut one = server.ftp(server.port, security, times(20.0));
        one.secrets = wrong();
        openers.push(Box::new(one));
    }
    let mut one = dav.webdav(dav.port, "http", times(20.0));
    one.secrets = wrong();
    openers.push(Box::new(one));
    for opener in &openers {
        assert_eq!(refusal(opener.as_ref()).kind, StoreErrorKind::Login, "{}", opener.name());
    }
    let mut none = ssh.ssh(ssh.port, times(20.0));
    none.secrets = Arc::new(servers::Given(None));
    assert_eq!(refusal(&none).kind, StoreErrorKind::NoSecret);
    let mut plain = dav.webdav(dav.port, "http", times(20.0));
    plain.allow_plain = false;
    assert_eq!(refusal(&plain).kind, StoreErrorKind::Settings, "a password does not go over an open line unasked");
}

#[test]
#[ignore = "real servers: tests/run publish"]
fn a_host_key_is_shown_first_kept_then_and_refused_when_it_changes() {
    let server = openssh("");
    let reach =
        |accept: Option<String>| Ssh { accept, own_hosts: server.folder.path().join("known"), ..server.ssh(server.port, times(20.0)) };
    let fingerprint = server.fingerprint();
    assert_eq!(refusal(&reach(None)).kind, StoreErrorKind::HostKeyNew { fingerprint: fingerprint.clone() });
    assert_eq!(refusal(&reach(Some("SHA256:else".into()))).kind, StoreErrorKind::HostKeyNew { fingerprint: fingerprint.clone() });
    reach(Some(fingerprint.clone())).open().expect("accepted");
    reach(None).open().expect("known");
    let other = openssh("");
    let known = fs::read_to_string(server.folder.path().join("known")).expect("written");
    fs::write(server.folder.path().join("known"), known.replace(&format!(":{}", server.port), &format!(":{}", other.port)))
        .expect("written");
    let mut changed = other.ssh(other.port, times(20.0));
    changed.own_hosts = server.folder.path().join("known");
    let shown = StoreErrorKind::HostKeyChanged { fingerprint: other.fingerprint(), known: fingerprint };
    assert_eq!(refusal(&changed).kind, shown, "even when the new key is said to be accepted");
}

#[test]
#[ignore = "real servers: tests/run publish"]
fn keys_and_the_agent_log_in_without_a_password() {
    let server = openssh("PasswordAuthentication no");
    let at = |name: &str| server.folder.path().join(name).to_str().expect("plain").to_string();
    let mut authorized = String::new();
    for kind in ["ed25519", "ecdsa", "rsa"] {
        servers::done("ssh-keygen", &["-q", "-t", kind, "-N", "", "-f", &at(kind)], "");
        authorized.push_str(&fs::read_to_string(at(&format!("{kind}.pub"))).expect("written"));
    }
    fs::write(at("authorized"), authorized).expect("written");
    let bare = || Ssh { secrets: Arc::new(servers::Given(None)), ..server.ssh(server.port, times(20.0)) };
    for kind in ["ed25519", "ecdsa", "rsa"] {
        Ssh { keys: vec![at(kind).into()], ..bare() }.open().unwrap_or_else(|fault| panic!("{kind}: {fault}"));
    }
    let locked = servers::done("ssh-keygen", &["-q", "-t", "ed25519", "-N", "a phrase", "-f", &at("locked")], "");
    assert!(locked.is_empty());
    assert_eq!(refusal(&Ssh { keys: vec![at("locked").into()], ..bare() }).kind, StoreErrorKind::NoSecret);
    let agent = servers::done("ssh-agent", &["-a", &at("agent")], "");
    let number = agent.split("SSH_AGENT_PID=").nth(1).and_then(|rest| rest.split(';').next()).expect("its number").to_string();
    let added = std::process::Command::new("ssh-add").arg("-q").arg(at("rsa")).env("SSH_AUTH_SOCK", at("agent")).status();
    let opened = Ssh { agent: Some(at("agent").into()), ..bare() }.open().map(|_| ());
    servers::done("kill", &[&number], "");
    assert!(added.is_ok_and(|status| status.success()));
    assert_eq!(opened, Ok(()));
}

#[test]
#[ignore = "real servers: tests/run publish"]
fn certificates_that_do_not_hold_are_refused() {
    for name in ["late", "other"] {
        let (dav, ftp) = (apache(Some(name), ""), pure_ftpd(Some(name), &[]));
        assert_eq!(refusal(&dav.webdav(dav.port, "https", times(20.0))).kind, StoreErrorKind::Certificate, "{name}");
        assert_eq!(refusal(&ftp.ftp(ftp.port, Security::Explicit, times(20.0))).kind, StoreErrorKind::Certificate, "{name}");
    }
    let good = apache(Some("good"), "");
    let mut stranger = good.webdav(good.port, "https", times(20.0));
    stranger.trust = Arc::default();
    assert_eq!(refusal(&stranger).kind, StoreErrorKind::Certificate, "an authority that nobody named");
    let (plain, secure) = (pure_ftpd(None, &[]), vsftpd("ftps vsftpd", "force_local_logins_ssl=YES"));
    assert_eq!(refusal(&plain.ftp(plain.port, Security::Explicit, times(20.0))).kind, StoreErrorKind::Unsupported, "no TLS there");
    assert_eq!(refusal(&secure.ftp(secure.port, Security::Plain, times(20.0))).kind, StoreErrorKind::Unsupported, "TLS is asked for");
}

#[test]
#[ignore = "real servers: tests/run publish"]
fn what_may_not_be_written_is_told() {
    use std::os::unix::fs::PermissionsExt as _;
    for server in [openssh(""), pure_ftpd(None, &[]), vsftpd("ftp vsftpd", ""), apache(None, ""), nginx("")] {
        let mut store = server.opener(server.port, times(20.0)).open().unwrap_or_else(|fault| panic!("{}: {fault}", server.name));
        fs::create_dir(server.root.join("closed")).expect("made by root");
        fs::set_permissions(server.root.join("closed"), fs::Permissions::from_mode(0o755)).expect("set");
        let fault = store.write(&RelPath::own("closed/x.html"), &UploadBody::of_bytes(b"x"), 0).expect_err(server.name);
        assert_eq!(fault.kind, StoreErrorKind::Denied, "{}: {fault}", server.name);
    }
}

#[test]
#[ignore = "real servers: tests/run publish"]
fn a_full_quota_is_told() {
    let server = pure_ftpd(None, &["-n", "1000:1"]);
    let mut store = server.opener(server.port, times(20.0)).open().expect("opens");
    let bytes = vec![7; 3 << 20];
    let fault = (0..3)
        .find_map(|number| store.write(&RelPath::own(&format!("{number}.bin")), &UploadBody::of_bytes(&bytes), 0).err())
        .expect("full");
    assert_eq!(fault.kind, StoreErrorKind::Full, "{fault}");
    // A limit on the size of files is how a full disk looks to a server of SFTP.
    let server = apache(None, "LimitRequestBody 1000");
    let mut store = server.opener(server.port, times(20.0)).open().expect("opens");
    assert_eq!(
        store.write(&RelPath::own("x.bin"), &UploadBody::of_bytes(&bytes[..5000]), 0).expect_err("too large").kind,
        StoreErrorKind::Full
    );
}

#[test]
#[ignore = "real servers: tests/run publish"]
fn a_blocked_data_line_and_a_redirection_are_told() {
    let server = pure_ftpd(None, &[]);
    let wall = Proxy::blocking(server.port);
    let unwilling = vsftpd("ftp vsftpd", "pasv_enable=NO");
    for opener in [server.opener(wall.port, times(20.0)), unwilling.opener(unwilling.port, times(20.0))] {
        let fault = opener.open().expect("logs in").list(None).expect_err("no data line");
        assert_eq!(fault.kind, StoreErrorKind::PassiveBlocked, "{fault}");
    }
    let server = apache(None, "");
    let redirecting = nginx(&format!("location /moved {{ return 301 http://user:hunter2@localhost:{}/dav/; }}", server.port));
    let mut moved = redirecting.webdav(redirecting.port, "http", times(20.0));
    moved.url = moved.url.replace("/dav", "/moved");
    let fault = refusal(&moved);
    assert_eq!(fault.kind, StoreErrorKind::Redirected { to: format!("http://localhost:{}/dav/", server.port) });
    let gone = crate::support::free_port();
    for opener in
        [Box::new(server.webdav(gone, "http", times(5.0))) as Box<dyn Connector>, Box::new(server.ftp(gone, Security::Plain, times(5.0)))]
    {
        assert_eq!(refusal(opener.as_ref()).kind, StoreErrorKind::NoHost, "{}", opener.name());
    }
    let mut other = moto().s3(1, times(5.0));
    let storage = moto();
    other.endpoint = format!("http://127.0.0.1:{}", storage.port);
    other.bucket = "nowhere".into();
    assert_eq!(refusal(&other).kind, StoreErrorKind::Settings);
}

/// Counts the operations of a publish, and harms the line before one of them.
struct Counting {
    inner: Box<dyn Connector>,
    count: Arc<AtomicUsize>,
    order: Option<(usize, Harm)>,
    proxy: Arc<Proxy>,
}

impl Counting {
    fn tick(count: &AtomicUsize, order: Option<(usize, Harm)>, proxy: &Proxy) {
        let now = count.fetch_add(1, Ordering::SeqCst);
        if let Some((at, harm)) = order
            && at == now
        {
            proxy.harm(Some(harm));
        }
    }
}

impl Connector for Counting {
    fn open(&self) -> Result<Box<dyn Store>, StoreError> {
        Counting::tick(&self.count, self.order, &self.proxy);
        let (count, order, proxy) = (self.count.clone(), self.order, self.proxy.clone());
        Ok(Box::new(Counted { inner: self.inner.open()?, tick: Box::new(move || Counting::tick(&count, order, &proxy)) }))
    }

    fn name(&self) -> String {
        self.inner.name()
    }
}

struct Counted {
    inner: Box<dyn Store>,
    tick: Box<dyn Fn() + Send>,
}

/// Gives one connection out again and again: a new one for each look at a server is most of what the looks cost.
struct Kept {
    inner: Box<dyn Connector>,
    idle: Arc<Mutex<Vec<Box<dyn Store>>>>,
}

impl Connector for Kept {
    fn open(&self) -> Result<Box<dyn Store>, StoreError> {
        let idle = self.idle.lock().expect("nobody panics with it").pop();
        let inner = idle.map_or_else(|| self.inner.open(), Ok)?;
        Ok(Box::new(Lent { inner: Some(inner), idle: self.idle.clone() }))
    }

    fn name(&self) -> String {
        self.inner.name()
    }
}

struct Lent {
    inner: Option<Box<dyn Store>>,
    idle: Arc<Mutex<Vec<Box<dyn Store>>>>,
}

impl Lent {
    fn store(&mut self) -> &mut dyn Store {
        self.inner.as_deref_mut().expect("there until the end")
    }
}

impl Drop for Lent {
    fn drop(&mut self) {
        self.idle.lock().expect("nobody panics with it").extend(self.inner.take());
    }
}

impl Store for Lent {
    fn can(&self) -> Capabilities {
        self.inner.as_ref().expect("there until the end").can()
    }
    fn list(&mut self, folder: Option<&RelPath>) -> Result<Vec<RemoteEntry>, StoreError> {
        self.store().list(folder)
    }
    fn size(&mut self, path: &RelPath) -> Result<Option<u64>, StoreError> {
        self.store().size(path)
    }
    fn read(&mut self, path: &RelPath, limit: u64) -> Result<Option<Vec<u8>>, StoreError> {
        self.store().read(path, limit)
    }
    fn write(&mut self, path: &RelPath, body: &UploadBody<'_>, from: u64) -> Result<(), StoreError> {
        self.store().write(path, body, from)
    }
    fn create_new(&mut self, path: &RelPath, bytes: &[u8]) -> Result<bool, StoreError> {
        self.store().create_new(path, bytes)
    }
    fn rename(&mut self, from: &RelPath, to: &RelPath) -> Result<(), StoreError> {
        self.store().rename(from, to)
    }
    fn make_folder(&mut self, path: &RelPath) -> Result<(), StoreError> {
        self.store().make_folder(path)
    }
    fn remove(&mut self, path: &RelPath) -> Result<(), StoreError> {
        self.store().remove(path)
    }
    fn remove_folder(&mut self, path: &RelPath) -> Result<(), StoreError> {
        self.store().remove_folder(path)
    }
}

impl Store for Counted {
    fn can(&self) -> Capabilities {
        self.inner.can()
    }
    fn list(&mut self, folder: Option<&RelPath>) -> Result<Vec<RemoteEntry>, StoreError> {
        (self.tick)();
        self.inner.list(folder)
    }
    fn size(&mut self, path: &RelPath) -> Result<Option<u64>, StoreError> {
        (self.tick)();
        self.inner.size(path)
    }
    fn read(&mut self, path: &RelPath, limit: u64) -> Result<Option<Vec<u8>>, StoreError> {
        (self.tick)();
        self.inner.read(path, limit)
    }
    fn write(&mut self, path: &RelPath, body: &UploadBody<'_>, from: u64) -> Result<(), StoreError> {
        (self.tick)();
        self.inner.write(path, body, from)
    }
    fn create_new(&mut self, path: &RelPath, bytes: &[u8]) -> Result<bool, StoreError> {
        (self.tick)();
        self.inner.create_new(path, bytes)
    }
    fn rename(&mut self, from: &RelPath, to: &RelPath) -> Result<(), StoreError> {
        (self.tick)();
        self.inner.rename(from, to)
    }
    fn make_folder(&mut self, path: &RelPath) -> Result<(), StoreError> {
        (self.tick)();
        self.inner.make_folder(path)
    }
    fn remove(&mut self, path: &RelPath) -> Result<(), StoreError> {
        (self.tick)();
        self.inner.remove(path)
    }
    fn remove_folder(&mut self, path: &RelPath) -> Result<(), StoreError> {
        (self.tick)();
        self.inner.remove_folder(path)
    }
}

struct Quiet;

impl UploadProgress for Quiet {
    fn begin(&self, _files: usize, _bytes: u64) {}
    fn sent(&self, _bytes: u64) {}
    fn taken_back(&self, _bytes: u64) {}
}

fn publish(opener: &dyn Connector, machine: &Path, site: &Site, tries: u32) -> Result<(), String> {
    let files: PublishedFiles = site
        .iter()
        .map(|(path, bytes)| (RelPath::own(path), Published { stamp: Stamp::of_bytes(bytes), size: bytes.len() as u64 }))
        .collect();
    // A server that another test starts just now holds a copy of every lock of this process for a moment.
    let mut found = None;
    for _ in 0..200 {
        found = LocalPublishState::open(machine, "campus").map_err(|cause| cause.to_string())?;
        if found.is_some() {
            break;
        }
        std::thread::sleep(Duration::from_millis(10));
    }
    let home = found.expect("nobody else publishes");
    let bytes = |path: &str, _: Published| Ok(site[path].clone());
    let options = PublishOptions {
        connections: 1,
        keep_old: 1,
        history: 3,
        who: "甲机".into(),
        by: "11111111".into(),
        at: "2026-11-25T12:00:00+08:00".into(),
        patience: RetryPolicy { tries, pause: Duration::from_millis(20) },
        ..PublishOptions::default()
    };
    let job =
        PublishJob { target: "campus", opener, files: &files, bytes: &bytes, place: &|_, _| None, home: &home, options, progress: &Quiet };
    run(&job).map(|_| ()).map_err(|cause| cause.to_string())
}

/// A site of a few pages, each of which names what it refers to.
fn site(text: &str) -> Site {
    text.lines().filter_map(|line| line.trim().split_once(": ")).map(|(path, text)| (path.into(), text.as_bytes().to_vec())).collect()
}

const OLD: &str = "index.html: home assets/a.0123456789.css news/one.html
    assets/a.0123456789.css: red
    news/one.html: one assets/a.0123456789.css news/p.jpg
    news/p.jpg: picture";

const NEW: &str = "index.html: home assets/b.abcdef0123.css news/one.html news/two.html
    assets/b.abcdef0123.css: blue
    news/one.html: one again assets/b.abcdef0123.css news/two.html
    news/two.html: two assets/b.abcdef0123.css news/q.jpg
    news/q.jpg: another picture";

/// All files that stand on a target, read over a line of its own.
fn standing(server: &Server) -> Site {
    standing_by(server.opener(server.port, times(20.0)).as_ref())
}

fn standing_by(opener: &dyn Connector) -> Site {
    let mut store = opener.open().unwrap_or_else(|fault| panic!("{}: {fault}", opener.name()));
    let (mut found, mut folders) = (Site::new(), vec![String::new()]);
    while let Some(folder) = folders.pop() {
        for entry in
            store.list(Some(&folder).filter(|folder| !folder.is_empty()).map(|folder| RelPath::own(folder)).as_ref()).expect("it lists")
        {
            let path = if folder.is_empty() { entry.name } else { format!("{folder}/{}", entry.name) };
            if path.starts_with(FOLDER) {
                continue;
            }
            if entry.is_folder {
                folders.push(path);
            } else if let Some(bytes) = store.read(&RelPath::own(&path), u64::MAX).expect("it reads") {
                found.insert(path, bytes);
            }
        }
    }
    found
}

/// What a reader would miss: pages that can be reached from the home page and refer to something that is not there or is
/// neither old nor new.
fn broken(standing: &Site, old: &Site, new: &Site) -> Vec<String> {
    let (mut wrong, mut seen, mut next) = (Vec::new(), vec!["index.html".to_string()], 0);
    while let Some(path) = seen.get(next).cloned() {
        next += 1;
        let Some(bytes) = standing.get(&path) else {
            wrong.push(format!("{path} is not there"));
            continue;
        };
        if ![old, new].iter().any(|site| site.get(&path) == Some(bytes)) {
            wrong.push(format!("{path} is neither old nor new"));
        }
        if path.ends_with(".html") {
            let text = String::from_utf8_lossy(bytes);
            let fresh: Vec<String> =
                text.split(' ').filter(|word| word.contains('.') && !seen.iter().any(|seen| seen == word)).map(str::to_string).collect();
            seen.extend(fresh);
        }
    }
    wrong
}

/// One protocol with one harm, at every operation of a publish. Gives the number of operations, how many publishes the harm
/// ended, and what went wrong.
fn matrix(server: &Server, harm: Harm, stride: usize) -> (usize, usize, Vec<String>) {
    let (old, new) = (site(OLD), site(NEW));
    let direct = Kept { inner: server.opener(server.port, times(20.0)), idle: Arc::default() };
    let proxy = Arc::new(Proxy::new(server.port, Duration::ZERO, server.is_ftp && server.name.starts_with("ftp ")));
    let limit = if harm == Harm::Halt { 1.0 } else { 20.0 };
    let (mut wrong, mut at, mut operations, mut ended) = (Vec::new(), 0, usize::MAX, 0);
    while at < operations {
        let machine = tempfile::tempdir().expect("a folder");
        publish(&direct, machine.path(), &old, 3).unwrap_or_else(|cause| panic!("{}: {cause}", server.name));
        let count = Arc::new(AtomicUsize::new(0));
        let order = (operations != usize::MAX).then_some((at, harm));
        // Nobody halts the publish that only counts: a busy machine may make it wait for longer than a second.
        let patience = times(if order.is_some() { limit } else { 20.0 });
        let through = Counting { inner: server.opener(proxy.port, patience), count: count.clone(), order, proxy: proxy.clone() };
        let first = publish(&through, machine.path(), &new, 1);
        proxy.harm(None);
        if order.is_none() {
            first.unwrap_or_else(|cause| panic!("{} by the proxy: {cause}", server.name));
            operations = count.load(Ordering::SeqCst);
        } else {
            ended += usize::from(first.is_err());
            wrong.extend(broken(&standing_by(&direct), &old, &new).into_iter().map(|what| format!("at {at}: {what}")));
            if let Err(cause) = publish(&direct, machine.path(), &new, 3) {
                wrong.push(format!("at {at}: the next publish: {cause}"));
            }
            let after = standing_by(&direct);
            if new.iter().any(|(path, bytes)| after.get(path) != Some(bytes)) {
                wrong.push(format!("at {at}: the next publish left something out"));
            }
            at += stride;
        }
        // Back to the old state by way of nothing: the server's folder is emptied.
        let mut store = direct.open().expect("opens");
        empty(store.as_mut(), None);
    }
    (operations, ended, wrong)
}

fn empty(store: &mut dyn Store, folder: Option<&RelPath>) {
    for entry in store.list(folder).expect("it lists") {
        let path = folder.map_or_else(|| RelPath::own(&entry.name), |folder| folder.join(&entry.name).expect("a path"));
        if entry.is_folder {
            empty(store, Some(&path));
            store.remove_folder(&path).expect("empty");
        } else {
            store.remove(&path).expect("removed");
        }
    }
}

/// A server's row of the table, and all that went wrong.
fn row(server: &Server, harms: &[(Harm, usize)]) -> (String, Vec<String>) {
    let (mut line, mut all_wrong, mut steps) = (String::new(), Vec::new(), 0);
    for (harm, stride) in harms {
        // Nothing in a plain protocol would tell a changed byte from a right one.
        if *harm == Harm::Falsify && !server.is_sealed {
            line.push_str(&format!("{:>20}", "open line"));
            continue;
        }
        let (operations, ended, mut wrong) = matrix(server, *harm, *stride);
        steps = operations;
        let tried = operations.div_ceil(*stride);
        // A harm that mostly harms nothing would make this a test that cannot fail.
        if ended * 2 < tried {
            wrong.push(format!("only {ended} of {tried} publishes were ended"));
        }
        let told = if wrong.is_empty() { format!("{tried} whole, {ended} ended") } else { format!("{} BROKEN", wrong.len()) };
        line.push_str(&format!("{told:>20}"));
        all_wrong.extend(wrong.into_iter().map(|what| format!("{} {harm:?} {what}", server.name)));
    }
    (format!("{:<20}{steps:>6}{line}", server.name), all_wrong)
}

#[test]
#[ignore = "real servers: tests/run publish"]
fn no_harm_to_the_line_breaks_a_site_or_the_next_publish() {
    // A halt costs its time limit at each operation; the others are tried at all of them.
    let harms = [(Harm::Cut, 1), (Harm::CutAnswer, 1), (Harm::Falsify, 1), (Harm::Halt, 5)];
    let mut table = vec![format!("{:<20}{:>6}{:>20}{:>20}{:>20}{:>20}", "server", "steps", "cut", "cut answer", "falsified", "halted")];
    let servers: [fn() -> Server; 8] = [
        || openssh(""),
        || pure_ftpd(None, &[]),
        || vsftpd("ftp vsftpd", ""),
        || vsftpd("ftps vsftpd", ""),
        || apache(None, ""),
        || apache(Some("good"), ""),
        || nginx(""),
        moto,
    ];
    // Mostly they wait, each for its own server.
    let rows: Vec<_> = servers.into_iter().map(|start| std::thread::spawn(move || row(&start(), &harms))).collect();
    let mut all_wrong = Vec::new();
    for row in rows {
        let (line, wrong) = row.join().expect("a row comes to its end");
        println!("{line}");
        table.push(line);
        all_wrong.extend(wrong);
    }
    println!("{}", table.join("\n"));
    assert!(all_wrong.is_empty(), "{}", all_wrong.join("\n"));
}
