//! The preview on a real file system: whatever happens to the files, it comes to serve what a build makes of them.

use std::fs;
use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::time::{Duration, Instant};

use crate::support::serve::Serve;
use crate::support::site::program;
use crate::support::{Site, free_port};

const STUDY: &str = include_str!("../sites/study.txt");
const PAGE: &str = "content/news/yi.md";

fn news(title: &str, text: &str) -> String {
    format!("---\ntitle: {title}\ndate: 2026-11-01\n---\n\n{text}\n")
}

fn site() -> Site {
    let site = Site::on_disk(STUDY);
    site.write(PAGE, &news("一", "原来的话。"));
    site
}

/// Starts a preview, lets `work` happen to the site, and waits for what a build makes of it.
#[track_caller]
fn check(more: &[&str], work: impl FnOnce(&Site)) {
    let site = site();
    let serve = Serve::start(&site, more);
    work(&site);
    serve.comes_to(&site.clean(&["--drafts"]), &[]);
}

#[test]
fn the_first_state_is_that_of_a_build() {
    check(&[], |_| {});
}

#[test]
fn a_save_in_place() {
    check(&[], |site| site.write(PAGE, &news("一", "另外的话。")));
}

#[test]
fn a_save_by_renaming_over() {
    check(&[], |site| {
        for name in ["content/news/.yi.md.swp", "content/news/4913", "content/news/yi.md~"] {
            site.write(name, "x");
        }
        // vim: the old one goes aside, the new one is written, the old one goes.
        site.rename(PAGE, "content/news/yi.md~");
        site.write(PAGE, &news("一", "vim 写的。"));
        site.remove("content/news/yi.md~");
        // WPS and VS Code: a temporary file takes the place.
        site.write("content/news/~yi123.tmp", &news("一", "改名换上的。"));
        site.rename("content/news/~yi123.tmp", PAGE);
    });
}

#[test]
fn a_save_in_two_steps() {
    check(&[], |site| {
        site.write(PAGE, "");
        std::thread::sleep(Duration::from_millis(120));
        site.write(PAGE, &news("一", "第二步才写完。"));
    });
}

#[test]
fn deleted_and_made_again() {
    check(&[], |site| {
        site.remove(PAGE);
        std::thread::sleep(Duration::from_millis(10));
        site.write(PAGE, &news("一", "又有了。"));
    });
}

#[test]
fn deleted_for_good() {
    let site = site();
    let serve = Serve::start(&site, &[]);
    site.remove(PAGE);
    serve.comes_to(&site.clean(&["--drafts"]), &["news/yi.html"]);
    assert_eq!(serve.get("/news/yi.html").status, 404);
}

#[test]
fn folders_are_made_moved_and_renamed() {
    let site = site();
    let serve = Serve::start(&site, &[]);
    site.write("content/lessons/xinke/_index.md", "---\ntitle: 新课\n---\n");
    site.write("content/lessons/xinke/tu/01.md", "---\ntitle: 一\nspeaker: 张\n---\n\n话。\n");
    site.write("content/lessons/xinke/02.md", "---\ntitle: 二\nspeaker: 张\n---\n\n话。\n");
    serve.comes_to(&site.clean(&["--drafts"]), &[]);
    site.rename("content/lessons/xinke", "content/lessons/laoke");
    serve.comes_to(&site.clean(&["--drafts"]), &["lessons/xinke/02.html"]);
    // In a folder that came by its new name, changes are heard of too.
    site.write("content/lessons/laoke/02.md", "---\ntitle: 二\nspeaker: 张\n---\n\n改过。\n");
    serve.comes_to(&site.clean(&["--drafts"]), &[]);
    // A folder from elsewhere, with files in it.
    let apart = tempfile::tempdir_in(site.dir().parent().expect("it has a folder")).expect("a folder");
    fs::create_dir_all(apart.path().join("ke/deep/deeper")).expect("folders");
    fs::write(apart.path().join("ke/deep/deeper/a.md"), "---\ntitle: 深\nspeaker: 张\n---\n\n话。\n").expect("a file");
    fs::rename(apart.path().join("ke"), site.path("content/lessons/deep")).expect("it can be moved");
    serve.comes_to(&site.clean(&["--drafts"]), &[]);
    site.remove("content/lessons/deep");
    serve.comes_to(&site.clean(&["--drafts"]), &["lessons/deep/deep/deeper/a.html"]);
}

