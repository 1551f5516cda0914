//! Targets and hosts that mean harm: a share that others write to, a host that was taken over. Nothing outside a target changes,
//! every answer ends, and each refusal names what is wrong and the way out.

use std::fs;
use std::path::Path;
use std::time::{Duration, Instant};

use studyhall::ground::Stamp;

use crate::support::hostile::{Flow, Hostile};
use crate::support::site::{Tree, program, tree};
use crate::support::{DAY, Dice, Run, Site};

const PASSWORD: &str = "hunter2SECRET";
/// No answer in these tests may hold an officer up for longer: the setting `timeout` is 3 seconds.
const PATIENCE: Duration = Duration::from_secs(45);

/// A small site with a target. Nobody waits for it a second time.
fn site(target: &str) -> Site {
    let site = Site::new(&format!(
        "//- site.yaml\ntitle: 测试\nid: t\npublish: {{campus: {{{target}}}}}\n//- content/a.md\n---\ntitle: 甲\n---\n\n正文\n"
    ));
    let run = site.build(&["-q"]);
    assert_eq!(run.code, 0, "{}", run.brief());
    site
}

fn publish(site: &Site, more: &[&str]) -> Run {
    let began = Instant::now();
    let folder = site.dir().to_str().expect("plain").to_string();
    let mut program = program();
    program.args(["publish", "--date", DAY, "--lang", "en", "--no-proof", "--site", &folder]).args(more);
    if !more.contains(&"--rollback") {
        program.arg("--no-build");
    }
    let run = Run::of(program.env("STUDYHALL_PASSWORD", PASSWORD).output().expect("it runs"), &folder);
    assert!(began.elapsed() < PATIENCE, "{:?}: {}", began.elapsed(), run.brief());
    for text in [&run.stdout, &run.stderr] {
        assert!(!text.contains(PASSWORD) && !text.contains("cGFydHk6aHVudGVyMlNFQ1JFVA"), "a password is seen: {text}");
        assert!(!text.contains(['\u{1b}', '\u{7}', '\u{9b}', '\u{202e}']), "a control sequence: {text:?}");
    }
    run
}

/// Publishes to a hostile host: refused with a message and a way out.
#[track_caller]
fn refused(target: &str, more: &[&str], says: &[&str]) -> String {
    let run = publish(&site(target), more);
    assert_eq!(run.code, 2, "{}", run.brief());
    let said = run.said();
    for text in says.iter().chain(&["hint: ", "campus"]) {
        assert!(said.contains(text), "no `{text}` in: {said}");
    }
    said
}

fn ftp(host: &Hostile) -> String {
    format!("to: \"ftp://party@127.0.0.1:{}/www\", allow_plain: true, timeout: 3, connections: 1", host.port)
}

fn webdav(host: &Hostile) -> String {
    format!("to: \"webdav://party@127.0.0.1:{}/x\", allow_plain: true, timeout: 3, connections: 1", host.port)
}

fn s3(host: &Hostile) -> String {
    format!("to: \"s3://party@bucket/x\", endpoint: \"http://127.0.0.1:{}\", timeout: 3, connections: 1", host.port)
}

const ENDLESS: &[&str] = &["answers without an end"];

#[test]
fn answers_of_ftp_end() {
    let never = |_: &str| None;
    let file = Hostile::ftp(never, |line| line.starts_with("RETR").then(|| Flow::Endless(vec![b'a'; 1 << 16])));
    refused(&ftp(&file), &["--dry-run"], ENDLESS);
    assert!(file.megabytes() < 64, "{} MB", file.megabytes());
    let names = Hostile::ftp(never, |line| line.starts_with("MLSD").then_some(Flow::Lines("type=file;size=1; f{}\r\n")));
    refused(&ftp(&names), &["--dry-run"], ENDLESS);
    assert!(names.megabytes() < 64, "{} MB", names.megabytes());
    let slow = Hostile::ftp(never, |line| line.starts_with("RETR").then_some(Flow::Drip));
    refused(&ftp(&slow), &["--dry-run"], ENDLESS);
    refused(&ftp(&Hostile::saying(Flow::Drip)), &["--dry-run"], ENDLESS);
    refused(&ftp(&Hostile::saying(Flow::Bytes(b"220-x\r\n".repeat(100_000)))), &["--dry-run"], ENDLESS);
    refused(&ftp(&Hostile::saying(Flow::Endless(vec![b'2'; 1 << 16]))), &["--dry-run"], ENDLESS);
}

