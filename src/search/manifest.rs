//! The file that a search begins with: what there is, and where.

use super::bits::Bits;
use super::coder::{Coder, armour};
use super::state::State;
use super::texts::DIGITS;
use super::{FORMAT, Page, lists, quoted};
use crate::ground::Stamper;

/// The text of the manifest.
pub fn file(pages: &[Page], state: &State) -> String {
    let mut facts = Bits::default();
    let names = columns(pages, &mut facts);
    let keys = |files: &[(String, super::Known)]| lists::keys(files.iter().map(|(key, file)| (key.as_str(), file.mark)));
    let terms: Vec<(&str, u16)> = state.regions.iter().flatten().map(|(key, file)| (key.as_str(), file.mark)).collect();
    let sounds = state.sounds.files.iter().map(|(letter, file)| format!("{letter}{}", file.mark));
    let fields = [
        names[0].clone(),
        names[1].clone(),
        names[2].clone(),
        armour(&facts.finish()),
        sizes(pages, state),
        lists::keys(terms.into_iter()),
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
fn columns(pages: &[Page], facts: &mut Bits) -> Vec<String> {
    type Column = fn(&Page) -> (&str, &str);
    let columns: [Column; 3] =
        [|page| (&page.kind, &page.kind_name), |page| (&page.branch_key, &page.branch), |page| (&page.status_key, &page.status)];
    let names = columns.map(|column| {
        let mut known: Vec<(&str, &str)> = pages.iter().map(column).collect();
        known.sort_unstable();
        known.dedup();
        // Pages stand in the order of folders, so that neighbours agree: runs of equal values.
        for run in pages.chunk_by(|a, b| column(a) == column(b)) {
            let id = known.binary_search(&column(&run[0])).unwrap_or(0);
            facts.number(id as u32, 2);
            facts.number(run.len() as u32 - 1, 3);
        }
        let pairs = known.iter().map(|(key, name)| format!("{}={}", name_of(key), name_of(name)));
        quoted(&pairs.collect::<Vec<_>>().join(";"))
    });
    names.to_vec()
}

/// A name without the characters that part names.
fn name_of(name: &str) -> String {
    super::plain(name).replace(';', "；").replace('=', "＝")
}

/// The year that those from 1971 on are counted from; 0 is none.
const YEAR: u16 = 1970;
/// Stands for all years that are too far off: these are told behind all else, and cost other sites nothing.
const FAR: u16 = 255;

/// Of each page its class, how many blocks it has, its year, and its day where the newer page comes first; then the years that
/// are too far off.
fn sizes(pages: &[Page], state: &State) -> String {
    let mut coder = Coder::fresh(1024);
    let (mut last, mut before) = (0, 0);
    let mut far = Vec::new();
    for (page, known) in pages.iter().zip(state.pages()) {
        let class = usize::from(known.class);
        coder.tree(320 + last * 8, class, 3);
        coder.number(384 + class * 16, 4, known.blocks - 1);
        last = class;
        let year = match page.year {
            0 => 0,
            year if (YEAR + 1..YEAR + FAR).contains(&year) => year - YEAR,
            year => {
                far.push(u32::from(year));
                FAR
            }
        };
        coder.bit(480, year != before);
        if year != before {
            coder.tree(512, year as usize, 8);
            before = year;
        }
        coder.bit(481, page.newer_first);
        if page.newer_first {
            let mut parts = page.date.split('-').skip(1).map(|part| part.parse::<u32>().unwrap_or(0));
            coder.below(parts.next().unwrap_or(0) & 15, 16);
            coder.below(parts.next().unwrap_or(0) & 31, 32);
        }
    }
    far.into_iter().for_each(|year| coder.below(year, 1 << 14));
    armour(&coder.finish().0)
}

/// Of each file of texts: the name and the stamp of the chapter that it begins, and how many blocks it has.
fn texts(state: &State) -> String {
    let mut coder = Coder::fresh(512);
    let mut count = 0;
    for chapter in &state.chapters {
        for (at, (blocks, file)) in chapter.files.iter().enumerate() {
            coder.bit(320, at == 0);
            if at == 0 {
                let digit = |byte: u8| DIGITS.iter().position(|known| *known == byte).unwrap_or(0) as u32;
                chapter.name.bytes().for_each(|byte| coder.below(digit(byte), 32));
                coder.below(u32::from(file.mark), super::STAMPS);
            }
            coder.number(336, 4, blocks - 1);
            count += 1;
        }
    }
    format!("{count} {}", armour(&coder.finish().0))
}