#[test]
fn names_that_differ_by_case_alone() {
    check(&[], |site| {
        site.write("content/news/abc.md", &news("小", "小写。"));
        std::thread::sleep(Duration::from_millis(200));
        site.rename("content/news/abc.md", "content/news/ABC.md");
    });
}

#[test]
fn a_picture_that_is_still_being_copied() {
    let site = site();
    let picture = image::RgbImage::from_fn(900, 700, |x, y| image::Rgb([x as u8, y as u8, (x * y) as u8]));
    let mut bytes = std::io::Cursor::new(Vec::new());
    picture.write_to(&mut bytes, image::ImageFormat::Png).expect("a picture can be written");
    let bytes = bytes.into_inner();
    site.write(PAGE, &news("一", "![图](tu.png)"));
    site.write_bytes("content/news/tu.png", &bytes[..0]);
    site.remove("content/news/tu.png");
    site.write(PAGE, &news("一", "还没有图。"));
    let serve = Serve::start(&site, &[]);
    serve.events_so_far();
    let mut file = fs::File::create(site.path("content/news/tu.png")).expect("a file");
    for part in bytes.chunks(bytes.len() / 6) {
        file.write_all(part).expect("it can be written");
        file.flush().expect("it can be written");
        site.write(PAGE, &news("一", "![图](tu.png)"));
        std::thread::sleep(Duration::from_millis(60));
    }
    drop(file);
    serve.comes_to(&site.clean(&["--drafts"]), &[]);
    let refused: Vec<_> = serve.events_so_far().into_iter().filter(|event| event["event"] == "refused").collect();
    assert!(refused.is_empty(), "a half picture is no mistake of the officer: {refused:?}");
}

#[test]
fn hundreds_of_files_at_once() {
    let site = site();
    let serve = Serve::start(&site, &[]);
    serve.events_so_far();
    for n in 0..300 {
        site.write(&format!("content/news/many/{n}.md"), &news(&format!("第{n}件"), "话。"));
    }
    serve.comes_to(&site.clean(&["--drafts"]), &[]);
    let states = serve.events_so_far().len();
    assert!(states < 100, "300 files were gathered, not taken one by one: {states}");
}

#[test]
fn theme_glossary_statics_settings_and_mounts() {
    let site = site();
    let apart = tempfile::tempdir().expect("a folder");
    fs::write(apart.path().join("ke.md"), news("外来", "外面的话。")).expect("a file");
    let serve = Serve::start(&site, &[]);
    let same = |gone: &[&str]| serve.comes_to(&site.clean(&["--drafts"]), gone);
    site.write("themes/own/theme.yaml", "name: own\nextends: default\n");
    site.write("themes/own/templates/page.html", "{% extends \"base.html\" %}{% block text %}自己的{{ page.body | safe }}{% endblock %}\n");
    let settings = site.read("site.yaml");
    site.write("site.yaml", &format!("{settings}\ntheme: own\nmounts: [{{from: {}, to: news/wai}}]\n", apart.path().display()));
    same(&[]);
    assert_eq!(serve.get("/news/wai/ke.html").status, 200);
    site.write("themes/own/templates/page.html", "{% extends \"base.html\" %}{% block text %}又改{{ page.body | safe }}{% endblock %}\n");
    site.write("themes/own/styles/tokens.css", ":root { --ink: #123; }\n");
    same(&[]);
    fs::write(apart.path().join("ke.md"), news("外来", "外面改了。")).expect("a file");
    same(&[]);
    site.write("content/glossary.yaml", "- term: 话\n  text: 说出来的\n");
    site.write("static/a.txt", "静");
    same(&[]);
    site.write("site.yaml", &settings);
    same(&["news/wai/ke.html"]);
}

