//! Real servers on this machine, each from a configuration of its own in a temporary folder, ended when the value goes.
//!
//! They want root (to change accounts) and Debian's packages; `tests/run publish` brings both.

use std::fs;
use std::net::TcpStream;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::{Arc, OnceLock};
use std::time::{Duration, Instant};

use studyhall::publish::store::Connector;
use studyhall::publish::tls::TrustedCertificates;
use studyhall::publish::wire::endpoint::{HostAddress, Secret, Secrets, Timeouts};
use studyhall::publish::wire::ftp::{Ftp, Security};
use studyhall::publish::wire::s3::S3;
use studyhall::publish::wire::ssh::Ssh;
use studyhall::publish::wire::webdav::WebDav;

use super::free_port;

/// The account of this machine that the servers work for.
pub const USER: &str = "studyhall-test";
pub const PASSWORD: &str = "right horse 7";

/// One server, its folder of files, and how to reach it.
pub struct Server {
    pub name: &'static str,
    pub port: u16,
    /// Where the target's files lie on this machine; nowhere for S3.
    pub root: PathBuf,
    /// Whether bytes changed on the way are found out by the protocol.
    pub is_sealed: bool,
    pub is_ftp: bool,
    pub folder: tempfile::TempDir,
    child: Child,
}

impl Drop for Server {
    fn drop(&mut self) {
        // Its own children (a process for each guest) go with it: it leads a group.
        let group = format!("-{}", self.child.id());
        for signal in ["-TERM", "-KILL"] {
            let _ = Command::new("kill").args([signal, "--", &group]).stderr(Stdio::null()).status();
        }
        let _ = self.child.wait();
    }
}

/// A secret that is always the same.
pub struct Given(pub Option<String>);

impl Secrets for Given {
    fn password(&self) -> Option<Secret> {
        self.0.clone().map(Secret::new)
    }

    fn heard(&self) -> Vec<Secret> {
        self.password().into_iter().collect()
    }

    fn passphrase(&self, _key: &Path) -> Option<Secret> {
        None
    }
}

pub fn password(word: &str) -> Arc<dyn Secrets> {
    Arc::new(Given(Some(word.to_string())))
}

pub fn times(seconds: f64) -> Timeouts {
    Timeouts { connect: Duration::from_secs_f64(seconds), answer: Duration::from_secs_f64(seconds) }
}

pub fn done(program: &str, arguments: &[&str], input: &str) -> String {
    use std::io::Write as _;
    let mut child = Command::new(program)
        .args(arguments)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap_or_else(|cause| panic!("{program}: {cause}; `tests/run publish` installs what these tests need"));
    // Some do not listen.
    let _ = child.stdin.take().expect("piped").write_all(input.as_bytes());
    let out = child.wait_with_output().expect("it ends");
    assert!(out.status.success(), "{program} {arguments:?}: {}", String::from_utf8_lossy(&out.stderr));
    String::from_utf8_lossy(&out.stdout).into_owned()
}

/// The account, made once.
pub fn account() -> (u32, u32) {
    static MADE: OnceLock<(u32, u32)> = OnceLock::new();
    *MADE.get_or_init(|| {
        let id = |which: &str| Command::new("id").args([which, USER]).output().ok().filter(|out| out.status.success());
        if id("-u").is_none() {
            done("useradd", &["--create-home", "--shell", "/bin/sh", USER], "");
        }
        done("chpasswd", &[], &format!("{USER}:{PASSWORD}\n"));
        let number = |which| String::from_utf8_lossy(&id(which).expect("made").stdout).trim().parse().expect("a number");
        (number("-u"), number("-g"))
    })
}

