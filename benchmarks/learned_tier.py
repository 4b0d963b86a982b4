"""Would a small learned model beside the lexicons understand more? Measured, not believed.

    pip install scikit-learn
    python benchmarks/learned_tier.py MESSAGES.jsonl

Trains hashed character n-grams with one linear model per need on the lexicons' own sentences, and scores four ways of
reading on MESSAGES.jsonl, which the model has never seen: the lexicons, the model, both together, and the model only
where the lexicons find nothing. Rows of
MESSAGES.jsonl: {"text", "needs": [...], "also_ok": [...], "source"}. The result of the last run stands in
docs/understanding.md.
"""

import json
import sys
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy
from bot.directory_files.compiled import CompiledCache
from bot.directory_files.lexicons import LexiconFiles, load_lexicons
from bot.directory_files.taxonomy import load_taxonomy
from bot.understanding.recognise import Understood, recognise
from sklearn.feature_extraction.text import HashingVectorizer
from sklearn.linear_model import LogisticRegression

RESOURCES = Path(__file__).resolve().parents[1] / "resources"
BUCKETS = 2**16  # with a weight of one byte for each need: 1.2 MB
THRESHOLDS = (0.5, 0.6, 0.7, 0.8, 0.9)
FEWEST = 10  # rows with a need, for it to count in the mean


def needs_of(understood: Understood) -> set[str]:
    """A danger counts as the need for somebody to talk to."""
    return {f.code for f in understood.needs} | ({"crisis"} if understood.danger else set())


def main(messages: Path) -> None:
    """Print one line for each way of reading."""
    problems: list[Any] = []
    files = load_lexicons(RESOURCES / "lexicons", problems, CompiledCache(None))
    taxonomy = load_taxonomy(RESOURCES / "taxonomy", problems)
    rows = [json.loads(line) for line in messages.read_text(encoding="utf-8").splitlines()]
    by_rules = [needs_of(recognise(row["text"], files.lexicon, taxonomy)) for row in rows]

    texts, labels = sentences(files, taxonomy)
    model = Model(texts, labels, codes=sorted({code for found in labels for code in found}))
    sure = model.sure([row["text"] for row in rows])
    print(
        f"{len(texts)} sentences taught, {len(rows)} messages read; weights of one byte: {model.megabytes:.1f} MB"
    )
    report("lexicons", rows, by_rules)
    for threshold in THRESHOLDS:
        learned = [{code for code, p in found.items() if p >= threshold} for found in sure]
        report(f"model, {threshold}", rows, learned)
        report(f"both, {threshold}", rows, [a | b for a, b in zip(by_rules, learned, strict=True)])
        report(f"if nothing, {threshold}", rows, [a or b for a, b in zip(by_rules, learned, strict=True)])


def sentences(files: LexiconFiles, taxonomy: Any) -> tuple[list[str], list[set[str]]]:
    """The lexicons' examples with what they mean, and their near misses with what is left of it."""
    texts, labels = [], []
    for example in files.examples:
        found = needs_of(recognise(example.text, files.lexicon, taxonomy))
        texts.append(example.text)
        labels.append(found | set(example.expect.get("needs") or ()))
    return texts, labels


class Model:
    """One logistic regression for each need over hashed character n-grams."""

    def __init__(self, texts: Sequence[str], labels: Sequence[set[str]], codes: Sequence[str]) -> None:
        self._vectorizer = HashingVectorizer(
            analyzer="char_wb",
            ngram_range=(2, 5),
            n_features=BUCKETS,
            lowercase=True,
            strip_accents="unicode",
        )
        seen = self._vectorizer.transform(texts)
        self._models = {
            code: LogisticRegression(C=20, class_weight="balanced", max_iter=1000).fit(
                seen, numpy.array([code in found for found in labels])
            )
            for code in codes
            if sum(code in found for found in labels) >= FEWEST
        }

    @property
    def megabytes(self) -> float:
        return len(self._models) * BUCKETS / 1e6

    def sure(self, texts: Sequence[str]) -> list[dict[str, float]]:
        """For each text how likely each need is."""
        seen = self._vectorizer.transform(texts)
        columns = {code: model.predict_proba(seen)[:, 1] for code, model in self._models.items()}
        return [{code: float(column[at]) for code, column in columns.items()} for at in range(len(texts))]


def report(name: str, rows: Sequence[Mapping[str, Any]], found: Iterable[set[str]]) -> None:
    """Macro-F1 over needs with enough rows, and the share of rows needing nothing that were given something."""
    right, wrong, missed = Counter[str](), Counter[str](), Counter[str]()
    alarms = {"negative": [0, 0], "hard_negative": [0, 0]}
    for row, got in zip(rows, found, strict=True):
        gold, ok = set(row["needs"]), set(row.get("also_ok", ()))
        right.update(gold & got)
        missed.update(gold - got)
        wrong.update(got - gold - ok)
        if not gold:
            counts = alarms[row.get("kind", "negative")]
            counts[0] += bool(got - ok)
            counts[1] += 1
    scored = [code for code in right | missed if right[code] + missed[code] >= FEWEST and code != "other"]
    f1 = [2 * right[c] / max(1, 2 * right[c] + wrong[c] + missed[c]) for c in scored]
    plain, hard = (f"{100 * bad / max(1, of):.1f} %" for bad, of in alarms.values())
    print(f"{name:16} macro-F1 {sum(f1) / len(f1):.3f}   false alarms: plain {plain}, hard {hard}")


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    main(Path(sys.argv[1]))