#[test]
fn folders_that_list_themselves_are_not_walked() {
    let host = Hostile::ftp(
        |_| None,
        |line| line.starts_with("MLSD").then(|| Flow::text("type=dir; a\r\ntype=dir; b\r\ntype=dir; assets\r\ntype=dir; Assets\r\n")),
    );
    let run = publish(&site(&ftp(&host)), &["--dry-run"]);
    assert!(run.code == 0 && run.stderr.contains("not ours, left alone: a/"), "{}", run.brief());
    assert!(host.heard().len() < 400, "{} questions", host.heard().len());
}

#[test]
fn names_that_a_host_lists_are_shown_and_lead_nowhere() {
    let listing = "type=file;size=1; ../../evil\r\ntype=file;size=1; a\\..\\b\r\ntype=dir; ..\r\ntype=file;size=1; \u{1b}[2Jx\u{202e}\r\n\
                   type=file;size=1; nul.txt\r\ntype=file;size=1; a/../../b\r\ntype=file;size=99999999999999999999; c:d\r\n";
    let host = Hostile::ftp(|_| None, move |line| line.starts_with("MLSD").then(|| Flow::text(listing)));
    let run = publish(&site(&ftp(&host)), &["--dry-run"]);
    assert_eq!(run.code, 0, "{}", run.brief());
    assert!(run.stderr.contains("left alone: <U+001B>[2Jx<U+202E>"), "{}", run.stderr);
    let asked = host.heard();
    assert!(!asked.iter().any(|line| line.contains("..") || line.contains("evil") || line.contains("nul")), "{asked:?}");
}

#[test]
fn a_password_that_a_host_says_back_is_struck_out() {
    let echo = Hostile::ftp(|line| line.starts_with("PASS").then(|| format!("530 wrong: {line}")), |_| None);
    refused(&ftp(&echo), &[], &["refuses the name or password"]);
    let later = Hostile::ftp(
        |line| line.starts_with("CWD").then(|| format!("501 party {PASSWORD} may not enter \u{1b}[2J\u{1b}]0;PWN\u{7}")),
        |_| None,
    );
    refused(&ftp(&later), &[], &["party … may not enter <U+001B>[2J"]);
    for (head, says) in [
        ("401 X\r\nWWW-Authenticate: Basic realm=\"hunter2SECRET\"", "refuses the name or password"),
        ("401 X\r\nWWW-Authenticate: Digest realm=\"hunter2SECRET cGFydHk6aHVudGVyMlNFQ1JFVA==\"", "lacks what publishing needs"),
        ("302 X\r\nLocation: http://x.example/hunter2SECRET", "leads elsewhere: http://x.example/…"),
    ] {
        let host = Hostile::http(move |_, _| (head.to_string(), Flow::text("")));
        refused(&webdav(&host), &[], &[says]);
    }
}

const ROOT: &str = "<d:response><d:href>/x/</d:href><d:propstat><d:prop><d:resourcetype><d:collection/></d:resourcetype></d:prop></d:propstat></d:response>";

fn multistatus(inner: &str) -> Vec<u8> {
    format!("<?xml version=\"1.0\"?><d:multistatus xmlns:d=\"DAV:\">{ROOT}{inner}</d:multistatus>").into_bytes()
}

/// A host of WebDAV whose listings hold `inner`, and whose files are `file`.
fn dav(inner: &str, file: Option<Flow>) -> Hostile {
    let listing = multistatus(inner);
    Hostile::http(move |method, _| match (method, &file) {
        ("PROPFIND", _) => ("207 X\r\ncontent-type: application/xml".into(), Flow::Bytes(listing.clone())),
        ("GET", Some(file)) => ("200 X".into(), file.clone()),
        ("GET", None) => ("404 X".into(), Flow::text("")),
        _ => ("201 X".into(), Flow::text("")),
    })
}