/// An authority of our own and certificates by it: `good` for this machine, `late` expired, `other` of another name; and `own` and
/// `own-late`, which vouch for themselves and are marked as an authority's, as `openssl req -x509` makes them.
pub fn certificates() -> &'static Path {
    static MADE: OnceLock<PathBuf> = OnceLock::new();
    MADE.get_or_init(|| {
        let folder = std::env::temp_dir().join(format!("studyhall-test-ca-{}", std::process::id()));
        fs::create_dir_all(&folder).expect("a folder");
        let at = |name: &str| folder.join(name).to_str().expect("plain").to_string();
        done(
            "openssl",
            &["req", "-x509", "-newkey", "rsa:2048", "-nodes", "-subj", "/CN=test authority", "-keyout", &at("ca.key"), "-out", &at("ca.pem"), "-days", "30"],
            "",
        );
        fs::write(at("index"), "").expect("written");
        fs::write(at("serial"), "01").expect("written");
        for (name, alternative, from, to) in [
            ("good", "DNS:localhost,IP:127.0.0.1", "20250101000000Z", "20480101000000Z"),
            ("late", "DNS:localhost,IP:127.0.0.1", "20200101000000Z", "20210101000000Z"),
            ("other", "DNS:other.example.edu.cn", "20250101000000Z", "20480101000000Z"),
            ("own", "DNS:localhost,IP:127.0.0.1", "20250101000000Z", "20480101000000Z"),
            ("own-late", "DNS:localhost,IP:127.0.0.1", "20200101000000Z", "20210101000000Z"),
        ] {
            let is_own = name.starts_with("own");
            done("openssl", &["req", "-newkey", "rsa:2048", "-nodes", "-subj", &format!("/CN={name}"), "-keyout", &at(&format!("{name}.key")), "-out", &at("request")], "");
            let settings = format!(
                "[ca]\ndefault_ca=x\n[x]\nnew_certs_dir={0}\ndatabase={0}/index\nserial={0}/serial\ndefault_md=sha256\npolicy=p\nunique_subject=no\nx509_extensions=e\n[p]\ncommonName=supplied\n[e]\nbasicConstraints=CA:{1}\nsubjectAltName={alternative}\n",
                folder.display(),
                if is_own { "TRUE" } else { "FALSE" }
            );
            fs::write(at("settings"), settings).expect("written");
            let (certificate, key) = (at(&format!("{name}.crt")), at(&format!("{name}.key")));
            let (request, settings, ca, ca_key) = (at("request"), at("settings"), at("ca.pem"), at("ca.key"));
            let mut arguments = vec!["ca", "-batch", "-notext", "-config", &settings, "-in", &request, "-out", &certificate, "-startdate", from, "-enddate", to];
            arguments.extend(if is_own { vec!["-selfsign", "-keyfile", &key] } else { vec!["-cert", &ca, "-keyfile", &ca_key] });
            done("openssl", &arguments, "");
            let both = [fs::read(at(&format!("{name}.key"))), fs::read(at(&format!("{name}.crt")))].map(|bytes| bytes.expect("written")).concat();
            fs::write(at(&format!("{name}.pem")), both).expect("written");
        }
        folder
    })
}

pub fn trust() -> Arc<TrustedCertificates> {
    Arc::new(TrustedCertificates::new(Some(certificates().join("ca.pem"))))
}

/// A folder for a server: readable by its account, with `target/` in it that the account may write to.
fn ground() -> (tempfile::TempDir, PathBuf) {
    use std::os::unix::fs::{PermissionsExt as _, chown};
    let (user, group) = account();
    let folder = tempfile::tempdir().expect("a folder");
    fs::set_permissions(folder.path(), fs::Permissions::from_mode(0o755)).expect("opened");
    let root = folder.path().join("target");
    fs::create_dir(&root).expect("made");
    chown(&root, Some(user), Some(group)).expect("given");
    (folder, root)
}

fn start(program: &str, arguments: &[&str], port: u16, log: &Path) -> Child {
    use std::os::unix::process::CommandExt as _;
    let out = fs::File::create(log).expect("a log");
    let child = Command::new(program)
        .args(arguments)
        .process_group(0)
        .stdin(Stdio::null())
        .stdout(out.try_clone().expect("a log"))
        .stderr(out)
        .spawn();
    let mut child = child.unwrap_or_else(|cause| panic!("{program}: {cause}; `tests/run publish` installs what these tests need"));
    let start = Instant::now();
    // Twice: the first may have been another process of tests, which looks whether the port is free (`free_port`) by listening there
    // for a moment.
    let mut heard = 0;
    while heard < 2 {
        heard = if TcpStream::connect(("127.0.0.1", port)).is_ok() { heard + 1 } else { 0 };
        let ended = child.try_wait().expect("known");
        let log = || fs::read_to_string(log).unwrap_or_default();
        assert!(ended.is_none(), "{program} ended: {}", log());
        // Not a measure: a server that never comes must not hold the tests for ever.
        assert!(start.elapsed() < Duration::from_secs(60), "{program} does not listen: {}", log());
        std::thread::sleep(Duration::from_millis(20));
    }
    child
}

