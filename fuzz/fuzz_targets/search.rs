//! Any bytes as a file of the search index, which is refused or read; and as a page's text, which is packed, read again and
//! cut into the same terms.

#![no_main]

use libfuzzer_sys::fuzz_target;
use studyhall::search::coder::Scale;
use studyhall::search::fold::TextFolder;
use studyhall::search::lz::Dictionary;
use studyhall::search::postings::PostingsBuilder;
use studyhall::search::texts::{About, files, parse_pages};
use studyhall::search::{IndexedSection, blocks, read, term_files, terms};

fuzz_target!(|bytes: &[u8]| {
    let text = String::from_utf8_lossy(bytes);
    let book = Dictionary::new("会议记录怎样写");
    let scale = Scale::new(&[0, 1, 2, 3, 4, 0, 0, 2]);

    let data = read::data(&text).unwrap_or(&text);
    if let Some(lists) = term_files::decode(data, &scale) {
        for list in lists {
            assert!(list.postings.windows(2).all(|pair| terms::page_of(pair[0]) < terms::page_of(pair[1])), "pages out of order");
            assert!(list.postings.iter().all(|posting| terms::page_of(*posting) < scale.count()), "a page that is none");
        }
    }
    drop(read::unpack(data, Some(&book)).and_then(|text| parse_pages(&text)));

    let folder = TextFolder::default();
    let sections = [IndexedSection { anchor: String::new(), heading: String::new(), text: text.to_string() }];
    let about = About { title: "题目".into(), url: "a.html".into(), ..About::default() };
    let cut = blocks::cut(&sections);
    let found = terms::of_page(&folder, &about, &cut);
    let packed = files("abcd", &[(about.clone(), cut.clone())], &mut book.packer(), &folder);
    let mut again = Vec::new();
    for file in &packed {
        let text = read::unpack(&file.data, Some(&book)).expect("what was packed can be read");
        again.extend(parse_pages(&text).expect("blocks").into_iter().flat_map(|(_, blocks)| blocks));
    }
    assert_eq!(again, cut, "a text came back otherwise");

    let mut postings = PostingsBuilder::default();
    postings.add(3, terms::of_page(&folder, &about, &again));
    for region in postings.finish().regions(&scale) {
        for (_, data) in region.files {
            for list in term_files::decode(&data, &scale).expect("what was coded can be read") {
                let known = found.words.iter().any(|(word, _)| *word == list.term)
                    || found.pairs().any(|(pair, _)| terms::term_of(pair) == list.term);
                assert!(known, "a term that is none");
            }
        }
    }
});
