//! Every diagnostic has a case with its whole message, in both languages. The cases are the files of
//! `tests/sites/messages/`; the name of a file begins with the code that it shows.

use std::collections::BTreeSet;

use studyhall::ground::Code;

use crate::support::cases::{check_messages, names};

/// The cases: a test each. The name of the file, with `_` for `-`.
macro_rules! cases {
    ($($name:ident)*) => {
        const CASES: &[&str] = &[$(stringify!($name),)*];
        $(
            #[test]
            fn $name() {
                check(stringify!($name));
            }
        )*
    };
}

cases! {
    attachment_acts
    bad_address
    bad_alias
    bad_base_url
    bad_base_url_argument
    bad_date
    bad_slug
    bad_target
    box_stray
    box_unclosed
    box_unknown
    branch_missing
    column_missing
    empty_file
    error_foreign_file
    error_no_content
    footnote_missing
    front_matter_unclosed
    front_matter_unclosed_bom
    html_removed
    link_escapes
    link_loop
    link_missing_anchor
    link_missing_file
    link_missing_page
    link_missing_page_glossary
    link_outside
    link_unpublished
    math_bad
    missing_field
    mount_missing
    name_reserved
    name_taken
    not_text
    not_utf8_gbk
    not_utf8_site_yaml
    not_utf8_template
    not_utf8_unknown
    not_utf8_utf_16
    out_of_range
    output_inside_content
    output_inside_content_mount
    path_clash
    path_clash_alias
    path_clash_alias_below
    path_clash_case
    path_clash_generated
    path_clash_index
    path_clash_redirect
    path_clash_redirect_file
    path_too_long
    picture_bad
    picture_foreign
    quiz_bad
    redirect_bad
    redirect_missing
    redirect_unanswered
    ref_missing
    script_bad
    style_bad
    style_bad_import
    script_bad_module
    secret_in_settings
    self_reference
    site_yaml_missing
    supersedes_cycle
    svg_refused
    template_error_argument
    template_error_asset
    template_error_circle
    template_error_function
    template_error_include_circle
    template_error_missing_argument
    template_error_page
    template_error_several
    template_error_syntax
    template_error_taxonomy
    template_error_value
    template_error_variable
    template_missing_asked
    template_missing_parent
    template_missing_theme
    term_twice
    theme_cycle
    theme_missing
    theme_missing_parent
    theme_option_unknown
    theme_version
    title_missing
    unknown_key_inner
    unknown_key_kind
    unknown_key_near
    unknown_value
    unknown_value_timezone
    unreadable_dangling_link
    office_among_pages
    redirect_elsewhere
    redirect_outside
    front_matter_unread
    definition_of_text
    markup_left
    text_cut_at_comment
    unserved_type
    unused_files
    wrong_type
    wrong_type_defaults
    wrong_type_no_mapping
    wrong_type_settings_list
    wrong_type_site_yaml
    wrong_type_site_yaml_lists
    yaml_duplicate_key
    yaml_full_width_colon
    yaml_full_width_colon_crlf
    yaml_syntax
    yaml_syntax_colon
    yaml_syntax_glossary
    yaml_syntax_site_yaml
    yaml_tab
}

fn file_of(case: &str) -> String {
    case.replace('_', "-")
}

#[track_caller]
fn check(case: &str) {
    let name = file_of(case);
    let codes = check_messages(&name);
    assert!(codes.iter().any(|code| shows(&name, code)), "{name} shows {codes:?}");
}

/// Whether a case is named after a code.
fn shows(name: &str, code: &str) -> bool {
    name.strip_prefix(code).is_some_and(|rest| rest.is_empty() || rest.starts_with('-'))
}

/// Codes that no file can show, and where they are shown instead.
const ELSEWHERE: &[(&str, &str)] = &[
    ("file-too-large", "bad_input::a_file_of_twenty_megabytes: nobody wants the file in version control"),
    ("special-file", "security_disk::pipes_are_no_files: version control holds no pipes"),
    ("too-many-paths", "security_disk::a_million_paths_by_links"),
    ("program-fault", "ground::guard: no file is known that does it"),
    ("nesting-too-deep", "bad_input::nesting_a_thousand_deep"),
];

#[test]
fn every_code_has_a_case_and_every_file_is_used() {
    let used: BTreeSet<String> = CASES.iter().map(|case| file_of(case)).collect();
    assert_eq!(used, names(), "the list in this file and the files of tests/sites/messages part ways");
    let is_shown = |id: &str| used.iter().any(|name| shows(name, id)) || ELSEWHERE.iter().any(|(code, _)| *code == id);
    let without: Vec<&str> = Code::ALL.iter().map(|code| code.id()).filter(|id| !is_shown(id)).collect();
    assert!(without.is_empty(), "codes without a case: {without:?}");
}
