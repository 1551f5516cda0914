"""What is known of the project: version, commit, address, notes. Cargo.toml, CHANGELOG.md and Git are asked, nothing is kept twice."""

import datetime
import os
import re
import subprocess
import sys
import tomllib
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
# Names that nobody can own (RFC 2606): what stands in Cargo.toml until somebody gives the program out.
IS_PLACEHOLDER = re.compile(r"\.example\b")
FIELDS = ("address", "publisher", "maintainer")


def stop(message):
    sys.exit(f"packaging/release: {message}")


def git(*arguments):
    done = subprocess.run(["git", *arguments], cwd=ROOT, stdout=subprocess.PIPE, text=True, check=False)
    return done.stdout.strip() if done.returncode == 0 else ""


class Project:
    """The values that programs, archives and manifests are filled with. A trial may be made of uncommitted work and with placeholders."""

    def __init__(self, is_trial):
        package = tomllib.loads((ROOT / "Cargo.toml").read_text("utf-8"))["package"]
        self.version = package["version"]
        self.description = package["description"]
        for field in FIELDS:
            value = os.environ.get(f"STUDYHALL_{field.upper()}") or package["metadata"]["packaging"][field]
            if IS_PLACEHOLDER.search(value) and not is_trial:
                stop(f"`{field}` is a placeholder: set it in Cargo.toml below [package.metadata.packaging], or try with --trial")
            setattr(self, field, value.rstrip("/"))
        self.commit = git("rev-parse", "--short=10", "HEAD")
        if not self.commit and not is_trial:
            stop("a release is made of a commit: this is no Git checkout")
        if git("status", "--porcelain") and not is_trial:
            stop("a release is made of a commit: there are uncommitted changes")
        # Whoever repeats a build elsewhere may have no history.
        epoch = os.environ.get("SOURCE_DATE_EPOCH") or git("log", "-1", "--format=%ct") or "946684800"
        self.epoch = int(epoch)
        self.date = datetime.datetime.fromtimestamp(self.epoch, datetime.timezone.utc).strftime("%Y-%m-%d")

    def values(self):
        return {
            "version": self.version,
            "description": self.description,
            "address": self.address,
            "publisher": self.publisher,
            "maintainer": self.maintainer,
            "date": self.date,
        }


def notes(version):
    """The section of CHANGELOG.md about a version."""
    text = (ROOT / "CHANGELOG.md").read_text("utf-8")
    found = re.search(rf"^## {re.escape(version)} - \d{{4}}-\d\d-\d\d\n(.*?)(?=^## |\Z)", text, re.MULTILINE | re.DOTALL)
    if not found or not found.group(1).strip():
        stop(f"CHANGELOG.md has no section `## {version} - YYYY-MM-DD`, or nothing below it")
    return found.group(1).strip() + "\n"
