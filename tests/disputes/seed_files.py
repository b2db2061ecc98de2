"""Small seed files for tests: one dispute, two parties, three events."""

import re
import shutil
from pathlib import Path

PARTIES = """\
- slug: getty-images
  name: Getty Images
  aliases: [Getty]
- slug: stability-ai
  name: Stability AI Ltd
  formerly:
    - {name: Stability Ltd, until: 2021}
  parent: {party: getty-images, since: 2024-03, note: Bought it.}
"""

DISPUTE = """\
slug: getty-v-stability
title: Getty Images v. Stability AI
kind: litigation
summary: Getty says that Stability took its pictures.
data_types: [images]
parties:
  - {party: getty-images, role: plaintiff}
  - {party: stability-ai, role: defendant, note: The British company.}
watch_rules:
  - {kind: any, phrases: [Getty v Stability], weight: 4}
conflicts:
  - One page says January, another February.
events:
  - key: 2023-01-claim
    type: complaint_filed
    occurred: 2023-01
    standing: confirmed
    summary: Getty sued in London.
    proceeding: london
    court: High Court, London
    claims: [direct_infringement]
    actors: [getty-images]
    sources:
      - https://news.example/getty
      - {url: https://other.example/getty, stance: contradicts, locator: the month}
  - key: 2023-02-price
    type: api_price_announced
    occurred: 2023-02-03
    standing: reported
    summary: Getty named a price.
    effective: 2023-03
    tiers:
      - {name: Basic, price: {low: 0.10, high: 0.10, currency: USD, per: call, basis: disclosed}}
    sources: [https://news.example/price]
  - key: 2023-10-hearing
    type: hearing_held
    occurred: 2023-10-31
    end: 2023-11-01
    standing: confirmed
    summary: The court heard the sides.
    proceeding: london
    justification: Known from the cause list.
"""


def write_seeds(folder: Path, *, parties: str = PARTIES, **disputes: str) -> Path:
    """Write seed files into a folder; `getty_v_stability="…"` becomes disputes/getty-v-stability.yaml."""
    (folder / "disputes").mkdir(parents=True, exist_ok=True)
    (folder / "parties.yaml").write_text(parties)
    for name, text in (disputes or {"getty_v_stability": DISPUTE}).items():
        (folder / "disputes" / f"{name.replace('_', '-')}.yaml").write_text(text)
    return folder


def some_known_seeds(folder: Path) -> Path:
    """Copy all parties and two of the known disputes, without their relations: a second to load, not three."""
    known = Path(__file__).resolve().parents[2] / "seeds"
    (folder / "disputes").mkdir(parents=True)
    shutil.copy(known / "parties.yaml", folder)
    for slug in ("getty-v-stability", "pm-at-v-openai-microsoft"):
        text = (known / "disputes" / f"{slug}.yaml").read_text()
        (folder / "disputes" / f"{slug}.yaml").write_text(re.sub(r"(?m)^related:\n(?: .*\n)+", "", text))
    return folder
