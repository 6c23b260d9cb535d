"""Imports what chapters run with; the fork server does it once for all children of a build.

Not `pyplot` nor its inline backend: on import they hook into the shell they find, none here.
"""

import gc

import thesisbook.data
import thesisbook.engine.execution
import thesisbook.engine.fast.papermill_engine
import thesisbook.exhibits.charts
import thesisbook.exhibits.report
import thesisbook.model  # noqa: F401

gc.freeze()  # the children's collector need not look through all this, nor copy its pages
