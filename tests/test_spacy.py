"""The spaCy component: what it fills in, in batches and after saving."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

spacy = pytest.importorskip("spacy")

from spacy.tokens import DocBin  # noqa: E402 - spaCy may be missing

from stance import StancePipeline  # noqa: E402
from stance.errors import ConfigError, InputError, ModelError  # noqa: E402
from stance.integrations.spacy import CONTENTS, CUES, SENTENCES, SOURCES  # noqa: E402
from stance.records import ArticleResult  # noqa: E402

CLAIM = "Al Qaeda has a new home base in Iran."
GROUPS = (SOURCES, CUES, CONTENTS, SENTENCES)


@pytest.fixture(scope="module")
def nlp(models: Path) -> Any:
    pipeline = spacy.blank("en")
    pipeline.add_pipe("stance", config={"models": str(models), "claim": CLAIM, "device": "cpu", "batch_size": 2})
    return pipeline


def test_it_fills_spans_and_extensions(nlp: Any, models: Path, article: str) -> None:
    (expected,) = StancePipeline.from_pretrained(models, device="cpu").score([article], CLAIM)
    doc = nlp(article)
    assert doc._.stance == expected
    assert doc.text == article
    found = [attribution for attribution in expected.attributions if attribution.source]
    assert found, "the tiny models find nothing: the test says nothing"
    assert len(doc.spans[SOURCES]) == len(found)
    for span, attribution in zip(doc.spans[SOURCES], found, strict=True):
        assert attribution.source
        assert span.start_char <= attribution.source.start < attribution.source.end <= span.end_char
        assert span._.stance_attribution == attribution
        assert span._.stance == expected.statements[attribution.id]
        if attribution.speaker is None:
            assert (span.label_, span._.stance_speaker) == ("unresolved", None)
        else:
            assert span._.stance_speaker == expected.speakers[attribution.speaker]
            assert span.label_ == next(s.verdict for s in expected.sources if s.speaker == attribution.speaker)
    assert len(doc.spans[CUES]) == sum(a.cue is not None for a in expected.attributions)
    contents = [(a, part) for a in expected.attributions for part in a.content]
    assert [span._.stance_attribution for span in doc.spans[CONTENTS]] == [a for a, _ in contents]
    assert [span.label_ for span in doc.spans[CONTENTS]] == [expected.statements[a.id].stance for a, _ in contents]
    assert [span._.check_worthiness for span in doc.spans[SENTENCES]] == [
        sentence.check_worthiness for sentence in expected.sentences
    ]
    assert {span.label_ for span in doc.spans[SENTENCES]} <= {"check-worthy", "other"}


def test_other_spans_and_documents_have_none(nlp: Any) -> None:
    doc = spacy.blank("en")("Nobody scored this.")
    span = doc[0:2]
    assert doc._.stance is None
    assert (span._.stance, span._.stance_attribution, span._.stance_speaker, span._.check_worthiness) == (None,) * 4
    assert nlp("A scored one, she said.")[0:2]._.stance is None


def test_a_pipe_gives_what_single_calls_give_in_order(nlp: Any, article: str) -> None:
    texts = [article, "", "  \n", "An aide said it was so.", article[:300]]
    piped = list(nlp.pipe(texts))
    assert [doc.text for doc in piped] == texts
    assert [doc._.stance is None for doc in piped] == [False, True, True, False, False]
    for doc, text in zip(piped, texts, strict=True):
        alone = nlp(text)
        for group in GROUPS if text.strip() else ():
            assert [(s.start, s.end, s.label_) for s in doc.spans[group]] == [
                (s.start, s.end, s.label_) for s in alone.spans[group]
            ]


def test_documents_survive_being_stored(nlp: Any, article: str) -> None:
    doc = nlp(article)
    stored = DocBin(store_user_data=True, docs=[doc]).to_bytes()
    (read,) = DocBin().from_bytes(stored).get_docs(nlp.vocab)
    assert isinstance(read._.stance, ArticleResult)
    assert read._.stance == doc._.stance
    assert [s._.stance_attribution for s in read.spans[SOURCES]] == [s._.stance_attribution for s in doc.spans[SOURCES]]


def test_several_claims_have_a_result_each_and_the_spans_are_of_the_first(models: Path, article: str) -> None:
    claims = [CLAIM, "Iran has no ties to al Qaeda."]
    pipeline = spacy.blank("en")
    pipeline.add_pipe("stance", config={"models": str(models), "claim": claims, "device": "cpu"})
    expected = list(StancePipeline.from_pretrained(models, device="cpu").score([article], claims))
    empty, doc = pipeline.pipe(["", article])
    assert empty._.stances == ()
    assert list(doc._.stances) == expected
    assert doc._.stance == expected[0]
    assert doc.spans[SOURCES][0]._.stance in expected[0].statements
    (read,) = DocBin().from_bytes(DocBin(store_user_data=True, docs=[doc]).to_bytes()).get_docs(pipeline.vocab)
    assert list(read._.stances) == expected


def test_it_is_found_without_an_import_and_loaded_from_disk(nlp: Any, tmp_path: Path) -> None:
    """In a process of its own, which imports spaCy alone: what the entry point is for."""
    nlp.to_disk(tmp_path / "pipeline")
    text = "The minister said al Qaeda had a base in Iran."
    code = "import sys, spacy; print(spacy.load(sys.argv[1])(sys.argv[2])._.stance.model_dump_json())"
    done = subprocess.run(
        [sys.executable, "-c", code, str(tmp_path / "pipeline"), text],
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "HF_HUB_OFFLINE": "1"},
    )
    assert done.returncode == 0, done.stderr
    assert ArticleResult.model_validate_json(done.stdout) == nlp(text)._.stance


@pytest.mark.parametrize(
    ("config", "error", "message"),
    [
        ({}, InputError, r"the component 'stance' needs a claim: add_pipe\("),
        ({"claim": "Iran"}, InputError, "the claim 'Iran' is too short"),
        ({"claim": CLAIM, "batch_size": 0}, ConfigError, "batch_size is 0; it must be 1 or more"),
        ({"claim": CLAIM, "models": "nowhere"}, ModelError, "nowhere/claims: no model folder here"),
    ],
)
def test_a_wrong_configuration_says_so(config: dict[str, Any], error: type[Exception], message: str) -> None:
    with pytest.raises(error, match=message):
        spacy.blank("en").add_pipe("stance", config=config)
