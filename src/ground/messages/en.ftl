## Words
did-you-mean = Did you mean `{ $near }`?
nothing = nothing
bool = `true` or `false`
number = a number
whole-number = a whole number
text = a text
list = a list
list-of-texts = a list of texts
map = a mapping (`name: value` lines)
date = a date such as `2026-03-05`

## Files
not-utf8 = { $encoding ->
    [GBK] the file is saved as GBK, not as UTF-8
    [UTF-16] the file is saved as UTF-16, not as UTF-8
   *[other] the file is not saved as UTF-8
}
    .hint = Save it as UTF-8: in Notepad or WPS, “Save as”, encoding UTF-8.
not-text = the file is no text: it holds binary data
    .hint = Perhaps a Word or picture file was given the ending `.md`. Save the text as plain text, UTF-8.
unreadable = the file cannot be read: { $cause }
    .hint = Close other programs that use it and check its permissions.
link-outside = the symbolic link leads out of the site: `{ $target }`
    .hint = Copy the files in, or take the folder in with `mounts:` in site.yaml.
link-loop = the folder contains itself through a symbolic link: `{ $target }`
    .hint = Remove the link.
file-too-large = the page has { $size }, more than the { $limit } a page may have
    .hint = Split it into several pages, or give the text as an attachment.
empty-file = the page is empty
    .hint = Write something, or delete the file.
mount-missing = the folder to mount is missing: `{ $folder }`
    .hint = Correct `from:` under `mounts:` in site.yaml; the path counts from the site folder.

## Front matter and settings
front-matter-unclosed = the front matter is not closed
    .hint = Put a line with `---` behind its last field.
yaml-syntax = the YAML cannot be read: { $reason }
    .hint = Look at this line and the one above: a missing quotation mark, bracket or space after a colon is the usual cause.
yaml-colon = a colon and a space stand inside a value: put the value in quotation marks
yaml-bracket = a bracket is not closed
yaml-quote = a quotation mark is not closed
yaml-list = in a list in brackets a comma or the closing bracket is missing
yaml-tab = a tab in the indentation
    .hint = YAML wants spaces: replace the tab by two spaces.
yaml-full-width-colon = a full-width colon `：` after `{ $key }`
    .hint = Write a half-width colon and a space: `{ $key }: …`.
yaml-duplicate-key = `{ $key }` stands twice
    .hint = Keep one of them.
unknown-key = `{ $key }` is no field here
    .hint = Fields of your own go under `extra:` of a page.
wrong-type = `{ $key }` expects { $expected }, found `{ $found }`
    .hint = See the fields of each kind in docs/内容格式.md.
unknown-value = `{ $key }` has no value `{ $found }`
    .hint = One of: { $known }
bad-date = `{ $key }: { $found }` is not a date that exists
    .hint = Write it as `2026-03-05`, and check the number of days in the month.
out-of-range = `{ $key }: { $found }` is out of range
    .hint = It must be in { $range }.
bad-slug = `{ $found }` cannot stand in an address
    .hint = Use lower-case letters, digits and hyphens, such as `huiyi-jilu`.
missing-field = `{ $key }` is missing
    .hint = Add a line `{ $key }: …`.
title-missing = the page has no title; the file's name serves
    .hint = Add `title: …` to the front matter.
self-reference = `{ $key }` names the document itself
    .hint = Name the other document.

## Markdown
box-unclosed = the box `::: { $name }` is not closed
    .hint = Put a line with `:::` at its end.
box-unknown = there is no box `::: { $name }`
    .hint = The boxes are: 提示 要点 原文 思考 备注 展开 图集 自测.
box-stray = this `:::` closes nothing
    .hint = Remove the line, or mend the line that should open the box.
quiz-bad = the question cannot be read: { $reason }
    .hint = See the examples of 自测 in docs/内容格式.md.
math-bad = the formula cannot be set: { $reason }
    .hint = It is shown as it was written. Check brackets and command names.
html-removed = the HTML element `{ $element }` was taken out
    .hint = Only simple elements are allowed; list the folder under `trusted:` in site.yaml to lift this.
nesting-too-deep = quotations or lists are nested more than { $limit } deep
    .hint = Lift the inner ones.
footnote-missing = the footnote `[^{ $name }]` has no text
    .hint = Add a line `[^{ $name }]: …`.

