//! Markdown: every construct that this program or its Markdown library knows, alone, unclosed, nested and by the thousand.

use studyhall::parse::markdown::{Plain, Settings, parse};

use super::{Construct, faster_than_linear};

/// A piece over and over, until there are about `bytes` of them.
pub fn fill(piece: &str, bytes: usize) -> String {
    piece.repeat(bytes / piece.len() + 1)
}

/// Pieces by their number, until there are about `bytes` of them.
pub fn count(piece: fn(usize) -> String, bytes: usize) -> String {
    let mut text = String::new();
    let mut number = 0;
    while text.len() < bytes {
        text.push_str(&piece(number));
        number += 1;
    }
    text
}

/// An opening over and over, something within, and as many closings.
fn nest(open: &str, inner: &str, close: &str, bytes: usize) -> String {
    let levels = bytes / (open.len() + close.len()) + 1;
    format!("{}{inner}{}", open.repeat(levels), close.repeat(levels))
}

/// Lines of which each is indented or quoted one level more than the last: as long as the square of their number.
fn stairs(step: &str, line: &str, bytes: usize) -> String {
    let lines = (bytes * 2 / step.len()).isqrt();
    (0..lines).map(|n| format!("{}{line}\n", step.repeat(n))).collect()
}

const INLINE: &[Construct] = &[
    ("letters", |n| fill("a", n)),
    ("Chinese", |n| fill("字", n)),
    ("short lines", |n| fill("字\n", n)),
    ("paragraphs", |n| fill("字\n\n", n)),
    ("blanks", |n| fill(" ", n)),
    ("tabs", |n| fill("\t", n)),
    ("hard breaks", |n| fill("a  \n", n)),
    ("backslash breaks", |n| fill("a\\\n", n)),
    ("backslashes", |n| fill("\\", n)),
    ("escapes", |n| fill("\\*", n)),
    ("entities", |n| fill("&amp;", n)),
    ("ampersands", |n| fill("&", n)),
    ("numbers of entities", |n| fill("&#1", n)),
    ("bare addresses", |n| fill("http://a.b/c ", n)),
    ("bare addresses without blanks", |n| fill("http://a.b", n)),
    ("addresses in brackets", |n| fill("（https://a.b/c）", n)),
    ("one long address", |n| format!("http://a.b/{}", fill("c", n))),
    ("an address of brackets", |n| format!("http://a.b/{}", nest("(", "", ")", n))),
    ("an address that ends in marks", |n| format!("http://a.b/c{}", fill(").,", n))),
    ("marks of addresses", |n| fill("://", n)),
    ("schemes", |n| fill("a://", n)),
    ("schemes of ours", |n| fill("http://", n)),
    ("schemes apart", |n| fill("a:// ", n)),
    ("www", |n| fill("www.", n)),
    ("www and schemes", |n| fill("www. a://", n)),
    ("www after schemes", |n| format!("{}www.a.b", fill("a://", n))),
    ("schemes after www", |n| format!("{}http://a.b", fill("www. ", n))),
    ("mail", |n| fill("a@b.cn ", n)),
    ("at signs", |n| fill("@", n)),
    ("angle links", |n| fill("<http://a.b/c>", n)),
    ("opening brackets", |n| fill("[", n)),
    ("closing brackets", |n| fill("]", n)),
    ("picture brackets", |n| fill("![", n)),
    ("links that never end", |n| fill("[a](", n)),
    ("pictures that never end", |n| fill("![a](", n)),
    ("links", |n| fill("[a](b) ", n)),
    ("links with titles", |n| fill("[a](b \"c\") ", n)),
    ("pictures", |n| fill("![a](b.png) ", n)),
    ("figures", |n| fill("![a](b.png \"题\")\n\n", n)),
    ("players", |n| fill("![a](b.mp3)\n\n", n)),
    ("attachments", |n| fill("[a](b.docx) ", n)),
    ("links in links", |n| nest("[a ", "x", "](b)", n)),
    ("pictures in pictures", |n| nest("![a ", "x", "](b)", n)),
    ("brackets in brackets", |n| nest("[", "a", "]", n)),
    ("brackets of a target", |n| format!("[a]({})", nest("(", "", ")", n))),
    ("a long target", |n| format!("[a]({})", fill("b", n))),
    ("a target of percents", |n| format!("[a]({})", fill("%E4%BC%9A", n))),
    ("refused targets", |n| count(|i| format!("[a](x{i}:y) "), n)),
    ("reference definitions", |n| count(|i| format!("[r{i}]: /u\n"), n)),
    ("definitions of one name", |n| fill("[r]: /u\n", n)),
    ("references", |n| format!("[r]: /p.md\n\n{}", fill("[r] ", n))),
    ("full references", |n| format!("[r]: /p.md\n\n{}", fill("[a][r] ", n))),
    ("a reference with a long target", |n| format!("[r]: /{}\n\n{}", fill("p", n / 2), fill("[r] ", n / 2))),
    ("a reference with a long title", |n| format!("[r]: /a '{}'\n\n{}", fill("p", n / 2), fill("[r] ", n / 2))),
    ("titles that never end", |n| fill("[a](b \"", n)),
    ("code", |n| fill("`a` ", n)),
    ("code that never ends", |n| fill("`a", n)),
    ("code of growing fences", |n| count(|i| format!("{}a", "`".repeat(i % 600 + 1)), n)),
    ("formulas", |n| fill("$x$ ", n)),
    ("formulas that never end", |n| fill("$a", n)),
    ("double dollars", |n| fill("$$a ", n)),
    ("display formulas", |n| fill("$$x$$\n", n)),
    ("display formulas in a line", |n| fill("字 $$x$$ ", n)),
    ("long formulas", |n| fill(&format!("${}a$\n\n", "a+b_{c}^{d} ".repeat(150)), n)),
    ("formulas of scripts", |n| fill(&format!("${}a$\n\n", "a_".repeat(4000)), n)),
    ("formulas of braces", |n| fill(&format!("${}a{}$ ", "{".repeat(50), "}".repeat(50)), n)),
    ("deep formulas", |n| format!("${}$", nest("{", "a", "}", n))),
    ("formulas with faults", |n| fill("$\\frac{1}$ ", n)),
    ("formulas with numbers", |n| fill("$\\char98 \\begin{alignedat}{2}a\\end{alignedat}$ ", n)),
    ("emphasis that never ends", |n| fill("*a ", n)),
    ("emphasis of both kinds", |n| fill("*a**b", n)),
    ("underscores", |n| fill("a_", n)),
    ("stars around a letter", |n| nest("*", "a", "*", n)),
    ("stars and underscores", |n| nest("*_", "a", "_*", n)),
    ("emphasis in emphasis", |n| nest("**a *b ", "x", "* **", n)),
    ("emphasis", |n| fill("*a* ", n)),
    ("strikes", |n| fill("~~a", n)),
    ("tildes", |n| fill("5~10人", n)),
    ("struck out", |n| fill("~~a~~ ", n)),
    ("Chinese strong", |n| fill("**文。**文", n)),
    ("Chinese strong in brackets", |n| fill("**（文）**（文）", n)),
    ("stars beside Chinese", |n| format!("{}文。{}文", fill("**", n / 2), fill("**", n / 2))),
    ("Chinese marks and stars", |n| fill("。**", n)),
    ("curly quotes and stars", |n| fill("“**", n)),
    ("smileys", |n| fill("😀**", n)),
    ("combining marks", |n| format!("a{}", fill("\u{301}", n))),
    ("directions", |n| fill("\u{202E}", n)),
    ("control characters", |n| fill("a\u{1}\u{2}\u{1B}\u{FDD0}\u{FDD1}\u{FDD2}\u{FDD3}**文。**文", n)),
    ("footnotes of one name", |n| format!("{}\n\n[^x]: a\n", fill("[^x] ", n))),
    ("footnotes", |n| format!("{}\n\n{}", count(|i| format!("[^{i}] "), n / 2), count(|i| format!("[^{i}]: a\n"), n / 2))),
    ("footnotes of two names by turns", |n| format!("{}\n\n[^x]: a\n\n[^y]: b\n", fill("[^x] [^y] ", n))),
    ("footnotes that are missing", |n| count(|i| format!("[^m{i}] "), n)),
    ("footnote marks", |n| fill("[^", n)),
    ("long missing footnotes", |n| fill(&format!("[^{}] ", "m".repeat(500)), n)),
    ("footnotes in footnotes", |n| format!("[^0]\n\n{}", count(|i| format!("[^{i}]: a[^{}]\n\n", i + 1), n))),
    ("footnotes within footnotes", |n| format!("[^0]\n\n{}", count(|i| format!("[^{i}]: "), n))),
    ("missing footnotes beside addresses", |n| count(|i| format!("[^m{i}] http://a.b *x* "), n)),
    ("footnotes in links", |n| format!("{}\n\n[^x]: a\n", fill("[a[^x]](b) ", n))),
    ("footnotes of many lines", |n| format!("[^x]\n\n[^x]: a\n{}", fill("    b\n\n", n))),
];

