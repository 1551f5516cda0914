//! What hosts serve without being set up: the facts of `tests/browser/iis-mime.tsv`.

/// The columns of the table: versions of IIS.
pub const COLUMNS: [&str; 4] = ["iis7", "iis8", "iis10-early", "iis10-late"];

/// The rows of the table, its head first.
fn rows() -> impl Iterator<Item = Vec<&'static str>> {
    let table = include_str!("../browser/iis-mime.tsv");
    table.lines().filter(|line| !line.starts_with('#')).map(|row| row.split('\t').collect())
}

/// Extensions that every measured host serves.
pub fn served_everywhere() -> Vec<&'static str> {
    rows().skip(1).filter(|cells| cells[1..].iter().all(|cell| *cell == "Y")).map(|cells| cells[0]).collect()
}

/// Extensions that one version is known to serve.
pub fn served_by(column: &str) -> Vec<&'static str> {
    let at = rows().next().and_then(|head| head.iter().position(|name| *name == column)).expect("a column of the table");
    rows().skip(1).filter(|cells| cells[at] == "Y").map(|cells| cells[0]).collect()
}
