//! The single things that a probe tries.

/// One thing that was tried.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tried {
    /// What.
    pub what: What,
    /// Whether it is as a site would like it.
    pub is_fine: bool,
    /// What works, or how it is.
    pub yes: String,
    /// What does not work.
    pub no: String,
}

/// What can be tried.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum What {
    /// The folder shows at the public address.
    Seen,
    /// Types that each site needs.
    Types,
    /// Folders that each site has.
    Folders,
    /// A path of the greatest length.
    Deep,
    /// A name of the greatest length.
    Long,
    /// A folder's address shows its `index.html`.
    Index,
    /// Texts are told to be in UTF-8, or nothing is told.
    Charset,
    /// Files come as they were brought.
    Whole,
    /// An address with a question behind it, as the search has it.
    Query,
    /// What is not there is answered with 404.
    Nothing,
    /// What was removed is gone.
    Gone,
    /// Letters, large for small.
    Case,
    /// Types of attachments.
    Attachments,
    /// Large files, in MB.
    Size,
    /// Parts of sound and films.
    Ranges,
    /// Texts are packed.
    Packed,
    /// The address with `https`.
    Https,
    /// Connections at once.
    Connections,
}

impl What {
    /// Its id, in words and for programs.
    pub fn id(self) -> &'static str {
        match self {
            What::Seen => "seen",
            What::Types => "types",
            What::Folders => "folders",
            What::Deep => "deep",
            What::Long => "long",
            What::Index => "index",
            What::Charset => "charset",
            What::Whole => "whole",
            What::Query => "query",
            What::Nothing => "nothing",
            What::Gone => "gone",
            What::Case => "case",
            What::Attachments => "attachments",
            What::Size => "size",
            What::Ranges => "ranges",
            What::Packed => "packed",
            What::Https => "https",
            What::Connections => "connections",
        }
    }

    /// Whether a site cannot be read or searched without it.
    pub fn is_needed(self) -> bool {
        matches!(self, What::Seen | What::Types | What::Folders | What::Deep | What::Long | What::Charset | What::Whole | What::Query)
    }
}

/// Something that was tried.
pub(super) fn tried(what: What, is_fine: bool, yes: &str, no: &str) -> Tried {
    Tried { what, is_fine, yes: yes.to_string(), no: no.to_string() }
}