#[test]
fn answers_of_webdav_end() {
    let unreadable: &[&str] = &["the listing is not XML"];
    for inner in [
        "<a>".repeat(20_000) + &"</a>".repeat(20_000),
        "<a>".repeat(1_000_000),
        "<a>\u{3c}!--</a>--\u{3e}".repeat(20_000),
        format!("<a {}/>", (0..100_000).map(|at| format!("a{at}=\"\"")).collect::<Vec<_>>().join(" ")),
        (0..30_000).map(|at| format!("<a xmlns:a{at}=\"u\">")).collect(),
    ] {
        refused(&webdav(&dav(&inner, None)), &["--dry-run"], unreadable);
    }
    let laughs = "<?xml version=\"1.0\"?><!DOCTYPE l [<!ENTITY a SYSTEM \"file:///etc/passwd\"><!ENTITY b \"&a;&a;\">]><d:multistatus xmlns:d=\"DAV:\">&b;</d:multistatus>";
    let host = Hostile::http(move |_, _| ("207 X".into(), Flow::text(laughs)));
    refused(&webdav(&host), &["--dry-run"], unreadable);
    for file in [Flow::Endless(vec![b'a'; 1 << 16]), Flow::Drip] {
        let host = dav("", Some(file));
        refused(&webdav(&host), &["--dry-run"], ENDLESS);
        assert!(host.megabytes() < 64, "{} MB", host.megabytes());
    }
    let listing = Hostile::http(|_, _| ("207 X".into(), Flow::Endless(b"<a/>".repeat(1 << 14))));
    refused(&webdav(&listing), &["--dry-run"], ENDLESS);
    assert!(listing.megabytes() < 128, "{} MB", listing.megabytes());
    let header = Hostile::saying(Flow::Lines("HTTP/1.1 200 OK\r\nX-{}: a\r\n"));
    refused(&webdav(&header), &["--dry-run"], &[]);
}

#[test]
fn names_of_webdav_lead_nowhere() {
    let inner: String = ["/../../etc/passwd", "/x/%2e%2e%2fa", "/x/b%0d%0aInjected:%201", "/x/%1b%5b2J", "/x/..", "/x/c%5c..%5cd"]
        .iter()
        .map(|href| format!("<d:response><d:href>{href}</d:href></d:response>"))
        .collect();
    let host = dav(&inner, None);
    let run = publish(&site(&webdav(&host)), &["--dry-run"]);
    assert_eq!(run.code, 0, "{}", run.brief());
    assert!(
        !host.heard().iter().any(|line| line.contains("..") || line.contains("etc") || line.contains("Injected")),
        "{:?}",
        host.heard()
    );
}

#[test]
fn listings_of_s3_end() {
    let pages = std::sync::atomic::AtomicUsize::new(0);
    let host = Hostile::http(move |_, address| {
        if !address.contains("list-type") {
            return ("404 X".into(), Flow::text("<Error><Code>NoSuchKey</Code></Error>"));
        }
        let page = pages.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
        let names: String = (0..1000).map(|at| format!("<Contents><Key>x/f{page}-{at}</Key><Size>1</Size></Contents>")).collect();
        let more = format!("<IsTruncated>true</IsTruncated><NextContinuationToken>t{page}</NextContinuationToken>");
        ("200 X".into(), Flow::text(&format!("<ListBucketResult>{more}{names}</ListBucketResult>")))
    });
    refused(&s3(&host), &["--dry-run"], ENDLESS);
    let deep = Hostile::http(|_, _| ("200 X".into(), Flow::text(&"<a>".repeat(100_000))));
    refused(&s3(&deep), &["--dry-run"], &["no listing of S3"]);
}

/// A share beside a site, that others write to, and something outside it.
fn shared() -> Site {
    let site = site("to: share/www");
    fs::create_dir_all(site.path("share/www/studyhall-publish")).expect("made");
    site.write("home/thesis.txt", "precious\n");
    site.write("victim.txt", "precious\n");
    site
}

