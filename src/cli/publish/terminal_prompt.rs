//! Asks whoever sits at the terminal: for secrets, typed unseen, and for yes or no. The only file that knows `rpassword`.
//!
//! Nobody is asked where nobody sits: input that is no terminal, and programs that read `--json`.

use std::io::IsTerminal;

use studyhall::publish::wire::endpoint::Secret;

/// Somebody at the terminal.
#[derive(Debug, Clone, Copy)]
pub struct TerminalPrompt(());

impl TerminalPrompt {
    /// Whoever is there.
    pub fn at_hand(json: bool) -> Option<TerminalPrompt> {
        let is_there = !json && std::io::stdin().is_terminal() && std::io::stderr().is_terminal();
        is_there.then_some(TerminalPrompt(()))
    }

    /// A secret. `None` when nothing was typed, or the terminal could not be made to show nothing.
    pub fn secret(self, question: &str) -> Option<Secret> {
        let typed = rpassword::prompt_password(question).ok()?;
        (!typed.is_empty()).then(|| Secret::new(typed))
    }

    /// The answer to a question that has been shown already: whether it is a yes, in either language.
    pub fn agrees(self) -> bool {
        let mut line = String::new();
        let heard = std::io::stdin().read_line(&mut line);
        heard.is_ok() && matches!(line.trim().to_lowercase().as_str(), "y" | "yes" | "是" | "好" | "记住" | "一致")
    }
}
