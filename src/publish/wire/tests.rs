//! What comes from servers, read: the shapes there are, and odd bytes that none of the readers may trip over.

use super::endpoint::Secret;
use super::listing::{facts, for_people};
use super::packets::{self, SftpAnswer};
use super::sign::Signed;
use super::xml;

/// `name size` and `name/`, a line each, as a listing is read.
fn shown(entries: &[crate::publish::store::RemoteEntry]) -> String {
    let line = |entry: &crate::publish::store::RemoteEntry| match entry.size {
        _ if entry.is_folder => format!("{}/", entry.name),
        Some(size) => format!("{} {size}", entry.name),
        None => entry.name.clone(),
    };
    entries.iter().map(line).collect::<Vec<_>>().join("\n")
}

#[test]
fn listings_for_people_are_read_in_all_their_shapes() {
    let cases: &[(&str, &str)] = &[
        // OpenBSD's, GNU's, vsftpd's; a year instead of a time.
        ("total 12\r\ndrwxr-xr-x    2 0        0            4096 Mar  5 12:30 news\r\n", "news/"),
        ("-rw-r--r--    1 1000     1000         1234 Mar  5  2024 a b.html\r\n", "a b.html 1234"),
        // A blank at the front of a name.
        ("-rw-r--r-- 1 u g 5 Mar 5 12:30  lead.txt", " lead.txt 5"),
        // No group; day before month; months in Chinese; ISO.
        ("-rw-r--r-- 1 owner 77 Dec 31 23:59 x.js", "x.js 77"),
        ("-rw-r--r-- 1 owner group 77 31 Dec 23:59 x.js", "x.js 77"),
        ("-rw-r--r-- 1 owner group 77 12月 31 23:59 x.js", "x.js 77"),
        ("-rw-r--r-- 1 owner group 77 12月 31日 2024年 x.js", "x.js 77"),
        ("-rw-r--r-- 1 owner group 77 2024-12-31 23:59 x.js", "x.js 77"),
        // A link; an access list's plus; the folder's own names; a name that is a number.
        ("lrwxrwxrwx 1 u g 7 Jan 1 00:00 here -> /else/where", "here"),
        ("drwxr-xr-x+ 2 u g 4096 Jan 1 00:00 plus", "plus/"),
        ("drwxr-xr-x 2 u g 4096 Jan 1 00:00 .\ndrwxr-xr-x 2 u g 4096 Jan 1 00:00 ..", ""),
        ("-rw-r--r-- 1 u g 0 Jan 1 00:00 2024", "2024 0"),
        // IIS, with two and four digits, and with thousands.
        ("03-05-26  12:30PM       <DIR>          news\r\n03-05-26  01:02AM                 1234 index.html\r\n", "news/\nindex.html 1234"),
        ("2026-03-05  12:30             1,234 index.html", "index.html 1234"),
        // EPLF.
        ("+i8388621.48594,m825718503,r,s280,\tdjb.html\r\n+i8388621.50690,m824255907,/,\t514\r\n", "djb.html 280\n514/"),
        ("nothing that is known", ""),
    ];
    for (listing, expected) in cases {
        assert_eq!(shown(&for_people(listing.as_bytes())), *expected, "{listing}");
    }
}

#[test]
fn names_in_gbk_are_read() {
    let mut listing = b"-rw-r--r-- 1 u g 9 Jan 1 00:00 ".to_vec();
    listing.extend([0xD1, 0xA7, 0xCC, 0xC3]);
    listing.extend(b".html\r\n");
    assert_eq!(shown(&for_people(&listing)), "学堂.html 9");
    let mut listing = b"type=file;size=9; ".to_vec();
    listing.extend([0xD1, 0xA7, 0xCC, 0xC3]);
    assert_eq!(shown(&facts(&listing)), "学堂 9");
}