fn text(path: &Path) -> String {
    path.to_str().expect("plain").to_string()
}

/// OpenSSH with `internal-sftp` and more lines of configuration.
pub fn openssh(more: &str) -> Server {
    let (folder, root) = ground();
    let port = free_port();
    let at = |name: &str| text(&folder.path().join(name));
    done("ssh-keygen", &["-q", "-t", "ed25519", "-N", "", "-f", &at("host")], "");
    fs::create_dir_all("/run/sshd").expect("made");
    let settings = format!(
        "Port {port}\nListenAddress 127.0.0.1\nHostKey {}\nPidFile none\nUsePAM no\nPasswordAuthentication yes\nStrictModes no\n\
         AuthorizedKeysFile {}\nMaxStartups 200\nSubsystem sftp internal-sftp\n{more}\n",
        at("host"),
        at("authorized")
    );
    fs::write(at("settings"), settings).expect("written");
    let child = start("/usr/sbin/sshd", &["-D", "-e", "-f", &at("settings")], port, &folder.path().join("log"));
    Server { name: "sftp openssh", port, root, is_sealed: true, is_ftp: false, folder, child }
}

impl Server {
    /// The fingerprint of the host key, as `ssh-keygen` tells it.
    pub fn fingerprint(&self) -> String {
        let told = done("ssh-keygen", &["-l", "-f", &text(&self.folder.path().join("host.pub"))], "");
        told.split(' ').nth(1).expect("a fingerprint").to_string()
    }

    pub fn address(&self, port: u16) -> HostAddress {
        // pure-ftpd shows its account nothing but the account's own folder.
        let root = if self.name.ends_with("pure-ftpd") { "/".to_string() } else { text(&self.root) };
        HostAddress { host: "127.0.0.1".into(), port: Some(port), user: USER.into(), root }
    }

    pub fn ssh(&self, port: u16, times: Timeouts) -> Ssh {
        Ssh {
            address: self.address(port),
            secrets: password(PASSWORD),
            keys: Vec::new(),
            agent: None,
            known_hosts: Vec::new(),
            own_hosts: self.folder.path().join(format!("known-{port}")),
            accept: Some(self.fingerprint()),
            times,
        }
    }

    pub fn ftp(&self, port: u16, security: Security, times: Timeouts) -> Ftp {
        Ftp { address: self.address(port), security, secrets: password(PASSWORD), trust: trust(), times }
    }

    pub fn webdav(&self, port: u16, scheme: &str, times: Timeouts) -> WebDav {
        WebDav {
            url: format!("{scheme}://localhost:{port}/dav"),
            user: USER.into(),
            secrets: password(PASSWORD),
            allow_plain: true,
            trust: trust(),
            times,
        }
    }

    pub fn s3(&self, port: u16, times: Timeouts) -> S3 {
        S3 {
            endpoint: format!("http://127.0.0.1:{port}"),
            bucket: "campus".into(),
            prefix: "study".into(),
            region: "us-east-1".into(),
            key_id: "key".into(),
            secrets: password(PASSWORD),
            bucket_in_host: false,
            trust: trust(),
            times,
        }
    }

    /// The way that belongs to this server, by way of a port.
    pub fn opener(&self, port: u16, times: Timeouts) -> Box<dyn Connector> {
        match self.name {
            "sftp openssh" => Box::new(self.ssh(port, times)),
            "ftp pure-ftpd" | "ftp vsftpd" => Box::new(self.ftp(port, Security::Plain, times)),
            "ftps pure-ftpd" | "ftps vsftpd" => Box::new(self.ftp(port, Security::Explicit, times)),
            "ftps vsftpd implicit" => Box::new(self.ftp(port, Security::Implicit, times)),
            "webdav apache" | "webdav nginx" => Box::new(self.webdav(port, "http", times)),
            "webdav apache tls" | "webdav nginx tls" => Box::new(self.webdav(port, "https", times)),
            _ => Box::new(self.s3(port, times)),
        }
    }
}

