"""Every word that the data bring into figures and tables can be drawn."""

from __future__ import annotations

from thesisbook.data import Dataset
from thesisbook.exhibits.drawing_checks import missing_glyphs


def test_words_of_the_data(dataset: Dataset) -> None:
    words = [
        *(text for label in dataset.labels.values() for text in label.values()),
        *(str(text) for entity in dataset.entities.values() for text in entity.values()),
        *(str(text) for metric in dataset.metrics.values() for text in metric.values()),
        *(fact.printed for fact in dataset.facts()),
        *(f"{s.publisher}{s.title}" for s in dataset.sources.values()),
        *(f"{p.title_en}{p.title_zh}" for p in dataset.patents),
        *(f"{r.title}{r.alt}{r.note}" for rows in dataset.captions.values() for r in rows),
        *(f"{r.label_en}{r.label_zh}" for rows in dataset.numbers.values() for r in rows),
    ]
    assert len(words) > 1000
    assert missing_glyphs("".join(words)) == ""