#[test]
fn listings_for_machines_are_read() {
    let listing = "type=cdir;modify=20260305123000; /www\r\nType=dir;Modify=20260305123000; news\r\nsize=12;type=file; a b.html\r\ntype=OS.unix=slink:/x; link\r\nbroken\r\n";
    assert_eq!(shown(&facts(listing.as_bytes())), "news/\na b.html 12\nlink");
}

#[test]
fn listings_of_webdav_are_read() {
    let apache = r#"<?xml version="1.0" encoding="utf-8"?>
<D:multistatus xmlns:D="DAV:" xmlns:ns0="DAV:">
<D:response xmlns:lp1="DAV:"><D:href>/dav/</D:href><D:propstat><D:prop><lp1:resourcetype><D:collection/></lp1:resourcetype></D:prop>
<D:status>HTTP/1.1 200 OK</D:status></D:propstat><D:propstat><D:prop><D:getcontentlength/></D:prop><D:status>HTTP/1.1 404 Not Found</D:status></D:propstat></D:response>
<D:response><D:href>http://host/dav/a%20b%E5%AD%A6.html</D:href><D:propstat><D:prop><D:resourcetype/><D:getcontentlength>12</D:getcontentlength></D:prop>
<D:status>HTTP/1.1 200 OK</D:status></D:propstat></D:response></D:multistatus>"#;
    let found = xml::resources(apache.as_bytes()).expect("a listing");
    let lines: Vec<String> = found.iter().map(|one| format!("{} {:?} {}", one.path, one.size, one.is_folder)).collect();
    assert_eq!(lines, ["/dav None true", "/dav/a b学.html Some(12) false"]);
    assert_eq!(xml::resources(b"<html><body>404</body></html>"), None);
}

#[test]
fn listings_of_s3_are_read_page_by_page() {
    let page = r#"<?xml version="1.0"?><ListBucketResult xmlns="http://s3.amazonaws.com/doc/2006-03-01/"><EncodingType>url</EncodingType>
<IsTruncated>true</IsTruncated><NextContinuationToken>more==</NextContinuationToken>
<Contents><Key>site/</Key><Size>0</Size></Contents><Contents><Key>site/a+b%E5%AD%A6.html</Key><Size>12</Size></Contents>
<Contents><Key>other/x</Key><Size>1</Size></Contents><CommonPrefixes><Prefix>site/news/</Prefix></CommonPrefixes></ListBucketResult>"#;
    let listed = xml::listed(page.as_bytes(), "site/").expect("a listing");
    assert_eq!(shown(&listed.entries), "a b学.html 12\nnews/");
    assert_eq!(listed.next.as_deref(), Some("more=="));
    let wrong = "<Error><Code>NoSuchBucket</Code><Message>The bucket is not there</Message></Error>";
    assert_eq!(xml::error(wrong.as_bytes()), Some(("NoSuchBucket".into(), "The bucket is not there".into())));
}

/// The example of the service's own manual.
#[test]
fn a_question_is_signed_as_the_manual_says() {
    let question = Signed {
        method: "GET",
        host: "examplebucket.s3.amazonaws.com",
        path: "/test.txt",
        query: &[],
        headers: &[("range", "bytes=0-9")],
        content: super::sign::content(&crate::publish::body::UploadBody::none()).expect("nothing is read"),
    };
    let now = "2013-05-24T00:00:00Z".parse().expect("a time");
    let headers = question.sign("AKIAIOSFODNN7EXAMPLE", &Secret::new("wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"), "us-east-1", now);
    let login = &headers.last().expect("three").1;
    assert!(login.ends_with("f0e8bdb87c964420e857bd35b5d6ed310bd44f0170aba48dd91039c6036bdb41"), "{login}");
}

#[test]
fn secrets_do_not_show() {
    let secret = Secret::new("hunter2");
    assert_eq!(format!("{secret:?}"), "Secret(…)");
    assert_eq!(secret.struck_from("party", "530 hunter2 is wrong"), "530 … is wrong");
    assert_eq!(secret.struck_from("party", "cGFydHk6aHVudGVyMg== aHVudGVyMg=="), "…== …==");
    assert_eq!(Secret::new("学 堂").struck_from("", "http://x/%E5%AD%A6%20%E5%A0%82"), "http://x/…");
    assert_eq!(Secret::new("").struck_from("", "all of it"), "all of it");
}

