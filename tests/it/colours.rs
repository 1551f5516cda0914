//! The colours of both themes, computed: every pair that meets on a page can be read, in light, dark and paper.

use std::collections::BTreeMap;

use crate::support::project_file;

type Colours = BTreeMap<String, [u8; 3]>;

/// The rules of `tokens.css` that set colours: selector and values.
fn palettes(theme: &str) -> Vec<(String, Colours)> {
    let text = project_file(&format!("themes/{theme}/styles/tokens.css"));
    let mut palettes = Vec::new();
    for rule in text.split('}') {
        let Some((selector, body)) = rule.rsplit_once('{') else { continue };
        let selector = selector.rsplit(['{', '/']).next().unwrap_or_default().trim();
        let mut colours = Colours::new();
        for line in body.lines() {
            let Some((name, value)) = line.trim().strip_prefix("--").and_then(|line| line.split_once(':')) else { continue };
            let Some(hex) = value.trim().strip_prefix('#').and_then(|value| value.get(..6)) else { continue };
            let channel = |at: usize| u8::from_str_radix(&hex[at..at + 2], 16).expect("a colour in hexadecimal");
            colours.insert(name.to_string(), [channel(0), channel(2), channel(4)]);
        }
        if !colours.is_empty() {
            palettes.push((selector.to_string(), colours));
        }
    }
    palettes
}

/// Contrast as WCAG 2.2 counts it.
fn contrast(a: [u8; 3], b: [u8; 3]) -> f64 {
    let light = |colour: [u8; 3]| {
        let linear = colour.map(|channel| {
            let c = f64::from(channel) / 255.0;
            if c <= 0.04045 { c / 12.92 } else { ((c + 0.055) / 1.055).powf(2.4) }
        });
        0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
    };
    let (a, b) = (light(a), light(b));
    (a.max(b) + 0.05) / (a.min(b) + 0.05)
}

const INKS: &[&str] = &["ink", "soft", "accent", "doc-red", "warn", "gold", "green", "blue"];
const GROUNDS: &[&str] = &["paper", "sheet", "wash", "accent-tint", "gold-tint", "green-tint", "warn-tint"];

#[test]
fn every_ink_can_be_read_on_every_ground() {
    for theme in ["default", "green"] {
        let palettes = palettes(theme);
        let selectors: Vec<&str> = palettes.iter().map(|(selector, _)| selector.as_str()).collect();
        let wanted = [":root", ":root:not([data-theme])", ":root[data-theme='dark']", ":root[data-theme='paper']"];
        assert_eq!(selectors, wanted, "{theme}");
        for (selector, colours) in &palettes {
            let check = |ink: &str, ground: &str, least: f64| {
                let found = contrast(colours[ink], colours[ground]);
                assert!(found >= least, "{theme}, {selector}: {ink} on {ground} has {found:.2}, expected {least}");
            };
            for ink in INKS {
                for ground in GROUNDS {
                    check(ink, ground, 4.5);
                }
            }
            check("on-accent", "accent", 4.5);
            check("soft", "line", 4.5);
            // An edge that must be seen is no text: 3 is enough.
            for ground in ["paper", "sheet", "wash"] {
                check("rule", ground, 3.0);
            }
        }
    }
}

#[test]
fn dark_is_the_same_by_the_phone_and_by_choice() {
    for theme in ["default", "green"] {
        let palettes = palettes(theme);
        assert_eq!(palettes[1].1, palettes[2].1, "{theme}");
        // What a palette leaves out would shine through from the light one.
        for (selector, colours) in &palettes {
            assert!(colours.keys().eq(palettes[0].1.keys()), "{theme}, {selector}");
        }
    }
}
