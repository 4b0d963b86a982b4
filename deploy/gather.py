"""Copies into one folder what the bot needs to run, and nothing else: what the container's last stage is made of.

Runs in the build stage only: python deploy/gather.py FOLDER. Ends with an error when a shared library is not found.
"""

import os
import re
import shutil
import subprocess
import sys
import sysconfig
from collections.abc import Iterator
from pathlib import Path

USER = 65532
LIBRARIES = Path("/opt/libraries")
BOT = Path("/opt/marigold")
COMPILED = Path("/opt/compiled")
CERTIFICATES = Path("/etc/ssl/certs/ca-certificates.crt")
NOT_NEEDED = ("test", "idlelib", "tkinter", "turtledemo", "ensurepip", "lib2to3", "pydoc_data", "site-packages")
# Names of people and places are looked up by these, and ldd does not name them.
LOADED_BY_NAME = ("libnss_dns.so.2", "libnss_files.so.2", "libresolv.so.2")
FOUND = re.compile(r"(?:=>\s+|^\s*)(/\S+)\s+\(0x", re.MULTILINE)


def gather(into: Path) -> None:
    """The interpreter, our libraries, the bot, certificates and a user."""
    interpreter = Path(os.path.realpath(sys.executable))
    standard = Path(sysconfig.get_path("stdlib"))
    copied = into / interpreter.relative_to("/")
    copied.parent.mkdir(parents=True)
    shutil.copy2(interpreter, copied)
    (copied.parent / "python").symlink_to(interpreter.name)
    lasting = into / standard.relative_to("/")
    shutil.copytree(
        standard, lasting, symlinks=True, ignore=shutil.ignore_patterns(*NOT_NEEDED, "config-*", "__pycache__")
    )
    packages = next((LIBRARIES / "lib").glob("python*/site-packages"))
    shutil.copytree(packages, lasting / "site-packages", ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copytree(BOT, into / BOT.relative_to("/"), ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copytree(COMPILED, into / COMPILED.relative_to("/"))
    _readable_by_all(into / COMPILED.relative_to("/"))
    for path in sorted(shared_libraries([interpreter, *lasting.rglob("*.so*")])):
        _copy(path, into)
    _copy(CERTIFICATES, into)
    if Path("/etc/mime.types").is_file():
        _copy(Path("/etc/mime.types"), into)
    (into / "etc/passwd").write_text(f"marigold:x:{USER}:{USER}::/state:/nonexistent\n", encoding="utf-8")
    (into / "etc/group").write_text(f"marigold:x:{USER}:\n", encoding="utf-8")
    (into / "etc/nsswitch.conf").write_text("hosts: files dns\n", encoding="utf-8")
    (into / "tmp").mkdir(mode=0o1777)
    (into / "state").mkdir(mode=0o700)
    os.chown(into / "state", USER, USER)


def shared_libraries(programs: list[Path]) -> Iterator[Path]:
    """What these load from outside of their own folders, each by the name it is looked for under."""
    folders: set[Path] = set()
    seen: set[Path] = set()
    for program in programs:
        if program.is_symlink() or not program.is_file():
            continue
        told = subprocess.run(["ldd", program], capture_output=True, text=True, check=False).stdout
        if "not found" in told:
            sys.exit(f"{program} needs a library that is not here:\n{told}")
        for name in FOUND.findall(told):
            path = Path(name)
            if path not in seen and not str(path).startswith(str(program.parents[0])):
                seen.add(path)
                folders.add(path.parent)
                yield path
    for name in LOADED_BY_NAME:
        yield from (folder / name for folder in folders if (folder / name).is_file())


def _copy(path: Path, into: Path) -> None:
    target = into / path.relative_to("/")
    if str(target).startswith(f"{into}{into}") or target.exists():
        return
    target.parent.mkdir(parents=True, exist_ok=True)
    shutil.copy2(path, target)


def _readable_by_all(folder: Path) -> None:
    folder.chmod(0o755)
    for path in folder.rglob("*"):
        path.chmod(0o755 if path.is_dir() else 0o644)


if __name__ == "__main__":
    gather(Path(sys.argv[1]))
