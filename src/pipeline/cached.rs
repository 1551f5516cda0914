//! What one build leaves to the next, as plain data. All of it may be lost at any time, with no effect but time.

use std::collections::BTreeMap;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use crate::discover::Seen;
use crate::emit;
use crate::ground::Stamp;
use crate::ground::yaml::{Key, Node};
use crate::parse::Summary;
use crate::render::PageStamp;
use crate::search::{self, IndexFile};

/// What is kept of a site. In sorted maps, so that the same memory is the same bytes, which are then not written again.
#[derive(Debug, Default, Serialize, Deserialize)]
pub struct CachedBuild {
    /// Documents by the path of their file.
    pub documents: BTreeMap<String, CachedDocument>,
    /// Stamps of pages by address.
    #[serde(with = "shared")]
    pub pages: BTreeMap<String, PageStamp>,
    /// Pictures by the path of their file.
    pub pictures: BTreeMap<String, CachedPicture>,
    /// Plain files by the path of their file: what they looked like and what they held.
    pub files: BTreeMap<String, (Seen, Stamp)>,
    /// QR codes of pages' addresses.
    pub codes: CachedCodes,
    /// The search index as it was written.
    pub index: CachedIndex,
    /// The bank of questions as it was written.
    pub bank: CachedBank,
    /// The output as it was left.
    pub seen: emit::Seen,
}

/// A document as it was parsed.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct CachedDocument {
    /// What the file looked like; `None` when it had been changed so lately that this proves nothing.
    pub seen: Option<Seen>,
    /// Stamp of its bytes.
    pub bytes: Stamp,
    /// Stamp of what else the result depends on: settings and defaults above it.
    pub setting: Stamp,
    /// Its summary. The body is in the cache under [`Summary::body`].
    pub summary: Arc<Summary>,
    /// Of a section: its `defaults:`.
    pub defaults: Vec<(Key, Node)>,
}

/// A picture as it was made ready.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct CachedPicture {
    /// What the file looked like.
    pub seen: Option<Seen>,
    /// Stamp of its bytes.
    pub bytes: Stamp,
    /// Stamp of the settings.
    pub setting: Stamp,
    /// Its renditions: width, height, extension, stamp of the bytes (which are in the cache under it).
    pub renditions: Vec<(u32, u32, String, Stamp)>,
}

/// QR codes by address: the text in them and the stamp of the picture.
pub type CachedCodes = BTreeMap<String, (String, Stamp)>;

/// The search index as it was written.
#[derive(Debug, Default, Serialize, Deserialize)]
pub struct CachedIndex {
    /// Stamp of all that went in.
    pub made_of: Stamp,
    /// What the next one is made from.
    pub state: search::IndexState,
}

impl CachedIndex {
    /// The paths of its files.
    pub fn paths(&self) -> impl Iterator<Item = String> {
        self.state.files().map(IndexFile::path)
    }
}

/// The bank of questions as it was written.
#[derive(Debug, Default, Serialize, Deserialize)]
pub struct CachedBank {
    /// Stamp of all that went in.
    pub made_of: Stamp,
    /// Its files: path and stamp.
    pub files: Vec<(String, Stamp)>,
}

/// Stamps of pages with what they asked once for all that asked it: a tenth of the bytes.
mod shared {
    use std::collections::{BTreeMap, HashMap};
    use std::sync::Arc;

    use serde::de::Error;
    use serde::{Deserialize, Deserializer, Serialize, Serializer};

    use crate::ground::Stamp;
    use crate::model::Query;
    use crate::render::{PageStamp, RecordedQueries};

    /// Address, stamp of the page's own input, which questions, stamp of what came out.
    type Row = (String, Stamp, usize, Stamp);

    pub fn serialize<S: Serializer>(pages: &BTreeMap<String, PageStamp>, serializer: S) -> Result<S::Ok, S::Error> {
        let mut sets: Vec<&[(Query, Stamp)]> = Vec::new();
        let mut by_address: HashMap<usize, usize> = HashMap::new();
        let mut by_content: HashMap<&[(Query, Stamp)], usize> = HashMap::new();
        let rows = pages.iter().map(|(url, page)| {
            let set = *by_address.entry(Arc::as_ptr(&page.asked).addr()).or_insert_with(|| {
                *by_content.entry(&page.asked).or_insert_with(|| {
                    sets.push(&page.asked);
                    sets.len() - 1
                })
            });
            (url.as_str(), page.own, set, page.output)
        });
        let rows: Vec<_> = rows.collect();
        (sets, rows).serialize(serializer)
    }

    pub fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<BTreeMap<String, PageStamp>, D::Error> {
        let (sets, rows): (Vec<RecordedQueries>, Vec<Row>) = Deserialize::deserialize(deserializer)?;
        let page = |(url, own, set, output)| {
            let asked = sets.get(set).cloned().ok_or_else(|| D::Error::custom("a page names questions that are not there"))?;
            Ok((url, PageStamp { own, asked, output }))
        };
        rows.into_iter().map(page).collect()
    }
}