#[test]
fn by_looking_where_nothing_is_told() {
    let site = site();
    let serve = Serve::start(&site, &["--poll"]);
    assert_eq!(serve.ready["polls"], true);
    site.write(PAGE, &news("一", "看出来的。"));
    site.write("content/news/er.md", &news("二", "新的。"));
    serve.comes_to(&site.clean(&["--drafts"]), &[]);
    site.remove("content/news/er.md");
    site.rename(PAGE, "content/news/san.md");
    serve.comes_to(&site.clean(&["--drafts"]), &["news/er.html", "news/yi.html"]);
}

/// Starts a preview where the system watches so many folders and no more: a namespace of its own has a limit of its own.
fn start_with_watches(site: &Site, most: usize) -> Serve {
    let mut command = std::process::Command::new("unshare");
    let script = format!("echo {most} > /proc/sys/user/max_inotify_watches && exec \"$0\" \"$@\"");
    command.args(["--user", "--map-root-user", "sh", "-c", &script]).arg(program().get_program());
    command.args(["serve", "--json", "--date", crate::support::DAY, "--port", &free_port().to_string(), "--site"]).arg(site.dir());
    Serve::of(command)
}

#[test]
fn without_watches_it_looks_by_itself_and_says_so() {
    let site = site();
    let serve = start_with_watches(&site, 3);
    assert_eq!(serve.ready["polls"], true, "{}", serve.ready);
    site.write(PAGE, &news("一", "看出来的。"));
    serve.comes_to(&site.clean(&["--drafts"]), &[]);
}

#[test]
fn when_watches_run_out_it_looks_by_itself_from_then_on() {
    let site = site();
    let serve = start_with_watches(&site, 40);
    assert_eq!(serve.ready["polls"], false, "{}", serve.ready);
    for n in 0..60 {
        site.write(&format!("content/news/f{n}/a.md"), &news(&format!("题{n}"), "话。"));
    }
    serve.event(|event| event["event"] == "polls");
    site.write("content/news/f59/a.md", &news("题59", "变。"));
    serve.comes_to(&site.clean(&["--drafts"]), &[]);
}

#[test]
fn changes_during_a_rebuild_are_not_lost() {
    let site = site();
    let serve = Serve::start(&site, &[]);
    let end = Instant::now() + Duration::from_secs(3);
    let mut turn = 0;
    while Instant::now() < end {
        turn += 1;
        site.write(PAGE, &news("一", &format!("第{turn}次。")));
        site.write(&format!("content/news/w{}.md", turn % 7), &news(&format!("题{turn}"), "话。"));
        std::thread::sleep(Duration::from_millis(turn % 23));
    }
    serve.comes_to(&site.clean(&["--drafts"]), &[]);
}

#[test]
fn the_content_folder_goes_and_comes_back() {
    let site = site();
    let serve = Serve::start(&site, &[]);
    let before = serve.file("news/yi.html").expect("it is there");
    site.rename("content", "aside");
    serve.event(|event| event["error"] == "error-no-content");
    assert_eq!(serve.file("news/yi.html"), Some(before), "what was good is still served");
    site.rename("aside", "content");
    site.write(PAGE, &news("一", "回来了。"));
    serve.comes_to(&site.clean(&["--drafts"]), &[]);
    // Deleted and made anew, it is another folder.
    site.remove("content");
    site.write(PAGE, &news("一", "全新的。"));
    site.write("content/_index.md", "---\ntitle: 首页\n---\n");
    site.write("site.yaml", "title: 新\n");
    serve.comes_to(&site.clean(&["--drafts"]), &[]);
    site.write(PAGE, &news("一", "在新的文件夹里也看得见。"));
    serve.comes_to(&site.clean(&["--drafts"]), &[]);
}

