//! The addresses of files beside pages, and which of them front matter names.

use std::collections::{HashMap, HashSet};

use crate::ground::path::{check_output, extension, join, parent};
use crate::ground::routes;
use crate::parse::meta::{Details, FileRef, Meta};

use super::page::FileEntry;
use super::tree::TreeNode;

/// Gives every file its address: below the address of the section that holds it.
pub fn name_files(mut files: Vec<FileEntry>, nodes: &[TreeNode]) -> Vec<FileEntry> {
    let sections: HashMap<&str, &str> = nodes.iter().filter_map(|page| Some((page.folder.as_deref()?, parent(&page.url)))).collect();
    let mut taken: HashSet<String> = nodes.iter().map(|page| page.url.clone()).collect();
    let mut numbers = HashMap::new();
    for file in &mut files {
        let url = if file.is_static {
            if check_output(&file.path).is_ok() { file.path.clone() } else { routes::file(&file.path) }
        } else {
            let mut folder = parent(&file.path);
            while !sections.contains_key(folder) && !folder.is_empty() {
                folder = parent(folder);
            }
            let rest = file.path[folder.len()..].trim_start_matches('/');
            join(sections.get(folder).copied().unwrap_or_default(), &routes::file(rest))
        };
        file.url = free(url, &mut taken, &mut numbers);
    }
    files
}

/// The address, or the first with a number that nothing has. `numbers` keeps where the next namesake goes on looking.
fn free(url: String, taken: &mut HashSet<String>, numbers: &mut HashMap<String, u32>) -> String {
    if taken.insert(url.clone()) {
        return url;
    }
    let end = extension(&url).to_string();
    let base = url.strip_suffix(&format!(".{end}")).unwrap_or(&url).to_string();
    let number = numbers.entry(url).or_insert(1);
    loop {
        *number += 1;
        let other = if end.is_empty() { format!("{base}-{number}") } else { format!("{base}-{number}.{end}") };
        if taken.insert(other.clone()) {
            return other;
        }
    }
}

/// The files that front matter names, in the order of [`crate::model::Page::files`].
pub fn front_files(meta: &Meta) -> Vec<&FileRef> {
    let mut files: Vec<&FileRef> = meta.cover.iter().chain(&meta.attachments).collect();
    match &meta.details {
        Details::Lesson(lesson) => files.extend([&lesson.audio, &lesson.video, &lesson.slides, &lesson.transcript].into_iter().flatten()),
        Details::Policy(policy) => files.extend(&policy.original_file),
        Details::News(news) => files.extend(&news.album),
        Details::Notice(notice) => files.extend(&notice.forms),
        Details::Page | Details::Course(_) | Details::Topic(_) | Details::Branch(_) | Details::Survey(_) => {}
    }
    files
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_stay_below_their_section() {
        let entry = |path: &str, is_static| FileEntry { path: path.into(), is_static, size: 1, url: String::new() };
        let files = vec![entry("图/一.JPG", false), entry("图/壹.jpg", false), entry("favicon.ico", true)];
        let files = name_files(files, &[]);
        let urls: Vec<_> = files.iter().map(|file| file.url.as_str()).collect();
        assert_eq!(urls, ["tu/yi.jpg", "tu/yi-2.jpg", "favicon.ico"]);
    }
}