## References
this-page = the page has
that-page = the page `{ $value }` has
link-missing-page = the page `{ $target }` does not exist
    .hint = Links name files: relative to this one, or from the content folder with a leading `/`.
link-missing-anchor = { $page } no heading `#{ $anchor }`
    .hint = An anchor is the heading's text without punctuation, spaces as `-`.
link-missing-file = the file `{ $target }` does not exist
    .hint = Put it beside the page, or correct the path; capital and small letters differ.
link-unpublished = `{ $target }` is a draft, not yet due or withdrawn; the link is left out
    .hint = Nothing to do if that is meant.
link-escapes = `{ $target }` leads out of the content folder
    .hint = Put the file into the content folder.
picture-bad = the picture `{ $target }` cannot be read: { $cause }
    .hint = Open it in a picture program and save it again as JPG or PNG.
picture-foreign = `{ $target }` comes from another site
    .hint = Save it beside the page and name the file: pages load nothing from elsewhere.
ref-missing = `{ $key }` names `{ $target }`, which does not exist
    .hint = Write the path of its file, or its document number.
supersedes-cycle = these documents supersede one another in a circle: { $chain }
    .hint = Remove `supersedes` from the oldest.
branch-missing = there is no branch `{ $branch }`
    .hint = Write the path of its folder, such as `branches/jingji`.

## Output
path-clash = the address `{ $path }` is already taken by `{ $other }`
    .hint = Give one of the two another `slug:`. Case makes no difference.
path-too-long = the address is longer than 200 characters: `{ $path }`
    .hint = Give the page or a folder above it a short `slug:`.
bad-alias = the old address `{ $alias }` cannot be a file on every host
    .hint = Letters, digits, `.`, `-`, `_` and `/` can.
unserved-type = many hosts do not serve files of the type `.{ $extension }`
    .hint = Save it as PDF, Word, Excel, ZIP, MP3, MP4, JPG or PNG.

## Themes
theme-missing = there is no theme `{ $theme }`
    .hint = Themes lie in `themes/`; the program carries `default` and `green`.
theme-cycle = these themes extend one another in a circle: { $chain }
    .hint = Remove one `extends:`.
theme-version = the theme `{ $theme }` is for Studyhall { $wants }; this is { $version }
    .hint = Take another version of the theme or of the program.
template-missing = the theme has no template `{ $template }`
    .hint = Add it under `templates/`, or correct the name.
template-error = { $reason }
    .hint = See docs/themes.md for variables and functions.
script-bad = the theme's script cannot be read: { $reason } (`{ $detail }`)
    .hint = See docs/themes.md for scripts and modules.
style-bad = the theme's style sheet cannot be read: { $reason } (`{ $detail }`)
    .hint = See docs/themes.md for styles.
theme-option-unknown = the theme has no option `{ $key }`
    .hint = Its options stand in its theme.yaml.

## Site
output-inside-content = the output folder `{ $output }` and the folders of the site overlap
    .hint = Choose another `--output`.
column-missing = the column `{ $path }` does not exist
    .hint = `path` is a folder or page of the content folder.
site-yaml-missing = `{ $folder }` is no site: it has no site.yaml
    .hint = Go into the site's folder, name it with `--site`, or make a new site with `studyhall init`.
bad-base-url = `{ $found }` is no public address
    .hint = Write it in full, such as `https://dj.example.edu.cn/xuetang/`.
term-twice = the term `{ $term }` stands twice
    .hint = Keep one of them.

## Questions of quizzes
quiz-unknown-kind = unknown kind; one of 单选 多选 判断 填空 排序
quiz-no-stem = it has no question
quiz-no-options = it has no options
quiz-no-right = no option is marked right with `[x]`
quiz-several-right = several options are marked right
quiz-no-answer = it has no line `答案：…`
quiz-unknown-answer = the answer must be 对 or 错
quiz-no-blanks = the question has no blank `____`
quiz-blanks-differ = the number of blanks and of answers differ

## Scripts
script-missing = no such module; paths begin with `./` or `../` and count from this file
script-form = expected `import "./module.js"` with plain names, or `export` before a declaration
script-twice = another module declares this name already
script-syntax = it is no JavaScript
style-missing = no such style sheet; name a file in `styles/`
style-circle = style sheets import each other in a circle
style-syntax = it is no CSS

