//! A published site as real servers show it in a sub-directory: proved without a finding, and tried beforehand.

use std::path::PathBuf;

use serde_json::Value;

use crate::support::servers::{Server, openssh, pages, pages_by_nginx, pages_with};
use crate::support::{PROJECT, Site};

use super::program::{Officer, target};

/// Everything of a site's proof that is no right answer.
#[track_caller]
fn check_proof(run: &crate::support::Run, name: &str) {
    assert_eq!(run.code, 0, "{name}: {}", run.brief());
    let json = run.json();
    let proof = if json["proof"].is_object() { &json["proof"] } else { &json };
    assert_eq!((&proof["findings"], &proof["left"]), (&Value::Array(Vec::new()), &0.into()), "{name}: {proof:#}");
    assert!(proof["right"].as_u64().is_some_and(|right| right > 30), "{name}: {proof:#}");
    println!("{name}: {} asked, {} right", proof["asked"], proof["right"]);
}

#[test]
#[ignore = "real servers: tests/run publish"]
fn apache_and_nginx_show_the_sample_site_as_it_was_published() {
    let site = Site::new("//- site.yaml\ntitle: x\n");
    for name in ["content", "static", "site.yaml", "redirects.csv"] {
        for entry in walkdir::WalkDir::new(PathBuf::from(PROJECT).join(name)).into_iter().flatten() {
            if entry.file_type().is_file() {
                let path = entry.path().strip_prefix(PROJECT).expect("below").to_str().expect("plain").to_string();
                site.write_bytes(&path, &std::fs::read(entry.path()).expect("it can be read"));
            }
        }
    }
    site.edit("site.yaml", "base_url: \"\"", "base_url: https://dj.example.edu.cn/dj/");
    assert_eq!(site.build(&[]).code, 0);
    let settings = site.read("site.yaml");
    let shown = openssh("");
    for host in [pages_with(&shown, ""), pages_by_nginx(&shown)] {
        let Server { name, port, .. } = &host;
        let to = shown.root.display();
        site.write("site.yaml", &format!("{settings}\npublish: {{shown: {{to: {to}, url: \"http://localhost:{port}/dj/\"}}}}\n"));
        check_proof(&site.run(&["publish", "--json", "--no-build"]), name);
        check_proof(&site.run(&["publish", "--json", "--proof"]), name);
    }
}

#[test]
#[ignore = "real servers: tests/run publish"]
fn a_host_that_declares_gbk_is_tried_over_sftp_and_met() {
    let server = openssh("");
    let host = pages(&server);
    let officer = Officer::new(&format!("{}\n    url: http://localhost:{}/dj/", target(&server), host.port));
    let run = officer.run(&["publish", "--probe", "--json"]);
    assert_eq!(run.code, 3, "{}", run.brief());
    let report = run.json();
    assert_eq!(report["options"], serde_json::json!([{ "key": "byte_order_mark", "value": "true", "of": "site" }]), "{report:#}");
    assert_eq!(std::fs::read_dir(&server.root).expect("there").count(), 0, "the folder is gone");
    let run = officer.run(&["publish", "--json"]);
    assert_eq!((run.code, &run.json()["proof"]["findings"][0]["code"]), (3, &"proof-charset".into()), "{}", run.brief());
    officer.site.edit("site.yaml", "title: 测试", "title: 测试\nbyte_order_mark: true");
    assert_eq!(officer.publish(&[])["proof"]["holds"], true);
}

#[test]
#[ignore = "real servers: tests/run publish"]
fn a_certificate_that_does_not_hold_is_found() {
    let server = openssh("");
    for certificate in ["late", "other"] {
        let host = pages_with(&server, certificate);
        let officer = Officer::new(&format!("    to: {}\n    url: https://localhost:{}/dj/", server.root.display(), host.port));
        let run = officer.run(&["publish"]);
        assert!(run.code == 3 && run.stderr.contains("error: the certificate of https://localhost:"), "{}", run.brief());
    }
}
