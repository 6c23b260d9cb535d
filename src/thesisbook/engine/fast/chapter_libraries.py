"""Imports what chapters run with; the fork server does it once for all children of a build.

Not `pyplot` nor its inline backend: on import they hook into the shell they find, none here.
"""

# ruff: noqa: F401 - to be imported is all that is wanted of them
import gc

import ipykernel.zmqshell
import IPython.core.interactiveshell
import matplotlib.backends.backend_agg
import matplotlib.backends.backend_svg
import matplotlib.dates
import matplotlib.figure
import matplotlib.ticker
import nbclient
import numpy
import pandas
import papermill

import thesisbook.data
import thesisbook.engine.execution
import thesisbook.engine.fast.papermill_engine
import thesisbook.exhibits.charts
import thesisbook.exhibits.report
import thesisbook.model

gc.freeze()  # the children's collector need not look through all this, nor copy its pages
