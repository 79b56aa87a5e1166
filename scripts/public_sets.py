"""Public data sets whose addresses are known: where they are, under what terms, and how they are named in ``conf/``."""

from __future__ import annotations

from dataclasses import dataclass

_GITHUB = "https://github.com"
_RAW = "https://raw.githubusercontent.com"


@dataclass(frozen=True)
class Files:
    """Files below one address."""

    base: str
    names: tuple[str, ...]


@dataclass(frozen=True)
class Archive:
    """One zip archive."""

    url: str


@dataclass(frozen=True)
class Repository:
    """A folder of a Git repository."""

    url: str
    path: str


@dataclass(frozen=True)
class PublicSet:
    """A data set that can be brought in; its name is that of its files in ``conf/public/`` and ``conf/mixture/``."""

    name: str
    place: Files | Archive | Repository
    page: str
    """Where it is described, and can be had by hand."""
    licence: str
    citation: str
    size: str
    inside: str = ""
    """Folder, within what is brought in, that the readers want."""
    not_seen: str = ""
    """What of the address no documentation shows."""


SETS = (
    PublicSet(
        "perspectrum",
        Files(
            f"{_RAW}/CogComp/perspectrum/master/data/dataset",
            ("perspectrum_with_answers_v1.0.json", "perspective_pool_v1.0.json", "dataset_split_v1.0.json"),
        ),
        page=f"{_GITHUB}/CogComp/perspectrum",
        licence="CC BY-SA 4.0",
        citation="Chen et al., NAACL 2019",
        size="907 claims",
    ),
    PublicSet(
        "ibm-claim-stance-csv",
        Files("https://huggingface.co/datasets/ibm-research/claim_stance/resolve/main", ("train.csv", "test.csv")),
        page="https://huggingface.co/datasets/ibm-research/claim_stance",
        licence="CC BY-SA 3.0 in the card's text, CC BY 3.0 in its head",
        citation="Bar-Haim et al., EACL 2017",
        size="2,394 claims",
        not_seen="that DVC can follow the Hub's redirection of these files",
    ),
    PublicSet(
        "claimbuster",
        Files(
            f"{_RAW}/utaresearch/claimbuster-spotter/922f71d45631efc1a43f821ec4eae029f50cd47b/data/two_class",
            ("train.json", "test.json"),
        ),
        page=f"{_GITHUB}/utaresearch/claimbuster-spotter",
        licence="none found in the repository; the sentences are those of claimbuster-debates",
        citation="Arslan et al., ICWSM 2020",
        size="9,674 sentences",
    ),
    PublicSet(
        "claimbuster-debates",
        Archive("https://zenodo.org/records/3836810/files/ClaimBuster_Datasets.zip"),
        page="https://doi.org/10.5281/zenodo.3609356",
        licence="CC BY 4.0",
        citation="Arslan et al., ICWSM 2020",
        size="23,533 sentences, 4.7 MB",
        inside="ClaimBuster_Datasets/datasets",
        not_seen="the address of the file itself (the record and the file's name are documented)",
    ),
    PublicSet(
        "checkthat2019",
        Repository(f"{_GITHUB}/apepa/clef2019-factchecking-task1", "data"),
        page=f"{_GITHUB}/apepa/clef2019-factchecking-task1",
        licence="free for general research use",
        citation="Atanasova et al., CLEF 2019",
        size="16,421 sentences in training",
    ),
    PublicSet(
        "polnear",
        Repository(f"{_GITHUB}/networkdynamics/PolNeAR", "data"),
        page=f"{_GITHUB}/networkdynamics/PolNeAR",
        licence="none stated; the articles belong to their publishers",
        citation="Newell et al., LREC 2018",
        size="1,008 articles, with parses about 1 GB",
    ),
    PublicSet(
        "vast",
        Files(
            f"{_RAW}/emilyallaway/zero-shot-stance/master/data/VAST",
            ("vast_train.csv", "vast_dev.csv", "vast_test.csv"),
        ),
        page=f"{_GITHUB}/emilyallaway/zero-shot-stance",
        licence="none found in the repository",
        citation="Allaway and McKeown, EMNLP 2020",
        size="not known",
    ),
    PublicSet(
        "semeval2016",
        Archive("https://www.saifmohammad.com/WebDocs/stance-data-all-annotations.zip"),
        page="https://www.saifmohammad.com/WebPages/StanceDataset.htm",
        licence="research, with citation; may not be passed on",
        citation="Mohammad et al., SemEval 2016",
        size="4,870 tweets",
        inside="data-all-annotations",
    ),
    PublicSet(
        "fnc1",
        Files(
            f"{_RAW}/FakeNewsChallenge/fnc-1/master",
            (
                "train_stances.csv",
                "train_bodies.csv",
                "competition_test_stances.csv",
                "competition_test_bodies.csv",
            ),
        ),
        page=f"{_GITHUB}/FakeNewsChallenge/fnc-1",
        licence="none found in the repository; the articles belong to their publishers",
        citation="Fake News Challenge, 2017",
        size="49,972 pairs in training",
    ),
)
