//! What authors call languages.

/// Other names, and the name or ending that a grammar has. An empty one leaves the code plain although some grammar claims the name.
const ALIASES: &[(&str, &str)] = &[
    ("shell", "sh"),
    ("console", "sh"),
    ("shell-session", "sh"),
    ("shellsession", "sh"),
    ("terminal", "sh"),
    ("ksh", "sh"),
    ("node", "js"),
    ("nodejs", "js"),
    ("mjs", "js"),
    ("cjs", "js"),
    ("es6", "js"),
    ("jsx", "javascript (babel)"),
    ("javascriptreact", "javascript (babel)"),
    ("golang", "go"),
    ("c++", "cpp"),
    ("csharp", "cs"),
    ("c#", "cs"),
    ("aspx-csharp", "cs"),
    ("fsharp", "f#"),
    ("objc", "objective-c"),
    ("objectivec", "objective-c"),
    ("m", "objective-c"),
    ("python3", "py"),
    ("pycon", "py"),
    ("ipython", "py"),
    ("json5", "json"),
    ("jsonc", "json"),
    ("jsonl", "json"),
    ("ndjson", "json"),
    ("geojson", "json"),
    ("mysql", "sql"),
    ("postgresql", "sql"),
    ("plsql", "sql"),
    ("tsql", "sql"),
    ("csproj", "xml"),
    ("plist", "xml"),
    ("vsxmd", "xml"),
    ("wsdl", "xml"),
    ("docker", "dockerfile"),
    ("pwsh", "ps1"),
    ("batch", "bat"),
    ("dos", "bat"),
    ("assembly", "asm"),
    ("latex", "tex"),
    ("proto3", "proto"),
    ("terraform", "tf"),
    ("vimscript", "vim"),
    ("html+jinja", "jinja2"),
    ("django", "jinja2"),
    ("text", ""),
    ("txt", ""),
    ("plain", ""),
    ("plaintext", ""),
    ("output", ""),
    ("log", ""),
    ("help", ""),
    ("tab", ""),
    ("task", ""),
    ("group", ""),
];

/// All names of the table.
#[cfg(test)]
pub fn names() -> impl Iterator<Item = &'static str> {
    ALIASES.iter().map(|(alias, _)| *alias)
}

/// The name among the grammars for a name in lower case; `None` if the code should stay plain.
pub fn canonical(name: &str) -> Option<&str> {
    let name = ALIASES.iter().find(|(alias, _)| *alias == name).map_or(name, |&(_, name)| name);
    (!name.is_empty()).then_some(name)
}