#[test]
fn without_content_it_starts_and_waits() {
    let site = Site::on_disk("//- content [missing]\n");
    let serve = Serve::start(&site, &[]);
    assert_eq!(serve.get("/").status, 500);
    site.write(PAGE, &news("一", "后来才有。"));
    serve.comes_to(&site.clean(&["--drafts"]), &[]);
}

#[test]
fn with_errors_the_last_good_state_stays() {
    let site = site();
    let serve = Serve::start(&site, &[]);
    let good = serve.file("news/yi.html").expect("it is there");
    site.write(PAGE, "---\ntitle: 一\ndate: 2026-02-30\n---\n\n坏了。\n");
    serve.event(|event| event["event"] == "refused");
    assert_eq!(serve.file("news/yi.html"), Some(good));
    site.write("content/news/er.md", &news("二", "别的。"));
    serve.event(|event| event["event"] == "refused");
    site.write(PAGE, &news("一", "好了。"));
    serve.comes_to(&site.clean(&["--drafts"]), &[]);
}

#[test]
fn each_update_tells_where_the_time_went_if_asked() {
    let site = site();
    let serve = Serve::start(&site, &["--timings"]);
    site.write(PAGE, &news("一", "另外的话。"));
    let event = serve.event(|event| event["event"] == "updated" && event["pages"].is_number());
    let stages: Vec<&str> =
        event["timings"]["stages"].as_array().expect("stages").iter().filter_map(|stage| stage["stage"].as_str()).collect();
    assert!(stages.contains(&"parse") && stages.contains(&"render"), "{event}");
    assert_eq!(
        event["timings"]["stages"][stages.iter().position(|stage| *stage == "parse").expect("it is there")]["steps"]["read"]["count"],
        1
    );
    let plain = Serve::start(&site, &[]);
    site.write(PAGE, &news("一", "又一句。"));
    assert!(plain.event(|event| event["event"] == "updated" && event["pages"].is_number())["timings"].is_null());
}

#[test]
fn with_errors_from_the_start_it_shows_what_there_is() {
    let site = site();
    site.write("content/news/huai.md", &news("坏", "[没有](meiyou.md)"));
    let serve = Serve::start(&site, &[]);
    assert_eq!(serve.get("/news/huai.html").status, 200);
    site.write(PAGE, &news("一", "照样更新。"));
    serve.comes_to(&site.clean(&["--drafts", "--keep-going"]), &[]);
}

#[test]
fn links_out_of_the_site_are_not_served() {
    let site = site();
    let apart = tempfile::tempdir().expect("a folder");
    fs::write(apart.path().join("secret.txt"), "秘密").expect("a file");
    let serve = Serve::start(&site, &["--keep-going"]);
    site.link("static/leak.txt", apart.path().join("secret.txt").to_str().expect("plain"));
    site.link("static/all", apart.path().to_str().expect("plain"));
    serve.event(|event| event["event"] == "updated");
    for path in [
        "/leak.txt",
        "/all/secret.txt",
        "/../site.yaml",
        "/%2e%2e/site.yaml",
        "/..%2f..%2fetc/passwd",
        "//etc/passwd",
        "/site.yaml",
        "/.studyhall/index",
    ] {
        assert!([400, 404].contains(&serve.get(path).status), "{path}");
    }
}

#[test]
fn foreign_hosts_are_refused() {
    let site = site();
    let serve = Serve::start(&site, &[]);
    assert_eq!(serve.ask("/", "evil.example", "").status, 403);
    assert_eq!(serve.ask("/__studyhall/live?page=index.html", "evil.example", "").status, 403);
    let reply = serve.get("/");
    assert!(reply.head.contains("content-security-policy: default-src 'self'"), "{}", reply.head);
    assert!(reply.head.contains("cross-origin-resource-policy: same-origin"), "{}", reply.head);
    // A foreign page cannot write: there is nothing to write to.
    let mut stream = TcpStream::connect(("127.0.0.1", serve.port)).expect("somebody listens");
    write!(stream, "POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 0\r\nConnection: close\r\n\r\n").expect("it reads");
    let mut answer = String::new();
    stream.read_to_string(&mut answer).expect("it answers");
    assert!(answer.starts_with("HTTP/1.1 405"), "{answer}");
}