/// pure-ftpd with an account of its own; `tls` is the name of a certificate.
pub fn pure_ftpd(tls: Option<&str>, more: &[&str]) -> Server {
    let (folder, root) = ground();
    let (user, group) = account();
    let port = free_port();
    let at = |name: &str| text(&folder.path().join(name));
    // Its own way of keeping passwords takes two seconds of reckoning for each login, which is no part of what is tested.
    let hash = done("openssl", &["passwd", "-1", "-stdin"], &format!("{PASSWORD}\n"));
    fs::write(at("accounts"), format!("{USER}:{}:{user}:{group}::{}/./::::::::::::\n", hash.trim(), text(&root))).expect("written");
    done("pure-pw", &["mkdb", &at("accounts.pdb"), "-f", &at("accounts")], "");
    let (bind, login) = (format!("127.0.0.1,{port}"), format!("puredb:{}", at("accounts.pdb")));
    let mut arguments = vec!["-S", &bind, "-l", &login, "-E", "-H", "-c", "200", "-C", "200", "-u", "1"];
    let certificate = tls.map(|name| text(&certificates().join(format!("{name}.pem"))));
    if let Some(certificate) = &certificate {
        arguments.extend(["-Y", "2", "-2", certificate]);
    }
    arguments.extend(more);
    let child = start("pure-ftpd", &arguments, port, &folder.path().join("log"));
    let name = if tls.is_some() { "ftps pure-ftpd" } else { "ftp pure-ftpd" };
    Server { name, port, root, is_sealed: name.starts_with("ftps"), is_ftp: true, folder, child }
}

/// vsftpd for the account of the machine; it insists on the data lines going on with the session of the first.
pub fn vsftpd(name: &'static str, more: &str) -> Server {
    let (folder, root) = ground();
    let port = free_port();
    let at = |name: &str| text(&folder.path().join(name));
    fs::create_dir_all("/var/run/vsftpd/empty").expect("made");
    let certificate = text(&certificates().join("good.pem"));
    let tls = if name == "ftp vsftpd" {
        String::new()
    } else {
        format!(
            "ssl_enable=YES\nrsa_cert_file={certificate}\nrsa_private_key_file={certificate}\nrequire_ssl_reuse=YES\nssl_ciphers=HIGH\nssl_tlsv1=YES\nimplicit_ssl={}\n",
            if name.ends_with("implicit") { "YES" } else { "NO" }
        )
    };
    let settings = format!(
        "listen=YES\nlisten_address=127.0.0.1\nlisten_port={port}\nbackground=NO\nanonymous_enable=NO\nlocal_enable=YES\nwrite_enable=YES\n\
         pam_service_name=other\nsecure_chroot_dir=/var/run/vsftpd/empty\nseccomp_sandbox=NO\n{tls}{more}\n"
    );
    fs::write(at("settings"), settings).expect("written");
    // It and pure-ftpd shut each other out as packages, so this one may lie where `tests/run` unpacked it.
    let unpacked = format!("{}/target/servers/usr/sbin/vsftpd", super::PROJECT);
    let program = if Path::new(&unpacked).exists() { unpacked.as_str() } else { "vsftpd" };
    let child = start(program, &[&at("settings")], port, &folder.path().join("log"));
    Server { name, port, root, is_sealed: name.starts_with("ftps"), is_ftp: true, folder, child }
}