const BLOCKS: &[Construct] = &[
    ("headings of one name", |n| fill("## a\n\n", n)),
    ("headings", |n| count(|i| format!("## a{i}\n\n"), n)),
    ("headings that take numbers", |n| format!("{}{}", count(|i| format!("## a-{i}\n\n"), n / 2), fill("## a\n\n", n / 2))),
    ("headings that take numbers by turns", |n| count(|i| format!("## a\n\n## a-{i}\n\n"), n)),
    ("headings of footnotes", |n| format!("{}[^1]\n\n[^1]: a", count(|i| format!("## fnref-{i}\n\n"), n))),
    ("headings without words", |n| fill("##\n\n", n)),
    ("headings with ids", |n| count(|i| format!("## a {{#b{i}}}\n\n"), n)),
    ("headings with one id", |n| fill("## a {#b}\n\n", n)),
    ("a heading of braces", |n| format!("## {}}}\n", fill("{#", n))),
    ("a long heading", |n| format!("## {}", fill("a ", n))),
    ("an underlined heading of many lines", |n| format!("{}===", fill("a\n", n))),
    ("underlined headings", |n| fill("a\n===\n", n)),
    ("titles", |n| fill("# a\n\n", n)),
    ("a heading of emphasis", |n| format!("## {}", fill("*a* `b` ", n))),
    ("rules", |n| fill("---\n\n", n)),
    ("quotation marks in one line", |n| format!("{}a", fill(">", n))),
    ("quotation marks with blanks", |n| format!("{}a", fill("> ", n))),
    ("quotations", |n| fill("> a\n\n", n)),
    ("stairs of quotations", |n| stairs(">", "a", n)),
    ("sources of quotations", |n| format!("> a\n{}", fill("> —— b\n", n))),
    ("sources behind blank lines", |n| format!("> a\n{}> —— b\n", fill(">\n", n))),
    ("quotations with sources", |n| fill("> a\n>\n> —— b\n\n", n)),
    ("a source in emphasis", |n| format!("> —— {}", fill("*b* ", n))),
    ("alerts", |n| fill("> [!NOTE]\n> a\n\n", n)),
    ("lists in one line", |n| format!("{}a", fill("- ", n))),
    ("numbered lists in one line", |n| format!("{}a", fill("1. ", n))),
    ("lists and quotations in one line", |n| format!("{}a", fill("* > ", n))),
    ("stairs of lists", |n| stairs("  ", "- a", n)),
    ("items", |n| fill("- a\n", n)),
    ("items of paragraphs", |n| fill("- a\n\n  b\n\n", n)),
    ("lists", |n| fill("- a\n\n+ b\n\n", n)),
    ("numbers", |n| count(|i| format!("{}. a\n", i % 999_999_999), n)),
    ("tasks", |n| fill("- [ ] a\n", n)),
    ("tasks in paragraphs", |n| fill("- [x] a\n\n", n)),
    ("definitions", |n| fill("a\n: b\n\n", n)),
    ("one term with many definitions", |n| format!("a\n{}", fill(": b\n", n))),
    ("many terms", |n| format!("{}: b\n", fill("a\n", n))),
    ("definitions in definitions", |n| format!("a\n{}b", fill(": ", n))),
    ("a wide table", |n| format!("|{}\n|{}\n|{}", fill("a|", n / 3), fill("-|", n / 3), fill("b|", n / 3))),
    ("a long table", |n| format!("|a|b|\n|-|-|\n{}", fill("|c|d|\n", n))),
    ("short rows of a wide table", |n| {
        let side = (n / 4).isqrt();
        format!("|{}\n|{}\n{}", "a|".repeat(side), "-|".repeat(side), "|b\n".repeat(side))
    }),
    ("tables", |n| fill("|a|\n|-|\n|b|\n\n", n)),
    ("heads of tables without a body", |n| fill("|a|\n|-|\n\n", n)),
    ("pipes", |n| fill("|", n)),
    ("lines of pipes", |n| fill("|a|b\n", n)),
    ("a table in a quotation", |n| format!("> |a|\n> |-|\n{}", fill("> |b|\n", n))),
    ("blocks of code", |n| count(|i| format!("```\na{i}\n```\n\n"), n)),
    ("a long block of code", |n| format!("```\n{}```", fill("a <b>\n", n))),
    ("code that never ends", |n| fill("```\n~~~\n", n)),
    ("fences of growing length", |n| count(|i| format!("{}\n", "`".repeat(i % 300 + 3)), n)),
    ("indented code", |n| fill("    a\n", n)),
    ("indented code with gaps", |n| fill("    a\n\n", n)),
    ("boxes that never end", |n| fill("::: 提示\n", n)),
    ("boxes in boxes", |n| nest("::: 提示\n", "", ":::\n", n)),
    ("boxes", |n| fill("::: 提示\na\n:::\n", n)),
    ("closed boxes in each other", |n| nest("::: 展开 a\n", "b\n", ":::\n", n)),
    ("boxes of growing fences", |n| count(|i| format!("{} 提示\n", ":".repeat(i % 300 + 3)), n)),
    ("boxes of shrinking fences", |n| count(|i| format!("{} 展开 a\n", ":".repeat(300 - i % 297)), n)),
    ("strays", |n| fill(":::\n", n)),
    ("strays below open boxes", |n| format!("{}{}", fill(":::: 提示\n", n / 2), fill("- :::\n", n / 2))),
    ("lines of colons", |n| format!("::: 提示\n{}", fill(":", n))),
    ("colons within lines", |n| fill("a ::: b ", n)),
    ("full-width boxes", |n| fill("：：： 提示\na\n：：：\n", n)),
    ("full-width colons", |n| fill("：", n)),
    ("both kinds of colons", |n| fill("：：： 提示\n:::\n", n)),
    ("boxes without a name that is known", |n| count(|i| format!("::: 提{i}示\na\n:::\n"), n)),
    ("boxes with long unknown names", |n| fill(&format!("::: {}\n", "x".repeat(2000)), n)),
    ("one box with a long unknown name", |n| format!("::: {}\n", fill("x", n))),
    ("a box with a long title", |n| format!("::: 提示 {}\n:::\n", fill("x ", n))),
    ("boxes in lists", |n| fill("- ::: 提示\n  a\n  :::\n", n)),
    ("boxes that end in lists", |n| fill("::: 提示\n- a\n  :::\n", n)),
    ("stairs of boxes in lists", |n| stairs("  ", "- ::: 展开", n)),
    ("boxes in quotations", |n| fill("> ::: 提示\n> a\n> :::\n\n", n)),
    ("speaker's notes", |n| fill("::: 备注\na\n:::\n", n)),
    ("speaker's notes that never end", |n| format!("{}a", fill("::: 备注\n", n))),
    ("a long speaker's note", |n| format!("::: 备注\n{}:::\n", fill("a *b* `c`\n\n", n))),
    ("galleries", |n| fill("::: 图集\n![a](b.png)\n:::\n", n)),
    ("a long gallery", |n| format!("::: 图集\n{}:::\n", fill("![a](b.png)\n", n))),
    ("transcripts", |n| format!("::: 文字稿\n{}:::\n", fill("[1:05] a\n\n", n))),
    ("questions", |n| fill("::: 自测 判断\nq\n\n答案：对\n:::\n\n", n)),
    ("questions with a source", |n| count(|i| format!("## h{i}\n\n::: 自测 判断\nq{i}\n\n答案：对\n出处：#h{i}\n:::\n\n"), n)),
    ("questions with a title as source", |n| count(|i| format!("## h {i}\n\n::: 自测 判断\nq{i}\n\n答案：对\n出处：#h {i}\n:::\n\n"), n)),
    ("questions whose source is missing", |n| {
        format!(
            "{}{}",
            count(|i| format!("## h{i}\n\n"), n / 4),
            count(|i| format!("::: 自测 判断\nq{i}\n\n答案：对\n出处：#x{i}\n:::\n\n"), n * 3 / 4)
        )
    }),
    ("questions in questions", |n| fill("::: 自测 单选\nq\n\n- [x] a\n", n)),
    ("options", |n| format!("::: 自测 单选\nq\n\n- [x] a\n{}:::\n", fill("- [ ] b\n", n))),
    ("right options", |n| format!("::: 自测 多选\nq\n\n{}:::\n", fill("- [x] b\n", n))),
    ("an order", |n| format!("::: 自测 排序\nq\n\n{}:::\n", count(|i| format!("1. o{i}\n"), n))),
    ("gaps", |n| format!("::: 自测 填空\n{}\n\n答案：{}\n:::\n", fill("____ ", n * 5 / 7), fill("a;", n * 2 / 7))),
    ("a long gap", |n| format!("::: 自测 填空\n{}\n\n答案：a\n:::\n", fill("_", n))),
    ("gaps in emphasis", |n| format!("::: 自测 填空\n{}\n\n答案：a\n:::\n", fill("*a* __ ", n))),
    ("sections of a question", |n| format!("::: 自测 判断\nq\n\n{}答案：对\n:::\n", fill("解析：x\n出处：#y\n", n))),
    ("sections in options", |n| format!("::: 自测 单选\nq\n\n{}:::\n", fill("- [x] a\n答案：x\n解析：y\n", n))),
    ("an explanation of emphasis", |n| format!("::: 自测 判断\nq\n\n答案：对\n解析：{}\n:::\n", fill("*x* ", n))),
    ("a stem of links", |n| format!("::: 自测 判断\n{}\n\n答案：对\n:::\n", fill("[a](b.docx) ", n))),
];

