"""Compiles the program for each system, so that the same source gives the same bytes wherever it lies."""

import os
import platform
import shutil
import subprocess
import sys
from pathlib import Path

from project import ROOT, stop

# The systems: what files of a release are called by, and what Rust calls them.
TARGETS = {
    "windows": "x86_64-pc-windows-gnu",
    "linux-x86_64": "x86_64-unknown-linux-musl",
    "linux-arm64": "aarch64-unknown-linux-musl",
    "macos-x86_64": "x86_64-apple-darwin",
    "macos-arm64": "aarch64-apple-darwin",
}
# Debian's names of processors.
DEBIAN = {"linux-x86_64": "amd64", "linux-arm64": "arm64"}
PROFILE = "dist"
# What a shell may have set for daily work, and what would get into the program.
DAILY = ("RUSTC_WORKSPACE_WRAPPER", "RUSTC_WRAPPER", "RUSTFLAGS", "CARGO_BUILD_RUSTFLAGS", "CARGO_BUILD_TARGET", "CFLAGS", "CXXFLAGS", "LDFLAGS")


def possible():
    """The systems whose programs are made on this one."""
    wanted = "macos" if sys.platform == "darwin" else ("windows", "linux")
    return [system for system in TARGETS if system.startswith(wanted)]


def own():
    """The system whose program runs here."""
    processor = "arm64" if platform.machine() in ("arm64", "aarch64") else "x86_64"
    return f"{'macos' if sys.platform == 'darwin' else 'linux'}-{processor}"


def target_folder():
    return Path(os.environ.get("CARGO_TARGET_DIR") or ROOT / "target/dist").resolve()


def environment(project):
    """What every compiler is told: what the program says of itself, and names for folders that it would otherwise remember."""
    result = {name: value for name, value in os.environ.items() if name not in DAILY and not name.startswith("CARGO_PROFILE_")}
    cargo_home = Path(os.environ.get("CARGO_HOME") or Path.home() / ".cargo").resolve()
    folders = {str(ROOT): "/studyhall", str(cargo_home): "/cargo", str(target_folder()): "/target"}
    # A folder within another comes later: the last one that fits is taken.
    ordered = sorted(folders.items(), key=lambda pair: len(pair[0]))
    flags = [f"--remap-path-prefix={folder}={name}" for folder, name in ordered]
    # The compiler of C parts its flags at blanks: then a path with a blank stays in the debug information, which is stripped.
    result["CFLAGS"] = " ".join(f"-ffile-prefix-map={folder}={name}" for folder, name in ordered if " " not in folder)
    result.update(
        STUDYHALL_COMMIT=project.commit or "unknown",
        STUDYHALL_DATE=project.date,
        STUDYHALL_ADDRESS=project.address,
        SOURCE_DATE_EPOCH=str(project.epoch),
        CARGO_TARGET_DIR=str(target_folder()),
        CARGO_INCREMENTAL="0",
        ZERO_AR_DATE="1",
    )
    return result, flags


def need(program, way):
    if not shutil.which(program):
        stop(f"{program} is missing: {way}")


def compile_for(system, project):
    """Makes the program of one system and gives its path."""
    target = TARGETS[system]
    settings, flags = environment(project)
    command = ["cargo", "build"]
    if system == "windows":
        need("x86_64-w64-mingw32-gcc", "apt-get install mingw-w64")
        # The linker writes the time of day into the head of the file otherwise.
        flags.append("-Clink-arg=-Wl,--no-insert-timestamp")
    elif system.startswith("linux"):
        need("cargo-zigbuild", "pip install -r packaging/requirements.txt, and put its programs on the PATH")
        command = ["cargo-zigbuild", "zigbuild"]
    subprocess.run(["rustup", "target", "add", target], cwd=ROOT, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    settings["CARGO_ENCODED_RUSTFLAGS"] = "\x1f".join(flags)
    command += ["--locked", "--profile", PROFILE, "--target", target, "--bin", "studyhall"]
    if subprocess.run(command, cwd=ROOT, env=settings, check=False).returncode:
        stop(f"the program for {system} does not compile")
    return target_folder() / target / PROFILE / ("studyhall.exe" if system == "windows" else "studyhall")


def compile_here(project):
    """A program that runs on this machine, quickly made, for what is written by the program itself."""
    settings, _ = environment(project)
    del settings["CFLAGS"]
    settings["CARGO_TARGET_DIR"] = str(Path(os.environ.get("CARGO_TARGET_DIR") or ROOT / "target"))
    if subprocess.run(["cargo", "build", "--locked", "--bin", "studyhall"], cwd=ROOT, env=settings, check=False).returncode:
        stop("the program does not compile")
    return Path(settings["CARGO_TARGET_DIR"]) / "debug/studyhall"