## Templates
no-such-page = there is no page, folder or file `{ $value }`
no-such-taxonomy = there is no taxonomy `{ $value }`; `tags` or `categories`
no-such-asset = the theme has no style or script `{ $value }`
unknown-argument = unknown argument `{ $value }`
unknown-argument-near = unknown argument `{ $value }`; did you mean `{ $other }`?
missing-argument = the argument `{ $value }` is missing
bad-argument = the argument `{ $value }` cannot be `{ $other }`
circular-extend = templates extend one another in a circle: { $value }
circular-include = templates include one another in a circle: { $value }

## When the machine refuses
cause-not-found = it does not exist
cause-permission = no permission
cause-read-only = the disk is read-only
cause-full = the disk is full
cause-not-a-folder = a file is in the way of a folder
cause-is-a-folder = it is a folder
error-no-content = there is no folder `{ $path }`
    .hint = A site keeps its pages in `content/`. Make a new site with `studyhall init`.
error-read = `{ $path }` cannot be read: { $cause }
    .hint = Close other programs that use it and check its permissions.
error-write = `{ $path }` cannot be written: { $cause }
    .hint = Check the permissions. The site is as it was before.
error-create-folder = the folder `{ $path }` cannot be made: { $cause }
    .hint = Check the permissions. The site is as it was before.
error-rename = `{ $path }` cannot be replaced: { $cause }
    .hint = Close the programs that show it and build again. The site is as it was before.
error-remove = `{ $path }` cannot be removed: { $cause }
    .hint = Close the programs that use it and build again.
error-locked = another build is writing `{ $path }` (process { $pid }, since { $since })
    .hint = Wait until it is done, or end it.
error-output-not-writable = nothing can be written to the output folder `{ $path }`: { $cause }
    .hint = Check its permissions, or choose another with `--output`.
error-disk-full = the disk is full, `{ $path }` could not be written
    .hint = Free some space and build again. The site is as it was before.
error-cache = the memory of earlier builds could not be kept in `{ $path }`: { $cause }
    .hint = The next build takes longer, no more.
error-cache-vanished = the memory of earlier builds vanished during the build
    .hint = Build again.
error-foreign-file = a file that Studyhall did not write stands where the site wants to: `{ $path }`
    .hint = Move it away, or choose another `--output`. Nothing was changed.
error-output-twice = two files of the site want the path `{ $path }`
    .hint = This is a fault of the program; please report it.
error-output-path = the path `{ $path }` cannot be written
    .hint = This is a fault of the program; please report it.
error-journal = an interrupted build left a record that cannot be read: `{ $path }`
    .hint = Delete the output folder and build again.
error-half-written = the output could be brought neither forward nor back: `{ $path }`: { $cause }
    .hint = Close the programs that use the folder and build again: it will be finished then.
error-exists = `{ $path }` is not empty
    .hint = Choose a new folder: nothing is overwritten.
error-file-exists = `{ $path }` is already there
    .hint = Choose another title or `--slug`.

