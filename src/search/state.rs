//! What one index tells the next: its files, and what they were made of.

use std::collections::HashMap;

use serde::{Deserialize, Serialize};

use super::format::STAMPS;
use crate::ground::{Stamp, routes};

/// A file of the index.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct IndexFile {
    /// Path below `search/` without its extension.
    pub name: String,
    /// What the manifest says of it.
    pub mark: u16,
    /// Stamp of its bytes.
    pub stamp: Stamp,
}

impl IndexFile {
    /// The file that holds some data, and its bytes. `mark` is that of all it belongs with.
    pub fn new(name: String, mark: u16, data: &str) -> (IndexFile, Vec<u8>) {
        let bytes = format!("sh({mark},\"{data}\")").into_bytes();
        let stamp = Stamp::of_bytes(&bytes);
        (IndexFile { name, mark, stamp }, bytes)
    }

    /// What the manifest says of files with such a stamp.
    pub fn mark(Stamp(hash): Stamp) -> u16 {
        (u32::from(u16::from_le_bytes([hash[0], hash[1]])) % STAMPS) as u16
    }

    /// Path from the root of the output.
    pub fn path(&self) -> String {
        routes::search_file(&self.name)
    }
}

/// An index as it was made.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct IndexState {
    pub(super) dictionary: FileGroup,
    pub(super) chapters: Vec<ChapterRecord>,
    /// Files of terms by region, each with its first term.
    pub(super) regions: Vec<Vec<(String, IndexFile)>>,
    /// Titles, then pinyin.
    pub(super) titles: FileGroup,
    pub(super) pinyin: FileGroup,
    pub(super) simplified: Vec<IndexFile>,
    pub(super) manifest: Vec<IndexFile>,
}

/// Files made of one thing.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct FileGroup {
    /// Stamp of what they were made of.
    pub key: Stamp,
    /// What the manifest says of each, and the file.
    pub files: Vec<(String, IndexFile)>,
}

/// A chapter of texts.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct ChapterRecord {
    /// Stamp of what it was made of.
    pub key: Stamp,
    /// Its name.
    pub name: String,
    /// Its pages.
    pub pages: Vec<PageRecord>,
    /// Its files, each with the number of its blocks.
    pub files: Vec<(u32, IndexFile)>,
}

/// A page of the index.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct PageRecord {
    /// Stamp of its address.
    pub url: Stamp,
    /// As in [`super::page::IndexedPage`].
    pub key: Stamp,
    /// As in [`super::terms::class`].
    pub class: u8,
    /// The number of its blocks.
    pub blocks: u32,
}

impl IndexState {
    /// All files.
    pub fn files(&self) -> impl Iterator<Item = &IndexFile> {
        let made = [&self.dictionary, &self.titles, &self.pinyin].into_iter().flat_map(|made| made.files.iter().map(|(_, file)| file));
        let texts = self.chapters.iter().flat_map(|chapter| chapter.files.iter().map(|(_, file)| file));
        let terms = self.regions.iter().flatten().map(|(_, file)| file);
        made.chain(texts).chain(terms).chain(&self.simplified).chain(&self.manifest)
    }

    pub(super) fn pages(&self) -> impl Iterator<Item = &PageRecord> {
        self.chapters.iter().flat_map(|chapter| &chapter.pages)
    }

    /// Pages by their address, each with its number.
    pub(super) fn by_url(&self) -> HashMap<Stamp, (u32, &PageRecord)> {
        self.pages().enumerate().map(|(at, page)| (page.url, (at as u32, page))).collect()
    }
}
