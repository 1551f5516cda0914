"""使用说明.html: the guides for officers in docs/, made into one page by the program itself (`single_file` of a course).

packaging/manual/ is a small site of one course. Its lessons are the guides, in the order of ORDER; they are copied beside it, since a guide has no
front matter that tells its number.
"""

import shutil
import subprocess
import tempfile
from pathlib import Path

from project import ROOT, stop

NAME = "使用说明.html"
# The guides as an officer needs them, one after the other. A test holds it equal to the guides that are there.
ORDER = ["安装与打开", "边写边看", "内容格式", "站点设置", "发布到校园主机", "搜索", "学习与练习", "打印与分享"]
# Where the lessons are in the site.
COURSE = "content/lessons/shouce"


def write_site(folder):
    """The site of the manual, complete."""
    shutil.copytree(ROOT / "packaging/manual", folder, dirs_exist_ok=True)
    course = folder / COURSE
    for number, name in enumerate(ORDER, 1):
        text = (ROOT / f"docs/{name}.md").read_text("utf-8")
        (course / f"{name}.md").write_text(f"---\norder: {number}\n---\n\n{text}", "utf-8")
    shutil.copytree(ROOT / "docs/pictures", course / "pictures")


def make(program, project):
    """The manual's bytes."""
    with tempfile.TemporaryDirectory() as scratch:
        site, output = Path(scratch) / "site", Path(scratch) / "output"
        write_site(site)
        command = [str(program), "build", "--site", str(site), "--output", str(output), "--date", project.date, "--no-cache", "--lang", "en"]
        done = subprocess.run(command, text=True, stderr=subprocess.PIPE, check=False)
        if done.returncode:
            stop(f"the manual cannot be made:\n{done.stderr}")
        pages = list(output.rglob("*-single.html"))
        if len(pages) != 1:
            stop(f"the manual is one page, and the program made {len(pages)}")
        return pages[0].read_bytes()
