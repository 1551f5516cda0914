"""What package managers read: the templates in winget/, scoop/, homebrew/ and debian/, filled with the version and the sums of the files."""

import hashlib
import re

from project import ROOT, stop

SUMS = "SHA256SUMS"
# Template, and its name among the files of a release.
TEMPLATES = {
    "winget/version.yaml.in": "winget/{publisher}.Studyhall.yaml",
    "winget/installer.yaml.in": "winget/{publisher}.Studyhall.installer.yaml",
    "winget/locale.yaml.in": "winget/{publisher}.Studyhall.locale.zh-CN.yaml",
    "scoop/studyhall.json.in": "scoop/studyhall.json",
    "homebrew/studyhall.rb.in": "homebrew/studyhall.rb",
}


def released(dist):
    """The files that people download."""
    return sorted(file for file in dist.iterdir() if file.name.startswith("studyhall") and file.suffix in (".zip", ".gz", ".deb"))


def sum_of(file):
    return hashlib.sha256(file.read_bytes()).hexdigest()


def write_sums(dist, files):
    (dist / SUMS).write_text("".join(f"{sum_of(file)}  {file.name}\n" for file in files), "utf-8")


def fill(template, values, sums):
    """A template with its marks filled: `{{name}}`, `{{sha256 FILE}}`, and lines from `{{if FILE}}` to `{{end}}` that stay if the file is there."""
    text = (ROOT / "packaging" / template).read_text("utf-8")
    text = re.sub(
        r"^[^\n]*\{\{if (\S+)\}\}\n(.*?)^[^\n]*\{\{end\}\}\n",
        lambda part: part.group(2) if part.group(1) in sums else "",
        text,
        flags=re.MULTILINE | re.DOTALL,
    )

    def value(mark):
        name = mark.group(1)
        found = sums.get(name.removeprefix("sha256 ")) if name.startswith("sha256 ") else values.get(name)
        return found or stop(f"packaging/{template} asks for `{name}`, which there is not")

    return re.sub(r"\{\{([^{}]+)\}\}", value, text)


def write_all(dist, files, project):
    """Fills all templates whose files are there, and gives what was written."""
    sums = {file.name: sum_of(file) for file in files}
    made = []
    for template, name in TEMPLATES.items():
        asked = re.findall(r"\{\{sha256 (\S+)\}\}", (ROOT / "packaging" / template).read_text("utf-8"))
        if asked and not any(file in sums for file in asked):
            print(f"packaging/release: {name.rsplit('/', 1)[1]} is left out: {asked[0]} is not there", flush=True)
            continue
        target = dist / name.format(publisher=project.publisher)
        target.parent.mkdir(exist_ok=True)
        target.write_text(fill(template, project.values(), sums), "utf-8")
        made.append(target)
    return made
