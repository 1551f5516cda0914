//! Whole sites: pages, tags, links and mistakes by the thousand. What grows is the processor time of the program, without what
//! it spends on a site of one page.

use std::fmt::Write as _;
use std::process::Command;
use std::time::Duration;

use crate::support::{DAY, Site};

use super::MEASURES;

/// How much longer four times as many may take. More than for texts, since a site is many things, and not as evenly measured.
const LIMIT: f64 = 8.0;

/// What takes less is not measured but guessed.
const LEAST: Duration = Duration::from_millis(40);

/// Files of a site, by the number of what it has many of.
type Shape = (&'static str, usize, fn(usize) -> Vec<(String, String)>);

const SHAPES: &[Shape] = &[
    ("missing anchors of a page of headings", 500, |n| {
        let mut text = headings(n);
        (0..n).for_each(|i| write!(text, "[x](#heading-numbre-{i}-of-maney) ").expect("text"));
        vec![page("a", &text)]
    }),
    ("anchors of a page of headings", 1000, |n| {
        let mut text = headings(n);
        (0..n).for_each(|i| write!(text, "[x](#heading-number-{i}-of-many) ").expect("text"));
        vec![page("a", &text)]
    }),
    ("missing anchors of another page", 500, |n| {
        let text: String = (0..n).map(|i| format!("[x](b.md#heading-numbre-{i}-of-maney) ")).collect();
        vec![page("a", &text), page("b", &headings(n))]
    }),
    ("a long missing anchor", 4000, |n| vec![page("a", &format!("## {}\n\n[x](#{})\n", "a".repeat(n), "b".repeat(n)))]),
    ("mistakes in one line", 1000, |n| vec![page("a", &(0..n).map(|i| format!("[x](missing-{i}.md) ")).collect::<String>())]),
    ("mistakes in many lines", 1000, |n| vec![page("a", &(0..n).map(|i| format!("[x](missing-{i}.md)\n\n")).collect::<String>())]),
    ("missing pictures with descriptions", 500, |n| {
        vec![page("a", &(0..n).map(|i| format!("字 ![图片 {i}](missing-{i}.png)\n\n")).collect::<String>())]
    }),
    ("missing pages beside thousands", 100, |n| {
        let links: String = (0..n * 4).map(|i| format!("[x](the-pgae-{i}.md) ")).collect();
        (0..n).map(|i| page(&format!("the-page-{i}"), "")).chain([page("a", &links)]).collect()
    }),
    ("missing redirects", 200, |n| {
        let table = (0..n * 2).map(|i| format!("/a/{i}.htm,the-pgae-{i}.md\n")).collect();
        (0..n).map(|i| page(&format!("the-page-{i}"), "")).chain([("redirects.csv".to_string(), table)]).collect()
    }),
    ("redirects", 300, |n| {
        let table = (0..n).map(|i| format!("/a/{i}.htm,a.md\n")).collect();
        vec![page("a", ""), ("redirects.csv".to_string(), table)]
    }),
    ("redirects over pages", 200, |n| {
        let table = (0..n).map(|i| format!("/p{i}.html,a.md\n")).collect();
        (0..n).map(|i| page(&format!("p{i}"), "")).chain([page("a", ""), ("redirects.csv".to_string(), table)]).collect()
    }),
    ("aliases that two pages want", 500, |n| {
        let aliases = (0..n).map(|i| format!("/o/{i}.html,")).collect::<String>();
        let text = |title: &str| format!("---\ntitle: {title}\naliases: [{aliases}]\n---\n");
        vec![("content/a.md".to_string(), text("甲")), ("content/b.md".to_string(), text("乙"))]
    }),
    ("tags of one page", 300, |n| {
        let tags = (0..n).map(|i| format!("t{i},")).collect::<String>();
        vec![("content/a.md".to_string(), format!("---\ntitle: 甲\ntags: [{tags}]\n---\n字\n"))]
    }),
    ("attachments of one page", 500, |n| {
        let names = (0..n).map(|i| format!("{i}.txt,")).collect::<String>();
        let files = (0..n).map(|i| (format!("content/{i}.txt"), "字".to_string()));
        files.chain([("content/a.md".to_string(), format!("---\ntitle: 甲\nattachments: [{names}]\n---\n字\n"))]).collect()
    }),
    ("attachments with one address", 500, |n| {
        let links: String = (0..n).map(|i| format!("[x]({}.txt) ", namesake(i))).collect();
        (0..n).map(|i| (format!("content/{}.txt", namesake(i)), "字".to_string())).chain([page("a", &links)]).collect()
    }),
    ("pages with one address", 300, |n| (0..n).map(|i| page(&namesake(i), "")).collect()),
    ("news of missing branches", 200, |n| {
        let news = (0..n).map(|i| (format!("content/news/n{i}.md"), format!("---\ntitle: 题{i}\nbranch: 第{i}党支布\n---\n字\n")));
        news.chain((0..n).map(|i| (format!("content/branches/b{i}/_index.md"), format!("---\ntitle: 第{i}党支部\n---\n")))).collect()
    }),
    ("a circle of documents", 200, |n| {
        (0..n)
            .map(|i| {
                let older: Vec<String> = (0..n.min(4)).map(|k| format!("p{}.md", (i + n - k - 1) % n)).collect();
                (format!("content/policies/p{i}.md"), format!("---\ntitle: P{i}\nsupersedes: [{}]\n---\n字\n", older.join(",")))
            })
            .collect()
    }),
    ("lessons that refer to one document", 200, |n| {
        let lessons = (0..n).map(|i| {
            (format!("content/lessons/l{i}.md"), format!("---\ntitle: L{i}\nreferences: [{{policy: /policies/p.md}}]\n---\n字\n"))
        });
        lessons.chain([("content/policies/p.md".to_string(), "---\ntitle: P\n---\n字\n".to_string())]).collect()
    }),
    ("questions in courses", 100, |n| {
        let text = "---\ntitle: 题\n---\n::: 自测 判断\nq\n\n答案：对\n:::\n";
        (0..n).map(|i| (format!("content/lessons/c{i}/l.md"), text.to_string())).collect()
    }),
    ("terms of one page", 1000, |n| {
        let glossary = (0..n).map(|i| format!("- {{term: 词{i}, text: t}}\n")).collect();
        vec![page("a", &(0..n).map(|i| format!("词{i} ")).collect::<String>()), ("content/glossary.yaml".to_string(), glossary)]
    }),
    ("unknown keys of the settings", 1000, |n| {
        vec![("site.yaml".to_string(), format!("title: T\nfooter:\n{}", (0..n).map(|i| format!("  k{i}: 1\n")).collect::<String>()))]
    }),
];

fn page(name: &str, text: &str) -> (String, String) {
    (format!("content/{name}.md"), format!("---\ntitle: 题 {name}\n---\n{text}\n"))
}

fn headings(count: usize) -> String {
    (0..count).map(|i| format!("## heading number {i} of many\n\n")).collect()
}

/// Names that differ and are spelt alike: every character is `hui`.
fn namesake(number: usize) -> String {
    (0..7).map(|digit| ['会', '汇', '惠', '慧'][number >> (2 * digit) & 3]).collect()
}

/// What a build of some files spends, at least, in some runs: in all its threads, and in saying what is wrong as well.
fn spent(files: &[(String, String)], runs: usize) -> Duration {
    let times = (0..runs).map(|_| {
        let site = Site::new("");
        for (path, text) in files {
            site.write(path, text);
        }
        // The shell tells what its children took; nothing else here does so for one child.
        let script = r#""$0" build --lang en --jobs 1 --keep-going --date "$1" --site "$2" >/dev/null 2>&1; times"#;
        let arguments = ["-c", script, env!("CARGO_BIN_EXE_studyhall"), DAY, site.dir().to_str().expect("a plain name")];
        let done = Command::new("sh").args(arguments).output().expect("a shell");
        assert!(site.path("output/index.html").exists(), "{}", site.build(&[]).stderr);
        children(&String::from_utf8_lossy(&done.stdout))
    });
    times.min().expect("a run")
}

/// The first of the second line of what `times` prints, `0m1.25s 0m0.03s`: what the children spent in themselves. What the system
/// spends on their files depends on who else is writing.
fn children(times: &str) -> Duration {
    let line = times.lines().nth(1).unwrap_or_else(|| panic!("no times of children in `{times}`"));
    let seconds = |word: &str| -> Option<f64> {
        let (minutes, seconds) = word.strip_suffix('s')?.split_once('m')?;
        Some(minutes.parse::<f64>().ok()? * 60.0 + seconds.replace(',', ".").parse::<f64>().ok()?)
    };
    let spent = line.split_whitespace().next().and_then(seconds);
    Duration::from_secs_f64(spent.unwrap_or_else(|| panic!("no times in `{line}`")))
}

#[test]
fn sites() {
    let nothing = spent(&[page("a", "")], 3);
    let mut slow = Vec::new();
    for (name, count, shape) in SHAPES {
        let (small, large) = (shape(*count), shape(count * 4));
        let (mut few, mut many) = (Duration::MAX, Duration::MAX);
        let mut ratio = f64::MAX;
        for _ in 0..MEASURES {
            let small = spent(&small, 2).saturating_sub(nothing);
            let large = spent(&large, 1).saturating_sub(nothing);
            let this = large.as_secs_f64() / small.max(LEAST).as_secs_f64();
            if this < ratio {
                (few, many, ratio) = (small, large, this);
            }
            if ratio < LIMIT {
                break;
            }
        }
        if ratio >= LIMIT {
            slow.push(format!("{name}: {ratio:.1} times as long for 4 times as many ({few:.1?}, {many:.1?})"));
        }
    }
    assert!(slow.is_empty(), "{slow:#?}");
}
