//! What hosts serve without being set up: the facts of `tests/browser/iis-mime.tsv`.

/// Extensions that every measured host serves.
pub fn served_everywhere() -> Vec<&'static str> {
    let table = include_str!("../browser/iis-mime.tsv");
    let rows = table.lines().filter(|line| !line.starts_with('#')).skip(1);
    rows.filter_map(|row| {
        let mut cells = row.split('\t');
        let extension = cells.next()?;
        cells.all(|cell| cell == "Y").then_some(extension)
    })
    .collect()
}