/// A part of a record, under the name that its text gives it.
fn part(site: &Site, lines: &str) -> String {
    let text = format!("studyhall-part 1\n{lines}");
    let stamp = Stamp::of_bytes(text.as_bytes()).hex();
    fs::write(site.path(&format!("share/www/studyhall-publish/{stamp}.txt")), text).expect("written");
    stamp
}

fn record(site: &Site, parts: &[String]) {
    let parts: String = parts.iter().map(|part| format!("part {part}\n")).collect();
    let text = format!("studyhall-published 1\nat 2026-11-25T12:00:00+08:00\nby 3f9c2a11\nfiles 1 9\n{parts}");
    let check = Stamp::of_bytes(text.as_bytes()).hex();
    fs::write(site.path("share/www/studyhall-publish/record.txt"), format!("{text}check {check}\n")).expect("written");
}

#[test]
fn a_part_that_names_a_file_outside_removes_nothing() {
    let site = shared();
    let stamp = part(&site, "- ../../victim.txt\n");
    site.write("share/www/studyhall-publish/unfinished.txt", &format!("studyhall-unfinished 1\n{stamp}\n"));
    let run = publish(&site, &[]);
    assert_eq!(run.code, 0, "{}", run.brief());
    assert_eq!(site.read("victim.txt"), "precious\n");
    assert!(site.path("share/www/a.html").exists());
}

#[test]
fn a_record_that_lists_a_file_behind_a_link_removes_nothing() {
    let site = shared();
    site.link("share/www/h", "../../home");
    let hash = Stamp::of_bytes(b"precious\n").hex();
    let stamp = part(&site, &format!("+ {hash} 9 h/thesis.txt\n"));
    record(&site, &[stamp]);
    let run = publish(&site, &[]);
    assert_eq!(site.read("home/thesis.txt"), "precious\n");
    let said = run.said();
    assert!(run.code == 2 && said.contains("a link stands where") && said.contains("share/www/h") && said.contains("hint: "), "{said}");
    site.remove("share/www/h");
    assert_eq!(publish(&site, &[]).code, 0, "the way out leads out");
}

#[test]
fn a_record_removes_no_file_of_others() {
    let site = shared();
    let hash = Stamp::of_bytes(b"theirs\n").hex();
    let names = ["web.config", "Thesis.docx", ".htaccess", "\u{5b66}.html", "bin/app.dll", "old.html"];
    let lines: String = names.iter().map(|name| format!("+ {hash} 7 {name}\n")).collect();
    names.iter().for_each(|name| site.write(&format!("share/www/{name}"), "theirs\n"));
    record(&site, &[part(&site, &lines)]);
    let run = publish(&site, &[]);
    assert_eq!(run.code, 0, "{}", run.brief());
    for name in names {
        assert_eq!(site.path(&format!("share/www/{name}")).exists(), name != "old.html", "{name}: {}", run.brief());
    }
}

#[test]
fn keys_and_certificates_are_plain_files() {
    for target in [
        "to: \"webdavs://party@127.0.0.1:1/x\", certificates: /dev/zero",
        "to: \"ftpes://party@127.0.0.1:1/x\", certificates: big.pem",
        "to: \"webdavs://party@127.0.0.1:1/x\", certificates: pipe.pem",
    ] {
        let site = site(target);
        fs::File::create(site.path("big.pem")).and_then(|file| file.set_len(1 << 40)).expect("it has holes");
        drop(std::process::Command::new("mkfifo").arg(site.path("pipe.pem")).status());
        let run = publish(&site, &["--dry-run"]);
        assert!(run.code == 2 && run.stderr.contains("hint: "), "{target}: {}", run.brief());
    }
}

#[test]
fn two_links_to_itself_in_a_target_end() {
    let site = shared();
    for name in ["a", "b", "assets"] {
        site.link(&format!("share/www/{name}"), ".");
    }
    let run = publish(&site, &["--dry-run"]);
    assert!(run.code == 0 && run.stderr.contains("in the way: assets"), "{}", run.brief());
    site.remove("share/www/assets");
    assert_eq!(publish(&site, &[]).code, 0);
}

