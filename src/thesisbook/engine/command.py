"""`thesisbook build`: plan, run, publish, clean up."""

from __future__ import annotations

import secrets
import shutil
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path

from thesisbook.data import is_whole
from thesisbook.data.store import FOLDER
from thesisbook.engine.address import address_of
from thesisbook.engine.errors import BuildError, full_disk
from thesisbook.engine.fast.processes import Launcher, environment
from thesisbook.engine.locking import build_lock
from thesisbook.engine.making import CELL_SECONDS
from thesisbook.engine.pairs import pairs_of
from thesisbook.engine.placing import mark, refuse_foreign
from thesisbook.engine.plan import OUTPUTS, PAGES, Planner, Stage
from thesisbook.engine.progress import Progress
from thesisbook.engine.project import Project, Variant
from thesisbook.engine.publishing import Published
from thesisbook.engine.run_parameters import check_variant

DIGITS = 12


@dataclass(frozen=True)
class Order:
    """What is asked of a build."""

    variant: Variant = field(default_factory=Variant)
    outputs: tuple[str, ...] = OUTPUTS
    out: Path | None = None
    jobs: int = 2
    all_scenarios: bool = False
    all_languages: bool = False
    wait: bool = True
    kernel: bool = False  # cells in ordinary kernels, and no warm parent: all of engine/fast off
    cell_seconds: float = CELL_SECONDS
    address: str = ""  # of the site, once it is published


@dataclass(frozen=True)
class Built:
    """The outputs of a build and where they are."""

    folder: Path
    ran: tuple[tuple[str, float], ...]
    kept: tuple[str, ...]
    seconds: float
    published: tuple[str, ...]
    older: tuple[str, ...] = ()


def settings_of(project: Project) -> dict[str, str]:
    """Environment of the children of a build: same dates, same settings, wherever it runs."""
    return {
        "SOURCE_DATE_EPOCH": str(project.epoch),
        "THESISBOOK_BUILD_FOLDER": str(project.build.resolve()),
        FOLDER: str(datasets_of(project)),
    }


def datasets_of(project: Project) -> Path:
    """Set where the processes of a build share the parsed data set."""
    return project.build.resolve() / ".cache" / "data"


def build(
    project: Project, order: Order, progress: Progress, launcher: Launcher | None = None
) -> Built:
    """Brings the outputs that `order` asks for up to date; each is replaced whole or not at all.

    A `launcher` that is given is kept warm for the next build.
    """
    started = time.perf_counter()
    refuse_places(project, order.out)
    address = address_of(order.address, project.root)
    with (
        build_lock(project.build, order.wait, progress.say),
        environment({FOLDER: str(datasets_of(project))}),
        _work(project) as work,
    ):
        variants = _wanted(project, order)
        for line in changed_texts(project, [variant.language for variant, _ in variants.values()]):
            progress.say(line)
        from thesisbook.engine.book import Build  # noqa: PLC0415

        lasting = launcher is not None
        launcher = launcher or Launcher(forking=not order.kernel)
        launcher.environment |= settings_of(project)
        run = Build(project, launcher, work, progress, order.jobs, lasting)
        run.maker.kernel, run.maker.cell_seconds = order.kernel, order.cell_seconds
        try:
            with progress.running():
                run.run(variants)
        except BuildError as error:
            raise full_disk(project.build) or error from None
        books = Published(
            project=project,
            planner=run.planner,
            launcher=launcher,
            work=work,
            outputs=order.outputs,
            target=target_folder(project, order),
            variant=order.variant,
            others=[v for v, _ in variants.values() if v != order.variant],
            in_place=order.variant.is_default and order.out is None,
            address=address,
        )
        published = books.publish()
        run.planner.code.save()
    return Built(
        target_folder(project, order),
        tuple(progress.finished),
        tuple(progress.skipped),
        time.perf_counter() - started,
        published,
        books.older,
    )


def changed_texts(project: Project, languages: Sequence[str]) -> Iterator[str]:
    """A line for each text in one of `languages` whose English has changed."""
    for pair in pairs_of(project) if set(languages) != {"en"} else ():
        if pair.language in languages and not pair.confirmed:
            yield f"{pair.name}: its English has changed since it was confirmed"


def refuse_places(project: Project, out: Path | None) -> None:
    """Raises BuildError where a folder that is asked for holds something of the user's."""
    if out is not None:
        refuse_foreign(out, project.root)
    if project.folder is not None:
        refuse_foreign(project.folder, project.root)
        mark(project.folder)


def dry_run(project: Project, order: Order) -> list[Stage]:
    """The stages a build would run, each with its reason; later ones follow from earlier."""
    if order.out is not None:
        refuse_foreign(order.out, project.root)
    planner = Planner(project)
    due = [planner.sentences()] if is_whole(project.root) else []
    for variant, outputs in _wanted(project, order).values():
        check_variant(project, variant)
        stages = [planner.check(variant)]
        if not set(PAGES).isdisjoint(outputs):
            stages += planner.chapters(variant)
        if "xlsx" in outputs:
            stages.append(planner.workbook(variant))
        due += stages
    return [stage for stage in due if stage.reason]


def _wanted(project: Project, order: Order) -> dict[str, tuple[Variant, Sequence[str]]]:
    """Variants by key, each with its outputs. One workbook of a language serves all scenarios."""
    first = order.variant
    wanted: dict[str, tuple[Variant, Sequence[str]]] = {first.key: (first, order.outputs)}
    pages = tuple(kind for kind in order.outputs if kind != "xlsx")
    screen = tuple(kind for kind in pages if kind != "pdf")
    outputs = {(True, True): pages, (True, False): order.outputs, (False, False): screen}
    languages = project.languages if order.all_languages else (first.language,)
    for language in sorted(languages, key=lambda one: one != first.language):
        books = [replace(first, language=language)]
        if order.all_scenarios:
            books += [Variant(name, {}, language) for name in project.scenarios]
        for variant in books:
            own = variant.is_printed(first), language == first.language
            wanted.setdefault(variant.key, (variant, outputs[own]))
    return wanted


@contextmanager
def _work(project: Project) -> Iterator[Path]:
    """A folder for this run; those of earlier runs that died are cleared."""
    place = project.build / ".work"
    if place.is_dir():
        shutil.rmtree(place)
    work = place / secrets.token_hex(4)
    work.mkdir(parents=True)
    try:
        yield work
    finally:
        shutil.rmtree(place, ignore_errors=True)


def target_folder(project: Project, order: Order) -> Path:
    """Folder for the outputs of a book: _build, _build/books/<key>, or the one asked for."""
    if order.out is not None:
        return order.out.resolve()
    if order.variant.is_default:
        return project.build
    return project.build / "books" / order.variant.key


def summary(built: Built) -> str:
    """What was built and where, in a few lines."""
    older = f"of an older state, not made now: {', '.join(built.older)}" if built.older else ""
    if not built.ran and not built.published:
        done = f"nothing to do ({built.seconds:.2f} s); {built.folder} is up to date"
        return "\n".join(line for line in (done, older) if line)
    lines = [
        f"{len(built.ran)} stages ran, {len(built.kept)} kept, in {built.seconds:.1f} s",
        f"replaced: {', '.join(built.published) or 'nothing'}",
    ]
    for name in ("html/index.html", "pdf", "xlsx", "numbers.json", "SHA256SUMS"):
        if name.partition("/")[0] not in built.older and (built.folder / name).exists():
            lines.append(f"  {built.folder / name}")
    return "\n".join([*lines, *([older] if older else [])])