## Command line
usage-error = { $message }
error = error
warning = warning
hint = hint
about = Studyhall (学堂): a folder of Markdown becomes a study site for any web host and any phone.
help-template-usage = Usage
help-template-commands = Commands
help-template-options = Options
help-template-arguments = Arguments
help-site = the site folder (default: here)
help-output = the output folder (default: output in the site folder)
help-date = the day to build for, YYYY-MM-DD (default: today)
help-base-url = the public address, for feeds and the site map
help-drafts = take in drafts and pages not yet due
help-jobs = number of workers (default: one per core)
help-no-cache = neither use nor keep the memory of earlier builds
help-keep-going = write the site in spite of errors
help-json = print the result as JSON
help-timings = tell where the time went (`--timings=json` for programs)
help-quiet = print errors only
help-verbose = print more
help-lang = language of messages: zh or en
help-help = show this help
help-version = show the version
command-init = make a new site in a folder
command-new = make a new page with its fields filled in
command-build = build the site
help-init-dir = the folder of the new site
help-init-title = the name of the site
help-new-kind = kind: page lesson course policy news notice topic branch survey
help-new-title = the title
help-new-section = the folder in content/ it goes to
help-new-slug = its name in the address
usage-unknown-argument = unknown argument `{ $value }`
usage-missing-argument = the argument `{ $value }` is missing
usage-invalid-value = `{ $value }` is not possible for `{ $other }`
usage-missing-command = name a command
usage-see-help = See `studyhall --help`.
bad-date-argument = `--date { $value }` is not a date that exists; write 2026-03-05
stage-open = Reading settings
stage-discover = Listing files
stage-parse = Reading pages
stage-model = Joining pages
stage-pictures = Making pictures ready
stage-plan = Planning pages
stage-render = Rendering pages
stage-files = Copying files
stage-search = Making the search index
stage-write = Writing the site
stage-remember = Keeping the memory
timings-stage = stage
timings-wall = wall
timings-processor = processor
timings-count = times
timings-total = in all
step-read = reading files
step-front-matter = front matter
step-markdown = Markdown
step-colour = colouring code
step-ask = asking what is new
step-template = templates
step-minify = minifying
step-put = comparing and staging
kind-page = pages
kind-lesson = lessons
kind-course = courses
kind-policy = policies
kind-news = news
kind-notice = notices
kind-topic = topics
kind-branch = branches
kind-survey = surveys
report-pages = { $count } pages: { $kinds }
report-rendered = { $rendered } rendered, { $kept } as they were
report-files = files: { $written } written, { $unchanged } unchanged, { $removed } removed; { $size } in all
report-done = Done in { $time }: { $output }
report-warnings = { $count } warnings
report-errors = { $count } errors
report-refused = Nothing was written: { $errors } errors. The site is as it was before.
report-keep-going = Written in spite of { $errors } errors.
report-left = no longer part of the site, but changed by somebody and therefore left: { $path }
report-overwritten = changed by somebody in the output, now written anew: { $path }
report-cache = memory of earlier builds: { $value }
report-stage = { $value }: { $other }
init-done = A new site in { $path }
init-next = Next: cd { $path }, then studyhall build
new-done = { $path }
new-next = Fill in the fields, write the text, then studyhall build

## Preview
command-serve = See the site in a browser while you write: every save shows at once
help-port = Port, 8020 unless you say so; the next free one if it is taken
help-lan = Phones in the same network may look too: prints an address with a token, and its QR code
help-open = Open the browser
help-poll = Look for changes by time: for network drives, shared folders and WSL
help-no-drafts = Without drafts and pages out of their time: just what a build makes
help-serve-keep-going = Show the newest pages in spite of errors
serve-ready = Preview: { $url }
serve-other-port = Port { $port } is taken by another program; this is another one.
serve-network = On a phone in the same network (scan or type): { $url }
serve-network-other =   or: { $url }
serve-no-network = There is no network that a phone could use; the preview is on this machine alone.
serve-polling = Looking for changes twice a second.
serve-watch-full = The system refuses to watch more folders; looking for changes twice a second instead.
    To be told at once again: sudo sysctl fs.inotify.max_user_watches=524288
serve-watch-refused = The system cannot tell of changes; looking for them twice a second.
serve-stop = Ctrl-C ends it.
serve-not-opened = The browser did not open; please open { $url }
serve-built = { $count } pages, { $time } s; { $errors } errors, { $warnings } warnings.
serve-updated = updated { $time }, { $count } pages, { $other } ms
serve-updated-page = updated { $time }, { $other } ms
serve-refused = There are errors: pages stay as they last were; they follow when it is mended.
serve-gone = This page is gone.
serve-found = { $errors } errors{ $warnings ->
    [0] {""}
   *[other] , { $warnings } warnings
}
serve-stale = Until this is mended, the page stays as it last was.
serve-more = { $count } more; mend these first.
serve-mark-draft = draft
serve-mark-scheduled = not yet published
serve-mark-expired = expired
error-serve-no-site = { $path } is no site folder: there is no site.yaml in it
    .hint = Run this in the site folder, or name it with --site; studyhall init makes a new one.
error-serve-twice = this site is being previewed already: { $url }
    .hint = Open that address; to begin anew, press Ctrl-C there first.
error-serve-port = port { $port } cannot be used: { $cause }
    .hint = Choose another with --port, such as --port 9000.
error-serve-permission = no permission for port { $port }
    .hint = Ports below 1024 are for administrators. Choose another with --port, such as --port 8020.
error-serve-token = the system gives no random numbers, so phones cannot be let in safely
    .hint = Leave out --lan and look on this machine.