#[test]
fn a_lock_and_a_page_do_nothing_to_the_terminal() {
    let site = shared();
    site.write(
        "share/www/studyhall-publish/lock.txt",
        "studyhall-lock 1\ntoken abc\nwho \u{1b}]0;LOCK\u{7}\u{1b}[2Jadmin\u{202e}\nsince now\u{1b}[31m\nend\n",
    );
    let run = publish(&site, &[]);
    assert!(run.code == 2 && run.stderr.contains("<U+001B>]0;LOCK<U+0007><U+001B>[2Jadmin<U+202E>"), "{}", run.stderr);
    site.write("content/b.md", "---\ntitle: x\n---\n[\u{1b}]0;PWNED\u{7}\u{1b}[31mred\u{1b}[0m](missing-\u{1b}[2J.md)\n");
    site.write("content/a\u{1b}[2Jb\u{1b}]0;NAME\u{7}.md", "---\ntitle: x\nbogus: 1\n---\n");
    let run = site.build(&[]);
    assert!(run.stderr.contains("<U+001B>[2J") && !run.stderr.contains(['\u{1b}', '\u{7}']), "{:?}", run.stderr);
    let json = site.build(&["--json"]);
    assert!(json.json()["diagnostics"].to_string().contains("\\u001b[2J"), "programs are told exactly: {}", json.stdout);
}

#[test]
fn a_package_goes_through_no_link() {
    let site = shared();
    site.link("t.zip.new", "victim.txt");
    site.link("t.zip", "home/thesis.txt");
    let run = site.run(&["package", "--no-build", "--lang", "en"]);
    assert_eq!(run.code, 0, "{}", run.brief());
    assert_eq!((site.read("victim.txt"), site.read("home/thesis.txt")), ("precious\n".into(), "precious\n".into()));
    assert!(fs::read(site.path("t.zip")).expect("there").starts_with(b"PK"));
}

#[test]
fn an_output_of_others_is_published_through_no_link_and_no_pipe() {
    let site = shared();
    let page = fs::read(site.path("output/a.html")).expect("built");
    fs::write(site.path("home/a.html"), page).expect("written");
    site.remove("output/a.html");
    site.link("output/a.html", "../home/a.html");
    let said = publish(&site, &[]).said();
    assert!(said.contains("a.html") && said.contains("hint: "), "{said}");
    site.remove("output/a.html");
    let made = std::process::Command::new("mkfifo").arg(site.path("output/a.html")).status();
    if made.is_ok_and(|made| made.success()) {
        let run = publish(&site, &[]);
        assert!(run.code == 2 && run.stderr.contains("a.html"), "{}", run.brief());
    }
    assert!(!site.path("share/www/a.html").exists());
}

/// Everything below a folder with its links, but for what may change.
fn outside(site: &Site) -> Tree {
    let mut all = tree(&site.path("home"));
    all.extend([("victim.txt".to_string(), fs::read(site.path("victim.txt")).expect("there"))]);
    let mut links: Vec<String> =
        fs::read_dir(site.dir()).expect("there").map(|entry| entry.expect("there").file_name().to_string_lossy().into()).collect();
    links.sort();
    all.insert("names".into(), links.join("\n").into_bytes());
    all
}

