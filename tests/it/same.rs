//! The same in, the same out: whatever the number of threads, the folder, or the order in which files were made.

use studyhall::pipeline::{self, InputReading, Options, SettingsText, Silent, SiteInput, Timings};

use crate::support::site::{assert_same, sections};
use crate::support::{DAY, PROJECT, Site};

const STUDY: &str = include_str!("../sites/study.txt");

#[test]
fn the_number_of_workers_does_not_matter() {
    let site = Site::on_disk(STUDY);
    let one = site.clean(&["--jobs", "1"]);
    for jobs in ["2", "4", "16"] {
        assert_same(&one, &site.clean(&["--jobs", jobs]), jobs);
    }
}

#[test]
fn the_sample_site_is_the_same_with_one_worker_and_four() {
    let apart = tempfile::tempdir().expect("a temporary folder");
    let build = |jobs: &str| {
        let output = apart.path().join(jobs);
        let run = crate::support::site::program()
            .args(["build", "--no-cache", "-q", "--date", "2026-11-23", "--jobs", jobs, "--site", PROJECT, "--output"])
            .arg(&output)
            .output()
            .expect("the program starts");
        assert!(run.status.success(), "{}", String::from_utf8_lossy(&run.stderr));
        crate::support::site::tree(&output)
    };
    assert_same(&build("1"), &build("4"), "--jobs");
}

#[test]
fn the_folder_and_the_order_of_files_do_not_matter() {
    let one = Site::on_disk(STUDY);
    let other = Site::on_disk("");
    let files: Vec<(&str, &str)> = sections(STUDY);
    for (path, text) in files.iter().rev() {
        other.write(path, text);
    }
    assert_same(&one.clean(&[]), &other.clean(&[]), "two folders");
    // The order of what was built before does not matter either.
    other.build_well(&[]);
    assert_same(&one.clean(&[]), &other.output(), "two folders");
}

#[test]
fn the_clock_enters_through_the_date_alone() {
    let site = Site::on_disk(STUDY);
    let one = site.clean(&[]);
    site.age_all();
    assert_same(&one, &site.clean(&[]), "times of files");
}

#[test]
fn scripts_and_styles_out_of_memory_are_those_made_anew() {
    let site = Site::on_disk(
        "//- site.yaml\ntitle: 测试\ntheme: own\n//- content/a.md\n# 甲\n//- themes/own/theme.yaml\nname: 自己的\nextends: default\n\
         //- themes/own/scripts/own.js\nwindow.own = 1 + 1;\n//- themes/own/styles/own.css\na {\n  color: red;\n}\n",
    );
    let first = site.build(&[]);
    assert_eq!(first.code, 0, "{}", first.stderr);
    // The text changed and the theme did not; then the script, to one that is wrong, twice; then it is mended.
    site.write("content/a.md", "# 乙\n");
    assert_eq!(site.build(&[]).code, 0);
    assert_same(&site.output(), &site.clean(&[]), "a page edited");
    site.write("themes/own/scripts/own.js", "import \"./none.js\";\n");
    for time in ["first", "second"] {
        let run = site.build(&[]);
        assert!(run.code == 1 && run.stderr.contains("none.js"), "the {time} time: {}", run.stderr);
    }
    site.write("themes/own/scripts/own.js", "window.own = 3 + 1;\n");
    assert_eq!(site.build(&[]).code, 0);
    assert_same(&site.output(), &site.clean(&[]), "mended");
}

#[test]
fn settings_and_theme_are_read_once() {
    let site = Site::on_disk(
        "//- site.yaml\ntitle: 甲站\ntheme: own\n//- content/a.md\n# 甲\n//- themes/own/theme.yaml\nname: 自己的\nextends: default\n\
         //- themes/own/styles/own.css\na {\n  color: red;\n}\n",
    );
    site.age_all();
    let options = Options { jobs: 1, ..Options::new(site.dir().to_path_buf(), DAY.parse().expect("a day")) };
    let reading = SiteInput::read(&options, SettingsText::read(site.dir()), &mut Timings::new(false)).expect("the machine is well");
    let InputReading::Input(input) = reading else { panic!("{reading:?}") };
    assert!(input.stamp.is_some(), "nothing was changed lately");
    // Somebody saves both while the site is being built, and takes both back afterwards.
    let (settings, style) = (site.read("site.yaml"), site.read("themes/own/styles/own.css"));
    site.write("site.yaml", &settings.replace("甲站", "乙站"));
    site.write("themes/own/styles/own.css", &style.replace("red", "blue"));
    pipeline::build_from(&options, *input, &Silent).expect("the machine is well");
    site.write("site.yaml", &settings);
    site.write("themes/own/styles/own.css", &style);
    // By the same program: another one would not trust what this one has left.
    let again = pipeline::build(&options, &Silent).expect("the machine is well");
    assert_eq!(again.summary.map(|summary| summary.rendered), Some(0), "what was read first has been built already");
    assert_same(&site.clean(&[]), &site.output(), "what was taken back");
}
