"""What people download: the program with what belongs to it, packed for each system."""

import re
import subprocess

import archive
import manifests
from manual import NAME as MANUAL
from programs import DEBIAN
from project import ROOT

SHELLS = {"bash": "studyhall.bash", "zsh": "_studyhall", "fish": "studyhall.fish", "powershell": "_studyhall.ps1"}
# Where Debian's shells look for what they complete.
DEBIAN_SHELLS = {
    "bash": "usr/share/bash-completion/completions/studyhall",
    "zsh": "usr/share/zsh/vendor-completions/_studyhall",
    "fish": "usr/share/fish/vendor_completions.d/studyhall.fish",
}
# The folder of the sample site in the zip. The program opens the site that lies beside it.
SAMPLE = "示例站点"


class Parts:
    """What is the same for every system: completions and manual pages as the program `here` writes them, and the manual."""

    def __init__(self, here, manual):
        def ask(*arguments):
            return subprocess.run([str(here), *arguments], stdout=subprocess.PIPE, check=True).stdout

        self.manual = manual
        self.licenses = ask("licenses")
        self.completions = {shell: ask("completions", shell, "--lang", "en") for shell in SHELLS}
        self.pages = {}
        for language, folder in (("en", "man1"), ("zh", "zh_CN/man1")):
            whole = ask("man", "--lang", language)
            self.pages[f"{folder}/studyhall.1"] = whole
            for command in sorted(set(re.findall(rb"^studyhall\\-([a-z]+)\(1\)", whole, re.MULTILINE))):
                name = command.decode()
                self.pages[f"{folder}/studyhall-{name}.1"] = ask("man", name, "--lang", language)


def project_file(path):
    return ((ROOT / path).read_bytes(), False)


def sample_site():
    """The site of this project's own folder."""
    paths = [ROOT / "site.yaml", *(ROOT / "content").rglob("*")]
    return {f"{SAMPLE}/{path.relative_to(ROOT).as_posix()}": (path.read_bytes(), False) for path in paths if path.is_file()}


def write(system, program, parts, project, dist):
    """Packs the program of a system and gives the files made."""
    if system == "windows":
        target = dist / "studyhall-windows.zip"
        files = {"studyhall.exe": (program.read_bytes(), True), MANUAL: (parts.manual, False), **sample_site()}
        archive.write_zip(target, files, project.epoch)
        return [target]
    made = [dist / f"studyhall-{system}.tar.gz"]
    archive.write_tar_gz(made[0], tarball(program, parts, project), project.epoch)
    if system in DEBIAN:
        made.append(dist / f"studyhall_{project.version}_{DEBIAN[system]}.deb")
        files = debian_files(program, parts)
        values = {**project.values(), "architecture": DEBIAN[system], "size": str(sum(len(data) for data, _ in files.values()) // 1024 + 1)}
        control = {"control": (manifests.fill("debian/control.in", values, {}).encode(), False)}
        archive.write_deb(made[1], control, {**files, **debian_copyright(parts, project)}, project.epoch)
    return made


def tarball(program, parts, project):
    files = {"studyhall": (program.read_bytes(), True), MANUAL: (parts.manual, False)}
    files.update({name: project_file(name) for name in ("README.md", "CHANGELOG.md", "LICENSE-MIT", "LICENSE-APACHE")})
    files.update({f"completions/{SHELLS[shell]}": (text, False) for shell, text in parts.completions.items()})
    files.update({f"man/{path}": (text, False) for path, text in parts.pages.items()})
    return {f"studyhall-{project.version}/{path}": file for path, file in files.items()}


def debian_files(program, parts):
    files = {"usr/bin/studyhall": (program.read_bytes(), True)}
    files.update({DEBIAN_SHELLS[shell]: (text, False) for shell, text in parts.completions.items() if shell in DEBIAN_SHELLS})
    files.update({f"usr/share/man/{path}.gz": (archive.packed(text), False) for path, text in parts.pages.items()})
    files[f"usr/share/doc/studyhall/{MANUAL}"] = (parts.manual, False)
    files["usr/share/doc/studyhall/changelog.gz"] = (archive.packed((ROOT / "CHANGELOG.md").read_bytes()), False)
    return files


def debian_copyright(parts, project):
    licenses = "usr/share/doc/studyhall/licenses.gz"
    copyright_file = manifests.fill("debian/copyright.in", project.values(), {}).encode()
    return {"usr/share/doc/studyhall/copyright": (copyright_file, False), licenses: (archive.packed(parts.licenses), False)}
