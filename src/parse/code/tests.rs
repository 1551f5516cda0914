//! What is coloured, what stays plain, and that no text is lost on the way.

use std::collections::BTreeSet;

use super::*;

fn coloured(language: &str, code: &str) -> Option<String> {
    Highlighter::new().highlight(language, code)
}

/// The text of coloured code.
fn text(html: &str) -> String {
    let parts =
        html.split('<').enumerate().map(|(at, part)| if at == 0 { part } else { part.split_once('>').map_or("", |(_, text)| text) });
    parts.collect::<String>().replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")
}

#[test]
fn colours_by_classes() {
    insta::assert_snapshot!(coloured("rust", "// 注释\nfn main() { let x = \"a<b\\n\"; }\n").unwrap(), @r#"
    <span class=c>// 注释</span>
    <span class=k>fn</span> <span class=f>main</span>() { <span class=k>let</span> x = <span class=s>"a&lt;b</span><span class=e>\n</span><span class=s>"</span>; }
    "#);
    insta::assert_snapshot!(coloured("html", "<p class=\"x\">字</p>\n").unwrap(), @r#"&lt;<span class=a>p class</span>=<span class=s>"x"</span>&gt;字&lt;/<span class=a>p</span>&gt;"#);
    insta::assert_snapshot!(coloured("diff", "-旧\n+新\n").unwrap(), @r#"
    <span class=d>-旧</span>
    <span class=i>+新</span>
    "#);
    insta::assert_snapshot!(coloured("sh", "echo \"$HOME\" # x\n").unwrap(), @r#"<span class=f>echo</span> <span class=s>"$</span><span class=v>HOME</span><span class=s>"</span> <span class=c># x</span>"#);
    insta::assert_snapshot!(coloured("python", "@app.get('/')\ndef f(x: int = 1) -> str:\n    return f\"{x}\" if x in [None] else \"\" # 注\n").unwrap(), @r#"
    @app.get(<span class=s>'/'</span>)
    <span class=k>def</span> <span class=f>f</span>(x: <span class=t>int</span> = <span class=n>1</span>) -&gt; <span class=t>str</span>:
        <span class=k>return</span> <span class=s>f"</span>{x}<span class=s>"</span> <span class=k>if</span> x <span class=k>in</span> [<span class=n>None</span>] <span class=k>else</span> <span class=s>""</span> <span class=c># 注</span>
    "#);
    insta::assert_snapshot!(coloured("js", "const a = async (x) => { await f(`a${x}`, /b+/g); };\n").unwrap(), @r#"<span class=k>const</span> <span class=f>a</span> = <span class=k>async</span> (x) =&gt; { <span class=k>await</span> f(<span class=s>`a</span>${x}<span class=s>`</span>, <span class=e>/b</span>+<span class=e>/</span><span class=k>g</span>); };"#);
    insta::assert_snapshot!(coloured("json", "{\"a\": [1, true, \"b\\n\"]}\n").unwrap(), @r#"{<span class=s>"a"</span>: [<span class=n>1</span>, <span class=n>true</span>, <span class=s>"b</span><span class=e>\n</span><span class=s>"</span>]}"#);
    insta::assert_snapshot!(coloured("css", "a.b:hover { color: #fff; margin: 1px }\n").unwrap(), @r#"<span class=a>a.b</span>:hover { <span class=a>color</span>: <span class=n>#fff</span>; <span class=a>margin</span>: <span class=n>1px</span> }"#);
    insta::assert_snapshot!(coloured("sql", "SELECT a, COUNT(*) FROM t WHERE b = 'c'; -- 注\n").unwrap(), @r#"<span class=k>SELECT</span> a, <span class=f>COUNT</span>(*) <span class=k>FROM</span> t <span class=k>WHERE</span> b = <span class=s>'c'</span>; <span class=c>-- 注</span>"#);
    insta::assert_snapshot!(coloured("java", "@Override public int f(String s) { return new A<B>().c(1); }\n").unwrap(), @r#"@Override <span class=k>public int</span> f(<span class=t>String</span> s) { <span class=k>return new</span> <span class=t>A</span>&lt;<span class=t>B</span>&gt;().c(<span class=n>1</span>); }"#);
    insta::assert_snapshot!(coloured("java", "/** 说明 {@code x}\n * @param a 甲 */\nint x = 1L;\n").unwrap(), @r#"
    <span class=c>/** 说明 {</span><span class=k>@code</span> <span class=s>x</span><span class=c>}
     *</span> <span class=k>@param</span> <span class=c>a 甲 */</span>
    <span class=k>int</span> x = <span class=n>1L</span>;
    "#);
    insta::assert_snapshot!(coloured("sql", "SELECT a AS b FROM c JOIN d WHERE a IN (1) AND NOT b\n").unwrap(), @r#"<span class=k>SELECT</span> a <span class=k>AS</span> b <span class=k>FROM</span> c <span class=k>JOIN</span> d <span class=k>WHERE</span> a <span class=k>IN</span> (<span class=n>1</span>) <span class=k>AND</span> NOT b"#);
    insta::assert_snapshot!(coloured("yaml", "a: 1 # 注\nb:\n  - \"c\"\n").unwrap(), @r#"
    <span class=a>a</span>: <span class=n>1</span> <span class=c># 注</span>
    <span class=a>b</span>:
      - <span class=s>"c"</span>
    "#);
}

#[test]
fn colours_newer_languages() {
    insta::assert_snapshot!(coloured("ts", "interface A { b?: string }\nexport const f = (a: A): number => a.b!.length;\n").unwrap(), @r#"
    <span class=k>interface</span> <span class=t>A</span> { b?: <span class=t>string</span> }
    <span class=k>export const</span> <span class=f>f</span> = (a: <span class=t>A</span>): <span class=t>number</span> =&gt; a.b!.length;
    "#);
    insta::assert_snapshot!(coloured("toml", "# 注\n[a.b]\nc = \"d\"\ne = [1, true]\n").unwrap(), @r#"
    <span class=c># 注</span>
    [<span class=t>a</span>.<span class=t>b</span>]
    <span class=a>c</span> = <span class=s>"d"</span>
    <span class=a>e</span> = [<span class=n>1</span>, <span class=n>true</span>]
    "#);
    insta::assert_snapshot!(coloured("kotlin", "fun main(a: Array<String>) { val x = \"$a\"; println(x) } // 注\n").unwrap(), @r#"<span class=k>fun</span> <span class=f>main</span>(a: <span class=k>Array</span>&lt;<span class=k>String</span>&gt;) { <span class=k>val</span> <span class=t>x</span> = <span class=s>"$a"</span>; println(x) } <span class=c>// 注</span>"#);
    insta::assert_snapshot!(coloured("dockerfile", "FROM rust:1 AS b\nRUN cargo build # 注\nCOPY --from=b /a /b\n").unwrap(), @r#"
    <span class=k>FROM</span> rust:<span class=t>1</span> <span class=k>AS</span> b
    <span class=k>RUN</span> cargo build # 注
    <span class=k>COPY</span> --from=b /a /b
    "#);
    insta::assert_snapshot!(coloured("powershell", "# 注\nGet-ChildItem -Path $env:HOME | Where-Object { $_.Length -gt 1 }\n").unwrap(), @r#"
    <span class=c># 注</span>
    <span class=f>Get-ChildItem</span> -Path $env:HOME | <span class=f>Where-Object</span> { $_.Length <span class=k>-gt</span> <span class=n>1</span> }
    "#);
    insta::assert_snapshot!(coloured("vue", "<template><p :a=\"b\">{{ c }}</p></template>\n<script>\nexport default { d: 1 }\n</script>\n").unwrap(), @r#"
    &lt;<span class=a>template</span>&gt;&lt;<span class=a>p</span> :<span class=a>a</span>="b"&gt;{{ c }}&lt;/<span class=a>p</span>&gt;&lt;/<span class=a>template</span>&gt;
    &lt;<span class=a>script</span>&gt;
    <span class=k>export default</span> { d: <span class=n>1</span> }
    &lt;/<span class=a>script</span>&gt;
    "#);
    insta::assert_snapshot!(coloured("vim", "\" 注\nset number\nlet g:a = 'b'\n").unwrap(), @r#"
    <span class=c>" 注</span>
    <span class=f>set</span> number
    <span class=f>let</span> g:a = <span class=s>'b'</span>
    "#);
    insta::assert_snapshot!(coloured("swift", "func f(_ a: Int) -> String { return \"\\(a)\" }\n").unwrap(), @r#"<span class=k>func</span> f(_ a: <span class=t>Int</span>) -&gt; <span class=t>String</span> { <span class=k>return</span> <span class=s>"</span>\(a)<span class=s>"</span> }"#);
    insta::assert_snapshot!(coloured("scss", "$a: 1px;\n.b { &:hover { margin: $a } }\n").unwrap(), @r#"
    $a: <span class=n>1px</span>;
    <span class=a>.b</span> { &amp;:hover { <span class=a>margin</span>: $a } }
    "#);
}

#[test]
fn languages_by_any_name() {
    let highlighter = Highlighter::new();
    for name in [
        "C++",
        "ts",
        "tsx",
        "jsx",
        "shell",
        "py",
        "golang",
        "vue",
        "c#",
        "yml",
        "JSON",
        "java",
        "md",
        "toml",
        "kotlin",
        "kt",
        "Dockerfile",
        "docker",
        "ps1",
        "PowerShell",
        "vim",
        "diff",
        "patch",
        "rs",
        "bat",
        "nginx",
        "ini",
        "svelte",
        "sass",
        "scss",
        "less",
        "dart",
        "graphql",
        "proto",
    ] {
        assert!(highlighter.highlight(name, "x\n").is_some(), "{name}");
    }
    for name in ["text", "txt", "mermaid", "log", ""] {
        assert!(highlighter.highlight(name, "x\n").is_none(), "{name}");
    }
}

#[test]
fn every_other_name_leads_to_a_grammar() {
    let grammars = Grammars::default();
    for name in languages::names() {
        assert!(languages::canonical(name).is_none_or(|_| grammars.find(name).is_some()), "{name}");
    }
}

#[test]
fn what_is_too_long_stays_plain() {
    assert!(coloured("js", &"x".repeat(MAX_LINE)).is_some());
    assert!(coloured("js", &"x".repeat(MAX_LINE + 1)).is_none());
    assert!(coloured("js", &"x;\n".repeat(97_000)).is_none());
    assert!(coloured("js", &format!("{}\n", "x".repeat(MAX_LINE)).repeat(13)).is_none());
}

#[test]
fn the_text_is_kept() {
    let code = "fn f<T>(a: &str) -> Vec<T> {\n\t\"\\u{1F600}\" + 'x'\n\n}";
    assert_eq!(text(&coloured("rs", code).unwrap()), code);
}

/// Lines put together at random out of what grammars look for: words and signs of their own patterns.
fn odd_code(words: &[String], seed: u64) -> String {
    let mut seed = seed;
    let mut below = |most: usize| {
        seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (seed >> 33) as usize % most.max(1)
    };
    let signs: Vec<&str> = "\n \n \" ' ( ) { } [ ] < > / // /* */ # = : ; , . $ ` \\ \\n <<EOF EOF <?php <script> </script> <% %> {{ }} 会议 （ 1.5e3 0xff -- -> => :: @ % & | ! ~ ? + - *"
        .split(' ')
        .collect();
    let mut code = String::new();
    for _ in 0..60 {
        match below(3) {
            0 if !words.is_empty() => code.push_str(&words[below(words.len())]),
            _ => code.push_str(signs[below(signs.len())]),
        }
        if below(2) == 0 {
            code.push(' ');
        }
    }
    code
}

#[test]
fn no_language_loses_text_or_runs_in_circles() {
    let (highlighter, grammars) = (Highlighter::new(), Grammars::default());
    for syntax in two_face::syntax::extra_newlines().into_builder().syntaxes() {
        let patterns = syntax.contexts.values().flat_map(|context| &context.patterns).filter_map(|pattern| match pattern {
            syntect::parsing::syntax_definition::Pattern::Match(pattern) => Some(pattern.regex.regex_str()),
            _ => None,
        });
        let words: BTreeSet<&str> =
            patterns.flat_map(|regex| regex.split(|c: char| !c.is_ascii_alphabetic())).filter(|word| word.len() > 1).collect();
        let words: Vec<String> = words.into_iter().map(str::to_string).collect();
        for seed in 0..4 {
            let code = odd_code(&words, seed * 7919 + syntax.name.len() as u64);
            let Some(html) = highlighter.highlight(&syntax.name, &code) else {
                assert!(grammars.find(&syntax.name).is_none(), "{}: {code:?}", syntax.name);
                continue;
            };
            assert_eq!(text(&html), code, "{}", syntax.name);
        }
    }
}
