//! 发文字号, as documents are looked up by it.

/// 发文字号 without what people write differently: brackets, spaces, 第.
pub fn plain_doc_no(doc_no: &str) -> String {
    let skip =
        |c: char| c.is_whitespace() || matches!(c, '〔' | '〕' | '[' | ']' | '［' | '］' | '(' | ')' | '（' | '）' | '【' | '】' | '第');
    doc_no.chars().filter(|c| !skip(*c)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn document_numbers_match_in_any_brackets() {
        assert_eq!(plain_doc_no("青党发〔2025〕14号"), plain_doc_no("青党发[2025] 14号"));
        assert_eq!(plain_doc_no("青党发（2025）第14号"), "青党发202514号");
    }
}
