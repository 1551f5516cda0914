//! What a drawing keeps, what is refused; and what comes out, proven by another reader.

use super::*;

fn cleaned(inner: &str) -> Result<String, Refused> {
    clean(format!("<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 9 9\">{inner}</svg>").as_bytes())
        .map(|bytes| String::from_utf8(bytes).expect("what is written is text"))
}

/// By a reader of XML that shares nothing with the one above: every element, attribute and value of what came out is on the list.
fn prove(svg: &str) {
    let document = roxmltree::Document::parse(svg).unwrap_or_else(|cause| panic!("{cause}: {svg}"));
    assert_eq!(document.root_element().tag_name().name(), "svg");
    for node in document.descendants() {
        assert!(!node.is_pi() && !node.is_comment(), "{svg}");
        if !node.is_element() {
            continue;
        }
        assert_eq!(node.tag_name().namespace(), Some(NAMESPACE), "{svg}");
        assert!(ELEMENTS.contains(&node.tag_name().name()), "{} in {svg}", node.tag_name().name());
        for attribute in node.attributes() {
            let name = attribute.name();
            assert!(ATTRIBUTES.contains(&name) || name == "href" || name == "space", "{name} in {svg}");
            assert!(!name.to_ascii_lowercase().starts_with("on"), "{svg}");
            if name == "href" {
                assert!(attribute.value().starts_with('#'), "{svg}");
            }
            let lower = attribute.value().to_ascii_lowercase();
            assert!(!lower.contains("javascript:") && !lower.contains("data:"), "{svg}");
            assert!(
                lower.match_indices("url(").all(|(at, _)| lower[at + 4..].trim_start_matches(['"', '\'', ' ']).starts_with('#')),
                "{svg}"
            );
        }
    }
}

#[test]
fn the_lists_are_sorted() {
    assert!(ELEMENTS.is_sorted() && ATTRIBUTES.is_sorted());
}

