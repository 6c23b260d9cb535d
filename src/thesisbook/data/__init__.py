"""The only reader of `data/`: reads, validates, converts units once, joins."""

from thesisbook.data.dataset import Dataset, Fact, Source, Witness
from thesisbook.data.expressions import Expression, ExpressionError
from thesisbook.data.faults import DataError, Fault, UnknownFact
from thesisbook.data.loading import load_dataset, project_root
from thesisbook.data.parts import read_allowances, read_company, read_sources, scenario_names

__all__ = [
    "DataError",
    "Dataset",
    "Expression",
    "ExpressionError",
    "Fact",
    "Fault",
    "Source",
    "UnknownFact",
    "Witness",
    "load_dataset",
    "project_root",
    "read_allowances",
    "read_company",
    "read_sources",
    "scenario_names",
]
