//! Text in, terms and files out, and the way back. What the script makes of the files is tested in `tests/browser`.

use std::collections::{BTreeMap, HashMap};
use std::convert::Infallible;
use std::sync::Mutex;

use super::coder::{RangeEncoder, Scale};
use super::fold::{IndexTerm, TextFolder};
use super::read::RangeDecoder;
use super::*;
use crate::ground::Stamp;

type Files = BTreeMap<String, Vec<u8>>;

/// A page and its text.
type Text = (IndexedPage, Vec<IndexedSection>);

fn text(url: &str, title: &str, text: &str) -> Text {
    let sections = vec![IndexedSection { text: text.to_string(), ..IndexedSection::default() }];
    (
        IndexedPage {
            url: url.to_string(),
            title: title.to_string(),
            kind: "page".into(),
            kind_name: "页面".into(),
            ..IndexedPage::default()
        },
        sections,
    )
}

struct Random(u32);

impl Random {
    fn below(&mut self, most: usize) -> usize {
        self.0 = self.0.wrapping_mul(1_103_515_245).wrapping_add(12345);
        (self.0 >> 8) as usize % most
    }

    fn text(&mut self, length: usize) -> String {
        let words: Vec<char> = "会议记录支部党员大讲堂学习文件制度通知公告课程发展先锋风采下载中心ab5臺，".chars().collect();
        (0..length).map(|i| if i % 17 == 16 { '\n' } else { words[self.below(words.len())] }).collect()
    }
}

fn site() -> Vec<Text> {
    let mut random = Random(7);
    (0..160).map(|at| text(&format!("a/{at}.html"), &format!("第{at}讲"), &random.text(if at % 40 == 0 { 9000 } else { 300 }))).collect()
}

/// Files of earlier indexes.
#[derive(Default)]
struct Kept(Mutex<HashMap<Stamp, Vec<u8>>>);

/// Takes the files of one index.
struct TestStore<'a> {
    kept: Option<&'a Kept>,
    files: Mutex<Files>,
}

impl IndexStore<Infallible> for TestStore<'_> {
    fn get(&self, file: &IndexFile) -> Option<Vec<u8>> {
        self.kept?.0.lock().expect("one thread").get(&file.stamp).cloned()
    }

    fn put(&self, file: &IndexFile, bytes: &[u8]) -> Result<(), Infallible> {
        assert_eq!(Stamp::of_bytes(bytes), file.stamp, "{}", file.name);
        self.files.lock().expect("no panic").insert(file.path(), bytes.to_vec());
        if let Some(Kept(kept)) = self.kept {
            kept.lock().expect("one thread").insert(file.stamp, bytes.to_vec());
        }
        Ok(())
    }

    fn keep(&self, file: &IndexFile) -> Result<bool, Infallible> {
        let Some(bytes) = self.get(file) else { return Ok(false) };
        assert_eq!(Stamp::of_bytes(&bytes), file.stamp, "{}", file.name);
        self.files.lock().expect("no panic").insert(file.path(), bytes);
        Ok(true)
    }
}

/// The index of these pages; how many texts were asked for.
fn made(texts: &[Text], glossary: &[String], old: Option<&IndexState>, kept: Option<&Kept>) -> (Files, IndexState, usize) {
    let pages: Vec<IndexedPage> = texts
        .iter()
        .map(|(page, sections)| {
            let told: Vec<(&str, &str, &str)> = sections.iter().map(|s| (s.anchor.as_str(), s.heading.as_str(), s.text.as_str())).collect();
            IndexedPage {
                key: Stamp::of(&(&page.url, &page.title, &page.facts, &page.keywords, told)),
                headings: sections.iter().map(|section| section.heading.clone()).collect(),
                ..page.clone()
            }
        })
        .collect();
    let asked = Mutex::new(std::collections::BTreeSet::new());
    let store = TestStore { kept, files: Mutex::default() };
    let sections = |at: usize| -> Result<Vec<IndexedSection>, Infallible> {
        asked.lock().expect("no panic").insert(at);
        Ok(texts[at].1.clone())
    };
    let Ok(state) = index(&IndexInput { pages: &pages, glossary, sections: &sections }, old, &store);
    let (mut files, asked) = (store.files.into_inner().expect("no panic"), asked.into_inner().expect("no panic"));
    let mut paths: Vec<String> = state.files().map(IndexFile::path).collect();
    paths.sort_unstable();
    assert!(paths.windows(2).all(|pair| pair[0] != pair[1]), "two files of one name");
    // What an attempt left behind that gave up is the next one's as well.
    files.retain(|path, _| paths.binary_search(path).is_ok());
    assert_eq!(files.len(), paths.len());
    (files, state, asked.len())
}

fn files(texts: &[Text]) -> Files {
    made(texts, &["三会一课".to_string()], None, None).0
}

