"""Copies into one folder what the bot needs to run, and nothing else: what the container's last stage is made of.

Runs in the build stage only: python deploy/gather.py FOLDER. Ends with an error when a shared library is not found.
"""

import os
import re
import shutil
import subprocess
import sys
import sysconfig
from pathlib import Path

USER = 65532
LIBRARIES = Path("/opt/libraries")
BOT = Path("/opt/marigold")
COMPILED = Path("/opt/compiled")
CERTIFICATES = Path("/etc/ssl/certs/ca-certificates.crt")
WHERE_LIBRARIES_ARE = Path("/etc/ld.so.cache")
NOT_NEEDED = (
    "test",
    "idlelib",
    "tkinter",
    "_tkinter*",
    "turtledemo",
    "ensurepip",
    "pydoc_data",
    "_test*",
    "config-*",
)
SKIPPED = shutil.ignore_patterns(*NOT_NEEDED, "site-packages", "__pycache__")
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
    shutil.copytree(standard, lasting, symlinks=True, ignore=SKIPPED)
    packages = next((LIBRARIES / "lib").glob("python*/site-packages"))
    shutil.copytree(packages, lasting / "site-packages", ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copytree(BOT, into / BOT.relative_to("/"), ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copytree(COMPILED, into / COMPILED.relative_to("/"))
    _readable_by_all(into / COMPILED.relative_to("/"))
    outside = (
        path for path in shared_libraries([interpreter, *lasting.rglob("*.so*")]) if into not in path.parents
    )
    for path in {*outside, CERTIFICATES, WHERE_LIBRARIES_ARE}:
        target = into / path.relative_to("/")
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(path, target)
    (into / "etc/passwd").write_text(f"marigold:x:{USER}:{USER}::/state:/nonexistent\n", encoding="utf-8")
    (into / "etc/group").write_text(f"marigold:x:{USER}:\n", encoding="utf-8")
    (into / "etc/nsswitch.conf").write_text("hosts: files dns\n", encoding="utf-8")
    (into / "tmp").mkdir(mode=0o1777)
    (into / "run").mkdir(exist_ok=True)  # where secrets are mounted, on a root nobody can write to
    (into / "state").mkdir(mode=0o700)
    os.chown(into / "state", USER, USER)


def shared_libraries(programs: list[Path]) -> set[Path]:
    """What these load, each by the path it is found under here."""
    found: set[Path] = set()
    for program in programs:
        told = subprocess.run(  # noqa: S603 - our own files, in a build
            ["ldd", program],  # noqa: S607
            capture_output=True,
            text=True,
            check=False,
        ).stdout
        if "not found" in told:
            sys.exit(f"{program} needs a library that is not here:\n{told}")
        found |= {Path(os.path.normpath(name)) for name in FOUND.findall(told)}
    folders = {path.parent for path in found}
    return found | {
        folder / name for folder in folders for name in LOADED_BY_NAME if (folder / name).is_file()
    }


def _readable_by_all(folder: Path) -> None:
    folder.chmod(0o755)
    for path in folder.rglob("*"):
        path.chmod(0o755 if path.is_dir() else 0o644)


if __name__ == "__main__":
    gather(Path(sys.argv[1]))
