use super::folder::Folder;
use crate::publish::body::Body;
use crate::publish::store::{FaultKind, Opener};

/// What every protocol must do alike, tried on a store with an empty root.
fn check_store(store: &mut dyn crate::publish::store::Store) {
    assert_eq!(store.list("").unwrap(), []);
    assert_eq!(store.list("none").unwrap(), []);
    assert_eq!((store.size("a").unwrap(), store.read("a", u64::MAX).unwrap()), (None, None));
    store.make_folder("news").unwrap();
    store.make_folder("news").unwrap();
    store.write("news/a.html", &Body::of_bytes(b"0123456789"), 0).unwrap();
    store.write("news/a.html", &Body::of_bytes(b"012"), 0).unwrap();
    assert_eq!(store.read("news/a.html", u64::MAX).unwrap().as_deref(), Some(&b"012"[..]));
    if store.can().resume {
        store.write("news/a.html", &Body::of_bytes(b"0xx34"), 3).unwrap();
        assert_eq!(store.read("news/a.html", u64::MAX).unwrap().as_deref(), Some(&b"01234"[..]), "what stood before the offset stays");
    }
    assert!(store.create_new("news/new.txt", b"one").unwrap());
    assert!(!store.create_new("news/new.txt", b"two").unwrap());
    assert_eq!(store.read("news/new.txt", u64::MAX).unwrap().as_deref(), Some(&b"one"[..]));
    store.rename("news/new.txt", "news/a.html").unwrap();
    assert_eq!(store.size("news/a.html").unwrap(), Some(3));
    store.remove_folder("news").unwrap();
    assert_eq!(store.list("news").unwrap().len(), 1, "a folder that holds something stays");
    store.remove("news/a.html").unwrap();
    store.remove("news/a.html").unwrap();
    store.remove_folder("news").unwrap();
    store.remove_folder("news").unwrap();
    assert_eq!(store.list("").unwrap(), []);
}

#[test]
fn a_folder_does_what_every_store_does() {
    let dir = tempfile::tempdir().unwrap();
    check_store(&mut *Folder::new(dir.path()).open().unwrap());
}

#[test]
fn a_folder_that_is_not_mounted_is_not_an_empty_one() {
    let dir = tempfile::tempdir().unwrap();
    let fault = Folder::new(&dir.path().join("share")).open().err().unwrap();
    assert_eq!(fault.kind, FaultKind::NoHost);
}
