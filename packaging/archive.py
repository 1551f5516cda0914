"""Archives whose bytes depend on their files alone: sorted, with one time, one owner and plain modes.

A file is a pair (bytes, is_program) under its path in the archive.
"""

import gzip
import io
import lzma
import tarfile
import time
import zipfile

PROGRAM, PLAIN, FOLDER = 0o755, 0o644, 0o755


def write_zip(target, files, epoch):
    # Zip knows no years before 1980 and no zones.
    moment = max(time.gmtime(epoch)[:6], (1980, 1, 1, 0, 0, 0))
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        for path, (data, is_program) in sorted(files.items()):
            entry = zipfile.ZipInfo(path, moment)
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.create_system = 3
            entry.external_attr = (0o100000 | (PROGRAM if is_program else PLAIN)) << 16
            archive.writestr(entry, data, compresslevel=9)


def tar(files, epoch):
    """The bytes of a tar archive, each folder before what is in it."""
    folders = {path.rsplit("/", depth)[0] for path in files for depth in range(1, path.count("/") + 1)}
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w", format=tarfile.GNU_FORMAT) as archive:
        for path in sorted(folders | set(files)):
            entry = tarfile.TarInfo(path)
            entry.mtime, entry.uname, entry.gname = epoch, "root", "root"
            if path in folders:
                entry.type, entry.mode = tarfile.DIRTYPE, FOLDER
                archive.addfile(entry)
            else:
                data, is_program = files[path]
                entry.size, entry.mode = len(data), PROGRAM if is_program else PLAIN
                archive.addfile(entry, io.BytesIO(data))
    return out.getvalue()


def packed(data):
    return gzip.compress(data, 9, mtime=0)


def write_tar_gz(target, files, epoch):
    target.write_bytes(packed(tar(files, epoch)))


def write_deb(target, control, files, epoch):
    """A Debian package: an `ar` of a version, what dpkg reads, and the files."""
    control = {f"./{path}": file for path, file in control.items()}
    files = {f"./{path}": file for path, file in files.items()}
    members = [
        ("debian-binary", b"2.0\n"),
        ("control.tar.xz", lzma.compress(tar(control, epoch), preset=6)),
        ("data.tar.xz", lzma.compress(tar(files, epoch), preset=9)),
    ]
    out = io.BytesIO(b"!<arch>\n")
    out.seek(0, io.SEEK_END)
    for name, data in members:
        out.write(f"{name:<16}{epoch:<12}{0:<6}{0:<6}{'100644':<8}{len(data):<10}`\n".encode())
        out.write(data + b"\n" * (len(data) % 2))
    target.write_bytes(out.getvalue())