#[test]
fn a_simplified_text_needs_no_table() {
    let folder = TextFolder::default();
    let common = "户才群台核脱峰吃温秘税葱床痴兑卧";
    assert!(!folder.simplifies(common));
    assert_eq!(folder.fold(common), common);
    assert_eq!(folder.fold("戶纔羣臺檯颱覈脫峯喫溫祕稅蔥牀癡兌臥"), "户才群台台台核脱峰吃温秘税葱床痴兑卧");
}

#[test]
fn folds_as_the_script_does() {
    let folder = TextFolder::default();
    for line in include_str!("../../tests/judged/vectors.tsv").lines() {
        let fields: Vec<String> = line.split('\t').map(|field| serde_json::from_str(field).expect("a JSON string")).collect();
        let folded = folder.fold(&fields[0]);
        assert_eq!(folded, fields[1], "{}", fields[0]);
        let mut found = Vec::new();
        folder.terms(&fields[0], |term| {
            found.push(match term {
                IndexTerm::One(c) => c.to_string(),
                IndexTerm::Two(a, b) => format!("{a}{b}"),
                IndexTerm::Word(word) => word.to_string(),
            });
        });
        assert_eq!(found.join("|"), fields[2], "{}", fields[0]);
    }
}

#[test]
fn every_file_is_a_script_that_any_host_serves() {
    for (path, bytes) in files(&site()) {
        assert!(path.starts_with("search/") && path.ends_with(".js"), "{path}");
        assert!(path.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || b"/._-".contains(&byte)), "{path}");
        assert!(bytes.iter().all(|byte| matches!(byte, b' '..=b'~' | b'\n')), "{path}");
    }
}

#[test]
fn the_same_in_the_same_out() {
    assert_eq!(files(&site()), files(&site()));
}

#[test]
fn an_edit_changes_few_files_and_asks_for_few_texts() {
    let memory = Kept::default();
    let mut texts = site();
    let (before, state, _) = made(&texts, &[], None, Some(&memory));
    texts[90].1[0].text.push_str("\n补一句");
    let (after, _, asked) = made(&texts, &[], Some(&state), Some(&memory));
    let changed: Vec<&String> = after.iter().filter(|(path, bytes)| before.get(*path) != Some(*bytes)).map(|(path, _)| path).collect();
    assert!(changed.iter().filter(|path| path.starts_with("search/texts/")).count() <= 3, "{changed:?}");
    assert!(changed.len() <= 8, "{changed:?}");
    assert!(asked < 100, "{asked} texts were asked for");
    assert_eq!(made(&texts, &[], None, None).0, after);
}

#[test]
fn a_sentence_more_changes_a_twentieth_of_the_files_at_most() {
    let memory = Kept::default();
    let mut random = Random(21);
    let mut han = |length: usize| -> String {
        (0..length)
            .map(|at| if at % 24 == 23 { '\n' } else { char::from_u32(0x4E00 + random.below(2500) as u32).unwrap_or('一') })
            .collect()
    };
    let mut texts: Vec<Text> = (0..1000).map(|at| text(&format!("a/{at}.html"), &han(9).replace('\n', ""), &han(380))).collect();
    // Pages of all usual lengths: none of them may be taken for one of another kind because of a sentence.
    let lengths = [30, 60, 110, 120, 200, 250, 500, 508, 640, 700, 1000, 1020, 2000, 2040];
    for (at, length) in lengths.into_iter().enumerate() {
        texts[at * 70].1[0].text = han(length);
    }
    let (before, state, _) = made(&texts, &[], None, Some(&memory));
    for at in (0..lengths.len()).map(|at| at * 70).chain([17, 500, 998]) {
        let was = texts[at].clone();
        texts[at].1[0].text.push_str("\n支部委员会研究决定，下一次会议改在星期三下午召开。");
        let (after, ..) = made(&texts, &[], Some(&state), Some(&memory));
        texts[at] = was;
        let changed = after.iter().filter(|(path, bytes)| before.get(*path) != Some(*bytes)).count();
        assert!(changed > 1 && changed * 20 <= after.len(), "{changed} of {} files for page {at}", after.len());
    }
}

#[test]
fn a_page_that_takes_a_step_in_weight_leaves_an_index_as_if_made_anew() {
    let memory = Kept::default();
    let mut texts = site();
    let long = |many: u32| (0..many).filter_map(|at| char::from_u32(0x4E00 + at)).collect::<String>();
    texts[90].1[0].text = long(780);
    let (_, state, _) = made(&texts, &[], None, Some(&memory));
    texts[90].1[0].text = long(850);
    let (after, then, _) = made(&texts, &[], Some(&state), Some(&memory));
    let classes = |state: &IndexState| state.pages().map(|page| u32::from(page.class)).sum::<u32>();
    assert_eq!(classes(&then), classes(&state) + 1);
    assert_eq!(made(&texts, &[], None, None).0, after);
}

