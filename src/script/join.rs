//! Joins ES modules into one script: each module once, what it imports before it, all of them in one function.
//!
//! The modules share that function's scope, so only the plain forms are taken: `import { a, b } from "./x.js"` and
//! `export` before a declaration. A name may be declared by one module only.

use std::collections::BTreeMap;

use oxc_allocator::Allocator;
use oxc_ast::ast::{BindingPatternKind, Declaration, ImportDeclaration, ImportDeclarationSpecifier, Statement};
use oxc_parser::Parser;
use oxc_span::{GetSpan, SourceType};

use super::bounds::bounded;
use super::fault::{Fault, Files};

/// One script that needs no other. A script that imports and exports nothing stays as it is.
pub fn join(name: &str, files: &Files<'_>) -> Result<String, Fault> {
    let fault = |reason, detail: &str| Fault { name: name.to_string(), at: None, reason, detail: detail.to_string() };
    let text = files(name).ok_or_else(|| fault("missing", name))?;
    bounded(name, text)?;
    // What neither imports nor exports needs nothing; its names are for all.
    let allocator = Allocator::default();
    let parsed = Parser::new(&allocator, text, SourceType::mjs()).parse();
    let is_module = parsed.program.body.iter().any(Statement::is_module_declaration);
    if !is_module && (parsed.errors.is_empty() || !text.contains("import")) {
        return Ok(text.to_string());
    }
    let mut joined = Joined { files, seen: Vec::new(), names: BTreeMap::new(), out: String::new() };
    joined.take(name)?;
    Ok(format!("(function () {{\n\"use strict\";\n{}}})();\n", joined.out))
}

struct Joined<'a, 'f> {
    files: &'a Files<'f>,
    /// Modules that are in, or on their way.
    seen: Vec<String>,
    /// Which module declares a name.
    names: BTreeMap<String, String>,
    out: String,
}

impl Joined<'_, '_> {
    fn take(&mut self, name: &str) -> Result<(), Fault> {
        if self.seen.iter().any(|seen| seen == name) {
            return Ok(());
        }
        self.seen.push(name.to_string());
        let fault =
            |at: u32, reason, detail: &str| Fault { name: name.to_string(), at: Some(at as usize), reason, detail: detail.to_string() };
        let text = (self.files)(name).ok_or_else(|| fault(0, "missing", name))?;
        bounded(name, text)?;
        let allocator = Allocator::default();
        let parsed = Parser::new(&allocator, text, SourceType::mjs()).parse();
        if let Some(error) = parsed.errors.first() {
            let at = error.labels.as_ref().and_then(|labels| labels.first()).map_or(0, |label| label.offset());
            return Err(fault(u32::try_from(at).unwrap_or(0), "syntax", &error.message));
        }
        let mut code = String::with_capacity(text.len());
        let mut from = 0;
        for statement in &parsed.program.body {
            let span = statement.span();
            match statement {
                Statement::ImportDeclaration(import) => {
                    let path = import.source.value.as_str();
                    if !is_plain(import) {
                        return Err(fault(span.start, "form", path));
                    }
                    let target = beside(name, path).ok_or_else(|| fault(import.source.span.start, "missing", path))?;
                    if (self.files)(&target).is_none() {
                        return Err(fault(import.source.span.start, "missing", path));
                    }
                    self.take(&target)?;
                    code.push_str(&text[from..span.start as usize]);
                    from = span.end as usize;
                }
                Statement::ExportNamedDeclaration(export) => {
                    let Some(declaration) = &export.declaration else { return Err(fault(span.start, "form", name)) };
                    self.declares(name, declaration)?;
                    code.push_str(&text[from..span.start as usize]);
                    from = declaration.span().start as usize;
                }
                Statement::ExportDefaultDeclaration(_) | Statement::ExportAllDeclaration(_) => {
                    return Err(fault(span.start, "form", name));
                }
                other => {
                    if let Some(declaration) = other.as_declaration() {
                        self.declares(name, declaration)?;
                    }
                }
            }
        }
        code.push_str(&text[from..]);
        self.out.push_str(code.trim());
        self.out.push('\n');
        Ok(())
    }

    /// Notes what a module declares for all.
    fn declares(&mut self, module: &str, declaration: &Declaration<'_>) -> Result<(), Fault> {
        let mut names = Vec::new();
        match declaration {
            Declaration::FunctionDeclaration(function) => names.extend(function.id.as_ref().map(|id| (id.name.as_str(), id.span.start))),
            Declaration::ClassDeclaration(class) => names.extend(class.id.as_ref().map(|id| (id.name.as_str(), id.span.start))),
            Declaration::VariableDeclaration(variables) => {
                for variable in &variables.declarations {
                    if let BindingPatternKind::BindingIdentifier(id) = &variable.id.kind {
                        names.push((id.name.as_str(), id.span.start));
                    }
                }
            }
            _ => {}
        }
        for (name, at) in names {
            if self.names.insert(name.to_string(), module.to_string()).is_some_and(|before| before != module) {
                return Err(Fault { name: module.to_string(), at: Some(at as usize), reason: "twice", detail: name.to_string() });
            }
        }
        Ok(())
    }
}

/// `import "./x.js"` or `import { a, b } from "./x.js"`, without renaming.
fn is_plain(import: &ImportDeclaration<'_>) -> bool {
    import.specifiers.iter().flatten().all(|specifier| match specifier {
        ImportDeclarationSpecifier::ImportSpecifier(one) => one.imported.name() == one.local.name,
        _ => false,
    })
}

/// A path as a module writes it, from the folder of all scripts.
fn beside(module: &str, path: &str) -> Option<String> {
    let mut parts: Vec<&str> = module.split('/').collect();
    parts.pop();
    if !path.starts_with("./") && !path.starts_with("../") {
        return None;
    }
    for part in path.split('/') {
        match part {
            "." => {}
            ".." => drop(parts.pop()?),
            part => parts.push(part),
        }
    }
    Some(parts.join("/"))
}
