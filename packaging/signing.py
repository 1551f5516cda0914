"""Signatures, made when there is a key: of the Windows program, and of the list of sums. Keys and passwords appear in no argument and no message."""

import os
import subprocess
import tempfile
from pathlib import Path

from programs import need
from project import stop


def sign_program(program):
    """A signed copy of the program, or the program itself where there is no key."""
    key, password = os.environ.get("STUDYHALL_SIGN_P12"), os.environ.get("STUDYHALL_SIGN_PASSWORD", "")
    if not key:
        print("packaging/release: STUDYHALL_SIGN_P12 is not set: studyhall.exe is not signed", flush=True)
        return program
    need("osslsigncode", "apt-get install osslsigncode")
    signed = program.with_name("studyhall-signed.exe")
    signed.unlink(missing_ok=True)
    with tempfile.NamedTemporaryFile("w") as secret:
        secret.write(password)
        secret.flush()
        command = ["osslsigncode", "sign", "-pkcs12", key, "-readpass", secret.name, "-h", "sha256", "-n", "Studyhall"]
        if server := os.environ.get("STUDYHALL_SIGN_TIMESTAMP"):
            command += ["-ts", server]
        if subprocess.run([*command, "-in", str(program), "-out", str(signed)], check=False).returncode:
            stop("studyhall.exe cannot be signed")
    return signed


def sign_sums(sums, project):
    """Writes SHA256SUMS.minisig where there is a key."""
    signature = Path(f"{sums}.minisig")
    # One of an earlier run would stand for other sums.
    signature.unlink(missing_ok=True)
    key = os.environ.get("STUDYHALL_MINISIGN_KEY")
    if not key:
        print("packaging/release: STUDYHALL_MINISIGN_KEY is not set: SHA256SUMS is not signed", flush=True)
        return
    need("minisign", "apt-get install minisign")
    comment = f"studyhall {project.version} {project.date}"
    command = ["minisign", "-S", "-s", key, "-m", str(sums), "-x", str(signature), "-t", comment]
    password = os.environ.get("STUDYHALL_MINISIGN_PASSWORD", "") + "\n"
    if subprocess.run(command, input=password, text=True, stdout=subprocess.DEVNULL, check=False).returncode or not signature.is_file():
        stop("SHA256SUMS cannot be signed")
