use super::folder::FolderTarget;
use crate::ground::RelPath;
use crate::publish::body::UploadBody;
use crate::publish::store::Connector;
use crate::publish::store_error::StoreErrorKind;

fn at(path: &str) -> RelPath {
    RelPath::own(path)
}

/// What every protocol must do alike, tried on a store with an empty root.
fn check_store(store: &mut dyn crate::publish::store::Store) {
    assert_eq!(store.list(None).unwrap(), []);
    assert_eq!(store.list(Some(&at("none"))).unwrap(), []);
    assert_eq!((store.size(&at("a")).unwrap(), store.read(&at("a"), u64::MAX).unwrap()), (None, None));
    store.make_folder(&at("news")).unwrap();
    store.make_folder(&at("news")).unwrap();
    store.write(&at("news/a.html"), &UploadBody::of_bytes(b"0123456789"), 0).unwrap();
    store.write(&at("news/a.html"), &UploadBody::of_bytes(b"012"), 0).unwrap();
    assert_eq!(store.read(&at("news/a.html"), u64::MAX).unwrap().as_deref(), Some(&b"012"[..]));
    if store.can().resume {
        store.write(&at("news/a.html"), &UploadBody::of_bytes(b"0xx34"), 3).unwrap();
        assert_eq!(store.read(&at("news/a.html"), u64::MAX).unwrap().as_deref(), Some(&b"01234"[..]), "what stood before the offset stays");
    }
    assert!(store.create_new(&at("news/new.txt"), b"one").unwrap());
    assert!(!store.create_new(&at("news/new.txt"), b"two").unwrap());
    assert_eq!(store.read(&at("news/new.txt"), u64::MAX).unwrap().as_deref(), Some(&b"one"[..]));
    store.rename(&at("news/new.txt"), &at("news/a.html")).unwrap();
    assert_eq!(store.size(&at("news/a.html")).unwrap(), Some(3));
    store.remove_folder(&at("news")).unwrap();
    assert_eq!(store.list(Some(&at("news"))).unwrap().len(), 1, "a folder that holds something stays");
    store.remove(&at("news/a.html")).unwrap();
    store.remove(&at("news/a.html")).unwrap();
    store.remove_folder(&at("news")).unwrap();
    store.remove_folder(&at("news")).unwrap();
    assert_eq!(store.list(None).unwrap(), []);
}

#[test]
fn a_folder_does_what_every_store_does() {
    let dir = tempfile::tempdir().unwrap();
    check_store(&mut *FolderTarget::new(dir.path()).open().unwrap());
}

#[test]
fn a_folder_that_is_not_mounted_is_not_an_empty_one() {
    let dir = tempfile::tempdir().unwrap();
    let fault = FolderTarget::new(&dir.path().join("share")).open().err().unwrap();
    assert_eq!(fault.kind, StoreErrorKind::NoHost);
}

/// Links that others put into a target, to files, folders and itself: they are files of others, and nothing behind them changes.
#[cfg(unix)]
#[test]
fn nothing_behind_a_link_is_listed_read_written_or_removed() {
    use std::os::unix::fs::symlink;
    let dir = tempfile::tempdir().unwrap();
    let (root, home) = (dir.path().join("www"), dir.path().join("home"));
    std::fs::create_dir_all(root.join("studyhall-publish")).unwrap();
    std::fs::create_dir(&home).unwrap();
    std::fs::write(home.join("thesis.txt"), "precious").unwrap();
    symlink("../home", root.join("h")).unwrap();
    symlink(".", root.join("self")).unwrap();
    symlink("../home/thesis.txt", root.join("t.html")).unwrap();
    let mut store = FolderTarget::new(&root).open().unwrap();
    let mut listed: Vec<String> = store.list(None).unwrap().iter().map(|entry| format!("{} {}", entry.name, entry.is_folder)).collect();
    listed.sort();
    assert_eq!(listed, ["h false", "self false", "studyhall-publish true", "t.html false"]);
    let inner = at("h/thesis.txt");
    let link = |fault: crate::publish::store_error::StoreError| {
        assert_eq!(fault.kind, StoreErrorKind::Link);
        assert!(fault.detail.ends_with('h') || fault.detail.ends_with("t.html"), "it is named: {}", fault.detail);
    };
    link(store.list(Some(&at("h"))).unwrap_err());
    link(store.read(&inner, 99).unwrap_err());
    link(store.read(&at("t.html"), 99).unwrap_err());
    link(store.write(&inner, &UploadBody::of_bytes(b"x"), 0).unwrap_err());
    link(store.create_new(&inner, b"x").unwrap_err());
    link(store.remove(&inner).unwrap_err());
    link(store.make_folder(&at("h")).unwrap_err());
    link(store.rename(&at("t.html"), &inner).unwrap_err());
    store.write(&at("t.html"), &UploadBody::of_bytes(b"page"), 0).unwrap();
    assert_eq!(store.read(&at("t.html"), 99).unwrap().as_deref(), Some(&b"page"[..]), "the link itself gave way");
    store.remove(&at("self")).unwrap();
    assert_eq!(std::fs::read_to_string(home.join("thesis.txt")).unwrap(), "precious");
    assert_eq!(std::fs::read_dir(&home).unwrap().count(), 1);
}