/// One thing that somebody with a hand in the share, or the sender of the site folder, puts there.
fn spoil(site: &Site, dice: &mut Dice) {
    let paths = [
        "a.html",
        "h/thesis.txt",
        "../../victim.txt",
        "..",
        "",
        "home/x",
        "assets/h/thesis.txt",
        "studyhall-publish/lock.txt",
        "search",
        "con",
        "/etc/hosts",
        "x\\y",
    ];
    let places = [
        "share/www/h",
        "share/www/assets",
        "share/www/a.html",
        "share/www/studyhall-publish",
        ".studyhall-publish",
        ".studyhall-publish/objects",
        ".studyhall-publish/campus",
        ".studyhall-publish/campus/history",
        "share/www/studyhall-publish/lock.txt",
        "share/www/studyhall-publish/record.txt",
        "share/www/tags",
    ];
    let targets = ["home", "home/thesis.txt", "victim.txt", ".", "nowhere"];
    match dice.below(6) {
        0 | 1 => {
            let place = *dice.pick(&places);
            let place = site.path(place);
            drop(fs::remove_dir_all(&place).or_else(|_| fs::remove_file(&place)));
            if let Some(folder) = place.parent().filter(|folder| fs::create_dir_all(folder).is_ok()) {
                let target = dice.pick(&targets[..]);
                let to = site.path(target);
                drop(std::os::unix::fs::symlink(to, folder.join(place.file_name().expect("a name"))));
            }
        }
        2 if site.path("share/www/studyhall-publish").is_dir() => {
            let hash = Stamp::of_bytes(b"precious\n").hex();
            let line = |dice: &mut Dice| match dice.below(3) {
                0 => format!("- {}\n", dice.pick(&paths)),
                1 => format!("~ 1 {hash} 9 {}\n", dice.pick(&paths)),
                _ => format!("+ {hash} 9 {}\n", dice.pick(&paths)),
            };
            let lines: String = (0..=dice.below(3)).map(|_| line(dice)).collect();
            let parts = vec![part(site, &lines)];
            if dice.below(2) == 0 {
                drop(fs::remove_file(site.path("share/www/studyhall-publish/record.txt")));
                record(site, &parts);
            } else {
                let begun = format!("studyhall-unfinished 1\n{}\n", parts[0]);
                drop(fs::write(site.path("share/www/studyhall-publish/unfinished.txt"), begun));
            }
        }
        3 if site.path(".studyhall-publish/campus/history").is_dir() => {
            let hash = Stamp::of_bytes(b"precious\n").hex();
            let state = format!("2026-11-25T12:00:00+08:00\nstudyhall-part 1\n+ {hash} 9 {}\n", dice.pick(&paths));
            drop(fs::write(site.path(&format!(".studyhall-publish/campus/history/{:06}.txt", dice.below(9))), state));
        }
        4 if site.path(".studyhall-publish/campus").is_dir() => {
            let name = *dice.pick(&["journal", "wrong.txt", "probe.txt", "token"]);
            drop(fs::write(site.path(&format!(".studyhall-publish/campus/{name}")), *dice.pick(&paths)));
        }
        _ => drop(fs::write(site.path("share/www/studyhall-publish/0123456789abcdef.part"), "half")),
    }
}

/// Random records, links and journals on a share and in a site folder: whatever a publish and a rollback make of them, what is
/// outside the two stays byte for byte.
#[test]
fn whatever_stands_on_a_share_nothing_outside_it_changes() {
    let site = shared();
    fs::create_dir_all(site.path("home/ab")).expect("made");
    fs::write(site.path(&format!("home/ab/{}", "c".repeat(30))), "a name like ours").expect("written");
    for name in [".studyhall-publish", "share"] {
        fs::create_dir_all(site.path(name)).expect("made");
    }
    let kept = site.path("kept");
    let state = |from: &Path, to: &Path| {
        drop(fs::remove_dir_all(to).or_else(|_| fs::remove_file(to)));
        let copied = std::process::Command::new("cp").arg("-a").arg(from).arg(to).status();
        assert!(copied.is_ok_and(|copied| copied.success()), "{}", from.display());
    };
    assert_eq!(publish(&site, &[]).code, 0);
    fs::create_dir(&kept).expect("made");
    for name in ["share", ".studyhall-publish"] {
        state(&site.path(name), &kept.join(name));
    }
    let mut ended = [0; 3];
    for seed in 0..24 {
        let mut dice = Dice::new(seed);
        for name in ["share", ".studyhall-publish"] {
            state(&kept.join(name), &site.path(name));
        }
        (0..=dice.below(4)).for_each(|_| spoil(&site, &mut dice));
        // What was put there may lead outside by itself.
        let before = outside(&site);
        for more in [&[][..], &["--check", "--adopt", "--take-over"], &["--rollback"]] {
            let run = publish(&site, more);
            let code = usize::try_from(run.code).unwrap_or(99);
            assert!(code == 0 || code == 2 && run.stderr.contains("hint: "), "seed {seed} {more:?}: {}", run.brief());
            ended[code] += 1;
            assert_eq!(outside(&site), before, "seed {seed} {more:?}: {}", run.brief());
        }
    }
    assert!(ended[0] > 10 && ended[2] > 10, "both happen: {ended:?}");
}
