//! Scopes of grammars, folded into the classes that a theme paints (docs/themes.md).

use syntect::parsing::Scope;

/// A class of one letter; none is plain text.
pub type ColourClass = Option<char>;

/// Scopes and their classes; calls and parameters have none, since marking every other word marks nothing, and doubled
/// the pages. Of the rows whose scope is a prefix the first counts. An empty class is plain text whatever
/// stands around it.
const CLASSES: &[(&str, &str)] = &[
    ("comment", "c"),
    ("string.regexp", "e"),
    ("string.unquoted", ""),
    ("string", "s"),
    ("constant.character.escape", "e"),
    ("constant.other.placeholder", "e"),
    ("constant.other.symbol", "n"),
    ("constant.other.database-name", ""),
    ("constant.other.table-name", ""),
    ("constant.other.object.key", ""),
    ("constant.numeric", "n"),
    ("constant.language", "n"),
    ("constant.character", "n"),
    ("constant.other.color", "n"),
    ("support.constant", "n"),
    ("constant", "n"),
    ("keyword.operator.word", "k"),
    ("keyword.operator.logical.python", "k"),
    ("keyword.operator.logical.sql", "k"),
    ("keyword.operator.assignment.alias.sql", "k"),
    ("keyword.operator.logical.powershell", "k"),
    ("keyword.operator.comparison.powershell", "k"),
    ("keyword.operator.module", "k"),
    ("keyword.operator.assignment", ""),
    ("keyword.operator", ""),
    ("keyword.other.unit", "n"),
    ("keyword", "k"),
    ("storage.type.function.arrow", ""),
    ("storage.type.string", "s"),
    ("storage.type.numeric", "n"),
    ("storage.modifier.array", ""),
    ("storage", "k"),
    ("entity.name.function", "f"),
    ("support.function", "f"),
    ("entity.name.section", "m"),
    ("entity.name.tag", "a"),
    ("entity.other.attribute-name", "a"),
    ("support.type.property-name", "a"),
    ("meta.property-name", "a"),
    ("entity.other.inherited-class", "t"),
    ("entity.name", "t"),
    ("support.class", "t"),
    ("support.type", "t"),
    ("variable.other.readwrite.shell", "v"),
    ("variable.other.php", "v"),
    ("variable.other.readwrite.perl", "v"),
    ("variable.other.readwrite.global", "v"),
    ("markup.heading", "m"),
    ("markup.bold", "m"),
    ("markup.italic", "m"),
    ("markup.deleted", "d"),
    ("markup.inserted", "i"),
    ("markup.raw", "s"),
    ("meta.diff.header", "m"),
    ("meta.diff.range", "m"),
    ("meta.interpolation", ""),
    ("meta.template.expression", ""),
    ("text.html.javadoc", "c"),
    ("source", ""),
    ("text", ""),
];

/// [`CLASSES`], with the scopes in syntect's form.
pub struct ScopeClasses(Vec<(Scope, ColourClass)>);

impl Default for ScopeClasses {
    fn default() -> ScopeClasses {
        let row = |&(scope, class): &(&str, &str)| {
            (Scope::new(scope).expect("the table has scopes of at most eight parts"), class.chars().next())
        };
        ScopeClasses(CLASSES.iter().map(row).collect())
    }
}

impl ScopeClasses {
    /// The class of text whose innermost scope is this one, if the scope says anything.
    pub fn of(&self, scope: Scope) -> Option<ColourClass> {
        self.0.iter().find(|(prefix, _)| prefix.is_prefix_of(scope)).map(|&(_, class)| class)
    }
}
