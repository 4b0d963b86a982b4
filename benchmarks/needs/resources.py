"""Makes a resources folder of the project's own words with the sample directory in it, and prints its path.

BOT_RESOURCES=$(python benchmarks/needs/resources.py) bot ask "…"
"""

import tempfile
from pathlib import Path

HERE = Path(__file__).resolve().parent
OURS = HERE.parents[1] / "resources"


def sample_resources(folder: Path) -> Path:
    """`folder` filled with links: everything as it is served, but for the organizations."""
    for part in OURS.iterdir():
        if part.name != "organizations":
            (folder / part.name).symlink_to(part)
    (folder / "organizations").symlink_to(HERE / "directory" / "organizations")
    return folder


if __name__ == "__main__":
    print(sample_resources(Path(tempfile.mkdtemp(prefix="sample-"))))