/// What would take the parser's stack, its time, or read a file of this machine: refused before it is parsed.
#[test]
fn xml_that_nobody_means_is_none() {
    let listing = |inner: &str| format!("<multistatus xmlns='DAV:'>{inner}</multistatus>");
    let deep = |depth: usize| listing(&("<a>".repeat(depth) + &"</a>".repeat(depth)));
    assert!(xml::resources(deep(20).as_bytes()).is_some());
    let hidden = listing(&"<a><!--</a>-->".repeat(20_000));
    let coded = listing(&"<a><![CDATA[</a>]]>".repeat(20_000));
    let quoted = listing(&"<a b='</a>'>".repeat(20_000));
    let many = listing(&format!("<a {}/>", (0..100_000).map(|at| format!("a{at}='' ")).collect::<String>()));
    let entity = "<!DOCTYPE a [<!ENTITY e '<b><b></b></b>'>]><multistatus>&e;</multistatus>".to_string();
    for text in [deep(40), deep(20_000), hidden, coded, quoted, many, entity] {
        assert_eq!(xml::resources(text.as_bytes()), None, "{text:.60}");
        assert_eq!(xml::listed(text.as_bytes(), ""), None);
    }
    let plain = listing("<!-- < > --><?x <a> ?><response><href>/a</href><b c='>' d=\"'\"/></response>");
    assert_eq!(xml::resources(plain.as_bytes()).map(|found| found.len()), Some(1));
}

/// Good answers with bytes changed, cut and put in: nothing may panic, and a size is never made up out of nothing.
#[test]
fn odd_answers_end_nothing() {
    let mut packet = vec![104, 0, 0, 0, 9, 0, 0, 0, 1, 0, 0, 0, 1, b'a', 0, 0, 0, 1, b'a', 0, 0, 0, 5];
    packet.extend([0, 0, 0, 0, 0, 0, 0, 7, 0, 0, 0x41, 0xed]);
    assert!(matches!(packets::answer(&packet), Some((9, SftpAnswer::Names(names))) if names.len() == 1 && names[0].1.is_folder()));
    let seeds: [&[u8]; 6] = [
        &packet,
        "-rw-r--r-- 1 u g 5 12月 5 12:30 学.txt\r\ndrwxr-xr-x 2 u g 4096 Jan 1 00:00 x\r\n03-05-26  12:30PM  <DIR> n\n+i8,s280,\td".as_bytes(),
        b"type=dir;modify=20260305; news\r\nsize=12;type=file; a%20b\r\n",
        b"<multistatus xmlns='DAV:'><response><href>/a%E5</href><propstat><prop><resourcetype><collection/></resourcetype></prop></propstat></response></multistatus>",
        b"<ListBucketResult><IsTruncated>true</IsTruncated><Contents><Key>a%2</Key><Size>99999999999999999999</Size></Contents></ListBucketResult>",
        b"<Error><Code>x</Code></Error>",
    ];
    let mut state: u64 = 0x9E37_79B9_7F4A_7C15;
    let mut next = |below: usize| {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        usize::try_from(state % below.max(1) as u64).unwrap_or_default()
    };
    for _ in 0..20_000 {
        let mut bytes = seeds[next(seeds.len())].to_vec();
        for _ in 0..=next(6) {
            let at = next(bytes.len());
            match next(4) {
                0 if !bytes.is_empty() => bytes[at] = u8::try_from(next(256)).unwrap_or_default(),
                1 => bytes.truncate(at),
                2 => bytes.insert(at, b" \r\n%<>&;-\t\xD1\x00\xFF"[next(13)]),
                _ => {
                    let piece = bytes[at..].to_vec();
                    bytes.extend(piece);
                }
            }
            bytes.truncate(4096);
        }
        crate::publish::foreign::answers(&bytes);
    }
}
