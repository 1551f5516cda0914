//! The file that a search begins with: what there is, and where.

use super::bits::BitWriter;
use super::coder::{RangeEncoder, encode_base93};
use super::format::{FORMAT, STAMPS, plain, quoted};
use super::page::IndexedPage;
use super::state::{IndexFile, IndexState};
use super::term_files;
use super::texts::DIGITS;
use crate::ground::Stamper;

/// The text of the manifest.
pub fn file(pages: &[IndexedPage], state: &IndexState) -> String {
    let mut facts = BitWriter::default();
    let names = columns(pages, &mut facts);
    let keys = |files: &[(String, IndexFile)]| term_files::keys(files.iter().map(|(key, file)| (key.as_str(), file.mark)));
    let terms: Vec<(&str, u16)> = state.regions.iter().flatten().map(|(key, file)| (key.as_str(), file.mark)).collect();
    let sounds = state.pinyin.files.iter().map(|(letter, file)| format!("{letter}{}", file.mark));
    let fields = [
        names[0].clone(),
        names[1].clone(),
        names[2].clone(),
        encode_base93(&facts.finish()),
        sizes(pages, state),
        term_files::keys(terms.into_iter()),
        texts(state),
        keys(&state.titles.files),
        sounds.collect::<Vec<_>>().join(" "),
        state.dictionary.files.first().map_or(0, |(_, file)| file.mark).to_string(),
    ];
    let mut stamper = Stamper::default();
    stamper.value(&FORMAT);
    for field in &fields {
        stamper.text(field);
    }
    let build = stamper.finish().short();
    let list = fields.iter().map(|field| format!("\"{field}\"")).collect::<Vec<_>>().join(",\n");
    format!("studyhallIndex({FORMAT},\"{build}\",{},[{list}])\n", pages.len())
}

/// Kinds, branches and statuses: the names of each, and for the pages the places in them.
fn columns(pages: &[IndexedPage], facts: &mut BitWriter) -> Vec<String> {
    type Column = fn(&IndexedPage) -> (&str, &str);
    let columns: [Column; 3] =
        [|page| (&page.kind, &page.kind_name), |page| (&page.branch_key, &page.branch), |page| (&page.status_key, &page.status)];
    let names = columns.map(|column| {
        let mut known: Vec<(&str, &str)> = pages.iter().map(column).collect();
        known.sort_unstable();
        known.dedup();
        // Pages stand in the order of folders, so that neighbours agree: runs of equal values.
        for run in pages.chunk_by(|a, b| column(a) == column(b)) {
            let id = known.binary_search(&column(&run[0])).unwrap_or(0);
            facts.push_exp_golomb(id as u32, 2);
            facts.push_exp_golomb(run.len() as u32 - 1, 3);
        }
        let pairs = known.iter().map(|(key, name)| format!("{}={}", name_of(key), name_of(name)));
        quoted(&pairs.collect::<Vec<_>>().join(";"))
    });
    names.to_vec()
}

/// A name without the characters that part names.
fn name_of(name: &str) -> String {
    plain(name).replace(';', "；").replace('=', "＝")
}

/// The year that those from 1971 on are counted from; 0 is none.
const YEAR: u16 = 1970;
/// Stands for all years that are too far off: these are told behind all else, and cost other sites nothing.
const FAR: u16 = 255;

/// Of each page its class, how many blocks it has, its year, and its day where the newer page comes first; then the years that
/// are too far off.
fn sizes(pages: &[IndexedPage], state: &IndexState) -> String {
    let mut coder = RangeEncoder::fresh(1024);
    let (mut last, mut before) = (0, 0);
    let mut far = Vec::new();
    for (page, known) in pages.iter().zip(state.pages()) {
        let class = usize::from(known.class);
        coder.encode_bit_tree(320 + last * 8, class, 3);
        coder.encode_exp_golomb(384 + class * 16, 4, known.blocks - 1);
        last = class;
        let year = match page.year {
            0 => 0,
            year if (YEAR + 1..YEAR + FAR).contains(&year) => year - YEAR,
            year => {
                far.push(u32::from(year));
                FAR
            }
        };
        coder.encode_bit(480, year != before);
        if year != before {
            coder.encode_bit_tree(512, year as usize, 8);
            before = year;
        }
        coder.encode_bit(481, page.newer_first);
        if page.newer_first {
            let mut parts = page.date.split('-').skip(1).map(|part| part.parse::<u32>().unwrap_or(0));
            coder.encode_uniform(parts.next().unwrap_or(0) & 15, 16);
            coder.encode_uniform(parts.next().unwrap_or(0) & 31, 32);
        }
    }
    far.into_iter().for_each(|year| coder.encode_uniform(year, 1 << 14));
    encode_base93(&coder.finish().0)
}

/// Of each file of texts: the name and the stamp of the chapter that it begins, and how many blocks it has.
fn texts(state: &IndexState) -> String {
    let mut coder = RangeEncoder::fresh(512);
    let mut count = 0;
    for chapter in &state.chapters {
        for (at, (blocks, file)) in chapter.files.iter().enumerate() {
            coder.encode_bit(320, at == 0);
            if at == 0 {
                let digit = |byte: u8| DIGITS.iter().position(|known| *known == byte).unwrap_or(0) as u32;
                chapter.name.bytes().for_each(|byte| coder.encode_uniform(digit(byte), 32));
                coder.encode_uniform(u32::from(file.mark), STAMPS);
            }
            coder.encode_exp_golomb(336, 4, blocks - 1);
            count += 1;
        }
    }
    format!("{count} {}", encode_base93(&coder.finish().0))
}