#[test]
fn after_any_changes_the_index_is_as_if_made_anew() {
    let memory = Kept::default();
    let mut random = Random(3);
    let mut texts = site();
    let mut glossary = vec!["三会一课".to_string()];
    let mut state = made(&texts, &glossary, None, Some(&memory)).1;
    for round in 0..30 {
        let at = random.below(texts.len());
        match random.below(7) {
            0 => drop(texts.remove(at)),
            1 => {
                let length = random.below(9000);
                texts.insert(at, text(&format!("b/{round}.html"), "新的一页", &random.text(length)));
            }
            2 => texts[at].0.title.push('改'),
            3 => texts[at].1.push(IndexedSection { anchor: "x".into(), heading: "另一节".into(), text: "𠀀字 printf".into() }),
            4 => texts.swap(at, 0),
            5 => glossary.push(format!("词{round}")),
            _ => {
                let length = random.below(60);
                let more = random.text(length);
                texts[at].1[0].text.push_str(&more);
            }
        }
        if round == 15 {
            // What is lost is made anew.
            memory.0.lock().expect("one thread").retain(|stamp, _| stamp.0[0] > 40);
        }
        let (updated, next, _) = made(&texts, &glossary, Some(&state), Some(&memory));
        let (anew, ..) = made(&texts, &glossary, None, None);
        let differing: Vec<&String> =
            anew.iter().filter(|(path, bytes)| updated.get(*path) != Some(*bytes)).map(|(path, _)| path).collect();
        assert!(updated == anew, "round {round}: {differing:?}");
        state = next;
    }
}

#[test]
fn what_was_packed_is_read_again() {
    let texts = site();
    let (files, state, _) = made(&texts, &[], None, None);
    let data = |file: &IndexFile| read::data(std::str::from_utf8(&files[&file.path()]).expect("ASCII")).expect("a call").to_string();
    let book = lz::Dictionary::new(&read::unpack(&data(&state.dictionary.files[0].1), None).expect("a dictionary"));
    let mut pages = Vec::new();
    for (blocks, file) in state.chapters.iter().flat_map(|chapter| &chapter.files) {
        let told = texts::parse_pages(&read::unpack(&data(file), Some(&book)).expect("a text")).expect("blocks");
        assert_eq!(told.iter().map(|(_, blocks)| blocks.len()).sum::<usize>(), *blocks as usize);
        pages.extend(told);
    }
    pages.dedup_by(|next, page| {
        next.0 == page.0 && {
            page.1.append(&mut next.1);
            true
        }
    });
    assert_eq!(pages.len(), texts.len());
    for ((about, blocks), (page, sections)) in pages.iter().zip(&texts) {
        assert_eq!(*about, texts::About::of(page));
        assert_eq!(*blocks, blocks::cut(sections));
    }
    // Every page is in the lists of its terms, and in no other.
    let scale = Scale::new(&state.pages().map(|page| page.class).collect::<Vec<u8>>());
    let mut lists: BTreeMap<String, Vec<u64>> = BTreeMap::new();
    for (_, file) in state.regions.iter().flatten() {
        lists.extend(term_files::decode(&data(file), &scale).expect("terms").into_iter().map(|list| (list.term, list.postings)));
    }
    let folder = TextFolder::default();
    let mut wanted: BTreeMap<String, Vec<u64>> = BTreeMap::new();
    for (at, (page, sections)) in texts.iter().enumerate() {
        let found = terms::of_page(&folder, &texts::About::of(page), &blocks::cut(sections));
        let grams = found.pairs().map(|(pair, known)| (terms::term_of(pair), known));
        for (term, known) in grams.chain(found.words().map(|(word, known)| (word.to_string(), known))) {
            wanted.entry(term).or_default().push(terms::posting(at as u32, known));
        }
    }
    assert_eq!(lists, wanted);
}

#[test]
fn a_text_is_packed_alike_whatever_came_before_it() {
    let texts = ["会议记录写清了。", "区的", "ASCII only, no han", "𠀀 한국어 ｶﾅ ßé", "", "会议会议会议会议", "\u{FEFF}\u{E000}记"];
    for book in ["", "会议记录应当写清时间、地点。"].map(lz::Dictionary::new) {
        let mut packer = book.packer();
        for before in texts {
            for text in texts {
                packer.pack(before);
                assert_eq!(packer.pack(text), book.packer().pack(text), "{text:?} behind {before:?}");
            }
        }
    }
}