/// Apache with `mod_dav`; `tls` is the name of a certificate.
pub fn apache(tls: Option<&str>, more: &str) -> Server {
    let (folder, root) = ground();
    let port = free_port();
    let at = |name: &str| text(&folder.path().join(name));
    let hash = done("openssl", &["passwd", "-apr1", "-stdin"], &format!("{PASSWORD}\n"));
    fs::write(at("accounts"), format!("{USER}:{hash}")).expect("written");
    let modules: String =
        ["mpm_event", "authn_core", "authn_file", "auth_basic", "authz_core", "authz_user", "alias", "mime", "dav", "dav_fs", "ssl"]
            .iter()
            .map(|name| format!("LoadModule {name}_module /usr/lib/apache2/modules/mod_{name}.so\n"))
            .collect();
    fs::create_dir(at("locks")).expect("made");
    let (user, group) = account();
    std::os::unix::fs::chown(at("locks"), Some(user), Some(group)).expect("given");
    let secure = tls.map(|name| text(&certificates().join(name))).map_or_else(String::new, |at| {
        format!("SSLEngine on\nSSLCertificateFile {at}.crt\nSSLCertificateKeyFile {at}.key\nSSLSessionCache none\n")
    });
    let settings = format!(
        "{modules}ServerRoot {0}\nServerName localhost\nListen 127.0.0.1:{port}\nUser {USER}\nGroup {USER}\nPidFile {0}/pid\nErrorLog {0}/errors\n\
         Mutex file:{0}\nDavLockDB {0}/target/.davlock\nTypesConfig /etc/mime.types\nDocumentRoot {0}\nKeepAliveTimeout 30\nAlias /dav {0}/target\n{secure}\
         <Location /dav>\nDav On\nAuthType Basic\nAuthName test\nAuthUserFile {0}/accounts\nRequire valid-user\n</Location>\n{more}\n",
        folder.path().display()
    )
    .replace("/target/.davlock", "/locks/dav");
    fs::write(at("settings"), settings).expect("written");
    mime_types();
    let child = start("/usr/sbin/apache2", &["-D", "FOREGROUND", "-f", &at("settings")], port, &folder.path().join("log"));
    Server {
        name: if tls.is_some() { "webdav apache tls" } else { "webdav apache" },
        port,
        root,
        is_sealed: tls.is_some(),
        is_ftp: false,
        folder,
        child,
    }
}

/// Apache as a school has it: a folder of another server, shown to everybody below `/dj/`, as GBK.
pub fn pages(of: &Server) -> Server {
    shown_by_apache(of, "AddDefaultCharset GBK\n".to_string())
}

/// Apache that packs texts and declares nothing; `certificate` is the name of one, or nothing.
pub fn pages_with(of: &Server, certificate: &str) -> Server {
    let module = |name: &str| format!("LoadModule {name}_module /usr/lib/apache2/modules/mod_{name}.so\n");
    let packs = "AddOutputFilterByType DEFLATE text/html text/css text/javascript application/javascript\n";
    let mut more = ["filter", "deflate"].map(module).concat() + packs;
    if !certificate.is_empty() {
        let at = text(&certificates().join(certificate));
        more +=
            &format!("{}SSLEngine on\nSSLCertificateFile {at}.crt\nSSLCertificateKeyFile {at}.key\nSSLSessionCache none\n", module("ssl"));
    }
    shown_by_apache(of, more)
}

fn shown_by_apache(of: &Server, more: String) -> Server {
    let (folder, root) = ground();
    let port = free_port();
    let at = |name: &str| text(&folder.path().join(name));
    let modules: String = ["mpm_event", "authz_core", "alias", "mime", "dir"]
        .iter()
        .map(|name| format!("LoadModule {name}_module /usr/lib/apache2/modules/mod_{name}.so\n"))
        .collect();
    let settings = format!(
        "{modules}ServerRoot {0}\nServerName localhost\nListen 127.0.0.1:{port}\nUser {USER}\nGroup {USER}\nPidFile {0}/pid\nErrorLog {0}/errors\n\
         Mutex file:{0}\nTypesConfig /etc/mime.types\nDirectoryIndex index.html\nAlias /dj {1}\n{more}",
        folder.path().display(),
        of.root.display()
    );
    fs::write(at("settings"), settings).expect("written");
    mime_types();
    let child = start("/usr/sbin/apache2", &["-D", "FOREGROUND", "-f", &at("settings")], port, &folder.path().join("log"));
    Server { name: "apache", port, root, is_sealed: false, is_ftp: false, folder, child }
}

