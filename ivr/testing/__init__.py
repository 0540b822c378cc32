"""Tests of flows: scripts of callers beside the flows, played to the real engine on a virtual clock.

    report = ivr.testing.run(paths, flows, ...)

`run(paths: Iterable[Path], flows: Mapping[str, LoadedFlow], *, pick: str = "", stop_early: bool = False,
told: Callable[[Outcome], object] = …) -> Report` plays the cases of the test files; `report.passed`,
`.failed`, `.findings` (what is wrong with the files), `.coverage[flow].percent` and `.ok` say what came of
it. `files_of(flow, paths)` picks the files that test one flow: what publishing a flow asks for.
"""

from ivr.testing.coverage import Coverage
from ivr.testing.reading import files, files_of
from ivr.testing.report import Failure, Outcome, Report
from ivr.testing.runner import run

__all__ = ["Coverage", "Failure", "Outcome", "Report", "files", "files_of", "run"]