const RAW: &[Construct] = &[
    ("less-than signs", |n| fill("<", n)),
    ("tags that never end", |n| fill("<a ", n)),
    ("closing tags that never end", |n| fill("x </a ", n)),
    ("blocks of tags that never end", |n| fill("<div\n\n", n)),
    ("comments that never end", |n| fill("x <!--", n)),
    ("comments on lines that never end", |n| fill("<!--\n", n)),
    ("instructions that never end", |n| fill("x <?", n)),
    ("CDATA that never ends", |n| fill("x <![CDATA[", n)),
    ("declarations that never end", |n| fill("x <!A", n)),
    ("comments", |n| fill("<!-- a -->\n\n", n)),
    ("comments within lines", |n| fill("x <!-- a --> ", n)),
    ("a comment with boxes", |n| format!("<!--\n{}", fill("::: a\n", n))),
    ("comments and boxes", |n| fill("<!-- a -->\n::: 提示\n", n)),
    ("a block of comments and boxes", |n| format!("<div>\n{}", fill("<!-- -->\n::: a\n", n))),
    ("pre with boxes", |n| format!("<pre>\n{}", fill("::: a\n", n))),
    ("blanks, then pre with boxes", |n| format!("<div>{}\n{}", fill(" ", n / 2), fill("<pre\n::: a\n", n / 2))),
    ("script with boxes", |n| format!("<script>\n{}", fill("::: a\n", n))),
    ("textarea with boxes", |n| format!("<textarea>\n{}", fill("::: a\n", n))),
    ("pre blocks", |n| fill("<pre>\na\n</pre>\n\n", n)),
    ("lines of tags", |n| fill("<div>\n", n)),
    ("blocks of tags", |n| fill("<div>\n\n", n)),
    ("blocks in blocks", |n| nest("<div>", "x", "</div>", n)),
    ("spans in spans", |n| format!("x {}", nest("<span>", "x", "</span>", n))),
    ("spans", |n| fill("x <span>a</span> ", n)),
    ("spans on lines", |n| fill("<span>a</span>\n", n)),
    ("open elements", |n| fill("<b>", n)),
    ("open elements in a line", |n| fill("x <b>", n)),
    ("closed elements", |n| fill("</b>", n)),
    ("closed elements in a line", |n| format!("{}{}", "x <b>".repeat(290), fill("</i>", n))),
    ("lists of tags", |n| fill("<ul><li>", n)),
    ("tables of tags", |n| fill("<table><tr><td>", n)),
    ("cells", |n| format!("<table><tr>{}", fill("<td>a</td>", n))),
    ("cells without a table", |n| fill("<td>", n)),
    ("deep elements and cells without a table", |n| format!("{}{}", "<div>".repeat(290), fill("<td>", n))),
    ("folds", |n| fill("<details><summary>", n)),
    ("unknown tags", |n| fill("<foo>", n)),
    ("many unknown tags", |n| count(|i| format!("<foo{i}>"), n)),
    ("drawings", |n| fill("<svg>", n)),
    ("scripts", |n| fill("<script>a</script>\n\n", n)),
    ("scripts that never end", |n| fill("<script>\n", n)),
    ("styles that never end in a line", |n| fill("x <style>", n)),
    ("styles in a line", |n| fill("x <style>a</style> ", n)),
    ("a script of closing tags", |n| format!("<script>{}", fill("</scrip", n))),
    ("scripts in one block", |n| format!("<div>{}", fill("<script>a</script>", n))),
    ("scripts that never end in one block", |n| format!("<div>{}", fill("<script>", n))),
    ("paragraphs in a line", |n| fill("x <p>", n)),
    ("blocks in a line", |n| fill("x <div>", n)),
    ("attributes", |n| format!("<p {}>", count(|i| format!("a{i}=b "), n))),
    ("one attribute", |n| format!("<p {}>", fill("a ", n))),
    ("attributes that never end", |n| fill("<p title=\"", n)),
    ("attributes in a line that never end", |n| fill("x<p a='", n)),
    ("a long attribute", |n| format!("<p title=\"{}\">", fill("a", n))),
    ("an attribute of entities", |n| format!("<p title=\"{}\">", fill("&amp;", n))),
    ("slashes in a tag", |n| format!("<p {}>", fill("/", n))),
    ("ids", |n| count(|i| format!("<a id=\"i{i}\"></a>\n"), n)),
    ("one id", |n| fill("<a id=\"i\"></a>\n", n)),
    ("anchors and headings", |n| count(|i| format!("<a id=\"i{i}\"></a>\n\n## i{i}\n\n"), n)),
    ("raw links", |n| fill("<a href=\"b\">a</a> ", n)),
    ("raw links that never end", |n| fill("<a href=\"b\">", n)),
    ("raw pictures", |n| fill("<img src=\"b.png\" alt=\"a\">\n", n)),
    ("raw players", |n| fill("<audio src=\"b.mp3\"></audio>\n", n)),
    ("ruby", |n| fill("<ruby>字<rt>zi</rt></ruby>", n)),
    ("raw text of entities", |n| format!("<div>\n{}", fill("&amp;", n))),
    ("raw text of ampersands", |n| format!("<div>\n{}", fill("&", n))),
    ("raw lines", |n| format!("<div>\n{}", fill("字\n", n))),
    ("raw and Markdown by turns", |n| fill("<div>\n\n*a*\n\n</div>\n\n", n)),
    ("greater-than signs", |n| format!("<div>\n{}", fill("a > b ", n))),
];

fn check(constructs: &[Construct], trusted: bool) {
    let settings = Settings { trusted, ..Settings::default() };
    let slow = faster_than_linear(constructs, 32 << 10, |text| {
        parse("content/a.md", text, 0, &settings, &Plain);
    });
    assert!(slow.is_empty(), "{slow:#?}");
}

#[test]
fn inline() {
    check(INLINE, false);
}

#[test]
fn blocks() {
    check(BLOCKS, false);
}

#[test]
fn raw_elements() {
    check(RAW, false);
}

#[test]
fn raw_elements_of_trusted_pages() {
    check(RAW, true);
}