/// nginx the same way, with its own table of types and packed texts.
pub fn pages_by_nginx(of: &Server) -> Server {
    let (folder, root) = ground();
    let port = free_port();
    let at = |name: &str| text(&folder.path().join(name));
    fs::create_dir(at("x")).expect("made");
    let temporary: String =
        ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"].iter().map(|name| format!("{name}_temp_path {}/{name};\n", at("x"))).collect();
    let settings = format!(
        "user {USER} {USER};\nworker_processes 1;\npid {0}/pid;\nerror_log {0}/errors;\nevents {{ worker_connections 256; }}\n\
         http {{\naccess_log off;\n{temporary}include /etc/nginx/mime.types;\ngzip on;\ngzip_types text/css application/javascript;\n\
         server {{ listen 127.0.0.1:{port};\nlocation /dj/ {{ alias {1}/; index index.html; }}\n}}\n}}\n",
        folder.path().display(),
        of.root.display()
    );
    fs::write(at("settings"), settings).expect("written");
    let child = start("/usr/sbin/nginx", &["-p", &at(""), "-c", &at("settings"), "-g", "daemon off;"], port, &folder.path().join("log"));
    Server { name: "nginx", port, root, is_sealed: false, is_ftp: false, folder, child }
}

/// A machine without Apache's own package of settings may lack the table of types.
fn mime_types() {
    if !Path::new("/etc/mime.types").exists() {
        fs::write("/etc/mime.types", "text/html html\ntext/css css\ntext/javascript js\napplication/xml xml\nimage/png png\n")
            .expect("written");
    }
}

/// nginx with its own WebDAV and the package that lists.
pub fn nginx(more: &str) -> Server {
    let (folder, root) = ground();
    let port = free_port();
    let at = |name: &str| text(&folder.path().join(name));
    let hash = done("openssl", &["passwd", "-apr1", "-stdin"], &format!("{PASSWORD}\n"));
    fs::write(at("accounts"), format!("{USER}:{hash}")).expect("written");
    let temporary: String = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"]
        .iter()
        .map(|name| format!("{name}_temp_path {0}/{name};\n", at("x")))
        .collect();
    fs::create_dir(at("x")).expect("made");
    let settings = format!(
        "load_module /usr/lib/nginx/modules/ngx_http_dav_ext_module.so;\nuser {USER} {USER};\nworker_processes 1;\npid {0}/pid;\nerror_log {0}/errors;\n\
         events {{ worker_connections 256; }}\nhttp {{\naccess_log off;\n{temporary}client_max_body_size 64m;\ndav_ext_lock_zone zone=l:1m;\n\
         server {{ listen 127.0.0.1:{port};\nlocation /dav {{ alias {0}/target; auth_basic x; auth_basic_user_file {0}/accounts;\n\
         dav_methods PUT DELETE MKCOL COPY MOVE; dav_ext_methods PROPFIND OPTIONS; }}\n{more}\n}}\n}}\n",
        folder.path().display()
    );
    fs::write(at("settings"), settings).expect("written");
    let child = start("/usr/sbin/nginx", &["-p", &at(""), "-c", &at("settings"), "-g", "daemon off;"], port, &folder.path().join("log"));
    Server { name: "webdav nginx", port, root, is_sealed: false, is_ftp: false, folder, child }
}

/// A server of S3 that the registry of Python carries, with a bucket made.
pub fn moto() -> Server {
    let (folder, root) = ground();
    let port = free_port();
    let unpacked = format!("{}/target/servers/moto/bin/moto_server", super::PROJECT);
    let child = start(&unpacked, &["-H", "127.0.0.1", "-p", &port.to_string()], port, &folder.path().join("log"));
    let bucket = format!("http://127.0.0.1:{port}/campus");
    let made = done("curl", &["-sS", "--retry", "20", "--retry-delay", "1", "--retry-connrefused", "-X", "PUT", &bucket], "");
    assert!(!made.contains("<Error>"), "{made}");
    Server { name: "s3 moto", port, root, is_sealed: false, is_ftp: false, folder, child }
}