#[test]
fn drawings_of_editors_stay_as_they_look() {
    let drawing = r##"<?xml version="1.0" encoding="UTF-8" standalone="no"?>
<!-- Created with Inkscape -->
<!DOCTYPE svg PUBLIC "-//W3C//DTD SVG 1.1//EN" "http://www.w3.org/Graphics/SVG/1.1/DTD/svg11.dtd">
<svg xmlns:inkscape="http://www.inkscape.org/namespaces/inkscape" xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" width='9' viewBox="0 0 9 9" inkscape:version="1.2" data-name="图层 1">
<inkscape:namedview id="x"><inkscape:grid/></inkscape:namedview><metadata><rdf>作者</rdf></metadata>
<defs><style>.a{fill:#c00;font-family:"Noto Sans"}</style><linearGradient id="g"><stop offset="0" style="stop-color:rgb(1, 2, 3)"/></linearGradient><path id="p" d="M0 0h9"/></defs>
<g class="a" transform="translate(1 2) rotate(3)" inkscape:label="层"><use xlink:href="#p" fill="url(#g)"/><text x="1">甲 &amp; 乙&#10;<tspan>丙</tspan></text></g>
</svg>"##;
    let out = String::from_utf8(clean(drawing.as_bytes()).expect("it only draws")).expect("text");
    prove(&out);
    for kept in [
        "class=\"a\"",
        "url(#g)",
        "xlink:href=\"#p\"",
        "甲 &amp; 乙",
        "stop-color:rgb(1, 2, 3)",
        "font-family:&quot;Noto Sans&quot;",
        "viewBox=\"0 0 9 9\"",
        "width=\"9\"",
    ] {
        assert!(out.contains(kept), "{kept}: {out}");
    }
    for gone in ["inkscape", "作者", "Created", "DOCTYPE", "data-name", "<?xml"] {
        assert!(!out.contains(gone), "{gone}: {out}");
    }
    assert_eq!(clean(out.as_bytes()).map(|bytes| bytes == out.as_bytes()), Ok(true), "what is clean stays as it is");
}

#[test]
fn what_acts_is_refused_by_name() {
    let refused = [
        ("<script>alert(1)</script>", "<script>"),
        ("<script href=\"evil.js\"/>", "<script>"),
        ("<g onload=\"alert(1)\"/>", "onload="),
        ("<g OnClick='x'/>", "OnClick="),
        ("<a href=\"#x\"><path d=\"\"/></a>", "<a>"),
        ("<foreignObject><p/></foreignObject>", "<foreignObject>"),
        ("<image href=\"x.png\"/>", "<image>"),
        ("<animate attributeName=\"href\"/>", "<animate>"),
        ("<set attributeName=\"onclick\"/>", "<set>"),
        ("<use href=\"other.svg#x\"/>", "href=\"other.svg#x\""),
        ("<use xlink:href=\"data:image/svg+xml,x\"/>", "xlink:href=\"data:image/svg+xml,x\""),
        ("<use href=\"java&#115;cript:x\"/>", "href=\"javascript:x\""),
        ("<path fill=\"url(https://evil.example/x)\"/>", "url(https://evil.example/x)"),
        ("<path style=\"background:image(x)\"/>", "image()"),
        ("<path style=\"fill:u\\72l(x)\"/>", "72l()"),
        ("<style>@import 'x';</style>", "@import"),
        ("<style><![CDATA[a{background:url(//x)}]]></style>", "url(//x)"),
        ("<style>a{width:expression(1)}</style>", "expression"),
        ("<style><g/></style>", "<g>"),
        ("<text>&xxe;</text>", "&xxe;"),
        ("<g xmlns=\"http://www.w3.org/1999/xhtml\"/>", "xmlns=\"http://www.w3.org/1999/xhtml\""),
        ("<g", "</svg>"),
        ("<g a=b/>", "a=b/>"),
        ("<g id=\"a\"id=\"b\"/>", "id=\"b\"/>"),
        ("<g id=\"a\" id=\"b\"/>", "id= id="),
        ("<g><p></g>", "<p>"),
        ("</svg><svg>", "<svg>"),
        ("<g id=\"<\"/>", "id="),
        ("<?xml-stylesheet href=\"x.css\"?>", "<?xml-stylesheet?>"),
    ];
    for (inner, named) in refused {
        let refusal = cleaned(inner).expect_err(inner);
        assert!(refusal.starts_with(named), "{inner}: {refusal}");
    }
    for whole in
        ["", "<html/>", "<x:svg xmlns:x=\"http://www.w3.org/2000/svg\"/>", "<!DOCTYPE svg [<!ENTITY x \"y\">]><svg/>", "text", "<svg>"]
    {
        assert!(clean(whole.as_bytes()).is_err(), "{whole}");
    }
    assert!(clean(b"\xff\xfe<\0s\0v\0g\0").is_err());
    assert!(cleaned(&"<g>".repeat(MAX_DEPTH + 1)).is_err());
}

#[test]
fn names_of_other_vocabularies_carry_nothing_through() {
    for inner in [
        "<x:script xmlns:x=\"http://www.w3.org/2000/svg\">alert(1)</x:script>",
        "<x:g onload=\"x\"><script/></x:g>",
        "<g xml:base=\"//evil/\"/>",
        "<metadata><script>x</script></metadata>",
    ] {
        let out = cleaned(inner).unwrap_or_default();
        if !out.is_empty() {
            prove(&out);
        }
        assert!(!out.contains("script") && !out.contains("onload") && !out.contains("evil"), "{out}");
    }
}

#[test]
fn a_few_lines_cannot_ask_for_endless_drawing() {
    let mut bomb = String::from("<g id=\"a0\"><path d=\"M0 0\"/></g>");
    for level in 1..10 {
        bomb.push_str(&format!("<g id=\"a{level}\">{}</g>", format!("<use href=\"#a{}\"/>", level - 1).repeat(10)));
    }
    assert!(cleaned(&bomb).expect_err("it grows").starts_with("<use> in #a"));
    assert!(cleaned("<g id=\"a\"><use href=\"#a\"/></g>").is_err());
    assert!(cleaned("<use id=\"a\" href=\"#b\"/><use id=\"b\" href=\"#a\"/>").is_err());
    assert!(cleaned("<path id=\"a\"/><use href=\"#a\"/><use href=\"#a\"/>").is_ok());
}

/// Odd drawings put together of pieces: what is let through is proven clean by the other reader.
#[test]
fn whatever_comes_out_is_proven_clean() {
    const PIECES: &[&str] = &[
        "<g>",
        "</g>",
        "<svg>",
        "</svg>",
        "<script>",
        "</script>",
        "<style>",
        "</style>",
        "<text>",
        "</text>",
        "<a href='x'>",
        "<use href='#a'/>",
        "<g ",
        "id=\"a\"",
        " onload=\"x\"",
        " style=\"",
        "fill:url(#a)",
        "url(//x)",
        "\"",
        "'",
        ">",
        "/>",
        "<",
        "&lt;",
        "&#x3c;",
        "&",
        "<!--",
        "-->",
        "--",
        "<![CDATA[",
        "]]>",
        "<?x",
        "?>",
        "x:y=\"",
        " xmlns=\"http://www.w3.org/2000/svg\"",
        " xmlns:x=\"y\"",
        "javascript:alert(1)",
        "甲",
        "\u{0}",
        "\n",
        "=",
        "</",
        "<x:script>",
        "</x:script>",
        "<title>",
        "</title>",
        "@import",
        "<metadata>",
        "</metadata>",
        " href=\"#",
        " xlink:href=\"#b\"",
        " class=\"c\"",
    ];
    let mut state = 7u64;
    let mut passed = 0;
    for _ in 0..30_000 {
        let mut inner = String::new();
        for _ in 0..1 + state % 7 {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            inner.push_str(PIECES[usize::try_from(state >> 33).expect("31 bits") % PIECES.len()]);
        }
        if let Ok(out) = cleaned(&inner) {
            prove(&out);
            passed += 1;
        }
    }
    assert!(passed > 500, "{passed}");
}