#[test]
fn numbers_are_read_as_they_were_written() {
    let mut random = Random(11);
    for round in 0..200 {
        let count = 1 + random.below(500);
        let scale = Scale::new(&(0..count).map(|_| random.below(5) as u8).collect::<Vec<u8>>());
        let numbers: Vec<u32> = (0..count as u32).filter(|_| random.below(1 + round % 9) == 0).collect();
        let many: Vec<u32> = (0..20).map(|_| random.below(1 << (1 + round % 23)) as u32).collect();
        let mut coder = RangeEncoder::fresh(400);
        coder.encode_weighted(&numbers, 0, count as u32 - 1, &scale);
        many.iter().for_each(|number| coder.encode_exp_golomb(320, 5, *number));
        coder.encode_ascending(&numbers, 0, count as u32 - 1);
        let bytes = read::decode_base93(&coder::encode_base93(&coder.finish().0)).expect("what was armoured");
        let mut decoder = RangeDecoder::fresh(&bytes, 400);
        let mut read = vec![0; numbers.len()];
        decoder.decode_weighted(&mut read, 0, count as u32 - 1, &scale);
        assert_eq!(read, numbers);
        assert_eq!(many.iter().map(|_| decoder.decode_exp_golomb(320, 5)).collect::<Vec<u32>>(), many);
        decoder.decode_ascending(&mut read, 0, count as u32 - 1);
        assert_eq!(read, numbers);
    }
}

#[test]
fn damaged_files_are_refused_or_read_never_more() {
    let (files, state, _) = made(&site(), &[], None, None);
    let scale = Scale::new(&state.pages().map(|page| page.class).collect::<Vec<u8>>());
    let mut random = Random(5);
    let book = lz::Dictionary::new("会议记录");
    for bytes in files.values() {
        let text = std::str::from_utf8(bytes).expect("ASCII");
        let Some(data) = read::data(text) else { continue };
        for _ in 0..6 {
            let mut damaged = data.as_bytes().to_vec();
            let at = random.below(damaged.len());
            damaged[at] = b'!' + random.below(90) as u8;
            damaged.truncate(damaged.len() - random.below(2) * random.below(damaged.len()));
            let damaged = String::from_utf8(damaged).expect("ASCII");
            drop(term_files::decode(&damaged, &scale));
            drop(read::unpack(&damaged, Some(&book)).and_then(|text| texts::parse_pages(&text)));
        }
    }
}

#[test]
fn odd_pages_are_pages() {
    let long = "会".repeat(20_000);
    let texts = vec![text("a.html", "", ""), text("b.html", "\u{2}\u{4}", &long), text("c.html", "x", "\u{6}\u{5}\n\n\u{1}")];
    assert!(!files(&texts).is_empty());
    assert!(!files(&[]).is_empty());
}

/// The worked examples of `docs/formats.md`, computed.
#[test]
fn the_examples_of_the_documentation_hold() {
    use super::bits::BitWriter;
    use super::coder::encode_base93;
    use super::term_files::{PostingsList, regions};

    let bytes = |coder: RangeEncoder| {
        let hex: Vec<String> = coder.finish().0.iter().map(|byte| format!("{byte:02x}")).collect();
        format!("`{}`", hex.join(" "))
    };
    let mut examples = vec![format!("`{}`", encode_base93(b"Hi"))];
    let mut stream = BitWriter::default();
    stream.push_exp_golomb(9, 2);
    examples.push(format!("`{}`", encode_base93(&stream.finish())));
    let mut coder = RangeEncoder::fresh(2);
    [true, false, true].into_iter().for_each(|bit| coder.encode_bit(1, bit));
    examples.push(bytes(coder));
    let mut coder = RangeEncoder::fresh(8);
    coder.encode_bit_tree(0, 5, 3);
    examples.push(bytes(coder));
    let mut coder = RangeEncoder::fresh(512);
    coder.encode_exp_golomb(320, 4, 12);
    examples.push(bytes(coder));
    let mut coder = RangeEncoder::fresh(1);
    coder.encode_ascending(&[3, 5, 9], 0, 15);
    examples.push(bytes(coder));
    let list = |term: &str, postings: &[u64]| PostingsList { term: term.to_string(), postings: postings.to_vec() };
    let lists = [list("会", &[terms::posting(2, 0)]), list("会议", &[terms::posting(0, 1 | 1 << (3 + 4)), terms::posting(2, 4)])];
    let region = regions(&lists, &Scale::new(&[0, 0, 0, 0])).swap_remove(0);
    examples.push(format!("`{}`", region.files[0].1.replace("\",\"", "` and `")));
    let (units, packed) = lz::Dictionary::new("").packer().pack("会议会议会议");
    examples.push(format!("`{units} {}`", encode_base93(&packed)));

    let page = include_str!("../../docs/formats.md");
    let missing: Vec<&String> = examples.iter().filter(|example| !page.contains(example.as_str())).collect();
    assert!(missing.is_empty(), "not in docs/formats.md: {missing:#?}");
}
