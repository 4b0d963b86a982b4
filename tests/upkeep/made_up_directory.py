"""Five made-up organizations for the page of forms, beside the real codes, messages and places."""

import shutil
from pathlib import Path

from tests.conftest import ROOT

NOW = "2026-11-24T18:00:00+00:00"
LEGAL = "us/tx/example-legal-center"
HOTLINE = "us/national/example-hotline"
HELD = "us/tx/example-held-line"
PARIS = "fr/idf/ecoute-exemple"
BROKEN = "us/tx/example-broken"

FILES = {
    LEGAL: """\
# Volunteers of the spring call round: please ask for Ana.
name: Example Legal Center
website: https://example.org
services:
  legal-line:
    name: Legal Line
    kind: legal_aid
    summary:
      en: Free legal advice for anyone in Texas.
      es: Consejo legal gratis en Texas.
    needs: [legal, sexual_assault_support]   # what it does most comes first
    serves: [undocumented]
    area: {country: US, regions: [TX], counties: [Travis], cities: [Austin]}
    contacts:
      - channel: voice
        number: "+1 512-555-0100"
        hours: 'Mo-Fr 09:00-17:00'
        languages: [en, es]
      - channel: email
        address: help@example.org
    asks_status: no
    run_by: nonprofit
    source:
      - url: https://example.org/contact
        read: 2026-11-23
        date: 2022-05
    checks: []
""",
    HOTLINE: """\
name: Example National Hotline
services:
  hotline:
    name: Example Hotline
    kind: hotline
    summary: {en: "Call or text, day and night."}
    needs: [crisis, sexual_assault_support]
    area: {country: US}
    contacts:
      - {channel: voice, number: "+1 800-555-0142", hours: "24/7"}
      - {channel: text, number: "55501", keyword: "HELLO"}
    source:
      - {url: "https://example.org/hotline", read: 2026-11-20}
    checks:
      - {claims: [number, hours], on: 2026-11-02, how: phone}
  letters:
    name: Letters to Prison
    kind: advocacy
    summary: {en: They answer letters from prison.}
    needs: [prison]
    area: {country: US}
    contacts:
      - {channel: mail, address: "Box 1, Exampletown"}
    source:
      - {url: "https://example.org/letters", read: 2026-11-20}
""",
    HELD: """\
name: Example Held Line
services:
  line:
    name: Example Held Line
    kind: hotline
    summary: {en: A line in Houston.}
    needs: [crisis]
    area: {country: US, regions: [TX], cities: [Houston]}
    contacts:
      - {channel: voice, number: "+1 713-555-0155"}
    hold: two sources name two numbers; call and ask
    source:
      - {url: "https://example.org/held", read: 2026-11-20}
""",
    PARIS: """\
name: Écoute Exemple
services:
  ecoute:
    name: Écoute Exemple
    kind: hotline
    summary:
      en: A free line in French.
      fr: Une ligne gratuite.
    needs: [crisis]
    area: {country: FR, regions: [IDF], cities: [Paris]}
    contacts:
      - {channel: voice, number: "+33 1 99 00 11 22", hours: "Mo-Su 10:00-19:00"}
    source:
      - {url: "https://example.org/ecoute", read: 2026-11-20}
""",
    BROKEN: """\
name: Example Broken File
services:
  line: [this is no service]
""",
}


def write_made_up(folder: Path) -> Path:
    """A resources/ folder of its own with the made-up organizations."""
    organizations = folder / "organizations"
    shutil.rmtree(organizations, ignore_errors=True)
    for part in ("taxonomy", "lexicons", "messages", "emergency", "places"):
        if not (folder / part).exists():
            shutil.copytree(ROOT / "resources" / part, folder / part)
    for path, text in FILES.items():
        file = organizations / f"{path}.yaml"
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")
    return folder