#[test]
fn the_network_needs_the_token() {
    let site = site();
    let serve = Serve::start(&site, &["--lan"]);
    let url = serve.ready["network"][0].as_str().expect("this machine has a network").to_string();
    let (host, token) = url.trim_start_matches("http://").trim_end_matches('/').split_once('/').expect("a token");
    assert_eq!(token.len(), 32);
    let ask = |path: &str| {
        let mut stream = TcpStream::connect(host).expect("it listens to the network");
        write!(stream, "GET {path} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n").expect("it reads");
        let mut answer = Vec::new();
        stream.read_to_end(&mut answer).expect("it answers");
        String::from_utf8_lossy(&answer).into_owned()
    };
    assert!(ask("/").starts_with("HTTP/1.1 403"));
    assert!(ask("/index.html").starts_with("HTTP/1.1 403"));
    assert!(ask("/__studyhall/live?page=index.html").starts_with("HTTP/1.1 403"));
    let page = ask(&format!("/{token}/news/yi.html"));
    assert!(page.starts_with("HTTP/1.1 200"), "{page}");
    assert!(page.contains(&format!("src=\"/{token}/__studyhall/preview.js\"")), "{page}");
    assert!(ask(&format!("/{token}/news")).contains(&format!("location: /{token}/news/")));
}

#[test]
fn without_the_network_only_this_machine_is_answered() {
    let site = site();
    let serve = Serve::start(&site, &[]);
    let table = fs::read_to_string("/proc/net/tcp").expect("Linux tells");
    let port = format!(":{:04X}", serve.port);
    let listening: Vec<&str> = table
        .lines()
        .filter(|line| line.contains(" 0A "))
        .filter_map(|line| line.split_whitespace().nth(1))
        .filter(|at| at.ends_with(&port))
        .collect();
    assert_eq!(listening, [format!("0100007F{port}")]);
}

#[test]
fn a_taken_port_is_passed_over() {
    let site = site();
    let taken = TcpListener::bind("127.0.0.1:0").expect("a port");
    let port = taken.local_addr().expect("it has an address").port();
    let serve = Serve::start(&site, &["--port", &port.to_string()]);
    assert!(serve.port > port);
    assert_eq!(serve.get("/").status, 200);
}

#[test]
fn a_second_preview_of_the_same_site_is_told_of_the_first() {
    let site = site();
    let first = Serve::start(&site, &[]);
    let second = Serve::start(&site, &["--port", &first.port.to_string()]);
    assert_eq!(second.ready["error"], "error-serve-twice");
    let (code, _) = second.ended();
    assert_eq!(code, 2);
    // Another site takes the next port.
    let other = Site::on_disk(STUDY);
    let third = Serve::start(&other, &["--port", &first.port.to_string()]);
    assert!(third.port > first.port);
}

#[test]
fn no_permission_for_a_port() {
    let site = site();
    let status = std::process::Command::new("chmod").args(["-R", "a+rwX"]).arg(site.dir()).status().expect("chmod starts");
    assert!(status.success());
    let program = program();
    let mut command = std::process::Command::new("setpriv");
    command.args(["--reuid", "65534", "--regid", "65534", "--clear-groups", "--no-new-privs"]).arg(program.get_program());
    command.args(["serve", "--json", "--lang", "en", "--port", "1", "--date", crate::support::DAY, "--site"]).arg(site.dir());
    let serve = Serve::of(command);
    assert_eq!(serve.ready["error"], "error-serve-permission", "{}", serve.ready);
    assert_eq!(serve.ended().0, 2);
}

