//! Where the files of an index come from and go to.

use super::state::IndexFile;

/// Takes the files of an index, and has those of earlier ones. What is lost is made again.
pub trait IndexStore<E>: Sync {
    /// The bytes of a file of an earlier index, unless they are lost.
    fn get(&self, file: &IndexFile) -> Option<Vec<u8>>;

    /// Adds a new file to the index.
    ///
    /// # Errors
    /// When the store refuses it.
    fn put(&self, file: &IndexFile, bytes: &[u8]) -> Result<(), E>;

    /// Adds a file of an earlier index as it was; false when its bytes are lost.
    ///
    /// # Errors
    /// When the store refuses it.
    fn keep(&self, file: &IndexFile) -> Result<bool, E>;
}
