//! Any bytes as each answer that is read here, for the fuzzer and the seeded tests.

use super::{listing, packets, xml};

/// Any bytes as each answer that is read here: nothing panics, and every name that comes of them is one.
pub(in crate::publish) fn any_answer(bytes: &[u8]) {
    drop((packets::answer(bytes), xml::resources(bytes), xml::listed(bytes, "a"), xml::error(bytes)));
    for entry in listing::for_people(bytes).into_iter().chain(listing::facts(bytes)) {
        assert!(!entry.name.is_empty() && !entry.name.contains('/'), "{entry:?}");
    }
}