#[test]
fn no_site_is_told() {
    let site = Site::on_disk("//- site.yaml [missing]\n");
    let serve = Serve::start(&site, &[]);
    assert_eq!(serve.ready["error"], "error-serve-no-site");
    assert_eq!(serve.ended().0, 2);
}

#[test]
fn it_ends_at_once_and_leaves_its_memory_whole() {
    for (pause, signal) in [(0, "-INT"), (5, "-TERM"), (40, "-INT"), (150, "-INT")] {
        let site = site();
        let serve = Serve::start(&site, &[]);
        for n in 0..40 {
            site.write(&format!("content/news/s{n}.md"), &news(&format!("题{n}"), "话。"));
        }
        std::thread::sleep(Duration::from_millis(pause));
        serve.signal(signal);
        let (code, errors) = serve.ended();
        assert_eq!(code, 0, "{errors}");
        // What it has left is what a build goes on with.
        let run = site.build(&["--drafts", "--json"]);
        assert_eq!(run.code, 0, "{}", run.stderr);
        assert_eq!(run.json()["summary"]["cache_trouble"], serde_json::Value::Null);
        crate::support::site::assert_same(&site.clean(&["--drafts"]), &site.output(), &format!("{signal} after {pause} ms"));
    }
}

#[test]
fn a_killed_preview_harms_nothing() {
    let site = site();
    let serve = Serve::start(&site, &[]);
    site.write(PAGE, &news("一", "就在这时。"));
    serve.signal("-KILL");
    drop(serve);
    let serve = Serve::start(&site, &[]);
    serve.comes_to(&site.clean(&["--drafts"]), &[]);
}

#[test]
fn thousands_of_reconnects_and_one_who_never_reads() {
    let site = site();
    let serve = Serve::start(&site, &[]);
    let listen = || {
        let mut stream = TcpStream::connect(("127.0.0.1", serve.port)).expect("somebody listens");
        write!(stream, "GET /__studyhall/live?page=news/yi.html HTTP/1.1\r\nHost: localhost\r\n\r\n").expect("it reads");
        stream
    };
    let deaf: Vec<TcpStream> = (0..3).map(|_| listen()).collect();
    for turn in 0..10_000 {
        let mut stream = listen();
        // One in two leaves before it is answered. If all did, the system would keep them waiting at the door.
        if turn % 2 == 0 {
            let mut first = [0; 15];
            stream.read_exact(&mut first).expect("it answers");
            assert_eq!(&first, b"HTTP/1.1 200 OK");
        }
        if turn % 1000 == 0 {
            site.write(PAGE, &news("一", &format!("第{turn}次。")));
        }
    }
    serve.comes_to(&site.clean(&["--drafts"]), &[]);
    let status = fs::read_to_string(format!("/proc/{}/status", serve.id())).expect("it runs");
    let threads: u32 =
        status.lines().find_map(|line| line.strip_prefix("Threads:")).and_then(|n| n.trim().parse().ok()).expect("Linux tells");
    assert!(threads < 600, "{threads}");
    let open = fs::read_dir(format!("/proc/{}/fd", serve.id())).expect("it runs").count();
    assert!(open < 200, "connections that went are closed: {open}");
    drop(deaf);
}

#[test]
fn sound_and_film_come_in_parts() {
    let site = site();
    site.write_bytes("static/ting.mp3", &(0..=255).collect::<Vec<u8>>());
    let serve = Serve::start(&site, &[]);
    let host = format!("127.0.0.1:{}", serve.port);
    let reply = serve.ask("/ting.mp3", &host, "Range: bytes=10-19\r\n");
    assert_eq!((reply.status, reply.body), (206, (10..=19).collect()));
    assert!(reply.head.contains("content-range: bytes 10-19/256"), "{}", reply.head);
    assert_eq!(serve.ask("/ting.mp3", &host, "Range: bytes=900-\r\n").status, 416);
}
